r"""Survival curves of a two-arm trial from what its paper prints: medians, landmark rates and their intervals.

A published curve is a picture, and the patients behind it are not public. What is public is a handful of numbers: the
median survival of each arm with its interval, and the share alive at a landmark such as 12 months. Both models here
turn them into a straight line in the logarithm of time,

.. math:: g\{S(t)\} = \text{shape} \cdot \ln t + \text{location}

with :math:`g(S) = \ln(-\ln S)` for the Weibull model (proportional hazards) and
:math:`g(S) = \ln\{(1 - S) / S\}` for the log-logistic model (proportional odds).

The curves are models of published summaries, not patient data, and say nothing about one patient.

What two points an arm leave open is carried by the intervals (:attr:`Fit.draws`):

- the *sampling error* of median and landmark rates, from the interval of the median: a Kaplan-Meier estimate of n
  uncensored patients strays from the true curve like a Brownian bridge, with covariance :math:`S(t) \{1 - S(s)\} / n`
  for :math:`s < t` (Breslow and Crowley, Ann Stat 1974;2:437), so median and landmark err together;
- the *family*: half of the curves are Weibull, half log-logistic;
- the *shape*: before the points are seen its logarithm is normal around `SHAPE` of its family, with standard deviation
  `SHAPE_SD` between trials and `ARM_SD` between the arms of a trial. Of the curves of sixteen phase III trials of liver
  cancer, reconstructed by Bomze and others (JAMA Netw Open 2020;3(10):e2017675) and fitted up to 24 months, the shapes
  are 1.22 (Weibull) and 1.63 (log-logistic) on average. With the sampling error of each shape taken out the standard
  deviations are 0.04 between trials and 0.00 (Weibull) or 0.02 (log-logistic) between arms; 95% upper bounds, with flat
  priors, are 0.07 and 0.05 (Weibull) or 0.08 and 0.07 (log-logistic). 0.07 is taken for both, not the estimates, as
  other diseases, and drugs that act late or in some patients, differ more;
- *rounding and misfit*: a median is printed to 0.1 month, and the best curve of either family misses those thirty
  by 1.4 (log-logistic) or 2.0 (Weibull) percentage points, sampling error included (root of the mean square); one is
  taken: `MISFIT`.

``tools/research/interval_coverage.py`` measures those shapes, and how often such intervals hold the truth: of 1,000
simulated trials, most with curves of neither family, 96% of arms and 99% of differences in restricted mean to 12
months, 85% and 94% to 6 months (standard error 1%). Where the curves are of a family and shape as expected (80 trials)
it is 98% and 95% to 6 months: the rest is due to drugs that act late, and to curves beyond both families, of which a
median and a rate at 12 months tell nothing. Of the sixteen trials all that print both were held, by intervals 1.2 to
1.6 times as wide as those of their own curves.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, least_squares
from scipy.special import gamma, gammainc, hyp2f1
from scipy.stats import norm

from ._inputs import need_columns, need_level, need_positive
from .provenance import checks

__all__ = ["Arm", "Curves", "Fit", "arms", "fit", "points", "trial", "two_groups"]

#: Families of curves.
MODELS = ("weibull", "log-logistic")
#: Shape that is expected of each family before a trial is seen, and standard deviations of its logarithm: between
#: trials, and of one arm around its trial.
SHAPE, SHAPE_SD, ARM_SD = {"weibull": 1.22, "log-logistic": 1.63}, 0.07, 0.07
#: Percentage points by which a curve may miss a published rate, as standard deviation.
MISFIT = 1.0
#: Months to which medians are rounded.
ROUNDING = 0.1
#: Curves behind every band, curves proposed for each of them, and the seed of the generator that draws them.
DRAWS, PROPOSALS, SEED = 4_000, 20, 2_008


@dataclass(frozen=True)
class Arm:
    """What a paper prints about the survival of one arm.

    Parameters
    ----------
    median : float
        Median survival in months.
    interval : tuple of two floats, optional
        Confidence interval of the median in months; needed for bands only. An upper end that was not reached is
        ``inf``; the lower half then stands for both.
    landmarks : dict of float to float
        Share alive in percent by time in months, for instance ``{12: 44}``.
    level : float
        Confidence level of the interval in percent.

    Raises
    ------
    ValueError
        If a number can not be what it is said to be; the message says what was given and what is needed.

    Examples
    --------
    >>> arm = Arm(median=10.7, interval=(9.4, 13.3), landmarks={12: 44})
    >>> arm.months.tolist(), arm.rates.tolist()
    ([10.7, 12.0], [50.0, 44.0])
    """

    median: float
    interval: tuple[float, float] | None = None
    landmarks: dict[float, float] = field(default_factory=dict)
    level: float = 95.0

    def __post_init__(self) -> None:
        need_positive(**{"median survival in months": self.median})
        if self.interval is not None and not 0 < self.interval[0] <= self.median <= self.interval[1]:
            low, high = self.interval
            raise ValueError(
                f"interval of the median is {low} to {high} months: its lower end must be above zero, "
                f"and it must hold the median, {self.median} (an upper end that was not reached is inf)"
            )
        need_level(self.level)
        for months, rate in self.landmarks.items():
            need_positive(**{"time of a landmark in months": months})
            if not 0 < rate < 100:
                raise ValueError(f"survival at {months} months is {rate} percent: it must lie between 0 and 100")

    @property
    def months(self) -> NDArray[np.float64]:
        """Times of the published points in months, the median first, then the landmarks."""
        return np.array([self.median, *self.landmarks], dtype=float)

    @property
    def rates(self) -> NDArray[np.float64]:
        """Share alive at those times in percent."""
        return np.array([50.0, *self.landmarks.values()], dtype=float)

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        """Standard error of the logarithm of the median, below and above it, in that order.

        Each is the distance of that end of the interval over the normal quantile, with the variance of rounding to
        `ROUNDING` months added.
        """
        if self.interval is None:
            raise ValueError(f"no interval given for the median of {self.median} months: a band needs one")
        ends = np.abs(np.log(np.array(self.interval) / self.median)) / norm.ppf(0.5 + self.level / 200)
        return np.hypot(np.where(np.isinf(ends), ends[0], ends), ROUNDING / np.sqrt(12) / self.median)


@dataclass(frozen=True, eq=False)
class Curves:
    """Survival curves of both arms, for one set of parameters or for many at once.

    Parameters
    ----------
    model : {"weibull", "log-logistic"} or array of them, shape (n,)
        Family of the curves of both arms.
    shape : float or array of shape (n,), shared by the arms, or array of shape (2,) or (n, 2)
        Shape, above zero. At 1 the Weibull hazard is constant; above 1 it rises.
    location : array of shape (2,) or (n, 2)
        Location of the experimental and of the control arm.

    Examples
    --------
    >>> curves = Curves("weibull", 1.0, np.log(np.log(2) / np.array([10.0, 5.0])))
    >>> curves.survival([5, 10]).round(1).tolist()
    [[70.7, 50.0], [50.0, 25.0]]
    >>> curves.hazard_ratio().round(3).item()
    0.5
    """

    model: str | NDArray[np.str_]
    shape: ArrayLike
    location: NDArray[np.float64]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curves) and all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in ("model", "shape", "location")
        )

    @property
    def _shapes(self):
        """Shape of each arm, shaped as the locations."""
        shape = np.asarray(self.shape)
        return np.broadcast_to(shape if shape.ndim == self.location.ndim else shape[..., None], self.location.shape)

    @property
    def _weibull(self):
        """Which curves are Weibull, shaped as the locations."""
        return np.broadcast_to((np.asarray(self.model) == "weibull")[..., None], self.location.shape)

    def survival(self, months: ArrayLike) -> NDArray[np.float64]:
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
        months = np.asarray(months, dtype=float)
        if not np.all(months >= 0):
            raise ValueError(f"months are {months}: each must be a number, and none below zero")
        odds = np.exp(self.location)[..., None] * months ** self._shapes[..., None]
        return 100 * np.where(self._weibull[..., None], np.exp(-odds), 1 / (1 + odds))

    def hazard_ratio(self, months: float = 0.0) -> NDArray[np.float64]:
        """Hazard of the experimental arm over that of the control arm.

        Parameters
        ----------
        months : float
            Time. With one shape for both arms the Weibull ratio is the same at every time, and the log-logistic one
            drifts towards 1.

        Returns
        -------
        float or array of shape (n,)
        """
        shape = self._shapes
        # the Weibull hazard is proportional to shape, exp(location) and months ** (shape - 1); a log-logistic one also
        # to its survival
        hazard = shape * np.exp(self.location) * months ** (shape - shape[..., 1:])
        hazard = np.where(self._weibull, hazard, hazard * self.survival([months])[..., 0])
        return hazard[..., 0] / hazard[..., 1]

    def restricted_mean(self, horizon: float) -> NDArray[np.float64]:
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
        need_positive(**{"horizon in months": horizon})
        a = 1 / self._shapes
        x = np.exp(self.location) * horizon ** (1 / a)
        return horizon * np.where(self._weibull, x**-a * gamma(1 + a) * gammainc(a, x), hyp2f1(1, a, 1 + a, -x))


@dataclass(frozen=True)
class Fit:
    """A trial's published points, the curves through them, and the redrawn curves behind the bands.

    Parameters
    ----------
    experimental, control : Arm
        What was published.
    curves : Curves
        Fit to it, as :func:`fit` gives it.
    """

    experimental: Arm
    control: Arm
    curves: Curves

    @cached_property
    def draws(self) -> Curves:
        """Curves that agree with what was published (`DRAWS` of them), from the generator PCG64 seeded with `SEED`.

        A sample from the posterior distribution of both arms' curves, by sampling importance resampling. Proposals are
        Weibull and log-logistic curves in equal parts, with shapes as they are expected before a trial is seen (see the
        top of this module) and medians drawn from their intervals on the log scale. A proposal's weight is the
        likelihood of the published landmark rates under it: normal around the true rates moved by the error of the
        published median, with the covariance of a Brownian bridge and `MISFIT` added. The number of patients that the
        bridge needs is the one that the interval of the median implies, so censoring before the median is in it.

        Raises a ValueError where no interval was published, or where too few proposals (under 100 by Kish's effective
        number) agree with the published points.
        """
        generator = np.random.Generator(np.random.PCG64(SEED))
        n = DRAWS * PROPOSALS
        weibull = np.arange(n) % 2 == 0
        # twice as far from the expected shape as curves usually are, so that unusual ones are there; the weight says so
        strays = 2 * generator.standard_normal((n, 3))
        weight = (strays**2).sum(axis=1) * (1 / 8 - 1 / 2)
        expected = np.where(weibull, *(SHAPE[model] for model in MODELS))[:, None]
        shape = expected * np.exp(SHAPE_SD * strays[:, :1] + ARM_SD * strays[:, 1:])
        normal = generator.standard_normal((n, 2))
        # the published median is too low where the true one is higher
        both = (self.experimental, self.control)
        errors = np.array([arm.standard_errors for arm in both])
        shift = normal * np.where(normal < 0, *errors.T)
        half = np.where(weibull, np.log(np.log(2)), 0.0)[:, None]
        location = half - shape * (np.log([arm.median for arm in both]) + shift)
        proposed = Curves(np.where(weibull, *MODELS), shape, location)
        for i, arm in enumerate(both):
            if not arm.landmarks:
                continue
            alive = np.clip(proposed.survival(arm.months)[:, i] / 100, 1e-9, 1 - 1e-9)
            earlier = np.maximum(alive[:, :, None], alive[:, None])
            later = np.minimum(alive[:, :, None], alive[:, None])
            # the share of all patients by which a curve falls at the median for each unit of the logarithm of time
            slope = shape[:, i] * np.where(weibull, np.log(2) / 2, 1 / 4)
            patients = (0.5 / (slope * errors[i].mean())) ** 2
            weight += _log_likelihood(arm.rates / 100 - alive, later * (1 - earlier) / patients[:, None, None])
        weight = np.exp(weight - weight.max())
        if weight.sum() ** 2 / (weight**2).sum() < 100:
            raise ValueError(
                f"no band: hardly any curve of a usual shape has {_in_words(self.experimental)}, and "
                f"{_in_words(self.control)}"
            )
        chosen = np.searchsorted(np.cumsum(weight) / weight.sum(), (np.arange(DRAWS) + 0.5) / DRAWS)
        return Curves(proposed.model[chosen], shape[chosen], location[chosen])

    def published(self) -> pd.DataFrame:
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

    def table(self, months: ArrayLike) -> pd.DataFrame:
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

    def restricted_mean(self, horizons: ArrayLike) -> pd.DataFrame:
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


def fit(experimental: Arm, control: Arm, model: str = "weibull") -> Fit:
    """Fit one curve an arm, with a common shape, to the published points.

    The curves minimise the squares of their distances to the points, in units of `MISFIT` percentage points, and of the
    distance of the logarithm of the shape to the expected one, in units of `SHAPE_SD`. So points that carry a shape
    decide it, and a landmark beside the median does not make it absurd.

    Parameters
    ----------
    experimental, control : Arm
        What was published about each arm.
    model : {"weibull", "log-logistic"}
        Family of the curves. The intervals are over both families.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If neither arm has a landmark rate, if a rate looks like a share (below 1), if survival rises from one point to
        the next by more than rounding, if the model is not known, or if no curve comes
        within 10 percentage points of every published one.

    Examples
    --------
    >>> sharp = fit(Arm(10.7, (9.4, 13.3), {12: 44}), Arm(7.9, (6.8, 9.1), {12: 33}))
    >>> sharp.curves.shape.round(2).item()
    1.19
    >>> sharp.restricted_mean(12)[["difference", "difference_low", "difference_high"]].round(1).values.tolist()
    [[1.0, 0.4, 1.9]]
    """
    if model not in MODELS:
        raise ValueError(f"model is {model!r}: it must be 'weibull' or 'log-logistic'")
    both = (experimental, control)
    if not any(arm.landmarks for arm in both):
        raise ValueError(
            f"fewer than two points: the arms have their medians only, {experimental.median} and {control.median} "
            "months; a shape needs a landmark rate at another time in at least one arm"
        )
    for arm in both:
        for months, rate in arm.landmarks.items():
            if rate < 1:
                raise ValueError(
                    f"survival at {months:g} months is {rate:g} percent, which looks like a share: give {100 * rate:g}"
                )
        # at the same time the higher rate first; a percentage point is what rounding can do
        order = np.lexsort((-arm.rates, arm.months))
        if np.any(np.diff(arm.rates[order]) > 1):
            raise ValueError(
                f"survival is {arm.rates[order]} percent at {arm.months[order]} months: it must fall from each point "
                "to the next"
            )
    expected = np.log(SHAPE[model])

    def curves(parameters):
        shape = np.exp(parameters[0])
        return Curves(model, shape, -shape * parameters[1:])

    def distances(parameters):
        missed = [curves(parameters).survival(arm.months)[i] - arm.rates for i, arm in enumerate(both)]
        return np.concatenate([*(points / MISFIT for points in missed), [(parameters[0] - expected) / SHAPE_SD]])

    found = least_squares(distances, [expected, *np.log([arm.median for arm in both])])
    missed = np.abs(distances(found.x)[:-1]).max() * MISFIT
    if not found.success or not missed < 10:
        raise ValueError(
            f"no curve of a usual shape passes within 10 percentage points of {_in_words(experimental)}, and "
            f"{_in_words(control)}: the nearest misses one by {missed:.0f}"
        )
    return Fit(experimental, control, curves(found.x))


def trial(endpoints: pd.DataFrame, study: str, model: str = "weibull") -> Fit:
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

    Raises
    ------
    ValueError
        As in :func:`arms` and :func:`fit`.

    Examples
    --------
    >>> from sorafenib_book import tables
    >>> trial(tables.read("endpoints"), "sharp").control.landmarks
    {12.0: 33.0}
    """
    return fit(*arms(endpoints, study), model=model)


def arms(endpoints: pd.DataFrame, study: str) -> tuple[Arm, Arm]:
    """Collect what a table of endpoints holds about a study's overall survival.

    Parameters
    ----------
    endpoints : pandas.DataFrame
        Table `endpoints`, as ``tables.read("endpoints")`` gives it, or your own with its columns ``study``,
        ``endpoint`` (``OS`` for medians, ``OS rate`` for landmarks), ``months`` (of a landmark), ``unit`` (``months``
        or ``percent``), ``level`` (of the intervals, in percent; 95 where it is empty), and for both arms
        ``experimental``, ``experimental_low``, ``experimental_high``, ``control`` and so on. Where a study has several
        medians in months, the first stands.
    study : str
        Identifier of the study, for instance ``"sharp"``.

    Returns
    -------
    tuple of two Arm
        Experimental arm and control arm.

    Raises
    ------
    ValueError
        If a column is missing, the table has no median overall survival of the study in months, or a value is missing
        or in another unit; the message names the column and the row.

    Examples
    --------
    >>> row = {"study": "mine", "experimental_low": 9.0, "experimental_high": 12.0, "control_low": 7.0}
    >>> median = row | {"endpoint": "OS", "unit": "months", "experimental": 10.3, "control": 8.1, "control_high": 9.6}
    >>> rate = {"study": "mine", "endpoint": "OS rate", "unit": "percent", "experimental": 43, "control": 34}
    >>> experimental, control = arms(pd.DataFrame([median, rate | {"months": 12}]).assign(level=95), "mine")
    >>> control
    Arm(median=8.1, interval=(7.0, 9.6), landmarks={12.0: 34.0}, level=95.0)
    """
    ends = [f"{arm}_{end}" for arm in ("experimental", "control") for end in ("low", "high")]
    medians, rates = _overall_survival(endpoints, study, ["level", *ends])
    median, collected = medians.iloc[0], []
    for arm in ("experimental", "control"):
        interval = (float(median[f"{arm}_low"]), float(median[f"{arm}_high"]))
        landmarks = dict(zip(rates["months"].astype(float), rates[arm].astype(float), strict=True))
        level = 95.0 if pd.isna(median["level"]) else float(median["level"])
        collected.append(Arm(float(median[arm]), None if np.isnan(interval).any() else interval, landmarks, level))
    return tuple(collected)


def two_groups(median: float, ratio: float, share: float = 0.5) -> NDArray[np.float64]:
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

    Examples
    --------
    >>> two_groups(median=10, ratio=2).round(4).tolist()
    [0.0481, 0.0962]
    """
    if not (0 < median < np.inf and 0 < ratio < np.inf and 0 <= share <= 1):
        raise ValueError(f"median {median}, ratio {ratio} and share {share}: two above zero, and a share from 0 to 1")

    def alive(hazard):
        return (1 - share) * np.exp(-hazard * median) + share * np.exp(-ratio * hazard * median)

    # half are alive at a hazard between those of a group that is all without and one that is all with the marker
    ends = np.log(2) / (median * np.array([max(ratio, 1), min(ratio, 1)]))
    hazard = brentq(lambda h: alive(h) - 0.5, ends[0] * 0.99, ends[1] * 1.01, xtol=1e-12)
    return hazard * np.array([1, ratio])


def points(endpoints: pd.DataFrame, study: str, names: tuple[str, str] = ("sorafenib", "placebo")) -> pd.DataFrame:
    """List the published points that a study's curves go through, with their sources and check marks.

    Parameters
    ----------
    endpoints, study
        As in :func:`arms`; the table also needs ``source``, ``check`` and ``unchecked_fields``.
    names : tuple of two str
        Names of the experimental and of the control arm.

    Returns
    -------
    pandas.DataFrame
        One row an arm and point: ``arm``, ``months``, ``alive`` (percent), ``check``, ``source``.

    Raises
    ------
    ValueError
        As in :func:`arms`.

    Examples
    --------
    >>> from sorafenib_book import tables
    >>> points(tables.read("endpoints"), "sharp")[["arm", "months", "alive"]].values.tolist()
    [['sorafenib', 10.7, 50.0], ['sorafenib', 12.0, 44.0], ['placebo', 7.9, 50.0], ['placebo', 12.0, 33.0]]
    """
    medians, rates = _overall_survival(endpoints, study, ["source", "check", "unchecked_fields"])
    parts = []
    for arm, name in zip(("experimental", "control"), names, strict=True):
        for rows, months, alive in ((medians, medians[arm], 50.0), (rates, rates["months"], rates[arm])):
            marks = {"check": checks(rows, arm), "source": rows["source"]}
            parts.append(pd.DataFrame({"arm": name, "months": months, "alive": alive, **marks}))
    return pd.concat(parts, ignore_index=True)


def _overall_survival(endpoints, study, columns):
    """Rows of the median (one) and of the landmark rates of a study's overall survival, with what is needed."""
    needed = ["study", "endpoint", "unit", "months", "experimental", "control", *columns]
    need_columns(endpoints, needed, "the table of endpoints")
    rows = endpoints[(endpoints["study"] == study) & endpoints["experimental"].notna()]
    medians = rows[(rows["endpoint"] == "OS") & (rows["unit"] == "months")].head(1)
    rates = rows[rows["endpoint"] == "OS rate"]
    if medians.empty:
        units = ", ".join(rows.loc[rows["endpoint"] == "OS", "unit"].astype(str))
        raise ValueError(
            f"no endpoint 'OS' in months for study {study!r}: a curve needs the median of each arm"
            + (f" (found in {units})" if units else "")
        )
    for label, row in rates.iterrows():
        if row["unit"] != "percent":
            raise ValueError(f"row {row.get('id', label)!r}: unit is {row['unit']!r}, and 'OS rate' is in percent")
    for table, names in ((medians, ["control"]), (rates, ["months", "control"])):
        for label, row in table.iterrows():
            if empty := [name for name in names if pd.isna(row[name])]:
                raise ValueError(f"row {row.get('id', label)!r}: {empty[0]} is empty, and a curve of each arm needs it")
    return medians, rates


_COLUMNS = [f"{name}{end}" for name in ("experimental", "control", "difference") for end in ("", "_low", "_high")]


def _with_bands(point, draws, decimals):
    """Add the difference of the arms, take pointwise 95% limits over the draws, and round.

    The limits are over both families, and reach to the curve of the chosen one where it lies beyond them.
    """
    point, draws = (np.concatenate([x, x[..., :1, :] - x[..., 1:, :]], axis=-2) for x in (point, draws))
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    low, high = np.minimum(low, point), np.maximum(high, point)
    # name by name: estimate, lower limit, upper limit
    values = np.stack([point, low, high], axis=1).reshape(len(_COLUMNS), -1)
    return pd.DataFrame(dict(zip(_COLUMNS, values.round(decimals) + 0.0, strict=True)))


def _log_likelihood(errors, covariance):
    """Normal log-likelihood of all errors but the first, given the first, with `MISFIT` added to all but the first.

    Parameters
    ----------
    errors : array of shape (n, points)
        Observed less true shares alive.
    covariance : array of shape (n, points, points)
        Of the sampling errors.
    """
    gain = covariance[:, 1:, 0] / covariance[:, :1, 0]
    rest = covariance[:, 1:, 1:] - gain[:, :, None] * covariance[:, :1, 1:]
    rest = rest + np.eye(rest.shape[-1]) * (MISFIT / 100) ** 2
    error = errors[:, 1:] - gain * errors[:, :1]
    square = (error * np.linalg.solve(rest, error[..., None])[..., 0]).sum(-1)
    return -(square + np.linalg.slogdet(rest)[1]) / 2


def _in_words(arm):
    """Say an arm's points: ``a median of 10.7 months and 44% at 12 months``."""
    return " and ".join(
        [
            f"a median of {arm.median} months",
            *(f"{rate:g}% at {months:g} months" for months, rate in arm.landmarks.items()),
        ]
    )
