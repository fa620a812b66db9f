"""What every node weighs in the index: the product of the shares on its way up."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from piikit.framework.edition import Edition, Node


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
    nominal: tuple[str, ...] = ()


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
        shares, linear = _shares(node, {child: given[child] for child in node.children})
        nominal = above.nominal if linear else (*above.nominal, node.aggregator.name)
        for child, share in shares.items():
            found[child] = Effective(share=share, weight=above.weight * share, nominal=tuple(dict.fromkeys(nominal)))
    return found


def _shares(node: Node, weights: Mapping[str, float]) -> tuple[dict[str, float], bool]:
    """What each child weighs in the node, and whether that is what a point of it adds."""
    counted = [child for child, weight in weights.items() if weight > 0]
    plain = sum(weights[child] for child in counted)
    shares = {child: (weights[child] / plain if child in counted else 0.0) for child in weights}
    # What children with one point each add is their weight in the node; at twice the points it must be twice as much.
    adds = node.aggregator.shares if not getattr(node.aggregate, "groups", None) else None
    if adds is None or not counted:
        return shares, False
    own = [weights[child] for child in counted]
    one, two = (adds([point] * len(counted), own) for point in (1.0, 2.0))
    if any(a is None or b is None or abs(b - 2 * a) > 1e-12 * abs(a) for a, b in zip(one, two, strict=True)):
        return shares, False
    return shares | {child: float(share or 0.0) for child, share in zip(counted, one, strict=True)}, True
