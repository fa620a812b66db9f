"""A slow, obvious screening, imputation and treatment, for comparison: plain Python over dicts, sums exact.

It follows the contract of edition documents and shares no code with piikit. `groups` gives the group of each row.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Key = tuple[str, str]
Values = Mapping[Key, Mapping[str, float | None]]
Column = dict[Key, float | None]


def prepared(document: Mapping[str, Any], values: Values, groups: Mapping[Key, str | None] | None = None) -> Values:
    """The values that scores are made of."""
    nodes = [node for node in document["nodes"] if node["level"] == "indicator"]
    defaults = document.get("defaults", {})
    kept = [key for key in values if not _set_aside(document.get("screen"), values[key], len(nodes))]
    found: dict[Key, dict[str, float | None]] = {key: {} for key in values}
    for node in nodes:
        code = node["code"]
        column: Column = {key: values[key].get(code) for key in kept}
        impute = _method(node.get("impute", defaults.get("impute", "none")))
        treat = _method(node.get("treat", defaults.get("treat", "none")))
        column = _imputed(column, *impute, document, groups or {})
        for cohort in _cohorts(column, document):
            known = [key for key in cohort if column[key] is not None]
            treated = _treated([float(column[key] or 0.0) for key in known], *treat)
            column |= dict(zip(known, treated, strict=True))
        for key in values:
            found[key][code] = column.get(key)
    return found


def _method(named: Any) -> tuple[str, dict[str, Any]]:
    return (named, {}) if isinstance(named, str) else (named["method"], named)


def _set_aside(screen: Mapping[str, float] | None, row: Mapping[str, float | None], total: int) -> bool:
    if screen is None:
        return False
    known = [value for value in row.values() if value is not None]
    few = len(known) / total < screen.get("min_available", 0)
    return few or (bool(known) and 1 - known.count(0) / len(known) < screen.get("min_nonzero", 0))


def _cohorts(column: Column, document: Mapping[str, Any]) -> list[list[Key]]:
    if document.get("defaults", {}).get("cohort") == "panel":
        return [list(column)]
    return [[key for key in column if key[1] == period] for period in sorted({period for _, period in column})]


def _imputed(
    column: Column, name: str, params: Mapping[str, Any], document: Mapping[str, Any], groups: Mapping[Key, str | None]
) -> Column:
    filled = dict(column)
    if name in ("previous", "linear"):
        for key in column:
            if column[key] is None:
                filled[key] = _over_time(column, key, name, params.get("max_gap"))
        return filled
    for cohort in _cohorts(column, document):
        for key in cohort:
            if column[key] is not None or name == "none":
                continue
            peers = [other for other in cohort if column[other] is not None]
            if name.startswith("group"):
                peers = [other for other in peers if groups[key] is not None and groups[other] == groups[key]]
            known = [float(column[other] or 0.0) for other in peers]
            centre = statistics.median if name.endswith("median") else statistics.mean
            filled[key] = float(centre(known)) if known else None
    return filled


def _over_time(column: Column, key: Key, name: str, limit: int | None) -> float | None:
    area, period = key
    known = {int(other): value for (place, other), value in column.items() if place == area and value is not None}
    before = max((year for year in known if year < int(period)), default=None)
    after = min((year for year in known if year > int(period)), default=None)
    if name == "previous":
        far = before is None or (limit is not None and int(period) - before > limit)
        return None if far or before is None else known[before]
    if before is None or after is None or (limit is not None and after - before - 1 > limit):
        return None
    share = Fraction(int(period) - before, after - before)
    return float(Fraction(known[before]) * (1 - share) + Fraction(known[after]) * share)


def shape(x: list[float]) -> tuple[float | None, float | None]:
    """Skewness and excess kurtosis, type 2; None where there is none."""
    n = len(x)
    if n < 3 or max(x) == min(x):
        return None, None
    mean = sum(map(Fraction, x)) / n
    s2, s3, s4 = (sum((Fraction(value) - mean) ** power for value in x) for power in (2, 3, 4))
    skew = math.sqrt(n) * float(s3) / float(s2) ** 1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    if n < 4:
        return skew, None
    return skew, float(((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))


def _fails(x: list[float], params: Mapping[str, Any]) -> bool:
    skew, kurtosis = shape(x)
    if skew is None or kurtosis is None:
        return False
    return not (abs(skew) < params.get("skew", 2) or kurtosis < params.get("kurtosis", 3.5))


def _treated(x: list[float], name: str, params: Mapping[str, Any]) -> list[float]:
    if not x or max(x) == min(x) or name == "none":
        return x
    if name == "log":
        return _logs(x, params.get("form", "range"))
    if name == "box_cox":
        power, low = params["lambda"], min(x)
        return [math.log(v - low + 1) if power == 0 else ((v - low + 1) ** power - 1) / power for v in x]
    cut = _winsorised(x, params)
    if name == "winsorise_then_log" and _fails(cut, params):
        return _logs(x, params.get("form", "range"))
    return cut


def _winsorised(x: list[float], params: Mapping[str, Any]) -> list[float]:
    x = list(x)
    high: list[int] = []
    low: list[int] = []
    while _fails(x, params) and len(set(x)) > 2 and len(high) + len(low) < params.get("max_points", 5):
        skew, _ = shape(x)
        assert skew is not None
        end = max(x) if skew >= 0 else min(x)
        points = [place for place, value in enumerate(x) if value == end]
        rest = [value for value in x if value != end]
        for place in points:
            x[place] = max(rest) if skew >= 0 else min(rest)
        if skew >= 0:
            high = points
        else:
            low = points
    return x


def _logs(x: list[float], form: str) -> list[float]:
    low, high = min(x), max(x)
    margin = 0.01 * (high - low)
    if form == "plain":
        return [math.log(value) for value in x] if low > 0 else x
    if form == "shift":
        return [math.log(value - low + 1) for value in x]
    if form == "gii":
        return [math.log((high - 1) * (v - low) / (high - low) + 1) for v in x] if high > 1 else x
    skew, _ = shape(x)
    if form == "range_by_skew" and not (skew is not None and skew > 0):
        return [-math.log(high + margin - value) for value in x]
    return [math.log(value - low + margin) for value in x]
