"""What a point of an indicator's score is worth in a node above it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from piikit.files.wide_columns import given_column, score_column
from piikit.findings.errors import UsageError
from piikit.framework.edition import Edition, Node

Row = Mapping[str, Any]


def effective_weights(edition: Edition, row: Row, code: str) -> dict[str, float]:
    """Points that a node gains for one point of each indicator at or below it, in one row.

    Indicators without a score there, of weight 0, or below a published score have no entry: they move nothing.

    Args:
        edition: the framework.
        row: the area's row of the wide frame.
        code: the node.

    Raises:
        UsageError: a node on the way is made by a method that is no weighted sum of its children.
    """
    found: dict[str, float] = {}
    stack = [(code, 1.0)]
    while stack:
        above, weight = stack.pop()
        node = edition.nodes[above]
        if row.get(score_column(above)) is None or row.get(given_column(above)) is not None:
            continue
        if node.is_indicator:
            found[above] = weight
        elif node.children:
            stack += [(child, weight * share) for child, share in _shares(node, row, edition).items()]
    return {indicator: found[indicator] for indicator in edition.indicators if indicator in found}


def _shares(node: Node, row: Row, edition: Edition) -> dict[str, float]:
    """What one point of each child that is present adds to the node."""
    counted = [child for child in node.children if edition.nodes[child].weight > 0]
    weights = [edition.nodes[child].weight for child in counted]
    parts: list[dict[str, float]] = []
    for point in (1.0, 2.0):
        if node.aggregator.shares is None or (node.aggregate and node.aggregate.groups):
            break
        scores = [None if row[score_column(child)] is None else point for child in counted]
        shares = node.aggregator.shares(scores, weights)
        parts.append({child: share for child, share in zip(counted, shares, strict=True) if share is not None})
    # A method may tell shares and still be no straight line: then twice the points do not give twice the shares.
    if not parts or any(abs(parts[1][child] - 2 * share) > 1e-12 * abs(share) for child, share in parts[0].items()):
        raise UsageError("not_linear", code=node.code, method=node.aggregator.name)
    return parts[0]
