"""Charts of the graph: edges run through no words, each is there with its source, menus bring out what they say."""

import json
import math

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from sphinx_plotly_figures import figures
from sphinx_plotly_figures.tables import table

from sorafenib_book import network, tables
from sorafenib_book.charts import diagrams

WHOLE = network.graph()
EDGES = tables.read("edges").set_index("id")
MODULES = {module: network.graph(modules=module) for module in network.modules(WHOLE)}
PARTS = {
    "whole": WHOLE,
    **{module: network.graph(modules=module, reach=True) for module in MODULES},
    "two modules": network.graph(modules=["EGFR", "MAPK"]),
}


def chart():
    return diagrams.draw(WHOLE, highlights=MODULES | {"names": nx.create_empty_copy(WHOLE)})


@pytest.mark.parametrize("part", PARTS)
def test_words_fit_beside_one_another_on_a_phone(part):
    graph, room = PARTS[part], 0
    places = network.positions(graph)
    low, high = diagrams.draw(graph).layout.xaxis.range
    boxes = diagrams.word_boxes(graph, places, room - 2)  # without the margin that edges keep
    mark = diagrams.RADIUS * (high - low) / (figures.WIDTHS["narrow"] - 26)
    for node, (_, top, right, bottom) in boxes.items():
        assert right <= high + 0.01, f"{node} leaves the picture"
        for other, (x, y) in places.items():
            if other != node and top < y < bottom and x > places[node][0]:
                assert right <= x - mark, (node, other)


@pytest.mark.parametrize("part", PARTS)
def test_no_edge_runs_through_words(part):
    graph = PARTS[part]
    places = network.positions(graph)
    names, boxes = zip(*diagrams.word_boxes(graph, places).items(), strict=True)
    left, top, right, bottom = np.array(boxes).T
    for edge, way in diagrams.routes(graph, places).items():
        assert (way[0], way[-1]) == (places[edge[0]], places[edge[1]])
        for (x0, y0), (x1, y1) in zip(way, way[1:], strict=False):
            steps = 1 + int(math.hypot((x1 - x0) * diagrams.COLUMN, (y1 - y0) * diagrams.ROW) / 2)
            x, y = np.linspace(x0, x1, steps + 1)[:, None], np.linspace(y0, y1, steps + 1)[:, None]
            hit = ((left < x) & (x < right) & (top < y) & (y < bottom)).any(axis=0)
            assert not hit.any(), f"{edge} runs through the words of {names[hit.argmax()]}"


def drawn(traces):
    """Count the edges whose ends are in some traces."""
    return sum(size > 0 for trace in traces if "ends" in (trace.name or "") for size in trace.marker.size)


def test_chart_shows_every_edge_once_with_its_source():
    figure = chart()
    assert {trace.type for trace in figure.data} == {"scatter"}
    [labels] = [trace for trace in figure.data if trace.name == "edge"]
    assert len(labels.customdata) == len(EDGES)
    assert drawn(diagrams.draw(WHOLE).data) == len(EDGES)
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
    moved = pd.DataFrame({"up": 1.0, "down": 0.0, "direction": "up"}, index=list(part))
    moved.loc["jun"] = [0.0, 1.0, "down"]
    figure = diagrams.draw(part, states={"on": moved, "off": moved})
    first, second = (trace for trace in figure.data if trace.name in ("on", "off"))
    assert (first.visible, second.visible) == (True, False)
    assert first.text[list(part).index("jun")] == "c-Jun \u25bc"
    menu = figure.layout.updatemenus[0]
    assert [button.label for button in menu.buttons] == ["on", "off"]
    columns, rows = table(json.loads(figure.to_json()))
    assert {"node", "change", "raised in percent", "from", "source", "check"} <= set(columns)
    assert sum(row.get("Show") == "on" for row in rows) == len(part)


def test_effects_differ_in_more_than_colour():
    lines, ends = (diagrams.draw(WHOLE).data[k : k + 3] for k in (0, 3))
    assert len({trace.line.dash for trace in lines}) == len({trace.marker.symbol for trace in ends}) == 3


def test_a_choice_brings_out_one_part_over_the_faint_whole():
    figure = chart()
    menu = figure.layout.updatemenus[0]
    assert [button.label for button in menu.buttons] == [*MODULES, "names"]
    faint, drawn_over = figure.data[:4], slice(4, 11)
    assert [trace.name for trace in faint] == [*diagrams.EFFECTS, "node"]
    assert all(trace.opacity < 0.3 for trace in faint)
    first, which = menu.buttons[0].args
    assert list(which) == list(range(4, 11)), "a choice redraws one part, not the whole"
    assert [list(t.x) for t in figure.data[drawn_over]] == [list(x) for x in first["x"]], (
        "the first part is shown first"
    )
    for button in menu.buttons:
        shown = go.Figure(figure).data[drawn_over]
        change, _ = button.args
        for k, trace in enumerate(shown):
            trace.update({key.replace(".", "_"): values[k] for key, values in change.items()})
            assert len(trace.x) == len(trace.y)
        part = MODULES.get(button.label, nx.create_empty_copy(WHOLE))
        *edges, nodes = shown
        assert drawn(edges) == part.number_of_edges()
        assert sum(len(trace.x) for trace in edges[3:]) == 3 * part.number_of_edges()
        named = [diagrams.lines(WHOLE, node) for node in WHOLE if node in part]
        assert [words.split("<br>") for words in nodes.text] == named


def test_a_graph_with_signs_only_is_drawn():
    own = nx.DiGraph([("drug", "raf", {"sign": -1}), ("raf", "growth", {"sign": 1}), ("raf", "raf", {"sign": 1})])
    figure = diagrams.draw(own, highlights={"all": own})
    [labels] = [trace for trace in figure.data if trace.name == "edge"]
    assert [tuple(row[:3]) for row in labels.customdata] == [
        ("drug", "lowers", "raf"), ("raf", "raises", "growth"), ("raf", "raises", "raf"),
    ]  # fmt: skip
    [words] = [trace for trace in figure.data if trace.name == "words"]
    assert list(words.text) == ["drug", "raf", "growth"]
    # what no node says is in no legend
    assert {trace.name for trace in figure.data if trace.showlegend is None} == {"lowers", "raises"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"highlights": {"far": WHOLE}}, "far: The graph has no node"),
        ({"states": {"on": pd.DataFrame({"up": [1.0]})}}, "the state on has no column down, direction"),
        ({"states": {"on": pd.DataFrame({"up": 1, "down": 0, "direction": "up"}, ["a"])}}, "state on has no row b"),
        ({"states": {"on": pd.DataFrame({"up": 1, "down": 0, "direction": "more"}, ["a", "b"])}}, "found more"),
    ],
)
def test_what_a_menu_lacks_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        diagrams.draw(nx.DiGraph([("a", "b", {"sign": 1})]), **given)


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(ValueError, match="no nodes"):
        diagrams.draw(nx.DiGraph())
    with pytest.raises(ValueError, match="edge a to b, attribute sign: found none"):
        diagrams.draw(nx.DiGraph([("a", "b")]))
    with pytest.raises(ValueError, match="wider than a phone: give a shorter name"):
        diagrams.draw(nx.DiGraph([("a" * 60, "b", {"sign": 1})]))
