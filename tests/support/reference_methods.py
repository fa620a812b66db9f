"""Methods as their books write them: plain Python on lists, slow and obvious. Part of the reference."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

NORMALISE = {
    "z_score",
    "rank",
    "borda",
    "percentile_rank",
    "fraction_of_max",
    "distance_to_max",
    "distance_to_reference",
    "distance_to_target",
}
AGGREGATE = {"harmonic_mean", "power_mean", "median", "min", "max", "mazziotta_pareto", "copeland"}
Present = Sequence[tuple[float, float]]


def normalised(
    name: str, x: float, cohort: Mapping[tuple[str, str], float], params: Mapping[str, Any], lower_is_better: bool
) -> float | None:
    """The score of one value among those of its cohort, by (area, period)."""
    values = list(cohort.values())
    if name == "fraction_of_max":
        if lower_is_better:
            return min(values) / x if min(values) > 0 else None
        return x / max(values) if max(values) > 0 else None
    if name == "distance_to_target" and isinstance(params["target"], list):
        low, high = params["target"]
        farthest = max(max(low - v, v - high, 0) for v in values)
        return 1 - max(low - x, x - high, 0) / farthest if farthest > 0 else None
    sign = -1 if lower_is_better else 1
    x, values = sign * x, [sign * v for v in values]
    if name == "z_score":
        if max(values) == min(values):
            return None
        z = (x - statistics.mean(values)) / statistics.stdev(values)
        return params.get("mean", 0) + params.get("sd", 1) * z
    if name in ("rank", "borda", "percentile_rank"):
        place = _rank(x, values, params.get("ties", "min"))
        if name == "percentile_rank":
            return (place - 1) / (len(values) - 1) if len(values) > 1 else None
        return place if name == "rank" else place - 1
    if name == "distance_to_max":
        end: float | None = max(values)
    elif name == "distance_to_target":
        end = sign * params["target"]
    else:
        end = max((sign * v for (area, _), v in cohort.items() if area == params["reference"]), default=None)
    if end is None or end <= min(values):
        return None
    score = 1 - (end - x) / (end - min(values))
    return min(score, 1.0) if params.get("cap") else score


def _rank(x: float, values: Sequence[float], ties: str) -> float:
    below, equal = sum(v < x for v in values), values.count(x)
    dense = 1 + len({v for v in values if v < x})
    return {"min": below + 1, "max": below + equal, "average": below + (equal + 1) / 2, "dense": dense}[ties]


def aggregated(name: str, present: Present, params: Mapping[str, Any]) -> float | None:
    """The score of a node from its children that have one, each with its weight."""
    scores = [score for score, _ in present]
    total = sum(weight for _, weight in present)
    if name in ("min", "max"):
        return {"min": min, "max": max}[name](scores)
    if name == "median":
        return _median(present, total)
    if name == "copeland":
        return 0.0
    mean = sum(score * weight for score, weight in present) / total
    if name == "mazziotta_pareto":
        if mean <= 0:
            return None
        variance = sum(weight * (score - mean) ** 2 for score, weight in present) / total
        return mean + (1 if params.get("penalty") == "up" else -1) * variance / mean
    p = -1 if name == "harmonic_mean" else params["p"]
    if min(scores) < 0 or (p < 0 and min(scores) == 0):
        return None
    if p == 0:
        return math.prod(score ** (weight / total) for score, weight in present)
    return (sum(weight * score**p for score, weight in present) / total) ** (1 / p)


def _median(present: Present, total: float) -> float:
    middle = [
        score
        for score, _ in present
        if sum(w for s, w in present if s < score) <= total / 2 and sum(w for s, w in present if s > score) <= total / 2
    ]
    return (min(middle) + max(middle)) / 2


def wins_less_losses(
    mine: Sequence[float | None], cohort: Sequence[Sequence[float | None]], weights: Sequence[float]
) -> float:
    """Copeland's score of an area among those of its cohort, itself included."""
    score = 0
    for theirs in cohort:
        ahead = common = 0.0
        for a, b, weight in zip(mine, theirs, weights, strict=True):
            if a is None or b is None:
                continue
            common += weight
            lead = round(a, 9) - round(b, 9)
            ahead += weight if lead > 0 else weight / 2 if lead == 0 else 0
        score += (ahead > common / 2 + 1e-12) - (ahead < common / 2 - 1e-12)
    return float(score)
