"""Does the graph say what its papers say? Steady states of the signed graph over random weights, and claims on them.

Nobody knows how strong an edge is. So none is given a strength: each is drawn at random, many times, as RACIPE does
(Huang et al., 2017, doi:10.1371/journal.pcbi.1005456), and what counts is the share of the weightings in which a
perturbation moves the read-out up or down. A node's activity x runs from -1 to 1 and settles where

    x = tanh(b + sum of sign * weight * x of its regulators),

with a basal activity b, drawn at random too. Nodes that are held stay at 1 or -1.

All of it works on any ``networkx.DiGraph`` whose edges have a ``sign``, 1 or -1. What claims need beyond that (phase
and sources of edges, kind of nodes) is said where it is used; `Roles` says which nodes are the drug and the read-out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from ._equality import ByValue
from ._inputs import need_columns, need_edges, need_nodes, need_signs

__all__ = [
    "BOOK",
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
    "Roles",
    "States",
    "changes",
    "ensemble",
    "is_fixed",
    "left_out",
    "outcomes",
    "shares",
    "shuffled",
    "sources",
    "states",
    "steady_states",
    "test_claims",
    "verdict",
]

#: Ranges that all weights are drawn from, evenly; three, because the choice is ours. They were set before any claim was
#: tested, by whether states settle. All do in the first two, about four of five in the third.
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
_PHASES = ("acute", "adaptive", "combination")
_STEPS = 600
_BLOCK = 64  # weightings worked on at a time: few enough to stay near the processor, enough to be worth a step


@dataclass(frozen=True)
class Roles:
    """Nodes that a test of claims treats apart, and the review that it stands beside; by default those of this book.

    Attributes
    ----------
    drug : tuple of str
        Nodes that are the drug: the one that is given, and any that stand for it inside the cell. An interaction is
        tested with and without them.
    readout : str
        The last read-out.
    read_from : tuple of str
        Nodes whose edges to the read-out say what it is.
    review : str
        Key of the publication whose claims are tested; an edge that rests on it alone goes when references are held out
        strictly.

    Examples
    --------
    >>> Roles(drug=("gefitinib",), readout="growth", read_from=()).drug
    ('gefitinib',)
    """

    drug: tuple[str, ...] = ("sorafenib", "intracellular_sorafenib")
    readout: str = "survival_under_sorafenib"
    read_from: tuple[str, ...] = ("proliferation", "apoptosis")
    review: str = "zhu2017review"


#: Roles in this book.
BOOK = Roles()


@dataclass(frozen=True, eq=False)
class Ensemble(ByValue):
    """A graph with many random weightings.

    Attributes
    ----------
    graph : networkx.DiGraph
    weights : numpy.ndarray
        Signed weights, one row an edge (in the graph's order), one column a weighting.
    basal : numpy.ndarray
        Basal activities, one row a node, one column a weighting.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1})])
    >>> drawn = ensemble(graph, size=3)
    >>> bool((drawn.weights < 0).all()), drawn == ensemble(graph, size=3)
    (True, True)
    """

    graph: nx.DiGraph
    weights: np.ndarray
    basal: np.ndarray


@dataclass(frozen=True, eq=False)
class States(ByValue):
    """Steady states; ``states["node"]`` gives the values of one node.

    Attributes
    ----------
    nodes : tuple of str
    values : numpy.ndarray
        One row a node, one column a weighting; from -1 to 1.
    settled : numpy.ndarray
        Whether each weighting has settled.

    Examples
    --------
    >>> state = States(("drug", "kinase"), np.array([[1.0, 1.0], [-0.5, 0.2]]), np.array([True, True]))
    >>> state["kinase"]
    array([-0.5,  0.2])
    """

    nodes: tuple[str, ...]
    values: np.ndarray
    settled: np.ndarray

    def __getitem__(self, node: str) -> np.ndarray:
        if node not in self.nodes:
            raise KeyError(f"There is no node {node}.")
        return self.values[self.nodes.index(node)]


def ensemble(
    graph: nx.DiGraph,
    size: int = 1000,
    weights: str | tuple[float, float] = "middle",
    seed: int | Sequence[int] = SEED,
) -> Ensemble:
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

    Raises
    ------
    TypeError
        If it is no directed graph.
    ValueError
        If an edge has no sign, there is no such range, or no weighting is asked for.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> drawn = ensemble(graph, size=100)
    >>> drawn.weights.shape, drawn.basal.shape
    ((2, 100), (3, 100))
    """
    need_signs(graph)
    low, high = _range(weights)
    _need_count(size=size)
    draw = np.random.Generator(np.random.PCG64(seed))
    basal = draw.uniform(-1, 1, (len(graph), size))
    strength = draw.uniform(low, high, (graph.number_of_edges(), size))
    return Ensemble(graph, _signs(graph)[:, None] * strength, basal)


def _need_count(**counts):
    for name, count in counts.items():
        if count != int(count) or count < 1:
            raise ValueError(f"{name} is {count}: a whole number of at least 1 is needed")


def _range(weights):
    """Ends of a range of weights."""
    if isinstance(weights, str):
        if weights not in WEIGHTS:
            raise ValueError(f"There is no range of weights {weights!r}; there are {', '.join(WEIGHTS)}.")
        return WEIGHTS[weights]
    if np.shape(weights) != (2,):
        raise ValueError(f"weights are {weights!r}: needed are the two ends of a range, or one of {', '.join(WEIGHTS)}")
    low, high = weights
    if not 0 <= low <= high < np.inf:
        raise ValueError(
            f"weights are {low:g} to {high:g}: a range must rise and not begin below 0, as edges have signs"
        )
    return low, high


def _signs(graph):
    return np.array([sign for *_, sign in graph.edges(data="sign")], dtype=int)


def steady_states(
    ensemble: Ensemble,
    high: str | Iterable[str] = (),
    low: str | Iterable[str] = (),
    without: Iterable[tuple] = (),
    start: States | None = None,
) -> States:
    """Let the graph settle with some nodes held.

    Parameters
    ----------
    ensemble : Ensemble
    high, low : str or iterable of str
        Nodes held at 1 and at -1.
    without : iterable of tuple
        Edges that are left out, as (regulator, target).
    start : States, optional
        Where to start; by default from the basal activities.

    Returns
    -------
    States

    Raises
    ------
    ValueError
        If the graph lacks a node or an edge, a node is held both up and down, or `start` is of another ensemble.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> drawn = ensemble(graph, size=100)
    >>> treated, untreated = steady_states(drawn, high="drug"), steady_states(drawn, low="drug")
    >>> bool((treated["growth"] < untreated["growth"]).all())
    True
    """
    nodes, without = tuple(ensemble.graph), need_edges(ensemble.graph, without)
    high, low = (need_nodes(ensemble.graph, held) for held in (high, low))
    if both := sorted(set(high) & set(low)):
        raise ValueError(f"{', '.join(map(str, both))} cannot be held both high and low.")
    if start is not None and (start.nodes != nodes or start.values.shape != ensemble.basal.shape):
        raise ValueError("The states to start from are of another graph or of another number of weightings.")
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


def left_out(
    graph: nx.DiGraph,
    claim: Mapping | pd.Series,
    kind: str = "all edges",
    claimants: Iterable[str] = (),
    roles: Roles = BOOK,
) -> set[tuple]:
    """Say which edges a claim is tested without.

    Parameters
    ----------
    graph : networkx.DiGraph
        The whole graph. Edges have a ``phase`` (without one they act at once: acute) and, for all but *all edges*, a
        ``source``: keys of publications, by semicolons.
    claim : Series or dict
        Row of ``data/model_claims.csv``, or one like it; see `test_claims`.
    kind : str
        One of `GRAPHS`. *All edges* leaves out only those of a phase that the claim does not ask for. *Own references
        held out* leaves out edges that rest on the claim's own sources alone. *Strictly held out* leaves out those that
        rest on these and the review alone, and every edge that leads from a perturbed node straight to the read-out.
        *Background only* keeps edges that have a source that makes none of the claims, such as a database. Edges that
        say what is done or read (see `is_fixed`) always stay.
    claimants : iterable of str
        Keys of the publications that make any of the claims, for *background only*; see `sources`.
    roles : Roles
        Which nodes are the drug and the read-out.

    Returns
    -------
    set of tuple
        Edges as (regulator, target).

    Raises
    ------
    ValueError
        If there is no such kind, or the claim or the graph lacks what it needs.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("drug", "kinase", sign=-1, source="smith2001")
    >>> graph.add_edge("kinase", "growth", sign=1, source="jones1999;smith2001")
    >>> claim = {"held_high": "drug", "readout": "growth", "expected": "down", "source": "smith2001"}
    >>> left_out(graph, claim, "own references held out")
    {('drug', 'kinase')}
    """
    if kind not in GRAPHS:
        raise ValueError(f"There is no graph {kind!r}; there are {', '.join(GRAPHS)}.")
    claim = _complete(graph, claim, roles)
    found = _other_phases(graph, claim["phase"])
    if kind == GRAPHS[0]:
        return found
    own = _keys(claim["source"])
    claimants = set(claimants) | {roles.review}
    if kind in GRAPHS[1:3] and not own:
        raise ValueError(f"claim {claim['id']}: its source is needed for {kind!r}")
    if kind == GRAPHS[3] and claimants == {roles.review}:
        raise ValueError(f"{kind!r} needs claimants: the publications that make any of the claims")
    if kind == GRAPHS[2]:
        own.add(roles.review)
    perturbed = _differing(_held(claim, "held"), _held(claim, "compared"))
    if perturbed.intersection(roles.drug):
        perturbed |= set(roles.drug)
    for a, b, cell in graph.edges(data="source"):
        sources = _keys(cell)
        if not sources:
            raise ValueError(f"edge {a} to {b} has no source, which {kind!r} needs")
        straight = a in perturbed and b == claim["readout"]
        gone = {
            GRAPHS[1]: sources <= own,
            GRAPHS[2]: sources <= own or straight,
            GRAPHS[3]: sources <= claimants,
        }[kind]
        if gone and not is_fixed(graph, a, b, roles):
            found.add((a, b))
    return found


def _other_phases(graph, phase):
    """Edges that act neither at once nor in this phase."""
    phases = nx.get_edge_attributes(graph, "phase", default="acute")
    if phase not in (known := dict.fromkeys([*_PHASES, *phases.values()])):
        raise ValueError(f"There is no phase {phase!r}; there are {', '.join(map(str, known))}.")
    return {edge for edge, when in phases.items() if when not in ("acute", phase)}


def sources(table: pd.DataFrame) -> set[str]:
    """List the publications that a table of claims or of edges names.

    Parameters
    ----------
    table : pandas.DataFrame
        With a column ``source``: keys of publications, by semicolons.

    Returns
    -------
    set of str

    Examples
    --------
    >>> sorted(sources(pd.DataFrame({"source": ["jones1999;smith2001", "smith2001", None]})))
    ['jones1999', 'smith2001']
    """
    need_columns(table, ["source"])
    return set().union(*map(_keys, table["source"]))


def is_fixed(graph: nx.DiGraph, a: str, b: str, roles: Roles = BOOK) -> bool:
    """Whether an edge says what a perturbation is or what the read-out is, and so is neither held out nor shuffled.

    These are an inhibitor and its target, for sorafenib its kinases and its uptake, and, for survival under sorafenib,
    proliferation and apoptosis.

    Parameters
    ----------
    graph : networkx.DiGraph
        Drugs are the nodes whose attribute ``kind`` is ``drug``, kinases those of ``kinase`` or ``receptor``; where
        nodes have no kind there are none.
    a, b : str
        Regulator and target.
    roles : Roles
        Which nodes are the drug and the read-out.

    Returns
    -------
    bool

    Examples
    --------
    >>> graph = nx.DiGraph([("gefitinib", "egfr", {"sign": -1}), ("egfr", "growth", {"sign": 1})])
    >>> graph.nodes["gefitinib"]["kind"] = "drug"
    >>> is_fixed(graph, "gefitinib", "egfr"), is_fixed(graph, "egfr", "growth")
    (True, False)
    """
    need_edges(graph, [(a, b)])
    if b == roles.readout:
        return a in roles.read_from
    if graph.nodes[a].get("kind") != "drug":
        return False
    lowers = graph.edges[a, b]["sign"] < 0
    if a in roles.drug:
        return b in roles.drug or (graph.nodes[b].get("kind") in ("kinase", "receptor") and lowers)
    return lowers


def shuffled(graph: nx.DiGraph, how: str, count: int, seed: int = SEED, roles: Roles = BOOK) -> np.ndarray:
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
    roles : Roles
        Which nodes are the drug and the read-out.

    Returns
    -------
    numpy.ndarray
        Signs, one row an edge (in the graph's order), one column a graph.

    Raises
    ------
    ValueError
        If an edge has no sign, or there is no such way to shuffle.

    Examples
    --------
    >>> graph = nx.DiGraph([("a", "b", {"sign": 1}), ("b", "c", {"sign": -1}), ("a", "c", {"sign": -1})])
    >>> signs = shuffled(graph, "over the graph", count=50)
    >>> signs.shape, set(signs.sum(axis=0).tolist())
    ((3, 50), {-1})
    """
    need_signs(graph)
    if how not in SHUFFLES:
        raise ValueError(f"There is no shuffle {how!r}; there are {', '.join(SHUFFLES)}.")
    _need_count(count=count)
    edges, signs = list(graph.edges), _signs(graph)
    loose = [k for k, (a, b) in enumerate(edges) if not is_fixed(graph, a, b, roles)]
    groups = {}
    for k in loose:
        groups.setdefault({SHUFFLES[0]: "", SHUFFLES[1]: edges[k][1]}[how], []).append(k)
    draw = np.random.Generator(np.random.PCG64(seed))
    table = np.repeat(signs[:, None], count, axis=1)
    for graph_number in range(count):
        for group in groups.values():
            table[group, graph_number] = draw.permutation(signs[group])
    return table


def test_claims(
    graph: nx.DiGraph,
    claims: pd.DataFrame,
    kind: str = "all edges",
    size: int = 1000,
    weights: str | tuple[float, float] = "middle",
    seed: int | Sequence[int] = SEED,
    claimants: Iterable[str] | None = None,
    roles: Roles = BOOK,
) -> pd.DataFrame:
    """Run every claim on an ensemble, and say in which share of the weightings it comes out.

    Parameters
    ----------
    graph : networkx.DiGraph
        The whole graph, as ``network.graph()`` gives it, or one of your own.
    claims : pandas.DataFrame
        Rows of ``data/model_claims.csv``, or of your own. Needed are ``readout`` (a node), ``expected`` (up, down or
        unchanged), and ``held_high`` or ``held_low``: nodes that are held, by semicolons. May be given: ``id``;
        ``compared_high`` and ``compared_low``, what is held in the state it is compared with (else nothing); ``test``,
        effect (else) or interaction; ``phase``, acute (else), adaptive or combination; and ``source``, keys of the
        publications that make the claim, needed where references are held out.
    kind : str
        One of `GRAPHS`; see `left_out`.
    size, weights, seed
        As in `ensemble`.
    claimants : iterable of str, optional
        Keys of the publications that make any claim, for *background only*; by default those of the claims given.
    roles : Roles
        Which nodes are the drug and the read-out.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``id``, ``graph``, ``edges`` (left), ``agree``, ``oppose`` and ``neither`` (shares of the
        weightings that settled), ``settled`` (share of all weightings), and ``verdict`` (see `verdict`).

    Raises
    ------
    ValueError
        If a column is missing, or a claim names a node that the graph has not; the message names the claim.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> claims = pd.DataFrame({"id": ["slows"], "held_high": ["drug"], "readout": ["growth"], "expected": ["down"]})
    >>> test_claims(graph, claims, size=100)[["id", "edges", "agree", "verdict"]]
          id  edges  agree verdict
    0  slows      2    1.0   holds
    """
    need_columns(claims, ["readout", "expected"], "the table of claims")
    if "held_high" not in claims and "held_low" not in claims:
        raise ValueError("the table of claims has neither held_high nor held_low: nodes that are held, by semicolons")
    if claimants is None and kind == GRAPHS[3]:
        claimants = sources(claims)
    drawn = ensemble(graph, size, weights, seed)
    rows, memory = [], {}
    for number, claim in zip(claims.index, claims.to_dict("records"), strict=True):
        claim = {"id": number} | claim
        outcome = outcomes(drawn, claim, kind, memory, claimants or (), roles)
        row = {"id": claim["id"], "graph": kind, "edges": outcome.edges}
        row |= shares(outcome)
        rows.append(row | {"verdict": verdict(row["agree"], row["oppose"])})
    return pd.DataFrame(rows, columns=["id", "graph", "edges", "agree", "oppose", "neither", "settled", "verdict"])


def verdict(agree: float, oppose: float) -> str:
    """Name a result: *holds* or *reversed* where `MAJORITY` of the weightings say so, else *undecided*.

    Where the perturbation has no way to the read-out (no shares) it is *no path left*: neither support nor refutation.

    Parameters
    ----------
    agree, oppose : float
        Shares of the weightings, from 0 to 1; not a number without a path.

    Returns
    -------
    str
        One of `VERDICTS`.

    Examples
    --------
    >>> verdict(agree=0.95, oppose=0.01), verdict(agree=0.5, oppose=0.5)
    ('holds', 'undecided')
    """
    if pd.isna(agree):
        return "no path left"
    return "holds" if agree >= MAJORITY else "reversed" if oppose >= MAJORITY else "undecided"


@dataclass(frozen=True, eq=False)
class Outcome(ByValue):
    """What a claim does.

    Attributes
    ----------
    direction : numpy.ndarray or None
        Of each weighting: 1 as expected, -1 reversed, 0 neither; None without a path.
    settled : numpy.ndarray or None
        Whether each weighting has settled.
    edges : int
        How many edges the graph had.

    Examples
    --------
    >>> shares(Outcome(np.array([1, -1]), np.array([True, True]), edges=2))["agree"]
    0.5
    """

    direction: np.ndarray | None
    settled: np.ndarray | None
    edges: int


def outcomes(
    drawn: Ensemble,
    claim: Mapping,
    kind: str = "all edges",
    memory: dict | None = None,
    claimants: Iterable[str] = (),
    roles: Roles = BOOK,
) -> Outcome:
    """Run one claim on an ensemble; see `test_claims`.

    Parameters
    ----------
    drawn : Ensemble
    claim : dict
        Row of ``data/model_claims.csv``, or one like it.
    kind : str
        One of `GRAPHS`.
    memory : dict, optional
        Keeps states that several claims of one ensemble share.
    claimants, roles
        As in `left_out`.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> claim = {"held_high": "drug", "readout": "growth", "expected": "down"}
    >>> outcomes(ensemble(graph, size=3), claim).direction
    array([1, 1, 1])
    """
    claim = _complete(drawn.graph, claim, roles)
    graph, without = drawn.graph, left_out(drawn.graph, claim, kind, claimants, roles)
    edges = graph.number_of_edges() - len(without)
    pairs = states(claim, roles)
    held = pairs[0][0]
    moved = [_differing(a, b) for a, b in pairs]
    if claim["test"] == "interaction":
        moved.append({roles.drug[0]})
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


def changes(
    drawn: Ensemble,
    high: str | Iterable[str] = (),
    low: str | Iterable[str] = (),
    compared_high: str | Iterable[str] = (),
    compared_low: str | Iterable[str] = (),
    phase: str = "acute",
    without: Iterable[tuple] = (),
) -> pd.DataFrame:
    """Say where every node goes under a perturbation, for ``diagrams.draw``.

    Parameters
    ----------
    drawn : Ensemble
    high, low : str or iterable of str
        Nodes held up and down.
    compared_high, compared_low : str or iterable of str
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

    Raises
    ------
    ValueError
        If the graph lacks a node or an edge, there is no such phase, or no weighting settles.

    Examples
    --------
    >>> graph = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> changes(ensemble(graph, size=100), high="drug")["direction"].to_dict()
    {'drug': 'up', 'kinase': 'down', 'growth': 'down'}
    """
    without = _other_phases(drawn.graph, phase) | need_edges(drawn.graph, without)
    before = steady_states(drawn, compared_high, compared_low, without)
    after = steady_states(drawn, high, low, without, start=before)
    settled = before.settled & after.settled
    if not settled.any():
        raise ValueError(f"None of {len(settled)} weightings settled: weaker weights may, such as {WEIGHTS['weak']}.")
    moved = (after.values - before.values)[:, settled]
    up, down = ((moved * sign > EFFECT).mean(axis=1).round(3) for sign in (1, -1))
    direction = np.select(
        [up >= MAJORITY, down >= MAJORITY, (up == 0) & (down == 0)], ["up", "down", "unchanged"], "undecided"
    )
    table = {"up": up, "down": down, "change": moved.mean(axis=1).round(3) + 0.0, "direction": direction}
    return pd.DataFrame(table, index=list(drawn.graph))


def states(claim: Mapping, roles: Roles = BOOK) -> list[tuple[dict, dict]]:
    """Say what is held in the states that a claim compares.

    Parameters
    ----------
    claim : dict
        Row of ``data/model_claims.csv``, or one like it.
    roles : Roles
        Which nodes are the drug.

    Returns
    -------
    list of tuple
        Pairs of the perturbation and what it is compared with, each a dict from node to 1 (up) or -1 (down). An
        interaction has a second pair, the same without sorafenib, whose difference is taken off: what is tested is how
        much more the drug does in one state than in the other.

    Examples
    --------
    >>> states({"held_high": "ras;sorafenib", "compared_high": "sorafenib", "test": "interaction"})
    [({'ras': 1, 'sorafenib': 1}, {'sorafenib': 1}), ({'ras': 1}, {})]
    """
    pair = _held(claim, "held"), _held(claim, "compared")
    if claim.get("test", "effect") == "effect":
        return [pair]
    return [pair, tuple({node: level for node, level in held.items() if node not in roles.drug} for held in pair)]


def shares(outcome: Outcome, columns: slice = slice(None)) -> dict[str, float]:
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

    Examples
    --------
    >>> found = Outcome(np.array([1, 1, -1, 0]), np.array([True, True, True, False]), edges=2)
    >>> shares(found)
    {'agree': 0.667, 'oppose': 0.333, 'neither': 0.0, 'settled': 0.75}
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


def _complete(graph, claim, roles):
    """A claim with all its fields, or an error that names what it lacks."""
    claim = {"id": "", "test": "effect", "phase": "acute", "source": "", **claim}
    name = f"claim {claim['id']}: " if claim["id"] != "" else "claim: "
    if missing := [field for field in ("readout", "expected") if not _keys(claim.get(field))]:
        raise ValueError(f"{name}there is no {' and no '.join(missing)}")
    need_nodes(graph, claim["readout"], name)
    for field, known in (("expected", ("up", "down", "unchanged")), ("test", ("effect", "interaction"))):
        if claim[field] not in known:
            raise ValueError(f"{name}{field} is {claim[field]!r}, expected {', '.join(known)}")
    pair = _held(claim, "held"), _held(claim, "compared")
    for held in pair:
        need_nodes(graph, held, name)
    if pair[0] == pair[1]:
        raise ValueError(f"{name}nothing is held that is not held in the state it is compared with, too")
    if claim["test"] == "interaction" and roles.drug[0] not in pair[0]:
        raise ValueError(f"{name}an interaction needs the drug among what is held: {roles.drug[0]} (see Roles)")
    return claim


def _held(claim, which):
    cells = {1: claim.get(f"{which}_high"), -1: claim.get(f"{which}_low")}
    return {node: level for level, cell in cells.items() for node in sorted(_keys(cell))}


def _differing(held, compared):
    """Nodes that two states hold differently."""
    return {node for node in held.keys() | compared.keys() if held.get(node) != compared.get(node)}


def _reaches(graph, without, nodes, held, readout):
    """Whether a way leads from one of the nodes to the read-out, not through a node that is held."""
    free = nx.restricted_view(graph, held.keys() - nodes, without)
    return any(nx.has_path(free, node, readout) for node in nodes if readout in free)


def _keys(cell):
    return {key.strip() for key in cell.split(";") if key.strip()} if isinstance(cell, str) else set()
