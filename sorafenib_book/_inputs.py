"""Refuse what a user's table, number, node or edge lacks, in one sentence that names it."""

import difflib
from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np
import pandas as pd


def need_columns(table: pd.DataFrame, needed: Sequence[str], name: str = "the table") -> None:
    """Raise an error that names the columns a table lacks."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{name} is a {type(table).__name__}: needed is a pandas.DataFrame with {', '.join(needed)}")
    if missing := [column for column in needed if column not in table]:
        there = ", ".join(map(str, table.columns)) or "none"
        raise ValueError(
            f"{name} has no column {', '.join(missing)}: needed are {', '.join(needed)}; there are {there}"
        )


def floats(table: pd.DataFrame, columns: Sequence[str], rows: Sequence[str]) -> pd.DataFrame:
    """Columns as floats, an empty cell as not a number; a text that is no number is named with its row."""
    found = table[list(columns)].apply(pd.to_numeric, errors="coerce").astype(float)
    for column in columns:
        for place in np.flatnonzero(found[column].isna() & table[column].notna()):
            cell = table[column].iloc[place]
            raise ValueError(f"{rows[place]}, column {column}: found {cell!r}, expected a number with a decimal point")
    return found


def need_level(level: float) -> None:
    """Raise an error unless a confidence level is given in percent."""
    if not 50 <= level < 100:
        raise ValueError(
            f"confidence level is {level:g} percent: it must be given in percent, 50 to below 100 (95, not 0.95)"
        )


def need_shares(ends: bool = True, **values: float | np.ndarray) -> None:
    """Raise an error unless each value is a share, from 0 to 1 or (without ends) between them."""
    for name, value in values.items():
        wrong = _first(value, lambda x: (x >= 0) & (x <= 1) if ends else (x > 0) & (x < 1))
        if wrong is not None:
            where = "from 0 to 1" if ends else "between 0 and 1"
            raise ValueError(f"{name} is {wrong:g}: it is a share and must lie {where} (0.1 for ten percent)")


def need_positive(**values: float | np.ndarray) -> None:
    """Raise an error unless each value is above zero and finite."""
    for name, value in values.items():
        wrong = _first(value, lambda x: (x > 0) & np.isfinite(x))
        if wrong is not None:
            raise ValueError(f"{name} is {wrong:g}: it must be a finite number above 0")


def _first(value, right):
    """First number that is not right, or None."""
    array = np.atleast_1d(np.asarray(value, dtype=float))
    wrong = array[~right(array)]
    return wrong[0] if wrong.size else None


def listed(values: str | Iterable[str]) -> list:
    """A list of names, of which a single one may be given by itself."""
    return [values] if isinstance(values, str) or not isinstance(values, Iterable) else list(values)


def need_nodes(graph: nx.DiGraph, values: str | Iterable[str], whose: str = "") -> list:
    """List some nodes of a graph, or raise an error that names those it lacks."""
    values = listed(values)
    if unknown := [node for node in dict.fromkeys(values) if node not in graph]:
        spelled = {str(node).lower(): str(node) for node in graph}
        near = [spelled[word] for node in unknown for word in difflib.get_close_matches(str(node).lower(), spelled, 1)]
        meant = f"; is {', '.join(near)} meant?" if near else ""
        raise ValueError(f"{whose}The graph has no node {', '.join(map(str, unknown))}{meant}")
    return values


def need_edges(graph: nx.DiGraph, edges: Iterable[tuple]) -> set:
    """Some edges of a graph as a set, or an error that names those it lacks."""
    edges = [tuple(edge) if isinstance(edge, list) else edge for edge in edges]
    for edge in edges:
        if not isinstance(edge, tuple) or edge not in graph.edges:
            raise ValueError(f"The graph has no edge {edge!r}: edges are given as a list of (regulator, target)")
    return set(edges)


def need_signs(graph: nx.DiGraph) -> None:
    """Raise an error unless this is a directed graph each of whose edges has a sign."""
    if not isinstance(graph, nx.DiGraph) or graph.is_multigraph():
        raise TypeError(f"a networkx.DiGraph is needed, with `sign` on each edge; this is a {type(graph).__name__}")
    for a, b, sign in graph.edges(data="sign"):
        if isinstance(sign, str) or sign not in (1, -1):
            found = "none" if sign is None else repr(sign)
            raise ValueError(f"edge {a} to {b}, attribute sign: found {found}, expected 1 (raises) or -1 (lowers)")
