"""Levers: what one unit of each indicator is worth in a node of an area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from piikit.analysis.seek.choices import choices
from piikit.analysis.seek.curves import Curve, ceilings_of, curves
from piikit.analysis.seek.rescore import Rescoring, ground_of
from piikit.files.wide_columns import given_column, score_column, value_column
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import Lang, messages
from piikit.results.frames import Frames
from piikit.scoring.shares import effective_weights

LEVERS = pl.Schema(
    {
        "code": pl.String(),
        "name": pl.String(),
        "unit": pl.String(),
        "direction": pl.String(),
        "value": pl.Float64(),
        "score": pl.Float64(),
        "weight": pl.Float64(),
        "gain": pl.Float64(),
        "ceiling": pl.Float64(),
        "room": pl.Float64(),
        "gain_room": pl.Float64(),
        "gain_room_moving": pl.Float64(),
        "moves_end": pl.Boolean(),
        "rank": pl.Int32(),
        "reason_code": pl.String(),
        "reason": pl.String(),
    }
)


def levers(
    result: Frames,
    area: str,
    code: str | None = None,
    *,
    period: str | None = None,
    ceilings: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """What each indicator below a node can add to the node's score in one area.

    Args:
        result: what `evaluate` gave.
        area: code, name, name without marks, or alias.
        code: the node that is to gain; the index where not given.
        period: the last one where not given.
        ceilings: the best value that can be reached, by indicator, in its unit; the best end of its normalisation
            where not given (mostly the best value among the areas compared).

    Returns:
        A row an indicator at or below the node, in tree order:

        - code, name, unit, direction, value (in the unit), score
        - weight: points that the node gains for one point of the indicator's score, with what is missing left out
        - gain: points that the node gains for one unit in the better direction, the ends of normalisation held
        - ceiling (in the unit), room: how many units are left to it
        - gain_room: points that the node gains where this indicator alone comes to its ceiling, the ends held;
          gain_room_moving: the same with the ends taken anew. They differ where the area itself holds an end
        - moves_end: whether the area alone holds the worst end: with the ends taken anew its first steps bring nothing
          until it meets the next worst area, and meanwhile the others' scores fall
        - rank: by gain_room, the largest first; null where nothing can be gained
        - reason_code, reason: why an indicator is no lever; else null

    Raises:
        UsageError: an unknown area, node or indicator; a method that is no straight line.

    Source: derivatives of weighted means of linear scores; OECD/JRC, Handbook on Constructing Composite Indicators
    (2008), steps 5 and 6.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> best = result.levers("Bắc Giang").sort("rank", nulls_last=True).row(0, named=True)
    >>> best["code"], round(best["gain_room"], 2)
    ('7.1.2', 2.69)
    """
    edition = result.edition
    root = code if code is not None else edition.root
    if root not in edition.nodes:
        near = nearest(root, list(edition.nodes), cutoff=0.6)
        raise UsageError(f"unknown code {root!r}" + (f"; did you mean {near!r}?" if near else "."))
    own = choices(edition, ceilings=ceilings)
    ground = ground_of(result, area, period)
    weights = effective_weights(edition, ground.row, root)
    limits = {**ceilings_of(ground), **own.ceilings}
    held, moving = curves(ground, "fixed", limits), curves(ground, "moving", limits)
    rows = [
        _row(leaf, ground, weights.get(leaf), limits, held.get(leaf), moving.get(leaf), result.lang)
        for leaf in edition.leaves[root]
    ]
    frame = pl.DataFrame(rows, schema=LEVERS)
    gains = pl.col("gain_room")
    return frame.with_columns(rank=pl.when(gains > 0).then(gains.rank("min", descending=True).cast(pl.Int32)))


def _row(
    code: str,
    ground: Rescoring,
    weight: float | None,
    limits: Mapping[str, float],
    held: Curve | None,
    moving: Curve | None,
    lang: Lang,
) -> dict[str, Any]:
    node = ground.edition.nodes[code]
    words = messages(lang)
    row: dict[str, Any] = {
        "code": code,
        "name": words.of(node.name),
        "unit": words.of(node.unit.name) if node.unit else None,
        "direction": node.direction,
        "value": ground.row[value_column(code)],
        "score": ground.row[score_column(code)],
        "weight": weight,
        "ceiling": limits.get(code),
        "moves_end": None if moving is None else moving.alone,
    }
    reason = why_not(code, ground, weight, held)
    if reason is None and weight is not None and held is not None:
        row |= {
            "gain": weight * held.slope,
            "room": max(held.sign * limits[code] - held.start, 0.0),
            "gain_room": weight * held.room,
            "gain_room_moving": None if moving is None else weight * moving.room,
        }
    return {**row, "reason_code": reason, "reason": words.text(f"seek.reason.{reason}") if reason else None}


def why_not(code: str, ground: Rescoring, weight: float | None, curve: Curve | None) -> str | None:
    """Why an indicator moves nothing; None where it does."""
    row = ground.row
    if row.get(given_column(code)) is not None:
        return "published"
    if row[value_column(code)] is None:
        return "missing"
    if ground.edition.nodes[code].treat is not None:
        return "treated"
    if row[score_column(code)] is None or curve is None:
        return "no_score"
    return "no_weight" if weight is None else None
