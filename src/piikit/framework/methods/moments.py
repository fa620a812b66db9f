"""Skewness and kurtosis of many series at once: type 2, as in SAS, Excel and the R package COINr.

Source: D. N. Joanes and C. A. Gill, Comparing measures of sample skewness and kurtosis, The Statistician 47 (1998).
"""

from __future__ import annotations

import numpy as np

EDGE = 1e-9
"""A figure as near as this to a threshold is worked out once more on sorted values, so that order decides nothing."""
LARGE, SMALL = 1e60, 1e-60
"""Sizes and spreads between which fourth powers are numbers as they are."""


def moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Skewness and excess kurtosis of each series.

    With n values, d their distances from the mean and s_k = sum(d^k):
    skewness = sqrt(n) s_3 / s_2^1.5 sqrt(n (n - 1)) / (n - 2), kurtosis = ((n + 1) (n s_4 / s_2^2 - 3) + 6) (n - 1) /
    ((n - 2) (n - 3)).

    Args:
        x: series x areas; NaN where a value is missing.

    Returns:
        a figure a series; NaN where the series is constant, and below three values (skewness) or four (kurtosis).
    """
    known = np.isfinite(x)
    whole = bool(known.all())
    low = np.min(x if whole else np.where(known, x, np.inf), axis=1, initial=np.inf)
    high = np.max(x if whole else np.where(known, x, -np.inf), axis=1, initial=-np.inf)
    n = known.sum(axis=1).astype(float)
    with np.errstate(all="ignore"):
        size, spread = np.fmax(np.abs(low), np.abs(high)), high - low
        # Powers of two scale without rounding; fourth powers of huge and tiny numbers then stay numbers.
        scaled = not bool(((size < LARGE) & ((spread > SMALL) | (spread == 0))).all())
        d = np.ldexp(x, -np.frexp(size)[1][:, None]) if scaled else x
        filled = d if whole else np.where(known, d, 0.0)
        d = d - (filled.sum(axis=1) / n)[:, None]
        if not whole:
            d[~known] = 0.0
        if scaled:
            d = np.ldexp(d, -np.frexp(np.max(np.abs(d), axis=1, initial=0.0))[1][:, None])
        power = d * d
        s2 = power.sum(axis=1)
        d *= power
        s3 = d.sum(axis=1)
        power *= power
        s4 = power.sum(axis=1)
        skew = np.sqrt(n) * s3 / s2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
        kurtosis = ((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    # The mean of equal values may be off by a last bit: whether they are equal is asked of the values.
    flat = low >= high
    return np.where(flat | (n < 3), np.nan, skew), np.where(flat | (n < 4), np.nan, kurtosis)


def shapes(x: np.ndarray, skew: float, kurtosis: float) -> tuple[np.ndarray, np.ndarray]:
    """As `moments`; figures at the edge of a threshold do not depend on the order of the values.

    Args:
        x: series x areas.
        skew: the threshold that the size of skewness is held against.
        kurtosis: the threshold of excess kurtosis.
    """
    own, other = moments(x)
    near = (np.abs(np.abs(own) - skew) < EDGE) | (np.abs(other - kurtosis) < EDGE) | (np.abs(own) < EDGE)
    if near.any():
        own[near], other[near] = moments(np.sort(x[near], axis=1))
    return own, other
