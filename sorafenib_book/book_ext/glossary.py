"""Glossary terms in the text: the first one of each on a page shows its meaning on hover and focus."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from . import datatables


class GlossaryTerms(SphinxPostTransform):
    """Turn the first mention of each term or abbreviation on a page into a link to its entry."""

    default_priority = 20
    formats = ("html",)

    def run(self, **kwargs):
        page = datatables.pages(self.env).get("glossary")
        if page in (None, self.env.docname) or not self.env.docname.startswith(tuple(self.config.glossary_pages)):
            return
        rows = datatables.read(Path(self.app.confdir, self.config.data_tables_folder), "glossary")
        entries = names(rows)
        longest_first = sorted(entries, key=len, reverse=True)
        pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        seen = set()
        for text in list(self.document.findall(nodes.Text)):
            # Nothing inside a link, code, a title or a caption.
            if isinstance(text.parent, (nodes.paragraph, nodes.strong)) and _in_prose(text):
                parts, end = [], 0
                for match in pattern.finditer(text):
                    key = entries[match[0]]
                    if key in seen:
                        continue
                    seen.add(key)
                    link = nodes.reference(
                        "", match[0], refuri=f"{uri}#{key}", classes=["glossary-term"], reftitle=rows[key]["definition"]
                    )
                    parts += [nodes.Text(text[end : match.start()]), link]
                    end = match.end()
                if parts:
                    text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def names(rows):
    """Key of each term and of each of its abbreviations, which commas separate."""
    terms = {row["term"]: key for key, row in rows.items()}
    return terms | {short: key for key, row in rows.items() for short in row["abbreviation"].split(", ") if short}


def _in_prose(node):
    while node.parent is not None:
        node = node.parent
        if isinstance(node, (nodes.reference, nodes.figure, nodes.title, nodes.literal)):
            return False
        if isinstance(node, nodes.container) and ("chart-sources" in node["classes"] or node.get("nb_element")):
            return False
    return True


def setup(app):
    app.add_config_value("glossary_pages", [], "env")
    app.add_post_transform(GlossaryTerms)
