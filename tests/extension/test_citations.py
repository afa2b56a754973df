"""The bibliography and the book as files for a reference manager."""

import re
import tomllib

import pytest
import yaml
from checkout import ROOT
from pybtex.database import parse_string

from sorafenib_book import tables
from sorafenib_book.book_ext import citations

ENTRIES = citations.read(ROOT / "data" / "references.bib")
RIS = citations.ris(ENTRIES)


def records(text):
    """Records of a RIS file as lists of (tag, value)."""
    lines = [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line) for line in text.splitlines() if line]
    assert all(lines), "a line of RIS is a tag, two blanks, a hyphen, a blank and a value"
    found = []
    for tag, value in (line.groups() for line in lines):
        found += [[]] if tag == "TY" else []
        found[-1].append((tag, value))
    return found


def test_ris_has_every_source_with_its_doi():
    found = {dict(record)["ID"]: record for record in records(RIS)}
    assert found.keys() == set(ENTRIES)
    for key, entry in ENTRIES.items():
        record = dict(found[key])
        assert found[key][-1] == ("ER", ""), key
        assert record.get("DO") == entry.fields.get("doi"), key
        assert record["TI"] and record.get("PY") == entry.fields.get("year"), key
    authors = sum(tag == "AU" for record in found.values() for tag, _ in record)
    assert authors == sum(str(p) != "others" for e in ENTRIES.values() for p in e.persons.get("author", []))


def test_ris_is_plain_text():
    entry = parse_string(
        r"@article{a, author={L\"ove, J. and others}, title={{The {HCC} \'etude}}, pages={1--9}}", "bibtex"
    ).entries["a"]
    assert records(citations.ris({"a": entry})) == [
        [("TY", "JOUR"), ("ID", "a"), ("AU", "Löve, J."), ("N1", "not all authors are named"), ("TI", "The HCC étude"),
         ("SP", "1"), ("EP", "9"), ("ER", "")]
    ]  # fmt: skip
    assert not re.search(r"[\\{}]", RIS)


# what stands in the first entry, what stands there instead, and what is said of it
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "title = {{",
            "title = {{{",
            " (llovet2008sharp): found 12 braces opened and 11 closed, expected as many of both.",
        ),
        (
            "title = {{",
            "title = {",
            " (llovet2008sharp): found 10 braces opened and 11 closed, expected as many of both.",
        ),
        ("title = {{", "title = }{{{", " (llovet2008sharp): syntax error in line"),
        (
            "llovet2008sharp,",
            "llovet2008sharp",
            ': found "@article{llovet2008sharp", expected the beginning of an entry',
        ),
    ],
)
def test_a_broken_entry_is_named(tmp_path, before, after, said):
    text, path = (ROOT / "data" / "references.bib").read_text(encoding="utf-8"), tmp_path / "references.bib"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(tables.DataError) as error:
        citations.read(path)
    [sentence] = error.value.problems
    assert sentence.startswith(f"references.bib line 1{said}")


def test_list_prints_labels_in_order():
    entries = parse_string(
        """@article{b, author={Qin, S. and Wu, X.}, title={B}, journal={J}, year={2023}, extradate={b}, note={as seen}}
        @article{n, title={Quite unsigned}, journal={J}}
        @article{a, author={Qin, S. and Li, A.}, title={One}, journal={J}, year={2023}, extradate={a}, retracted={-}}
        """,
        "bibtex",
    ).entries.values()
    citations.as_printed(entries)
    assert [entry.text.render_as("text") for entry in citations.ByTitle().format_entries(entries)] == [
        "S. Qin and A. Li. One. J, 2023a, retracted.",
        "S. Qin and X. Wu. B. J, 2023b. As seen.",
        "Quite unsigned. J, n.d.",
    ]


@pytest.mark.parametrize("names", [None, [{"family-names": "Curie", "given-names": "Marie"}]])
def test_the_book_is_cited_as_its_citation_file_says(tmp_path, names):
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    cited["authors"] = names or cited["authors"]
    (tmp_path / "CITATION.cff").write_text(yaml.safe_dump(cited), encoding="utf-8")
    entry = citations.book(tmp_path / "CITATION.cff", "2026")
    [record] = records(citations.ris({"book": entry}))
    found = dict(record)
    assert (found["TI"], found["ET"], found["PY"]) == (cited["title"], cited["version"], "2026")
    assert found["AU"].replace("“", '"').replace("”", '"') == ("Curie, Marie" if names else cited["authors"][0]["name"])


def test_versions_agree():
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == package["version"]
