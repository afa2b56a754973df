"""What tables add up to: counts in the order of the description, and how far evidence goes."""

import pytest

from sorafenib_book.book_ext import summaries

ORDER = ["cells", "animals", "patients"]
ROWS = [
    {"aim": "A", "way": "x", "evidence": "cells", "result": "good", "check": "review"},
    {"aim": "A", "way": "y", "evidence": "patients", "result": "good", "check": "primary"},
    {"aim": "A", "way": "y", "evidence": "patients", "result": "none", "check": "secondary"},
    {"aim": "B", "way": "x", "evidence": "animals", "result": "none", "check": "review"},
]


def reached(value):
    return summaries.reached(ROWS, value, ["aim", "way"], "evidence", "result", ORDER)


@pytest.mark.parametrize(
    ("value", "told"),
    [("A", (2, "mixed", True)), ("B", (1, "none", False)), ("x", (1, "none", False)), ("B;A", (2, "mixed", True))],
)
def test_the_highest_evidence_alone_is_told(value, told):
    assert reached(value) == told


def test_what_no_row_has_is_named():
    with pytest.raises(LookupError, match="no row has 'C' as aim or way"):
        reached("C")


def test_counts_follow_the_order_of_the_description():
    assert list(summaries.counts(ROWS, "evidence", [*ORDER, "trial"]).items()) == [
        ("cells", 1),
        ("animals", 1),
        ("patients", 2),
    ]
