"""Lay out the diagrams of the mechanism graph with Graphviz, and write where boxes stand and edges run.

``data/diagrams.csv`` names the nodes of each diagram; the order of a diagram's nodes is the first that is tried. A new
diagram is typed there with its nodes alone. Needs Graphviz (graphviz.org); takes up to a minute a diagram.

    .venv/bin/python -m tools.research.layouts            all diagrams
    .venv/bin/python -m tools.research.layouts JNK EMT    some
"""

import re
import sys
from pathlib import Path

import networkx as nx
import pandas as pd

from sorafenib_book import network
from sorafenib_book.charts import layout

PATH = Path("data/diagrams.csv")
TRIES = 300
#: Edges between nodes of a diagram that it does not show: what long exposure brings, where the first hours are told,
#: and what only another diagram is about.
LEFT_OUT = {
    "targets": [("mapk1", "grb2")],
    "EGFR and HER3": [("intracellular_sorafenib", "akt1")],
    "efflux": [("intracellular_sorafenib", "akt1")],
    "HIF-1": [("vessel_supply", "hypoxia")],
    "HIF-2": [("intracellular_sorafenib", "akt1")],
    "SHP2": [("intracellular_sorafenib", "akt1")],
}


def laid_out(name, nodes):
    """Lay out one diagram: a table of its nodes, then of all edges between them."""
    whole = network.graph()
    found, graph = network.between(whole, nodes, without=LEFT_OUT.get(name, ())), nx.DiGraph()
    graph.add_nodes_from((node, found.nodes[node]) for node in nodes)
    graph.add_edges_from(found.edges(data=True))
    graph = layout.laid_out(graph, TRIES)
    rows = []
    for node, data in graph.nodes(data=True):
        (x, y), (width, height) = data["place"], data["size"]
        rows.append({"node": node, "x": x, "y": y, "width": width, "height": height})
    for *_, data in graph.edges(data=True):
        rows.append({"edge": data["id"], "way": " ".join(f"{x} {y}" for x, y in data["way"])})
    table = pd.DataFrame(rows)[["node", "edge", "x", "y", "width", "height", "way"]]
    slug = re.sub("[^a-z0-9]+", "-", name.lower())
    table.insert(0, "id", [f"{slug}-{part}" for part in table["node"].fillna(table["edge"])])
    table.insert(1, "diagram", name)
    return table


def main(chosen):
    """Write the layouts of all diagrams, or of some."""
    table = pd.read_csv(PATH)
    parts = []
    for name, part in table.groupby("diagram", sort=False):
        new = not chosen or name in chosen
        parts.append(laid_out(name, list(part["node"].dropna())) if new else part)
    table = pd.concat(parts).astype(dict.fromkeys(["x", "y", "width", "height"], "Int64"))
    table.to_csv(PATH, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
