"""Measured signals and predictions, beside a few lines of other code and small graphs by hand."""

import csv
import itertools
import math
import statistics

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from checkout import ROOT

from sorafenib_book import network, signalling, tables

WELLS = list(csv.DictReader((ROOT / "data" / "phospho_signals.csv").open(encoding="utf-8")))
NAMES = tables.read("signal_nodes")
PROTEINS = NAMES.loc[NAMES["kind"] == "phosphoprotein", "id"].tolist()
SIGNALS = tables.read("phospho_signals")
STORED = tables.read("signal_predictions")
PARTS = [("signal_nodes", "node"), ("nodes", "module")]


def test_noise_is_what_like_wells_differ_by():
    pairs = {}
    for row in WELLS:
        if not row["ligands"]:
            pairs.setdefault((row["line"], row["inhibitors"]), []).append(row)
    ratios = sorted(max(int(a[p]), int(b[p])) / min(int(a[p]), int(b[p])) for a, b in pairs.values() for p in PROTEINS)
    assert len(ratios) == 5 * 8 * 18
    assert ratios[683] <= signalling.noise(SIGNALS, PROTEINS) <= ratios[684]  # 95% of 720 are 684


def test_every_condition_is_compared_once():
    compared = signalling.comparisons(SIGNALS)
    assert len(compared) == 9 + 10 * 7 and not compared.duplicated().any()


def test_stored_counts_are_those_of_the_wells():
    """Ratios by the statistics module, from the file itself."""
    least = math.log2(signalling.noise(SIGNALS, PROTEINS))
    wells = {}
    for row in WELLS:
        wells.setdefault((row["line"], row["ligands"], row["inhibitors"]), []).append(row)

    def level(*condition, protein):
        return statistics.fmean(math.log2(int(row[protein])) for row in wells[condition])

    for row in STORED.fillna({"ligands": "", "inhibitors": ""}).to_dict("records"):
        protein, ligands, inhibitors = row["protein"], row["ligands"], row["inhibitors"]
        changes = [
            level(line, ligands, inhibitors, protein=protein)
            - level(line, ligands if inhibitors else "", "", protein=protein)
            for line in {well["line"] for well in WELLS}
        ]
        assert row["up"] == sum(change >= least for change in changes), row["id"]
        assert row["down"] == sum(change <= -least for change in changes), row["id"]


def test_a_signal_stands_in_the_part_of_the_graph_of_its_protein():
    node, part = (dict(tables.read(name)[["id", column]].to_numpy()) for name, column in PARTS)
    assert STORED["module"].tolist() == [part[node[protein]] for protein in STORED["protein"]]


def test_stored_predictions_are_those_of_todays_graph():
    found = signalling.predicted(
        signalling.as_measured(network.graph()), signalling.comparisons(SIGNALS), NAMES, size=100
    )
    assert len(found) == len(STORED)
    both = found.merge(STORED.fillna({"ligands": "", "inhibitors": ""}), on=["ligands", "inhibitors", "protein"])
    decided = both.dropna(subset=["predicted", "book"])
    assert len(both) == len(STORED) and len(decided) >= 0.9 * len(STORED)
    assert (decided["predicted"] == decided["book"]).all()


def test_predictions_by_hand():
    """An inhibitor lowers what it feeds, raises what its target lowers, and a mark of rest reads the other way."""
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([("l", "k", 1), ("k", "p", 1), ("k", "q", -1)], weight="sign")
    graph.add_node("r")
    names = pd.DataFrame({"id": list("lkpqrs"), "node": [*"lkpqr", "p"], "reads": [1, 1, 1, 1, 1, -1]})
    names["kind"] = ["ligand", "inhibitor", *["phosphoprotein"] * 4]
    wells = pd.DataFrame({"ligands": ["", "l", "l", "x"], "inhibitors": ["", "", "k", ""]})
    found = signalling.predicted(graph, signalling.comparisons(wells), names, size=50)
    assert found.groupby("perturbation")["predicted"].agg(list).to_dict() == {"l": [1, -1, 0, -1], "k": [-1, 1, 0, 1]}
    small = signalling.predicted(graph, signalling.comparisons(wells), names, size=50, smallest=2)
    assert (small["predicted"] == 0).all()


def test_scores_count_by_protein_and_perturbation():
    """Three inhibitions of one kinase weigh as much as one ligand: (2/3 + 0) / 2."""
    found = pd.DataFrame(
        {"line": "A", "protein": "akt", "perturbation": ["mek"] * 3 + ["il6"], "measured": [1, 1, 0, 0]}
    )
    table = signalling.scores(found, pd.Series([1, 1, 1, pd.NA], dtype="Int64"))
    assert table["A"].mean() == pytest.approx(1 / 3)


def test_interval_is_that_of_a_drawn_bootstrap():
    """All samples of five lines against 200,000 drawn ones: percentiles of a lattice agree within one of its steps."""
    lines = np.array([0.1, 0.35, 0.5, 0.8, 0.95])
    mean, low, high = signalling.interval(pd.DataFrame([lines], columns=list("ABCDE")))
    drawn = np.random.default_rng(5).choice(lines, (200_000, 5)).mean(axis=1)
    assert mean == pytest.approx(0.54)
    assert (low, high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.01)


def test_interval_of_all_samples_in_their_order():
    """Each of the 27 equally likely samples of three lines, written out."""
    lines = [0.0, 0.3, 1.0]
    means = sorted(statistics.fmean(sample) for sample in itertools.product(lines, repeat=3))
    _, low, high = signalling.interval(pd.DataFrame([lines]), level=25 / 27)
    assert (low, high) == pytest.approx((means[0], means[25]))


def test_a_signal_of_nothing_is_refused():
    wells = SIGNALS.head(3).assign(akt=0)
    with pytest.raises(ValueError, match="a value that is not above 0"):
        signalling.noise(wells, ["akt"])


def small_wells():
    """Line A: two control wells of geometric mean 200, a ligand, its inhibition. Line B: one well of each."""
    rows = [
        ("A", "", "", 1, 100),
        ("A", "", "", 2, 400),
        ("A", "l", "", 1, 50),
        ("A", "l", "k", 1, 150),
        ("B", "", "", 1, 100),
        ("B", "l", "", 1, 130),
        ("B", "l", "k", 1, 65),
    ]
    return pd.DataFrame(rows, columns=["line", "ligands", "inhibitors", "well", "p"])


def test_measured_by_hand():
    wells = small_wells()
    found = signalling.measured(wells, signalling.comparisons(wells), ["p"], least=1.5)
    told = found.set_index(["perturbation", "line"])[["ratio", "measured"]].astype(float).T.to_dict("list")
    # A: 50 over 200, then 150 over 50; B: 130 over 100 is no change, 65 over 130 is one
    assert told == {("l", "A"): [0.25, -1], ("l", "B"): [1.3, 0], ("k", "A"): [3, 1], ("k", "B"): [0.5, -1]}


def test_noise_by_hand():
    # one pair, 100 and 400: a ratio of 4, whatever the order
    assert signalling.noise(small_wells(), ["p"], quantile=0.5) == pytest.approx(4)


def test_rule_by_hand():
    compared = pd.DataFrame({"inhibitors": ["", "mek", "mek", "raf"], "compared_inhibitors": ["", "", "mek", "mek"]})
    assert signalling.rule(compared).tolist() == [1, -1, 1, -1]


@pytest.mark.parametrize("column", ["id", "kind", "node", "reads"])
def test_a_column_of_names_that_is_missing_is_said(column):
    wells = small_wells()
    with pytest.raises(ValueError, match=f"the table of names has no column {column}"):
        signalling.predicted(nx.DiGraph(), signalling.comparisons(wells), NAMES.drop(columns=column))
