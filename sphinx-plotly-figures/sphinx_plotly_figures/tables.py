"""The table of numbers behind a stored Plotly figure."""

import re

from .values import array, at, dictionary, number, plain

__all__ = ["table"]

#: Trace types whose values stand in a grid, one row a cell.
_GRIDS = ("contour", "heatmap")
#: Trace types that count places along the axis that is not given.
_COUNTED = ("bar", "scatter")
_AXES = {
    "contour": "yxz", "heatmap": "yxz", "histogram2d": "xyz", "histogram2dcontour": "xyz", "scatterternary": "abc",
}  # fmt: skip
#: What a trace's ``meta`` may say of its table.
_NAMES = {"columns", "constants", "text", "x", "y", "z"}
#: What a box is made of where its points are not stored.
_BOX = ("lowerfence", "q1", "median", "mean", "sd", "q3", "upperfence")


def table(figure):
    """Read the data table behind a figure from its traces.

    Columns are named by the axis titles and by the trace's ``meta``: ``columns`` lists the names of its customdata
    (None: no column), ``constants`` holds what is the same in all its rows, ``text`` names its texts, and ``x``, ``y``
    and ``z`` an axis without title; where ``places`` is false, as in a diagram, where a mark stands is no column. A
    trace without these is read by the words before each value in its hover template. Menus that show some traces
    only, frames, series and the levels of a category are columns too. A trace with ``hoverinfo="skip"``, such as a
    band or a label, has no rows, and neither has an image. Error bars become two columns, a heat map one row a cell.

    Parameters
    ----------
    figure : dict
        A stored figure. Arrays may be missing or shorter than others: what is not there is left empty.

    Returns
    -------
    tuple
        List of column names, and list of rows (dictionaries from column name to value).

    Examples
    --------
    >>> bars = {"type": "bar", "x": ["a", "b"], "y": [1, 2], "customdata": [[30], [40]], "meta": {"columns": ["n"]}}
    >>> table({"data": [bars], "layout": {"yaxis": {"title": {"text": "Share"}}}})
    (['x', 'Share', 'n'], [{'x': 'a', 'Share': 1, 'n': 30}, {'x': 'b', 'Share': 2, 'n': 40}])
    """
    figure = plain(figure)
    layout = dictionary(figure.get("layout"))
    shown = {i: trace for i, trace in enumerate(figure["data"]) if trace.get("hoverinfo") != "skip"}
    rows = []
    for frame, i, trace in _in_frames(figure, shown):
        leading = frame | _choices(layout, i)
        rows += [leading | row for row in _trace_rows(trace, layout, len(shown) > 1)]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    columns = [c for c in columns if any(row.get(c) not in (None, "") for row in rows)]
    return columns, rows


def _in_frames(figure, shown):
    """Traces as they are or, in an animation, as each of its frames makes them."""
    frames = [dictionary(frame) for frame in array(figure.get("frames"))]
    if not frames:
        return [({}, i, trace) for i, trace in shown.items()]
    found = []
    for count, frame in enumerate(frames):
        parts, name = array(frame.get("data")), frame.get("name")
        traces = array(frame.get("traces")) or range(len(parts))
        column = {"frame": str(count if name is None else name)}
        found += [(column, i, shown[i] | part) for i, part in zip(traces, parts, strict=False) if i in shown]
    return found


def _choices(layout, i):
    """Menus and their choices that show trace i, where they do not all show it."""
    found = {}
    for menu in map(dictionary, array(layout.get("updatemenus"))):
        buttons = [dictionary(button) for button in array(menu.get("buttons"))]
        shown = [str(button.get("label", "")) for button in buttons if _shows(button.get("args"), i)]
        if 0 < len(shown) < len(buttons):
            found[str(menu.get("name") or "shown")] = "; ".join(shown)
    return found


def _shows(arguments, i):
    """Whether a menu's choice names trace i among those it shows; it may concern the first traces only."""
    change = next(iter(array(arguments)), None)
    return at(dictionary(change).get("visible"), [i]) is True


def _trace_rows(trace, layout, several):
    constants, customs, titles, text_column = _names(trace, layout)
    series = {"series": _label(trace["name"])} if several and trace.get("name") else {}
    if series.get("series") in constants.values():
        series = {}
    series |= constants
    rows = []
    placed = dictionary(trace.get("meta")).get("places") is not False
    for place, values in _places(trace, titles):
        row = series | (values if placed else {})
        text = at(trace.get("text"), place)
        # a label that only repeats a value is no column of its own
        if text_column and text is not None and text not in row.values():
            row[text_column] = text
        cells = at(trace.get("customdata"), place)
        row |= {name: at(cells if isinstance(cells, list) else [cells], [k]) for k, name in sorted(customs.items())}
        if any(value is not None for name, value in row.items() if name not in series):
            rows.append(row)
    return rows


def _names(trace, layout):
    """Columns with one value in the whole trace, names of customdata by place, of the axes, and of the texts."""
    meta = dictionary(trace.get("meta"))
    if meta.keys() & _NAMES:
        constants, text = dictionary(meta.get("constants")), meta.get("text")
        customs = {i: str(name) for i, name in enumerate(array(meta.get("columns"))) if name is not None}
        axes = meta
    else:
        constants, customs, axes, text = _told(trace)
    return constants, customs, {axis: _axis_title(trace, axis, layout, axes.get(axis)) for axis in "xyzabc"}, text


def _told(trace):
    """Read names from a hover template, as plotly.express writes it, for a trace that names nothing itself.

    ``patients=%{customdata[0]}`` names a column, ``months=%{x}`` an axis without title; ``region=China``, without a
    variable, holds for each row of the trace.
    """
    hover = trace.get("hovertemplate") or ""
    hover = hover if isinstance(hover, str) else "".join(map(str, array(hover)))
    parts = [part.partition("=") for part in hover.partition("<extra>")[0].split("<br>") if "%{" not in part]
    constants = {_label(name): _label(value) for name, equals, value in parts if equals and _label(name)}
    customs = {int(i): _label(name) for name, i in re.findall(r"([^<>=:]+?)\s*[=:]\s*%\{customdata\[(\d+)\]", hover)}
    axes = {axis: found[1] for axis in "xyz" if (found := re.search(r"([^<>=:]+?)\s*[=:]\s*%\{" + axis, hover))}
    return constants, customs, axes, "text" if "%{text}" in hover else None


def _places(trace, titles):
    """Place of each value in the trace's arrays, and the values there by column."""
    kind, z = _kind(trace), trace.get("z")
    across = "yx" if _horizontal(trace) else "xy"
    if kind == "image":
        return []
    if kind == "pie":
        return _slices(trace)
    if kind in _GRIDS and isinstance(at(z, [0]), list):
        return _cells(trace, titles)
    if kind == "box" and array(trace.get("median")):
        return _points({key: trace.get(key) for key in (across[0], *_BOX)}, titles | {part: part for part in _BOX})
    arrays = {axis: trace[axis] for axis in _AXES.get(kind, across) if array(trace.get(axis))}
    if kind in _COUNTED and len(arrays) == 1:
        [missing] = set(across) - arrays.keys()
        length = len(next(iter(arrays.values())))
        arrays[missing] = _counted(trace, missing, length)
        arrays = {axis: arrays[axis] for axis in across}
    return _points(arrays, titles, {axis: dictionary(trace.get(f"error_{axis}")) for axis in "xy"})


def _points(arrays, titles, errors=None):
    """Rows of values that stand in arrays side by side."""
    columns = [
        (name, values, (errors or {}).get(axis))
        for axis in arrays
        for name, values in _levels(titles[axis], arrays[axis])
    ]
    for i in range(max((len(values) for _, values, _ in columns), default=0)):
        row = {}
        for name, values, error in columns:
            row[name] = at(values, [i])
            row |= _interval(error, name, row[name], i)
        yield [i], row


def _levels(name, values):
    """Name and values of an axis, or of each level of its categories."""
    values = array(values)
    if not values or not all(isinstance(level, list) for level in values):
        return [(name, values)]
    return [(f"{name} (level {count})", level) for count, level in enumerate(values, 1)]


def _cells(trace, titles):
    """Rows of a grid, numbered as Plotly does where its rows and columns have no names."""
    z = [array(line) for line in trace["z"]]
    size = {"y": len(z), "x": max(map(len, z))}
    if trace.get("transpose"):
        size = {"y": size["x"], "x": size["y"]}
    heads = {axis: _levels(titles[axis], trace.get(axis) or _counted(trace, axis, size[axis])) for axis in "yx"}
    for i, line in enumerate(z):
        for j, value in enumerate(line):
            where = {"y": j, "x": i} if trace.get("transpose") else {"y": i, "x": j}
            row = {name: at(values, [where[axis]]) for axis in "yx" for name, values in heads[axis]}
            yield [i, j], row | {titles["z"]: value}


def _counted(trace, axis, length):
    first, step = number(trace.get(f"{axis}0"), 0), number(trace.get(f"d{axis}"), 1)
    return [first + i * step for i in range(length)]


def _slices(trace):
    """Rows of a pie; where it has no values, Plotly counts the labels."""
    values = array(trace.get("values"))
    labels = array(trace.get("labels")) or _counted(
        {"x0": trace.get("label0"), "dx": trace.get("dlabel")}, "x", len(values)
    )
    for i, label in enumerate(labels):
        yield [i], {"label": label} | ({"value": at(values, [i])} if values else {})


def _interval(error, name, value, i):
    """Lower and upper end of an error bar; Plotly stores the distances."""
    plus = _distance(error, "", value, i)
    if plus is None or error.get("visible") is False:
        return {}
    one_sided = error.get("symmetric") is not True and (error.get("arrayminus") or error.get("valueminus") is not None)
    minus = _distance(error, "minus", value, i) if one_sided else plus
    lower = {} if minus is None else {f"{name}, lower": _rounded(value - minus)}
    return lower | {f"{name}, upper": _rounded(value + plus)}


def _distance(error, side, value, i):
    if not error or number(value) is None:
        return None
    kind = error.get("type") or ("data" if error.get("array") is not None else "percent" if "value" in error else None)
    if kind == "sqrt":
        return abs(value) ** 0.5
    amount = number(at(error.get(f"array{side}"), [i]) if kind == "data" else error.get(f"value{side}"))
    return abs(value) * amount / 100 if kind == "percent" and amount is not None else amount


def _horizontal(trace):
    values = [v for v in array(trace.get("y")) if v is not None]
    return trace.get("orientation") == "h" or bool(values and isinstance(values[0], str))


def _axis_title(trace, axis, layout, told):
    if axis == "z":
        shared = dictionary(layout.get(str(trace.get("coloraxis"))))
        title = _title(dictionary(trace.get("colorbar"))) or _title(dictionary(shared.get("colorbar")))
    elif axis in "abc":
        title = _title(dictionary(dictionary(layout.get(trace.get("subplot") or "ternary")).get(f"{axis}axis")))
    else:
        title = _title(dictionary(layout.get(f"{axis}axis" + str(trace.get(f"{axis}axis") or axis)[1:])))
        if title is None:  # panels share the title of one of them
            others = (_title(dictionary(part)) for key, part in layout.items() if key.startswith(f"{axis}axis"))
            title = next(filter(None, others), None)
    return _label(title or told or ("value" if axis == "z" else axis))


def _title(part):
    title = part.get("title")
    return title.get("text") if isinstance(title, dict) else title


def _label(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(text))).strip()


def _kind(trace):
    return "scatter" if trace.get("type") in (None, "scattergl") else trace["type"]


def _rounded(value):
    return float(f"{value:.6g}")
