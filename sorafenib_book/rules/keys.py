"""Rows are told apart by their keys, and what a column refers to exists."""

from collections import Counter


def twice(table):
    """Find keys that come more than once: of the primary key, of a unique column, or of the column id.

    Parameters
    ----------
    table : files.Table
        The table.

    Yields
    ------
    str
        One sentence for each key of the schema, with the values.
    """
    unique = [[name] for name, field in table.fields.items() if field.get("constraints", {}).get("unique")]
    for columns in [table.key, *(key for key in unique if key != table.key)]:
        if not columns or not set(columns) <= set(table.columns):
            continue
        values = [", ".join([row[column] for column in columns]) for row in table.rows]
        times = {value: count for value, count in Counter(values).items() if value and count > 1}
        if times:
            first, *others = times
            more = f", likewise {', '.join(others[:10])}{' and more' * (len(others) > 10)}" if others else ""
            found = f'"{first}" {times[first]} times{more}'
            again = table.rows[values.index(first, values.index(first) + 1)]
            yield table.sentence(again, " and ".join(columns), found, "it once")


def dangling(table, values):
    """Find references that lead nowhere.

    Parameters
    ----------
    table : files.Table
        The table.
    values : callable
        Gives the values that a target (``table`` or ``table.column`` or ``bibliography``) has; None where they cannot
        be read, which is told elsewhere. Raises KeyError with a sentence where the package has no such target.

    Yields
    ------
    str
        One sentence for each reference that leads nowhere.
    """
    for column, target in targets(table):
        if column not in table.columns:
            continue
        try:
            known = set(table.fields) if target == "fields" else values(target)
        except KeyError as error:
            yield f"{table.file}, column {column}: {error.args[0]}"
            continue
        if known is None:
            continue
        name, _, other = target.partition(".")
        words = {"bibliography": "a key of references.bib", "fields": "a column"}
        expected = words.get(target, f"a value of {other} in {name}.csv" if other else f"an id of {name}.csv")
        for row in table.rows:
            if row[column]:
                for key in row[column].split(";"):
                    if key not in known:
                        yield table.sentence(row, column, f'"{key}"', expected)


def targets(table):
    """Pairs of a column and what it refers to.

    The property ``references`` of a column, which is this book's, may name a table, a column of one, ``bibliography``
    or ``fields``, and lets a cell hold several keys with semicolons between them; ``foreignKeys`` of one column are
    those of Frictionless, whose ``resource`` is empty for the table itself.
    """
    own = {name: field["references"] for name, field in table.fields.items() if "references" in field}
    for foreign in table.foreign:
        columns, reference = _listed(foreign["fields"]), foreign["reference"]
        others = _listed(reference["fields"])
        if len(columns) == len(others) == 1 and columns[0] not in own:
            own[columns[0]] = f"{reference['resource'] or table.name}.{others[0]}"
    return own.items()


def _listed(value):
    return value if isinstance(value, list) else [value]
