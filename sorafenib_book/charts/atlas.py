"""Two trials side by side, each chosen by a menu: their survival curves, or whether one hazard ratio describes them."""

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from .. import curves
from ..style.palette import COLOURS, INK, translucent
from ..wording import cited
from .controls import refill

__all__ = ["two_trials"]

_ARMS = ("experimental", "control")
_MENUS = ("Trial", "Compared with")
#: Months at which numbers stand under the curves, and the last that is drawn.
_TIMES, _LAST = (6, 12, 18, 24), 30
_MONTHS = {"title": {"text": "Months since randomisation", "standoff": 2}, "tickvals": [0, *_TIMES, _LAST]}
#: Heights of the three lines of numbers, of which the last is three lines itself.
_LINES = (2, 1, -0.25)
_ENDS = " (%{customdata[0]} to %{customdata[1]})"
_SKIP = {"hoverinfo": "skip", "showlegend": False}


def two_trials(
    points: pd.DataFrame, trials: pd.DataFrame, start: tuple[str, str], gains: pd.DataFrame | None = None
) -> go.Figure:
    r"""Draw two trials side by side, each chosen by a menu.

    With `gains` these are their survival curves with limits; under them stand survival and patients at risk of both
    arms, and the mean months gained within 6, 12, 18 and 24 months with their 95% interval.

    Without, the figure shows whether one hazard ratio describes each trial. Above, the difference in survival between
    the arms at each time, with its 95% interval, and the difference that one hazard ratio makes of the control arm's
    curve, :math:`S^{\mathrm{HR}} - S`. Below, :math:`\ln(-\ln S)` of both arms against time on a logarithmic axis:
    with one hazard ratio they lie equally far apart everywhere.

    Parameters
    ----------
    points : pandas.DataFrame
        Table ``curves``, as ``tables.read`` gives it.
    trials : pandas.DataFrame
        One row a trial, in the order of the menus, indexed by study: ``acronym``; names of the arms, ``experimental``
        and ``control``; ``class`` of the experimental treatment, a key of the palette; ``source``; ``hr``, the hazard
        ratio; ``words``, lines with ``<br>`` between them that stand beside the curves.
    start : tuple of two str
        Acronyms of the trials that are shown first.
    gains : pandas.DataFrame, optional
        Differences of restricted means, as ``curve_summaries`` has them: ``study``, ``months``, ``difference`` with
        ``difference_low`` and ``difference_high``.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    return _one_ratio(points, trials, start) if gains is None else _survival(points, trials, start, gains)


def _survival(points, trials, start, gains):
    figure = go.Figure(layout={"height": 520, "margin": {"l": 112, "r": 10, "t": 10, "b": 10}, "font_size": 12})
    for column, menu in enumerate(_MENUS):
        upper, lower = _axes(column)
        for fill in (None, "tonexty") * 2:
            edge = {"line": {"width": 0, "shape": "hv"}, "fill": fill, "x0": 0, "dx": 0.5}
            figure.add_scatter(y=[], mode="lines", **edge, **upper, **_SKIP)
        for _ in _ARMS:
            look = {"line": {"shape": "hv"}, "showlegend": False}
            figure.add_scatter(mode="lines", meta={"columns": ["lower", "upper", "at risk"]}, **look, **upper)
        numbers = upper | {"yaxis": lower["yaxis"]}
        figure.add_scatter(mode="text", cliponaxis=False, **numbers, **_SKIP)
        _note(figure, upper, x=1, y=1, xanchor="right", yanchor="top", align="right")
        for line in _LINES:
            place = {"xref": f"{upper['xaxis']} domain", "yref": lower["yaxis"], "xanchor": "right", "xshift": -16}
            figure.add_annotation(text="", x=0, y=line, align="right", showarrow=False, **place)
        for _ in _ARMS:
            place = {"xref": upper["xaxis"], "yref": upper["yaxis"]}
            figure.add_annotation(text="", x=0, y=0, showarrow=False, **place)
        _set(figure, upper, _MONTHS | {"range": [-1, _LAST + 1.5], "showgrid": False}, {"range": [0, 102], "dtick": 25})
        _set(figure, lower, {}, {"range": [-1, 2.5], "showgrid": False, "showticklabels": False})
        steps = {row["acronym"]: _curves_of(points, study, row, gains, 6 * column) for study, row in trials.iterrows()}
        refill(figure, steps, start[column], menu, 7 * column, 0.5 * column)
    figure.update_layout(yaxis_title_text="Alive (percent)", yaxis3_title_text="Alive (percent)")
    return _place(figure, [[0.39, 1], [0, 0.26]], 900, points)


def _one_ratio(points, trials, start):
    figure = go.Figure(layout={"height": 560, "margin": {"l": 62, "r": 10, "t": 10, "b": 50}, "font_size": 12})
    for column, menu in enumerate(_MENUS):
        upper, lower = _axes(column)
        for fill in (None, "tonexty"):
            edge = {"line": {"width": 0}, "fill": fill, "fillcolor": translucent(INK, 0.12), "x0": 1, "dx": 1}
            figure.add_scatter(y=[], mode="lines", **edge, **upper, **_SKIP)
        for dash, columns in (("solid", ["lower", "upper"]), ("dot", None)):
            look = {"line": {"color": INK, "dash": dash}, "showlegend": False}
            figure.add_scatter(mode="lines", meta={"columns": columns} if columns else {}, **look, **upper)
        for _ in _ARMS:
            figure.add_scatter(mode="lines", showlegend=False, **lower)
        _note(figure, upper, x=0, y=1, xanchor="left", yanchor="top", align="left")
        _note(figure, lower, x=0, y=1, xanchor="left", yanchor="top", align="left")
        for _ in _ARMS:
            figure.add_annotation(text="", x=0, y=0, showarrow=False, xref=lower["xaxis"], yref=lower["yaxis"])
        _set(figure, upper, _MONTHS | {"range": [0, _LAST + 1]}, {"range": [-24, 42], "dtick": 20, "zeroline": True})
        ticks = {"title": {"text": "Months (logarithmic axis)"}, "type": "log", "tickvals": [1, 2, 3, 6, 12, 24]}
        _set(figure, lower, ticks | {"range": [-0.05, 1.6]}, {"range": [-4.6, 1.6], "dtick": 2})
        steps = {row["acronym"]: _ratio_of(points, study, row, 4 * column) for study, row in trials.iterrows()}
        refill(figure, steps, start[column], menu, 6 * column, 0.5 * column)
    words = {"Survival difference (points)": ("yaxis", "yaxis3"), "ln(−ln survival)": ("yaxis2", "yaxis4")}
    figure.update_layout({axis: {"title": {"text": text}} for text, axes in words.items() for axis in axes})
    return _place(figure, [[0.58, 1], [0, 0.4]], 1000, points)


def _curves_of(points, study, row, gains, first):
    """Values of the traces of `_survival`, and words from the first of its notes on, for one trial."""
    _, both, names, colours = _read(points, study, row)
    shown = [arm[arm["months"] <= _LAST] for arm in both]
    told = [arm[["survival_low", "survival_high", "at_risk"]].to_numpy().tolist() for arm in shown]
    cells = [(month, _LINES[2], words) for month, words in _gains(gains[gains["study"].eq(study)])]
    for arm, line in zip(shown, _LINES, strict=False):
        for cell in arm[arm["months"].isin([0, *_TIMES])].itertuples():
            alive = f"{cell.survival:.0f}%<br>" if cell.months else ""
            cells.append((cell.months, line, f"{alive}({cell.at_risk})"))
    across, up, words = (list(values) for values in zip(*cells, strict=True))
    blank, titles = [None] * 4, [f"{row['acronym']}, {name}" for name in names]
    traces = {
        "x": [*blank, *(arm["months"].tolist() for arm in shown), across],
        "y": [arm[f"survival_{end}"].tolist() for arm in shown for end in ("low", "high")],
        "customdata": [*blank, *told, None],
        "name": [*blank, *titles, None],
        "hovertemplate": [
            *blank,
            *(_said(title, f"% alive{_ENDS}<br>%{{customdata[2]}} at risk<br>%{{text}}") for title in titles),
            None,
        ],
        "text": [*blank, *[f"{cited(row['source'])}, curve reconstructed"] * 2, words],
        "line.color": [*blank, *colours, None],
        "fillcolor": [*(translucent(colour, 0.15) for colour in colours for _ in "lh"), *blank[:3]],
    }
    traces["y"] += [*(arm["survival"].tolist() for arm in shown), up]
    notes = [f"<b>{row['acronym']}</b><br>{row['words']}", *map(_wrapped, names), "mean months<br>gained"]
    layout = {f"annotations[{first + i}].text": text for i, text in enumerate(notes)}
    # falling curves: the lower one has room to its left, the upper one to its right
    at = [arm.set_index("months")["survival"] for arm in shown]
    upper = int(at[1][12] > at[0][12])
    sides = [{"x": 9, "y": arm[9], "xanchor": "right", "yanchor": "top", "xshift": -6} for arm in at]
    sides[upper] = {"x": 12, "y": at[upper][12], "xanchor": "left", "yanchor": "bottom", "xshift": 4}
    return traces, layout | _named(sides, names, first + 4)


def _ratio_of(points, study, row, first):
    """The same for `_one_ratio`."""
    trial, both, names, colours = _read(points, study, row)
    table = trial.table(range(1, int(min(trial.last, _LAST)) + 1))
    control = table["control"] / 100
    logs = [arm[arm["survival"].between(0, 98, inclusive="neither") & (arm["months"] <= 36)] for arm in both]
    heights = [np.log(-np.log(arm["survival"] / 100)).round(2) for arm in logs]
    limits = [table[f"difference_{end}"].tolist() for end in ("low", "high")]
    ratio = (100 * (control ** row["hr"] - control)).round(1).tolist()
    titles = [f"{row['acronym']}, difference", f"{row['acronym']}, with one hazard ratio of {row['hr']:.2f}"]
    titles += [f"{row['acronym']}, {name}" for name in names]
    units = [f" points{_ENDS}", " points", "", ""]
    blank, months = [None] * 2, table["months"].tolist()
    traces = {
        "x": [*blank, months, months, *(arm["months"].tolist() for arm in logs)],
        "y": [*limits, table["difference"].tolist(), ratio, *(height.tolist() for height in heights)],
        "customdata": [*blank, np.transpose(limits).tolist(), None, *blank],
        "name": [*blank, *titles],
        "hovertemplate": [*blank, *map(_said, titles, units)],
        "line.color": [*blank, INK, INK, *colours],
    }
    dotted = f"dotted: with one hazard ratio of {row['hr']:.2f}"
    notes = [f"<b>{row['acronym']}</b><br>{dotted}", f"<b>{row['acronym']}</b>"]
    layout = {f"annotations[{first + i}].text": text for i, text in enumerate(notes)}
    # rising curves: the lower one has room to its right, the upper one above its end
    at = [arm["months"].searchsorted(4) for arm in logs]
    sides = [{"xanchor": "left", "yanchor": "top", "xshift": 8}, {"xanchor": "left", "yanchor": "top", "xshift": 8}]
    upper = int(heights[1].iloc[-1] > heights[0].iloc[-1])
    sides[upper], at[upper] = {"xanchor": "right", "yanchor": "bottom", "yshift": 3}, -1
    for side, arm, height, i in zip(sides, logs, heights, at, strict=True):
        side |= {"x": np.log10(arm["months"].iloc[i]).round(3), "y": height.iloc[i]}
    return traces, layout | _named(sides, names, first + 2)


def _read(points, study, row):
    """A trial, the points of its arms, their names and colours."""
    both = [points[points["study"].eq(study) & points["arm"].eq(arm)] for arm in _ARMS]
    control = COLOURS["sorafenib" if row["control"].startswith("sorafenib") else "control"]
    return curves.trial(points, study), both, [row[arm] for arm in _ARMS], [COLOURS[row["class"]], control]


def _gains(gains):
    """Months, and the mean gain within them with its interval in three short lines."""
    columns = ["difference", "difference_low", "difference_high"]
    for month, *numbers in gains[["months", *columns]].itertuples(index=False):
        value, low, high = (f"{round(number, 1) + 0:.1f}".replace("-", "−") for number in numbers)
        yield month, f"<b>{value}</b><br>{low} to<br>{high}"


def _named(places, names, first):
    """Names beside two curves, at places that say where and to which side."""
    layout = {}
    for i, (place, name) in enumerate(zip(places, names, strict=True)):
        place = {"xshift": 0, "yshift": 0, "text": f"<b>{_wrapped(name)}</b>"} | place
        layout |= {f"annotations[{first + i}].{key}": value for key, value in place.items()}
    return layout


def _said(title, unit):
    return f"<b>{title}</b><br>%{{x}} months: %{{y}}{unit}<extra></extra>"


def _wrapped(name):
    return "<br>".join(textwrap.wrap(name, 15))


def _axes(column):
    """Axes of the upper and of the lower panel of a column."""
    numbers = ("" if column == 0 else "3", "2" if column == 0 else "4")
    return [{"xaxis": f"x{number}", "yaxis": f"y{number}"} for number in numbers]


def _set(figure, axes, x, y):
    for axis, other, looks in (("xaxis", "yaxis", x), ("yaxis", "xaxis", y)):
        name = axes[axis].replace(axis[0], axis)
        figure.update_layout({name: {"anchor": axes[other], **looks}})


def _note(figure, axes, **place):
    """Add words in a corner of a panel."""
    where = {"xref": f"{axes['xaxis']} domain", "yref": f"{axes['yaxis']} domain"}
    figure.add_annotation(text="", showarrow=False, **where, **place)


def _place(figure, rows, height, points):
    """Set columns side by side, on a narrow page one below the other and so many pixels high, and name the sources."""
    narrow = {"height": height}
    for column in (0, 1):
        for axes, (low, high) in zip(_axes(column), rows, strict=True):
            x, y = axes["xaxis"].replace("x", "xaxis"), axes["yaxis"].replace("y", "yaxis")
            figure.update_layout({x: {"domain": [0.58 * column, 0.42 + 0.58 * column]}, y: {"domain": [low, high]}})
            base = 0.53 * (1 - column)
            narrow |= {x: {"domain": [0, 1]}, y: {"domain": [base + 0.47 * low, base + 0.47 * high]}}
    narrow["margin"] = {"l": figure.layout.margin.l}
    sources = dict.fromkeys([*points["source"], *points["reconstruction"]])
    return figure.update_layout(meta={"narrow": narrow, "source": ";".join(sources)})
