"""The rows of a document as a workbook that a person can edit: two rows of headings, choices, codes kept as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define

from piikit.files.xlsx.write import LONGEST, WorkbookWriter, workbook
from piikit.findings.errors import DocumentError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import LANGUAGES, Lang, messages
from piikit.framework.documents import Json
from piikit.office.workbooks.layout import GUIDE, LISTS, MORE, Layout, LayoutColumn, LayoutTable, label
from piikit.office.workbooks.rows import DocumentRows, Row, apart

NUMBERS = {"number", "integer"}
SPARE = 500
"""Rows below the last one in which a spreadsheet still offers choices and keeps codes as text."""
LINE, HIGHEST = 15, 400
"""Points of a line of text, and of the highest row that a spreadsheet shows."""
HEAD = {"valign": "top", "text_wrap": True, "bold": True, "bg_color": "#E8EEF4"}
SECOND = {
    "valign": "top",
    "text_wrap": True,
    "italic": True,
    "bg_color": "#E8EEF4",
    "bottom": 1,
    "font_color": "#444444",
}
TEXT = {"valign": "top", "text_wrap": True, "num_format": "@"}
NUMBER = {"valign": "top", "num_format": "General"}
GUIDE_WIDTHS = (26, 110)
FIELD_WIDTHS = (24, 30, 34, 90)
"""Of the sheet of pairs: the field's own name, what it is in two languages, its value."""


@define
class _Writer:
    book: WorkbookWriter
    layout: Layout
    lang: Lang
    looks: dict[str, Any]
    offered: dict[str, str]

    @property
    def languages(self) -> tuple[Lang, Lang]:
        """The reader's language, then the other one."""
        other = next(lang for lang in LANGUAGES if lang != self.lang)
        return self.lang, other

    def name(self, sheet: str) -> str:
        return messages(self.lang).text(f"book.sheet.{sheet}")

    def guide(self, title: str, warnings: Sequence[str], rows: DocumentRows) -> None:
        words, sheet, row = messages(self.lang), self.book.sheet(self.name(GUIDE)), 0
        sheet.set_column(0, 0, GUIDE_WIDTHS[0])
        sheet.set_column(1, 1, GUIDE_WIDTHS[1])
        sheet.hide_gridlines(2)
        _on_paper(sheet)
        self.book.cell(sheet, row, 0, title, self.book.formats["title"])
        for warning in warnings:
            row += 1
            _fit(sheet, row, [(warning, sum(GUIDE_WIDTHS) * 0.85)])
            sheet.merge_range(row, 0, row, 1, "", self.book.formats["warning"])
            self.book.cell(sheet, row, 0, warning, self.book.formats["warning"])
        lines = [
            (words.text("book.guide.step", n=n), words.text(f"book.guide.{n}"), "text")
            for n in range(1, 100)
            if words.has(f"book.guide.{n}")
        ]
        names = (self.layout.name, *(table.name for table in self.shown(rows)))
        lines += [("", "", "text"), *((self.name(name), words.text(f"book.about.{name}"), "head") for name in names)]
        for at, (name, said, look) in enumerate(lines, row + 2):
            self.book.cell(sheet, at, 0, name, self.looks[look])
            self.book.cell(sheet, at, 1, said, self.looks["text"])
            _fit(sheet, at, [(said, GUIDE_WIDTHS[1])])

    def shown(self, rows: DocumentRows) -> list[LayoutTable]:
        """The tables that have a sheet; nodes have none in an overlay, which adds and changes them."""
        overlay = "extends" in rows.pairs
        swapped = {"nodes": not overlay, "add": overlay, "change": overlay}
        return [t for t in self.layout.tables if rows.tables[t.name] or swapped.get(t.name, t.always)]

    def pairs(self, row: Row) -> None:
        sheet = self.book.sheet(self.name(self.layout.name))
        for place, width in enumerate(FIELD_WIDTHS):
            sheet.set_column(place, place, width, self.looks["text"])
        for place, key in enumerate(("field", *(f"field_{lang}" for lang in self.languages), "value")):
            self.book.cell(sheet, 0, place, label(key, self.lang), self.looks["head"])
        sheet.freeze_panes(1, 1)
        _on_paper(sheet)
        columns = [*self.layout.pairs, *([LayoutColumn(path=(MORE,))] if MORE in row else [])]
        for at, column in enumerate(columns, 1):
            self.book.cell(sheet, at, 0, column.key, self.looks["key"])
            for place, lang in enumerate(self.languages, 1):
                self.book.cell(sheet, at, place, label(column.key, lang), self.looks["text"])
            value = row.get(column.key)
            plain = column.kind in NUMBERS and not isinstance(value, str)
            self.book.cell(sheet, at, 3, value, self.looks["figure" if plain else "text"])
            meanings = [(label(column.key, lang), FIELD_WIDTHS[1]) for lang in LANGUAGES]
            _fit(sheet, at, [*meanings, ("" if value is None else value, FIELD_WIDTHS[3])])
            self.offer(sheet, column, at, at, 3)

    def table(self, table: LayoutTable, rows: Sequence[Row]) -> None:
        sheet = self.book.sheet(self.name(table.name))
        more = [LayoutColumn(path=(MORE,), width=30)] if any(MORE in row for row in rows) else []
        columns = [*table.columns, *more]
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, self.looks["number" if column.kind in NUMBERS else "text"])
            for at, lang in enumerate(self.languages):
                self.book.cell(sheet, at, place, label(column.key, lang), self.looks["head" if at == 0 else "second"])
            self.offer(sheet, column, 2, len(rows) + SPARE, place)
        for at, lang in enumerate(self.languages):
            _fit(sheet, at, [(label(column.key, lang), column.width * 0.9) for column in columns], always=True)
        sheet.freeze_panes(2, 2 if table.owner else 1)
        _on_paper(sheet)
        sheet.repeat_rows(0, 1)
        for at, row in enumerate(rows, 2):
            _fit(sheet, at, [(row[column.key], column.width) for column in columns if column.key in row])
            for place, column in enumerate(columns):
                if column.key in row:
                    cell = row[column.key]
                    self.book.cell(sheet, at, place, cell, self.looks["text" if isinstance(cell, str) else "number"])

    def offer(self, sheet: Any, column: LayoutColumn, first: int, last: int, place: int) -> None:
        """The choices of a column as a list in its cells; where others are allowed too, it only reminds."""
        where = self.offered.get(column.choices or "")
        if where is not None:
            words = messages(self.lang)
            sheet.data_validation(
                first,
                place,
                last,
                place,
                {
                    "validate": "list",
                    "source": where,
                    "error_type": "stop" if column.strict else "information",
                    "error_title": words.text("book.choice.title"),
                    "error_message": words.text("book.choice.strict" if column.strict else "book.choice.free"),
                },
            )

    def lists(self) -> None:
        sheet = self.book.sheet(self.name(LISTS))
        for place, (name, values) in enumerate(self.layout.choices.items()):
            sheet.set_column(place, place, 22, self.looks["text"])
            self.book.cell(sheet, 0, place, name, self.looks["head"])
            for row, value in enumerate(values, 1):
                self.book.cell(sheet, row, place, value, self.looks["text"])


def _fit(sheet: Any, row: int, cells: Sequence[tuple[Any, float]], *, always: bool = False) -> None:
    """A row as high as its longest text needs in columns of these widths; not every spreadsheet finds it itself.

    Rows of one line keep the height that they have, but for heads (`always`), which would be cut in print.
    """
    lines = max(
        (sum(math.ceil((len(part) + 1) / (width * 0.92)) for part in str(cell).split("\n")) for cell, width in cells),
        default=1,
    )
    if lines > 1 or always:
        sheet.set_row(row, min(LINE * lines + (1 if always else 0), HIGHEST))


def _on_paper(sheet: Any) -> None:
    """Printed on A3 across, as wide as one page."""
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)


def render(document: Json, layout: Layout, *, lang: Lang, title: str, notes: Sequence[str] = ()) -> bytes:
    """The workbook of a document.

    Args:
        document: sound, as its schema has it.
        layout: its sheets.
        lang: the language of the first row of headings and of the guide.
        title: stands at the top of the guide.
        notes: warnings, below the title.

    Raises:
        DocumentError: something in it is longer than a cell holds.
    """
    rows = apart(document, layout)
    if rows.unheld:
        found = Findings(Finding(code="book_too_long", column=at, params={"limit": LONGEST}) for at in rows.unheld)
        raise DocumentError(found, title=str(document.get("id", layout.name)), lang=lang)

    def build(book: WorkbookWriter) -> None:
        names: dict[str, Mapping[str, Any]] = {
            "head": HEAD,
            "second": SECOND,
            "text": TEXT,
            "number": NUMBER,
            "figure": {**NUMBER, "align": "left"},
            "key": {**TEXT, "font_color": "#777777"},
        }
        looks = {name: book.format(**look) for name, look in names.items()}
        offered = _addresses(layout.choices, messages(lang).text(f"book.sheet.{LISTS}"))
        writer = _Writer(book, layout, lang, looks, offered)
        writer.guide(title, notes, rows)
        writer.pairs(rows.pairs)
        for table in writer.shown(rows):
            writer.table(table, rows.tables[table.name])
        writer.lists()

    return workbook(build, title=title)


def _addresses(choices: Mapping[str, Sequence[str]], sheet: str) -> dict[str, str]:
    """Where the choices of each name stand on their sheet; there are fewer than 26 names."""
    return {
        name: f"='{sheet}'!${chr(65 + place)}$2:${chr(65 + place)}${len(values) + 1}"
        for place, (name, values) in enumerate(choices.items())
        if values
    }
