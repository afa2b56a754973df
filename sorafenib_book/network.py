"""The signed graph of resistance: which node raises or lowers which, where each stands, and files for Cytoscape.

Nodes and edges are rows of ``data/nodes.csv`` and ``data/edges.csv``; their attributes are the columns. A graph is a
plain ``networkx.DiGraph``, so everything networkx does works on it.
"""

import io

import networkx as nx

from . import tables

__all__ = [
    "PHENOTYPES",
    "between",
    "graph",
    "modules",
    "positions",
    "to_graphml",
    "to_sif",
]

_FEW_ROWS = 15  # of a part that a chapter shows by itself

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


def positions(graph):
    """Say where each node is drawn: from the outside of the cell at the top to its nucleus and its fate at the bottom.

    Parameters
    ----------
    graph : networkx.DiGraph
        As `graph` gives it, or a part of it.

    Returns
    -------
    dict of str to tuple
        Column (from the left) and row (from the top) of each node: columns ``x`` and ``y`` of the nodes' table without
        those that the graph does not use, so that a part fills its figure and no node changes sides. Rows of a small
        part lie further apart, so that the edge between two of them shows.
    """
    places = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    columns, rows = ({c: i for i, c in enumerate(sorted(set(used)))} for used in zip(*places.values(), strict=True))
    apart = 1.5 if len(rows) <= _FEW_ROWS else 1
    return {node: (columns[x], apart * rows[y]) for node, (x, y) in places.items()}


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
