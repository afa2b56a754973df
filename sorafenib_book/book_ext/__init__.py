"""This book's Sphinx extension, beside `sphinx_plotly_figures`, which draws the charts.

Modules: `maths` (MathML), `pages` (what Furo lacks for a Jupyter Book), `datatables` (pages of data tables, and links
from the prose to their cells), `quiz` (questions of a chapter), `check_marks` (how many of the figures' numbers were
seen in a source), `search` (finds sections, figures, rows), `gallery` (all figures on a page), `glossary` (terms in
the text), `citations` (files for a reference manager), `linked_data` (what a page is, for machines), `summaries`
(what tables add up to), `sources` (the lines under a figure), `page_records` (what pages note for others to know),
`moved` (old addresses lead on), `differences` (where review and sources differ).
"""

from sphinx.util.parallel import ParallelTasks


def setup(app):
    """Register everything with Sphinx."""
    from . import (
        check_marks,
        citations,
        datatables,
        differences,
        gallery,
        glossary,
        linked_data,
        maths,
        moved,
        page_records,
        pages,
        quiz,
        search,
        sources,
        summaries,
    )

    app.setup_extension("sphinx_plotly_figures")
    modules = (
        page_records,
        maths,
        pages,
        quiz,
        datatables,
        differences,
        sources,
        check_marks,
        search,
        gallery,
        glossary,
        summaries,
        citations,
        linked_data,
        moved,
    )
    for module in modules:
        module.setup(app)
    app.connect("config-inited", _read_side_by_side)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _read_side_by_side(app, config):
    """Let Sphinx read and write pages in several processes at once.

    Two of Jupyter Book's extensions do not say whether they bear it. One numbers sections once all are read, the other
    is for LaTeX; the pages are the same to the byte.
    """
    for name in ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex"):
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = app.extensions[name].parallel_write_safe = True
    ParallelTasks._join_one, ParallelTasks.join = _remembering, _raising


# Sphinx 7 drops an error that comes while tasks are still being handed out, and then says that all went well.
_join_one, _join = ParallelTasks._join_one, ParallelTasks.join


def _remembering(tasks):
    try:
        return _join_one(tasks)
    except Exception as error:
        tasks.error = error
        raise


def _raising(tasks):
    if error := getattr(tasks, "error", None):
        tasks.terminate()
        raise error
    _join(tasks)
