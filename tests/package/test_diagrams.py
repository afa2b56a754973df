"""Diagrams: each stored layout fits the graph of today and can be read, and boxes say what the model says."""

import itertools
import json
import math
import shutil
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import plotly.express as px
import pytest
from sphinx_plotly_figures import figures
from sphinx_plotly_figures.tables import table

from sorafenib_book import network, tables
from sorafenib_book.charts import diagrams, layout

WHOLE = network.graph()
PARTS = {name: diagrams.part(name) for name in diagrams.names()}
#: What a diagram leaves out of the edges between its nodes.
LEFT_OUT = {
    "targets": {("mapk1", "grb2")},
    "EGFR and HER3": {("intracellular_sorafenib", "akt1")},
    "efflux": {("intracellular_sorafenib", "akt1")},
    "HIF-1": {("vessel_supply", "hypoxia")},
    "HIF-2": {("intracellular_sorafenib", "akt1")},
    "SHP2": {("intracellular_sorafenib", "akt1")},
}


def dense(points):
    """Points of a curve, less than a pixel apart, by de Casteljau's construction."""
    found = []
    for start in range(0, len(points) - 1, 3):
        four = np.array(points[start : start + 4], float)
        t = np.linspace(0, 1, 400)[:, None, None]
        level = np.broadcast_to(four, (400, 4, 2))
        while level.shape[1] > 1:
            level = (1 - t) * level[:, :-1] + t * level[:, 1:]
        found.append(level[:, 0])
    return np.concatenate(found)


def sides(data):
    (x, y), (width, height) = data["place"], data["size"]
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@pytest.fixture(params=PARTS)
def part(request):
    return PARTS[request.param]


def test_a_layout_fits_the_graph():
    rows = tables.read("diagrams")
    for name, graph in PARTS.items():
        own = rows[rows["diagram"].eq(name)]
        assert set(own["node"].dropna()) == set(graph) and len(graph) <= 25, name
        between = network.between(WHOLE, list(graph))
        told = {between.edges[edge]["id"] for edge in set(between.edges) - LEFT_OUT.get(name, set())}
        again = f"python -m tools.research.layouts {name!r}"
        assert set(own["edge"].dropna()) == told, f"{name} shows other edges than the graph has: {again}"
        for node, data in graph.nodes(data=True):
            lines = layout.size(data["short"])
            assert data["size"] == lines, f"{name}: the box of {node} does not fit its name: {again}"


def test_boxes_fit_a_phone_and_stay_apart(part):
    boxes = {node: sides(data) for node, data in part.nodes(data=True)}
    for left, top, right, bottom in boxes.values():
        assert left >= -0.5 and top >= -0.5 and right <= figures.WIDTHS["narrow"] - 8 and bottom < 820
    for (one, a), (other, b) in itertools.combinations(boxes.items(), 2):
        assert a[2] + 5 < b[0] or b[2] + 5 < a[0] or a[3] + 5 < b[1] or b[3] + 5 < a[1], (one, other)


def test_no_line_runs_through_a_box_and_each_ends_at_its_own(part):
    boxes = {node: sides(data) for node, data in part.nodes(data=True)}
    for a, b, way in part.edges(data="way"):
        points = dense(way)
        for node, (left, top, right, bottom) in boxes.items():
            room = -2 if node in (a, b) else 1
            x, y = points.T
            inside = (left - room < x) & (x < right + room) & (top - room < y) & (y < bottom + room)
            assert not inside.any(), f"{a} to {b} runs through {node}"
        for node, (x, y) in ((a, way[0]), (b, way[-1])):
            left, top, right, bottom = boxes[node]
            assert left <= x <= right and min(abs(y - top), abs(y - bottom)) <= 2, f"{a} to {b} misses {node}"


def test_edges_can_be_told_apart(part):
    ends = {}
    for a, b, way in part.edges(data="way"):
        for node, (x, y) in ((a, way[0]), (b, way[-1])):
            ends.setdefault((node, y > part.nodes[node]["place"][1]), []).append((x, f"{a} to {b}"))
    for met in ends.values():
        for (x, edge), (next_x, other) in itertools.pairwise(sorted(met)):
            assert next_x - x >= 9, f"{edge} and {other} meet a box at one place"
    lines = {edge: dense(part.edges[edge]["way"]) for edge in part.edges}
    for (one, a), (other, b) in itertools.combinations(lines.items(), 2):
        near = np.hypot(*(a[::8, None] - b[None, ::8]).transpose(2, 0, 1)).min(axis=1) < 2
        along = near.sum() * np.hypot(*np.diff(a[::8], axis=0).T).mean()
        assert along < 25, f"{one} and {other} run on one another"


def drawn(figure, what):
    return [trace for trace in figure.data if what in (trace.name or "")]


def test_a_diagram_shows_every_edge_once_with_its_source(part):
    figure = diagrams.draw(part)
    assert {trace.type for trace in figure.data} == {"scatter"}
    [labels] = [trace for trace in figure.data if trace.name == "edge"]
    assert len(labels.customdata) == part.number_of_edges()
    assert sum(size > 0 for trace in drawn(figure, ", ends") for size in trace.marker.size) == part.number_of_edges()
    known = [row[5] for row in labels.customdata]
    assert all(
        ("none has this edge" in text) == (word == "absent") for text, word in zip(labels.hovertext, known, strict=True)
    )
    [names] = [trace for trace in figure.data if trace.name == "node"]
    assert len(names.text) == len(part)
    assert len(json.dumps(figure.to_plotly_json(), default=list)) < 60_000


def test_an_edge_says_what_is_known_of_it():
    told = {
        "same": "same sign",
        "none": "absent",
        "outside": "not covered",
        "both": "both signs",
        "opposite": "opposite sign",
    }
    own = nx.DiGraph()
    for i, (name, word) in enumerate(told.items()):
        own.add_node(name, place=(40 + 80 * i, 20), size=(66, 34), kind="drug" if i else "phenotype")
        own.add_node(f"{name} 2", place=(40 + 80 * i, 100), size=(66, 34))
        own.add_edge(
            name, f"{name} 2", sign=1 if i % 2 else -1, agreement=word, way=[(40, 37), (40, 50), (40, 70), (40, 83)]
        )
    own.edges["none", "none 2"]["against"] = "wilhelm2004"
    figure = diagrams.draw(own)
    lines = [trace for trace in figure.data if trace.mode == "lines" and not trace.showlegend]
    full, dashed = (
        sum(x is None for trace in lines if trace.line.dash == dash for x in trace.x)
        for dash in diagrams.KNOWN.values()
    )
    # found with the same sign, alone or beside the opposite one; all others were not
    assert (full, dashed) == (2, 3)
    [marks] = [trace for trace in drawn(figure, "disagrees") if not trace.showlegend]
    assert sum(x is not None for x in marks.x) == 3, "both signs, the opposite one, and one that a paper disputes"
    key = [trace.name for trace in figure.data if trace.showlegend]
    assert key == ["drug: blue rim", "outcome: round ends", "raises", "lowers", *diagrams.KNOWN, "a source disagrees"]


def test_effects_differ_in_more_than_colour():
    ends = drawn(diagrams.draw(PARTS["RAS to ERK"]), ", ends")
    assert len({trace.marker.symbol for trace in ends}) == len(diagrams.EFFECTS) == 2


def test_boxes_say_where_nodes_go():
    part = PARTS["JNK"]
    moved = pd.DataFrame({"up": 0.5, "down": 0.2, "direction": "undecided", "held": ""}, index=list(part))
    moved.loc["jun"] = [0.0, 1.0, "down", ""]
    moved.loc["mapk8"] = [1.0, 0.0, "up", "on"]
    moved.loc["prom1"] = [0.0, 0.0, "unchanged", "off"]
    figure = diagrams.draw(part, states={"first": moved, "second": moved})
    one, two = (trace for trace in figure.data if trace.name in ("first", "second"))
    assert (one.visible, two.visible) == (True, False)
    text = dict(zip(part, one.text, strict=True))
    assert text["jun"] == "<b>c-Jun</b><br>\u25bc down"
    assert text["mapk8"] == "<b>JNK</b><br>\u25b2 held on"
    assert text["prom1"] == "<b>CD133</b><br>held off"
    assert text["bax"] == "<b>BAX</b><br>? undecided"
    [down] = [trace for trace in figure.data if trace.name == "down" and trace.visible]
    left, top, right, bottom = sides(part.nodes["jun"])
    assert (min(down.x[:-1]), max(down.x[:-1]), min(down.y[:-1]), max(down.y[:-1])) == (left, right, top, bottom)
    [held] = [trace for trace in figure.data if trace.name == "held" and trace.visible]
    assert held.x.count(None) == 2, "a rim for each of the two that are held"
    columns, rows = table(json.loads(figure.to_json()))
    assert {"node", "change", "up in percent", "from", "source", "check"} <= set(columns)
    assert sum(row.get("Change") == "first" for row in rows) == len(part)


def named(table, **options):
    return px.scatter(table, x="across", y="down", text="name", **options)


def test_the_table_of_boxes_may_be_changed():
    part = PARTS["JNK"]
    moved = pd.DataFrame({"up": 1.0, "down": 0.0, "direction": "up"}, index=list(part))
    boxes = diagrams.boxes(part, {"on": moved, "off": moved.assign(up=0.0, down=1.0, direction="down")})
    assert len(boxes) == 2 * len(part) and not boxes.duplicated(["id", "Change"]).any()
    boxes["name"] = boxes["name"].str.replace("Apoptosis", "Apoptose")
    boxes["tooltip"] = boxes["tooltip"].where(boxes["id"].ne("bax"), "Touched")
    boxes["dose"] = range(len(boxes))
    figure = diagrams.connect(named(boxes, color="Change"), part, boxes)
    on, off = (trace for trace in figure.data if trace.name in ("on", "off"))
    assert figure.data[-1] is off, "names lie on the tints"
    assert "<b>Apoptose</b><br>\u25b2 up" in on.text and "<b>Apoptose</b><br>\u25bc down" in off.text
    assert "Touched" in on.hovertext and "Touched" in off.hovertext
    [menu] = figure.layout.updatemenus
    for button, own in zip(menu.buttons, ("on", "off"), strict=True):
        shown, key = button.args
        assert key["legend.title.text"].startswith(f"<b>{own}</b>"), "a picture names its state"
        names = [trace.name for trace, seen in zip(figure.data, shown["visible"], strict=True) if seen]
        assert own in names and not {"on", "off"} - {own} & set(names)
    columns, rows = table(json.loads(figure.to_json()))
    assert columns[-1] == "dose" and [row["dose"] for row in rows if "dose" in row] == list(range(len(boxes)))
    alone = boxes[boxes["Change"].eq("off")]
    figure = diagrams.connect(named(alone, color="Change"), part, alone)
    [seen] = [trace for trace in figure.data if trace.name == "off"]
    assert seen.visible is True


def test_a_figure_of_other_names_is_refused():
    part = PARTS["JNK"]
    boxes = diagrams.boxes(part)
    drawn = named(boxes)
    with pytest.raises(ValueError, match='expected one drawn by px.scatter.*text="name"\\)'):
        diagrams.connect(px.scatter(boxes, x="across", y="down"), part, boxes)
    with pytest.raises(ValueError, match="does not show the names"):
        diagrams.connect(drawn, part, boxes.iloc[:-1])
    with pytest.raises(ValueError, match="table of boxes, column id: found bax, .*expected nodes of the graph"):
        diagrams.connect(drawn, nx.restricted_view(part, ["bax"], []), boxes)
    with pytest.raises(ValueError, match="the table of boxes has no column tooltip"):
        diagrams.connect(drawn, part, boxes.drop(columns="tooltip"))
    moved = pd.DataFrame({"up": 1.0, "down": 0.0, "direction": "up"}, index=list(part))
    boxes = diagrams.boxes(part, {"on": moved, "off": moved})
    with pytest.raises(ValueError, match='color="Change"'):
        diagrams.connect(named(boxes), part, boxes)


def test_a_curve_worked_by_hand():
    # halfway through the first piece: (0 + 3*0 + 3*6 + 6) / 8 across, (0 + 3*8 + 3*8 + 0) / 8 down
    points = layout.way([(0, 0), (0, 8), (6, 8), (6, 0), (6, -3), (6, -6), (6, -9)], steps=2)
    assert points[1] == (3.0, 6.0) and points[2] == (6.0, 0.0) and points[-1] == (6.0, -9.0)


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz_lays_out_a_graph_of_ones_own():
    own = nx.DiGraph([("drug", "raf", {"sign": -1}), ("raf", "growth", {"sign": 1}), ("drug", "growth", {"sign": -1})])
    figure = diagrams.draw(own)
    [labels] = [trace for trace in figure.data if trace.name == "edge"]
    assert {tuple(row[:3]) for row in labels.customdata} == {
        ("drug", "lowers", "raf"), ("raf", "raises", "growth"), ("drug", "lowers", "growth"),
    }  # fmt: skip
    assert [trace.name for trace in figure.data if trace.showlegend] == ["raises", "lowers"], "what it does not tell"
    places = nx.get_node_attributes(layout.laid_out(own, tries=3), "place")
    assert places["drug"][1] < places["raf"][1] < places["growth"][1]
    loop = layout.laid_out(nx.DiGraph([("a", "b", {"sign": 1}), ("b", "a", {"sign": -1})]))
    assert math.dist(loop.edges["a", "b"]["way"][1], loop.edges["b", "a"]["way"][-2]) > 9


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_a_stored_layout_is_what_graphviz_makes(monkeypatch):
    layouts = pytest.importorskip("tools.research.layouts")
    monkeypatch.setattr(layouts, "TRIES", 1)
    table = layouts.laid_out("JNK", list(PARTS["JNK"]))
    stored = tables.read("diagrams").query("diagram == 'JNK'")
    assert set(table["id"]) == set(stored["id"]) and list(table.columns) == list(stored.columns)
    assert Path(layouts.PATH).name == "diagrams.csv"


STATE = pd.DataFrame({"up": 1, "down": 0, "direction": "up"}, ["a", "b"])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (STATE[["up"]], "the state on has no column down, direction"),
        (STATE.loc[["a"]], "state on has no row b"),
        (STATE.assign(direction="more"), "found more"),
    ],
)
def test_what_a_state_lacks_is_named(table, message):
    with pytest.raises(ValueError, match=message):
        diagrams.draw(nx.DiGraph([("a", "b", {"sign": 1})]), states={"on": table})


def test_what_cannot_be_drawn_is_named(monkeypatch):
    with pytest.raises(ValueError, match="no nodes"):
        diagrams.draw(nx.DiGraph())
    with pytest.raises(ValueError, match="edge a to b, attribute sign: found none"):
        diagrams.draw(nx.DiGraph([("a", "b")]))
    with pytest.raises(ValueError, match="no diagram ERK; there are .*RAS to ERK"):
        diagrams.part("ERK")
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(ValueError, match="Graphviz, which makes one, is not installed"):
        diagrams.draw(nx.DiGraph([("a", "b", {"sign": 1})]))
