"""A slow, obvious evaluation of an edition, for comparison: plain Python over dicts and floats.

It follows the contract of edition documents and shares no code with piikit. A document is one without `extends`, its
areas written out (a list of {code, ...}) or absent. Values are `{(area, period): {indicator code: number or None}}`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import reference_methods
from reference_prepare import prepared

Key = tuple[str, str]
Values = Mapping[Key, Mapping[str, float | None]]
Figures = dict[Key, dict[str, float | None]]

DEFAULTS = {
    "aggregate": "mean",
    "normalise": "min_max",
    "missing": "drop",
    "min_coverage": 0,
    "cohort": "period",
}


def evaluate(
    document: Mapping[str, Any],
    values: Values,
    *,
    directions: Mapping[str, str] | None = None,
    scores: Mapping[Key, Mapping[str, float]] | None = None,
    ranks: Mapping[Key, Mapping[str, int]] | None = None,
    bounds: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    adjust: Callable[[Key, str, float | None], float | None] | None = None,
    groups: Mapping[Key, str | None] | None = None,
) -> tuple[Figures, Figures]:
    """Scores and ranks of every node in every row.

    Args:
        document: the edition.
        values: the rows and their indicator values.
        directions: directions of indicators that the document leaves to a plugin, by code.
        scores, ranks: published figures, by row and code.
        bounds: published ends, by (code, period).
        adjust: what a scenario makes of the score of a node in a row.
        groups: the group of each row, for imputation by group.
    """
    values = prepared(document, values, groups)
    tree = _Tree(document, directions or {})
    found: Figures = {key: {} for key in sorted({*values, *(scores or {}), *(ranks or {})})}
    for code in tree.leaves_first():
        node = tree.nodes[code]
        for key in found:
            given = (scores or {}).get(key, {}).get(code)
            if given is not None:
                found[key][code] = given
            elif node["level"] == "indicator":
                found[key][code] = _indicator_score(tree, code, key, values, bounds or {})
            else:
                found[key][code] = _node_score(tree, code, found[key], key[0])
            if adjust is not None:
                found[key][code] = adjust(key, code, found[key][code])
        if node["level"] != "indicator" and tree.method(code, "aggregate")[0] == "copeland":
            _by_pairs(tree, code, found, scores or {})
    return found, _ranks(document, tree, found, ranks or {})


class _Tree:
    def __init__(self, document: Mapping[str, Any], directions: Mapping[str, str]) -> None:
        self.document = document
        self.directions = directions
        self.nodes = {node["code"]: node for node in document["nodes"]}
        self.children = {
            code: [other["code"] for other in document["nodes"] if other.get("parent") == code] for code in self.nodes
        }

    def option(self, code: str | None, key: str) -> Any:
        if code is not None and key in self.nodes[code]:
            return self.nodes[code][key]
        return self.document.get("defaults", {}).get(key, DEFAULTS[key])

    def method(self, code: str, step: str) -> tuple[str, dict[str, Any]]:
        named = self.option(code, step)
        if isinstance(named, str):
            return named, {}
        return named["method"], {key: value for key, value in named.items() if key not in ("method", "groups")}

    def group_of(self, code: str, step: str, area: str) -> str | None:
        """The group of areas with a method of its own that an area is in."""
        named = self.option(code, step)
        for group in named.get("groups", {}) if isinstance(named, dict) else {}:
            if area in self.document["groups"][group]["areas"]:
                return group
        return None

    def method_in(self, code: str, step: str, area: str) -> tuple[str, dict[str, Any]]:
        group = self.group_of(code, step, area)
        if group is None:
            return self.method(code, step)
        named = self.option(code, step)["groups"][group]
        if isinstance(named, str):
            return named, {}
        return named["method"], {key: value for key, value in named.items() if key != "method"}

    def direction(self, code: str) -> str:
        return self.nodes[code].get("direction") or self.directions.get(code, "higher")

    def weight(self, code: str) -> float:
        return float(self.nodes[code].get("weight", 1))

    def leaves_first(self) -> list[str]:
        def below(code: str) -> list[str]:
            return [*(found for child in self.children[code] for found in below(child)), code]

        (root,) = (code for code, node in self.nodes.items() if node.get("parent") is None)
        return below(root)


def _indicator_score(
    tree: _Tree, code: str, key: Key, values: Values, bounds: Mapping[tuple[str, str], tuple[float, float]]
) -> float | None:
    value = values.get(key, {}).get(code)
    if value is None:
        return None
    name, params = tree.method_in(code, "normalise", key[0])
    group = tree.group_of(code, "normalise", key[0])
    sign = -1.0 if tree.direction(code) == "lower" else 1.0
    if name == "none":
        return sign * value
    cohort = {
        (area, period): row[code]
        for (area, period), row in values.items()
        if row.get(code) is not None
        and (period == key[1] or tree.option(None, "cohort") == "panel")
        and tree.group_of(code, "normalise", area) == group
    }
    if name in reference_methods.NORMALISE:
        return reference_methods.normalised(name, value, cohort, params, sign < 0)
    if name == "goalposts":
        lower, upper = params["lower"], params["upper"]
    else:
        lower, upper = min(cohort.values()), max(cohort.values())  # type: ignore[type-var]
    lower, upper = bounds.get((code, key[1]), (lower, upper))
    if sign < 0:
        value, lower, upper = -value, -upper, -lower
    if upper <= lower:
        return None
    if name == "goalposts":
        factor = params.get("factor", 100)
        score = (value - lower) / (upper - lower) * factor
        return min(max(score, 0.0), factor) if params.get("clip", True) else score
    floor, top = params.get("lower", 0), params.get("upper", 100)
    return floor + (value - lower) * (top - floor) / (upper - lower)


def _by_pairs(tree: _Tree, code: str, found: Figures, given: Mapping[Key, Mapping[str, float]]) -> None:
    """Copeland's method: the node's scores so far only say which areas take part."""
    children = [child for child in tree.children[code] if tree.weight(child) > 0]
    weights = [tree.weight(child) for child in children]
    whole = tree.option(None, "cohort") == "panel"
    part = {
        key: [row[child] for child in children]
        for key, row in found.items()
        if _node_score(tree, code, row, key[0]) is not None
    }
    for key, mine in part.items():
        if given.get(key, {}).get(code) is None:
            others = [row for other, row in part.items() if whole or other[1] == key[1]]
            found[key][code] = reference_methods.wins_less_losses(mine, others, weights)


def _node_score(tree: _Tree, code: str, row: Mapping[str, float | None], area: str) -> float | None:
    counted = [(row[child], tree.weight(child)) for child in tree.children[code] if tree.weight(child) > 0]
    present = [(score, weight) for score, weight in counted if score is not None]
    if not present:
        return None
    name, params = tree.method_in(code, "aggregate", area)
    whole = len(present) == len(counted)
    if not whole and (name == "sum" or tree.option(code, "missing") == "null"):
        return None
    share = sum(weight for _, weight in present) / sum(weight for _, weight in counted)
    if share < tree.option(code, "min_coverage") - 1e-12:
        return None
    total = sum(weight for _, weight in present)
    if name == "sum":
        return sum(score * weight for score, weight in present)
    if name == "mean":
        return sum(score * weight for score, weight in present) / total
    if name in reference_methods.AGGREGATE:
        return reference_methods.aggregated(name, present, params)
    if any(score < 0 for score, _ in present):
        return None
    if any(score == 0 for score, _ in present):
        return 0.0
    return math.exp(sum(weight * math.log(score) for score, weight in present) / total)


def _ranks(
    document: Mapping[str, Any], tree: _Tree, found: Figures, published: Mapping[Key, Mapping[str, int]]
) -> Figures:
    rule = document.get("rank", {})
    decimals, ties = rule.get("decimals", 9), rule.get("ties", "min")
    ranks: Figures = {key: {} for key in found}
    for key in found:
        period = key[1]
        cohort = [other for other in found if other[1] == period]
        complete = "areas" not in document or len(cohort) == len(document["areas"])
        for code in tree.nodes:
            given = published.get(key, {}).get(code)
            score = found[key][code]
            ranks[key][code] = given
            if given is None and score is not None and complete:
                others = [round(found[k][code], decimals) for k in cohort if found[k][code] is not None]  # type: ignore[arg-type]
                ranks[key][code] = _rank(round(score, decimals), others, ties)
    return ranks


def _rank(score: float, others: list[float], ties: str) -> int:
    if ties == "dense":
        return 1 + len({other for other in others if other > score})
    if ties == "max":
        return sum(other >= score for other in others)
    return 1 + sum(other > score for other in others)
