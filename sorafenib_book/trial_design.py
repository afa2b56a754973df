"""Planning a randomised trial with a time to an event: events behind an interval, power, and effects that dilute."""

import numpy as np
from scipy.integrate import trapezoid
from scipy.stats import norm

__all__ = ["diluted", "events", "power"]


def events(low, high, level=95.0):
    r"""Number of events behind the interval of a hazard ratio, in a trial with arms of equal size.

    The log hazard ratio of two equal arms has a standard error of about :math:`2 / \sqrt{d}` after d events.

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
        If the limits do not rise from above zero.
    """
    if not 0 < low < high:
        raise ValueError(f"interval of the hazard ratio is {low} to {high}: it must rise from above zero")
    return (4 * norm.ppf(0.5 + level / 200) / np.log(high / low)) ** 2


def power(hazard_ratio, events, level=2.5):
    r"""Chance that a trial with arms of equal size finds a hazard ratio, by its number of events.

    :math:`\Phi(-\ln \mathrm{HR} \sqrt{d} / 2 - z_{1 - \alpha})` with d events and a one-sided level :math:`\alpha`
    (Schoenfeld 1983). A two-sided level of 5% is a one-sided one of 2.5%.

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
        If a hazard ratio or number of events is not above zero, or a level not between 0 and 100.
    """
    hazard_ratio, events, level = (np.asarray(value, dtype=float) for value in (hazard_ratio, events, level))
    for name, value in (("hazard ratio", hazard_ratio), ("number of events", events)):
        if not np.all(value > 0):
            raise ValueError(f"{name} is {value}: it must be above zero")
    if not np.all((level > 0) & (level < 100)):
        raise ValueError(f"significance level is {level} percent: it must lie between 0 and 100")
    found = 100 * norm.cdf(-np.log(hazard_ratio) * np.sqrt(events) / 2 - norm.isf(level / 100))
    return float(found) if found.ndim == 0 else found


def diluted(hazard_ratio, half_time, median, horizon):
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
    """
    given = {"hazard ratio": hazard_ratio, "half-time": half_time, "median": median, "horizon": horizon}
    for name, value in given.items():
        if not value > 0:
            raise ValueError(f"{name} is {value}: it must be above zero")
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
