"""What was read, from one table or from several put together, with the origin of every row."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from attrs import frozen

from piikit.findings import HIDDEN, Finding

KEYS = ("area", "period")
FIGURES = ("item", "indicator", "code")
PART = "@part"
ORIGIN = tuple(HIDDEN.values())


@frozen(kw_only=True)
class Read:
    """One table as read.

    Attributes:
        frame: the columns as they stand in the source; from files also the hidden columns of `findings.HIDDEN`.
        findings: what was wrong with the form of the files.
        parts: how many tables it was put together from.
    """

    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    parts: int = 1


def as_text(name: str) -> pl.Expr:
    """A number column as text that no reader takes for grouped thousands.

    Whole numbers are written without a decimal point; 1.234 becomes 1.2340, the same number, since 1.234 in a text
    may also mean 1234.
    """
    x = pl.col(name)
    text = x.cast(pl.String, strict=False).str.replace(r"^(-?\d+)\.0$", "${1}")
    return text.str.replace(r"^(-?\d{1,3}\.\d{3})$", "${1}0").alias(name)


def relaxed(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Frames whose columns of one name have one type: text where they differ, unless all are numbers."""
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            if dtype != pl.Null:
                types.setdefault(name, set()).add(dtype)
    mixed = {name for name, found in types.items() if len(found) > 1 and not all(dtype.is_numeric() for dtype in found)}
    return [
        frame.with_columns(
            as_text(name) if frame.schema[name].is_numeric() else pl.col(name).cast(pl.String)
            for name in frame.columns
            if name in mixed and frame.schema[name] != pl.String
        )
        for frame in frames
    ]


def together(parts: Sequence[Read]) -> Read:
    """Several tables as one: columns by name, rows below each other, rows of one area and period in one row."""
    if len(parts) == 1:
        return parts[0]
    found = [finding for part in parts for finding in part.findings]
    frames = [part.frame.with_columns(pl.lit(place).alias(PART)) for place, part in enumerate(parts)]
    frame = pl.concat(relaxed(frames), how="diagonal_relaxed") if frames else pl.DataFrame()
    wide = [place for place, part in enumerate(parts) if is_wide(part.frame)]
    if len(wide) > 1:
        frame, conflicts = merged(frame, [name for name in KEYS if name in frame.columns], wide)
        found += conflicts
    columns = [name for name in frame.columns if name not in {*ORIGIN, PART}]
    frame = frame.select(*columns, *(name for name in ORIGIN if name in frame.columns))
    return Read(frame=frame, findings=tuple(found), parts=sum(part.parts for part in parts))


def is_wide(frame: pl.DataFrame) -> bool:
    """Whether a table has a row an area and period, so that its rows may be joined with those of another."""
    return "area" in frame.columns and not ("value" in frame.columns and set(FIGURES) & set(frame.columns))


def merged(frame: pl.DataFrame, keys: Sequence[str], wide: Sequence[int]) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows of wide parts with equal keys as one row, where each part has one; differing cells are named and emptied.

    Args:
        frame: several tables below each other, with the number of each in the column `PART`.
        keys: the columns that make two rows the same.
        wide: the parts that are wide.
    """
    plain = [f"@key{place}" for place in range(len(keys))]
    texts = [pl.col(key).cast(pl.String).str.strip_chars().alias(name) for key, name in zip(keys, plain, strict=True)]
    rows = frame.with_columns(*texts).with_row_index("@order")
    once = pl.len().over(*plain, PART) == 1
    alone = once.all().over(*plain)
    several = pl.len().over(*plain) > 1
    joined = rows.select(pl.col(PART).is_in(list(wide)) & pl.col(plain[0]).is_not_null() & alone & several).to_series()
    if not joined.any():
        return frame, []
    rest, same = rows.filter(~joined), rows.filter(joined)
    values = [name for name in frame.columns if name not in {*keys, *ORIGIN, PART}]
    found, conflicting = _conflicts(same, plain, values)
    groups = same.group_by(plain, maintain_order=True).agg(
        pl.col("@order").first(),
        *(pl.col(name).first() for name in (*keys, *ORIGIN, PART) if name in frame.columns),
        *(
            pl.when(_differ(name, same)).then(None).otherwise(pl.col(name).drop_nulls().first()).alias(name)
            if name in conflicting
            else pl.col(name).drop_nulls().first()
            for name in values
        ),
    )
    order = ["@order", *frame.columns]
    return pl.concat([rest.select(order), groups.select(order)]).sort("@order").drop("@order"), found


def _differ(name: str, rows: pl.DataFrame) -> pl.Expr:
    """Whether the cells of a group differ; 1.50 and 1.5 do not."""
    cells = pl.col(name).drop_nulls()
    if rows.schema[name] != pl.String:
        return cells.n_unique() > 1
    texts = cells.str.strip_chars()
    numbers = texts.cast(pl.Float64, strict=False)
    return (texts.n_unique() > 1) & ((numbers.n_unique() > 1) | numbers.is_null().any())


def _conflicts(rows: pl.DataFrame, plain: Sequence[str], values: Sequence[str]) -> tuple[list[Finding], set[str]]:
    checks = rows.group_by(plain, maintain_order=True).agg(_differ(name, rows).alias(name) for name in values)
    found: list[Finding] = []
    conflicting = {name for name in values if checks[name].any()}
    for name in values:
        if name not in conflicting:
            continue
        at = checks.filter(pl.col(name)).select(*plain)
        given = rows.filter(pl.col(name).is_not_null()).join(at, on=list(plain), how="semi", nulls_equal=True)
        groups = given.group_by(plain, maintain_order=True).agg(
            (as_text(name) if rows.schema[name].is_numeric() else pl.col(name).cast(pl.String))
            .str.join(" / ")
            .alias("value"),
            pl.col(HIDDEN["file"]).first().alias("file"),
            pl.col(HIDDEN["sheet"]).first().alias("sheet"),
            pl.col(HIDDEN["row"]).first().alias("row"),
        )
        period = pl.col(plain[1]) if len(plain) > 1 else pl.lit(None, dtype=pl.String)
        cells = groups.select(
            pl.col(plain[0]).alias("area_name"), period.alias("period"), "value", "file", "sheet", "row"
        )
        wheres = pl.concat_str(HIDDEN["file"], pl.format(" [{}]", HIDDEN["sheet"]).fill_null(""))
        files = given.select(wheres).to_series().unique(maintain_order=True).to_list()
        found.append(Finding(code="conflicting_cells", column=name, params={"files": files}, cells=cells))
    return found, conflicting
