"""A marker predicts only where patients with another treatment, or none, were compared."""

from .rows import reads

_COMPARED = ("predicts ", "favours ", "no predictive value")


@reads(biomarkers="direction comparison randomised")
def marker_with_a_comparison(biomarkers):
    """What a marker predicts, or does not, was seen against a comparison arm, as was all that was randomised."""
    for row in biomarkers:
        alone = row["comparison"].startswith("none")
        if alone and row["direction"].startswith(_COMPARED):
            yield "biomarkers", row, "direction", f'"{row["direction"]}"', "prognosis, as no arm was compared"
        if alone and row["randomised"] == "true":
            yield "biomarkers", row, "comparison", f'"{row["comparison"]}"', "an arm, as the patients were randomised"
