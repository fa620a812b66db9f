"""A workbook cell by cell: everything in it that holds something, wherever it stands."""

from __future__ import annotations

import datetime
import functools
import re
import struct
import zlib
from collections.abc import Mapping
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from piikit.files.contents import Content, content_of
from piikit.files.headers import Place, letter, tidy
from piikit.files.xlsx.cells import BOOLEAN, EMPTY, ERROR, ISO_DATE, NUMBER, Array, Cells
from piikit.files.xlsx.package import Package, attributes, opened
from piikit.files.xlsx.parse import parsed
from piikit.files.xlsx.scan import scanned
from piikit.files.xlsx.workbook import (
    SHARED_TEXTS,
    STYLES,
    OpenedWorkbook,
    book_of,
    cell_texts,
    day_shown,
    merged_ranges,
)
from piikit.findings.errors import UnreadableError
from piikit.findings.paths import path_of

DAMAGED = (ValueError, KeyError, IndexError, OverflowError, RecursionError, struct.error, zlib.error)
"""What a workbook that was tampered with raises where its readers expect what every program writes."""
CellKind = Literal["number", "text", "boolean", "error", "date", "empty"]
_COMMENT = re.compile(
    rb"<(?:\w+:)?(?:comment|threadedComment)\s([^>]*)>(.*?)</(?:\w+:)?(?:comment|threadedComment)>", re.DOTALL
)
_RUN = re.compile(rb"<(?:\w+:)?(?:t|text)(?:\s[^>]*)?>([^<]*)<")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_PARAGRAPH = re.compile(rb"<a:p>(.*?)</a:p>", re.DOTALL)


@frozen(kw_only=True)
class GridLimits:
    """How large a workbook may be that is read cell by cell; an object a cell takes some hundred bytes.

    Attributes:
        file: bytes of the file.
        xml: bytes of the parts that are read, unpacked.
        cells: cells with something in them, of all sheets.
        signs: characters of all cells together; a text that many cells share counts once a cell.
        code: the text of `errors.UnreadableError` that says that there are more cells or signs.
    """

    file: int
    xml: int
    cells: int
    signs: int
    code: str


@frozen(kw_only=True)
class Cell:
    """One cell with something in it.

    Attributes:
        row, column: from 0.
        kind: "date" is a number or text that the sheet shows as a date; "empty" a formula without a saved value.
        text: what it says: a number as it stands in the file, a date in ISO 8601, anything else as typed.
        number: of a number or date, as it is stored.
        formula: whether it is worked out by a formula.
        percent: whether it is shown with a %, a hundred times as large.
        month: whether it is a date of which only month and year are shown.
    """

    row: int
    column: int
    kind: CellKind
    text: str
    number: float | None = None
    formula: bool = False
    percent: bool = False
    month: bool = False

    @property
    def address(self) -> str:
        """As a spreadsheet names it: G7."""
        return f"{letter(self.column)}{self.row + 1}"

    @property
    def tidy(self) -> str:
        """The text with single spaces and nothing unseen around it."""
        return tidy(self.text)

    @property
    def day(self) -> datetime.date | None:
        """Of a date, the day; None where it is a time alone, or beyond what a spreadsheet shows as one."""
        try:
            return datetime.date.fromisoformat(self.text[:10]) if self.kind == "date" else None
        except ValueError:
            return None

    @property
    def value(self) -> Any:
        """What it holds: a number, True or False, a day, else the text."""
        if self.kind == "boolean":
            return self.text == "TRUE"
        held = self.number if self.kind == "number" else self.day
        return self.text if held is None else held


@frozen(kw_only=True)
class SheetGrid:
    """A sheet: its cells by row and column, its merged ranges, and what was written beside cells.

    Attributes:
        cells: what stands where: by row and column from 0; cells with nothing in them are left out.
        merged: first and last column and row from 0, as (column, row, column, row).
        remarks: comments by the address of their cell, and the texts of drawn boxes, under the address "".
    """

    place: Place
    cells: Mapping[tuple[int, int], Cell] = field(repr=False)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.place.sheet or ""

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


def read_grids(source: str | Path | Content, limits: GridLimits) -> tuple[SheetGrid, ...]:
    """The sheets of a workbook, from its path, its bytes or an open file; see `grids`.

    Raises:
        UnreadableError: no such file, no workbook, encrypted, damaged, or larger than the limits.
    """
    if isinstance(source, str | Path):
        path = path_of(source)
        try:
            with path.open("rb") as opened_file:
                content, name = opened_file.read(limits.file + 1), path.name
        except OSError as error:
            raise UnreadableError("not_opened", file=str(path), reason=error.strerror or str(error)) from error
        size = path.stat().st_size
    else:
        content, name = content_of(source)
        size = len(content)
    if size > limits.file:
        raise UnreadableError("large_workbook", file=name, bytes=size, limit=limits.file)
    return grids(content, name, limits)


def grids(content: bytes, file: str, limits: GridLimits) -> tuple[SheetGrid, ...]:
    """The sheets of a workbook, hidden ones too, in the order of their tabs.

    Raises:
        UnreadableError: encrypted, damaged, or larger than the limits.
    """
    try:
        return _sheets(opened(content, file), limits)
    except DAMAGED as error:
        raise UnreadableError("sheet_damaged", file=file, reason=str(error)) from error


def _sheets(package: Package, limits: GridLimits) -> tuple[SheetGrid, ...]:
    file = package.file
    sheets = package.sheets()
    wanted = [*(path for _, path in sheets), SHARED_TEXTS, STYLES, *_beside(package)]
    size = sum(package.parts[path].file_size for path in dict.fromkeys(wanted) if path in package.parts)
    if size > limits.xml:
        raise UnreadableError("large_workbook", file=file, bytes=size, limit=limits.xml)
    book = book_of(package)
    found: list[SheetGrid] = []
    filled = length = 0
    for name, path in sheets:
        grid = _grid(package, path, Place(file=file, sheet=name), book, limits)
        filled += len(grid.cells)
        length += sum(len(cell.text) for cell in grid.cells.values())
        if filled > limits.cells or length > limits.signs:
            raise _large(file, limits)
        found.append(grid)
    return tuple(found)


def _large(where: str, limits: GridLimits) -> UnreadableError:
    return UnreadableError(limits.code, file=where, limit=limits.cells, signs=limits.signs)


def _grid(package: Package, path: str, place: Place, book: OpenedWorkbook, limits: GridLimits) -> SheetGrid:
    xml = package.part(path)
    cells = scanned(xml) or parsed(xml, place.where)
    filled = np.flatnonzero((cells.kind != EMPTY) | cells.formula)
    if len(filled) > limits.cells:
        raise _large(place.where, limits)
    texts = cell_texts(cells, filled, book, place.where)
    read = _cells(cells, filled, texts, book, place.where)
    if len(read) != sum(bool(text.strip()) or bool(cells.formula[at]) for at, text in zip(filled, texts, strict=True)):
        raise UnreadableError("cell_twice", file=place.where)
    return SheetGrid(place=place, cells=read, merged=merged_ranges(xml), remarks=_remarks(package, path))


def _cells(
    cells: Cells, filled: Array, texts: list[str], book: OpenedWorkbook, where: str
) -> dict[tuple[int, int], Cell]:
    """The cells that hold more than spaces; there are few enough to be made one by one."""
    # Some programs save a formula without a value as an empty number.
    held = np.array([bool(text.strip()) for text in texts], bool)
    numeric = filled[(cells.kind[filled] == NUMBER) & held]
    numbers = dict(zip(numeric.tolist(), cells.numbers(numeric, where).tolist(), strict=True))
    found: dict[tuple[int, int], Cell] = {}
    for at, raw in zip(filled.tolist(), texts, strict=True):
        text, formula, style = raw, bool(cells.formula[at]), int(cells.style[at])
        if not text.strip() and not formula:
            continue
        kind, number = _kind(int(cells.kind[at])), numbers.get(at)
        if number is not None and style in book.date_styles:
            kind, text = "date", day_shown(number + book.first_day)
        elif kind == "date":
            text = text.removesuffix("T00:00:00")
        elif kind == "boolean":
            text = "TRUE" if text == "1" else "FALSE"
        if not text.strip():
            kind = "empty"
        row, column = int(cells.row[at]), int(cells.column[at])
        found[row, column] = Cell(
            row=row,
            column=column,
            kind=kind,
            text=text,
            number=number,
            formula=formula,
            percent=style in book.percent_styles,
            month=kind == "date" and style in book.month_styles,
        )
    return found


def _kind(kind: int) -> CellKind:
    names: dict[int, CellKind] = {
        NUMBER: "number",
        BOOLEAN: "boolean",
        ERROR: "error",
        ISO_DATE: "date",
        EMPTY: "empty",
    }
    return names.get(kind, "text")


# -- what stands beside the cells --------------------------------------------------------------------------------


def _beside(package: Package) -> list[str]:
    return [path for path in package.parts if re.match(r"xl/(comments|threadedComments|drawings)[^_]*\.xml$", path)]


def _remarks(package: Package, path: str) -> tuple[tuple[str, str], ...]:
    """Comments and drawn texts of a sheet; a comment that newer programs store twice is told once."""
    own = PurePosixPath(path)
    relations = f"{own.parent}/_rels/{own.name}.rels"
    if relations not in package.parts:
        return ()
    known = set(_beside(package))
    found: list[tuple[str, str]] = []
    for tag in _RELATION.findall(package.part(relations)):
        target = attributes(tag).get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('../')}"
        if inside not in known:
            continue
        xml = package.part(inside)
        if "drawings/" in inside:
            found += [("", text) for part in _PARAGRAPH.findall(xml) if (text := _runs(part))]
        else:
            found += [(attributes(at).get("ref", ""), _runs(part)) for at, part in _COMMENT.findall(xml)]
    return tuple(dict.fromkeys((at, text) for at, text in found if text and "[Threaded comment]" not in text))


def _runs(xml: bytes) -> str:
    return tidy(unescape(b"".join(_RUN.findall(xml)).decode("utf-8", errors="replace")))
