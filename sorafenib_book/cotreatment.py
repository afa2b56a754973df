"""Which co-treatment undoes which alteration, on the model of the signed graph (see `simulation`)."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import networkx as nx
import pandas as pd

from . import simulation
from ._inputs import need_nodes

__all__ = ["undone"]


def undone(
    graph: nx.DiGraph,
    altered: Mapping[str, str],
    added: Mapping[str, str | Iterable[str]],
    size: int = 100,
    weights: str | tuple[float, float] = "middle",
    seed: int | Sequence[int] = simulation.SEED,
    roles: simulation.Roles = simulation.BOOK,
) -> pd.DataFrame:
    """Say how often a co-treatment brings an altered tumour back to what sorafenib alone does to the unaltered one.

    An alteration drives a node up or down by as much as the strongest edge can, and leaves it free to answer, so that
    an inhibitor can still act on it; co-treatments are held high. The state is that of long exposure; edges that act
    only with one particular second drug are left out.

    Parameters
    ----------
    graph : networkx.DiGraph
        As ``network.graph()`` gives it, or any other with a ``sign`` on its edges.
    altered : dict of str to str
        Node driven up by each alteration, by its label; with a minus sign before it, driven down.
    added : dict of str to str or tuple
        Drug node, or nodes, of each co-treatment by its label; none for sorafenib alone.
    size, weights, seed
        As in ``simulation.ensemble``.
    roles : simulation.Roles
        Which node is the drug, and which the read-out.

    Returns
    -------
    pandas.DataFrame
        Percent of the weightings that settled, rounded: one row an alteration, one column a co-treatment.

    Raises
    ------
    ValueError
        If a node is not in the graph, or no weighting settles.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> for a, b, sign in [("drug", "growth", -1), ("kinase", "growth", 1), ("second", "growth", -1)]:
    ...     graph.add_edge(a, b, sign=sign)
    >>> roles = simulation.Roles(drug=("drug",), readout="growth")
    >>> undone(graph, {"active": "kinase"}, {"drug alone": (), "with second": "second"}, roles=roles)
            drug alone  with second
    active           0           62
    """
    drug, readout = need_nodes(graph, [roles.drug[0], roles.readout], "drug and read-out: ")
    need_nodes(graph, [node.removeprefix("-") for node in altered.values()], "altered: ")
    added = {label: need_nodes(graph, drugs, f"{label}: ") for label, drugs in added.items()}
    drawn, nodes = simulation.ensemble(graph, size, weights, seed), list(graph)
    combined = {(a, b) for a, b, phase in graph.edges(data="phase") if phase == "combination"}
    unaltered = simulation.steady_states(drawn, drug, without=combined)
    drive = max(simulation.WEIGHTS[weights] if isinstance(weights, str) else weights)
    rows = {}
    for label, node in altered.items():
        basal = drawn.basal.copy()
        basal[nodes.index(node.removeprefix("-"))] += -drive if node.startswith("-") else drive
        tumour = dataclasses.replace(drawn, basal=basal)
        rows[label] = {}
        for treatment, drugs in added.items():
            state = simulation.steady_states(tumour, [drug, *drugs], without=combined, start=unaltered)
            settled = state.settled & unaltered.settled
            if not settled.any():
                raise ValueError(f"{label}, {treatment}: none of {size} weightings settled")
            back = state[readout] <= unaltered[readout] + simulation.EFFECT
            rows[label][treatment] = int(round(100 * back[settled].mean()))
    return pd.DataFrame.from_dict(rows, orient="index")
