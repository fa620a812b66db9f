"""The figures of a form: from cells to numbers, each checked by itself, and what is wrong with each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.files.xlsx.grid import Cell
from piikit.findings.finding import PLACE
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.checks.cells import PERCENT, check_cells, rules_for
from piikit.inputs.checks.consistency import NEAR, POWERS
from piikit.inputs.checks.numbers import parse_columns
from piikit.inputs.long import own_unit

WARNED = ("placeholder", "form_number_in_text", "formula", "unit_slip")
"""Findings on the cell of a figure that are warnings; with any other the figure cannot be used."""


@frozen(kw_only=True)
class FigureRemark:
    """What is wrong with one figure: the code and parameters of a finding."""

    code: str
    params: Mapping[str, Any] = field(factory=dict)

    @property
    def severity(self) -> str:
        """Its severity."""
        return "warning" if self.code in WARNED else "error"


def figures(
    cells: Mapping[str, Cell], edition: Edition, catalogue: Catalogue
) -> tuple[dict[str, float], dict[str, list[FigureRemark]]]:
    """The numbers of the cells of figures, by item, and what is wrong with each.

    A figure with an error is still among the numbers where it is one: what was submitted is shown, and not used.

    Args:
        cells: the cell of each item that has one.
        edition: what items there are.
        catalogue: their schemas and units.
    """
    told: dict[str, list[FigureRemark]] = {item: [] for item in cells}
    numbers: dict[str, float] = {}
    percent = {
        item for item in cells if (unit := own_unit(item, edition, catalogue)) is not None and unit.id == PERCENT
    }
    for item, cell in cells.items():
        if cell.formula and cell.kind != "error":
            told[item].append(FigureRemark(code="formula_without_value" if cell.kind == "empty" else "formula"))
        if cell.kind == "number" and cell.number is not None:
            numbers[item] = cell.number
            if cell.percent and item in percent:
                told[item].append(FigureRemark(code="form_percent_cell", params={"times": cell.number * 100}))
        elif cell.kind in ("date", "error", "boolean"):
            code = {"date": "date_in_cell", "error": "error_in_cell"}.get(cell.kind, "not_a_number")
            told[item].append(FigureRemark(code=code))
    texts = {item: cell.text for item, cell in cells.items() if cell.kind == "text"}
    read, wrong = texts_to_numbers(texts, percent)
    for item, number in read.items():
        numbers[item] = number
        told[item].append(FigureRemark(code="form_number_in_text", params={"number": number}))
    for item, code in wrong.items():
        told[item].append(FigureRemark(code=code))
    for item, broken in outside(numbers, edition, catalogue).items():
        told[item] += broken
    return numbers, told


def texts_to_numbers(texts: Mapping[str, str], percent: set[str]) -> tuple[dict[str, float], dict[str, str]]:
    """Each text as a number by itself, or the code of what it is instead."""
    if not texts:
        return {}, {}
    # A column a text: no figure decides what the marks in another one mean.
    frame = pl.DataFrame({item: [text] for item, text in texts.items()}, schema=dict.fromkeys(texts, pl.String()))
    numbers: dict[str, float] = {}
    wrong: dict[str, str] = {}
    for item, parsed in parse_columns(frame, percent=percent).items():
        code = next(iter(parsed.faults), None)
        if code is not None:
            wrong[item] = code
        elif parsed.numbers[0] is not None:
            numbers[item] = parsed.numbers[0]
    return numbers, wrong


def outside(numbers: Mapping[str, float], edition: Edition, catalogue: Catalogue) -> dict[str, list[FigureRemark]]:
    """What breaks the description of its item."""
    known = [item for item in numbers if item in edition.items or item in edition.nodes or item in catalogue.items]
    if not known:
        return {}
    place = dict.fromkeys(PLACE, pl.lit(None, dtype=pl.String))
    frame = pl.DataFrame({item: [numbers[item]] for item in known}).with_columns(**place)
    _, found = check_cells(frame, rules_for(known, edition, catalogue))
    wrong: dict[str, list[FigureRemark]] = {}
    for finding in found:
        wrong.setdefault(str(finding.column), []).append(FigureRemark(code=finding.code, params=finding.params))
    return wrong


def slip(number: float, last: float | None, when: str) -> FigureRemark | None:
    """A figure that is a power of ten away from the last one; the rule is that of `unit_slip`."""
    if last is None or not last or not number or number * last < 0 or not math.isfinite(last):
        return None
    ratio = max(number / last, last / number)
    power = next((p for p in POWERS if p * (1 - NEAR) <= ratio <= p * (1 + NEAR)), None)
    if power is None:
        return None
    times = f"{power:g}" if abs(number) > abs(last) else f"1/{power:g}"
    return FigureRemark(code="unit_slip", params={"times": times, "last": last, "when": when})


def as_written(cell: Cell) -> str:
    """A figure as it was submitted; a number so that nobody takes it for grouped thousands."""
    if cell.kind == "number" and cell.number is not None:
        return plain_number(cell.number)
    return cell.tidy


def plain_number(number: float) -> str:
    """A number with a decimal point that is never followed by exactly three digits.

    >>> plain_number(1.234), plain_number(1200000.0), plain_number(0.1)
    ('1.2340', '1200000', '0.1')
    """
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    text = repr(number)
    return text + "0" if len(text.partition(".")[2]) == 3 and "e" not in text else text
