"""What rules on several cells share: the columns that they read, and the numbers in a row."""

import functools
import re

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def reads(*anywhere, **tables):
    """Mark a rule with what it reads.

    Parameters
    ----------
    *anywhere : str
        Columns, separated by spaces: the rule is asked of every table that has them, with its name and rows.
    **tables : str
        Columns of named tables, separated by spaces: the rule is asked once, with the rows of each.

    Returns
    -------
    callable
        A decorator. The rule yields table, row (None for the table as a whole), column, what was found and what was
        expected.
    """

    def mark(rule):
        named = {None: " ".join(anywhere)} if anywhere else tables
        rule.reads = {name: set(columns.split()) for name, columns in named.items()}
        return rule

    return mark


def number(row, column):
    """Value of a cell, or None where there is no number.

    >>> number({"hr": "0.69"}, "hr"), number({"hr": "O.69"}, "hr")
    (0.69, None)
    """
    cell = row.get(column)
    return _value(cell) if cell else None


@functools.lru_cache(maxsize=50_000)  # rules ask for the same cells again and again
def _value(cell):
    return float(cell) if _NUMBER.fullmatch(cell) else None


def above(row, column, other, there):
    """Whether a number is larger than one of another row, where both are numbers.

    >>> above({"n": "9"}, "n", {"all": "8"}, "all"), above({"n": ""}, "n", {"all": "8"}, "all")
    (True, False)
    """
    value, limit = number(row, column), number(other, there)
    return None not in (value, limit) and value > limit


def half_unit(row, column):
    """Half a unit of the last digit printed.

    >>> half_unit({"hr": "0.69"}, "hr")
    0.005
    """
    return 0.5 * 10.0 ** -len(row[column].partition(".")[2])
