"""Co-treatments on small graphs whose answer is plain."""

import networkx as nx
import numpy as np
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


@pytest.mark.parametrize(("weights", "strongest"), [("strong", 1.5), ((0.2, 0.6), 0.6)])
def test_percentages_are_those_of_the_formula(weights, strongest):
    # one step from the read-out a state is its formula: tanh(basal + sum of sign * weight * regulator)
    graph = small(("a", "survival_under_sorafenib", 1), ("x", "survival_under_sorafenib", -1), ("y", "a", -1))
    found = cotreatment.undone(
        graph, {"up": "a", "down": "-x"}, {"none": (), "x": "x", "both": ("x", "y")}, 200, weights, seed=7
    )
    drawn = simulation.ensemble(graph, 200, weights, seed=7)
    basal = dict(zip(graph, drawn.basal, strict=True))
    weight = {edge: np.abs(w) for edge, w in zip(graph.edges, drawn.weights, strict=True)}

    def survival(a=0, x=0, held=()):
        y = 1 if "y" in held else np.tanh(basal["y"])
        state_a = np.tanh(basal["a"] + a - weight["y", "a"] * y)
        state_x = 1 if "x" in held else np.tanh(basal["x"] + x)
        to = "survival_under_sorafenib"
        return np.tanh(basal[to] - weight["sorafenib", to] + weight["a", to] * state_a - weight["x", to] * state_x)

    for label, driven in (("up", {"a": strongest}), ("down", {"x": -strongest})):
        for treatment, held in (("none", ""), ("x", "x"), ("both", "xy")):
            back = (survival(**driven, held=held) <= survival() + 1e-6).mean()
            assert found.loc[label, treatment] == round(100 * back)
    assert len(set(found.to_numpy().ravel())) > 3


def test_what_never_settles_is_an_error():
    ring = small(("a", "b", -1), ("b", "c", -1), ("c", "a", -1), ("a", "survival_under_sorafenib", 1))
    with pytest.raises(ValueError, match="up, none: none of 20 weightings settled"):
        cotreatment.undone(ring, {"up": "sorafenib"}, {"none": ()}, 20, (20, 30))


def test_only_weightings_that_settle_with_and_without_are_counted():
    # a, b and c go round in seven of eight weightings, unless a is driven so far up that they stop. Where they settle
    # both times a is higher than before, and survival with it: none is brought back, but some that went round seem so
    ring = small(("a", "b", -1), ("b", "c", -1), ("c", "a", -1), ("a", "survival_under_sorafenib", 1))
    unaltered = simulation.steady_states(simulation.ensemble(ring, 200, (1, 3)), "sorafenib")
    assert 0.1 < unaltered.settled.mean() < 0.2
    assert cotreatment.undone(ring, {"up": "a"}, {"none": ()}, 200, (1, 3)).loc["up", "none"] == 0
