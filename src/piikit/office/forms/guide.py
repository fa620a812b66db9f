"""The first sheet of a form: who is asked for what, until when, and how to write it."""

from __future__ import annotations

from datetime import date
from typing import Any

from piikit.files.xlsx.write import WorkbookWriter
from piikit.findings.dates import day_text
from piikit.findings.finding import Findings
from piikit.findings.messages import Messages, messages
from piikit.office.forms.form import Form
from piikit.office.forms.layout import FILLED

LABELS, TEXTS = 24, 92
"""Characters that the two columns are wide."""
LINE = 15.0
"""Points that a line of text takes."""
SHOWN = 1234567.5
"""A number with every mark in it: how a machine writes it says how to type numbers there."""


def write_guide(book: WorkbookWriter, sheet: Any, form: Form, words: Messages) -> None:
    """Fill the sheet: title and warnings first, then the facts, then how each column is filled."""
    page = _Page(book, sheet)
    page.title(words.text("form.title", edition=form.edition.title, agency=form.name))
    for line in warnings(form):
        page.warning(line)
    facts = {
        "agency": form.name,
        "area": form.plan.area_name,
        "period": form.period,
        **({"last": form.last.period} if form.last.period else {}),
        "plan": words.of(form.plan.title),
        "due": day_text(form.due, words.lang) if form.due else words.text("form.guide.no_due"),
        "return_to": form.to or words.text("form.guide.no_return"),
        "count": len(form.asked),
    }
    for key, value in facts.items():
        page.row(words.text(f"form.guide.{key}"), value)
    page.heading(words.text("form.guide.how"))
    for field in FILLED:
        page.row(words.text(f"form.heading.{field}"), words.text(f"form.guide.column.{field}"))
    page.heading(words.text("form.guide.machine"))
    page.number(words.text("form.guide.number"), words.text("form.guide.number_text"), SHOWN, "#,##0.0")
    page.number(words.text("form.guide.day"), words.text("form.guide.day_text"), date(2024, 12, 31), "dd/mm/yyyy")
    page.heading(words.text("form.guide.rules"))
    for number in range(1, 6):
        page.line(words.text(f"form.guide.rule{number}"))
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)


def warnings(form: Form) -> list[str]:
    """What every reader must know of the edition and of last year's figures; what stands first everywhere is first."""
    words = messages(form.lang)
    notices = Findings([*form.last.notices, *form.edition.notices().of("warning")]).sorted().merged(form.lang)
    known = [finding.line(form.lang) for finding in notices]
    if form.plan.edition != form.edition.id:
        # The plan's codes are those of its own edition; another one may mean something else by them.
        known.append(words.text("form.other_edition", wanted=form.plan.edition, edition=form.edition.id))
    return known


class _Page:
    """The sheet while it is written, a row after the other."""

    def __init__(self, book: WorkbookWriter, sheet: Any) -> None:
        self.book, self.sheet, self.at = book, sheet, 0
        wrap = {"text_wrap": True, "valign": "top"}
        self.styles = {
            "title": book.format(bold=True, font_size=14, **wrap),
            "heading": book.format(bold=True, font_size=12, bottom=1),
            "label": book.format(bold=True, **wrap),
            "text": book.format(**wrap),
        }
        sheet.set_column(0, 0, LABELS)
        sheet.set_column(1, 1, TEXTS - 22)
        sheet.set_column(2, 2, 22)

    def _span(self, value: str, style: Any, *, letters: float) -> None:
        """A text over all columns."""
        self.sheet.merge_range(self.at, 0, self.at, 2, "", style)
        self.book.cell(self.sheet, self.at, 0, value, style)
        self._high(value, letters, line=LINE * (1.3 if style is self.styles["title"] else 1))

    def _high(self, value: Any, letters: float, line: float = LINE) -> None:
        rows = sum(-(-max(len(part), 1) // int(letters)) for part in str(value).split("\n"))
        self.sheet.set_row(self.at, min(rows * line + 3, 405))
        self.at += 1

    def title(self, value: str) -> None:
        self._span(value, self.styles["title"], letters=85)

    def warning(self, value: str) -> None:
        self._span(value, self.book.formats["warning"], letters=100)

    def line(self, value: str) -> None:
        self._span(value, self.styles["text"], letters=105)

    def heading(self, value: str) -> None:
        self.at += 1
        for column in range(3):
            self.book.cell(self.sheet, self.at, column, value if column == 0 else None, self.styles["heading"])
        self.at += 1

    def row(self, label: str, value: Any) -> None:
        self.book.cell(self.sheet, self.at, 0, label, self.styles["label"])
        self.sheet.merge_range(self.at, 1, self.at, 2, "", self.styles["text"])
        self.book.cell(self.sheet, self.at, 1, str(value), self.styles["text"])
        self._high(value, TEXTS - 8)

    def number(self, label: str, value: str, shown: Any, mask: str) -> None:
        self.book.cell(self.sheet, self.at, 0, label, self.styles["label"])
        self.book.cell(self.sheet, self.at, 1, value, self.styles["text"])
        style = self.book.format(num_format=mask, valign="top", align="left", bold=True, border=1)
        self.book.cell(self.sheet, self.at, 2, shown, style)
        self._high(value, TEXTS - 28)
