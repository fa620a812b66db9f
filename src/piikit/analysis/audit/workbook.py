"""An audit as a workbook: a sheet a frame, the first one saying what made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from piikit.files.xlsx.write import Kind, SheetColumn, WorkbookWriter
from piikit.files.xlsx.write import workbook as built
from piikit.findings.messages import messages

if TYPE_CHECKING:
    from piikit.analysis.audit.audit import Audit

WIDTHS = {"reason": 60, "area_name": 18, "reason_code": 24, "subject": 18}
"""Widths of columns in characters; the others are 12."""
SHEET = 1_048_575
"""Rows that a sheet holds below its head; what is beyond is left out, and the first sheet says how much."""


def workbook(audit: Audit) -> bytes:
    """The bytes of the workbook.

    Raises:
        MissingExtraError: the extra `excel` is not installed.
    """
    return built(lambda book: _fill(book, audit), title=audit.edition.id)


def _fill(book: WorkbookWriter, audit: Audit) -> None:
    """The sheets: what made the audit, then a frame each."""
    words, frames = messages(audit.lang), audit.frames
    # Figures without a unit have three decimals here, as COINr and the handbook print them.
    book.formats = {**book.formats, "score": book.format(num_format="0.000", valign="top")}
    short = [
        (words.text(f"audit.sheet.{name}"), words.text("audit.cut", n=frame.height - SHEET))
        for name, frame in frames.items()
        if frame.height > SHEET
    ]
    first = book.sheet(words.text("audit.sheet.about"))
    first.set_column(0, 0, 24, book.formats["text"])
    first.set_column(1, 1, 110, book.formats["wrap"])
    for row, (name, text) in enumerate([*audit.about(), *short]):
        book.cell(first, row, 0, name, book.formats["head"])
        book.cell(first, row, 1, text, book.formats["wrap"])
    for name, frame in frames.items():
        columns = [
            SheetColumn(label=column, kind=_kind(column, dtype), width=WIDTHS.get(column, 12))
            for column, dtype in frame.schema.items()
        ]
        book.table(book.sheet(words.text(f"audit.sheet.{name}")), columns, frame.head(SHEET).iter_rows())


def _kind(name: str, dtype: pl.DataType) -> Kind:
    if name.startswith("share") or name == "cumulative":
        return "share"
    if dtype.is_integer():
        return "int"
    if dtype.is_float():
        # Values and their statistics are in any unit; figures without one have three decimals.
        unit = {"mean", "sd", "min", "q1", "median", "q3", "max", "before", "after", "change", "figure"}
        return "value" if name in unit else "score"
    return "wrap" if name == "reason" else "text"
