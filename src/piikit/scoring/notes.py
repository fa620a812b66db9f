"""What a reader must know of a result beyond its inputs: partial nodes, missing ranks, constant indicators, bounds."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from piikit.files.wide_columns import given_column, rank_column, score_column, treated_column, value_column
from piikit.findings.finding import Finding
from piikit.framework.edition import Edition
from piikit.inputs.table import Table
from piikit.scoring.pipeline.program import counted, has_value, shape_of
from piikit.scoring.refusals import refusals_of, without_scores
from piikit.scoring.treatment_notes import prepared_notes

PLACE = ("area", "area_name", "period", "scenario")


def notes(wide: pl.DataFrame, bounds: pl.DataFrame, table: Table, edition: Edition) -> Iterator[Finding]:
    """Warnings and remarks on a result, in the order of the pipeline."""
    yield from without_data(table, edition)
    yield from constant(bounds, edition)
    yield from without_scores(wide, table, edition)
    yield from partial_bounds(wide, bounds, edition)
    yield from nodes(wide, edition)
    yield from unranked(wide, table, edition)
    yield from prepared_notes(wide, table, edition)


def without_data(table: Table, edition: Edition) -> Iterator[Finding]:
    """Indicators for which the data have no column at all; said only where there are data."""
    if not table.has_data:
        return
    shape = shape_of(table)
    for code in edition.indicators:
        node = edition.nodes[code]
        if not has_value(node, shape) and not shape.scores & set(edition.path(code)):
            items = list(node.needs)
            missing = [item for item in items if item not in shape.items | shape.codes]
            missing += [code] if node.indicator is None and code not in shape.codes and missing else []
            yield Finding(
                code="no_data", severity="info", column=code, params={"name": node.name, "items": missing or [code]}
            )


def constant(bounds: pl.DataFrame, edition: Edition) -> Iterator[Finding]:
    """Indicators without a score: constant ones, and those with one published end beyond the areas' own other end.

    Methods that say themselves when they have none are left to `without_scores`.
    """
    own = [code for code in edition.indicators if edition.nodes[code].normaliser.refuses is not None]
    bounds = bounds.filter(~pl.col("code").is_in(own)) if own else bounds
    flat = bounds.filter((pl.col("lower") == pl.col("upper")) & (pl.col("source") == "cohort"))
    for code in flat["code"].unique(maintain_order=True):
        cells = flat.filter(pl.col("code") == code).select(
            "period", "scenario", pl.col("lower").cast(pl.String).alias("value")
        )
        yield Finding(code="constant_indicator", severity="warning", column=code, cells=cells)
    crossed = bounds.filter((pl.col("lower") >= pl.col("upper")) & (pl.col("source") == "given"))
    for row in crossed.unique(["code", "lower", "upper"], maintain_order=True).iter_rows(named=True):
        params = {"lower": row["lower"], "upper": row["upper"], "value": row["lower"]}
        yield Finding(code="crossed_bounds", severity="warning", column=row["code"], params=params)


def partial_bounds(wide: pl.DataFrame, bounds: pl.DataFrame, edition: Edition) -> Iterator[Finding]:
    """Indicators whose ends are those of part of the edition's areas."""
    if edition.areas is None:
        return
    total = len(edition.areas)
    own = bounds.filter(pl.col("source") == "cohort")
    codes = own["code"].unique(maintain_order=True).to_list()
    if not codes:
        return
    counts = wide.group_by("period", "scenario", maintain_order=True).agg(
        pl.col(next(name for name in (treated_column(code), value_column(code)) if name in wide.columns))
        .count()
        .alias(code)
        for code in codes
    )
    for code in codes:
        few = counts.filter((pl.col(code) < total) & (pl.col(code) > 0))
        if not few.is_empty():
            cells = few.select("period", "scenario", pl.col(code).cast(pl.String).alias("value"))
            yield Finding(code="partial_bounds", severity="warning", column=code, cells=cells, params={"total": total})


def nodes(wide: pl.DataFrame, edition: Edition) -> Iterator[Finding]:
    """Nodes that rest on part of their children, have none because of it, or were refused by their method."""
    for code, node in edition.nodes.items():
        if not node.children:
            continue
        children, _ = counted(node, edition)
        present = pl.sum_horizontal(*(child.is_not_null().cast(pl.Int32) for child in children))
        computed = pl.lit(True) if given_column(code) not in wide.columns else pl.col(given_column(code)).is_null()
        some = computed & (present > 0)
        scored = pl.col(score_column(code)).is_not_null()
        refusals = refusals_of(node, edition)
        kinds = {
            "partial_node": (some & scored & (present < len(children)), "warning"),
            **{name: (computed & condition, "warning") for name, condition in refusals.items()},
        }
        refused = pl.any_horizontal(*refusals.values()) if refusals else pl.lit(False)
        kinds["incomplete_node"] = (some & ~scored & ~refused & (present < len(children)), "warning")
        for kind, (condition, severity) in kinds.items():
            rows = wide.filter(condition)
            if not rows.is_empty():
                cells = rows.select(*PLACE, present.cast(pl.String).alias("value"))
                yield Finding(
                    code=kind,
                    severity=severity,
                    column=code,
                    cells=cells,
                    params={"total": len(children), "name": node.name},
                )


def unranked(wide: pl.DataFrame, table: Table, edition: Edition) -> Iterator[Finding]:
    """Scores without a rank, because areas of the edition have no row."""
    if not any(table.absent.values()):
        return
    for code in edition.nodes:
        rows = wide.filter(pl.col(score_column(code)).is_not_null() & pl.col(rank_column(code)).is_null())
        if not rows.is_empty():
            cells = rows.select(
                *PLACE,
                pl.col("period")
                .replace_strict(
                    {period: str(count) for period, count in table.absent.items()}, default=None, return_dtype=pl.String
                )
                .alias("value"),
            )
            yield Finding(
                code="no_rank",
                severity="warning",
                column=code,
                cells=cells,
                params={"total": len(edition.areas) if edition.areas else 0},
            )
