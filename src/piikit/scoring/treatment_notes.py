"""What was done between values and scores, read anew from a result's frame: a frame of cells, and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from piikit.files.wide_columns import imputed_column, wide_column
from piikit.findings.finding import Finding
from piikit.framework.edition import Edition, MethodUse
from piikit.inputs.table import Table
from piikit.scoring.pipeline.prepare import Preparation, preparation
from piikit.scoring.pipeline.program import COHORT, Program, program_for, shape_of

PLACE = ("area", "area_name", *COHORT)
TREATMENT = pl.Schema(
    {**dict.fromkeys((*PLACE, "code", "step", "method"), pl.String()), "before": pl.Float64(), "after": pl.Float64()}
)
SET_ASIDE = "set_aside"
IMPUTED = "imputed"


def _again(wide: pl.DataFrame, table: Table, edition: Edition) -> tuple[Preparation, Program]:
    program = program_for(edition, shape_of(table))
    return preparation(wide, edition, program), program


def treatment_frame(wide: pl.DataFrame, table: Table, edition: Edition) -> pl.DataFrame:
    """Every cell that was set aside, imputed or treated.

    Args:
        wide: what `run` gave.
        table: the inputs it was given.
        edition: the framework.

    Returns:
        area, area_name, period, scenario, code, step ("set_aside", "imputed", or what the treatment did), method (with
        its parameters), before, after (in the indicator's unit); by row, then code in tree order.
    """
    made, program = _again(wide, table, edition)
    if not program.prepared:
        return pl.DataFrame(schema=TREATMENT)
    frame = made.frame
    keys = frame.select(PLACE)
    parts: list[pl.DataFrame] = []

    def add(code: str, step: str, use: str | None, rows: np.ndarray, before: np.ndarray, after: np.ndarray) -> None:
        if len(rows):
            cells = keys[rows].with_columns(
                pl.lit(code).alias("code"),
                pl.lit(step).alias("step"),
                pl.lit(use, dtype=pl.String).alias("method"),
                pl.Series("before", before[rows], nan_to_null=True),
                pl.Series("after", after[rows], nan_to_null=True),
                pl.Series("@row", rows.astype(np.int64)),
            )
            parts.append(cells)

    for code in program.prepared:
        node = edition.nodes[code]
        value, treated = (frame[wide_column(name, code)].to_numpy() for name in ("value", "treated"))
        add(code, SET_ASIDE, None, made.aside[~np.isnan(value[made.aside])], value, np.full(len(value), np.nan))
        if node.impute is not None:
            filled = frame[imputed_column(code)].to_numpy()
            add(code, IMPUTED, node.impute.text(), np.flatnonzero(np.isnan(value) & ~np.isnan(filled)), value, filled)
            value = filled
        for done in made.done:
            if done.code == code and done.step:
                changed = done.rows[_differs(value[done.rows], treated[done.rows])]
                add(code, done.step, done.use.text(), changed, value, treated)
    if not parts:
        return pl.DataFrame(schema=TREATMENT)
    order = {code: place for place, code in enumerate(program.prepared)}
    place = pl.col("code").replace_strict(order, return_dtype=pl.Int32)
    return pl.concat(parts).sort("@row", place, maintain_order=True).select(TREATMENT.names())


def _differs(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    unequal: np.ndarray = (before != after) & ~np.isnan(before)
    return unequal


# -- findings ----------------------------------------------------------------------------------------------------


def prepared_notes(wide: pl.DataFrame, table: Table, edition: Edition) -> Iterator[Finding]:
    """What a reader must know of areas set aside, of imputed values and of treated ones."""
    made, program = _again(wide, table, edition)
    if not program.prepared:
        return
    yield from _set_aside(made, edition)
    frame = treatment_frame(wide, table, edition)
    for code in program.prepared:
        own = frame.filter(pl.col("code") == code)
        yield from _imputations(code, own, made, edition)
        yield from _treatments(code, own, made)


def _set_aside(made: Preparation, edition: Edition) -> Iterator[Finding]:
    screen = edition.screen
    if screen is None:
        return
    for code, shares, least in (
        ("too_few_values", made.available, screen.min_available),
        ("too_many_zeros", made.nonzero, screen.min_nonzero),
    ):
        rows = made.aside[shares[made.aside] < least]
        if len(rows):
            text = [f"{share * 100:.1f}" for share in shares[rows].tolist()]
            cells = made.frame[rows].select(PLACE).with_columns(pl.Series("value", text, dtype=pl.String))
            yield _warning(code, edition.root, cells, least=round(least * 100, 1))


def _warning(code: str, column: str, cells: pl.DataFrame, **params: Any) -> Finding:
    return Finding(code=code, severity="warning", column=column, cells=cells, params=params)


def _imputations(code: str, own: pl.DataFrame, made: Preparation, edition: Edition) -> Iterator[Finding]:
    use = edition.nodes[code].impute
    if use is None:
        return
    filled = own.filter(pl.col("step") == IMPUTED)
    if not filled.is_empty():
        cells = filled.select(*PLACE, pl.col("after").cast(pl.String).alias("value"))
        yield Finding(code="imputed_value", severity="info", column=code, cells=cells, params={"method": use.text()})
    aside = np.zeros(made.frame.height, dtype=bool)
    aside[made.aside] = True
    left = made.frame.filter(pl.col(imputed_column(code)).is_null() & ~pl.Series(aside))
    if not left.is_empty():
        cells = left.select(*PLACE, pl.lit(None, dtype=pl.String).alias("value"))
        yield _warning("not_imputed", code, cells, method=use.text())


def _treatments(code: str, own: pl.DataFrame, made: Preparation) -> Iterator[Finding]:
    cut = own.filter(pl.col("step") == "winsorise")
    if not cut.is_empty():
        cells = cut.select(*PLACE, pl.col("before").cast(pl.String).alias("value"))
        yield Finding(code="winsorised_value", severity="info", column=code, cells=cells)
    done = [item for item in made.done if item.code == code]
    groups: Mapping[str, list[Any]] = {
        "transformed_indicator": [item for item in done if item.step not in ("", "winsorise")],
        "outliers_left": [item for item in done if item.failing],
        "treatment_refused": [item for item in done if item.refused],
    }
    for kind, items in groups.items():
        if items:
            use: MethodUse = items[0].use
            severity = "info" if kind == "transformed_indicator" else "warning"
            cells = pl.concat([_cohort(made.frame[item.rows], item.step or "none") for item in items])
            params = {"method": use.text()}
            yield Finding(code=kind, severity=severity, column=code, cells=cells, params=params)


def _cohort(rows: pl.DataFrame, step: str) -> pl.DataFrame:
    """The cell of a finding that is about a whole cohort."""
    first, last = (str(end) for end in (rows["period"].min(), rows["period"].max()))
    period = first if first == last else f"{first}–{last}"
    return pl.DataFrame({"period": [period], "scenario": [rows["scenario"][0]], "value": [step]})
