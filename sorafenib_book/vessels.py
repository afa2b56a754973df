"""How new and co-opted vessels share the blood supply of a tumour while new vessels are blocked: a small model.

Supplies are fractions of what the untreated tumour has: new vessels and co-opted vessels add up to 1 without
treatment. Only the shares of co-opted vessels are measured; the other parameters illustrate, and no number that comes
out is a forecast for mice or patients. The model is the book's own; it follows no publication.
"""

import dataclasses
import math

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from ._inputs import need_positive, need_shares

__all__ = ["Tumour", "matching", "tumour"]


def matching(share: float, before: float, new: float | np.ndarray) -> float | np.ndarray:
    """Co-opted vessels that go with a share, once the new vessels have changed.

    Parameters
    ----------
    share : float
        Share of co-opted vessels afterwards, between 0 and 1.
    before : float
        Share of co-opted vessels in the untreated tumour.
    new : float or array
        New vessels afterwards, as a multiple of those of the untreated tumour.

    Returns
    -------
    float or array
        Co-opted vessels as a multiple of those of the untreated tumour.

    Raises
    ------
    ValueError
        If a share does not lie between 0 and 1, or there are fewer than no new vessels.

    Examples
    --------
    >>> matching(share=0.75, before=0.25, new=0.5)
    4.5
    """
    need_shares(ends=False, share=share, before=before)
    if not (np.isfinite(new) & (np.asarray(new) >= 0)).all():
        raise ValueError("new must be finite and not below 0: new vessels as a multiple of those without treatment")
    return share / (1 - share) * (1 - before) / before * new


@dataclasses.dataclass(frozen=True)
class Tumour:
    """A tumour fed by new and by co-opted vessels; times in weeks.

    Attributes
    ----------
    before : float
        Share of co-opted vessels without treatment.
    gain : float
        Co-opted supply gained for each unit of supply that is missing.
    standstill : float
        Supply at which the tumour neither grows nor shrinks.
    pruning, invasion : float
        Time constants of the loss of new vessels and of the gain of co-opted ones.
    doubling : float
        Doubling time of the untreated tumour.

    Raises
    ------
    ValueError
        If `before` does not lie between 0 and 1, `gain` is below 0, `standstill` is not from 0 to below 1, or a time is
        not above 0.

    Examples
    --------
    >>> tumour = Tumour(before=0.25, gain=1.0)
    >>> [float(round(supply, 3)) for supply in tumour.rest(block=0.8)]
    [0.15, 0.55]
    >>> tumour.course([0, 3], block=0)["size"].round(3).tolist()
    [1.0, 2.0]
    """

    before: float
    gain: float
    standstill: float = 0.45
    pruning: float = 1.0
    invasion: float = 8.0
    doubling: float = 3.0

    def __post_init__(self) -> None:
        need_shares(ends=False, before=self.before)
        need_positive(pruning=self.pruning, invasion=self.invasion, doubling=self.doubling)
        if not 0 <= self.gain < math.inf:
            raise ValueError(f"gain is {self.gain:g}: it must be finite and not below 0")
        if not 0 <= self.standstill < 1:
            raise ValueError(f"standstill is {self.standstill:g}: it must lie from 0 to below 1, the untreated supply")

    def rest(self, block: float | np.ndarray, halt: float | np.ndarray = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Supplies once they no longer change.

        Parameters
        ----------
        block, halt : float or array
            Fractions of sprouting and of co-option's response that treatment takes away, from 0 to 1.

        Returns
        -------
        tuple of arrays
            Supply by new and by co-opted vessels.
        """
        need_shares(block=block, halt=halt)
        new, gain = (1 - self.before) * (1 - block), self.gain * (1 - halt)
        supply = (new + self.before + gain) / (1 + gain)
        return new, supply - new

    def growth(self, supply: float | np.ndarray) -> float | np.ndarray:
        """Growth rate as a fraction of the untreated tumour's; below 0 the tumour shrinks."""
        return (supply - self.standstill) / (1 - self.standstill)

    def course(self, weeks: ArrayLike, block: float, halt: float = 0.0, stop: float = math.inf) -> pd.DataFrame:
        """Follow the tumour from the start of treatment.

        Parameters
        ----------
        weeks : array
            Times, ascending from 0.
        block, halt : float
            As in `rest`.
        stop : float
            Week at which all treatment ends.

        Returns
        -------
        pandas.DataFrame
            Columns ``weeks``, ``new``, ``co-opted``, ``supply`` (fractions of the untreated supply) and ``size`` (1 at
            the start).

        Raises
        ------
        ValueError
            If the weeks do not ascend from 0, or an argument is outside its range.
        RuntimeError
            If the equations could not be solved.
        """
        weeks = np.asarray(weeks, float)
        if weeks.ndim != 1 or len(weeks) < 2 or not np.isfinite(weeks).all() or weeks[0] or (np.diff(weeks) <= 0).any():
            raise ValueError("weeks must be two or more finite times that ascend from 0")
        need_shares(block=block, halt=halt)
        if not stop >= 0:
            raise ValueError(f"stop is {stop:g}: it is a week and must not be below 0")
        state, parts = [1 - self.before, self.before, 0.0], []
        for start, end, on in ((0.0, min(stop, weeks[-1]), 1), (stop, weeks[-1], 0)):
            if start >= end:
                continue
            # the last time of a part closes it; the next one starts from there
            times = np.unique([*weeks[(weeks >= start) & (weeks < end)], end])
            options = {"t_eval": times, "args": (on * block, on * halt), "method": "LSODA", "rtol": 1e-8, "atol": 1e-10}
            solved = solve_ivp(self._change, (start, end), state, **options)
            if not solved.success:
                raise RuntimeError(f"the equations could not be solved from week {start:g} on: {solved.message}")
            state = solved.y[:, -1]
            parts.append(pd.DataFrame(solved.y.T, columns=["new", "co-opted", "size"]).assign(weeks=times))
        table = pd.concat(parts).drop_duplicates("weeks", keep="last")
        table = table[table["weeks"].isin(weeks)].reset_index(drop=True)
        table["supply"], table["size"] = table["new"] + table["co-opted"], np.exp(table["size"])
        return table[["weeks", "new", "co-opted", "supply", "size"]]

    def _change(self, _, state, block, halt):
        new, coopted, _ = state
        missing = max(0.0, 1 - new - coopted)
        return [
            ((1 - self.before) * (1 - block) - new) / self.pruning,
            (self.before + self.gain * (1 - halt) * missing - coopted) / self.invasion,
            math.log(2) / self.doubling * self.growth(new + coopted),
        ]


def tumour(before: float, share: float, block: float, **others: float) -> Tumour:
    """Choose the gain of co-option with which a resistant tumour ends at a measured share of co-opted vessels.

    Parameters
    ----------
    before, share : float
        Share of co-opted vessels without treatment and in resistance.
    block : float
        Fraction of sprouting that treatment is assumed to have blocked.
    **others
        More attributes of `Tumour`.

    Returns
    -------
    Tumour

    Raises
    ------
    ValueError
        If no gain leads there: with a strong block the share is reached by loss of new vessels alone, with a weak one
        only by more supply than the untreated tumour has. Or if a share is not one.

    Examples
    --------
    >>> found = tumour(before=0.25, share=0.75, block=0.8)
    >>> new, coopted = found.rest(block=0.8)
    >>> float(round(coopted / (new + coopted), 3))
    0.75
    """
    need_shares(ends=False, before=before, share=share)
    need_shares(block=block)
    new = (1 - before) * (1 - block)
    coopted = share / (1 - share) * new
    if coopted < before:
        raise ValueError(f"With {block:.0%} of sprouting blocked, co-opted vessels need not grow to be {share:.1%}.")
    if new + coopted >= 1:
        raise ValueError(f"With {block:.0%} of sprouting blocked, {share:.1%} would be more than the untreated supply.")
    return Tumour(before, (coopted - before) / (1 - new - coopted), **others)
