"""Tables on disk that are read by column or by rows, whichever a step needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from attrs import evolve, frozen

from piikit.findings.finding import Finding
from piikit.inputs.checks.consistency import jump, slips
from piikit.scoring.large_files.first_reading import ReadRows
from piikit.scoring.large_files.gathered_findings import CELLS


@frozen(kw_only=True)
class DiskColumns:
    """Columns of equal length, each in a file of its own, read a few rows of all at a time.

    Attributes:
        files: by the name of the column.
        rows: how many rows each has.
        step: how many rows are read at once.
    """

    files: dict[str, Path]
    rows: int
    step: int

    @property
    def starts(self) -> range:
        """Where each slice begins."""
        return range(0, self.rows, self.step)

    def slice(self, start: int, names: Sequence[str]) -> pl.DataFrame:
        """Some rows of some columns."""
        parts = [pl.scan_parquet(self.files[name]).slice(start, self.step) for name in names]
        return pl.concat(pl.collect_all(parts), how="horizontal") if parts else pl.DataFrame()


def write_column(column: pl.Series, path: Path, step: int) -> Path:
    """A column as a file that is read slice by slice."""
    column.to_frame().write_parquet(path, compression="lz4", statistics=False, row_group_size=step)
    return path


def read_column(files: Sequence[Path], name: str) -> pl.Series:
    """A column of tables that stand below each other."""
    return pl.concat([pl.read_parquet(file, columns=[name])[name] for file in files]).rechunk()


def in_order(rows: ReadRows, folder: Path, step: int) -> Iterator[tuple[str, pl.Series, Path]]:
    """Every column of figures in the order of the rows, from the files of the first reading, one held at a time."""
    lengths = {file: int(pl.scan_parquet(file).select(pl.len()).collect().item()) for file in rows.files}
    names = {file: set(pl.scan_parquet(file).collect_schema()) for file in rows.files}
    order = pl.Series(rows.order)
    for number, name in enumerate((*rows.groups, *rows.numbers)):
        dtype = pl.String if name in rows.groups else pl.Float64
        parts = [
            pl.read_parquet(file, columns=[name])[name].cast(dtype)
            if name in names[file]
            else pl.Series(name, [None], dtype=dtype).new_from_index(0, lengths[file])
            for file in rows.files
        ]
        whole = pl.concat(parts) if parts else pl.Series(name, [], dtype=dtype)
        column = whole.rechunk().gather(order)
        yield name, column, write_column(column, folder / f"column-{number:06}.parquet", step)
    for file in rows.files:
        file.unlink()


def slipped(name: str, column: pl.Series, rows: ReadRows) -> list[Finding]:
    """Figures of one column that are a power of ten away from the same area's last one; see `consistency.slips`."""
    if len(rows.periods) < 2 or column.dtype != pl.Float64:
        return []
    table = rows.keys.with_columns(column.alias(name)).with_row_index("@at").sort("place", "period")
    table = table.with_columns(pl.col("place").alias("@series"), pl.lit(True).alias("@now"))
    hit = table.select("place", "@at", jump(name, gaps=column.null_count() > 0).alias("jump")).filter("jump")
    if hit.is_empty():
        return []
    # In words, for as many areas as are listed.
    areas = hit["place"].head(CELLS).unique()
    some = rows.keys.with_columns(column.alias(name)).filter(pl.col("place").is_in(areas.implode()))
    return [evolve(item, total=hit.height) for item in slips(rows.named(some).with_columns(some[name]), None, [name])]
