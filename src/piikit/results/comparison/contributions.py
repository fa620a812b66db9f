"""What each indicator adds to a node's score, in trees of weighted sums."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from piikit.framework.edition import Node
from piikit.results.comparison.common_grid import Matrix
from piikit.results.comparison.hybrids import Hybrid
from piikit.scoring.shares import counted, linear_shares


@frozen(kw_only=True)
class Contributions:
    """Parts of a node's score.

    Attributes:
        points: rows x nodes of the grid: what the node adds, 0 where it adds nothing.
        used: nodes that may add something: indicators, and nodes with published scores.
        uneven: rows where a method on the way down has no parts that add up.
    """

    points: Matrix
    used: Matrix
    uneven: Matrix


def contributions(mix: Hybrid, target: int, width: int) -> Contributions:
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
        uneven |= _passed_on(mix, node, passed, share)
    # The way down ends at indicators and at published scores; a node without a share may have no score.
    ends = published | ~inner
    points = np.where(ends & (share != 0), share * mix.scores, 0.0)
    used = ends.any(axis=0) & np.isin(np.arange(width), list(below))
    return Contributions(points=points, used=used, uneven=uneven)


def _passed_on(mix: Hybrid, node: Node, passed: Matrix, share: Matrix) -> np.ndarray:
    """Write the children's shares where they are; gives the rows in which the method has no parts that add up."""
    children = counted(node, mix.edition)
    places = [mix.places[child] for child in children]
    present = ~np.isnan(mix.scores[:, places])
    patterns, which = np.unique(present, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows = which.reshape(-1) == number
        there = {child for child, here in zip(children, pattern, strict=True) if here}
        shares = linear_shares(node, mix.edition, there)
        if shares is None:
            return np.asarray(passed != 0)
        own = np.array([shares.get(child, 0.0) for child in children])
        share[np.ix_(rows, places)] = passed[rows, None] * own
    return np.zeros(len(passed), dtype=bool)
