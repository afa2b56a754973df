"""What pages say to machines: schema.org as JSON-LD, with the fields that its readers ask for."""

import csv
import json
from collections import Counter

import pytest
import yaml
from checkout import ROOT

# Required or recommended by those who read it: schema.org/Book and Chapter, and the guides of Google's search for
# Dataset (name, description) and ClaimReview (claimReviewed, reviewRating, url).
REQUIRED = {
    "Book": {"name", "author", "license", "datePublished", "version"},
    "Chapter": {"name", "position", "isPartOf", "license", "description"},
    "Dataset": {"name", "description", "license", "creator", "distribution"},
    "ClaimReview": {"claimReviewed", "reviewRating", "url", "author", "itemReviewed"},
}


@pytest.fixture(scope="module")
def things(pages):
    found = {}
    for name, page in pages.items():
        for block in page.select('script[type="application/ld+json"]'):
            told = json.loads(block.string)
            assert told["@context"] == "https://schema.org"
            found[name] = told["@graph"]
    return found


def test_every_thing_has_its_fields(things):
    for page, told in things.items():
        for thing in told:
            lacking = {name for name in REQUIRED[thing["@type"]] if not thing.get(name)}
            assert not lacking, (page, thing["@type"], lacking)


def test_book_chapters_tables_and_statements_are_all_there(things):
    kinds = Counter(thing["@type"] for told in things.values() for thing in told)
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    chapters = [entry for entry in parts[0]["chapters"] if entry["file"].startswith("chapters/")]
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    assert kinds["Book"] == 1 and kinds["Chapter"] == len(chapters) and kinds["ClaimReview"] == len(claims)
    positions = [told[0]["position"] for page, told in sorted(things.items()) if page.startswith("chapters/")]
    assert sorted(positions) == list(range(1, len(chapters) + 1))
    reviews = {thing["url"].partition("#")[2]: thing for thing in things["reference/claims.html"][1:]}
    assert {key: review["reviewRating"]["alternateName"] for key, review in reviews.items()} == {
        row["id"]: row["verdict"] for row in claims
    }


def test_a_table_names_its_file(things, pages):
    for page, told in things.items():
        for thing in [each for each in told if each["@type"] == "Dataset"]:
            file = thing["distribution"][0]["contentUrl"]
            assert (ROOT / "_build" / "html" / file).is_file(), page
