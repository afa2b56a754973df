"""The picture (SVG) of every figure: exported once with Chromium, inlined in the page, and never shown when stale."""

import contextlib
import os
import re
import shutil
from pathlib import Path

from .figures import FigureError, digest, escaped, figure_cells, layouts

__all__ = ["browser", "draw", "find", "margin", "missing", "orphans", "size"]

_BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
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


def missing(notebooks, folders, strict=True):
    """List the figures without a current picture.

    Parameters
    ----------
    notebooks : dict
        Notebooks (nbformat 4) by chapter name.
    folders : list of Path
        Where pictures may be.
    strict : bool
        As `figures.figure_cells` takes it.

    Returns
    -------
    list of tuple
        Chapter name and figure (as `figures.described` gives it).
    """
    found = [(chapter, item) for chapter, notebook in notebooks.items() for item in _figures(chapter, notebook, strict)]
    return [(chapter, item) for chapter, item in found if not find(chapter, item["name"], item["figure"], folders)]


def _figures(chapter, notebook, strict=True):
    try:
        return [item for _, item in figure_cells(notebook, strict)]
    except FigureError as error:
        raise FigureError(f"{chapter}.ipynb, {error}") from None


def orphans(notebooks, folder):
    """List pictures in a folder that belong to no figure of the notebooks (by chapter name)."""
    wanted = {
        path
        for chapter, notebook in notebooks.items()
        for item in _figures(chapter, notebook)
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

    Raises
    ------
    FigureError
        If some could not be drawn, in one sentence for each, once all others are.
    """
    jobs, problems = [], []
    for chapter, item in wanted:
        try:
            both = layouts(item["figure"])
        except FigureError as error:
            problems.append(f"{chapter}.ipynb: the figure {item['name']} cannot be drawn: {error}")
            continue
        for variant, path in _paths(Path(folder), chapter, item["name"]).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            jobs.append((path, variant, item, both[variant]))
    os.environ.setdefault("BROWSER_PATH", browser() or "")
    try:
        try:
            _export(jobs)
        except Exception:
            # the one that Plotly stumbles over takes the others along: each for itself
            for job in jobs:
                try:
                    _export([job])
                except Exception as error:
                    reason = str(error).strip().splitlines() or [type(error).__name__]
                    place = f"{job[0].parent.name}.ipynb: the figure {job[2]['name']} ({job[1]})"
                    problems.append(f"{place} cannot be drawn: {reason[-1]}")
        for path, variant, item, layout in jobs:
            raw = _drawn(path)
            if raw.is_file():
                svg = _tidy(raw.read_text(encoding="utf-8"), f"{item['name']}-{variant}", layout)
                raw.write_text(f"{svg}\n{_STAMP.format(digest(item['figure']))}\n", encoding="utf-8")
                raw.replace(path)
    finally:
        for path, *_ in jobs:
            with contextlib.suppress(FileNotFoundError):
                _drawn(path).unlink()
    if problems:
        raise FigureError("\n".join(problems))


def _drawn(path):
    return path.with_suffix(".drawn.svg")


def _export(jobs):
    import plotly.io

    plotly.io.write_images(
        fig=[escaped({"data": item["figure"]["data"], "layout": layout}) for *_, item, layout in jobs],
        file=[_drawn(path) for path, *_ in jobs],
        width=[layout["width"] for *_, layout in jobs],
        height=[layout["height"] for *_, layout in jobs],
        validate=False,
    )
    for path, *_ in jobs:
        if not _drawn(path).is_file():
            raise FigureError("Chromium wrote no picture")


def size(svg):
    """Width and height (px) of a picture."""
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    return width, height


def margin(svg):
    """Margins (px, by Plotly's names) that a picture left around its plots: a live chart keeps them as they are."""
    found = re.search(r'data-margin="([\d ]+)"', svg)
    # Plotly would add to them and draw twice.
    return dict(zip("lrtb", map(int, found[1].split()), strict=True), autoexpand=False) if found else {}


def _paths(folder, chapter, name):
    return {
        "wide": folder / chapter / f"{name}.svg",
        "narrow": folder / chapter / f"{name}-narrow.svg",
    }


def _tidy(svg, prefix, layout):
    """Give ids that are the same at every export and unique in the page, and let the picture scale."""
    margins = _margin(svg, layout)
    ids = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    new = {old: f"{prefix}-{i}" for i, old in enumerate(ids)}
    svg = re.sub(r'\bid="([^"]+)"', lambda m: f'id="{new[m[1]]}"', svg)
    svg = re.sub(r"""url\((["']|&quot;)?#([^)"'&]+)(["']|&quot;)?\)""", lambda m: f"url(#{new.get(m[2], m[2])})", svg)
    svg = re.sub(r'href="#([^"]+)"', lambda m: f'href="#{new.get(m[1], m[1])}"', svg)
    fonts = re.findall(r"font-family: ([^;]+);", svg)
    # Named once: the places of the labels were measured with this font.
    font = fonts[0].replace("&quot;", "'").replace('"', "'") if fonts else "sans-serif"
    svg = re.sub(r"font-family: [^;]+;", "", svg)
    svg = _lighter(svg)
    head = f'viewBox="0 0 {layout["width"]} {layout["height"]}" font-family="{font}" data-margin="{margins}"'
    svg = re.sub(r"<svg\b[^>]*>", lambda m: _head(m[0], head), svg, count=1)
    return svg.strip()


def _margin(svg, layout):
    """Left, right, top and bottom margin (px) that Plotly left around the area of its plots; empty without a plot."""
    width, height = layout["width"], layout["height"]
    plots = [[float(number) for number in plot] for plot in _PLOT.findall(svg)]
    if not plots:
        return ""
    left, right = _sides([(x, x + length) for x, _, length, _ in plots], layout, "x", width)
    # An axis's domain counts from the bottom.
    bottom, top = _sides([(height - y - length, height - y) for _, y, _, length in plots], layout, "y", height)
    return f"{left} {right} {top} {bottom}"


def _sides(plots, layout, letter, whole):
    axes = [axis for name, axis in layout.items() if name.startswith(f"{letter}axis")]
    domains = [axis.get("domain", (0, 1)) for axis in axes] or [(0, 1)]
    start, end = min(start for start, _ in domains), max(end for _, end in domains)
    first, last = min(first for first, _ in plots), max(last for _, last in plots)
    length = (last - first) / (end - start)
    before = first - start * length
    return round(before), round(whole - before - length)


def _lighter(svg):
    """Leave out what only a live chart needs, what cannot be seen, and what is the default anyway."""
    svg = re.sub(r"""\s(class|data-[\w-]+|pointer-events|text-rendering)=("[^"]*"|'[^']*')""", "", svg)
    svg = re.sub(r'style="([^"]*)"', _without_defaults, svg)
    svg = re.sub(r'<(rect|path)[^>]*style="(?![^"]*stroke: (?!rgb\(0, 0, 0\)))[^"]*fill-opacity: 0"/>', "", svg)
    svg = re.sub(r'<path[^>]*style="opacity: 0;[^>]*/>', "", svg)
    svg = re.sub(r'(?<=\sd=")[^"]*', lambda m: re.sub(r"\d+\.\d{2,}", lambda n: f"{float(n[0]):.1f}", m[0]), svg)
    svg = re.sub(r"<[^>]*>", _rounded, svg)
    while (shorter := _EMPTY.sub("", _BARE.sub(r"\1", svg))) != svg:
        svg = shorter
    return svg


def _rounded(tag):
    """Coordinates to a hundredth of a pixel; words between tags stay as they are."""
    return re.sub(r"\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), tag[0])


_PLOT = re.compile(
    r'<clipPath class="axesclip" id="\w+x\d*y\d*"><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"'
)
_EMPTY = re.compile(r"<g[^>]*/>|<g[^>]*></g>|<defs[^>]*></defs>")
_BARE = re.compile(r"<g>((?:(?!</?g\b).)*)</g>", re.DOTALL)
_DEFAULTS = {"fill-opacity: 1", "stroke-opacity: 1", "opacity: 1", "white-space: pre", "vector-effect: none",
             "stroke-miterlimit: 2", "stroke-width: 0px", ""}  # fmt: skip


def _without_defaults(match):
    parts = [part.strip() for part in match[1].split(";")]
    # A stroke of no width is not the default where there is a stroke.
    kept = [p for p in parts if p not in _DEFAULTS or (p == "stroke-width: 0px" and "stroke: " in match[1])]
    return f'style="{"; ".join(kept)}"' if kept else ""


def _head(tag, head):
    tag = re.sub(r'\s(width|height|viewBox|style|class)="[^"]*"', "", tag)
    return tag.replace("<svg", f"<svg {head}", 1)
