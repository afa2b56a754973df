"""Which values a column may hold: its ``constraints`` in datapackage.json, as that a P value lies in 0 to 1."""

import re


def problems(cell, field):
    """Compare a cell with the choices, the pattern and the range of its column.

    Parameters
    ----------
    cell : str
        The cell, which is not empty and has the form of its column's type.
    field : dict
        The column's description in the table schema; of its constraints ``enum``, ``pattern``, ``minimum`` and
        ``maximum`` are read (https://specs.frictionlessdata.io/table-schema/#constraints).

    Returns
    -------
    list of tuple
        What was found, and what was expected.

    Examples
    --------
    >>> problems("77", {"name": "p", "type": "number", "constraints": {"minimum": 0, "maximum": 1}})
    [('"77"', 'at most 1')]
    """
    rules, found, told = field.get("constraints", {}), f'"{cell}"', []
    if "enum" in rules and cell not in (allowed := [str(value) for value in rules["enum"]]):
        told.append((found, "one of " + ", ".join(allowed)))
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        told.append((found, f"the form {rules['pattern']}"))
    if field.get("type") in ("number", "integer"):
        if "minimum" in rules and float(cell) < rules["minimum"]:
            told.append((found, f"at least {rules['minimum']}"))
        if "maximum" in rules and float(cell) > rules["maximum"]:
            told.append((found, f"at most {rules['maximum']}"))
    return told
