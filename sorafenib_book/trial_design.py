"""Planning a randomised trial with a time to an event: events behind an interval, power, and effects that dilute."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import norm

from ._inputs import need_level, need_positive

__all__ = ["Stopping", "diluted", "events", "fitted", "power"]


def events(low: float, high: float, level: float = 95.0) -> float:
    r"""Number of events behind the interval of a hazard ratio, in a trial with arms of equal size.

    The log hazard ratio of two equal arms has a standard error of about :math:`2 / \sqrt{d}` after d events
    (Schoenfeld, Biometrics 1983;39:499).

    Parameters
    ----------
    low, high : float
        Limits of the interval, above zero.
    level : float
        Its confidence level in percent.

    Returns
    -------
    float
        Events in both arms together.

    Raises
    ------
    ValueError
        If the limits do not rise from above zero, or the level is not one in percent.

    Examples
    --------
    >>> round(events(0.55, 0.87))  # of SHARP; it had 321
    292
    """
    need_level(level)
    if not 0 < low < high < np.inf:
        raise ValueError(f"interval of the hazard ratio is {low} to {high}: it must rise from above zero")
    return (4 * norm.ppf(0.5 + level / 200) / np.log(high / low)) ** 2


def power(hazard_ratio: ArrayLike, events: ArrayLike, level: ArrayLike = 2.5) -> float | NDArray[np.float64]:
    r"""Chance that a trial with arms of equal size finds a hazard ratio, by its number of events.

    :math:`\Phi(-\ln \mathrm{HR} \sqrt{d} / 2 - z_{1 - \alpha})` with d events and a one-sided level :math:`\alpha`
    (Schoenfeld, Biometrics 1983;39:499). A two-sided level of 5% is a one-sided one of 2.5%.

    Parameters
    ----------
    hazard_ratio : float or array
        True hazard ratio, experimental to control, above zero; below 1 the drug works.
    events : float or array
        Events in both arms together, above zero.
    level : float or array
        One-sided significance level in percent.

    Returns
    -------
    float or array
        Power in percent: the chance of a significant result in favour of the drug. At a hazard ratio of 1 it is the
        level itself.

    Raises
    ------
    ValueError
        If a hazard ratio or number of events is not above zero, or a level not between 0.1 and 100.

    Examples
    --------
    >>> round(power(hazard_ratio=0.7, events=330))
    90
    """
    hazard_ratio, events, level = (np.asarray(value, dtype=float) for value in (hazard_ratio, events, level))
    need_positive(**{"hazard ratio": hazard_ratio, "number of events": events})
    if not np.all((level >= 0.1) & (level < 100)):
        raise ValueError(
            f"significance level is {level} percent: give it in percent, 0.1 to below 100 (2.5, not 0.025)"
        )
    found = 100 * norm.cdf(-np.log(hazard_ratio) * np.sqrt(events) / 2 - norm.isf(level / 100))
    return float(found) if found.ndim == 0 else found


def diluted(
    hazard_ratio: float,
    half_time: float,
    median: float,
    horizon: float,
    losing: float = np.inf,
    shape: float = 1.0,
) -> float:
    r"""Hazard ratio that a Cox model reports of a trial whose drug works only while it is taken.

    On the drug the hazard is `hazard_ratio` times that of the control arm, off it the same. Patients of the
    experimental arm stop the drug, and patients of both arms are lost to follow-up, at constant rates that depend on
    nothing else. The ratio of the hazards drifts from `hazard_ratio` towards 1; what is returned solves the equation of
    Cox's estimate in a trial without end of patients (Struthers and Kalbfleisch, Biometrika 1986;73:363).

    Parameters
    ----------
    hazard_ratio : float
        On the drug, above zero.
    half_time : float
        Months after which half of the patients have stopped the drug for reasons other than the event or loss to
        follow-up, above zero; may be infinite.
    median : float
        Median time to the event in the control arm, in months.
    horizon : float
        Months after which follow-up ends.
    losing : float
        Months after which half of the patients are lost to follow-up, above zero; by default nobody is.
    shape : float
        Shape of the Weibull distribution of the time to the event in the control arm, above zero: below 1 the hazard
        falls, 1 is a constant hazard.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If one of the numbers is not above zero.

    Examples
    --------
    >>> round(diluted(hazard_ratio=0.69, half_time=12.5, median=33.7, horizon=48), 2)
    0.87
    >>> round(diluted(hazard_ratio=0.69, half_time=12.5, median=33.7, horizon=48, losing=30), 2)
    0.84
    """
    _need_times(half_time, losing)
    need_positive(**{"hazard ratio": hazard_ratio, "median": median, "horizon": horizon, "shape": shape})
    return _course(hazard_ratio, half_time, median, horizon, losing, shape)[0]


class Stopping(NamedTuple):
    """How patients left drug and trial, and the hazard ratio that follows: what `fitted` returns.

    Parameters
    ----------
    hazard_ratio : float
        Hazard ratio that a Cox model would report, as `diluted` gives it.
    half_time : float
        Months after which half would have stopped the drug for reasons other than the event or loss to follow-up.
    losing : float
        Months after which half would be lost to follow-up.
    shape : float
        Weibull shape of the time to the event in the control arm.
    """

    hazard_ratio: float
    half_time: float
    losing: float
    shape: float


def fitted(
    hazard_ratio: float,
    median: float,
    horizon: float,
    events: float,
    on_drug: float,
    ends: int = 1,
    followed: float | None = None,
) -> Stopping:
    r"""Find how patients left drug and trial from what its paper reports, and the hazard ratio `diluted` by that.

    A printed time on the drug may end in three ways, which the paper need not tell apart: patients stop it, have the
    event, or are lost to follow-up. `ends` says which of them it counts. Rates of stopping and of loss are constant.

    Parameters
    ----------
    hazard_ratio, median, horizon : float
        As for `diluted`.
    events : float
        Patients of both arms with an event, in percent.
    on_drug : float
        Median time on the drug in the experimental arm, in months.
    ends : {1, 2, 3}
        How many of the three, in that order, end this time: 1 stopping alone, 2 the event too, 3 loss too.
    followed : float, optional
        Median time to event or loss in the control arm, in months, less than `median`. With it the hazard may fall,
        and its Weibull shape, at most 1, is found too; without it the hazard is constant.

    Returns
    -------
    Stopping
        `half_time` is infinite where events and losses alone end the drug that early.

    Raises
    ------
    ValueError
        If a number is not above zero, `ends` is none of the three, or no rate of loss and no shape gives that share of
        events; the message says which shares are possible.

    Examples
    --------
    >>> found = fitted(0.69, median=33.7, horizon=48, events=39.4, on_drug=12.5, ends=2)
    >>> round(found.hazard_ratio, 2), round(found.half_time), round(found.losing)
    (0.82, 17, 31)
    """
    need_positive(**{"hazard ratio": hazard_ratio, "median": median, "horizon": horizon})
    need_positive(**{"share of events": events, "time on the drug": on_drug})
    if ends not in (1, 2, 3):
        raise ValueError(f"ends is {ends}: it must be 1 (stopping), 2 (the event too) or 3 (loss too)")
    if followed is not None and not 0 < followed < median:
        raise ValueError(f"time followed is {followed}: it must lie between 0 and the median, {median}")

    def course(unknown):
        shape = 1.0 if followed is None else np.exp(unknown)
        happened = np.log(2) * (on_drug / median) ** shape * hazard_ratio
        losing = np.exp(unknown) if followed is None else followed / (1 - (followed / median) ** shape)
        stopped = np.log(2) - happened * (ends > 1) - np.log(2) * on_drug / losing * (ends > 2)
        half_time = np.log(2) * on_drug / stopped if stopped > 0 else np.inf
        return half_time, losing, shape

    def share(unknown):
        half_time, losing, shape = course(unknown)
        return _course(hazard_ratio, half_time, median, horizon, losing, shape)[1]

    low, high = np.log([horizon / 500, 1e6]) if followed is None else np.log([1, 0.05])
    least, most = share(low), share(high)
    if not least < events < most:
        raise ValueError(
            f"share of events is {events:g} percent: with these times it lies between {least:.1f} and {most:.1f}"
        )
    half_time, losing, shape = course(brentq(lambda unknown: share(unknown) - events, low, high))
    found = _course(hazard_ratio, half_time, median, horizon, losing, shape)[0]
    return Stopping(found, float(half_time), float(losing), float(shape))


def _need_times(half_time, losing):
    for name, months in (("half-time", half_time), ("time of loss", losing)):
        if not months > 0:
            raise ValueError(f"{name} is {months}: it must be above zero")


def _course(hazard_ratio, half_time, median, horizon, losing, shape):
    """Hazard ratio of the whole trial, and percent of its patients with an event."""
    months = horizon * np.linspace(0, 1, 4_001) ** 4  # dense where a falling hazard is steep
    control = np.minimum(np.log(2) * (months / median) ** shape, 500)  # nobody is left by then
    stopped = np.exp(-np.log(2) * months / half_time)
    on = stopped * np.exp(-hazard_ratio * control)
    # those off the drug: stopped at some time before, without the event until now
    free = np.exp((1 - hazard_ratio) * control)
    off = np.exp(-control) * np.append(0, np.cumsum(-np.diff(stopped) * _between(free)))
    there = np.exp(-np.log(2) * months / losing)
    hazard = np.diff(control)
    treated, untreated = _between((on + off) * there), _between(np.exp(-control) * there)
    events = hazard * _between((hazard_ratio * on + off) * there)
    both = events + hazard * untreated

    def score(log_ratio):
        share = np.exp(log_ratio) * treated
        return np.sum(events - both * share / (share + untreated + 1e-300))

    width = abs(np.log(hazard_ratio)) + 0.1
    return float(np.exp(brentq(score, -width, width))), float(50 * np.sum(both))


def _between(values):
    return (values[1:] + values[:-1]) / 2
