"""The graph: what it is made of, where its nodes stand, and files for other programs."""

import io
import json

import networkx as nx
import pandas as pd
import pytest

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
    assert all(named for _, named in network.graph(in_review=True).nodes(data="in_review"))
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


# ---- a graph of one's own ------------------------------------------------------------------------------------------

OWN = pd.DataFrame(
    [("drug", "raf", -1), ("ras", "raf", 1), ("raf", "erk", 1), ("erk", "ras", -1), ("erk", "growth", 1)],
    columns=["regulator", "target", "sign"],
)


def test_tables_of_ones_own_become_a_graph():
    own = network.graph(edges=OWN)
    assert list(own.edges(data="sign")) == list(
        OWN.sort_values("regulator", key=lambda c: c.map(list(own).index)).itertuples(index=False, name=None)
    )
    nodes = pd.DataFrame(
        {"id": ["growth", "erk", "raf", "ras", "drug", "alone"], "kind": [None, "kinase", "kinase", None, "drug", None]}
    )
    named = network.graph(edges=OWN.assign(module="MAPK"), nodes=nodes)
    assert list(named) == ["growth", "erk", "raf", "ras", "drug"], "a node without edges is in no part"
    assert (named.nodes["drug"]["kind"], named.nodes["ras"]["kind"]) == ("drug", "")
    assert network.graph(edges=OWN.assign(module="MAPK"), modules="MAPK", reach="growth").number_of_edges() == 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"edges": OWN.rename(columns={"sign": "effect"})}, "edges has no column sign: .*; there are .*effect"),
        ({"edges": OWN.assign(sign="+")}, r"drug to raf, attribute sign: found '\+', expected 1"),
        ({"edges": OWN.assign(sign=[-1, 1, 1, 0.5, 1])}, "erk to ras, attribute sign: found 0.5"),
        ({"edges": pd.concat([OWN, OWN.tail(1)])}, "erk to growth is in the table twice"),
        ({"edges": OWN.replace("ras", None)}, "a row without regulator or target"),
        ({"edges": OWN, "modules": "MAPK"}, "edges have no column module"),
        ({"edges": OWN, "in_review": True}, "nodes have no column in_review"),
        ({"edges": OWN, "reach": True}, "reach: The graph has no node proliferation"),
        ({"edges": OWN, "nodes": OWN}, "table of nodes has no column id"),
        ({"edges": OWN, "nodes": pd.DataFrame({"id": ["drug", "raf", "ras", "erk"]})}, "nodes has no growth"),
        ({"edges": OWN, "nodes": pd.DataFrame({"id": ["drug", "drug"]})}, "drug is in the table of nodes twice"),
        ({"nodes": OWN}, "nodes are given without edges"),
    ],
)
def test_what_a_table_lacks_is_named(given, message):
    with pytest.raises(ValueError, match=message):
        network.graph(**given)


def test_a_folder_of_ones_own_needs_no_table_of_nodes(tmp_path):
    OWN.to_csv(tmp_path / "edges.csv", index=False)
    fields = [{"name": "regulator"}, {"name": "target"}, {"name": "sign", "type": "integer"}]
    resources = [{"name": "edges", "path": "edges.csv", "schema": {"fields": fields}}]
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "mine", "resources": resources}))
    own = network.graph(folder=tmp_path)
    assert nx.utils.graphs_equal(own, network.graph(edges=OWN))


def test_an_edge_that_is_missing_is_named():
    with pytest.raises(ValueError, match="no edge 'raf1'"):
        network.between(WHOLE, ["raf1", "map2k1"], without=("raf1", "map2k1"))
    with pytest.raises(ValueError, match="attribute sign: found none"):
        network.to_sif(nx.DiGraph([("a", "b")]))


#: Two modules: m1 leads a, b, c to end; m2 leads a to d, and nowhere else.
SMALL = pd.DataFrame(
    [("a", "b", 1, "m1", "s1"), ("a", "d", -1, "m2", "s1"), ("b", "c", -1, "m1", "s2"), ("c", "end", 1, None, "s2"),
     ("b", "end", 1, "m3", "s3"), ("d", "c", 1, "m3", None)],
    columns=["regulator", "target", "sign", "module", "section"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "edges"),
    [
        ({}, "ab ad bc be dc ce"),
        ({"modules": "m1"}, "ab bc"),
        ({"modules": ["m1", "m2"]}, "ab ad bc"),
        ({"section": "s2"}, "bc ce"),
        ({"modules": "m1", "section": "s2"}, "bc"),
        # with the shortest way from each node
        ({"modules": "m2", "reach": "end"}, "ab ad be dc ce"),
        ({"modules": "m3", "reach": ["c"]}, "bc be dc"),
    ],
)
def test_parts_worked_by_hand(chosen, edges):
    part = network.graph(edges=SMALL, **chosen)
    assert {a + b.removesuffix("nd") for a, b in part.edges} == set(edges.split())
    assert set(part) == {node for edge in part.edges for node in edge}
    assert list(part) == [node for node in network.graph(edges=SMALL) if node in part]


def test_only_what_the_review_names_is_kept():
    nodes = pd.DataFrame({"id": ["a", "b", "c", "d", "end"], "in_review": [True, True, False, True, True]})
    part = network.graph(edges=SMALL, nodes=nodes, in_review=True)
    assert list(part.edges) == [("a", "b"), ("a", "d"), ("b", "end")]
    with pytest.raises(ValueError, match="no section s9; there are , s1, s2, s3"):
        network.graph(edges=SMALL, section="s9")


def test_modules_and_files_worked_by_hand():
    part = network.graph(edges=SMALL.head(3))
    assert network.modules(part) == ["m1", "m2"]
    assert network.to_sif(part) == "a\tactivates\tb\na\tinhibits\td\nb\tinhibits\tc\n"
    assert network.modules(nx.DiGraph([("a", "b")])) == []
