"""Workbooks of spreadsheets, written: text stays text, numbers stay numbers, and nothing runs when one is opened."""

from __future__ import annotations

import datetime
import functools
import io
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from attrs import define, field, frozen

from piikit.findings.errors import MissingExtraError

LONGEST = 32_767
"""Characters that a cell holds; what is longer is cut and ends in an ellipsis."""
SHEET_NAME = 31
"""Characters that the name of a sheet may have."""
MADE = datetime.datetime(2000, 1, 1)
"""The date in the properties of every workbook: the same result gives the same bytes."""

LINE, TALLEST = 15, 400
"""Points of a line of text, and of the highest row."""
A4 = 9
"""The number of the paper in workbooks; without it a printer takes the size of letters in America."""

Kind = Literal["text", "wrap", "int", "score", "value", "share", "date"]
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "int": {"valign": "top", "num_format": "0"},
    "score": {"valign": "top", "num_format": "#,##0.00"},
    "value": {"valign": "top", "num_format": "General"},
    "share": {"valign": "top", "num_format": "0.0%"},
    "date": {"valign": "top", "num_format": "dd/mm/yyyy"},
    "head": {"valign": "top", "text_wrap": True, "bold": True, "bottom": 1, "bg_color": "#E8EEF4"},
    "title": {"bold": True, "font_size": 14},
    "warning": {"text_wrap": True, "valign": "top", "bold": True, "font_color": "#9C2A00"},
}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@frozen(kw_only=True)
class SheetColumn:
    """A column of a table in a sheet: its heading, what it holds, and its width in characters."""

    label: str
    kind: Kind = "text"
    width: float = 12


@define
class WorkbookWriter:
    """A workbook while it is written.

    Attributes:
        file: the workbook of xlsxwriter, for what is not here: charts, validations, protection.
        formats: a format each kind of cell, and "head", "title", "warning".
    """

    file: Any
    formats: Mapping[str, Any] = field(factory=dict)

    def sheet(self, name: str) -> Any:
        """A new sheet, under a name that a workbook allows and that no other sheet has."""
        made = self.file.add_worksheet(_free_name(name, [entry.get_name() for entry in self.file.worksheets()]))
        made.set_paper(A4)
        # xlsxwriter writes 16 digits of a number, and every third one needs 17 to come back as it was.
        made._xml_number_element = functools.partial(_number, made)
        return made

    def format(self, **properties: Any) -> Any:
        """A format of the caller's own, as xlsxwriter describes it."""
        return self.file.add_format(properties)

    def cell(self, sheet: Any, row: int, column: int, value: Any, style: Any = None) -> None:
        """One cell, rows and columns counted from 0: a number as number, a date as date, all else as text."""
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, style)
        elif isinstance(value, int | float) and math.isfinite(value):
            sheet.write_number(row, column, value, style)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, style or self.formats["date"])
        elif value is None or value == "":
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_string(row, column, text(value), style)

    def table(
        self,
        sheet: Any,
        columns: Sequence[SheetColumn],
        rows: Iterable[Sequence[Any]],
        *,
        top: int = 0,
        freeze: int = 0,
        fit: bool = False,
    ) -> int:
        """A table with a head that stays in sight and can be filtered.

        Args:
            sheet: where to.
            columns: one a column.
            rows: the cells of each row, in the order of the columns.
            top: the row of the head, from 0.
            freeze: how many columns at the left stay in sight too.
            fit: whether rows get the height that their wrapped texts need; not every program finds it by itself.

        Returns:
            the row below the last one.
        """
        styles = [self.formats[column.kind] for column in columns]
        for place, (column, style) in enumerate(zip(columns, styles, strict=True)):
            sheet.set_column(place, place, column.width, style)
            sheet.write_string(top, place, text(column.label), self.formats["head"])
        # A head without a height of its own is cut, or cuts the row below it, in print.
        sheet.set_row(top, LINE * max((_lines(column.label, column.width) for column in columns), default=1) + 1)
        wrapped = [(place, column.width) for place, column in enumerate(columns) if fit and column.kind == "wrap"]
        row = top
        for row, cells in enumerate(rows, start=top + 1):
            for place, (cell, style) in enumerate(zip(cells, styles, strict=True)):
                if cell is not None:
                    self.cell(sheet, row, place, cell, style)
            lines = max((_lines(cells[place], width) for place, width in wrapped), default=1)
            if lines > 1:
                sheet.set_row(row, min(LINE * lines, TALLEST))
        sheet.freeze_panes(top + 1, freeze)
        # On paper: across the page, every column on it, the head on each page.
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        if columns:
            sheet.autofilter(top, 0, max(row, top + 1), len(columns) - 1)
        return row + 1


def workbook(build: Callable[[WorkbookWriter], None], *, title: str | None = None) -> bytes:
    """The bytes of the workbook that `build` fills; the same content gives the same bytes.

    Raises:
        MissingExtraError: the extra `excel` is not installed.

    >>> workbook(lambda book: book.cell(book.sheet("A/B"), 0, 0, "=1+1"))[:2]
    b'PK'
    """
    try:
        import xlsxwriter  # noqa: PLC0415 (the extra `excel` may be missing)
    except ModuleNotFoundError as error:
        raise MissingExtraError("excel") from error
    buffer = io.BytesIO()
    # Text stays text: nothing in a cell becomes a formula or a link.
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as file:
        file.set_properties({"created": MADE, **({"title": text(title)[:255]} if title else {})})
        build(WorkbookWriter(file, {name: file.add_format(dict(look)) for name, look in FORMATS.items()}))
    return buffer.getvalue()


def text(value: Any) -> str:
    """A value as the text of a cell: without the characters that XML forbids, and no longer than a cell holds."""
    whole = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", str(value))
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def _lines(cell: Any, width: float) -> int:
    """How many lines a wrapped text takes in a column, rather one too many."""
    return 1 if cell is None else sum(math.ceil((len(part) + 1) / (0.85 * width)) for part in str(cell).split("\n"))


def _number(sheet: Any, number: float, attributes: Iterable[tuple[str, Any]] = ()) -> None:
    """A cell of a number with all its digits, in place of xlsxwriter's own step of that name."""
    said = "".join(f' {key}="{value}"' for key, value in attributes)
    sheet.fh.write(f"<c{said}><v>{number if isinstance(number, int) else float(number)!r}</v></c>")


def _free_name(name: str, used: Sequence[str]) -> str:
    """The name without the signs that a sheet's name may not have, and with a number where another sheet has it."""
    plain = re.sub(r"[\[\]:*?/\\]", "-", text(name)).strip("' ") or "-"
    taken = {entry.lower() for entry in [*used, "History"]}  # spreadsheets keep this name for themselves
    endings = ("" if number == 1 else f" ({number})" for number in itertools.count(1))
    names = (plain[: SHEET_NAME - len(ending)].rstrip("' ") + ending for ending in endings)
    return next(free for free in names if free.lower() not in taken)
