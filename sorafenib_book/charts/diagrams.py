"""Diagrams of a mechanism: names in boxes, an arrow where one raises another, a bar where it lowers it.

Graphviz `dot` laid the book's diagrams out; where boxes stand and edges run is stored in ``data/diagrams.csv``, so that
drawing one needs no Graphviz. The unit is a pixel of a phone; on a wide screen a diagram is stretched sideways.
"""

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from .. import network, simulation, tables
from .._inputs import need_columns, need_signs
from ..style.palette import COLOURS, INK, translucent
from ..wording import cited, mark_in_words
from .layout import TYPE, laid_out, lines, way

__all__ = ["EFFECTS", "KNOWN", "choices", "draw", "names", "part"]

#: Colour of each effect; its end differs too.
EFFECTS = {"raises": "#3A79B0", "lowers": "#C8553D"}
#: How a line says whether a curated database has an edge with the same sign.
KNOWN = {"a database agrees": "solid", "no database agrees": "4px,3px"}
#: Symbol, size and stroke of each end.
_ENDS = {"raises": ("arrow", 9, 0), "lowers": ("line-ew", 6, 3)}
_DISPUTED = "#8E3FB5"
_OPPOSITE = "a source disagrees"
_SAYS = {
    "same sign": "the same sign",
    "both signs": "both signs",
    "opposite sign": "the opposite sign",
    "absent": "none has this edge",
    "not covered": "do not cover drugs, cells and processes",
}
_SIGNS = {"up": "\u25b2 up", "down": "\u25bc down", "unchanged": "= same", "undecided": "? undecided"}
_TINTS = {"up": translucent(EFFECTS["raises"], 0.3), "down": translucent(EFFECTS["lowers"], 0.3)}
_NODE = dict.fromkeys(("kind", "gene", "source", "check"), "")
_EDGE = dict.fromkeys(("relation", "context", "source", "against", "agreement", "check"), "")
_KINDS = {"drug": "drug", "phenotype": "outcome"}

_WIDE = 736  # pixels of a wide picture
_STRETCH = 1.7  # how much wider than on a phone a diagram is at most
_TALLER = 1.2  # how much taller, as its type is larger
_NARROWEST = 280  # of a small diagram, whose boxes would else be as wide as the page


def names() -> list[str]:
    """List the book's diagrams.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "RAS to ERK" in names()
    True
    """
    return list(tables.read("diagrams")["diagram"].unique())


def part(name: str) -> nx.DiGraph:
    """Read one of the book's diagrams: a part of the mechanism graph, and where its boxes and edges are drawn.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    networkx.DiGraph
        Attributes are those of ``network.graph`` and: of nodes ``place`` (middle of the box) and ``size`` (its width
        and height); of edges ``way`` (points of a Bezier curve) and ``agreement`` (what curated databases say of it).

    Raises
    ------
    ValueError
        If there is no such diagram.

    Examples
    --------
    >>> graph = part("RAS to ERK")
    >>> graph.edges["raf1", "map2k1"]["agreement"]
    'same sign'
    """
    rows = tables.read("diagrams")
    rows = rows[rows["diagram"].eq(name)]
    if rows.empty:
        raise ValueError(f"There is no diagram {name}; there are {', '.join(names())}.")
    boxes, lines = rows.dropna(subset="node").set_index("node"), rows.dropna(subset="edge").set_index("edge")
    whole, known = network.graph(), tables.read("curated_edges").set_index("id")["agreement"]
    others = [edge for edge in whole.edges if whole.edges[edge]["id"] not in lines.index]
    graph = network.between(whole, boxes.index, without=others)
    for node, data in graph.nodes(data=True):
        x, y, width, height = boxes.loc[node, ["x", "y", "width", "height"]]
        data |= {"place": (int(x), int(y)), "size": (int(width), int(height))}
    for *_, data in graph.edges(data=True):
        ends = [int(number) for number in lines.at[data["id"], "way"].split()]
        data |= {"way": list(zip(ends[::2], ends[1::2], strict=True)), "agreement": known[data["id"]]}
    return graph


def choices(
    graph: nx.DiGraph, held: Mapping[str, str], drug: str = "sorafenib", phase: str = "acute"
) -> dict[str, pd.DataFrame]:
    """Run a diagram's own model for the choices of its menu: the drug against none, and nodes held beside the drug.

    Parameters
    ----------
    graph : networkx.DiGraph
        As `part` gives it; edges that it does not show have no part in this.
    held : dict of str to str
        Node that each choice holds up, or down where a minus stands before it, by the choice's label.
    drug : str
        Held in all choices and in what they are compared with; a choice of the drug itself is compared with none. Where
        the graph lacks it nothing else is held.
    phase : str
        As in ``simulation.changes``.

    Returns
    -------
    dict of str to pandas.DataFrame
        As `draw` takes them.

    Examples
    --------
    >>> found = choices(part("EGFR and HER3"), {"Sorafenib": "sorafenib", "HER3 off": "-erbb3"})
    >>> list(found), found["HER3 off, against sorafenib alone"].at["akt1", "direction"]
    (['Sorafenib, against none', 'HER3 off, against sorafenib alone'], 'down')
    """
    model, found = simulation.ensemble(graph), {}
    given = [drug] if drug in graph else []
    for label, node in held.items():
        if node == drug:
            found[f"{label}, against none"] = simulation.changes(model, drug, phase=phase)
            continue
        down = [node.removeprefix("-")] if node.startswith("-") else []
        up = [*given, *([] if down else [node])]
        against = f"{drug} alone" if given else "nothing held"
        found[f"{label}, against {against}"] = simulation.changes(model, up, down, given, phase=phase)
    return found


def draw(
    graph: nx.DiGraph,
    states: Mapping[str, pd.DataFrame] | None = None,
    name: str = "Held",
    words: Mapping[str, str] | None = None,
) -> go.Figure:
    """Draw a signed graph: an arrow raises its target, a bar lowers it.

    A full line is an edge that a curated database has with the same sign, a dashed line one that none has. A diamond
    says that a database or a paper reports the opposite. Where a graph does not tell, all lines are full.

    Parameters
    ----------
    graph : networkx.DiGraph
        As `part` gives it, or any other whose edges have a ``sign``; Graphviz lays it out if its boxes have no place.
        What else it may tell, by attributes: of nodes ``short`` (name in the box), ``label``, ``kind``, ``gene``; of
        edges ``agreement``, ``relation``, ``context``, ``against`` (sources of the other sign); of both ``source`` and
        ``check``.
    states : dict of str to pandas.DataFrame, optional
        Changes that a menu shows, one at a time, as ``simulation.changes`` gives them: where each node goes is written
        into its box. The first is shown first.
    name : str
        Label of the menu.
    words : dict of str to str, optional
        A second line for some nodes' boxes, where there are no states.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the graph is empty, an edge has no sign, a state lacks a node or a column, or Graphviz is needed and absent.

    Examples
    --------
    >>> figure = draw(part("RAS to ERK"))
    >>> [trace.name for trace in figure.data if trace.showlegend][:4]
    ['drug', 'outcome', 'raises', 'lowers']
    """
    graph = _filled(graph)
    _need_states(graph, states or {})
    figure = go.Figure()
    middles = _middles(graph)
    _add_lines(figure, graph, middles)
    _add_boxes(figure, graph)
    _add_edge_labels(figure, graph, middles)
    _add_key(figure, graph)
    if states:
        _add_states(figure, graph, states, name)
    else:
        _add_names(figure, graph, words or {})
    boxes = [(data["place"], data["size"]) for _, data in graph.nodes(data=True)]
    ends = [x for *_, points in graph.edges(data="way") for x, _ in points]
    ends += [x + side * width / 2 for (x, _), (width, _) in boxes for side in (-1, 1)]
    left, right = min(ends), max(ends)
    bottom = max(y + height / 2 for (_, y), (_, height) in boxes)
    spare = max(2, (_NARROWEST - right + left) / 2)
    key = 14 + 20 * math.ceil(sum(bool(trace.showlegend) for trace in figure.data) / 2) + (20 if states else 0)
    side = max(6, (_WIDE - _STRETCH * (right - left + 2 * spare)) / 2)
    narrow = {"l": 4, "r": 4, "t": 6, "b": key}
    legend = {"x": 0, "y": 0, "yanchor": "top", "itemclick": False, "itemdoubleclick": False}
    if states:
        legend["title"] = {"text": "Up or down: modelled, not measured", "side": "top"}
    figure.update_layout(
        height=round(bottom * _TALLER) + 6 + key,
        font_size=13,
        margin={"l": side, "r": side, "t": 6, "b": key},
        legend=legend,
        meta={"narrow": {"font": {"size": TYPE}, "margin": narrow, "height": round(bottom) + 6 + key}},
    )
    figure.update_xaxes(range=[left - spare, right + spare], visible=False, title_text="across")
    figure.update_yaxes(range=[bottom + 1, -1], visible=False, title_text="down")
    return figure


def _filled(graph):
    """The graph with empty words where it has none, each node with a name, and laid out."""
    need_signs(graph)
    if not graph:
        raise ValueError("the graph has no nodes: there is nothing to draw")
    filled = nx.DiGraph()
    for node, data in graph.nodes(data=True):
        label = data.get("label") or str(node)
        filled.add_node(node, **{**_NODE, **data, "label": label, "short": data.get("short") or label})
    filled.add_edges_from((a, b, _EDGE | data) for a, b, data in graph.edges(data=True))
    placed = all("place" in data for _, data in filled.nodes(data=True))
    return filled if placed and all("way" in data for *_, data in filled.edges(data=True)) else laid_out(filled)


def _need_states(graph, states):
    for label, table in states.items():
        need_columns(table, ["up", "down", "direction"], f"the state {label}")
        if lost := [str(node) for node in graph if node not in table.index]:
            raise ValueError(f"the state {label} has no row {', '.join(lost)}: its rows are the graph's nodes")
        if unknown := sorted(set(map(str, table["direction"])) - set(_SIGNS)):
            raise ValueError(f"the state {label}, direction: found {', '.join(unknown)}, expected {', '.join(_SIGNS)}")


# ---- lines -------------------------------------------------------------------------------------------------------


def _effect(data):
    return "raises" if data["sign"] > 0 else "lowers"


def _known(data):
    """How an edge's line is drawn; a graph that does not tell has full lines."""
    agrees = data["agreement"] in ("", "same sign", "both signs")
    return KNOWN["a database agrees" if agrees else "no database agrees"]


def _opposed(data):
    return bool(data["against"]) or data["agreement"] in ("both signs", "opposite sign")


def _add_lines(figure, graph, middles):
    """Edges of one effect and one kind of line are one trace; the ends of one effect another."""
    ways = {edge: way(graph.edges[edge]["way"]) for edge in graph.edges}
    for effect, colour in EFFECTS.items():
        edges = [edge for edge in graph.edges if _effect(graph.edges[edge]) == effect]
        for dash in KNOWN.values():
            those = [edge for edge in edges if _known(graph.edges[edge]) == dash]
            _add_trace(figure, [ways[edge] for edge in those], line={"color": colour, "width": 1.6, "dash": dash})
        symbol, size, stroke = _ENDS[effect]
        # Plotly turns a marker by the one before it: each end needs the bend before it, without size
        _add_trace(
            figure,
            [ways[edge][-2:] for edge in edges],
            mode="markers",
            name=f"{effect}, ends",
            marker={
                "symbol": symbol,
                "size": [0, size, 0] * len(edges),
                "color": colour,
                "opacity": 1,
                "angleref": "previous",
                "line": {"width": stroke, "color": colour},
            },
        )
    marks = [[middle] for edge, middle in middles.items() if _opposed(graph.edges[edge])]
    _add_trace(figure, marks, mode="markers", name=_OPPOSITE, marker=_diamond())


def _diamond():
    return {"symbol": "diamond", "size": 9, "color": _DISPUTED, "line": {"width": 1, "color": "white"}}


def _add_trace(figure, shapes, mode="lines", **options):
    """Several lines in one trace, with a gap between each two."""
    points = [point for shape in shapes for point in (*shape, (None, None))]
    if points:
        x, y = zip(*points, strict=True)
        figure.add_scatter(x=x, y=y, mode=mode, **{"showlegend": False, "hoverinfo": "skip"} | options)


def _middles(graph):
    """A place on each edge for its mark and its words: near its middle, and away from other lines."""
    lines = {edge: np.array(way(graph.edges[edge]["way"], 12)) for edge in graph.edges}
    found = {}
    for edge, line in lines.items():
        others = np.concatenate([other for each, other in lines.items() if each != edge] or [np.full((1, 2), 1e6)])
        run = np.concatenate([[0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
        off = np.abs(run / run[-1] - 0.5)
        near = np.hypot(*(line[:, None] - others).transpose(2, 0, 1)).min(axis=1)
        best = np.argmax(np.where(off < 0.3, np.minimum(near, 12) - 10 * off, -np.inf))
        found[edge] = tuple(float(end) for end in line[best])
    return found


def _add_edge_labels(figure, graph, middles):
    """Points without a mark in the middle of each edge, which carry its words."""
    columns = {
        "from": [graph.nodes[a]["label"] for a, _ in graph.edges],
        "effect": [_effect(data) for *_, data in graph.edges(data=True)],
        "to": [graph.nodes[b]["label"] for _, b in graph.edges],
    }
    named = {"how": "relation", "seen in": "context", "curated databases": "agreement", "opposite": "against",
             "source": "source", "check": "check"}  # fmt: skip
    columns |= {name: [data[key] for *_, data in graph.edges(data=True)] for name, key in named.items()}
    rows = list(zip(*columns.values(), strict=True))
    figure.add_scatter(
        x=[x for x, _ in middles.values()],
        y=[y for _, y in middles.values()],
        mode="none",
        name="edge",
        showlegend=False,
        customdata=rows,
        hovertext=[
            mark_in_words(
                [f"{a} {effect} {b}"],
                [],
                "",
                [
                    ("how", how),
                    ("seen in", seen),
                    ("curated databases", _SAYS.get(known, "")),
                    ("opposite in", cited(against)),
                ],
                source,
                check,
            )
            for a, effect, b, how, seen, known, against, source, check in rows
        ],
        **_named(*columns),
    )


def _named(*names):
    """Tooltip of `hovertext`, and the names of customdata for the table of the figure."""
    return {"hovertemplate": "%{hovertext}<extra></extra>", "meta": {"columns": list(names)}}


# ---- boxes -------------------------------------------------------------------------------------------------------


def _kind(data):
    return _KINDS.get(data["kind"], "")


def _outline(data):
    """A box as a closed line: an outcome's has round ends."""
    (x, y), (width, height) = data["place"], data["size"]
    right, down = width / 2, height / 2
    if _kind(data) != "outcome":
        corners = [(-right, -down), (right, -down), (right, down), (-right, down), (-right, -down)]
        return [(x + a, y + b) for a, b in corners]
    turns, r = np.linspace(0, math.pi / 2, 5), 13
    found = []
    for k, (a, b) in enumerate([(1, 1), (-1, 1), (-1, -1), (1, -1)]):
        found += [
            (x + a * (right - r) + r * math.cos(t + k * math.pi / 2),
             y + b * (down - r) + r * math.sin(t + k * math.pi / 2))
            for t in turns
        ]  # fmt: skip
    return [(round(a, 1), round(b, 1)) for a, b in [*found, found[0]]]


def _rim(kind):
    return {"color": COLOURS["sorafenib"] if kind == "drug" else INK, "width": 2.6 if kind == "drug" else 1.2}


def _add_boxes(figure, graph):
    for kind in dict.fromkeys(["", "drug", "outcome"]):
        boxes = [_outline(data) for _, data in graph.nodes(data=True) if _kind(data) == kind]
        _add_trace(figure, boxes, name=kind or "box", line=_rim(kind))


def _name(data):
    return "<br>".join(f"<b>{line}</b>" for line in lines(data["short"]))


def _add_names(figure, graph, words, **options):
    """Names in the boxes, with a second line where there is one."""
    nodes = list(graph.nodes(data=True))
    keys = ("label", "kind", "gene", "source", "check")
    rows = [(*(data[key] for key in keys), *([words.get(node, "")] if words else [])) for node, data in nodes]
    hover = [
        mark_in_words([name], [], "", [("kind", kind), ("gene", gene)], source, check)
        for name, kind, gene, source, check, *_ in rows
    ]
    named = _named("node", *keys[1:], *(["in its box"] if words else []))
    told = {"name": "node", "showlegend": False, "customdata": rows, "hovertext": hover}
    figure.add_scatter(
        x=[data["place"][0] for _, data in nodes],
        y=[data["place"][1] for _, data in nodes],
        text=["<br>".join(filter(None, [_name(data), words.get(node)])) for node, data in nodes],
        mode="text",
        **told | named | options,
    )


def _add_states(figure, graph, states, name):
    """Of each state the tints of the boxes that go up and down, and names with what each does."""
    base, owners = len(figure.data), []
    for label, table in states.items():
        before, rows = len(figure.data), table.loc[list(graph)]
        held = rows["held"] if "held" in rows else pd.Series("", index=rows.index)
        for direction, tint in _TINTS.items():
            boxes = [_outline(graph.nodes[node]) for node in graph if rows.at[node, "direction"] == direction]
            _add_trace(figure, boxes, name=direction, line={"width": 0}, fill="toself", fillcolor=tint)
        thick = [_outline(graph.nodes[node]) for node in graph if held[node]]
        _add_trace(figure, thick, name="held", line={"color": INK, "width": 3.5})
        says = {node: _says(rows.at[node, "direction"], held[node]) for node in graph}
        cells = [
            (graph.nodes[node]["label"], says[node].strip("\u25b2\u25bc=? "), round(100 * up), round(100 * down))
            for node, up, down in zip(graph, rows["up"], rows["down"], strict=True)
        ]
        hover = [
            f"<b>{node}</b>: {change}<br>Up in {up}% of simulations, down in {down}%<br>Modelled, not measured"
            for node, change, up, down in cells
        ]
        named = _named("node", "change", "up in percent", "down in percent")
        _add_names(figure, graph, says, **named | {"name": label, "customdata": cells, "hovertext": hover})
        owners += [label] * (len(figure.data) - before)
    first = next(iter(states))
    for trace, owner in zip(figure.data[base:], owners, strict=True):
        trace.visible = owner == first
    buttons = [
        {
            "label": label,
            "method": "restyle",
            "args": [{"visible": [True] * base + [owner == label for owner in owners]}],
        }
        for label in states
    ]
    figure.update_layout(updatemenus=[{"name": name, "buttons": buttons, "x": 1, "y": 1, "yanchor": "bottom"}])


def _says(direction, held):
    if not held:
        return _SIGNS[direction]
    return f"{_SIGNS[direction][0]} held {held}" if direction in _TINTS else f"held {held}"


def _add_key(figure, graph):
    """What shapes, ends and lines mean, as far as the diagram has them."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}
    kinds = {_kind(data) for _, data in graph.nodes(data=True)}
    edges = [data for *_, data in graph.edges(data=True)]
    for kind, symbol in {"drug": "square-open", "outcome": "circle-open"}.items():
        if kind in kinds:
            rim = _rim(kind)
            marker = {"symbol": symbol, "size": 11, "color": rim["color"], "line": rim}
            figure.add_scatter(**nothing, mode="markers", name=kind, marker=marker)
    for effect, colour in EFFECTS.items():
        if any(_effect(data) == effect for data in edges):
            _, size, stroke = _ENDS[effect]
            symbol = {"raises": "arrow-right", "lowers": "line-ns"}[effect]
            marker = {"symbol": symbol, "size": size, "color": colour, "line": {"width": stroke, "color": colour}}
            line = {"color": colour, "width": 1.6}
            figure.add_scatter(**nothing, mode="lines+markers", name=effect, line=line, marker=marker)
    if any(data["agreement"] for data in edges):
        for words, dash in KNOWN.items():
            if any(_known(data) == dash for data in edges):
                line = {"color": INK, "width": 1.6, "dash": dash}
                figure.add_scatter(**nothing, mode="lines", name=words, line=line)
    if any(_opposed(data) for data in edges):
        figure.add_scatter(**nothing, mode="markers", name=_OPPOSITE, marker=_diamond())
