"""Who overtook whom between two results."""

from __future__ import annotations

import numpy as np
import polars as pl

from piikit.files.wide_columns import rank_column, score_column
from piikit.findings.errors import UsageError
from piikit.findings.unknown import unknown
from piikit.results.comparison.matching import compared_areas, match_codes
from piikit.results.comparison.sides import Pick, Side, pair_cohorts

FIGURES = ("rank", "other_rank", "score", "other_score")
KINDS = ("passed", "drew_level", "pulled_ahead")
MOST = 2000
"""Among more areas than these their pairs are not listed: the table of all pairs would not fit into memory."""


def overtakes(side: Side, other: Side, pick: Pick, *, code: str | None, area: str | None) -> pl.DataFrame:
    """The pairs of areas whose order at a node changed; see `Result.overtakes`."""
    pairs = match_codes(side.edition, other.edition).pairs
    node = side.edition.root if code is None else code
    if node not in pairs:
        raise unknown("common_node", node, pairs)
    areas = compared_areas(side, other)
    found = [
        _changed(_beside(side, other, areas, cohort, node, pairs[node]), side, other, area).with_columns(
            pl.lit(value).alias(name) for name, value in cohort.items()
        )
        for cohort in pair_cohorts(side.cohorts(), other.cohorts(), pick).iter_rows(named=True)
    ]
    columns = ["area", "area_name", "overtaken", "overtaken_name", "kind"]
    return pl.concat(found).select(
        pl.lit(node).alias("code"),
        "period",
        "other_period",
        "scenario",
        "other_scenario",
        *columns,
        *FIGURES,
        *(f"overtaken_{name}" for name in FIGURES),
    )


def _beside(
    side: Side, other: Side, areas: pl.DataFrame, cohort: dict[str, str], code: str, other_code: str
) -> pl.DataFrame:
    """area, area_name and the four figures of the areas that both have, the best place now first."""
    ours = side.wide.filter(pl.col("period") == cohort["period"], pl.col("scenario") == cohort["scenario"])
    theirs = other.wide.filter(
        pl.col("period") == cohort["other_period"], pl.col("scenario") == cohort["other_scenario"]
    )
    there = theirs.select(
        pl.col("area").alias("other_area"),
        pl.col(rank_column(other_code)).alias("other_rank"),
        pl.col(score_column(other_code)).alias("other_score"),
    )
    rows = ours.join(areas, on="area", how="inner", maintain_order="left").join(
        there, on="other_area", how="inner", maintain_order="left"
    )
    here = rows.select(
        "area",
        "area_name",
        pl.col(rank_column(code)).alias("rank"),
        "other_rank",
        pl.col(score_column(code)).alias("score"),
        "other_score",
    )
    return here.sort("rank", "score", descending=[False, True], nulls_last=True, maintain_order=True)


def _changed(rows: pl.DataFrame, side: Side, other: Side, area: str | None) -> pl.DataFrame:
    if area is None and rows.height > MOST:
        raise UsageError("too_many_pairs", n=rows.height)
    every = np.arange(rows.height)
    own = every if area is None else np.flatnonzero((rows["area"] == area).to_numpy())
    # [i, j] is 1 where i is ahead of j, -1 where it is behind, 0 where they share a place, NaN where nobody knows.
    now = _order(rows["rank"], rows["score"], side.edition.rank.decimals, own)
    before = _order(rows["other_rank"], rows["other_score"], other.edition.rank.decimals, own)
    first, second, kind = _pairs(before, now)
    first = own[first]
    if area is not None:
        others, selves, kinds = _pairs(-before.T, -now.T)
        first, second = np.concatenate([first, others]), np.concatenate([second, own[selves]])
        kind = np.concatenate([kind, kinds])
        order = np.lexsort((second, first))
        first, second, kind = first[order], second[order], kind[order]
    behind = rows[second].rename(
        {"area": "overtaken", "area_name": "overtaken_name", **{name: f"overtaken_{name}" for name in FIGURES}}
    )
    named = pl.Series("kind", np.array(KINDS)[kind].tolist(), dtype=pl.String)
    return rows[first].hstack(behind).with_columns(named)


def _pairs(before: np.ndarray, now: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the order changed to the better of the first one: row, column, and the place of the kind."""
    kinds = np.full(now.shape, -1)
    for place, (then, since) in enumerate(((-1, 1), (-1, 0), (0, 1))):
        kinds[(before == then) & (now == since)] = place
    first, second = np.nonzero(kinds >= 0)
    return first, second, kinds[first, second]


def _order(rank: pl.Series, score: pl.Series, decimals: int, own: np.ndarray) -> np.ndarray:
    """Who of some is ahead of whom: by rank where both have one, else by score as precisely as ranks are taken."""
    places = rank.cast(pl.Float64).to_numpy()
    points = score.round(decimals).to_numpy()
    by_score: np.ndarray = np.sign(points[own, None] - points[None, :])
    by_rank = np.sign(places[None, :] - places[own, None])
    return np.where(np.isnan(by_rank), by_score, by_rank)
