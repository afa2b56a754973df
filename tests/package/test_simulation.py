"""The model: states that settle, results that repeat, claims that are held out as they say, and no weight typed."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from checkout import ROOT
from scipy.optimize import brentq

from sorafenib_book import network, simulation, tables
from tools.research import sensitivity, shuffled_graphs

GRAPH = network.graph()
CLAIMS = tables.read("model_claims")
ALL, OWN, STRICT, BACKGROUND = simulation.GRAPHS


def claim(key):
    return CLAIMS[CLAIMS["id"] == key].to_dict("records")[0]


def chain(*signs):
    """A chain a, b, c, ... with these signs."""
    graph = nx.DiGraph()
    names = "abcdefgh"
    for i, sign in enumerate(signs):
        attributes = {"sign": sign, "phase": "acute", "source": "x2000paper"}
        graph.add_edge(names[i], names[i + 1], **attributes)
    nx.set_node_attributes(graph, "kinase", "kind")
    return graph


def ways(outcome, smallest=simulation.EFFECT):
    """Of each weighting: 1 up, -1 down, 0 neither."""
    return np.sign(np.where(np.abs(outcome.change) > smallest, outcome.change, 0))


def test_a_state_is_what_its_regulators_ask_for():
    drawn = simulation.ensemble(GRAPH, 40, "middle")
    state = simulation.steady_states(drawn, high=["sorafenib"], low=["pten"])
    assert state.settled.all()
    nodes = list(GRAPH)
    for i, node in enumerate(nodes):
        if node in ("sorafenib", "pten"):
            assert (state[node] == {"sorafenib": 1, "pten": -1}[node]).all()
            continue
        total = drawn.basal[i].copy()
        for k, (a, b) in enumerate(GRAPH.edges):
            if b == node:
                total += drawn.weights[k] * state[a]
        assert np.tanh(total) == pytest.approx(state[node], abs=2 * simulation.CONVERGED)


def test_what_cannot_settle_is_said():
    # each lowers itself through the other two, strongly: they go round and round
    ring = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")])
    nx.set_edge_attributes(ring, -1, "sign")
    state = simulation.steady_states(simulation.ensemble(ring, 50, (5.0, 9.0)))
    assert state.settled.mean() < 0.9
    assert simulation.steady_states(simulation.ensemble(ring, 50, "weak")).settled.all()


def test_signs_multiply_along_a_chain():
    for signs, direction in (((1, 1), "up"), ((1, -1), "down"), ((-1, -1), "up")):
        table = simulation.changes(simulation.ensemble(chain(*signs), 20), high=["a"], compared_low=["a"])
        assert table.loc["c", "direction"] == direction
        assert table.loc["c", "up"] + table.loc["c", "down"] == 1


def test_the_same_seed_gives_the_same_numbers():
    drawn = simulation.ensemble(GRAPH, 3, seed=5)
    again = simulation.ensemble(GRAPH, 3, seed=5)
    assert (drawn.weights == again.weights).all() and (drawn.basal == again.basal).all()
    # written down: they are those of every machine
    assert np.abs(drawn.weights[0]).round(6).tolist() == FIRST_WEIGHTS
    table = simulation.test_claims(GRAPH, CLAIMS.head(3), size=20)
    pd.testing.assert_frame_equal(table, simulation.test_claims(GRAPH, CLAIMS.head(3), size=20))


FIRST_WEIGHTS = [0.933363, 0.913229, 0.345095]


def test_a_result_does_not_depend_on_how_many_are_run_together():
    drawn = simulation.ensemble(GRAPH, 260)
    few = simulation.Ensemble(GRAPH, drawn.weights[:, 240:], drawn.basal[:, 240:])
    whole, part = simulation.steady_states(drawn, ["sorafenib"]), simulation.steady_states(few, ["sorafenib"])
    assert part.values == pytest.approx(whole.values[:, 240:], abs=10 * simulation.CONVERGED)


def test_no_weight_is_typed():
    """No table has a number for an edge but its sign, and no node and no edge is treated apart by its name."""
    fields = {name: tables.schema(name)["fields"] for name in ("nodes", "edges", "model_claims")}
    numbers = {(n, f["name"]) for n, fs in fields.items() for f in fs if f["type"] in ("number", "integer")}
    assert numbers == {("edges", "sign")}
    renamed = nx.relabel_nodes(GRAPH, {node: f"n{i}" for i, node in enumerate(GRAPH)})
    same, other = (
        simulation.steady_states(simulation.ensemble(graph, 20), high=list(graph)[:1]) for graph in (GRAPH, renamed)
    )
    assert (same.values == other.values).all()


@pytest.mark.parametrize(("name", "low", "high"), [("weak", 0.1, 0.5), ("middle", 0.25, 1), ((0.3, 2), 0.3, 2)])
def test_draws_are_even_over_their_range(name, low, high):
    drawn = simulation.ensemble(chain(1, -1, 1), 4000, name)
    for values, (first, last) in ((drawn.basal, (-1, 1)), (drawn.weights * [[1], [-1], [1]], (low, high))):
        assert values.min() >= first and values.max() <= last
        # an even range has this mean and variance; four standard errors of 4,000 draws, and the least of them near it
        mean, variance = (first + last) / 2, (last - first) ** 2 / 12
        assert values.mean(axis=1) == pytest.approx(mean, abs=4 * (variance / 4000) ** 0.5)
        assert values.var(axis=1) == pytest.approx(variance, rel=4 * (0.8 / 4000) ** 0.5)


def test_inputs_may_share_their_weight_and_basal_activities_may_be_smaller():
    graph = nx.DiGraph([(a, "d", {"sign": 1}) for a in "abce"] + [("d", "f", {"sign": -1})])
    whole, shared, calm = (simulation.ensemble(graph, 50, **o) for o in ({}, {"per_input": True}, {"basal": 0.5}))
    many = [target == "d" for _, target in graph.edges]  # four inputs: half the weight
    assert shared.weights[many] == pytest.approx(whole.weights[many] / 2) and sum(many) == 4
    assert (shared.weights[np.invert(many)] == whole.weights[np.invert(many)]).all()
    assert calm.basal == pytest.approx(whole.basal / 2) and (calm.weights == whole.weights).all()


# ---- states worked out by their formula ---------------------------------------------------------------------------


def competing(size, weights="middle", seed=3):
    """a raises c, and lowers it through b; d stands alone. Its ensemble, and c for an activity of a, by the formula."""
    graph = nx.DiGraph([("a", "b", {"sign": 1}), ("b", "c", {"sign": -1}), ("a", "c", {"sign": 1})])
    graph.add_node("d")
    drawn = simulation.ensemble(graph, size, weights, seed)
    basal = dict(zip(graph, drawn.basal, strict=True))
    weight = {edge: np.abs(w) for edge, w in zip(graph.edges, drawn.weights, strict=True)}

    def c(a, without=()):
        b = np.tanh(basal["b"] + weight["a", "b"] * a)
        straight = 0 if ("a", "c") in without else weight["a", "c"] * a
        return np.tanh(basal["c"] + straight - weight["b", "c"] * b)

    return drawn, basal, c


def test_changes_are_those_of_the_formula():
    # 150 weightings: more than one block, and no whole number of blocks
    drawn, basal, c = competing(150)
    table = simulation.changes(drawn, high="a", compared_low="a")
    moved = c(1) - c(-1)
    up, down = (moved > 1e-6).mean(), (moved < -1e-6).mean()
    assert 0.5 < up < 0.9, "a case that is not decided"
    assert table.loc["c"].tolist() == [round(up, 3), round(down, 3), round(moved.mean(), 3), "undecided", ""]
    assert table.loc["d"].tolist() == [0, 0, 0, "unchanged", ""]
    assert table["held"].to_dict() == {"a": "on", "b": "", "c": "", "d": ""}
    assert table.loc["a"].tolist() == [1, 0, 2, "up", "on"]
    # by default nothing is held in the state it is compared with: a is then as its basal activity has it
    free = simulation.changes(drawn, low="a")
    assert free.loc["a", "change"] == round((-1 - np.tanh(basal["a"])).mean(), 3)
    assert free.loc["c", "change"] == round((c(-1) - c(np.tanh(basal["a"]))).mean(), 3)
    alone = simulation.changes(drawn, high="a", compared_low="a", without=[("a", "c")])
    lost = round((c(1, [("a", "c")]) - c(-1, [("a", "c")])).mean(), 3)
    assert alone.loc["c"].tolist() == [0, 1, lost, "down", ""]


def test_a_loop_settles_where_its_equation_has_its_one_root():
    # b raises a, a lowers b: x = tanh(p + u tanh(q - v x)) falls on its right side, and so has one root
    loop = nx.DiGraph([("a", "b", {"sign": -1}), ("b", "a", {"sign": 1})])
    drawn = simulation.ensemble(loop, 130, "strong", seed=8)
    state = simulation.steady_states(drawn)
    assert state.settled.all()
    for i, ((p, q), (v, u)) in enumerate(zip(drawn.basal.T, np.abs(drawn.weights.T), strict=True)):
        root = brentq(lambda x, p=p, q=q, u=u, v=v: x - np.tanh(p + u * np.tanh(q - v * x)), -1, 1, xtol=1e-13)
        assert state["a"][i] == pytest.approx(root, abs=3e-8)


def test_where_it_starts_decides_between_two_states():
    # each raises the other, strongly: x = tanh(p + 3 tanh(q + 3 x)) has a root above and one below
    graph = nx.DiGraph([("a", "b", {"sign": 1}), ("b", "a", {"sign": 1})])
    drawn = simulation.ensemble(graph, 70, (3, 3))
    for held, side in (({"high": "a"}, 1), ({"low": "a"}, -1)):
        state = simulation.steady_states(drawn, start=simulation.steady_states(drawn, **held))
        assert state.settled.all() and (np.sign(state["a"]) == side).all()
        again = np.tanh(drawn.basal[0] + 3 * np.tanh(drawn.basal[1] + 3 * state["a"]))
        assert again == pytest.approx(state["a"], abs=3e-8)
    with pytest.raises(ValueError, match="of another number of weightings"):
        simulation.steady_states(simulation.ensemble(graph, 5), start=simulation.steady_states(drawn))


def test_nothing_moves_where_every_node_is_held_or_alone():
    drawn = simulation.ensemble(chain(1), 3)
    state = simulation.steady_states(drawn, high="b")
    assert state.settled.all()
    assert state["a"] == pytest.approx(np.tanh(drawn.basal[0])) and (state["b"] == 1).all()
    with pytest.raises(KeyError, match="no node z"):
        state["z"]


def test_shares_and_verdicts_worked_by_hand():
    # of the first four three settled, one of each direction; of the last three two settled, both as expected
    outcome = simulation.Outcome(np.array([1, -1, 0, 1, 1, -1, 1]), np.array([1, 1, 1, 0, 1, 0, 1], dtype=bool), 5)
    third = {"agree": 0.333, "oppose": 0.333, "neither": 0.333, "settled": 0.75, "effect": 0}
    assert simulation.shares(outcome, slice(0, 4)) == third
    two = {"agree": 1, "oppose": 0, "neither": 0, "settled": 0.667, "effect": 1}
    assert simulation.shares(outcome, slice(4, 7)) == two
    none = simulation.shares(outcome, slice(3, 4))
    assert np.isnan(none.pop("effect")) and none == {"agree": 0, "oppose": 0, "neither": 0, "settled": 0}
    assert simulation.shares(outcome) == {"agree": 0.6, "oppose": 0.2, "neither": 0.2, "settled": 0.714, "effect": 1}
    verdicts = [
        ((0.9, 0.1), "holds"),
        ((0.899, 0.101), "undecided"),
        ((0.1, 0.9), "reversed"),
        ((0.1, 0.899), "undecided"),
    ]
    for shares, verdict in [*verdicts, ((np.nan, np.nan), "no path left")]:
        assert simulation.verdict(*shares) == verdict


def test_a_change_counts_from_the_smallest_on_and_its_median_is_the_effect():
    settled = np.ones(5, dtype=bool)
    down = simulation.Outcome(np.array([-0.5, -0.02, -0.004, 0.003, 0.3]), settled, 1, "down")
    assert list(simulation.shares(down).values()) == [0.6, 0.4, 0, 1, 0.004]
    assert list(simulation.shares(down, smallest=0.01).values()) == [0.4, 0.2, 0.4, 1, 0.004]
    # no change expected: three of five go one way, none stays; of the changes above a tenth one goes each way
    still = simulation.Outcome(down.change, settled, 1, "unchanged")
    assert list(simulation.shares(still).values()) == [0, 0.6, 0.4, 1, 0.02]
    assert list(simulation.shares(still, smallest=0.1).values()) == [0.6, 0.2, 0.2, 1, 0.02]


def test_the_rule_without_a_graph_worked_by_hand():
    graph = nx.DiGraph([("inhibitor", "gene"), ("gene", "growth"), ("growth", "death"), ("gene", "level")])
    graph.nodes["inhibitor"]["kind"] = "drug"
    rows = [
        ("gene", "", "", "growth", "up"),
        ("", "gene", "", "growth", "down"),
        ("gene", "", "", "death", "down"),
        ("inhibitor", "", "", "growth", "down"),
        ("", "inhibitor", "", "death", "down"),
        ("gene;inhibitor", "", "inhibitor", "growth", "up"),  # both are given the drug
        ("gene;inhibitor", "", "", "growth", ""),  # one feeds, the other starves
        ("inhibitor", "gene", "", "growth", "down"),
        ("gene", "", "", "level", ""),  # no outcome
    ]
    claims = pd.DataFrame(rows, columns=["held_high", "held_low", "compared_high", "readout", "rule"])
    roles = simulation.Roles(drug=("inhibitor",), feeds=("growth",), starves=("death",))
    assert simulation.rule(graph, claims.assign(expected="up"), roles).tolist() == claims["rule"].tolist()
    with pytest.raises(ValueError, match="no node grwth; is growth meant"):
        simulation.rule(graph, claims.head(1).assign(readout="grwth", expected="up"), roles)


def test_the_rule_does_better_than_the_model_on_the_claims_and_worse_on_the_controls():
    """What the page on the network concludes, from the stored results."""
    answers = simulation.rule(GRAPH, CLAIMS)
    right = answers.eq(CLAIMS["expected"])
    asked, controls = CLAIMS["counted"] & answers.ne(""), CLAIMS["control"].notna() & answers.ne("")
    assert asked.sum() == 43 and controls.sum() >= 30
    for kind in (ALL, STRICT):
        runs = RESULTS[RESULTS["graph"].eq(kind) & RESULTS["weights"].eq("middle")].set_index("claim")
        verdict = CLAIMS["id"].map(runs["verdict"])
        path = verdict.ne("no path left")
        assert (right & asked & path).sum() > (verdict.eq("holds") & asked).sum()
        assert (right & controls & path).sum() < (verdict.eq("holds") & controls).sum()


def test_claims_come_out_as_the_formula_says():
    drawn, _, c = competing(150)
    row = {"held_high": "a", "compared_low": "a", "readout": "c"}
    moved = c(1) - c(-1)
    for expected, sign in (("up", 1), ("down", -1)):
        found = simulation.outcomes(drawn, row | {"expected": expected})
        assert (ways(found) == np.sign(moved)).all() and found.settled.all() and found.edges == 3
        assert simulation.shares(found)["agree"] == round((sign * moved > 0).mean(), 3)
        assert simulation.shares(found)["effect"] == round(np.median(sign * moved), 4)
    # weights of nothing change nothing: that is neither up nor down, and what "unchanged" expects
    nothing, _, _ = competing(5, (0, 0))
    for expected, name in (("up", "neither"), ("down", "neither"), ("unchanged", "agree")):
        assert simulation.shares(simulation.outcomes(nothing, row | {"expected": expected}))[name] == 1
    table = simulation.test_claims(drawn.graph, pd.DataFrame([row | {"expected": "down"}]), size=150, seed=3)
    shares = [round((moved < 0).mean(), 3), round((moved > 0).mean(), 3), 0, 1]
    assert table.loc[0, ["agree", "oppose", "neither", "settled"]].tolist() == shares


def test_an_interaction_comes_out_as_the_formula_says():
    graph = nx.DiGraph([("a", "c", {"sign": -1}), ("b", "c", {"sign": -1})])
    drawn = simulation.ensemble(graph, 150)
    (basal_a, c, basal_b), (a, b) = drawn.basal, np.abs(drawn.weights)  # nodes in the order of the edges: a, c, b
    a_free, b_free = np.tanh(basal_a), np.tanh(basal_b)
    # what b does under the drug a, less what it does without
    more = np.tanh(c - a - b) - np.tanh(c - a - b * b_free)
    more -= np.tanh(c - a * a_free - b) - np.tanh(c - a * a_free - b * b_free)
    claim = {"held_high": "a;b", "compared_high": "a", "readout": "c", "expected": "up", "test": "interaction"}
    found = simulation.outcomes(drawn, claim, roles=DRUG)
    assert (ways(found) == np.sign(more)).all() and 0.1 < (more > 0).mean() < 1


def test_a_way_through_what_is_held_is_none():
    drawn = simulation.ensemble(chain(1, 1), 4)
    claim = {"held_high": "a;b", "compared_high": "b", "readout": "c", "expected": "up"}
    assert simulation.outcomes(drawn, claim).change is None
    assert simulation.outcomes(drawn, claim | {"compared_high": None}).change is not None
    assert simulation.outcomes(drawn, claim | {"readout": "a", "held_high": "b", "compared_high": None}).change is None


def test_an_interaction_holds_the_drug_whatever_it_is_compared_with():
    graph = nx.DiGraph([("a", "c", {"sign": -1}), ("b", "c", {"sign": -1})])
    claim = {"readout": "c", "expected": "down", "test": "interaction", "held_high": "b", "compared_high": "a"}
    with pytest.raises(ValueError, match="an interaction needs the drug among what is held: a "):
        simulation.outcomes(simulation.ensemble(graph, 2), claim, roles=DRUG)


def test_a_change_below_a_millionth_is_none():
    # b moves by less than 2 * weight, and by at least 0.41 of that, as tanh' is 0.42 at 1, the end of basal activities
    row = {"held_high": "a", "compared_low": "a", "readout": "b", "expected": "up"}
    for weight, direction, word in ((4e-7, 0, "unchanged"), (2e-6, 1, "up")):
        drawn = simulation.ensemble(chain(1), 50, (weight, weight))
        assert (ways(simulation.outcomes(drawn, row)) == direction).all()
        assert simulation.changes(drawn, high="a", compared_low="a").loc["b", "direction"] == word


def test_an_interaction_with_a_drug_that_leads_nowhere_is_none():
    graph = nx.DiGraph([("a", "d", {"sign": 1}), ("b", "c", {"sign": -1})])
    claim = {"held_high": "a;b", "compared_high": "a", "readout": "c", "expected": "up", "test": "interaction"}
    drawn = simulation.ensemble(graph, 3)
    assert simulation.outcomes(drawn, claim, roles=DRUG).change is None
    assert simulation.outcomes(drawn, claim | {"test": "effect"}, roles=DRUG).change is not None


def test_what_is_left_out_worked_by_hand():
    graph = nx.DiGraph()
    for a, b, sign, source, phase in (
        ("drug", "kinase", -1, "own1", "acute"),  # what the drug is: stays
        ("drug", "factor", -1, "own1", "acute"),
        ("factor", "growth", 1, "own1;own2", "acute"),
        ("kinase", "growth", 1, "review", "acute"),
        ("other", "growth", 1, "own1;else", "acute"),
        ("drug", "growth", -1, "base", "acute"),
        ("growth", "end", 1, "own1", "acute"),  # what the read-out is: stays
        ("factor", "end", 1, "own1", "acute"),
        ("kinase", "factor", 1, "base", "adaptive"),
        ("other", "factor", 1, "base", "combination"),
    ):
        graph.add_edge(a, b, sign=sign, source=source, phase=phase)
    nx.set_node_attributes(graph, {"drug": "drug", "kinase": "kinase", "factor": "protein"}, "kind")
    roles = simulation.Roles(drug=("drug",), readout="end", read_from=("growth",), review="review")
    row = {"held_high": "drug", "readout": "growth", "expected": "down", "source": "own1;own2"}
    later, own = (
        {("kinase", "factor"), ("other", "factor")},
        {("drug", "factor"), ("factor", "growth"), ("factor", "end")},
    )

    def gone(kind, claimants=(), **cells):
        return simulation.left_out(graph, row | cells, kind, claimants, roles)

    assert gone(ALL) == later and gone(ALL, phase="adaptive") == {("other", "factor")}
    assert gone(OWN) == later | own
    assert gone(OWN, source="own1") == (later | own) - {("factor", "growth")}
    assert gone(STRICT) == later | own | {("kinase", "growth"), ("drug", "growth")}
    assert gone(BACKGROUND, ["own1", "own2"]) == later | own | {("kinase", "growth")}
    assert gone(BACKGROUND, ["own1", "else"]) == later | {
        ("drug", "factor"), ("factor", "end"), ("kinase", "growth"), ("other", "growth")
    }  # fmt: skip
    fixed = {edge for edge in graph.edges if simulation.is_fixed(graph, *edge, roles)}
    assert fixed == {("drug", "kinase"), ("growth", "end")}
    graph.nodes["kinase"]["kind"] = "drug"  # another drug is what it lowers
    graph.edges["kinase", "growth"]["sign"] = -1
    assert simulation.is_fixed(graph, "kinase", "growth", roles)
    assert not simulation.is_fixed(graph, "kinase", "factor", roles)
    graph.edges["drug", "kinase"]["sign"] = 1
    assert not simulation.is_fixed(graph, "drug", "kinase", roles)
    # inside the cell it is the same drug
    inside = simulation.Roles(drug=("drug", "kinase"), readout="end", read_from=("growth",), review="review")
    assert simulation.is_fixed(graph, "drug", "kinase", inside)
    assert ("kinase", "growth") in simulation.left_out(graph, row, STRICT, (), inside)


def test_every_order_of_the_signs_is_as_likely():
    graph = nx.DiGraph([("a", "d", {"sign": 1}), ("b", "d", {"sign": -1}), ("c", "d", {"sign": -1})])
    graph.add_edge("d", "e", sign=1)
    within = simulation.shuffled(graph, "within inputs", 3000)
    # one of three inputs of d raises it: each in 1/3 of the graphs, with four standard errors; e has its one input
    into = [b == "d" for _, b in graph.edges]
    assert (within[into] == 1).mean(axis=1) == pytest.approx(1 / 3, abs=4 * (2 / 9 / 3000) ** 0.5)
    assert (within[np.invert(into)] == 1).all() and (within.sum(axis=0) == 0).all()
    # over the graph two of the four
    over = simulation.shuffled(graph, "over the graph", 3000)
    assert (over == 1).mean(axis=1) == pytest.approx(1 / 2, abs=4 * (1 / 4 / 3000) ** 0.5)


def test_who_made_a_claim_is_held_out_where_the_review_alone_is_cited():
    # m58 cites the review; the edges from miR-484 rest on the paper of 2016
    assert claim("m58")["source"] == "zhu2017review"
    gone = simulation.left_out(GRAPH, claim("m58"), OWN)
    assert set(GRAPH.out_edges("mir484")) <= gone
    assert not set(GRAPH.out_edges("mir484")) <= simulation.left_out(GRAPH, claim("m58") | {"made_by": ""}, OWN)
    assert simulation.test_claims(GRAPH, pd.DataFrame([claim("m58")]), OWN, 2)["verdict"].tolist() == ["no path left"]


def test_a_dish_has_no_vessels_and_no_stroma_but_what_it_is_given():
    tissue = set(simulation.BOOK.tissue)
    for row in CLAIMS.to_dict("records"):
        left = set(GRAPH.edges) - simulation.left_out(GRAPH, row)
        there = {row["readout"]}.union(*(nodes for pair in simulation.states(row) for nodes in pair))
        reached = {node for edge in left for node in edge} & tissue
        assert reached <= there if row["setting"] == "dish" else reached == tissue
    # stellate cells added to a dish still act on Akt
    assert ("stromal_cells", "akt1") not in simulation.left_out(GRAPH, claim("m73"))
    assert ("vessel_supply", "hypoxia") in simulation.left_out(GRAPH, claim("m04"))


def test_the_claims_own_sources_are_held_out():
    # m22 rests on tai2014shp1 alone: the drug's effect on SHP-1 goes, SHP-1 to STAT3 is in a database, too
    gone = simulation.left_out(GRAPH, claim("m22"), OWN)
    assert ("intracellular_sorafenib", "ptpn6") in gone
    assert ("ptpn6", "stat3") not in gone
    assert simulation.left_out(GRAPH, claim("m22"), ALL) < gone


def test_the_strict_graph_has_no_way_around():
    for row in CLAIMS.to_dict("records"):
        own, strict = (simulation.left_out(GRAPH, row, kind) for kind in (OWN, STRICT))
        assert own <= strict
        for a, b in set(GRAPH.edges) - strict:
            if simulation.is_fixed(GRAPH, a, b):
                continue
            own = {"zhu2017review", *row["source"].split(";"), *row["made_by"].split(";")}
            assert set(GRAPH.edges[a, b]["source"].split(";")) - own
            pairs = simulation.states(row)[0]
            moved = {n for n in {**pairs[0], **pairs[1]} if pairs[0].get(n) != pairs[1].get(n)}
            assert not (a in moved and b == row["readout"])


def test_handles_stay():
    gone = simulation.left_out(GRAPH, claim("m28"), STRICT)
    assert ("chloroquine", "autophagy") not in gone
    assert simulation.is_fixed(GRAPH, "intracellular_sorafenib", "raf1")
    assert not simulation.is_fixed(GRAPH, "intracellular_sorafenib", "ptpn6")
    assert not simulation.is_fixed(GRAPH, "intracellular_sorafenib", "hif1a")


def test_background_knows_no_paper_that_makes_a_claim():
    claimants = {key for cell in CLAIMS["source"] for key in cell.split(";")} | {"zhu2017review"}
    gone = simulation.left_out(GRAPH, claim("m01"), BACKGROUND, simulation.sources(CLAIMS))
    for a, b in set(GRAPH.edges) - gone:
        assert simulation.is_fixed(GRAPH, a, b) or set(GRAPH.edges[a, b]["source"].split(";")) - claimants


def test_adaptive_edges_belong_to_adaptive_claims():
    gone = simulation.left_out(GRAPH, claim("m01"))
    assert {GRAPH.edges[edge]["phase"] for edge in gone} == {"adaptive", "combination"}
    gone = simulation.left_out(GRAPH, claim("m33") | {"setting": "animal"})
    assert {GRAPH.edges[edge]["phase"] for edge in gone} == {"combination"}
    with pytest.raises(ValueError, match="There is no graph 'half'; there are all edges"):
        simulation.left_out(GRAPH, claim("m01"), "half")


def test_changes_use_the_edges_of_their_phase():
    drawn = simulation.ensemble(GRAPH, 10)
    assert simulation.changes(drawn, ["sorafenib"]).loc["lrcc", "direction"] == "unchanged"
    assert simulation.changes(drawn, ["sorafenib"], phase="adaptive").loc["lrcc", "direction"] == "up"


def test_no_path_is_a_verdict_of_its_own():
    table = simulation.test_claims(GRAPH, CLAIMS[CLAIMS["id"] == "m27"], STRICT, size=5)
    assert table["verdict"].tolist() == ["no path left"]
    assert table["agree"].isna().all()


def test_a_claim_and_its_reverse_get_reversed_verdicts():
    reverse = pd.DataFrame([claim("m25") | {"expected": "down"}])
    assert simulation.test_claims(GRAPH, reverse, size=50)["verdict"].tolist() == ["reversed"]
    assert [simulation.verdict(*pair) for pair in ((0.95, 0.05), (0.5, 0.5), (0.1, 0.9))] == [
        "holds",
        "undecided",
        "reversed",
    ]


def test_an_interaction_is_a_difference_of_differences():
    row = claim("m12")
    (held, compared), (held_off, compared_off) = simulation.states(row)
    assert held == {"ras": 1, "sorafenib": 1} and compared == {"sorafenib": 1, "ras": -1}
    assert held_off == {"ras": 1} and compared_off == {"ras": -1}
    drawn, gone = simulation.ensemble(GRAPH, 60), simulation.left_out(GRAPH, row)

    def change(after, before):
        start = None
        for state in (before, after):
            high, low = ([n for n, v in state.items() if v == level] for level in (1, -1))
            start, last = simulation.steady_states(drawn, high, low, gone, start), start
        return start["survival_under_sorafenib"] - last["survival_under_sorafenib"]

    more = change(held, compared) - change(held_off, compared_off)
    assert simulation.outcomes(drawn, row).change == pytest.approx(more, abs=10 * simulation.CONVERGED)


@pytest.mark.parametrize("how", simulation.SHUFFLES)
def test_shuffled_graphs_keep_what_they_must(how):
    signs = simulation.shuffled(GRAPH, how, 5)
    edges, real = list(GRAPH.edges), np.array([s for *_, s in GRAPH.edges(data="sign")])
    assert (signs.sum(axis=0) == real.sum()).all()
    fixed = [k for k, edge in enumerate(edges) if simulation.is_fixed(GRAPH, *edge)]
    assert (signs[fixed] == real[fixed][:, None]).all()
    assert (signs != real[:, None]).any(axis=0).all()
    if how == "within inputs":
        for node in GRAPH:
            into = [k for k, (_, b) in enumerate(edges) if b == node]
            assert (signs[into].sum(axis=0) == real[into].sum()).all()


# ---- the stored results -------------------------------------------------------------------------------------------

COMMANDS = {
    "model_results": "shuffled_graphs",
    "model_nulls": "shuffled_graphs",
    "model_sensitivity": "sensitivity",
    "model_boolean": "boolean_reading",
}
RESULTS, NULLS, SENSITIVITY, BOOLEAN = (tables.read(name) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_stored_results_are_of_todays_graph_and_claims(name):

    package = json.loads(Path(ROOT, "data", "datapackage.json").read_text(encoding="utf-8"))
    [resource] = [r for r in package["resources"] if r["name"] == name]
    assert resource["inputs"] == shuffled_graphs.inputs(), f"stale: run tools.research.{COMMANDS[name]}"


def test_stored_results_are_complete():
    assert CLAIMS["counted"].sum() >= 60
    assert len(RESULTS) == len(CLAIMS) * len(simulation.GRAPHS) * len(simulation.WEIGHTS)
    assert (NULLS.groupby(["graph", "shuffle"])["number"].nunique() >= 100).all()
    assert (NULLS[["holds", "undecided", "reversed", "no_path_left"]].sum(axis=1) == CLAIMS["counted"].sum()).all()


@pytest.mark.parametrize("kind", [STRICT, BACKGROUND])
def test_a_run_today_gives_the_stored_results(kind):

    chosen = CLAIMS.iloc[::9]
    today = simulation.test_claims(GRAPH, chosen, kind, shuffled_graphs.SIZE, claimants=simulation.sources(CLAIMS))
    stored = RESULTS[(RESULTS["graph"] == kind) & (RESULTS["weights"] == "middle")].set_index("claim")
    for row in today.itertuples():
        there = stored.loc[row.id]
        assert (row.verdict, row.edges) == (there["verdict"], there["edges"])
        if row.verdict != "no path left":
            names = ["agree", "oppose", "neither", "settled", "effect"]
            assert [getattr(row, name) for name in names] == there[names].tolist()


def test_the_sensitivity_of_what_is_stored_agrees_with_a_smaller_run():
    stored = SENSITIVITY.set_index("id")
    groups = ["holds", "undecided", "reversed", "no_path_left"]
    assert (SENSITIVITY[groups].sum(axis=1).round(6) == CLAIMS["counted"].sum()).all()
    # 60 weightings for 100: a verdict near its limit may differ
    for row in sensitivity.rows("smallest change", None, STRICT, size=60):
        for name in ("holds", "reversed", "no_path_left", "outcomes_holds", "controls_holds"):
            assert stored.loc[row["id"], name] == pytest.approx(row[name], abs=4)
    # the first value of each choice is that of the results, of five hundred weightings
    real = RESULTS[RESULTS["weights"].eq("middle")].merge(CLAIMS[CLAIMS["counted"]], left_on="claim", right_on="id")
    for choice, (first, *_) in sensitivity.CHOICES.items():
        value = first if isinstance(first, str) else f"{first:g}"
        rows = SENSITIVITY[SENSITIVITY["choice"].eq(choice) & SENSITIVITY["value"].eq(value)]
        assert len(rows) == len(sensitivity.KINDS)
        for row in rows.to_dict("records"):
            holds = (real["graph"].eq(row["graph"]) & real["verdict"].eq("holds")).sum()
            assert row["holds"] == pytest.approx(holds, abs=3)


def test_edges_that_say_what_is_done_are_never_taken_out():
    for number in range(3):
        part = sensitivity.kept(0.5, number)
        fixed = [edge for edge in GRAPH.edges if simulation.is_fixed(GRAPH, *edge)]
        assert part.number_of_edges() == len(fixed) + round(0.5 * (GRAPH.number_of_edges() - len(fixed)))
        assert all(part.has_edge(*edge) for edge in fixed) and list(part) == list(GRAPH)
    assert set(sensitivity.kept(0.5, 1).edges) != set(sensitivity.kept(0.5, 2).edges)


@pytest.mark.parametrize("key", ["m23", "m54", "m65"])
def test_the_independent_engine_gives_the_stored_answers(key):
    from tools.research import boolean_reading

    # the first samples are those of a shorter run: counts only grow
    today, stored = boolean_reading.row(claim(key), samples=4), BOOLEAN.set_index("claim").loc[key]
    for answer in ("agree", "oppose", "same"):
        assert today[answer] <= stored[answer]
        assert stored[answer] - today[answer] <= stored["samples"] - 4


def test_engines_agree_on_what_is_decided():
    ours = RESULTS[(RESULTS["graph"] == ALL) & (RESULTS["weights"] == "middle")].set_index("claim")["verdict"]
    different = set()
    for row in BOOLEAN.itertuples():
        theirs = "holds" if row.agree > row.oppose else "reversed" if row.oppose > row.agree else "undecided"
        if {ours[row.claim], theirs} == {"holds", "reversed"}:
            different.add(row.claim)
    assert not different
    counts = BOOLEAN.set_index("claim")[["agree", "oppose"]]
    held = counts[ours[counts.index] == "holds"].sum()
    assert held["agree"] > 20 * held["oppose"]


# ---- a graph of one's own ------------------------------------------------------------------------------------------

DRUG = simulation.Roles(drug=("a",), readout="c", read_from=())


def test_one_node_may_be_given_by_itself():
    drawn = simulation.ensemble(chain(1, -1), 20)
    assert simulation.changes(drawn, high="a").equals(simulation.changes(drawn, high=["a"]))
    with pytest.raises(ValueError, match="The graph has no node X"):
        simulation.changes(drawn, high="X")
    with pytest.raises(ValueError, match="no node EGFR; is egfr meant"):
        simulation.steady_states(simulation.ensemble(GRAPH, 2), low="EGFR")
    with pytest.raises(ValueError, match="b cannot be held both high and low"):
        simulation.steady_states(drawn, ["a", "b"], "b")


@pytest.mark.parametrize(
    ("without", "phase", "message"),
    [(("a", "b"), "acute", "no edge 'a'"), ([("b", "a")], "acute", "no edge"), ((), "late", "no phase 'late'")],
)
def test_edges_and_phases_that_are_not_there_are_refused(without, phase, message):
    with pytest.raises(ValueError, match=message):
        simulation.changes(simulation.ensemble(chain(1, 1), 2), "a", without=without, phase=phase)


@pytest.mark.parametrize(
    ("graph", "options", "error", "message"),
    [
        (nx.DiGraph([("a", "b")]), {}, ValueError, "edge a to b, attribute sign: found none"),
        (nx.Graph([("a", "b")]), {}, TypeError, "DiGraph is needed.*this is a Graph"),
        (nx.MultiDiGraph([("a", "b")]), {}, TypeError, "this is a MultiDiGraph"),
        (chain(1), {"weights": "medium"}, ValueError, "no range of weights 'medium'; there are weak"),
        (chain(1), {"weights": (-1, 1)}, ValueError, "not begin below 0"),
        (chain(1), {"weights": 0.5}, ValueError, "two ends"),
        (chain(1), {"weights": (1, 0.5)}, ValueError, "weights are 1 to 0.5: a range must rise"),
        (chain(1), {"weights": (1, np.inf)}, ValueError, "weights are 1 to inf: a range must rise"),
        (chain(1), {"size": 1.5}, ValueError, "size is 1.5: a whole number"),
        (chain(1), {"size": 0}, ValueError, "size is 0"),
        (chain(1), {"basal": -1}, ValueError, "basal is -1: the largest basal activity"),
    ],
)
def test_what_no_ensemble_is_made_of_is_named(graph, options, error, message):
    with pytest.raises(error, match=message):
        simulation.ensemble(graph, **options)


def test_claims_of_ones_own_need_a_node_a_readout_and_a_direction():
    graph = nx.DiGraph([("a", "b", {"sign": -1}), ("b", "c", {"sign": 1})])
    claims = pd.DataFrame({"held_high": ["a", "a"], "readout": ["c", "b"], "expected": ["down", "up"]})
    assert simulation.test_claims(graph, claims, size=10)["verdict"].tolist() == ["holds", "reversed"]
    # sources are needed where references are held out, and nothing is read from the book's tables
    nx.set_edge_attributes(graph, {("a", "b"): "smith2001", ("b", "c"): "smith2001;jones1999"}, "source")
    claims["source"] = "smith2001"
    assert simulation.test_claims(graph, claims, OWN, size=10)["edges"].tolist() == [1, 1]
    assert simulation.test_claims(graph, claims, BACKGROUND, size=10)["edges"].tolist() == [1, 1]
    both = simulation.test_claims(graph, claims, BACKGROUND, size=10, claimants=["smith2001", "jones1999"])
    assert both["edges"].tolist() == [0, 0] and (both["verdict"] == "no path left").all()


def test_an_interaction_is_one_with_the_drug_that_is_named():
    graph = nx.DiGraph([("a", "c", {"sign": -1}), ("b", "c", {"sign": -1})])
    claim = {"held_high": "a;b", "compared_high": "a", "readout": "c", "expected": "down", "test": "interaction"}
    assert simulation.states(claim, DRUG) == [({"a": 1, "b": 1}, {"a": 1}), ({"b": 1}, {})]
    assert simulation.is_fixed(graph, "a", "c", DRUG) is False
    with pytest.raises(ValueError, match="an interaction needs the drug among what is held: sorafenib"):
        simulation.outcomes(simulation.ensemble(graph, 2), claim)
    assert simulation.outcomes(simulation.ensemble(graph, 2), claim, roles=DRUG).edges == 2


@pytest.mark.parametrize(
    ("cells", "kind", "message"),
    [
        ({"readout": "C"}, ALL, "claim k1: The graph has no node C; is c meant"),
        ({"held_high": "a;z"}, ALL, "claim k1: The graph has no node z"),
        ({"expected": "increase"}, ALL, "claim k1: expected is 'increase', expected up, down, unchanged"),
        ({"readout": None}, ALL, "claim k1: there is no readout"),
        ({"compared_high": "a"}, ALL, "claim k1: nothing is held"),
        ({"source": None}, OWN, "claim k1: its source is needed"),
        ({"source": None}, BACKGROUND, "needs claimants"),
    ],
)
def test_what_a_claim_lacks_is_named(cells, kind, message):
    row = {"id": "k1", "held_high": "a", "readout": "c", "expected": "up", "source": "x2000paper"} | cells
    with pytest.raises(ValueError, match=message):
        simulation.test_claims(chain(1, 1), pd.DataFrame([row]), kind, size=2)


def test_tables_without_what_claims_or_edges_need_are_refused():
    claims = pd.DataFrame({"held_high": ["a"], "readout": ["c"], "expected": ["up"]})
    for column, message in (("expected", "no column expected"), ("held_high", "neither held_high nor held_low")):
        with pytest.raises(ValueError, match=message):
            simulation.test_claims(chain(1, 1), claims.drop(columns=column))
    with pytest.raises(ValueError, match="edge a to b has no source"):
        bare = nx.DiGraph([("a", "b", {"sign": 1}), ("b", "c", {"sign": 1})])
        simulation.test_claims(bare, claims.assign(source="s"), STRICT)
    with pytest.raises(ValueError, match="edge a to b, attribute sign: found none"):
        simulation.shuffled(nx.DiGraph([("a", "b")]), "over the graph", 2)
    with pytest.raises(ValueError, match="count is 0"):
        simulation.shuffled(chain(1, 1), "over the graph", 0)
    with pytest.raises(ValueError, match="no shuffle 'all'; there are over the graph"):
        simulation.shuffled(chain(1, 1), "all", 2)


def test_ensembles_states_and_outcomes_compare():
    drawn = simulation.ensemble(chain(1, 1), 5)
    assert drawn == simulation.ensemble(chain(1, 1), 5)
    assert drawn != simulation.ensemble(chain(1, 1), 5, seed=1) and drawn != simulation.ensemble(chain(1, -1), 5)
    assert simulation.steady_states(drawn) == simulation.steady_states(drawn) != simulation.steady_states(drawn, "a")
    claim = {"held_high": "a", "readout": "c", "expected": "up"}
    assert simulation.outcomes(drawn, claim) == simulation.outcomes(drawn, claim)
    assert simulation.outcomes(drawn, claim) != simulation.outcomes(drawn, claim | {"expected": "down"})


def test_nothing_is_said_of_weightings_that_do_not_settle():
    ring = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a")])
    nx.set_edge_attributes(ring, -1, "sign")
    drawn = simulation.ensemble(ring, 20, (20, 30))
    with pytest.raises(ValueError, match="None of 20 weightings settled"):
        simulation.changes(drawn, compared_high=())
