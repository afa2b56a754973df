"""A tumour of sensitive and resistant cells under a drug: why it answers first and grows again later.

Sensitive cells :math:`S` shrink while the drug acts, resistant cells :math:`R` grow as if it were not there:

.. math:: S' = (g - (g + d)\\,E(t) - m)\\,S, \\qquad R' = g\\,R + m\\,S

with the growth rate :math:`g`, the rate of decline :math:`d` at full effect, the switching rate :math:`m` and the
effect :math:`E(t)`, which is 1 at the start and halves with the exposure. With :math:`m = 0` and a constant effect it
is the textbook model of selection: a sum of two exponentials.
"""

import numpy as np
import pandas as pd
from scipy.integrate import cumulative_simpson

__all__ = ["PROGRESSION", "burden", "nadir", "progression"]

#: Growth of the volume that counts as progression: a fifth more diameter (RECIST) of a ball.
PROGRESSION = 1.2**3


def burden(months, doubling, halving, resistant=0.0, switching=0.0, exposure_half_life=np.inf):
    """Model the size of a tumour under treatment.

    Parameters
    ----------
    months : array_like, shape (n,)
        Times from the start of treatment, increasing from 0, in steps of at most a tenth of the times below.
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
        If a time does not increase, or a parameter is outside its range.
    """
    months = np.asarray(months, dtype=float)
    if months[0] != 0 or (np.diff(months) <= 0).any():
        raise ValueError("months must begin with 0 and increase")
    if not 0 <= resistant <= 1 or switching < 0 or min(doubling, halving, exposure_half_life) <= 0:
        raise ValueError("times must be above 0, the resistant share from 0 to 1 and switching not below 0")
    growth, decline, fading = np.log(2) / np.array([doubling, halving, exposure_half_life])
    effect = months if fading == 0 else -np.expm1(-fading * months) / fading  # integral of the drug's effect
    sensitive = (1 - resistant) * np.exp((growth - switching) * months - (growth + decline) * effect)
    gained = cumulative_simpson(switching * sensitive * np.exp(-growth * months), x=months, initial=0)
    escaped = np.exp(growth * months) * (resistant + gained)
    return pd.DataFrame({"months": months, "sensitive": sensitive, "resistant": escaped, "total": sensitive + escaped})


def nadir(table):
    """Find the smallest size.

    Parameters
    ----------
    table : pandas.DataFrame
        As `burden` gives it.

    Returns
    -------
    tuple of float
        Month and size.
    """
    row = table.loc[table["total"].idxmin()]
    return row["months"], row["total"]


def progression(table):
    """Find the first month at which the tumour has outgrown its smallest size so far by `PROGRESSION`.

    Parameters
    ----------
    table : pandas.DataFrame
        As `burden` gives it.

    Returns
    -------
    float
        Not a number if it does not happen within the table.
    """
    grown = table["total"] >= PROGRESSION * table["total"].cummin()
    return table.loc[grown.idxmax(), "months"] if grown.any() else np.nan
