"""Workbooks of spreadsheets (xlsx): every sheet with a column of areas, its numbers as numbers, its texts as texts."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from attrs import frozen

from piikit.files.headers import Heads, Place, codes_of, from_serial, is_header, letter, name_columns, span
from piikit.files.origins import Read, as_text, together
from piikit.files.xlsx.cells import BOOLEAN, EMPTY, ERROR, ISO_DATE, NUMBER, SHARED, Array, Cells, shared_texts
from piikit.files.xlsx.package import Package, attributes, opened
from piikit.files.xlsx.parse import parsed
from piikit.files.xlsx.scan import scanned
from piikit.findings.errors import UnreadableError
from piikit.findings.finding import Finding

MAX_CELLS = 20_000_000
"""Cells of the rectangle that a sheet's cells span: it is held in memory whole, 24 bytes a cell."""
HEADER_ROWS = 100
"""Rows with cells among which the header is looked for."""
SHOWN = 6
"""Cells that a finding names before it says how many there are."""
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""The built-in number formats that show a date or a time (ECMA-376, 18.8.30)."""
PERCENT_FORMATS = {9, 10}
"""The built-in number formats that show a number a hundred times as large, with a %."""
MONTH_FORMATS = {17}
"""The built-in number format that shows a date as month and year alone."""
SERIALS = (36_526, 55_153)
"""1 January 2000 and 31 December 2050 as spreadsheets store them: what codes such as 1.1.2 are turned into."""
LAST_DAY = 2_958_466
"""The day after the last that a spreadsheet knows, 31 December 9999."""
DAYS_1904 = 1_462
"""Days between the two first days that a workbook may count from, of 1900 and of 1904."""
SHARED_TEXTS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_SINCE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\s[^>]*?date1904\s*=\s*[\"'](?:1|true)[\"']")
_MIDNIGHT = re.compile(r"[ T]00:00:00(\.0+)?$")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")


@frozen(kw_only=True)
class WorkbookSheet:
    """A worksheet that was looked through.

    Attributes:
        filled: which cells hold something.
        header: the row that names the columns, counted from 0; None where no row names an area column.
        names: by column, the text of the header.
        dates: columns whose header a spreadsheet stores as a date, with the codes probably meant.
        dated: which cells are numbers shown as dates.
        merged: the merged ranges, as their first and last column and row from 0.
    """

    place: Place
    cells: Cells
    filled: Array
    header: int | None
    names: dict[int, str]
    dates: dict[int, str]
    dated: Array
    merged: tuple[tuple[int, int, int, int], ...]


@frozen(kw_only=True)
class OpenedWorkbook:
    """What the sheets of a workbook share: texts, styles that show a date, and the number of the first day."""

    texts: list[str]
    date_styles: frozenset[int]
    first_day: int
    percent_styles: frozenset[int] = frozenset()
    month_styles: frozenset[int] = frozenset()


def read_workbook(content: bytes, file: str, heads: Heads = is_header) -> Read:
    """All sheets of a workbook that have a header with an area column; without one, the first sheet with cells.

    Raises:
        UnreadableError: encrypted, damaged, larger than the limits, or without a table.
    """
    package = opened(content, file)
    book = book_of(package)
    sheets = []
    for name, path in package.sheets():
        place = Place(file=file, sheet=name)
        sheets.append(_sheet(package.part(path), book, place, heads))
    used = [sheet for sheet in sheets if sheet.header is not None and heads(sheet.names.values())]
    used = used or [sheet for sheet in sheets if sheet.header is not None][:1]
    if not used:
        raise UnreadableError("no_table", file=file)
    found = _unread([sheet for sheet in sheets if sheet not in used and len(sheet.cells.row)])
    links = sorted(path for path in package.parts if re.fullmatch(r"xl/externalLinks/[^/]+\.xml", path))
    if links:
        params = {"where": file, "n": len(links)}
        whole = Place(file=file).cells([None], [None])
        found.append(Finding(code="external_links", severity="warning", params=params, cells=whole))
    read = together([_read_sheet(sheet, book) for sheet in used])
    return Read(frame=read.frame, findings=(*found, *read.findings), parts=read.parts)


def book_of(package: Package) -> OpenedWorkbook:
    """What the sheets of an opened workbook share."""
    top, styles = package.part("xl/workbook.xml"), _part(package, STYLES)
    return OpenedWorkbook(
        texts=shared_texts(_part(package, SHARED_TEXTS)),
        date_styles=frozenset(_date_styles(styles)),
        percent_styles=frozenset(_styles(styles, set(PERCENT_FORMATS), "%")),
        month_styles=frozenset(_styles(styles, set(MONTH_FORMATS), "^(?=.*m)(?=.*y)(?!.*[dhs])")),
        first_day=DAYS_1904 if _SINCE_1904.search(top) else 0,
    )


def _part(package: Package, path: str) -> bytes:
    return package.part(path) if path in package.parts else b""


def _check_span(cells: Cells, place: Place) -> None:
    if not len(cells.row):
        return
    rows, columns = int(cells.row.max()) + 1, int(cells.column.max()) + 1
    if rows * columns > MAX_CELLS:
        raise UnreadableError("many_cells", file=place.where, rows=rows, columns=columns, limit=MAX_CELLS)
    order = cells.row.astype(np.int64) * columns + cells.column
    if (np.diff(order) <= 0).any() and len(np.unique(order)) != len(order):
        raise UnreadableError("cell_twice", file=place.where)


def _date_styles(styles: bytes) -> set[int]:
    """The numbers of the cell styles that show a number as a date or time."""
    return _styles(styles, set(DATE_FORMATS), "[dmyhs]")


def _styles(styles: bytes, forms: set[int], pattern: str) -> set[int]:
    """The numbers of the cell styles with one of these formats, or with one whose code has a sign of the pattern."""
    for tag in _FORMAT.findall(styles):
        form = attributes(tag)
        bare = re.sub(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|\*.', "", form.get("formatCode", "")).lower()
        if re.search(pattern, bare.replace("general", "")):
            forms.add(int(form.get("numFmtId", "-1")))
    block = _XFS.search(styles)
    tags = _XF.findall(block[0]) if block else []
    return {place for place, tag in enumerate(tags) if int(attributes(tag).get("numFmtId", "0")) in forms}


def _sheet(xml: bytes, book: OpenedWorkbook, place: Place, heads: Heads) -> WorkbookSheet:
    cells = scanned(xml) or parsed(xml, place.where)
    _check_span(cells, place)
    dated = (cells.kind == NUMBER) & np.isin(cells.style, list(book.date_styles))
    filled = (cells.kind != EMPTY) | cells.formula
    header, names = _header(cells, filled, book, place.where, heads)
    dates: dict[int, str] = {}
    for cell in np.flatnonzero((cells.row == header) & (cells.kind == NUMBER)) if header is not None else ():
        serial = float(names[int(cells.column[cell])] or "nan")
        if (dated[cell] and 0 < serial < LAST_DAY) or (SERIALS[0] <= serial <= SERIALS[1] and serial == int(serial)):
            day = from_serial(serial + book.first_day)
            dates[int(cells.column[cell])] = codes_of(day.day, day.month, day.year)
    return WorkbookSheet(
        place=place,
        cells=cells,
        filled=filled,
        header=header,
        names=names,
        dates=dates,
        dated=dated,
        merged=merged_ranges(xml),
    )


def merged_ranges(xml: bytes) -> tuple[tuple[int, int, int, int], ...]:
    """The merged ranges of a sheet, as their first and last column and row from 0."""
    return tuple(
        (_column(match[1]), int(match[2]) - 1, _column(match[3]), int(match[4]) - 1)
        for match in _MERGED.finditer(xml, xml.rfind(b"sheetData>"))
    )


def _header(
    cells: Cells, filled: Array, book: OpenedWorkbook, where: str, heads: Heads
) -> tuple[int | None, dict[int, str]]:
    """The first row that names an area column, else the first that holds anything, and its texts by column."""
    first: tuple[int | None, dict[int, str]] = (None, {})
    row = -1
    for _ in range(HEADER_ROWS):
        later = cells.row[(cells.row > row) & filled]
        if not len(later):
            break
        row = int(later.min())
        which = np.flatnonzero((cells.row == row) & filled)
        texts = dict(zip(cells.column[which].tolist(), cell_texts(cells, which, book, where), strict=True))
        if heads(texts.values()):
            return row, texts
        if first[0] is None and any(text.strip() for text in texts.values()):
            first = row, texts
    return first


def cell_texts(cells: Cells, which: Array, book: OpenedWorkbook, where: str) -> list[str]:
    """What some cells say: a shared text itself, all else as it stands in the file."""
    texts = cells.texts(which)
    for place in np.flatnonzero(cells.kind[which] == SHARED):
        number = texts[place]
        if not (number.isascii() and number.isdigit() and int(number) < len(book.texts)):
            raise UnreadableError("text_missing", file=where, number=number)
        texts[place] = book.texts[int(number)]
    return [text if text.isascii() else unicodedata.normalize("NFC", text) for text in texts]


def _unread(sheets: Sequence[WorkbookSheet]) -> list[Finding]:
    return [
        Finding(
            code="unread_sheet",
            severity="warning",
            params={"where": sheet.place.where},
            cells=sheet.place.cells([None], [None]),
        )
        for sheet in sheets
    ]


def _read_sheet(sheet: WorkbookSheet, book: OpenedWorkbook) -> Read:
    cells, place, header = sheet.cells, sheet.place, sheet.header or 0
    below = (cells.row > header) & sheet.filled
    width = max([*sheet.names, int(cells.column.max(where=below, initial=-1))]) + 1
    held = np.bincount(cells.column[below], minlength=width) > 0
    texts = [sheet.names.get(index, "") for index in range(width)]
    names, found = name_columns(texts, held.tolist(), place, header + 1, sheet.dates)
    chosen = np.zeros(width, bool)
    chosen[list(names)] = True
    inside = np.flatnonzero(below & np.append(chosen, False)[np.minimum(cells.column, width)])
    found += _formulas(sheet, inside) + _merged(sheet, names) + _errors(sheet, inside, names)
    height = int(cells.row[below].max()) - header if below.any() else 0
    some: Array = np.zeros(height, bool)
    columns = _columns(sheet, book, inside, names, some)
    rows = pl.Series(np.arange(header + 2, header + 2 + height))
    data = pl.DataFrame([*columns, *place.origin(rows)])
    return Read(frame=data if some.all() else data.filter(pl.Series(some)), findings=tuple(found))


def _columns(
    sheet: WorkbookSheet, book: OpenedWorkbook, inside: Array, names: dict[int, str], some: Array
) -> list[pl.Series]:
    """The columns that have a name: numbers where all of a column's cells are numbers, else texts.

    Rows that hold anything but spaces are marked in `some`.
    """
    cells, height = sheet.cells, len(some)
    kind, row = cells.kind[inside], cells.row[inside] - (sheet.header or 0) - 1
    numbers = np.full(len(inside), np.nan)
    number = kind == NUMBER
    numbers[number] = cells.numbers(inside[number], sheet.place.where)
    plain = number & ~sheet.dated[inside]
    width = max(names, default=-1) + 1
    wordy = np.bincount(cells.column[inside[~plain & (kind != ERROR) & (kind != EMPTY)]], minlength=width) > 0
    used = np.bincount(cells.column[inside], minlength=width) > 0
    places = {index: place for place, index in enumerate(index for index in names if used[index] and not wordy[index])}
    where = np.full(width, -1)
    where[list(places)] = list(places.values())
    grid = np.full((len(places), height), np.nan)
    own = plain & ~wordy[cells.column[inside]]
    grid[where[cells.column[inside[own]]], row[own]] = numbers[own]
    some[row[own]] = True
    gaps = np.isnan(grid).any(axis=1).tolist()
    columns = []
    for index, name in names.items():
        if index in places:
            columns.append(pl.Series(name, grid[places[index]], nan_to_null=gaps[places[index]]))
        elif not used[index]:
            columns.append(pl.Series(name, [None], dtype=pl.String).new_from_index(0, height))
        else:
            here = np.flatnonzero(cells.column[inside] == index)
            texts = np.full(height, None, object)
            written = _written(sheet, book, inside[here], numbers[here])
            texts[row[here]] = written
            some[row[here]] |= [bool(text and text.strip()) for text in written]
            columns.append(pl.Series(name, texts.tolist(), dtype=pl.String))
    return columns


def _written(sheet: WorkbookSheet, book: OpenedWorkbook, places: Array, numbers: Array) -> Array:
    """Cells of a column of texts: its numbers so that nobody takes them for grouped thousands, its dates as days."""
    kind, dated = sheet.cells.kind[places], sheet.dated[places]
    written = np.array([*cell_texts(sheet.cells, places, book, sheet.place.where), None], object)[:-1]
    parts: list[tuple[Array, Callable[[Array], list[str | None]]]] = [
        (
            (kind == NUMBER) & ~dated,
            lambda which: pl.DataFrame({"x": numbers[which]}).select(as_text("x"))["x"].to_list(),
        ),
        (dated, lambda which: [day_shown(serial + book.first_day) for serial in numbers[which].tolist()]),
        (kind == ISO_DATE, lambda which: [_MIDNIGHT.sub("", text) for text in written[which]]),
        (kind == BOOLEAN, lambda which: ["true" if text == "1" else "false" for text in written[which]]),
        ((kind == ERROR) | (kind == EMPTY), lambda which: [None] * len(which)),
    ]
    for mask, texts in parts:
        which = np.flatnonzero(mask)
        if len(which):
            written[which] = texts(which)
    return written


def day_shown(serial: float) -> str:
    """A date or time as a spreadsheet stores it, as it is written in ISO 8601."""
    if not 0 <= serial < LAST_DAY:
        return str(serial)
    moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=round(serial * 86_400))
    return _MIDNIGHT.sub("", moment.isoformat(" ") if serial >= 1 else moment.time().isoformat())


def _named(cells: Cells, places: Array) -> list[str]:
    return [f"{letter(int(cells.column[place]))}{int(cells.row[place]) + 1}" for place in places[:SHOWN]]


def _formulas(sheet: WorkbookSheet, inside: Array) -> list[Finding]:
    """Formulas among the figures: the value last saved counts; one without a saved value is an error."""
    cells = sheet.cells
    owners = inside[cells.formula[inside]]
    found = []
    for code, severity, places in (
        ("formula", "warning", owners),
        ("formula_without_value", "error", owners[cells.begin[owners] < 0]),
    ):
        if len(places):
            params = {"where": sheet.place.where, "n": len(places), "cells": _named(cells, places)}
            rows = [int(cells.row[place]) + 1 for place in places[:SHOWN]]
            shown = sheet.place.cells(rows, _named(cells, places))
            found.append(Finding(code=code, severity=severity, params=params, cells=shown))
    return found


def _errors(sheet: WorkbookSheet, inside: Array, names: dict[int, str]) -> list[Finding]:
    """Cells whose formula failed, by column."""
    cells = sheet.cells
    wrong = inside[cells.kind[inside] == ERROR]
    found = []
    for index in dict.fromkeys(cells.column[wrong].tolist()):
        here = wrong[cells.column[wrong] == index]
        rows, values = (cells.row[here] + 1).tolist(), cells.texts(here)
        params = {"where": sheet.place.where, "cells": _named(cells, here)}
        shown = sheet.place.cells(rows, values)
        found.append(Finding(code="error_in_cell", column=names[index], params=params, cells=shown))
    return found


def _merged(sheet: WorkbookSheet, names: dict[int, str]) -> list[Finding]:
    """Merged cells: an error over the figures of columns that are read, a warning in the header or above it."""
    header = (sheet.header or 0) + 1
    ranges: dict[str, list[tuple[int, str]]] = {"merged_cells": [], "merged_header": []}
    for first, top, last, bottom in sheet.merged:
        text = span(first, top, last, bottom)
        if bottom < header:
            ranges["merged_header"].append((top + 1, text))
        elif any(first <= index <= last for index in names):
            ranges["merged_cells"].append((top + 1, text))
    found = []
    for code, severity in (("merged_cells", "error"), ("merged_header", "warning")):
        if ranges[code]:
            rows, texts = zip(*ranges[code], strict=True)
            params = {"where": sheet.place.where, "n": len(texts), "cells": list(texts[:SHOWN])}
            shown = sheet.place.cells(rows, texts)
            found.append(Finding(code=code, severity=severity, params=params, cells=shown))
    return found


def _column(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + sign - 64
    return number - 1
