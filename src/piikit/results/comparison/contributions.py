"""What each indicator adds to a node's score, in trees of means and sums."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from piikit.framework.edition import Node
from piikit.results.comparison.common_grid import Matrix
from piikit.results.comparison.hybrids import Hybrid

ADDITIVE = ("mean", "sum")
"""Methods of aggregation whose parts add up to the score."""


@frozen(kw_only=True)
class Parts:
    """Parts of a node's score.

    Attributes:
        points: rows x nodes of the grid: what the node adds, 0 where it adds nothing.
        used: nodes that may add something: indicators, and nodes with published scores.
        uneven: rows where a method on the way down has no parts that add up.
    """

    points: Matrix
    used: Matrix
    uneven: Matrix


def contributions(mix: Hybrid, target: int, width: int) -> Parts:
    """The points that indicators and published figures add to one node; where it has a score they add up to it.

    Args:
        mix: an evaluation.
        target: the node's place on the grid.
        width: how many places there are.
    """
    rows = mix.scores.shape[0]
    share = np.zeros((rows, width))
    share[:, target] = 1.0
    inner = np.zeros(width, dtype=bool)
    uneven = np.zeros(rows, dtype=bool)
    published = ~np.isnan(mix.given)
    below = {target}
    for code, node in mix.edition.nodes.items():
        place = mix.places[code]
        if place not in below or not node.children:
            continue
        inner[place] = True
        below |= {mix.places[child] for child in node.children}
        passed = np.where(published[:, place], 0.0, share[:, place])
        if node.aggregator.name in ADDITIVE and not (node.aggregate and node.aggregate.groups):
            _passed_on(mix, node, passed, share)
        else:
            uneven |= passed != 0
    # The way down ends at indicators and at published scores; a node without a share may have no score.
    ends = published | ~inner
    points = np.where(ends & (share != 0), share * mix.scores, 0.0)
    used = ends.any(axis=0) & np.isin(np.arange(width), list(below))
    return Parts(points=points, used=used, uneven=uneven)


def _passed_on(mix: Hybrid, node: Node, passed: Matrix, share: Matrix) -> None:
    """Write the children's shares: their weights, for a mean over the weights of those present."""
    places = [mix.places[child] for child in node.children]
    weights = np.array([mix.edition.nodes[child].weight for child in node.children])
    present = ~np.isnan(mix.scores[:, places]) * weights
    if node.aggregator.name == "mean":
        total = present.sum(axis=1, keepdims=True)
        present = np.divide(present, total, out=np.zeros_like(present), where=total > 0)
    share[:, places] = passed[:, None] * present
