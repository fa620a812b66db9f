"""Run the plan: the one place where frames are collected."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from piikit.findings import Finding
from piikit.framework import Edition, Node
from piikit.inputs.table import Table
from piikit.pipeline.program import COHORT, Program, oriented, program_for, rank_of, shape_of

# The plan is written in the order it should run, so the optimiser finds nothing to do in it, and at 63 areas its
# search alone takes longer than the whole plan.
_AS_WRITTEN = pl.QueryOptFlags.none()


def collect(plan: pl.LazyFrame) -> pl.DataFrame:
    """The plan's result."""
    return plan.collect(engine="in-memory", optimizations=_AS_WRITTEN)


def plan_of(table: Table, edition: Edition, program: Program) -> pl.LazyFrame:
    """The whole plan, from values to ranks, over the rows of a table."""
    frame = table.frame
    if program.shape.some_ranked and not program.shape.ranked:
        complete = [period for period, absent in table.absent.items() if not absent]
        frame = frame.with_columns(pl.col("period").is_in(complete).alias("complete"))
    plan = _with_bounds(frame.lazy().with_columns(program.values), table, edition, program)
    plan = plan.with_columns(program.scores)
    for level in program.levels:
        plan = plan.with_columns(level)
    return plan.with_columns(program.ranks).select([*frame.columns, *program.kept])


def run(table: Table, edition: Edition, *, guarded: bool = False) -> pl.DataFrame:
    """Values, scores and ranks of every node, beside the columns of the table, in the table's order of rows.

    Args:
        table: the checked inputs.
        edition: the framework.
        guarded: whether computed values that are not finite become null.

    Returns:
        the table's columns, `value:<code>` for each indicator, `score:<code>` and `rank:<code>` for each node.
    """
    program = program_for(edition, shape_of(table, guarded=guarded))
    return collect(plan_of(table, edition, program))


def _with_bounds(plan: pl.LazyFrame, table: Table, edition: Edition, program: Program) -> pl.LazyFrame:
    keys = _bound_keys(edition)
    given = _given_bounds(table)
    if program.shape.many:
        bounds = _published(plan.group_by(keys, maintain_order=True).agg(program.ends), given, edition, program)
        return plan.join(bounds.with_columns(program.factors), on=keys, how="left", maintain_order="left")
    # One cohort: an aggregate stands beside every row at no cost.
    plan = plan.with_columns(program.ends)
    if given is not None:
        here = given.filter(pl.col("period").is_in(table.periods)).row(0, named=True) if given.height else {}
        ends = [name for name in given.columns if name != "period"]
        plan = plan.with_columns([pl.lit(here.get(name), dtype=pl.Float64).alias(name) for name in ends])
        plan = plan.with_columns(program.published)
    return plan.with_columns(program.factors)


def _bound_keys(edition: Edition) -> list[str]:
    return ["scenario"] if edition.cohort == "panel" else list(COHORT)


def _published(
    bounds: pl.LazyFrame, given: pl.DataFrame | None, edition: Edition, program: Program
) -> pl.LazyFrame:
    if given is None:
        return bounds
    if edition.cohort == "panel":
        # One pair of ends serves all periods; those of the last period given are the newest.
        last = given.sort("period").tail(1).drop("period")
        joined = bounds.join(last.lazy(), how="cross")
    else:
        joined = bounds.join(given.lazy(), on="period", how="left", maintain_order="left")
    return joined.with_columns(program.published)


def _given_bounds(table: Table) -> pl.DataFrame | None:
    bounds = table.given.bounds
    if bounds.is_empty():
        return None
    ends = bounds.select("period").unique(maintain_order=True)
    for end in ("lower", "upper"):
        wide = bounds.pivot(on="code", index="period", values=end, aggregate_function="first")
        ends = ends.join(wide.rename({code: f"given_{end}:{code}" for code in wide.columns if code != "period"}),
                         on="period", how="left")
    return ends


def bounds_frame(wide: pl.DataFrame, table: Table, edition: Edition) -> pl.DataFrame:
    """The two ends of each indicator's normalisation, by cohort: period, scenario, code, lower, upper, source.

    Args:
        wide: what `run` gave.
        table: the inputs it was given.
        edition: the framework.
    """
    program = program_for(edition, shape_of(table))
    given = _given_bounds(table)
    keys = list(COHORT)
    cohorts = wide.select(keys).unique(maintain_order=True)
    ends = wide.lazy().group_by(_bound_keys(edition), maintain_order=True).agg(program.ends)
    bounds = collect(_published(ends, given, edition, program))
    bounds = cohorts.join(bounds, on=_bound_keys(edition), how="left", maintain_order="left")
    parts = [
        _long_bounds(bounds, edition.nodes[code], given)
        for code in edition.indicators
        if f"upper:{code}" in bounds.columns
    ]
    schema = {"period": pl.String, "scenario": pl.String, "code": pl.String, "lower": pl.Float64, "upper": pl.Float64,
              "source": pl.String}  # fmt: skip
    if not parts:
        return pl.DataFrame(schema=schema)
    order = {code: place for place, code in enumerate(edition.indicators)}
    return (
        pl.concat(parts)
        .filter(pl.col("lower").is_not_null())
        .sort("period", "scenario", pl.col("code").replace_strict(order, return_dtype=pl.Int32))
    )


def _long_bounds(bounds: pl.DataFrame, node: Node, given: pl.DataFrame | None) -> pl.DataFrame:
    lower, upper = pl.col(f"lower:{node.code}"), pl.col(f"upper:{node.code}")
    if node.direction == "lower":
        lower, upper = -upper, -lower
    source = pl.lit("edition" if node.normaliser.fixed else "cohort")
    if given is not None and f"given_lower:{node.code}" in bounds.columns:
        published = pl.any_horizontal(
            pl.col(f"given_lower:{node.code}").is_not_null(), pl.col(f"given_upper:{node.code}").is_not_null()
        )
        source = pl.when(published).then(pl.lit("given")).otherwise(source)
    return bounds.select("period", "scenario", pl.lit(node.code).alias("code"), lower.alias("lower"),
                         upper.alias("upper"), source.alias("source"))


def group_ranks(wide: pl.DataFrame, edition: Edition, codes: Sequence[str], group: str) -> pl.DataFrame:
    """Ranks inside a peer set: among the areas that share the group's column, or among its named members.

    Args:
        wide: what `run` gave.
        edition: the framework; `group` is one of its `groups`.
        codes: the nodes to rank.

    Returns:
        area, area_name, period, scenario, the group, and a column a node; null outside the set.
    """
    peers = edition.groups[group]
    if peers.areas is not None:
        member = pl.when(pl.col("area").is_in(list(peers.areas))).then(pl.lit(group)).alias(group)
    else:
        member = pl.col(peers.column or group).alias(group)
    ranks = [
        pl.when(pl.col(group).is_not_null())
        .then(rank_of(pl.col(f"score:{code}"), edition).over(*COHORT, group))
        .alias(code)
        for code in codes
    ]
    return collect(wide.lazy().with_columns(member).select("area", "area_name", *COHORT, group, *ranks))


def unsound_values(table: Table, edition: Edition, wide: pl.DataFrame | None = None) -> list[Finding]:
    """Findings for values that come out infinite or not a number from sound items: a denominator of zero.

    Args:
        table: the checked inputs.
        edition: the framework.
        wide: what `run` gave; without it only the values are computed.
    """
    program = program_for(edition, shape_of(table))
    if not program.computed or table.frame.is_empty():
        return []
    if wide is None:
        wide = collect(table.frame.lazy().with_columns(program.values))
    sums = wide.select(pl.col(f"value:{code}").sum() for code in program.computed).row(0)
    found = []
    for code, total in zip(program.computed, sums, strict=True):
        # A sum is finite unless a cell is not.
        if -float("inf") < total < float("inf"):
            continue
        indicator = edition.nodes[code].indicator
        assert indicator is not None
        bad = wide.filter(~pl.col(f"value:{code}").is_finite())
        if bad.is_empty():
            continue
        zero = [item for item in indicator.item_names if (bad[item] == 0).any()]
        cells = bad.select("area", "area_name", "period", pl.concat_str(
            [pl.format("{} = {}", pl.lit(item), pl.col(item)) for item in indicator.item_names], separator=", "
        ).alias("value"))
        found.append(Finding(code="zero_denominator", column=code, cells=cells,
                             params={"items": zero, "formula": indicator.formula}))
    return found


__all__ = ["bounds_frame", "collect", "group_ranks", "oriented", "plan_of", "run", "unsound_values"]
