"""Run the book's claims, edges and measured signalling on databases that nobody typed for it, and write the results.

usage: curated_graphs.py FOLDER [GRAPHS]     GRAPHS shuffled graphs of each kind (50 unless told)

FOLDER holds your own downloads, which the book may not ship: SIGNOR (all data, tab-separated; CC BY-NC), OmniPath
(interactions with gene symbols; licences of its sources), TRRUST (trrust_rawdata.human.tsv) and the Gene Ontology's
annotations (goa_human.gaf.gz; CC BY 4.0). A table databases.csv beside them has a row for each of signor, omnipath,
trrust and go: database, file, version, date (of the release, as 2026-11-30). `sorafenib_book.curated` says more.

Writes data/curated_databases.csv, curated_edges.csv, curated_claims.csv and signal_predictions.csv, in some 15 minutes.
"""

import datetime
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from sorafenib_book import curated, network, signalling, simulation, tables

DATA = Path(__file__).resolve().parents[2] / "data"
GRAPHS = {"SIGNOR": ["signor", "go"], "all four": ["signor", "omnipath", "trrust", "go"]}
KINDS = (simulation.GRAPHS[0], simulation.GRAPHS[2])
TYPED = {"signor", "reactomefi", "niederdorfer2020cascade"}  # sources of the book's edges that are databases
SIZE, EACH = 500, 50
_CONDITIONS = ["perturbation", "ligands", "inhibitors", "compared_ligands", "compared_inhibitors"]


def downloads(folder):
    """Read databases.csv of a folder and the files that it names.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    pandas.DataFrame
        Rows of data/curated_databases.csv.
    dict of str to pandas.DataFrame
        Edges by database, as ``curated.read`` gives them.

    Raises
    ------
    ValueError
        In one sentence, if a file or a database is missing, or does not read.
    """
    folder = Path(folder)
    path = folder / "databases.csv"
    if not path.is_file():
        raise ValueError(f"{path} is not there: expected a table of database, file, version and date")
    listed = pd.read_csv(path, dtype=str, keep_default_na=False)
    if lost := [name for name in ("database", "file", "version", "date") if name not in listed]:
        raise ValueError(f"{path} has no column {', '.join(lost)}: expected database, file, version and date")
    if lost := [name for name in curated.DATABASES if name not in set(listed["database"])]:
        raise ValueError(f"{path} has no row for {', '.join(lost)}: expected one for each database")
    nodes, found, rows = tables.read("nodes"), {}, []
    for row in listed.set_index("database").loc[list(curated.DATABASES)].reset_index().to_dict("records"):
        try:
            datetime.date.fromisoformat(row["date"])
        except ValueError:
            raise ValueError(
                f"{path}, {row['database']}: date is {row['date']!r}, expected one as 2026-11-30"
            ) from None
        found[row["database"]] = edges = curated.read(row["database"], folder / row["file"], nodes)
        ours = edges["source"].isin(nodes["id"]) & edges["target"].isin(nodes["id"])
        rows.append([row["database"], row["version"], row["date"], len(edges), int(ours.sum())])
    return pd.DataFrame(rows, columns=["id", "version", "date", "edges", "edges_between_nodes"]), found


def edges(databases):
    """Rows of data/curated_edges.csv: what each database says of each edge of the book."""
    nodes, book = tables.read("nodes").set_index("id"), tables.read("edges")
    genes = set(nodes.index[nodes["gene"].notna()])
    ends = {target for target, _ in curated.TERMS.values()}
    gene, phenotype = (book["regulator"].isin(genes) & book["target"].isin(to) for to in (genes, ends))
    found = book[["id", "regulator", "target", "sign", "module"]].copy()
    for name, table in databases.items():
        found[name] = curated.agreement(book, table).where(phenotype if name == "go" else gene, "")
    found["agreement"] = curated.agreement(book, pd.concat(databases.values())).where(gene | phenotype, "not covered")
    keys = [set(cell.split(";")) for cell in book["source"]]
    found["typed_from"] = ["databases" if key & TYPED else "papers alone" for key in keys]
    return found


def claims(databases, count):
    """Rows of data/curated_claims.csv: the counted claims on the databases' edges, and on shuffled signs."""
    book, listed = network.graph(), tables.read("model_claims")
    rows = []
    for name, parts in GRAPHS.items():
        graph = curated.graph(book, {part: databases[part] for part in parts})
        signs = simulation.shuffled(graph, "within inputs", count)
        for kind in KINDS:
            found = simulation.test_claims(graph, listed, kind, SIZE)
            null = shuffled(graph, listed, kind, signs)
            found.insert(1, "graph_of", name)
            rows.append(found.assign(null=null.mean(axis=1).round(3)))
            held = null[(found["verdict"] != "no path left") & listed["counted"]].sum()
            print(
                f"{name}, {kind}: {found['verdict'].value_counts().to_dict()}; shuffled {held.mean():.1f}", flush=True
            )
    rows = pd.concat(rows).rename(columns={"id": "claim", "graph": "left_out", "graph_of": "graph"})
    short = {"SIGNOR": "signor", "all four": "four", KINDS[0]: "all", KINDS[1]: "strict"}
    names = [
        f"{c}-{short[g]}-{short[k]}" for c, g, k in zip(rows["claim"], rows["graph"], rows["left_out"], strict=True)
    ]
    rows.insert(0, "id", names)
    return rows


def shuffled(graph, listed, kind, signs):
    """Say on which graphs with shuffled signs each claim holds: rows are claims, columns graphs."""
    parts = [simulation.ensemble(graph, EACH, seed=[simulation.SEED, k]) for k in range(signs.shape[1])]
    strength = np.concatenate([np.abs(part.weights) for part in parts], axis=1)
    basal = np.concatenate([part.basal for part in parts], axis=1)
    drawn = simulation.Ensemble(graph, np.repeat(signs, EACH, axis=1) * strength, basal)
    memory, held = {}, []
    for claim in listed.to_dict("records"):
        outcome = simulation.outcomes(drawn, claim, kind, memory)
        shares = [simulation.shares(outcome, slice(k * EACH, (k + 1) * EACH)) for k in range(signs.shape[1])]
        held.append([simulation.verdict(share["agree"], share["oppose"]) == "holds" for share in shares])
    return pd.DataFrame(held, index=listed.index)


def signals(databases):
    """Rows of data/signal_predictions.csv: where graphs send what was measured, and which edge is missing."""
    wells, names, nodes = (tables.read(name) for name in ("phospho_signals", "signal_nodes", "nodes"))
    ids = curated.node_of(nodes)
    names["curated"] = names["gene"].map(lambda gene: ids.get(gene, gene))
    proteins = names.loc[names["kind"] == "phosphoprotein", "id"].tolist()
    compared = signalling.comparisons(wells)
    book = signalling.as_measured(network.graph())
    found = signalling.predicted(book, compared, names, SIZE).rename(columns={"predicted": "book"})
    module = names.set_index("id")["node"].map(nodes.set_index("id")["module"])
    found.insert(found.columns.get_loc("protein") + 1, "module", found["protein"].map(module))
    key = [*compared.columns, "protein"]
    least = signalling.noise(wells, proteins)
    lines = signalling.measured(wells, compared, proteins, least).groupby(key, sort=False)["measured"]
    counts = pd.DataFrame({"up": lines.agg(lambda went: (went == 1).sum()), "lines": lines.size()})
    counts.insert(1, "down", lines.agg(lambda went: (went == -1).sum()))
    found = found.merge(counts.reset_index(), on=key)
    given = [
        names.loc[chosen, "curated"].dropna()
        for chosen in (names["kind"] != "phosphoprotein", names["kind"] == "phosphoprotein")
    ]
    for column, parts in (("signor", ["signor"]), ("all_databases", ["signor", "omnipath", "trrust"])):
        graph = curated.between(pd.concat([databases[part] for part in parts]), *given)
        other = signalling.predicted(graph, compared, names, SIZE // 5, column="curated")
        found = found.merge(other.rename(columns={"predicted": column}), on=key, how="left")
    most = found["lines"] / 2
    usual = np.select([found["up"] > most, found["down"] > most, found["up"] + found["down"] < most], [1, -1, 0], 9)
    found["way"] = [_way(book, names, row) for row in found.to_dict("records")]
    found["missing"] = missing(book, names, found, usual, databases)
    parts = [found["ligands"].replace("", "medium"), found["inhibitors"].replace("", "uninhibited"), found["protein"]]
    found.insert(0, "id", pd.concat(parts, axis=1).agg("-".join, axis=1).str.replace(";", "-"))
    return found.drop(columns=["compared_ligands", "compared_inhibitors"])


def _way(graph, names, row):
    """Name the nodes on the shortest way from what is added to the protein."""
    node = names.set_index("id")["node"]
    ways = [
        nx.shortest_path(graph, node[part], node[row["protein"]])
        for part in row["perturbation"].split(";")
        if nx.has_path(graph, node[part], node[row["protein"]])
    ]
    return ";".join(min(ways, key=len)) if ways else ""


def missing(book, names, found, usual, databases):
    """List, where most lines moved and the graph says otherwise, the databases' edges of which any would put it right.

    Each is an edge between two nodes of the book that the book has not, and is tried alone.
    """
    signs = pd.concat([databases[name] for name in ("signor", "omnipath", "trrust")])
    signs = signs[signs["source"].isin(list(book)) & signs["target"].isin(list(book))].drop_duplicates()
    signs = signs[~signs.duplicated(["source", "target"], keep=False)]
    lists = [""] * len(found)
    for place in np.flatnonzero((np.abs(usual) == 1) & (found["book"].fillna(9) != usual)):
        row = found.iloc[[place]]
        for a, b, sign in signs.itertuples(index=False):
            if not book.has_edge(a, b):
                more = nx.DiGraph(book)
                more.add_edge(a, b, sign=sign)
                now = signalling.predicted(more, row[_CONDITIONS], names, EACH).set_index("protein")["predicted"]
                if now[row["protein"].item()] is not pd.NA and now[row["protein"].item()] == usual[place]:
                    lists[place] += f"{';' * bool(lists[place])}{a} to {b}"
    return lists


def main(folder, count):
    try:
        listed, databases = downloads(folder)
    except ValueError as error:
        sys.exit(str(error))
    results = {
        "curated_databases": listed,
        "curated_edges": edges(databases),
        "curated_claims": claims(databases, count),
        "signal_predictions": signals(databases),
    }
    for name, table in results.items():
        table.to_csv(DATA / f"{name}.csv", index=False, lineterminator="\n")
    print("see " + ", ".join(f"data/{name}.csv" for name in results))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50)
