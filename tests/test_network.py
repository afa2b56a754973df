"""The graph and its drawing: what it is made of, files for other programs, and edges that run through no words."""

import io
import json
import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from sorafenib_book import network, style, tables
from sorafenib_book.sphinx_ext import figures

WHOLE = network.graph()
EDGES = tables.read("edges").set_index("id")
PARTS = {
    "whole": (WHOLE, False),
    **{module: (network.graph(modules=module, reach=True), True) for module in network.modules(WHOLE)},
    "two modules": (network.graph(modules=["EGFR", "MAPK"]), True),
}
#: Read-outs and targets that nothing in the tables leads out of.
ENDS = {"sqstm1", "cdh1", "krt19", "vim", "klf12"}


def test_every_row_is_in_the_graph():
    assert WHOLE.number_of_nodes() == len(tables.read("nodes"))
    assert WHOLE.number_of_edges() == len(EDGES)
    edge = WHOLE.edges["intracellular_sorafenib", "raf1"]
    assert (edge["sign"], edge["check"]) == (-1, "primary")
    assert WHOLE.nodes["mapk1"]["gene"] == "MAPK1"


def test_attributes_are_plain():
    values = [value for *_, data in [*WHOLE.nodes(data=True), *WHOLE.edges(data=True)] for value in data.values()]
    assert {type(value) for value in values} <= {str, int, float, bool}
    assert all(data["source"] for *_, data in WHOLE.edges(data=True)), "every edge has a reference"


def test_parts():
    part = network.graph(modules=["EGFR", "JNK"])
    assert {data["module"] for *_, data in part.edges(data=True)} == {"EGFR", "JNK"}
    assert not list(nx.isolates(part))
    section = network.graph(section="autophagy")
    assert {data["section"] for *_, data in section.edges(data=True)} == {"autophagy"}
    assert all(network.graph(in_review=True).nodes[node]["in_review"] for node in network.graph(in_review=True))
    assert "proliferation" in network.graph(modules="EGFR", reach=True)
    with pytest.raises(ValueError, match="no module EGF; there are .*EGFR"):
        network.graph(modules="EGF")


def test_nodes_and_what_lies_between_them_keep_the_order_of_the_table():
    nodes = ["raf1", "egfr", "mapk1", "map2k1", "areg"]
    part = network.between(WHOLE, nodes, without=[("areg", "egfr")])
    assert list(part) == [node for node in WHOLE if node in nodes]
    expected = [edge for edge in WHOLE.edges if set(edge) <= set(nodes) and edge != ("areg", "egfr")]
    assert list(part.edges) == expected and len(expected) > 2
    assert part.edges["raf1", "map2k1"]["sign"] == 1
    with pytest.raises(ValueError, match="no node ege"):
        network.between(WHOLE, ["ege"])


@pytest.mark.parametrize("module", network.modules(WHOLE))
def test_every_mechanism_reaches_a_phenotype(module):
    for node in set(network.graph(modules=module)) - ENDS:
        assert any(nx.has_path(WHOLE, node, phenotype) for phenotype in network.PHENOTYPES), node


def test_every_node_of_the_review_reaches_resistance():
    lost = {n for n in WHOLE if not nx.has_path(WHOLE, n, "survival_under_sorafenib")}
    assert lost == ENDS


def test_files_for_cytoscape():
    again = nx.read_graphml(io.BytesIO(network.to_graphml().encode()))
    assert set(again.edges) == set(WHOLE.edges)
    assert again.edges["intracellular_sorafenib", "raf1"] == WHOLE.edges["intracellular_sorafenib", "raf1"]
    assert again.nodes["mapk1"]["label"] == WHOLE.nodes["mapk1"]["label"]
    lines = network.to_sif().splitlines()
    assert "intracellular_sorafenib\tinhibits\traf1" in lines and "mapk1\tactivates\tproliferation" in lines
    assert len(lines) == len(EDGES)


def test_from_the_outside_of_the_cell_to_its_fate():
    order = ["extracellular", "membrane", "cytoplasm", "nucleus", "process"]
    rows = {name: [d["y"] for _, d in WHOLE.nodes(data=True) if d["compartment"] == name] for name in order}
    for above, below in zip(order, order[1:], strict=False):
        assert max(rows[above]) < min(rows[below]), (above, below)
    assert len(set(network.positions(WHOLE).values())) == len(WHOLE)


def test_words_fit_beside_one_another_on_a_phone():
    places = network.positions(WHOLE)
    boxes = network.word_boxes(WHOLE, places, room=-2)  # without the margin that edges keep
    for node, (_, top, right, bottom) in boxes.items():
        for other, (x, y) in places.items():
            if other != node and top < y < bottom and x > places[node][0]:
                assert right <= x - network.RADIUS / network.COLUMN, (node, other)
    low, high = chart().layout.xaxis.range
    assert (figures.WIDTHS["narrow"] - 22) / (high - low) >= network.COLUMN - 0.2


@pytest.mark.parametrize("part", PARTS)
def test_no_edge_runs_through_words(part):
    graph, compact = PARTS[part]
    places = network.positions(graph, compact=compact)
    names, boxes = zip(*network.word_boxes(graph, places).items(), strict=True)
    left, top, right, bottom = np.array(boxes).T
    for edge, way in network.routes(graph, places).items():
        assert (way[0], way[-1]) == (places[edge[0]], places[edge[1]])
        for (x0, y0), (x1, y1) in zip(way, way[1:], strict=False):
            steps = 1 + int(math.hypot((x1 - x0) * network.COLUMN, (y1 - y0) * network.ROW) / 2)
            x, y = np.linspace(x0, x1, steps + 1)[:, None], np.linspace(y0, y1, steps + 1)[:, None]
            hit = ((left < x) & (x < right) & (top < y) & (y < bottom)).any(axis=0)
            assert not hit.any(), f"{edge} runs through the words of {names[hit.argmax()]}"


def chart(**options):
    return style.network_chart(WHOLE, highlights="modules", **options)


def drawn(traces):
    """Count the edges whose ends are in some traces."""
    return sum(size > 0 for trace in traces if "ends" in (trace.name or "") for size in trace.marker.size)


def test_chart_shows_every_edge_once_with_its_source():
    figure = chart()
    assert {trace.type for trace in figure.data} == {"scatter"}
    [labels] = [trace for trace in figure.data if trace.name == "edge"]
    assert len(labels.customdata) == len(EDGES)
    assert drawn(figure.data[:6]) == len(EDGES)
    assert len(json.dumps(figure.to_plotly_json(), default=list)) < 300_000


def test_disputed_edges_carry_both_literatures():
    disputed = {(a, b) for a, b, against in WHOLE.edges(data="against") if against}
    assert len(disputed) >= 5
    [labels] = [trace for trace in chart().data if trace.name == "edge"]
    words = [row for row in labels.customdata if row[6]]
    assert len(words) == len(disputed)
    assert all(row[5] and not set(row[5].split(";")) & set(row[6].split(";")) for row in words)


def test_states_say_where_nodes_go():
    part = network.graph(modules="JNK", reach=True)
    table = pd.DataFrame({"up": 1.0, "down": 0.0, "direction": "up"}, index=list(part))
    table.loc["jun"] = [0.0, 1.0, "down"]
    figure = style.network_chart(part, network.positions(part, compact=True), states={"on": table, "off": table})
    first, second = (trace for trace in figure.data if trace.name in ("on", "off"))
    assert (first.visible, second.visible) == (True, False)
    assert first.text[list(part).index("jun")] == "c-Jun \u25bc"
    menu = figure.layout.updatemenus[0]
    assert [button.label for button in menu.buttons] == ["on", "off"]
    columns, rows = figures.table(json.loads(figure.to_json()))
    assert {"node", "change", "raised in percent", "from", "source", "check"} <= set(columns)
    assert sum(row.get("Show") == "on" for row in rows) == len(part)


def test_effects_differ_in_more_than_colour():
    lines, ends = chart().data[:6:2], chart().data[1:6:2]
    assert len({trace.line.dash for trace in lines}) == len({trace.marker.symbol for trace in ends}) == 3


def test_a_choice_brings_out_one_module():
    figure = chart()
    menu = figure.layout.updatemenus[0]
    assert [button.label for button in menu.buttons] == ["all", *network.modules(WHOLE)]
    for button in menu.buttons[1:]:
        change = button.args[0]
        shown = [t for t, v in zip(figure.data, change["visible"], strict=True) if v and t.visible is False]
        assert drawn(shown) == network.graph(modules=button.label).number_of_edges()
        assert change["opacity"][0] < 1 == change["opacity"][-1]
