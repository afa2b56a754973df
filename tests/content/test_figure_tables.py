"""The table behind each figure keeps its columns and rows; each trace says what its values are called.

Where another table is meant, this lists what is stored now:
`PYTHONPATH=tests .venv/bin/python tests/content/test_figure_tables.py`
"""

import csv
from pathlib import Path

from checkout import NOTEBOOKS
from sphinx_plotly_figures import figures
from sphinx_plotly_figures.tables import table

LISTED = Path(__file__).with_name("figure_tables.csv")
ITEMS = {item["name"]: item["figure"] for notebook in NOTEBOOKS.values() for _, item in figures.figure_cells(notebook)}


def stored():
    tables = {name: table(figure) for name, figure in ITEMS.items()}
    return [
        {"figure": name, "rows": str(len(rows)), "columns": "; ".join(columns)}
        for name, (columns, rows) in tables.items()
    ]


def test_tables_of_figures_are_those_listed():
    with LISTED.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    today = stored()
    changed = [row for row in today if row not in listed] + [row for row in listed if row not in today]
    assert changed == [], __doc__


def test_traces_say_what_their_values_are_called():
    silent = [
        f"{name}, {trace.get('name')}"
        for name, figure in ITEMS.items()
        for trace in figure["data"]
        if trace.get("customdata") and trace.get("hoverinfo") != "skip"
        if len((trace.get("meta") or {}).get("columns") or ()) != len(trace["customdata"][0])
    ]
    assert silent == [], "call `style.finish`, or name the columns of customdata in `meta`"


if __name__ == "__main__":
    with LISTED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["figure", "rows", "columns"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(stored())
