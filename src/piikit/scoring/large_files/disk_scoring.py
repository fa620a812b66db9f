"""Scores and ranks of a table on disk: ends column by column, scores slice by slice, ranks node by node."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from attrs import evolve, frozen

from piikit.files.wide_columns import code_of, is_kind, rank_column, score_column, value_column, wide_column
from piikit.findings.finding import Finding
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.scoring import notes
from piikit.scoring.large_files.checked_inputs import Inputs
from piikit.scoring.large_files.disk_columns import DiskColumns, read_column, write_column
from piikit.scoring.large_files.first_reading import KEYS
from piikit.scoring.large_files.gathered_findings import Gathered
from piikit.scoring.pipeline.bounds import bound_keys, figures_of, long_bounds
from piikit.scoring.pipeline.program import Program, program_for, shape_of
from piikit.scoring.pipeline.run import collect, complete, ends_of, scores_plan
from piikit.scoring.refusals import refusing, without_scores


@frozen(kw_only=True)
class Scored:
    """Scores and ranks on disk.

    Attributes:
        files: a file a slice, with the columns of the result in their order.
        bounds: as `Result.bounds`.
        findings: what a reader must know of the result.
    """

    files: tuple[Path, ...]
    bounds: pl.DataFrame
    findings: tuple[Finding, ...]


def score(inputs: Inputs, edition: Edition, folder: Path) -> Scored:
    """Scores and ranks of all rows, with the expressions of the pipeline.

    Args:
        inputs: the checked table; its files are used up.
        edition: the framework.
        folder: for what does not fit into memory.
    """
    found = Gathered()
    table = inputs.table
    program = program_for(edition, shape_of(table, guarded=True))
    found.add(notes.without_data(table, edition))
    cohorts = _cohorts(inputs)
    ends = _ends(inputs, cohorts, edition, program)
    bounds = _bounds(inputs, ends, edition, program)
    found.add(notes.constant(bounds, edition))
    found.add(_partial(inputs, cohorts, bounds, edition))
    scored = []
    for place, file in enumerate(inputs.files):
        valued = pl.read_parquet(file)
        wide = collect(scores_plan(valued, ends, figures_of(ends, table, program), table, edition, program))
        found.add(notes.nodes(wide, edition))
        file.unlink()
        scored.append(folder / f"scored-{place:06}.parquet")
        kept = [name for name in program.kept if not is_kind("rank", name)]
        wide.select(*KEYS, *kept).write_parquet(scored[-1], compression="lz4", statistics=False)
    for code in refusing(edition):
        columns = [read_column(scored, wide_column(metric, code)) for metric in ("value", "score")]
        whole = cohorts.with_columns(pl.col("period", "scenario").cast(pl.String), *columns)
        found.add(without_scores(whole, table, edition, [code]))
    ranks = _ranks(scored, cohorts, inputs, edition, program, folder)
    files = []
    for place, (file, start) in enumerate(zip(scored, ranks.starts, strict=True)):
        wide = pl.read_parquet(file).hstack(ranks.slice(start, list(ranks.files)))
        found.add(notes.unranked(wide, table, edition))
        file.unlink()
        files.append(folder / f"result-{place:06}.parquet")
        wide.select(*KEYS, *program.kept).write_parquet(files[-1], compression="lz4", statistics=False)
    return Scored(files=tuple(files), bounds=bounds, findings=tuple(found.findings()))


def _cohorts(inputs: Inputs) -> pl.DataFrame:
    """Period and scenario of all rows, each a small number with a name."""
    keys, periods = inputs.rows.keys["period"], list(inputs.rows.periods)
    period = pl.Series("period", periods, dtype=pl.Enum(periods)).gather(keys)
    scenario = pl.Series("scenario", [BASE], dtype=pl.Enum([BASE])).new_from_index(0, len(keys))
    return pl.DataFrame([period, scenario])


def _ends(inputs: Inputs, cohorts: pl.DataFrame, edition: Edition, program: Program) -> pl.DataFrame:
    """The ends of every cohort: of each indicator from all its values at once, one indicator at a time."""
    keys = bound_keys(edition)
    by_code: dict[str, list[pl.Expr]] = {}
    for expr in program.ends:
        by_code.setdefault(code_of(expr.meta.output_name()), []).append(expr)
    parts = [ends_of(cohorts, edition, evolve(program, ends=[]))]
    for code, exprs in by_code.items():
        column = read_column(inputs.files, value_column(code))
        own = ends_of(cohorts.with_columns(column), edition, evolve(program, ends=exprs))
        parts.append(own.drop(keys))
    return pl.concat(parts, how="horizontal").with_columns(pl.col(keys).cast(pl.String))


def _bounds(inputs: Inputs, ends: pl.DataFrame, edition: Edition, program: Program) -> pl.DataFrame:
    """As `pipeline.bounds_frame`."""
    long = long_bounds(ends, figures_of(ends, inputs.table, program), edition)
    cohorts = pl.DataFrame({"period": inputs.rows.periods}, schema={"period": pl.String}).with_columns(
        pl.lit(BASE).alias("scenario")
    )
    order = {code: place for place, code in enumerate(edition.indicators)}
    return (
        cohorts.join(long, on=bound_keys(edition), how="inner", maintain_order="left")
        .sort("period", "scenario", pl.col("code").replace_strict(order, return_dtype=pl.Int32))
        .select("period", "scenario", "code", "lower", "upper", "source")
    )


def _partial(inputs: Inputs, cohorts: pl.DataFrame, bounds: pl.DataFrame, edition: Edition) -> list[Finding]:
    if edition.areas is None:
        return []
    found: list[Finding] = []
    for code in bounds.filter(pl.col("source") == "cohort")["code"].unique(maintain_order=True):
        column = read_column(inputs.files, value_column(code))
        wide = cohorts.select(pl.col("period", "scenario").cast(pl.String)).with_columns(column)
        found += notes.partial_bounds(wide, bounds.filter(pl.col("code") == code), edition)
    return found


def _ranks(
    files: Sequence[Path], cohorts: pl.DataFrame, inputs: Inputs, edition: Edition, program: Program, folder: Path
) -> DiskColumns:
    """The rank of every node, one node at a time."""
    keys = cohorts
    if program.shape.some_ranked and not program.shape.ranked:
        keys = cohorts.with_columns(complete(inputs.table))
    ranks = {}
    for place, (code, expr) in enumerate(zip(edition.nodes, program.ranks, strict=True)):
        column = collect(keys.with_columns(read_column(files, score_column(code))).lazy().select(expr)).to_series()
        if len(column) != keys.height:
            column = column.new_from_index(0, keys.height)  # no rank at all is one null
        ranks[rank_column(code)] = write_column(column, folder / f"rank-{place:06}.parquet", inputs.step)
    return DiskColumns(files=ranks, rows=keys.height, step=inputs.step)
