"""Reading workbooks: piikit beside the library that it reads them with."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastexcel
import numpy as np
import xlsxwriter

from piikit.inputs.read import read

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


if __name__ == "__main__":
    main()
