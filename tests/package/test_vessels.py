"""The vessel model meets the shares it is made for, and its parts do what their words say."""

import numpy as np
import pytest

from sorafenib_book import vessels

BEFORE, SHARE, BLOCK = 0.233, 0.75, 0.8


@pytest.fixture
def tumour():
    return vessels.tumour(BEFORE, SHARE, BLOCK)


def test_matching_gives_the_share():
    for new in (0.05, 0.3, 1.0):
        coopted = BEFORE * vessels.matching(SHARE, BEFORE, new)
        assert coopted / (coopted + (1 - BEFORE) * new) == pytest.approx(SHARE)


def test_untreated_tumour_keeps_its_supply(tumour):
    assert tumour.rest(0) == (pytest.approx(1 - BEFORE), pytest.approx(BEFORE))
    course = tumour.course([0, 3, 9], 0)
    assert course["supply"].tolist() == pytest.approx([1, 1, 1])
    assert course["size"].tolist() == pytest.approx([1, 2, 8]), "it doubles every three weeks"


def test_resistant_tumour_has_the_measured_share(tumour):
    new, coopted = tumour.rest(BLOCK)
    assert coopted / (new + coopted) == pytest.approx(SHARE)
    assert new == pytest.approx((1 - BEFORE) * (1 - BLOCK))


def test_course_ends_at_rest(tumour):
    for block, halt in ((BLOCK, 0), (BLOCK, 0.7), (0.5, 1)):
        end = tumour.course([0, 10, 200], block, halt).iloc[-1]
        assert (end["new"], end["co-opted"]) == pytest.approx(tumour.rest(block, halt), abs=1e-6)


def test_pruning_alone_follows_its_exponential(tumour):
    weeks = np.array([0, 1, 2, 5])
    new = tumour.course(weeks, 1, 1)["new"]
    assert new.tolist() == pytest.approx(((1 - BEFORE) * np.exp(-weeks)).tolist(), abs=1e-6)


def test_stopping_brings_new_vessels_back(tumour):
    course = tumour.course(np.arange(0, 61), BLOCK, stop=20).set_index("weeks")
    assert course.loc[20, "new"] == pytest.approx((1 - BEFORE) * (1 - BLOCK), abs=1e-4)
    assert course.loc[60, "new"] == pytest.approx(1 - BEFORE, abs=1e-4)
    assert course["supply"].max() > 1, "co-opted vessels stay for a while beside the new ones"
    before = tumour.course(np.arange(0, 21), BLOCK)
    assert course.loc[:20, "size"].tolist() == pytest.approx(before["size"].tolist())


def test_growth_has_its_two_ends(tumour):
    assert tumour.growth(1) == 1 and tumour.growth(tumour.standstill) == 0
    assert tumour.growth(0.2) < 0


@pytest.mark.parametrize(("block", "words"), [(0.95, "need not grow"), (0.6, "more than the untreated supply")])
def test_a_share_that_cannot_be_met_is_an_error(block, words):
    with pytest.raises(ValueError, match=words):
        vessels.tumour(BEFORE, SHARE, block)
