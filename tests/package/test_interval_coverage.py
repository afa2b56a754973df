"""How often intervals of modelled curves hold the truth is measured rightly, and they hold the book's own curves."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sorafenib_book import survival, tables
from tools.research import interval_coverage as measure

INDEPENDENT = pd.read_csv(Path(__file__).parent / "independent" / "survival.csv")
R = {row.name: row for row in INDEPENDENT.itertuples()}


def test_the_curve_and_its_restricted_mean_are_those_of_other_software():
    i = np.arange(1, 61)
    curve = measure._kaplan_meier(37 * i % 61 / 2.3 + 0.1, i % 4 > 0)
    at = curve.set_index("months")
    for months in (5, 12):
        for name, column in (("alive", "survival"), ("low", "low"), ("high", "high")):
            assert at.loc[months, column] == pytest.approx(R[f"km-{name}-{months}"].value, abs=1e-4)
        # half-month steps against every death
        mean, error = measure._restricted_mean(curve, months)
        assert mean == pytest.approx(R[f"km-mean-{months}"].value, abs=0.03)
        assert error == pytest.approx(R[f"km-mean-error-{months}"].value, rel=0.05)
    for name, column in (("median", "survival"), ("median-low", "low"), ("median-high", "high")):
        assert measure._half(curve["months"], curve[column]) == pytest.approx(R[f"km-{name}"].value, abs=0.5)


@pytest.mark.parametrize("model", survival.MODELS)
def test_shape_of_a_curve_is_measured(model):
    months = np.arange(0, 30, 0.5)
    alive = survival.Curves(model, 1.3, -1.3 * np.log([10.0, 5.0])).survival(months)
    points = {"months": months, "study": "one"}
    curves = [pd.DataFrame(points | {"arm": i, "survival": alive[i], "at_risk": 4 * alive[i]}) for i in range(2)]
    found = measure.shapes(pd.concat(curves), model)
    assert np.exp(found["log_shape"]).tolist() == pytest.approx([1.3, 1.3], abs=1e-4)


def test_variance_of_a_shape_is_that_of_repeated_trials():
    draw, trials = np.random.default_rng(4), []
    for i in range(300):
        death = 10 * draw.weibull(1.3, 200)
        months = np.arange(0, 25)
        alive = np.array([(death > month).sum() for month in months])
        trials.append(pd.DataFrame({"study": i, "arm": "control", "months": months, "at_risk": alive}))
    curves = pd.concat(trials)
    found = measure.shapes(curves.assign(survival=curves["at_risk"] / 2).query("at_risk > 0"), "weibull")
    # the variance of 300 values has a relative standard error of sqrt(2 / 299), 0.08
    assert found["log_shape"].var() == pytest.approx(found["variance"].mean(), rel=0.25)
    assert found["log_shape"].mean() == pytest.approx(np.log(1.3), abs=0.015)


def test_spread_is_that_of_a_balanced_analysis_of_variance():
    # Trials' means 0.1, 0.4 and 0.7, arms 0.1 around them: mean squares 0.18 and 0.02, of which sampling error is 0.01.
    # So the variances are 0.02 - 0.01 between arms and (0.18 - 0.02) / 2 between trials
    table = pd.DataFrame({"study": [1, 1, 2, 2, 3, 3], "log_shape": [0, 0.2, 0.3, 0.5, 0.6, 0.8], "variance": 0.01})
    assert measure.spread(table) == pytest.approx((0.4, np.sqrt(0.08), 0.1), abs=1e-3)


def test_expected_shapes_are_those_of_the_books_curves():
    for model in survival.MODELS:
        mean, trials, arms = measure.spread(measure.shapes(tables.read("curves"), model))
        assert survival.SHAPE[model] == pytest.approx(np.exp(mean), abs=0.01)
        assert max(trials, arms) < survival.SHAPE_SD


@pytest.mark.parametrize("model", survival.MODELS)
def test_intervals_hold_the_books_curves_and_are_no_wider_than_they_need_be(model):
    found = measure.summary(measure.coverage(tables.read("curves").rename(columns=measure.NAMES), model))
    assert (found["held"] >= [85, 95, 90, 95]).all()
    assert (found["width"] <= 1.6).all()
