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


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"before": 23.3}, "before is 23.3: it is a share"),
        ({"before": 0.0}, "before is 0: .* must lie between"),
        ({"gain": np.nan}, "gain is nan"),
        ({"standstill": 1.0}, "standstill is 1"),
        ({"doubling": 0.0}, "doubling is 0: it must be a finite number above 0"),
    ],
)
def test_a_tumour_that_cannot_be_is_refused(attributes, message):
    with pytest.raises(ValueError, match=message):
        vessels.Tumour(**{"before": BEFORE, "gain": 1.0} | attributes)


def test_impossible_treatments_and_times_are_refused(tumour):
    for act, message in (
        (lambda: tumour.rest(80), "block is 80: it is a share"),
        (lambda: tumour.course([0, 1], 0.8, halt=1.2), "halt is 1.2"),
        (lambda: tumour.course([1, 2], 0.8), "ascend from 0"),
        (lambda: tumour.course([0, 2, 1], 0.8), "ascend from 0"),
        (lambda: tumour.course([0, 2], 0.8, stop=-1), "stop is -1"),
        (lambda: vessels.tumour(BEFORE, 75, BLOCK), "share is 75: it is a share"),
        (lambda: vessels.tumour(BEFORE, SHARE, 80), "block is 80"),
        (lambda: vessels.matching(1.0, BEFORE, 1), "share is 1: .* must lie between"),
        (lambda: vessels.matching(SHARE, BEFORE, -1), "new must be finite"),
    ):
        with pytest.raises(ValueError, match=message):
            act()
    assert tumour == vessels.tumour(BEFORE, SHARE, BLOCK)


def test_equations_that_are_not_solved_are_no_course(tumour, monkeypatch):
    failed = type("Failed", (), {"success": False, "message": "too stiff"})
    monkeypatch.setattr(vessels, "solve_ivp", lambda *_, **__: failed)
    with pytest.raises(RuntimeError, match="could not be solved from week 0 on: too stiff"):
        tumour.course([0, 1], 0.8)
