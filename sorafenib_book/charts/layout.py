"""Where the boxes of a signed graph stand and its edges run, as Graphviz `dot` lays them out.

The unit is a pixel of a phone's picture.
"""

import itertools
import json
import math
import random
import shutil
import subprocess
import textwrap

import networkx as nx
import numpy as np

__all__ = ["PHONE", "TYPE", "laid_out", "lines", "size", "way"]

#: Width of a phone's picture, size of type there, and pixels of a line, of a box's rim and of the narrowest box.
PHONE, TYPE, LINE, RIM, LEAST = 358, 11, 14, 3, 66
# of Helvetica, in thousandths of its size
_WIDTHS = {"ijl'": 222, "ft I/,.": 278, "r-()": 333, "cksvxyzJ": 500, "FTZL": 611, "ABEKPSVXY": 667, "CDHNRUw": 722,
           "GOQ": 778, "mM": 833, "W": 944}  # fmt: skip
_WIDTH = {letter: width / 1000 for letters, width in _WIDTHS.items() for letter in letters}
_BOLD = 1.08


def way(points: list[tuple[float, float]], steps: int = 8) -> list[tuple[float, float]]:
    """Say where a Bezier curve runs.

    Parameters
    ----------
    points : list of tuple
        First point, then three for each piece: two that draw the curve towards them, and the next that it meets.
    steps : int
        Straight steps in each piece.

    Returns
    -------
    list of tuple

    Examples
    --------
    >>> way([(0, 0), (0, 3), (3, 6), (3, 9)], steps=2)
    [(0.0, 0.0), (1.5, 4.5), (3.0, 9.0)]
    """
    t = np.linspace(0, 1, steps + 1)[1:, None]
    found, ends = [np.array([points[0]], float)], np.array(points, float)
    for a, b, c, d in (ends[k : k + 4] for k in range(0, len(ends) - 1, 3)):
        found.append(a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3)
    return [(round(float(x), 1), round(float(y), 1)) for x, y in np.concatenate(found)]


def lines(short: str) -> list[str]:
    """Break a name into the lines of its box.

    Parameters
    ----------
    short : str

    Returns
    -------
    list of str

    Examples
    --------
    >>> lines("Suppressor genes")
    ['Suppressor', 'genes']
    """
    return textwrap.wrap(str(short), 14, break_long_words=False, break_on_hyphens=False)


def size(short: str) -> tuple[int, int]:
    """Measure the box of a name, with one line more for what its node does.

    Parameters
    ----------
    short : str

    Returns
    -------
    tuple of int
        Width and height.

    Examples
    --------
    >>> size("ERK"), size("Suppressor genes")
    ((66, 34), (67, 48))
    """
    # the same to the last digit in every Python: 3.12 changed sum
    widest = max(math.fsum(_WIDTH.get(letter, 0.556) for letter in line) for line in lines(short))
    return max(LEAST, math.ceil(widest * TYPE * _BOLD) + 2 * RIM), (len(lines(short)) + 1) * LINE + 2 * RIM


def laid_out(graph: nx.DiGraph, tries: int = 1) -> nx.DiGraph:
    """Let Graphviz say where boxes stand and edges run.

    Each edge meets its box at a place of its own: a first layout says in which order edges come in, and the second has
    the places in that order. Of several tries, which give Graphviz the nodes in other orders, the best is kept: it fits
    a phone, few edges lead upwards or cross, and it is not high.

    Parameters
    ----------
    graph : networkx.DiGraph
    tries : int
        How many orders of nodes; the first is the graph's own.

    Returns
    -------
    networkx.DiGraph
        The same with ``place`` and ``size`` of nodes and ``way`` of edges, as ``diagrams.part`` has them.

    Raises
    ------
    ValueError
        If Graphviz is not installed.

    Examples
    --------
    >>> if shutil.which("dot"):
    ...     graph = laid_out(nx.DiGraph([("drug", "kinase", {"sign": -1})]))
    ...     assert graph.nodes["drug"]["place"][1] < graph.nodes["kinase"]["place"][1]
    """
    if not shutil.which("dot"):
        raise ValueError("this graph has no layout yet, and Graphviz, which makes one, is not installed (graphviz.org)")
    boxes = {node: size(data.get("short") or data.get("label") or node) for node, data in graph.nodes(data=True)}
    chance, orders, fars = random.Random(tries), [], []
    for k in range(tries):
        orders.append(chance.sample(list(graph), len(graph)) if k else list(graph))
        # some nodes stand a row further away, above all those with one edge, so that fewer stand side by side
        fars.append({e for e in graph.edges if k and chance.random() < (0.3 if 1 in map(graph.degree, e) else 0.06)})
    ports = [{}] * tries
    for _ in range(4):
        told = _dot(_in_dot(graph, boxes, *one) for one in zip(orders, fars, ports, strict=True))
        layouts = [_read(graph, order, one) for order, one in zip(orders, told, strict=True)]
        ports = [_ports(graph, *one) for one in layouts]
    found = [(_cost(places, boxes, ways), k, places, ways) for k, (places, ways) in enumerate(layouts)]
    _, _, places, ways = min(found, key=lambda one: one[:2])
    placed = graph.copy()
    for node, data in placed.nodes(data=True):
        data.update(place=places[node], size=boxes[node])
    for a, b, data in placed.edges(data=True):
        data["way"] = ways[a, b]
    return placed


def _cost(places, sizes, ways):
    """What is bad in a layout, in pixels of height."""
    lines = {edge: np.array(way(points, 4)) for edge, points in ways.items()}
    middles, halves = (np.array(list(found.values())) for found in (places, {n: sizes[n] for n in places}))
    across = np.concatenate([*lines.values(), middles - halves / 2, middles + halves / 2])
    wide = max(0, np.ptp(across[:, 0]) - (PHONE - 12))
    upward = sum(places[b][1] <= places[a][1] for a, b in ways)
    crossings = sum(_cross(one, other) for one, other in itertools.combinations(lines.values(), 2))
    length = sum(math.dist(*step) for line in lines.values() for step in zip(line, line[1:], strict=False))
    return np.ptp(across[:, 1]) + 20 * wide + 70 * upward + 25 * crossings + 0.08 * length


def _cross(one, other):
    """How often two lines cross."""

    def side(a, b, c):
        return np.sign(
            (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
        )

    a, b, c, d = one[:-1, None], one[1:, None], other[None, :-1], other[None, 1:]
    return int(((side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)).sum())


def _ports(graph, places, ways):
    """Which of its neighbours an edge meets at the top and bottom of each box, from left to right."""
    sides = {(node, side): [] for node in graph for side in "tb"}
    for a, b in graph.edges:
        down = places[b][1] > places[a][1]
        for node, point, side in ((a, ways[a, b][1], "b" if down else "t"), (b, ways[a, b][-2], "t" if down else "b")):
            other = places[b if node == a else a]
            sides[node, side].append(((other[0] + 2 * point[0], other[0]), (a, b)))
    return {key: [edge for _, edge in sorted(edges)] for key, edges in sides.items() if edges}


def _port(edge, node, ports):
    for side, compass in (("t", "n"), ("b", "s")):
        if edge in ports.get((node, side), ()):
            return f":{side}{ports[node, side].index(edge)}:{compass}"
    return ""


def _in_dot(graph, sizes, order, far, ports):
    """A graph in Graphviz's language."""
    text = ["digraph { graph [nodesep=0.11 ranksep=0.34] edge [arrowhead=none] node [fixedsize=true shape=record]"]
    number = {node: i for i, node in enumerate(order)}
    for node in order:
        width, height = sizes[node]
        rows = [
            "{" + "|".join(f"<{side}{k}>" for k, _ in enumerate(ports.get((node, side), "-"))) + "}" for side in "tb"
        ]
        text.append(f'{number[node]} [width={width / 72:.3f} height={height / 72:.3f} label="{{{"|".join(rows)}}}"]')
    for a, b in graph.edges:
        ends = [f"{number[node]}{_port((a, b), node, ports)}" for node in (a, b)]
        text.append(f"{' -> '.join(ends)} [minlen={2 if (a, b) in far else 1}]")
    return "\n".join([*text, "}"])


def _dot(graphs):
    """What Graphviz makes of some graphs, in one call."""
    text = "\n".join(graphs)
    told = subprocess.run(["dot", "-Tjson0"], input=text, capture_output=True, text=True, check=True).stdout.strip()
    found, reader = [], json.JSONDecoder()
    while told:
        one, end = reader.raw_decode(told)
        found, told = [*found, one], told[end:].lstrip()
    return found


def _read(graph, order, told):
    """Places of nodes and ways of edges, from the upper left corner."""
    left, _, _, high = (float(number) for number in told["bb"].split(","))

    def point(words):
        x, y = (float(number) for number in words.split(","))
        return round(x - left), round(high - y)

    nodes = {thing["_gvid"]: (order[int(thing["name"])], thing["pos"]) for thing in told["objects"]}
    places = {node: point(pos) for node, pos in nodes.values()}
    ways = {
        (nodes[e["tail"]][0], nodes[e["head"]][0]): [point(p) for p in e["pos"].split()] for e in told.get("edges", [])
    }
    return places, ways
