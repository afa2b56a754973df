"""A tumour of sensitive and resistant cells under a drug: why it answers first and grows again later.

Sensitive cells :math:`S` shrink while the drug acts, resistant cells :math:`R` grow as if it were not there:

.. math:: S' = (g - (g + d)\\,E(t) - m)\\,S, \\qquad R' = g\\,R + m\\,S

with the growth rate :math:`g`, the rate of decline :math:`d` at full effect, the switching rate :math:`m` and the
effect :math:`E(t)`, which is 1 at the start and halves with the exposure. With :math:`m = 0` and a constant effect it
is the textbook model of selection: a sum of two exponentials.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.integrate import cumulative_simpson

from ._inputs import need_columns, need_shares

__all__ = ["PROGRESSION", "burden", "nadir", "progression"]

#: Growth of the volume that counts as progression (RECIST), from a fifth more diameter of a ball.
PROGRESSION = 1.2**3


def burden(
    months: ArrayLike,
    doubling: float,
    halving: float,
    resistant: float = 0.0,
    switching: float = 0.0,
    exposure_half_life: float = np.inf,
) -> pd.DataFrame:
    """Model the size of a tumour under treatment.

    Parameters
    ----------
    months : array_like, shape (n,)
        Times from the start of treatment, increasing from 0; with switching in steps of at most a tenth of the times
        below.
    doubling : float
        Months in which resistant cells, and sensitive ones without the drug, double.
    halving : float
        Months in which sensitive cells halve at full effect.
    resistant : float
        Share of resistant cells at the start, from 0 to 1.
    switching : float
        Share of sensitive cells that become resistant in a month.
    exposure_half_life : float
        Months in which the effect of the drug halves; infinite if it stays.

    Returns
    -------
    pandas.DataFrame
        Columns ``months``, ``sensitive``, ``resistant`` and ``total``, as multiples of the tumour at the start.

    Raises
    ------
    ValueError
        If a time does not increase or a step is too long, or a parameter is outside its range.

    Examples
    --------
    >>> table = burden([0, 4, 8], doubling=4, halving=4, resistant=0.5)
    >>> table["total"].tolist()
    [1.0, 1.25, 2.125]
    """
    months = np.asarray(months, dtype=float)
    if months.ndim != 1 or not len(months) or not np.isfinite(months).all() or months[0] != 0:
        raise ValueError("months must be a list of finite times that begins with 0")
    if (np.diff(months) <= 0).any():
        raise ValueError("months must increase")
    times = {"doubling": doubling, "halving": halving, "exposure_half_life": exposure_half_life}
    for name, time in times.items():
        if not time > 0:
            raise ValueError(f"{name} is {time:g}: it is a time in months and must be above 0")
    need_shares(resistant=resistant)
    if not 0 <= switching < np.inf:
        raise ValueError(f"switching is {switching:g}: it is a share in a month and must be finite, not below 0")
    if switching and len(months) > 1 and np.diff(months).max() > 1.001 * min(times.values()) / 10:
        raise ValueError(
            f"months go up to {np.diff(months).max():g} apart: with switching they must be at most "
            f"{min(times.values()) / 10:g} apart, a tenth of the shortest time"
        )
    growth, decline, fading = np.log(2) / np.array([doubling, halving, exposure_half_life])
    effect = months if fading == 0 else -np.expm1(-fading * months) / fading  # integral of the drug's effect
    sensitive = (1 - resistant) * np.exp((growth - switching) * months - (growth + decline) * effect)
    gained = cumulative_simpson(switching * sensitive * np.exp(-growth * months), x=months, initial=0)
    escaped = np.exp(growth * months) * (resistant + gained)
    return pd.DataFrame({"months": months, "sensitive": sensitive, "resistant": escaped, "total": sensitive + escaped})


def _need_sizes(table):
    need_columns(table, ["months", "total"])
    if not len(table) or table["total"].isna().any():
        raise ValueError("the table has no sizes, or some of them are missing")


def nadir(table: pd.DataFrame) -> tuple[float, float]:
    """Find the smallest size.

    Parameters
    ----------
    table : pandas.DataFrame
        As `burden` gives it.

    Returns
    -------
    tuple of float
        Month and size.

    Examples
    --------
    >>> table = burden(np.arange(0, 12.1, 0.1), doubling=4, halving=4, resistant=0.1)
    >>> [float(round(value, 2)) for value in nadir(table)]
    [6.3, 0.6]
    """
    _need_sizes(table)
    row = table.loc[table["total"].idxmin()]
    return row["months"], row["total"]


def progression(table: pd.DataFrame) -> float:
    """Find the first month at which the tumour has outgrown its smallest size so far by `PROGRESSION`.

    Parameters
    ----------
    table : pandas.DataFrame
        As `burden` gives it.

    Returns
    -------
    float
        Not a number if it does not happen within the table.

    Examples
    --------
    >>> table = burden(np.arange(0, 24.1, 0.1), doubling=4, halving=4, resistant=0.1)
    >>> float(round(progression(table), 1))
    13.0
    """
    _need_sizes(table)
    grown = table["total"] >= PROGRESSION * table["total"].cummin()
    return table.loc[grown.idxmax(), "months"] if grown.any() else np.nan
