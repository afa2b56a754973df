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
    "rule",
    "score",
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
#: A change counts when it is larger than this, unless told; far above what settling leaves open.
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
    feeds, starves : tuple of str
        Read-outs that rise and fall with the tumour, for `rule`.
    tissue : tuple of str
        Nodes that a dish lacks: vessels and stroma.

    Examples
    --------
    >>> Roles(drug=("gefitinib",), readout="growth", read_from=()).drug
    ('gefitinib',)
    """

    drug: tuple[str, ...] = ("sorafenib", "intracellular_sorafenib")
    readout: str = "survival_under_sorafenib"
    read_from: tuple[str, ...] = ("proliferation", "apoptosis")
    review: str = "zhu2017review"
    feeds: tuple[str, ...] = ("proliferation", "angiogenesis", "survival_under_sorafenib")
    starves: tuple[str, ...] = ("apoptosis",)
    tissue: tuple[str, ...] = ("stromal_cells", "angiogenesis", "vessel_supply", "vessel_cooption")


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
    basal: float = 1,
    per_input: bool = False,
) -> Ensemble:
    """Draw random weights and basal activities.

    Every weight comes from the same range, whatever the edge; every basal activity is between -1 and 1, unless told.

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
    basal : float
        Largest basal activity; 0 for none.
    per_input : bool
        Divide the weights of a node's inputs by the square root of their number, so that a node with many inputs is
        not driven further than one with few.

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
    if not 0 <= basal < np.inf:
        raise ValueError(f"basal is {basal:g}: the largest basal activity is a number of at least 0")
    draw = np.random.Generator(np.random.PCG64(seed))
    levels = basal * draw.uniform(-1, 1, (len(graph), size))
    strength = draw.uniform(low, high, (graph.number_of_edges(), size))
    if per_input:
        strength /= np.sqrt([graph.in_degree(target) for _, target in graph.edges])[:, None]
    return Ensemble(graph, _signs(graph)[:, None] * strength, levels)


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
        One of `GRAPHS`. *All edges* leaves out only those of a phase that the claim does not ask for and, of a claim
        whose ``setting`` is a dish, those of vessels and stroma that it neither holds nor reads. *Own references held
        out* leaves out edges that rest on the claim's own sources alone (``source`` and ``made_by``). *Strictly held
        out* leaves out those that rest on these and the review alone, and every edge that leads from a perturbed node
        straight to the read-out. *Background only* keeps edges that have a source that makes none of the claims, such
        as a database. Edges that say what is done or read (see `is_fixed`) always stay when references are held out.
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
    if claim["setting"] == "dish":
        there = {claim["readout"]}.union(_held(claim, "held"), _held(claim, "compared"))
        found |= {edge for edge in graph.edges if not there.issuperset(set(roles.tissue).intersection(edge))}
    if kind == GRAPHS[0]:
        return found
    own = _keys(claim["source"]) | _keys(claim["made_by"])
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
        With a column ``source`` and, if there is one, ``made_by``: keys of publications, by semicolons.

    Returns
    -------
    set of str

    Examples
    --------
    >>> sorted(sources(pd.DataFrame({"source": ["jones1999;smith2001", "smith2001", None]})))
    ['jones1999', 'smith2001']
    """
    need_columns(table, ["source"])
    return set().union(*map(_keys, table["source"]), *map(_keys, table.get("made_by", ())))


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
    smallest: float = EFFECT,
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
        effect (else) or interaction; ``phase``, acute (else), adaptive or combination; ``setting``, a dish or (else)
        a tumour; and ``source`` and ``made_by``, keys of the publications that tell and make the claim, of which one is
        needed where references are held out.
    kind : str
        One of `GRAPHS`; see `left_out`.
    size, weights, seed
        As in `ensemble`.
    claimants : iterable of str, optional
        Keys of the publications that make any claim, for *background only*; by default those of the claims given.
    roles : Roles
        Which nodes are the drug and the read-out.
    smallest : float
        A change counts when it is larger than this.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``id``, ``graph``, ``edges`` (left), ``agree``, ``oppose`` and ``neither`` (shares of the
        weightings that settled), ``settled`` (share of all weightings), ``effect`` (see `shares`), and ``verdict`` (see
        `verdict`).

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
        row |= shares(outcome, smallest=smallest)
        rows.append(row | {"verdict": verdict(row["agree"], row["oppose"])})
    columns = ["id", "graph", "edges", "agree", "oppose", "neither", "settled", "effect", "verdict"]
    return pd.DataFrame(rows, columns=columns)


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
    change : numpy.ndarray or None
        Of each weighting: how far the read-out moves, from -2 to 2; None without a path.
    settled : numpy.ndarray or None
        Whether each weighting has settled.
    edges : int
        How many edges the graph had.
    expected : str
        Where the claim says that the read-out goes: up, down or unchanged.

    Examples
    --------
    >>> shares(Outcome(np.array([0.2, -0.1]), np.array([True, True]), edges=2))["agree"]
    0.5
    """

    change: np.ndarray | None
    settled: np.ndarray | None
    edges: int
    expected: str = "up"


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
    >>> outcomes(ensemble(graph, size=3), claim).change.round(2)
    array([-0.08, -0.06, -0.17])
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
        return Outcome(None, None, edges, claim["expected"])
    memory = {} if memory is None else memory
    change, settled = 0, True
    for weight, (a, b) in zip((1, -1), pairs, strict=False):
        before = _state(drawn, b, without, None, memory)
        after = _state(drawn, a, without, before, memory)
        change = change + weight * (after[claim["readout"]] - before[claim["readout"]])
        settled = settled & before.settled & after.settled
    return Outcome(change, settled, edges, claim["expected"])


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
        ``change``: mean change, rounded; ``direction``: up or down where `MAJORITY` agree, unchanged, or undecided;
        ``held``: on or off where the node is held in the state compared, else empty.

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
    held = dict.fromkeys(need_nodes(drawn.graph, high), "on") | dict.fromkeys(need_nodes(drawn.graph, low), "off")
    return pd.DataFrame(table, index=list(drawn.graph)).assign(held=[held.get(node, "") for node in drawn.graph])


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


def shares(outcome: Outcome, columns: slice = slice(None), smallest: float = EFFECT) -> dict[str, float]:
    """Count the settled weightings of an outcome that agree with its claim, oppose it, and do neither.

    Where no change is expected those agree that do not move; of the others those oppose that move the way that most
    do. So a null result is opposed where the graph decides on a direction, not where it leaves it open.

    Parameters
    ----------
    outcome : Outcome
    columns : slice
        Weightings to look at.
    smallest : float
        A change counts when it is larger than this.

    Returns
    -------
    dict
        Shares ``agree``, ``oppose`` and ``neither``, the share that ``settled``, and ``effect``, the median change
        towards what is expected (its size where that is no change); not a number without a path.

    Examples
    --------
    >>> found = Outcome(np.array([0.5, 0.2, -0.1, 0]), np.array([True, True, True, False]), edges=2)
    >>> shares(found)
    {'agree': 0.667, 'oppose': 0.333, 'neither': 0.0, 'settled': 0.75, 'effect': 0.2}
    """
    if outcome.change is None:
        return dict.fromkeys(("agree", "oppose", "neither", "settled", "effect"), float("nan"))
    settled = outcome.settled[columns]
    change = outcome.change[columns][settled] * {"up": 1, "down": -1, "unchanged": 1}[outcome.expected]
    up, down = (change > smallest).sum(), (change < -smallest).sum()
    still = len(change) - up - down
    counts = (still, max(up, down), min(up, down)) if outcome.expected == "unchanged" else (up, down, still)
    found = {
        name: float(np.round(count / max(len(change), 1), 3))
        for name, count in zip(("agree", "oppose", "neither"), counts, strict=True)
    }
    size = np.abs(change) if outcome.expected == "unchanged" else change
    effect = float(np.round(np.median(size), 4)) + 0.0 if len(size) else float("nan")
    return found | {"settled": float(np.round(settled.mean(), 3)), "effect": effect}


def rule(graph: nx.DiGraph, claims: pd.DataFrame, roles: Roles = BOOK) -> pd.Series:
    """Predict claims without the graph's edges: what a review of resistance names feeds the tumour, drugs starve it.

    The rule that any model of the graph has to beat. Whatever is raised lets the tumour grow, and whatever is taken
    away or is a drug holds it back; only what nodes are called is used, and no edge.

    Parameters
    ----------
    graph : networkx.DiGraph
        Drugs are the nodes whose attribute ``kind`` is ``drug``.
    claims : pandas.DataFrame
        As in `test_claims`.
    roles : Roles
        Which read-outs feed the tumour and which starve it.

    Returns
    -------
    pandas.Series
        *up* or *down* for each claim on a read-out of growth, death, vessels or survival; empty for the others, of
        which the rule says nothing, and where what is held pushes both ways. In the claims' order and with their index.

    Examples
    --------
    >>> graph = nx.DiGraph([("inhibitor", "kinase"), ("kinase", "growth")])
    >>> graph.nodes["inhibitor"]["kind"] = "drug"
    >>> claims = pd.DataFrame({"held_high": ["kinase", "inhibitor"], "readout": "growth", "expected": "up"})
    >>> rule(graph, claims, Roles(feeds=("growth",))).tolist()
    ['up', 'down']
    """
    need_columns(claims, ["readout", "expected"], "the table of claims")
    drugs = {node for node, kind in graph.nodes(data="kind") if kind == "drug"}
    found = []
    for claim in claims.to_dict("records"):
        claim = _complete(graph, claim, roles)
        held, compared = _held(claim, "held"), _held(claim, "compared")
        moved = {node: held.get(node, -compared.get(node, 0)) for node in _differing(held, compared)}
        fed = np.sign(sum(-level if node in drugs else level for node, level in moved.items()))
        side = (claim["readout"] in roles.feeds) - (claim["readout"] in roles.starves)
        found.append({1: "up", -1: "down"}.get(int(fed * side), ""))
    return pd.Series(found, index=claims.index, name="rule", dtype=str)


def score(claims: pd.DataFrame, verdicts: pd.Series) -> dict[str, int]:
    """Count the claims that the model and `rule` predict right, both of those that keep a path.

    Parameters
    ----------
    claims : pandas.DataFrame
        With ``expected`` and ``rule``, and the ids of claims as index.
    verdicts : pandas.Series
        Verdict of each claim, by id; others may be there.

    Returns
    -------
    dict of str to int
        ``path``, claims with one; of these ``rule``, those that the rule predicts right, and ``model``, ``undecided``
        and ``reversed``, those that hold, are undecided and are reversed on the graph.

    Examples
    --------
    >>> claims = pd.DataFrame({"expected": ["up", "down", "up"], "rule": "up"}, index=["k1", "k2", "k3"])
    >>> score(claims, pd.Series({"k1": "undecided", "k2": "holds", "k3": "no path left"}))
    {'path': 2, 'rule': 1, 'model': 1, 'undecided': 1, 'reversed': 0}
    """
    need_columns(claims, ["expected", "rule"], "the table of claims")
    if missing := [str(name) for name in claims.index if name not in verdicts.index]:
        raise ValueError(f"there is no verdict on {', '.join(missing)}")
    verdicts = verdicts[claims.index]
    path = verdicts.ne("no path left")
    found = {"path": int(path.sum()), "rule": int((path & claims["rule"].eq(claims["expected"])).sum())}
    words = {"model": "holds", "undecided": "undecided", "reversed": "reversed"}
    return found | {name: int(verdicts.eq(word).sum()) for name, word in words.items()}


def _state(drawn, held, without, start, memory):
    """A steady state, from memory where another claim asked for it: it depends on where it started, too."""
    key = (frozenset(held.items()), frozenset(without), None if start is None else id(start))
    if key not in memory:
        high, low = ([n for n, v in held.items() if v == level] for level in (1, -1))
        memory[key] = steady_states(drawn, high, low, without, start)
    return memory[key]


def _complete(graph, claim, roles):
    """A claim with all its fields, or an error that names what it lacks."""
    claim = {"id": "", "test": "effect", "phase": "acute", "setting": "", "source": "", "made_by": "", **claim}
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
