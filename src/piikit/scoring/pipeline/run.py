"""Run the plan: the one place where frames are collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from piikit.files.wide_columns import score_column, value_column
from piikit.findings.compared import figure
from piikit.findings.finding import Finding
from piikit.framework.edition import Edition
from piikit.inputs.table import Table
from piikit.inputs.what_if import Steps
from piikit.scoring.pipeline.bounds import (
    ScoreFigures,
    bound_keys,
    figure_frame,
    figures_of,
    joined_scores,
    literal_scores,
    long_bounds,
    with_held,
)
from piikit.scoring.pipeline.prepare import prepare
from piikit.scoring.pipeline.program import COHORT, Program, program_for, rank_of, shape_of
from piikit.scoring.pipeline.ranks import with_ranks

# The plan is written in the order it should run, so the optimiser finds nothing to do in it, and at 63 areas its
# search alone takes longer than the whole plan.
_AS_WRITTEN = pl.QueryOptFlags.none()


def collect(plan: pl.LazyFrame) -> pl.DataFrame:
    """The plan's result."""
    return plan.collect(engine="in-memory", optimizations=_AS_WRITTEN)


def run(
    table: Table, edition: Edition, *, guarded: bool = False, idle: dict[str, NDArray[np.int64]] | None = None
) -> pl.DataFrame:
    """Values, scores and ranks of every node, beside the columns of the table, in the table's order of rows.

    Args:
        table: the checked inputs.
        edition: the framework.
        guarded: whether computed values that are not finite become null.
        idle: filled, by column, with the rows whose change by a scenario found nothing to add to or to multiply.

    Returns:
        the table's columns, `value:<code>` for each indicator, `score:<code>` and `rank:<code>` for each node.
    """
    program = program_for(edition, shape_of(table, guarded=guarded))
    valued = prepare(values_of(table, program, idle), edition, program)
    wide = collect(plan_of(valued, table, edition, program, idle))
    return wide if table.what_if is None else with_ranks(wide, table, edition, program)


def computed_values(table: Table, program: Program) -> pl.DataFrame:
    """The table with `value:<code>` of every indicator, before scenarios change values."""
    return collect(table.frame.lazy().with_columns(program.values)) if program.values else table.frame


def values_of(table: Table, program: Program, idle: dict[str, NDArray[np.int64]] | None = None) -> pl.DataFrame:
    """The table with `value:<code>` of every indicator."""
    valued = computed_values(table, program)
    return valued if table.what_if is None else changed(valued, table.what_if.values, idle)


def ends_of(valued: pl.DataFrame, edition: Edition, program: Program) -> pl.DataFrame:
    """The statistics of each cohort that normalisation starts from, a row a cohort."""
    if not program.shape.many:
        keys = [pl.col(name).first() for name in bound_keys(edition)]
        return collect(valued.lazy().select(*keys, *program.ends))
    return collect(valued.lazy().group_by(bound_keys(edition), maintain_order=True).agg(program.ends))


def changed(frame: pl.DataFrame, steps: Mapping[str, Steps], idle: dict[str, NDArray[np.int64]] | None) -> pl.DataFrame:
    """The frame with the cells changed that scenarios change in it."""
    columns = []
    for name, own in steps.items():
        column, without = own.applied(frame[name])
        columns.append(column)
        if idle is not None and len(without):
            idle[name] = without
    return frame.with_columns(columns) if columns else frame


def ends_and_figures(
    valued: pl.DataFrame, table: Table, edition: Edition, program: Program
) -> tuple[pl.DataFrame, list[ScoreFigures]]:
    """The statistics of each cohort, and the figures of scores; scenarios with fixed bounds have those of the base."""
    what_if = table.what_if
    if what_if is None or not what_if.fixed:
        ends = ends_of(valued, edition, program)
        return ends, figures_of(ends, table, program)
    keys = bound_keys(edition)
    # Taken anew: the scenarios may treat values otherwise than the base does.
    base = ends_of(prepare(what_if.base, edition, program), edition, program)
    places = np.tile(np.arange(base.height), len(what_if.fixed))
    names = np.repeat(sorted(what_if.fixed), base.height)
    held = base[places].with_columns(pl.Series("scenario", names, dtype=pl.String))
    own = valued.filter(~pl.col("scenario").is_in(list(what_if.fixed)))
    moving = ends_of(own, edition, program).select(held.columns)
    figures = with_held(figures_of(moving, table, program), figures_of(base, table, program), places)
    return pl.concat([moving, held]).select(*keys, pl.all().exclude(keys)), figures


def plan_of(
    valued: pl.DataFrame,
    table: Table,
    edition: Edition,
    program: Program,
    idle: dict[str, NDArray[np.int64]] | None = None,
) -> pl.LazyFrame:
    """The plan from values to ranks: scores, nodes up the tree, ranks; those of scenarios are taken afterwards."""
    ends, figures = ends_and_figures(valued, table, edition, program)
    plan = scores_plan(valued, ends, figures, table, edition, program, idle)
    if program.shape.some_ranked and not program.shape.ranked:
        plan = plan.with_columns(complete(table))
    return plan.with_columns(program.ranks) if table.what_if is None else plan


def complete(table: Table) -> pl.Expr:
    """Whether a row's period has a row of every area of the edition."""
    periods = [period for period, absent in table.absent.items() if not absent]
    return pl.col("period").is_in(periods).alias("complete")


def scores_plan(
    valued: pl.DataFrame,
    ends: pl.DataFrame,
    figures: list[ScoreFigures],
    table: Table,
    edition: Edition,
    program: Program,
    idle: dict[str, NDArray[np.int64]] | None = None,
) -> pl.LazyFrame:
    """The plan from values to the scores of all nodes, with the ends of every cohort and the figures from them."""
    plan = valued.lazy()
    if program.shape.many:
        keys = bound_keys(edition)
        plan = plan.join(figure_frame(ends, figures, keys).lazy(), on=keys, how="left", maintain_order="left")
        plan = plan.with_columns([*joined_scores(figures, program, keys), *program.others])
        # The joined figures are as long as the frame: dropped as soon as they are used.
        scores = [score_column(code) for code, node in edition.nodes.items() if not node.children]
        plan = plan.select([*valued.columns, *scores])
    else:
        plan = plan.with_columns([*literal_scores(figures, program), *program.others])
    scored = table.what_if.scores if table.what_if is not None else {}
    if scored:
        plan = changed(collect(plan), {name: scored[name] for name in scored if name in program.leaves}, idle).lazy()
    for level, pairs in zip(program.levels, program.matrices, strict=True):
        plan = plan.with_columns(level)
        if pairs:
            frame = collect(plan)
            plan = frame.with_columns([node.scored(frame, bound_keys(edition)) for node in pairs]).lazy()
        if scored:
            names = [*(expr.meta.output_name() for expr in level), *(score_column(node.code) for node in pairs)]
            due = {name: scored[name] for name in names if name in scored}
            plan = changed(collect(plan), due, idle).lazy() if due else plan
    return plan


def bounds_frame(wide: pl.DataFrame, table: Table, edition: Edition) -> pl.DataFrame:
    """The two ends of each indicator's normalisation, by cohort: period, scenario, code, lower, upper, source.

    Args:
        wide: what `run` gave.
        table: the inputs it was given.
        edition: the framework.
    """
    program = program_for(edition, shape_of(table))
    bounds = long_bounds(*ends_and_figures(wide, table, edition, program), edition)
    cohorts = wide.select(COHORT).unique(maintain_order=True).with_row_index("cohort")
    order = {code: place for place, code in enumerate(edition.indicators)}
    # The rows of the wide frame are sorted by period and scenario, and so are its cohorts.
    return (
        cohorts.join(bounds, on=bound_keys(edition), how="inner", maintain_order="left")
        .sort("cohort", pl.col("code").replace_strict(order, return_dtype=pl.Int32))
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
        .then(rank_of(pl.col(score_column(code)), edition).over(*COHORT, group))
        .alias(code)
        for code in codes
    ]
    return collect(wide.lazy().with_columns(member).select("area", "area_name", *COHORT, group, *ranks))


def _shown(item: str, column: str) -> pl.Expr:
    # Not pl.format: it fails on columns that lie in different chunks.
    return pl.concat_str(pl.lit(f"{item} = "), figure(pl.col(column)))


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
    sums = wide.select(pl.col(value_column(code)).sum() for code in program.computed).row(0)
    found = []
    for code, total in zip(program.computed, sums, strict=True):
        # A sum is finite unless a cell is not.
        if -float("inf") < total < float("inf"):
            continue
        node = edition.nodes[code]
        bad = wide.filter(~pl.col(value_column(code)).is_finite())
        if bad.is_empty():
            continue
        names = {item: value_column(item) if item in edition.indicators else item for item in node.needs}
        names = {item: column for item, column in names.items() if column in bad.columns}
        divisors = dict(node.indicator.divisors) if node.indicator is not None else {}
        if node.denominator in names:
            divisors[node.denominator] = pl.col(names[node.denominator])
        zero = [name for name, divisor in divisors.items() if bad.select((divisor == 0).any()).item()]
        cells = bad.select(
            "area",
            "area_name",
            "period",
            "scenario",
            pl.concat_str([_shown(*pair) for pair in names.items()], separator=", ").alias("value"),
        )
        found.append(
            Finding(code="zero_denominator", column=code, cells=cells, params={"items": zero, "formula": node.formula})
        )
    return found
