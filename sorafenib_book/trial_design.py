"""Planning a randomised trial with a time to an event: events behind an interval, power, and effects that dilute."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import trapezoid
from scipy.stats import norm

from ._inputs import need_level, need_positive

__all__ = ["diluted", "events", "power"]


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


def diluted(hazard_ratio: float, half_time: float, median: float, horizon: float) -> float:
    r"""Hazard ratio of a whole trial whose drug works only while it is taken.

    Patients of the experimental arm stop the drug at a constant rate, whatever happens to them; on the drug their
    hazard is `hazard_ratio` times that of the control arm, off it the same. Hazards are constant. The hazard ratio then
    drifts from `hazard_ratio` towards 1; what a Cox model would report is close to its mean over the events of both
    arms on the log scale.

    Parameters
    ----------
    hazard_ratio : float
        On the drug, above zero.
    half_time : float
        Months after which half of the patients have stopped the drug, above zero; may be infinite.
    median : float
        Median time to the event in the control arm, in months.
    horizon : float
        Months of follow-up.

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
    """
    need_positive(**{"hazard ratio": hazard_ratio, "median": median, "horizon": horizon})
    if not half_time > 0:
        raise ValueError(f"half-time is {half_time}: it must be above zero")
    control, stopping = np.log(2) / median, np.log(2) / half_time
    months = np.linspace(0, horizon, 2_001)
    leaving = hazard_ratio * control + stopping
    on = np.exp(-leaving * months)
    # those off the drug: stopped at some time before, without the event until now
    delay = leaving - control
    off = stopping * np.exp(-control * months) * (-np.expm1(-delay * months) / delay if delay else months)
    ratio = (hazard_ratio * on + off) / (on + off)
    happening = ratio * (on + off) + np.exp(-control * months)
    return float(np.exp(trapezoid(np.log(ratio) * happening, months) / trapezoid(happening, months)))
