"""How a form is laid out: what is written by `template` and found again by `collect`."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from piikit.files.safe_writing import portable
from piikit.files.xlsx.grid import GridLimits
from piikit.findings.messages import Lang, messages

LIMITS = GridLimits(file=20_000_000, xml=16_000_000, cells=20_000, signs=5_000_000, code="large_form")
"""Of a form that came back: one with 60 rows has 20 kB, pictures pasted into it some megabytes; each cell that is no
field of the form is listed by itself. A workbook of this size takes some 200 MB of memory while it is read."""
FORMAT = "piikit-form 1"
"""Stands in the first cell of the hidden sheet; the number goes up when the layout changes."""
HIDDEN = "_piikit"
"""The hidden sheet: pairs of a key (column A) and a value (column B), as in `KEYS`."""
KEYS = ("format", "edition", "plan", "area", "area_name", "agency", "period", "lang", "items")
"""What the hidden sheet says. `items` is the ids of the form's items in their order, separated by spaces."""

Field = Literal[
    "item",
    "name",
    "unit",
    "definition",
    "last_value",
    "range",
    "value",
    "source",
    "date",
    "evidence",
    "contact",
    "note",
]
FIELDS: tuple[Field, ...] = (
    "item",
    "name",
    "unit",
    "definition",
    "last_value",
    "range",
    "value",
    "source",
    "date",
    "evidence",
    "contact",
    "note",
)
"""The columns of the sheet of figures, A to L."""
FILLED: tuple[Field, ...] = ("value", "source", "date", "evidence", "contact", "note")
"""The columns that the agency fills; all else is protected."""


@frozen(kw_only=True)
class Names:
    """The names of the sheets and the headings of a form in one language; both languages are recognised."""

    guide: str
    figures: str
    headings: tuple[str, ...]


def names(lang: Lang) -> Names:
    """The names that a form in a language has."""
    words = messages(lang)
    return Names(
        guide=words.text("form.sheet.guide"),
        figures=words.text("form.sheet.figures"),
        headings=tuple(words.text(f"form.heading.{field}") for field in FIELDS),
    )


def file_name(plan: str, edition: str, agency: str) -> str:
    """The name of the form of one agency; ids hold no sign that a path could not."""
    return portable(f"{plan}_{edition}_{agency}.xlsx")
