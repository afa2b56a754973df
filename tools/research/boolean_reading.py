"""Ask an independent engine about the claims: mpbn, on a Boolean reading of the mechanism graph.

usage: boolean_reading.py [SAMPLES]     writes data/model_boolean.csv, SAMPLES random readings a claim (40)

A node is on where what its regulators that push it up weigh, with a basal activity, is more than what those weigh that
push it down: one that raises and is on pushes up, and so does one that lowers and is off. Weights and basal activities
are drawn at random. mpbn finds the attractors of the most permissive semantics (Paulevé et al., 2020,
doi:10.1038/s41467-020-18112-5) by answer set programming: nothing is shared with ``sorafenib_book.simulation`` but the
graph, what is left out of it and what is held.
"""

import concurrent.futures
import itertools
import os
import random
import sys

import networkx as nx
import pandas as pd

from sorafenib_book import network, simulation, tables
from tools.research import shuffled_graphs

SAMPLES = 40


def functions(graph, without, held, draw):
    """Boolean functions of all nodes, as mpbn reads them.

    Parameters
    ----------
    graph : networkx.DiGraph
    without : set of tuple
        Edges left out.
    held : dict of str to int
        Nodes held at 1 or -1.
    draw : dict
        A weight (0 to 1) for each edge, and a basal activity (-1 to 1) for each node.

    Returns
    -------
    dict of str to str
    """
    found = {}
    for node in graph:
        pushes = [
            (name if sign > 0 else f"!{name}", draw[name, node])
            for name, _, sign in graph.in_edges(node, data="sign")
            if (name, node) not in without
        ]
        # on where the sum of the weights pushing up is more than half of the whole, less the basal activity
        needed = (sum(weight for _, weight in pushes) - draw[node]) / 2
        if node in held:
            found[node] = "1" if held[node] > 0 else "0"
        else:
            ways = _ways(pushes, needed)
            found[node] = (
                " | ".join(f"({' & '.join(way)})" for way in ways) if all(ways) and ways else str(int(bool(ways)))
            )
    return found


def _ways(pushes, needed):
    """Smallest sets of pushes that weigh more than is needed; one empty set where nothing is needed."""
    sets = []
    for size in range(len(pushes) + 1):
        for chosen in itertools.combinations(pushes, size):
            names = {name for name, _ in chosen}
            if sum(weight for _, weight in chosen) > needed and not any(way <= names for way in sets):
                sets.append(names)
    return [sorted(way) for way in sets]


def activity(graph, without, held, draw, readout):
    """Mean of the read-out over the attractors: 0 to 1, and a half where an attractor leaves it open."""
    import mpbn

    kept = graph.edge_subgraph([edge for edge in graph.edges if edge not in without and edge[1] not in held])
    upstream = nx.ancestors(kept, readout) | {readout} if readout in kept else {readout}
    part = graph.subgraph(upstream)
    here = {node: level for node, level in held.items() if node in part}
    found = list(mpbn.MPBooleanNetwork(functions(part, without, here, draw)).attractors(limit=100))
    return sum({"*": 0.5}.get(a[readout], a[readout]) for a in found) / len(found)


def row(claim, samples=SAMPLES):
    """Row of data/model_boolean.csv of one claim, on all edges."""
    graph = network.graph()
    without = simulation.left_out(graph, claim)
    pairs, sign = simulation.states(claim), 1 if claim["expected"] == "up" else -1
    counts = {"agree": 0, "oppose": 0, "same": 0}
    for number in range(samples):
        uniform = random.Random(f"{simulation.SEED} {number}").uniform
        draw = {edge: uniform(0, 1) for edge in graph.edges} | {node: uniform(-1, 1) for node in graph}
        change = 0
        for weight, pair in zip((1, -1), pairs, strict=False):
            after, before = (activity(graph, without, held, draw, claim["readout"]) for held in pair)
            change += weight * (after - before)
        counts["same" if not change else "agree" if change * sign > 0 else "oppose"] += 1
    return {"id": claim["id"], "claim": claim["id"], "samples": samples, **counts}


def main(samples):
    claims = tables.read("model_claims")
    claims = claims[claims["counted"]].to_dict("records")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(row, claims, [samples] * len(claims)))
    pd.DataFrame(rows).to_csv(shuffled_graphs.DATA / "model_boolean.csv", index=False, lineterminator="\n")
    shuffled_graphs.record("model_boolean")
    print("see data/model_boolean.csv")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
