"""A check mark says how far a row was checked: the row then says where, and which columns nobody has seen."""

from .rows import reads

#: The ledger's rows of before November 2026 say it in the notes of their sources, in the bibliography.
_SEEN_BY_SOURCE = ("claims",)


@reads("check seen_in")
def seen_somewhere(name, rows):
    """A row that was seen says where."""
    for row in () if name in _SEEN_BY_SOURCE else rows:
        if row["check"] in ("primary", "secondary") and not row["seen_in"]:
            yield name, row, "seen_in", "nothing", f"where the row was seen, as it is {row['check']}"


@reads("check unchecked_fields")
def unchecked_columns(name, rows):
    """A row that was not seen names no single columns; one that was names columns with a value."""
    for row in rows:
        unseen = row["unchecked_fields"]
        if row["check"] == "unchecked" and unseen:
            yield name, row, "unchecked_fields", f'"{unseen}"', "nothing in an unchecked row"
        for column in unseen.split(";") if unseen else ():
            if row.get(column) == "":
                yield name, row, "unchecked_fields", f'"{column}", which is empty', "columns that hold a value"
