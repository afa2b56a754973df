"""Break a copy of the tables, and read what is said of it."""

import csv
import io
import re

import pytest
from checkout import ROOT

from sorafenib_book import tables

DATA = ROOT / "data"


def change(folder, table, row, column, value):
    """Put a value into one cell."""
    path = folder / f"{table}.csv"
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    place = lines[0].index(column)
    [line] = [cells for cells in lines if cells[0] == row]
    line[place] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def replace(folder, name, pattern, text):
    """Replace the one match of a pattern in a file."""
    content, times = re.subn(pattern, text, (folder / name).read_text(encoding="utf-8"), flags=re.M)
    assert times == 1
    (folder / name).write_bytes(content.encode("utf-8"))


def message(folder, name=None):
    """What is said of all tables of a folder, or of one that is read."""
    with pytest.raises(tables.DataError) as error:
        tables.read(name, folder) if name else tables.check(folder)
    return str(error.value)
