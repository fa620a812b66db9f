"""Long tables to wide ones: a row a figure becomes a column an item or indicator."""

from __future__ import annotations

import polars as pl

from piikit.findings import Finding
from piikit.inputs.columns import SDMX
from piikit.inputs.keys import duplicated


def from_sdmx(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with SDMX names turned into piikit's own; any other is returned as it is."""
    if "REF_AREA" not in frame.columns:
        return frame
    return frame.rename({old: new for old, new in SDMX.items() if old in frame.columns and new not in frame.columns})


def figure_column(frame: pl.DataFrame) -> str | None:
    """The column that names the figure in a long table; None where the table is wide."""
    if "value" not in frame.columns:
        return None
    return next((name for name in ("item", "indicator", "code") if name in frame.columns), None)


def widen(frame: pl.DataFrame, figure: str) -> tuple[pl.DataFrame, list[Finding]]:
    """The long table as a wide one, by place and period; keys that stand twice are left out and named."""
    found: list[Finding] = []
    names = frame[figure].cast(pl.String).str.strip_chars()
    frame = frame.with_columns(names.alias(figure))
    nameless = frame.filter(pl.col(figure).is_null() | (pl.col(figure) == ""))
    if not nameless.is_empty():
        cells = nameless.select("area", "area_name", "period", pl.col("value").cast(pl.String, strict=False))
        found.append(Finding(code="no_item", column=figure, cells=cells))
        frame = frame.filter(pl.col(figure) != "")
    frame, twice = duplicated(frame, ["place", "area", "period", figure])
    keys = ["place", "area", "area_name", "period"]
    # A figure named in the data stays a column even where none of its rows can be used.
    columns = names.drop_nulls().unique(maintain_order=True).to_list()
    wide = frame.select(*keys).unique(maintain_order=True)
    if not frame.is_empty():
        wide = frame.pivot(on=figure, index=keys, values="value", aggregate_function="first")
    missing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in columns if name and name not in wide.columns]
    return wide.with_columns(missing), found + twice
