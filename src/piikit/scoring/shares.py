"""What a child weighs in the node above it: the one place that says it, for all who ask.

Explanations, levers, goal seek, effects, the gap of the index and effective weights go by what the method itself says
its children add (`Aggregate.shares`), so that they agree for the methods of plugins too. A method may say shares and
still be no weighted sum: it is one where twice the points of all children give twice the shares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import frozen

from piikit.files.wide_columns import given_column, score_column
from piikit.findings.errors import UsageError
from piikit.framework.edition import Edition, Node
from piikit.framework.methods import Aggregate

Row = Mapping[str, Any]
ROUNDING = 1e-12
"""The relative difference that is rounding alone."""


def counted(node: Node, edition: Edition) -> list[str]:
    """The children that count: those of weight 0 are shown only."""
    return [child for child in node.children if edition.nodes[child].weight > 0]


def linear_shares(
    node: Node, edition: Edition, present: Collection[str] | None = None, weights: Mapping[str, float] | None = None
) -> dict[str, float] | None:
    """Points that a node gains for one point of each child; None where its method is no weighted sum.

    Args:
        node: a node with children.
        edition: the framework.
        present: the children that have a score; all that count where not given. The others have no entry.
        weights: of the children, in place of the edition's own.
    """
    children = counted(node, edition) if weights is None else [child for child in node.children if weights[child] > 0]
    method = node.aggregator
    if method.shares is None or (node.aggregate and node.aggregate.groups):
        return None
    own = [edition.nodes[child].weight if weights is None else weights[child] for child in children]
    there = [present is None or child in present for child in children]
    if not any(there):
        return {}
    one, two = (method.shares([point if here else None for here in there], own) for point in (1.0, 2.0))
    shares = {child: share for child, share, here in zip(children, one, there, strict=True) if here}
    doubled = {child: share for child, share, here in zip(children, two, there, strict=True) if here}
    for child, share in shares.items():
        twice = doubled[child]
        if share is None or twice is None or abs(twice - 2 * share) > ROUNDING * abs(share):
            return None
    return {child: float(share) for child, share in shares.items() if share is not None}


def points_added(node: Node, row: Row, edition: Edition) -> dict[str, float | None] | None:
    """What each child adds to the node's score in one row, in points; None where the method has no such parts.

    A child without a score adds nothing that is known; one of weight 0 adds 0.
    """
    assert node.aggregate is not None
    method = edition.use_in(node.aggregate, row).method
    if not isinstance(method, Aggregate) or method.shares is None:
        return None
    children = counted(node, edition)
    scores = [row[score_column(child)] for child in children]
    added = method.shares(scores, [edition.nodes[child].weight for child in children])
    nothing: dict[str, float | None] = {child: 0.0 for child in node.children}
    return nothing | dict(zip(children, added, strict=True))


def weight_shares(node: Node, row: Row, edition: Edition) -> tuple[float | None, float | None]:
    """A node's share of its siblings' weights, and of the weights of those with a score, itself among them."""
    if node.parent is None:
        return None, None
    siblings = [edition.nodes[code] for code in edition.nodes[node.parent].children]
    every = sum(sibling.weight for sibling in siblings)
    present = sum(sibling.weight for sibling in siblings if row[score_column(sibling.code)] is not None)
    here = node.weight / present if present > 0 and row[score_column(node.code)] is not None else None
    return (node.weight / every if every > 0 else None), here


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
            present = {child for child in node.children if row[score_column(child)] is not None}
            shares = linear_shares(node, edition, present)
            if shares is None:
                raise UsageError("not_linear", code=node.code, method=node.aggregator.name)
            stack += [(child, weight * share) for child, share in shares.items()]
    return {indicator: found[indicator] for indicator in edition.indicators if indicator in found}


@frozen(kw_only=True)
class Effective:
    """What a node weighs in the index.

    Attributes:
        share: its weight in its parent: of a mean the weight over the sum of weights, of a sum the weight itself.
        weight: the product of the shares from the index down to the node, 1 at the index.
        nominal: the methods on the way that are no weighted sum; a point of the node is then not worth `weight` points
            of the index everywhere.
    """

    share: float
    weight: float
    nominal: Sequence[str] = ()


def effective(edition: Edition, weights: Mapping[str, float] | None = None) -> dict[str, Effective]:
    """What each node weighs in the index where nothing is missing.

    Args:
        edition: the framework.
        weights: of nodes, in place of the edition's own.
    """
    given = {code: node.weight for code, node in edition.nodes.items()} | dict(weights or {})
    found = {edition.root: Effective(share=1.0, weight=1.0)}
    for code, node in edition.nodes.items():
        if not node.children:
            continue
        above = found[code]
        own = {child: given[child] for child in node.children}
        shares = linear_shares(node, edition, weights=own)
        nominal = above.nominal if shares else (*above.nominal, node.aggregator.name)
        if not shares:
            every = sum(weight for weight in own.values() if weight > 0)
            shares = {child: weight / every for child, weight in own.items() if weight > 0}
        for child in node.children:
            share = shares.get(child, 0.0)
            found[child] = Effective(share=share, weight=above.weight * share, nominal=tuple(dict.fromkeys(nominal)))
    return found
