"""Pooled hazard ratios: R, hand-worked cases, simulation, statsmodels, the trials of the book, and errors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.stats import norm
from statsmodels.stats.meta_analysis import combine_effects

from sorafenib_book import pooling, tables

#: Trials far apart, and trials that agree better than chance lets them (a negative variance estimate).
APART = {"a": (0.5, 0.4, 0.625), "b": (0.8, 0.64, 1.0), "c": (1.25, 1.0, 1.5625), "d": (0.6, 0.4, 0.9)}
AGREED = {"a": (0.90, 0.61, 1.33), "b": (1.06, 0.69, 1.64), "c": (0.91, 0.67, 1.24), "d": (0.86, 0.61, 1.22)}
INDEPENDENT = Path(__file__).parent / "independent"
#: What metafor and R's own integration make of independent/trials.csv; see independent/pooling.R.
OF_R = (
    pd.read_csv(INDEPENDENT / "pooling.csv").set_index(["case", "level", "left_out", "quantity"])["value"].sort_index()
)
GIVEN = pd.read_csv(INDEPENDENT / "trials.csv").set_index("trial")


def trials(rows, level=95.0):
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["hr", "hr_low", "hr_high"])
    return table.assign(level=level)


def book(results):
    """Rows of the book's own table, intervals that were not verified recomputed."""
    return pooling.with_intervals(tables.read("endpoints")).set_index("id").loc[results]


def effects(table):
    errors = np.log(table["hr_high"] / table["hr_low"]) / (2 * norm.ppf(0.5 + table["level"] / 200))
    return np.log(table["hr"]).to_numpy(), (errors**2).to_numpy()


CASES = {
    "apart": trials(APART),
    "agreed": trials(AGREED),
    "two trials": trials(APART).head(2),
    "three trials": trials(APART).head(3),
    "survival beside TACE": book(["space-os", "post_tace-os", "tace_2-os", "tactics-os"]),
    "progression beside TACE": book(["space-ttp", "post_tace-ttp", "sansonno-ttp-recovered"]),
}


@pytest.mark.parametrize(("case", "level", "left_out"), sorted(set(OF_R.index.droplevel("quantity"))))
def test_every_number_is_that_of_r(case, level, left_out):
    rows = GIVEN[GIVEN["case"].eq(case)].drop(index=left_out, errors="ignore")
    ours, theirs = pooling.pool(rows, level), OF_R[case, level, left_out].dropna().to_dict()
    found = {name: getattr(ours, name) for name in ("q", "q_p", "tau2", "i2")}
    for name in ("common", "random", "hartung_knapp", "bayesian", "bayesian_tau"):
        names = (name.replace("_tau", " tau"), *(f"{name.replace('_tau', ' tau')} {end}" for end in ("low", "high")))
        found |= zip(names, getattr(ours, name), strict=True)
    for name in ("tau2", "prediction", "bayesian next"):
        interval = {"tau2": ours.tau2_interval, "prediction": ours.prediction}.get(name, ours.bayesian_prediction)
        if interval:
            found |= zip((f"{name} low", f"{name} high"), interval, strict=True)
    shares = {"common": "common effect", "random": "random effects", "bayesian": "Bayesian"}
    for word, method in shares.items():
        weights = ours.by(method)["weights"]
        found |= {f"weight {word} {trial}": weight for trial, weight in zip(rows.index, weights, strict=True)}
    # integration by two methods: the posterior of tau is steep where it is near zero
    assert found == pytest.approx(theirs, rel=2e-4, abs=2e-5)


@pytest.mark.parametrize("case", ["survival beside TACE", "progression beside TACE"])
def test_r_has_pooled_the_books_own_results(case):
    columns = ["hr", "hr_low", "hr_high", "level"]
    given, now = GIVEN.loc[GIVEN["case"].eq(case), columns], CASES[case][columns].astype(float)
    assert given.to_dict("index") == now.to_dict("index"), "write them into trials.csv, and run pooling.R again"


@pytest.mark.parametrize("case", sorted(set(GIVEN["case"])))
def test_every_combination_gives_what_r_gives_without_the_others(case):
    rows = GIVEN[GIVEN["case"].eq(case)]
    made = pooling.every_combination(rows)
    count = 2 ** len(rows) - len(rows) - 1
    assert len(made) == 4 * count and made["trials"].nunique() == count
    assert made["method"].tolist() == list(pooling.METHODS) * count
    words = {"common effect": "common", "random effects": "random", "Hartung-Knapp": "hartung_knapp"}
    for row in made[made["k"].ge(len(rows) - 1)].itertuples(index=False):
        theirs, name = OF_R[case, 95, row.left_out or "none"], words.get(row.method, "bayesian")
        following = {"common": "none", "bayesian": "bayesian next"}.get(name, "prediction")
        names = [name, f"{name} low", f"{name} high", f"{following} low", f"{following} high"]
        expected = [round(theirs.get(quantity, np.nan), 2) for quantity in names]
        expected += [round(theirs["tau2"], 3), round(theirs["i2"])]
        assert list(row[4:]) == pytest.approx(expected, nan_ok=True, abs=1e-9)


def test_the_posterior_is_that_of_a_simulation():
    # 400,000 draws of tau from its prior, weighted by the likelihood with the mean integrated out; the error of a
    # quantile of theirs is about sqrt(share (1 - share) / effective draws) over the density: below 0.01 in log HR here
    draws = np.abs(np.random.default_rng(1).normal(0, 0.5, 400_000))
    pooled = pooling.pool(trials(APART))
    y, v = effects(trials(APART))
    w = 1 / (v + draws[:, None] ** 2)
    means = w @ y / w.sum(axis=1)
    log = 0.5 * (np.log(w).sum(axis=1) - np.log(w.sum(axis=1)) - (w * (y - means[:, None]) ** 2).sum(axis=1))
    shares = np.exp(log - log.max())
    chance = np.random.default_rng(2)
    chosen = chance.choice(len(draws), 100_000, p=shares / shares.sum())
    mean = chance.normal(means[chosen], w.sum(axis=1)[chosen] ** -0.5)
    following = chance.normal(mean, draws[chosen])
    assert np.log(pooled.bayesian) == pytest.approx(np.quantile(mean, [0.5, 0.025, 0.975]), abs=0.01)
    assert np.log(pooled.bayesian_prediction) == pytest.approx(np.quantile(following, [0.025, 0.975]), abs=0.02)


def test_the_prior_is_seen_where_trials_say_little():
    # two trials of no precision: the posterior of tau is the prior; quantiles of the half-normal distribution
    for scale in (0.5, 1):
        vague = pooling.Pooled(["a", "b"], np.zeros(2), np.full(2, 100.0), prior=scale)
        assert vague.bayesian_tau == pytest.approx(scale * np.array([0.67449, 0.031338, 2.241403]), rel=1e-3)


@pytest.mark.parametrize("case", CASES)
def test_variance_between_trials_solves_the_equation_of_paule_and_mandel(case):
    y, v = effects(CASES[case])

    def excess(tau2):
        w = 1 / (v + tau2)
        return w @ (y - w @ y / w.sum()) ** 2 - (len(y) - 1)

    expected = brentq(excess, 0, 10) if excess(0) > 0 else 0
    assert pooling.pool(CASES[case]).tau2 == pytest.approx(expected, abs=1e-5)


@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")
@pytest.mark.parametrize("case", ["agreed", "survival beside TACE"])
def test_a_negative_variance_becomes_zero_where_statsmodels_dl_goes_wrong(case):
    y, v = effects(CASES[case])
    wrong = combine_effects(y, v, method_re="dl")
    ours = pooling.pool(CASES[case])
    assert wrong.tau2 < 0, "statsmodels now truncates: say so in the chapter"
    # falsely more precise than without any variance between trials, or no standard error at all
    assert not wrong.sd_eff_w_re >= wrong.sd_eff_w_fe
    assert wrong.mean_effect_re != pytest.approx(wrong.mean_effect_fe, abs=0.01)
    assert ours.tau2 == 0 and ours.i2 == 0
    assert ours.random == pytest.approx(ours.common, abs=1e-12)


def test_what_agrees_perfectly_has_no_heterogeneity():
    pooled = pooling.pool(trials({name: (0.8, 0.6, 0.8**2 / 0.6) for name in "abc"}))
    assert (pooled.q, pooled.i2, pooled.tau2) == pytest.approx((0, 0, 0), abs=1e-12)
    assert all(pooled.by(method)["weights"] == pytest.approx([100 / 3] * 3) for method in pooling.METHODS)
    # no variance makes three equal effects as near to one another as they are
    assert pooled.tau2_interval is None


@pytest.mark.parametrize("case", CASES)
def test_hartung_knapp_is_never_narrower(case):
    pooled = pooling.pool(CASES[case])
    (_, low, high), (_, below, above) = pooled.random, pooled.hartung_knapp
    assert below <= low and above >= high
    # the formula as published would be narrower where trials agree
    y, v = effects(CASES[case])
    if case == "agreed":
        assert combine_effects(y, v, use_t=True).sd_eff_w_re_hksj < combine_effects(y, v).sd_eff_w_re


def test_a_hand_worked_example():
    # y = ln 0.5, ln 1, ln 2 = -L, 0, L with s = 0.1 each: mean 0, Q = 2 L^2 / 0.01, tau2 = L^2 - 0.01, SE^2 = L^2 / 3
    half, log2 = np.exp(1.959964 * 0.1), np.log(2)
    pooled = pooling.pool(
        trials({"a": (0.5, 0.5 / half, 0.5 * half), "b": (1, 1 / half, half), "c": (2, 2 / half, 2 * half)})
    )
    assert pooled.q == pytest.approx(200 * log2**2, rel=1e-6)
    assert pooled.i2 == pytest.approx(100 * (1 - 1 / (100 * log2**2)), rel=1e-6)
    assert pooled.tau2 == pytest.approx(log2**2 - 0.01, abs=1e-5)
    # Student's t: 4.302653 on 2 degrees of freedom, 12.706205 on 1
    assert pooled.hartung_knapp == pytest.approx((1, *np.exp(np.array([-1, 1]) * 4.302653 * log2 / 3**0.5)), rel=1e-4)
    spread = 12.706205 * (log2**2 - 0.01 + log2**2 / 3) ** 0.5
    assert pooled.prediction == pytest.approx(tuple(np.exp([-spread, spread])), rel=1e-3)


def test_two_trials_have_no_prediction_interval():
    pooled = pooling.pool(trials(APART).head(2))
    assert pooled.prediction is None
    following = pooled.table()[["next_low", "next_high"]].notna().all(axis=1)
    assert following.to_dict() == {method: method == "Bayesian" for method in pooling.METHODS}
    # t on 1 degree of freedom
    _, low, high = pooled.hartung_knapp
    assert np.log(high / low) == pytest.approx(np.log(pooled.random[2] / pooled.random[1]) * 12.706 / 1.960, rel=1e-3)


def test_three_trials_have_one_of_one_degree_of_freedom():
    pooled = pooling.pool(trials(AGREED).head(3))
    low, high = pooled.prediction
    assert np.log(high / low) == pytest.approx(np.log(pooled.random[2] / pooled.random[1]) * 12.706 / 1.960, rel=1e-3)
    assert pooled.table().loc["Hartung-Knapp", "next_low"] == round(low, 2)


def test_an_interval_counts_at_its_own_level():
    ninety = trials({"a": (0.8, 0.8 * np.exp(-0.1645), 0.8 * np.exp(0.1645)), "b": (0.9, 0.8, 1.0125)})
    ninety.loc["a", "level"] = 90.0
    assert pooling.pool(ninety).errors[0] == pytest.approx(0.1, rel=1e-3)
    assert pooling.pool(ninety.assign(level=95.0)).errors[0] < 0.09
    wide, narrow = pooling.pool(ninety, level=99), pooling.pool(ninety)
    assert wide.common[1] < narrow.common[1] and wide.common[0] == narrow.common[0]


def change(**cells):
    table = trials(AGREED)
    for column, value in cells.items():
        table.loc["b", column] = value
    return table


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (change(hr=1.7), r"b: the interval 0.69 to 1.64 does not hold its estimate, 1.7"),
        (change(hr_low=np.nan), r"b: the hazard ratio 1.06 has no interval"),
        (change(hr_high=np.nan), r"b: the hazard ratio 1.06 has no interval"),
        (change(hr=np.nan), r"b: no hazard ratio"),
        (change(hr_low=1.7), r"b: the interval is 1.7 to 1.64: it must rise"),
        (change(hr_low=0.0), r"b: the interval is 0 to 1.64: it must rise from above zero"),
        (change(hr=1, hr_low=1, hr_high=1), r"b: the interval is 1 to 1: it must rise"),
        (change(level=100), r"b: the level of the interval is 100: it must be given in percent, 50 to below 100"),
        (change(level=49), r"b: the level of the interval is 49: it must be given in percent, 50 to below 100"),
        (change(level=np.nan), r"b: the level of the interval is not given; those of the other trials are 95 percent"),
        (change(level=0.95), r"b: the level of the interval is 0.95: it must be given in percent"),
        (trials(AGREED, np.nan), r"a: the level of the interval is not given$"),
        (trials(AGREED).drop(columns="level"), r"no column level: needed are hr, hr_low, hr_high, level"),
        (trials(AGREED).head(1), r"1 trial \(a\): pooling needs at least two"),
        (trials(AGREED).head(0), r"0 trial \(none\)"),
        (pd.concat([trials(AGREED)] * 2), r"a, b, c, d comes more than once"),
    ],
)
def test_errors_name_the_trial_and_what_is_wrong(table, message):
    with pytest.raises(ValueError, match=message):
        pooling.pool(table)


def test_errors_of_levels_methods_and_too_few_trials():
    with pytest.raises(ValueError, match="confidence level is 0 percent"):
        pooling.pool(trials(AGREED), level=0)
    with pytest.raises(ValueError, match="the method is 'fixed'; expected common effect, random effects"):
        pooling.pool(trials(AGREED)).by("fixed")
    for count, names in ((1, "a"), (0, "none")):
        with pytest.raises(ValueError, match=rf"{count} trial \({names}\): pooling needs at least two"):
            pooling.every_combination(trials(AGREED).head(count))


def row(**cells):
    known = {"id": "x-os", "hr": 0.797, "hr_low": 0.5, "hr_high": 1.2, "level": 95.0, "p": 0.072, "p_relation": "="}
    known |= {"p_sides": "one", "check": "primary", "unchecked_fields": "hr_low;hr_high"}
    return pd.DataFrame([known | cells])


def test_an_unseen_interval_comes_from_the_p_value():
    # ln 0.797 / z(0.072) = -0.2269 / -1.4611 = 0.1553; 0.797 * exp(-+1.96 * 0.1553)
    found = pooling.with_intervals(row()).iloc[0]
    assert (found["hr_low"], found["hr_high"], found["interval"]) == (0.59, 1.08, "from P")
    assert pd.isna(found["unchecked_fields"])
    two = pooling.with_intervals(row(p=0.144, p_sides="two")).iloc[0]
    assert (two["hr_low"], two["hr_high"]) == (0.59, 1.08)
    harm = pooling.with_intervals(row(hr=1 / 0.797, p=1 - 0.072)).iloc[0]
    assert (harm["hr_low"], harm["hr_high"]) == pytest.approx((1 / 1.08, 1 / 0.588), abs=0.006)


@pytest.mark.parametrize(
    ("cells", "interval"),
    [
        ({"unchecked_fields": None}, "published"),
        ({"check": "unchecked", "unchecked_fields": None}, "not verified"),
        ({"unchecked_fields": "hr;hr_low;hr_high"}, "not verified"),
        ({"unchecked_fields": "hr_low;hr_high;p"}, "not verified"),
        ({"p_relation": "<", "p": 0.001}, "not verified"),
        ({"p_sides": None}, "not verified"),
        # rounding of 0.99 and 0.94 leaves anything open
        ({"hr": 0.99, "p": 0.94, "p_sides": "two"}, "not verified"),
        # Half a unit of the last digit moves ln(HR) and z. For 0.97 ln(0.965)/ln(0.97) = 1.1697, times z(0.92)/z(0.925)
        # = 0.10043/0.09413 makes 1.248, but times z(0.93)/z(0.935) = 0.08784/0.08155 makes 1.260: above a quarter
        ({"hr": 0.97, "p": 0.92, "p_sides": "two"}, "from P"),
        ({"hr": 0.97, "p": 0.93, "p_sides": "two"}, "not verified"),
        # Below P = 0.1 three decimals are printed. For 0.979 ln(0.974)/ln(0.979) = 1.2413, times z(0.01)/z(0.0105) =
        # 2.5758/2.5590 makes 1.249, times z(0.009)/z(0.0095) = 2.6121/2.5934 makes 1.250; at 0.1 two are printed
        ({"hr": 0.979, "p": 0.01, "p_sides": "two"}, "from P"),
        ({"hr": 0.979, "p": 0.009, "p_sides": "two"}, "not verified"),
        ({"hr": 0.979, "p": 0.099, "p_sides": "two"}, "from P"),
        ({"hr": 0.979, "p": 0.1, "p_sides": "two"}, "not verified"),
        # harm at one side: ln(1.035)/ln(1.03) = 1.1638 times z(0.57)/z(0.565) = 0.17637/0.16366 makes 1.254
        ({"hr": 1.03, "p": 0.57}, "not verified"),
        # nothing is printed, nothing can be said
        ({"hr_low": None, "hr_high": None, "p_sides": None}, None),
    ],
)
def test_only_what_a_p_value_determines_is_recomputed(cells, interval):
    given = row(**cells)
    found = pooling.with_intervals(given).iloc[0]
    assert found["interval"] == interval if interval else pd.isna(found["interval"])
    if interval != "from P":
        before = given.loc[0, ["hr_low", "hr_high"]].astype(float)
        assert found[["hr_low", "hr_high"]].astype(float).tolist() == pytest.approx(before.tolist(), nan_ok=True)


def test_what_stays_unseen_stays_named_and_the_interval_has_its_level():
    # ln 0.7 = -0.35667 and z(0.004, two-sided) = 2.87816: s = 0.12392; 0.7 * exp(-+1.95996 * 0.12392) = 0.549, 0.892
    given = row(hr=0.7, p=0.004, p_sides="two", level=90.0, unchecked_fields="n;hr_low;hr_high;level;median")
    found = pooling.with_intervals(pd.concat([row(unchecked_fields=None), given], ignore_index=True)).iloc[1]
    assert found[["hr_low", "hr_high", "level"]].tolist() == [0.55, 0.89, 95]
    assert found["unchecked_fields"] == "n;median"


def test_a_p_value_against_its_hazard_ratio_is_an_error():
    with pytest.raises(
        ValueError, match="x-os: a hazard ratio of 0.797 and a one-sided P value of 0.9 point in opposite"
    ):
        pooling.with_intervals(row(p=0.9))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (change(hr=-0.1), "b: the hazard ratio is -0.1: it must lie above zero"),
        (change(hr=0), "b: the hazard ratio is 0: it must lie above zero"),
        (change(hr_high=np.inf), "b: the interval is 0.69 to inf"),
        (trials(AGREED).astype(object).replace(1.06, "1,06"), "b, column hr: found '1,06', expected a number"),
    ],
)
def test_numbers_that_are_no_hazard_ratio_are_named(table, message):
    with pytest.raises(ValueError, match=message):
        pooling.pool(table)


def test_a_level_is_given_in_percent_and_results_compare():
    with pytest.raises(ValueError, match="confidence level is 0.95 percent: .* not 0.95"):
        pooling.pool(trials(AGREED), level=0.95)
    assert pooling.pool(trials(AGREED)) == pooling.pool(trials(AGREED)) != pooling.pool(trials(AGREED), level=90)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("p", 4.2, "x: the P value is 4.2: it must lie between 0 and 1"),
        ("p_sides", "both", "x, column p_sides: found 'both', expected one or two"),
        ("hr", -0.4, "x: the hazard ratio is -0.4"),
    ],
)
def test_what_no_interval_is_computed_from_is_named(column, value, message):
    row = {"id": "x", "hr": 0.7, "hr_low": 0.5, "hr_high": 0.9, "level": 95.0, "p": 0.004, "p_relation": "=",
           "p_sides": "two", "check": "primary", "unchecked_fields": "hr_low"} | {column: value}  # fmt: skip
    with pytest.raises(ValueError, match=message):
        pooling.with_intervals(pd.DataFrame([row]))
    with pytest.raises(ValueError, match="the table of endpoints has no column p_relation"):
        pooling.with_intervals(pd.DataFrame([row]).drop(columns="p_relation"))


def test_a_ratio_of_one_tells_nothing_of_its_error():
    row = {"id": "x", "hr": 1.0, "hr_low": 0.5, "hr_high": 2, "level": 95, "p": 0.99, "p_relation": "=",
           "p_sides": "two", "check": "primary", "unchecked_fields": "hr_low"}  # fmt: skip
    table = pd.DataFrame([row, row | {"id": "y", "hr": 0.99, "p": 1.0}], index=["same", "same"])
    found = pooling.with_intervals(table)
    assert found["interval"].tolist() == ["not verified"] * 2 and found["hr_low"].tolist() == [0.5] * 2
    assert found.index.tolist() == ["same", "same"]
