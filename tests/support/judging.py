"""A slow, obvious judge of conditions, for comparison: plain Python over scores of all areas, all of them known.

It shares no code with piikit. Figures are `{area: score}`; ranks are counted pair by pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any


def rank(scores: Mapping[str, float], area: str, among: Sequence[str] | None = None) -> int:
    """1 plus how many others score more."""
    return 1 + sum(scores[other] > scores[area] for other in among or scores if other != area)


def figure(
    condition: Mapping[str, Any], scores: Mapping[str, float], area: str, groups: Mapping[str, Sequence[str]]
) -> Fraction:
    if condition["metric"] == "score":
        return Fraction(str(scores[area]))
    return Fraction(rank(scores, area, groups[condition["among"]] if "among" in condition else None))


def holds(
    condition: Mapping[str, Any],
    now: Mapping[str, float],
    before: Mapping[str, float],
    area: str,
    groups: Mapping[str, Sequence[str]],
) -> bool:
    """Whether a condition holds where every score is known."""
    actual, old = figure(condition, now, area, groups), figure(condition, before, area, groups)
    gain = actual - old if condition["metric"] == "score" else old - actual
    names = condition.get("mean_of", ())
    limits = [sum(Fraction(str(now[a])) for a in groups[g]) / len(groups[g]) for g in names]
    if "value" in condition and condition["is"] != "improves_by":
        limits = [Fraction(str(condition["value"]))]
    return {
        "above": lambda: all(actual > limit for limit in limits),
        "at_least": lambda: all(actual >= limit for limit in limits),
        "below": lambda: all(actual < limit for limit in limits),
        "at_most": lambda: all(actual <= limit for limit in limits),
        "exactly": lambda: actual == limits[0],
        "between": lambda: condition["range"][0] <= actual <= condition["range"][1],
        "improves": lambda: gain > 0,
        "maintains": lambda: gain >= 0,
        "improves_by": lambda: gain >= Fraction(str(condition["value"])),
    }[condition["is"]]()
