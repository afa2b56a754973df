r"""Dose and toxicity over several phase I studies: one logistic curve, with an effect of the study.

The share of patients with dose-limiting toxicity follows a two-parameter logistic curve in the logarithm of the dose,
moved up or down by an effect of each study that is drawn from one normal distribution:

.. math:: \operatorname{logit} p_{ij} = \alpha + \beta \ln(d_{ij} / d_0) + u_i, \qquad u_i \sim N(0, \sigma^2)

It is the random-intercept logistic model of textbooks (for instance McCulloch and Searle, *Generalized, Linear, and
Mixed Models*). The likelihood is integrated by the trapezoidal rule and maximised. statsmodels fits it with prior
distributions only, whose mode puts :math:`\sigma` at zero on these data.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import expit, logsumexp
from scipy.stats import norm
from statsmodels.tools.numdiff import approx_hess

from ._equality import ByValue
from ._inputs import floats, need_columns, need_level, need_positive

__all__ = ["Fit", "fit"]

# Study effects over their standard deviation. 40 nodes of Gauss and Hermite lie too far apart for large studies:
# a variance was wrong by 5% where these agree with adaptive quadrature.
_EFFECTS = np.linspace(-8, 8, 321)
#: Least information on any estimate: below it, an interval is as wide as 0 to 100 percent.
_FLAT = 0.01
_NEEDED = ["study", "dose", "dose_limiting", "patients"]


@dataclass(frozen=True, eq=False)
class Fit(ByValue):
    """A fitted curve.

    Parameters
    ----------
    reference : float
        Dose :math:`d_0` in mg.
    estimates : array of shape (3,)
        Log odds of toxicity at the reference dose, slope per unit of the logarithm of the dose, and standard deviation
        :math:`\\sigma` of the study effects on the scale of log odds.
    covariance : array of shape (3, 3)
        Covariance of the estimates, the inverse of the observed information.

    Examples
    --------
    >>> known = Fit(400, np.array([np.log(0.2 / 0.8), 2.0, 0.0]), np.zeros((3, 3)))
    >>> known.curve([400, 800])["percent"].tolist()
    [20.0, 50.0]
    """

    reference: float
    estimates: np.ndarray
    covariance: np.ndarray

    @property
    def spread(self) -> float:
        """Standard deviation of the study effects, on the scale of log odds."""
        return abs(self.estimates[2])

    def curve(self, doses: ArrayLike, level: float = 95) -> pd.DataFrame:
        """Share of patients with dose-limiting toxicity in a study whose effect is zero.

        Parameters
        ----------
        doses : array of shape (n,)
            Doses in mg, above zero.
        level : float
            Level of the pointwise confidence band in percent.

        Returns
        -------
        pandas.DataFrame
            Columns ``dose`` (mg), ``percent``, ``percent_low`` and ``percent_high``, rounded to one place.

        Raises
        ------
        ValueError
            If a dose is not above zero, or the level not in percent.
        """
        need_level(level)
        need_positive(dose=doses)
        doses = np.atleast_1d(np.asarray(doses, dtype=float))
        design = np.column_stack([np.ones(len(doses)), np.log(doses / self.reference)])
        middle = design @ self.estimates[:2]
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance[:2, :2], design))
        half = norm.ppf(0.5 + level / 200) * error
        shares = {"percent": middle, "percent_low": middle - half, "percent_high": middle + half}
        return pd.DataFrame({"dose": doses} | {name: (100 * expit(odds)).round(1) for name, odds in shares.items()})


def fit(table: pd.DataFrame, reference: float = 400) -> Fit:
    """Fit the curve to a table of doses.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a study and dose, with columns ``study``, ``dose`` (mg), ``dose_limiting`` and ``patients`` (counts), as
        the book's table ``dose_toxicity``.
    reference : float
        Dose in mg at which the first parameter is read; it does not change the curve.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If a column is missing, a dose is not above zero, a count is missing, not whole or not within its whole, there
        are fewer than two doses or two studies, or no curve has a largest likelihood: no patient has toxicity or all
        have, a dose parts those who have it from those who do not, or nothing but the study does.
    RuntimeError
        If the likelihood could not be maximised.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "study": ["A", "A", "A", "B", "B", "B"], "dose": [200, 400, 800] * 2,
    ...     "dose_limiting": [1, 3, 9, 2, 4, 10], "patients": 20,
    ... })
    >>> fit(table).curve([400, 800])
        dose  percent  percent_low  percent_high
    0  400.0     19.6         12.6          29.2
    1  800.0     46.4         32.4          61.1
    """
    need_columns(table, _NEEDED)
    need_positive(reference=reference)
    if table["study"].isna().any():
        raise ValueError("a row of the table names no study")
    rows = [f"{row.study} at {row.dose} mg" for row in table.itertuples()]
    dose, toxic, patients = floats(table, _NEEDED[1:], rows).to_numpy().T
    for row, *numbers in zip(rows, dose, toxic, patients, strict=True):
        _check(row, *numbers)
    of_study = np.equal.outer(table["study"].unique(), table["study"].to_numpy()).astype(float)
    if len(of_study) < 2 or len(set(dose)) < 2:
        raise ValueError("a curve with an effect of the study needs at least two studies and two doses")
    having, free = dose[toxic > 0], dose[toxic < patients]
    if not len(having) or not len(free):
        raise ValueError(f"{'all' if len(having) else 'none'} of the patients have toxicity: that is no curve")
    if having.min() >= free.max() or having.max() <= free.min():
        raise ValueError("one dose parts the patients with toxicity from those without: the slope has no estimate")
    logarithm = np.log(dose / reference)[:, None]

    def loss(estimates):
        odds = estimates[0] + estimates[1] * logarithm + estimates[2] * _EFFECTS
        rows = toxic[:, None] * odds - patients[:, None] * np.logaddexp(0, odds)
        return -logsumexp(of_study @ rows + norm.logpdf(_EFFECTS), axis=1).sum()

    found = minimize(loss, x0=np.ones(3), method="BFGS")
    if not found.success and not np.abs(found.jac).max() < 1e-3:
        raise RuntimeError(f"the likelihood could not be maximised: {found.message}")
    information = approx_hess(found.x, loss)
    if not np.isfinite(information).all() or not (np.linalg.eigvalsh(information) > _FLAT).all():
        raise ValueError("the counts leave the curve open: more patients, doses or studies are needed")
    return Fit(reference, found.x, np.linalg.inv(information))


def _check(row, dose, toxic, patients):
    """Raise a ValueError that names what is wrong with the numbers of a row."""
    if not 0 < dose < np.inf:
        raise ValueError(f"{row}: the dose must be given, above zero")
    for name, count in (("dose_limiting", toxic), ("patients", patients)):
        if not np.isfinite(count) or count != round(count):
            raise ValueError(f"{row}, column {name}: found {count:g}, expected a number of patients, no share")
    if not 0 <= toxic <= patients or patients == 0:
        raise ValueError(
            f"{row}, {toxic:g} of {patients:g} patients: no more patients can have toxicity than were treated"
        )
