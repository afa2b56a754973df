"""What a cell may look like: the form of its column's type, plain text, nothing that a spreadsheet would run."""

import re

from . import ranges

_FORMS = {
    "number": (re.compile(r"-?\d+(\.\d+)?"), "a plain number"),
    "integer": (re.compile(r"-?\d+"), "a plain integer"),
    "boolean": (re.compile("true|false"), "true or false"),
    "string": (re.compile(r"\S([^\r\n]*\S)?"), "one line of text without spaces at its ends"),
}
_FORMULA = re.compile("[=+@-].")
_MARKUP = re.compile("<[a-zA-Z/!?]")


def problems(cell, field):
    """Compare one cell with the description of its column.

    Parameters
    ----------
    cell : str
        The cell.
    field : dict
        The column's description in the table schema; a type other than number, integer and boolean is read as text.

    Returns
    -------
    list of tuple
        What was found, and what was expected.

    Examples
    --------
    >>> problems("O.69", {"name": "hr", "type": "number"})
    [('"O.69"', 'a plain number')]
    """
    found = f'"{cell}"'
    if not cell:
        return [("nothing", "a value")] if field.get("constraints", {}).get("required") else []
    if "\ufffd" in cell:
        return [(found, "text in UTF-8")]
    if '"' in cell:
        return [(found, "no straight double quotation mark, which is a slip in a CSV file more often than not")]
    if _FORMULA.match(cell) and not _FORMS["number"][0].fullmatch(cell):
        return [(found, f"no {cell[0]} at the beginning, as a spreadsheet would run the text as a formula")]
    if _MARKUP.search(cell):
        return [(found, "no markup")]
    form, words = _FORMS.get(field.get("type"), _FORMS["string"])
    return ranges.problems(cell, field) if form.fullmatch(cell) else [(found, words)]
