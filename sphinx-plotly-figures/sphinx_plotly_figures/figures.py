"""What the page and the picture export both need to know of a stored Plotly figure.

A figure is the dictionary under ``application/vnd.plotly.v1+json`` of a notebook output.
"""

import copy
import hashlib
import json
import re
import textwrap

from .controls import controls, states
from .values import FigureError, array, dictionary, number, plain

__all__ = [
    "PLOTLY", "WIDTHS", "FigureError", "described", "digest", "escaped", "figure_cells", "layouts", "live",
    "place", "plain",
]  # fmt: skip

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
_LEAST_HEIGHT = 10


def escaped(value):
    """Escape what Plotly would read as markup in a figure's texts, at any depth: all but a few tags without attributes.

    A chapter writes ``<br>`` and ``<b>`` into labels; a link or anything else can only have come from data.
    """
    if isinstance(value, str):
        return _MARKUP.sub("&lt;", value)
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list) else value


def figure_cells(notebook, strict=True):
    """Find the figure cells of a notebook.

    Parameters
    ----------
    notebook : dict
        A notebook in nbformat 4.
    strict : bool
        Whether each figure must have its words and be one that the page's script can draw.

    Yields
    ------
    tuple
        The cell's index and the figure as `described` gives it.

    Raises
    ------
    FigureError
        In one sentence that names the cell and the figure.
    """
    names = {}
    for index, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            if PLOTLY in output.get("data", {}):
                try:
                    item = described(output["data"][PLOTLY], cell["metadata"], index, cell.get("id"), strict, names)
                    if strict:
                        live(item)
                except FigureError as error:
                    raise FigureError(f"{place(index, cell.get('id'))}: {error}") from None
                yield index, item


def place(index, identifier):
    """Name a cell by its number, from 1, and its id."""
    return f"cell {index + 1} ({identifier or 'without id'})"


def described(figure, cell_metadata, index=0, identifier=None, strict=True, names=None):
    """Join a figure with the name, caption and alternative text in its cell's metadata.

    Parameters
    ----------
    figure : dict
        A stored figure.
    cell_metadata : dict
        Metadata of its cell.
    index, identifier : int, str or None
        Number, from 0, and id of the cell, which stand in for a name.
    strict : bool
        Whether a missing word is an error.
    names : dict, optional
        Names of the notebook's figures so far, and their cells; this one's is added. A cell's second figure of one name
        gets a number.

    Returns
    -------
    dict
        ``name``, ``caption``, ``alt``, ``lacking`` (what the cell does not say, in words) and ``figure`` (plain lists).

    Raises
    ------
    FigureError
        If words are missing, a name is used twice, or what is stored is no figure.
    """
    book = dictionary(cell_metadata.get("mystnb"))
    found = {
        "name": dictionary(book.get("figure")).get("name"),
        "caption": dictionary(book.get("figure")).get("caption"),
        "alt": dictionary(book.get("image")).get("alt"),
    }
    words = {"name": "name (mystnb.figure.name)", "caption": "caption (mystnb.figure.caption)",
             "alt": "alternative text (mystnb.image.alt)"}  # fmt: skip
    found = {key: text if isinstance(text, str) and text.strip() else None for key, text in found.items()}
    lacking = [word for key, word in words.items() if not found[key]]
    if strict and lacking:
        raise FigureError(
            f"the figure {found['name'] or ''} has no {lacking[0]} in the cell's metadata".replace("  ", " ")
        )
    if strict and not re.fullmatch(r"[a-z0-9-]+", found["name"]):
        raise FigureError(f"the figure's name is {found['name']!r}; only a-z, 0-9 and hyphens are expected")
    name = re.sub(r"[^a-z0-9]+", "-", (found["name"] or f"cell-{identifier or index + 1}").lower()).strip("-")
    found["name"] = _unique(name or f"cell-{index + 1}", index, {} if names is None else names)
    found["alt"] = found["alt"] or found["caption"] or f"The chart {found['name']}"
    try:
        return found | {"lacking": lacking, "figure": _whole(plain(figure))}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FigureError(_not_stored(found["name"], figure, error)) from None


def _unique(name, index, names):
    if names.setdefault(name, index) != index:
        raise FigureError(f"the figure {name} has the name of another figure, in cell {names[name] + 1}")
    count = names[name, index] = names.get((name, index), 0) + 1
    return name if count == 1 else _unique(f"{name}-{count}", index, names)


def _whole(figure):
    """A figure with all its parts, of which Plotly may leave out any."""
    whole = {"data": _traces(figure.get("data")), "layout": dictionary(figure.get("layout"))}
    if frames := array(figure.get("frames")):
        whole["frames"] = [frame | {"data": _traces(frame.get("data"))} for frame in frames]
    return whole


def _traces(traces):
    # the page draws these points as SVG
    return [trace | {"type": "scatter"} if trace.get("type") == "scattergl" else trace | {} for trace in traces or []]


def live(item):
    """Say what the page's script needs for a live chart.

    Parameters
    ----------
    item : dict
        A figure as `described` gives it.

    Returns
    -------
    dict
        ``data``, ``layouts``, ``controls``, ``states`` (None where it has none) and, in an animation, ``frames``.

    Raises
    ------
    FigureError
        If the script cannot draw it, or not all that its controls do.
    """
    try:
        figure = item["figure"]
        found = {"data": figure["data"], "layouts": layouts(figure), "controls": controls(figure)}
        found["states"] = states(figure)
        if "frames" in figure:
            found["frames"] = figure["frames"]
        changes = [step["args"][:2] for control in found["controls"] for step in control["steps"]]
        changes += [step["args"][:1] for step in found["states"]["steps"].values()] if found["states"] else []
        kinds = [trace["type"] for trace in _all_traces(figure) if trace.get("type") is not None]
        kinds += [kind for change in changes for kind in _types(change)]
        for kind in kinds:
            if not isinstance(kind, str) or kind not in TRACE_TYPES:
                known = ", ".join(sorted(TRACE_TYPES))
                raise FigureError(f"it has a trace of type {kind!r}; the plotly.js of the pages knows {known}")
        return found
    except FigureError as error:
        raise FigureError(f"the figure {item['name']} cannot be drawn: {error}") from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise FigureError(_not_stored(item["name"], item["figure"], error)) from None


def _not_stored(name, figure, error):
    """Say why something is no figure, in Plotly's own words where it has any."""
    from plotly.graph_objects import Figure

    try:
        Figure(figure)
        reason = str(error)
    except Exception as told:
        reason = str(told).strip().partition("\n\n")[0]
    return f"the figure {name} is not as Plotly stores one: {' '.join(reason.split()).rstrip('.')}"


def _all_traces(figure):
    return [*figure["data"], *(trace for frame in figure.get("frames", []) for trace in frame["data"])]


def _types(arguments):
    """Types that a step of a control gives to traces."""
    if arguments and isinstance(arguments[0], dict):
        value = arguments[0].get("type")
    else:
        value = arguments[1] if len(arguments) == 2 and arguments[0] == "type" else None
    return [kind for kind in (value if isinstance(value, list) else [value]) if isinstance(kind, str)]


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

    Raises
    ------
    FigureError
        If a height is none.
    """
    wide = copy.deepcopy(plain(figure["layout"]))
    for key in ("sliders", "updatemenus", "autosize"):
        wide.pop(key, None)
    changes = dictionary(dictionary(wide.pop("meta", None)).get("narrow"))
    template = dictionary(dictionary(wide.get("template")).get("layout"))
    wide["width"] = WIDTHS["wide"]
    wide["height"] = wide.get("height") or template.get("height") or _DEFAULT_HEIGHT
    narrow = copy.deepcopy(wide)
    narrow["width"] = WIDTHS["narrow"]
    narrow["font"] = dict(dictionary(narrow.get("font")))
    narrow["font"].setdefault("size", 12)
    margin = dictionary(template.get("margin")) | dictionary(narrow.get("margin"))
    narrow["margin"] = margin | {"l": min(number(margin.get("l"), 60), 44), "r": min(number(margin.get("r"), 20), 12)}
    for name, labels in _categories(figure, wide).items():
        if max(map(len, labels), default=0) > _NARROW_LABEL and "ticktext" not in dictionary(narrow.get(name)):
            wrapped = ["<br>".join(textwrap.wrap(label, _NARROW_LABEL)) for label in labels]
            narrow[name] = dictionary(narrow.get(name)) | {
                "tickmode": "array",
                "tickvals": labels,
                "ticktext": wrapped,
            }
    both = {"wide": wide, "narrow": _merged(narrow, changes)}
    for layout in both.values():
        if number(layout["height"], 0) < _LEAST_HEIGHT:
            raise FigureError(
                f"its height is {layout['height']!r}; a number of pixels from {_LEAST_HEIGHT} on is expected"
            )
    return both


def _categories(figure, layout):
    """Text categories along each y axis, in order of appearance."""
    found = {}
    for trace in figure["data"]:
        name = "yaxis" + str(trace.get("yaxis") or "y")[1:]
        if dictionary(layout.get(name)).get("type") not in (None, "category") or trace.get("type") == "heatmap":
            continue
        values = [v for v in array(trace.get("y")) if v is not None]
        if values and all(isinstance(v, str) and not re.fullmatch(r"[\d.:T -]+", v) for v in values):
            found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: list(labels) for name, labels in found.items()}


def _merged(base, changes):
    if isinstance(base, dict) and isinstance(changes, dict):
        return base | {key: _merged(base.get(key), value) for key, value in changes.items()}
    if isinstance(base, list) and isinstance(changes, dict):  # {"0": {...}} changes the first item of a list
        return [_merged(item, changes.get(str(i), {})) for i, item in enumerate(base)]
    return changes
