"""The graph: what it is made of, where its nodes stand, and files for other programs."""

import io

import networkx as nx
import pytest
from checkout import CHAPTERS
from sphinx_plotly_figures import figures

from sorafenib_book import network, tables

WHOLE = network.graph()
EDGES = tables.read("edges").set_index("id")
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


@pytest.mark.parametrize("modules", [["JNK"], ["EGFR", "MAPK"], ["VEGF and angiogenesis"]])
def test_a_part_leaves_out_what_it_does_not_use_and_no_node_changes_sides(modules):
    part = network.graph(modules=modules, reach=True)
    places, whole = network.positions(part), network.positions(WHOLE)
    for axis in (0, 1):
        used = sorted({place[axis] for place in places.values()})
        assert used == [used[1] * i for i in range(len(used))] and used[1] >= 1
        assert sorted(part, key=lambda node: places[node][axis]) == sorted(part, key=lambda node: whole[node][axis])


def test_every_figure_of_the_chapters_keeps_nodes_in_their_place():
    labels = {data["label"]: (data["x"], data["y"]) for _, data in WHOLE.nodes(data=True)}
    found = 0
    for path, notebook in CHAPTERS.items():
        for _, item in figures.figure_cells(notebook):
            for trace in (trace for trace in item["figure"]["data"] if trace.get("name") == "node"):
                found += 1
                for axis, name in enumerate("xy"):
                    pairs = sorted((labels[row[0]][axis], trace[name][i]) for i, row in enumerate(trace["customdata"]))
                    drawn = [place for _, place in pairs]
                    assert drawn == sorted(drawn), f"{path}, {item['name']}: a node changes sides along {name}"
    assert found >= 7
