"""What a figure of the book needs once Plotly has drawn it: names of rows and lines, intervals, check marks, tooltips.

`finish` is the one call; the others change single marks.
"""

import textwrap
from collections.abc import Iterable, Mapping
from itertools import pairwise, zip_longest

import pandas as pd
import plotly.graph_objects as go

from ..provenance import checks
from ..wording import mark_in_words, number, with_unit
from .palette import INK, SYMBOL_WORDS, SYMBOLS, translucent

__all__ = ["cross_out", "finish", "label_lines", "label_rows", "side_by_side"]

#: Characters of a line of a row's name, at its left on a wide page, and above it on a narrow one.
_BESIDE, _ABOVE = 46, 60
#: Characters of a line of a row's values, on a wide and a narrow page; pixels of one on a wide page.
_AT_END, _CHARACTER = (32, 22), 7
#: Pixels of a narrow page that its axis can have.
_NARROW = 344


def finish(
    figure: go.Figure,
    table: pd.DataFrame,
    labels: dict | None = None,
    rows: bool = True,
    heading: str | None = None,
    values: str | list[str] | None = None,
    height: int = 36,
) -> go.Figure:
    """Give a Plotly Express figure what all figures of the book have.

    Every mark gets the symbol of its check mark, its interval, and a tooltip in words, which ends in source and check
    mark; where the values along y are words, each row has its name. Axes and tooltips say words for
    columns, the legend has one filled circle a colour and names each other symbol, panels are named by their value. A
    line gets its interval as a band.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        What a function of ``plotly.express`` drew from `table`, without its option ``labels``; changed in place.
        ``hover_data`` names further columns for the tooltip.
    table : pandas.DataFrame
        The table that was drawn, one row a mark. Columns named like the one along x (or, for lines, y) with ``_low``
        and ``_high`` are its interval, ``source`` a key of the bibliography, ``check`` a check mark (key of
        `SYMBOLS`); where ``unchecked_fields`` names a column that the mark or its tooltip shows, it is `unchecked`.
        None of these has to be there.
    labels : dict of str to str, optional
        Words for columns, for instance ``{"hr": "Hazard ratio"}``; none (``""``) for one that only places the marks,
        which the tooltip leaves out.
    rows : bool
        Whether rows have names as `label_rows` writes them, from top to bottom in the table's order; otherwise the axis
        names them.
    heading : str, optional
        Column with the heading under which a row stands.
    values : str or list of str, optional
        Columns of words or counts for the right end of each row, each below its word of `labels` where it has one; a
        narrow page shows the first only.
    height : int
        Height of a row in pixels.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure. Each trace has in ``meta`` what its values are called: ``columns`` (of ``customdata``; None
        where a column is for the tooltip only), ``x``, ``y``, ``text``, and ``constants`` (by name).

    Raises
    ------
    ValueError
        If the marks are not the rows of the table.

    Examples
    --------
    >>> import pandas as pd, plotly.express as px
    >>> table = pd.DataFrame({"trial": ["A", "B"], "hr": [0.7, 1.1], "hr_low": [0.5, 0.8], "hr_high": [1.0, 1.5]})
    >>> figure = finish(px.scatter(table, x="hr", y="trial"), table, {"hr": "Hazard ratio"})
    >>> figure.data[0].error_x.array.tolist()
    [0.3, 0.4]
    """
    labels, table = labels or {}, table.reset_index(drop=True)
    drawn = [_Drawn(trace, figure, table, labels) for trace in figure.data]
    for trace in drawn:
        trace.finish(labels)
    for trace in drawn:
        if trace.band:
            figure.add_scatter(**trace.band)
    if any(trace.band for trace in drawn):  # bands lie below the lines
        figure.data = figure.data[len(drawn) :] + figure.data[: len(drawn)]
    if "check" in table:
        _one_entry_a_colour(figure, drawn)
        used = {symbol for one in drawn if one.trace.type == "scatter" for symbol in _symbols(one.trace)}
        for check, words in SYMBOL_WORDS.items():
            if SYMBOLS[check] in used:
                _name_symbol(figure, SYMBOLS[check], words)
    for axis in [*figure.select_xaxes(), *figure.select_yaxes()]:
        axis.title.text = labels.get(axis.title.text, axis.title.text)
    panels = [f"{column}=" for column in table.columns]
    for note in figure.layout.annotations:
        if str(note.text).startswith(tuple(panels)):
            note.text = note.text.partition("=")[2]
    figure.update_layout(legend_title_text="")
    if rows and drawn and pd.api.types.is_string_dtype(table[drawn[0].y]):
        _label_rows_of(figure, table, drawn[0].y, labels, heading, values, height)
    return figure


class _Drawn:
    """A trace that Plotly Express drew, with the rows of the table that it shows."""

    def __init__(self, trace, figure, table, labels):
        self.trace, self.band = trace, None
        words = {label: column for column, label in labels.items() if label not in table}
        if trace.type not in ("bar", "scatter", "scattergl") or trace.x is None or trace.y is None:
            raise ValueError(f"`finish` takes bars, points and lines with x and y, not a trace of type {trace.type!r}")
        lines = _lines(trace.hovertemplate)
        self.head = [line for line in lines if "=" not in line and "%{" not in line]
        parts = [line.partition("=") for line in lines if "=" in line]
        named = [(words.get(name, name), what) for name, _, what in parts]
        place = {what: name for name, what in named if what.startswith("%{")}
        self.x, self.y = (place.get(f"%{{{axis}}}") or _title(figure, axis, words) for axis in "xy")
        self.text = place.get("%{text}")
        self.sizes = [name for name, what in named if what.startswith("%{marker")]
        self.told = [name for name, what in named if what.startswith("%{customdata")]
        self.constants = {name: what for name, what in named if not what.startswith("%{")}
        unknown = [name for name in [self.x, self.y, *self.told, *self.constants] if name not in table]
        if unknown:
            raise ValueError(
                f"the figure shows {unknown[0]!r}, which is no column of the table ({', '.join(map(str, table))}): "
                "give words for columns to `finish`, not to Plotly Express"
            )
        shown = pd.Series(True, index=table.index)
        for name, what in self.constants.items():
            shown &= table[name].astype(str).eq(what)
        if self.text:
            shown &= table[self.text].isin(list(trace.text))
        self.rows = table[shown]
        marks = len(trace.x)
        if len(self.rows) != marks:
            raise ValueError(
                f"{marks} marks of {trace.name or 'the figure'!r} stand for {len(self.rows)} rows of the table: "
                "give `finish` the table that was drawn"
            )

    def finish(self, labels):
        curve = self.trace.type == "scatter" and "lines" in (self.trace.mode or "")
        along = self.y if curve else self.x
        ends = [f"{along}_low", f"{along}_high"]
        ends = ends if set(ends) <= set(self.rows) else []
        told = list(dict.fromkeys([*self.told, *(name for name in ("source", "check") if name in self.rows)]))
        rows = self.rows
        if {"check", "unchecked_fields"} <= set(rows):
            rows = rows.assign(check=checks(rows, self.x, self.y, self.text, *ends, *told, *self.constants))
        constants = {labels.get(k, k): v for k, v in self.constants.items() if k != "check"}
        known = bool(ends) and bool(rows[ends].notna().any(axis=None))
        meta = {"x": labels.get(self.x) or self.x, "y": labels.get(self.y) or self.y}
        if self.text and self.text not in (self.x, self.y, *self.constants):
            meta["text"] = labels.get(self.text) or self.text
        # a curve's band is no error bar, whose ends the page's table would find by itself
        shown_ends = (["lower", "upper"] if curve else [None, None]) if known else []
        meta["columns"] = [labels.get(name) or name for name in told] + shown_ends
        if constants:
            meta["constants"] = constants
        data = _filled(rows[told + ends * known])
        self.trace.meta = meta
        self._say(rows, labels, curve, ends if known else [])
        self.trace.customdata = data if data.shape[1] else None
        if ends and curve:
            self._add_band(rows, ends)
        elif ends:
            # rounded, so that the last digit of a difference is the same on every machine
            plus, minus = (rows[ends[1]] - rows[along]).round(3), (rows[along] - rows[ends[0]]).round(3)
            self.trace.error_x = {"array": plus, "arrayminus": minus}
        if "check" in rows and self.trace.type == "scatter":
            symbols = [SYMBOLS.get(check, "circle") for check in rows["check"]]
            self.trace.marker.symbol = symbols[0] if len(set(symbols)) == 1 else symbols

    def _say(self, rows, labels, curve, ends):
        """Let each mark say in words what it is; a line says where it is touched."""
        groups = [value for name, value in self.constants.items() if name != "check"]
        named = self.trace.hovertext if self.trace.hovertext is not None else [None] * len(rows)
        if curve:
            head = ", ".join([*(["%{hovertext}"] if named[0] else []), *self.head, *groups])
            axes = [(self.x, "%{x:.2~f}"), (self.y, "%{y:.2~f}")]
            lines = [*([f"<b>{head}</b>"] if head else []), *(with_unit(labels.get(k, str(k)), v) for k, v in axes)]
            if ends:
                low = len(self.trace.meta["columns"]) - 2
                lines[-1] += f" (%{{customdata[{low}]:.2~f}} to %{{customdata[{low + 1}]:.2~f}})"
            self.trace.hovertemplate = "<br>".join(lines) + "<extra></extra>"
            return
        unsaid = {name for name, words in labels.items() if not words}
        known = unsaid | {"source", "check", "level", self.x, self.y, self.text, *self.constants}
        others = [name for name in [*self.told, *self.sizes] if name not in known]
        axes = [name for name in (self.x, self.y) if pd.api.types.is_numeric_dtype(rows[name]) or name == self.x]
        axes = [name for name in axes if name not in unsaid]
        heads = [name for name in (self.y, self.text) if name and name not in [*axes, *unsaid]]
        said = [
            mark_in_words(
                [name, *self.head, *(row[column] for column in heads), *groups],
                [(labels.get(axis, str(axis)), row[axis]) for axis in axes],
                _interval(row, ends),
                [(labels.get(other, str(other)), row[other]) for other in others],
                row.get("source"),
                row.get("check"),
            )
            for name, row in zip(named, rows.to_dict("records"), strict=True)
        ]
        self.trace.update(hovertext=said, hovertemplate="%{hovertext}<extra></extra>")

    def _add_band(self, rows, ends):
        low, high = rows[ends[0]], rows[ends[1]]
        outline = {"x": [*self.trace.x, *self.trace.x[::-1]], "y": [*high, *low[::-1]], "mode": "lines"}
        colour = self.trace.line.color
        # a light fill lets words on it be read; a colour that is written otherwise makes the whole band light
        shade = {"fillcolor": translucent(colour)} if colour[:1] == "#" else {"fillcolor": colour, "opacity": 0.2}
        look = {"line_width": 0, "fill": "toself", **shade}
        panel = {"xaxis": self.trace.xaxis, "yaxis": self.trace.yaxis}
        self.band = {**outline, **look, **panel, "hoverinfo": "skip", "showlegend": False}


def _interval(row, ends):
    if not ends or pd.isna([row[end] for end in ends]).any():
        return ""
    level = row.get("level", 95)
    words = "; level not given" if pd.isna(level) else f"; {number(level)}% interval".replace("; 95% interval", "")
    return f"({' to '.join(number(row[end]) for end in ends)}{words})"


def _lines(template):
    """Lines of a hover template; a value may have line breaks of its own."""
    lines = []
    for line in (template or "").partition("<extra>")[0].split("<br>"):
        if "=" in line or "%{" in line or not lines:
            lines.append(line)
        elif line:
            lines[-1] += f"<br>{line}"
    return lines


def _title(figure, axis, words):
    """Column along an axis, from its title or from that of another panel."""
    axes = figure.select_xaxes() if axis == "x" else figure.select_yaxes()
    title = next((one.title.text for one in axes if one.title.text), None)
    return words.get(title, title)


def _filled(table):
    """Values with nothing, instead of "nan", where a word is missing."""
    words = table.select_dtypes("string").columns
    return table.fillna(dict.fromkeys(words, "")).astype(object).to_numpy()


def _one_entry_a_colour(figure, drawn):
    """Entries of their own in the legend: the symbol of a data mark would look like that of its colour."""
    colours = {}
    for one in drawn:
        trace, check = one.trace, one.constants.get("check")
        name = trace.name.removesuffix(check or "").removesuffix(", ") or "marks"
        trace.update(name=name, legendgroup=name, showlegend=False)
        colours[name] = trace.marker.color
    if set(colours) != {"marks"}:
        for name, colour in colours.items():
            marker = {"color": colour, "symbol": "circle"}
            entry = {"name": name, "legendgroup": name, "hoverinfo": "skip", "mode": "markers", "marker": marker}
            figure.add_scatter(x=[None], y=[None], **entry)


def _name_symbol(figure, symbol, words):
    """Say in the legend what a symbol means, whatever its colour; the legend is shown for it alone, too."""
    entry = {"x": [None], "y": [None], "mode": "markers", "marker": {"color": INK, "symbol": symbol}}
    # Plotly Express has a group for each entry: one without would stand below the others
    return figure.add_scatter(**entry, name=words, legendgroup=words, hoverinfo="skip", showlegend=True)


def _label_rows_of(figure, table, y, labels, heading, values, height):
    rows = []
    for name, part in table.groupby(heading, sort=False) if heading else [(None, table)]:
        rows += [*([name] if heading else []), *part[y].unique()]
    columns = [values] if isinstance(values, str) else values or []
    ends = table.drop_duplicates(y).set_index(y)[columns].rename(columns=lambda name: labels.get(name, ""))
    label_rows(figure, rows, height, ends if columns else None)


def label_rows(
    figure: go.Figure, rows: Iterable[str], height: int = 36, values: Mapping | pd.Series | pd.DataFrame | None = None
) -> go.Figure:
    """Write the name of each row at its left; on a narrow page above its mark, which leaves the width to the data.

    Values stand in columns right of the data, as in a table; on a narrow page the first of them beside the row's name.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure with text along y; changed in place.
    rows : list of str
        All rows from top to bottom; one that has neither a mark nor a value is a heading.
    height : int
        Height of a row in pixels where its name stands above the mark; beside its name it is less, if names are short.
    values : pandas.DataFrame, pandas.Series or dict of str to str, optional
        What stands at the right end of a row, by its name; a data frame has a column for each thing that is said, and
        the columns' names stand above them.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure; ``layout.meta["narrow"]`` is what a narrow page changes in its layout.

    Examples
    --------
    >>> figure = label_rows(go.Figure(go.Scatter(x=[0.7], y=["Overall survival"])), ["SHARP", "Overall survival"])
    >>> figure.layout.yaxis.labelalias
    {'SHARP': '<b>SHARP</b>'}
    """
    rows, values = list(rows), values if isinstance(values, pd.DataFrame) else pd.Series(values or {}).to_frame("")
    used = {label for trace in figure.data for label in trace.y}.union(values.index)
    width, narrow_values = _write_values(figure, values)
    # columns of values take their room from the names
    beside, above = (_aliases(rows, used, most) for most in (_BESIDE - width // 14, _ABOVE))
    # closer than marks with a name above each, but far enough for the lines of names that follow one another
    lines = [beside.get(row, row).count("<br>") + 1 for row in rows]
    wide_height = max(round(0.8 * height), *(9 * sum(pair) + 6 for pair in pairwise(lines)), 0)
    figure.update_yaxes(
        type="category",
        categoryarray=rows[::-1],
        categoryorder="array",
        tickmode="linear",
        dtick=1,
        labelalias=beside,
        range=[-0.6, len(rows) - 0.4],
        title_text="",
    )
    # labels right of an axis whose line is the left edge: inside the chart, and no reason to widen its range
    inside = {"side": "right", "anchor": "free", "position": 0, "ticklabelposition": "outside top", "automargin": False}
    inside |= {"range": [-0.6, len(rows) - 0.2], "labelalias": {name: above.get(name, name) for name in beside | above}}
    # by name, since the page would give them wrapped labels
    inside |= {"tickmode": "linear", "tickvals": None, "ticktext": None, "ticklabelstandoff": 0, "ticklabelshift": -8}
    # higher rows, so that a mark is nearer to its own name than to the next
    narrow = {"height": (height + 8) * len(rows) + 110, "yaxis": inside}
    # the names of rows lie on the chart, where vertical lines would cross them; a long title has several lines
    room = round((_NARROW - narrow_values.get("margin", {"r": 12})["r"]) / (_CHARACTER - 0.4))
    axes = {name: {"showgrid": False} for name in figure.layout if name.startswith("xaxis")}
    for name, changes in axes.items():
        if title := figure.layout[name].title.text:
            changes["title"] = {"text": _wrapped(title, room)}
    meta = {**(figure.layout.meta or {}), "narrow": narrow | narrow_values | axes}
    return figure.update_layout(height=wide_height * len(rows) + 110, margin={"l": 4, "r": width or None}, meta=meta)


def _write_values(figure, values):
    """Columns of words in the right margin; gives how wide it is, and what a narrow page, with the first, changes."""
    width, narrow = 0, {}
    for i, (head, column) in enumerate(values.items()):
        cells = {row: words for row, value in column.items() if (words := _plain(value))}
        wide, small = ({row: _wrapped(words, most) for row, words in cells.items()} for most in _AT_END)
        width += _width([head, *wide.values()], _CHARACTER)
        for row, words in [*([("", head)] if head else []), *wide.items()]:
            place = {"y": row, "yanchor": "middle"} if row else {"y": 1, "yref": "paper", "yanchor": "bottom"}
            at = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": width, "showarrow": False, "align": "right"}
            figure.add_annotation(text=words, **place, **at)
            shown = {"text": small.get(row, head), "xshift": _width(small.values(), _CHARACTER - 1)}
            place = str(len(figure.layout.annotations) - 1)
            narrow["annotations"] = narrow.get("annotations", {}) | {place: {"visible": False} if i else shown}
            if not i:
                narrow["margin"] = {"r": shown["xshift"]}
    return width, narrow


def _wrapped(words, most):
    return "<br>".join(textwrap.wrap(words, most)) or words


def _width(cells, character):
    return character * max((len(line) for cell in cells for line in cell.split("<br>")), default=0) + 12


def _plain(value):
    return "" if pd.isna(value) else number(value) if isinstance(value, int | float) else str(value)


def _aliases(rows, used, width):
    """What stands for the names that are headings, or longer than a line; blanks at an end only tell rows apart."""
    lines = {row: "<br>".join(_lines_of(row.strip(), width)) for row in rows}
    return {row: words for row, words in lines.items() if words != row} | {
        row: f"<b>{lines[row]}</b>" for row in rows if row not in used
    }


def _lines_of(name, width):
    """Lines of about one length, no more of them than are needed."""
    needed = textwrap.wrap(name, width)
    even = (textwrap.wrap(name, shorter) for shorter in range(-(-len(name) // len(needed)), width))
    return next((lines for lines in even if len(lines) == len(needed)), needed)


def label_lines(figure: go.Figure, names: Iterable[str] | None = None, places: Iterable[str] = ()) -> go.Figure:
    """Write the name of each line at its end, where it follows a slider; there is no legend then.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure with lines; changed in place. Its x axis needs room at the right.
    names : iterable of str, optional
        Names in the order of the lines, in place of the lines' own; none (``""``) for one that another line hides.
    places : iterable of str
        Where a name stands at its line's end, as Plotly's ``textposition`` says it, in the order of the lines; right
        of it for those that are not listed.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.

    Examples
    --------
    >>> figure = label_lines(go.Figure(go.Scatter(x=[0, 1], y=[100, 40], mode="lines", name="placebo")))
    >>> figure.data[0].textposition
    'middle right'
    """
    lines = [trace for trace in figure.data if trace.mode == "lines" and trace.fill is None]
    names = [trace.name for trace in lines] if names is None else names
    for trace, name, place in zip_longest(lines, names, places, fillvalue="middle right"):
        words = [*[""] * (len(trace.x) - 1), f"<b>\u00a0{name}\u00a0</b>" if name else ""]
        trace.update(mode="lines+text", text=words, textposition=place, cliponaxis=False)
    return figure.update_layout(showlegend=False)


def side_by_side(figure: go.Figure) -> go.Figure:
    """Draw the arms of each row below one another, so that none hides another's mark or interval, nor the row's name.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A scatter plot with text along y, one colour an arm; changed in place.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    for trace in figure.data:
        trace.update(orientation="h", offsetgroup=trace.name)
    meta = figure.layout.meta or {}
    if narrow := meta.get("narrow"):
        above = narrow["yaxis"] | {"ticklabelshift": -14}
        figure.update_layout(meta=meta | {"narrow": narrow | {"yaxis": above}})
    return figure.update_layout(scattermode="group", scattergap=0.65)


def cross_out(figure: go.Figure, marks: pd.DataFrame, words: str) -> go.Figure:
    """Draw a cross into some marks, for what was refused or taken back, and name it; the check marks stay.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A scatter plot; changed in place.
    marks : pandas.DataFrame
        Two columns, the marks' places along x and y.
    words : str
        What the cross means, for the legend.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    places = pd.MultiIndex.from_frame(marks)
    for trace in figure.data:
        crossed = pd.MultiIndex.from_arrays([trace.x, trace.y]).isin(places)
        if any(crossed):
            symbols = _symbols(trace)
            trace.marker.symbol = [_crossed(s) if cross else s for s, cross in zip(symbols, crossed, strict=True)]
            trace.marker.line = {"color": INK, "width": [1.5 * cross for cross in crossed.tolist()]}
    return _name_symbol(figure, "circle-x-open", words)


def _crossed(symbol):
    base, *hollow = symbol.split("-")
    return "-".join([base, "x", *hollow])


def _symbols(trace):
    """Symbol of each mark of a trace."""
    symbol = trace.marker.symbol
    return [symbol] * len(trace.x) if isinstance(symbol, str) else list(symbol)
