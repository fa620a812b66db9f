"""Every cell of a workbook that holds something, wherever it stands: a form that came back is read whole."""

from __future__ import annotations

import re
from html import unescape
from pathlib import PurePosixPath
from typing import Literal

import numpy as np
from attrs import field, frozen

from piikit.errors import UnreadableError
from piikit.inputs.headers import letter, tidy
from piikit.inputs.package import Package, attributes, opened
from piikit.inputs.sheet import BOOLEAN, EMPTY, ERROR, ISO_DATE, NUMBER, Cells
from piikit.inputs.sheet_parser import parsed
from piikit.inputs.sheet_scan import scanned
from piikit.inputs.workbook import SHARED_TEXTS, STYLES, Book, book_of, cell_texts, day_shown, merged_ranges

MAX_FILE = 20_000_000
"""Bytes of a form as a file: one with 60 rows has 20 kB, pictures pasted into it some megabytes."""
MAX_XML = 16_000_000
"""Bytes of the parts that are read, unpacked: about 200,000 cells, and some 200 MB of memory while they are read."""
MAX_FILLED = 20_000
"""Cells with content: each that is no field of the form is listed by itself."""
MAX_TEXT = 5_000_000
"""Characters of all cells together; a text that many cells share counts once a cell."""

CellKind = Literal["number", "text", "boolean", "error", "date", "empty"]
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s([^>]*)>(.*?)</(?:\w+:)?(?:comment|threadedComment)>",
                      re.DOTALL)  # fmt: skip
_RUN = re.compile(rb"<(?:\w+:)?(?:t|text)(?:\s[^>]*)?>([^<]*)<")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_PARAGRAPH = re.compile(rb"<a:p>(.*?)</a:p>", re.DOTALL)


@frozen(kw_only=True)
class Cell:
    """One cell with content.

    Attributes:
        row, column: from 0.
        kind: "date" is a number or text that the sheet shows as a date; "empty" a formula without a saved value.
        text: what it says: a number as it stands in the file, a date in ISO 8601, anything else as typed.
        number: of a number or date, as it is stored.
        formula: whether it is worked out by a formula.
        percent: whether it is shown with a %, a hundred times as large.
    """

    row: int
    column: int
    kind: CellKind
    text: str
    number: float | None = None
    formula: bool = False
    percent: bool = False

    @property
    def address(self) -> str:
        """As a spreadsheet names it: G7."""
        return f"{letter(self.column)}{self.row + 1}"

    @property
    def tidy(self) -> str:
        """The text with single spaces and nothing unseen around it."""
        return tidy(self.text)


@frozen(kw_only=True)
class Grid:
    """A sheet: its cells by row and column, its merged ranges, and what was written beside cells.

    Attributes:
        merged: first and last column and row from 0, as (column, row, column, row).
        remarks: comments by the address of their cell, and the texts of drawn boxes, under the address "".
    """

    name: str
    cells: dict[tuple[int, int], Cell] = field(repr=False)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


def grids(content: bytes, file: str) -> tuple[Grid, ...]:
    """The sheets of a workbook, hidden ones too, in the order of their tabs.

    Raises:
        UnreadableError: encrypted, damaged, or larger than a form can be.
    """
    package = opened(content, file)
    sheets = package.sheets()
    wanted = [*(path for _, path in sheets), SHARED_TEXTS, STYLES, *_beside(package)]
    size = sum(package.parts[path].file_size for path in dict.fromkeys(wanted) if path in package.parts)
    if size > MAX_XML:
        raise UnreadableError("large_workbook", file=file, bytes=size, limit=MAX_XML)
    book = book_of(package)
    found: list[Grid] = []
    filled = length = 0
    for name, path in sheets:
        grid = _grid(package, path, name, book, file)
        filled += len(grid.cells)
        length += sum(len(cell.text) for cell in grid.cells.values())
        if filled > MAX_FILLED or length > MAX_TEXT:
            raise UnreadableError("large_form", file=file, limit=MAX_FILLED, signs=MAX_TEXT)
        found.append(grid)
    return tuple(found)


def _grid(package: Package, path: str, name: str, book: Book, file: str) -> Grid:
    where = f"{file} [{name}]"
    xml = package.part(path)
    cells = scanned(xml) or parsed(xml, where)
    filled = np.flatnonzero((cells.kind != EMPTY) | cells.formula)
    if len(filled) > MAX_FILLED:
        raise UnreadableError("large_form", file=where, limit=MAX_FILLED, signs=MAX_TEXT)
    texts = cell_texts(cells, filled, book, where)
    read = _cells(cells, filled, texts, book, where)
    if len(read) != sum(bool(text.strip()) or bool(cells.formula[at]) for at, text in zip(filled, texts, strict=True)):
        raise UnreadableError("cell_twice", file=where)
    return Grid(name=name, cells=read, merged=merged_ranges(xml), remarks=_remarks(package, path))


def _cells(
    cells: Cells, filled: np.ndarray[tuple[int], np.dtype[np.intp]], texts: list[str], book: Book, where: str
) -> dict[tuple[int, int], Cell]:
    """The cells that hold more than spaces; a form has some hundreds of them, so they are made one by one."""
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
            row=row, column=column, kind=kind, text=text, number=number, formula=formula,
            percent=style in book.percent_styles,
        )  # fmt: skip
    return found


def _kind(kind: int) -> CellKind:
    names: dict[int, CellKind] = {
        NUMBER: "number", BOOLEAN: "boolean", ERROR: "error", ISO_DATE: "date", EMPTY: "empty",
    }  # fmt: skip
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
