"""Methods of imputation: from the values that are there to those that are not.

Source of all: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3. Every imputed value is a finding
(`imputed_value`), does not count in coverage, and is marked by `explain`. What stays missing is a finding too
(`not_imputed`). Ties, negative values and constant columns are no exception.
"""

from __future__ import annotations

import numpy as np

from piikit.framework.methods.base import Impute, Params

HANDBOOK = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3"
GROUP = {"group": {"type": "string", "minLength": 1}}
GAP = {"max_gap": {"type": ["integer", "null"], "minimum": 1, "default": None}}


def _count(x: np.ndarray) -> np.ndarray:
    count: np.ndarray = (~np.isnan(x)).sum(axis=1)
    return count


def _mean(x: np.ndarray, params: Params) -> np.ndarray:
    """The mean of sorted series; scaled by a power of two, which rounds nothing, so that no sum is too large."""
    count = _count(x)
    known = ~np.isnan(x)
    filled = np.where(known, x, 0.0)
    exponents = np.frexp(np.max(np.abs(filled), axis=1, initial=0.0))[1]
    with np.errstate(all="ignore"):
        mean = np.ldexp(np.ldexp(filled, -exponents[:, None]).sum(axis=1) / count, exponents)
    low = np.min(x, axis=1, initial=np.inf, where=known)
    high = np.max(x, axis=1, initial=-np.inf, where=known)
    # Rounding may carry the mean of equal values past them.
    return np.where(count > 0, np.clip(mean, low, high), np.nan)


def _median(x: np.ndarray, params: Params) -> np.ndarray:
    count = _count(x)
    rows, last = np.arange(len(x)), np.maximum(count - 1, 0)
    low, high = x[rows, last // 2], x[rows, np.minimum((last + 1) // 2, x.shape[1] - 1)]
    return np.where(count > 0, np.where(low == high, low, low * 0.5 + high * 0.5), np.nan)


mean = Impute(name="mean", source=HANDBOOK, figure=_mean)
"""sum(x) / n over the areas of the cohort that have a value; missing where none has."""

median = Impute(name="median", source=HANDBOOK, figure=_median)
"""The middle value of the areas of the cohort that have one, or the mean of the two in the middle."""

group_mean = Impute(name="group_mean", source=HANDBOOK, params=GROUP, figure=_mean)
"""The mean over the areas of the same group in the cohort; missing where none of them has a value.

`group` is a group of the edition, or a text column. An area without a group is not imputed.
"""

group_median = Impute(name="group_median", source=HANDBOOK, params=GROUP, figure=_median)
"""The median over the areas of the same group in the cohort; else as `group_mean`."""


def _neighbours(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each cell the place of the last value at or before it and the first at or after it; -1 where none is."""
    places = np.arange(x.shape[1])
    known = ~np.isnan(x)
    before = np.maximum.accumulate(np.where(known, places, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, places, x.shape[1])[:, ::-1], axis=1)[:, ::-1]
    return before, np.where(after == x.shape[1], -1, after)


def _previous(x: np.ndarray, times: np.ndarray, params: Params) -> np.ndarray:
    before, _ = _neighbours(x)
    rows = np.arange(len(x))[:, None]
    gap = times[None, :] - times[before]
    near = (before >= 0) & (gap <= (np.inf if params["max_gap"] is None else params["max_gap"]))
    return np.where(near, x[rows, before], x)


def _linear(x: np.ndarray, times: np.ndarray, params: Params) -> np.ndarray:
    before, after = _neighbours(x)
    rows = np.arange(len(x))[:, None]
    start, end = times[before], times[after]
    inside = np.isnan(x) & (before >= 0) & (after >= 0)
    inside &= (end - start - 1) <= (np.inf if params["max_gap"] is None else params["max_gap"])
    with np.errstate(all="ignore"):
        share = (times[None, :] - start) / np.where(end > start, end - start, 1)
        low, high = x[rows, before], x[rows, after]
        line = np.clip(low * (1 - share) + high * share, np.fmin(low, high), np.fmax(low, high))
    return np.where(inside, line, x)


previous = Impute(
    name="previous", source=f"{HANDBOOK}; impute_panel of the R package COINr", params=GAP, over_time=_previous
)
"""The area's last value before, at most `max_gap` periods back (no limit where null).

Periods that are whole numbers, years, are as far apart as these say; others count by their place among the periods of
the data. What comes before an area's first value stays missing.
"""

linear = Impute(name="linear", source=f"{HANDBOOK}; impute_panel of the R package COINr", params=GAP, over_time=_linear)
"""On the straight line between the area's last value before and its first after.

`max_gap` is the longest run of missing periods that is bridged (no limit where null). Nothing is carried beyond the
first and the last value. Periods are as far apart as for `previous`.
"""

METHODS = (mean, median, group_mean, group_median, previous, linear)
