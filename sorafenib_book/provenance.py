"""How far each value was verified, arm by arm, and how a value is put into words."""

import pandas as pd

__all__ = ["by_arm", "checks", "in_words"]


def checks(table, *columns):
    """Tell the check mark of what a figure shows: a row's own, or `unchecked` where one of these cells was not seen.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of the book, with columns ``check`` and ``unchecked_fields``.
    *columns : str
        Columns whose values the figure shows.

    Returns
    -------
    pandas.Series
        Keys of `SYMBOLS`.
    """
    unseen = table["unchecked_fields"].fillna("").map(lambda cell: not set(columns).isdisjoint(cell.split(";")))
    return table["check"].mask(unseen, "unchecked")


def by_arm(table, value, names=("sorafenib", "placebo")):
    """Give each arm its own rows, each with the check mark of its own value.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of the book, with columns ``experimental``, ``control``, ``check`` and ``unchecked_fields``. Where it
        has intervals (``experimental_low`` and so on) they come along, apart from ends that were not seen.
    value : str
        Name of the column that the two become.
    names : tuple of two str
        Names of the experimental and of the control arm.

    Returns
    -------
    pandas.DataFrame
        The rows of both arms, without empty ones, with new columns ``arm`` and `value`, and ``<value>_low`` and
        ``<value>_high`` where there are intervals.
    """
    parts = []
    for column, name in zip(("experimental", "control"), names, strict=True):
        arm = {"arm": name, value: table[column], "check": checks(table, column)}
        for end in [end for end in ("low", "high") if f"{column}_{end}" in table]:
            unseen = checks(table, f"{column}_{end}").eq("unchecked")
            arm[f"{value}_{end}"] = table[f"{column}_{end}"].mask(unseen)
        parts.append(table.assign(**arm))
    return pd.concat(parts, ignore_index=True).dropna(subset=value)


def in_words(table, column):
    """Write estimates with their intervals, and the level of an interval that is not a 95% one.

    Parameters
    ----------
    table : pandas.DataFrame
        Needs `column`, the same with ``_low`` and ``_high``, and ``level``, the intervals' level in percent.
    column : str
        Name of the column of the estimates.

    Returns
    -------
    pandas.Series
        Text such as ``0.78 (0.65 to 0.93; 96.02% CI)``.
    """
    value, low, high = (table[name].map("{:.2f}".format) for name in (column, f"{column}_low", f"{column}_high"))
    level = table["level"].map("; {:g}% CI".format).replace("; 95% CI", "")
    return value + " (" + low + " to " + high + level + ")"
