"""Copies of notebooks for JupyterLab and JupyterLite, which show none of the book's own markup: words in its place."""

import re
from collections import Counter

from sphinx_plotly_figures import figures

from sorafenib_book import tables
from tools.build import front_matter, notebooks

_SOLUTION = re.compile(r"```\{solution-(start|end)\} ?(\S*)\n.*?```\n?", re.DOTALL)
_EXERCISE = re.compile(r"```\{exercise\} (?P<title>.*?)\n:label: (?P<label>\S+)\n(?P<text>.*?)```", re.DOTALL)
_DIRECTIVE = re.compile(r"^(```+|:::+)\{[^`]*?^\1$\n?", re.DOTALL | re.MULTILINE)
_FOLDED = re.compile(r" ?(?:The s|S)olutions are folded\.")
# The page alone has the quiz: its answers unfold there.
_QUIZ = re.compile(r"^## Quiz\n+```\{quiz\}\n```\n*", re.MULTILINE)
_TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
_ROLE = re.compile(r"\{([\w:-]+)\}`(?:([^`<]+) <)?([^`>]+)>?`")
_INNER_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)[^)\s]*\)")


def numbers():
    """Number figures and exercises as the pages do: through the whole book, in the order of its table of contents.

    Returns
    -------
    dict of str to str
        ``Figure 3`` or ``Exercise 4`` by name or label.
    """
    found, counts = {}, Counter()
    paths = [notebooks.ROOT / f"{name}.ipynb" for name in front_matter.listed()]
    for notebook in (notebooks.read(path) for path in paths if path.is_file()):
        drawn = {index: item["name"] for index, item in figures.figure_cells(notebook, strict=False)}
        for index, cell in enumerate(notebook["cells"]):
            names = [("Figure", drawn[index])] if index in drawn else []
            if cell["cell_type"] == "markdown":
                names = [("Exercise", found["label"]) for found in _EXERCISE.finditer("".join(cell["source"]))]
            for kind, name in names:
                counts[kind] += 1
                found[name] = f"{kind} {counts[kind]}"
    return found


def in_words(text, numbered):
    """Write Markdown with words for citations, references and links that lead nowhere outside the book.

    Parameters
    ----------
    text : str
        Markdown of a cell or a caption.
    numbered : dict of str to str
        What `numbers` gives.

    Returns
    -------
    str
    """

    def word(match):
        role, shown, target = match.groups()
        if role.startswith("cite"):
            cited = "; ".join(tables.cite(key.strip()) for key in target.split(","))
            return cited if role == "cite:t" else f"({cited})"
        return shown or numbered.get(target) or target.rpartition("/")[2].replace("_", " ")

    def exercise(match):
        return f"**{numbered[match['label']]}: {match['title']}**\n{match['text']}"

    text = _EXERCISE.sub(exercise, text)
    text = _TARGET.sub("", _DIRECTIVE.sub("", _QUIZ.sub("", text)))
    return _INNER_LINK.sub(r"\1", _ROLE.sub(word, text))


def copied(notebook, numbered, solutions=True):
    """Copy a notebook for those who read or write in it, away from the book.

    Parameters
    ----------
    notebook : dict
        The notebook in nbformat 4.
    numbered : dict of str to str
        What `numbers` gives.
    solutions : bool
        Whether solutions are there, folded. Without them each exercise to write gets an empty cell before its check.

    Returns
    -------
    dict
        The same notebook, in words; a figure's number and caption stand below it.
    """
    drawn = {index: item for index, item in figures.figure_cells(notebook, strict=False)}
    cells, inside = [], ""
    for index, cell in enumerate(notebook["cells"]):
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            text, inside = _solved("".join(cell["source"]), inside, numbered, solutions)
            text = text if solutions else _FOLDED.sub("", text)
            if text.strip():
                cells.append(cell | {"source": in_words(text, numbered).strip()})
        elif "solution" in tags:
            if solutions:
                hidden = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
                cells.append(cell | {"metadata": cell["metadata"] | hidden})
        elif "check" in tags and not solutions:
            cells += [_cell("code", f"{cell['id']}-yours", ""), cell | {"outputs": [], "execution_count": None}]
        else:
            cells.append(cell)
        if index in drawn:
            words = in_words(drawn[index]["caption"], numbered)
            text = f"**{numbered[drawn[index]['name']]}.** {words}"
            cells.append(_cell("markdown", f"{cell['id'][:50]}-caption", text))
    return notebook | {"cells": cells}


def _solved(text, inside, numbered, solutions):
    """A cell's text, its solutions folded or left out, and the exercise whose solution goes on after it."""
    kept, parts = "", _SOLUTION.split(text)
    for piece, kind, label in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        if not inside:
            kept += piece
        elif solutions and piece.strip():
            kept += f"<details><summary>Solution of {numbered[inside]}</summary>\n\n{piece.strip()}\n\n</details>\n"
        inside = {"start": label, "end": ""}.get(kind, inside)
    return kept, inside


def _cell(kind, name, source):
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})
