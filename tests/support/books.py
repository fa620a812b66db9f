"""Workbooks for tests: typed by a person, or exported and then changed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from piikit.files.xlsx.grid import read_grids
from piikit.files.xlsx.write import WorkbookWriter, workbook
from piikit.office.workbooks.layout import LIMITS

Sheets = Mapping[str, Sequence[Sequence[Any]]]


class Formula(str):
    """A cell that is worked out."""


def typed(path: Path, sheets: Sheets, merged: Mapping[str, str] | None = None) -> Path:
    """A workbook with these rows on its sheets, as somebody types them."""

    def build(book: WorkbookWriter) -> None:
        for name, rows in sheets.items():
            sheet = book.sheet(name)
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, Formula):
                        sheet.write_formula(row, column, value, None, 1)
                    else:
                        book.cell(sheet, row, column, value)
            if merged and name in merged:
                sheet.merge_range(merged[name], "", None)

    path.write_bytes(workbook(build))
    return path


def rows_of(path: Path) -> dict[str, list[list[Any]]]:
    """The rows of each sheet of a workbook."""
    found = {}
    for grid in read_grids(path, LIMITS):
        width = 1 + max((column for _, column in grid.cells), default=-1)
        rows = [[None] * width for _ in range(grid.height)]
        for (row, column), cell in grid.cells.items():
            rows[row][column] = cell.value
        found[grid.place.sheet or ""] = rows
    return found


def changed(
    path: Path, to: Path, cells: Mapping[tuple[str, str], Any], merged: Mapping[str, str] | None = None
) -> Path:
    """A copy of a workbook in which some cells hold something else: `{("Nodes", "C5"): "pillar"}`."""
    sheets = rows_of(path)
    for (sheet, name), value in cells.items():
        match = re.fullmatch(r"([A-Z]+)(\d+)", name)
        assert match is not None
        column = 0
        for sign in match[1]:
            column = column * 26 + ord(sign) - 64
        rows = sheets.setdefault(sheet, [])
        while len(rows) < int(match[2]):
            rows.append([])
        row = rows[int(match[2]) - 1]
        row += [None] * (column - len(row))
        row[column - 1] = value
    return typed(to, sheets, merged)


def cell_of(path: Path, sheet: str, row_with: Any, heading: str) -> str:
    """The name of a cell: of the row whose first cells hold a value, in the column of a heading."""
    rows = rows_of(path)[sheet]
    column = next(row.index(heading) for row in rows[:2] if heading in row)
    row = next(place for place, cells in enumerate(rows) if row_with in cells[:2])
    letters = chr(65 + column) if column < 26 else "A" + chr(65 + column - 26)
    return f"{letters}{row + 1}"


DAY = datetime.date(2002, 1, 1)
"""What a spreadsheet makes of the code 1.1.2."""
