"""Score an area anew with changed values: the whole cohort through the pipeline, its ends held or taken anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import polars as pl
from attrs import evolve, frozen

from piikit.files.wide_columns import imputed_column, is_kind, value_column
from piikit.framework.edition import Edition
from piikit.inputs.given import GIVEN_BOUNDS
from piikit.inputs.table import Table
from piikit.results.frames import Frames
from piikit.scoring.pipeline import program_for, run, shape_of
from piikit.scoring.pipeline.bounds import figures_of
from piikit.scoring.pipeline.prepare import prepare
from piikit.scoring.pipeline.run import ends_of

Ends = Literal["fixed", "moving"]
BASE = "base"
KEYS = ("area", "area_name", "period", "scenario")


@frozen(kw_only=True)
class Rescoring:
    """One area in one cohort of a result, and the tables that it is scored with.

    Attributes:
        row: the area's row of the result's wide frame.
        wide: the rows compared with each other: those of the period, or of all periods where the edition is a panel.
        place: where the area's row stands in `wide`.
        moving: a table of values alone; its ends come from the values, as in the result.
        held: the same with the ends of the result given, so that they stay where they are.
    """

    edition: Edition
    row: Mapping[str, Any]
    wide: pl.DataFrame
    place: int
    moving: Table
    held: Table

    def table(self, ends: Ends) -> Table:
        """The table of one rule for the ends."""
        return self.held if ends == "fixed" else self.moving

    def rescored(self, values: Mapping[str, float], ends: Ends) -> pl.DataFrame:
        """The wide frame with other values of the area, in the indicators' own units."""
        table = self.table(ends)
        here = pl.int_range(pl.len()) == self.place
        changed = [
            pl.when(here).then(value).otherwise(pl.col(value_column(code))).alias(value_column(code))
            for code, value in values.items()
        ]
        return run(evolve(table, frame=table.frame.with_columns(changed)), self.edition)


def ground_of(result: Frames, area: str, period: str | None) -> Rescoring:
    """The area's cohort in a result, its data as they are: scenarios beside the base change weights and methods too.

    Raises:
        UsageError: an unknown area or period.
    """
    edition = result.edition
    row = result.row_of(area, period, BASE)
    same = pl.col("scenario") == BASE
    wide = result.wide.filter(same if edition.cohort == "panel" else same & (pl.col("period") == row["period"]))
    mine = (wide["area"] == row["area"]) & (wide["period"] == row["period"])
    periods = tuple(wide["period"].unique(maintain_order=True))
    context = [name for name, dtype in wide.schema.items() if dtype == pl.String and name not in KEYS]
    published = [name for name in wide.columns if is_kind(("given", "given_rank"), name)]
    # An imputed value is held as it is: what it was taken from may lie outside these rows.
    values = [
        pl.col(imputed_column(code) if imputed_column(code) in wide.columns else value_column(code)).alias(
            value_column(code)
        )
        for code in edition.indicators
    ]
    # The values alone: what items they came from no longer matters, and every indicator can be set.
    moving = evolve(
        result.inputs,
        frame=wide.select(*KEYS, *context, *published, *values),
        items=(),
        codes=edition.indicators,
        periods=periods,
        absent={name: result.inputs.absent.get(name, 0) for name in periods},
        ready=True,
    )
    held = evolve(moving, given=evolve(moving.given, bounds=_ends(moving, edition, row["period"])))
    return Rescoring(edition=edition, row=row, wide=wide, place=int(mine.arg_max() or 0), moving=moving, held=held)


def _ends(table: Table, edition: Edition, period: str) -> pl.DataFrame:
    """The ends of the values as they are, in the form of published ones; one entry serves all periods of a panel."""
    program = program_for(edition, shape_of(table))
    entries: dict[str, tuple[float, float]] = {}
    for part in figures_of(ends_of(prepare(table.frame, edition, program), edition, program), table, program):
        if not {"lower", "upper"} <= part.ends.keys():
            continue
        both = zip(part.line.codes, part.ends["lower"][0].tolist(), part.ends["upper"][0].tolist(), strict=True)
        for code, lower, upper in both:
            if not math.isnan(lower):
                entries[code] = (-upper, -lower) if part.line.lower_is_better else (lower, upper)
    lowers, uppers = zip(*entries.values(), strict=True) if entries else ((), ())
    return pl.DataFrame(
        {"period": [period] * len(entries), "code": list(entries), "lower": lowers, "upper": uppers},
        schema=GIVEN_BOUNDS,
    )
