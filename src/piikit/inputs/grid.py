"""A workbook cell by cell: of each sheet what stands where, and which cells are merged."""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from attrs import frozen

from piikit.errors import UnreadableError, UsageError
from piikit.inputs.headers import Place, from_serial, letter
from piikit.inputs.package import attributes, opened
from piikit.inputs.sheet import BOOLEAN, EMPTY, ERROR, ISO_DATE, NUMBER, Array, Cells, shared_texts
from piikit.inputs.sheet_parser import parsed
from piikit.inputs.sheet_scan import scanned
from piikit.inputs.workbook import (
    _FORMAT,
    _MERGED,
    _SINCE_1904,
    _XF,
    _XFS,
    DAYS_1904,
    LAST_DAY,
    SHARED_TEXTS,
    STYLES,
    Book,
    _column,
    _date_styles,
    _part,
    _texts,
)

MAX_BYTES = 50_000_000
"""A file larger than this is refused unread: the workbook of the largest shipped document is about 40 kB."""
MAX_CELLS = 400_000
"""Cells with something in them, of a sheet: a tree of 5,000 nodes fills half of that."""
MONTH_STYLE = 17
"""The built-in number format that shows a month and a year (ECMA-376, 18.8.30)."""


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
    styles = _part(package, STYLES)
    book = Book(
        texts=shared_texts(_part(package, SHARED_TEXTS)),
        date_styles=frozenset(_date_styles(styles)),
        first_day=DAYS_1904 if _SINCE_1904.search(package.part("xl/workbook.xml")) else 0,
    )
    months = _month_styles(styles)
    return [_grid(package.part(at), book, months, Place(file=file.name, sheet=name)) for name, at in package.sheets()]


def _grid(xml: bytes, book: Book, months: frozenset[int], place: Place) -> Grid:
    found = scanned(xml) or parsed(xml, place.where)
    filled = np.flatnonzero((found.kind != EMPTY) | found.formula)
    if len(filled) > MAX_CELLS:
        rows, columns = int(found.row.max()) + 1, int(found.column.max()) + 1
        raise UnreadableError("many_cells", file=place.where, rows=rows, columns=columns, limit=MAX_CELLS)
    merged = []
    for match in _MERGED.finditer(xml, max(xml.rfind(b"sheetData>"), 0)):
        first, last = (letter(_column(match[part])) for part in (1, 3))
        merged.append((int(match[2]) - 1, f"{first}{match[2].decode()}:{last}{match[4].decode()}"))
    return Grid(place=place, cells=_cells(found, filled, book, months, place), merged=tuple(merged))


def _cells(
    found: Cells, filled: Array, book: Book, months: frozenset[int], place: Place
) -> dict[tuple[int, int], Cell]:
    texts = _texts(found, filled, book, place.where)
    figures = np.full(len(filled), np.nan)
    numeric = np.flatnonzero(found.kind[filled] == NUMBER)
    figures[numeric] = found.numbers(filled[numeric], place.where)
    cells: dict[tuple[int, int], Cell] = {}
    for number, at in enumerate(filled.tolist()):
        cell = _cell(int(found.kind[at]), texts[number], float(figures[number]), int(found.style[at]), book, months)
        if found.formula[at]:
            cell = Cell(kind=cell.kind, value=cell.value, formula=True)
        if cell.formula or cell.kind != "text" or cell.value.strip():
            cells[int(found.row[at]), int(found.column[at])] = cell
    return cells


def _cell(kind: int, text: str, figure: float, style: int, book: Book, months: frozenset[int]) -> Cell:
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
        return Cell(kind="month" if style in months else "date", value=from_serial(figure + book.first_day))
    return Cell(kind="number", value=figure)


def _month_styles(styles: bytes) -> frozenset[int]:
    """The numbers of the cell styles that show a date as month and year alone."""
    formats = {MONTH_STYLE}
    for tag in _FORMAT.findall(styles):
        form = attributes(tag)
        bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", form.get("formatCode", "")).lower()
        if "m" in bare and "y" in bare and not re.search(r"[dhs]", bare):
            formats.add(int(form.get("numFmtId", "-1")))
    block = _XFS.search(styles)
    tags = _XF.findall(block[0]) if block else []
    return frozenset(place for place, tag in enumerate(tags) if int(attributes(tag).get("numFmtId", "0")) in formats)
