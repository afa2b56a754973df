"""Stored Plotly figures of notebooks as fast, accessible charts: a MyST-NB renderer for Sphinx and Jupyter Book.

Modules: `renderer` (the chart in the page), `figures` (what a stored figure holds), `tables` (the numbers behind it),
`chart_files` (what makes it live, as a file), `pictures` (the exported SVG), `colours` (of the page), `policy` (what a
page may load and run), `controls` (sliders and menus, with their states), `values` (what may stand in a figure).
"""

from pathlib import Path


def setup(app):
    """Register everything with Sphinx."""
    from . import colours, policy, renderer

    app.connect("config-inited", _add_static_files)
    for module in (renderer, colours, policy):
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _add_static_files(app, config):
    config.html_static_path.append(str(Path(__file__).parent / "static"))
