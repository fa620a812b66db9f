"""One form that came back: what was filled in, and everything in it that could not be read."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from piikit.files.headers import letter
from piikit.files.xlsx.grid import Cell, SheetGrid
from piikit.findings.dates import day_of
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.office.forms.blank_form import Blank
from piikit.office.forms.form_faults import Fault
from piikit.office.forms.form_rows import Row, merged_faults, named_rows
from piikit.office.forms.layout import FIELDS, FILLED, FORMAT, Field, names
from piikit.office.forms.recognise import FormTable, hidden_sheet, known_headings, plain, tables
from piikit.office.forms.values import FigureRemark, as_written, figures, slip

YEARS_BEFORE, YEARS_AFTER = 6, 2
"""How far from the year of the form the date of a figure may be: the oldest figures of the index are four years old."""
SIGNS = 300
"""Characters of a cell that stand in a message; the frame of findings holds all of them."""


@frozen(kw_only=True)
class Expected:
    """What forms are compared with.

    Attributes:
        blank: the form as it was sent out.
        names: of each item in both languages.
        asked: the items that the agency is asked for by the plan; empty where that is not known.
        last: the last value of items, where it is known from elsewhere than the form.
        on: the day after which no figure can be dated.
    """

    edition: Edition
    catalogue: Catalogue
    blank: Blank
    names: Mapping[str, Mapping[str, str]]
    asked: tuple[str, ...] = ()
    last: Mapping[str, float] = field(factory=dict)
    on: datetime.date | None = None


@frozen(kw_only=True)
class FormEntry:
    """One figure as an agency submitted it.

    Attributes:
        value: the number; None where what was written is none.
        written: what stands in the cell; None where it is empty.
        sound: whether the figure can be used as it is.
        revision: which revision of the form it comes from.
    """

    item: str
    agency: str | None
    period: str
    value: float | None
    written: str | None
    file: str
    sheet: str
    row: int
    cell: str
    source: str | None = None
    date: datetime.date | None = None
    evidence: str | None = None
    contact: str | None = field(default=None, repr=False)
    note: str | None = None
    revision: int = 1
    sound: bool = True


@frozen(kw_only=True)
class Returned:
    """One form, read.

    Attributes:
        said: what its hidden sheet says.
        asked: the items that it asks for.
        entries: the items with a figure, or with anything else typed in their row.
    """

    file: str
    said: Mapping[str, str]
    asked: tuple[str, ...]
    entries: tuple[FormEntry, ...]
    faults: tuple[Fault, ...]


def read_form(
    file: str, sheets: Sequence[SheetGrid], said: Mapping[str, str], agency: str | None, period: str, expected: Expected
) -> Returned:
    """What an agency filled in; every cell with content that is neither that nor the form's own text is a fault.

    Args:
        file: the name of the file.
        sheets: its sheets.
        said: what its hidden sheet says.
        agency: whose form it is.
        period: the period of its figures.
        expected: what it is compared with.
    """
    reader = _Reader(file, agency, period, expected)
    found = tables(sheets)
    asked = tuple(said.get("items", "").split()) or expected.asked
    rows = [row for table in found for row in named_rows(table, asked, expected.names, reader)]
    reader.columns(found)
    for table in found:
        merged_faults(table, reader)
    entries = reader.entries(rows)
    held = {row.item for row in rows}
    # A row that somebody deleted is told; a form of which nothing is left says so once.
    for item in asked if rows else ():
        if item not in held:
            reader.say("form_item_missing", "warning", column=item, name=expected.names.get(item, ""))
    if not rows:
        reader.say("form_no_rows")
    reader.rest(sheets)
    return Returned(file=file, said=said, asked=asked, entries=tuple(entries), faults=tuple(reader.faults))


class _Reader:
    """One form while it is read: what is wrong with it, and which cells were looked at."""

    def __init__(self, file: str, agency: str | None, period: str, expected: Expected) -> None:
        self.file, self.agency, self.period, self.expected = file, agency, period, expected
        self.faults: list[Fault] = []
        self.seen: set[tuple[str, int, int]] = set()

    def say(
        self,
        code: str,
        severity: str = "error",
        *,
        at: tuple[SheetGrid, Cell] | None = None,
        column: str | None = None,
        value: str | None = None,
        **params: Any,
    ) -> None:
        """Add a fault, on a cell or on the form."""
        text = at[1].text if at is not None and value is None else value
        shown = {"value": text if text is None or len(text) <= SIGNS else text[:SIGNS] + "…"}
        self.faults.append(
            Fault(
                code=code,
                severity=severity,
                column=column,
                value=text,
                file=self.file,
                sheet=at[0].name if at else None,
                row=at[1].row + 1 if at else None,
                cell=at[1].address if at else None,
                agency=self.agency,
                period=self.period,
                params={**shown, "format": FORMAT, **params},
            )
        )

    def look(self, grid: SheetGrid, cell: Cell | None) -> None:
        """Mark a cell as one that needs no further word."""
        if cell is not None:
            self.seen.add((grid.name, cell.row, cell.column))

    # -- headings ------------------------------------------------------------------------------------------------

    def columns(self, found: Sequence[FormTable]) -> None:
        """Headings that are missing or stand twice."""
        headings = dict(zip(("item", "value"), (names("vi").headings[0], names("vi").headings[6]), strict=True))
        for table in found:
            for column, cell in ((cell.column, cell) for cell in table.grid.cells.values() if cell.row == table.header):
                doubled = [name for name, places in table.doubled.items() if column in places]
                if doubled:
                    self.look(table.grid, cell)
                    at = [letter(place) for place in table.doubled[doubled[0]]]
                    self.say("form_two_columns", at=(table.grid, cell), letters=at)
                elif plain(cell.text) in known_headings():
                    self.look(table.grid, cell)
            for name, heading in headings.items():
                if name not in table.columns and name not in table.doubled:
                    head = Cell(row=table.header, column=0, kind="text", text="")
                    self.say("form_no_column", at=(table.grid, head), value=None, heading=heading)

    # -- rows ----------------------------------------------------------------------------------------------------

    def entries(self, rows: Sequence[Row]) -> list[FormEntry]:
        """The figures of the rows, item by item."""
        cells = [(row, row.table.cell(row.row, "value")) for row in rows]
        found: list[FormEntry] = []
        for row, cell in cells:
            self._protected(row)
            entry = self._entry(row, cell)
            if entry is not None:
                found.append(entry)
        return self._twice(found)

    def _entry(self, row: Row, cell: Cell | None) -> FormEntry | None:
        table, item = row.table, row.item
        for name in FILLED:
            self.look(table.grid, table.cell(row.row, name))
        texts = {name: self._text(row, name) for name in ("source", "evidence", "contact", "note")}
        date = self._date(row)
        typed = [table.cell(row.row, name) for name in FILLED]
        if cell is None:
            other = next((one for one in typed if one is not None), None)
            if other is not None:
                self.say("form_no_value", "warning", at=(table.grid, other), column=item)
            if other is None:
                return None
        number, sound = self._figure(row, cell)
        at = cell or Cell(row=row.row, column=table.columns.get("value", 0), kind="empty", text="")
        return FormEntry(
            item=item,
            agency=self.agency,
            period=self.period,
            value=number,
            written=as_written(cell) if cell is not None else None,
            file=self.file,
            sheet=table.grid.name,
            row=row.row + 1,
            cell=at.address,
            date=date,
            sound=sound and not row.blocked,
            source=texts["source"],
            evidence=texts["evidence"],
            contact=texts["contact"],
            note=texts["note"],
        )

    def _figure(self, row: Row, cell: Cell | None) -> tuple[float | None, bool]:
        """The number of a cell and whether it can be used; what is wrong is said."""
        if cell is None:
            return None, True
        item, grid = row.item, row.table.grid
        numbers, told = figures({item: cell}, self.expected.edition, self.expected.catalogue)
        number = numbers.get(item)
        found = list(told[item])
        if number is not None:
            found += [jump] if (jump := slip(number, *self._last(row))) is not None else []
        for one in found:
            self.say(one.code, one.severity, at=(grid, cell), column=item, value=as_written(cell), **_params(one))
        for name in ("source", "evidence"):
            if number is not None and row.table.cell(row.row, name) is None:
                self.say(f"form_no_{name}", "warning", at=(grid, cell), column=item, value=as_written(cell))
        return number, not any(one.severity == "error" for one in found)

    def _last(self, row: Row) -> tuple[float | None, Any]:
        heading = {lang: names(lang).headings[4] for lang in ("vi", "en")}
        if row.item in self.expected.last:
            return self.expected.last[row.item], heading
        cell = row.table.cell(row.row, "last_value")
        return (cell.number if cell is not None and cell.kind == "number" else None), heading

    def _text(self, row: Row, name: Field) -> str | None:
        cell = row.table.cell(row.row, name)
        if cell is None:
            return None
        if cell.kind == "error":
            self.say("error_in_cell", "warning", at=(row.table.grid, cell), column=row.item)
            return None
        return cell.text.strip() or None

    def _date(self, row: Row) -> datetime.date | None:
        cell = row.table.cell(row.row, "date")
        if cell is None:
            return None
        day = day_of(cell.text[:10] if cell.kind == "date" else cell.tidy.removesuffix(".0"))
        at = (row.table.grid, cell)
        if day is None:
            self.say("form_bad_date", "warning", at=at, column=row.item)
            return None
        year = int(self.period[:4]) if self.period[:4].isdigit() else day.year
        late = self.expected.on is not None and day > self.expected.on and day.year > year
        if late or not year - YEARS_BEFORE <= day.year <= year + YEARS_AFTER:
            self.say("form_date_outside", "warning", at=at, column=row.item)
        return day

    def _protected(self, row: Row) -> None:
        """The columns that the form fills itself: what was typed over them is told, and only there."""
        table = row.table
        for name in ("item", "name", "unit", "definition", "last_value", "range"):
            cell = table.cell(row.row, name)
            self.look(table.grid, cell)
            # Without last year's figures nobody knows what stood in their column.
            if cell is None or name == "item" or (name == "last_value" and not self.expected.last):
                continue
            if name == "last_value" and cell.number == self.expected.last.get(row.item, math.nan):
                continue
            was = self.expected.blank.changed(row.item, name, cell.text)
            if was is not None or cell.formula:
                heading = {lang: names(lang).headings[FIELDS.index(name)] for lang in ("vi", "en")}
                self.say(
                    "form_changed", "warning", at=(table.grid, cell), column=row.item, heading=heading, was=was or "–"
                )

    def _twice(self, entries: list[FormEntry]) -> list[FormEntry]:
        """An item that stands in several rows: one figure where they agree, none where they do not."""
        found: list[FormEntry] = []
        for item in dict.fromkeys(entry.item for entry in entries):
            same = [entry for entry in entries if entry.item == item]
            given = [entry for entry in same if entry.written is not None] or same[:1]
            agree = len({entry.written if entry.value is None else entry.value for entry in given}) == 1
            for entry in given[1:]:
                cells = [other.cell for other in given]
                self.faults.append(
                    Fault(
                        code="form_item_twice",
                        severity="warning" if agree else "error",
                        column=item,
                        value=entry.written,
                        file=self.file,
                        sheet=entry.sheet,
                        row=entry.row,
                        cell=entry.cell,
                        agency=self.agency,
                        period=self.period,
                        params={"cells": cells},
                    )
                )
            found += given[:1] if agree else [evolve(entry, sound=False) for entry in given]
        return found

    # -- what is left --------------------------------------------------------------------------------------------

    def rest(self, sheets: Sequence[SheetGrid]) -> None:
        """Every cell that was not read and is not the form's own text, and every comment."""
        for grid in sheets:
            own = hidden_sheet(grid)
            for (row, column), cell in sorted(grid.cells.items()):
                if (grid.name, row, column) in self.seen or (own and column < _PAIR):
                    continue
                if not self.expected.blank.has(grid, cell):
                    self.say("form_unread", "warning", at=(grid, cell))
            for address, text in grid.remarks:
                number = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                self.faults.append(
                    Fault(
                        code="form_remark",
                        severity="warning",
                        value=text,
                        file=self.file,
                        sheet=grid.name,
                        row=int(number) if number.isdigit() else None,
                        cell=address or None,
                        agency=self.agency,
                        period=self.period,
                    )
                )


_PAIR = 2
"""Columns of the hidden sheet."""


def _params(told: FigureRemark) -> dict[str, Any]:
    return {key: value for key, value in told.params.items() if key not in ("value", "column")}
