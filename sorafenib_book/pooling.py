r"""Pooled hazard ratios of several trials, from what their papers print.

Each trial gives a hazard ratio with an interval. On the log scale the hazard ratio is an effect :math:`y_i` and the
interval, at its own confidence level, gives its standard error :math:`s_i`. A common-effect analysis asks what one
effect, the same in all trials, would be; a random-effects analysis asks what the mean of trials that differ would be,
with a variance :math:`\tau^2` between them. The classical estimates are those of
``statsmodels.stats.meta_analysis.combine_effects``; what is added is what few trials need: an interval that knows how
few they are, a Bayesian analysis with a stated prior, an interval for the heterogeneity, and one for the next trial.

Whether trials *may* be pooled is no question of arithmetic. Nothing here can see that two endpoints of the same name
count different things.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import chi2, norm, t
from statsmodels.stats.meta_analysis import combine_effects

from ._equality import ByValue
from ._inputs import floats, need_columns, need_level

__all__ = ["METHODS", "Pooled", "every_combination", "pool", "with_intervals"]

#: Ways to pool, as `Pooled.by` names them.
METHODS = ("common effect", "random effects", "Hartung-Knapp", "Bayesian")

_NEEDED = ["hr", "hr_low", "hr_high", "level"]
_RECOMPUTED = ["id", *_NEEDED, "p", "p_relation", "p_sides", "check", "unchecked_fields"]
#: Share by which rounding may move a standard error that is recomputed from a P value.
_TOLERANCE = 0.25
#: Steps of the heterogeneity from zero to eight scales of its prior, beyond which lies less than 1e-14 of it.
_STEPS = np.arange(2000) * 8 / 2000


@dataclass(frozen=True, eq=False)
class Pooled(ByValue):
    """Trials pooled on the log hazard ratio.

    Parameters
    ----------
    names : list of str
        The k trials.
    effects : array of shape (k,)
        Log hazard ratios.
    errors : array of shape (k,)
        Their standard errors, above zero.
    level : float
        Confidence level of the pooled intervals in percent.
    prior : float
        Scale of the half-normal prior of the heterogeneity in the Bayesian analysis. With 0.5 its median, 0.34, lets
        95% of the trials' hazard ratios lie within a factor of 2 of their mean (Röver and others 2021).

    Examples
    --------
    >>> pooled = Pooled(["a", "b", "c"], np.log([0.7, 0.8, 0.9]), np.array([0.1, 0.1, 0.2]))
    >>> pooled.k, round(pooled.i2)
    (3, 0)
    >>> [round(value, 2) for value in pooled.common]
    [0.76, 0.67, 0.87]
    """

    names: list[str]
    effects: np.ndarray
    errors: np.ndarray
    level: float = 95.0
    prior: float = 0.5

    @cached_property
    def _combined(self):
        # not "dl": statsmodels lets its between-study variance fall below zero and weights the trials with that
        # and it divides by Q, which is zero when all effects are equal
        with np.errstate(divide="ignore", invalid="ignore"):
            return combine_effects(self.effects, self.errors**2, method_re="iterated")

    @property
    def k(self) -> int:
        """Number of trials."""
        return len(self.names)

    @property
    def tau2(self) -> float:
        """Variance between the trials' true log hazard ratios, not below zero (Paule and Mandel 1982)."""
        return float(self._combined.tau2)

    @property
    def q(self) -> float:
        """Cochran's Q, the weighted sum of squared distances from the fixed effect (Cochran 1954)."""
        # statsmodels gets it as a difference, which can fall below zero by rounding when all effects are equal
        return max(0.0, float(self._combined.q))

    @property
    def q_p(self) -> float:
        """P value of Q on k - 1 degrees of freedom. With three or four trials a large one proves nothing."""
        return float(chi2.sf(self.q, self.k - 1))

    @property
    def i2(self) -> float:
        r"""Scatter beyond chance in percent of all, :math:`100 \max(0, 1 - (k - 1)/Q)` (Higgins, Thompson 2002)."""
        return 100 * max(0.0, 1 - (self.k - 1) / self.q) if self.q else 0.0

    @cached_property
    def tau2_interval(self) -> tuple[float, float] | None:
        r"""Interval of the variance between trials by the Q profile, two floats (Viechtbauer 2007).

        It holds every :math:`\tau^2` at which the generalised Q, :math:`\sum w_i (y_i - \mu)^2` with
        :math:`w_i = 1 / (s_i^2 + \tau^2)`, lies between the quantiles of chi-squared on k - 1 degrees of freedom. None
        where no variance does, as the trials agree better than chance alone would let them.
        """
        ends = chi2.ppf([0.5 + self.level / 200, 0.5 - self.level / 200], self.k - 1)
        excess = [lambda tau2, end=end: self._generalised_q(tau2) - end for end in ends]
        if excess[1](0) < 0:
            return None
        high = 1.0
        while excess[1](high) > 0:
            high *= 4
        low = brentq(excess[0], 0, high, xtol=1e-10) if excess[0](0) > 0 else 0.0
        return float(low), float(brentq(excess[1], 0, high, xtol=1e-10))

    def _generalised_q(self, tau2):
        weights = 1 / (self.errors**2 + tau2)
        return weights @ (self.effects - weights @ self.effects / weights.sum()) ** 2

    @property
    def common(self) -> tuple[float, float, float]:
        """Hazard ratio common to all trials, with its interval (three floats)."""
        quantile = norm.ppf(0.5 + self.level / 200)
        return self._limits(self._combined.mean_effect_fe, quantile * self._combined.sd_eff_w_fe)

    @property
    def random(self) -> tuple[float, float, float]:
        """Mean hazard ratio of trials that differ, with the classical interval (DerSimonian and Laird 1986)."""
        quantile = norm.ppf(0.5 + self.level / 200)
        return self._limits(self._combined.mean_effect_re, quantile * self._combined.sd_eff_w_re)

    @property
    def hartung_knapp(self) -> tuple[float, float, float]:
        r"""The same mean with an interval for few trials (Hartung and Knapp 2001; IntHout and others 2014).

        The squared standard error is multiplied by :math:`q = \sum w_i (y_i - \mu)^2 / (k - 1)` with
        :math:`w_i = 1 / (s_i^2 + \tau^2)`, and the quantile is that of Student's t on k - 1 degrees of freedom. Where
        the trials happen to agree, q is below 1 and the interval could be narrower than the classical one: q is
        therefore not let fall below 1 (Röver, Knapp and Friede 2015).
        """
        factor = max(1.0, float(self._combined.scale_hksj_re))
        quantile = t.ppf(0.5 + self.level / 200, self.k - 1)
        return self._limits(self._combined.mean_effect_re, quantile * np.sqrt(factor) * self._combined.sd_eff_w_re)

    @property
    def prediction(self) -> tuple[float, float] | None:
        r"""Interval for the true hazard ratio of the next trial, two floats, or None for two trials.

        :math:`\mu \pm t_{k-2} \sqrt{\tau^2 + \mathrm{SE}(\mu)^2}` (Higgins, Thompson and Spiegelhalter 2009). Its k - 2
        degrees of freedom make it very wide for three trials, and leave none for two.
        """
        if self.k < 3:
            return None
        half = t.ppf(0.5 + self.level / 200, self.k - 2) * np.sqrt(self.tau2 + self._combined.sd_eff_w_re**2)
        return self._limits(self._combined.mean_effect_re, half)[1:]

    @cached_property
    def _posterior(self):
        """Posterior of the heterogeneity in steps: share, middle, mean and standard error of the effect, weights.

        The mean effect has a flat prior and is integrated out in closed form. The midpoint rule is as good as exact,
        since the density is even around zero and vanishes at the other end.
        """
        tau = self.prior * (_STEPS + _STEPS[1] / 2)
        variances = self.errors**2 + tau[:, None] ** 2
        weights = 1 / variances
        total = weights.sum(axis=1)
        means = weights @ self.effects / total
        q = (weights * (self.effects - means[:, None]) ** 2).sum(axis=1)
        log = -0.5 * ((tau / self.prior) ** 2 + np.log(variances).sum(axis=1) + np.log(total) + q)
        density = np.exp(log - log.max())
        return density / density.sum(), tau, means, total**-0.5, weights / total[:, None]

    def _quantile(self, share, spread=0):
        """Quantile of the log hazard ratio; with a spread of 1 of that of the next trial."""
        density, tau, means, errors, _ = self._posterior
        errors = np.hypot(errors, spread * tau)
        ends = [self.effects.min() - 40 * errors.max(), self.effects.max() + 40 * errors.max()]
        return brentq(lambda x: density @ ndtr((x - means) / errors) - share, *ends, xtol=1e-10)

    def _central(self, spread):
        shares = (0.5, 0.5 - self.level / 200, 0.5 + self.level / 200)
        return tuple(float(np.exp(self._quantile(share, spread))) for share in shares)

    @cached_property
    def bayesian(self) -> tuple[float, float, float]:
        r"""Posterior median of the mean hazard ratio with its central interval, three floats (Röver and others 2021).

        The normal-normal hierarchical model: :math:`y_i \sim N(\theta_i, s_i^2)`, :math:`\theta_i \sim N(\mu, \tau^2)`,
        a flat prior for :math:`\mu` and a half-normal one, of scale `prior`, for :math:`\tau`. Integrated numerically.
        """
        return self._central(spread=0)

    @cached_property
    def bayesian_prediction(self) -> tuple[float, float]:
        """Central posterior interval for the true hazard ratio of the next trial, two floats."""
        return self._central(spread=1)[1:]

    @cached_property
    def bayesian_tau(self) -> tuple[float, float, float]:
        """Posterior median of the standard deviation between trials, with its central interval (three floats)."""
        below = np.append(0, np.cumsum(self._posterior[0]))
        shares = (0.5, 0.5 - self.level / 200, 0.5 + self.level / 200)
        return tuple(float(tau) for tau in np.interp(shares, below, self.prior * np.append(_STEPS, 8)))

    @staticmethod
    def _limits(mean, half):
        return tuple(float(np.exp(mean + side * half)) for side in (0, -1, 1))

    def by(self, method: str) -> dict:
        """Give what one way to pool says.

        Parameters
        ----------
        method : str
            One of `METHODS`.

        Returns
        -------
        dict
            ``hr``, ``hr_low`` and ``hr_high``; ``next_low`` and ``next_high`` of the next trial's true hazard ratio,
            None for a common effect, which every trial has, and for two trials but in the Bayesian analysis; and
            ``weights`` of the trials in percent, an array of shape (k,), in the Bayesian analysis their posterior mean.

        Raises
        ------
        ValueError
            If the method is none of them.

        Examples
        --------
        >>> pooled = Pooled(["a", "b"], np.log([0.7, 0.9]), np.array([0.1, 0.2]))
        >>> pooled.by("common effect")["weights"].round().tolist()
        [80.0, 20.0]
        """
        if method not in METHODS:
            raise ValueError(f"the method is {method!r}; expected {', '.join(METHODS)}")
        combined = self._combined
        following, weights = None, combined.weights_rel_fe
        if method == "common effect":
            estimate = self.common
        elif method == "Bayesian":
            density, *_, shares = self._posterior
            estimate, following, weights = self.bayesian, self.bayesian_prediction, density @ shares
        else:
            estimate = self.random if method == "random effects" else self.hartung_knapp
            following, weights = self.prediction, combined.weights_rel_re
        names = ("hr", "hr_low", "hr_high", "next_low", "next_high", "weights")
        values = (*estimate, *(following or (None, None)), 100 * np.asarray(weights))
        return dict(zip(names, values, strict=True))

    def table(self) -> pd.DataFrame:
        """Set the estimates side by side.

        Returns
        -------
        pandas.DataFrame
            One row a method of `METHODS`: ``hr``, ``hr_low``, ``hr_high``, ``next_low`` and ``next_high`` as `by` gives
            them, two decimals.
        """
        rows = {method: self.by(method) for method in METHODS}
        return pd.DataFrame.from_dict(rows, orient="index").drop(columns="weights").astype(float).round(2)


def pool(table: pd.DataFrame, level: float = 95.0) -> Pooled:
    r"""Pool the hazard ratios of a table.

    The standard error of a log hazard ratio is the width of its interval on the log scale over twice the normal
    quantile of *its own* level, :math:`s = \ln(\text{high} / \text{low}) / (2 z)`: 1.645 for 90%, 1.960 for 95%.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a trial, indexed by its name, with columns ``hr``, ``hr_low``, ``hr_high`` and ``level`` (confidence
        level of that interval in percent).
    level : float
        Confidence level of the pooled intervals in percent.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If there are fewer than two trials, a trial comes twice, a number is missing, not finite or not above zero, an
        interval does not hold its estimate, or a level is missing or not in percent. The message names the trial.

    Examples
    --------
    >>> trials = pd.DataFrame(
    ...     {"hr": [0.7, 0.8, 0.9], "hr_low": [0.5, 0.6, 0.6], "hr_high": [0.98, 1.07, 1.35], "level": 95},
    ...     index=["first", "second", "third"],
    ... )
    >>> pool(trials).table()
                      hr  hr_low  hr_high  next_low  next_high
    common effect   0.79    0.65     0.95       NaN        NaN
    random effects  0.79    0.65     0.95      0.23       2.75
    Hartung-Knapp   0.79    0.51     1.20      0.23       2.75
    Bayesian        0.79    0.55     1.15      0.40       1.57
    """
    need_columns(table, _NEEDED)
    names = [str(name) for name in table.index]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{', '.join(twice)} comes more than once: a trial's patients may be counted once")
    if len(names) < 2:
        raise ValueError(f"{len(names)} trial ({', '.join(names) or 'none'}): pooling needs at least two")
    need_level(level)
    rows = floats(table, _NEEDED, names)
    for name, row in zip(names, rows.itertuples(index=False), strict=True):
        _check(name, row, rows["level"].dropna().unique())
    quantiles = norm.ppf(0.5 + rows["level"].to_numpy() / 200)
    errors = np.log(rows["hr_high"] / rows["hr_low"]).to_numpy() / (2 * quantiles)
    return Pooled(names, np.log(rows["hr"]).to_numpy(), errors, float(level))


def _check(name, row, levels):
    """Raise a ValueError that names what is wrong with a trial's numbers."""
    if np.isnan(row.hr):
        raise ValueError(f"{name}: no hazard ratio")
    if np.isnan(row.hr_low) or np.isnan(row.hr_high):
        raise ValueError(f"{name}: the hazard ratio {row.hr:g} has no interval, so its weight is not known")
    if not 0 < row.hr < np.inf:
        raise ValueError(f"{name}: the hazard ratio is {row.hr:g}: it must lie above zero (no logarithm) and be finite")
    if not 0 < row.hr_low < row.hr_high < np.inf:
        raise ValueError(
            f"{name}: the interval is {row.hr_low:g} to {row.hr_high:g}: it must rise from above zero and be finite"
        )
    if not row.hr_low <= row.hr <= row.hr_high:
        raise ValueError(
            f"{name}: the interval {row.hr_low:g} to {row.hr_high:g} does not hold its estimate, {row.hr:g}"
        )
    if np.isnan(row.level):
        others = ", ".join(f"{level:g}" for level in levels)
        known = f"; those of the other trials are {others} percent" if others else ""
        raise ValueError(f"{name}: the level of the interval is not given{known}")
    if not 50 <= row.level < 100:
        raise ValueError(
            f"{name}: the level of the interval is {row.level:g}: it must be given in percent, 50 to below 100"
        )


def every_combination(table: pd.DataFrame, level: float = 95.0) -> pd.DataFrame:
    """Pool every combination of two trials or more: does the result hang on one of them, or on the method?

    Parameters
    ----------
    table, level
        As in :func:`pool`.

    Returns
    -------
    pandas.DataFrame
        One row a combination and method, all trials first: ``trials`` (their names, by commas), ``left_out`` (the
        others), ``k``, ``method``, ``hr``, ``hr_low``, ``hr_high``, ``next_low`` and ``next_high`` as `Pooled.by` gives
        them, with two decimals; ``tau2`` with three and ``i2`` in percent with none.

    Raises
    ------
    ValueError
        For what :func:`pool` refuses.

    Examples
    --------
    >>> trials = pd.DataFrame(
    ...     {"hr": [0.7, 0.8, 0.9], "hr_low": [0.5, 0.6, 0.6], "hr_high": [0.98, 1.07, 1.35], "level": 95},
    ...     index=["first", "second", "third"],
    ... )
    >>> every_combination(trials).query("method == 'Bayesian'")[["trials", "hr", "hr_low", "hr_high"]]
                      trials    hr  hr_low  hr_high
    3   first, second, third  0.79    0.55     1.15
    7          first, second  0.75    0.42     1.33
    11          first, third  0.78    0.42     1.49
    15         second, third  0.84    0.47     1.52
    """
    rows = []
    for k in range(max(len(table), 2), 1, -1):
        for names in combinations(table.index, k) if len(table) > 1 else [tuple(table.index)]:
            pooled = pool(table.loc[list(names)], level)
            left_out = ", ".join(str(name) for name in table.index if name not in names)
            told = [", ".join(pooled.names), left_out, k]
            rows += [[*told, *row, round(pooled.tau2, 3), round(pooled.i2)] for row in pooled.table().itertuples()]
    estimates = ["hr", "hr_low", "hr_high", "next_low", "next_high"]
    return pd.DataFrame(rows, columns=["trials", "left_out", "k", "method", *estimates, "tau2", "i2"])


def with_intervals(endpoints: pd.DataFrame) -> pd.DataFrame:
    r"""Recompute from the P value each interval that was not verified, and say for each row where its interval is from.

    A log hazard ratio over its standard error is the z value of its test, so :math:`s = |\ln \mathrm{HR}| / z`
    (Parmar, Torri and Stewart 1998; Tierney and others 2007). The closer the hazard ratio lies to 1, the more a
    rounded P value leaves open: where rounding of the printed figures could move the standard error by more than a
    quarter, the row stays as it is.

    Parameters
    ----------
    endpoints : pandas.DataFrame
        Table `endpoints`, as ``tables.read("endpoints")`` gives it. One row a result, with columns ``id``, ``hr``,
        ``hr_low``, ``hr_high``, ``level`` (percent), ``p``, ``p_relation`` (``=`` or ``<``), ``p_sides`` (``one`` or
        ``two``), ``check`` (``unchecked`` where the row was not seen) and ``unchecked_fields`` (columns of the row
        that were not seen, by semicolons). ``analysis`` is ``recovered`` where a hazard ratio was not printed but
        computed from medians; the column may be missing.

    Returns
    -------
    pandas.DataFrame
        The same rows with a new column ``interval``: ``published``, ``from P`` (recomputed at 95%, two decimals, and no
        longer named in ``unchecked_fields``), ``recovered``, ``not verified``, or missing where there is none.

    Raises
    ------
    ValueError
        If a column is missing, a row's P value does not lie between 0 and 1 or its sides are neither, its hazard ratio
        is not above zero, or the two point in opposite directions.

    Examples
    --------
    >>> results = pd.DataFrame({
    ...     "id": ["seen", "not seen"], "hr": [0.69, 0.70], "hr_low": [0.55, 0.5], "hr_high": [0.87, 0.9],
    ...     "level": 95.0, "p": [0.001, 0.004], "p_relation": ["<", "="], "p_sides": "two",
    ...     "check": "primary", "unchecked_fields": [None, "hr_low;hr_high"],
    ... })
    >>> with_intervals(results)[["id", "hr_low", "hr_high", "interval"]]
             id  hr_low  hr_high   interval
    0      seen    0.55     0.87  published
    1  not seen    0.55     0.89     from P
    """
    need_columns(endpoints, _RECOMPUTED, "the table of endpoints")
    filled, numbers = endpoints.reset_index(drop=True), ["hr", "hr_low", "hr_high", "level", "p"]
    filled[numbers] = floats(filled, numbers, filled["id"].astype(str).tolist())
    unseen = filled["unchecked_fields"].fillna("").str.split(";")
    hidden = unseen.map({"hr_low", "hr_high"}.intersection).astype(bool) | filled["check"].eq("unchecked")
    filled["interval"] = pd.Series("published", filled.index, dtype="string").mask(hidden, "not verified")
    if "analysis" in filled:
        filled.loc[filled["analysis"].eq("recovered"), "interval"] = "recovered"
    filled.loc[filled["hr_low"].isna(), "interval"] = pd.NA
    seen = filled["check"].ne("unchecked") & ~unseen.map({"hr", "p", "p_sides"}.intersection).astype(bool)
    ready = hidden & seen & filled["hr"].notna() & filled["p_relation"].eq("=") & filled["p_sides"].notna()
    for i in filled.index[ready.fillna(False)]:
        row = filled.loc[i]
        error = _error_from_p(row["hr"], row["p"], row["p_sides"], str(row["id"]))
        if error is None:
            continue
        half = norm.ppf(0.975) * error
        filled.loc[i, ["hr_low", "hr_high"]] = np.round(row["hr"] * np.exp([-half, half]), 2)
        filled.loc[i, "level"], filled.loc[i, "interval"] = 95.0, "from P"
        left = [column for column in unseen[i] if column not in ("hr_low", "hr_high", "level")]
        filled.loc[i, "unchecked_fields"] = ";".join(left) or pd.NA
    return filled.set_index(endpoints.index)


def _error_from_p(hr, p, sides, name):
    """Standard error of a log hazard ratio from its P value, or None where rounding leaves it too open."""
    if not 0 < hr < np.inf:
        raise ValueError(f"{name}: the hazard ratio is {hr:g}: it must lie above zero (no logarithm) and be finite")
    if not 0 < p <= 1:
        raise ValueError(f"{name}: the P value is {p:g}: it must lie between 0 and 1")
    if sides not in ("one", "two"):
        raise ValueError(f"{name}, column p_sides: found {sides!r}, expected one or two")
    if hr == 1 or p == {"one": 0.5, "two": 1.0}[sides]:
        return None  # no distance to measure the error by

    def error(effect, value):
        z = norm.isf(value) if sides == "one" else -np.sign(effect) * norm.isf(value / 2)
        return -effect / z

    middle = error(np.log(hr), p)
    if not 0 < middle < np.inf:
        raise ValueError(
            f"{name}: a hazard ratio of {hr:g} and a {sides}-sided P value of {p:g} point in opposite directions"
        )
    # half a unit of the last digit, taking two decimals for the hazard ratio and for P from 0.1, three below
    off = 0.005 if p >= 0.1 else 0.0005
    corners = [error(np.log(hr + a), p + b) for a in (-0.005, 0.005) for b in (-off, off)]
    return middle if max(abs(corner / middle - 1) for corner in corners) <= _TOLERANCE else None
