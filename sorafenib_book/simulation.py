"""Does the graph say what its papers say? Steady states of the signed graph over random weights, and claims on them.

Nobody knows how strong an edge is. So none is given a strength: each is drawn at random, many times, as RACIPE does
(Huang et al., 2017, doi:10.1371/journal.pcbi.1005456), and what counts is the share of the weightings in which a
perturbation moves the read-out up or down. A node's activity x runs from -1 to 1 and settles where

    x = tanh(b + sum of sign * weight * x of its regulators),

with a basal activity b, drawn at random too. Nodes that are held stay at 1 or -1.
"""

import functools
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from . import tables

__all__ = [
    "CONVERGED",
    "EFFECT",
    "GRAPHS",
    "MAJORITY",
    "SEED",
    "SHUFFLES",
    "VERDICTS",
    "WEIGHTS",
    "Ensemble",
    "Outcome",
    "States",
    "changes",
    "ensemble",
    "is_fixed",
    "left_out",
    "outcomes",
    "shares",
    "shuffled",
    "states",
    "steady_states",
    "test_claims",
    "verdict",
]

#: Ranges that all weights are drawn from, evenly: three, because the choice is ours. They were set before any claim was
#: tested, by whether states settle: all do in the first two, about four of five in the third.
WEIGHTS = {"weak": (0.1, 0.5), "middle": (0.25, 1.0), "strong": (0.5, 1.5)}
#: A state has settled when no node would move further than this.
CONVERGED = 1e-8
#: A change counts when it is larger than this; far above what settling leaves open.
EFFECT = 100 * CONVERGED
#: Share of the weightings that have to agree before a claim is called decided.
MAJORITY = 0.9
SEED = 2017
#: What is left out of the graph when a claim is tested; see `left_out`.
GRAPHS = ("all edges", "own references held out", "strictly held out", "background only")
SHUFFLES = ("over the graph", "within inputs")

VERDICTS = ("holds", "undecided", "reversed", "no path left")
_REVIEW = "zhu2017review"
_DRUG = ("sorafenib", "intracellular_sorafenib")
_READOUT = "survival_under_sorafenib"
_STEPS = 600
_BLOCK = 64  # weightings worked on at a time: few enough to stay near the processor, enough to be worth a step


@dataclass(frozen=True)
class Ensemble:
    """A graph with many random weightings.

    Attributes
    ----------
    graph : networkx.DiGraph
    weights : numpy.ndarray
        Signed weights, one row an edge (in the graph's order), one column a weighting.
    basal : numpy.ndarray
        Basal activities, one row a node, one column a weighting.
    """

    graph: nx.DiGraph
    weights: np.ndarray
    basal: np.ndarray


@dataclass(frozen=True)
class States:
    """Steady states: ``values`` (one row a node, one column a weighting), and which weightings have ``settled``."""

    nodes: tuple
    values: np.ndarray
    settled: np.ndarray

    def __getitem__(self, node):
        return self.values[self.nodes.index(node)]


def ensemble(graph, size=1000, weights="middle", seed=SEED):
    """Draw random weights and basal activities.

    Every weight comes from the same range, whatever the edge; every basal activity is between -1 and 1.

    Parameters
    ----------
    graph : networkx.DiGraph
        With a ``sign`` on each edge.
    size : int
        How many weightings.
    weights : str or tuple of float
        A key of `WEIGHTS`, or the ends of a range.
    seed : int or list of int
        The same seed gives the same weights on every machine.

    Returns
    -------
    Ensemble
    """
    low, high = WEIGHTS[weights] if isinstance(weights, str) else weights
    draw = np.random.Generator(np.random.PCG64(seed))
    basal = draw.uniform(-1, 1, (len(graph), size))
    strength = draw.uniform(low, high, (graph.number_of_edges(), size))
    return Ensemble(graph, _signs(graph)[:, None] * strength, basal)


def _signs(graph):
    return np.array([sign for *_, sign in graph.edges(data="sign")])


def steady_states(ensemble, high=(), low=(), without=(), start=None):
    """Let the graph settle with some nodes held.

    Parameters
    ----------
    ensemble : Ensemble
    high, low : iterable of str
        Nodes held at 1 and at -1.
    without : iterable of tuple
        Edges that are left out.
    start : States, optional
        Where to start; by default from the basal activities.

    Returns
    -------
    States
    """
    nodes, without = tuple(ensemble.graph), set(without)
    index = {node: i for i, node in enumerate(nodes)}
    held = {**dict.fromkeys(high, 1.0), **dict.fromkeys(low, -1.0)}
    # edges sorted by what they act on: sums are then taken in one order, without a library that might reorder them
    kept = [
        (index[b], k, index[a])
        for k, (a, b) in enumerate(ensemble.graph.edges)
        if (a, b) not in without and b not in held
    ]
    kept.sort()
    targets, rows, regulators = (
        np.array(column, dtype=int) for column in (zip(*kept, strict=True) if kept else [()] * 3)
    )
    first = np.flatnonzero(np.diff(targets, prepend=-1))
    driven = targets[first]
    size = ensemble.basal.shape[1]
    values = np.tanh(ensemble.basal) if start is None else start.values.copy()
    free = np.setdiff1d(np.arange(len(nodes)), driven)
    values[free] = np.tanh(ensemble.basal[free])
    for node, level in held.items():
        values[index[node]] = level
    settled = np.zeros(size, dtype=bool)
    for begin in range(0, size if len(kept) else 0, _BLOCK):
        block = np.arange(begin, min(begin + _BLOCK, size))
        weights, basal = ensemble.weights[np.ix_(rows, block)], ensemble.basal[np.ix_(driven, block)]
        settled[block] = _settle(values, block, weights, basal, regulators, first, driven)
    return States(nodes, values, settled if len(kept) else ~settled)


def _settle(values, block, weights, basal, regulators, first, driven):
    """Move the nodes of some weightings half-way to what their regulators ask for, until none moves; in place."""
    done = np.zeros(len(block), dtype=bool)
    active = np.arange(len(block))
    x, w, b = values[:, block], weights, basal
    for step in range(_STEPS):
        wanted = np.tanh(b + np.add.reduceat(w * x[regulators], first, axis=0))
        move = wanted - x[driven]
        x[driven] += 0.5 * move
        if step % 5 == 4:
            still = np.abs(move).max(axis=0) > CONVERGED
            if not still.all():
                values[:, block[active]] = x
                done[active[~still]] = True
                active, x, w, b = active[still], x[:, still], w[:, still], b[:, still]
                if not len(active):
                    break
    values[:, block[active]] = x
    return done


# ---- claims ------------------------------------------------------------------------------------------------------


def left_out(graph, claim, kind="all edges"):
    """Say which edges a claim is tested without.

    Parameters
    ----------
    graph : networkx.DiGraph
        The whole graph.
    claim : Series or dict
        Row of ``data/model_claims.csv``.
    kind : str
        One of `GRAPHS`. *All edges* leaves out only those of a phase that the claim does not ask for. *Own references
        held out* leaves out edges that rest on the claim's own sources alone. *Strictly held out* leaves out those that
        rest on these and the review alone, and every edge that leads from a perturbed node straight to the read-out.
        *Background only* keeps edges that have a source that makes none of the claims, such as a database. Edges that
        say what is done or read (see `is_fixed`) always stay.

    Returns
    -------
    set of tuple
        Edges as (regulator, target).

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if kind not in GRAPHS:
        raise ValueError(f"There is no graph {kind!r}; there are {', '.join(GRAPHS)}.")
    own = _keys(claim["source"]) | ({_REVIEW} if kind == GRAPHS[2] else set())
    claimants = _claimants() if kind == GRAPHS[3] else set()
    perturbed = _differing(_held(claim, "held"), _held(claim, "compared"))
    if perturbed.intersection(_DRUG):
        perturbed |= set(_DRUG)
    found = _other_phases(graph, claim["phase"])
    for a, b, data in graph.edges(data=True):
        sources = _keys(data["source"])
        straight = a in perturbed and b == claim["readout"]
        gone = {
            GRAPHS[0]: False,
            GRAPHS[1]: sources <= own,
            GRAPHS[2]: sources <= own or straight,
            GRAPHS[3]: sources <= claimants,
        }[kind]
        if gone and not is_fixed(graph, a, b):
            found.add((a, b))
    return found


def _other_phases(graph, phase):
    """Edges that act neither at once nor in this phase."""
    return {(a, b) for a, b, when in graph.edges(data="phase", default="acute") if when not in ("acute", phase)}


@functools.cache
def _claimants():
    """Sources of all claims, and the review."""
    cells = tables.read("model_claims")["source"]
    return {_REVIEW}.union(*map(_keys, cells))


def is_fixed(graph, a, b):
    """Whether an edge says what a perturbation is or what the read-out is, and so is neither held out nor shuffled.

    These are an inhibitor and its target, for sorafenib its kinases and its uptake, and, for survival under sorafenib,
    proliferation and apoptosis.
    """
    if b == _READOUT:
        return a in ("proliferation", "apoptosis")
    if graph.nodes[a]["kind"] != "drug":
        return False
    if a in _DRUG:
        return b in _DRUG or (graph.nodes[b]["kind"] in ("kinase", "receptor") and graph.edges[a, b]["sign"] < 0)
    return graph.edges[a, b]["sign"] < 0


def shuffled(graph, how, count, seed=SEED):
    """Shuffle the signs of a graph, many times.

    Edges that say what is done or read (see `is_fixed`) keep theirs.

    Parameters
    ----------
    graph : networkx.DiGraph
    how : str
        *over the graph*: signs change places among all edges; *within inputs*: among the inputs of each node, so that
        every node keeps as many that raise and lower it.
    count : int
        How many graphs.
    seed : int

    Returns
    -------
    numpy.ndarray
        Signs, one row an edge (in the graph's order), one column a graph.
    """
    edges, signs = list(graph.edges), _signs(graph)
    loose = [k for k, (a, b) in enumerate(edges) if not is_fixed(graph, a, b)]
    groups = {}
    for k in loose:
        groups.setdefault({SHUFFLES[0]: "", SHUFFLES[1]: edges[k][1]}[how], []).append(k)
    draw = np.random.Generator(np.random.PCG64(seed))
    table = np.repeat(signs[:, None], count, axis=1)
    for graph_number in range(count):
        for group in groups.values():
            table[group, graph_number] = draw.permutation(signs[group])
    return table


def test_claims(graph, claims, kind="all edges", size=1000, weights="middle", seed=SEED):
    """Run every claim on an ensemble, and say in which share of the weightings it comes out.

    Parameters
    ----------
    graph : networkx.DiGraph
        The whole graph, as ``network.graph()`` gives it.
    claims : pandas.DataFrame
        Rows of ``data/model_claims.csv``.
    kind : str
        One of `GRAPHS`; see `left_out`.
    size, weights, seed
        As in `ensemble`.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``id``, ``graph``, ``edges`` (left), ``agree``, ``oppose`` and ``neither`` (shares of the
        weightings that settled), ``settled`` (share of all weightings), and ``verdict`` (see `verdict`).
    """
    drawn = ensemble(graph, size, weights, seed)
    rows, memory = [], {}
    for claim in claims.to_dict("records"):
        outcome = outcomes(drawn, claim, kind, memory)
        row = {"id": claim["id"], "graph": kind, "edges": outcome.edges}
        row |= shares(outcome)
        rows.append(row | {"verdict": verdict(row["agree"], row["oppose"])})
    return pd.DataFrame(rows)


def verdict(agree, oppose):
    """Name a result: *holds* or *reversed* where `MAJORITY` of the weightings say so, else *undecided*.

    Where the perturbation has no way to the read-out (no shares) it is *no path left*: neither support nor refutation.
    """
    if pd.isna(agree):
        return "no path left"
    return "holds" if agree >= MAJORITY else "reversed" if oppose >= MAJORITY else "undecided"


@dataclass(frozen=True)
class Outcome:
    """What a claim does: ``direction`` of each weighting (1 as expected, -1 reversed, 0 neither; None without a path),
    whether each ``settled``, and how many ``edges`` the graph had."""

    direction: np.ndarray | None
    settled: np.ndarray | None
    edges: int


def outcomes(drawn, claim, kind="all edges", memory=None):
    """Run one claim on an ensemble; see `test_claims`.

    Parameters
    ----------
    drawn : Ensemble
    claim : dict
        Row of ``data/model_claims.csv``.
    kind : str
        One of `GRAPHS`.
    memory : dict, optional
        Keeps states that several claims of one ensemble share.

    Returns
    -------
    Outcome
    """
    graph, without = drawn.graph, left_out(drawn.graph, claim, kind)
    edges = graph.number_of_edges() - len(without)
    pairs = states(claim)
    held = pairs[0][0]
    moved = [_differing(a, b) for a, b in pairs]
    if claim["test"] == "interaction":
        moved.append({"sorafenib"})
    if not all(_reaches(graph, without, nodes, held, claim["readout"]) for nodes in moved):
        return Outcome(None, None, edges)
    memory = {} if memory is None else memory
    change, settled = 0, True
    for weight, (a, b) in zip((1, -1), pairs, strict=False):
        before = _state(drawn, b, without, None, memory)
        after = _state(drawn, a, without, before, memory)
        change = change + weight * (after[claim["readout"]] - before[claim["readout"]])
        settled = settled & before.settled & after.settled
    up = np.sign(np.where(np.abs(change) > EFFECT, change, 0)).astype(int)
    if claim["expected"] == "unchanged":
        return Outcome(np.where(up == 0, 1, -1), settled, edges)
    return Outcome(up if claim["expected"] == "up" else -up, settled, edges)


def changes(drawn, high=(), low=(), compared_high=(), compared_low=(), phase="acute", without=()):
    """Say where every node goes under a perturbation, for ``network_chart.draw``.

    Parameters
    ----------
    drawn : Ensemble
    high, low : iterable of str
        Nodes held up and down.
    compared_high, compared_low : iterable of str
        Nodes held in the state it is compared with.
    phase : str
        Acute (hours), adaptive (long exposure) or combination: edges of other phases than this and acute are left out.
    without : iterable of tuple
        More edges that are left out.

    Returns
    -------
    pandas.DataFrame
        Index: nodes. ``up`` and ``down``: shares of the settled weightings in which the node goes up or down, rounded;
        ``change``: mean change, rounded; ``direction``: up or down where `MAJORITY` agree, unchanged, or undecided.
    """
    without = _other_phases(drawn.graph, phase).union(without)
    before = steady_states(drawn, compared_high, compared_low, without)
    after = steady_states(drawn, high, low, without, start=before)
    settled = before.settled & after.settled
    moved = (after.values - before.values)[:, settled]
    up, down = ((moved * sign > EFFECT).mean(axis=1).round(3) for sign in (1, -1))
    direction = np.select(
        [up >= MAJORITY, down >= MAJORITY, (up == 0) & (down == 0)], ["up", "down", "unchanged"], "undecided"
    )
    table = {"up": up, "down": down, "change": moved.mean(axis=1).round(3) + 0.0, "direction": direction}
    return pd.DataFrame(table, index=list(drawn.graph))


def states(claim):
    """Say what is held in the states that a claim compares.

    Parameters
    ----------
    claim : dict
        Row of ``data/model_claims.csv``.

    Returns
    -------
    list of tuple
        Pairs of the perturbation and what it is compared with, each a dict from node to 1 (up) or -1 (down). An
        interaction has a second pair, the same without sorafenib, whose difference is taken off: what is tested is how
        much more the drug does in one state than in the other.
    """
    pair = _held(claim, "held"), _held(claim, "compared")
    if claim["test"] == "effect":
        return [pair]
    return [pair, tuple({node: level for node, level in held.items() if node not in _DRUG} for held in pair)]


def shares(outcome, columns=slice(None)):
    """Count the settled weightings of an outcome that agree with its claim, oppose it, and do neither.

    Parameters
    ----------
    outcome : Outcome
    columns : slice
        Weightings to look at.

    Returns
    -------
    dict
        Shares ``agree``, ``oppose`` and ``neither``, and the share that ``settled``; not a number without a path.
    """
    if outcome.direction is None:
        return dict.fromkeys(("agree", "oppose", "neither", "settled"), float("nan"))
    settled = outcome.settled[columns]
    direction = outcome.direction[columns][settled]
    found = {
        name: float(np.round((direction == value).mean(), 3)) if len(direction) else 0.0
        for name, value in (("agree", 1), ("oppose", -1), ("neither", 0))
    }
    return found | {"settled": float(np.round(settled.mean(), 3))}


def _state(drawn, held, without, start, memory):
    """A steady state, from memory where another claim asked for it: it depends on where it started, too."""
    key = (frozenset(held.items()), frozenset(without), None if start is None else id(start))
    if key not in memory:
        high, low = ([n for n, v in held.items() if v == level] for level in (1, -1))
        memory[key] = steady_states(drawn, high, low, without, start)
    return memory[key]


def _held(claim, which):
    cells = {1: claim[f"{which}_high"], -1: claim[f"{which}_low"]}
    return {node: level for level, cell in cells.items() for node in sorted(_keys(cell))}


def _differing(held, compared):
    """Nodes that two states hold differently."""
    return {node for node in held.keys() | compared.keys() if held.get(node) != compared.get(node)}


def _reaches(graph, without, nodes, held, readout):
    """Whether a way leads from one of the nodes to the read-out, not through a node that is held."""
    seen, waiting = set(nodes), list(nodes)
    while waiting:
        node = waiting.pop()
        for target in graph.successors(node):
            if (node, target) not in without and target not in held and target not in seen:
                seen.add(target)
                waiting.append(target)
    return readout in seen


def _keys(cell):
    return set(cell.split(";")) if isinstance(cell, str) and cell else set()
