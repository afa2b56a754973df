"""Run all claims and controls again with every choice of the model varied, one at a time, and write the counts as data.

usage: sensitivity.py     writes data/model_sensitivity.csv (some minutes)

Varied are the smallest change that counts, the range of weights, whether a node's inputs share their weight, the range
of basal activity, and how many of the edges are known: a share of them, drawn at random, is taken out.
"""

import concurrent.futures
import os
import re

import networkx as nx
import numpy as np
import pandas as pd

from sorafenib_book import network, simulation
from tools.research import shuffled_graphs

SIZE = 100  # weightings
REMOVALS = 10  # random choices of the edges that are taken out
SMALLEST = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
KINDS = (simulation.GRAPHS[0], simulation.GRAPHS[2])
#: Choices by name, and their values; the first one of each is that of all other results.
CHOICES = {
    "smallest change": list(SMALLEST),
    "weights": ["middle", "weak", "strong"],
    "weight per input": ["equal", "divided by the root of the inputs"],
    "basal activity": [1, 0, 0.5, 2],
    "edges kept": [1, 0.9, 0.75, 0.5],
}


def counted(graph, kind, size=SIZE, smallest=SMALLEST[:1], **options):
    """Count verdicts for one or several smallest changes.

    Parameters
    ----------
    graph : networkx.DiGraph
    kind : str
        One of ``simulation.GRAPHS``.
    size : int
        Weightings.
    smallest : sequence of float
    **options
        Of ``simulation.ensemble``.

    Returns
    -------
    list of dict
        One a smallest change.
    """
    claims, memory = shuffled_graphs.run_on_shuffled(), {}
    drawn = simulation.ensemble(graph, size, **options)
    found = [simulation.outcomes(drawn, claim, kind, memory) for claim in claims.to_dict("records")]
    rows = []
    for limit in smallest:
        shares = [simulation.shares(outcome, smallest=limit) for outcome in found]
        verdicts = pd.Series([simulation.verdict(share["agree"], share["oppose"]) for share in shares])
        effects = [share["effect"] for share, own in zip(shares, claims["counted"], strict=True) if own]
        rows.append(shuffled_graphs.counts(claims, verdicts) | {"effect": round(float(np.nanmedian(effects)), 4)})
    return rows


def kept(share, number):
    """The graph without some of the edges that may be held out; the same number takes out the same edges.

    Parameters
    ----------
    share : float
        Share of these edges that stays.
    number : int

    Returns
    -------
    networkx.DiGraph
    """
    graph = network.graph()
    loose = [edge for edge in graph.edges if not simulation.is_fixed(graph, *edge)]
    draw = np.random.Generator(np.random.PCG64([simulation.SEED, number]))
    gone = draw.permutation(len(loose))[round(share * len(loose)) :]
    return nx.restricted_view(graph, [], [loose[k] for k in gone]).copy()


def rows(choice, value, kind, size=SIZE, removals=REMOVALS):
    """Rows of data/model_sensitivity.csv of one value of a choice; of the smallest change, all of them."""
    values, graph = [value], network.graph()
    if choice == "smallest change":
        values, found = list(SMALLEST), counted(graph, kind, size, SMALLEST)
    elif choice == "weights":
        found = counted(graph, kind, size, weights=value)
    elif choice == "weight per input":
        found = counted(graph, kind, size, per_input=value != CHOICES[choice][0])
    elif choice == "basal activity":
        found = counted(graph, kind, size, basal=value)
    else:
        runs = [counted(kept(value, number), kind, size)[0] for number in range(removals if value < 1 else 1)]
        found = [{name: round(float(np.mean([run[name] for run in runs])), 4) for name in runs[0]}]
    said = [v if isinstance(v, str) else f"{v:g}" for v in values]
    return [
        {"id": re.sub("[^a-z0-9]+", "-", f"{choice} {kind} {v}"), "graph": kind, "choice": choice, "value": v} | row
        for v, row in zip(said, found, strict=True)
    ]


def _rows(job):
    return rows(*job)


def main():
    jobs = [
        (choice, value, kind)
        for choice, values in CHOICES.items()
        for value in (values[:1] if choice == "smallest change" else values)
        for kind in KINDS
    ]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        found = sum(pool.map(_rows, jobs), [])
    path = shuffled_graphs.DATA / "model_sensitivity.csv"
    pd.DataFrame(found).to_csv(path, index=False, lineterminator="\n")
    shuffled_graphs.record("model_sensitivity")
    print("see data/model_sensitivity.csv")


if __name__ == "__main__":
    main()
