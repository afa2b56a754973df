"""Data that is broken on purpose is noticed: the stored result of all mutations, and a tenth of them made again."""

import pandas as pd
import pytest

from sorafenib_book import tables
from tools.research import mutations


def judge(rows):
    caught = rows["caught_by"].ne("nothing")
    print(f"{caught.sum()} of {len(caught)} mutations caught")
    structural, numeric = rows["kind"].isin(mutations.STRUCTURAL), rows["kind"].isin(mutations.NUMERIC)
    assert caught[structural].all(), rows[structural & ~caught].to_string()
    assert caught[numeric].mean() >= 0.9, rows[numeric & ~caught].to_string()


def test_stored_mutations_were_caught():
    stored = tables.read("mutations")
    assert len(stored) >= 300
    judge(stored)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fresh_mutations_are_caught(seed):
    judge(pd.DataFrame(mutations.judged(enumerate(mutations.mutations(12, seed), 1))))
