"""Every claim is told at an address that a chapter has."""

import re

import prose
import pytest
from checkout import CHAPTERS
from docutils.nodes import make_id
from sphinx_plotly_figures import figures

from sorafenib_book import tables


def anchors(notebook):
    """Addresses within a page: its headings, labels and figures."""
    found = {item["name"] for _, item in figures.figure_cells(notebook)}
    for text in prose.markdown_cells(notebook):
        found |= {make_id(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
        found |= set(re.findall(r"^\(([\w-]+)\)=$", text, re.MULTILINE))
    return found


def untold(claims, known):
    """Claims whose address does not exist."""
    for claim, address in claims.items():
        page, _, anchor = address.partition("#")
        if anchor not in known.get(page, ()):
            yield f"{claim}: told_in: found {address}, expected an anchor of one of the chapters"


def test_every_claim_is_told_where_it_says():
    known = {path.replace(".ipynb", ".html"): anchors(notebook) for path, notebook in CHAPTERS.items()}
    claims = tables.read("claims").set_index("id")["told_in"].fillna("")
    # what is told in no chapter stands in the ledger, each claim in its own place
    alone = [claim for claim, address in claims.items() if address == f"reference/claims.html#{claim}"]
    assert len(alone) < 0.1 * len(claims), "chapters tell less and less of the review"
    problems = list(untold(claims.drop(alone), known))
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("address", ["chapters/gone.html#here", "chapters/there.html#gone", "chapters/there.html", ""])
def test_a_claim_told_nowhere_is_found(address):
    claims, known = {"a-01": "chapters/there.html#here"}, {"chapters/there.html": {"here"}}
    assert not list(untold(claims, known))
    assert list(untold(claims | {"a-02": address}, known)) == [
        f"a-02: told_in: found {address}, expected an anchor of one of the chapters"
    ]
