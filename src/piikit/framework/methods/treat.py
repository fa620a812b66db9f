"""Methods of treatment of outliers: from the values of a cohort to treated values.

All work on values in the indicator's own unit and direction, before they are turned and normalised. The sources are
OECD/JRC, Handbook on Constructing Composite Indicators (2008), steps 3 and 5, and W. Becker's R package COINr, whose
results they share to the last digits. A missing value stays missing; a series without spread is left as it is.
"""

from __future__ import annotations

import numpy as np

from piikit.framework.methods.base import Params, Treat, Treated
from piikit.framework.methods.moments import shapes

COINR = "W. Becker, COINr 1.1.14 (R package)"
LIMITS = {
    "max_points": {"type": "integer", "minimum": 1, "default": 5},
    "skew": {"type": "number", "exclusiveMinimum": 0, "default": 2},
    "kurtosis": {"type": "number", "default": 3.5},
}
FORM = {"form": {"enum": ["range", "range_by_skew", "shift", "gii", "plain"], "default": "range"}}


def _fails(x: np.ndarray, params: Params) -> tuple[np.ndarray, np.ndarray]:
    """Whether a series has outliers, and its skewness. Where neither figure is known it has none."""
    skew, kurtosis = shapes(x, params["skew"], params["kurtosis"])
    with np.errstate(invalid="ignore"):
        passes = (np.abs(skew) < params["skew"]) | (kurtosis < params["kurtosis"])
    return ~passes & ~np.isnan(skew) & ~np.isnan(kurtosis), skew


def _winsorised(x: np.ndarray, params: Params) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The series cut at both ends, whether anything was cut, and whether they still have outliers."""
    failing, skew = _fails(x, params)
    below, above = np.zeros(len(x), dtype=int), np.zeros(len(x), dtype=int)
    values = x.copy()
    at = np.flatnonzero(failing)
    gaps = bool(np.isnan(x).any())
    while len(at):
        up = skew[at] >= 0
        own = values[at]
        side = own if up.all() else np.where(up[:, None], own, -own)
        if gaps:
            side = np.where(np.isnan(side), -np.inf, side)
        top = side == side.max(axis=1)[:, None]
        rest = np.where(top, -np.inf, side)
        new = rest.max(axis=1)
        # The step that would make all values one and the same is not taken.
        able = ((rest < new[:, None]) & (rest > -np.inf)).any(axis=1)
        if not able.all():
            at, up, own, top, new = at[able], up[able], own[able], top[able], new[able]
        if not len(at):
            break
        count = top.sum(axis=1)
        above[at], below[at] = np.where(up, count, above[at]), np.where(up, below[at], count)
        np.copyto(own, np.where(up, new, -new)[:, None], where=top)
        values[at] = own
        still, skew[at] = _fails(own, params)
        failing[at] = still
        at = at[still & (above[at] + below[at] < params["max_points"])]
    return values, (above + below) > 0, failing


def _winsorise(x: np.ndarray, params: Params) -> Treated:
    values, cut, failing = _winsorised(x, params)
    return Treated(values=values, steps=np.where(cut, "winsorise", ""), failing=failing, refused=np.zeros(len(x), bool))


winsorise = Treat(name="winsorise", source=COINR, params=LIMITS, treated=_winsorise)
"""Highest or lowest values are given the value of the next one, until the series passes.

A series passes if |skewness| < `skew` or excess kurtosis < `kurtosis` (both type 2). While it does not, all values at
its upper end (at its lower end where skewness is negative) take the next value inside; this goes on until it passes or
`max_points` values or more were changed. Equal values at an end change together, so ties may take the count beyond
`max_points`. One area, a constant series and fewer than four values: left as they are. Negative values are no
exception. The step that would leave no spread at all is not taken (COINr stops with an error there). Where the series
does not pass in the end it stays as far as it came, and a finding says so.
"""


def _ends(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = ~np.isnan(x)
    low = np.min(x, axis=1, initial=np.inf, where=known, keepdims=True)
    return low, np.max(x, axis=1, initial=-np.inf, where=known, keepdims=True)


def _logarithms(x: np.ndarray, form: str) -> tuple[np.ndarray, np.ndarray]:
    """The logarithms, and whether they cannot be taken: the series then stays as it is."""
    low, high = _ends(x)
    with np.errstate(all="ignore"):
        margin = 0.01 * (high - low)
        if form == "plain":
            y = np.where(low > 0, np.log(x), np.nan)
        elif form == "shift":
            y = np.log(x - low + 1)
        elif form == "gii":
            # Below a maximum of 1 the formula would turn the order round.
            y = np.where(high > 1, np.log((high - 1) * (x - low) / (high - low) + 1), np.nan)
        elif form == "range_by_skew":
            skew, _ = shapes(x, np.inf, np.inf)
            y = np.where(skew[:, None] > 0, np.log(x - low + margin), -np.log(high + margin - x))
        else:
            y = np.log(x - low + margin)
    return _sound(x, y)


def _sound(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The new values of series all of whose values have one; the others as they were, and which these are."""
    low, high = _ends(x)
    refused: np.ndarray = (~np.isfinite(y) & ~np.isnan(x)).any(axis=1) & (high > low)[:, 0]
    kept = refused | (high <= low)[:, 0]
    return np.where(kept[:, None], x, y), refused


def _changed(x: np.ndarray, values: np.ndarray, step: str) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.where(((values != x) & ~np.isnan(x)).any(axis=1), step, "")


def _log(x: np.ndarray, params: Params) -> Treated:
    values, refused = _logarithms(x, params["form"])
    return Treated(values=values, steps=_changed(x, values, "log"), failing=np.zeros(len(x), bool), refused=refused)


log = Treat(name="log", source=COINR, params=FORM, treated=_log)
"""The logarithm of every value, whatever the shape of the series.

`form`: "range" ln(x - min + 0.01 (max - min)), COINr's log_CT; "range_by_skew" the same where skewness is above 0, else
-ln(max + 0.01 (max - min) - x), log_CT_plus; "shift" ln(x - min + 1), log_CT_orig; "gii" ln((max - 1) (x - min) /
(max - min) + 1), log_GII; "plain" ln x. All rise with x. Ties stay ties. One area or a constant series is left as it
is. Negative values are no exception but for "plain", which needs values above 0; "gii" needs a maximum above 1. Where
that fails the series is left as it is and a finding says so (COINr gives NaN, or turns the order round).
"""


def _winsorise_then_log(x: np.ndarray, params: Params) -> Treated:
    values, cut, failing = _winsorised(x, params)
    steps = np.where(cut, "winsorise", "").astype("<U16")
    refused = np.zeros(len(x), bool)
    at = np.flatnonzero(failing)
    if len(at):
        values[at], refused[at] = _logarithms(x[at], params["form"])
        steps[at] = _changed(x[at], values[at], "log")
        failing[at] = _fails(values[at], params)[0]
    return Treated(values=values, steps=steps, failing=failing, refused=refused)


winsorise_then_log = Treat(
    name="winsorise_then_log", source=COINR, params={**LIMITS, **FORM}, treated=_winsorise_then_log
)
"""`winsorise`; where the series does not pass after it, `log` of the untreated values instead.

It is what COINr does by default, and the best guess of what the team behind PII does. Where the logarithms do not pass
either they are kept, and a finding says so. All else is as for the two methods.
"""


def _box_cox(x: np.ndarray, params: Params) -> Treated:
    low, _ = _ends(x)
    power = float(params["lambda"])
    with np.errstate(all="ignore"):
        lifted = x - low + 1
        y = np.log(lifted) if power == 0 else (lifted**power - 1) / power
    values, refused = _sound(x, y)
    return Treated(values=values, steps=_changed(x, values, "box_cox"), failing=np.zeros(len(x), bool), refused=refused)


box_cox = Treat(
    name="box_cox",
    source=f"G. E. P. Box and D. R. Cox, An analysis of transformations (1964); {COINR}",
    params={"lambda": {"type": "number"}},
    treated=_box_cox,
)
"""((x - min + 1)^lambda - 1) / lambda; with lambda 0, ln(x - min + 1). It rises with x whatever lambda is.

Every value is treated, whatever the shape of the series; lambda is given, not estimated. Ties stay ties. One area or a
constant series is left as it is; negative values are no exception, since the minimum becomes 1. Where a power is too
large to be a number the series is left as it is and a finding says so.
"""

METHODS = (winsorise, log, winsorise_then_log, box_cox)
