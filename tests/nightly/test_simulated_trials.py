"""The intervals of modelled curves keep their word in simulated trials."""

import numpy as np
import pandas as pd

from tools.research import interval_coverage as measure


def test_intervals_hold_what_the_trials_own_curves_give():
    found = measure.summary(measure.coverage(measure.simulated(trials=300, seed=18)))
    goals = pd.Series([85, 95, 90, 95], index=found.index)
    assert (found["held"] >= goals - 2 * np.sqrt(goals * (100 - goals) / found["intervals"])).all(), found.to_string()
    assert 1 < np.average(found["width"], weights=found["intervals"]) < 1.6
    assert found["intervals"].tolist() == [600, 300, 600, 300]
