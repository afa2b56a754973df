"""The signed graph of resistance: which node raises or lowers which, and files for Cytoscape.

Nodes and edges are rows of ``data/nodes.csv`` and ``data/edges.csv``, or of tables of your own; their attributes are
the columns. A graph is a plain ``networkx.DiGraph``, so everything networkx does works on it, and any ``DiGraph`` whose
edges have a ``sign`` works here.
"""

import io
from collections.abc import Iterable
from pathlib import Path

import networkx as nx
import pandas as pd

from . import tables
from ._inputs import listed, need_columns, need_edges, need_nodes, need_signs

__all__ = [
    "PHENOTYPES",
    "between",
    "graph",
    "modules",
    "to_graphml",
    "to_sif",
]

#: What a mechanism must end in to matter.
PHENOTYPES = ("proliferation", "apoptosis", "angiogenesis", "survival_under_sorafenib")


def graph(
    modules: str | Iterable[str] | None = None,
    section: str | Iterable[str] | None = None,
    in_review: bool = False,
    reach: bool | str | Iterable[str] = False,
    folder: str | Path | None = None,
    edges: pd.DataFrame | None = None,
    nodes: pd.DataFrame | None = None,
) -> nx.DiGraph:
    """Build the graph, or a part of it.

    Parameters
    ----------
    modules : str or list of str, optional
        Keep the edges of these modules (column ``module`` of the edges), and the nodes that they join.
    section : str or list of str, optional
        Keep the edges that these sections of the review state.
    in_review : bool
        Keep only nodes that the review names.
    reach : bool, str or list of str
        Add the shortest paths from the nodes chosen to `PHENOTYPES`, or to nodes named here, so that a part is seen to
        end in one.
    folder : path, optional
        Folder of a data package with a table ``edges`` and, if there is one, ``nodes``, as in ``tables.read``.
    edges : pandas.DataFrame, optional
        Edges of your own in place of the book's: one row an edge, with columns ``regulator``, ``target`` and ``sign``
        (1 raises, -1 lowers), and any others.
    nodes : pandas.DataFrame, optional
        Nodes of your own: one row a node, with a column ``id``, and any others. Without it they are those of the edges.

    Returns
    -------
    networkx.DiGraph
        Node and edge attributes are the columns of the tables; an empty cell is an empty text. ``sign`` is 1 or -1.

    Raises
    ------
    ValueError
        If there is no such module or section (the message lists those there are), a column is missing, a sign is
        neither 1 nor -1, an edge is in the table twice or joins a node that is not in the nodes' table.

    Examples
    --------
    >>> part = graph(modules="JNK", reach=True)
    >>> part.edges["mapk8", "jun"]["sign"]
    1
    >>> own = pd.DataFrame({"regulator": ["drug", "kinase"], "target": ["kinase", "growth"], "sign": [-1, 1]})
    >>> list(graph(edges=own))
    ['drug', 'kinase', 'growth']
    """
    if edges is not None:
        whole = _from_tables(nodes, edges)
    elif nodes is not None:
        raise ValueError("nodes are given without edges: a table of edges is needed, too")
    else:
        named = "nodes" in tables.names(folder)
        whole = _from_tables(tables.read("nodes", folder) if named else None, tables.read("edges", folder))
    kept = list(whole.edges)
    for column, values in (("module", modules), ("section", section)):
        if values is None:
            continue
        here = {(a, b): data[column] for a, b, data in whole.edges(data=True) if column in data}
        if whole.edges and not here:
            raise ValueError(f"The edges have no column {column}, by which a part is chosen.")
        known = set(here.values())
        if unknown := sorted(set(listed(values)) - known):
            raise ValueError(f"There is no {column} {', '.join(unknown)}; there are {', '.join(sorted(known))}.")
        kept = [edge for edge in kept if here.get(edge) in listed(values)]
    if reach is not False:
        ends = need_nodes(whole, PHENOTYPES if reach is True else reach, "reach: ")
        kept += _ways(whole, {node for edge in kept for node in edge}, ends)
    if in_review:
        named = nx.get_node_attributes(whole, "in_review")
        if len(named) < len(whole):
            raise ValueError("The nodes have no column in_review, which says whether the review names them.")
        kept = [(a, b) for a, b in kept if named[a] and named[b]]
    return _part(whole, {node for edge in kept for node in edge}, set(kept))


def between(graph: nx.DiGraph, nodes: str | Iterable[str], without: Iterable[tuple] = ()) -> nx.DiGraph:
    """Take some nodes of a graph and the edges between them, in the graph's order.

    ``graph.subgraph`` gives them in an order that differs from run to run, and a figure with it.

    Parameters
    ----------
    graph : networkx.DiGraph
    nodes : str or iterable of str
    without : iterable of tuple
        Edges to leave out, as (regulator, target).

    Returns
    -------
    networkx.DiGraph

    Raises
    ------
    ValueError
        If the graph lacks one of the nodes or of the edges.

    Examples
    --------
    >>> list(between(graph(), ["mapk1", "raf1", "map2k1"]).edges)
    [('raf1', 'map2k1'), ('map2k1', 'mapk1')]
    """
    nodes, without = set(need_nodes(graph, nodes)), need_edges(graph, without)
    return _part(graph, nodes, {edge for edge in graph.edges if nodes.issuperset(edge)} - without)


def modules(graph: nx.DiGraph) -> list[str]:
    """List the modules of a graph's edges, in order of appearance.

    Parameters
    ----------
    graph : networkx.DiGraph
        With an attribute ``module`` of its edges; an edge without one is in none.

    Returns
    -------
    list of str

    Examples
    --------
    >>> modules(graph(modules=["EGFR", "JNK"]))
    ['EGFR', 'JNK']
    """
    return list(dict.fromkeys(module for *_, module in graph.edges(data="module") if module is not None))


def _from_tables(nodes, edges):
    need_columns(edges, ["regulator", "target", "sign"], "the table of edges")
    if edges[["regulator", "target"]].isna().any(axis=None):
        raise ValueError("the table of edges has a row without regulator or target")
    whole = nx.DiGraph()
    if nodes is not None:
        need_columns(nodes, ["id"], "the table of nodes")
        if twice := sorted(map(str, nodes.loc[nodes["id"].duplicated(), "id"].unique())):
            raise ValueError(f"{', '.join(twice)} is in the table of nodes twice")
        for row in nodes.to_dict("records"):
            whole.add_node(row.pop("id"), **_cells(row))
        joined = dict.fromkeys([*edges["regulator"], *edges["target"]])
        if lost := [str(node) for node in joined if node not in whole]:
            raise ValueError(f"the table of nodes has no {', '.join(lost)}, which edges join")
    for row in edges.to_dict("records"):
        a, b = row.pop("regulator"), row.pop("target")
        if whole.has_edge(a, b):
            raise ValueError(f"{a} to {b} is in the table twice; a source of the other sign belongs into `against`.")
        whole.add_edge(a, b, **_cells(row))
    need_signs(whole)
    return whole


def _cells(row):
    return {str(column): _plain(value) for column, value in row.items()}


def _plain(value):
    """A cell as GraphML can hold it: text, number or truth, and an empty text where there is none."""
    if pd.isna(value):
        return ""
    return value.item() if hasattr(value, "item") else value


def _part(whole, nodes, edges):
    """A graph of some nodes and edges, in the order of the whole, so that every figure draws them in the same order."""
    return nx.restricted_view(whole, set(whole) - nodes, set(whole.edges) - edges).copy()


def _ways(whole, nodes, ends):
    """Edges of the shortest paths from each of the nodes to each end."""
    edges = []
    for node in sorted(nodes, key=list(whole).index):
        for end in ends:
            if nx.has_path(whole, node, end):
                edges += nx.utils.pairwise(nx.shortest_path(whole, node, end))
    return edges


# ---- files for other programs ------------------------------------------------------------------------------------


def to_graphml(part: nx.DiGraph | None = None) -> str:
    """Write a graph as GraphML, with all attributes, for Cytoscape or any other program that reads it.

    Parameters
    ----------
    part : networkx.DiGraph, optional
        By default the whole graph.

    Returns
    -------
    str
        The file's text.

    Examples
    --------
    >>> to_graphml(nx.DiGraph([("a", "b")])).count("<node ")
    2
    """
    out = io.BytesIO()
    nx.write_graphml(graph() if part is None else part, out)
    return out.getvalue().decode("utf-8") + "\n"


def to_sif(part: nx.DiGraph | None = None) -> str:
    """Write a graph in the simple interaction format: regulator, ``activates`` or ``inhibits``, target, by tabs.

    Parameters
    ----------
    part : networkx.DiGraph, optional
        By default the whole graph.

    Returns
    -------
    str
        The file's text.

    Raises
    ------
    ValueError
        If an edge has no sign.

    Examples
    --------
    >>> to_sif(nx.DiGraph([("drug", "kinase", {"sign": -1})])).split()
    ['drug', 'inhibits', 'kinase']
    """
    part, words = graph() if part is None else part, {1: "activates", -1: "inhibits"}
    need_signs(part)
    return "".join(f"{a}\t{words[sign]}\t{b}\n" for a, b, sign in part.edges(data="sign"))
