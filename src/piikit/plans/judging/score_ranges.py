"""Between which ends the scores of a node must lie, whatever the data."""

from __future__ import annotations

from piikit.framework.edition import Edition

INSIDE = frozenset({"mean", "geometric_mean", "harmonic_mean", "power_mean", "median", "min", "max"})
"""Aggregations whose result lies between the lowest and the highest child."""


def score_range(edition: Edition, code: str) -> tuple[float, float]:
    """The lowest and highest score that a node can have; infinite where the methods do not say.

    Published bounds are taken for the true ends, beyond which no area lies.

    >>> import piikit
    >>> score_range(piikit.edition("pii-2024"), "PII")
    (0.0, 100.0)
    """
    known: dict[str, tuple[float, float]] | None = edition.memo.get("score_ranges")
    if known is None:
        known = {}
        for node in reversed(edition.nodes):
            known[node] = _range(edition, node, known)
        edition.memo["score_ranges"] = known
    return known[code]


def _range(edition: Edition, code: str, below: dict[str, tuple[float, float]]) -> tuple[float, float]:
    node = edition.nodes[code]
    nothing = (-float("inf"), float("inf"))
    if node.aggregate is not None:
        if node.aggregate.name not in INSIDE or node.aggregate.groups:
            return nothing
        ends = [below[child] for child in node.children if edition.nodes[child].weight > 0]
        return min(low for low, _ in ends), max(high for _, high in ends)
    if node.normalise is None or node.normalise.groups:
        return nothing
    params = node.normalise.params
    if node.normalise.name == "min_max":
        return float(params["lower"]), float(params["upper"])
    if node.normalise.name in ("distance_to_max", "percentile_rank"):
        return 0.0, 1.0
    if node.normalise.name == "goalposts" and params["clip"]:
        return 0.0, float(params["factor"])
    return nothing
