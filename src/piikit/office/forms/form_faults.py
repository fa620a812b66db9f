"""What is wrong with a returned form: one entry a cell, with file, sheet and address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.findings.finding import SCHEMA, SEVERITIES
from piikit.findings.messages import Lang, Messages, messages

COLUMNS = pl.Schema({**SCHEMA, "cell": pl.String(), "agency": pl.String()})
"""Those of every frame of findings, then the cell (G7) and the id of the agency whose form it is."""


@frozen(kw_only=True)
class Fault:
    """A finding on one cell, or on a file as a whole.

    Attributes:
        code, severity, params: as of a `Finding`.
        column: the item.
        value: what stands in the cell.
        file, sheet, row, cell: where; the row counted from 1, the cell as G7.
    """

    code: str
    severity: str = "error"
    column: str | None = None
    value: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    agency: str | None = None
    period: str | None = None
    params: Mapping[str, Any] = field(factory=dict)

    @property
    def where(self) -> str:
        """File, sheet and cell in one text, as far as they are known."""
        inside = "!".join(part for part in (self.sheet, self.cell) if part)
        return f"{self.file or '–'} [{inside}]" if inside else str(self.file or "–")

    def text(self, part: str, words: Messages, area: str) -> str | None:
        """One of its texts in a language: "message", "expected" or "hint"; None where the catalogue has none."""
        key = f"finding.{self.code}.{part}"
        if not words.has(key):
            return None
        said = {
            "column": self.column,
            "value": self.value,
            "area_name": area,
            "period": self.period,
            "where": self.where,
            "cells": self.cell,
            "cell": self.cell,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "n": 1,
            "agency": self.agency,
            **self.params,
        }
        return words.text(key, **said)


def frame_of(faults: Iterable[Fault], lang: Lang, area: tuple[str, str]) -> pl.DataFrame:
    """Faults as a frame with `COLUMNS`, as given; `area` is the code and the name of the area of all of them."""
    words = messages(lang)
    rows = [_row(fault, words, area) for fault in faults]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _row(fault: Fault, words: Messages, area: tuple[str, str]) -> tuple[Any, ...]:
    near = fault.text("near", words, area[1]) if fault.params.get("near") else None
    hint = " ".join(part for part in (near, fault.text("hint", words, area[1])) if part)
    told = {
        "severity": fault.severity,
        "code": fault.code,
        "area": area[0],
        "area_name": area[1],
        "period": fault.period,
        "column": fault.column,
        "value": fault.value,
        "expected": fault.text("expected", words, area[1]),
        "message": fault.text("message", words, area[1]),
        "hint": hint or None,
        "file": fault.file,
        "sheet": fault.sheet,
        "row": fault.row,
        "scenario": None,
        "cell": fault.cell,
        "agency": fault.agency,
    }
    return tuple(told[name] for name in COLUMNS)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file, sheet and cell, row by row, what concerns a whole file first; then by severity."""
    return sorted(faults, key=_place)


def _place(fault: Fault) -> tuple[Any, ...]:
    letters = (fault.cell or "").rstrip("0123456789").partition(":")[0]
    rank = SEVERITIES.index(fault.severity) if fault.severity in SEVERITIES else len(SEVERITIES)
    return (fault.file or "", fault.sheet or "", fault.row or 0, len(letters), letters, rank, fault.code)
