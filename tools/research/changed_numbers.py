"""List what differs from an earlier commit: each number, verdict and direction of data/, and publications cited.

usage: changed_numbers.py COMMIT     as 5483918, the state of the last version that was published

It writes reference/changed_numbers.md, a part of reference/changes.md whose new values the tests hold against data/.
Why something changed is typed into change_reasons.csv beside this file; what has no reason there is named.
"""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

from sorafenib_book.rules import bibliography

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "reference" / "changed_numbers.md"
REASONS = Path(__file__).with_name("change_reasons.csv")
#: Columns of words that say what a number is of, or are the finding themselves.
_WORDS = {"date", "definition", "disease", "genotype", "tissue"}
#: Tables that hold no statement about sorafenib, and the results of the mechanism model, computed anew as a whole.
_APART = {"glossary", "data_faults", "model_results", "model_nulls", "model_boolean", "model_sensitivity"}
#: Columns that say how a row was checked or what it is about.
_ABOUT = {"check", "kind"}


def values(schema):
    """Name the columns whose changes are told: numbers, words of a fixed list, and some other words.

    Parameters
    ----------
    schema : dict
        Schema of a table in the data package.

    Returns
    -------
    list of str
    """
    return [
        field["name"]
        for field in schema["fields"]
        if field["name"] not in _ABOUT
        and (
            field["type"] in ("number", "integer") or "enum" in field.get("constraints", {}) or field["name"] in _WORDS
        )
    ]


def changes(before, now, columns):
    """Compare two versions of a table, row by row.

    Parameters
    ----------
    before, now : dict of str to dict of str to str
        Rows by id.
    columns : list of str
        Columns to compare. One that was not there before is no change.

    Returns
    -------
    list of tuple of str
        Id, column, old and new value, in the order of `now`.
    """
    return [
        (name, column, before[name][column], row[column])
        for name, row in now.items()
        for column in columns
        if name in before and column in before[name] and before[name][column] != row[column]
    ]


def verified(before, now):
    """Count the cells that were not verified in one version of a table and are in the other.

    Parameters
    ----------
    before, now : dict of str to dict of str to str
        Rows by id.

    Returns
    -------
    int
        Names gone from ``unchecked_fields``.
    int
        Rows whose ``check`` is no longer ``unchecked``.
    """

    def names(row):
        return set(filter(None, row.get("unchecked_fields", "").split(";")))

    kept = [(before[name], row) for name, row in now.items() if name in before]
    cells = sum(len(names(old) - names(row)) for old, row in kept if row.get("check") != "unchecked")
    return cells, sum(old.get("check") == "unchecked" != row["check"] for old, row in kept if "check" in row)


def _rows(text):
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def _earlier(commit, path):
    """Read a file of a commit; empty if it was not there."""
    return subprocess.run(["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True).stdout.decode("utf-8")


def _citations(before, now):
    """Write the titles, DOIs and keys of the bibliography that changed."""
    before, now = ({key: bibliography.fields(text) for _, key, text in bibliography.entries(t)} for t in (before, now))
    for key, entry in now.items():
        old = before.get(key)
        if old and old.get("title") != entry.get("title"):
            yield f"- `{key}`: title now as printed, *{re.sub('[{}]', '', entry['title'])}*."
    kept = [key for key in now if key in before]
    found = {
        "DOI found": [key for key in kept if "doi" in now[key].keys() - before[key].keys()],
        "DOI corrected": [key for key in kept if "doi" in before[key] and now[key].get("doi") != before[key]["doi"]],
        "Year corrected": [key for key in kept if now[key].get("year") != before[key].get("year")],
        "Authors found": [
            key for key in kept if before[key].get("author") == "Authors not seen" != now[key].get("author")
        ],
        "New": [key for key in now if key not in before],
        "No longer cited under this key": [key for key in before if key not in now],
    }
    for words, keys in found.items():
        if keys:
            yield f"- {words}: {', '.join(f'`{key}`' for key in keys)}."


def _lines(table, found, why):
    """Write one line a change; what changed in the same way, or was taken out, for the same reason shares a line."""
    alike, emptied = {}, {}
    for name, column, old, new in found:
        reason, label = why(table, name, column), column.replace("_", " ")
        if new:
            alike.setdefault((column, label, old, new, reason), []).append(name)
        else:
            emptied.setdefault(reason, {}).setdefault(name, []).append(f"{label} {old}")
    for (column, label, old, new, reason), names in alike.items():
        rows = ", ".join(f"`{name}`" for name in names)
        several = f" ({len(names)} rows)" if len(names) > 1 else ""
        now = f"[{new}](../data/{table}.csv#{names[0]}.{column})"
        yield f"- {rows}: {label} {old or 'not given'} → {now}{several}{'; ' + reason if reason else ''}."
    for reason, rows in emptied.items():
        cells = "; ".join(f"`{name}` {', '.join(parts)}" for name, parts in rows.items())
        yield f"- Left empty{f' ({reason})' if reason else ''}: {cells}."


def main(commit):
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    with REASONS.open(encoding="utf-8", newline="") as file:
        typed = {(row["table"], row["id"], row["field"]): row["why"] for row in csv.DictReader(file)}
    unsaid = []

    def why(table, name, column):
        # a reason for one cell, for a whole row, or for a column
        reasons = [typed.get(key) for key in ((table, name, column), (table, name, ""), (table, "", column))]
        found = next(filter(None, reasons), "")
        if not found:
            unsaid.append(f"{table} {name} {column}")
        return found

    parts, counts = [], []
    for resource in sorted(package["resources"], key=lambda r: r["name"] != "claims"):
        table, columns, earlier = (
            resource["name"],
            values(resource["schema"]),
            _earlier(commit, f"data/{resource['path']}"),
        )
        if not earlier or table in _APART or "id" not in [field["name"] for field in resource["schema"]["fields"]]:
            continue
        before, now = _rows(earlier), _rows((ROOT / "data" / resource["path"]).read_text(encoding="utf-8"))
        groups = dict.fromkeys(row.get("section", "") for row in (before | now).values())
        for group in groups:
            part = {name: row for name, row in now.items() if row.get("section", "") == group}
            lines = list(_lines(table, changes(before, part, columns), why))
            gone = [name for name in before.keys() - now.keys() if before[name].get("section", "") == group]
            for word, names in (("new", [name for name in part if name not in before]), ("taken out", sorted(gone))):
                alike = {}
                for name in names:
                    alike.setdefault(why(table, name, ""), []).append(f"`{name}`")
                lines += [
                    f"- {', '.join(rows)}: {word}{'; ' + reason if reason else ''}." for reason, rows in alike.items()
                ]
            if lines:
                title = resource["title"] + (f": {group}" if group else "")
                parts.append("\n".join([f"**{title}**\n", *lines]))
        cells, rows = verified(before, now)
        if cells or rows:
            counts.append(f"| {resource['title']} | {cells} | {rows} |")
    cited = list(
        _citations(_earlier(commit, "data/references.bib"), (ROOT / "data" / "references.bib").read_text("utf-8"))
    )
    if cited:
        parts.append("\n".join(["**Publications cited**\n", *cited]))
    if counts:
        head = ["**Cells and rows verified since**\n", "| Table | Cells | Whole rows |", "|---|--:|--:|"]
        parts.append("\n".join([*head, *counts]))
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(*unsaid, f"{len(unsaid)} changes without a reason in {REASONS.name}", sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
