"""The dose-toxicity curve: known curves are found again, and without study effects it is plain logistic regression."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize
from scipy.special import expit
from scipy.stats import binom

from sorafenib_book import dose, tables

INDEPENDENT = Path(__file__).parent / "independent"
#: Estimates of lme4 by adaptive quadrature, and bands from them; see independent/dose.R.
OF_R = pd.read_csv(INDEPENDENT / "dose.csv").set_index(["case", "reference", "quantity"])["value"].sort_index()


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


@pytest.mark.parametrize(("case", "reference"), sorted(set(OF_R.index.droplevel("quantity"))))
def test_curve_and_band_are_those_of_lme4(case, reference):
    table, expected = pd.read_csv(INDEPENDENT / "doses.csv"), OF_R[case, reference]
    found = dose.fit(table[table["case"].eq(case)], reference)
    assert [*found.estimates[:2], found.spread] == pytest.approx(expected[["intercept", "slope", "spread"]], abs=1e-4)
    for (i, j), value in np.ndenumerate(found.covariance):
        first, second = max(i, j) + 1, min(i, j) + 1
        assert value == pytest.approx(expected[f"covariance {first} {second}"], abs=1e-4)
    for level in (95, 90):
        for row in found.curve([200, 400, 800], level).itertuples():
            for name in ("percent", "percent_low", "percent_high"):
                assert getattr(row, name) == pytest.approx(expected[f"{row.dose:g} mg {level} {name}"], abs=0.0501)


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


@pytest.mark.parametrize(("column", "value"), [("dose", 0), ("dose_limiting", 99), ("dose_limiting", -1)])
def test_impossible_rows_are_named(toxicity, column, value):
    rows = toxicity.copy()
    rows.loc[rows.index[3], column] = value
    with pytest.raises(ValueError, match="Awada at"):
        dose.fit(rows)


def test_two_doses_are_enough():
    # of 20 patients each 4 at 200 mg and 10 at 800 mg: odds 1/4 and 1
    table = pd.DataFrame({"study": ["A", "A", "B", "B"], "dose": [200, 800] * 2, "dose_limiting": [4, 10] * 2})
    found = dose.fit(table.assign(patients=20), reference=800)
    assert found.estimates[:2] == pytest.approx([0, np.log(4) / np.log(4)], abs=1e-3)


def test_spread_has_no_sign():
    assert dose.Fit(400, np.array([0, 1, -0.5]), np.eye(3)).spread == 0.5


def test_one_study_is_not_enough(toxicity):
    with pytest.raises(ValueError, match="two studies"):
        dose.fit(toxicity[toxicity["study"].eq("Awada")])


def own(first, second, patients=6):
    """Two studies of the same three doses."""
    doses = {"study": ["A"] * 3 + ["B"] * 3, "dose": [200, 400, 600] * 2}
    return pd.DataFrame(doses | {"dose_limiting": [*first, *second], "patients": patients})


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (own([0, 0, 0], [0, 0, 0]), "none of the patients have toxicity"),
        (own([6, 6, 6], [6, 6, 6]), "all of the patients have toxicity"),
        (own([0, 2, 6], [0, 1, 6]), "one dose parts the patients"),
        (own([6, 2, 0], [6, 1, 0]), "one dose parts the patients"),
        (own([6, 6, 6], [0, 0, 0]), "counts leave the curve open"),
        (own([0, 1, np.nan], [0, 1, 3]), "A at 600 mg, column dose_limiting: found nan"),
        (own([0, 0.2, 0.5], [0, 1, 3]), "A at 400 mg, column dose_limiting: found 0.2, expected a number of patients"),
        (own([0, 1, 7], [0, 1, 3]), "A at 600 mg, 7 of 6 patients"),
        (own([0, 1, "two"], [0, 1, 3]), "A at 600 mg, column dose_limiting: found 'two', expected a number"),
        (own([0, 1, 2], [0, 1, 3], patients=0), "A at 200 mg, 0 of 0 patients|A at 400 mg"),
        (own([0, 0, 0], [0, 1, 3], patients=[0, 6, 6, 6, 6, 6]), "A at 200 mg, 0 of 0 patients"),
        (own([0, 1, 2], [0, 1, 3]).drop(columns="study"), "no column study: needed are study, dose"),
        (own([0, 1, 2], [0, 1, 3]).assign(study=None), "names no study"),
    ],
)
def test_what_gives_no_curve_is_said(table, message):
    with pytest.raises(ValueError, match=message):
        dose.fit(table)


def test_an_optimum_that_was_not_found_is_said(monkeypatch, toxicity):
    monkeypatch.setattr(dose, "minimize", lambda *a, **k: optimize.minimize(*a, **k | {"options": {"maxiter": 1}}))
    with pytest.raises(RuntimeError, match="could not be maximised: Maximum number of iterations"):
        dose.fit(toxicity)


def test_level_and_doses_of_a_curve(toxicity):
    found = dose.fit(toxicity)
    pd.testing.assert_frame_equal(found.curve([400]), found.curve([400], level=95))
    with pytest.raises(ValueError, match="confidence level is 0.95 percent: .* not 0.95"):
        found.curve([400], level=0.95)
    with pytest.raises(ValueError, match="dose is 0"):
        found.curve([400, 0])
    assert found == dose.fit(toxicity) != dose.fit(toxicity, reference=200)


def test_the_unit_of_the_dose_does_not_matter():
    rows = pd.read_csv(INDEPENDENT / "doses.csv").query("case == 'studies apart'")
    grams = dose.fit(rows.assign(dose=rows["dose"] / 1000), 0.4)
    assert grams.estimates[:2] == pytest.approx(OF_R["studies apart", 400][["intercept", "slope"]], abs=1e-4)
    with pytest.raises(ValueError, match="reference is 0"):
        dose.fit(rows, 0)
    with pytest.raises(ValueError, match="a at 0 mg: the dose must be given, above zero"):
        dose.fit(rows.assign(dose=rows["dose"].replace(200, 0)))


@pytest.mark.parametrize(("slope", "passes"), [(9e-4, True), (-9e-4, True), (2e-3, False), (-2e-3, False)])
def test_an_optimiser_that_gives_up_at_the_top_is_believed(monkeypatch, slope, passes):
    def given_up(*arguments, **options):
        found = optimize.minimize(*arguments, **options)
        return optimize.OptimizeResult(x=found.x, success=False, message="precision loss", jac=np.array([0, slope, 0]))

    monkeypatch.setattr(dose, "minimize", given_up)
    rows = pd.read_csv(INDEPENDENT / "doses.csv").query("case == 'studies apart'")
    if passes:
        assert dose.fit(rows).estimates[1] == pytest.approx(OF_R["studies apart", 400, "slope"], abs=1e-4)
    else:
        with pytest.raises(RuntimeError, match="could not be maximised: precision loss"):
            dose.fit(rows)


def test_one_patient_is_a_row_and_one_toxicity_is_one():
    # the one toxicity at the lowest dose is what keeps 600 mg from parting all patients
    found = dose.fit(own([1, 0, 5], [0, 0, 6], patients=[6, 6, 6, 1, 6, 6]))
    assert found.curve(600)["percent"][0] > 70
