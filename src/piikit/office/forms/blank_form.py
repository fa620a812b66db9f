"""The form as it was sent out, made again: what stands in it was typed by nobody."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from piikit.files.headers import tidy
from piikit.files.xlsx.grid import Cell, SheetGrid, grids
from piikit.findings.dates import day_of
from piikit.findings.finding import FIRST, Finding
from piikit.findings.messages import LANGUAGES, messages
from piikit.framework.edition import Edition
from piikit.office.forms.asked_figures import Asked
from piikit.office.forms.form import Form
from piikit.office.forms.layout import FIELDS, FILLED, LIMITS, Field
from piikit.office.forms.recognise import plain, tables
from piikit.office.forms.sheet import form_bytes
from piikit.plans.plan import Plan

ENOUGH = 6
"""Letters that a text of the catalogue must have beside its parameters to know a cell by it."""
SAMPLE = Finding(code="sample_data", severity="warning", column="status")
"""What a form says of last year's figures that are a sample."""
CHANGING = "form.others"
"""The line of a definition that names other agencies, whose names change with the day on which forms are due."""


@frozen(kw_only=True)
class Blank:
    """What a form says itself.

    Attributes:
        texts: every text in it, as it stands in its cells.
        cells: the protected texts of each item's row.
        beside: what stands in the cell at the right of a text.
        patterns: texts of the catalogue with anything in place of their parameters.
    """

    texts: frozenset[str]
    cells: Mapping[str, Mapping[Field, str]] = field(factory=dict)
    beside: Mapping[str, str] = field(factory=dict)
    patterns: re.Pattern[str]

    def has(self, grid: SheetGrid, cell: Cell) -> bool:
        """Whether a cell outside the rows of items is as the form was sent out."""
        if cell.formula or cell.kind in ("error", "empty", "boolean"):
            return False
        left = grid.cells.get((cell.row, cell.column - 1))
        label = left.tidy if left is not None else ""
        if label and self.beside.get(label) == cell.tidy:
            return True
        # Two facts of the guide only who sent the form knows: when it was due, and of when last year's figures were.
        if label in _labels("due") and (cell.kind == "date" or day_of(cell.tidy) is not None):
            return True
        if label in _labels("last") and day_of(cell.tidy) is not None:
            return True
        return cell.kind == "text" and (cell.tidy in self.texts or self.patterns.fullmatch(cell.tidy) is not None)

    def changed(self, item: str, name: Field, text: str) -> str | None:
        """What stood in a protected cell before somebody typed there; None where nobody did."""
        row = self.cells.get(item)
        if row is None:
            return None
        was = row.get(name, "")
        same = plain(text) == plain(was) or (name == "definition" and _lines(text) == _lines(was))
        return None if same else was or "–"


def _labels(fact: str) -> set[str]:
    """How the guide of a form calls a fact."""
    return {messages(lang).text(f"form.guide.{fact}") for lang in LANGUAGES}


def _lines(text: str) -> list[str]:
    changing = [p for lang in LANGUAGES if (p := _pattern(messages(lang).text(CHANGING))) is not None]
    lines = [tidy(line) for line in text.split("\n")]
    return [line for line in lines if line and not any(re.fullmatch(pattern, line) for pattern in changing)]


def blank(form: Form) -> Blank:
    """The form of an agency, without anything filled in; `last` of the form decides on last year's figures."""
    sheets = grids(form_bytes(form), "blank.xlsx", LIMITS)
    cells: dict[str, dict[Field, str]] = {}
    for table in tables(sheets):
        for row in range(table.header + 1, table.header + 1 + len(form.asked)):
            item = table.cell(row, "item")
            if item is not None:
                told = {name: table.cell(row, name) for name in FIELDS if name not in FILLED}
                cells[item.tidy] = {
                    name: cell.tidy if name != "definition" else cell.text
                    for name, cell in told.items()
                    if cell is not None
                }
    beside = {
        grid.cells[row, column - 1].tidy: cell.tidy
        for grid in sheets[:1]
        for (row, column), cell in grid.cells.items()
        if (row, column - 1) in grid.cells
    }
    texts = [cell.tidy for grid in sheets for cell in grid.cells.values() if cell.kind == "text"]
    return Blank(texts=frozenset(texts), cells=cells, beside=beside, patterns=patterns(form.edition, form.plan, texts))


def strange(edition: Edition, plan: Plan) -> Blank:
    """What can be known of a form whose agency is not asked: the texts of the catalogue, and names."""
    return Blank(texts=frozenset(), patterns=patterns(edition, plan, ()))


def patterns(edition: Edition, plan: Plan, more: Iterable[str]) -> re.Pattern[str]:
    """The texts of forms of one plan and edition, in both languages, whatever the agency."""
    exact = {plan.area_name, edition.id, plan.id, edition.period, *more}
    exact.update(*(entry.name.values() for entry in plan.agencies), edition.title.values(), plan.title.values())
    templates: list[str] = []
    for lang in LANGUAGES:
        words = messages(lang)
        templates += [text for key, text in words.texts.items() if key.startswith("form.")]
        exact.update(notice.line(lang) for notice in edition.notices() if notice.code in FIRST)
        exact.add(SAMPLE.line(lang))
    exact.update(text for text in templates if "{" not in text)
    found = [pattern for text in templates if (pattern := _pattern(text)) is not None]
    found += [re.escape(tidy(text)) for text in sorted(exact) if text]
    return re.compile("|".join(found), re.DOTALL)


def _pattern(template: str) -> str | None:
    parts = list(string.Formatter().parse(tidy(template)))
    if all(name is None for _, name, _, _ in parts) or sum(len(text.strip()) for text, *_ in parts) < ENOUGH:
        return None
    return "".join(re.escape(text) + (".{0,300}?" if name is not None else "") for text, name, _, _ in parts)


def names_of(figures: Mapping[str, Asked]) -> dict[str, dict[str, str]]:
    """The names of figures in both languages, a line each, under `name`."""
    return {
        item: {"name": "\n".join(str(asked.name[lang]) for lang in LANGUAGES if asked.name.get(lang))}
        for item, asked in figures.items()
    }
