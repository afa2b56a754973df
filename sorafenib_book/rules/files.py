"""A table's file: text in UTF-8, commas between cells, the columns of the schema, whole lines.

A file that a spreadsheet saved in its own way would break thousands of rules at once: what it did is told in one
sentence, and no other rule is asked of that file.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache

from . import cells

_LINE = "line number"  # key of a row's place in the file
#: How often a slip of a single cell comes until it is the whole file's.
_MANY = 3
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes
    ----------
    name, file : str
        Name of the table, and path of its file in the folder.
    fields : dict
        Descriptions of the columns by name.
    key : list of str
        Columns that tell rows apart.
    foreign : list of dict
        Foreign keys, as the schema has them.
    columns : list of str
        Those columns of the schema that the file has; none if it cannot be read.
    rows : list of dict
        Cells by column, an empty text where there is none.
    whole : bool
        Whether every line of the file is a row here; what refers to a line that could not be read is not asked for.
    """

    name: str
    file: str
    fields: dict
    key: list
    foreign: list
    columns: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    whole: bool = False

    def sentence(self, row, column, found, expected):
        """Say what is wrong in a row, or in the table where there is no row."""
        place = self.file
        if row:
            label = ", ".join(row.get(part, "") for part in self.key).strip(", ")
            place += f" line {row[_LINE]} ({label or 'no id'})"
        return f"{place}, column {column}: found {found}, expected {expected}."


def table(resource):
    """Describe a table that is not read yet.

    Parameters
    ----------
    resource : dict
        Its description in the data package.
    """
    schema = resource["schema"]
    fields = {column["name"]: column for column in schema["fields"]}
    key = schema.get("primaryKey") or [name for name in fields if name == "id"]
    key = [key] if isinstance(key, str) else list(key)
    return Table(resource["name"], resource["path"], fields, key, schema.get("foreignKeys", []))


def read(folder, resource):
    """Read a table's cells, and find what is wrong with file, lines and single cells.

    Parameters
    ----------
    folder : Path
        Folder of the data package.
    resource : dict
        Description of the table in the data package.

    Returns
    -------
    Table, list of str
        The table, without columns if the file cannot be read, and one sentence a problem.
    """
    empty = table(resource)
    try:
        content = (folder / empty.file).read_bytes()
    except OSError as error:
        return empty, [f"{empty.file}: {error.strerror}; datapackage.json names it as the table {empty.name}."]
    return _read(json.dumps(resource), content)


def spreadsheet_slips(content, fields):
    """Find what a spreadsheet did to a whole file when it saved it.

    Parameters
    ----------
    content : bytes
        The file.
    fields : dict
        Descriptions of the columns by name.

    Returns
    -------
    list of tuple
        What was found, and what was expected.

    Examples
    --------
    >>> spreadsheet_slips(b"id;hr" + bytes([13, 10]) + b"sharp;0.69" + bytes([13, 10]), {"id": {}, "hr": {}})
    [('semicolons between cells', 'commas'), ('the line ends of Windows (CRLF)', 'those of Unix (LF)')]
    """
    if content.startswith(b"PK\x03\x04"):
        return [("a workbook (.xlsx) under the name of a CSV file", "text")]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:200]:
        return [("text in UTF-16", "UTF-8")]
    slips = []
    if content.startswith(b"\xef\xbb\xbf"):
        slips.append(("a byte-order mark", "UTF-8 without one"))
        content = content[3:]
    text = content.decode("utf-8", errors="replace")
    if (strange := text.count("\ufffd")) >= _MANY:
        slips.append((f"{strange} bytes that are no UTF-8", "text in UTF-8"))
    first = text.split("\n", 1)[0].rstrip("\r")
    between = max(",;\t", key=lambda mark: len({name.strip('"') for name in first.split(mark)} & set(fields)))
    if between != "," and between in first:
        slips.append(("semicolons between cells" if between == ";" else "tabs between cells", "commas"))
    if "\r" in text:
        slips.append(("the line ends of Windows (CRLF)", "those of Unix (LF)"))
    if _DECIMAL_COMMA.search(text) and (commas := _decimal_commas(text, between, fields)) >= _MANY:
        slips.append((f"{commas} numbers with a decimal comma", "decimal points"))
    return slips


def saved_by_a_spreadsheet(file, slips):
    """Tell the slips of a file in one sentence."""
    found, expected = (", ".join(words) for words in zip(*slips, strict=True))
    return f"{file}: found {found}, as a spreadsheet saves it; expected {expected}."


def _decimal_commas(text, between, fields):
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=between)
    numbers = [name for name, column in fields.items() if column.get("type") == "number"]
    return sum(bool(_DECIMAL_COMMA.fullmatch(row.get(name) or "")) for row in rows for name in numbers)


@lru_cache(maxsize=64)  # a chapter reads the same few tables again and again, also for what they refer to
def _read(resource, content):
    resource = json.loads(resource)
    empty, problems = table(resource), []
    if slips := spreadsheet_slips(content, empty.fields):
        return empty, [saved_by_a_spreadsheet(empty.file, slips)]
    fields, text = empty.fields, content.decode("utf-8", errors="replace")

    def say(*problem):
        problems.append(empty.sentence(*problem))

    if not text.endswith("\n"):
        say(None, "(all)", "a last line without an end", "a line end; the file may be cut")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header, rows, whole = next(reader, []), [], True
    for column in [c for c in fields if c not in header]:
        say(None, column, "no such column", "the column, as datapackage.json names it")
    for column in [c for i, c in enumerate(header) if c not in fields or c in header[:i]]:
        say(None, column, "an extra column", "only the columns of datapackage.json")
    known = [c for c in fields if c in header]
    for column, place in zip([c for c in header if c in fields], known, strict=False):
        if column != place:
            say(None, column, f"it where {place} belongs", "the order of datapackage.json")
            break
    nothing = dict.fromkeys(fields, "")
    absent = set(resource["schema"].get("missingValues", [])) - {""}
    try:
        for line in reader:
            row = {_LINE: reader.line_num, **nothing}
            row.update(zip(header, line, strict=False))
            if len(line) == len(header):
                if absent:
                    row.update({column: "" for column in known if row[column] in absent})
                rows.append(row)
            else:
                whole = False
                column = header[len(line)] if len(line) < len(header) else header[-1]
                say(row, column, f"{len(line)} cells in the line", f"{len(header)}")
    except csv.Error as error:
        whole = False
        after = ", ".join(rows[-1][part] for part in empty.key) + " or after" if rows else ""
        row = {_LINE: reader.line_num, **dict.fromkeys(empty.key[:1], after)}
        say(row, "(any)", str(error), "a line whose quotation marks are closed")
    for column in known:
        # most cells of a column are alike: each text is compared once
        wrong = {cell: told for cell in {row[column] for row in rows} if (told := cells.problems(cell, fields[column]))}
        for row in rows if wrong else ():
            for problem in wrong.get(row[column], ()):
                say(row, column, *problem)
    return Table(empty.name, empty.file, fields, empty.key, empty.foreign, known, rows, whole), problems
