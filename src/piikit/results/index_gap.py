"""The gap of an index, its maximum minus its score, divided among its indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from piikit.files.wide_columns import given_column, score_column
from piikit.framework.edition import Edition, Node
from piikit.scoring.shares import linear_shares

Row = Mapping[str, Any]


@frozen(kw_only=True)
class Gaps:
    """The index's gap of one area in its indicators.

    Attributes:
        parts: points of the index that each indicator is short of its maximum; they add up to `total`.
        total: the index's maximum minus its score; None where it cannot be divided, and `reason` says why.
    """

    parts: Mapping[str, float] = field(factory=dict)
    total: float | None = None
    reason: str | None = None


def gaps(row: Row, edition: Edition) -> Gaps:
    """Divide the gap of an index among its indicators: effective weight times (maximum minus score).

    The effective weight is the product of a node's shares in its parents, from the indicator up to the index. This adds
    up for trees of weighted sums alone, and needs every indicator that counts.

    Args:
        row: the area's row of the pipeline's frame.
        edition: the framework.
    """
    root = edition.root
    if row[score_column(root)] is None:
        return Gaps(reason="no_score")
    weights = {root: 1.0}
    for code, node in edition.nodes.items():
        if weights.get(code, 0.0) == 0.0 or not node.children:
            continue
        if row.get(given_column(code)) is not None:
            return Gaps(reason="published")
        shares = linear_shares(node, edition)
        if shares is None:
            return Gaps(reason="method")
        weights |= {child: weights[code] * share for child, share in shares.items()}
    parts: dict[str, float] = {}
    for code in edition.indicators:
        score, weight = row[score_column(code)], weights.get(code, 0.0)
        most = maximum(edition.nodes[code])
        if weight == 0.0:
            parts[code] = 0.0
        elif score is None:
            return Gaps(reason="partial")
        elif most is None:
            return Gaps(reason="no_maximum")
        else:
            parts[code] = weight * (most - score)
    return _summed(parts, weights, row, edition)


def _summed(parts: dict[str, float], weights: Mapping[str, float], row: Row, edition: Edition) -> Gaps:
    """The parts with their whole, if the index is indeed the weighted sum of its indicators."""
    root = row[score_column(edition.root)]
    again = sum(weights[code] * row[score_column(code)] for code in edition.indicators if weights.get(code))
    # A tree that ends in published nodes, or a method whose shares are no weights, does not add up to the index.
    if abs(again - root) > 1e-9 * max(1.0, abs(root)):
        return Gaps(reason="method")
    most = sum(weights[code] * (maximum(edition.nodes[code]) or 0.0) for code in edition.indicators if code in weights)
    return Gaps(parts=parts, total=most - root)


def maximum(node: Node) -> float | None:
    """The best score that an indicator can have, where its method sets one."""
    assert node.normalise is not None
    use = node.normalise
    if use.groups:
        return None
    if node.normaliser.top is not None:
        return node.normaliser.top(use.method.filled(use.params))
    if use.name == "none" and node.direction == "higher" and node.unit is not None:
        return node.unit.upper
    return None
