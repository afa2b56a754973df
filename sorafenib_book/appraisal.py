r"""Appraised trials and comparisons: risk of bias by RoB 2, certainty by GRADE, effects per hundred patients.

Judgements are typed, in the tables ``risk_of_bias`` and ``certainty``, with their reasons. What follows from them and
from published results is computed here: the judgement of a trial as a whole (Sterne and others, BMJ 2019;366:l4898),
and the columns of a summary of findings (Guyatt and others, J Clin Epidemiol 2011;64:383).
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from . import pooling
from ._inputs import floats, need_columns, need_positive

__all__ = ["by_hazard_ratio", "censored", "difference", "findings", "overall"]

_MONTHS = {"months": 1.0, "weeks": 7 / 30.4375, "days": 1 / 30.4375}


def overall(judgements: Iterable[str]) -> str:
    """Judge a trial as a whole: as its worst domain.

    Parameters
    ----------
    judgements : list of str
        The five domains: ``low``, ``some concerns``, ``high`` or ``not judged``.

    Returns
    -------
    str
        ``high`` or ``some concerns`` if a domain is, else ``not judged`` if a domain is, else ``low``. RoB 2 also lets
        several concerns add up to ``high``; that is left to the reader.

    Examples
    --------
    >>> overall(["low", "not judged", "some concerns", "low", "low"])
    'some concerns'
    >>> overall(["low", "not judged", "low", "low", "low"])
    'not judged'
    """
    order = ["low", "not judged", "some concerns", "high"]
    return max(judgements, key=order.index)


def by_hazard_ratio(control: float, hr: float | np.ndarray) -> float | np.ndarray:
    r"""How many more of a hundred are without an event than in the control arm.

    With proportional hazards the share without an event is :math:`S_0^{\mathrm{HR}}` (Altman and Andersen, BMJ
    1999;319:1492).

    Parameters
    ----------
    control : float
        Patients of a hundred without an event in the control arm, above 0 and at most 100.
    hr : float or array
        Hazard ratio, above 0.

    Returns
    -------
    float or array
        Patients of a hundred; below zero where the treatment harms.

    Raises
    ------
    ValueError
        If a value is out of its range.

    Examples
    --------
    >>> round(by_hazard_ratio(50, 0.5), 1)  # the square root of a half is 0.707
    20.7
    """
    need_positive(control=control, hr=hr)
    if control > 100:
        raise ValueError(f"control is {control:g}: it is a number of a hundred patients, above 0 and at most 100")
    return 100 * (control / 100) ** hr - control


def difference(points: pd.DataFrame, months: float) -> tuple[float, float, float]:
    """How many more of a hundred are alive at a time, from the curves of both arms.

    The limits are those of Zou and Donner (Stat Med 2008;27:1693): the distances of the arms' own limits from their
    estimates, squared and added.

    Parameters
    ----------
    points : pandas.DataFrame
        Points of one trial: ``arm`` (experimental or control), ``months``, and in percent ``survival``,
        ``survival_low`` and ``survival_high``.
    months : float
        Time, one of the points of both arms.

    Returns
    -------
    tuple of float
        Difference in patients of a hundred, its lower and its upper limit.

    Raises
    ------
    ValueError
        If a column or a point is missing.

    Examples
    --------
    >>> at = {"arm": ["experimental", "control"], "months": 12.0, "survival": [50, 40]}
    >>> difference(pd.DataFrame(at | {"survival_low": [46, 37], "survival_high": [54, 43]}), 12)
    (10.0, 5.0, 15.0)
    """
    columns = ["survival", "survival_low", "survival_high"]
    need_columns(points, ["arm", "months", *columns], "the curve")
    now = points[points["months"].eq(months)].set_index("arm")
    for arm in ("experimental", "control"):
        if arm not in now.index:
            raise ValueError(f"the {arm} arm has no point at {months:g} months")
    rows = floats(now, columns, list(now.index))
    (one, one_low, one_high), (two, two_low, two_high) = rows.loc[["experimental", "control"]].to_numpy()
    low, high = np.hypot(one - one_low, two_high - two), np.hypot(one_high - one, two - two_low)
    return float(one - two), float(one - two - low), float(one - two + high)


def censored(points: pd.DataFrame, months: float) -> pd.Series:
    """Share of patients whose follow-up had ended by a time, though they had not died.

    Between two points those censored count for half, as in a life table. In reconstructed patients the number is as
    exact as the printed numbers at risk.

    Parameters
    ----------
    points : pandas.DataFrame
        Points of one trial, in order: ``arm``, ``months``, ``at_risk`` (patients) and ``survival`` (percent).
    months : float
        Time, one of the points of both arms.

    Returns
    -------
    pandas.Series
        Percent of the patients of each arm.

    Raises
    ------
    ValueError
        If a column is missing.

    Examples
    --------
    >>> arm = {"arm": "control", "months": [0, 1], "at_risk": [100, 72], "survival": [100, 80]}
    >>> censored(pd.DataFrame(arm), 1).to_dict()  # 172 / 9 = 19.1 of the 28 died
    {'control': 8.9}
    """
    need_columns(points, ["arm", "months", "at_risk", "survival"], "the curve")
    shares = {}
    for arm, rows in points[points["months"].le(months)].groupby("arm", sort=False):
        risk, alive = rows["at_risk"].to_numpy(float), rows["survival"].to_numpy(float)
        falls = 1 - alive[1:] / alive[:-1]
        deaths = (risk[:-1] + risk[1:]) @ (falls / (2 - falls))
        shares[arm] = round(100 * float(risk[0] - risk[-1] - deaths) / risk[0], 1)
    return pd.Series(shares, name="censored")


def findings(
    certainty: pd.DataFrame, endpoints: pd.DataFrame, studies: pd.DataFrame, curves: pd.DataFrame, months: float = 12
) -> pd.DataFrame:
    """Summarise the findings of each comparison.

    One trial with a curve gives the difference of its curves. Otherwise the hazard ratio is put on the control arm of
    the first trial, whose own uncertainty is left out. Two trials are pooled as one common effect, three or more by
    random effects with the interval of Hartung and Knapp.

    Parameters
    ----------
    certainty : pandas.DataFrame
        One row a comparison: ``id``, ``outcome``, ``endpoints`` (ids, separated by semicolons) and ``control`` (an id
        of `endpoints`, or missing).
    endpoints, studies, curves : pandas.DataFrame
        The book's tables of these names, `endpoints` as :func:`pooling.with_intervals` gives it.
    months : float
        Time of the absolute effect.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``id``: ``patients``, ``hr``, ``hr_low``, ``hr_high``, ``control`` (patients of a hundred without
        an event), ``more``, ``more_low``, ``more_high`` (of a hundred, with the treatment) and ``basis`` in words.

    Raises
    ------
    ValueError
        If a table lacks a column, a hazard ratio has no interval, or nothing tells the risk without the treatment.
    """
    need_columns(certainty, ["id", "outcome", "endpoints", "control"], "the table of comparisons")
    need_columns(endpoints, ["id", "study", "hr", "hr_low", "hr_high", "unit", "control"], "the table of endpoints")
    need_columns(studies, ["id", "patients", "patients_experimental", "patients_control"], "the table of studies")
    results, people = endpoints.set_index("id"), studies.set_index("id")
    rows = {}
    for row in certainty.itertuples():
        trials = results.loc[row.endpoints.split(";")]
        first = trials.iloc[0]
        points = curves[curves["study"].eq(first["study"])] if row.outcome == "OS" else curves[:0]
        ratio = _ratio(trials)
        source = first if pd.isna(row.control) else results.loc[row.control]
        if len(points):
            control = points[points["arm"].eq("control") & points["months"].eq(months)]["survival"].item()
            basis = "curves" if len(trials) == 1 else "control curve"
        else:
            control, basis = _control(source, months)
        if basis == "curves":
            more = difference(points, months)
        else:
            best, *ends = by_hazard_ratio(control, np.array(ratio))
            more = (best, *sorted(ends))
        arms = people.loc[trials["study"], ["patients_experimental", "patients_control"]].sum(axis=1, skipna=False)
        patients = arms.fillna(people.loc[trials["study"], "patients"]).sum()  # of a third arm only where no other is
        rows[row.id] = [patients, *ratio, control, *more, basis]
    columns = ["patients", "hr", "hr_low", "hr_high", "control", "more", "more_low", "more_high", "basis"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")


def _ratio(trials):
    """Hazard ratio with its limits."""
    if len(trials) == 1:
        return tuple(floats(trials, ["hr", "hr_low", "hr_high"], list(trials.index)).iloc[0])
    pooled = pooling.pool(trials)
    return pooled.common if pooled.k == 2 else pooled.hartung_knapp


def _control(result, months):
    """Patients of a hundred without an event in the control arm, from a rate or (exponential) from a median."""
    if pd.isna(result["control"]):
        raise ValueError(f"{result.name}: its control arm has no value, so the risk without the treatment is not known")
    if result["unit"] == "percent":
        if result["months"] != months:
            raise ValueError(f"{result.name}: a rate at {result['months']:g} months, expected one at {months:g}")
        return float(result["control"]), "control rate"
    return 100 * 0.5 ** (months / (result["control"] * _MONTHS[result["unit"]])), "control median"
