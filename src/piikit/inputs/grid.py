"""A workbook cell by cell: of each sheet what stands where, and which cells are merged."""

from __future__ import annotations

import datetime
import functools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from attrs import frozen

from piikit.errors import UnreadableError, UsageError
from piikit.inputs.headers import Place, from_serial, letter
from piikit.inputs.package import opened
from piikit.inputs.sheet import BOOLEAN, EMPTY, ERROR, ISO_DATE, NUMBER, Array, Cells
from piikit.inputs.sheet_parser import parsed
from piikit.inputs.sheet_scan import scanned
from piikit.inputs.workbook import LAST_DAY, Book, book_of, cell_texts, merged_ranges

MAX_BYTES = 50_000_000
"""A file larger than this is refused unread: the workbook of the largest shipped document is about 40 kB."""
MAX_CELLS = 400_000
"""Cells with something in them, of a sheet: a tree of 5,000 nodes fills half of that."""


@frozen(kw_only=True)
class Cell:
    """What stands in a cell of a workbook.

    Attributes:
        kind: a number, a text, TRUE or FALSE, a day, a month (a date of which only month and year are shown), or the
            error of a formula.
        value: the number, text or day.
        formula: whether it is worked out.
    """

    kind: Literal["number", "text", "boolean", "date", "month", "error"]
    value: Any
    formula: bool = False


@frozen(kw_only=True)
class Grid:
    """A sheet.

    Attributes:
        cells: what stands where: by row and column from 0; cells with nothing in them are left out.
        merged: the merged ranges, as a spreadsheet writes them, with the row of each from 0.
    """

    place: Place
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, str], ...]

    @functools.cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """The rows with something in them, in order: by row, the cells by their column."""
        found: dict[int, dict[int, Cell]] = {}
        for row, column in sorted(self.cells):
            found.setdefault(row, {})[column] = self.cells[row, column]
        return found

    @property
    def height(self) -> int:
        """How many rows there are down to the last one with something in it."""
        return 1 + max(self.rows, default=-1)

    def row(self, row: int) -> dict[int, Cell]:
        """The cells of a row by their column."""
        return self.rows.get(row, {})


def read_grids(path: str | Path) -> list[Grid]:
    """The sheets of a workbook, in the order of their tabs.

    Raises:
        UsageError: no such file.
        UnreadableError: no workbook, encrypted, damaged, or larger than the limits.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened_file:
            content = opened_file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    if len(content) > MAX_BYTES:
        raise UnreadableError("large_workbook", file=file.name, bytes=len(content), limit=MAX_BYTES)
    package = opened(content, file.name)
    book = book_of(package)
    return [_grid(package.part(at), book, Place(file=file.name, sheet=name)) for name, at in package.sheets()]


def _grid(xml: bytes, book: Book, place: Place) -> Grid:
    found = scanned(xml) or parsed(xml, place.where)
    filled = np.flatnonzero((found.kind != EMPTY) | found.formula)
    if len(filled) > MAX_CELLS:
        rows, columns = int(found.row.max()) + 1, int(found.column.max()) + 1
        raise UnreadableError("many_cells", file=place.where, rows=rows, columns=columns, limit=MAX_CELLS)
    merged = [
        (top, f"{letter(first)}{top + 1}:{letter(last)}{bottom + 1}") for first, top, last, bottom in merged_ranges(xml)
    ]
    return Grid(place=place, cells=_cells(found, filled, book, place), merged=tuple(merged))


def _cells(found: Cells, filled: Array, book: Book, place: Place) -> dict[tuple[int, int], Cell]:
    texts = cell_texts(found, filled, book, place.where)
    figures = np.full(len(filled), np.nan)
    numeric = np.flatnonzero(found.kind[filled] == NUMBER)
    figures[numeric] = found.numbers(filled[numeric], place.where)
    cells: dict[tuple[int, int], Cell] = {}
    for number, at in enumerate(filled.tolist()):
        cell = _cell(int(found.kind[at]), texts[number], float(figures[number]), int(found.style[at]), book)
        if found.formula[at]:
            cell = Cell(kind=cell.kind, value=cell.value, formula=True)
        if cell.formula or cell.kind != "text" or cell.value.strip():
            cells[int(found.row[at]), int(found.column[at])] = cell
    return cells


def _cell(kind: int, text: str, figure: float, style: int, book: Book) -> Cell:
    if kind == BOOLEAN:
        return Cell(kind="boolean", value=text == "1")
    if kind == ERROR:
        return Cell(kind="error", value=text)
    if kind == ISO_DATE:
        try:
            return Cell(kind="date", value=datetime.date.fromisoformat(text[:10]))
        except ValueError:
            return Cell(kind="text", value=text)
    if kind != NUMBER or math.isnan(figure):
        return Cell(kind="text", value=text)
    if style in book.date_styles and 0 < figure < LAST_DAY - book.first_day:
        return Cell(kind="month" if style in book.month_styles else "date", value=from_serial(figure + book.first_day))
    return Cell(kind="number", value=figure)
