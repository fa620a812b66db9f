"""A target as a person asks for it: a node, and what its score or rank is to be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from piikit.findings.errors import UsageError


@frozen
class Target:
    """What a node is to reach, for goal seek.

    Args:
        node: the code of a node: "PII", "3", "6.2.1".
        rank: the place to be reached: 10 means among the first ten.
        above: the score (points) to be exceeded, the plans' "trên".
        at_least: the score (points) to be reached.

    Several of them are conditions that must all hold.

    Raises:
        UsageError: nothing is asked for, or a figure that is none; a rank below 1 or no whole number.

    >>> Target("PII", rank=10)
    Target('PII', rank=10)
    >>> Target("3", above=69.32).conditions()
    [{'node': '3', 'metric': 'score', 'is': 'above', 'value': 69.32}]
    """

    __module__ = "piikit"

    node: str
    rank: int | None = field(default=None, kw_only=True)
    above: float | None = field(default=None, kw_only=True)
    at_least: float | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        asked = {"rank": self.rank, "above": self.above, "at_least": self.at_least}
        given = {name: figure for name, figure in asked.items() if figure is not None}
        if not given:
            raise UsageError("empty_target", node=self.node)
        for name, figure in given.items():
            if isinstance(figure, bool) or not isinstance(figure, int | float) or not math.isfinite(figure):
                raise UsageError("target_figure", name=name, value=repr(figure))
        if self.rank is not None and (self.rank < 1 or self.rank != int(self.rank)):
            raise UsageError("target_rank", value=repr(self.rank))

    def conditions(self) -> list[dict[str, Any]]:
        """The target as the conditions of a plan's document."""
        asked = (("rank", "at_most", self.rank), ("score", "above", self.above), ("score", "at_least", self.at_least))
        return [
            {"node": self.node, "metric": metric, "is": comparison, "value": value}
            for metric, comparison, value in asked
            if value is not None
        ]

    def __repr__(self) -> str:
        asked = {"rank": self.rank, "above": self.above, "at_least": self.at_least}
        shown = "".join(f", {name}={value!r}" for name, value in asked.items() if value is not None)
        return f"Target({self.node!r}{shown})"


TargetLike = Target | Mapping[str, Any] | str
"""A target: typed, a condition of a plan's document, or the id of a target of the plan that was judged."""
TargetsLike = TargetLike | Iterable[TargetLike]
"""One target or several, which must all be reached."""
