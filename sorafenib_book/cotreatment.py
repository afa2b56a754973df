"""Which co-treatment undoes which alteration, on the model of the signed graph (see `simulation`)."""

import dataclasses

import pandas as pd

from . import simulation

__all__ = ["undone"]

_DRUG, _READOUT = "sorafenib", "survival_under_sorafenib"


def undone(graph, altered, added, size=100, weights="middle", seed=simulation.SEED):
    """Say how often a co-treatment brings an altered tumour back to what sorafenib alone does to the unaltered one.

    An alteration drives a node up or down by as much as the strongest edge can, and leaves it free to answer, so that
    an inhibitor can still act on it; co-treatments are held high. The state is that of long exposure; edges that act
    only with one particular second drug are left out.

    Parameters
    ----------
    graph : networkx.DiGraph
        As ``network.graph()`` gives it.
    altered : dict of str to str
        Node driven up by each alteration, by its label; with a minus sign before it, driven down.
    added : dict of str to str or tuple
        Drug node, or nodes, of each co-treatment by its label; none for sorafenib alone.
    size, weights, seed
        As in ``simulation.ensemble``.

    Returns
    -------
    pandas.DataFrame
        Percent of the weightings that settled, rounded: one row an alteration, one column a co-treatment.

    Raises
    ------
    KeyError
        If a node is not in the graph.
    """
    drawn, nodes = simulation.ensemble(graph, size, weights, seed), list(graph)
    combined = {(a, b) for a, b, phase in graph.edges(data="phase") if phase == "combination"}
    unaltered = simulation.steady_states(drawn, [_DRUG], without=combined)
    drive = max(simulation.WEIGHTS[weights] if isinstance(weights, str) else weights)
    if unknown := {node.lstrip("-") for node in altered.values()} - set(nodes):
        raise KeyError(f"There is no node {', '.join(sorted(unknown))}.")
    rows = {}
    for label, node in altered.items():
        basal = drawn.basal.copy()
        basal[nodes.index(node.lstrip("-"))] += -drive if node.startswith("-") else drive
        tumour = dataclasses.replace(drawn, basal=basal)
        rows[label] = {}
        for treatment, drugs in added.items():
            drugs = [drugs] if isinstance(drugs, str) else list(drugs)
            state = simulation.steady_states(tumour, [_DRUG, *drugs], without=combined, start=unaltered)
            settled = state.settled & unaltered.settled
            back = state[_READOUT] <= unaltered[_READOUT] + simulation.EFFECT
            rows[label][treatment] = int(round(100 * back[settled].mean()))
    return pd.DataFrame.from_dict(rows, orient="index")
