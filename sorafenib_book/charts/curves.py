"""Curves of survival and of power, each with a slider that reads it off."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from .. import curves
from ..style.palette import ARMS, COLOURS, INK, translucent
from ..style.rows import finish
from .controls import slide

__all__ = ["power_chart", "survival_chart"]


def survival_chart(
    points: pd.DataFrame,
    arms: Mapping[str, str],
    published: pd.DataFrame | None = None,
    start: int = 12,
    colours: Mapping[str, str] = ARMS,
) -> go.Figure:
    """Draw the Kaplan-Meier curves of two arms with limits and numbers at risk, and a slider that reads them off.

    Parameters
    ----------
    points : pandas.DataFrame
        Points of one trial's curves, as ``tables.read("curves")`` has them: ``arm``, ``months``, ``survival`` with
        ``survival_low`` and ``survival_high`` (percent), ``at_risk``; where they are known ``source`` and
        ``reconstruction``, keys of the bibliography.
    arms : dict of str to str
        Names of the experimental and of the control arm, in that order, by what the column ``arm`` calls them.
    published : pandas.DataFrame, optional
        Published points, as ``survival.points`` gives them.
    start : int
        Month at which the slider starts. It goes from 1 to the last whole month that both curves reach.
    colours : dict of str to str
        Colour of each arm by its name; arms without one get the first colours of the palette.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure, ends = go.Figure(), {}
    trial = curves.trial(points, arms=tuple(arms))
    ticks = 3 if trial.last <= 24 else 6
    hover = "%{x} months</b><br>%{y}% alive (%{customdata[0]} to %{customdata[1]})<br>"
    hover += "%{customdata[2]} patients at risk<extra></extra>"
    for (arm, name), free in zip(arms.items(), COLOURS.values(), strict=False):
        rows, colour = points[points["arm"] == arm], colours.get(name, free)
        _add_band(figure, *_steps(rows, "survival_low", "survival_high"), translucent(colour, 0.15))
        figure.add_scatter(
            x=rows["months"],
            y=rows["survival"],
            customdata=rows[["survival_low", "survival_high", "at_risk"]],
            name=name,
            mode="lines",
            line={"color": colour, "shape": "hv"},
            showlegend=False,
            hovertemplate=f"<b>{name}, {hover}",
            meta={"columns": ["lower", "upper", "at risk"]},
        )
        ends[name] = rows["survival"].iloc[-1]
        counted = rows[rows["months"] % ticks == 0]
        figure.add_scatter(
            x=counted["months"],
            y=[name] * len(counted),
            text=counted["at_risk"],
            mode="text",
            yaxis="y2",
            hoverinfo="skip",
            cliponaxis=False,
            showlegend=False,
        )
    key = {"95% interval": {"symbol": "square", "size": 16, "color": translucent(INK)}}
    if published is not None:
        marks = px.scatter(published, x="months", y="alive", color="arm", color_discrete_map=dict(colours))
        marks = [trace for trace in finish(marks, published, rows=False).data if trace.hoverinfo != "skip"]
        figure.add_traces([trace.update(name=f"{trace.name}, published", showlegend=False) for trace in marks])
        key["published"] = {"symbol": "circle", "color": INK}
    for words, marker in key.items():
        entry = {"name": words, "legendgroup": words, "mode": "markers", "marker": marker}
        figure.add_scatter(x=[None], y=[None], hoverinfo="skip", **entry)
    steps = {}
    for row in trial.table(range(1, int(trial.last) + 1)).itertuples():
        change = {"shapes[0].x0": row.months, "shapes[0].x1": row.months, "annotations[0].text": _read(row, arms)}
        steps[f"{row.months:g}"] = change
    # ends below the words
    line = {"type": "line", "x0": start, "x1": start, "y0": 0, "y1": 0.72, "yref": "y domain"}
    figure.add_shape(**line, line={"color": INK, "width": 1})
    place = {"x": 1, "y": 1, "xref": "x domain", "yref": "y domain", "xanchor": "right", "yanchor": "top"}
    figure.add_annotation(text="", align="right", showarrow=False, **place)
    last = points["months"].max()
    _name_ends(figure, ends, last)
    figure.add_annotation(text="at risk", x=0, xref="paper", y=0.145, yref="paper", xanchor="right", showarrow=False)
    keys = [key for column in ("source", "reconstruction") if column in points for key in points[column].unique()]
    shown = {"tickvals": list(range(0, int(last) + 1, ticks)), "range": [-0.3, last * 1.25]}
    figure.update_layout(
        meta={"source": ";".join(keys)},
        height=500,
        xaxis={"title": {"text": "Months since randomisation"}, **shown},
        yaxis={"title": {"text": "Alive (percent)"}, "range": [0, 102], "dtick": 25, "domain": [0.28, 1]},
        yaxis2={"domain": [0, 0.11], "autorange": "reversed", "showgrid": False, "ticklabelstandoff": 18},
    )
    return slide(figure, steps, str(start), "Month: ")


def _read(row, arms):
    """Say what the curves show at one month."""
    experimental, control = arms.values()
    if np.isnan(row.needed):
        needed = "no number needed to treat:<br>the interval holds no difference"
    else:
        more = "more" if row.needed > 0 else "fewer"
        low, high = abs(row.needed_low), abs(row.needed_high)
        needed = f"{abs(row.needed)} assigned for one {more} alive<br>({low} to {high})"
    return (
        f"<b>month {row.months:g}</b><br>{experimental} {row.experimental}%, {control} {row.control}%<br>"
        f"difference {row.difference} ({row.difference_low} to {row.difference_high})<br>{needed}"
    )


def _steps(rows, low, high):
    """Times and limits as corners of steps: each value holds until the next time."""
    return np.repeat(rows["months"], 2)[1:], np.repeat(rows[low], 2)[:-1], np.repeat(rows[high], 2)[:-1]


def _name_ends(figure, ends, last):
    """Write the name of each curve right of all bands, apart where two end close together."""
    above = None
    for name, alive in sorted(ends.items(), key=lambda end: -end[1]):
        above = alive if above is None else min(alive, above - 7)
        look = {"xanchor": "left", "xshift": 4, "showarrow": False}
        figure.add_annotation(text=f"<b>{name}</b>", x=last, y=above, **look)


def power_chart(
    ratios: npt.ArrayLike, marks: dict[str, float], states: dict, start: str, control: str, colour: str
) -> go.Figure:
    """Draw the chance of a positive trial against the true hazard ratio, with a slider for what it depends on.

    Parameters
    ----------
    ratios : array of shape (n,)
        True hazard ratios along the curve.
    marks : dict of str to float
        Hazard ratios to mark on the curve, by name.
    states : dict of str to tuple
        By label of the slider's step: the curve, an array of shape (n,), and the values at the marks, both in percent;
        and words that read off the state.
    start : str
        Label of the first state.
    control : str
        What the slider sets, for instance ``"Events: "``.
    colour : str
        Colour of the curve.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    steps = {}
    for label, (curve, at, words) in states.items():
        steps[label] = {"y": [np.round(curve, 1), np.round(at, 1)]}, {"annotations[0].text": words}
    hover = "Hazard ratio: %{x:.2~f}<br>Chance of a positive trial: %{y:.1~f}%, modelled<extra></extra>"
    figure = go.Figure(layout={"showlegend": False, "margin_t": 10})
    figure.add_scatter(x=ratios, mode="lines", line_color=colour, hovertemplate=hover, name="curve")
    names = {"x": list(marks.values()), "text": list(marks), "name": "marks", "meta": {"columns": [], "text": "text"}}
    ink = {"color": INK, "size": 11}
    where = {"mode": "markers+text", "textposition": "bottom left", "cliponaxis": False}
    where["texttemplate"] = "%{text}: %{y:.0f}%"
    figure.add_scatter(**names, **where, marker=ink, hovertemplate="<b>%{text}</b><br>" + hover)
    place = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top"}
    figure.add_annotation(text="", **place, align="right", showarrow=False)
    slide(figure, steps, start, control)
    figure.update_xaxes(title_text="True hazard ratio (below 1: the drug works)")
    return figure.update_yaxes(title_text="Modelled chance of a positive trial (percent)", range=[-6, 104], dtick=25)


def _add_band(figure, x, low, high, colour):
    """Add the area between two curves, without an entry in legend or table."""
    outline = {"x": [*x, *x[::-1]], "y": [*high, *low[::-1]], "mode": "lines", "line_width": 0}
    figure.add_scatter(**outline, fill="toself", fillcolor=colour, hoverinfo="skip", showlegend=False)
