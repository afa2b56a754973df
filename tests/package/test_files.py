"""What editors and spreadsheets do to files: named in one sentence, and kept out of what is read and packed."""

import codecs
import csv
import io
import shutil

import pytest
from broken_tables import DATA, message

from sorafenib_book import tables


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


def saved(content, between=",", comma=False, ends="\n"):
    """A table as a spreadsheet saves it in some country."""
    rows = [
        [cell.replace(".", ",") if comma and cell.replace(".", "", 1).isdigit() else cell for cell in row]
        for row in csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=between, lineterminator=ends).writerows(rows)
    return text.getvalue()


# how endpoints.csv is saved, what is said to be found, and what was expected
SAVED = {
    "a byte-order mark": (lambda c: codecs.BOM_UTF8 + c, "a byte-order mark", "UTF-8 without one"),
    "semicolons": (lambda c: saved(c, ";").encode(), "semicolons between cells", "commas"),
    "tabs": (lambda c: saved(c, "\t").encode(), "tabs between cells", "commas"),
    "decimal commas": (lambda c: saved(c, comma=True).encode(), "numbers with a decimal comma", "decimal points"),
    "CRLF": (lambda c: saved(c, ends="\r\n").encode(), "the line ends of Windows (CRLF)", "those of Unix (LF)"),
    "UTF-16": (lambda c: c.decode().encode("utf-16"), "text in UTF-16", "UTF-8"),
    "UTF-16 without a mark": (lambda c: c.decode().encode("utf-16-le"), "text in UTF-16", "UTF-8"),
    "another encoding": (
        lambda c: c.decode().replace(",percent,", ",Größe,").encode("latin-1", errors="replace"),
        "bytes that are no UTF-8",
        "text in UTF-8",
    ),
    "a workbook": (lambda c: b"PK\x03\x04\x14\x00", "a workbook (.xlsx) under the name of a CSV file", "text"),
    "all of Germany": (
        lambda c: codecs.BOM_UTF8 + saved(c, ";", comma=True, ends="\r\n").encode(),
        "a byte-order mark, semicolons between cells, the line ends of Windows (CRLF)",
        "UTF-8 without one, commas, those of Unix (LF), decimal points",
    ),
}


@pytest.mark.parametrize("case", SAVED)
@pytest.mark.parametrize("name", [None, "endpoints"], ids=["all tables", "one that is read"])
def test_a_spreadsheets_own_way_is_named_in_one_sentence(folder, case, name):
    save, found, expected = SAVED[case]
    path = folder / "endpoints.csv"
    path.write_bytes(save(path.read_bytes()))
    said = message(folder, name)
    assert len(said.splitlines()) == 1
    assert said.startswith("endpoints.csv: found ") and found in said and said.endswith(f"; expected {expected}.")


def test_a_table_without_a_file_is_named(folder):
    (folder / "endpoints.csv").unlink()
    assert (
        message(folder) == "endpoints.csv: No such file or directory; datapackage.json names it as the table endpoints."
    )


def test_stray_files_are_no_part_of_the_package(folder):
    whole = {path.name for path in folder.iterdir()}
    (folder / ".ipynb_checkpoints").mkdir()
    for name in (".~lock.endpoints.csv#", "endpoints.xlsx", "other.csv"):
        (folder / name).write_text("stray")
    tables.check(folder)
    assert {path.name for path in tables.listed(folder)} == whole
