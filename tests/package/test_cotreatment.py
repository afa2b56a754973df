"""Co-treatments on small graphs whose answer is plain."""

import networkx as nx
import pytest

from sorafenib_book import cotreatment, simulation


def small(*edges):
    """A graph in which survival falls by the drug; edges as (regulator, target, sign)."""
    graph = nx.DiGraph()
    for a, b, sign in [("sorafenib", "survival_under_sorafenib", -1), *edges]:
        graph.add_edge(a, b, sign=sign, phase="acute")
    return graph


def test_only_the_inhibitor_of_the_way_undoes_an_alteration():
    graph = small(
        ("a", "b", 1),
        ("b", "survival_under_sorafenib", 1),
        ("stops_b", "survival_under_sorafenib", -1),
        ("idle", "c", -1),
    )
    table = cotreatment.undone(
        graph, {"a up": "a", "c up": "c"}, {"none": (), "stops b": "stops_b", "idle": "idle"}, size=60
    )
    # no resistance where nothing leads on: there is nothing to undo
    assert table.loc["c up"].tolist() == [100, 100, 100]
    assert table.loc["a up", "none"] == table.loc["a up", "idle"] == 0
    assert table.loc["a up", "stops b"] > 60


def test_a_loss_is_driven_down():
    graph = small(("brake", "survival_under_sorafenib", -1))
    table = cotreatment.undone(graph, {"lost": "-brake", "gained": "brake"}, {"none": ()}, size=40)
    assert table["none"].to_dict() == {"lost": 0, "gained": 100}


def test_an_edge_of_one_pair_of_drugs_is_left_out():
    graph = small(("a", "survival_under_sorafenib", 1), ("x", "survival_under_sorafenib", -1))
    graph.edges["x", "survival_under_sorafenib"]["phase"] = "combination"
    assert cotreatment.undone(graph, {"a up": "a"}, {"x": "x"}, size=20).loc["a up", "x"] == 0


def test_the_same_seed_gives_the_same_table():
    graph = small(("a", "b", 1), ("b", "survival_under_sorafenib", 1), ("x", "b", -1))
    first, second = (cotreatment.undone(graph, {"a": "a"}, {"x": "x"}, size=30) for _ in range(2))
    assert first.equals(second)


def test_unknown_nodes_are_named():
    with pytest.raises(ValueError, match="altered: The graph has no node nobody"):
        cotreatment.undone(small(), {"?": "nobody"}, {"none": ()}, size=2)


def test_drug_and_readout_may_be_others():
    graph = nx.DiGraph([("drug", "growth", {"sign": -1}), ("brake", "growth", {"sign": -1})])
    with pytest.raises(ValueError, match="drug and read-out: The graph has no node sorafenib"):
        cotreatment.undone(graph, {"lost": "-brake"}, {"none": ()}, size=2)
    roles = simulation.Roles(drug=("drug",), readout="growth")
    table = cotreatment.undone(graph, {"lost": "-brake"}, {"none": (), "given back": "brake"}, size=40, roles=roles)
    assert table.loc["lost"].to_dict() == {"none": 0, "given back": 100}
