"""An audit as a workbook: a sheet a frame, the first one saying what made it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl

from piikit.errors import MissingExtraError
from piikit.messages import messages

if TYPE_CHECKING:
    from piikit.auditing.audit import Audit

WIDTHS = {"reason": 60, "area_name": 18, "reason_code": 24, "subject": 18}
"""Widths of columns in characters; the others are 12."""
SHEET = 1_048_575
"""Rows that a sheet holds below its head; what is beyond is left out, and the first sheet says how much."""


def workbook(audit: Audit) -> bytes:
    """The bytes of the workbook.

    Raises:
        MissingExtraError: the extra `excel` is not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 (the extra `excel` may be missing)
    except ModuleNotFoundError as error:
        raise MissingExtraError("writing xlsx files needs the extra 'excel': pip install 'piikit[excel]'") from error
    buffer = io.BytesIO()
    words = messages(audit.lang)
    # Text stays text: nothing in a cell becomes a formula or a link.
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "text": book.add_format({"valign": "top"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "int": book.add_format({"num_format": "0", "valign": "top"}),
            "float": book.add_format({"num_format": "0.000", "valign": "top"}),
            "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
            "figure": book.add_format({"num_format": "General", "valign": "top"}),
        }
        frames = audit.frames
        short = [(words.text(f"audit.sheet.{name}"), words.text("audit.cut", n=frame.height - SHEET))
                 for name, frame in frames.items() if frame.height > SHEET]  # fmt: skip
        first = book.add_worksheet(words.text("audit.sheet.about"))
        first.set_column(0, 0, 24, formats["text"])
        first.set_column(1, 1, 110, formats["wrap"])
        for row, (name, text) in enumerate([*audit.about(), *short]):
            first.write_string(row, 0, name, formats["head"])
            first.write_string(row, 1, text)
        for name, frame in frames.items():
            _sheet(book.add_worksheet(words.text(f"audit.sheet.{name}")), frame.head(SHEET), formats)
    return buffer.getvalue()


def _sheet(sheet: Any, frame: pl.DataFrame, formats: dict[str, Any]) -> None:
    """One frame: a head that stays in sight, numbers as numbers, text as text, nothing where there is no figure."""
    for place, (name, dtype) in enumerate(frame.schema.items()):
        style = formats[_style(name, dtype)]
        sheet.set_column(place, place, WIDTHS.get(name, 12), style)
        sheet.write_string(0, place, name, formats["head"])
        for row, cell in enumerate(frame[name].to_list(), start=1):
            if isinstance(cell, bool):
                sheet.write_boolean(row, place, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(row, place, cell)
            elif cell is not None:
                sheet.write_string(row, place, str(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(frame.height, 1), len(frame.columns) - 1)


def _style(name: str, dtype: pl.DataType) -> str:
    if name.startswith("share") or name == "cumulative":
        return "share"
    if dtype.is_integer():
        return "int"
    if dtype.is_float():
        # Values and their statistics are in any unit; figures without one have three decimals.
        unit = {"mean", "sd", "min", "q1", "median", "q3", "max", "before", "after", "change", "figure"}
        return "figure" if name in unit else "float"
    return "wrap" if name == "reason" else "text"
