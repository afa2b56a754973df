"""Stored Plotly figures of notebooks as fast, accessible charts: a MyST-NB renderer for Sphinx and Jupyter Book.

Modules: `renderer` (the chart in the page), `figures` (what a stored figure holds), `pictures` (the exported SVG),
`policy` (what a page may load and run).
"""

from pathlib import Path


def setup(app):
    """Register everything with Sphinx."""
    from . import policy, renderer

    app.connect("config-inited", _add_static_files)
    for module in (renderer, policy):
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _add_static_files(app, config):
    config.html_static_path.append(str(Path(__file__).parent / "static"))
