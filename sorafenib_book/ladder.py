"""One ladder for all mechanisms of resistance: what cells, animals, tissue, patients, trials, the next drug showed."""

import html
import re
from collections.abc import Mapping
from urllib.parse import urlencode

import pandas as pd

from . import tables
from ._inputs import need_columns
from .style.palette import AGREEMENT, EVIDENCE, RESULTS, VERDICTS

__all__ = ["MECHANISMS", "RUNGS", "Ladder", "rungs", "table"]

#: Rungs of the ladder, from the weakest evidence on patients to the strongest; the last two say nothing on resistance.
RUNGS = {
    "cell lines": "Cells",
    "animals": "Animals",
    "tumour tissue": "Tumour tissue",
    "treated patients": "Treated patients",
    "randomised trial": "Randomised trial",
    "next drug": "Next drug",
    "database": "Databases",
    "signal": "Signal",
}
#: Where each mechanism is told, and what it is called in the tables: ``evidence``, ``strategies`` (with single rows of
#: others, for drugs that have several targets), ``module`` of the graph's edges and measured signals.
MECHANISMS = {
    "EGFR and HER3": {
        "told": "primary_resistance.html#egfr-her3-and-their-ligands", "evidence": "EGFR and HER3",
        "strategies": "EGFR and ERBB3", "module": "EGFR",
    },
    "RAS/RAF/MEK/ERK": {
        "told": "primary_resistance.html#ras-raf-mek-erk-and-a-marker-with-two-signs", "evidence": "RAS/RAF/MEK/ERK",
        "strategies": "RAS/RAF/MEK/ERK", "module": "MAPK",
    },
    "JNK": {
        "told": "primary_resistance.html#jnk-a-marker-whose-sign-got-lost", "evidence": "JNK",
        "strategies": "JNK", "module": "JNK",
    },
    "VEGF-A and HGF": {
        "told": "primary_resistance.html#vegf-a-and-hgf-a-mechanism-of-sensitivity", "evidence": "VEGF-A and HGF",
        "strategies": "VEGFA and HGF", "module": "VEGF and angiogenesis",
    },
    "PI3K/Akt": {
        "told": "acquired_resistance.html#pi3k-akt-and-jak-stat", "evidence": "PI3K/Akt",
        "strategies": "PI3K/Akt/mTOR", "module": "PI3K/Akt",
    },
    "JAK/STAT and SHP-1": {
        "told": "acquired_resistance.html#pi3k-akt-and-jak-stat", "evidence": "JAK/STAT",
        "strategies": "JAK/STAT and SHP-1", "module": "JAK/STAT",
    },
    "SHP2": {
        "told": "acquired_resistance.html#stem-like-cells-shp2-and-fgf", "evidence": "SHP2",
        "strategies": "SHP2", "module": "SHP2",
    },
    "FGF": {
        "told": "acquired_resistance.html#stem-like-cells-shp2-and-fgf", "evidence": "FGF",
        "strategies": "FGF", "rows": ["vegf-regorafenib"], "module": "FGF",
    },
    "Autophagy": {
        "told": "acquired_resistance.html#autophagy-shield-or-sword", "evidence": "autophagy",
        "strategies": "Autophagy", "module": "autophagy",
    },
    "EMT": {
        "told": "acquired_resistance.html#emt-cause-or-companion", "evidence": "EMT",
        "strategies": "EMT", "rows": ["vegf-cabozantinib"], "module": "EMT",
    },
    "EZH2": {
        "told": "acquired_resistance.html#epigenetic-marks-and-micrornas", "evidence": "EZH2",
        "strategies": "Epigenetics", "module": "epigenetics and microRNA",
    },
    "MicroRNAs": {
        "told": "acquired_resistance.html#epigenetic-marks-and-micrornas", "evidence": "microRNAs",
        "strategies": "MicroRNA", "module": "epigenetics and microRNA",
    },
    "Stem-like cells": {
        "told": "acquired_resistance.html#stem-like-cells-shp2-and-fgf", "evidence": "stem-like cells",
        "strategies": "Stem cells", "module": "stem cells",
    },
    "HIF-1α": {
        "told": "acquired_resistance.html#hypoxia-pumps-and-chemokines", "evidence": "HIF-1alpha",
        "strategies": "Hypoxia", "module": "hypoxia",
    },
    "HIF-2α": {
        "told": "acquired_resistance.html#hypoxia-pumps-and-chemokines", "evidence": "HIF-2alpha", "module": "hypoxia",
    },
    "CXCL12 axis": {
        "told": "acquired_resistance.html#hypoxia-pumps-and-chemokines", "evidence": "CXCL12 axis",
        "strategies": "CXCL12/CXCR4", "module": "chemokines",
    },
    "Drug efflux": {
        "told": "acquired_resistance.html#hypoxia-pumps-and-chemokines", "evidence": "drug efflux",
        "strategies": "Drug transport", "module": "drug transport",
    },
    "Falling exposure": {
        "told": "acquired_resistance.html#the-mechanism-that-the-review-missed-less-drug",
        "evidence": "falling exposure",
    },
    "Vessel co-option": {
        "told": "emerging_theory.html#what-was-measured", "evidence": "vessel co-option",
        "strategies": "Vessel co-option",
    },
    "Ferroptosis": {
        "told": "emerging_theory.html#since-2017", "evidence": "ferroptosis", "strategies": "Ferroptosis",
    },
    "Cholesterol": {"told": "emerging_theory.html#since-2017", "evidence": "cholesterol"},
    "Immune cells": {
        "told": "emerging_theory.html#since-2017", "evidence": "immune cells", "strategies": "Immune suppression",
    },
}  # fmt: skip

_COLOURS = {
    **EVIDENCE,
    **RESULTS,
    "disputed": VERDICTS["contested"],
    "most edges agree": AGREEMENT["same sign"],
    "few edges agree": AGREEMENT["absent"],
    "graph right": EVIDENCE["supports"],
    "graph wrong": EVIDENCE["opposes"],
}
_SIGNS = {"supports": "for", "fits": "fit", "opposes": "against", "no link": "no link"}


def rungs(read: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Tell for each mechanism what each kind of evidence showed.

    Parameters
    ----------
    read : mapping of str to pandas.DataFrame, optional
        Tables of your own in place of the book's ``evidence``, ``strategies``, ``curated_edges`` and
        ``signal_predictions``.

    Returns
    -------
    pandas.DataFrame
        One row for each mechanism and rung with something on it: ``mechanism``, ``rung`` (a key of `RUNGS`),
        ``result`` (what the colour means), ``words``, ``rows`` (ids behind it) and ``page`` (its data page, filtered).

    Raises
    ------
    ValueError
        If one of the tables lacks a column.

    Notes
    -----
    A drug with several targets stands with each mechanism that it was meant for; no trial says which target counted.

    Examples
    --------
    >>> found = rungs().set_index(["mechanism", "rung"])["words"]
    >>> found["EGFR and HER3", "randomised trial"], found["FGF", "animals"]
    ('no gain: erlotinib', '3 fit')
    """
    names = ["evidence", "strategies", "curated_edges", "signal_predictions"]
    read = {name: tables.read(name) for name in set(names).difference(read or {})} | dict(read or {})
    need_columns(read["evidence"], ["id", "mechanism", "setting", "sign", "sorafenib", "check"], "evidence")
    need_columns(read["strategies"], ["id", "mechanism", "strategy", "agent", "evidence", "result"], "strategies")
    need_columns(read["curated_edges"], ["id", "module", "agreement"], "curated_edges")
    need_columns(read["signal_predictions"], ["id", "module", "book", "up", "down", "lines"], "signal_predictions")
    parts = []
    for mechanism, where in MECHANISMS.items():
        found = [
            *_findings(read["evidence"], where["evidence"]),
            *_trials(read["strategies"], where.get("strategies"), where.get("rows", [])),
            *_databases(read["curated_edges"], where.get("module")),
            *_signals(read["signal_predictions"], where.get("module")),
        ]
        parts += [{"mechanism": mechanism, **rung} for rung in found]
    return pd.DataFrame(parts)


def _findings(evidence, name):
    own = evidence[evidence["mechanism"].eq(name) & evidence["setting"].ne("randomised trial")]
    for setting, part in own.groupby("setting", sort=False):
        counts = part["sign"].value_counts().reindex(list(_SIGNS)).dropna().astype(int)
        result = counts.index[0] if len(counts) == 1 else "disputed"
        words = ", ".join(f"{number} {_SIGNS[sign]}" for sign, number in counts.items())
        if result == "fits" or (result == "supports" and not part["sorafenib"].any()):
            result, words = "fits, sorafenib not tested", f"{counts.iloc[0]} fit"
        if part["check"].eq("review").all():
            words += " (review only)"
        yield _rung(setting, result, words, part, "evidence", mechanism=name, setting=setting)


def _trials(strategies, name, others):
    own = strategies[strategies["mechanism"].eq(name)]
    after = own["strategy"].eq("another drug") | own["agent"].str.contains("after sorafenib")
    kinds = {
        "randomised trial": own[own["evidence"].eq("randomised") & ~after],
        "next drug": pd.concat(
            [own[after & own["evidence"].isin(["patients", "randomised"])], strategies[strategies["id"].isin(others)]]
        ),
    }
    for rung, part in kinds.items():
        if len(part):
            results = part["result"].unique()
            result = results[0] if len(results) == 1 else "mixed"
            shown = part["result"].where(part["evidence"].eq("randomised"), part["result"] + ", no control arm")
            agents = part["agent"].map(_short).groupby(shown, sort=False).unique()
            words = "; ".join(f"{found}: {', '.join(names)}" for found, names in agents.items())
            chosen = {"evidence": "randomised"} if rung == "randomised trial" else {}
            yield _rung(rung, result, words, part, "strategies", mechanism=name, **chosen)


def _short(agent):
    """`tivantinib after sorafenib in Japan, MET high` becomes `tivantinib (MET high)`."""
    drug, _, chosen = agent.partition(", ")
    drug = re.sub(" after sorafenib.*", "", drug)
    return f"{drug} ({chosen})" if chosen else drug


def _databases(edges, module):
    part = edges[edges["module"].eq(module) & edges["agreement"].ne("not covered")]
    if len(part):
        same = int(part["agreement"].eq("same sign").sum())
        result = "most edges agree" if 2 * same > len(part) else "few edges agree"
        yield _rung("database", result, f"{same} of {len(part)}", part, "curated_edges", module=module)


def _signals(predictions, module):
    part = predictions[predictions["module"].eq(module) & predictions["book"].notna()]
    half = part["lines"] / 2
    up, down = part["up"].gt(half), part["down"].gt(half)
    clear = up | down | (part["up"] + part["down"]).lt(half)
    part, most = part[clear], (up.astype(int) - down)[clear]
    if len(part):
        right = int(most.eq(part["book"]).sum())
        result = "graph right" if 2 * right > len(part) else "graph wrong"
        yield _rung("signal", result, f"{right} of {len(part)} right", part, "signal_predictions", module=module)


def _rung(rung, result, words, part, page, **filters):
    address = f"../reference/data/{page}.html" + (f"?{urlencode(filters)}" if filters else "")
    return {"rung": rung, "result": result, "words": words, "rows": part["id"].tolist(), "page": address}


class Ladder:
    """The ladder as a table with coloured cells, each of them a link to its findings.

    Parameters
    ----------
    found : pandas.DataFrame
        What `rungs` returns.

    Examples
    --------
    >>> print(Ladder(rungs()))  # doctest: +ELLIPSIS
    EGFR and HER3
      Cells: ...
    """

    def __init__(self, found: pd.DataFrame) -> None:
        need_columns(found, ["mechanism", "rung", "result", "words", "page"])
        self.found = found

    def __repr__(self) -> str:
        lines = []
        for mechanism, part in self.found.groupby("mechanism", sort=False):
            lines += [mechanism, *(f"  {RUNGS[row.rung]}: {row.words}" for row in part.itertuples())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        cells = self.found.assign(cell=self.found.apply(_cell, axis=1))
        wide = cells.pivot(index="mechanism", columns="rung", values="cell")
        wide = wide.reindex(index=[name for name in MECHANISMS if name in wide.index], columns=list(RUNGS)).fillna("")
        wide.index = [
            f'<a href="{MECHANISMS[name]["told"]}">{html.escape(name).replace("/", "/<wbr>")}</a>'
            for name in wide.index
        ]
        wide = wide.rename(columns=RUNGS).rename_axis(index="Mechanism", columns=None)
        return wide.to_html(escape=False, border=1)


def _cell(row):
    style = f"border-left: .4rem solid {_COLOURS[row['result']]}; padding-left: .4rem; display: block"
    return f'<a style="{style}" href="{html.escape(row["page"])}">{html.escape(row["words"])}</a>'


def table() -> Ladder:
    """Draw the ladder of the book's own tables.

    Returns
    -------
    Ladder
        Shown as a table by a notebook.

    Examples
    --------
    >>> "no gain: erlotinib" in table()._repr_html_()
    True
    """
    return Ladder(rungs())
