"""How far each value was verified, arm by arm, and how a value is put into words."""

import pandas as pd

from ._inputs import floats, need_columns, need_positive

__all__ = ["by_arm", "checks", "in_words", "verified", "with_share_intervals"]


def checks(table: pd.DataFrame, *columns: str) -> pd.Series:
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
        ``primary``, ``secondary``, ``review`` or ``unchecked``.

    Raises
    ------
    ValueError
        If the table lacks one of the columns.

    Examples
    --------
    >>> table = pd.DataFrame({"hr": [0.69, 0.7], "check": "primary", "unchecked_fields": [None, "hr;p"]})
    >>> checks(table, "hr").tolist()
    ['primary', 'unchecked']
    """
    need_columns(table, ["check", "unchecked_fields"])
    unseen = table["unchecked_fields"].fillna("").map(lambda cell: not set(columns).isdisjoint(cell.split(";")))
    return table["check"].mask(unseen, "unchecked")


def verified(table: pd.DataFrame) -> pd.DataFrame:
    """Keep what was verified: rows marked `unchecked` go, and cells named in ``unchecked_fields`` are emptied.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of the book, with columns ``check`` and ``unchecked_fields``.

    Returns
    -------
    pandas.DataFrame
        The rows that stay, with ``unchecked_fields`` empty. What only the review reports (`review`) stays.

    Raises
    ------
    ValueError
        If the table lacks one of the columns.

    Examples
    --------
    >>> table = pd.DataFrame({"hr": [0.7, 0.9], "p": [0.02, 0.4], "check": ["primary", "unchecked"]})
    >>> verified(table.assign(unchecked_fields=["p", None]))[["hr", "p", "check"]]
        hr   p    check
    0  0.7 NaN  primary
    """
    need_columns(table, ["check", "unchecked_fields"])
    kept = table[table["check"].ne("unchecked")]
    cells = kept["unchecked_fields"].fillna("").str.split(";")
    emptied = {
        column: kept[column].mask(cells.map({column}.issubset).astype(bool))
        for column in set(cells.explode()).intersection(kept)
    }
    return kept.assign(**emptied, unchecked_fields=pd.Series(dtype="string"))


def by_arm(table: pd.DataFrame, value: str, names: tuple[str, str] = ("sorafenib", "placebo")) -> pd.DataFrame:
    """Give each arm its own rows, with what was verified of it.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of the book, with columns ``experimental``, ``control``, ``check`` and ``unchecked_fields``. Where it
        has intervals (``experimental_low`` and so on) they come along.
    value : str
        Name of the column that the two become.
    names : tuple of two str
        Names of the experimental and of the control arm.

    Returns
    -------
    pandas.DataFrame
        The `verified` rows of both arms, without empty ones, with new columns ``arm`` and `value`, ``<value>_low``
        and ``<value>_high`` where there are intervals. Where the table is joined with that of studies: ``n``, the
        patients of the arm, and ``treatment``, what they got.

    Raises
    ------
    ValueError
        If the table lacks one of the columns.

    Examples
    --------
    >>> table = pd.DataFrame({"experimental": [10.7], "control": [7.9], "check": "primary", "unchecked_fields": None})
    >>> by_arm(table, "months")[["arm", "months", "check"]]
             arm  months    check
    0  sorafenib    10.7  primary
    1    placebo     7.9  primary
    """
    need_columns(table, ["experimental", "control", "check", "unchecked_fields"])
    table, parts = verified(table), []
    for column, name in zip(("experimental", "control"), names, strict=True):
        arm = {"arm": name, value: table[column]}
        arm |= {f"{value}_{end}": table[f"{column}_{end}"] for end in ("low", "high") if f"{column}_{end}" in table}
        known = {"n": f"patients_{column}", "treatment": f"{column}_study"}
        arm |= {name: table[there] for name, there in known.items() if there in table}
        parts.append(table.assign(**arm))
    return pd.concat(parts, ignore_index=True).dropna(subset=value)


def with_share_intervals(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """Give shares of patients the 95% interval that their number of patients allows (Wilson, JASA 1927;22:209).

    Parameters
    ----------
    table : pandas.DataFrame
        One row a share, with its number of patients in ``n``, as `by_arm` gives it; empty where it is not known.
    value : str
        Column of the shares, in percent.

    Returns
    -------
    pandas.DataFrame
        The table with ``<value>_low`` and ``<value>_high`` in percent, empty where ``n`` is. A share is taken as
        printed, and all patients of the arm as counted.

    Raises
    ------
    ValueError
        If a column is missing, a share is not one in percent, or a number of patients is not above zero.

    Examples
    --------
    >>> table = pd.DataFrame({"percent": [50.0, 10.0], "n": [32, None]})
    >>> with_share_intervals(table, "percent")["percent_low"].tolist()
    [33.6, nan]
    """
    from statsmodels.stats.proportion import proportion_confint  # takes a second, and most chapters do without

    need_columns(table, [value, "n"])
    shares, patients = table[value].astype(float), table["n"].astype(float)
    if not shares.dropna().between(0, 100).all():
        raise ValueError(
            f"{value} reaches from {shares.min():g} to {shares.max():g}: it must lie from 0 to 100 percent"
        )
    need_positive(**{"number of patients": patients.dropna().to_numpy()})
    low, high = proportion_confint(shares / 100 * patients, patients, method="wilson")
    return table.assign(**{f"{value}_low": (100 * low).round(1), f"{value}_high": (100 * high).round(1)})


def in_words(table: pd.DataFrame, column: str, missing: str = "interval not found") -> pd.Series:
    """Write estimates with their intervals, and the level of an interval that is not a 95% one.

    Parameters
    ----------
    table : pandas.DataFrame
        Needs `column`, and the same with ``_low`` and ``_high``. ``level`` is the intervals' level in percent; without
        that column they are 95% ones.
    column : str
        Name of the column of the estimates.
    missing : str
        What stands in place of an interval with an end that is missing; nothing if empty.

    Returns
    -------
    pandas.Series
        Text such as ``0.78 (0.65 to 0.93; 96.02% CI)``; empty where there is no estimate.

    Raises
    ------
    ValueError
        If the table lacks one of the columns, or a cell is no number.

    Examples
    --------
    >>> table = pd.DataFrame({"hr": [0.69, 0.7], "hr_low": [0.55, None], "hr_high": [0.87, None], "level": 95})
    >>> in_words(table, "hr").tolist()
    ['0.69 (0.55 to 0.87)', '0.70 (interval not found)']
    """
    ends = [column, f"{column}_low", f"{column}_high"]
    need_columns(table, ends)
    cells = floats(
        table[ends].assign(level=table.get("level", 95)), [*ends, "level"], [str(row) for row in table.index]
    )
    words = [_in_words(*row, missing) for row in cells.itertuples(index=False)]
    return pd.Series(words, table.index, dtype=object)


def _in_words(value, low, high, level, missing):
    if pd.isna(value):
        return ""
    if pd.isna(low) or pd.isna(high):
        return f"{value:.2f} ({missing})" if missing else f"{value:.2f}"
    # an interim look moves a level by thousandths
    words = "; level not given" if pd.isna(level) else "" if round(level, 2) == 95 else f"; {level:g}% CI"
    return f"{value:.2f} ({low:.2f} to {high:.2f}{words})"
