"""The ladder says in each cell what the rows of its data page say, counted here by hand or in another way."""

import csv
import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from checkout import ROOT

from sorafenib_book import ladder, tables

EVIDENCE = pd.DataFrame(
    [
        ("a", "JNK", "cell lines", "supports", True, "primary"),
        ("b", "JNK", "cell lines", "opposes", True, "primary"),
        ("c", "JNK", "animals", "supports", False, "primary"),
        ("l", "JNK", "treated patients", "fits", True, "primary"),
        ("d", "JNK", "tumour tissue", "supports", True, "review"),
        ("e", "JNK", "treated patients", "no link", True, "primary"),
        ("f", "JNK", "randomised trial", "supports", True, "primary"),
    ],
    columns=["id", "mechanism", "setting", "sign", "sorafenib", "check"],
)
STRATEGIES = pd.DataFrame(
    [
        ("g", "JNK", "add to sorafenib", "one", "randomised", "no gain"),
        ("h", "JNK", "select patients", "two, JNK high", "randomised", "favourable"),
        ("i", "JNK", "add to sorafenib", "three", "animals", "favourable"),
        ("j", "JNK", "another drug", "four", "patients", "undecided"),
        ("k", "JNK", "select patients", "five after sorafenib in Japan, JNK high", "randomised", "not inferior"),
    ],
    columns=["id", "mechanism", "strategy", "agent", "evidence", "result"],
)
CURATED = pd.DataFrame(
    {"id": ["e1", "e2", "e3"], "module": ["JNK"] * 3, "agreement": ["same sign", "absent", "not covered"]}
)
SIGNALS = pd.DataFrame(
    [
        ("s1", "JNK", 1.0, 4, 0, 5),  # up in four of five lines, and so it was predicted
        ("s2", "JNK", 0.0, 0, 1, 5),  # hardly changed, and so it was predicted
        ("s3", "JNK", 1.0, 0, 5, 5),  # down, predicted up
        ("s4", "JNK", 1.0, 2, 1, 5),  # neither clearly up, down, nor unchanged
        ("s5", "JNK", None, 5, 0, 5),  # nothing was predicted
    ],
    columns=["id", "module", "book", "up", "down", "lines"],
)
OWN = dict(
    zip(
        ["evidence", "strategies", "curated_edges", "signal_predictions"],
        [EVIDENCE, STRATEGIES, CURATED, SIGNALS],
        strict=True,
    )
)
BY_HAND = {
    "cell lines": ("disputed", "1 for, 1 against"),
    "animals": ("fits, sorafenib not tested", "1 fit"),
    "tumour tissue": ("supports", "1 for (review only)"),
    "treated patients": ("disputed", "1 fit, 1 no link"),
    "randomised trial": ("mixed", "no gain: one; favourable: two (JNK high)"),
    "next drug": ("mixed", "undecided, no control arm: four; not inferior: five (JNK high)"),
    "database": ("few edges agree", "1 of 2"),
    "signal": ("graph right", "2 of 3 right"),
}


@pytest.mark.parametrize("rung", ladder.RUNGS)
def test_a_rung_by_hand(rung):
    [found] = ladder.rungs(OWN).query("mechanism == 'JNK' and rung == @rung").to_dict("records")
    assert (found["result"], found["words"]) == BY_HAND[rung]


def test_every_finding_stands_on_a_rung():
    found = ladder.rungs()
    shown = set(found["rows"].explode())
    evidence = tables.read("evidence")
    left = set(evidence["id"]) - shown
    assert left == set(evidence[evidence["setting"].eq("randomised trial")]["id"])


def test_a_link_leads_to_the_rows_that_are_counted():
    for row in ladder.rungs().itertuples():
        address = urlsplit(row.page)
        name = address.path.rpartition("/")[2].removesuffix(".html")
        asked = {column: values[0] for column, values in parse_qs(address.query).items()}
        page = (ROOT / "reference" / "data" / f"{name}.md").read_text(encoding="utf-8")
        assert asked and set(asked) <= set(re.search(":filter: (.*)", page)[1].split()), f"{row.page} chooses no rows"
        with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            reached = {line["id"] for line in csv.DictReader(file) if asked.items() <= line.items()}
        others = set(ladder.MECHANISMS[row.mechanism].get("rows", []))
        assert set(row.rows) - others <= reached, f"{row.mechanism}, {row.rung}"
        if name == "evidence":
            assert set(row.rows) == reached


def test_all_mechanisms_of_the_tables_are_in_the_ladder():
    for table in ("evidence", "strategies"):
        named = {where.get(table) for where in ladder.MECHANISMS.values()}
        left = set(tables.read(table)["mechanism"]) - named
        assert left == ({"No single mechanism", "MAPK14", "Metabolism"} if table == "strategies" else set())


def test_each_cell_is_a_link_with_words_and_a_colour():
    page = BeautifulSoup(ladder.table()._repr_html_(), "html.parser")
    cells = [cell for cell in page.select("tbody td") if cell.get_text(strip=True)]
    assert len(cells) == len(ladder.rungs())
    assert all(cell.a["href"] and "solid #" in cell.a["style"] for cell in cells)
    assert [head.get_text() for head in page.select("thead th")][1:9] == list(ladder.RUNGS.values())


def test_a_column_that_is_missing_is_said():
    for table, rows in OWN.items():
        for column in rows:
            with pytest.raises(ValueError, match=f"{table} has no column {column}"):
                ladder.rungs(OWN | {table: rows.drop(columns=column)})


def of_animals(*rows):
    """The rung of animals, of findings given by sorafenib tested and check mark."""
    names = [f"x{i}" for i in range(len(rows))]
    rows = [(name, "JNK", "animals", "supports", *row) for name, row in zip(names, rows, strict=True)]
    found = ladder.rungs(OWN | {"evidence": pd.DataFrame(rows, columns=EVIDENCE.columns)})
    [found] = found.query("mechanism == 'JNK' and rung == 'animals'").to_dict("records")
    return found["result"], found["words"]


def test_one_finding_with_sorafenib_or_from_a_source_is_enough():
    assert of_animals((True, "primary"), (False, "review")) == ("supports", "2 for")
    assert of_animals((False, "review"), (False, "review")) == ("fits, sorafenib not tested", "2 fit (review only)")


def test_half_of_the_edges_are_few():
    for same, words in ((2, "most edges agree"), (1, "few edges agree")):
        edges = pd.DataFrame(
            {"id": ["e1", "e2"], "module": "JNK", "agreement": ["same sign"] * same + ["absent"] * (2 - same)}
        )
        found = ladder.rungs(OWN | {"curated_edges": edges}).query("mechanism == 'JNK' and rung == 'database'")
        assert found["result"].tolist() == [words]


def test_a_ladder_is_told_in_lines():
    found = ladder.rungs(OWN).query("mechanism == 'JNK' and rung in ['animals', 'database']")
    assert repr(ladder.Ladder(found)) == "JNK\n  Animals: 1 fit\n  Databases: 1 of 2"
