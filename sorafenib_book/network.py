"""The signed graph of resistance: which node raises or lowers which, where each is drawn, and files for Cytoscape.

Nodes and edges are rows of ``data/nodes.csv`` and ``data/edges.csv``; their attributes are the columns. A graph is a
plain ``networkx.DiGraph``, so everything networkx does works on it.
"""

import functools
import io
import textwrap

import networkx as nx
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from . import tables

__all__ = [
    "PHENOTYPES",
    "between",
    "graph",
    "lines",
    "modules",
    "positions",
    "routes",
    "to_graphml",
    "to_sif",
    "word_boxes",
]

#: What a mechanism must end in to matter.
PHENOTYPES = ("proliferation", "apoptosis", "angiogenesis", "survival_under_sorafenib")


def graph(modules=None, section=None, in_review=False, reach=False, folder=None):
    """Build the graph, or a part of it.

    Parameters
    ----------
    modules : str or list of str, optional
        Keep the edges of these modules (column ``module`` of the edges), and the nodes that they join.
    section : str or list of str, optional
        Keep the edges that these sections of the review state.
    in_review : bool
        Keep only nodes that the review names.
    reach : bool
        Add the shortest paths from the nodes chosen to `PHENOTYPES`, so that a part is seen to end in one.
    folder : path, optional
        Folder of the tables, as in ``tables.read``.

    Returns
    -------
    networkx.DiGraph
        Node and edge attributes are the columns of the tables; an empty cell is an empty text. ``sign`` is 1 or -1.

    Raises
    ------
    ValueError
        If there is no such module or section (the message lists those there are), or an edge is in the table twice.
    """
    whole = _whole(folder)
    wanted = {"module": _listed(modules), "section": _listed(section)}
    for column, values in wanted.items():
        known = {data[column] for *_, data in whole.edges(data=True)}
        if unknown := sorted(set(values or ()) - known):
            raise ValueError(f"There is no {column} {', '.join(unknown)}; there are {', '.join(sorted(known))}.")
    edges = [
        (a, b)
        for a, b, data in whole.edges(data=True)
        if all(values is None or data[column] in values for column, values in wanted.items())
    ]
    if reach:
        edges += _ways(whole, {node for edge in edges for node in edge})
    if in_review:
        edges = [edge for edge in edges if all(whole.nodes[node]["in_review"] for node in edge)]
    return _part(whole, {node for edge in edges for node in edge}, set(edges))


def between(graph, nodes, without=()):
    """Take some nodes of a graph and the edges between them, in the graph's order.

    ``graph.subgraph`` gives them in an order that differs from run to run, and a figure with it.

    Parameters
    ----------
    graph : networkx.DiGraph
    nodes : iterable of str
    without : iterable of tuple
        Edges to leave out.

    Returns
    -------
    networkx.DiGraph

    Raises
    ------
    ValueError
        If the graph lacks one of the nodes.
    """
    nodes, without = set(nodes), set(without)
    if unknown := sorted(nodes - set(graph)):
        raise ValueError(f"The graph has no node {', '.join(unknown)}.")
    return _part(graph, nodes, {edge for edge in graph.edges if nodes.issuperset(edge)} - without)


def modules(graph):
    """List the modules of a graph's edges, in order of appearance."""
    return list(dict.fromkeys(data["module"] for *_, data in graph.edges(data=True)))


def positions(graph, compact=False):
    """Say where each node is drawn: from the outside of the cell at the top to its nucleus and its fate at the bottom.

    Parameters
    ----------
    graph : networkx.DiGraph
        As `graph` gives it.
    compact : bool
        Leave out rows and columns that the graph does not use, so that a small part fills its figure. Neighbours stay
        on the side on which they are.

    Returns
    -------
    dict of str to tuple
        Column (from the left) and row (from the top) of each node: columns ``x`` and ``y`` of the nodes' table.
    """
    places = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    if compact:
        columns, rows = ({c: i for i, c in enumerate(sorted(set(used)))} for used in zip(*places.values(), strict=True))
        places = {node: (columns[x], rows[y]) for node, (x, y) in places.items()}
    return places


def _listed(values):
    return None if values is None else {values} if isinstance(values, str) else set(values)


def _whole(folder):
    def cells(row):
        return {column: _plain(value) for column, value in row.items()}

    whole = nx.DiGraph()
    for row in tables.read("nodes", folder).to_dict("records"):
        whole.add_node(row.pop("id"), **cells(row))
    for row in tables.read("edges", folder).to_dict("records"):
        a, b = row.pop("regulator"), row.pop("target")
        if whole.has_edge(a, b):
            raise ValueError(f"{a} to {b} is in the table twice; a source of the other sign belongs into `against`.")
        whole.add_edge(a, b, **cells(row))
    return whole


def _plain(value):
    """A cell as GraphML can hold it: text, number or truth, and an empty text where there is none."""
    if value is None or value != value:
        return ""
    return value.item() if hasattr(value, "item") else value


def _part(whole, nodes, edges):
    """A graph of some nodes and edges, in the order of the whole, so that every figure draws them in the same order."""
    part = nx.DiGraph()
    part.add_nodes_from((node, dict(data)) for node, data in whole.nodes(data=True) if node in nodes)
    part.add_edges_from((a, b, dict(data)) for a, b, data in whole.edges(data=True) if (a, b) in edges)
    return part


def _ways(whole, nodes):
    """Edges of the shortest paths from each of the nodes to each phenotype."""
    edges = []
    for node in sorted(nodes):
        for phenotype in PHENOTYPES:
            if nx.has_path(whole, node, phenotype):
                edges += nx.utils.pairwise(nx.shortest_path(whole, node, phenotype))
    return edges


# ---- files for other programs ------------------------------------------------------------------------------------


def to_graphml(part=None):
    """Write a graph as GraphML, with all attributes, for Cytoscape or any other program that reads it.

    Parameters
    ----------
    part : networkx.DiGraph, optional
        By default the whole graph.

    Returns
    -------
    str
        The file's text.
    """
    out = io.BytesIO()
    nx.write_graphml(graph() if part is None else part, out)
    return out.getvalue().decode("utf-8") + "\n"


def to_sif(part=None):
    """Write a graph in the simple interaction format: regulator, ``activates`` or ``inhibits``, target, by tabs.

    Parameters
    ----------
    part : networkx.DiGraph, optional
        By default the whole graph.

    Returns
    -------
    str
        The file's text.
    """
    words = {1: "activates", -1: "inhibits"}
    edges = (graph() if part is None else part).edges(data=True)
    return "".join(f"{a}\t{words[data['sign']]}\t{b}\n" for a, b, data in edges)


# ---- drawing: edges that do not run through words ----------------------------------------------------------------

#: Smallest distance of two columns and two rows in pixels (on a phone), the size of type there, a marker's radius.
COLUMN, ROW, TYPE, RADIUS = 61, 30, 11, 7
_GAP = 3  # between an edge and the words it passes
_WIDTHS = {"ijl'": 222, "ft I/,.": 278, "r-()": 333, "cksvxyzJ": 500, "FTZL": 611, "ABEKPSVXY": 667, "CDHNRUw": 722,
           "GOQ": 778, "mM": 833, "W": 944}  # fmt: skip
_WIDTH = {letter: width / 1000 for letters, width in _WIDTHS.items() for letter in letters}  # of Helvetica


def lines(graph, node):
    """Lines of a node's words: its short name, broken at a space where it is long."""
    short = graph.nodes[node]["short"]
    return textwrap.wrap(short, 9, break_long_words=False, break_on_hyphens=False)


def word_boxes(graph, positions, room=0):
    """Measure the words beside each node, in columns and rows, as large as they get on a phone.

    Parameters
    ----------
    graph : networkx.DiGraph
    positions : dict
        As `positions` gives it.
    room : float
        Pixels kept free behind the words.

    Returns
    -------
    dict of str to tuple
        Left, top, right and bottom of each node's words.
    """
    found = {}
    for node in graph:
        x, y = positions[node]
        words = lines(graph, node)
        width = max(sum(_WIDTH.get(letter, 0.556) for letter in line) for line in words) * TYPE + 2 + room
        half = 8 + 7 * (len(words) - 1)
        left = x + (RADIUS + 1) / COLUMN
        found[node] = (left, y - half / ROW, left + width / COLUMN, y + half / ROW)
    return found


def routes(graph, positions, room=0):
    """Find a way for each edge that runs through no words and no other node, with as few bends as it can have.

    The ways are shortest paths around the boxes of the words, in a graph of the boxes' corners that see one another.

    Parameters
    ----------
    graph : networkx.DiGraph
    positions : dict
        As `positions` gives it.
    room : float
        Pixels kept free behind the words.

    Returns
    -------
    dict of tuple to list
        Points (column, row) of each edge from regulator to target.
    """
    nodes = tuple(graph)
    boxes = word_boxes(graph, positions, room)
    key = tuple((*positions[node], *boxes[node]) for node in nodes)
    index = {node: i for i, node in enumerate(nodes)}
    found = _routes(key, tuple((index[a], index[b]) for a, b in graph.edges))
    return {edge: list(way) for edge, way in zip(graph.edges, found, strict=True)}


@functools.lru_cache(maxsize=32)
def _routes(key, edges):
    scale = np.array([COLUMN, ROW])
    table = np.array(key, dtype=float).reshape(-1, 6)
    centres = table[:, :2] * scale
    words = (table[:, 2:].reshape(-1, 2, 2) * scale).reshape(-1, 4)
    # a node and its words are one obstacle for the edges of others
    whole = words.copy()
    whole[:, 0] = centres[:, 0] - RADIUS - 1
    count = len(centres)
    around = whole + np.array([-_GAP, -_GAP, _GAP, _GAP])
    corners = np.concatenate([around[:, [i, j]] for i in (0, 2) for j in (1, 3)])
    outward = np.repeat([[-1, -1], [-1, 1], [1, -1], [1, 1]], count, axis=0)
    inside = (corners[:, None, :] > whole[:, :2]) & (corners[:, None, :] < whole[:, 2:])
    free = ~inside.all(axis=2).any(axis=1)
    # nothing leaves the picture
    free &= (corners[:, 0] > centres[:, 0].min() - 12) & (corners[:, 0] < whole[:, 2].max() - 8)
    corners, outward = corners[free], outward[free]
    points = np.concatenate([centres, corners])
    owner = np.concatenate([np.arange(count), np.full(len(corners), -1)])

    def clear(a, b, own_a, own_b):
        """Whether the segments from a to b meet no obstacle; their own nodes' words are obstacles too."""
        hit = _crosses(a, b, whole)
        for own in (own_a, own_b):
            there = np.flatnonzero(own >= 0)
            hit[there, own[there]] = False
        hit = hit.any(axis=1)
        for own in (own_a, own_b):
            there = np.flatnonzero(own >= 0)
            hit[there] |= _crosses(a[there], b[there], words[own[there]][:, None, :]).any(axis=1)
        return ~hit

    far = np.abs(points[:, None, :] - points[None, :, :]) / scale
    first, second = np.nonzero(np.triu((far[..., 0] <= 2.6) & (far[..., 1] <= 9), 1))
    kept = [clear(points[i], points[j], owner[i], owner[j]) for i, j in zip(_parts(first), _parts(second), strict=True)]
    kept = np.concatenate(kept) if kept else np.zeros(0, bool)
    first, second = first[kept], second[kept]
    # a bend costs as much as some way; rounded, so that ties are ties on every machine
    length = np.round(np.sqrt(((points[first] - points[second]) ** 2).sum(axis=1)), 2) + 12
    total = len(points)
    # a path leaves from a node's first copy and ends in a second one, so that none runs through a node
    end = np.where(np.arange(total) < count, np.arange(total) + total, np.arange(total))
    start, stop = np.concatenate([first, second]), end[np.concatenate([second, first])]
    ways = csr_matrix((np.tile(length, 2), (start, stop)), shape=(total + count, total + count))
    sources = sorted({a for a, _ in edges})
    if not sources:
        return []
    reached, before = dijkstra(ways, indices=sources, return_predecessors=True)
    row, used, found = {a: i for i, a in enumerate(sources)}, {}, []
    for a, b in edges:
        path, at = [], b + total
        if not np.isfinite(reached[row[a], at]):
            found.append([tuple(centres[a] / scale), tuple(centres[b] / scale)])
            continue
        while at != a:
            at = before[row[a], at]
            path.append(at)
        bends = path[-2::-1]
        line = [centres[a], *points[bends], centres[b]]
        # edges that turn at one corner turn a little apart
        for k, corner in enumerate(bends, 1):
            times = used[corner] = used.get(corner, -1) + 1
            for step in range(min(times, 4), 0, -1):
                moved = [*line[:k], points[corner] + 2.0 * step * outward[corner - count], *line[k + 1 :]]
                ends = np.full(len(line) - 1, -1)
                own_a, own_b = ends.copy(), ends.copy()
                own_a[0], own_b[-1] = a, b
                if clear(np.array(moved[:-1]), np.array(moved[1:]), own_a, own_b).all():
                    line = moved
                    break
        found.append([tuple(np.round(point / scale, 3).tolist()) for point in line])
    return found


def _parts(values, size=20_000):
    return [values[i : i + size] for i in range(0, len(values), size)]


def _crosses(a, b, boxes):
    """Whether segments (n points a and b) cross boxes (m, or n by 1, of left, top, right, bottom): n by m.

    The part of a segment between the four sides of a box is found side by side (Liang and Barsky, 1984).
    """
    a, b = a[:, None, :], b[:, None, :]
    step = b - a
    low, high = boxes[..., :2], boxes[..., 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = (low - a) / step, (high - a) / step
    still = step == 0
    within = (a > low) & (a < high)
    entry = np.where(still, np.where(within, -np.inf, np.inf), np.minimum(near, far)).max(axis=-1)
    leave = np.where(still, np.where(within, np.inf, -np.inf), np.maximum(near, far)).min(axis=-1)
    return (entry < leave) & (entry < 1) & (leave > 0)
