"""What each colour and each symbol of the figures means; a meaning has one colour through the book."""

__all__ = [
    "AGREEMENT",
    "ARMS",
    "ASSAYS",
    "CERTAINTY",
    "COLOURS",
    "COUNTS",
    "DESIGNS",
    "EVIDENCE",
    "INK",
    "KNOWN",
    "MARKS",
    "OUTCOMES",
    "PREDICTIVE",
    "RESULTS",
    "RISK",
    "RULE",
    "SETTINGS",
    "SYMBOLS",
    "SYMBOL_WORDS",
    "TRIALS",
    "VERDICTS",
    "VESSELS",
    "translucent",
]

#: Colour of text, and of the grid, on white paper. The site puts the reader's own colours in their place.
INK = "#21252B"
RULE = "#DDE1E6"

#: Colour of each treatment class; every pair stays apart under the common kinds of colour-blindness (Okabe-Ito based).
COLOURS = {
    "sorafenib": "#0072B2",
    "control": "#7F7F7F",
    "sorafenib combination": "#D55E00",
    "immunotherapy": "#009E73",
    "other kinase inhibitor": "#AA4499",
    "antiangiogenic antibody": "#56B4E9",
    "locoregional": "#86612D",
}
#: Colour of the two arms of a trial against placebo.
ARMS = {"sorafenib": COLOURS["sorafenib"], "placebo": COLOURS["control"]}
#: Colour of each kind of test that measures how strongly a drug holds a kinase.
ASSAYS = {"enzyme IC50": "#D95F02", "binding Kd": "#1B9E77", "lysate Kd": "#7570B3"}
#: Colour of a trial where trials, and not treatments, are compared.
TRIALS = {"SHARP": "#6A5ACD", "Asia-Pacific": "#CC6677"}
#: Colour of a count of people.
COUNTS = {"new cases": "#117733", "deaths": "#882255"}

#: Marker symbol of each check mark: filled where the number was verified, wherever that was; a reader took two filled
#: shapes for two meanings. Open where it was not.
SYMBOLS = {
    "primary": "circle",
    "secondary": "circle",
    "review": "square-open",
    "unchecked": "circle-open",
    "modelled": "x",
}
#: What the legend says of a symbol that is no filled circle.
SYMBOL_WORDS = {
    "review": "reported by the review only",
    "unchecked": "not verified",
    "modelled": "modelled",
}

#: Colour of what a model of published summaries knew.
KNOWN = {"medians and 6-month rates": "#A6611A", "medians and 12-month rates": "#018571"}

#: Colour of the two predictive values of a test.
PREDICTIVE = {"positive": "#CC79A7", "negative": "#4A6FA5"}
#: Colour of each check mark where shares are shown.
MARKS = {"primary": "#2171B5", "secondary": "#6BAED6", "review": "#BDBDBD", "unchecked": "#B35900"}
#: Colour of each verdict of the claims ledger.
VERDICTS = {
    "confirmed": "#1B7837",
    "imprecise": "#9FCF9A",
    "corrected": "#8E44AD",
    "outdated": "#B497C9",
    "contested": "#E08214",
    "unverifiable": "#8C8C8C",
}
#: Colour of what databases say of an edge: the colours of the verdicts that mean the same.
AGREEMENT = {
    "same sign": VERDICTS["confirmed"],
    "both signs": VERDICTS["contested"],
    "opposite sign": VERDICTS["corrected"],
    "absent": VERDICTS["unverifiable"],
}
#: Colour of what a finding says about a mechanism: the colours of the verdicts that mean the same.
EVIDENCE = {
    "supports": VERDICTS["confirmed"],
    "fits, sorafenib not tested": VERDICTS["imprecise"],
    "no link": VERDICTS["unverifiable"],
    "opposes": VERDICTS["corrected"],
}
#: Colour of each kind of evidence on a mechanism.
SETTINGS = {
    "cell lines": "#77AADD",
    "animals": "#44BB99",
    "tumour tissue": "#AAAA00",
    "treated patients": "#EE8866",
    "randomised trial": "#B2487F",
}
#: The same, from the weakest to the strongest for a statement about patients.
DESIGNS = {
    "cells and animals": SETTINGS["animals"],
    "treated patients only": SETTINGS["treated patients"],
    "randomised comparison": SETTINGS["randomised trial"],
}
#: Colour of what a strategy against resistance has shown.
RESULTS = {
    "favourable": "#2A7F8E",
    "not inferior": "#C9A227",
    "mixed": "#8B6FB3",
    "no gain": "#A6324B",
    "undecided": "#8C8C8C",
}
#: Colour of each kind of vessel that feeds a tumour.
VESSELS = {"new vessels": "#C4622D", "co-opted vessels": "#5B4B9A"}

#: Colour of each judgement of a risk of bias, dark enough for white words on it.
RISK = {"low": "#1B7837", "some concerns": "#9A5B00", "high": "#A6124B", "not judged": "#6B7280"}
#: Colour of each certainty of evidence.
CERTAINTY = {"high": "#01665E", "moderate": "#35978F", "low": "#BF812D", "very low": "#8C510A"}

#: Colour of what is known of a trial's outcome.
OUTCOMES = {
    "no benefit": "#8C510A",
    "stopped for futility": "#BF812D",
    "progression only": "#5E3C99",
    "longer survival": "#01665E",
    "not compared": "#80A0B8",
    "no result": "#A6A6A6",
}


def translucent(colour: str, opacity: float = 0.2) -> str:
    """Give a palette colour some transparency, for bands.

    Parameters
    ----------
    colour : str
        A colour as ``#rrggbb``.
    opacity : float
        From 0 (invisible) to 1.

    Returns
    -------
    str
        The colour as ``rgba(r, g, b, opacity)``.

    Examples
    --------
    >>> translucent("#0072B2", 0.5)
    'rgba(0, 114, 178, 0.5)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
