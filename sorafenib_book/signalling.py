"""Does the graph say what was measured? Phosphorylation after ligands and inhibitors beside the graph's directions.

A change counts when it is larger than what two like wells differ by (`noise`). Nothing in the graph was fitted to these
measurements, and the rule without a graph that it stands beside is that ligands raise every signal and inhibitors lower
it.
"""

import itertools
from collections.abc import Iterable
from math import factorial

import networkx as nx
import numpy as np
import pandas as pd

from . import network, simulation
from ._inputs import need_columns

__all__ = ["QUANTILE", "as_measured", "comparisons", "interval", "measured", "noise", "predicted", "rule", "scores"]

#: Share of pairs of like wells that differ by less than what counts as a change; set before any comparison was made.
QUANTILE = 0.95
_WELL = ["ligands", "inhibitors"]


def noise(signals: pd.DataFrame, proteins: Iterable[str], quantile: float = QUANTILE) -> float:
    """Say by how much two wells differ that were treated alike.

    Parameters
    ----------
    signals : pandas.DataFrame
        As ``data/phospho_signals.csv``: columns ``line``, ``ligands``, ``inhibitors`` and ``well``, and one of positive
        values for each protein. Conditions without a ligand have wells 1 and 2.
    proteins : iterable of str
        Columns of signals.
    quantile : float
        Share of the pairs that differ by less, from 0 to 1.

    Returns
    -------
    float
        Ratio of the larger signal to the smaller, at least 1.

    Examples
    --------
    >>> wells = pd.DataFrame({"line": "A", "ligands": "", "inhibitors": "", "well": [1, 2], "akt": [100, 150]})
    >>> noise(wells, ["akt"])
    1.5
    """
    first, second = (_logs(signals.loc[signals["well"] == well], proteins) for well in (1, 2))
    return float(2 ** np.quantile((first - second).dropna(how="all").abs().to_numpy(), quantile))


def comparisons(signals: pd.DataFrame) -> pd.DataFrame:
    """List what can be compared: each ligand with none, and each inhibition with the same ligands uninhibited.

    Parameters
    ----------
    signals : pandas.DataFrame
        As in `noise`.

    Returns
    -------
    pandas.DataFrame
        One row a comparison: ``perturbation`` (what is added), and ``ligands``, ``inhibitors``, ``compared_ligands``
        and ``compared_inhibitors`` of its two conditions.

    Examples
    --------
    >>> wells = pd.DataFrame({"ligands": ["", "il6", "il6"], "inhibitors": ["", "", "mek"]})
    >>> comparisons(wells)[["perturbation", "ligands", "compared_ligands"]].values.tolist()
    [['il6', 'il6', ''], ['mek', 'il6', 'il6']]
    """
    given = signals[_WELL].fillna("").drop_duplicates()
    rows = [
        {
            "perturbation": inhibitors or ligands,
            "ligands": ligands,
            "inhibitors": inhibitors,
            "compared_ligands": ligands if inhibitors else "",
            "compared_inhibitors": "",
        }
        for ligands, inhibitors in given.itertuples(index=False)
        if ligands or inhibitors
    ]
    return pd.DataFrame(rows)


def measured(signals: pd.DataFrame, compared: pd.DataFrame, proteins: Iterable[str], least: float) -> pd.DataFrame:
    """Say which signals went up, down, or did not change.

    Parameters
    ----------
    signals : pandas.DataFrame
        As in `noise`; of a condition with two wells the geometric mean is taken.
    compared : pandas.DataFrame
        As `comparisons` gives it.
    proteins : iterable of str
        Columns of signals.
    least : float
        Smallest ratio that counts as a change, above 1.

    Returns
    -------
    pandas.DataFrame
        The comparisons by ``line`` and ``protein``, with ``ratio`` (signal over compared signal, rounded) and
        ``measured``: 1 up, -1 down, 0 no change.

    Examples
    --------
    >>> wells = pd.DataFrame({"line": "A", "ligands": ["", "il6"], "inhibitors": "", "well": 1, "stat3": [100, 900]})
    >>> measured(wells, comparisons(wells), ["stat3"], least=2)[["protein", "ratio", "measured"]].values.tolist()
    [['stat3', 9.0, 1]]
    """
    logs = _logs(signals, proteins).groupby(level=["line", *_WELL], sort=False).mean()
    parts = []
    for row in compared.to_dict("records"):
        after = logs.xs((row["ligands"], row["inhibitors"]), level=_WELL)
        before = logs.xs((row["compared_ligands"], row["compared_inhibitors"]), level=_WELL)
        change = (after - before).rename_axis(columns="protein").stack().rename("change").reset_index()
        parts.append(change.assign(**row))
    found = pd.concat(parts, ignore_index=True)
    found["measured"] = np.where(found["change"].abs() >= np.log2(least), np.sign(found["change"]), 0).astype(int)
    found["ratio"] = (2 ** found.pop("change")).round(2)
    return found[[*compared.columns, "line", "protein", "ratio", "measured"]]


def predicted(
    graph: nx.DiGraph,
    compared: pd.DataFrame,
    names: pd.DataFrame,
    size: int = 300,
    weights: str | tuple[float, float] = "middle",
    column: str = "node",
    smallest: float = 0.0,
) -> pd.DataFrame:
    """Say where the graph sends each protein under each comparison that it can represent.

    Parameters
    ----------
    graph : networkx.DiGraph
        With a ``sign`` on each edge.
    compared : pandas.DataFrame
        As `comparisons` gives it.
    names : pandas.DataFrame
        As ``data/signal_nodes.csv``: ``id``, ``kind`` (ligand, inhibitor or phosphoprotein), node, and ``reads`` (1
        where a higher signal is more activity, else -1).
    size, weights
        As in ``simulation.ensemble``.
    column : str
        Column of `names` that holds the node.
    smallest : float
        Mean changes of activity below this, on the scale from -1 to 1, are called none, too.

    Returns
    -------
    pandas.DataFrame
        One row a comparison and protein: the comparison's columns, ``protein`` and ``predicted``: 1 up, -1 down, 0 no
        change, or missing where fewer than nine in ten weightings agree. Comparisons with a ligand or inhibitor that
        the graph has no node for are left out, as are proteins that it has not or that are inhibited themselves.

    Examples
    --------
    >>> graph = nx.DiGraph([("il6", "jak2", {"sign": 1}), ("jak2", "stat3", {"sign": 1})])
    >>> names = pd.DataFrame({"id": ["il6", "stat3"], "kind": ["ligand", "phosphoprotein"], "reads": 1})
    >>> names["node"] = names["id"]
    >>> wells = pd.DataFrame({"ligands": ["", "il6"], "inhibitors": ""})
    >>> predicted(graph, comparisons(wells), names, size=20)[["protein", "predicted"]].values.tolist()
    [['stat3', 1]]
    """
    need_columns(names, ["id", "kind", column, "reads"], "the table of names")
    known = names[names[column].isin(list(graph))].set_index("id")
    proteins = known[known["kind"] == "phosphoprotein"]
    drawn = simulation.ensemble(graph, size, weights)
    rows = []
    for row in compared.to_dict("records"):
        nodes = {key: [part for part in row[key].split(";") if part] for key in compared.columns}
        if not set(nodes["ligands"] + nodes["inhibitors"]) <= set(known.index):
            continue
        high, low, before_high, before_low = (
            known.loc[nodes[key], column].tolist()
            for key in ("ligands", "inhibitors", "compared_ligands", "compared_inhibitors")
        )
        moved = simulation.changes(drawn, high, low, before_high, before_low)
        went = moved["direction"].map({"up": 1, "down": -1, "unchanged": 0}).astype("Int64")
        went = went.mask(moved["change"].abs() < smallest, 0)
        for protein, node, reads in zip(proteins.index, proteins[column], proteins["reads"], strict=True):
            if node not in low:
                rows.append(row | {"protein": protein, "predicted": went[node] * reads})
    return pd.DataFrame(rows).astype({"predicted": "Int64"})


def rule(compared: pd.DataFrame) -> pd.Series:
    """Predict without a graph: an inhibitor lowers every signal, a ligand raises it.

    Parameters
    ----------
    compared : pandas.DataFrame
        With columns ``inhibitors`` and ``compared_inhibitors``.

    Returns
    -------
    pandas.Series
        1 or -1 for each row.

    Examples
    --------
    >>> rule(pd.DataFrame({"inhibitors": ["", "mek"], "compared_inhibitors": ""})).tolist()
    [1, -1]
    """
    return pd.Series(np.where(compared["inhibitors"] == compared["compared_inhibitors"], 1, -1), compared.index)


def scores(found: pd.DataFrame, guess: pd.Series) -> pd.DataFrame:
    """Say in which share of the comparisons a guess is right, by line, protein and perturbation.

    Inhibition of one kinase with and without ligands is one perturbation, as its comparisons are not independent.

    Parameters
    ----------
    found : pandas.DataFrame
        Rows with ``line``, ``protein``, ``perturbation`` and ``measured``.
    guess : pandas.Series
        1, -1, 0 or missing (which is never right) for each row.

    Returns
    -------
    pandas.DataFrame
        One row a protein and perturbation, one column a line; shares from 0 to 1.

    Examples
    --------
    >>> found = pd.DataFrame({"line": ["A", "B"], "protein": "akt", "perturbation": "il6", "measured": [1, 0]})
    >>> scores(found, pd.Series([1, 1])).to_numpy().tolist()
    [[1.0, 0.0]]
    """
    right = (guess == found["measured"]).fillna(False).astype(float)
    return found.assign(right=right).pivot_table(
        index=["protein", "perturbation"], columns="line", values="right", sort=False
    )


def interval(table: pd.DataFrame, level: float = 0.95) -> tuple[float, float, float]:
    """Average over proteins and perturbations, with the interval of all samples of as many lines with replacement.

    With five lines the bootstrap has 126 different samples, so all are counted and none is drawn. Five lines are few:
    the interval says what other draws from these five would have given, no more.

    Parameters
    ----------
    table : pandas.DataFrame
        As `scores` gives it, or the difference of two such tables.
    level : float
        Level of the interval, from 0 to 1.

    Returns
    -------
    tuple of float
        Mean, lower and upper limit (percentiles).

    Examples
    --------
    >>> interval(pd.DataFrame({"A": [1.0], "B": [0.0]}), level=0.6)
    (0.5, 0.0, 1.0)
    """
    lines = table.mean().to_numpy()
    count = len(lines)
    means, weights = [], []
    for sample in itertools.combinations_with_replacement(range(count), count):
        times = np.bincount(sample, minlength=count)
        means.append(lines[list(sample)].mean())
        weights.append(factorial(count) / np.prod([factorial(time) for time in times]) / count**count)
    order = np.argsort(means, kind="stable")
    reached = np.cumsum(np.array(weights)[order])
    low, high = (means[order[np.searchsorted(reached, share - 1e-9)]] for share in ((1 - level) / 2, (1 + level) / 2))
    return float(lines.mean()), float(low), float(high)


def as_measured(graph: nx.DiGraph, roles: simulation.Roles = simulation.BOOK) -> nx.DiGraph:
    """Take out what the measured cells had not: vessels and stroma, as they grew in a dish, and the drug.

    Parameters
    ----------
    graph : networkx.DiGraph
    roles : simulation.Roles
        Which nodes are the drug, and which a dish lacks.

    Returns
    -------
    networkx.DiGraph

    Examples
    --------
    >>> {"stromal_cells", "sorafenib"} & set(as_measured(network.graph()))
    set()
    """
    return network.between(graph, [node for node in graph if node not in (*roles.tissue, *roles.drug)])


def _logs(signals, proteins):
    """Logarithms to base 2 of the signals, by line, ligands and inhibitors."""
    need_columns(signals, ["line", *_WELL, "well", *proteins], "the table of signals")
    values = signals.assign(**signals[_WELL].fillna("")).set_index(["line", *_WELL])[list(proteins)]
    if not (values > 0).all(axis=None):
        raise ValueError("the table of signals has a value that is not above 0, which has no logarithm")
    return np.log2(values)
