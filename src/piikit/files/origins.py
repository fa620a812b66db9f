"""What was read, from one table or from several put together, with the origin of every row and cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl
from attrs import evolve, frozen

from piikit.files.wide_columns import value_column, without_kind
from piikit.findings.compared import ComparedFinding, figure, further
from piikit.findings.finding import HIDDEN, Finding, cells_of

FIGURES = ("item", "indicator", "code")
PART = "@part"
"""The number of the wide table that a row comes from, where several tables were put together; null in long ones."""
KEY = ("place", "period")
"""What makes rows of several tables one row: the area that was meant, however it was written, and the period."""


@frozen(kw_only=True)
class Read:
    """One table as read.

    Attributes:
        frame: the columns as they stand in the source; from files also the hidden columns of `findings.HIDDEN`, and
            from several also `PART`.
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
    """Several tables below each other, columns by name; `merged` makes one row of an area's rows once it is known."""
    if len(parts) == 1:
        return parts[0]
    found = [finding for part in parts for finding in part.findings]
    frames: list[pl.DataFrame] = []
    count = 0
    for part in parts:
        frame, number = part.frame, pl.lit(count if is_wide(part.frame) else None, dtype=pl.Int32)
        if PART in frame.columns:  # sheets of a workbook, put together before
            number = pl.col(PART) + count
        frames.append(frame.with_columns(number.alias(PART)))
        count += part.parts
    frame = pl.concat(relaxed(frames), how="diagonal_relaxed") if frames else pl.DataFrame()
    hidden = [name for name in (*HIDDEN.values(), PART) if name in frame.columns]
    return Read(frame=frame.select(pl.exclude(hidden), *hidden), findings=tuple(found), parts=max(count, 1))


def is_wide(frame: pl.DataFrame) -> bool:
    """Whether a table has a row an area and period, so that its rows may be joined with those of another."""
    return "area" in frame.columns and not ("value" in frame.columns and set(FIGURES) & set(frame.columns))


@frozen(kw_only=True)
class MergedTable:
    """Rows of several tables as one.

    Attributes:
        frame: one row an area and period where each table has one row of it.
        origins: the rows that were joined, as they stood; None where there were none. See `relocated`.
    """

    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    origins: pl.DataFrame | None = None


def merged(frame: pl.DataFrame, values: Sequence[str]) -> MergedTable:
    """Rows of one area and period from several wide tables as one row.

    Rows that one table holds twice are left as they are, to be named as doubled. A cell given by several tables is
    fine where they agree; where they differ all are named, and none is used.

    Args:
        frame: checked rows with place, area, area_name, period, `PART` and the origin of each row.
        values: the columns of figures and groups.
    """
    once = (pl.len().over(*KEY, PART) == 1).all().over(*KEY)
    several = pl.col(PART).n_unique().over(*KEY) > 1
    whole = pl.col(PART).is_not_null().all().over(*KEY) & pl.col("place").is_not_null()
    joined = frame.select(once & several & whole).to_series()
    if not joined.any():
        return MergedTable(frame=frame.drop(PART))
    rows = frame.with_row_index("@order")
    same = rows.filter(joined)
    differing = same.group_by(KEY, maintain_order=True).agg(pl.col(name).drop_nulls().n_unique() > 1 for name in values)
    unlike = [name for name in values if differing[name].any()]
    found = [_conflict(same, differing.filter(name).select(KEY), name) for name in unlike]
    rest = [name for name in frame.columns if name not in {*KEY, *values, PART}]
    cells = [
        pl.when(pl.col(name).drop_nulls().n_unique() <= 1).then(pl.col(name).drop_nulls().first()).alias(name)
        if name in unlike
        else pl.col(name).drop_nulls().first()
        for name in values
    ]
    groups = same.group_by(KEY, maintain_order=True).agg(pl.col("@order").first(), pl.col(rest).first(), *cells)
    order = ["@order", *(name for name in frame.columns if name != PART)]
    whole_frame = pl.concat([rows.filter(~joined).select(order), groups.select(order)]).sort("@order").drop("@order")
    return MergedTable(frame=whole_frame, findings=tuple(found), origins=same.drop("@order", PART))


def _conflict(rows: pl.DataFrame, at: pl.DataFrame, name: str) -> Finding:
    """A cell of the finding for each cell that was given, which tells also of the others."""
    given = rows.filter(pl.col(name).is_not_null()).join(at, on=KEY, how="semi", maintain_order="left")
    text = figure(pl.col(name)) if rows.schema[name].is_numeric() else pl.col(name).cast(pl.String)
    sheet = pl.concat_str(pl.lit(" ["), HIDDEN["sheet"], pl.lit("]")).fill_null("")
    where = pl.concat_str(HIDDEN["file"], sheet)
    given = given.with_columns(
        text.alias("@text"),
        pl.concat_str(text, pl.lit(" ("), where, pl.lit(":"), HIDDEN["row"], pl.lit(")")).alias("@all"),
    )
    every = given.with_columns(pl.col("@all").str.join(" / ").over(*KEY))
    cells = cells_of(every, pl.col("@text")).hstack(every.select(*further(all=pl.col("@all"))))
    files = given.select(where.alias("where")).to_series().unique(maintain_order=True).to_list()
    column = without_kind("value", name)
    return ComparedFinding(code="conflicting_cells", column=column, params={"files": files}, cells=cells)


def relocated(found: Iterable[Finding], origins: pl.DataFrame | None) -> list[Finding]:
    """Findings on rows that were joined, each cell with the file, sheet and row that its own column comes from."""
    if origins is None:
        return list(found)
    placed = []
    for item in found:
        name = next((name for name in (item.column, value_column(str(item.column))) if name in origins.columns), None)
        if item.cells is None or name is None or not {"area", "period", *HIDDEN} <= set(item.cells.columns):
            placed.append(item)
            continue
        own = origins.filter(pl.col(name).is_not_null()).select(
            "area", "period", *(pl.col(hidden).alias(f"{hidden}@own") for hidden in HIDDEN.values())
        )
        own = own.unique(["area", "period"], keep="first", maintain_order=True)
        cells = item.cells.join(own, on=["area", "period"], how="left", maintain_order="left")
        known = pl.col(f"{HIDDEN['row']}@own").is_not_null()
        cells = cells.with_columns(
            pl.when(known).then(f"{hidden}@own").otherwise(shown).alias(shown) for shown, hidden in HIDDEN.items()
        )
        placed.append(evolve(item, cells=cells.select(item.cells.columns)))
    return placed
