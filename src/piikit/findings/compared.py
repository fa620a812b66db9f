"""Figures that a check compares, as messages show them."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.findings.finding import PLACE, Finding
from piikit.findings.messages import Lang, Messages, Names, messages

FURTHER = "="
"""What the name of a column of cells starts with where it holds a further figure of the row, for texts to show."""
SHOWN = "=shown"
"""The column of cells that says what stands beside an area's name in a grouped line, where it is not the value."""


def figure(column: pl.Expr, lang: Lang | None = None) -> pl.Expr:
    """Numbers as text: 18 for 18.0, and the decimal comma where the language has one."""
    text = column.cast(pl.String).str.replace(r"\.0$", "")
    return text.str.replace(".", ",", literal=True) if lang == "vi" else text


def _filled(template: str, shown: Mapping[str, str]) -> str:
    parts = string.Formatter().parse(template)
    return "".join(literal + (shown.get(name, "") if name is not None else "") for literal, name, _, _ in parts)


@frozen(kw_only=True)
class ComparedFinding(Finding):
    """A finding on figures that were compared: its texts show the further columns of its cells.

    Attributes:
        texts: {vi, en} texts by part ("message", "hint") where they are not in the catalogue.
        compares: the columns of the table whose cells were compared; which of them is wrong is not known.
    """

    texts: Mapping[str, Names] = field(factory=dict)
    compares: tuple[str, ...] = ()

    def _words(self, lang: Lang) -> Messages:
        """The templates by part."""
        words = messages(lang)
        if self.texts:
            return Messages(lang=lang, texts={part: words.of(text) for part, text in self.texts.items()})
        parts = {part: f"finding.{self.code}.{part}" for part in ("expected", "message", "hint")}
        return Messages(lang=lang, texts={part: words.texts[key] for part, key in parts.items() if words.has(key)})

    def frame(self, lang: Lang) -> pl.DataFrame:
        """The finding as rows with the columns of `Result.findings`."""
        rows = super().frame(lang)
        if self.cells is None:
            return rows
        shown = {}
        for name, dtype in self.cells.schema.items():
            text = figure(pl.col(name), lang) if dtype.is_numeric() else pl.col(name)
            if name.startswith(FURTHER) or name in PLACE or name == "value":
                shown[name.removeprefix(FURTHER)] = text.fill_null("–")
        words = self._words(lang)
        params = {"column": self.column, **self.params}
        parts = [words.expr(part, params, shown).alias(part) for part in ("expected", "message", "hint")]
        # A text without a place for a figure is one literal: it must fill every row.
        texts = self.cells.with_columns(parts).select("expected", "message", "hint")
        return rows.with_columns(texts.iter_columns())

    def line(self, lang: Lang) -> str:
        """The finding in one line for people, its areas counted and named."""
        if not self.texts:
            return super().line(lang)
        words, own = messages(lang), self._words(lang)
        names = {name.removeprefix(FURTHER): name.removeprefix(FURTHER) for name in self._further()}
        names |= {place: words.text(f"label.{place.removesuffix('_name')}") for place in PLACE}
        text = _filled(own.texts["message"], names)
        hint = _filled(own.texts.get("hint", ""), names)
        return f"{text}{self.places(lang)}" + (f"\n    → {hint}" if hint else "")

    def places(self, lang: Lang) -> str:
        """The areas where it stands, counted and named, with the figures that were compared."""
        if self.cells is None or SHOWN not in self.cells.columns:
            return super().places(lang)
        cells = self.cells.with_columns(pl.col(SHOWN).alias("value")).drop(self._further())
        return Finding(code=self.code, cells=cells, total=self.total).places(lang)

    def _further(self) -> list[str]:
        return [] if self.cells is None else [name for name in self.cells.columns if name.startswith(FURTHER)]


def further(**columns: Any) -> list[pl.Expr]:
    """Further columns of cells, by the name that texts call them."""
    return [expr.alias(f"{FURTHER}{name}") for name, expr in columns.items()]
