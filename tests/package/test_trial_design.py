"""Trial planning against simulated trials (independent/survival.R) and values worked out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from sorafenib_book import trial_design

INDEPENDENT = pd.read_csv(Path(__file__).parent / "independent" / "survival.csv")
R = {row.name: row for row in INDEPENDENT.itertuples()}


def test_power_agrees_with_a_textbook_number():
    # 4 (1.960 + 1.282)^2 / (ln 0.7)^2 = 330 events give a power of 90% at a two-sided 5% (Schoenfeld 1983)
    assert trial_design.power(0.7, 330.4) == pytest.approx(90, abs=0.1)
    assert trial_design.power(1.0, 500, level=15) == pytest.approx(15)
    assert trial_design.power(1 / 0.7, 330.4) < 1e-3, "a harmful drug does not win"
    assert trial_design.power([0.7, 0.8], 100, level=[2.5, 15]).shape == (2,)
    assert isinstance(trial_design.power(0.7, 100), float)


@pytest.mark.parametrize("case", [(0.7, 330, 2.5), (0.8, 200, 15)])
def test_power_is_the_share_of_simulated_trials_that_the_log_rank_test_finds_positive(case):
    expected = R["-".join(["power", *(f"{number:g}" for number in case)])]
    # 1 for Schoenfeld's approximation
    assert trial_design.power(*case) == pytest.approx(expected.value, abs=1 + 3 * expected.error)


def test_events_behind_an_interval():
    half = 1.959964 * 2 / np.sqrt(400)
    assert trial_design.events(0.9 * np.exp(-half), 0.9 * np.exp(half)) == pytest.approx(400, rel=1e-6)
    found = trial_design.events(R["events-low"].value, R["events-high"].value, level=90)
    assert found == pytest.approx(R["events-90"].value, rel=0.02)


@pytest.mark.parametrize("case", [(0.69, 12.5, 33.7, 48), (0.4, 3, 10, 24), (1.6, 6, 12, 36), (0.5, 12, 6, 12)])
def test_dilution_is_what_cox_regression_reports_of_simulated_trials(case):
    expected = R["-".join(["diluted", *(f"{number:g}" for number in case)])]
    # 1% of the ratio for the approximation of the Cox estimate by a mean over events
    assert trial_design.diluted(*case) == pytest.approx(expected.value, rel=0.01, abs=3 * expected.error)


def test_dilution_is_the_mean_over_the_events_of_both_arms():
    ratio, stop, median, horizon = 0.5, 3.0, 10.0, 24.0
    control, stopping = np.log(2) / median, np.log(2) / stop

    def on(t):
        return np.exp(-(ratio * control + stopping) * t)

    def off(t):
        return quad(lambda s: stopping * on(s) * np.exp(-control * (t - s)), 0, t)[0]

    def hazards(t):
        return (ratio * on(t) + off(t)) / (on(t) + off(t))

    def events(t):
        return ratio * on(t) + off(t) + np.exp(-control * t)

    mean = quad(lambda t: np.log(hazards(t)) * events(t), 0, horizon)[0] / quad(events, 0, horizon)[0]
    assert trial_design.diluted(ratio, stop, median, horizon) == pytest.approx(np.exp(mean), rel=1e-5)


def test_dilution_has_the_limits_it_must_have():
    assert trial_design.diluted(0.69, np.inf, 33.7, 48) == pytest.approx(0.69)
    assert trial_design.diluted(0.69, 1e-6, 33.7, 48) == pytest.approx(1, abs=1e-3)
    assert trial_design.diluted(0.69, 12.5, 33.7, 0.01) == pytest.approx(0.69, abs=1e-3)
    # no effect is not diluted, and at equal rates the closed form has a limit of its own
    assert trial_design.diluted(1.0, 12.5, 33.7, 48) == pytest.approx(1)
    near = [trial_design.diluted(0.5, stop, 10, 24) for stop in (20 - 1e-7, 20, 20 + 1e-7)]
    assert near == pytest.approx([near[1]] * 3, abs=1e-6) and np.isfinite(near).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trial_design.events(1.2, 0.9), "interval of the hazard ratio is 1.2 to 0.9"),
        (lambda: trial_design.events(0.9, 0.9), "interval of the hazard ratio is 0.9 to 0.9"),
        (lambda: trial_design.events(0, 0.9), "interval of the hazard ratio is 0 to 0.9"),
        (lambda: trial_design.events(0.5, np.nan), "interval of the hazard ratio is 0.5 to nan"),
        (lambda: trial_design.events(0.5, np.inf), "interval of the hazard ratio is 0.5 to inf"),
        (lambda: trial_design.events(0.5, 0.9, level=0.95), "confidence level is 0.95 percent"),
        (lambda: trial_design.power(0, 100), "hazard ratio is 0"),
        (lambda: trial_design.power(np.nan, 100), "hazard ratio is nan"),
        (lambda: trial_design.power(0.7, [100, -1]), "number of events is -1"),
        (lambda: trial_design.power(0.7, 100, level=0.025), r"significance level is 0.025 percent: give it in percent"),
        (lambda: trial_design.power(0.7, 100, level=[5, 100]), "significance level is"),
        (lambda: trial_design.diluted(0.69, 0, 33.7, 48), "half-time is 0"),
        (lambda: trial_design.diluted(0.69, np.nan, 33.7, 48), "half-time is nan"),
        (lambda: trial_design.diluted(0.69, 12.5, 33.7, -1), "horizon is -1"),
        (lambda: trial_design.diluted(0.69, 12.5, np.inf, 48), "median is inf"),
        (lambda: trial_design.diluted(-0.69, 12.5, 33.7, 48), "hazard ratio is -0.69"),
    ],
)
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
