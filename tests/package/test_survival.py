"""Survival curves from published summaries: values by other means (independent/survival.R), bands, and errors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from sorafenib_book import survival, tables
from sorafenib_book.survival import Arm, Curves, Fit

INDEPENDENT = pd.read_csv(Path(__file__).parent / "independent" / "survival.csv")
R = {row.name: row for row in INDEPENDENT.itertuples()}
FAMILIES = pytest.mark.parametrize(("model", "name"), [("weibull", "weibull"), ("log-logistic", "loglogistic")])
SHARP = Arm(10.7, (9.4, 13.3), {12: 44}), Arm(7.9, (6.8, 9.1), {12: 33})


def with_medians(model, shape, medians):
    half = np.where(np.asarray(model) == "weibull", np.log(np.log(2)), 0.0)
    return Curves(model, shape, half[..., None] - np.asarray(shape) * np.log(medians))


def medians(curves):
    half = np.where(np.asarray(curves.model) == "weibull", np.log(np.log(2)), 0.0)
    return np.exp((half[..., None] - curves.location) / curves.shape)


@FAMILIES
def test_curves_are_those_of_other_software(model, name):
    curves = with_medians(model, np.array([1.3, 0.9]), [10, 7])
    assert curves.survival([6])[0, 0] == pytest.approx(R[f"{name}-alive-6"].value, rel=1e-6)
    assert curves.hazard_ratio(6) == pytest.approx(R[f"{name}-hazard-ratio-6"].value, rel=1e-5)
    for horizon in (6, 12):
        assert curves.restricted_mean(horizon)[0] == pytest.approx(R[f"{name}-area-{horizon}"].value, rel=1e-6)


def test_curves_of_both_families_at_once_are_those_of_each():
    models, shape, middle = np.array(survival.MODELS), np.array([[1.3, 0.9], [1.6, 1.1]]), [10, 7]
    both = with_medians(models, shape, middle)
    for i, model in enumerate(models):
        one = with_medians(model, shape[i], middle)
        assert both.survival([3, 9])[i] == pytest.approx(one.survival([3, 9]))
        assert both.restricted_mean(9)[i] == pytest.approx(one.restricted_mean(9))
        assert both.hazard_ratio(9)[i] == pytest.approx(one.hazard_ratio(9))


def test_arms_of_each_curve_may_share_a_shape():
    shared = with_medians("weibull", np.array([[1.3], [0.9]]), [10, 7])
    curves = Curves("weibull", np.array([1.3, 0.9]), shared.location)
    assert curves.restricted_mean(9) == pytest.approx(shared.restricted_mean(9))
    assert curves.survival([9])[1] == pytest.approx(with_medians("weibull", 0.9, [10, 7]).survival([9]))


def test_hazards_at_a_common_shape():
    # Weibull: the ratio of the medians to the power of the shape, at any time; log-logistic: the same at 0, then fading
    for months in (0, 5):
        assert with_medians("weibull", 1.3, [10, 7]).hazard_ratio(months) == pytest.approx((7 / 10) ** 1.3)
    fading = with_medians("log-logistic", 1.3, [10, 7])
    assert fading.hazard_ratio() == pytest.approx((7 / 10) ** 1.3)
    assert fading.hazard_ratio(3) < fading.hazard_ratio(30) < 1


def test_curves_compare():
    one, other = with_medians("weibull", 1.3, [10, 7]), with_medians("weibull", 1.3, [10, 8])
    assert one == with_medians("weibull", 1.3, [10, 7])
    assert one != other and one != with_medians("log-logistic", 1.3, [10, 7]) and one != "weibull"
    assert survival.fit(*SHARP) == survival.fit(*SHARP) != survival.fit(SHARP[0], SHARP[0])
    assert survival.fit(*SHARP).draws == survival.fit(*SHARP).draws


@FAMILIES
def test_fit_is_that_of_other_software(model, name):
    curves = survival.fit(*SHARP, model=model).curves
    assert curves.shape == pytest.approx(R[f"{name}-sharp-shape"].value, abs=2e-4)
    expected = [R[f"{name}-sharp-median-{arm}"].value for arm in ("experimental", "control")]
    assert medians(curves) == pytest.approx(expected, abs=2e-3)


@FAMILIES
@pytest.mark.parametrize("study", ["sharp", "asia_pacific"])
def test_curves_of_the_book_pass_within_two_points_of_everything_published(study, model, name):
    published = survival.trial(tables.read("endpoints"), study, model).published()
    assert len(published) == 4
    assert published["difference"].abs().max() <= 2


def test_published_points_stand_beside_the_curve():
    curves = with_medians("weibull", 1.0, [10, 5])
    published = Fit(Arm(10, landmarks={20: 30}), Arm(5, landmarks={10: 20}), curves).published()
    # exponential survival halves with each median
    assert published.to_numpy().tolist() == [
        ["experimental", 10, 50, 50.0, 0.0],
        ["experimental", 20, 30, 25.0, -5.0],
        ["control", 5, 50, 50.0, 0.0],
        ["control", 10, 20, 25.0, 5.0],
    ]


@pytest.mark.parametrize("horizon", [6, 12])
@pytest.mark.parametrize("quantity", ["experimental", "control", "difference"])
def test_intervals_are_those_of_trials_simulated_until_they_match_what_was_published(quantity, horizon):
    found = survival.fit(Arm(10, (8.3, 12.1), {12: 44}), Arm(8, (6.5, 9.9))).restricted_mean(horizon).iloc[0]
    for end, share in (("low", 0.025), ("high", 0.975)):
        expected = R[f"posterior-{quantity}-{horizon}-{share}"]
        # 0.03 for rounding and the draws' own error
        assert found[f"{quantity}_{end}"] == pytest.approx(expected.value, abs=0.03 + 3 * expected.error)


def test_band_of_an_arm_without_a_rate_is_the_interval_of_its_median_turned_on_its_side():
    table = survival.fit(Arm(10, (8.3, 12.1), {12: 44}), Arm(8, (6.5, 9.9))).table([8]).iloc[0]
    # a Weibull curve of shape 1.22 falls by 1.22 ln 2 / 2 for each unit of ln t at the median
    for end, limit in (("low", 6.5), ("high", 9.9)):
        expected = 50 + 100 * 1.22 * np.log(2) / 2 * np.log(limit / 8)
        assert table[f"control_{end}"] == pytest.approx(expected, abs=1)


def test_landmarks_between_the_arms_points_narrow_the_interval():
    one, two = (
        survival.fit(Arm(10, (8.3, 12.1), rates), SHARP[1]).restricted_mean(6).iloc[0]
        for rates in ({12: 44}, {12: 44, 6: 69})
    )
    width = [row["experimental_high"] - row["experimental_low"] for row in (one, two)]
    assert width[1] < 0.9 * width[0]


def test_likelihood_of_rates_is_the_joint_one_over_that_of_the_median():
    draw = np.random.default_rng(3)
    root = draw.standard_normal((2, 3, 3))
    covariance, errors = root @ root.transpose(0, 2, 1), draw.standard_normal((2, 3))
    found = survival._log_likelihood(errors, covariance)
    for i in range(2):
        noisy = covariance[i] + np.diag([0, 1, 1]) * 0.01**2  # MISFIT: one percentage point
        joint = multivariate_normal(cov=noisy).logpdf(errors[i])
        alone = multivariate_normal(cov=noisy[0, 0]).logpdf(errors[i, 0])
        assert found[i] == pytest.approx(joint - alone + np.log(2 * np.pi))


def test_standard_errors_are_the_two_halves_of_the_interval():
    below, above = SHARP[0].standard_errors
    rounding = 0.1 / np.sqrt(12) / 10.7
    assert below == pytest.approx(np.hypot(np.log(10.7 / 9.4) / 1.959964, rounding))
    assert above == pytest.approx(np.hypot(np.log(13.3 / 10.7) / 1.959964, rounding))


def test_an_interval_of_another_level_or_without_an_upper_end_says_the_same():
    s, other = 0.1, SHARP[1]
    wide = Arm(10, (10 * np.exp(-1.959964 * s), 10 * np.exp(1.959964 * s)), {12: 44})
    narrow = Arm(10, (10 * np.exp(-1.644854 * s), 10 * np.exp(1.644854 * s)), {12: 44}, level=90)
    half = Arm(10, (wide.interval[0], np.inf), {12: 44})
    expected = survival.fit(wide, other).restricted_mean([6, 12])
    for arm in (narrow, half):
        found = survival.fit(arm, other).restricted_mean([6, 12])
        pd.testing.assert_frame_equal(found, expected, atol=0.011)  # the last digit, rounded


def test_a_lopsided_interval_gives_a_lopsided_band():
    table = survival.fit(Arm(10, (9.9, 14), {12: 44}), SHARP[1]).table([10]).iloc[0]
    assert table["experimental_high"] - table["experimental"] > 1.5 * (
        table["experimental"] - table["experimental_low"]
    )


@FAMILIES
def test_band_holds_its_curve_and_never_leaves_0_to_100(model, name):
    table = survival.fit(*SHARP, model=model).table(np.arange(0, 25))
    assert table["months"].tolist() == list(range(25))
    for column in ("experimental", "control", "difference"):
        assert (table[f"{column}_low"] <= table[column]).all()
        assert (table[column] <= table[f"{column}_high"]).all()
    shares = table.filter(regex="experimental|control")
    assert shares.to_numpy().min() >= 0 and shares.to_numpy().max() <= 100
    assert (table.loc[0, ["experimental", "control", "difference"]] == [100, 100, 0]).all()
    assert (table["difference"] - table["experimental"] + table["control"]).abs().max() < 0.11


def test_several_horizons_give_the_rows_of_each():
    trial = survival.fit(*SHARP)
    rows = trial.restricted_mean([6, 12])
    assert rows["horizon"].tolist() == [6, 12]
    assert rows["experimental"].tolist() == [round(trial.curves.restricted_mean(months)[0], 2) for months in (6, 12)]
    pd.testing.assert_series_equal(rows.iloc[1], trial.restricted_mean(12).iloc[0], check_names=False)


@pytest.mark.parametrize(
    "both",
    [
        # a landmark beside the median carries no shape
        (Arm(12.3, (10.1, 14.9), {12: 51}), Arm(12.2, (9.3, 16.6), {12: 51})),
        # a median of 12.1 months and 50% alive at 12 months agree within rounding
        (Arm(12.1, (10.4, 14.0), {12: 50}), Arm(8.0, (6.9, 9.4), {12: 35})),
        (Arm(12.0, (10.4, 14.0), {12: 51}), Arm(11.9, (9.9, 14.4), {12: 50})),
        (Arm(12.0, (10.4, 14.0), {12: 50}), Arm(12.0, (9.9, 14.4), {12: 50})),
        # many long survivors
        (Arm(5.9, (4.7, 7.6), {12: 33}), Arm(4.1, (3.4, 4.9), {12: 28})),
        # an interval that says next to nothing
        (Arm(10.0, (1.0, 100.0), {12: 44}), Arm(8.0, (0.5, np.inf), {12: 33})),
        # a median that is known to the day, and a landmark far behind it
        (Arm(5.0, (5.0, 5.0), {24: 4}), Arm(4.0, (3.9, 4.2), {24: 1})),
        (Arm(24, (20, np.inf), {12: 74, 24: 50, 36: 39}), Arm(13, (11, 16), {36: 20, 12: 53})),
    ],
)
@FAMILIES
def test_awkward_summaries_have_sound_intervals(both, model, name):
    found = survival.fit(*both, model=model).restricted_mean([6, 12])
    assert np.isfinite(found.to_numpy()).all()
    for arm in ("experimental", "control"):
        assert (found[f"{arm}_low"] <= found[arm]).all() and (found[arm] <= found[f"{arm}_high"]).all()
        assert (found[f"{arm}_high"] < found["horizon"]).all()


OWN = pd.DataFrame(
    [
        ["mine", "PFS", "months", None, 5.0, 4.0, 6.0, 3.0, 2.0, 4.0, None],
        ["mine", "OS", "weeks", None, 46.0, 40.0, 58.0, 34.0, 29.0, 39.0, 95],
        ["mine", "OS", "months", None, 10.7, 9.4, 13.3, 7.9, 6.8, None, 90],
        ["mine", "OS", "months", None, 11.0, 9.0, 14.0, 8.0, 7.0, 9.0, 95],
        ["mine", "OS rate", "percent", 12, 44.0, None, None, 33.0, None, None, None],
        ["other", "OS rate", "percent", 6, 60.0, None, None, 50.0, None, None, None],
        ["mine", "OS rate", "percent", 24, None, None, None, 9.0, None, None, None],
    ],
    columns=[
        *["study", "endpoint", "unit", "months", "experimental", "experimental_low", "experimental_high"],
        *["control", "control_low", "control_high", "level"],
    ],
)


def test_arms_are_read_from_a_table_of_ones_own():
    expected = Arm(10.7, (9.4, 13.3), {12.0: 44.0}, 90), Arm(7.9, None, {12.0: 33.0}, 90)
    assert survival.arms(OWN, "mine") == expected
    assert survival.arms(OWN.assign(level=np.nan), "mine")[0].level == 95
    assert survival.trial(OWN, "mine", "log-logistic") == survival.fit(*expected, model="log-logistic")


def test_points_hold_what_was_published_with_its_check_mark():
    points = survival.points(tables.read("endpoints"), "asia_pacific", names=("drug", "none"))
    assert points["arm"].tolist() == ["drug", "drug", "none", "none"]
    assert points["months"].tolist() == [6.5, 6.0, 4.2, 6.0]
    assert points["alive"].tolist() == [50, 53.3, 50, 36.7]
    # the rates at six months were not verified in print
    assert points["check"].tolist() == ["secondary", "unchecked"] * 2
    assert (points["source"] == "cheng2009asiapacific").all()
    marked = tables.read("endpoints").query("study == 'sharp'").assign(unchecked_fields="control")
    assert survival.points(marked, "sharp")["check"].tolist()[2:] == ["unchecked", "unchecked"]
    assert survival.points(marked, "sharp")["arm"].unique().tolist() == ["sorafenib", "placebo"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (OWN.drop(columns="unit"), "the table of endpoints has no column unit"),
        (OWN.drop(columns=["control_low", "level"]), "has no column level, control_low"),
        (OWN[OWN["endpoint"] != "OS"], "no endpoint 'OS' in months for study 'mine'"),
        (OWN[OWN["unit"] != "months"], r"no endpoint 'OS' in months for study 'mine'.*\(found in weeks\)"),
        (OWN.replace({"unit": {"percent": "share"}}), "row 4: unit is 'share', and 'OS rate' is in percent"),
        (OWN.assign(id="x", months=np.nan), "row 'x': months is empty"),
        (OWN.assign(control=np.nan), "row 2: control is empty, and a curve of each arm needs it"),
    ],
)
def test_own_table_is_told_what_it_lacks(table, message):
    with pytest.raises(ValueError, match=message):
        survival.arms(table, "mine")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"median": 0}, "median survival in months is 0: it must be"),
        ({"median": np.nan}, "median survival in months is nan: it must be"),
        ({"median": 5, "interval": (6, 7)}, "interval of the median is 6 to 7 months.*must hold the median, 5"),
        ({"median": 5, "interval": (0, 7)}, "lower end must be above zero"),
        ({"median": 5, "interval": (4, np.nan)}, "interval of the median is 4 to nan months.*not reached is inf"),
        ({"median": 5, "landmarks": {12: 120}}, "survival at 12 months is 120 percent: it must lie between 0 and 100"),
        ({"median": 5, "landmarks": {12: 100}}, "survival at 12 months is 100 percent"),
        ({"median": 5, "landmarks": {12: 0}}, "survival at 12 months is 0 percent"),
        ({"median": 5, "landmarks": {12: np.nan}}, "survival at 12 months is nan percent"),
        ({"median": 5, "landmarks": {-1: 30}}, "time of a landmark in months is -1: it must be"),
        ({"median": 5, "level": 0.95}, "confidence level is 0.95 percent: it must be given in percent"),
    ],
)
def test_arm_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        Arm(**arguments)


@pytest.mark.parametrize(
    ("both", "model", "message"),
    [
        ((Arm(10), Arm(8)), "weibull", "fewer than two points: the arms have their medians only, 10 and 8 months"),
        ((Arm(10, landmarks={6: 48.9}), SHARP[1]), "weibull", "it must fall from each point to the next"),
        ((SHARP[0], Arm(8, landmarks={12: 30, 18: 32})), "weibull", "it must fall from each point to the next"),
        ((Arm(10, landmarks={12: 0.44}), SHARP[1]), "weibull", "is 0.44 percent, which looks like a share: give 44"),
        # a curve through the middle of two rates at one time misses both by half their distance
        (
            (Arm(12, landmarks={12: 71}), SHARP[1]),
            "weibull",
            "no curve of a usual shape .* nearest misses one by 1[01]",
        ),
        ((SHARP[0], Arm(12, landmarks={12: 90})), "weibull", "no curve of a usual shape .* nearest misses one by 20"),
        (SHARP, "gompertz", "model is 'gompertz': it must be"),
    ],
)
def test_fit_says_what_is_wrong(both, model, message):
    with pytest.raises(ValueError, match=message):
        survival.fit(*both, model=model)


def test_a_failed_optimiser_is_no_fit(monkeypatch):
    whole = survival.least_squares
    monkeypatch.setattr(survival, "least_squares", lambda *given, **options: whole(*given, max_nfev=1))
    with pytest.raises(
        ValueError, match=r"no curve of a usual shape .* a median of 10.7 months and 44% at 12 months, and a median"
    ):
        survival.fit(*SHARP)


def test_band_and_area_say_what_is_wrong():
    trial = survival.fit(Arm(10, landmarks={12: 40}), Arm(8, landmarks={12: 30}))
    with pytest.raises(ValueError, match="no interval given for the median of 10 months"):
        trial.table([6])
    with pytest.raises(ValueError, match="horizon in months is 0: it must be"):
        trial.curves.restricted_mean(0)
    for months in (-1, np.nan):
        with pytest.raises(ValueError, match=r"each must be a number, and none below zero"):
            trial.curves.survival([3, months])
    with pytest.raises(
        ValueError, match=r"no band: hardly any curve of a usual shape has a median of 12 months and 39%"
    ):
        survival.fit(Arm(12, (11.9, 12.1), {36: 39, 48: 33}), SHARP[1]).table([6])


@pytest.mark.parametrize(("median", "ratio", "share"), [(10.7, 2.09, 0.5), (7.9, 0.5, 0.1), (5.0, 1.0, 0.3)])
def test_two_groups_keep_the_median_and_the_ratio(median, ratio, share):
    without, carrying = survival.two_groups(median, ratio, share)
    alive = (1 - share) * np.exp(-without * median) + share * np.exp(-carrying * median)
    assert alive == pytest.approx(0.5)
    assert carrying / without == pytest.approx(ratio)


def test_two_groups_of_one_kind_are_one_group():
    assert survival.two_groups(8.0, 3.0, share=0)[0] == pytest.approx(np.log(2) / 8)
    assert survival.two_groups(8.0, 3.0, share=1)[1] == pytest.approx(np.log(2) / 8)


@pytest.mark.parametrize(
    "given", [(8, 3, 50), (8, 3, -0.1), (0, 3, 0.5), (8, 0, 0.5), (np.nan, 3, 0.5), (np.inf, 3, 0.5)]
)
def test_two_groups_say_what_is_wrong(given):
    with pytest.raises(ValueError, match="share from 0 to 1"):
        survival.two_groups(*given)
