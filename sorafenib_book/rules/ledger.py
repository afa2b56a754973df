"""The ledger of claims: every verdict has a source, every sentence of the review its claims, no number is left out."""

from functools import partial

from .rows import reads

#: How many references and sentences the review has.
REVIEW = {"review_references": 70, "sentences": 178}


@reads(claims="verdict source")
def source_of_a_verdict(claims):
    """A verdict has a source, unless the claim cannot be verified."""
    for row in claims:
        if row["verdict"] != "unverifiable" and not row["source"]:
            yield "claims", row, "source", "nothing", f"a source, as the verdict is {row['verdict']}"


#: Verdicts that a check allows; other checks allow all. No verdict is surer than what was read.
ALLOWED = {"unchecked": ("unverifiable",), "review": ("imprecise", "outdated", "contested", "unverifiable")}


@reads(claims="verdict check")
def verdict_and_check(claims):
    """A verdict is no surer than its check."""
    for row in claims:
        allowed = ALLOWED.get(row["check"], (row["verdict"],))
        if row["verdict"] not in allowed:
            yield "claims", row, "verdict", row["verdict"], f"{' or '.join(allowed)}, as the check is {row['check']}"


@reads(claims="sentence section", sentences="id section without_claim")
def sentence_and_claims(claims, sentences):
    """A sentence has claims of its own section, or a reason for having none."""
    told = {key: row["section"] for row in claims for key in row["sentence"].split(";")}
    for row in sentences:
        if told.get(row["id"], row["section"]) != row["section"]:
            yield "sentences", row, "section", row["section"], f"{told[row['id']]}, as its claims have"
        if (row["id"] in told) == bool(row["without_claim"]):
            found, expected = f'"{row["without_claim"]}"', "a reason where no claim names the sentence, and only there"
            yield "sentences", row, "without_claim", found, expected


def _all_numbers(name, last, **tables):
    """No number from 1 to the last is left out."""
    there = {row["number"] for row in tables[name]}
    for number in range(1, last + 1):
        if str(number) not in there:
            yield name, None, "number", f"no {number}", f"every number from 1 to {last}"


NUMBERED = [reads(**{name: "number"})(partial(_all_numbers, name, last)) for name, last in REVIEW.items()]
