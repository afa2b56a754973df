"""Twelve claims on four graphs by other code: the model written again, from the tables of data/ to the shares."""

import csv

import numpy as np
import pytest
from checkout import ROOT

from sorafenib_book import network, simulation, tables

DRUG = {"sorafenib", "intracellular_sorafenib"}
TISSUE = {"stromal_cells", "angiogenesis", "vessel_supply", "vessel_cooption"}
CHOSEN = ["m01", "m12", "m19", "m32", "m44", "m58", "m63", "m70", "m73", "c15", "c27", "c38"]
SIZE = 10


def table(name):
    with open(ROOT / "data" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def split(*cells):
    return set(filter(None, ";".join(cells).split(";")))


EDGES, CLAIMS = table("edges"), table("model_claims")
KIND = {row["id"]: row["kind"] for row in table("nodes")}
NODES = {node: i for i, node in enumerate(KIND)}
EVERYONE = split(*(row[column] for row in CLAIMS for column in ("source", "made_by"))) | {"zhu2017review"}


def stays(edge, claim, number, up, down, up_before, down_before):
    """Whether an edge is in the graph (0 all, 1 own references out, 2 strict, 3 background) of a claim."""
    a, b, sources = edge["regulator"], edge["target"], split(edge["source"])
    named = up | down | up_before | down_before | {claim["readout"]}
    if edge["phase"] not in ("acute", claim["phase"]):
        return False
    if claim["setting"] == "dish" and ({a, b} & TISSUE) - named:
        return False
    if number == 0:
        return True
    if b == "survival_under_sorafenib" and a in ("proliferation", "apoptosis"):
        return True
    lowers = edge["sign"] == "-1"
    if b != "survival_under_sorafenib" and KIND[a] == "drug":
        if a in DRUG and (b in DRUG or (lowers and KIND[b] in ("kinase", "receptor"))):
            return True
        if a not in DRUG and lowers:
            return True
    own = split(claim["source"], claim["made_by"])
    if number == 2:
        moved = (up ^ up_before) | (down ^ down_before)
        if b == claim["readout"] and a in moved | (DRUG if moved & DRUG else set()):
            return False
        own = own | {"zhu2017review"}
    return bool(sources - (EVERYONE if number == 3 else own))


def reached(edges, start, blocked):
    """Nodes that can be reached, not through what is blocked."""
    found = new = set(start)
    while new:
        new = {e["target"] for e in edges if e["regulator"] in found and e["target"] not in blocked} - found
        found = found | new
    return found


def settle(weights, basal, up, down, start):
    """Small steps towards tanh(basal + weights x activity), long enough to be there."""
    fixed = {NODES[n]: 1.0 for n in up} | {NODES[n]: -1.0 for n in down}
    x = np.tanh(basal) if start is None else start.copy()
    for _ in range(400):
        x[:, list(fixed)] = list(fixed.values())
        x = 0.75 * x + 0.25 * np.tanh(basal + (x[:, None] @ weights)[:, 0])
    x[:, list(fixed)] = list(fixed.values())
    return x


def counted(claim, number, strength, basal):
    """Weightings that agree and oppose, or None without a path."""
    cells = [split(claim[c]) for c in ("held_high", "held_low", "compared_high", "compared_low")]
    kept = [edge for edge in EDGES if stays(edge, claim, number, *cells)]
    up, down, up_before, down_before = cells
    starts = [(up ^ up_before) | (down ^ down_before)] + [{"sorafenib"}] * (claim["test"] == "interaction")
    if any(claim["readout"] not in reached(kept, start, (up | down) - start) for start in starts):
        return None
    weights = np.zeros((SIZE, len(NODES), len(NODES)))
    for edge in kept:
        a, b = edge["regulator"], edge["target"]
        weights[:, NODES[a], NODES[b]] = int(edge["sign"]) * strength[a, b]
    change, sides = 0, [(cells, 1)]
    if claim["test"] == "interaction":
        sides.append(([cell - DRUG for cell in cells], -1))
    for (high, low, high_before, low_before), side in sides:
        before = settle(weights, basal, high_before, low_before, None)
        after = settle(weights, basal, high, low, before)
        change = change + side * (after - before)[:, NODES[claim["readout"]]]
    rises, falls = int((change > 1e-6).sum()), int((change < -1e-6).sum())
    if claim["expected"] == "unchanged":
        return SIZE - rises - falls, max(rises, falls)
    return (rises, falls) if claim["expected"] == "up" else (falls, rises)


@pytest.mark.parametrize("number", range(4), ids=simulation.GRAPHS)
def test_twelve_claims_come_out_alike(number):
    graph = network.graph()
    drawn = simulation.ensemble(graph, SIZE)
    strength = {edge: np.abs(row) for edge, row in zip(graph.edges, drawn.weights, strict=True)}
    basal = drawn.basal[[list(graph).index(node) for node in NODES]].T
    claims = tables.read("model_claims")
    chosen = claims[claims["id"].isin(CHOSEN)]
    kind, claimants = simulation.GRAPHS[number], simulation.sources(claims)
    there = simulation.test_claims(graph, chosen, kind, SIZE, claimants=claimants).set_index("id")
    assert there["settled"].dropna().eq(1).all()
    for row in (row for row in CLAIMS if row["id"] in CHOSEN):
        found = counted(row, number, strength, basal)
        if found is None:
            assert there.loc[row["id"], "verdict"] == "no path left", row["id"]
        else:
            assert [round(n / SIZE, 3) for n in found] == there.loc[row["id"], ["agree", "oppose"]].tolist(), row["id"]
