"""This book's Sphinx extension, beside `sphinx_plotly_figures`, which draws the charts.

Modules: `maths` (MathML), `pages` (what Furo lacks for a Jupyter Book), `datatables` (pages of data tables, and links
from the prose to their cells), `check_marks` (how many of the figures' numbers were seen in a source), `search` (finds
sections, figures, rows), `gallery` (all figures on a page), `glossary` (terms in the text), `citations` (files for a
reference manager), `summaries` (what tables add up to), `sources` (the lines under a figure), `page_records` (what
pages note for others to know), `moved` (old addresses lead on).
"""


def setup(app):
    """Register everything with Sphinx."""
    from . import (
        check_marks,
        citations,
        datatables,
        gallery,
        glossary,
        maths,
        moved,
        page_records,
        pages,
        search,
        sources,
        summaries,
    )

    app.setup_extension("sphinx_plotly_figures")
    modules = (
        page_records,
        maths,
        pages,
        datatables,
        sources,
        check_marks,
        search,
        gallery,
        glossary,
        summaries,
        citations,
        moved,
    )
    for module in modules:
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
