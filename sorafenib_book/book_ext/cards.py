"""What a linked number says when it is pointed at: what it is, its value, who published it, how far it was verified.

The words are the link's title, so that a page without scripts has them too; pages.js shows them as a card.
"""

import functools
import re
from datetime import date
from pathlib import Path

from sorafenib_book.rules import bibliography
from sorafenib_book.wording import VERIFIED

from . import citations, datatables

# Unicode's own end of a line: docutils makes a space of any other in an attribute
LINE = "\u2028"
_ENDPOINTS = {
    "OS": "overall survival",
    "PFS": "progression-free survival",
    "TTP": "time to progression",
    "TTSP": "time to symptomatic progression",
    "RFS": "recurrence-free survival",
    "TTR": "time to recurrence",
    "DCR": "disease control",
    "ORR": "response",
    "PR": "partial response",
    "CR": "complete response",
    "SD": "stable disease",
    "TTUP": "time until progression could no longer be treated by TACE",
    "OS rate": "alive",
    "PFS rate": "alive without progression",
    "RFS rate": "alive without recurrence",
    "DFS rate": "alive without disease",
}
# columns that say what a row is about; the first that is filled heads the card, the others follow it
_SUBJECT = {
    "endpoints": ["study", "endpoint", "definition"],
    "curve_summaries": ["study", "measure"],
    "adverse_events": ["study", "event", "attribution", "grade"],
    "baseline": ["study", "characteristic"],
    "studies": ["acronym", "title"],
    "facts": ["statement", "population"],
    "milestones": ["event", "jurisdiction"],
    "epidemiology": ["measure", "region", "year"],
    "pharmacology": ["parameter", "context"],
    "targets": ["protein", "assay", "variant"],
    "cell_lines": ["line", "disease"],
    "cell_line_ic50": ["cell_line", "condition", "assay"],
    "dose_toxicity": ["study", "population"],
    "biomarkers": ["marker", "specimen", "outcome"],
    "strategies": ["agent", "mechanism"],
    "claims": ["statement"],
    "findings": ["finding"],
    "evidence": ["finding", "model"],
    "certainty": ["comparison", "claim"],
    "risk_of_bias": ["study", "domain", "reason"],
    "curves": ["study", "arm", "months"],
    "adverse_event_targets": ["event", "target"],
    "nodes": ["label"],
    "edges": ["regulator", "target"],
    "diagrams": ["diagram", "node", "edge"],
    "model_claims": ["claim"],
    "model_results": ["claim", "graph", "weights"],
    "model_nulls": ["graph", "shuffle", "number"],
    "model_boolean": ["claim"],
    "phospho_signals": ["line", "ligands", "inhibitors", "well"],
    "signal_nodes": ["name"],
    "review_references": ["number"],
    "sentences": ["number"],
    "glossary": ["term", "abbreviation"],
    "data_faults": ["kind", "table", "row"],
}
#: Columns that are told along with another one, or that are for machines: `parts` leaves them out.
_ASIDE = {
    "check", "unchecked_fields", "doubtful_fields", "source", "seen_in", "published", "reconstruction", "unit", "low",
    "high", "limits", "p_relation", "level", "latest", "sentence", "told_in", "x", "y",
}  # fmt: skip
_NO_UNITS = {"ratio", "probability", "year", "number", "rank", "as in n"}
_LIMITS = re.compile(r"_(low|high)$")
_RELATIONS = {">": "more than ", "<": "less than "}


def card(folder, table, key, column):
    """Say in a few lines what a cell of a table is.

    Parameters
    ----------
    folder : Path
        Folder of the tables.
    table, key, column : str
        Where the cell stands.

    Returns
    -------
    str
        Lines: subject, value, publication (one line each, at most two), verification.
    """
    row = datatables.read(folder, table)[key]
    lines = [heading(folder, table, key), _value(folder, table, row, column)]
    keys = datatables.keys(row.get("source", ""))
    lines += [_reference(folder, each) for each in keys[:2]]
    if keys[2:]:
        lines.append(f"and {len(keys) - 2} more")
    check = "unchecked" if column in row.get("unchecked_fields", "").split(";") else row.get("check", "")
    if check in VERIFIED:
        lines.append(VERIFIED[check][:1].upper() + VERIFIED[check][1:])
    return LINE.join(line[:1].upper() + line[1:] for line in lines if line)


def heading(folder, table, key):
    """Say in a few words what a row is about, for instance "SHARP: overall survival"."""
    row = datatables.read(folder, table)[key]
    subject = list(dict.fromkeys(filter(None, (_named(folder, table, row, name) for name in _SUBJECT.get(table, [])))))
    # a study without an acronym is known by its first author, as in the chapters
    author = key.split("_")[0].capitalize() if key in _studies(folder) else re.sub("[-_]", " ", key)
    first, *more = subject or [_studies(folder).get(key, {}).get("acronym") or author]
    return ": ".join(filter(None, [first, ", ".join(more)]))


def columns(folder, table):
    """Name the columns that readers are told beside a row's heading; a limit is told with its estimate."""
    return _columns(Path(folder), table, Path(folder, f"{table}.csv").stat().st_mtime_ns)


@functools.lru_cache
def _columns(folder, table, *state):
    rows = datatables.read(folder, table).values()
    names = list(next(iter(rows)))[1:]
    told = [name for name in names if name not in _ASIDE | set(_SUBJECT.get(table, []))]
    told = [name for name in told if _LIMITS.sub("", name) == name or _LIMITS.sub("", name) not in names]
    return [name for name in told if {row[name] for row in rows} - {"", "=", "<", ">"}]


def subject(folder, table):
    """Name for readers what heads a row, for instance "Study, endpoint, definition"."""
    words = ", ".join(label(folder, table, {}, name) for name in _SUBJECT.get(table, [])) or "row"
    return words[:1].upper() + words[1:]


def parts(folder, table, key):
    """List what a row says beside its heading: pairs of column and words, such as ``hr`` and "0.69 (0.55 to 0.87)"."""
    row = datatables.read(folder, table)[key]
    told = [name for name in columns(folder, table) if row[name] or row.get(f"{name}_low")]
    return [(name, worth(folder, table, row, name)) for name in told]


def sentence(folder, table, key):
    """Say what a row says beside its heading, as one line of text."""
    row = datatables.read(folder, table)[key]
    told = (f"{label(folder, table, row, name)}: {words}" for name, words in parts(folder, table, key))
    return ". ".join(words[:1].upper() + words[1:].removesuffix(".") for words in told)


def _named(folder, table, row, column):
    value = row.get(column, "")
    if column == "study" and value in (studies := _studies(folder)):
        return studies[value]["acronym"] or studies[value]["title"]
    if column == "endpoint":
        months = f" at {row['months']} months" if row.get("months") else ""
        return _ENDPOINTS.get(value, value) + months
    return _of(folder, datatables.field(folder, table, column), value)


def _value(folder, table, row, column):
    return f"{label(folder, table, row, _LIMITS.sub('', column))}: {worth(folder, table, row, column)}"


def worth(folder, table, row, column, unit_too=True):
    """Write a cell in words: with its interval, names in place of keys and, but in a column of one unit, its unit."""
    field = datatables.field(folder, table, column)
    stem = _LIMITS.sub("", column)
    low, high = row.get(f"{stem}_low", ""), row.get(f"{stem}_high", "")
    if stem == "value" and row.get("limits"):
        low, high = row.get("low", ""), row.get("high", "")
    value = row.get(stem) or row[column]
    if not value:
        return ""
    unit = row.get("unit", "") if "unit says" in field.get("unit", "") else field.get("unit", "")
    if unit == "steps" and value == "1":
        unit = "step"
    if unit in _NO_UNITS or unit == stem:
        unit = ""
    value = _in_words(_of(folder, field, value))
    if not unit_too and "unit says" not in field.get("unit", ""):
        unit = ""
    value = f"{value}%" if unit == "percent" else f"{value} {unit}".strip()
    if stem in ("value", "ic50", "p"):
        value = _RELATIONS.get(row.get("p_relation" if stem == "p" else "relation"), "") + value
    if low and high:
        level = row.get("level", "")
        value += f" ({low} to {high}{'' if level in ('', '95') else f'; {level}% interval'})"
    return value


def _in_words(value):
    """A whole date in words, a large number with its thousands apart."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    return f"{int(value):,}" if re.fullmatch(r"\d{5,}", value) else value


def _of(folder, field, value):
    """Name what a key stands for; true and false are yes and no."""
    if field["type"] == "boolean":
        return {"true": "yes", "false": "no"}.get(value, value)
    table, _, column = field.get("references", "").partition(".")
    if table in _SUBJECT and not column and Path(folder, f"{table}.csv").is_file():
        rows = datatables.read(folder, table)
        keys = re.split(r";\s*", value)
        short = {key: rows[key].get("acronym") or heading(folder, table, key) for key in keys if key in rows}
        if table == "endpoints":
            short = {key: f"{told}, {_result(folder, rows[key])}" for key, told in short.items()}
        return "; ".join(short.get(key, key) for key in keys)
    return value


def _result(folder, row):
    """A trial's result in words: its hazard ratio, else both arms, as far as they were verified."""
    if row["check"] == "unchecked":
        return VERIFIED["unchecked"]
    hidden = row["unchecked_fields"].split(";")
    known = {column: "" if column in hidden else value for column, value in row.items()}
    if known["hr"]:
        return f"hazard ratio {worth(folder, 'endpoints', known, 'hr')}"
    arms = [worth(folder, "endpoints", known, arm) for arm in ("experimental", "control") if known[arm]]
    return " against ".join(arms) or "not found"


def label(folder, table, row, column):
    """Name a column for readers; that of an arm is what the arm was given."""
    study = _studies(folder).get(row.get("study", ""), {}) if column in ("experimental", "control") else {}
    if study.get(column):
        return study[column]
    title = datatables.field(folder, table, column).get("title")
    return title or {"hr": "hazard ratio", "p": "P", "n": "counted"}.get(column, column.replace("_", " "))


def _studies(folder):
    return datatables.read(folder, "studies") if Path(folder, "studies.csv").is_file() else {}


def unit(field):
    """Name the unit that all cells of a column have."""
    unit = field.get("unit", "")
    plain = unit in _NO_UNITS or "unit says" in unit or unit == field["name"]
    return "" if plain else {"percent": "%"}.get(unit, unit)


def cited(folder, key):
    """Name a publication by its first author and year."""
    entry = _entry(folder, key)
    return bibliography.label(citations.fields(entry)) if entry else key


def _entry(folder, key):
    path = Path(folder, "references.bib")
    return _entries(path, path.stat().st_mtime_ns).get(key) if path.is_file() else None


@functools.lru_cache
def _entries(path, *state):
    return citations.read(path)


def _reference(folder, key):
    entry = _entry(folder, key)
    if entry is None:
        return key
    fields = {name: re.sub(r"[{}]", "", value) for name, value in entry.fields.items()}
    people = [re.sub(r"[{}]", "", " ".join(person.last_names)) for person in entry.persons.get("author", [])]
    who = " and ".join(people) if len(people) < 3 else f"{people[0]} and others"
    where = fields.get("journal") or fields.get("howpublished", "")
    volume = ":".join(filter(None, [fields.get("volume", ""), fields.get("pages", "").replace("--", "–")]))
    when = ";".join(filter(None, [fields.get("year", ""), volume]))
    doi = f"doi:{fields['doi']}" if "doi" in fields else ""
    return ". ".join(filter(None, [who or fields.get("title", ""), f"{where} {when}".strip(), doi]))
