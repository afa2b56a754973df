r"""Dose and toxicity over several phase I studies: one logistic curve, with an effect of the study.

The share of patients with dose-limiting toxicity follows a two-parameter logistic curve in the logarithm of the dose,
moved up or down by an effect of each study that is drawn from one normal distribution:

.. math:: \operatorname{logit} p_{ij} = \alpha + \beta \ln(d_{ij} / d_0) + u_i, \qquad u_i \sim N(0, \sigma^2)

It is the random-intercept logistic model of textbooks (for instance McCulloch and Searle, *Generalized, Linear, and
Mixed Models*). The likelihood is integrated by Gauss-Hermite quadrature and maximised. statsmodels fits it with prior
distributions only, whose mode puts :math:`\sigma` at zero on these data.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logsumexp, roots_hermite
from scipy.stats import norm
from statsmodels.tools.numdiff import approx_hess

__all__ = ["Fit", "fit"]

_NODES, _WEIGHTS = roots_hermite(40)


@dataclass(frozen=True)
class Fit:
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
    """

    reference: float
    estimates: np.ndarray
    covariance: np.ndarray

    @property
    def spread(self):
        """Standard deviation of the study effects, on the scale of log odds."""
        return abs(self.estimates[2])

    def curve(self, doses, level=95):
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
        """
        doses = np.asarray(doses, dtype=float)
        design = np.column_stack([np.ones(len(doses)), np.log(doses / self.reference)])
        middle = design @ self.estimates[:2]
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance[:2, :2], design))
        half = norm.ppf(0.5 + level / 200) * error
        shares = {"percent": middle, "percent_low": middle - half, "percent_high": middle + half}
        return pd.DataFrame({"dose": doses} | {name: (100 * expit(odds)).round(1) for name, odds in shares.items()})


def fit(table, reference=400):
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
        If a dose is not above zero, a count not within its whole, or there are fewer than two doses or two studies.
    """
    dose, toxic, patients = (table[name].to_numpy(dtype=float) for name in ("dose", "dose_limiting", "patients"))
    for row, bad in zip(table.itertuples(), (dose <= 0) | (toxic < 0) | (toxic > patients), strict=True):
        if bad:
            raise ValueError(
                f"{row.study} at {row.dose} mg, {row.dose_limiting} of {row.patients} patients: the dose must be above "
                "zero, and no more patients can have toxicity than were treated"
            )
    studies = list(table.groupby("study", sort=False).indices.values())
    if len(studies) < 2 or len(set(dose)) < 2:
        raise ValueError("a curve with an effect of the study needs at least two studies and two doses")
    logarithm = np.log(dose / reference)[:, None]

    def loss(estimates):
        odds = estimates[0] + estimates[1] * logarithm + estimates[2] * np.sqrt(2) * _NODES
        rows = -toxic[:, None] * np.logaddexp(0, -odds) - (patients - toxic)[:, None] * np.logaddexp(0, odds)
        weights = np.log(_WEIGHTS / np.sqrt(np.pi))
        return -sum(logsumexp(rows[study].sum(axis=0) + weights) for study in studies)

    best = minimize(loss, x0=[-2.0, 1.5, 0.5], method="BFGS").x
    return Fit(reference, best, np.linalg.inv(approx_hess(best, loss)))
