"""Diagrams of a mechanism: names in boxes, an arrow where one raises another, a bar where it lowers it.

Graphviz `dot` laid the book's diagrams out; where boxes stand and edges run is stored in ``data/diagrams.csv``, so that
drawing one needs no Graphviz. The unit is a pixel of a phone; on a wide screen a diagram is stretched sideways.
"""

import itertools
import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from .. import network, simulation, tables
from .._inputs import need_columns, need_signs
from ..style.palette import COLOURS, INK, translucent
from ..wording import cited, mark_in_words
from .layout import TYPE, laid_out, lines, way

__all__ = ["EFFECTS", "KNOWN", "boxes", "choices", "connect", "draw", "names", "part"]

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
# columns of a table of boxes: those that the figure's table has too, without states and with them; and all
_TOLD = ["node", *_NODE]
_TOLD_OF_STATES = ["node", "change", "up in percent", "down in percent"]
_COLUMNS = {"id", "name", "across", "down", "tooltip", "Change", "direction", "held", *_TOLD, *_TOLD_OF_STATES}
_KINDS = {"drug": "drug", "phenotype": "outcome"}

_WIDE = 736  # pixels of a wide picture
_STRETCH = 1.7  # how much wider than on a phone a diagram is at most
_TALLER = 1.2  # how much taller, as its type is larger
_HELD = 3.5  # pixels of the rim of a box that is held
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


def boxes(graph: nx.DiGraph, states: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Make the table of a diagram's boxes, which Plotly Express draws and `connect` makes a diagram.

    Parameters
    ----------
    graph : networkx.DiGraph
        As `draw` takes it.
    states : dict of str to pandas.DataFrame, optional
        As `draw` takes them; each has its rows in the table.

    Returns
    -------
    pandas.DataFrame
        One row a box, with states one a box and state. ``id`` is the graph's node, ``node`` its name in full, ``name``
        the text in its box and ``tooltip`` what touching it tells; change these two, and the diagram shows it.
        ``across`` and ``down`` are the middle of the box in pixels, which the graph sets; ``kind``, ``gene``,
        ``source`` and ``check`` are the graph's. With states, ``Change`` is the state's label, ``direction`` and
        ``held`` are those of ``simulation.changes``, ``change`` says both in words, and ``up in percent`` and ``down
        in percent`` count simulations.

    Raises
    ------
    ValueError
        As of `draw`.

    Examples
    --------
    >>> table = boxes(part("JNK"))
    >>> table.loc[table["id"].eq("mapk8"), ["node", "name", "across", "down"]].to_dict("records")
    [{'node': 'JNK1/2', 'name': '<b>JNK</b>', 'across': 107, 'down': 76}]
    """
    _need_states(graph, states or {})
    graph = _filled(graph)
    nodes = list(graph.nodes(data=True))
    table = pd.DataFrame({"id": list(graph), "node": [data["label"] for _, data in nodes]})
    table["name"] = ["<br>".join(f"<b>{line}</b>" for line in lines(data["short"])) for _, data in nodes]
    table[["across", "down"]] = [data["place"] for _, data in nodes]
    table[list(_NODE)] = [[data[key] for key in _NODE] for _, data in nodes]
    if states:
        return pd.concat([_in_state(table, label, state) for label, state in states.items()], ignore_index=True)
    table["tooltip"] = [
        mark_in_words([row.node], [], "", [("kind", row.kind), ("gene", row.gene)], row.source, row.check)
        for row in table.itertuples()
    ]
    return table


def _in_state(table, label, state):
    """The boxes in one state: their text says where each node goes."""
    rows = state.loc[table["id"]].reset_index(drop=True)
    table = table.assign(Change=label, direction=rows["direction"], held=rows.get("held", ""))
    says = pd.Series(map(_says, table["direction"], table["held"]))
    table["name"] += "<br>" + says
    table["change"] = says.str.strip("\u25b2\u25bc=? ")
    for side in ("up", "down"):
        table[f"{side} in percent"] = [round(100 * share) for share in rows[side]]
    table["tooltip"] = [
        f"<b>{node}</b>: {change}<br>Up in {up}% of simulations, down in {down}%<br>Modelled, not measured"
        for node, change, up, down in table[_TOLD_OF_STATES].itertuples(index=False)
    ]
    return table


def connect(figure: go.Figure, graph: nx.DiGraph, boxes: pd.DataFrame, above: int = 0) -> go.Figure:
    """Make a diagram of the names that Plotly Express drew: outlines, arrows and bars, tooltips, menu and key.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        What ``px.scatter`` drew from `boxes` with its column ``name`` as text, and with ``Change`` as colour where
        there are states; changed in place.
    graph : networkx.DiGraph
        The graph of the boxes, as `draw` takes it.
    boxes : pandas.DataFrame
        As the function `boxes` gives it. Columns of your own are columns of the figure's table.
    above : int
        Room for notes above the boxes, in pixels of a narrow page.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.

    Raises
    ------
    ValueError
        If the figure does not show the names of the table, or as of `draw`.

    Examples
    --------
    Names in another language:

    >>> graph = part("JNK")
    >>> table = boxes(graph)
    >>> table["name"] = table["name"].str.replace("Apoptosis", "Apoptose")
    >>> figure = connect(px.scatter(table, x="across", y="down", text="name"), graph, table)
    >>> "<b>Apoptose</b>" in figure.data[-1].text
    True
    """
    graph = _filled(graph)
    shown = _rows_shown(figure, graph, boxes)
    names, layers, middles = figure.data, {}, _middles(graph)
    _add_lines(figure, graph, middles)
    _add_outlines(figure, graph)
    _add_edge_labels(figure, graph, middles)
    _add_key(figure, graph, "Change" in boxes)
    always = figure.data[len(names) :]
    for trace, (label, rows) in zip(names, shown.items(), strict=True):
        _finish_names(trace, label, rows)
        drawn = len(figure.data)
        _add_changes(figure, graph, rows)
        layers[label] = [*figure.data[drawn:], trace]
    figure.data = [*always, *itertools.chain(*layers.values())]
    if "Change" in boxes:
        _add_menu(figure, len(always), layers)
    _lay_out(figure, graph, above)
    return figure


def draw(graph: nx.DiGraph, states: Mapping[str, pd.DataFrame] | None = None) -> go.Figure:
    """Draw a signed graph: an arrow raises its target, a bar lowers it.

    A full line is an edge that a curated database has with the same sign, a dashed line one that none has. A diamond
    says that a database or a paper reports the opposite. Where a graph does not tell, all lines are full. These are
    the two steps `boxes` and `connect`, for a diagram whose words stay as they are.

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
    ['drug: blue rim', 'outcome: round ends', 'raises', 'lowers']
    """
    graph = _filled(graph)
    table = boxes(graph, states)
    figure = px.scatter(table, x="across", y="down", text="name", color="Change" if states else None)
    return connect(figure, graph, table)


def _lay_out(figure, graph, above):
    """Room for the boxes, the ends of all lines and the key below them."""
    boxes = [(data["place"], data["size"]) for _, data in graph.nodes(data=True)]
    ends = [x for *_, points in graph.edges(data="way") for x, _ in points]
    ends += [x + side * width / 2 for (x, _), (width, _) in boxes for side in (-1, 1)]
    left, right = min(ends), max(ends)
    bottom = max(y + height / 2 for (_, y), (_, height) in boxes)
    tall = bottom + above
    spare = max(2, (_NARROWEST - right + left) / 2)
    entries, states = sum(bool(trace.showlegend) for trace in figure.data), bool(figure.layout.updatemenus)
    key = 14 + 20 * math.ceil(entries / 2) + 38 * states
    side = max(6, (_WIDE - _STRETCH * (right - left + 2 * spare)) / 2)
    title = {"text": _heading(figure.layout.updatemenus[0].buttons[0].label) if states else "", "side": "top"}
    figure.update_layout(
        height=round(tall * _TALLER) + 6 + key,
        font_size=13,
        margin={"l": side, "r": side, "t": 6, "b": key},
        legend={"x": 0, "y": 0, "yanchor": "top", "itemclick": False, "itemdoubleclick": False, "title": title},
        meta={
            "narrow": {
                "font": {"size": TYPE},
                "margin": {"l": 4, "r": 4, "t": 6, "b": key},
                "height": round(tall) + 6 + key,
            }
        },
    )
    figure.update_xaxes(range=[left - spare, right + spare], visible=False)
    figure.update_yaxes(range=[bottom + 1, -1 - above], visible=False)


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


def _rows_shown(figure, graph, boxes):
    """Rows of the table that each trace of names shows, by its state."""
    needed = ["direction", "held", *_TOLD_OF_STATES] if "Change" in boxes else _TOLD
    need_columns(boxes, ["id", "name", "tooltip", *needed], "the table of boxes")
    if unknown := sorted({str(node) for node in boxes["id"] if node not in graph}):
        raise ValueError(f"the table of boxes, column id: found {', '.join(unknown)}, expected nodes of the graph")
    shown = {"node": boxes}
    if "Change" in boxes:
        shown = {trace.name: boxes[boxes["Change"].astype(str).eq(trace.name)] for trace in figure.data}
    texts = [[] if trace.text is None else list(trace.text) for trace in figure.data]
    if texts != [list(rows["name"]) for rows in shown.values()]:
        colour = ', color="Change"' * ("Change" in boxes)
        raise ValueError(
            "the figure does not show the names of the table of boxes: expected one drawn by "
            f'px.scatter(boxes, x="across", y="down", text="name"{colour})'
        )
    return shown


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
    return {"hovertemplate": "%{hovertext}<extra></extra>", "meta": {"columns": list(names), "places": False}}


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


def _add_outlines(figure, graph):
    for kind in dict.fromkeys(["", "drug", "outcome"]):
        boxes = [_outline(data) for _, data in graph.nodes(data=True) if _kind(data) == kind]
        _add_trace(figure, boxes, name=kind or "box", line=_rim(kind))


def _finish_names(trace, label, rows):
    """Text without marks, and what touching a box tells; own columns of the table are told last."""
    told = [*(_TOLD_OF_STATES if "Change" in rows else _TOLD), *(name for name in rows if name not in _COLUMNS)]
    trace.update(name=label, mode="text", legendgroup=None, showlegend=False, hovertext=list(rows["tooltip"]))
    trace.update(marker=None, customdata=rows[told].to_numpy(object).tolist(), **_named(*told))


def _add_changes(figure, graph, rows):
    """Tints of the boxes that go up and down in a state, and thick rims of those that are held."""
    if "Change" not in rows:
        return
    for direction, tint in _TINTS.items():
        boxes = [_outline(graph.nodes[node]) for node in rows.loc[rows["direction"].eq(direction), "id"]]
        _add_trace(figure, boxes, name=direction, line={"width": 0}, fill="toself", fillcolor=tint)
    held = [graph.nodes[node] for node in rows.loc[rows["held"].ne(""), "id"]]
    for kind in dict.fromkeys(map(_kind, held)):
        thick = {"color": _rim(kind)["color"], "width": _HELD}
        _add_trace(figure, [_outline(data) for data in held if _kind(data) == kind], name="held", line=thick)


def _add_menu(figure, always, layers):
    """A menu that shows the traces of one state beside those that are always there."""
    owners = [label for label, layer in layers.items() for _ in layer]
    for label, layer in layers.items():
        for trace in layer:
            trace.visible = label == owners[0]
    buttons = [
        {
            "label": label,
            "method": "update",
            "args": [
                {"visible": [True] * always + [owner == label for owner in owners]},
                {"legend.title.text": _heading(label)},
            ],
        }
        for label in layers
    ]
    figure.update_layout(updatemenus=[{"name": "Change", "buttons": buttons, "x": 1, "y": 1, "yanchor": "bottom"}])


def _heading(label):
    """What the key says above it: a picture has no menu, and must name its state."""
    return f"<b>{label}</b><br>Up or down: modelled, not measured"


def _says(direction, held):
    if not held:
        return _SIGNS[direction]
    return f"{_SIGNS[direction][0]} held {held}" if direction in _TINTS else f"held {held}"


def _add_key(figure, graph, changes):
    """What fills, shapes, ends and lines mean, as far as the diagram has them."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}
    kinds = {_kind(data) for _, data in graph.nodes(data=True)}
    edges = [data for *_, data in graph.edges(data=True)]
    if changes:
        for direction, tint in _TINTS.items():
            marker = {"symbol": "square", "size": 13, "color": tint, "line": _rim("")}
            figure.add_scatter(**nothing, mode="markers", name=direction, marker=marker)
        thick = {"symbol": "square-open", "size": 11, "color": INK, "line": {"width": _HELD}}
        figure.add_scatter(**nothing, mode="markers", name="held on or off", marker=thick)
    for kind, symbol in {"drug": "square-open", "outcome": "circle-open"}.items():
        if kind in kinds:
            rim = _rim(kind)
            marker = {"symbol": symbol, "size": 11, "color": rim["color"], "line": rim}
            words = {"drug": "drug: blue rim", "outcome": "outcome: round ends"}[kind]
            figure.add_scatter(**nothing, mode="markers", name=words, marker=marker)
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
