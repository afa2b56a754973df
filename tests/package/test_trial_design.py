"""Trial planning: events, power and dilution against values that come from elsewhere."""

import numpy as np
import pytest

from sorafenib_book import trial_design


def test_events_and_power_agree_with_textbook_numbers():
    # 4 (1.960 + 1.282)^2 / (ln 0.7)^2 = 330 events give a power of 90% at a two-sided 5% (Schoenfeld 1983)
    assert trial_design.power(0.7, 330.4) == pytest.approx(90, abs=0.1)
    assert trial_design.power(1.0, 500, level=15) == pytest.approx(15)
    assert trial_design.power(1 / 0.7, 330.4) < 1e-3, "a harmful drug does not win"
    assert trial_design.power([0.7, 0.8], 100, level=[2.5, 15]).shape == (2,)
    half = 1.959964 * 2 / np.sqrt(400)
    assert trial_design.events(0.9 * np.exp(-half), 0.9 * np.exp(half)) == pytest.approx(400, rel=1e-6)


def test_dilution_has_the_limits_it_must_have():
    assert trial_design.diluted(0.69, np.inf, 33.7, 48) == pytest.approx(0.69)
    assert trial_design.diluted(0.69, 1e-6, 33.7, 48) == pytest.approx(1, abs=1e-3)
    early, late = (trial_design.diluted(0.69, 12.5, 33.7, months) for months in (1, 48))
    assert 0.69 < early < 0.7 < late < 1
    # no effect is not diluted, and at equal rates the closed form has a limit of its own
    assert trial_design.diluted(1.0, 12.5, 33.7, 48) == pytest.approx(1)
    rate, stop = np.log(2) / 30, 0.4 * np.log(2) / 30
    near = [trial_design.diluted(0.6 + e, np.log(2) / stop, 30, 48) for e in (-1e-9, 0, 1e-9)]
    assert near == pytest.approx([near[1]] * 3, abs=1e-6) and rate > stop


def test_dilution_agrees_with_simulated_patients():
    draw = np.random.default_rng(7)
    n, control, stop = 400_000, np.log(2) / 33.7, np.log(2) / 12.5
    stopped = draw.exponential(1 / stop, n)
    first = draw.exponential(1 / (0.69 * control), n)
    time = np.where(first < stopped, first, stopped + draw.exponential(1 / control, n))
    for months in (12, 48):
        at_risk = [time > m for m in (months - 1, months)]
        hazard = 1 - at_risk[1].sum() / at_risk[0].sum()
        ratio = -np.log1p(-hazard) / control
        on = np.exp(-(0.69 * control + stop) * (months - 0.5))
        assert 0.69 < ratio < 1 and ratio == pytest.approx(1 - 0.31 * on / np.mean(time > months - 0.5), abs=0.03)
    assert trial_design.diluted(0.69, 12.5, 33.7, 48) == pytest.approx(0.87, abs=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trial_design.events(1.2, 0.9), "interval of the hazard ratio is 1.2 to 0.9"),
        (lambda: trial_design.power(0, 100), "hazard ratio is 0.0"),
        (lambda: trial_design.power(0.7, [100, -1]), "number of events is"),
        (lambda: trial_design.power(0.7, 100, level=0), "significance level is 0.0 percent"),
        (lambda: trial_design.diluted(0.69, 0, 33.7, 48), "half-time is 0"),
        (lambda: trial_design.diluted(0.69, 12.5, 33.7, -1), "horizon is -1"),
    ],
)
def test_design_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
