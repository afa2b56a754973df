"""Measure how often the interval of a modelled restricted mean holds the one that the trial's own curve gives.

usage: interval_coverage.py [CURVES.csv] [--trials 300] [--seed 1]

Of each trial the summaries that a paper prints are made (median to 0.1 month with its 95% interval, alive at 12 months
in whole percent), `survival.fit` reads them, and its restricted means to 6 and 12 months are set beside those of the
Kaplan-Meier curve. Without a file the trials are simulated, most of them from curves outside the package's two
families: see `simulated`. A file holds Kaplan-Meier estimates with 95% log-log limits, in the columns of `COLUMNS`, at
times that are at most half a month apart, or those of data/curves.csv. Where it has the number of patients ``at_risk``
the shapes of its curves are measured too: from those of data/curves.csv `survival.SHAPE`, `SHAPE_SD` and `ARM_SD` were
chosen.
"""

import argparse

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm
from statsmodels.tools.numdiff import approx_hess

from sorafenib_book import survival

COLUMNS = ["study", "arm", "months", "survival", "low", "high"]
# what data/curves.csv calls them
NAMES = {"survival_low": "low", "survival_high": "high"}
KINDS = ["weibull", "between and beyond the families", "piecewise", "plateau", "delayed effect", "early deaths"]
HORIZONS = [6, 12]
ARMS = ["experimental", "control"]
_Z = norm.ppf(0.975)
_GRID = np.linspace(0, 80, 4_001)


def simulated(trials, seed):
    """Simulate trials and tabulate their Kaplan-Meier curves at half-month steps.

    True curves are of six kinds in equal parts: Weibull; Aranda-Ordaz links from Weibull over log-logistic to twice as
    far; four constant hazards; a share of patients who are cured; a drug that acts late; a frail group that dies early.
    Medians are 4 to 25 months, shapes 1.2 with a standard deviation of the logarithm of 0.15, hazard ratios
    about 0.82, arms of 80 to 700 patients (in a quarter of trials two to one), accrual over 12 to 30 months and
    6 to 24 months of follow-up after it. A trial counts where medians and their intervals are reached and someone is at
    risk at 12 months.

    Parameters
    ----------
    trials, seed : int

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; shares in percent.
    """
    draw, tables = np.random.default_rng(seed), []
    while len(tables) < trials:
        number = len(tables)
        patients = np.exp(draw.uniform(np.log(80), np.log(700)))
        sizes = (int(patients), int(patients * draw.choice([1, 1, 1, 0.5])))
        accrual, follow_up = draw.uniform(12, 30), draw.uniform(6, 24)
        curves = []
        for name, size, hazard in zip(ARMS, sizes, _cumulative_hazards(KINDS[number % len(KINDS)], draw), strict=True):
            death = np.interp(draw.exponential(size=size), hazard, _GRID, right=np.inf)
            censored = np.minimum(follow_up + accrual * draw.uniform(size=size), draw.exponential(200, size))
            curves.append(_kaplan_meier(np.minimum(death, censored), death <= censored).assign(arm=name))
        table = pd.concat(curves, ignore_index=True).assign(study=f"{KINDS[number % len(KINDS)]} {number}")
        if _summaries(table) is not None:
            tables.append(table)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def coverage(curves, model="weibull"):
    """Set modelled restricted means beside those of the curves.

    Parameters
    ----------
    curves : pandas.DataFrame
        `COLUMNS`; shares in percent.
    model : {"weibull", "log-logistic"}

    Returns
    -------
    pandas.DataFrame
        One row a study, ``horizon`` and ``quantity`` (an arm, or their difference): ``true``, its ``half_width``
        (1.96 standard errors), ``modelled``, ``low``, ``high``, ``held`` and ``width`` (over the curve's).
    """
    rows = []
    for study, table in curves.groupby("study", sort=False):
        if (summaries := _summaries(table)) is None:
            continue
        found = survival.fit(*summaries, model=model).restricted_mean(HORIZONS).set_index("horizon")
        for horizon in HORIZONS:
            means, errors = zip(*(_restricted_mean(_arm(table, arm), horizon) for arm in ARMS), strict=True)
            truth = [*zip(ARMS, means, errors, strict=True), ("difference", means[0] - means[1], np.hypot(*errors))]
            for name, mean, error in truth:
                model_values = found.loc[horizon, [name, f"{name}_low", f"{name}_high"]]
                rows.append([study, horizon, name, mean, _Z * error, *model_values])
    result = pd.DataFrame(
        rows, columns=["study", "horizon", "quantity", "true", "half_width", "modelled", "low", "high"]
    )
    held = (result["low"] <= result["true"]) & (result["true"] <= result["high"])
    # a curve that has not fallen by then has no interval
    own = (2 * result["half_width"]).replace(0, np.nan)
    return result.assign(held=held, width=(result["high"] - result["low"]) / own)


def summary(result):
    """Share of intervals that hold the truth (percent), mean width over the curve's, and mean distance in months."""
    quantity = result["quantity"].where(result["quantity"] == "difference", "arm")
    rows = result.assign(held=100 * result["held"], missed=(result["modelled"] - result["true"]).abs())
    groups = rows.groupby(["horizon", quantity])
    return groups[["held", "width", "missed"]].mean().assign(intervals=groups.size()).round(2)


def shapes(curves, model, horizon=24):
    """Fit the shape of each arm's curve by maximum likelihood, from the deaths that the falls of the curve imply.

    Parameters
    ----------
    curves : pandas.DataFrame
        ``study``, ``arm``, ``months``, ``survival`` (percent) and ``at_risk``.
    model : {"weibull", "log-logistic"}
    horizon : float
        Months up to which the curves are used.

    Returns
    -------
    pandas.DataFrame
        One row an arm: ``study``, ``arm``, ``log_shape`` and the ``variance`` of its sampling error.
    """
    rows = []
    for (study, arm), curve in curves[curves["months"] <= horizon].groupby(["study", "arm"]):
        months, alive, at_risk = curve.sort_values("months")[["months", "survival", "at_risk"]].to_numpy(float).T
        at_risk = at_risk[:-1]
        deaths = at_risk * (1 - alive[1:] / alive[:-1])

        def loss(logarithms, months=months, at_risk=at_risk, deaths=deaths):
            shape, median = np.exp(logarithms)
            odds = (months / median) ** shape
            steps = np.diff(-np.log(2) * odds if model == "weibull" else -np.log1p(odds))
            return -(deaths * np.log(-np.expm1(steps)) + (at_risk - deaths) * steps).sum()

        best = minimize(loss, np.log([1.2, 10]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-6}).x
        rows.append([study, arm, best[0], np.linalg.inv(approx_hess(best, loss))[0, 0]])
    return pd.DataFrame(rows, columns=["study", "arm", "log_shape", "variance"])


def spread(measured):
    """Mean log shape, and its standard deviations between trials and between arms without their sampling error.

    Restricted maximum likelihood of a normal model; `measured` is what `shapes` gives.
    """
    same_study = np.equal.outer(measured["study"].to_numpy(), measured["study"].to_numpy())
    values = measured["log_shape"].to_numpy()

    def mean_and_loss(deviations):
        variance = np.diag(measured["variance"] + deviations[1] ** 2) + deviations[0] ** 2 * same_study
        inverse = np.linalg.inv(variance)
        mean = (inverse @ values).sum() / inverse.sum()
        rest = values - mean
        return mean, np.linalg.slogdet(variance)[1] + np.log(inverse.sum()) + rest @ inverse @ rest

    found = minimize(lambda deviations: mean_and_loss(deviations)[1], [0.1, 0.1], method="Nelder-Mead")
    return mean_and_loss(found.x)[0], *np.abs(found.x)


def _cumulative_hazards(kind, draw):
    """Cumulative hazards of the experimental and of the control arm on `_GRID`."""
    median, shape = np.exp(draw.uniform(np.log(4), np.log(25))), 1.2 * np.exp(0.15 * draw.standard_normal())
    ratio, link = np.exp(draw.normal(-0.2, 0.2)), draw.uniform(0, 2.5)

    def curve(median, shape, link):
        # S = (1 + link x) ** (-1 / link); every link has the slope of the Weibull curve at the median
        slope = shape * np.log(2) * link * 2**link / (2**link - 1)
        return np.log1p((2**link - 1) * (_GRID / median) ** slope) / link

    weibull = np.log(2) * (_GRID / median) ** shape
    if kind == "weibull":
        return ratio * weibull, weibull
    if kind == "piecewise":
        cuts = median * np.array([0, 0.4, 1, 2, 99])
        rates = np.log(2) / median * np.exp(draw.normal([-0.3, 0.1, 0.1, -0.2], 0.25))
        control = np.interp(_GRID, cuts, np.append(0, np.cumsum(rates * np.diff(cuts))))
        return ratio * control, control
    if kind == "plateau":
        cured = draw.uniform(0.05, 0.2) * np.array([draw.uniform(1, 1.8), 1])
        return tuple(-np.log(c + (1 - c) * np.exp(-r * weibull)) for c, r in zip(cured, (ratio, 1), strict=True))
    control = curve(median, shape, link)
    if kind == "delayed effect":
        start = draw.uniform(0.1, 0.5) * median
        before = np.interp(start, _GRID, control)
        return np.where(start > _GRID, control, before + 0.85 * min(ratio, 1) * (control - before)), control
    if kind == "early deaths":
        frail, soon = draw.uniform(0.03, 0.12), draw.uniform(0.5, 2)
        control = -np.log(frail * np.exp(-_GRID / soon) + (1 - frail) * np.exp(-control))
        return ratio * control, control
    return curve(median * ratio ** (-1 / shape), shape * np.exp(0.1 * draw.standard_normal()), link), control


def _kaplan_meier(months, died):
    """Kaplan-Meier estimate with log-log limits at half-month steps, to the last patient, in percent."""
    order = np.argsort(months)
    at_risk, died = np.arange(len(months), 0, -1), died[order]
    alive = np.cumprod(1 - died / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(died / (at_risk * (at_risk - died)))
        spread = np.exp(_Z * np.sqrt(variance) / np.abs(np.log(alive)))
    steps = np.arange(0, months.max(), 0.5)
    at = np.searchsorted(months[order], steps, side="right")
    columns = {
        "survival": np.append(1, alive)[at],
        "low": np.append(1, np.where(alive > 0, alive**spread, 0))[at],
        "high": np.append(1, np.where(alive > 0, alive ** (1 / spread), 0))[at],
    }
    return pd.DataFrame({"months": steps} | {name: 100 * np.nan_to_num(v, nan=1) for name, v in columns.items()})


def _arm(table, arm):
    return table[table["arm"] == arm].sort_values("months")


def _summaries(table):
    """What a paper prints of both arms, or nothing where a median, or a rate at 12 months, is not reached."""
    printed = []
    for arm in ARMS:
        curve = _arm(table, arm)
        low, median, high = (_half(curve["months"], curve[name]) for name in ("low", "survival", "high"))
        rate = np.round(np.interp(12, curve["months"], curve["survival"], right=np.nan))
        if not (np.isfinite([low, median]).all() and 1 < rate < 99):
            return None
        interval = (max(round(low, 1), 0.1), round(high, 1))
        printed.append(survival.Arm(round(median, 1), interval, {12.0: float(rate)}))
    return tuple(printed)


def _half(months, alive):
    """Month in which half are alive, between the two steps around it."""
    months, alive = months.to_numpy(), alive.to_numpy()
    below = np.flatnonzero(alive <= 50)
    if not len(below):
        return np.inf
    i = below[0]
    return np.interp(-50, -alive[i - 1 : i + 1], months[i - 1 : i + 1])


def _restricted_mean(curve, horizon):
    """Area under the curve up to the horizon, and its standard error (Greenwood)."""
    curve = curve[curve["months"] <= horizon]
    months, alive, low = (curve[name].to_numpy() for name in ("months", "survival", "low"))
    alive, low = alive / 100, low / 100
    area = (alive[1:] + alive[:-1]) / 2 * np.diff(months)
    with np.errstate(divide="ignore", invalid="ignore"):
        # the lower log-log limit gives back the variance of the logarithm of the estimate
        variance = ((np.log(-np.log(low)) - np.log(-np.log(alive))) / _Z * np.log(alive)) ** 2
    variance = np.maximum.accumulate(np.where(alive < 1, variance, 0))
    left = np.cumsum(area[::-1])[::-1] - area / 2  # deaths stand in the middle of their step
    return area.sum(), np.sqrt((left**2 * np.diff(variance)).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("curves", nargs="?", help="Kaplan-Meier curves; simulated where none is given")
    parser.add_argument("--trials", type=int, default=300, help="number of simulated trials")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    curves = pd.read_csv(given.curves) if given.curves else simulated(given.trials, given.seed)
    curves = curves.rename(columns=NAMES)
    for model in survival.MODELS:
        if "at_risk" in curves:
            mean, trial, arm = spread(shapes(curves, model))
            print(f"{model} shape {np.exp(mean):.2f}, SD of its logarithm {trial:.3f} (trials), {arm:.3f} (arms)")
        print(f"estimate of the {model} curve\n{summary(coverage(curves, model)).to_string()}\n")


if __name__ == "__main__":
    main()
