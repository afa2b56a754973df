"""Where what the figures show was seen, notebook by notebook."""

import html
import json
import re
from collections import Counter

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx_plotly_figures.figures import figure_cells
from sphinx_plotly_figures.tables import table

from .sources import CHECK

#: Check marks, from the surest to the one of what was not verified, which no figure of the book shows.
CHECKS = ("primary", "secondary", "review", "unchecked")


def marks(notebook):
    """Count the check marks of what a notebook's figures show, mark by mark.

    A band, a label or any other trace with ``hoverinfo="skip"`` does not count, nor does what is modelled, which has
    no check mark.

    Parameters
    ----------
    notebook : dict
        A notebook in nbformat 4.

    Returns
    -------
    collections.Counter
        Numbers by check mark, of `CHECKS`.
    """
    rows = (row for _, item in figure_cells(notebook) for row in table(item["figure"])[1])
    return Counter(row[CHECK] for row in rows if row.get(CHECK) in CHECKS)


class FigureMarks(SphinxDirective):
    """``{figure-marks}``: a table of all notebooks whose figures have check marks, counted in the stored outputs."""

    def run(self):
        lines = ""
        for name in sorted(self.env.found_docs):
            path = self.env.doc2path(name)
            if not str(path).endswith(".ipynb"):
                continue
            self.env.note_dependency(str(path))
            with open(path, encoding="utf-8") as file:
                notebook = json.load(file)
            if found := marks(notebook):
                uri = self.env.app.builder.get_relative_uri(self.env.docname, name)
                cells = "".join(f"<td>{found[mark]}</td>" for mark in CHECKS[:-1])
                lines += f'<tr><th scope="row"><a href="{uri}">{html.escape(_title(notebook))}</a></th>{cells}</tr>'
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("chapter", *CHECKS[:-1]))
        table = f'<table class="dataframe"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>'
        return [nodes.raw("", f'<div class="table-wrapper" tabindex="0">{table}</div>', format="html")]


def _title(notebook):
    text = "".join("".join(cell["source"]) + "\n" for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return re.search(r"^# (.+)", text, re.M)[1]


def setup(app):
    app.add_directive("figure-marks", FigureMarks)
