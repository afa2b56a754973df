"""Charts of the signed graph: nodes where `network.positions` puts them, edges that run around words.

The chart is a Plotly figure of a few traces (edges of one effect in one trace, their ends in another), which a browser
redraws quickly.
"""

import functools
import math
import textwrap
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from .. import network
from .._inputs import need_columns, need_edges, need_nodes, need_signs
from ..style.palette import COLOURS, INK
from ..wording import cited, mark_in_words

__all__ = ["EFFECTS", "draw", "lines", "routes", "word_boxes"]

#: Colour of each effect in a network; its line and its end differ too.
EFFECTS = {"raises": "#4A84B8", "lowers": "#C8553D", "disputed": "#8E3FB5"}
_ENDS = {
    "raises": ("arrow", "solid", 9, 0),
    "lowers": ("line-ew", "dash", 7, 2.5),
    "disputed": ("diamond", "dot", 8, 0),
}
#: Colour and symbol of each group of nodes; marks are open where a node's name was not looked up.
_GROUPS = {
    "drug": (COLOURS["sorafenib"], "triangle-down"),
    "gene or ligand": ("#8A8F98", "circle"),
    "process or cell": ("#B58900", "square"),
    "phenotype": ("#B33A7A", "pentagon"),
    "": ("#8A8F98", "circle"),  # of a graph without kinds
}
#: Attributes that a graph may lack.
_NODE = dict.fromkeys(("kind", "gene", "module", "compartment", "source", "check"), "")
_WORDS = dict.fromkeys(("relation", "context", "source", "check"), "")
_SHOWN_OPEN = ("review", "unchecked")
_FAINT = 0.16  # opacity of what is not chosen
#: Signs of a change, written behind a node's name: colour is not the only signal.
_SIGNS = {"up": "\u25b2", "down": "\u25bc", "unchanged": "", "undecided": "?"}
_NEUTRAL = "#F3F1EC"  # of nodes that go neither up nor down


def draw(
    graph: nx.DiGraph,
    highlights: Mapping[str, nx.DiGraph] | None = None,
    states: Mapping[str, pd.DataFrame] | None = None,
    name: str = "Show",
) -> go.Figure:
    """Draw a signed graph: what raises and what lowers what, each edge with its sources.

    Arrows raise, dashed lines with a bar lower, dotted lines with a diamond are edges whose sign other publications
    dispute. Edges run around words.

    Parameters
    ----------
    graph : networkx.DiGraph
        As ``network.graph`` gives it, or any other whose edges have a ``sign``. What else it may tell, by attributes:
        of nodes ``x``, ``y`` (else as ``network.positions`` has it), ``label``, ``short`` (name in the drawing),
        ``kind``, ``gene``, ``module``, ``compartment``; of edges ``relation``, ``context``, ``against`` (sources that
        dispute the sign); of both ``source`` and ``check``.
    highlights : dict of str to networkx.DiGraph, optional
        Parts of the graph that a menu brings out over the faint whole, one at a time, with the names of their nodes;
        the first is shown first.
    states : dict of str to pandas.DataFrame, optional
        Precomputed changes that a menu shows, one at a time, as ``simulation.changes`` gives them (index: nodes;
        columns ``up`` and ``down``, shares of the weightings, and ``direction``: up, down, unchanged, undecided). The
        first is shown first. Not together with highlights.
    name : str
        Label of the menu.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the graph is empty or an edge has no sign, a part has what the graph has not, or a state lacks a node.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> figure = draw(graph)
    >>> [trace.name for trace in figure.data if trace.showlegend is not False]
    ['lowers', 'raises']
    """
    graph = _filled(graph)
    if highlights and states:
        raise ValueError("highlights and states have one menu: give one of the two")
    for label, part in (highlights or {}).items():
        if not isinstance(part, nx.Graph):
            raise TypeError(f"the part {label} is a {type(part).__name__}: a graph is needed, see network.between")
        need_nodes(graph, part, f"{label}: ")
        need_edges(graph, part.edges)
    for label, table in (states or {}).items():
        need_columns(table, ["up", "down", "direction"], f"the state {label}")
        if lost := [str(node) for node in graph if node not in table.index]:
            raise ValueError(f"the state {label} has no row {', '.join(lost)}: its rows are the graph's nodes")
        if unknown := sorted(set(map(str, table["direction"])) - set(_SIGNS)):
            raise ValueError(f"the state {label}, direction: found {', '.join(unknown)}, expected {', '.join(_SIGNS)}")
    places = network.positions(graph)
    room = _SIGN if states else 0
    ways = routes(graph, places, room)
    figure = go.Figure()
    if highlights:
        _add_highlights(figure, graph, places, ways, highlights, name)
    else:
        _add_edges(figure, graph, graph, ways)
    _add_edge_labels(figure, graph, ways)
    if not highlights:
        _add_nodes(figure, graph, places)
        if not states:
            _add_words(figure, graph, list(graph), places)
    _add_legend(figure, graph)
    if states:
        _add_states(figure, graph, places, states, name)
    columns, rows = zip(*places.values(), strict=True)
    right = max(box[2] for box in word_boxes(graph, places, room).values())
    _add_bands(figure, graph, places)
    figure.update_layout(
        height=(max(rows) - min(rows)) * ROW + 115,
        margin={"l": _LEFT, "r": 4, "b": 10, "t": 64},
        font_size=13,
        meta={"narrow": {"font": {"size": TYPE}, "margin": {"l": _LEFT, "r": 4, "t": 84}}},
    )
    figure.update_xaxes(range=[min(columns) - _EDGE, right], visible=False, title_text="column")
    figure.update_yaxes(range=[max(rows) + 0.7, min(rows) - 0.7], visible=False, title_text="row")
    return figure


def _filled(graph):
    """The graph with empty words where it has none, and the names of nodes for their labels."""
    need_signs(graph)
    if not graph:
        raise ValueError("the graph has no nodes: there is nothing to draw")
    filled = nx.DiGraph()
    for node, data in graph.nodes(data=True):
        filled.add_node(node, **{**_NODE, **data, "label": data.get("label") or str(node)})
    filled.add_edges_from((a, b, _WORDS | data) for a, b, data in graph.edges(data=True))
    return filled


_BANDS = {"outside the cell": ("extracellular", "stroma"), "membrane": ("membrane",), "cytoplasm": ("cytoplasm",),
          "nucleus": ("nucleus",), "fate": ("process",)}  # fmt: skip


def _add_bands(figure, graph, places):
    """Shade every second compartment, with its name at the side where it fits."""
    for i, (name, compartments) in enumerate(_BANDS.items()):
        rows = [places[node][1] for node in graph if graph.nodes[node]["compartment"] in compartments]
        if not rows:
            continue
        low, high = min(rows) - 0.5, max(rows) + 0.5
        if i % 2:
            band = {"fillcolor": "rgba(128, 128, 128, 0.09)", "line_width": 0, "layer": "below"}
            figure.add_shape(type="rect", x0=0, x1=1, xref="paper", y0=low, y1=high, **band)
        if (high - low) * ROW > 7 * len(name):
            side = {"x": 0, "xref": "paper", "xanchor": "right", "xshift": -2, "textangle": -90, "showarrow": False}
            figure.add_annotation(text=name, y=(low + high) / 2, **side)


def _effect(graph, edge):
    data = graph.edges[edge]
    return "disputed" if data.get("against") else "raises" if data["sign"] > 0 else "lowers"


def _edges(graph, part):
    """Edges of a part by effect, in the order of the whole."""
    return {effect: [e for e in graph.edges if part.has_edge(*e) and _effect(graph, e) == effect] for effect in EFFECTS}


def _add_edges(figure, graph, part, ways, width=1.7):
    """All edges of a part: of each effect the lines in one trace, and their ends in another."""
    _add_lines(figure, graph, part, ways, width)
    _add_ends(figure, graph, part, ways)


def _add_lines(figure, graph, part, ways, width=1.7):
    # many lines are thin and light, so that marks and words stand out
    width, opacity = (1, 0.6) if part.number_of_edges() > 100 else (width, 1)
    for effect, edges in _edges(graph, part).items():
        figure.add_scatter(
            x=[x for edge in edges for x in (*(x for x, _ in ways[edge]), None)],
            y=[y for edge in edges for y in (*(y for _, y in ways[edge]), None)],
            mode="lines",
            name=effect,
            showlegend=False,
            hoverinfo="skip",
            opacity=opacity,
            line={"color": EFFECTS[effect], "width": width, "dash": _ENDS[effect][1]},
        )


def _add_ends(figure, graph, part, ways):
    """The ends of edges, each turned along its last step."""
    for effect, edges in _edges(graph, part).items():
        symbol, _, size, stroke = _ENDS[effect]
        colour = EFFECTS[effect]
        # Plotly turns a marker by the one before it: each end needs the bend before it, without size
        last = [place for edge in edges for place in (*ways[edge][-2:], (None, None))]
        figure.add_scatter(
            x=[x for x, _ in last],
            y=[y for _, y in last],
            mode="markers",
            name=f"{effect}, ends",
            showlegend=False,
            hoverinfo="skip",
            opacity=1,
            marker={
                "symbol": symbol,
                "size": [0, size, 0] * len(edges),
                "color": colour,
                "opacity": 1,
                "angleref": "previous",
                "standoff": 8,
                "line": {"width": stroke, "color": colour},
            },
        )


def _add_edge_labels(figure, graph, ways):
    """Points without a mark in the middle of each edge, which carry its words."""
    middles = [_middle(way) for way in ways.values()]
    words = [
        (
            graph.nodes[a]["label"],
            {1: "raises", -1: "lowers"}[data["sign"]],
            graph.nodes[b]["label"],
            data["relation"],
            data["context"],
            data["source"],
            data.get("against", ""),
            data["check"],
        )
        for a, b, data in graph.edges(data=True)
    ]
    figure.add_scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="none",
        name="edge",
        showlegend=False,
        customdata=words,
        hovertext=[
            mark_in_words(
                [f"{a} {effect} {b}"],
                [],
                "",
                [("how", how), ("seen in", context), ("disputed by", cited(against))],
                source,
                check,
            )
            for a, effect, b, how, context, source, against, check in words
        ],
        **_named("from", "effect", "to", "how", "seen in", "source", "disputed by", "check"),
    )


def _named(*names):
    """Tooltip of `hovertext`, and the names of customdata for the table of the figure; None: left out of it."""
    return {"hovertemplate": "%{hovertext}<extra></extra>", "meta": {"columns": list(names)}}


def _middle(way):
    """Middle of the longest straight part."""
    parts = list(zip(way, way[1:], strict=False))
    (x0, y0), (x1, y1) = max(parts, key=lambda part: abs(part[0][0] - part[1][0]) * 2 + abs(part[0][1] - part[1][1]))
    return round((x0 + x1) / 2, 3), round((y0 + y1) / 2, 3)


def _group(data):
    kinds = {"": "", "drug": "drug", "phenotype": "phenotype", "process": "process or cell"}
    return (kinds | {"cell type": "process or cell"}).get(data["kind"], "gene or ligand")


def _words(graph, node):
    return "<br>".join(lines(graph, node))


def _at(nodes, places):
    return {"x": [places[node][0] for node in nodes], "y": [places[node][1] for node in nodes]}


def _node_marker(graph, nodes):
    groups = [_GROUPS[_group(graph.nodes[node])] for node in nodes]
    symbols = [
        symbol + "-open" * (graph.nodes[node]["check"] in _SHOWN_OPEN)
        for node, (_, symbol) in zip(nodes, groups, strict=True)
    ]
    line = {"width": 1.5, "color": INK}
    return {"symbol": symbols, "color": [colour for colour, _ in groups], "size": 12, "opacity": 1, "line": line}


def _add_nodes(figure, graph, places):
    nodes = list(graph)
    words = [
        (data["label"], data["kind"], data["gene"], data["module"], "", data["source"], data["check"])
        for _, data in graph.nodes(data=True)
    ]
    figure.add_scatter(
        **_at(nodes, places),
        mode="markers",
        name="node",
        showlegend=False,
        marker=_node_marker(graph, nodes),
        customdata=words,
        hovertext=[
            mark_in_words([name], [], "", [("kind", kind), ("gene", gene), ("part of", part)], source, check)
            for name, kind, gene, part, _, source, check in words
        ],
        **_named("node", "kind", "gene", "part of", None, "source", "check"),
    )


def _add_legend(figure, graph):
    for group in filter(None, dict.fromkeys(_group(data) for _, data in graph.nodes(data=True))):
        colour, symbol = _GROUPS[group]
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=group, hoverinfo="skip", marker={"color": colour, "symbol": symbol}
        )
    for effect in dict.fromkeys(_effect(graph, edge) for edge in graph.edges):
        symbol, dash, _, stroke = _ENDS[effect]
        colour = EFFECTS[effect]
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="lines+markers",
            name=effect,
            hoverinfo="skip",
            line={"color": colour, "dash": dash, "width": 1.5},
            marker={
                "symbol": {"arrow": "arrow-right", "line-ew": "line-ns"}.get(symbol, symbol),
                "color": colour,
                "line": {"width": stroke, "color": colour},
            },
        )


def _add_words(figure, graph, nodes, places, marks=False):
    """Names of nodes, with marks of their own where they stand out."""
    figure.add_scatter(
        **_at(nodes, places),
        text=[_words(graph, node) for node in nodes],
        mode="markers+text",
        textposition="middle right",
        name="words",
        hoverinfo="skip",
        showlegend=False,
        # a mark without size keeps the words at their distance
        marker=_node_marker(graph, nodes) if marks else {"size": 12, "opacity": 0},
    )


def _add_highlights(figure, graph, places, ways, highlights, name):
    """The faint whole, and over it one set of traces that a choice fills with its part: few marks are drawn quickly."""
    _add_lines(figure, graph, graph, ways)
    _add_nodes(figure, graph, places)
    figure.update_traces(opacity=_FAINT)
    start, changes = len(figure.data), {}
    for label, part in highlights.items():
        own = go.Figure()
        _add_edges(own, graph, part, ways, 2.2)
        _add_words(own, graph, [node for node in graph if node in part], places, marks=True)
        keys = ("x", "y", "text", "opacity", "line.width", "marker.size", "marker.symbol", "marker.color")
        changes[label] = {key: [trace[key] for trace in own.data] for key in keys}
        if len(changes) == 1:
            figure.add_traces(own.data)
    which = list(range(start, len(figure.data)))
    buttons = [{"label": label, "method": "restyle", "args": [change, which]} for label, change in changes.items()]
    figure.update_layout(updatemenus=[{"name": name, "buttons": buttons, "x": 1, "y": 1.05, "yanchor": "bottom"}])


def _add_states(figure, graph, places, states, name):
    """One trace a state over the marks of the nodes: colour, and a sign behind the name, tell where a node goes."""
    base, nodes = len(figure.data), list(graph)
    for label, table in states.items():
        table = table.reindex(nodes)
        figure.add_scatter(
            **_at(nodes, places),
            text=[f"{_words(graph, n)} {_SIGNS[d]}".strip() for n, d in zip(nodes, table["direction"], strict=True)],
            mode="markers+text",
            textposition="middle right",
            name=label,
            showlegend=False,
            visible=label == next(iter(states)),
            marker={
                "symbol": [symbol.removesuffix("-open") for symbol in _node_marker(graph, nodes)["symbol"]],
                "size": 13,
                "color": (table["up"] - table["down"]).where(table["direction"].isin(["up", "down"]), 0).round(2),
                "colorscale": [[0, EFFECTS["lowers"]], [0.5, _NEUTRAL], [1, EFFECTS["raises"]]],
                "cmin": -1,
                "cmax": 1,
                "line": {"width": 1.5, "color": INK},
            },
            customdata=[
                (graph.nodes[n]["label"], d, round(100 * up), round(100 * down))
                for n, d, up, down in zip(nodes, table["direction"], table["up"], table["down"], strict=True)
            ],
            hovertext=[
                f"<b>{graph.nodes[n]['label']}</b>: {d}<br>Raised in {round(100 * up)}% of weightings, "
                f"lowered in {round(100 * down)}%<br>Modelled, not measured"
                for n, d, up, down in zip(nodes, table["direction"], table["up"], table["down"], strict=True)
            ],
            **_named("node", "change", "raised in percent", "lowered in percent"),
        )
    total = len(figure.data)
    buttons = [
        {"label": label, "method": "restyle", "args": [{"visible": [k < base or k == base + i for k in range(total)]}]}
        for i, label in enumerate(states)
    ]
    for direction, sign in _SIGNS.items():
        words = {"up": "raised", "down": "lowered"}.get(direction, direction)
        colour = {"up": EFFECTS["raises"], "down": EFFECTS["lowers"]}.get(direction, _NEUTRAL)
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=f"{sign} {words}".strip(),
            hoverinfo="skip",
            marker={"color": colour, "size": 12, "line": {"width": 1.5, "color": INK}},
        )
    for button in buttons:
        button["args"][0]["visible"] += [True] * len(_SIGNS)
    figure.update_layout(updatemenus=[{"name": name, "buttons": buttons, "x": 1, "y": 1.05, "yanchor": "bottom"}])


# ---- edges that do not run through words -------------------------------------------------------------------------

#: Smallest distance of two columns and two rows in pixels (on a phone), the size of type there, a marker's radius.
COLUMN, ROW, TYPE, RADIUS = 61, 30, 11, 7
_PHONE, _LEFT = 358, 22  # width of the narrow picture, and of the margin with the names of the bands
_EDGE = 0.3  # columns left of the first
_SIGN = 14  # pixels for the sign of a change behind a name
_GAP = 4  # between an edge and the words it passes
_BEND, _ROUND = 26, 10  # what a bend costs, as pixels of way, and how far from its corner it begins
_WIDTHS = {"ijl'": 222, "ft I/,.": 278, "r-()": 333, "cksvxyzJ": 500, "FTZL": 611, "ABEKPSVXY": 667, "CDHNRUw": 722,
           "GOQ": 778, "mM": 833, "W": 944}  # fmt: skip
_WIDTH = {letter: width / 1000 for letters, width in _WIDTHS.items() for letter in letters}  # of Helvetica


def lines(graph: nx.DiGraph, node: str) -> list[str]:
    """Lines of a node's words: its short name, else its label or its own, broken at a space where it is long.

    Parameters
    ----------
    graph : networkx.DiGraph
    node : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_node("drug", short="Sorafenib in cell")
    >>> lines(graph, "drug")
    ['Sorafenib', 'in cell']
    """
    need_nodes(graph, [node])
    short = str(graph.nodes[node].get("short") or graph.nodes[node].get("label") or node)
    return textwrap.wrap(short, 9, break_long_words=False, break_on_hyphens=False)


def word_boxes(
    graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]], room: float = 0
) -> dict[str, tuple[float, float, float, float]]:
    """Measure the words beside each node, in columns and rows, as large as they get on a phone.

    Parameters
    ----------
    graph : networkx.DiGraph
    positions : dict
        As ``network.positions`` gives it.
    room : float
        Pixels kept free behind the words.

    Returns
    -------
    dict of str to tuple
        Left, top, right and bottom of each node's words.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase")])
    >>> left, top, right, bottom = word_boxes(graph, network.positions(graph))["kinase"]
    >>> 0 < left < right and top < 1.5 < bottom
    True
    """
    widths = {node: _width(graph, node) + room for node in graph}
    column, found = _column(positions, widths), {}
    for node in graph:
        x, y = positions[node]
        half = (8 + 7 * (len(lines(graph, node)) - 1)) / ROW
        left = x + (RADIUS + 1) / column
        found[node] = (left, y - half, left + widths[node] / column, y + half)
    return found


def _width(graph, node):
    # the same to the last digit in every Python: 3.12 changed sum
    return max(math.fsum(_WIDTH.get(letter, 0.556) for letter in line) for line in lines(graph, node)) * TYPE + 2


def _column(positions, widths):
    """Pixels from column to column on a phone, where all words end within the picture."""
    first = min(x for x, _ in positions.values())
    space = _PHONE - _LEFT - 4 - RADIUS - 1
    if long := [str(node) for node, width in widths.items() if width >= space]:
        raise ValueError(f"the words of {', '.join(long)} are wider than a phone: give a shorter name as `short`")
    return min((space - widths[node]) / (x - first + _EDGE) for node, (x, _) in positions.items())


def routes(
    graph: nx.DiGraph, positions: Mapping[str, tuple[float, float]], room: float = 0
) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """Find a way for each edge that runs through no words and no other node, with as few bends as it can have.

    The ways are shortest paths around the boxes of the words, in a graph of the boxes' corners that see one another,
    with rounded bends.

    Parameters
    ----------
    graph : networkx.DiGraph
    positions : dict
        As ``network.positions`` gives it.
    room : float
        Pixels kept free behind the words.

    Returns
    -------
    dict of tuple to list
        Points (column, row) of each edge from regulator to target.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase")])
    >>> routes(graph, network.positions(graph))
    {('drug', 'kinase'): [(0.0, 0.0), (0.0, 1.5)]}
    """
    nodes = tuple(graph)
    boxes = word_boxes(graph, positions, room)
    column = _column(positions, {node: _width(graph, node) + room for node in graph})
    key = tuple((*positions[node], *boxes[node]) for node in nodes)
    index = {node: i for i, node in enumerate(nodes)}
    found = _routes(key, tuple((index[a], index[b]) for a, b in graph.edges), column)
    return {edge: list(way) for edge, way in zip(graph.edges, found, strict=True)}


@functools.lru_cache(maxsize=32)
def _routes(key, edges, column):
    scale = np.array([column, ROW])
    table = np.array(key, dtype=float).reshape(-1, 6)
    centres = table[:, :2] * scale
    words = (table[:, 2:].reshape(-1, 2, 2) * scale).reshape(-1, 4)
    # a node and its words are one obstacle for the edges of others
    whole = words.copy()
    whole[:, 0] = centres[:, 0] - RADIUS - 1
    count = len(centres)
    around = whole + np.array([-_GAP, -_GAP, _GAP, _GAP])
    corners = np.concatenate([around[:, [i, j]] for i in (0, 2) for j in (1, 3)])
    outward = np.repeat([[-1, -1], [-1, 1], [1, -1], [1, 1]], count, axis=0)
    inside = (corners[:, None, :] > whole[:, :2]) & (corners[:, None, :] < whole[:, 2:])
    free = ~inside.all(axis=2).any(axis=1)
    # nothing leaves the picture
    free &= (corners[:, 0] > centres[:, 0].min() - 16) & (corners[:, 0] < whole[:, 2].max() - 8)
    corners, outward = corners[free], outward[free]
    points = np.concatenate([centres, corners])
    owner = np.concatenate([np.arange(count), np.full(len(corners), -1)])

    def clear(a, b, own_a, own_b):
        """Whether the segments from a to b meet no obstacle; their own nodes' words are obstacles too."""
        # only what lies at their height can be in the way
        low, high = np.minimum(a[:, 1], b[:, 1]).min(), np.maximum(a[:, 1], b[:, 1]).max()
        near = np.flatnonzero((whole[:, 1] < high) & (whole[:, 3] > low))
        place = np.full(count, -1)
        place[near] = np.arange(len(near))
        hit = _crosses(a, b, whole[near])
        for own in (own_a, own_b):
            there = np.flatnonzero((own >= 0) & (place[own] >= 0))
            hit[there, place[own[there]]] = False
        hit = hit.any(axis=1)
        for own in (own_a, own_b):
            there = np.flatnonzero(own >= 0)
            hit[there] |= _crosses(a[there], b[there], words[own[there]][:, None, :]).any(axis=1)
        return ~hit

    far = np.abs(points[:, None, :] - points[None, :, :]) / scale
    first, second = np.nonzero(np.triu((far[..., 0] <= 2.6) & (far[..., 1] <= 9), 1))
    order = np.argsort(points[first, 1], kind="stable")
    first, second = first[order], second[order]
    kept = [clear(points[i], points[j], owner[i], owner[j]) for i, j in zip(_parts(first), _parts(second), strict=True)]
    kept = np.concatenate(kept) if kept else np.zeros(0, bool)
    first, second = first[kept], second[kept]
    # a bend costs as much as some way; rounded, so that ties are ties on every machine
    length = np.round(np.sqrt(((points[first] - points[second]) ** 2).sum(axis=1)), 2) + _BEND
    total = len(points)
    # a path leaves from a node's first copy and ends in a second one, so that none runs through a node
    end = np.where(np.arange(total) < count, np.arange(total) + total, np.arange(total))
    start, stop = np.concatenate([first, second]), end[np.concatenate([second, first])]
    ways = csr_matrix((np.tile(length, 2), (start, stop)), shape=(total + count, total + count))
    sources = sorted({a for a, _ in edges})
    if not sources:
        return []
    reached, before = dijkstra(ways, indices=sources, return_predecessors=True)
    row, used, found = {a: i for i, a in enumerate(sources)}, {}, []
    for a, b in edges:
        path, at = [], b + total
        if not np.isfinite(reached[row[a], at]):
            found.append([tuple(centres[a] / scale), tuple(centres[b] / scale)])
            continue
        while at != a:
            at = before[row[a], at]
            path.append(at)
        bends = path[-2::-1]
        line = [centres[a], *points[bends], centres[b]]

        def fits(line, a=a, b=b):
            own = np.full((2, len(line) - 1), -1)
            own[0, 0], own[1, -1] = a, b
            return clear(np.array(line[:-1]), np.array(line[1:]), *own).all()

        # edges that turn at one corner turn a little apart
        for k, corner in enumerate(bends, 1):
            times = used[corner] = used.get(corner, -1) + 1
            for step in range(min(times, 4), 0, -1):
                moved = [*line[:k], points[corner] + 2.0 * step * outward[corner - count], *line[k + 1 :]]
                if fits(moved):
                    line = moved
                    break
        line = _rounded(line, fits)
        found.append([(round(float(x), 3), round(float(y), 2)) for x, y in (point / scale for point in line)])
    return found


def _rounded(line, fits):
    """Replace each bend by three points of a curve that touches both its sides, where nothing is in the way."""
    for k in range(len(line) - 2, 0, -1):
        before, bend, after = line[k - 1 : k + 2]
        for reach in (_ROUND, _ROUND / 2):
            one, two = (
                bend + (side - bend) * min(reach / max(np.hypot(*(side - bend)), 1e-9), 0.4) for side in (before, after)
            )
            curved = [*line[:k], one, (one + two + 2 * bend) / 4, two, *line[k + 1 :]]
            if fits(curved):
                line = curved
                break
    return line


def _parts(values, size=20_000):
    return [values[i : i + size] for i in range(0, len(values), size)]


def _crosses(a, b, boxes):
    """Whether segments (n points a and b) cross boxes (m, or n by 1, of left, top, right, bottom): n by m.

    The part of a segment between the four sides of a box is found side by side (Liang and Barsky, 1984).
    """
    a, b = a[:, None, :], b[:, None, :]
    step = b - a
    low, high = boxes[..., :2], boxes[..., 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = (low - a) / step, (high - a) / step
    still = step == 0
    within = (a > low) & (a < high)
    entry = np.where(still, np.where(within, -np.inf, np.inf), np.minimum(near, far)).max(axis=-1)
    leave = np.where(still, np.where(within, np.inf, -np.inf), np.maximum(near, far)).min(axis=-1)
    return (entry < leave) & (entry < 1) & (leave > 0)
