"""An interval holds its estimate, and hazard ratio, interval and P value agree with one another."""

import math
from functools import partial
from statistics import NormalDist

from .rows import half_unit, number, reads

#: Columns of an estimate, and of the lower and the upper limit of its interval.
INTERVALS = [
    ("experimental", "experimental_low", "experimental_high"),
    ("control", "control_low", "control_high"),
    ("difference", "difference_low", "difference_high"),
    ("hr", "hr_low", "hr_high"),
    ("value", "low", "high"),
]
_LIMITS = [column for _, *limits in INTERVALS for column in limits]


def _together(name, rows, column, partner, there):
    for row in rows:
        if column in row and bool(row[column]) != bool(there(row)):
            yield name, row, column, f'"{row[column]}"', f"a value beside {partner} and only there"


@reads("")
def level_and_limits(name, rows):
    """The level of an interval, and what its limits are, stand beside an interval and only there."""
    limits = [column for column in _LIMITS if rows and column in rows[0]]
    for column in ("level", "limits") if limits else ():
        yield from _together(name, rows, column, "an interval", lambda row: any(row[limit] for limit in limits))


@reads("months endpoint")
def months_of_a_rate(name, rows):
    """A rate has its time."""
    return _together(name, rows, "months", "a rate", lambda row: row["endpoint"].endswith("rate"))


@reads("p p_relation")
def relation_of_a_p_value(name, rows):
    """A P value is equal to the one printed, or below it."""
    return _together(name, rows, "p_relation", "a p value", lambda row: row["p"])


def _holds(columns, name, rows):
    """The lower limit lies below the upper one, and the estimate between them."""
    column, low, high = columns
    for row in rows:
        value, below, above = (number(row, c) for c in columns)
        if None not in (below, above) and below >= above:
            yield name, row, low, row[low], f"a lower limit below the upper one, {row[high]}"
        elif value is not None and (below is not None and value < below or above is not None and value > above):
            yield name, row, column, row[column], f"a value within its interval, {row[low]} to {row[high]}"


ESTIMATES = [reads(" ".join(columns))(partial(_holds, columns)) for columns in INTERVALS]


@reads("hr hr_low hr_high level")
def hazard_ratio_and_p_value(name, rows):
    """A hazard ratio is the centre of its interval on the log scale, and the P value says what the interval says."""
    for row in rows:
        yield from ((name, row, *problem) for problem in _effect(row))


def _effect(row):
    hr, low, high, level = (number(row, column) for column in ("hr", "hr_low", "hr_high", "level"))
    if row.get("doubt") or None in (hr, low, high, level) or not 0 < low < high:
        return
    near, below, above = (half_unit(row, column) for column in ("hr", "hr_low", "hr_high"))
    centres = math.sqrt((low - below) * (high - above)), math.sqrt((low + below) * (high + above))
    if not centres[0] - near <= hr <= centres[1] + near:
        yield "hr", row["hr"], f"the centre of its interval on the log scale, about {math.sqrt(low * high):.3f}"
    p, alpha, relation = number(row, "p"), 1 - level / 100, row.get("p_relation", "=")
    borderline = abs(low - 1) <= below or abs(high - 1) <= above or (relation == "<" and (p or 0) > alpha)
    if p is None or borderline:
        return
    # A one-sided p near 1 is a strong effect in the direction that was not hoped for.
    readings = {"two": [p], "one": [2 * min(p, 1 - p)]}.get(row.get("p_sides"), [p, 2 * min(p, 1 - p)])
    if not any((reading < alpha) != (low < 1 < high) for reading in readings):
        z = 2 * NormalDist().inv_cdf(0.5 + level / 200) * math.log(hr) / math.log(high / low)
        expected = f"a p value that fits the interval, about {2 * NormalDist().cdf(-abs(z)):.2g} two-sided"
        yield "p", f"{relation} {row['p']}", expected
