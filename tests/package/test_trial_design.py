"""Trial planning against simulated trials (independent/trial_design.R) and values worked out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sorafenib_book import trial_design

INDEPENDENT = pd.read_csv(Path(__file__).parent / "independent" / "trial_design.csv")
R = {row.name: row for row in INDEPENDENT.itertuples()}


def test_power_agrees_with_a_textbook_number():
    # 4 (1.960 + 1.282)^2 / (ln 0.7)^2 = 330 events give a power of 90% at a two-sided 5% (Schoenfeld 1983)
    assert trial_design.power(0.7, 330.4) == pytest.approx(90, abs=0.1)
    assert trial_design.power(1.0, 500, level=15) == pytest.approx(15)
    assert trial_design.power(1 / 0.7, 330.4) < 1e-3, "a harmful drug does not win"
    assert trial_design.power([0.7, 0.8], 100, level=[2.5, 15]).shape == (2,)
    assert isinstance(trial_design.power(0.7, 100), float)


@pytest.mark.parametrize("case", [(0.7, 330, 2.5), (0.8, 200, 15), (0.82, 439, 2.5)])
def test_power_is_the_share_of_simulated_trials_that_the_log_rank_test_finds_positive(case):
    expected = R["-".join(["power", *(f"{number:g}" for number in case)])]
    # 1 for Schoenfeld's approximation
    assert trial_design.power(*case) == pytest.approx(expected.value, abs=1 + 3 * expected.error)


def test_events_behind_an_interval():
    half = 1.959964 * 2 / np.sqrt(400)
    assert trial_design.events(0.9 * np.exp(-half), 0.9 * np.exp(half)) == pytest.approx(400, rel=1e-6)
    found = trial_design.events(R["events-low"].value, R["events-high"].value, level=90)
    assert found == pytest.approx(R["events-90"].value, rel=0.02)


#: Hazard ratio on the drug, half-time of stopping, median, horizon, half-time of loss and Weibull shape of trials.
TRIALS = {
    name.removeprefix("diluted-"): tuple(float(number) for number in name.split("-")[1:])
    for name in R
    if name.startswith("diluted-")
}


@pytest.mark.parametrize("name", TRIALS)
def test_dilution_is_what_cox_regression_reports_of_simulated_trials(name):
    expected = R[f"diluted-{name}"]
    assert trial_design.diluted(*TRIALS[name]) == pytest.approx(expected.value, abs=4 * expected.error)


@pytest.mark.parametrize("ends", [1, 2, 3])
@pytest.mark.parametrize("name", [name for name, trial in TRIALS.items() if np.isfinite(trial[4])])
def test_how_patients_left_a_simulated_trial_is_found_from_what_its_paper_would_report(name, ends):
    ratio, stop, median, horizon, lost, shape = TRIALS[name]
    followed = None if shape == 1 else R[f"followed-{name}"].value
    share, on_drug = R[f"share-{name}"].value, R[f"drug{ends}-{name}"].value
    found = trial_design.fitted(ratio, median, horizon, share, on_drug, ends, followed)
    # medians and shares of a million patients an arm leave about half a percent open
    assert found == pytest.approx((R[f"diluted-{name}"].value, stop, lost, shape), rel=0.02)
    assert found.hazard_ratio == pytest.approx(R[f"diluted-{name}"].value, abs=0.005)


def test_dilution_has_the_limits_it_must_have():
    assert trial_design.diluted(0.69, np.inf, 33.7, 48) == pytest.approx(0.69)
    assert trial_design.diluted(0.69, 1e-6, 33.7, 48) == pytest.approx(1, abs=1e-3)
    assert trial_design.diluted(0.69, 12.5, 33.7, 0.01) == pytest.approx(0.69, abs=1e-3)
    # no effect is not diluted, and nobody is on the drug for long where follow-up is longer
    assert trial_design.diluted(1.0, 12.5, 33.7, 48, losing=20, shape=0.5) == pytest.approx(1)
    assert trial_design.diluted(0.5, 6, 12, 36, losing=10) < trial_design.diluted(0.5, 6, 12, 36)
    # recurrences and losses alone end the drug as early as that: nobody stopped it for another reason
    assert trial_design.fitted(0.5, 12, 36, 40, 8, ends=3).half_time == np.inf


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
        (lambda: trial_design.diluted(0.69, 12.5, 33.7, 48, losing=0), "time of loss is 0"),
        (lambda: trial_design.diluted(0.69, 12.5, 33.7, 48, shape=np.nan), "shape is nan"),
        (lambda: trial_design.fitted(0.69, 33.7, 48, 39.4, 12.5, ends=0), "ends is 0: it must be 1"),
        (lambda: trial_design.fitted(0.69, 33.7, 48, 39.4, -1), "time on the drug is -1"),
        (lambda: trial_design.fitted(0.69, 33.7, 48, 90, 12.5), "share of events is 90 percent: .* 0.* and 60"),
        (lambda: trial_design.fitted(0.69, 33.7, 48, 39.4, 12.5, followed=40), "time followed is 40: .*33.7"),
    ],
)
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
