"""Look the publications of data/references.bib up in the public list of Retraction Watch, and write down what it has.

usage: retractions.py LIST DATE     LIST is its CSV file, or the address of one; DATE is that copy's, as 2026-08-08

Publications are found by DOI or PMID; those with a notice are named. `make check` then refuses a retracted publication
until its field `retracted` says why it is still a source. Crossref makes the list public:
https://gitlab.com/crossref/retraction-watch-data.
"""

import re
import sys
from pathlib import Path

import pandas as pd

from sorafenib_book.rules import bibliography

BIBLIOGRAPHY = Path(__file__).resolve().parents[2] / "data" / "references.bib"
_IDENTIFIERS = ("OriginalPaperDOI", "OriginalPaperPubMedID")
_COLUMNS = [*_IDENTIFIERS, "RetractionDate", "RetractionDOI", "RetractionNature"]


def notices(listed):
    """Say what the list has of each publication.

    Parameters
    ----------
    listed : pandas.DataFrame
        Columns of the list as text: DOI and PMID of publication and notice, date and nature of the notice.

    Returns
    -------
    dict of str to str
        Last notice by DOI (in lower case) and by PMID, as ``retraction of 2010-02-02 (10.1016/S0140-6736(10)60175-4)``.
        A retraction is hidden by a reinstatement only.
    """
    days = pd.to_datetime(listed["RetractionDate"].str.split().str[0], format="%m/%d/%Y")
    found = {}
    for row in listed.assign(day=days).sort_values("day", kind="stable").to_dict("records"):
        nature = row["RetractionNature"].lower()
        doi = f" ({row['RetractionDOI']})" if str(row["RetractionDOI"]).startswith("10.") else ""
        for name in (str(row[column]).lower() for column in _IDENTIFIERS):
            hidden = found.get(name, "").startswith("retraction") and nature not in ("retraction", "reinstatement")
            if re.match(r"10\.|[1-9]\d*$", name) and not hidden:
                found[name] = f"{nature} of {row['day']:%Y-%m-%d}{doi}"
    return found


def look_up(text, found, day):
    """Write into each entry that has a DOI or a PMID what was found.

    Parameters
    ----------
    text : str
        The bibliography.
    found : dict of str to str
        As :func:`notices` returns them.
    day : str
        Date of the list, as ``2026-08-08``.

    Returns
    -------
    str
        The bibliography with new fields ``retraction_checked``.
    dict of str to str
        Notices of its publications, by key.
    """
    hits = {}
    for _, key, entry in bibliography.entries(text):
        fields = bibliography.fields(entry)
        names = [fields[name].lower() for name in ("doi", "pmid") if name in fields]
        if not names:
            continue
        notice = next((found[name] for name in names if name in found), "no notice")
        if notice != "no notice":
            hits[key] = notice
        value = f"Retraction Watch {day}: {notice}"
        text = text.replace(entry, re.sub(r"(retraction_checked = )\{.*\}", rf"\1{{{value}}}", entry))
    return text, hits


def main(source, day):
    listed = pd.read_csv(source, usecols=_COLUMNS, dtype=str, encoding_errors="replace").fillna("")
    text, hits = look_up(BIBLIOGRAPHY.read_text(encoding="utf-8"), notices(listed), day)
    BIBLIOGRAPHY.write_text(text, encoding="utf-8")
    print(f"Sources looked up in the Retraction Watch list of {day}: {len(hits)} notices\n")
    print(*(f"{key}: {notice}" for key, notice in hits.items()), sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not re.fullmatch(r"\d{4}-\d\d-\d\d", sys.argv[2]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
