"""Published figures handed in beside the data: scores and ranks of nodes, and bounds of indicators."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.files.read import read
from piikit.findings.finding import HIDDEN, Finding, Findings, cells_of
from piikit.findings.unknown import nearest
from piikit.framework.edition import Edition
from piikit.inputs.checks.cells import to_numbers
from piikit.inputs.keys import AreaIndex, area_texts, duplicated, locate, with_period

GIVEN_SCORES = pl.Schema(
    {
        "place": pl.Int32(),
        "area": pl.String(),
        "area_name": pl.String(),
        "period": pl.String(),
        "code": pl.String(),
        "score": pl.Float64(),
        "rank": pl.Float64(),
    }
)
GIVEN_BOUNDS = pl.Schema({"period": pl.String(), "code": pl.String(), "lower": pl.Float64(), "upper": pl.Float64()})


@frozen(kw_only=True)
class Given:
    """Published figures, checked; both frames are long.

    Attributes:
        scores: place, area, area_name, period, code, score, rank.
        bounds: period, code, lower, upper.
    """

    scores: pl.DataFrame = field(factory=lambda: pl.DataFrame(schema=GIVEN_SCORES))
    bounds: pl.DataFrame = field(factory=lambda: pl.DataFrame(schema=GIVEN_BOUNDS))
    findings: tuple[Finding, ...] = ()

    def codes(self, metric: str) -> tuple[str, ...]:
        """The nodes with a given "score" or "rank"."""
        if self.scores.is_empty():
            return ()
        held = self.scores.filter(pl.col(metric).is_not_null())
        return tuple(held["code"].unique(maintain_order=True))


NOTHING = Given()
"""No published figures at all, the common case."""


def seen_columns(frame: pl.DataFrame) -> list[str]:
    """The columns that the user wrote."""
    return [name for name in frame.columns if name not in HIDDEN.values()]


def _missing(frame: pl.DataFrame, keys: Sequence[str], where: str) -> list[Finding]:
    return [
        Finding(code="missing_key", column=key, params={"table": where, "columns": seen_columns(frame)})
        for key in keys
        if key not in frame.columns
    ]


def _numbers(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, list[Finding]]:
    present = [name for name in columns if name in frame.columns]
    frame, found = to_numbers(frame, present)
    for name in present:
        bad = frame.filter(~pl.col(name).is_finite())
        if not bad.is_empty():
            cells = cells_of(bad, pl.col(name))
            found.append(Finding(code="not_finite", column=name, cells=cells))
    clear = [pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in present]
    absent = [pl.lit(None, dtype=pl.Float64).alias(name) for name in columns if name not in present]
    return frame.with_columns(*clear, *absent), found


def _known_codes(frame: pl.DataFrame, edition: Edition, table: str) -> tuple[pl.DataFrame, list[Finding]]:
    frame = frame.with_columns(pl.col("code").cast(pl.String).str.strip_chars())
    codes = frame["code"].unique(maintain_order=True).to_list()
    found = [
        Finding(
            code="unknown_code",
            column=code,
            params={
                "value": code,
                "table": table,
                "edition": edition.id,
                "near": nearest(code or "", edition.nodes),
            },
        )
        for code in codes
        if code not in edition.nodes
    ]
    return frame.filter(pl.col("code").is_in(list(edition.nodes))), found


def given_scores(frame: pl.DataFrame, index: AreaIndex, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    """Published scores and ranks, checked."""
    located, found = locate(area_texts(frame), index, edition)
    frame = frame.drop(located.columns, strict=False).hstack(located)
    frame = with_period(frame, edition)
    frame, unknown = _known_codes(frame.filter(pl.col("place").is_not_null()), edition, "scores")
    frame, wrong = _numbers(frame, ["score", "rank"])
    limit = len(index) if index.listed else None
    sound = (
        (pl.col("rank") >= 1) & (pl.col("rank") == pl.col("rank").round(0)) & (pl.col("rank") <= (limit or math.inf))
    )
    odd = frame.filter(~sound)
    if not odd.is_empty():
        cells = cells_of(odd, pl.col("rank"))
        wrong.append(Finding(code="bad_rank", column="rank", params={"limit": limit or "n"}, cells=cells))
        frame = frame.with_columns(pl.when(sound).then(pl.col("rank")))
    frame, twice = duplicated(frame, ["place", "area", "period", "code"])
    return frame.select(list(GIVEN_SCORES)).cast(GIVEN_SCORES), [*found, *unknown, *wrong, *twice]


def given_bounds(frame: pl.DataFrame, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    """Published ends of normalisation, checked."""
    found = _missing(frame, ["code", "lower", "upper"], "bounds")
    if found:
        return pl.DataFrame(schema=GIVEN_BOUNDS), found
    blank = pl.lit(None, dtype=pl.String)
    frame = with_period(frame, edition).with_columns(blank.alias("area"), blank.alias("area_name"))
    frame, unknown = _known_codes(frame, edition, "bounds")
    frame, wrong = _numbers(frame, ["lower", "upper"])
    found = [*unknown, *wrong]
    for code in frame["code"].unique(maintain_order=True):
        node = edition.nodes[code]
        use = node.normalise
        if use is None or use.groups or "upper" not in node.normaliser.ends(pl.lit(0.0), use.params):
            found.append(Finding(code="bounds_without_use", severity="warning", column=code))
            frame = frame.filter(pl.col("code") != code)
    crossed = frame.filter(pl.col("lower") >= pl.col("upper"))
    for row in crossed.iter_rows(named=True):
        found.append(
            Finding(
                code="crossed_bounds",
                column=row["code"],
                params={"lower": row["lower"], "upper": row["upper"], "value": row["lower"]},
            )
        )
    frame = frame.filter((pl.col("lower") < pl.col("upper")).fill_null(True))
    frame, twice = duplicated(frame, ["period", "code"])
    return frame.select(list(GIVEN_BOUNDS)), [*found, *twice]


def score_table(scores: Any) -> tuple[pl.DataFrame | None, list[Finding]]:
    """The published scores as a frame, if it has its keys."""
    source = read(scores)
    frame = source.frame
    found = [*source.findings, *_missing(frame, ["area", "code"], "scores")]
    if "score" not in frame.columns and "rank" not in frame.columns:
        params = {"table": "scores", "columns": seen_columns(frame)}
        found.append(Finding(code="missing_key", column="score", params=params))
    return (None if Findings(found).errors else frame), found
