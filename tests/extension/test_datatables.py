"""The pages of a data package: only its own files are copied, and rows that share an address are refused."""

import io
import json
import zipfile

import pytest
from checkout import ROOT
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from sorafenib_book.book_ext import cards, datatables

SIZES = "name,value\none,10.7\ntwo,3\n"
SCHEMA = {"fields": [{"name": "name", "type": "string"}, {"name": "value", "type": "number"}]}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "source" / "data"
    folder.mkdir(parents=True)
    package = {"name": "mine", "resources": [{"name": "sizes", "path": "sizes.csv", "schema": SCHEMA}]}
    (folder / "datapackage.json").write_text(json.dumps(package))
    (folder / "sizes.csv").write_text(SIZES)
    return folder


def build(data, text):
    """Build a book of one page; return what it warns of."""
    source, warnings = data.parent, io.StringIO()
    (source / "index.md").write_text(f"# A page\n\n{text}\n")
    configuration = {"nb_execution_mode": "off", "extensions": ["myst_nb", "sorafenib_book.book_ext.datatables"]}
    with patch_docutils(), docutils_namespace():
        out = source.parent / "html"
        Sphinx(source, None, out, out / "trees", "html", configuration, status=None, warning=warnings).build()
    return warnings.getvalue()


def test_only_the_listed_files_are_copied(data):
    (data / "references.bib").write_text("")
    (data / ".ipynb_checkpoints").mkdir()
    for name in (".~lock.sizes.csv#", "sizes.xlsx", "other.csv"):
        (data / name).write_text("stray")
    assert build(data, "```{data-table} sizes\n```") == ""
    copied = data.parent.parent / "html" / "_data"
    listed = {"datapackage.json", "references.bib", "sizes.csv"}
    assert {path.name for path in copied.iterdir()} == listed | {"mine.zip"}
    assert set(zipfile.ZipFile(copied / "mine.zip").namelist()) == {f"mine/{name}" for name in listed}


@pytest.mark.parametrize(
    ("table", "before", "after", "said"),
    [
        ("sizes", "two", "one", "sizes.csv, column name: found one more than once, expected each once."),
        ("sizes", ",", ";", "sizes.csv: found semicolons between cells, as a spreadsheet saves it; expected commas."),
        ("sizes", "name,value", "name,worth", "found no such column: value"),
        ("sizes", "one,10.7\ntwo,3\n", "", "found no row"),
        ("seizes", "two", "two", "there is no table 'seizes'; the tables are sizes."),
    ],
)
def test_what_no_page_can_show_is_named(data, table, before, after, said):
    (data / "sizes.csv").write_text(SIZES.replace(before, after))
    warned = build(data, f"```{{data-table}} {table}\n```")
    assert said in warned and "index.md:3" in warned


def test_a_link_into_rows_that_share_an_address_is_named(data):
    (data / "sizes.csv").write_text(SIZES.replace("two", "one"))
    said = datatables.disagreement("3", "../data/sizes.csv#one.value", data)
    assert (
        said
        == "[3](../data/sizes.csv#one.value): sizes.csv, column name: found one more than once, expected each once."
    )


def test_a_trial_named_by_its_row_brings_the_result():
    rows = datatables.read(ROOT / "data", "table1")
    # as the abstract of TACTICS has it; SPACE's interval was not verified and is not told
    told = cards.worth(ROOT / "data", "table1", rows["tactics"], "survival")
    assert told == "TACTICS: overall survival, hazard ratio 0.861 (0.607 to 1.223)"
    assert cards.worth(ROOT / "data", "table1", rows["space"], "survival").endswith("hazard ratio 0.898")
