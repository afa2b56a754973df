"""The picture (SVG) of every figure: exported once with Chromium, inlined in the page, and never shown when stale."""

import contextlib
import os
import re
import shutil
from pathlib import Path

from .figures import FigureError, digest, figure_cells, layouts

__all__ = ["browser", "find", "missing", "draw", "orphans"]

_BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
#: Kaleido draws plain text fonts of the machine; the page's style sheet replaces them by its own.
_STAMP = "<!-- figure {} -->"


def browser():
    """Path of a Chromium or Chrome on this machine, or None."""
    named = os.environ.get("BROWSER_PATH")
    return named or next(filter(None, map(shutil.which, _BROWSERS)), None)


def find(chapter, name, figure, folders):
    """Look up the pictures that were drawn from exactly this figure.

    Parameters
    ----------
    chapter, name : str
        The chapter's and the figure's name.
    figure : dict
        The figure as `figures.figure_cells` gives it.
    folders : list of Path
        Where to look, in this order.

    Returns
    -------
    dict or None
        SVG text of ``wide`` and ``narrow``; None if either is missing or stale.
    """
    stamp = _STAMP.format(digest(figure))
    for folder in folders:
        paths = _paths(Path(folder), chapter, name)
        if all(path.is_file() for path in paths.values()):
            texts = {variant: path.read_text(encoding="utf-8") for variant, path in paths.items()}
            if all(stamp in text for text in texts.values()):
                return texts
    return None


def missing(notebooks, folders):
    """List the figures without a current picture.

    Parameters
    ----------
    notebooks : dict
        Notebooks (nbformat 4) by chapter name.
    folders : list of Path
        Where pictures may be.

    Returns
    -------
    list of tuple
        Chapter name and figure (name, caption, alt, figure).
    """
    found = []
    for chapter, notebook in notebooks.items():
        try:
            figures = [item for _, item in figure_cells(notebook)]
        except FigureError as error:
            raise FigureError(f"chapters/{chapter}.ipynb, {error}") from None
        names = [item["name"] for item in figures]
        for name in sorted({n for n in names if names.count(n) > 1}):
            raise FigureError(f"chapters/{chapter}.ipynb has {names.count(name)} figures named {name!r}")
        found += [(chapter, item) for item in figures if not find(chapter, item["name"], item["figure"], folders)]
    return found


def orphans(notebooks, folder):
    """List pictures in a folder that belong to no figure of the notebooks (by chapter name)."""
    wanted = {
        path
        for chapter, notebook in notebooks.items()
        for _, item in figure_cells(notebook)
        for path in _paths(Path(folder), chapter, item["name"]).values()
    }
    return [path for path in sorted(Path(folder).rglob("*.svg")) if path not in wanted]


def draw(wanted, folder):
    """Draw pictures with Chromium, all in one browser.

    Parameters
    ----------
    wanted : list of tuple
        As `missing` gives them.
    folder : Path
        Files are written to ``folder/<chapter>/<name>.svg`` and ``<name>-narrow.svg``.
    """
    import plotly.io

    jobs = []
    for chapter, item in wanted:
        for variant, layout in layouts(item["figure"]).items():
            path = _paths(Path(folder), chapter, item["name"])[variant]
            path.parent.mkdir(parents=True, exist_ok=True)
            jobs.append((path, variant, item, layout))
    os.environ.setdefault("BROWSER_PATH", browser() or "")
    drawn = [path.with_suffix(".drawn.svg") for path, *_ in jobs]
    try:
        plotly.io.write_images(
            fig=[{"data": item["figure"]["data"], "layout": layout} for *_, item, layout in jobs],
            file=drawn,
            width=[layout["width"] for *_, layout in jobs],
            height=[layout["height"] for *_, layout in jobs],
            validate=False,
        )
        for (path, variant, item, layout), raw in zip(jobs, drawn, strict=True):
            svg = _tidy(raw.read_text(encoding="utf-8"), f"{item['name']}-{variant}", layout)
            raw.write_text(f"{svg}\n{_STAMP.format(digest(item['figure']))}\n", encoding="utf-8")
            raw.replace(path)
    finally:
        for raw in drawn:
            with contextlib.suppress(FileNotFoundError):
                raw.unlink()


def _paths(folder, chapter, name):
    return {
        "wide": folder / chapter / f"{name}.svg",
        "narrow": folder / chapter / f"{name}-narrow.svg",
    }


def _tidy(svg, prefix, layout):
    """Give ids that are the same at every export and unique in the page, and let the picture scale."""
    ids = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    new = {old: f"{prefix}-{i}" for i, old in enumerate(ids)}
    svg = re.sub(r'\bid="([^"]+)"', lambda m: f'id="{new[m[1]]}"', svg)
    svg = re.sub(r"""url\((["']|&quot;)?#([^)"'&]+)(["']|&quot;)?\)""", lambda m: f"url(#{new.get(m[2], m[2])})", svg)
    svg = re.sub(r'href="#([^"]+)"', lambda m: f'href="#{new.get(m[1], m[1])}"', svg)
    # Kaleido names the machine's font; the page's own serves, so text is never in a font that is not there.
    svg = re.sub(r"font-family: [^;]+;", "", svg)
    head = f'viewBox="0 0 {layout["width"]} {layout["height"]}" font-family="system-ui, sans-serif"'
    svg = re.sub(r"<svg\b[^>]*>", lambda m: _head(m[0], head), svg, count=1)
    return svg.strip()


def _head(tag, head):
    tag = re.sub(r'\s(width|height|viewBox|style|class)="[^"]*"', "", tag)
    return tag.replace("<svg", f"<svg {head}", 1)
