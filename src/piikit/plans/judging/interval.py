"""Figures that are known, unknown, or known to lie between two others; and what follows for a comparison."""

from __future__ import annotations

import numpy as np
from attrs import frozen

Floats = np.ndarray
"""One number a row; NaN or infinite where there is none."""
NOT_MET, CANNOT_JUDGE, MET = 0, 1, 2
"""Statuses in the order in which they decide a target: the smallest of its conditions' is its own."""


@frozen(kw_only=True, eq=False)
class Interval:
    """The lowest and highest that a figure can be, an entry a row; equal where it is known.

    >>> known = Interval.known(np.array([3.0, np.nan]))
    >>> known.exact.tolist(), known.lower.tolist()
    ([True, False], [3.0, -inf])
    """

    lower: Floats
    upper: Floats

    @classmethod
    def known(cls, figures: Floats) -> Interval:
        """Known figures; without bounds where one is NaN."""
        missing = np.isnan(figures)
        return cls(lower=np.where(missing, -np.inf, figures), upper=np.where(missing, np.inf, figures))

    @property
    def exact(self) -> np.ndarray:
        """Where the figure is known."""
        same: np.ndarray = self.lower == self.upper
        return same

    @property
    def open(self) -> np.ndarray:
        """Where nothing at all is known of it."""
        nothing: np.ndarray = np.isinf(self.lower) & np.isinf(self.upper)
        return nothing

    @property
    def figures(self) -> Floats:
        """The known figures, NaN elsewhere."""
        return np.where(self.exact, self.lower, np.nan)

    def where(self, mine: np.ndarray, other: Interval) -> Interval:
        """This one in the rows of `mine`, the other one elsewhere."""
        return Interval(lower=np.where(mine, self.lower, other.lower), upper=np.where(mine, self.upper, other.upper))

    def moved(self, by: Floats) -> Interval:
        """Every figure raised by so much."""
        return Interval(lower=self.lower + by, upper=self.upper + by)

    def wide(self, rows: int) -> Interval:
        """One figure repeated for every row."""
        return Interval(lower=np.broadcast_to(self.lower, rows), upper=np.broadcast_to(self.upper, rows))


@frozen(kw_only=True, eq=False)
class IntervalComparison:
    """What a comparison came to, an entry a row.

    Attributes:
        status: NOT_MET, CANNOT_JUDGE or MET.
        equal: where both figures are known and the same.
        gap: how much is missing, 0 or more; NaN where a figure is unknown.
        beyond: where the figure is better than a comparison allows that asks for an exact one.
    """

    status: np.ndarray
    equal: np.ndarray
    gap: Floats
    beyond: np.ndarray


def reaches(actual: Interval, required: Interval, *, more: bool, strict: bool) -> IntervalComparison:
    """Whether a figure is on the right side of another one, as far as bounds on both can tell.

    Args:
        actual: the figure.
        required: the one to compare it with.
        more: whether larger is better.
        strict: whether equal is not enough.
    """
    ahead, behind = (actual, required) if more else (required, actual)
    with np.errstate(invalid="ignore"):
        worst = np.round(ahead.lower - behind.upper, 9)
        best = np.round(ahead.upper - behind.lower, 9)
        met = worst > 0 if strict else worst >= 0
        missed = best <= 0 if strict else best < 0
    exact = actual.exact & required.exact
    # Adding 0.0 makes a plain zero of a negative one.
    gap = np.where(exact, np.maximum(-np.where(exact, worst, 0.0), 0.0) + 0.0, np.nan)
    status = np.where(met, MET, np.where(missed, NOT_MET, CANNOT_JUDGE))
    return IntervalComparison(status=status, equal=exact & (worst == 0), gap=gap, beyond=np.zeros(len(gap), dtype=bool))


def lies_within(actual: Interval, low: float, high: float, *, more: bool) -> IntervalComparison:
    """Whether a figure lies between two others, both counting."""
    met = (actual.lower >= low) & (actual.upper <= high)
    under, over = actual.upper < low, actual.lower > high
    status = np.where(met, MET, np.where(under | over, NOT_MET, CANNOT_JUDGE))
    short = np.where(actual.exact, np.maximum((low - actual.lower) if more else (actual.lower - high), 0.0), np.nan)
    return IntervalComparison(
        status=status,
        equal=np.zeros(len(short), dtype=bool),
        gap=np.round(short, 9) + 0.0,
        beyond=over if more else under,
    )
