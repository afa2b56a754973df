"""Signed graphs from databases that nobody typed for this book: read a download, compare edges, run claims on it.

The book ships none of these databases, for their licences do not all allow it. `read` takes the file that each offers
for download; `python -m tools.research.curated_graphs FOLDER` does all that the book reports.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import networkx as nx
import pandas as pd

from . import simulation
from ._inputs import need_columns

__all__ = ["AGREEMENT", "DATABASES", "TERMS", "agreement", "between", "graph", "node_of", "read"]

#: Databases and the columns, or numbers of columns, that are read from the file that each offers for download.
DATABASES = {
    "signor": "tab-separated with a header: ENTITYA, ENTITYB, EFFECT (up-regulates..., down-regulates...)",
    "omnipath": "tab-separated with a header: source_genesymbol, target_genesymbol, is_stimulation, is_inhibition",
    "trrust": "tab-separated without a header: regulator, target, Activation or Repression, PMIDs",
    "go": "GAF without a header: symbol in column 3, qualifier in 4, term in 5",
}
#: Terms of the Gene Ontology for regulation, and the node and sign that each stands for.
TERMS = {
    "GO:0008284": ("proliferation", 1),
    "GO:0008285": ("proliferation", -1),
    "GO:0043065": ("apoptosis", 1),
    "GO:0043066": ("apoptosis", -1),
    "GO:0045766": ("angiogenesis", 1),
    "GO:0016525": ("angiogenesis", -1),
    "GO:0010508": ("autophagy", 1),
    "GO:0010507": ("autophagy", -1),
    "GO:0010718": ("emt", 1),
    "GO:0010719": ("emt", -1),
    "GO:0030335": ("invasion", 1),
    "GO:0030336": ("invasion", -1),
    "GO:1902459": ("stemness", 1),
    "GO:1902460": ("stemness", -1),
    "GO:0045821": ("glycolysis", 1),
    "GO:0045820": ("glycolysis", -1),
}
#: What databases can say of an edge.
AGREEMENT = ("same sign", "opposite sign", "both signs", "absent")


def read(database: str, path: str | Path, nodes: pd.DataFrame) -> pd.DataFrame:
    """Read a database's file as signed edges between nodes of the book, or of a table of your own.

    Parameters
    ----------
    database : str
        A key of `DATABASES`.
    path : str or Path
        The file as downloaded, packed by gzip or not; or a table of your own with a header ``source,target,sign``, in
        which sign is 1 or -1.
    nodes : pandas.DataFrame
        Nodes, with columns ``id``, ``gene`` and ``synonyms``. A gene is the node whose ``gene`` it is, else the one
        that has it among its ``synonyms`` (members of a family, as HRAS for RAS), else itself.

    Returns
    -------
    pandas.DataFrame
        Columns ``source``, ``target`` and ``sign``, one row each; an edge with both signs has two rows.

    Raises
    ------
    ValueError
        If the database is unknown, or the file is missing, has not the columns, or holds no signed edge.

    Examples
    --------
    >>> import tempfile
    >>> nodes = pd.DataFrame({"id": ["ras", "raf1"], "gene": ["KRAS", "RAF1"], "synonyms": ["HRAS;NRAS", ""]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "trrust.tsv")
    ...     _ = path.write_text("HRAS\\tRAF1\\tActivation\\t1\\nRAF1\\tMYC\\tUnknown\\t2\\n")
    ...     read("trrust", path, nodes).values.tolist()
    [['ras', 'raf1', 1]]
    """
    if database not in DATABASES:
        raise ValueError(f"There is no database {database!r}; there are {', '.join(DATABASES)}.")
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"{path} is not there: expected the download of {database} ({DATABASES[database]})")
    with _open(path) as file:
        try:
            rows = list(_own(file) or _READERS[database](file))
        except (KeyError, IndexError, ValueError, UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"{path} does not read as {database}: expected {DATABASES[database]}") from error
    if not rows:
        raise ValueError(f"{path} holds no signed edge: expected {DATABASES[database]}")
    ids = node_of(nodes)
    edges = pd.DataFrame(rows, columns=["source", "target", "sign"])
    edges[["source", "target"]] = edges[["source", "target"]].apply(lambda genes: genes.map(lambda g: ids.get(g, g)))
    edges = edges[edges["source"] != edges["target"]]
    return edges.drop_duplicates().sort_values(["source", "target", "sign"], ignore_index=True)


def agreement(edges: pd.DataFrame, curated: pd.DataFrame) -> pd.Series:
    """Say for each edge whether databases have it, and with which sign.

    Parameters
    ----------
    edges : pandas.DataFrame
        With columns ``regulator``, ``target`` and ``sign``.
    curated : pandas.DataFrame
        As `read` gives it, of one database or of several together.

    Returns
    -------
    pandas.Series
        One of `AGREEMENT` for each edge, with the index of `edges`.

    Examples
    --------
    >>> edges = pd.DataFrame({"regulator": ["a", "b"], "target": ["b", "c"], "sign": [1, 1]})
    >>> agreement(edges, pd.DataFrame({"source": ["a"], "target": ["b"], "sign": [-1]})).tolist()
    ['opposite sign', 'absent']
    """
    need_columns(edges, ["regulator", "target", "sign"], "the table of edges")
    signs = _signs(curated)
    found = []
    for a, b, sign in edges[["regulator", "target", "sign"]].itertuples(index=False):
        there = signs.get((a, b), set())
        found.append(AGREEMENT[3 if not there else 2 if len(there) > 1 else 0 if sign in there else 1])
    return pd.Series(found, index=edges.index, name="agreement", dtype=str)


def graph(
    book: nx.DiGraph, curated: Mapping[str, pd.DataFrame], roles: simulation.Roles = simulation.BOOK
) -> nx.DiGraph:
    """Put the databases' edges in place of the book's, between the same nodes.

    What says what is done and what is read stays, as no database has it: a drug and its targets, and what survival
    under sorafenib is read from (``simulation.is_fixed``). An edge to which the databases give both signs is left out.

    Parameters
    ----------
    book : networkx.DiGraph
        As ``network.graph()`` gives it.
    curated : dict of str to pandas.DataFrame
        Edges by database, as `read` gives them.
    roles : simulation.Roles
        Which nodes are the drug and the read-out.

    Returns
    -------
    networkx.DiGraph
        All nodes of the book; edges with ``sign`` and ``source``, the databases that have them.

    Examples
    --------
    >>> book = nx.DiGraph([("drug", "kinase", {"sign": -1}), ("kinase", "growth", {"sign": 1})])
    >>> book.nodes["drug"]["kind"] = "drug"
    >>> own = pd.DataFrame({"source": ["growth"], "target": ["kinase"], "sign": [1]})
    >>> list(graph(book, {"signor": own}).edges(data="source"))
    [('drug', 'kinase', None), ('growth', 'kinase', 'signor')]
    """
    found = nx.DiGraph()
    found.add_nodes_from(book.nodes(data=True))
    found.add_edges_from((a, b, data) for a, b, data in book.edges(data=True) if simulation.is_fixed(book, a, b, roles))
    signs = _signs(pd.concat(curated.values()))
    sources = {}
    for name, edges in curated.items():
        for edge in dict.fromkeys(zip(edges["source"], edges["target"], strict=True)):
            sources.setdefault(edge, []).append(name)
    for (a, b), there in sorted(signs.items()):
        if len(there) == 1 and a in book and b in book and not found.has_edge(a, b):
            found.add_edge(a, b, sign=next(iter(there)), source=";".join(sources[a, b]))
    return found


def between(curated: pd.DataFrame, given: Iterable[str], read_out: Iterable[str]) -> nx.DiGraph:
    """Take the edges on the shortest ways from what is given to what is read.

    A whole database joins almost every gene to every other; the shortest ways are a small graph that says something of
    each pair. An edge to which the databases give both signs is on no way.

    Parameters
    ----------
    curated : pandas.DataFrame
        Edges, as `read` gives them.
    given, read_out : iterable of str
        Nodes; those that no edge joins are left out.

    Returns
    -------
    networkx.DiGraph
        With ``sign`` on each edge.

    Examples
    --------
    >>> own = pd.DataFrame({"source": ["a", "b", "b"], "target": ["b", "c", "d"], "sign": [1, -1, 1]})
    >>> list(between(own, ["a"], ["c"]).edges(data="sign"))
    [('a', 'b', 1), ('b', 'c', -1)]
    """
    whole, found = nx.DiGraph(), nx.DiGraph()
    whole.add_edges_from((a, b, {"sign": min(there)}) for (a, b), there in _signs(curated).items() if len(there) == 1)
    read_out = list(read_out)
    for first in given:
        for last in read_out:
            if first != last and first in whole and last in whole and nx.has_path(whole, first, last):
                for way in nx.all_shortest_paths(whole, first, last):
                    found.add_edges_from((a, b, whole.edges[a, b]) for a, b in nx.utils.pairwise(way))
    ordered = nx.DiGraph()
    ordered.add_nodes_from(sorted(found))
    ordered.add_edges_from(sorted(found.edges(data=True), key=lambda edge: edge[:2]))
    return ordered


def _signs(curated: pd.DataFrame) -> dict[tuple, set[int]]:
    signs: dict[tuple, set[int]] = {}
    for a, b, sign in curated[["source", "target", "sign"]].itertuples(index=False):
        signs.setdefault((a, b), set()).add(int(sign))
    return signs


def node_of(nodes: pd.DataFrame) -> dict[str, str]:
    """Say which node stands for each gene; a symbol that two nodes name among their synonyms is neither's.

    Parameters
    ----------
    nodes : pandas.DataFrame
        As in `read`.

    Returns
    -------
    dict of str to str
        Node by symbol.

    Examples
    --------
    >>> node_of(pd.DataFrame({"id": ["ras"], "gene": ["KRAS"], "synonyms": ["HRAS;small GTPase"]}))
    {'HRAS': 'ras', 'KRAS': 'ras'}
    """
    genes = {
        gene: node for node, gene in zip(nodes["id"], nodes["gene"], strict=True) if isinstance(gene, str) and gene
    }
    pieces = [
        (re.fullmatch(r"([A-Z][A-Z0-9]+)( \(.*\))?", piece), node)
        for node, cell in zip(nodes["id"], nodes["synonyms"], strict=True)
        if node in genes.values() and isinstance(cell, str)
        for piece in cell.split(";")
    ]
    others = {(match[1], node) for match, node in pieces if match}
    times = Counter(symbol for symbol, _ in others)
    return {symbol: node for symbol, node in others if times[symbol] == 1} | genes


def _open(path: Path):
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _own(file) -> list[tuple] | None:
    """Edges of a table with a header source,target,sign; None, and the file at its beginning, where it is another."""
    first = file.readline().strip().split(",")
    found = None
    if {"source", "target", "sign"} <= set(first):
        rows = csv.DictReader(file, first)
        found = [(row["source"], row["target"], {"1": 1, "-1": -1}[row["sign"]]) for row in rows]
    file.seek(0)
    return found


def _signor(file) -> Iterable[tuple]:
    for row in csv.DictReader(file, delimiter="\t"):
        effect = row["EFFECT"].lower()
        sign = effect.startswith("up-regulates") - effect.startswith("down-regulates")
        if sign:
            yield row["ENTITYA"], row["ENTITYB"], sign


def _omnipath(file) -> Iterable[tuple]:
    for row in csv.DictReader(file, delimiter="\t"):
        for column, sign in (("is_stimulation", 1), ("is_inhibition", -1)):
            if row[column].lower() in ("1", "true"):
                yield row["source_genesymbol"], row["target_genesymbol"], sign


def _trrust(file) -> Iterable[tuple]:
    for row in csv.reader(file, delimiter="\t"):
        sign = {"Activation": 1, "Repression": -1, "Unknown": 0}[row[2]]
        if sign:
            yield row[0], row[1], sign


def _go(file) -> Iterable[tuple]:
    for row in csv.reader((line for line in file if not line.startswith("!")), delimiter="\t"):
        if row[4] in TERMS and "NOT" not in row[3]:
            yield row[2], *TERMS[row[4]]


_READERS = {"signor": _signor, "omnipath": _omnipath, "trrust": _trrust, "go": _go}
