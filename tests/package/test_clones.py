"""The model of selection: cases with a closed form, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from sorafenib_book import clones

MONTHS = np.arange(0, 36.01, 0.05)


def test_no_drug_effect_is_plain_growth():
    table = clones.burden(MONTHS, doubling=4.6, halving=1e12, resistant=1.0)
    assert table["total"].to_numpy() == pytest.approx(2 ** (MONTHS / 4.6))
    # a fifth more diameter is 0.79 doublings of the volume
    assert clones.progression(table) == pytest.approx(4.6 * 3 * np.log2(1.2), abs=0.051)


def test_a_tumour_without_resistant_cells_halves_on_time():
    table = clones.burden(MONTHS, doubling=4.6, halving=4.0).set_index("months")
    assert table.loc[4.0, "total"] == pytest.approx(0.5)
    assert table.loc[8.0, "total"] == pytest.approx(0.25)
    assert np.isnan(clones.progression(table.reset_index()))


@pytest.mark.parametrize("share", [0.3, 0.1, 0.01])
def test_nadir_is_where_the_two_exponentials_balance(share):
    table = clones.burden(MONTHS, doubling=4.6, halving=4.0, resistant=share)
    growth, decline = np.log(2) / 4.6, np.log(2) / 4.0
    expected = np.log(decline * (1 - share) / (growth * share)) / (growth + decline)
    month, size = clones.nadir(table)
    assert month == pytest.approx(max(expected, 0), abs=0.05)
    assert size < 1


def test_ten_times_fewer_resistant_cells_always_buy_the_same_time():
    nadirs = [clones.nadir(clones.burden(np.arange(0, 80, 0.05), 4.6, 4.0, 10.0**-n))[0] for n in (3, 4, 5)]
    expected = np.log(10) / (np.log(2) / 4.6 + np.log(2) / 4.0)
    assert np.diff(nadirs) == pytest.approx([expected, expected], abs=0.1)


def test_switching_obeys_its_equation():
    table = clones.burden(MONTHS, doubling=4.6, halving=4.0, switching=0.05)
    slope = np.gradient(table["resistant"], MONTHS)
    expected = np.log(2) / 4.6 * table["resistant"] + 0.05 * table["sensitive"]
    assert slope[1:-1] == pytest.approx(expected[1:-1], rel=1e-3)


def test_growth_returns_when_the_effect_fades():
    table = clones.burden(MONTHS, doubling=4.6, halving=4.0, exposure_half_life=5.0)
    growth, decline = np.log(2) / 4.6, np.log(2) / 4.0
    assert clones.nadir(table)[0] == pytest.approx(5.0 * np.log2((growth + decline) / growth), abs=0.05)
    assert table["resistant"].eq(0).all()


@pytest.mark.parametrize(
    "wrong",
    [{"resistant": 1.2}, {"switching": -0.1}, {"doubling": 0}, {"exposure_half_life": -1}, {"months": [1, 2]}],
)
def test_refuses_what_makes_no_sense(wrong):
    with pytest.raises(ValueError):
        clones.burden(**{"months": MONTHS, "doubling": 4.6, "halving": 4.0} | wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"resistant": 10}, "resistant is 10: it is a share"),
        ({"resistant": np.nan}, "resistant is nan"),
        ({"switching": np.nan}, "switching is nan"),
        ({"halving": np.nan}, "halving is nan: it is a time in months"),
        ({"months": [0, 1, np.nan]}, "finite times"),
        ({"months": []}, "begins with 0"),
        ({"months": [0, 1, 2], "switching": 0.1}, "up to 1 apart: with switching they must be at most 0.4 apart"),
    ],
)
def test_what_is_wrong_is_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        clones.burden(**{"months": MONTHS, "doubling": 4.6, "halving": 4.0} | wrong)


def test_a_table_without_sizes_is_refused():
    table = clones.burden(MONTHS, 4.6, 4.0)
    for find in (clones.nadir, clones.progression):
        with pytest.raises(ValueError, match="no column total"):
            find(table.drop(columns="total"))


def test_all_parts_together_solve_the_equations():
    # S' = (g - (g + d) E - m) S, R' = g R + m S with E halving every 6 months, solved step by step
    g, d, m = np.log(2) / 5.0, np.log(2) / 2.0, 0.07

    def change(month, sizes):
        sensitive, resistant = sizes
        return [(g - (g + d) * 0.5 ** (month / 6.0) - m) * sensitive, g * resistant + m * sensitive]

    solved = solve_ivp(change, (0, 36), [0.8, 0.2], t_eval=MONTHS[:-1], rtol=1e-10, atol=1e-12)
    found = clones.burden(MONTHS[:-1], 5.0, 2.0, resistant=0.2, switching=0.07, exposure_half_life=6.0)
    assert found["sensitive"].to_numpy() == pytest.approx(solved.y[0], rel=1e-6)
    assert found["resistant"].to_numpy() == pytest.approx(solved.y[1], rel=1e-5)
    assert found["total"].to_numpy() == pytest.approx(solved.y.sum(axis=0), rel=1e-5)


def test_nadir_and_progression_of_a_table_worked_by_hand():
    # smallest size 0.5 at month 2; a fifth more diameter is 1.2^3 = 1.728 times the volume, reached at 0.864
    table = pd.DataFrame({"months": [0, 1, 2, 3, 4, 5], "total": [1.0, 0.6, 0.5, 0.863, 0.5 * 1.2**3, 2.0]})
    assert clones.nadir(table) == (2, 0.5)
    assert clones.progression(table) == 4
    assert clones.progression(table.head(4)) is np.nan


def test_the_ends_of_each_range_are_within_it():
    assert clones.burden([0], 4, 4, resistant=1)["total"].tolist() == [1]
    # steps of a tenth of the shortest time are short enough, by a rounding error longer ones, too
    clones.burden(np.arange(0, 4, 0.4), 4, 5, switching=0.1)
    clones.burden([0, 0.4004], 4, 5, switching=0.1)
    clones.burden([0, 3], 4, 5, switching=0)
    with pytest.raises(ValueError, match="up to 0.41 apart: .* at most 0.4 apart"):
        clones.burden([0, 0.41], 5, 4, switching=0.1)
    with pytest.raises(ValueError, match="months must increase"):
        clones.burden([0, 1, 1], 4, 4)
    with pytest.raises(ValueError, match="a list of finite times"):
        clones.burden([[0, 1]], 4, 4)
    for name in ("doubling", "halving", "exposure_half_life"):
        with pytest.raises(ValueError, match=f"{name} is 0: it is a time in months"):
            clones.burden([0, 1], **{"doubling": 4, "halving": 4} | {name: 0})
    with pytest.raises(ValueError, match="switching is inf"):
        clones.burden([0, 1], 4, 4, switching=np.inf)


def test_sizes_that_are_missing_are_refused():
    table = clones.burden(MONTHS, 4.6, 4.0)
    for wrong in (table.assign(total=np.nan), table.head(0)):
        for find in (clones.nadir, clones.progression):
            with pytest.raises(ValueError, match="no sizes, or some of them are missing"):
                find(wrong)
