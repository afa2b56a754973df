"""Appraisals: effects worked by hand from printed points and hazard ratios, censoring from a simulation, refusals."""

import numpy as np
import pandas as pd
import pytest

from sorafenib_book import appraisal, pooling, tables

CURVES = tables.read("curves")


@pytest.fixture(scope="module")
def found():
    endpoints = pooling.with_intervals(tables.read("endpoints"))
    return appraisal.findings(tables.read("certainty"), endpoints, tables.read("studies"), CURVES)


def of(study):
    return CURVES[CURVES["study"].eq(study)]


def test_difference_is_that_of_the_points():
    # SHARP at 12 months: 43.9 (36.9 to 50.6) and 31.9 (25.4 to 38.6); roots of 7.0^2 + 6.7^2 and of 6.7^2 + 6.5^2
    assert appraisal.difference(of("sharp"), 12) == pytest.approx((12.0, 2.31, 21.33), abs=0.01)
    # REACH-2: 36.8 (29.9 to 43.8) and 30.5 (21.0 to 40.4); roots of 6.9^2 + 9.9^2 and of 7.0^2 + 9.5^2
    assert appraisal.difference(of("reach_2"), 12) == pytest.approx((6.3, -5.77, 18.10), abs=0.01)


def test_a_missing_point_is_named():
    with pytest.raises(ValueError, match="the experimental arm has no point at 24 months"):
        appraisal.difference(of("sharp"), 24)


def test_a_common_effect_on_the_control_curve(found):
    # logs -0.3711 and -0.3857 with errors 0.1170 and 0.1582: weights 73.1 and 39.9, mean -0.3762, error 0.0941
    row = found.loc["sorafenib-placebo"]
    assert list(row[["hr", "hr_low", "hr_high"]]) == pytest.approx([0.686, 0.571, 0.825], abs=1e-3)
    # 0.319 to these powers: 0.4564, 0.5208, 0.3894
    assert list(row[["control", "more", "more_low", "more_high"]]) == pytest.approx([31.9, 13.7, 7.0, 20.2], abs=0.1)
    assert (row["patients"], row["basis"]) == (602 + 226, "control curve")


def test_a_median_gives_the_risk_where_no_curve_does(found):
    # HIMALAYA: 0.5^(12 / 13.8) = 0.5473, to the powers 0.76, 0.65, 0.89: 0.6325, 0.6758, 0.5848
    row = found.loc["durvalumab-tremelimumab"]
    assert list(row[["control", "more", "more_low", "more_high"]]) == pytest.approx([54.7, 8.5, 3.8, 12.9], abs=0.06)
    assert row["basis"] == "control median"
    # SPACE: 166 days are 5.454 months, 0.5^(12 / 5.454) = 0.2176
    assert found.loc["tace-sorafenib-progression", "control"] == pytest.approx(21.8, abs=0.05)


def test_the_pool_is_that_of_the_chapter(found):
    # the chapter on traditional treatment: 0.92, Hartung-Knapp 0.68 to 1.24, of R's metafor (independent/pooling.R)
    row = found.loc["tace-sorafenib-survival"]
    assert list(row[["hr", "hr_low", "hr_high"]].astype(float).round(2)) == [0.92, 0.68, 1.24]
    # 0.827^0.918 = 0.840, 0.827^1.236 = 0.791, 0.827^0.682 = 0.878
    assert list(row[["more", "more_low", "more_high"]]) == pytest.approx([1.3, -3.6, 5.1], abs=0.06)


def test_no_risk_without_a_control():
    certainty = pd.DataFrame({"id": ["a"], "outcome": ["TTP"], "endpoints": ["a-ttp"], "control": [None]})
    result = {
        "id": "a-ttp",
        "study": "a",
        "hr": 0.8,
        "hr_low": 0.6,
        "hr_high": 1.1,
        "unit": "months",
        "control": np.nan,
    }
    studies = pd.DataFrame({"id": ["a"], "patients": [20], "patients_experimental": [10], "patients_control": [10]})
    with pytest.raises(ValueError, match="a-ttp: its control arm has no value"):
        appraisal.findings(certainty, pd.DataFrame([result]), studies, CURVES[:0])


@pytest.mark.parametrize("control", [0, 120])
def test_a_share_out_of_range(control):
    with pytest.raises(ValueError, match=f"control is {control}"):
        appraisal.by_hazard_ratio(control, 0.8)


def test_censoring_is_that_of_simulated_patients():
    draw, months = np.random.default_rng(20), np.arange(0, 6.5, 0.5)
    death, leaving = draw.exponential(10, 20_000), draw.exponential(40, 20_000)
    last, died = np.minimum(death, leaving), death < leaving
    # Kaplan-Meier, one patient at a time
    order = np.argsort(last)
    alive = np.cumprod(1 - died[order] / np.arange(20_000, 0, -1))
    survival = [100 * np.append(1, alive)[np.searchsorted(last[order], month, "right")] for month in months]
    at_risk = [(last > month).sum() for month in months]
    points = pd.DataFrame({"arm": "control", "months": months, "survival": survival, "at_risk": at_risk})
    left = 100 * (~died & (last <= 6)).mean()
    assert appraisal.censored(points, 6)["control"] == pytest.approx(left, abs=0.1)  # rounding and grid


def test_a_trial_is_as_its_worst_domain():
    assert appraisal.overall(["low"] * 5) == "low"
    assert appraisal.overall(["low", "high", "not judged", "some concerns", "low"]) == "high"


def test_censoring_is_as_the_reasons_say():
    reasons = tables.read("risk_of_bias").query("domain == 'missing data'").set_index("study")["reason"]
    said = reasons.str.extract(r"About (\d+)(?: and | of 100 .*but )(\d+)").dropna().astype(int)
    assert len(said) == 10
    for study, row in said.iterrows():
        assert appraisal.censored(of(study), 6).to_list() == pytest.approx(row.to_list(), abs=0.6), study


@pytest.mark.parametrize(("unit", "median"), [("months", 12), ("weeks", 52.179), ("days", 365.25)])
def test_a_median_of_a_year_in_each_unit_leaves_half(unit, median):
    certainty = pd.DataFrame({"id": ["a"], "outcome": ["TTP"], "endpoints": ["a-ttp"], "control": [None]})
    result = {"id": "a-ttp", "study": "a", "hr": 0.8, "hr_low": 0.6, "hr_high": 1.1, "unit": unit, "control": median}
    studies = pd.DataFrame({"id": ["a"], "patients": [20], "patients_experimental": [10], "patients_control": [10]})
    row = appraisal.findings(certainty, pd.DataFrame([result]), studies, CURVES[:0]).loc["a"]
    assert (row["control"], row["patients"]) == (pytest.approx(50, abs=0.01), 20)


def test_a_rate_at_another_month_is_refused():
    certainty = pd.DataFrame({"id": ["a"], "outcome": ["TTP"], "endpoints": ["a-ttp"], "control": [None]})
    result = {"id": "a-ttp", "study": "a", "hr": 0.8, "hr_low": 0.6, "hr_high": 1.1, "unit": "percent", "control": 40}
    studies = pd.DataFrame({"id": ["a"], "patients": [20], "patients_experimental": [10], "patients_control": [10]})
    with pytest.raises(ValueError, match="a-ttp: a rate at 6 months, expected one at 12"):
        appraisal.findings(certainty, pd.DataFrame([result | {"months": 6}]), studies, CURVES[:0])


def test_everybody_may_be_at_risk_and_no_more():
    assert appraisal.by_hazard_ratio(100, 0.5) == 0
    with pytest.raises(ValueError, match="control is 100.5"):
        appraisal.by_hazard_ratio(100.5, 0.5)


def test_a_curve_without_patients_at_risk_is_refused():
    with pytest.raises(ValueError, match="the curve has no column at_risk"):
        appraisal.censored(of("sharp").drop(columns="at_risk"), 12)


@pytest.mark.parametrize(("place", "column"), [(0, "outcome"), (1, "unit"), (2, "patients")])
def test_a_table_without_a_column_is_named(found, place, column):
    given = [tables.read("certainty"), pooling.with_intervals(tables.read("endpoints")), tables.read("studies")]
    given[place] = given[place].drop(columns=column)
    with pytest.raises(ValueError, match=f"the table of .* has no column {column}"):
        appraisal.findings(*given, CURVES)
