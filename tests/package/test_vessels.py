"""The vessel model meets the shares it is made for, and its parts do what their words say."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

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
        ({"before": 0.0}, "before is 0: .* must lie between 0 and 1"),
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


#: None of the values that a tumour has by itself.
OTHER = vessels.Tumour(before=0.3, gain=0.9, standstill=0.6, pruning=1.7, invasion=5.0, doubling=4.0)


def test_a_course_solves_the_equations():
    block, halt, stop, weeks = 0.7, 0.4, 6.0, np.arange(0, 13.0)

    def change(week, state):
        new, coopted, _ = state
        on = week < stop
        return [
            (0.7 * (1 - on * block) - new) / 1.7,
            (0.3 + 0.9 * (1 - on * halt) * max(0, 1 - new - coopted) - coopted) / 5.0,
            np.log(2) / 4.0 * (new + coopted - 0.6) / 0.4,
        ]

    # small steps of the Runge-Kutta method, which see the end of treatment
    solved = solve_ivp(change, (0, 12), [0.7, 0.3, 0], t_eval=weeks, max_step=0.01, rtol=1e-9, atol=1e-11)
    found = OTHER.course(weeks, block, halt, stop)
    assert found["weeks"].tolist() == weeks.tolist()
    assert found["new"].to_numpy() == pytest.approx(solved.y[0], abs=2e-4)
    assert found["co-opted"].to_numpy() == pytest.approx(solved.y[1], abs=2e-4)
    assert found["supply"].to_numpy() == pytest.approx(solved.y[0] + solved.y[1], abs=4e-4)
    assert found["size"].to_numpy() == pytest.approx(np.exp(solved.y[2]), rel=1e-3)


def test_rest_and_growth_worked_by_hand():
    # new 0.7 * 0.3 = 0.21; gain 0.9 * 0.6 = 0.54; co-opted c = 0.3 + 0.54 (1 - 0.21 - c): c = 0.7266 / 1.54 = 0.471818
    assert OTHER.rest(0.7, 0.4) == pytest.approx((0.21, 0.471818), abs=1e-6)
    # (0.8 - 0.6) / 0.4
    assert OTHER.growth(0.8) == pytest.approx(0.5)
    # shares 3/4 of 0.25 before: 3 * 3 * 0.5
    assert vessels.matching(0.75, 0.25, 0.5) == pytest.approx(4.5)
    assert vessels.matching(0.75, 0.25, 0) == 0


def test_the_gain_that_leads_to_a_share_worked_by_hand():
    # new 0.75 * 0.2 = 0.15, co-opted 3 * 0.15 = 0.45, missing 0.4: the gain is (0.45 - 0.25) / 0.4 = 0.5
    found = vessels.tumour(0.25, 0.75, 0.8, pruning=2.0)
    assert (found.before, found.gain, found.pruning) == (0.25, pytest.approx(0.5), 2.0)
    # new 0.75 * 0.5 = 0.375: with 40% co-opted they are 0.25, as before, and nothing need be gained
    assert vessels.tumour(0.25, 0.4, 0.5).gain == pytest.approx(0)
    # new 0.5, co-opted 0.5: all that the untreated tumour had, so that no gain is enough
    with pytest.raises(ValueError, match="With 0% of sprouting blocked, 50.0% would be more"):
        vessels.tumour(0.5, 0.5, 0)


def test_the_ends_of_each_range_of_a_tumour():
    assert vessels.Tumour(0.3, 0, standstill=0).growth(0.2) == pytest.approx(0.2)
    # treatment that stops at once is none
    assert OTHER.course([0, 4], 0.7, stop=0)["size"].tolist() == pytest.approx([1, 2])
    for message, wrong in (
        ("standstill is 1: it must lie from 0 to below 1", {"standstill": 1}),
        ("standstill is -0.1", {"standstill": -0.1}),
        ("gain is -1: it must be finite", {"gain": -1}),
        ("gain is inf", {"gain": np.inf}),
        ("before is 0: it is a share and must lie between", {"before": 0}),
        ("before is 1: it is a share and must lie between", {"before": 1}),
        ("pruning is 0", {"pruning": 0}),
        ("invasion is 0", {"invasion": 0}),
        ("doubling is 0", {"doubling": 0}),
    ):
        with pytest.raises(ValueError, match=message):
            vessels.Tumour(**{"before": 0.3, "gain": 1} | wrong)
    with pytest.raises(ValueError, match="stop is -0.5"):
        OTHER.course([0, 4], 0.7, stop=-0.5)
    for message, weeks, options in (
        ("two or more finite times", [0], {}),
        ("two or more finite times", [0, np.inf], {}),
        ("two or more finite times", [0, 1, 1], {}),
        ("two or more finite times", [[0, 1]], {}),
        ("block is 1.5", [0, 1], {"block": 1.5}),
        ("halt is 1.5", [0, 1], {"halt": 1.5}),
    ):
        with pytest.raises(ValueError, match=message):
            OTHER.course(weeks, **{"block": 0.5} | options)
    with pytest.raises(ValueError, match="block is 2"):
        OTHER.rest(2)
