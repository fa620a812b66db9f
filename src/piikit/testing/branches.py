"""Which rule about missing data decided a figure, told from a result: for the coverage of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from piikit.files.wide_columns import given_column, rank_column, score_column, value_column
from piikit.framework.edition import Edition, Node

Row = Mapping[str, Any]

BRANCHES: Mapping[str, str] = {
    "item_missing": "an item is missing, so the indicator has no value",
    "value_missing": "the value of an indicator is missing",
    "no_spread": "an indicator has a value and no score: its cohort is one area, or all alike",
    "left_out": "a child is missing and left out, the other weights rescaled",
    "null": "a child is missing, and the edition makes the node null",
    "none_present": "all children are missing",
    "enough": "a share of the children is missing, and what is left reaches min_coverage",
    "too_little": "a share of the children is missing, and what is left does not reach min_coverage",
    "whole_only": "a child is missing, and the method of aggregation needs them all",
    "weightless": "only children of weight 0 are missing, so nothing is",
    "refused": "all children are there, and the method of aggregation has no score for them",
    "published": "a published score stands where children are missing",
    "no_rank": "no score, no rank",
    "rank_withheld": "a score and no rank, for another area of the edition has no row",
}
"""The branches of missing data, and what happens in each."""


def branch_of(code: str, row: Row, edition: Edition) -> str | None:
    """The rule about missing data that decided the score of a node; None where nothing was missing.

    Args:
        code: the node.
        row: the area's row of a result's wide frame.
        edition: the framework.
    """
    node = edition.nodes[code]
    if not node.children:
        return _of_indicator(node, row)
    score = row.get(score_column(code))
    weights = {child: edition.nodes[child].weight for child in node.children}
    missing = [child for child in node.children if row.get(score_column(child)) is None]
    counted = [child for child in missing if weights[child] > 0]
    if row.get(given_column(code)) is not None:
        return "published" if counted else None
    if not counted:
        return "refused" if score is None else ("weightless" if missing else None)
    if len(counted) == sum(weight > 0 for weight in weights.values()):
        return "none_present"
    if node.aggregator.complete:
        return "whole_only"
    if node.missing == "null" or node.min_coverage >= 1:
        return "null"
    if node.min_coverage > 0:
        return "enough" if score is not None else "too_little"
    return "left_out" if score is not None else "refused"


def _of_indicator(node: Node, row: Row) -> str | None:
    if row.get(score_column(node.code)) is not None:
        return None
    if row.get(value_column(node.code)) is not None:
        return "no_spread"
    items = node.indicator.item_names if node.indicator is not None else ()
    return "item_missing" if items and any(item in row and row[item] is None for item in items) else "value_missing"


def rank_branch(code: str, row: Row) -> str | None:
    """The rule that decided that a node has no rank; None where it has one."""
    if row.get(rank_column(code)) is not None:
        return None
    return "no_rank" if row.get(score_column(code)) is None else "rank_withheld"
