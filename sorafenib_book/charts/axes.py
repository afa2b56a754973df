"""The axis of hazard ratios."""

import math

import plotly.graph_objects as go

from ..style.palette import INK

__all__ = ["hazard_ratio_axis"]


def hazard_ratio_axis(figure: go.Figure, left: str, right: str, low: float = 0.4, high: float = 1.9) -> go.Figure:
    """Make the x axis one of hazard ratios: logarithmic, with the line of no effect and words for its two sides.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure with hazard ratios along x; changed in place.
    left, right : str
        What lies on either side of 1, for instance ``"sorafenib better"``.
    low, high : float
        Ends of the axis.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    ticks = [t for t in (0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4) if low <= t <= high]
    figure.update_xaxes(type="log", range=[math.log10(low), math.log10(high)], tickvals=ticks, ticktext=ticks)
    # faint, so that the words it crosses stay readable
    figure.add_vline(1, line={"color": INK, "width": 1}, opacity=0.4, layer="below")
    for words, anchor, arrow in ((left, "right", "\u2190 {} "), (right, "left", " {} \u2192")):
        figure.add_annotation(
            text=arrow.format(words),
            x=0,
            xref="x",
            y=1,
            yref="paper",
            xanchor=anchor,
            yanchor="bottom",
            showarrow=False,
        )
    # the legend, if there is one, stands above these words
    meta = figure.layout.meta or {}
    if narrow := meta.get("narrow"):
        wide, narrow_too = (1 + 20 / (height - 110) for height in (figure.layout.height, narrow["height"]))
        meta = {**meta, "narrow": {**narrow, "legend": {"y": narrow_too}}}
        figure.update_layout(legend_y=wide, meta=meta)
    return figure
