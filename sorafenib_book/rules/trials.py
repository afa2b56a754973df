"""Results of clinical trials add up: arms, percentages, events, responses, rates, grades, doses."""

import itertools
import math
import re
from functools import partial
from statistics import NormalDist

from .rows import above, half_unit, number, reads

_ARMS = ("experimental", "control")


def _year_of_a_source(name, **tables):
    """A trial or finding has the year of its source: of the full publication, or, without one, of the report."""
    for row in tables[name]:
        years = re.findall(r"(?:19|20)\d\d", row["source"])  # a key carries the year of its publication
        if years and row["year"] and row["year"] not in years:
            yield name, row, "year", row["year"], f"{years[0]}, as the source has"


YEARS = [
    reads(**{name: "source year"})(partial(_year_of_a_source, name))
    for name in ("studies", "findings", "dose_toxicity")
]


@reads(studies="arms patients patients_experimental patients_control")
def arms_add_up(studies):
    """The patients of the arms are all patients."""
    for row in studies:
        arms, total = number(row, "arms"), number(row, "patients")
        parts = [number(row, f"patients_{arm}") for arm in _ARMS][: int(arms or 0)]
        if total is None or not parts or None in parts:
            continue
        if sum(parts) > total or arms < 3 and sum(parts) != total:
            yield "studies", row, "patients", f"{total:g}", f"the {sum(parts):g} of its arms"


def _at_most_100(name, columns, **tables):
    """No percentage is above 100."""
    for row, column in itertools.product(tables[name], columns):
        if row["unit"] == "percent" and (number(row, column) or 0) > 100:
            yield name, row, column, f"{row[column]} percent", "at most 100"


PERCENTAGES = [
    reads(**{name: f"unit {' '.join(columns)}"})(partial(_at_most_100, name, columns))
    for name, columns in (
        ("endpoints", [arm + end for arm in _ARMS for end in ("", "_low", "_high")]),
        ("baseline", [*_ARMS, "together"]),
        ("epidemiology", ["value"]),
    )
]


@reads(studies="id patients_experimental patients_control", endpoints="study events_experimental events_control")
def events_of_an_arm(studies, endpoints):
    """No arm has more events than patients."""
    studies = {row["id"]: row for row in studies}
    for row, arm in itertools.product(endpoints, _ARMS):
        events = number(row, f"events_{arm}")
        patients = number(studies[row["study"]], f"patients_{arm}") if row["study"] in studies else None
        if None not in (events, patients) and events > patients:
            yield "endpoints", row, f"events_{arm}", f"{events:g}", f"at most the {patients:g} patients of the arm"


@reads(endpoints="unit endpoint study analysis definition experimental control")
def responses_add_up(endpoints):
    """Complete and partial response and stable disease make at most 100, and disease control unless it is defined."""
    groups = {}
    for row in endpoints:
        if row["unit"] == "percent" and row["endpoint"] in ("CR", "PR", "SD", "DCR"):
            groups.setdefault((row["study"], row["analysis"]), {})[row["endpoint"]] = row
    for group, arm in itertools.product(groups.values(), _ARMS):
        parts = {endpoint: number(row, arm) for endpoint, row in group.items() if row[arm]}
        control, total = parts.pop("DCR", None), sum(part or 0 for part in parts.values())
        if total > 100.5:
            largest = max(parts, key=lambda endpoint: parts[endpoint] or 0)
            found = f"{parts[largest]:g}, with which CR, PR and SD make {total:g}"
            yield "endpoints", group[largest], arm, found, "parts that make at most 100"
        whole = None not in (control, *parts.values()) and len(parts) == 3
        if whole and (control > total + 1 or control < total - 1 and not group["DCR"]["definition"]):
            yield "endpoints", group["DCR"], arm, f"{control:g}", f"CR + PR + SD, {total:g}, or a definition"


@reads(endpoints="study endpoint months analysis hr latest")
def latest_analysis(endpoints):
    """Of the analyses of one result one is the latest: a subgroup or a reprint is not, nor are two hazard ratios."""
    groups = {}
    for row in endpoints:
        if row["analysis"] in ("subgroup", "per protocol", "as the review prints it", "recovered"):
            if row["latest"] == "true":
                yield "endpoints", row, "latest", "true", f"false, as the analysis is {row['analysis']}"
        else:
            groups.setdefault((row["study"], row["endpoint"], row["months"]), []).append(row)
    for group in groups.values():
        latest = [row for row in group if row["latest"] == "true"]
        if not latest:
            yield "endpoints", group[0], "latest", "false", "true in one of the analyses of this result"
        for row in [row for row in latest if row["hr"]][1:]:
            yield "endpoints", row, "latest", "true", "false, as another analysis of this result is the latest"


@reads(
    studies="id patients_experimental patients_control",
    endpoints="study endpoint analysis experimental control hr hr_low hr_high level",
)
def recovered_from_medians(studies, endpoints):
    r"""A recovered hazard ratio is that of the medians, its interval the narrowest that the patients allow.

    Where times are exponential, the hazard ratio is the control's median over the experimental arm's, and the squared
    standard error of its logarithm the sum of one over the events of each arm, which are at most its patients. Michiels
    and others (2005) measured how far that can mislead.
    """
    patients = {row["id"]: [number(row, f"patients_{arm}") for arm in _ARMS] for row in studies}
    for row in endpoints:
        if row["analysis"] != "recovered":
            continue
        same = [r for r in endpoints if all(r[c] == row[c] for c in ("study", "endpoint")) and r["experimental"]]
        medians = [number(same[0], arm) for arm in _ARMS] if same else [None]
        arms, level = patients.get(row["study"], [None]), number(row, "level")
        if None in medians or None in arms or level is None:
            expected = "one with both medians in another row, the patients of both arms, and a level"
            yield "endpoints", row, "endpoint", row["endpoint"], expected
            continue
        ratio = medians[1] / medians[0]
        half = NormalDist().inv_cdf(0.5 + level / 200) * math.sqrt(sum(1 / arm for arm in arms))
        values = {"hr": ratio, "hr_low": ratio * math.exp(-half), "hr_high": ratio * math.exp(half)}
        for column, value in values.items():
            found = number(row, column)
            if found is None or abs(found - value) > 1.01 * half_unit(row, column):
                yield "endpoints", row, column, row[column], f"{value:.3f}, from the medians and the patients"


@reads(endpoints="months study endpoint experimental control")
def survivors_do_not_rise(endpoints):
    """A rate of survivors does not rise with time."""
    rates = {}
    for row in sorted(endpoints, key=lambda row: number(row, "months") or 0):
        for arm in _ARMS if row["months"] else ():
            value, earlier = number(row, arm), rates.get((row["study"], row["endpoint"], arm))
            if None not in (value, earlier) and value > earlier:
                yield "endpoints", row, arm, row[arm], f"at most {earlier:g}, the rate at the time before"
            rates[row["study"], row["endpoint"], arm] = value


@reads(
    adverse_events="study event attribution population grade experimental control experimental_below control_below",
)
def grades_of_events(adverse_events):
    """Events of any grade are at least as frequent as severe ones."""
    key = ("study", "event", "attribution", "population")
    whole = {tuple(row[c] for c in key): row for row in adverse_events if row["grade"] == "any"}
    for row, arm in itertools.product(adverse_events, _ARMS):
        every = whole.get(tuple(row[c] for c in key), row)
        if above(row, arm, every, arm):
            yield "adverse_events", row, arm, row[arm], f"at most the {every[arm]} of any grade"
        if row[arm] and row[f"{arm}_below"]:
            yield "adverse_events", row, f"{arm}_below", row[f"{arm}_below"], f"nothing beside a value of {arm}"


@reads(facts="count n value")
def share_of_a_count(facts):
    """A percentage beside a count is that of the count."""
    for row in facts:
        count, whole, share = (number(row, column) for column in ("count", "n", "value"))
        if None in (count, share) or not whole:
            continue
        if abs(share - 100 * count / whole) > 2 * half_unit(row, "value"):
            yield "facts", row, "value", row["value"], f"{100 * count / whole:.2f}, as {count:g} of {whole:g} give"


@reads(dose_toxicity="dose_limiting patients")
def toxicity_of_a_dose(dose_toxicity):
    """No more patients have a toxicity than took the dose."""
    for row in dose_toxicity:
        if (number(row, "dose_limiting") or 0) > (number(row, "patients") or math.inf):
            yield "dose_toxicity", row, "dose_limiting", row["dose_limiting"], f"at most the {row['patients']} patients"
