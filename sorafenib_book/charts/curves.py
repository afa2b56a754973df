"""Curves of survival and of power, each with a slider that reads it off."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from ..style.palette import COLOURS, INK, translucent
from ..style.rows import scatter
from .controls import slide

__all__ = ["power_chart", "survival_chart"]


def survival_chart(
    table: pd.DataFrame,
    points: pd.DataFrame,
    horizon: int,
    start: int | None = None,
    arms: tuple[str, str] = ("sorafenib", "placebo"),
) -> go.Figure:
    """Draw the modelled survival of two arms with bands, and a slider that reads it off month by month.

    Parameters
    ----------
    table : pandas.DataFrame
        Modelled survival, as ``survival.Fit.table`` gives it; it must hold every whole month up to the horizon.
    points : pandas.DataFrame
        Published points, as ``survival.points`` gives them.
    horizon : int
        Month up to which enough patients were followed: curves are dotted beyond, and the slider stops there.
    start : int, optional
        Month at which the slider starts; by default the horizon.
    arms : tuple of two str
        Names of the experimental and of the control arm.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = go.Figure()
    hover = "%{x} months</b><br>%{y:.1~f}% alive (%{customdata[0]} to %{customdata[1]}), modelled<extra></extra>"
    for column, name, colour in zip(("experimental", "control"), arms, list(COLOURS.values()), strict=False):
        low, high = table[f"{column}_low"], table[f"{column}_high"]
        _add_band(figure, table["months"], low, high, translucent(colour, 0.15))
        for part, reach in ((table["months"] <= horizon, ""), (table["months"] >= horizon, ", beyond follow-up")):
            figure.add_scatter(
                x=table.loc[part, "months"],
                y=table.loc[part, column],
                customdata=table.loc[part, [f"{column}_low", f"{column}_high"]],
                name=name + reach,
                mode="lines",
                line={"color": colour, "dash": "dot" if reach else "solid"},
                opacity=0.6 if reach else 1,
                hovertemplate=f"<b>{name}, {hover}",
                meta={"columns": ["lower", "upper"]},
                showlegend=not reach,
            )
    published = scatter(points, x="months", y="alive", color="arm")
    marks = [trace for trace in published.data if trace.hoverinfo != "skip"]
    figure.add_traces([trace.update(name=f"{trace.name}, published") for trace in marks])
    read, steps, start = table.set_index("months"), {}, start or horizon
    for month in range(1, horizon + 1):
        row = read.loc[month]
        words = (
            f"<b>at {month} month{'s' if month > 1 else ''}</b><br>"
            f"{arms[0]} {row['experimental']}%<br>{arms[1]} {row['control']}%<br>"
            f"difference {row['difference']} points<br>"
            f"(95% band {row['difference_low']} to {row['difference_high']})"
        )
        steps[str(month)] = {"shapes[0].x0": month, "shapes[0].x1": month, "annotations[0].text": words}
    figure.add_vline(start, line={"color": INK, "width": 1})
    figure.add_annotation(
        text="",
        x=1,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="right",
        yanchor="top",
        align="right",
        showarrow=False,
    )
    figure.update_layout(
        legend={"title": {"text": "Modelled from published summaries,<br>not patient data", "side": "top"}},
        xaxis={"title": {"text": "Time since randomisation (months)"}, "dtick": 3},
        yaxis={"title": {"text": "Alive (percent)"}, "range": [0, 101], "dtick": 25},
    )
    return slide(figure, steps, str(start), "Months: ")


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
    figure.add_scatter(**names, **where, marker=ink, hovertemplate="<b>%{text}</b><br>" + hover)
    place = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top"}
    figure.add_annotation(text="", **place, align="right", showarrow=False)
    slide(figure, steps, start, control)
    figure.update_xaxes(title_text="True hazard ratio (below 1: the drug works)")
    return figure.update_yaxes(title_text="Chance of a positive trial (percent)", range=[-6, 104], dtick=25)


def _add_band(figure, x, low, high, colour):
    """Add the area between two curves, without an entry in legend or table."""
    outline = {"x": [*x, *x[::-1]], "y": [*high, *low[::-1]], "mode": "lines", "line_width": 0}
    figure.add_scatter(**outline, fill="toself", fillcolor=colour, hoverinfo="skip", showlegend=False)
