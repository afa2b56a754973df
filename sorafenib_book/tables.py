"""Read the book's tables, and find every mistake in them that a machine can find.

The tables are CSV files beside a Frictionless Data Package, ``datapackage.json``, which says what each column holds.
"""

import csv
import datetime
import io
import itertools
import json
import math
import re
from collections import Counter
from pathlib import Path
from statistics import NormalDist

import pandas as pd

__all__ = ["DataError", "check", "names", "read", "schema"]

_FORMS = {"number": r"-?\d+(\.\d+)?", "integer": r"-?\d+", "boolean": "true|false", "string": r"\S([^\r\n]*\S)?"}
_DTYPES = {"number": "float64", "integer": "Int64", "boolean": "boolean"}
_LINE = "line number"  # key of a row's place in the file; no column has a space in its name
_ARMS = [(name, f"{name}_low", f"{name}_high") for name in ("experimental", "control")]
_INTERVALS = [*_ARMS, ("hr", "hr_low", "hr_high"), ("value", "low", "high")]
_NUMBERED = {"review_references": 70, "sentences": 178}  # what the review has of each


class DataError(ValueError):
    """What is wrong with the tables: one sentence a problem, all of them in one message."""

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def names(folder=None):
    """List the tables.

    Parameters
    ----------
    folder : path, optional
        Folder of ``datapackage.json``; by default the data of the checkout, or those of the installed package.

    Returns
    -------
    list of str
    """
    return [resource["name"] for resource in _package(_find(folder))["resources"]]


def schema(name, folder=None):
    """Describe the columns of a table.

    Parameters
    ----------
    name : str
        Name of the table.
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    dict
        Frictionless table schema: ``fields`` (name, type, description, unit, constraints), ``primaryKey`` and
        ``foreignKeys``.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    for resource in _package(_find(folder))["resources"]:
        if resource["name"] == name:
            return resource["schema"]
    raise KeyError(f"There is no table {name!r}; the tables are {', '.join(names(folder))}.")


def read(name, folder=None):
    """Read a table.

    Parameters
    ----------
    name : str
        Name of the table.
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    pandas.DataFrame
        One column a field: numbers as float64, integers as Int64, true and false as boolean, all else as text (dates
        too, because some are known to the month only). An empty cell is missing.

    Raises
    ------
    DataError
        If the file does not keep to its schema.
    """
    folder, problems = _find(folder), []
    rows = _load(name, folder, problems)
    if problems:
        raise DataError(problems)
    columns = {}
    for field in schema(name, folder)["fields"]:
        cells = [row[field["name"]] or None for row in rows]
        if field["type"] == "boolean":
            cells = [cell and cell == "true" for cell in cells]
        columns[field["name"]] = pd.Series(cells, dtype=_DTYPES.get(field["type"]))
    return pd.DataFrame(columns)


def cite(source, folder=None):
    """Name publications briefly, for the rows of a figure.

    Parameters
    ----------
    source : str
        Keys of references.bib, separated by semicolons.
    folder : path, optional
        As in :func:`names`.

    Returns
    -------
    str
        Surname of the first author and year of the first publication, as ``Negri 2015``.

    Raises
    ------
    KeyError
        If the bibliography has no such key.
    """
    wanted = source.partition(";")[0]
    for _, key, text in _bibliography(_find(folder)):
        if key == wanted:
            author = re.search(r"author = \{+([^,}]*)", text)
            year = re.search(r"year = \{(\d{4})", text)
            return " ".join(found[1] for found in (author, year) if found)
    raise KeyError(f"references.bib has no entry {wanted!r}.")


def check(folder=None):
    """Check every table against its schema, and the values against one another.

    Parameters
    ----------
    folder : path, optional
        As in :func:`names`.

    Raises
    ------
    DataError
        With all problems found.
    """
    folder, problems = _find(folder), []
    tables = {name: _load(name, folder, problems) for name in names(folder)}
    for test in _CHECKS:
        problems += [_sentence(*problem) for problem in test(tables)]
    problems += _entries(folder)
    if problems:
        raise DataError(problems)


def _find(folder):
    """Folder of the data: the given one, the installed package's or the checkout's."""
    here = Path(__file__).parent
    return Path(folder) if folder else next(f for f in (here / "data", here.parent / "data") if f.is_dir())


def _package(folder):
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def _bibliography(folder):
    """Entries of references.bib: line, key and text of each."""
    entries, line = [], 1
    for part in re.split(r"^(?=@)", (folder / "references.bib").read_text(encoding="utf-8"), flags=re.M):
        if key := re.match(r"@\w+\{([^,\s]+),", part):
            entries.append((line, key[1], part))
        line += part.count("\n")
    return entries


def _sentence(name, row, column, found, expected):
    place = f"{name}.csv line {row[_LINE]} ({row['id'] or 'no id'})" if row else f"{name}.csv"
    return f"{place}, column {column}: found {found}, expected {expected}."


def _load(name, folder, problems):
    """Rows of a table as text, with their line; what breaks the schema is added to the problems."""
    fields = {field["name"]: field for field in schema(name, folder)["fields"]}

    def say(*problem):
        problems.append(_sentence(name, *problem))

    # A byte that is no UTF-8 becomes U+FFFD, so that the cell it stands in can be named.
    text = (folder / f"{name}.csv").read_bytes().decode("utf-8", errors="replace")
    if not text.endswith("\n"):
        say(None, "(all)", "a last line without an end", "a line end; the file may be cut")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header, rows = next(reader, []), []
    for column in [c for c in fields if c not in header]:
        say(None, column, "no such column", "the column, as datapackage.json names it")
    for column in [c for c in header if c not in fields]:
        say(None, column, "an extra column", "only the columns of datapackage.json")
    known = [c for c in header if c in fields]
    for column, place in zip(known, [c for c in fields if c in header], strict=False):
        if column != place:
            say(None, column, f"it where {place} belongs", "the order of datapackage.json")
            break
    try:
        for cells in reader:
            row = {_LINE: reader.line_num, "id": "", **dict.fromkeys(fields, "")}
            row.update(zip(header, cells, strict=False))
            if len(cells) == len(header):
                rows.append(row)
            else:
                column = header[len(cells)] if len(cells) < len(header) else header[-1]
                say(row, column, f"{len(cells)} cells in the line", f"{len(header)}")
    except csv.Error as error:
        row = {_LINE: reader.line_num, "id": rows[-1]["id"] + " or after" if rows else ""}
        say(row, "(any)", str(error), "a line whose quotation marks are closed")
    for column in known:
        field = fields[column]
        keys = _keys(field["references"], folder, fields) if "references" in field else ()
        seen = Counter(row[column] for row in rows) if field.get("constraints", {}).get("unique") else {}
        for row in rows:
            for problem in _check_cell(row[column], field, keys, seen.get(row[column], 0)):
                say(row, column, *problem)
    return rows


def _keys(target, folder, fields):
    """What a column may refer to: columns of its table, entries of references.bib, or a column of a table."""
    if target == "fields":
        return set(fields)
    if target == "bibliography":
        return {key for _, key, _ in _bibliography(folder)}
    name, _, column = target.partition(".")
    with open(folder / f"{name}.csv", encoding="utf-8", errors="replace", newline="") as file:
        return {row.get(column or "id") for row in csv.DictReader(file)}


def _check_cell(cell, field, keys, times):
    """What is wrong with one cell, as pairs of found and expected."""
    rules, kind, found = field.get("constraints", {}), field["type"], f'"{cell}"'
    if not cell:
        return [("nothing", "a value")] if rules.get("required") else []
    if "\ufffd" in cell:
        return [(found, "text in UTF-8")]
    if '"' in cell:
        return [(found, "no straight double quotation mark, which is a slip in a CSV file more often than not")]
    if re.match("[=+@-].", cell) and not re.fullmatch(_FORMS["number"], cell):
        return [(found, f"no {cell[0]} at the beginning, as a spreadsheet would run the text as a formula")]
    if re.search("<[a-zA-Z/!?]", cell):
        return [(found, "no markup")]
    if not re.fullmatch(_FORMS[kind], cell):
        wanted = {"string": "one line of text without spaces at its ends", "boolean": "true or false"}
        return [(found, wanted.get(kind, f"a plain {kind}"))]
    problems = []
    if "enum" in rules and cell not in (allowed := [str(value) for value in rules["enum"]]):
        problems.append((found, "one of " + ", ".join(allowed)))
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        problems.append((found, f"the form {rules['pattern']}"))
    if "minimum" in rules and float(cell) < rules["minimum"]:
        problems.append((found, f"at least {rules['minimum']}"))
    if "maximum" in rules and float(cell) > rules["maximum"]:
        problems.append((found, f"at most {rules['maximum']}"))
    if times > 1:
        problems.append((f"{found} {times} times", "it once"))
    if target := field.get("references"):
        name, _, column = target.partition(".")
        wanted = {"bibliography": "a key of references.bib", "fields": "a column"}
        expected = wanted.get(target, f"a value of {column} in {name}.csv" if column else f"an id of {name}.csv")
        problems += [(f'"{key}"', expected) for key in cell.split(";") if key not in keys]
    return problems


def _rows(tables):
    """All rows, each with the name of its table."""
    return ((name, row) for name, rows in tables.items() for row in rows)


def _number(row, column):
    """Value of a cell, or None where there is no number."""
    cell = row.get(column, "")
    return float(cell) if re.fullmatch(_FORMS["number"], cell) else None


def _half(row, column):
    """Half a unit of the last digit printed."""
    return 0.5 * 10.0 ** -len(row[column].partition(".")[2])


# Each of the checks below takes all tables and yields table, row, column, what was found and what was expected.


def _marks(tables):
    """A row that was seen says where; a row that was not names no single columns."""
    for name, row in _rows(tables):
        mark, unseen = row.get("check"), row.get("unchecked_fields", "")
        if mark in ("primary", "secondary") and row.get("seen_in") == "":
            yield name, row, "seen_in", "nothing", f"where the row was seen, as it is {mark}"
        if mark == "unchecked" and unseen:
            yield name, row, "unchecked_fields", f'"{unseen}"', "nothing in an unchecked row"
        for column in unseen.split(";"):
            if row.get(column) == "":
                yield name, row, "unchecked_fields", f'"{column}", which is empty', "columns that hold a value"


def _studies(tables):
    """The arms add up to the total, and the year is that of the source."""
    for row in tables["studies"]:
        year = re.search(r"(19|20)\d\d", row["source"])  # a key carries the year of its publication
        if year and row["year"] and year[0] != row["year"]:
            yield "studies", row, "year", row["year"], f"{year[0]}, as the source has"
        arms, total = _number(row, "arms"), _number(row, "patients")
        parts = [_number(row, f"patients_{arm}") for arm in ("experimental", "control")][: int(arms or 0)]
        if total is None or not parts or None in parts:
            continue
        if sum(parts) > total or arms < 3 and sum(parts) != total:
            yield "studies", row, "patients", f"{total:g}", f"the {sum(parts):g} of its arms"


def _shares(tables):
    """No share is above 100 percent."""
    arms = [column for columns in _ARMS for column in columns]
    together = ["experimental", "control", "together"]
    for name, columns in (("endpoints", arms), ("baseline", together), ("epidemiology", ["value"])):
        for row, column in itertools.product(tables[name], columns):
            if row["unit"] == "percent" and (_number(row, column) or 0) > 100:
                yield name, row, column, f"{row[column]} percent", "at most 100"


def _pairs(tables):
    """What belongs together is there together."""
    for name, row in _rows(tables):
        limits = [row.get(column) for _, *columns in _INTERVALS for column in columns]
        for column, partner, there in (
            ("level", "an interval", any(limits)),
            ("limits", "an interval", any(limits)),
            ("months", "a rate", row.get("endpoint", "").endswith("rate")),
            ("p_relation", "a p value", row.get("p")),
        ):
            if column in row and bool(row[column]) != bool(there):
                yield name, row, column, f'"{row[column]}"', f"a value beside {partner} and only there"


def _intervals(tables):
    """Intervals hold their estimates and agree with hazard ratio and p value."""
    for name, row in _rows(tables):
        for column, low, high in _INTERVALS:
            value, below, above = (_number(row, c) for c in (column, low, high))
            if None not in (below, above) and below >= above:
                yield name, row, low, row[low], f"a lower limit below the upper one, {row[high]}"
            elif value is not None and (below is not None and value < below or above is not None and value > above):
                yield name, row, column, row[column], f"a value within its interval, {row[low]} to {row[high]}"
        yield from ((name, row, *problem) for problem in _effect(row))


def _effect(row):
    """Hazard ratio against its interval, and the interval against the p value."""
    hr, low, high, level = (_number(row, column) for column in ("hr", "hr_low", "hr_high", "level"))
    if row.get("doubt") or None in (hr, low, high, level) or not 0 < low < high:
        return
    near, below, above = (_half(row, column) for column in ("hr", "hr_low", "hr_high"))
    centres = math.sqrt((low - below) * (high - above)), math.sqrt((low + below) * (high + above))
    if not centres[0] - near <= hr <= centres[1] + near:
        yield "hr", row["hr"], f"the centre of its interval on the log scale, about {math.sqrt(low * high):.3f}"
    p, alpha = _number(row, "p"), 1 - level / 100
    borderline = abs(low - 1) <= below or abs(high - 1) <= above or (row["p_relation"] == "<" and (p or 0) > alpha)
    if p is None or borderline:
        return
    # A one-sided p near 1 is a strong effect in the direction that was not hoped for.
    readings = {"two": [p], "one": [2 * min(p, 1 - p)]}.get(row.get("p_sides"), [p, 2 * min(p, 1 - p)])
    if not any((reading < alpha) != (low < 1 < high) for reading in readings):
        z = 2 * NormalDist().inv_cdf(0.5 + level / 200) * math.log(hr) / math.log(high / low)
        expected = f"a p value that fits the interval, about {2 * NormalDist().cdf(-abs(z)):.2g} two-sided"
        yield "p", f"{row['p_relation']} {row['p']}", expected


def _events(tables):
    """No arm has more events than patients."""
    studies = {row["id"]: row for row in tables["studies"]}
    for row, arm in itertools.product(tables["endpoints"], ("experimental", "control")):
        events = _number(row, f"events_{arm}")
        patients = _number(studies[row["study"]], f"patients_{arm}") if row["study"] in studies else None
        if None not in (events, patients) and events > patients:
            yield "endpoints", row, f"events_{arm}", f"{events:g}", f"at most the {patients:g} patients of the arm"


def _responses(tables):
    """Complete and partial response and stable disease make at most 100, and disease control unless it is defined."""
    groups = {}
    for row in tables["endpoints"]:
        if row["unit"] == "percent" and row["endpoint"] in ("CR", "PR", "SD", "DCR"):
            groups.setdefault((row["study"], row["analysis"]), {})[row["endpoint"]] = row
    for group, arm in itertools.product(groups.values(), ("experimental", "control")):
        parts = {endpoint: _number(row, arm) for endpoint, row in group.items() if row[arm]}
        control, total = parts.pop("DCR", None), sum(part or 0 for part in parts.values())
        if total > 100.5:
            largest = max(parts, key=lambda endpoint: parts[endpoint] or 0)
            found = f"{parts[largest]:g}, with which CR, PR and SD make {total:g}"
            yield "endpoints", group[largest], arm, found, "parts that make at most 100"
        whole = None not in (control, *parts.values()) and len(parts) == 3
        if whole and (control > total + 1 or control < total - 1 and not group["DCR"]["definition"]):
            yield "endpoints", group["DCR"], arm, f"{control:g}", f"CR + PR + SD, {total:g}, or a definition"


def _rates(tables):
    """A rate of survivors does not rise with time."""
    rates = {}
    for row in sorted(tables["endpoints"], key=lambda row: _number(row, "months") or 0):
        for arm in ("experimental", "control") if row["months"] else ():
            value, earlier = _number(row, arm), rates.get((row["study"], row["endpoint"], arm))
            if None not in (value, earlier) and value > earlier:
                yield "endpoints", row, arm, row[arm], f"at most {earlier:g}, the rate at the time before"
            rates[row["study"], row["endpoint"], arm] = value


def _grades(tables):
    """Events of any grade are at least as frequent as severe ones."""
    rows, key = tables["adverse_events"], ("study", "event", "attribution", "population")
    whole = {tuple(row[c] for c in key): row for row in rows if row["grade"] == "any"}
    for row, arm in itertools.product(rows, ("experimental", "control")):
        every = whole.get(tuple(row[c] for c in key), row)
        if None not in (_number(row, arm), _number(every, arm)) and _number(row, arm) > _number(every, arm):
            yield "adverse_events", row, arm, row[arm], f"at most the {every[arm]} of any grade"
        if row[arm] and row[f"{arm}_below"]:
            yield "adverse_events", row, f"{arm}_below", row[f"{arm}_below"], f"nothing beside a value of {arm}"


def _dates(tables):
    """Dates exist in the calendar and come in order."""
    before = ""
    for row in tables["milestones"]:
        try:
            datetime.date.fromisoformat((row["date"] + "-01-01")[:10])
        except ValueError:
            yield "milestones", row, "date", f'"{row["date"]}"', "a date of the calendar"
        if row["date"] < before[: len(row["date"])]:
            yield "milestones", row, "date", row["date"], f"a date after {before}, in the line before"
        before = row["date"]


def _counts(tables):
    """Shares are those of their counts, and no count is above its whole."""
    for row in tables["facts"]:
        count, whole, share = (_number(row, column) for column in ("count", "n", "value"))
        if None not in (count, whole, share) and abs(share - 100 * count / whole) > 2 * _half(row, "value"):
            yield "facts", row, "value", row["value"], f"{100 * count / whole:.2f}, as {count:g} of {whole:g} give"
    for row in tables["dose_toxicity"]:
        if (_number(row, "dose_limiting") or 0) > (_number(row, "patients") or math.inf):
            yield "dose_toxicity", row, "dose_limiting", row["dose_limiting"], f"at most the {row['patients']} patients"


def _graph(tables):
    """No edge comes twice, and none has both signs in one context."""
    seen = {}
    for row in tables["edges"]:
        for column, expected in (("sign", "an edge once"), ("context", "one sign in a context")):
            edge = column, row["regulator"], row["target"], row[column]
            if edge in seen:
                found = f"{row['regulator']} to {row['target']}, as in {seen[edge]}"
                yield "edges", row, "sign", found, expected
                break
            seen[edge] = row["id"]


def _results(tables):
    """A result of the model is that of the claim with which its id begins."""
    for row in tables["model_results"]:
        claim = row["id"].partition("-")[0]
        if row["claim"] != claim:
            yield "model_results", row, "claim", row["claim"], f"{claim}, as its id begins"


def _ledger(tables):
    """Every verdict has a source, every sentence a claim or a reason for having none, and no number is left out."""
    told = {key: row["section"] for row in tables["claims"] for key in row["sentence"].split(";")}
    for row in tables["claims"]:
        if row["verdict"] != "unverifiable" and not row["source"]:
            yield "claims", row, "source", "nothing", f"a source, as the verdict is {row['verdict']}"
    for row in tables["sentences"]:
        if told.get(row["id"], row["section"]) != row["section"]:
            yield "sentences", row, "section", row["section"], f"{told[row['id']]}, as its claims have"
        if (row["id"] in told) == bool(row["without_claim"]):
            found, expected = f'"{row["without_claim"]}"', "a reason where no claim names the sentence, and only there"
            yield "sentences", row, "without_claim", found, expected
    for name, last in _NUMBERED.items():
        there = {row["number"] for row in tables[name]}
        for number in range(1, last + 1):
            if str(number) not in there:
                yield name, None, "number", f"no {number}", f"every number from 1 to {last}"


def _entries(folder):
    """Problems of references.bib: a key, DOI, PMID or title that comes twice, a DOI that has not the form of one."""
    seen = {}
    for line, key, text in _bibliography(folder):
        fields = dict(re.findall(r"^\s*(\w+)\s*=\s*\{+(.*?)\}+,?$", text, re.M))
        known = {"key": key} | {column: fields.get(column, "").lower() for column in ("pmid", "title", "doi")}
        for column, value in known.items():
            place = f"references.bib line {line} ({key}), field {column}"
            if value and (column, value) in seen:
                yield f'{place}: found "{value}", which entry {seen[column, value]} has too, expected it once.'
            seen[column, value] = key
        if (doi := fields.get("doi")) and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
            yield f'{place}: found "{doi}", expected the form 10.number/name.'


_CHECKS = (
    _marks,
    _studies,
    _shares,
    _pairs,
    _intervals,
    _events,
    _responses,
    _rates,
    _grades,
    _dates,
    _counts,
    _graph,
    _results,
    _ledger,
)
