"""Add the addresses of the built book to those that must lead somewhere for good, in tests/built/addresses.txt.

usage: addresses.py

The file has a line for each page: its path, and the places on it that a reader can have copied.
"""

import re

from bs4 import BeautifulSoup

from tools.build.book import ROOT, SITE

LIST = ROOT / "tests" / "built" / "addresses.txt"
#: Sections, figures, rows, claims and terms, exercises, publications, and tables of chapters.
PLACES = "section[id], figure[id], tr[id], .card[id], .exercise[id], .citation[id], p[id]"
#: Its sections are named by version.
CHANGES = "reference/changes.html"


def places(page):
    """Ids of a page's places, without those that are only numbered."""
    return {tag["id"] for tag in page.select(PLACES) if not re.fullmatch(r"id\d+", tag["id"])}


def listed():
    """Places by page as the file has them."""
    lines = (line.split() for line in LIST.read_text(encoding="utf-8").splitlines())
    return {path: set(found) for path, *found in lines}


def add():
    known = listed()
    for path in SITE.rglob("*.html"):
        if (name := path.relative_to(SITE).as_posix()) != CHANGES and "_static" not in path.parts:
            page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            known.setdefault(name, set()).update(places(page))
    text = "".join(" ".join([path, *sorted(known[path])]) + "\n" for path in sorted(known))
    LIST.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    add()
