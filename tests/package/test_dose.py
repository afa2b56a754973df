"""The dose-toxicity curve: known curves are found again, and without study effects it is plain logistic regression."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import binom

from sorafenib_book import dose, tables


@pytest.fixture(scope="module")
def toxicity():
    return tables.read("dose_toxicity")


def made_up(spread, studies=60, patients=200, seed=1):
    """Studies drawn from a curve with 15 percent at 400 mg, slope 2 and the given spread of study effects."""
    generator = np.random.default_rng(seed)
    rows = pd.DataFrame([(f"s{i}", d) for i in range(studies) for d in (200, 400, 600, 800)], columns=["study", "dose"])
    effect = rows["study"].map(dict(zip(rows["study"].unique(), generator.normal(0, spread, studies), strict=True)))
    share = expit(np.log(0.15 / 0.85) + 2 * np.log(rows["dose"] / 400) + effect)
    return rows.assign(patients=patients, dose_limiting=binom.rvs(patients, share, random_state=generator))


def test_a_known_curve_is_found_again():
    found = dose.fit(made_up(spread=0.6))
    assert found.estimates[0] == pytest.approx(np.log(0.15 / 0.85), abs=0.25)
    assert found.estimates[1] == pytest.approx(2, abs=0.1)
    assert found.spread == pytest.approx(0.6, abs=0.15)


def test_without_study_effects_it_is_logistic_regression(toxicity):
    # the study of patients with liver or kidney failure apart, the others show no effect of the study
    rows = toxicity[toxicity["population"].ne("liver or kidney failure")]
    found = dose.fit(rows)
    counts = rows[["dose_limiting", "patients"]].astype(float)
    both = np.column_stack([counts["dose_limiting"], counts["patients"] - counts["dose_limiting"]])
    plain = sm.GLM(both, sm.add_constant(np.log(rows["dose"] / 400)), family=sm.families.Binomial()).fit()
    assert found.spread < 0.01
    assert found.estimates[:2] == pytest.approx(plain.params.to_numpy(), abs=1e-3)
    assert np.sqrt(np.diag(found.covariance))[:2] == pytest.approx(plain.bse.to_numpy(), rel=0.02)


def test_the_reference_dose_moves_no_curve(toxicity):
    first, second = (dose.fit(toxicity, reference).curve([200, 400, 800]) for reference in (400, 250))
    pd.testing.assert_frame_equal(first, second, atol=0.11)


def test_the_band_holds_the_curve_and_widens_with_its_level(toxicity):
    found = dose.fit(toxicity)
    wide, narrow = found.curve([100, 400, 1000], level=95), found.curve([100, 400, 1000], level=50)
    assert (wide["percent_low"] < narrow["percent_low"]).all()
    assert (narrow["percent_low"] < wide["percent"]).all()
    assert (wide["percent"] < narrow["percent_high"]).all()
    assert wide["percent"].is_monotonic_increasing


@pytest.mark.parametrize(("column", "value"), [("dose", 0), ("dose_limiting", 99), ("dose_limiting", -1)])
def test_impossible_rows_are_named(toxicity, column, value):
    rows = toxicity.copy()
    rows.loc[rows.index[3], column] = value
    with pytest.raises(ValueError, match="Awada at"):
        dose.fit(rows)


def test_one_study_is_not_enough(toxicity):
    with pytest.raises(ValueError, match="two studies"):
        dose.fit(toxicity[toxicity["study"].eq("Awada")])
