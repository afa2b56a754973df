"""Numbers, sources and check marks in the words that tooltips, cards and tables use."""

import math
import re
import textwrap
from collections.abc import Iterable
from datetime import date
from numbers import Number

import pandas as pd

from .tables import cite

__all__ = ["DIRECTIONS", "VERIFIED", "capital", "cited", "mark_in_words", "number", "with_unit"]

#: What each check mark means.
VERIFIED = {
    "primary": "verified in the publication",
    "secondary": "verified in a second source",
    "review": "reported by the review only",
    "unchecked": "not verified",
    "modelled": "modelled, not measured",
}
#: What much of a marker meant, for each direction of the table ``biomarkers``.
DIRECTIONS = {
    "predicts more benefit": "more benefit from sorafenib",
    "predicts less benefit": "less benefit from sorafenib",
    "no predictive value": "no difference in benefit shown",
    "favours lenvatinib over sorafenib": "better on lenvatinib than on sorafenib",
    "prognostic: worse course": "worse course",
    "prognostic: better course": "better course",
    "prognostic: direction not found": "better or worse course: which was not found",
    "no link with the course": "no link with the course",
    "more sensitive in the laboratory": "cells or xenografts more sensitive",
    "more resistant in the laboratory": "cells or xenografts more resistant",
    "unclear": "not clear",
}
# characters of a line that a phone shows
_LINE = 46
_NAMES = {"hr": "hazard ratio", "n": "patients"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """Write a number with at most two decimals; a small one as a power of ten, a large one with its thousands apart.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str

    Examples
    --------
    >>> number(10.70), number(2008), number(841080), number(0.6912), number(0.0046)
    ('10.7', '2008', '841,080', '0.69', '4.6 × 10⁻³')
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "no number"
    if abs(value) < 0.1 and round(value, 2) != round(value, 6):
        digits, _, power = f"{value:.1e}".partition("e")
        return (
            f"{digits.removesuffix('.0')} × 10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
        )
    apart = "," if abs(value) >= 10_000 else ""
    words = f"{value:{apart}.{2 if abs(value) < 100 else 1}f}"
    return words.rstrip("0").rstrip(".")


def with_unit(label: str, value: str) -> str:
    """Say a value under its label; a unit in the label's brackets goes behind the value.

    Parameters
    ----------
    label : str
        Words for what the value is, for instance an axis title.
    value : str
        The value in words.

    Returns
    -------
    str

    Examples
    --------
    >>> with_unit("Overall survival (months)", "10.7"), with_unit("Patients (percent)", "44")
    ('Overall survival: 10.7 months', 'Patients: 44%')
    >>> with_unit("Hazard ratio (logarithmic axis)", "0.69"), with_unit("Patients (log)", "96")
    ('Hazard ratio: 0.69', 'Patients: 96')
    """
    label = _NAMES.get(label, label).replace("_", " ")
    name, unit = re.fullmatch(r"(.*?)(?: \(([^()]*)\))?", label, re.DOTALL).groups()
    unit = re.sub(r",? ?\blog(arithmic)?( axis)?$|below 1:.*", "", unit or "")
    unit = "%" if unit in ("percent", "%") else f" {unit}" if unit else ""
    return f"{capital(name)}: {value}{unit}"


def mark_in_words(
    heads: Iterable[object],
    values: Iterable[tuple[str, object]],
    interval: str = "",
    others: Iterable[tuple[str, object]] = (),
    source: str | None = None,
    check: str | None = None,
) -> str:
    """Say in a few lines what a mark of a figure is, what its value is, and how far that was verified.

    Parameters
    ----------
    heads : iterable
        What the mark stands for: its row, then its groups.
    values : iterable of tuple
        Label and value along each axis.
    interval : str
        What follows the first value.
    others : iterable of tuple
        Label and value of what else is known.
    source : str, optional
        Keys of references.bib, separated by semicolons.
    check : str, optional
        A key of `VERIFIED`.

    Returns
    -------
    str
        Lines with ``<br>`` between them, the first one bold, as Plotly shows them.

    Examples
    --------
    >>> mark_in_words(["SHARP"], [("OS (months)", 10.7)], "(9.4 to 13.3)", (), "llovet2008sharp", "primary")
    '<b>SHARP</b><br>OS: 10.7 months (9.4 to 13.3)<br>Llovet 2008, verified in the publication'
    """
    first, *groups = [word for head in heads if (word := _word(head))] or [""]
    lines = [", ".join([f"<b>{first}</b>", *groups])] if first else []
    said = {first, *groups}
    for label, value in values:
        if word := _word(value):
            lines += _wrapped(" ".join([with_unit(label, word), interval]).strip())
            interval = ""
            said.add(word)
    told = [_remark(label, value, word) for label, value in others if (word := _word(value)) and word not in said]
    lines += [line for words in _joined(told) for line in _wrapped(words)]
    last = ", ".join(filter(None, [cited(source), VERIFIED.get(check, "")]))
    return "<br>".join([*lines, *([capital(last)] if last else [])])


def cited(source: str | None) -> str:
    """Name the first of some publications; what the bibliography has not stays as it is.

    Parameters
    ----------
    source : str or None
        Keys of references.bib, separated by semicolons.

    Returns
    -------
    str

    Examples
    --------
    >>> cited("llovet2008sharp;cheng2009asiapacific"), cited("my own table"), cited(None)
    ('Llovet 2008 and others', 'my own table', '')
    """
    if not isinstance(source, str) or not source:
        return ""
    first, *more = source.split(";")
    try:
        return cite(first.strip()) + " and others" * bool(more)
    except KeyError:  # a table of the reader's own
        return source


def capital(words: str) -> str:
    """Begin with a capital where a small letter follows.

    >>> capital("time to progression"), capital("pERK")
    ('Time to progression', 'pERK')
    """
    return words[:1].upper() + words[1:] if words[1:2].islower() else words


def _word(value):
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Number):
        return number(float(value))
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(T00:00:00)?", str(value)):
        return _word(date(*map(int, day.groups()[:3])))
    return " ".join(re.sub(r"<[^>]*>", " ", str(value)).split())


def _remark(label, value, word):
    if label == "p":
        return f"P = {value:.2f}" if value >= 0.01 else "P < 0.01"
    if label == "analysis":
        return capital(f"{word} analysis")
    if label.startswith("check"):
        return with_unit(label.removeprefix("check_"), VERIFIED.get(word, word))
    # numbers of a text as long as those of the book
    return with_unit(label, re.sub(r"(?<![\d./])\d+\.\d{3,}(?![\d./])", lambda found: number(float(found[0])), word))


def _joined(words):
    """Short remarks stand on one line as long as it holds them."""
    lines = []
    for word in words:
        if lines and len(lines[-1]) + len(word) + 2 <= _LINE:
            lines[-1] += f"; {word[:1].lower() + word[1:] if word[1:2].islower() else word}"
        else:
            lines.append(word)
    return lines


def _wrapped(words):
    # an adjective does not end a line: "primary" alone would say how far a number was verified
    words = re.sub(r"\b(primary|secondary) (?=\w)", "\\1\N{NO-BREAK SPACE}", words)
    return textwrap.wrap(words, _LINE, break_long_words=False) or [""]
