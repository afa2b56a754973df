"""Survival curves fall, and agree with what was computed from the same patients and with what the trial published."""

from .rows import above, half_unit, number, reads

#: Percent by which a result of reconstructed patients may miss the published one: of hazard ratios, medians, events.
BOUNDS = {"hr": 5, "experimental": 6, "control": 6, "events_experimental": 2, "events_control": 2}


@reads(curves="study arm months at_risk survival survival_low survival_high")
def curve_falls(curves):
    """A curve begins with everybody alive; after that time rises, survival and patients at risk do not, limits hold."""
    for points in _arms(curves).values():
        if number(points[0], "months") != 0:
            yield "curves", points[0], "months", points[0]["months"], "0 at the first point of an arm"
        if number(points[0], "survival") != 100:
            yield "curves", points[0], "survival", points[0]["survival"], "100 at the first point of an arm"
        for before, row in zip(points, points[1:], strict=False):
            if not number(row, "months") > number(before, "months"):
                yield "curves", row, "months", row["months"], f"more than {before['months']}, the time before"
            for column in ("survival", "at_risk"):
                if above(row, column, before, column):
                    yield "curves", row, column, row[column], f"at most {before[column]}, as at the time before"
        for row in points:
            for low, high in (("survival_low", "survival"), ("survival", "survival_high")):
                if above(row, low, row, high):
                    yield "curves", row, low, row[low], f"at most {row[high]}, as {high} has"


@reads(
    curves="study arm months at_risk survival",
    curve_summaries="study measure months patients_experimental patients_control experimental control",
)
def curve_and_summary(curves, curve_summaries):
    """A curve begins with the patients, halves within half a month of the median, and has the restricted mean."""
    arms = _arms(curves)
    for row in curve_summaries:
        for arm in ("experimental", "control"):
            points, value = arms.get((row["study"], arm)), number(row, arm)
            if not points:
                yield "curve_summaries", row, "study", row["study"], f"points of its {arm} arm in curves.csv"
            elif row["measure"] == "overall survival":
                column, start = f"patients_{arm}", points[0]["at_risk"]
                if start != row[column]:
                    yield "curve_summaries", row, column, row[column], f"{start}, as in curves.csv"
                half = next((number(point, "months") for point in points if number(point, "survival") <= 50), None)
                if (half is None) != (value is None) or half and abs(half - value) > 0.5:
                    expected = f"{half:g}, where the curve has fallen to 50%, give or take 0.5" if half else "nothing"
                    yield "curve_summaries", row, arm, row[arm] or "nothing", expected
            elif value is None or number(row, "months") is None:
                continue
            elif (area := _area(points, number(row, "months"))) is None:
                last = points[-1]["months"]
                yield "curve_summaries", row, "months", row["months"], f"at most {last}, where the {arm} curve ends"
            elif abs(area - value) > 0.05:
                yield "curve_summaries", row, arm, row[arm], f"{area:.2f}, the area under the curve, give or take 0.05"


@reads(curve_summaries="experimental control difference")
def difference_of_the_arms(curve_summaries):
    """A difference is that of the arms."""
    for row in curve_summaries:
        difference, *arms = (number(row, column) for column in ("difference", "experimental", "control"))
        if (
            None not in (difference, *arms)
            and abs(arms[0] - arms[1] - difference) > 3 * half_unit(row, "control") + 1e-9
        ):
            yield "curve_summaries", row, "difference", row["difference"], f"{arms[0] - arms[1]:.2f}, as the arms have"


@reads(
    curve_summaries=f"study published doubtful_fields patients_experimental patients_control {' '.join(BOUNDS)}",
    endpoints=f"id study {' '.join(BOUNDS)}",
    studies="id patients_experimental patients_control",
)
def summary_and_publication(curve_summaries, endpoints, studies):
    """Reconstructed patients give what their trial published, within `BOUNDS`, or the column is said to be doubtful."""
    published = {row["id"]: row for row in endpoints}
    randomised = {row["id"]: row for row in studies}
    for row in curve_summaries:
        result = published.get(row["published"])
        if result is None or row["study"] not in randomised:
            continue
        if result["study"] != row["study"]:
            yield "curve_summaries", row, "published", row["published"], f"a result of {row['study']}"
        compared = [(column, result, bound) for column, bound in BOUNDS.items()]
        compared += [(f"patients_{arm}", randomised[row["study"]], 0) for arm in ("experimental", "control")]
        for column, other, bound in compared:
            found, expected = number(row, column), number(other, column)
            if column in row["doubtful_fields"].split(";") or None in (found, expected):
                continue
            if abs(found - expected) > bound / 100 * expected:
                allowed = f"{expected:g}, the published value" + f", give or take {bound}%" * bool(bound)
                yield "curve_summaries", row, column, row[column], allowed


def _arms(curves):
    """Points of each arm of each study, in the order of the table."""
    arms = {}
    for row in curves:
        if None not in (number(row, column) for column in ("months", "at_risk", "survival")):
            arms.setdefault((row["study"], row["arm"]), []).append(row)
    return arms


def _area(points, months):
    """Area in months under a curve up to one of its points, by the trapezoid rule; None where no point is."""
    within = [point for point in points if number(point, "months") <= months]
    if not within or number(within[-1], "months") != months:
        return None
    steps = zip(within, within[1:], strict=False)
    return sum(
        (number(b, "months") - number(a, "months")) * (number(a, "survival") + number(b, "survival")) / 200
        for a, b in steps
    )
