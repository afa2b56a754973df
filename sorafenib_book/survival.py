r"""Survival curves of a two-arm trial from what its paper prints: medians, landmark rates and their intervals.

A published curve is a picture, and the patients behind it are not public. What is public is a handful of numbers: the
median survival of each arm with its interval, and the share alive at a landmark such as 12 months. Both models here
turn them into a straight line in the logarithm of time,

.. math:: g\{S(t)\} = \text{shape} \cdot \ln t + \text{location}

with :math:`g(S) = \ln(-\ln S)` for the Weibull model (proportional hazards) and
:math:`g(S) = \ln\{(1 - S) / S\}` for the log-logistic model (proportional odds). The arms share one shape: two points
an arm can not carry a shape each.

The curves are models of published summaries, not patient data, and say nothing about one patient.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import gamma, gammainc, hyp2f1
from scipy.stats import norm

from .provenance import checks

__all__ = ["Arm", "Curves", "Fit", "arms", "fit", "points", "trial", "two_groups"]

#: Number of redrawn data sets behind every band, and the seed of the generator that draws them.
DRAWS = 4_000
SEED = 2_008


@dataclass(frozen=True)
class Arm:
    """What a paper prints about the survival of one arm.

    Parameters
    ----------
    median : float
        Median survival in months.
    interval : tuple of two floats, optional
        Confidence interval of the median in months; needed for bands only.
    landmarks : dict of float to float
        Share alive in percent by time in months, for instance ``{12: 44}``.
    level : float
        Confidence level of the interval in percent.

    Raises
    ------
    ValueError
        If a number can not be what it is said to be; the message says what was given and what is needed.
    """

    median: float
    interval: tuple[float, float] | None = None
    landmarks: dict[float, float] = field(default_factory=dict)
    level: float = 95.0

    def __post_init__(self):
        if not self.median > 0:
            raise ValueError(f"median survival is {self.median} months: it must be above zero")
        if self.interval is not None and not 0 < self.interval[0] <= self.median <= self.interval[1]:
            low, high = self.interval
            raise ValueError(
                f"interval of the median is {low} to {high} months: its lower end must be above zero, "
                f"and it must hold the median, {self.median}"
            )
        if not 0 < self.level < 100:
            raise ValueError(f"confidence level is {self.level} percent: it must lie between 0 and 100")
        for months, rate in self.landmarks.items():
            if not months > 0:
                raise ValueError(f"landmark at {months} months: its time must be above zero")
            if not 0 < rate < 100:
                raise ValueError(f"survival at {months} months is {rate} percent: it must lie between 0 and 100")

    @property
    def months(self):
        """Times of the published points in months: the median first, then the landmarks."""
        return np.array([self.median, *self.landmarks], dtype=float)

    @property
    def rates(self):
        """Share alive at those times in percent."""
        return np.array([50.0, *self.landmarks.values()], dtype=float)

    @property
    def standard_error(self):
        """Standard error of the logarithm of the median: width of the interval over twice the normal quantile."""
        if self.interval is None:
            raise ValueError(f"no interval given for the median of {self.median} months: a band needs one")
        low, high = self.interval
        return np.log(high / low) / (2 * norm.ppf(0.5 + self.level / 200))


@dataclass(frozen=True)
class Curves:
    """Survival curves of both arms, for one set of parameters or for many at once.

    Parameters
    ----------
    model : {"weibull", "log-logistic"}
        Family of both curves.
    shape : float or array of shape (n,)
        Shape shared by the arms, above zero. At 1 the Weibull hazard is constant; above 1 it rises.
    location : array of shape (2,) or (n, 2)
        Location of the experimental and of the control arm.
    """

    model: str
    shape: np.ndarray
    location: np.ndarray

    def survival(self, months):
        """Share alive, in percent.

        Parameters
        ----------
        months : array of shape (m,)
            Times, not below zero.

        Returns
        -------
        array of shape (2, m) or (n, 2, m)
            Experimental arm, then control arm.
        """
        power = np.power(np.asarray(months, dtype=float), np.asarray(self.shape)[..., None, None])
        odds = np.exp(self.location)[..., None] * power
        return 100 * (np.exp(-odds) if self.model == "weibull" else 1 / (1 + odds))

    def hazard_ratio(self, months=0.0):
        """Hazard of the experimental arm over that of the control arm.

        Parameters
        ----------
        months : float
            Time; the Weibull ratio is the same at every time, the log-logistic one drifts towards 1.

        Returns
        -------
        float or array of shape (n,)
        """
        ratio = np.exp(self.location[..., 0] - self.location[..., 1])
        if self.model == "weibull":
            return ratio
        # the hazard of a log-logistic arm is proportional to exp(location) times its survival
        alive = self.survival([months])[..., 0]
        return ratio * alive[..., 0] / alive[..., 1]

    def restricted_mean(self, horizon):
        r"""Mean months alive within the first `horizon` months: the area under the curve up to there.

        Parameters
        ----------
        horizon : float
            Months, above zero.

        Returns
        -------
        array of shape (2,) or (n, 2)
            Experimental arm, then control arm, in months.

        Notes
        -----
        With :math:`x = e^{location} \tau^{shape}` at the horizon :math:`\tau` and :math:`a = 1 / shape`, the area is
        :math:`\tau x^{-a} \Gamma(1 + a) P(a, x)` (Weibull; P is the regularised lower incomplete gamma function) or
        :math:`\tau \, {}_2F_1(1, a; 1 + a; -x)` (log-logistic).
        """
        if not horizon > 0:
            raise ValueError(f"horizon is {horizon} months: it must be above zero")
        a = 1 / np.asarray(self.shape)[..., None]
        x = np.exp(self.location) * horizon ** (1 / a)
        if self.model == "weibull":
            return horizon * x**-a * gamma(1 + a) * gammainc(a, x)
        return horizon * hyp2f1(1, a, 1 + a, -x)


@dataclass(frozen=True)
class Fit:
    """A trial's published points, the curves through them, and the redrawn curves behind the bands.

    Parameters
    ----------
    experimental, control : Arm
        What was published.
    curves : Curves
        Least-squares fit to it.
    """

    experimental: Arm
    control: Arm
    curves: Curves

    @cached_property
    def draws(self):
        """Curves refitted to redrawn medians (`DRAWS` of them), from the generator PCG64 seeded with `SEED`.

        Each median is drawn from its interval on the log scale; the landmark rates of that arm move with it, as they
        would if all its survival times were stretched by the same factor; then both arms are fitted anew. Where no
        interval was published this raises a ValueError.
        """
        generator = np.random.Generator(np.random.PCG64(SEED))
        both = (self.experimental, self.control)
        errors = np.array([arm.standard_error for arm in both])
        stretch = errors * generator.standard_normal((DRAWS, 2))
        log_months, alive = [], []
        for i, arm in enumerate(both):
            # the median moves in time, at 50 percent alive; the landmarks stay in time and move in the share alive
            moved = np.zeros((DRAWS, len(arm.months)))
            moved[:, 0] = stretch[:, i]
            line = _link(self.curves.model, arm.rates / 100) - self.curves.shape * (stretch[:, i, None] - moved)
            log_months.append(np.log(arm.months) + moved)
            alive.append(_inverse(self.curves.model, line))
        return _least_squares(self.curves.model, log_months, alive)

    def published(self):
        """Set the published points beside the fitted curves.

        Returns
        -------
        pandas.DataFrame
            One row a point: ``arm``, ``months``, ``published`` and ``modelled`` survival in percent (modelled with one
            decimal), and their ``difference`` in percentage points.
        """
        parts = []
        for i, (name, arm) in enumerate([("experimental", self.experimental), ("control", self.control)]):
            modelled = self.curves.survival(arm.months)[i].round(1)
            parts.append(
                pd.DataFrame({"arm": name, "months": arm.months, "published": arm.rates, "modelled": modelled})
            )
        table = pd.concat(parts, ignore_index=True)
        return table.assign(difference=(table["modelled"] - table["published"]).round(1))

    def table(self, months):
        """Modelled survival with its band at given times.

        Parameters
        ----------
        months : array of shape (m,)
            Times in months.

        Returns
        -------
        pandas.DataFrame
            One row a time: ``months``; survival of the arms ``experimental`` and ``control`` in percent and their
            ``difference`` in percentage points, each with ``_low`` and ``_high`` (pointwise 95% band), one decimal.
            The band of the difference comes from the same draws, not from the two bands.
        """
        return _with_bands(self.curves.survival(months), self.draws.survival(months), decimals=1).assign(months=months)[
            ["months", *_COLUMNS]
        ]

    def restricted_mean(self, horizons):
        """Restricted mean survival time to some horizons, with intervals.

        Parameters
        ----------
        horizons : float or list of float
            Months, above zero.

        Returns
        -------
        pandas.DataFrame
            One row a horizon: ``horizon``; mean months alive in the arms ``experimental`` and ``control`` and their
            ``difference``, each with ``_low`` and ``_high`` (95% interval), two decimals.
        """
        horizons = np.atleast_1d(horizons)
        point, draws = (
            np.stack([curves.restricted_mean(horizon) for horizon in horizons], axis=-1)
            for curves in (self.curves, self.draws)
        )
        return _with_bands(point, draws, decimals=2).assign(horizon=horizons)[["horizon", *_COLUMNS]]


def fit(experimental, control, model="weibull"):
    """Fit one curve an arm, with a common shape, to the published points by least squares.

    Parameters
    ----------
    experimental, control : Arm
        What was published about each arm.
    model : {"weibull", "log-logistic"}
        Family of the curves.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If neither arm has two points at different times, if survival rises from one point to the next, or if the
        model is not known.
    """
    if model not in ("weibull", "log-logistic"):
        raise ValueError(f"model is {model!r}: it must be 'weibull' or 'log-logistic'")
    if all(len(set(arm.months)) < 2 for arm in (experimental, control)):
        raise ValueError(
            f"fewer than two points: the arms have points at {experimental.months} and {control.months} months; "
            "a shape needs a median and a landmark rate at another time in at least one arm"
        )
    for arm in (experimental, control):
        order = np.argsort(arm.months, kind="stable")
        if np.any(np.diff(arm.rates[order]) >= 0):
            raise ValueError(
                f"survival is {arm.rates[order]} percent at {arm.months[order]} months: it must fall from each point "
                "to the next"
            )
    both = (experimental, control)
    curves = _least_squares(model, [np.log(arm.months) for arm in both], [arm.rates / 100 for arm in both])
    return Fit(experimental, control, curves)


def trial(endpoints, study, model="weibull"):
    """Fit a trial's curves to what a table of endpoints holds about it.

    Parameters
    ----------
    endpoints, study
        As in :func:`arms`.
    model
        As in :func:`fit`.

    Returns
    -------
    Fit
    """
    return fit(*arms(endpoints, study), model=model)


def arms(endpoints, study):
    """Collect what a table of endpoints holds about a study's overall survival.

    Parameters
    ----------
    endpoints : pandas.DataFrame
        Table `endpoints`, as ``tables.read("endpoints")`` gives it.
    study : str
        Identifier of the study, for instance ``"sharp"``.

    Returns
    -------
    tuple of two Arm
        Experimental arm and control arm.

    Raises
    ------
    ValueError
        If the table has no median overall survival of the study in months.
    """
    medians, rates = _overall_survival(endpoints, study)
    median, collected = medians.iloc[0], []
    for arm in ("experimental", "control"):
        interval = (float(median[f"{arm}_low"]), float(median[f"{arm}_high"]))
        landmarks = dict(zip(rates["months"].astype(float), rates[arm].astype(float), strict=True))
        level = 95.0 if pd.isna(median["level"]) else float(median["level"])
        collected.append(Arm(float(median[arm]), None if np.isnan(interval).any() else interval, landmarks, level))
    return tuple(collected)


def two_groups(median, ratio, share=0.5):
    """Split a group of patients into those without and those with a marker, so that the whole keeps its median.

    Survival is exponential in both: the simplest case in which to see what a marker does.

    Parameters
    ----------
    median : float
        Median survival of all patients in months, above zero.
    ratio : float
        Hazard with the marker over the hazard without it, above zero.
    share : float
        Share of patients with the marker, from 0 to 1.

    Returns
    -------
    array of shape (2,)
        Hazard a month without and with the marker.

    Raises
    ------
    ValueError
        If a number lies outside its range.
    """
    if not (median > 0 and ratio > 0 and 0 <= share <= 1):
        raise ValueError(f"median {median}, ratio {ratio} and share {share}: two above zero, and a share from 0 to 1")

    def alive(hazard):
        return (1 - share) * np.exp(-hazard * median) + share * np.exp(-ratio * hazard * median)

    # half are alive at a hazard between those of a group that is all without and one that is all with the marker
    ends = np.log(2) / (median * np.array([max(ratio, 1), min(ratio, 1)]))
    hazard = brentq(lambda h: alive(h) - 0.5, ends[0] * 0.99, ends[1] * 1.01, xtol=1e-12)
    return hazard * np.array([1, ratio])


def points(endpoints, study, names=("sorafenib", "placebo")):
    """List the published points that a study's curves go through, with their sources and check marks.

    Parameters
    ----------
    endpoints, study
        As in :func:`arms`.
    names : tuple of two str
        Names of the experimental and of the control arm.

    Returns
    -------
    pandas.DataFrame
        One row an arm and point: ``arm``, ``months``, ``alive`` (percent), ``check``, ``source``.
    """
    medians, rates = _overall_survival(endpoints, study)
    parts = []
    for arm, name in zip(("experimental", "control"), names, strict=True):
        for rows, months, alive in ((medians, medians[arm], 50.0), (rates, rates["months"], rates[arm])):
            marks = {"check": checks(rows, arm), "source": rows["source"]}
            parts.append(pd.DataFrame({"arm": name, "months": months, "alive": alive, **marks}))
    return pd.concat(parts, ignore_index=True)


def _overall_survival(endpoints, study):
    """Rows of the median (one) and of the landmark rates of a study's overall survival."""
    rows = endpoints[(endpoints["study"] == study) & endpoints["experimental"].notna()]
    medians = rows[(rows["endpoint"] == "OS") & (rows["unit"] == "months")]
    if medians.empty:
        raise ValueError(f"no endpoint 'OS' in months for study {study!r}: a curve needs the median of each arm")
    return medians.head(1), rows[rows["endpoint"] == "OS rate"]


_COLUMNS = [f"{name}{end}" for name in ("experimental", "control", "difference") for end in ("", "_low", "_high")]


def _with_bands(point, draws, decimals):
    """Add the difference of the arms, take pointwise 95% limits over the draws, and round."""
    point, draws = (np.concatenate([x, x[..., :1, :] - x[..., 1:, :]], axis=-2) for x in (point, draws))
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    # name by name: estimate, lower limit, upper limit
    values = np.stack([point, low, high], axis=1).reshape(len(_COLUMNS), -1)
    return pd.DataFrame(dict(zip(_COLUMNS, values.round(decimals) + 0.0, strict=True)))


def _link(model, alive):
    return np.log(-np.log(alive)) if model == "weibull" else np.log((1 - alive) / alive)


def _inverse(model, line):
    return np.exp(-np.exp(line)) if model == "weibull" else 1 / (1 + np.exp(line))


def _least_squares(model, log_months, alive):
    """Least squares in the share alive with a common shape, for one data set or for many at once.

    Gauss-Newton steps: each is a weighted straight-line fit of the linearised shares with one slope for both arms,
    which has a closed form. It starts from the plain straight-line fit, and a dozen steps leave nothing to gain.

    Parameters
    ----------
    model : str
    log_months, alive : list of two arrays of shape (..., points)
        Logarithm of the times and share alive (0 to 1) of the experimental and of the control arm.
    """
    line = [_link(model, s) for s in alive]
    weight = [np.ones_like(s) for s in alive]
    for _ in range(12):
        centre = [
            [(w * v).sum(-1, keepdims=True) / w.sum(-1, keepdims=True) for v in (x, y)]
            for w, x, y in zip(weight, log_months, line, strict=True)
        ]
        sums = [
            [(w * (x - cx) * (v - cv)).sum(-1) for v, cv in ((x, cx), (y, cy))]
            for w, x, y, (cx, cy) in zip(weight, log_months, line, centre, strict=True)
        ]
        shape = sum(s[1] for s in sums) / sum(s[0] for s in sums)
        location = np.concatenate([cy - shape[..., None] * cx for cx, cy in centre], axis=-1)
        for i, (x, observed) in enumerate(zip(log_months, alive, strict=True)):
            eta = shape[..., None] * x + location[..., i, None]
            modelled = _inverse(model, eta)
            slope = modelled * (np.log(modelled) if model == "weibull" else modelled - 1)
            line[i] = eta + (observed - modelled) / slope
            weight[i] = slope**2
    return Curves(model, shape, location)
