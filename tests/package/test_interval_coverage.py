"""The intervals of modelled curves keep their word in simulated trials, and the measure of it is right."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

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


def test_intervals_hold_what_the_trials_own_curves_give():
    found = measure.summary(measure.coverage(measure.simulated(trials=30, seed=18)))
    # 300 trials gave 92%, 99%, 99% and 100%, with mean widths of 1.7, 1.3, 1.4 and 1.2. Bounds: the goals less two
    # standard errors of a share of 60 arms or 30 differences
    goals = pd.Series([85, 95, 90, 95], index=found.index)
    assert (found["held"] >= goals - 2 * np.sqrt(goals * (100 - goals) / found["intervals"])).all()
    assert 1 < np.average(found["width"], weights=found["intervals"]) < 1.6
    assert found["intervals"].tolist() == [60, 30, 60, 30]
