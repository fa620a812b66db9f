"""The workbook of a form: its sheets, rules and looks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from piikit.files.xlsx.write import WorkbookWriter, text, workbook
from piikit.findings.dates import day_text
from piikit.findings.messages import Messages, messages
from piikit.office.forms.asked_figures import ALL, Asked, duties_of, shipped_definitions
from piikit.office.forms.form import Form
from piikit.office.forms.guide import write_guide
from piikit.office.forms.layout import FIELDS, FILLED, FORMAT, HIDDEN, Field, names
from piikit.office.forms.limits import limits_of, said

WIDTHS: Mapping[Field, float] = {
    "item": 15,
    "name": 22,
    "unit": 10,
    "definition": 38,
    "last_value": 12,
    "range": 14,
    "value": 14,
    "source": 17,
    "date": 11,
    "evidence": 17,
    "contact": 17,
    "note": 17,
}
"""Characters a column is wide; together they are legible on a printed A4 page across."""
LENGTHS: Mapping[Field, int] = {"source": 500, "evidence": 500, "contact": 200, "note": 2000}
"""Characters that a text may have: an address of the web, a name with a telephone number, a remark."""
LINE, TALLEST = 12.75, 405.0
"""Points that a line of text takes at the size used here, and what a row may be high in a spreadsheet."""
LONG = 5_000
"""Characters after which a cell fills the highest row anyway."""
SIZE = 10
"""The size of the letters in points."""
TYPED = "#FFF9E3"
"""The colour of what is to be filled."""


def form_bytes(form: Form) -> bytes:
    """The workbook; the same form gives the same bytes."""
    words = messages(form.lang)

    def build(book: WorkbookWriter) -> None:
        labels = names(form.lang)
        write_guide(book, book.sheet(labels.guide), form, words)
        _figures(book, book.sheet(labels.figures), form, words)
        _hidden(book, form)

    title = words.text("form.title", edition=form.edition.title, agency=form.name)
    return workbook(build, title=title)


def _figures(book: WorkbookWriter, sheet: Any, form: Form, words: Messages) -> None:
    headings = names(form.lang).headings
    styles = _styles(book)
    for place, (field, heading) in enumerate(zip(FIELDS, headings, strict=True)):
        sheet.set_column(place, place, WIDTHS[field], styles["text"])
        book.cell(sheet, 0, place, heading, styles["head_typed" if field in FILLED else "head"])
    sheet.set_row(0, 2 * LINE + 4)
    for row, asked in enumerate(form.asked, start=1):
        whole = limits_of(asked.schema).whole
        shown = _shown(form, asked, words)
        for place, field in enumerate(FIELDS):
            style = ("typed_whole" if whole else "typed_value") if field == "value" else f"typed_{field}"
            if field == "last_value":
                style = "whole" if whole else "value"
            elif field not in FILLED:
                style = "range" if field == "range" else "text"
            book.cell(sheet, row, place, shown.get(field), styles[style])
        sheet.set_row(row, _height({field: shown.get(field) for field in FIELDS}))
        _validate(sheet, row, asked, form, words)
    sheet.freeze_panes(1, 2)
    _protect(sheet)
    _page(sheet, form)


def _styles(book: WorkbookWriter) -> dict[str, Any]:
    edge = {"border": 1, "border_color": "#B8C2CC", "valign": "top", "text_wrap": True, "font_size": SIZE}
    typed = {**edge, "locked": False, "bg_color": TYPED}
    head = {**edge, "bold": True, "bg_color": "#E8EEF4"}
    made = {
        "text": edge,
        "range": {**edge, "align": "left", "indent": 1},
        "whole": {**edge, "num_format": "#,##0"},
        "value": {**edge, "num_format": "General"},
        "head": head,
        "head_typed": {**head, "bg_color": "#FFE699"},
        "typed_whole": {**typed, "num_format": "#,##0"},
        "typed_value": {**typed, "num_format": "General"},
        "typed_date": {**typed, "num_format": "dd/mm/yyyy"},
        # Text cells: what is typed into them, even a number or an =, stays as it was typed.
        **{f"typed_{field}": {**typed, "num_format": "@"} for field in LENGTHS},
    }
    return {name: book.format(**properties) for name, properties in made.items()}


def _shown(form: Form, asked: Asked, words: Messages) -> dict[str, Any]:
    """What stands in the protected cells of a figure's row."""
    last = form.last.values.get(asked.item)
    return {
        "item": asked.item,
        "name": words.of(asked.name),
        "unit": words.of(asked.unit.name) if asked.unit else "",
        "definition": definition(form, asked, words),
        "last_value": int(last) if last is not None and float(last).is_integer() and abs(last) < 1e15 else last,
        "range": limits_of(asked.schema).words(words),
    }


def definition(form: Form, asked: Asked, words: Messages) -> str:
    """What a figure is: its description, the indicators that it feeds, and whom else it is asked from."""
    described = shipped_definitions(words.lang).get(asked.item) if asked.shipped else None
    node = form.edition.nodes.get(asked.item)
    lines = [described or asked.schema.get("description") or (words.of(node.definition) if node else "")]
    for code in asked.codes:
        fed = form.edition.nodes[code]
        line = words.text("form.feeds", code=code, name=fed.name)
        formula = _formula(fed.formula, form, words)
        lines.append(f"{line}: {formula}" if formula else line)
    parts = _parts(form, asked, words)
    if parts:
        lines.append(words.text("form.part", part="; ".join(parts)))
    others = [form.others[id] for id in form.shares.asked_of(asked.item) if id != form.agency.id]
    if others:
        lines.append(words.text("form.others", names=", ".join(others)))
    return "\n".join(line for line in lines if line)


def _parts(form: Form, asked: Asked, words: Messages) -> list[str]:
    """The parts that the plan gives the agency of what a figure feeds; empty where it answers for the whole."""
    duties = duties_of(form.plan, form.agency, form.on)
    mine = [d for d in duties if d.role in ("lead", "supply_data") and any(d.covers(code) for code in asked.codes)]
    if any(duty.part is None for duty in mine):
        return []
    return list(dict.fromkeys(words.of(duty.part) for duty in mine if ALL not in duty.nodes))


def _formula(formula: str | None, form: Form, words: Messages) -> str:
    """A formula with the names of figures in place of their ids; empty where it is no more than one figure."""
    if formula is None or formula in form.shares.figures:
        return ""
    known = form.shares.figures
    named = re.sub(r"[A-Za-z_][\w.]*", lambda m: f"[{words.of(known[m[0]].name)}]" if m[0] in known else m[0], formula)
    return named.replace(" * ", " × ")


def _height(cells: Mapping[Field, Any]) -> float:
    """Points that a row needs: a spreadsheet does not make rows of a protected sheet higher by itself."""
    most = max(lines(str(cell)[:LONG], WIDTHS[field]) for field, cell in cells.items() if cell)
    return min(max(most, 2) * LINE + 4, TALLEST)


def lines(value: str, width: float) -> int:
    """Lines that a text takes in a column of so many digits; letters are narrower than digits by a tenth and more."""
    return sum(max(1, len(textwrap.wrap(line, max(int(width * 1.1), 1)))) for line in value.split("\n"))


def _validate(sheet: Any, row: int, asked: Asked, form: Form, words: Messages) -> None:
    """The rules of the cells that the agency fills."""
    limits = limits_of(asked.schema)
    name, unit = words.of(asked.name), words.of(asked.unit.name) if asked.unit else words.text("form.no_unit")
    allowed = limits.words(words)
    hint = words.text("form.type.percent" if asked.unit and asked.unit.id == "percent" else "form.type.number")
    messages_ = said(
        words.text("form.heading.value"),
        words.text("form.type.value", unit=unit, range=allowed, hint=hint),
        (words.text("form.refused.title"), words.text("form.refused.value", name=name, range=allowed, unit=unit)),
    )
    place = FIELDS.index("value")
    cell = f"{chr(ord('A') + place)}{row + 1}"
    sheet.data_validation(row, place, row, place, {**limits.rule(cell), **messages_})
    start, end = days(form.period, form.due)
    shown = {"start": day_text(start, form.lang), "end": day_text(end, form.lang)}
    place = FIELDS.index("date")
    sheet.data_validation(
        row,
        place,
        row,
        place,
        {
            "validate": "date",
            "criteria": "between",
            "minimum": start,
            "maximum": end,
            **said(
                words.text("form.heading.date"),
                words.text("form.type.date", **shown),
                (words.text("form.refused.title"), words.text("form.refused.date", **shown)),
            ),
        },
    )
    for field, most in LENGTHS.items():
        place = FIELDS.index(field)
        sheet.data_validation(
            row,
            place,
            row,
            place,
            {
                "validate": "length",
                "criteria": "<=",
                "value": most,
                **said(
                    words.text(f"form.heading.{field}"),
                    words.text(f"form.type.{field}"),
                    (words.text("form.refused.title"), words.text("form.refused.length", n=most)),
                ),
            },
        )


def days(period: str, due: date | None) -> tuple[date, date]:
    """The first and the last day that a figure may be of.

    From two years before the period, for some figures lag, to a year after the form is due; two years after the
    period where no day is set. A period that names no year takes any day since 2000.

    >>> days("2024", date(2025, 3, 1))
    (datetime.date(2022, 1, 1), datetime.date(2026, 3, 1))
    """
    named = re.search(r"(?:19|20)\d\d", period)
    year = int(named[0]) if named else None
    # A spreadsheet counts days from 1900.
    first = date(max(year - 2, 1900), 1, 1) if year is not None else date(2000, 1, 1)
    if due is not None:
        return min(first, due), due + min(timedelta(days=365), date.max - due)
    return first, date(year + 2, 12, 31) if year is not None else date(2099, 12, 31)


def _protect(sheet: Any) -> None:
    # No password: this guards against slips, and an office may have reasons to open it. Widths may be changed.
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _page(sheet: Any, form: Form) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    label = f"{form.name} · {form.period}"[:120]
    # Doubled, & stands for itself; before G or [ the writer would still take it for a picture.
    sheet.set_header("&L" + re.sub(r"&&(?=[G\[])", "&& ", text(label).replace("&", "&&")))
    sheet.set_footer(f"&L{form.edition.id}&R&P/&N")


def _hidden(book: WorkbookWriter, form: Form) -> None:
    """What `collect` knows the form by."""
    sheet = book.sheet(HIDDEN)
    said_: Sequence[tuple[str, str]] = (
        ("format", FORMAT),
        ("edition", form.edition.id),
        ("plan", form.plan.id),
        ("area", form.plan.area),
        ("area_name", form.plan.area_name),
        ("agency", form.agency.id),
        ("period", form.period),
        ("lang", form.lang),
        ("items", " ".join(asked.item for asked in form.asked)),
    )
    for row, (key, value) in enumerate(said_):
        book.cell(sheet, row, 0, key)
        book.cell(sheet, row, 1, value)
    sheet.protect("")
    sheet.very_hidden()
