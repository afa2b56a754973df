"""A Sphinx extension that turns the stored Plotly figures of a Jupyter Book into fast, accessible charts.

It knows nothing of the book's subject. Modules: `renderer` (the chart in the page), `figures` (what a stored figure
holds), `pictures` (the exported SVG), `maths` (MathML), `pages` (what Furo lacks for a Jupyter Book),
`datatables` (pages of data tables, and links from the prose to their cells), `marks` (how many of the figures' numbers
were seen in a source), `search` (finds sections, figures, rows), `gallery` (all figures on a page), `glossary` (terms
in the text), `citations` (files for a reference manager), `policy` (what a page may load and run), `summaries` (what
tables add up to).
"""


def setup(app):
    """Register everything with Sphinx."""
    from . import citations, datatables, gallery, glossary, marks, maths, pages, policy, renderer, search, summaries

    for module in (renderer, maths, pages, datatables, marks, search, gallery, glossary, summaries, citations, policy):
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
