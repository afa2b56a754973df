"""Questions at the end of a chapter, from one file: each answer unfolds what is right or wrong about it."""

import html
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

#: The file, beside the reference pages.
FILE = "reference/quiz.yml"
_BEFORE, _AFTER = "You should now be able to:", "Five questions test it; the exercises ask for more."


class QuizError(SphinxError):
    category = "Quiz"


def questions(folder, page):
    """Read a page's questions.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the book's sources.
    page : str
        Name of the page.

    Returns
    -------
    list of dict
        ``question`` and ``answers``; an answer ``says`` something, ``because`` tells why it holds or not (Markdown),
        and one of them is ``right``.

    Raises
    ------
    QuizError
        If the file has no questions for the page.
    """
    asked = yaml.safe_load((Path(folder) / FILE).read_text(encoding="utf-8"))
    if page not in asked:
        raise QuizError(f"{FILE} has no questions for {page}, only for {', '.join(asked)}")
    return asked[page]


class Quiz(SphinxDirective):
    """``{quiz}``: the questions of this page; no script, and nothing is stored."""

    def run(self):
        self.env.note_dependency(str(Path(self.env.srcdir) / FILE))
        made = self.objectives()
        for number, asked in enumerate(questions(self.env.srcdir, self.env.docname), 1):
            made += self.parse_text_to_nodes(f"**{number}.** {asked['question']}")
            for answer in asked["answers"]:
                opening = f'<details class="quiz"><summary>{html.escape(answer["says"])}</summary>'
                made.append(nodes.raw("", opening, format="html"))
                made += self.parse_text_to_nodes(answer["because"])
                made.append(nodes.raw("", "</details>\n", format="html"))
        return made

    def objectives(self):
        """The chapter's objectives once more, where a reader can tell whether they were met."""
        anchors = [node for node in self.state.document.findall(nodes.raw) if 'id="objectives"' in node.astext()]
        listed = [one for one in self.state.document.findall(nodes.enumerated_list) if anchors]
        if not listed:
            return []
        again = listed[0].deepcopy()
        return [nodes.paragraph("", _BEFORE), again, nodes.paragraph("", _AFTER)]


def setup(app):
    app.add_directive("quiz", Quiz)
