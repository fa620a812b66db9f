"""Long tables: a row a figure, with all that is said about it, becomes a column an item or indicator."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl
from attrs import evolve, frozen

from piikit.files.headers import SDMX, meant
from piikit.findings.compared import figure
from piikit.findings.finding import HIDDEN, Finding, cells_of
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.framework.indicator import Unit
from piikit.inputs.checks.cells import check_cells, column_marks, rules_for, to_numbers
from piikit.inputs.checks.numbers import Marks
from piikit.inputs.keys import duplicated

KEYS = ("place", "area", "area_name", "period", "scenario")
ATTRIBUTES = ("status", "source", "evidence", "unit", "data_year", "date", "agency", "revision")
"""What a long table may say of a figure and `explain` shows; a contact person is never carried on."""
TRAIL = ("area", "period", "code", "written", "value", *ATTRIBUTES, "file", "sheet", "row", "used")


@frozen(kw_only=True)
class Widened:
    """A long table made wide.

    Attributes:
        frame: place, area, area_name, period, scenario, and a column of numbers a figure.
        trail: one row a figure as it came, superseded ones too; see `TRAIL`. Empty where nothing is said of figures.
    """

    frame: pl.DataFrame
    findings: tuple[Finding, ...]
    trail: pl.DataFrame


_TYPES: dict[str, type[pl.DataType]] = {"value": pl.Float64, "row": pl.Int64, "used": pl.Boolean}
_NO_TRAIL = pl.DataFrame(schema={name: _TYPES.get(name, pl.String) for name in TRAIL})


def no_trail() -> pl.DataFrame:
    """A trail without a row."""
    return _NO_TRAIL


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


def widen(
    frame: pl.DataFrame, figure: str, edition: Edition, catalogue: Catalogue, marks: Marks | None = None
) -> Widened:
    """The long table as a wide one. Figures are checked row by row first, so that a finding can name its row."""
    frame, found = _named(frame, figure)
    names = frame[figure].unique(maintain_order=True).to_list()
    frame, superseded = _latest(frame, figure)
    parts = []
    for name in names:
        part, wrong = _figures(frame.filter(pl.col(figure) == name), str(name), edition, catalogue, marks)
        parts.append(part)
        found += wrong
    # A figure is named as `number`; what was written stays in `value`.
    checked = pl.concat(parts) if parts else frame.with_columns(pl.lit(None, dtype=pl.Float64).alias("number"))
    located = checked.filter(pl.col("place").is_not_null())
    single, twice = duplicated(located, ["place", "area", "period", figure])
    wide = single.select(KEYS).unique(maintain_order=True)
    if not single.is_empty():
        wide = single.pivot(on=figure, index=list(KEYS), values="number", aggregate_function="first")
    # A figure named in the data stays a column even where none of its rows can be used.
    gone = [pl.lit(None, dtype=pl.Float64).alias(name) for name in names if name not in wide.columns]
    used = single.select(*KEYS, figure).with_columns(used=pl.lit(True))
    joined = checked.join(used.unique(), on=[*KEYS, figure], how="left", maintain_order="left")
    trail = _trail([joined, superseded], figure)
    return Widened(frame=wide.with_columns(gone), findings=(*found, *twice), trail=trail)


def marks_of_figures(
    frame: pl.DataFrame, figure: str, edition: Edition, catalogue: Catalogue
) -> dict[str, frozenset[str]]:
    """What the figures of part of a long table show of their decimal marks, by figure; see `numbers.marks_of`."""
    frame, _ = _named(frame, figure)
    frame, _ = _latest(frame, figure)
    marks: dict[str, frozenset[str]] = {}
    for (name,), rows in frame.group_by([figure], maintain_order=True):
        known = str(name) in edition.items or str(name) in edition.nodes
        percent = rules_for([str(name)] if known else [], edition, catalogue).percent
        marks |= column_marks(rows.select(pl.col("value").alias(str(name))), [str(name)], percent)
    return marks


def _named(frame: pl.DataFrame, figure: str) -> tuple[pl.DataFrame, list[Finding]]:
    column = frame[figure]
    found: list[Finding] = []
    if column.dtype.is_temporal():
        # A spreadsheet turns 1.1.2 into a date; which code was meant cannot be known.
        cells = cells_of(frame.filter(pl.col(figure).is_not_null()), pl.col(figure))
        found.append(Finding(code="code_is_date", column=figure, cells=cells))
        return frame.clear().with_columns(pl.lit("").alias(figure)), found
    names = column.cast(pl.String).str.strip_chars()
    frame = frame.with_columns(names.alias(figure))
    dates = [name for name in names.drop_nulls().unique(maintain_order=True) if meant(name)]
    if dates:
        rows = pl.col(figure).is_in(dates)
        cells = cells_of(frame.filter(rows), pl.col(figure))
        found.append(Finding(code="code_is_date", column=figure, cells=cells))
        frame = frame.filter(rows.not_().fill_null(True))
    nameless = frame.filter(pl.col(figure).is_null() | (pl.col(figure) == ""))
    if not nameless.is_empty():
        found.append(Finding(code="no_item", column=figure, cells=cells_of(nameless, pl.col("value"))))
        frame = frame.filter(pl.col(figure) != "")
    return frame, found


def with_items(found: Sequence[Finding], rows: pl.DataFrame, figure: str) -> list[Finding]:
    """Findings on misspelt items of a long table, with the rows where they stand."""
    names = pl.col(figure).cast(pl.String).str.strip_chars()
    return [
        evolve(item, cells=cells_of(rows.filter(names == item.column), names)) if item.code == "misspelt_item" else item
        for item in found
    ]


def _latest(frame: pl.DataFrame, figure: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the latest revision of each figure, and the rows that they supersede."""
    if "revision" not in frame.columns:
        return frame, frame.clear()
    keys = ["place", "period", figure]
    text = pl.col("revision").cast(pl.String).str.strip_chars().fill_null("")
    # Numbers by size, anything else (dates, words) after them by its text; none at all is the first.
    number = text.cast(pl.Float64, strict=False).fill_null(pl.when(text == "").then(-math.inf).otherwise(math.inf))
    late = frame.with_columns(number.alias("@number"), text.alias("@text"))
    newest = (pl.col("@number") == pl.col("@number").max().over(keys)) & (
        pl.col("@text") == pl.col("@text").max().over([*keys, "@number"])
    )
    # 2 and 2.0 are one revision: where numbers tie the text does not decide.
    newest = newest | (pl.col("@number") == pl.col("@number").max().over(keys)) & pl.col("@number").is_finite()
    marked = late.with_columns(newest.alias("@newest"))
    helpers = ["@number", "@text", "@newest"]
    return marked.filter("@newest").drop(helpers), marked.filter(~pl.col("@newest")).drop(helpers)


def _figures(
    rows: pl.DataFrame, name: str, edition: Edition, catalogue: Catalogue, marks: Marks | None = None
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows of one figure with `number`: parsed, in the figure's own unit, inside its schema, else null."""
    kept = rows.columns
    part = rows.with_columns(pl.col("value").alias(name)) if name not in kept else rows
    if name in kept:
        return rows.with_columns(pl.lit(None, dtype=pl.Float64).alias("number")), []
    known = name in edition.items or name in edition.nodes
    rules = rules_for([name] if known else [], edition, catalogue)
    part, found = to_numbers(part, [name], percent=rules.percent, marks=marks)
    if "unit" in kept:
        part, converted = _converted(part, name, edition, catalogue)
        found = [*found, *converted]
    part, broken = check_cells(part, rules)
    found = [*found, *broken]
    return part.select(*kept, pl.col(name).alias("number")), list(found)


def own_unit(name: str, edition: Edition, catalogue: Catalogue) -> Unit | None:
    """The unit of an item by its description, or of an indicator of the edition."""
    if name in edition.nodes:
        return edition.nodes[name].unit
    return catalogue.units.get(str(catalogue.items.get(name, {}).get("unit")))


def _converted(
    part: pl.DataFrame, name: str, edition: Edition, catalogue: Catalogue
) -> tuple[pl.DataFrame, list[Finding]]:
    own = own_unit(name, edition, catalogue)
    if own is None:
        return part, []
    found: list[Finding] = []
    written = pl.col("unit").cast(pl.String).str.strip_chars()
    for text in part.select(written).to_series().drop_nulls().unique(maintain_order=True):
        if not text or own.written_as(text):
            continue
        rows = (written == text).fill_null(False)
        other = next((unit for unit in catalogue.units.values() if unit.written_as(text)), None)
        as_written = pl.col("value") if part.schema["value"] == pl.String else figure(pl.col("value"))
        cells = cells_of(part.filter(rows), as_written)
        params = {"given": text, "unit": own.name}
        if other is None or other.dimension != own.dimension or other.factor is None or own.factor is None:
            found.append(Finding(code="other_unit", column=name, params=params, cells=cells))
            part = part.with_columns(pl.when(~rows).then(pl.col(name)).alias(name))
        else:
            found.append(Finding(code="unit_converted", severity="info", column=name, params=params, cells=cells))
            part = part.with_columns(
                pl.when(rows).then(_scaled(name, other.factor, own.factor)).otherwise(pl.col(name)).alias(name)
            )
    return part, found


def _scaled(name: str, given: float, own: float) -> pl.Expr:
    value = pl.col(name)
    if given >= own:
        return value * round(given / own, 12)
    # As a column: polars divides by a scalar through its reciprocal.
    return value / (value * 0 + round(own / given, 12))


def _trail(parts: Sequence[pl.DataFrame], figure: str) -> pl.DataFrame:
    if not any(name in part.columns for part in parts for name in ATTRIBUTES):
        return no_trail()
    blank = no_trail()
    shown = []
    for part in parts:
        origin = {hidden: name for name, hidden in HIDDEN.items()}
        known = part.rename({hidden: name for hidden, name in origin.items() if hidden in part.columns})
        columns = {
            "area": pl.col("area"),
            "period": pl.col("period"),
            "code": pl.col(figure),
            "written": pl.col("value"),
            "value": pl.col("number") if "number" in known.columns else pl.lit(None),
            "used": (pl.col("used") if "used" in known.columns else pl.lit(None)).fill_null(False),
        }
        rest = {name: pl.col(name) if name in known.columns else pl.lit(None) for name in TRAIL if name not in columns}
        every = {**columns, **rest}
        shown.append(known.select(every[name].cast(blank.schema[name], strict=False).alias(name) for name in TRAIL))
    return pl.concat(shown)


def with_rows(found: Sequence[Finding], raw: pl.DataFrame, texts: pl.Series) -> list[Finding]:
    """Findings on names of areas with the rows where those names stand, for tables that come from files."""
    origin = [hidden for hidden in HIDDEN.values() if hidden in raw.columns]
    if not origin or not any(item.params.get("text") or item.code == "no_area" for item in found):
        return list(found)
    rows = raw.select(origin).with_columns(
        texts.str.strip_chars().replace("", None).alias("value"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("area", "area_name", "period")),
    )
    placed = []
    for item in found:
        text = item.params.get("text")
        here = rows.filter(pl.col("value").is_null() if item.code == "no_area" else pl.col("value") == text)
        # A row without an area is called by its number, as a spreadsheet shows it.
        value = pl.col(HIDDEN["row"]) if item.code == "no_area" and HIDDEN["row"] in here.columns else pl.col("value")
        placed.append(evolve(item, cells=cells_of(here, value)) if text or item.code == "no_area" else item)
    return placed
