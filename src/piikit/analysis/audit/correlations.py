"""Correlations of the columns of a matrix: Pearson, Spearman and Kendall (tau-b), each pair on the rows that both have.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 4; M. G. Kendall, Rank Correlation Methods
(1948). As R's `cor(use = "pairwise.complete.obs")`: Spearman ranks anew within the rows that a pair shares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

BLOCK = 1 << 21
"""Pairs of rows times columns that Kendall's signs are held for at once, about 16 MB."""
LARGEST = 10_000
"""Rows above which Kendall's tau is left out: it compares every row with every other."""
SMALLEST = 3
"""Rows below which two columns always lie on a line or in one order, so that a correlation says nothing."""


def shared(x: Matrix) -> NDArray[np.int64]:
    """How many rows each pair of columns shares."""
    known = np.isfinite(x).astype(np.float64)
    counts: NDArray[np.int64] = np.rint(known.T @ known).astype(np.int64)
    return counts


def pearson(x: Matrix) -> Matrix:
    """Pearson's r of each pair of columns: columns x columns; NaN where a column is constant on the shared rows.

    Args:
        x: areas x columns; NaN where a figure is missing.
    """
    return _by_pattern(x, lambda part: part)


def spearman(x: Matrix) -> Matrix:
    """Spearman's rho: Pearson's r of the ranks, ties at their mean rank."""
    return _by_pattern(x, ranks)


def kendall(x: Matrix) -> Matrix:
    """Kendall's tau-b: concordant less discordant pairs, over the root of the pairs not tied in each column.

    NaN above `LARGEST` rows.
    """
    rows, columns = x.shape
    if rows > LARGEST:
        return np.full((columns, columns), np.nan)
    known = np.isfinite(x)
    filled = np.where(known, x, 0.0)
    score, free = np.zeros((columns, columns)), np.zeros((columns, columns))
    size = max(1, BLOCK // max(1, rows * columns))
    for start in range(0, rows, size):
        here = slice(start, min(start + size, rows))
        both = (known[here, None, :] & known[None, :, :]).reshape(-1, columns).astype(np.float64)
        # Compared, not subtracted: the difference of huge numbers may be infinite, that of tiny ones nothing.
        ahead, behind = filled[here, None, :] > filled[None, :, :], filled[here, None, :] < filled[None, :, :]
        sign = (ahead.astype(np.float64) - behind).reshape(-1, columns) * both
        score += sign.T @ sign
        free += (sign * sign).T @ both
    # `free[i, j]` counts the pairs that both columns have and that are not tied in column i. All are whole numbers.
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = score / np.sqrt(free * free.T)
    return _masked(np.clip(tau, -1.0, 1.0), shared(x))


def ranks(x: Matrix) -> Matrix:
    """The ranks in each column, 1 for the lowest, ties at their mean rank; without missing figures."""
    found = np.empty(x.shape)
    for column in range(x.shape[1]):
        _, place, counts = np.unique(x[:, column], return_inverse=True, return_counts=True)
        found[:, column] = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return found


def _by_pattern(x: Matrix, prepared: Callable[[Matrix], Matrix]) -> Matrix:
    """Correlations of prepared columns, all pairs of columns with the same missing rows at once."""
    columns = x.shape[1]
    known = np.isfinite(x)
    found = np.full((columns, columns), np.nan)
    patterns, of = np.unique(known, axis=1, return_inverse=True)
    groups = [np.flatnonzero(of.reshape(-1) == place) for place in range(patterns.shape[1])]
    for first, left in enumerate(groups):
        for second in range(first, len(groups)):
            right = groups[second]
            rows = patterns[:, first] & patterns[:, second]
            if rows.sum() < SMALLEST:
                continue
            found[np.ix_(left, right)] = _unit(prepared(x[np.ix_(rows, left)])).T @ _unit(
                prepared(x[np.ix_(rows, right)])
            )
            found[np.ix_(right, left)] = found[np.ix_(left, right)].T
    return _masked(np.clip(found, -1.0, 1.0), shared(x))


def _unit(x: Matrix) -> Matrix:
    """Each column less its mean, of length 1; NaN where it is constant."""
    flat = x.min(axis=0) == x.max(axis=0)
    # Powers of two scale without rounding, so that huge and tiny numbers can be squared.
    x = np.ldexp(x, -np.frexp(np.abs(x).max(axis=0))[1])
    x = x - x.mean(axis=0)
    most = np.abs(x).max(axis=0)
    x = np.ldexp(x, -np.frexp(most)[1])
    length = np.sqrt((x * x).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        unit: Matrix = x / length
    unit[:, flat] = np.nan
    return unit


def _masked(figures: Matrix, counts: NDArray[np.int64]) -> Matrix:
    figures[counts < SMALLEST] = np.nan
    return figures
