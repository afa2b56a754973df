"""Run all claims on the mechanism graph, and on graphs with shuffled signs, and write the results as data.

usage: shuffled_graphs.py [GRAPHS]     GRAPHS shuffled graphs of each kind (100 unless told)

Writes data/model_results.csv (one row a claim, graph and range of weights) and data/model_nulls.csv (one row a shuffled
graph), and into datapackage.json what they were computed from: `make check` says when that is no longer so.
"""

import concurrent.futures
import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from sorafenib_book import network, simulation, tables

DATA = Path(__file__).resolve().parents[2] / "data"
SIZE = 500  # weightings of the graph as it is
EACH = 30  # weightings of each shuffled graph
SHUFFLED = (simulation.GRAPHS[0], simulation.GRAPHS[2])  # what is left out of shuffled graphs
BATCH = 10  # shuffled graphs that are run together
_READ = {
    "nodes": ["id", "kind"],
    "edges": ["regulator", "target", "sign", "phase", "source"],
    "model_claims": ["id", "held_high", "held_low", "compared_high", "compared_low", "readout", "expected", "test",
                     "phase", "setting", "counted", "control", "source", "made_by"],
}  # fmt: skip
_CHOICES = ("WEIGHTS", "CONVERGED", "EFFECT", "MAJORITY", "SEED", "GRAPHS", "SHUFFLES")


def inputs():
    """Hash what the results depend on: the graph, the claims, and the choices of the simulation."""
    found = hashlib.sha256(repr([getattr(simulation, name) for name in _CHOICES]).encode())
    for name, columns in _READ.items():
        found.update(tables.read(name)[columns].to_csv(index=False).encode())
    return found.hexdigest()[:16]


def record(*names):
    """Write into datapackage.json what some tables were just computed from."""
    path = DATA / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] in names:
            resource["inputs"] = inputs()
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def results(weights, kind):
    """Rows of data/model_results.csv of one range of weights and one graph."""
    found = simulation.test_claims(network.graph(), tables.read("model_claims"), kind, SIZE, weights)
    found = found.rename(columns={"id": "claim"})
    number = simulation.GRAPHS.index(kind) + 1
    found.insert(0, "id", [f"{claim}-{number}-{weights}" for claim in found["claim"]])
    found.insert(3, "weights", weights)
    return found


def run_on_shuffled():
    """Claims of the review that are counted, the rule's answer to them, and the negative controls."""
    claims = tables.read("model_claims")
    claims = claims[claims["counted"] | claims["control"].notna()].reset_index(drop=True)
    return claims.assign(rule=simulation.rule(network.graph(), claims))


def counts(claims, verdicts):
    """Count verdicts: of the counted claims, of those on which the rule answers, and of the controls.

    Parameters
    ----------
    claims : pandas.DataFrame
        As `run_on_shuffled` gives them.
    verdicts : pandas.Series
        In the claims' order.

    Returns
    -------
    dict of str to int
    """
    verdicts = verdicts.set_axis(claims.index)
    counted, row = verdicts[claims["counted"]], {}
    for name in simulation.VERDICTS:
        row[name.replace(" ", "_")] = int(counted.eq(name).sum())
    answered, controls = verdicts[claims["counted"] & claims["rule"].ne("")], verdicts[claims["control"].notna()]
    for group, part in (("outcomes", answered), ("controls", controls)):
        for name in ("holds", "reversed"):
            row[f"{group}_{name}"] = int(part.eq(name).sum())
    return row


def nulls(how, numbers, signs, each=EACH):
    """Rows of data/model_nulls.csv of some shuffled graphs, all run together.

    Parameters
    ----------
    how : str
        One of ``simulation.SHUFFLES``.
    numbers : list of int
        Numbers of the graphs; they are the seeds of the weights, too.
    signs : numpy.ndarray
        Signs of the edges, one column a graph.
    each : int
        Weightings of each.

    Returns
    -------
    list of dict
    """
    graph, claims = network.graph(), run_on_shuffled()
    claimants = simulation.sources(tables.read("model_claims"))
    parts = [simulation.ensemble(graph, each, seed=[simulation.SEED, number]) for number in numbers]
    strength = np.concatenate([np.abs(part.weights) for part in parts], axis=1)
    basal = np.concatenate([part.basal for part in parts], axis=1)
    drawn = simulation.Ensemble(graph, np.repeat(signs, each, axis=1) * strength, basal)
    rows = []
    for kind in SHUFFLED:
        memory, index = {}, simulation.GRAPHS.index(kind) + 1
        found = [simulation.outcomes(drawn, claim, kind, memory, claimants) for claim in claims.to_dict("records")]
        for k, number in enumerate(numbers):
            shares = [simulation.shares(outcome, slice(k * each, (k + 1) * each)) for outcome in found]
            verdicts = pd.Series([simulation.verdict(share["agree"], share["oppose"]) for share in shares])
            counted = claims["counted"].to_numpy()
            row = {
                "id": f"{how.replace(' ', '-')}-{number:03}-{index}",
                "graph": kind,
                "shuffle": how,
                "number": number,
            }
            row |= counts(claims, verdicts)
            row["agree"] = round(float(np.nanmean([s["agree"] for s, c in zip(shares, counted, strict=True) if c])), 3)
            rows.append(row)
    return rows


def _batch(job):
    return nulls(*job)


def _result(job):
    return results(*job)


def main(count):
    graph = network.graph()
    jobs = []
    for how in simulation.SHUFFLES:
        signs = simulation.shuffled(graph, how, count)
        for begin in range(0, count, BATCH):
            part = signs[:, begin : begin + BATCH]
            jobs.append((how, list(range(begin + 1, begin + 1 + part.shape[1])), part))
    print(f"{len(jobs) * BATCH} shuffled graphs; about {2 * len(jobs) // 20 + 1} minutes on two cores", flush=True)
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        rows = sum(pool.map(_batch, jobs), [])
        kept = list(
            pool.map(_result, [(weights, kind) for weights in simulation.WEIGHTS for kind in simulation.GRAPHS])
        )
    pd.concat(kept).to_csv(DATA / "model_results.csv", index=False, lineterminator="\n")
    rows = pd.DataFrame(sorted(rows, key=lambda row: row["id"]))
    rows.to_csv(DATA / "model_nulls.csv", index=False, lineterminator="\n")
    record("model_results", "model_nulls")
    print("see data/model_results.csv and data/model_nulls.csv")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
