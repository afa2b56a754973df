"""How the book's figures look: one Plotly template, and one meaning for each colour and symbol.

Importing this module makes the template ``sorafenib_book`` Plotly's default, so that a cell says only what is
particular to its figure.
"""

import math
import re
import textwrap

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import plotly.io as pio

from ..provenance import checks

__all__ = [
    "CLAIMS",
    "COLOURS",
    "DESIGNS",
    "EVIDENCE",
    "HIGHEST_EVIDENCE",
    "INK",
    "MARKS",
    "OUTCOMES",
    "PREDICTIVE",
    "RESULTS",
    "RULE",
    "SETTINGS",
    "SYMBOLS",
    "TRIALS",
    "VERDICTS",
    "add_curve",
    "beyond",
    "VESSELS",
    "choose",
    "cross_out",
    "forest",
    "free_level",
    "hazard_ratio_axis",
    "label_rows",
    "link_rows",
    "power_chart",
    "predictive_values",
    "scatter",
    "slide",
    "survival_chart",
    "translucent",
    "verdict_grid",
]

# Colours that occur nowhere else: the pages' style sheet replaces them by the text and the rule colour of the
# reader's colour scheme (Plotly takes neither `currentColor` nor `var()`).
INK = "#010203"
RULE = "#040506"

#: Colour of each treatment class; every pair stays apart under the common kinds of colour-blindness (Okabe-Ito based).
COLOURS = {
    "sorafenib": "#0072B2",
    "control": "#7F7F7F",
    "sorafenib combination": "#D55E00",
    "immunotherapy": "#009E73",
    "other kinase inhibitor": "#AA4499",
    "antiangiogenic antibody": "#56B4E9",
    "locoregional": "#86612D",
}

#: Colour of a trial where trials, and not treatments, are compared.
TRIALS = {"SHARP": "#6A5ACD", "Asia-Pacific": "#CC6677"}
#: Colour of a count of people.
_COUNTS = {"new cases": "#117733", "deaths": "#882255"}

#: Marker symbol of each check mark: filled where the number was seen in a source, open where it was not.
SYMBOLS = {
    "primary": "circle",
    "secondary": "diamond",
    "review": "square-open",
    "unchecked": "circle-open",
}


def translucent(colour, opacity=0.2):
    """Give a palette colour some transparency, for bands.

    Parameters
    ----------
    colour : str
        A colour as ``#rrggbb``.
    opacity : float
        From 0 (invisible) to 1.

    Returns
    -------
    str
        The colour as ``rgba(r, g, b, opacity)``.
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


_axis = {
    "gridcolor": RULE,
    "gridwidth": 0.5,
    "linecolor": RULE,
    "zeroline": False,
    "ticks": "",
    "automargin": True,
    "title": {"standoff": 10},
}

pio.templates["sorafenib_book"] = go.layout.Template(
    layout={
        "colorway": list(COLOURS.values()),
        "font": {
            "family": "Helvetica, Arial, 'Liberation Sans', sans-serif",
            "size": 14,
            "color": INK,
        },
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
        "height": 420,
        "xaxis": _axis,
        "yaxis": _axis | {"ticklabelstandoff": 6},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "title": {"text": ""},
        },
        "hoverlabel": {"align": "left"},
        "hovermode": "closest",
        "dragmode": False,
        "colorscale": {"sequential": "Blues", "diverging": "RdBu"},
    },
    data={
        "scatter": [
            {
                "marker": {"size": 10},
                "line": {"width": 2.5},
                "error_x": {"width": 0, "thickness": 2},
                "error_y": {"width": 0, "thickness": 2},
            }
        ],
        "bar": [{"marker": {"line": {"width": 0}}}],
    },
)
pio.templates.default = "sorafenib_book"


def scatter(table, x, y, hover_data=(), **options):
    """Draw a scatter plot with plotly.express, marker symbols by check mark.

    It is ``plotly.express.scatter`` with what the book's figures have in common: the palette, intervals where the table
    has them, source and check mark in the tooltip, one filled circle a colour in the legend, and facets labelled by
    their value.

    Parameters
    ----------
    table : pandas.DataFrame
        Needs columns ``check`` and ``source``. Columns named like `x` with ``_low`` and ``_high`` become intervals;
        where ``unchecked_fields`` names one of the three, the mark is `unchecked`.
    x, y : str
        Columns along the axes.
    hover_data : list of str
        More columns for the tooltip.
    **options
        Anything else ``plotly.express.scatter`` takes.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    interval = [x, f"{x}_low", f"{x}_high"]
    if "unchecked_fields" in table:
        table = table.assign(check=checks(table, *interval))
    if set(interval) <= set(table.columns):
        # rounded, so that the last digit of a difference is the same on every machine
        plus, minus = (table[interval[2]] - table[x]).round(3), (table[x] - table[interval[1]]).round(3)
        options |= {"error_x": plus, "error_x_minus": minus}
        hover_data = [*hover_data, *interval[1:]]
    palette = {**COLOURS, **TRIALS, **_COUNTS, "placebo": COLOURS["control"], **options.pop("color_discrete_map", {})}
    words = table.select_dtypes("string").columns
    figure = px.scatter(
        table.fillna(dict.fromkeys(words, "")),
        x=x,
        y=y,
        symbol="check",
        symbol_map=SYMBOLS | {"modelled": "x"},
        color_discrete_map=palette,
        hover_data=[*hover_data, "source", "check"],
        **options,
    )
    figure.for_each_annotation(lambda label: label.update(text=label.text.partition("=")[2]))
    figure.update_layout(legend_title_text="")
    for trace in figure.data:
        name = trace.name.rpartition(", ")[0] or "marks"
        hover = _with_interval(trace)
        trace.update(name=name, legendgroup=name, showlegend=False, hovertemplate=hover)
    if "color" in options:
        # entries of their own: the symbol of a data mark would look like that of its colour
        for name, colour in {trace.name: trace.marker.color for trace in figure.data}.items():
            entry = {"name": name, "legendgroup": name, "hoverinfo": "skip", "mode": "markers"}
            figure.add_scatter(x=[None], y=[None], marker={"color": colour, "symbol": "circle"}, **entry)
    return figure


def _with_interval(trace):
    """Hover template with an interval as its two ends, instead of the two distances that Plotly would write."""
    ends = re.compile(r"<br>[^<>=]+_low=%{customdata\[(\d+)\]}<br>[^<>=]+_high=%{customdata\[(\d+)\]}")
    found = ends.search(trace.hovertemplate)
    if not found:
        return trace.hovertemplate
    low, high = found.groups()
    known = any(not pd.isna(row[int(low)]) for row in trace.customdata)
    words = f"<br>from %{{customdata[{low}]}} to %{{customdata[{high}]}}" if known else ""
    # a format of its own makes Plotly leave the distances out
    return trace.hovertemplate.replace(found[0], words).replace("%{x}", "%{x:.4~g}")


def choose(figures, name):
    """Join figures with the same axes into one, with a menu that shows one at a time.

    Parameters
    ----------
    figures : dict of str to plotly.graph_objects.Figure
        Figures by their label in the menu; the first is shown first and gives the layout. Where their rows differ, as
        `label_rows` writes them, the menu changes these too.
    name : str
        What is chosen, the menu's own label.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    first, *others = figures.values()
    owners = [label for label, figure in figures.items() for _ in figure.data]
    joined = go.Figure(first)
    joined.add_traces([trace for figure in others for trace in figure.data])
    for trace, owner in zip(joined.data, owners, strict=True):
        trace.visible = owner == owners[0]
    own = {
        label: {
            "annotations": figure.layout.annotations,
            "yaxis.categoryarray": figure.layout.yaxis.categoryarray,
            "yaxis.tickvals": figure.layout.yaxis.tickvals,
        }
        for label, figure in figures.items()
    }
    rows_differ = any(layout != own[owners[0]] for layout in own.values())
    buttons = []
    for label in figures:
        shown = {"visible": [label == owner for owner in owners]}
        change = (
            {"method": "update", "args": [shown, own[label]]} if rows_differ else {"method": "restyle", "args": [shown]}
        )
        buttons.append({"label": label, **change})
    joined.update_layout(updatemenus=[{"name": name, "buttons": buttons, "x": 1, "y": 1.1, "yanchor": "bottom"}])
    return joined


def label_rows(figure, rows, height=36, values=None):
    """Write the label of each row above it, inside the chart, so that long labels leave the width to the data.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure with text along y; changed in place.
    rows : list of str
        All rows from top to bottom; one that has neither a mark nor a value is a heading.
    height : int
        Height of a row in pixels.
    values : dict or pandas.Series of str to str, optional
        What stands at the right end of a row, at the height of its mark.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    values = {} if values is None else values
    used = {label for trace in figure.data for label in trace.y}.union(values.keys())
    for row, words in values.items():
        end = {"x": 1, "xref": "x domain", "xanchor": "right", "yanchor": "middle", "yshift": -2, "showarrow": False}
        figure.add_annotation(text=words, y=row, **end)
    for row in rows:
        figure.add_annotation(
            text=row if row in used else f"<b>{row}</b>",
            x=0,
            xref="x domain",
            y=row,
            xanchor="left",
            yanchor="bottom",
            yshift=5,
            showarrow=False,
        )
    # lines between the rows, so that a mark and the label above it stand together; none under a heading
    lined = [at for at, above in enumerate([None, *rows][:-1]) if above is None or above in used]
    figure.update_yaxes(
        categoryarray=list(rows)[::-1],
        categoryorder="array",
        tickvals=[len(rows) - 0.35 - at for at in lined],
        ticktext=[""] * len(lined),
        range=[-0.6, len(rows) - 0.2],
        showticklabels=False,
        title_text="",
    )
    return figure.update_layout(height=height * len(rows) + 110, margin_l=4)


def forest(table, pooled, heading, rows=None):
    """Draw trials and what they give when pooled, one row each, with the numbers at the right.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a trial with columns ``row`` (its label, no label twice), ``hr``, ``hr_low``, ``hr_high``, ``class``,
        ``patients``, ``interval`` (where the interval comes from), ``source`` and ``check``.
    pooled : sorafenib_book.pooling.Pooled
        The same trials pooled.
    heading : str
        What is pooled: the first row.
    rows : int, optional
        Rows for trials; more than there are leave a gap, so that figures joined by `choose` keep their pooled rows in
        place.

    Returns
    -------
    plotly.graph_objects.Figure
        With hazard ratios along x; `hazard_ratio_axis` makes the axis.
    """
    hover = ["patients", "interval"]
    figure = scatter(
        table, x="hr", y="row", color="class", hover_data=hover, labels={"hr": "Hazard ratio", "row": "trial"}
    )
    words = {"fixed effect": "Fixed effect", "random effects": "Random effects, classical"}
    words["Hartung-Knapp"] = "Random effects, Hartung-Knapp"
    words["prediction interval"] = f"Next trial (prediction, {pooled.k - 2} df)"
    estimates, numbers = pooled.table(), {}
    for name, (hr, low, high) in estimates.iterrows():
        marks = {"x": [hr], "y": [words[name]], "customdata": [[low, high]], "name": "pooled", "showlegend": False}
        hover = "estimate=%{y}<br>Hazard ratio=%{x}<br>from=%{customdata[0]}<br>to=%{customdata[1]}<extra></extra>"
        line = {"array": [round(high - hr, 2)], "arrayminus": [round(hr - low, 2)], "color": INK, "width": 6}
        thin = name == "prediction interval"
        line["thickness"] = 1 if thin else 3
        shape = {"symbol": "line-ns" if thin else "diamond-wide", "size": 0 if thin else 13, "color": INK}
        figure.add_scatter(**marks, hovertemplate=hover, error_x=line, marker=shape, mode="markers")
        numbers[words[name]] = f"{low:.2f} to {high:.2f}" if thin else f"{hr:.2f} ({low:.2f} to {high:.2f})"
    for row, *limits in table[["row", "hr", "hr_low", "hr_high"]].itertuples(index=False):
        numbers[row] = "{:.2f} ({:.2f} to {:.2f})".format(*limits)
    blank = [" " * (i + 1) for i in range((rows or len(table)) - len(table))]
    label_rows(
        figure, [heading, *table["row"], *blank, "Pooled", *(words[name] for name in estimates.index)], 34, numbers
    )
    # beside their label and not beside their mark, so that wide intervals have the whole width
    figure.update_annotations(yanchor="bottom", yshift=5, selector={"xanchor": "right", "xref": "x domain"})
    return figure.update_yaxes(showgrid=False).update_layout(showlegend=False)


def link_rows(figure):
    """Draw a thin line between the marks of each row, so that two arms are read as a pair.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A scatter plot with text along y; changed in place.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    marks = {}
    for trace in [trace for trace in figure.data if trace.hoverinfo != "skip"]:
        for x, y in zip(trace.x, trace.y, strict=True):
            marks.setdefault((trace.xaxis, trace.yaxis, y), []).append(x)
    lines = {}
    for (xaxis, yaxis, y), values in marks.items():
        line = lines.setdefault((xaxis, yaxis), {"x": [], "y": []})
        line["x"] += [min(values), max(values), None]
        line["y"] += [y, y, None]
    for (xaxis, yaxis), line in lines.items():
        look = {"mode": "lines", "line": {"color": INK, "width": 1}, "opacity": 0.5}
        figure.add_scatter(xaxis=xaxis, yaxis=yaxis, hoverinfo="skip", showlegend=False, **line, **look)
    return figure


def cross_out(figure, rows):
    """Draw a cross into the marks of some rows, for what was refused or taken back; the check marks stay.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A scatter plot with text along y; changed in place.
    rows : iterable of str
        Labels of the rows.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    rows = set(rows)
    for trace in figure.data:
        crossed = [label in rows for label in trace.y]
        if any(crossed):
            base, *hollow = trace.marker.symbol.split("-")
            trace.marker.symbol = ["-".join([base, *["x"] * cross, *hollow]) for cross in crossed]
            trace.marker.line = {"color": INK, "width": [1.5 * cross for cross in crossed]}
    return figure


def add_curve(figure, table, x, y, name):
    """Add a modelled curve with its band.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Changed in place.
    table : pandas.DataFrame
        The curve, with columns `x`, `y`, and `y` with ``_low`` and ``_high``.
    x, y : str
        Columns along the axes.
    name : str
        Words for the legend, which say that it is modelled.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    low, high = table[f"{y}_low"], table[f"{y}_high"]
    _add_band(figure, table[x], low, high, "rgba(127, 127, 127, 0.25)")
    hover = f"{name}<br>{x}=%{{x}}<br>{y}=%{{y}}<br>lower=%{{customdata[0]}}<br>upper=%{{customdata[1]}}<extra></extra>"
    line = {"mode": "lines", "line_color": INK, "customdata": list(zip(low, high, strict=True)), "hovertemplate": hover}
    return figure.add_scatter(x=table[x], y=table[y], name=name, **line)


def _add_band(figure, x, low, high, colour):
    """Add the area between two curves, without an entry in legend or table."""
    outline = {"x": [*x, *x[::-1]], "y": [*high, *low[::-1]], "mode": "lines", "line_width": 0}
    figure.add_scatter(**outline, fill="toself", fillcolor=colour, hoverinfo="skip", showlegend=False)


def beyond(figure):
    """Turn marks whose ``relation`` is ``>`` into triangles that point to where the value must lie.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure that `scatter` drew with ``relation`` among its ``hover_data``; changed in place. Filled and open stay
        what they are.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    for trace in figure.data:
        place = re.search(r"relation=%{customdata\[(\d+)\]}", trace.hovertemplate or "")
        if place:
            hollow = "-open" * str(trace.marker.symbol).endswith("-open")
            above = [row[int(place[1])] == ">" for row in trace.customdata]
            if any(above):
                trace.marker.symbol = [f"triangle-right{hollow}" if out else trace.marker.symbol for out in above]
                # the symbol is drawn small; with sizes of their own Plotly would make the marks bubbles
                trace.marker.update(size=[14 if out else 10 for out in above], opacity=1, line_width=0)
    return figure


def slide(figure, steps, start, prefix=""):
    """Give a figure a slider whose steps change its layout, and put it to the first of them.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Changed in place.
    steps : dict of str to dict
        What each step sets, by its label, as ``Plotly.relayout`` takes it: ``{"shapes[0].x0": 3}``.
    start : str
        Label of the step at which the slider stands.
    prefix : str
        Words before the label.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    for key, value in steps[start].items():
        figure.layout[key] = value
    found = [{"label": label, "method": "relayout", "args": [change]} for label, change in steps.items()]
    return figure.update_layout(sliders=[_slider(found, list(steps).index(start), prefix=prefix)])


def _slider(steps, active, **words):
    return {"active": active, "steps": steps, "currentvalue": words, "pad": {"t": 50}}


def free_level(figure, table, total, shares, start):
    """Show the free concentration of the drug in every panel, with a slider for the unbound share.

    The line is the middle concentration, the band goes from the lowest to the highest, the dotted line is the total.
    Above the chart stands which rows lie below the line, panel by panel.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure of `scatter` with concentrations along x and one panel (``facet_col``) an assay; changed in place.
    table : pandas.DataFrame
        What it shows, with columns ``gene``, ``assay`` and ``value`` (nM).
    total : sequence of three floats
        Lowest, middle and highest total concentration in nM.
    shares : list of float
        Unbound shares in percent, the slider's steps.
    start : float
        The share at which the slider stands.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    colour, assays = COLOURS["sorafenib"], [title.text for title in figure.layout.annotations]
    figure.add_vrect(1, 1, col="all", line_width=0, fillcolor=colour, opacity=0.15, layer="below")
    figure.add_vline(1, col="all", line={"color": colour, "width": 1.5})
    figure.add_vline(total[1], col="all", line={"color": INK, "width": 1.5, "dash": "dot"}, layer="below")
    corner = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 24}
    corner["xshift"] = -55  # the words may begin above the labels of the rows
    figure.add_annotation(text="", align="left", showarrow=False, **corner)
    steps, count = {}, len(assays)
    for share in shares:
        low, middle, high = (round(value * share / 100, 1) for value in total)
        below = table[table["value"].lt(middle)].sort_values("value").groupby("assay")["gene"].agg(", ".join)
        words = [f"<b>free {middle:,.0f} nM</b> (line), patients {low:,.0f} to {high:,.0f} (band)"]
        words += [f"total {total[1]:,.0f} nM (dotted)", "below the free level:"]
        for assay in assays:
            words += textwrap.wrap(f"{assay}: {below.get(assay, 'none')}", 50)
        ends = {0: (low, high), 1: (middle, middle)}
        change = {f"annotations[{count}].text": "<br>".join(words)}
        for kind, (left, right) in ends.items():
            for i in range(kind * count, (kind + 1) * count):
                change |= {f"shapes[{i}].x0": left, f"shapes[{i}].x1": right}
        steps[f"{share}%"] = change
    return slide(figure, steps, f"{start}%", "Unbound: ")


def hazard_ratio_axis(figure, left, right, low=0.4, high=1.9, last=4):
    """Make the x axis one of hazard ratios: logarithmic, with the line of no effect and words for its two sides.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure with hazard ratios along x; changed in place.
    left, right : str
        What lies on either side of 1, for instance ``"sorafenib better"``.
    low, high : float
        Ends of the axis.
    last : float
        Last hazard ratio to label; less than `high` where numbers stand at the right end.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.
    """
    ticks = [t for t in (0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4) if low <= t <= min(high, last)]
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
    return figure


def survival_chart(table, points, horizon, start=None, arms=("sorafenib", "placebo")):
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
    hover = "%{fullData.name}<br>time=%{x} months<br>alive=%{y}%<br>lower=%{customdata[0]}<br>upper=%{customdata[1]}"
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
                hovertemplate=hover + "<extra></extra>",
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


def power_chart(ratios, marks, states, start, control, colour):
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
    rounded = {label: (np.round(curve, 1), np.round(at, 1), words) for label, (curve, at, words) in states.items()}
    steps = [
        {"label": label, "method": "update", "args": [{"y": [curve, at]}, {"annotations[0].text": words}]}
        for label, (curve, at, words) in rounded.items()
    ]
    curve, at, words = rounded[start]
    hover = "hazard ratio=%{x}<br>chance=%{y}%<extra></extra>"
    figure = go.Figure(layout={"showlegend": False, "margin_t": 10})
    figure.add_scatter(x=ratios, y=curve, mode="lines", line_color=colour, hovertemplate=hover, name="curve")
    names = {"x": list(marks.values()), "y": at, "text": list(marks), "name": "marks"}
    ink = {"color": INK, "size": 11}
    where = {"mode": "markers+text", "textposition": "bottom left", "cliponaxis": False}
    figure.add_scatter(**names, **where, marker=ink, hovertemplate="%{text}<br>" + hover)
    place = {"x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top"}
    figure.add_annotation(text=words, **place, align="right", showarrow=False)
    figure.update_layout(sliders=[_slider(steps, list(states).index(start), prefix=control)])
    figure.update_xaxes(title_text="True hazard ratio (below 1: the drug works)")
    return figure.update_yaxes(title_text="Chance of a positive trial (percent)", range=[-6, 104], dtick=25)


#: Colour of the two predictive values of a test.
PREDICTIVE = {"positive": "#CC79A7", "negative": "#4A6FA5"}


def predictive_values(sensitivity=45, specificity=90, specificities=(70, 80, 90, 95)):
    """Draw what a test's result means at each prevalence; a slider sets its sensitivity, a menu its specificity.

    By Bayes' rule the positive predictive value is the share of true positives among all positives, the negative one
    that of true negatives among all negatives.

    Parameters
    ----------
    sensitivity : int
        Share of those with the outcome whom the test finds, in percent, at the start: 5, 15 or so on to 95.
    specificity : int
        Share of those without it whom the test leaves out, in percent, at the start; one of `specificities`.
    specificities : tuple of int
        Choices of the menu.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    prevalences = [1, 2, 5, 10, 15, 20, *range(30, 91, 10), 95, 99]

    def curves(found):
        """Both values at each prevalence, for each specificity."""
        for left_out in specificities:
            share, found_share, out_share = (np.array(values) / 100 for values in (prevalences, found, left_out))
            positive = found_share * share / (found_share * share + (1 - out_share) * (1 - share))
            negative = out_share * (1 - share) / (out_share * (1 - share) + (1 - found_share) * share)
            yield from ((100 * positive).round(1).tolist(), (100 * negative).round(1).tolist())

    figure, kinds = go.Figure(), list(PREDICTIVE) * len(specificities)
    for i, (kind, values) in enumerate(zip(kinds, curves(sensitivity), strict=True)):
        figure.add_scatter(
            x=prevalences,
            y=values,
            mode="lines",
            name=f"{kind} predictive value",
            visible=specificities[i // 2] == specificity,
            line_color=PREDICTIVE[kind],
            hovertemplate="%{fullData.name}<br>prevalence=%{x}%<br>value=%{y}%<extra></extra>",
        )
    steps = [
        {"label": str(found), "method": "restyle", "args": [{"y": list(curves(found))}, list(range(len(kinds)))]}
        for found in range(5, 101, 10)
    ]
    buttons = [
        {
            "label": f"{left_out}%",
            "method": "restyle",
            "args": [
                {"visible": [specificities[i // 2] == left_out for i in range(len(kinds))]},
                list(range(len(kinds))),
            ],
        }
        for left_out in specificities
    ]
    choice = {"name": "Specificity", "active": specificities.index(specificity), "x": 1, "y": 1.1, "yanchor": "bottom"}
    return figure.update_layout(
        sliders=[_slider(steps, sensitivity // 10, prefix="Sensitivity: ", suffix="%")],
        updatemenus=[choice | {"buttons": buttons}],
        xaxis={"title": {"text": "Prevalence of the outcome (percent of patients)"}, "range": [0, 100]},
        yaxis={"title": {"text": "Predictive value (percent)"}, "range": [0, 103]},
    )


#: Colour of each verdict of the claims ledger, and of each check mark where shares are shown.
VERDICTS = {
    "confirmed": "#1B7837",
    "imprecise": "#9FCF9A",
    "corrected": "#8E44AD",
    "outdated": "#B497C9",
    "contested": "#E08214",
    "unverifiable": "#8C8C8C",
}
#: Colour of what a finding says about a mechanism: the colours of the verdicts that mean the same.
EVIDENCE = {
    "supports": VERDICTS["confirmed"],
    "fits, sorafenib not tested": VERDICTS["imprecise"],
    "no link": VERDICTS["unverifiable"],
    "opposes": VERDICTS["corrected"],
}
#: Colour of each kind of evidence on a mechanism.
SETTINGS = {
    "cell lines": "#77AADD",
    "animals": "#44BB99",
    "tumour tissue": "#AAAA00",
    "treated patients": "#EE8866",
    "randomised trial": "#B2487F",
}
#: Colour and sign of each result of a claim on the model; without a path it is neither support nor refutation.
CLAIMS = {
    "holds": VERDICTS["confirmed"],
    "undecided": VERDICTS["contested"],
    "reversed": VERDICTS["corrected"],
    "no path left": "#A3A9B2",
}
_CLAIM_SIGNS = {"holds": "+", "undecided": "?", "reversed": "\u2212", "no path left": "\u2022"}
MARKS = {"primary": "#2171B5", "secondary": "#6BAED6", "review": "#BDBDBD", "unchecked": "#B35900"}
#: The same, from the weakest to the strongest for a statement about patients.
DESIGNS = {
    "cells and animals": SETTINGS["animals"],
    "treated patients only": SETTINGS["treated patients"],
    "randomised comparison": SETTINGS["randomised trial"],
}
#: The same where only the highest kind of evidence is told.
HIGHEST_EVIDENCE = {
    "cells": SETTINGS["cell lines"],
    "animals": SETTINGS["animals"],
    "patients": SETTINGS["treated patients"],
    "randomised": SETTINGS["randomised trial"],
    "review": "#BBBBBB",
}
#: Colour of what a strategy against resistance has shown.
RESULTS = {"favourable": "#2A7F8E", "mixed": "#8B6FB3", "no gain": "#A6324B", "undecided": "#8C8C8C"}
#: Colour of each kind of vessel that feeds a tumour.
VESSELS = {"new vessels": "#C4622D", "co-opted vessels": "#5B4B9A"}

#: Colour of what is known of a trial's outcome.
OUTCOMES = {
    "no benefit": "#8C510A",
    "stopped for futility": "#BF812D",
    "progression only": "#5E3C99",
    "longer survival": "#01665E",
    "not compared": "#80A0B8",
    "no result": "#A6A6A6",
}


def verdict_grid(table, rows=16):
    """Draw what claims do on several graphs: a row a claim, a column a graph, colour and sign the verdict.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``claim`` (text), ``graph``, ``verdict`` (keys of `CLAIMS`), ``agree`` and ``oppose`` (shares of the
        weightings); graphs and claims in the order in which they are drawn.
    rows : int
        Height of the chart in rows, so that charts of a menu are alike.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    claims, graphs = list(table["claim"].unique()), list(table["graph"].unique())
    figure = go.Figure()
    words = ["<br>".join(textwrap.wrap(claim, 56)) for claim in claims]
    columns = ["claim", "graph", "verdict", "agree", "oppose"]
    label = {"mode": "text", "hoverinfo": "skip", "showlegend": False, "textposition": "top right"}
    figure.add_scatter(x=[-0.5] * len(claims), y=[i + 0.12 for i in range(len(claims))], text=words, **label)
    for verdict, colour in CLAIMS.items():
        part = table[table["verdict"].eq(verdict)]
        figure.add_scatter(
            x=part["graph"].map(graphs.index) if len(part) else [None],
            y=part["claim"].map(claims.index) + 0.34 if len(part) else [None],
            text=[_CLAIM_SIGNS[verdict]] * max(len(part), 1),
            mode="markers+text",
            name=f"{_CLAIM_SIGNS[verdict]} {verdict}",
            textfont={"color": "white", "size": 15},
            marker={"symbol": "square", "size": 21, "color": colour},
            customdata=part[columns].astype(object).fillna("") if len(part) else [[""] * 5],
            hovertemplate="claim=%{customdata[0]}<br>graph=%{customdata[1]}<br>verdict=%{customdata[2]}"
            "<br>share that agrees=%{customdata[3]}<br>share that opposes=%{customdata[4]}<extra></extra>",
        )
    ticks = {"tickvals": list(range(len(graphs))), "ticktext": graphs, "range": [-0.5, len(graphs) - 0.5]}
    figure.update_xaxes(side="top", showgrid=False, title_text="", **ticks)
    figure.update_yaxes(range=[rows - 0.4, -0.7], visible=False, title_text="")
    title = {"text": "Model of the signed graph, not measured", "side": "top"}
    legend = {"y": 1.06, "x": 0, "title": title}
    return figure.update_layout(height=64 * rows + 90, margin={"l": 4, "t": 100}, legend=legend)
