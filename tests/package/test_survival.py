"""Survival curves from published summaries: exact cases, the two trials of the book, and errors."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from sorafenib_book import survival, tables
from sorafenib_book.survival import Arm, Curves

MODELS = ("weibull", "log-logistic")


@pytest.fixture(scope="module")
def trials():
    """Both trials under both models, from the book's own table."""
    endpoints = tables.read("endpoints")
    return {
        (study, model): survival.fit(*survival.arms(endpoints, study), model=model)
        for study in ("sharp", "asia_pacific")
        for model in MODELS
    }


def exact(model, shape=1.3, medians=(10.0, 7.0), landmarks=(6.0, 15.0)):
    """Arms whose published points lie on curves with a known shape."""
    half = np.log(np.log(2)) if model == "weibull" else 0.0
    truth = Curves(model, np.float64(shape), half - shape * np.log(np.array(medians)))
    rates = truth.survival(landmarks)
    return truth, [
        Arm(median, (0.8 * median, 1.25 * median), dict(zip(landmarks, rates[i], strict=True)))
        for i, median in enumerate(medians)
    ]


@pytest.mark.parametrize("model", MODELS)
def test_fit_recovers_known_curves(model):
    truth, published = exact(model)
    curves = survival.fit(*published, model=model).curves
    assert curves.shape == pytest.approx(1.3, abs=1e-9)
    assert curves.location == pytest.approx(truth.location, abs=1e-9)


def test_hazard_ratio_of_known_curves():
    truth, published = exact("weibull", shape=1.3)
    # at a common shape the Weibull hazard ratio is the ratio of the medians to the power of the shape
    expected = (7.0 / 10.0) ** 1.3
    assert survival.fit(*published).curves.hazard_ratio(5) == pytest.approx(expected)
    assert survival.fit(*published).curves.hazard_ratio() == pytest.approx(expected)


def test_log_logistic_hazard_ratio_is_the_ratio_of_the_hazards_and_fades():
    truth, _ = exact("log-logistic", shape=1.3)

    def hazard(t, step=1e-5):
        alive = truth.survival([t - step, t + step])
        return -np.diff(np.log(alive), axis=1)[:, 0] / (2 * step)

    for t in (3.0, 12.0):
        assert truth.hazard_ratio(t) == pytest.approx(hazard(t)[0] / hazard(t)[1], rel=1e-5)
    assert truth.hazard_ratio(3) < truth.hazard_ratio(30) < 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("horizon", [3.0, 12.0, 60.0])
def test_restricted_mean_is_the_area_under_the_curve(model, horizon):
    truth, _ = exact(model, shape=1.15)
    for i, area in enumerate(truth.restricted_mean(horizon)):
        assert area == pytest.approx(quad(lambda t, i=i: truth.survival([t])[i, 0] / 100, 0, horizon)[0], rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("study", ["sharp", "asia_pacific"])
def test_curves_pass_within_one_point_of_everything_published(trials, study, model):
    published = trials[study, model].published()
    assert len(published) == 4
    assert published["difference"].abs().max() <= 1


@pytest.mark.parametrize(
    ("study", "shape", "ratio", "gain"), [("sharp", 1.15, 0.72, 0.95), ("asia_pacific", 1.04, 0.63, 1.6)]
)
def test_trials_give_the_values_worked_out_by_hand(trials, study, shape, ratio, gain):
    trial = trials[study, "weibull"]
    assert trial.curves.shape == pytest.approx(shape, abs=0.005)
    assert trial.curves.hazard_ratio() == pytest.approx(ratio, abs=0.005)
    restricted = trial.restricted_mean(12).iloc[0]
    assert restricted["difference"] == pytest.approx(gain, abs=0.05)
    assert 0 < restricted["difference_low"] < restricted["difference"] < restricted["difference_high"]


def test_band_holds_its_curve_and_never_leaves_0_to_100(trials):
    table = trials["sharp", "weibull"].table(np.arange(0, 25))
    for name in ("experimental", "control", "difference"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()
    shares = table.filter(regex="experimental|control")
    assert shares.to_numpy().min() >= 0
    assert shares.to_numpy().max() <= 100
    assert (table.loc[0, ["experimental", "control", "difference"]] == [100, 100, 0]).all()


def test_draws_follow_the_published_interval(trials):
    trial = trials["sharp", "weibull"]
    draws = trial.draws
    # the fitted median of a draw solves S = 1/2
    medians = np.exp((np.log(np.log(2)) - draws.location[:, 0]) / draws.shape)
    low, high = trial.experimental.interval
    width = np.log(np.quantile(medians, 0.975) / np.quantile(medians, 0.025))
    assert width == pytest.approx(np.log(high / low), rel=0.05)


def test_draws_are_the_same_every_time_and_quick(trials):
    published = survival.arms(tables.read("endpoints"), "sharp")
    start = time.perf_counter()
    first = survival.fit(*published).restricted_mean(12)
    assert time.perf_counter() - start < 2
    pd.testing.assert_frame_equal(first, trials["sharp", "weibull"].restricted_mean(12))


def test_several_horizons_give_the_rows_of_each(trials):
    trial = trials["sharp", "weibull"]
    rows = trial.restricted_mean([6, 12])
    assert rows["horizon"].tolist() == [6, 12]
    pd.testing.assert_series_equal(rows.iloc[1], trial.restricted_mean(12).iloc[0], check_names=False)


def test_trial_is_the_fit_of_its_arms(trials):
    curves = survival.trial(tables.read("endpoints"), "sharp", "log-logistic").curves
    assert curves.shape == trials["sharp", "log-logistic"].curves.shape


def test_points_hold_what_was_published_with_its_check_mark():
    points = survival.points(tables.read("endpoints"), "asia_pacific", names=("drug", "none"))
    assert points["arm"].tolist() == ["drug", "drug", "none", "none"]
    assert points["months"].tolist() == [6.5, 6.0, 4.2, 6.0]
    assert points["alive"].tolist() == [50, 53.3, 50, 36.7]
    assert points.loc[1, "check"] == "unchecked"
    assert (points["source"] == "cheng2009asiapacific").all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"median": 0}, "median survival is 0 months: it must be above zero"),
        ({"median": 5, "interval": (6, 7)}, "interval of the median is 6 to 7 months.*must hold the median, 5"),
        ({"median": 5, "interval": (0, 7)}, "lower end must be above zero"),
        ({"median": 5, "landmarks": {12: 120}}, "survival at 12 months is 120 percent: it must lie between 0 and 100"),
        ({"median": 5, "landmarks": {12: 0}}, "survival at 12 months is 0 percent"),
        ({"median": 5, "landmarks": {-1: 30}}, "landmark at -1 months: its time must be above zero"),
        ({"median": 5, "level": 0.95 * 200}, "confidence level is 190.0 percent"),
    ],
)
def test_arm_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        Arm(**arguments)


def test_fit_says_what_is_wrong():
    with pytest.raises(ValueError, match="fewer than two points"):
        survival.fit(Arm(10), Arm(8))
    with pytest.raises(ValueError, match="it must fall from each point to the next"):
        survival.fit(Arm(10, landmarks={6: 40}), Arm(8, landmarks={12: 30}))
    with pytest.raises(ValueError, match="model is 'gompertz': it must be"):
        survival.fit(*exact("weibull")[1], model="gompertz")


def test_band_and_area_say_what_is_wrong():
    trial = survival.fit(Arm(10, landmarks={12: 40}), Arm(8, landmarks={12: 30}))
    with pytest.raises(ValueError, match="no interval given for the median of 10 months"):
        trial.table([6])
    with pytest.raises(ValueError, match="horizon is 0 months: it must be above zero"):
        trial.curves.restricted_mean(0)
    with pytest.raises(ValueError, match="no endpoint 'OS' in months for study 'nobody'"):
        survival.arms(tables.read("endpoints"), "nobody")


@pytest.mark.parametrize(("median", "ratio", "share"), [(10.7, 2.09, 0.5), (7.9, 0.5, 0.1), (5.0, 1.0, 0.3)])
def test_two_groups_keep_the_median_and_the_ratio(median, ratio, share):
    without, carrying = survival.two_groups(median, ratio, share)
    alive = (1 - share) * np.exp(-without * median) + share * np.exp(-carrying * median)
    assert alive == pytest.approx(0.5)
    assert carrying / without == pytest.approx(ratio)


def test_two_groups_of_one_kind_are_one_group():
    assert survival.two_groups(8.0, 3.0, share=0)[0] == pytest.approx(np.log(2) / 8)
    assert survival.two_groups(8.0, 3.0, share=1)[1] == pytest.approx(np.log(2) / 8)
    with pytest.raises(ValueError, match="share from 0 to 1"):
        survival.two_groups(8.0, 3.0, share=50)
