"""Reading workbooks: piikit beside the library that it reads them with."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import xlsxwriter

from piikit.files.read import read

LIMIT = 1.2
"""How many times the library's own time reading may take."""
SIZES = ((63, 60), (5_000, 60))


def workbook(path: Path, rows: int, columns: int) -> None:
    figures = np.random.default_rng(1).random((rows, columns - 1)) * 1000
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Figures")
        sheet.write_row(0, 0, ["area", *(f"item_{place}" for place in range(1, columns))])
        for place, row in enumerate(figures):
            sheet.write_row(place + 1, 0, [f"Area {place}", *row])


def pair(one: Callable[[], object], other: Callable[[], object], repeats: int) -> tuple[float, float]:
    """The shortest time of each in seconds, taken in turns, so that a busy moment strikes both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for place, call in enumerate((one, other)):
            start = time.perf_counter()
            call()
            times[place].append(time.perf_counter() - start)
    return min(times[0]), min(times[1])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for rows, columns in SIZES:
            path = Path(folder) / f"{rows}.xlsx"
            workbook(path, rows, columns)
            ours, theirs = pair(
                lambda path=path: read(path), lambda path=path: fastexcel.read_excel(path).load_sheet(0).to_polars(), 15
            )
            print(
                f"xlsx {rows:,} x {columns}: piikit {ours * 1e3:.1f} ms, fastexcel {theirs * 1e3:.1f} ms, "
                f"ratio {ours / theirs:.2f} (limit {LIMIT})"
            )


# -- text files --------------------------------------------------------------------------------------------------

ROWS = 1_000_000
"""With eight columns about 85 MB."""


def text_file(path: Path, rows: int) -> None:
    rng = np.random.default_rng(1)
    figures = {f"item_{place}": (rng.random(rows) * 1e6).round(4) for place in range(1, 7)}
    keys = {
        "area": [f"Tỉnh {row % 63}" for row in range(rows)],
        "period": [str(1000 + row // 63) for row in range(rows)],
    }
    pl.DataFrame({**keys, **figures}).write_csv(path)


def csv_files() -> None:
    """Reading csv beside polars reading the same bytes as columns of text, without a look at them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.csv"
        text_file(path, ROWS)
        ours, theirs = pair(lambda: read(path), lambda: pl.read_csv(path.read_bytes(), infer_schema=False), 5)
        print(
            f"csv {path.stat().st_size / 1e6:.0f} MB, {ROWS:,} x 8: piikit {ours * 1e3:.0f} ms, "
            f"polars as text {theirs * 1e3:.0f} ms, ratio {ours / theirs:.2f}"
        )


if __name__ == "__main__":
    main()
    csv_files()
