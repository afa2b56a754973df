r"""Survival of a two-arm trial from the points of its Kaplan-Meier curves, the trial's own or reconstructed ones.

A point is a time, the share alive and the number of patients at risk. From these come survival at a month, medians,
restricted means and their differences between the arms, with 95% intervals:

- *Survival.* Greenwood's variance of :math:`\ln S` rises over each step by :math:`d / \{m (m - d)\}`, where d deaths
  among m patients at risk are those that the fall of the curve implies; patients censored during the step count for
  half in m. Limits of one arm are on the scale :math:`\ln(-\ln S)`; those of a difference are its estimate plus or
  minus 1.96 standard errors.
- *Restricted mean*: the area under the curve up to a horizon, by the trapezoid rule (Royston and Parmar, BMC Med Res
  Methodol 2013;13:152). Each step adds to its variance what it adds to Greenwood's, times the square of the area that
  is left (Klein and Moeschberger, Survival Analysis, 2003, section 4.5).
- *Number needed to treat*: one over the difference in survival at a time, its limits one over the limits of the
  difference (Altman and Andersen, BMJ 1999;319:1492). It counts patients assigned to a treatment, as they were
  randomised, whether they took it or not.

The intervals hold the sampling error of the trial. Where patients were reconstructed from a picture, the error of that
is not in them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ._equality import ByValue
from ._inputs import floats, need_columns, need_positive

__all__ = ["Curve", "Trial", "needed_to_treat", "trial"]

_Z = 1.959964
_COLUMNS = [f"{name}{end}" for name in ("experimental", "control", "difference") for end in ("", "_low", "_high")]


@dataclass(frozen=True, eq=False)
class Curve(ByValue):
    """Points of the Kaplan-Meier curve of one arm.

    Parameters
    ----------
    months : array of shape (n,)
        Times, rising, the first 0.
    survival : array of shape (n,)
        Share alive at those times in percent, 100 at the first, not rising.
    at_risk : array of shape (n,)
        Patients at risk at those times.
    name : str
        Name of the arm, for messages.

    Raises
    ------
    ValueError
        If the points are not those of a curve; the message says what was found and what is needed.

    Examples
    --------
    >>> curve = Curve([0, 1, 2, 3], [100, 90, 60, 45], [40, 36, 24, 18])
    >>> curve.median(), round(curve.restricted_mean(3), 3)
    (3.0, 2.225)
    """

    months: NDArray[np.float64]
    survival: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    name: str = "the"

    def __post_init__(self) -> None:
        for column in ("months", "survival", "at_risk"):
            object.__setattr__(self, column, np.asarray(getattr(self, column), dtype=float))
        if not len(self.months) == len(self.survival) == len(self.at_risk) > 1:
            numbers = f"{len(self.months)} months, {len(self.survival)} shares, {len(self.at_risk)} numbers at risk"
            raise ValueError(f"{self.name} curve has {numbers}: it needs as many of each, and at least two")
        if self.months[0] != 0 or self.survival[0] != 100:
            raise ValueError(
                f"{self.name} curve begins with {self.survival[0]:g} percent at {self.months[0]:g} months: its first "
                "point must be 100 percent at 0 months"
            )
        for column, right, expected in (
            ("months", np.diff(self.months) > 0, "later than the one before"),
            (
                "survival",
                (np.diff(self.survival) <= 0) & (self.survival[1:] >= 0),
                "no higher than before, nor below 0",
            ),
            ("at_risk", self.at_risk[1:] >= 0, "no fewer than 0"),
        ):
            if not right.all():
                i = int(np.argmin(right)) + 1
                raise ValueError(
                    f"{self.name} curve, point {i + 1} at {self.months[i]:g} months: {column} is "
                    f"{getattr(self, column)[i]:g}, expected {expected}"
                )
        if 0 < self.survival[1:].max() <= 1:
            raise ValueError(
                f"{self.name} curve falls from 100 to {self.survival[1]:g}, which looks like a share: give percent"
            )
        if self.at_risk[0] < 1:
            raise ValueError(f"{self.name} curve has {self.at_risk[0]:g} patients at risk at 0 months: it needs some")

    def at(self, months: ArrayLike) -> NDArray[np.float64]:
        """Share alive, in percent: the last point up to each time, as a curve stays level between deaths.

        Parameters
        ----------
        months : float or array of shape (m,)
            Times from 0 to the last point.

        Returns
        -------
        array of shape (m,)

        Raises
        ------
        ValueError
            If a time is past the last point.
        """
        return self.survival[self._points(months)]

    def standard_error(self, months: ArrayLike) -> NDArray[np.float64]:
        """Standard error of the share alive, in percentage points, by Greenwood's formula.

        Parameters
        ----------
        months
            As in :meth:`at`.

        Returns
        -------
        array of shape (m,)
        """
        points = self._points(months)
        return self.survival[points] * np.sqrt(np.concatenate([[0], self._variances.cumsum()]))[points]

    def limits(self, months: ArrayLike) -> NDArray[np.float64]:
        """95% limits of the share alive, in percent, on the scale of the logarithm of minus its logarithm.

        Parameters
        ----------
        months
            As in :meth:`at`.

        Returns
        -------
        array of shape (2, m)
            Lower and upper limits; where everybody or nobody is alive both are that.
        """
        share, error = self.at(months) / 100, self.standard_error(months) / 100
        inside = (share > 0) & (share < 1)
        safe = np.where(inside, share, 0.5)
        log = np.log(safe)
        spread = np.exp(_Z * error / safe / -log)
        return 100 * np.where(inside, np.array([np.exp(log * spread), np.exp(log / spread)]), share)

    def median(self) -> float:
        """Time at which half are alive, in months: the first point at or below 50 percent; nan if there is none."""
        fallen = self.survival <= 50
        return float(self.months[np.argmax(fallen)]) if fallen.any() else float("nan")

    def restricted_mean(self, horizon: float) -> float:
        """Mean months alive within the first `horizon` months, by the trapezoid rule.

        Parameters
        ----------
        horizon : float
            Months, above 0 and up to the last point.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the horizon is past the last point.
        """
        return float(np.trapezoid(*self._until(horizon)[::-1]))

    def restricted_mean_error(self, horizon: float) -> float:
        """Standard error of the restricted mean, in months.

        Parameters
        ----------
        horizon
            As in :meth:`restricted_mean`.

        Returns
        -------
        float
        """
        months, share = self._until(horizon)
        steps = np.diff(months) * (share[1:] + share[:-1]) / 2
        left = steps[::-1].cumsum()[::-1] - steps / 2  # deaths of a step lie in its middle
        return float(np.sqrt((left**2 * self._variances[: len(steps)]).sum()))

    @property
    def _variances(self):
        """What each step adds to Greenwood's variance of the logarithm of survival; nothing where nobody is left."""
        alive, before = self.survival[1:], self.survival[:-1]
        died = np.divide(before - alive, before, out=np.zeros_like(alive), where=alive > 0)
        # `died` of those at risk before the step, who with those still at risk after it are its uncensored patients
        patients = (self.at_risk[:-1] * (1 + died) + self.at_risk[1:]) / 2
        return died / (1 - died) / np.maximum(patients, 1)

    def _points(self, months):
        months = np.atleast_1d(np.asarray(months, dtype=float))
        self._need_within(months, "survival at")
        return np.searchsorted(self.months, months, side="right") - 1

    def _until(self, horizon):
        """Times up to the horizon, itself the last, and the shares alive at them."""
        need_positive(**{"horizon in months": horizon})
        self._need_within(np.array([horizon], dtype=float), "the area up to")
        months = np.append(self.months[self.months < horizon], horizon)
        return months, np.interp(months, self.months, self.survival) / 100

    def _need_within(self, months, what):
        last = self.months[-1]
        outside = months[~((months >= 0) & (months <= last))]
        if outside.size:
            raise ValueError(
                f"{self.name} curve runs from 0 to {last:g} months: {what} {outside[0]:g} months is not known"
            )


@dataclass(frozen=True)
class Trial:
    """The curves of both arms of a trial.

    Parameters
    ----------
    experimental, control : Curve
        Points of each arm.
    """

    experimental: Curve
    control: Curve

    @property
    def last(self) -> float:
        """Last month up to which both curves reach."""
        return min(self.experimental.months[-1], self.control.months[-1])

    def table(self, months: ArrayLike) -> pd.DataFrame:
        """Survival of both arms at given times, their difference and the number needed to treat.

        Parameters
        ----------
        months : array of shape (m,)
            Times in months, up to :attr:`last`.

        Returns
        -------
        pandas.DataFrame
            One row a time: ``months``; survival in the arms ``experimental`` and ``control`` in percent and their
            ``difference`` in percentage points, each with ``_low`` and ``_high`` (95% interval), one decimal;
            ``needed``, ``needed_low`` and ``needed_high`` as :func:`needed_to_treat` gives them.

        Raises
        ------
        ValueError
            If a time is past the end of a curve.
        """
        months = np.atleast_1d(np.asarray(months, dtype=float))
        both = (self.experimental, self.control)
        values = [np.array([arm.at(months), *arm.limits(months)]) for arm in both]
        errors = [arm.standard_error(months) for arm in both]
        table = _with_difference(values, errors, 1).assign(months=months)[["months", *_COLUMNS]]
        exact = values[0][0] - values[1][0] + np.hypot(*errors) * _Z * np.array([[0], [-1], [1]])
        needed = np.array([needed_to_treat(*row) for row in exact.T]).round(1)
        return table.assign(needed=needed[:, 0], needed_low=needed[:, 1], needed_high=needed[:, 2])

    def restricted_mean(self, horizons: ArrayLike) -> pd.DataFrame:
        """Restricted mean survival time to some horizons, with intervals.

        Parameters
        ----------
        horizons : float or list of float
            Months, above 0 and up to :attr:`last`.

        Returns
        -------
        pandas.DataFrame
            One row a horizon: ``horizon``; mean months alive in the arms ``experimental`` and ``control`` and their
            ``difference``, each with ``_low`` and ``_high`` (95% interval), two decimals.

        Raises
        ------
        ValueError
            If a horizon is past the end of a curve.
        """
        horizons, values, errors = np.atleast_1d(horizons), [], []
        for arm in (self.experimental, self.control):
            means = np.array([arm.restricted_mean(horizon) for horizon in horizons])
            errors.append(np.array([arm.restricted_mean_error(horizon) for horizon in horizons]))
            values.append(means + errors[-1] * _Z * np.array([[0], [-1], [1]]))
        return _with_difference(values, errors, 2).assign(horizon=horizons)[["horizon", *_COLUMNS]]


def needed_to_treat(difference: float, low: float, high: float) -> tuple[float, float, float]:
    """Number needed to treat: patients assigned to a treatment for one more of them to be alive at a time.

    Parameters
    ----------
    difference, low, high : float
        Difference in survival between the arms and the limits of its interval, in percentage points.

    Returns
    -------
    tuple of three float
        The number and its limits, the better one first. All are negative where fewer are alive: so many assigned for
        one fewer. All are nan where the interval holds no difference, as then no number of patients is known to be
        enough: the interval would run through infinity.

    Raises
    ------
    ValueError
        If the limits do not hold the difference.

    Examples
    --------
    >>> needed_to_treat(10, 2, 20)
    (10.0, 5.0, 50.0)
    >>> needed_to_treat(10, -2, 22)
    (nan, nan, nan)
    """
    if not low <= difference <= high:
        raise ValueError(f"difference is {difference:g} and its interval {low:g} to {high:g}: it must lie within")
    if low <= 0 <= high:
        return (float("nan"),) * 3
    return 100 / difference, 100 / high, 100 / low


def trial(points: pd.DataFrame, study: str | None = None, arms: tuple[str, str] = ("experimental", "control")) -> Trial:
    """Take the curves of a trial from a table of points.

    Parameters
    ----------
    points : pandas.DataFrame
        Table `curves`, as ``tables.read("curves")`` gives it, or your own: one row a point, with columns ``arm``,
        ``months``, ``survival`` (percent) and ``at_risk``, each arm beginning with 100 percent at 0 months.
    study : str, optional
        Identifier of the study in the column ``study``; without it all rows are one trial's.
    arms : tuple of two str
        What the column ``arm`` calls the experimental and the control arm.

    Returns
    -------
    Trial

    Raises
    ------
    ValueError
        If the table lacks a column, the study or an arm, or the points are not those of a curve; the message names it.

    Examples
    --------
    >>> from sorafenib_book import tables
    >>> sharp = trial(tables.read("curves"), "sharp")
    >>> sharp.table(12)[["experimental", "control", "difference_low", "difference_high"]].values.tolist()
    [[43.9, 31.9, 2.5, 21.5]]
    >>> sharp.restricted_mean(12)[["difference", "difference_low", "difference_high"]].round(1).values.tolist()
    [[1.0, 0.3, 1.6]]
    """
    need_columns(points, ["arm", "months", "survival", "at_risk", *(["study"] if study else [])], "the table of points")
    rows = points[points["study"] == study] if study else points
    if rows.empty:
        raise ValueError(f"no points of study {study!r}" if study else "the table of points has no row")
    found = []
    for name in arms:
        arm = rows[rows["arm"] == name]
        if arm.empty:
            there = ", ".join(map(str, rows["arm"].dropna().unique()))
            raise ValueError(f"no points of an arm {name!r}: the column arm has {there or 'no names'}")
        places = [f"row {label}" for label in arm.index]
        cells = floats(arm, ["months", "survival", "at_risk"], places)
        for column, values in cells.items():
            if values.isna().any():
                raise ValueError(
                    f"{places[int(values.isna().argmax())]}, column {column}: found nothing, expected a number"
                )
        found.append(Curve(*cells.to_numpy().T, name=f"the {name}"))
    return Trial(*found)


def _with_difference(values, errors, decimals):
    """Add the difference of the arms to their values (three rows: estimate, lower and upper limit), and round."""
    difference = values[0][0] - values[1][0] + np.hypot(*errors) * _Z * np.array([[0], [-1], [1]])
    rows = np.concatenate([*values, difference])
    return pd.DataFrame(dict(zip(_COLUMNS, rows.round(decimals) + 0.0, strict=True)))
