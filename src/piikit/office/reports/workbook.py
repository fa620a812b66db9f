"""A result as a workbook for people: a sheet a view, the first one saying what made it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from piikit.files.xlsx.write import SheetColumn, WorkbookWriter
from piikit.files.xlsx.write import workbook as built
from piikit.findings.messages import Messages, messages
from piikit.office.reports.about import about, warnings_of
from piikit.office.reports.charts import STATUS_COLOURS, charts
from piikit.office.reports.figures import bounds, findings, indicators, pillars, ranking
from piikit.office.reports.plan_views import agencies, attainment, tasks
from piikit.office.reports.reasons import explanations
from piikit.office.reports.tables import Subject, View, filled, labelled, subject_of
from piikit.plans.judging.table import STATUSES
from piikit.result import Result

MAX_CELLS = 1_000_000
"""Cells of a sheet: five years and three scenarios of 63 areas and 52 indicators are 600,000. More of them take a
spreadsheet minutes to open and gigabytes to hold; the limit of the format, 1,048,576 rows, is not reached."""
ABOUT_WIDTHS = (30, 110)
"""Characters of the two columns of the first sheet."""
LINE, TALLEST, FILLED = 15, 405, 1.1
"""Points of a line and of the tallest row; characters to one of a column's width, which is that of a digit."""
DICTIONARY = ("d_sheet", "d_column", "d_name", "d_unit", "d_meaning")


def views(result: Result, *, on: date | None = None, progress: Any = None, rows: int | None = None) -> tuple[View, ...]:
    """The views of a result that hold something, in the order of the sheets.

    Args:
        result: what `evaluate` gave.
        on: the day on which agencies and tasks are judged; the last of the period where not given.
        progress: what is known of the tasks, as for `Result.tasks`.
        rows: how many rows of the pillars and of the indicators are wanted; all where not given.

    Raises:
        InputError: the table of progress has faults.

    >>> import piikit
    >>> [entry.id for entry in views(piikit.evaluate(piikit.sample(), "pii-2024"))]
    ['ranking', 'pillars', 'indicators', 'bounds', 'findings', 'explanations']
    """
    subject = subject_of(result, on)
    every = [
        ranking(result),
        pillars(result, rows),
        indicators(result, rows),
        bounds(result),
        attainment(result),
        *agencies(result, subject, progress),
        tasks(result, subject, progress),
        findings(result),
        explanations(result, subject),
    ]
    return tuple(filled(every))


def workbook(result: Result, *, on: date | None = None, progress: Any = None) -> bytes:
    """The bytes of the workbook; the same result gives the same bytes.

    Args:
        result: what `evaluate` gave.
        on: the day on which agencies and tasks are judged; the last of the period where not given.
        progress: what is known of the tasks, as for `Result.tasks`.

    Raises:
        MissingExtraError: the extra `excel` is not installed.
        InputError: the table of progress has faults.
    """
    subject = subject_of(result, on)
    # No sheet has fewer than five columns, so that none holds more rows than these.
    shown = views(result, on=on, progress=progress, rows=MAX_CELLS // 5)
    words = messages(result.lang)

    def build(book: WorkbookWriter) -> None:
        decimals = result.edition.display_decimals
        pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
        # Values may have any size: four decimals at most, and see `_value_looks` for whole and small ones.
        formats = {"score": pattern, "value": "#,##0.00##"}
        own = {kind: book.format(valign="top", num_format=shown) for kind, shown in formats.items()}
        book.formats = {**book.formats, **own}
        _about(book, result, subject, shown, words)
        charts(book, result, subject)
        for entry in shown:
            _sheet(book, entry, words)
        _dictionary(book, shown, words)

    return built(build, title=f"{result.edition.id} · {words.of(result.edition.title)}")


def column_name(place: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_name(0), column_name(25), column_name(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(place, 26)
    return (column_name(before - 1) if before else "") + chr(ord("A") + last)


def rows_kept(entry: View) -> int:
    """How many rows of a view its sheet holds."""
    return min(entry.frame.height, MAX_CELLS // len(entry.columns))


def _about(book: WorkbookWriter, result: Result, subject: Subject, shown: Sequence[View], words: Messages) -> None:
    """The first sheet: the warnings, what was cut, what made the result, what the other sheets hold."""
    sheet = book.sheet(words.text("table.sheet.about"))
    for place, width in enumerate(ABOUT_WIDTHS):
        sheet.set_column(place, place, width, book.formats["wrap"])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    bold = book.format(bold=True, valign="top", text_wrap=True)
    book.cell(sheet, 0, 0, words.of(result.edition.title), book.formats["title"])
    cuts = [
        words.text("table.about.cut", name=entry.title, kept=rows_kept(entry), n=entry.total)
        for entry in shown
        if rows_kept(entry) < entry.total
    ]
    row = 1
    for line in (*warnings_of(result), *cuts):
        sheet.merge_range(row, 0, row, 1, "", book.formats["warning"])
        book.cell(sheet, row, 0, line, book.formats["warning"])
        _set_height(sheet, row, _lines(line, sum(ABOUT_WIDTHS)))
        row += 1
    held = [(words.text("table.about.sheet", name=entry.title), entry.holds) for entry in shown]
    for name, said in (*about(result, subject), *held):
        book.cell(sheet, row, 0, name, bold)
        book.cell(sheet, row, 1, said, book.formats["wrap"])
        _set_height(sheet, row, max(_lines(name, ABOUT_WIDTHS[0]), _lines(said, ABOUT_WIDTHS[1])))
        row += 1


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width, rather one too many."""
    return math.ceil(len(text) / (FILLED * width))


def _set_height(sheet: Any, row: int, lines: int) -> None:
    """The height of a row: not every program finds it by itself where a text is wrapped."""
    if lines > 1:
        sheet.set_row(row, min(LINE * lines, TALLEST))


def _heights(sheet: Any, entry: View, rows: pl.DataFrame) -> None:
    """The heights of a table's rows, its head among them."""
    _set_height(sheet, 0, max(_lines(column.label, column.width) for column in entry.columns))
    wrapped = [column for column in entry.columns if column.kind == "wrap"]
    if not wrapped:
        return
    lines = [(pl.col(column.name).str.len_chars() * (1 / (FILLED * column.width))).ceil() for column in wrapped]
    found = rows.select(pl.max_horizontal(lines).fill_null(1).cast(pl.Int64).alias("lines")).with_row_index("row", 1)
    for row, number in found.filter(pl.col("lines") > 1).iter_rows():
        _set_height(sheet, row, number)


def _sheet(book: WorkbookWriter, entry: View, words: Messages) -> None:
    sheet = book.sheet(entry.title)
    columns = [SheetColumn(label=column.label, kind=column.kind, width=column.width) for column in entry.columns]
    rows = entry.frame.head(rows_kept(entry))
    below = book.table(sheet, columns, rows.iter_rows(), freeze=entry.freeze)
    _heights(sheet, entry, rows)
    for place, column in enumerate(entry.columns):
        looks = _value_looks(book, place) if column.kind == "value" else ()
        looks = _status_looks(book, words) if column.key == "status" else looks
        for rule in looks:
            sheet.conditional_format(1, place, max(below - 1, 1), place, rule)


def _status_looks(book: WorkbookWriter, words: Messages) -> list[dict[str, Any]]:
    """A colour for each status."""
    looks = []
    for status in STATUSES:
        ground, ink = STATUS_COLOURS[status]
        text = words.text(f"status.{status}")
        look = book.format(bg_color=ground, font_color=ink)
        looks.append({"type": "cell", "criteria": "==", "value": f'"{text}"', "format": look})
    return looks


def _value_looks(book: WorkbookWriter, place: int) -> list[dict[str, Any]]:
    """Whole values are shown without decimals, and very small ones with all that they have."""
    cell = f"{column_name(place)}2"
    rules = {f"={cell}=INT({cell})": "#,##0", f"=ABS({cell})<0.01": "General"}
    return [
        {"type": "formula", "criteria": rule, "format": book.format(num_format=shown), "stop_if_true": True}
        for rule, shown in rules.items()
    ]


def _dictionary(book: WorkbookWriter, shown: Sequence[View], words: Messages) -> None:
    """What each column means, a row a column of each sheet."""
    sheet = book.sheet(words.text("table.sheet.dictionary"))
    columns = [labelled(name, words) for name in DICTIONARY]
    rows = [
        (entry.title, column.label, column.name, column.unit or None, column.meaning)
        for entry in shown
        for column in entry.columns
    ]
    book.table(
        sheet, [SheetColumn(label=c.label, kind=c.kind, width=c.width) for c in columns], rows, freeze=2, fit=True
    )
