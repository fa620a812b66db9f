"""What scenarios change: each beside the base, by area and node."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from piikit.files.wide_columns import rank_column, score_column
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.scoring.pipeline.run import collect

KEYS = ("area", "area_name", "period", "scenario")


def effects(wide: pl.DataFrame, edition: Edition, codes: Sequence[str]) -> pl.DataFrame:
    """Scores and ranks of every scenario minus those of the base; see `Result.scenario_effects`."""
    columns = {
        "code": [pl.lit(code) for code in codes],
        "level": [pl.lit(edition.nodes[code].level) for code in codes],
        "score": [pl.col(score_column(code)) for code in codes],
        "rank": [pl.col(rank_column(code)) for code in codes],
    }
    nested = wide.lazy().select(*KEYS, *(pl.concat_list(parts).alias(name) for name, parts in columns.items()))
    long = collect(nested.explode(list(columns)))
    base = long.filter(pl.col("scenario") == BASE).select(
        "area", "period", "code", pl.col("score").alias("base_score"), pl.col("rank").alias("base_rank")
    )
    beside = long.filter(pl.col("scenario") != BASE).join(
        base, on=["area", "period", "code"], how="left", maintain_order="left"
    )
    return beside.select(
        *KEYS,
        "code",
        "level",
        "score",
        "base_score",
        (pl.col("score") - pl.col("base_score")).alias("difference"),
        "rank",
        "base_rank",
        (pl.col("base_rank") - pl.col("rank")).alias("places"),
    )
