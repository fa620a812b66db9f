"""Two results side by side: what differs, by area and node."""

from __future__ import annotations

import polars as pl

from piikit.errors import UsageError
from piikit.framework import Edition

KEYS = ("area", "scenario", "code")


def compare(scores: pl.DataFrame, other: pl.DataFrame, edition: Edition, other_edition: Edition) -> pl.DataFrame:
    """The long scores of one result beside those of another; see `Result.compare`."""
    lists = [framework.areas.id if framework.areas else None for framework in (edition, other_edition)]
    if lists[0] != lists[1]:
        raise UsageError(
            f"{edition.id} covers the areas of {lists[0]}, {other_edition.id} those of {lists[1]}: "
            "their scores and ranks cannot be laid side by side"
        )
    keys = list(KEYS)
    if scores["period"].n_unique() > 1 or other["period"].n_unique() > 1:
        keys.append("period")
        if not set(scores["period"]) & set(other["period"]):
            raise UsageError("the results have several periods and none in common")
    beside = other.select(
        *keys,
        pl.col("period").alias("other_period"),
        pl.col("score").alias("other_score"),
        pl.col("rank").alias("other_rank"),
    )
    return scores.join(beside, on=keys, how="inner", maintain_order="left").select(
        "area", "area_name", "period", "other_period", "scenario", "code", "level", "score", "other_score",
        (pl.col("score") - pl.col("other_score")).alias("difference"),
        "rank", "other_rank", (pl.col("other_rank") - pl.col("rank")).alias("places"),
    )  # fmt: skip
