"""Workbooks of spreadsheets (xlsx): every sheet with a column of areas, its numbers as numbers, its texts as texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import polars as pl
from attrs import frozen

from piikit.errors import MissingExtraError, UsageError
from piikit.findings import Finding
from piikit.inputs.headers import Place, codes_of, from_serial, is_header, letter, name_columns
from piikit.inputs.package import Package, attributes, opened
from piikit.inputs.parts import Read, as_text, together
from piikit.inputs.sheet import (
    BOOLEAN,
    EMPTY,
    ERROR,
    ISO_DATE,
    NUMBER,
    TEXT,
    Array,
    Cells,
    cells_of_sheet,
    shared_texts,
)

MAX_CELLS = 20_000_000
"""Cells of the rectangle that a sheet's cells span: it is held in memory whole, 32 bytes a cell."""
HEADER_ROWS = 100
"""Rows with cells among which the header is looked for."""
SHOWN = 6
"""Cells that a finding names before it says how many there are."""
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""The built-in number formats that show a date or a time (ECMA-376, 18.8.30)."""
SERIALS = (36_526, 55_153)
"""1 January 2000 and 31 December 2050 as spreadsheets store them: what codes such as 1.1.2 are turned into."""
SHARED, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_CACHED = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")


@frozen(kw_only=True)
class Sheet:
    """A worksheet that was looked through.

    Attributes:
        header: the row that names the columns, counted from 0; None where no row names an area column.
        names: by column, the text of the header.
        dates: columns whose header a spreadsheet stores as a date, with the codes probably meant.
        dated: which cells are numbers shown as dates.
    """

    place: Place
    path: str
    cells: Cells
    header: int | None
    names: dict[int, str]
    dates: dict[int, str]
    dated: Array


def excel() -> ModuleType:
    """The library that reads the values.

    Raises:
        MissingExtraError: the extra `excel` is not installed.
    """
    try:
        import fastexcel  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError("reading xlsx files needs the extra 'excel': pip install 'piikit[excel]'") from error
    module: ModuleType = fastexcel
    return module


def read_workbook(content: bytes, file: str) -> Read:
    """All sheets of a workbook that have a header with an area column; without one, the first sheet with cells.

    Raises:
        UsageError: encrypted, damaged, larger than the limits, or without a table.
        MissingExtraError: the extra `excel` is not installed.
    """
    library = excel()
    package = opened(content, file)
    known: dict[str, bytes] = {}
    shared = _part(package, SHARED, known)
    date_styles = _date_styles(_part(package, STYLES, known))
    sheets = []
    for name, path in package.sheets():
        place = Place(file=file, sheet=name)
        xml = known[path] = package.part(path)
        cells = cells_of_sheet(xml, place.where)
        _check_span(cells, place)
        sheets.append(_sheet(cells, shared, date_styles, place, path))
    used = [sheet for sheet in sheets if sheet.header is not None and is_header(sheet.names.values())]
    used = used or [sheet for sheet in sheets if sheet.header is not None][:1]
    if not used:
        raise UsageError(f"{file}: no sheet holds a table; a table begins with a row of column names")
    found = _unread([sheet for sheet in sheets if sheet not in used and len(sheet.cells.row)])
    links = sorted(path for path in package.parts if re.fullmatch(r"xl/externalLinks/[^/]+\.xml", path))
    if links:
        params = {"where": file, "n": len(links)}
        whole = Place(file=file).cells([None], [None])
        found.append(Finding(code="external_links", severity="warning", params=params, cells=whole))
    try:
        reader = library.read_excel(package.rebuilt(known, [sheet.path for sheet in sheets if sheet not in used]))
    except library.FastExcelError as error:
        raise UsageError(f"{file}: not a readable xlsx workbook: {str(error).splitlines()[0]}") from error
    read = together([_read_sheet(reader, library, sheet) for sheet in used])
    return Read(frame=read.frame, findings=(*found, *read.findings), parts=read.parts)


def _part(package: Package, path: str, known: dict[str, bytes]) -> bytes:
    if path not in package.parts:
        return b""
    known[path] = package.part(path)
    return known[path]


def _check_span(cells: Cells, place: Place) -> None:
    if not len(cells.row):
        return
    rows, columns = int(cells.row.max()) + 1, int(cells.column.max()) + 1
    if rows * columns > MAX_CELLS:
        raise UsageError(
            f"{place.where}: the cells span {rows} rows x {columns} columns, more than {MAX_CELLS} cells; delete the "
            f"empty formatted rows and columns, or hand in csv or parquet"
        )


def _date_styles(styles: bytes) -> set[int]:
    """The numbers of the cell styles that show a number as a date or time."""
    dates = set(DATE_FORMATS)
    for tag in _FORMAT.findall(styles):
        form = attributes(tag)
        bare = re.sub(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|\\.|_.|\*.', "", form.get("formatCode", "")).lower()
        if re.search(r"[dmyhs]", bare.replace("general", "")):
            dates.add(int(form.get("numFmtId", "-1")))
    block = _XFS.search(styles)
    tags = _XF.findall(block[0]) if block else []
    return {place for place, tag in enumerate(tags) if int(attributes(tag).get("numFmtId", "0")) in dates}


def _sheet(cells: Cells, shared: bytes, date_styles: set[int], place: Place, path: str) -> Sheet:
    dated = (cells.kind == ISO_DATE) | ((cells.kind == NUMBER) & np.isin(cells.style, list(date_styles)))
    header, names = _header(cells, shared)
    dates: dict[int, str] = {}
    for cell in np.flatnonzero((cells.row == header) & (cells.kind == NUMBER)) if header is not None else ():
        serial = float(names[int(cells.column[cell])] or "nan")
        # 2958465 is the last day that a spreadsheet knows, 31 December 9999.
        if (dated[cell] and 0 < serial < 2_958_466) or (SERIALS[0] <= serial <= SERIALS[1] and serial == int(serial)):
            day = from_serial(serial)
            dates[int(cells.column[cell])] = codes_of(day.day, day.month, day.year)
    return Sheet(place=place, path=path, cells=cells, header=header, names=names, dates=dates, dated=dated)


def _header(cells: Cells, shared: bytes) -> tuple[int | None, dict[int, str]]:
    """The first row that names an area column, else the first that holds anything, and its texts by column."""
    first: tuple[int | None, dict[int, str]] = (None, {})
    row = -1
    for _ in range(HEADER_ROWS):
        later = cells.row[(cells.row > row) & (cells.kind != EMPTY)]
        if not len(later):
            break
        row = int(later.min())
        which = np.flatnonzero((cells.row == row) & (cells.kind != EMPTY))
        texts = {int(cells.column[cell]): text for cell, text in _texts(cells, which, shared).items()}
        if is_header(texts.values()):
            return row, texts
        if first[0] is None and any(text.strip() for text in texts.values()):
            first = row, texts
    return first


def _texts(cells: Cells, which: Sequence[int] | Array, shared: bytes) -> dict[int, str]:
    """What some cells say; looked up row by row would be slow, so it is for headers."""
    raw = {int(cell): cells.value(int(cell)) for cell in which}
    numbered = {cell: int(text) for cell, text in raw.items()
                if cells.kind[cell] == TEXT and text.isdigit() and cells.shared(cell)}  # fmt: skip
    texts = shared_texts(shared, set(numbered.values()))
    return {cell: texts.get(numbered[cell], "") if cell in numbered else text for cell, text in raw.items()}


def _unread(sheets: Sequence[Sheet]) -> list[Finding]:
    return [
        Finding(
            code="unread_sheet",
            severity="warning",
            params={"where": sheet.place.where},
            cells=sheet.place.cells([None], [None]),
        )
        for sheet in sheets
    ]


def _read_sheet(reader: object, library: ModuleType, sheet: Sheet) -> Read:
    cells, place, header = sheet.cells, sheet.place, sheet.header or 0
    below = (cells.row > header) & (cells.kind != EMPTY)
    width = max(sheet.names, default=0) + 1
    kinds: Array = np.zeros((int(cells.column.max()) + 1, 6), bool)
    kinds[cells.column[below], cells.kind[below]] = True
    kinds[np.unique(cells.column[below & sheet.dated]), TEXT] = True
    width = max(width, len(kinds))
    filled = [*kinds.max(axis=1).tolist(), *[False] * (width - len(kinds))]
    texts = [sheet.names.get(index, "") for index in range(width)]
    names, found = name_columns(texts, filled, place, header + 1, sheet.dates)
    inside = below & np.isin(cells.column, list(names))
    found += _formulas(sheet, inside) + _merged(sheet, names) + _errors(sheet, inside, names)
    frame = _values(reader, library, sheet, kinds) if below.any() else None
    if frame is None:
        data = pl.DataFrame(schema=dict.fromkeys(names.values(), pl.String()))
        return Read(frame=data.with_columns(place.origin(pl.Series([], dtype=pl.Int64))), findings=tuple(found))
    columns = []
    for index, name in names.items():
        have = f"@{index}" in frame.columns
        column = frame[f"@{index}"] if have else pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
        if column.dtype == pl.String and have:
            column = _as_written(column, cells, index, inside, sheet.dated, header)
        columns.append(column.alias(name))
    rows = pl.Series(np.arange(header + 2, header + 2 + frame.height))
    data = pl.DataFrame([*columns, *place.origin(rows)])
    return Read(frame=data if not columns else _filled(data, columns), findings=tuple(found))


def _filled(data: pl.DataFrame, columns: Sequence[pl.Series]) -> pl.DataFrame:
    """The rows that hold anything but spaces."""
    for column in columns:
        if column.dtype == pl.String:
            # The column of areas, most often: where each of its cells holds something, no row is empty.
            if not column.has_nulls() and bool((column.str.strip_chars() != "").all()):
                return data
            break
    return data.filter(
        pl.any_horizontal(
            [
                pl.col(column.name).str.strip_chars().fill_null("") != ""
                if column.dtype == pl.String
                else pl.col(column.name).is_not_null()
                for column in columns
            ]
        )
    )


def _values(reader: object, library: ModuleType, sheet: Sheet, kinds: Array) -> pl.DataFrame:
    """The cells below the header: text where a column holds any, else numbers; columns named by their number."""
    texts = kinds[:, [TEXT, BOOLEAN, ISO_DATE]].max(axis=1)
    used = np.unique(sheet.cells.column[sheet.cells.kind != EMPTY])
    dtypes = {int(index): "string" if texts[index] else "float" for index in used}
    try:
        loaded = reader.load_sheet(  # type: ignore[attr-defined]
            sheet.place.sheet, header_row=None, skip_rows=(sheet.header or 0) + 1, dtypes=dtypes
        )
        frame: pl.DataFrame = loaded.to_polars()
        indices = [info.absolute_index for info in loaded.selected_columns]
    except library.FastExcelError as error:
        raise UsageError(f"{sheet.place.where}: cannot be read: {str(error).splitlines()[0]}") from error
    frame.columns = [f"@{index}" for index in indices]
    return frame


def _as_written(column: pl.Series, cells: Cells, index: int, inside: Array, dated: Array, header: int) -> pl.Series:
    """A column of texts: its numbers so that nobody takes them for grouped thousands, its dates as days."""
    here = inside & (cells.column == index)
    marks = np.zeros((len(column), 2), bool)
    for place, which in enumerate((here & (cells.kind == NUMBER) & ~dated, here & dated)):
        rows = cells.row[which] - header - 1
        marks[rows[rows < len(column)], place] = True
    if column.is_not_null().any():
        column = column.str.normalize("NFC")
    if not marks.any():
        return column
    text = pl.col("text")
    # Through a number and back: the text of a number has one form only.
    plain = pl.struct(text.cast(pl.Float64, strict=False)).struct.field("text")
    frame = pl.DataFrame({"text": column, "number": marks[:, 0], "date": marks[:, 1]})
    written = frame.select(plain).select(as_text("text")).to_series()
    return frame.select(
        pl.when("number").then(written).when("date").then(text.str.replace(r"[ T]00:00:00(\.0+)?$", "")).otherwise(text)
    ).to_series()


def _named(cells: Cells, places: Array) -> list[str]:
    return [f"{letter(int(cells.column[place]))}{int(cells.row[place]) + 1}" for place in places[:SHOWN]]


def _formulas(sheet: Sheet, inside: Array) -> list[Finding]:
    """Formulas among the figures: the value last saved counts; one without a saved value is an error."""
    cells = sheet.cells
    at = cells.formula
    if not len(at):
        return []
    order = np.argsort(cells.start)
    owners = order[np.maximum(np.searchsorted(cells.start[order], at, side="right") - 1, 0)]
    owners = np.unique(owners[inside[owners]])
    if not len(owners):
        return []
    bare = np.array([place for place in owners if not _CACHED.search(cells.raw(int(place)))], np.int64)
    found = []
    for code, severity, places in (("formula", "warning", owners), ("formula_without_value", "error", bare)):
        if len(places):
            params = {"where": sheet.place.where, "n": len(places), "cells": _named(cells, places)}
            rows = [int(cells.row[place]) + 1 for place in places[:SHOWN]]
            shown = sheet.place.cells(rows, _named(cells, places))
            found.append(Finding(code=code, severity=severity, params=params, cells=shown))
    return found


def _errors(sheet: Sheet, inside: Array, names: dict[int, str]) -> list[Finding]:
    """Cells whose formula failed, by column."""
    cells = sheet.cells
    wrong = np.flatnonzero(inside & (cells.kind == ERROR))
    found = []
    for index in dict.fromkeys(cells.column[wrong].tolist()):
        here = wrong[cells.column[wrong] == index]
        rows, values = (cells.row[here] + 1).tolist(), [cells.value(int(place)) for place in here]
        params = {"where": sheet.place.where, "cells": _named(cells, here)}
        shown = sheet.place.cells(rows, values)
        found.append(Finding(code="error_in_cell", column=names[index], params=params, cells=shown))
    return found


def _merged(sheet: Sheet, names: dict[int, str]) -> list[Finding]:
    """Merged cells: an error over the figures of columns that are read, a warning in the header or above it."""
    header = (sheet.header or 0) + 1
    ranges: dict[str, list[tuple[int, str]]] = {"merged_cells": [], "merged_header": []}
    for match in _MERGED.finditer(sheet.cells.xml, sheet.cells.xml.rfind(b"sheetData>")):
        first, last = (_column(match[place]) for place in (1, 3))
        top, bottom = int(match[2]), int(match[4])
        text = match.expand(rb"\1\2:\3\4").decode()
        if bottom <= header:
            ranges["merged_header"].append((top, text))
        elif any(first <= index <= last for index in names):
            ranges["merged_cells"].append((top, text))
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
