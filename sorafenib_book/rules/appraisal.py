"""Appraisal: five judgements a trial, each with where it was read; a certainty that follows from its reasons."""

from .rows import number, reads

#: Domains of RoB 2, for the effect of assignment to treatment (Sterne and others, BMJ 2019;366:l4898).
DOMAINS = ("randomisation", "deviations", "missing data", "measurement", "selection")
#: Domains of GRADE for randomised trials (Guyatt and others, BMJ 2008;336:924), and its words from none to three steps.
STEPS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
CERTAINTY = ("high", "moderate", "low", "very low")


@reads(risk_of_bias="study outcome domain", studies="id design")
def domains_of_a_trial(risk_of_bias, studies):
    """A randomised trial has one row a domain, all of one outcome, or one row that says it was not appraised."""
    trials = {}
    for row in risk_of_bias:
        trials.setdefault(row["study"], []).append(row)
    for study in studies:
        if study["design"].startswith("randomised") and study["id"] not in trials:
            yield "studies", study, "design", study["design"], "rows of this trial in risk_of_bias.csv"
    for rows in trials.values():
        found = [row["domain"] for row in rows]
        if found != ["all"] and sorted(found) != sorted(DOMAINS):
            yield "risk_of_bias", rows[0], "domain", ", ".join(found), f"{', '.join(DOMAINS)} once each, or all alone"
        for row in rows:
            expected = "" if row["domain"] == "all" else rows[0]["outcome"] or "an outcome"
            if row["outcome"] != expected:
                yield "risk_of_bias", row, "outcome", row["outcome"] or "nothing", expected or "nothing"


@reads(risk_of_bias="domain judgement seen_in")
def judged_where_read(risk_of_bias):
    """A judgement says where it was read, and nothing is judged that was not read."""
    for row in risk_of_bias:
        judged = row["judgement"] != "not judged"
        if judged and row["domain"] == "all":
            yield "risk_of_bias", row, "judgement", row["judgement"], "not judged, as the trial was not appraised"
        elif judged and not row["seen_in"]:
            yield "risk_of_bias", row, "seen_in", "nothing", "where it was read, as it is judged"
        elif row["seen_in"] and not judged:
            yield "risk_of_bias", row, "judgement", row["judgement"], "a judgement, as it was read"


@reads(risk_of_bias="study domain outcome judgement")
def death_is_measured_alike(risk_of_bias):
    """Knowing the treatment does not change whether a patient has died."""
    for row in risk_of_bias:
        if row["domain"] == "measurement" and row["outcome"] == "OS" and row["judgement"] != "low":
            yield "risk_of_bias", row, "judgement", row["judgement"], "low, as the outcome is death"


@reads(certainty=f"certainty {' '.join(f'{step} {step}_reason' for step in STEPS)}")
def certainty_of_the_steps(certainty):
    """Certainty is high less one word a step, and each step has its reason."""
    for row in certainty:
        steps = [number(row, step) for step in STEPS]
        for step, size in zip(STEPS, steps, strict=True):
            if size and not row[f"{step}_reason"]:
                yield "certainty", row, f"{step}_reason", "nothing", f"why there is a step down for {step}"
        if None not in steps and row["certainty"] != (word := CERTAINTY[max(0, min(int(sum(steps)), 3))]):
            yield "certainty", row, "certainty", row["certainty"], f"{word}, as {sum(steps):g} steps down make it"


@reads(
    certainty="endpoints outcome risk_of_bias",
    endpoints="id study endpoint hr",
    risk_of_bias="study outcome judgement",
)
def certainty_of_the_trials(certainty, endpoints, risk_of_bias):
    """A claim rests on hazard ratios of its outcome, and a trial at high risk of bias costs it a step."""
    results = {row["id"]: row for row in endpoints}
    high = {(row["study"], row["outcome"]) for row in risk_of_bias if row["judgement"] == "high"}
    for row in certainty:
        for result in filter(None, map(results.get, row["endpoints"].split(";"))):
            if not result["hr"] or result["endpoint"] != row["outcome"]:
                expected = f"results with a hazard ratio of {row['outcome']}"
                yield "certainty", row, "endpoints", result["id"], expected
            if (result["study"], row["outcome"]) in high and not number(row, "risk_of_bias"):
                expected = f"a step down, as {result['study']} is at high risk of bias"
                yield "certainty", row, "risk_of_bias", row["risk_of_bias"], expected
