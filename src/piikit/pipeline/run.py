"""Run the plan: the one place where frames are collected."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from piikit.checks import figure
from piikit.findings import Finding
from piikit.framework import Edition
from piikit.inputs.table import Table
from piikit.pipeline.bounds import bound_keys, figure_frame, figures_of, joined_scores, literal_scores, long_bounds
from piikit.pipeline.program import COHORT, Program, program_for, rank_of, shape_of

# The plan is written in the order it should run, so the optimiser finds nothing to do in it, and at 63 areas its
# search alone takes longer than the whole plan.
_AS_WRITTEN = pl.QueryOptFlags.none()


def collect(plan: pl.LazyFrame) -> pl.DataFrame:
    """The plan's result."""
    return plan.collect(engine="in-memory", optimizations=_AS_WRITTEN)


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
    valued = values_of(table, program)
    return collect(plan_of(valued, table, edition, program))


def values_of(table: Table, program: Program) -> pl.DataFrame:
    """The table with `value:<code>` of every indicator."""
    return collect(table.frame.lazy().with_columns(program.values)) if program.values else table.frame


def ends_of(valued: pl.DataFrame, edition: Edition, program: Program) -> pl.DataFrame:
    """The statistics of each cohort that normalisation starts from, a row a cohort."""
    if not program.shape.many:
        keys = [pl.col(name).first() for name in bound_keys(edition)]
        return collect(valued.lazy().select(*keys, *program.ends))
    return collect(valued.lazy().group_by(bound_keys(edition), maintain_order=True).agg(program.ends))


def plan_of(valued: pl.DataFrame, table: Table, edition: Edition, program: Program) -> pl.LazyFrame:
    """The plan from values to ranks: scores, nodes up the tree, ranks."""
    ends = ends_of(valued, edition, program)
    figures = figures_of(ends, table, program)
    plan = valued.lazy()
    if program.shape.many:
        keys = bound_keys(edition)
        plan = plan.join(figure_frame(ends, figures, keys).lazy(), on=keys, how="left", maintain_order="left")
        plan = plan.with_columns([*joined_scores(figures, program), *program.others])
        # The joined figures are as long as the frame: dropped as soon as they are used.
        scores = [f"score:{code}" for code, node in edition.nodes.items() if not node.children]
        plan = plan.select([*valued.columns, *scores])
    else:
        plan = plan.with_columns([*literal_scores(figures, program), *program.others])
    for level in program.levels:
        plan = plan.with_columns(level)
    if program.shape.some_ranked and not program.shape.ranked:
        complete = [period for period, absent in table.absent.items() if not absent]
        plan = plan.with_columns(pl.col("period").is_in(complete).alias("complete"))
    return plan.with_columns(program.ranks)


def bounds_frame(wide: pl.DataFrame, table: Table, edition: Edition) -> pl.DataFrame:
    """The two ends of each indicator's normalisation, by cohort: period, scenario, code, lower, upper, source.

    Args:
        wide: what `run` gave.
        table: the inputs it was given.
        edition: the framework.
    """
    program = program_for(edition, shape_of(table))
    ends = ends_of(wide, edition, program)
    bounds = long_bounds(ends, figures_of(ends, table, program), edition)
    cohorts = wide.select(COHORT).unique(maintain_order=True)
    order = {code: place for place, code in enumerate(edition.indicators)}
    return (
        cohorts.join(bounds, on=bound_keys(edition), how="inner", maintain_order="left")
        .sort("period", "scenario", pl.col("code").replace_strict(order, return_dtype=pl.Int32))
        .select("period", "scenario", "code", "lower", "upper", "source")
    )


def group_ranks(wide: pl.DataFrame, edition: Edition, codes: Sequence[str], group: str) -> pl.DataFrame:
    """Ranks inside a peer set: among the areas that share the group's column, or among its named members.

    Args:
        wide: what `run` gave.
        edition: the framework.
        codes: the nodes to rank.
        group: one of the edition's `groups`.

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


def _shown(item: str) -> pl.Expr:
    # Not pl.format: it fails on columns that lie in different chunks.
    return pl.concat_str(pl.lit(f"{item} = "), figure(pl.col(item)))


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
        wide = values_of(table, program)
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
        zero = [name for name, divisor in indicator.divisors.items() if bad.select((divisor == 0).any()).item()]
        cells = bad.select(
            "area",
            "area_name",
            "period",
            pl.concat_str([_shown(item) for item in indicator.item_names], separator=", ").alias("value"),
        )
        found.append(
            Finding(
                code="zero_denominator", column=code, cells=cells, params={"items": zero, "formula": indicator.formula}
            )
        )
    return found
