"""Survival from points of curves: values by R (independent/curves.R), from reconstructed patients, and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sorafenib_book import curves, tables

INDEPENDENT = Path(__file__).parent / "independent"
POINTS = pd.read_csv(INDEPENDENT / "curve_points.csv")
R = pd.read_csv(INDEPENDENT / "curves.csv")
SUMMARIES = tables.read("curve_summaries")
PUBLISHED = tables.read("curves")
#: Ten patients, none censored: two die in the first month, three in the second.
TEN = {"months": [0, 1, 2], "survival": [100, 80, 50], "at_risk": [10, 8, 5]}


@pytest.mark.parametrize(("trial", "months"), R[["trial", "months"]].dropna().drop_duplicates().values.tolist())
def test_half_months_give_what_patients_give_in_r(trial, months):
    # rounding to 0.1 moves a share by 0.05 points; that censored patients leave halfway moves an error by less
    found = curves.trial(POINTS, trial)
    expected = R[(R["trial"] == trial) & (R["months"] == months)].set_index("quantity")["value"]
    row, means = found.table(months).iloc[0], found.restricted_mean(months).iloc[0]
    for name in ("experimental", "control"):
        assert row[name] == pytest.approx(expected[name], abs=0.06)
        for end in ("_low", "_high"):
            assert row[name + end] == pytest.approx(expected[name + end], abs=0.15)
        assert means[name] == pytest.approx(expected[f"{name}_mean"], abs=0.03)
    for end in ("", "_low", "_high"):
        assert row[f"difference{end}"] == pytest.approx(expected[f"difference{end}"], abs=0.15)
        assert means[f"difference{end}"] == pytest.approx(expected[f"gain{end}"], abs=0.05)


@pytest.mark.parametrize("trial", POINTS["study"].unique())
def test_medians_are_those_of_r_to_half_a_month(trial):
    expected = R[R["trial"] == trial].set_index("quantity")["value"]
    for name in ("experimental", "control"):
        # where a curve is level at 50 percent R takes the middle of that step
        assert getattr(curves.trial(POINTS, trial), name).median() == pytest.approx(expected[f"{name}_median"], abs=0.5)


@pytest.mark.parametrize("row", [*SUMMARIES.query("measure == 'restricted mean'").itertuples()], ids=lambda row: row.id)
def test_restricted_means_are_those_of_the_reconstructed_patients(row):
    found = curves.trial(PUBLISHED, row.study).restricted_mean(row.months).iloc[0]
    for column in ("experimental", "control", "difference", "difference_low", "difference_high"):
        assert found[column] == pytest.approx(getattr(row, column), abs=0.05)


@pytest.mark.parametrize(
    "row", [*SUMMARIES.query("measure == 'overall survival'").itertuples()], ids=lambda row: row.id
)
def test_curves_halve_within_half_a_month_of_the_median(row):
    for arm in ("experimental", "control"):
        median = getattr(curves.trial(PUBLISHED, row.study), arm).median()
        assert median == pytest.approx(getattr(row, arm), abs=0.5, nan_ok=True)


@pytest.mark.parametrize("study", PUBLISHED["study"].unique())
@pytest.mark.parametrize("arm", ["experimental", "control"])
def test_limits_of_rates_are_those_of_the_reconstructed_patients(study, arm):
    rows = PUBLISHED[PUBLISHED["study"].eq(study) & PUBLISHED["arm"].eq(arm)]
    rows = rows[rows["months"].isin([6, 12, 18, 24])]
    found = getattr(curves.trial(PUBLISHED, study), arm).limits(rows["months"])
    # computed from the patients; that those censored leave halfway, and one decimal, move a limit by less
    assert found == pytest.approx(rows[["survival_low", "survival_high"]].to_numpy().T, abs=0.2)


def test_ten_patients_by_hand():
    curve = curves.Curve(**TEN)
    # without censoring Greenwood is the binomial: 100 * sqrt(0.8 * 0.2 / 10), 100 * sqrt(0.5 * 0.5 / 10)
    assert curve.standard_error([0, 1, 1.9, 2]).round(2).tolist() == [0, 12.65, 12.65, 15.81]
    assert curve.at([0, 0.9, 1, 2]).tolist() == [100, 100, 80, 50]
    # ln S = -0.6931, its error 0.3162: exp(-0.6931 * exp(+-1.96 * 0.3162 / 0.6931)) = 0.184 and 0.753
    assert curve.limits(2).round(1).ravel().tolist() == [18.4, 75.3] and curve.limits(0).ravel().tolist() == [100, 100]
    # areas: 0.9 + 0.65; up to 1.5 months 0.9 + 0.3625
    assert curve.restricted_mean(2) == pytest.approx(1.55) and curve.restricted_mean(1.5) == pytest.approx(1.2625)
    # areas left from the middle of each step 1.1 and 0.325; they add 0.2 / 0.8 / 10 and 0.375 / 0.625 / 8
    assert curve.restricted_mean_error(2) == pytest.approx((1.1**2 * 0.025 + 0.325**2 * 0.075) ** 0.5)
    # 1.55 - 1.96 * 0.195 and 1.55 + 1.96 * 0.195
    means = curves.Trial(curve, curve).restricted_mean(2).iloc[0]
    assert means[["experimental_low", "control_high"]].tolist() == [1.17, 1.93]


def test_a_curve_that_falls_to_nothing():
    curve = curves.Curve([0, 1, 2], [100, 50, 0], [4, 2, 0])
    assert curve.at(2) == 0 and curve.limits(2).ravel().tolist() == [0, 0] and curve.standard_error(2) == 0
    assert curve.restricted_mean(2) == 1 and np.isfinite(curve.restricted_mean_error(2))
    # a few in a thousand are no share of one
    assert curves.Curve([0, 1, 2], [100, 50, 0.4], [400, 200, 1]).at(2) == 0.4


def test_number_needed_to_treat():
    # Altman (BMJ 1998;317:1309): an interval through no difference runs through infinity, and is no number
    assert curves.needed_to_treat(12.5, 5, 20) == (8, 5, 20)
    assert curves.needed_to_treat(-12.5, -20, -5) == (-8, -20, -5)
    assert np.isnan(curves.needed_to_treat(12.5, 0, 25)).all()
    with pytest.raises(ValueError, match="difference is 10 and its interval 11 to 12: it must lie within"):
        curves.needed_to_treat(10, 11, 12)
    row = curves.trial(POINTS, "large").table(12).iloc[0]
    limits = row[["difference", "difference_high", "difference_low"]].to_numpy(float)
    assert row[["needed", "needed_low", "needed_high"]].tolist() == pytest.approx(100 / limits, rel=0.01)
    assert np.isnan(curves.trial(POINTS, "equal").table(12).loc[0, "needed"])


def test_a_table_of_ones_own():
    mine = pd.concat([pd.DataFrame(TEN).assign(arm="new"), pd.DataFrame(TEN).assign(arm="old", survival=[100, 60, 40])])
    row = curves.trial(mine, arms=("new", "old")).table([1, 2])
    assert row["difference"].tolist() == [20, 10]
    assert curves.trial(mine, arms=("new", "old")) == curves.trial(mine, arms=("new", "old"))


def points(**changes):
    return pd.concat([pd.DataFrame(TEN | changes).assign(arm=arm) for arm in ("experimental", "control")])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (points().drop(columns="at_risk"), "the table of points has no column at_risk: needed are arm, months"),
        (points().assign(arm="new"), "no points of an arm 'experimental': the column arm has new"),
        (points(survival=[100, "8O", 50]), "row 1, column survival: found '8O', expected a number"),
        (points(survival=[100, None, 50]), "row 1, column survival: found nothing, expected a number"),
        (points(survival=[100, 0.8, 0.5]), "the experimental curve falls from 100 to 0.8, which looks like a share"),
        (points(survival=[1, 0.8, 0.5]), "begins with 1 percent at 0 months: its first point must be 100 percent"),
        (points(survival=[100, 50, 80]), "point 3 at 2 months: survival is 80, expected no higher than before"),
        (points(months=[0, 2, 1]), "point 3 at 1 months: months is 1, expected later than the one before"),
        (points(months=[1, 2, 3]), "begins with 100 percent at 1 months"),
        (
            points(survival=[100, 50, -0.5]),
            "point 3 at 2 months: survival is -0.5, expected no higher than before, nor",
        ),
        (points(at_risk=[10, -1, 5]), "point 2 at 1 months: at_risk is -1, expected no fewer than 0"),
        (points(at_risk=[0, 0, 0]), "has 0 patients at risk at 0 months"),
        (points().iloc[:0], "the table of points has no row"),
    ],
)
def test_points_that_are_no_curve_are_named(table, message):
    with pytest.raises(ValueError, match=message):
        curves.trial(table)


def test_nothing_is_told_past_the_last_point():
    sharp = curves.trial(PUBLISHED, "sharp")
    assert sharp.last == 15
    with pytest.raises(
        ValueError, match="the experimental curve runs from 0 to 15 months: survival at 18 months is not known"
    ):
        sharp.table([12, 18])
    with pytest.raises(ValueError, match="curve runs from 0 to 15 months: the area up to 15.5 months is not known"):
        sharp.restricted_mean([12, 15.5])
    with pytest.raises(ValueError, match="0 to 15 months: survival at -0.5 months is not known"):
        sharp.table(-0.5)
    with pytest.raises(ValueError, match="horizon in months is 0: it must be a finite number above 0"):
        sharp.restricted_mean(0)
    with pytest.raises(ValueError, match="no points of study 'space'"):
        curves.trial(PUBLISHED, "space")
    with pytest.raises(ValueError, match="1 months, 1 shares, 1 numbers at risk: it needs as many of each"):
        curves.Curve([0], [100], [10])
