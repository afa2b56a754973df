"""Data that is broken on purpose is noticed: the stored result of all faults, and a tenth of them made again."""

import dataclasses

import pandas as pd
import pytest

from sorafenib_book import tables
from sorafenib_book.rules import register
from tools.research import data_faults


def judge(rows):
    caught = rows["caught_by"].ne("nothing")
    print(f"{caught.sum()} of {len(caught)} faults caught")
    structural, numeric = rows["kind"].isin(data_faults.STRUCTURAL), rows["kind"].isin(data_faults.NUMERIC)
    assert caught[structural].all(), rows[structural & ~caught].to_string()
    assert caught[numeric].mean() >= 0.9, rows[numeric & ~caught].to_string()


def test_stored_faults_were_caught():
    stored = tables.read("data_faults")
    assert len(stored) >= 300
    judge(stored)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fresh_faults_are_caught(seed):
    judge(pd.DataFrame(data_faults.judged(enumerate(data_faults.faults(12, seed), 1))))


@pytest.mark.parametrize("value", ["", "0", "0.5", "-7", "x", "1e9", "1000000000", "0.0000001"])
def test_no_rule_stumbles_over_what_a_cell_holds(value):
    package = tables._Package(None)
    whole = {name: package.table(name) for name in package.resources}
    for name, table in whole.items():
        for column in table.columns:
            rows = list(table.rows)
            for i in (0, len(rows) // 2, -1):
                rows[i] = rows[i] | {column: value}
            list(register.broken(whole | {name: dataclasses.replace(table, rows=rows)}))
