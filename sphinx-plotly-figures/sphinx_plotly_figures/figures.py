"""What the page and the picture export both need to know of a stored Plotly figure.

A figure is the dictionary under ``application/vnd.plotly.v1+json`` of a notebook output.
"""

import base64
import copy
import hashlib
import json
import re
import textwrap

import numpy as np

__all__ = [
    "PLOTLY",
    "WIDTHS",
    "FigureError",
    "controls",
    "digest",
    "escaped",
    "figure_cells",
    "layouts",
    "plain",
]

PLOTLY = "application/vnd.plotly.v1+json"
#: Widths in pixels of the two pictures of each figure; the style sheet switches between them.
WIDTHS = {"wide": 736, "narrow": 358}
#: Trace types that the vendored plotly.js (the cartesian bundle) can draw.
TRACE_TYPES = {
    "bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour", "image", "pie", "scatter",
    "scatterternary", "violin",
}  # fmt: skip
_NARROW_LABEL = 16
_MARKUP = re.compile(r"<(?=[a-z/!?])(?!/?(?:b|br|em|extra|i|strong|sub|sup)>)", re.IGNORECASE)
_DEFAULT_HEIGHT = 450


class FigureError(ValueError):
    """A figure cell that the page cannot show as it must."""


def plain(value):
    """Turn Plotly's typed arrays (base64) into lists of numbers, at any depth."""
    if isinstance(value, dict):
        if "bdata" in value:
            array = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]).newbyteorder("<"))
            if "shape" in value:
                array = array.reshape([int(n) for n in str(value["shape"]).split(",")])
            return _without_nan(array.tolist())
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def escaped(value):
    """Escape what Plotly would read as markup in a figure's texts, at any depth: all but a few tags without attributes.

    A chapter writes ``<br>`` and ``<b>`` into labels; a link or anything else can only have come from data.
    """
    if isinstance(value, str):
        return _MARKUP.sub("&lt;", value)
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list) else value


def _without_nan(value):
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if value != value else value


def figure_cells(notebook):
    """Find the figure cells of a notebook.

    Parameters
    ----------
    notebook : dict
        A notebook in nbformat 4.

    Yields
    ------
    tuple
        The cell's index and the checked figure: ``name``, ``caption``, ``alt`` and ``figure`` (plain lists).

    Raises
    ------
    FigureError
        If a figure cell lacks one of them, or has a trace type that plotly.js as shipped cannot draw.
    """
    for index, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            if PLOTLY in output.get("data", {}):
                try:
                    yield index, described(output["data"][PLOTLY], cell["metadata"])
                except FigureError as error:
                    raise FigureError(f"cell {index + 1} ({cell.get('id', 'without id')}): {error}") from None


def described(figure, cell_metadata):
    """Join a figure with the name, caption and alternative text in its cell's metadata; see `figure_cells`."""
    book = cell_metadata.get("mystnb", {})
    found = {
        "name": book.get("figure", {}).get("name"),
        "caption": book.get("figure", {}).get("caption"),
        "alt": book.get("image", {}).get("alt"),
    }
    words = {"name": "name (mystnb.figure.name)", "caption": "caption (mystnb.figure.caption)",
             "alt": "alternative text (mystnb.image.alt)"}  # fmt: skip
    for key, word in words.items():
        if not (isinstance(found[key], str) and found[key].strip()):
            raise FigureError(f"the figure has no {word} in the cell's metadata")
    if not re.fullmatch(r"[a-z0-9-]+", found["name"]):
        raise FigureError(f"the figure's name is {found['name']!r}; only a-z, 0-9 and hyphens are expected")
    figure = plain(figure)
    for trace in figure["data"]:
        kind = trace.get("type", "scatter").replace("scattergl", "scatter")
        if kind not in TRACE_TYPES:
            raise FigureError(
                f"the figure {found['name']} has a trace of type {kind!r}, which the plotly.js of the pages cannot "
                f"draw; it knows {', '.join(sorted(TRACE_TYPES))}"
            )
    return found | {"figure": figure}


def digest(figure):
    """Hash a figure's content: what a picture was drawn from. Fonts of the machine do not enter."""
    content = {"data": figure["data"], "layout": figure["layout"], "widths": WIDTHS}
    return hashlib.sha256(json.dumps(plain(content), sort_keys=True).encode()).hexdigest()[:16]


def layouts(figure):
    """Make the layouts of the two pictures.

    Plotly's own sliders and menus are left out: the page has native controls instead. The narrow layout has smaller
    type, wrapped category labels, and whatever ``layout.meta["narrow"]`` says (any part of a layout).

    Returns
    -------
    dict
        ``wide`` and ``narrow`` layouts, each with width and height in pixels.
    """
    wide = copy.deepcopy(plain(figure["layout"]))
    for key in ("sliders", "updatemenus", "autosize"):
        wide.pop(key, None)
    changes = (wide.pop("meta", None) or {}).get("narrow", {})
    template = wide.get("template", {}).get("layout", {})
    wide["width"] = WIDTHS["wide"]
    wide["height"] = wide.get("height") or template.get("height") or _DEFAULT_HEIGHT
    narrow = copy.deepcopy(wide)
    narrow["width"] = WIDTHS["narrow"]
    narrow.setdefault("font", {}).setdefault("size", 12)
    margin = template.get("margin", {}) | narrow.get("margin", {})
    narrow["margin"] = margin | {"l": min(margin.get("l", 60), 44), "r": min(margin.get("r", 20), 12)}
    for name, labels in _categories(figure, wide).items():
        if max(map(len, labels), default=0) > _NARROW_LABEL and "ticktext" not in narrow.get(name, {}):
            wrapped = ["<br>".join(textwrap.wrap(label, _NARROW_LABEL)) for label in labels]
            narrow.setdefault(name, {}).update(tickmode="array", tickvals=labels, ticktext=wrapped)
    return {"wide": wide, "narrow": _merged(narrow, changes)}


def _categories(figure, layout):
    """Text categories along each y axis, in order of appearance."""
    found = {}
    for trace in figure["data"]:
        name = "yaxis" + trace.get("yaxis", "y")[1:]
        if layout.get(name, {}).get("type") not in (None, "category") or trace.get("type") == "heatmap":
            continue
        values = [v for v in trace.get("y") or [] if v is not None]
        if values and all(isinstance(v, str) and not re.fullmatch(r"[\d.:T -]+", v) for v in values):
            found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: list(labels) for name, labels in found.items()}


def _merged(base, changes):
    if isinstance(base, dict) and isinstance(changes, dict):
        return base | {key: _merged(base.get(key), value) for key, value in changes.items()}
    if isinstance(base, list) and isinstance(changes, dict):  # {"0": {...}} changes the first item of a list
        return [_merged(item, changes.get(str(i), {})) for i, item in enumerate(base)]
    return changes


def controls(figure):
    """Describe Plotly's sliders and menus for native controls.

    Returns
    -------
    list of dict
        ``kind`` (``range`` or ``select``), ``label``, ``active`` and ``steps`` (``label``, ``method``, ``args``).
    """
    layout = plain(figure["layout"])
    found = []
    for slider in layout.get("sliders") or []:
        label = (slider.get("currentvalue") or {}).get("prefix") or slider.get("name") or "Value"
        found.append({"kind": "range", "label": label.strip().rstrip(":="), "active": slider.get("active", 0),
                      "suffix": (slider.get("currentvalue") or {}).get("suffix", ""),
                      "steps": _steps(slider.get("steps"))})  # fmt: skip
    for menu in layout.get("updatemenus") or []:
        found.append({"kind": "select", "label": menu.get("name") or "Show", "active": max(menu.get("active", 0), 0),
                      "suffix": "", "steps": _steps(menu.get("buttons"))})  # fmt: skip
    return found


def _steps(steps):
    return [
        {"label": step.get("label", str(i + 1)), "method": step.get("method", "restyle"), "args": step.get("args", [])}
        for i, step in enumerate(steps or [])
    ]
