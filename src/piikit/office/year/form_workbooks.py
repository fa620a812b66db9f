"""Workbooks for people on the forms that came back: who sent what, what is wrong, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from piikit.files.xlsx.write import Kind, SheetColumn, WorkbookWriter, workbook
from piikit.findings.messages import Messages
from piikit.office.forms.decisions import COLUMNS
from piikit.office.year.work import Work

RECEIVED: Mapping[str, tuple[Kind, float]] = {
    "agency": ("wrap", 34),
    "file": ("wrap", 46),
    "status": ("text", 16),
    "asked": ("int", 10),
    "filled": ("int", 10),
    "date": ("date", 12),
}
PROBLEMS: Mapping[str, tuple[Kind, float]] = {
    "severity": ("text", 11),
    "file": ("wrap", 30),
    "sheet": ("text", 12),
    "cell": ("text", 7),
    "column": ("wrap", 20),
    "row": ("int", 7),
    "area_name": ("wrap", 18),
    "found": ("wrap", 18),
    "expected": ("wrap", 22),
    "message": ("wrap", 60),
    "hint": ("wrap", 46),
}
IN_FORMS = ("severity", "file", "sheet", "cell", "column", "found", "expected", "message", "hint")
IN_TABLES = ("severity", "file", "sheet", "row", "area_name", "column", "found", "expected", "message", "hint")
URGENT = ("error", "warning", "info")


def found_book(work: Work) -> bytes:
    """Who sent what, and everything that is wrong, errors first; the columns are in the reader's words."""
    words, collected = work.words, work.collected

    def build(book: WorkbookWriter) -> None:
        received = collected.received
        rows = [
            (
                row["name"] or row["agency"],
                row["file"],
                words.text(f"collect.status.{row['status']}"),
                row["asked"],
                row["filled"],
                row["date"],
            )
            for row in received.iter_rows(named=True)
        ]
        columns = [_column(f"collect.label.{name}", look, words) for name, look in RECEIVED.items()]
        problems = [_column(_key(name), PROBLEMS[name], words) for name in IN_FORMS]
        _sheet(
            book, words.text("collect.heading.findings"), problems, _problems(collected.findings, IN_FORMS, words), work
        )
        _sheet(book, words.text("collect.heading.received"), columns, rows, work)

    return workbook(build, title=words.text("collect.heading.findings"))


def faults_book(work: Work, found: pl.DataFrame) -> bytes:
    """Everything that is wrong with the figures as a whole, likewise."""
    words = work.words

    def build(book: WorkbookWriter) -> None:
        columns = [_column(f"table.column.{name}.label", PROBLEMS[name], words) for name in IN_TABLES]
        _sheet(book, words.text("collect.heading.findings"), columns, _problems(found, IN_TABLES, words), work)

    return workbook(build, title=words.text("collect.heading.findings"))


def open_book(work: Work) -> bytes:
    """A row a figure that waits for a decision, with the columns of decisions first; below it what is wrong."""
    words, collected = work.words, work.collected
    found = {(row["file"], row["cell"]): row for row in collected.findings.iter_rows(named=True) if row["cell"]}

    def build(book: WorkbookWriter) -> None:
        rows = []
        for entry in collected.open:
            wrong = found.get((entry.file, entry.cell), {})
            submitted = entry.value if entry.value is not None else entry.written
            rows.append(
                (
                    entry.agency,
                    entry.item,
                    submitted,
                    *[None] * 4,
                    entry.file,
                    entry.cell,
                    wrong.get("message"),
                    wrong.get("hint"),
                )
            )
        widths = {"agency": 24, "item": 26, "reason": 40}
        columns = [
            SheetColumn(
                label=name,
                kind={"submitted": "value", "accepted": "value", "decided_on": "date"}.get(name, "wrap"),  # type: ignore[arg-type]
                width=widths.get(name, 16),
            )
            for name in COLUMNS
        ]
        columns += [_column(_key(name), PROBLEMS[name], words) for name in ("file", "cell", "message", "hint")]
        # The head stands in the first row, for the table is read again; what must be known stands on the next sheet.
        book.table(book.sheet(words.text("year.open.sheet")), columns, rows, freeze=2, fit=True)
        sheet = book.sheet(words.text("form.sheet.guide"))
        sheet.set_column(0, 0, 100, book.formats["wrap"])
        lines = [
            *work.warnings(),
            *(words.text(f"year.open.{n}", decisions=work.places.decisions) for n in range(1, 5)),
        ]
        for row, line in enumerate(lines):
            book.cell(sheet, row, 0, line, book.formats["warning" if row < len(work.warnings()) else "wrap"])

    return workbook(build, title=words.text("year.open.sheet"))


def _key(name: str) -> str:
    return "collect.column.item" if name == "column" else f"table.column.{name}.label"


def _column(key: str, look: tuple[Kind, float], words: Messages) -> SheetColumn:
    label = words.text(key)
    return SheetColumn(label=label[:1].upper() + label[1:], kind=look[0], width=look[1])


def _sheet(
    book: WorkbookWriter, name: str, columns: list[SheetColumn], rows: list[tuple[Any, ...]], work: Work
) -> None:
    sheet, warnings = book.sheet(name), work.warnings()
    for row, line in enumerate(warnings):
        book.cell(sheet, row, 0, line.replace("\n    → ", " "), book.format(bold=True, font_color="#9C2A00"))
    book.table(sheet, columns, rows, top=len(warnings), fit=True)


def _problems(found: pl.DataFrame, names: tuple[str, ...], words: Messages) -> list[tuple[Any, ...]]:
    order = pl.col("severity").replace_strict({name: place for place, name in enumerate(URGENT)}, return_dtype=pl.Int8)
    said = {name: words.text(f"severity.{name}", n=1) for name in URGENT}
    shown = found.rename({"value": "found"}).sort(order, maintain_order=True)
    return shown.with_columns(pl.col("severity").replace(said)).select(names).rows()
