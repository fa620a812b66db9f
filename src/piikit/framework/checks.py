"""Checks that a plugin adds: rules over several cells of one row, with texts of their own."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import polars as pl
from attrs import field, frozen

from piikit.findings.finding import PLACE, SEVERITIES, Finding
from piikit.findings.messages import LANGUAGES, Messages, messages
from piikit.framework.expressions import expression_fault
from piikit.framework.indicator import Names, formula_text

FURTHER = "="
"""What the name of a column of cells starts with where it holds a further figure of the row, for texts to show."""
SHOWN = "=shown"
"""The column of cells that says what stands beside an area's name in a grouped line, where it is not the value."""


def _as_texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


@frozen(kw_only=True, eq=False)
class Check:
    """A rule over several cells of one row, as a plugin registers it.

    Attributes:
        code: its namespaced name, `hue.green_of_all`; the code of its findings.
        severity: "error" (the figures cannot be used), "warning" or "info".
        columns: the raw items and indicators that it reads, an indicator by its own code or by its node's where the
            value is given; it runs only where all of them are there, in the units of their schemas.
        holds: a polars expression over these columns, true or false row by row; a null counts as holding.
        message: {"vi": …, "en": …}; may show {area_name}, {period} and the figures of the columns, as {green_patents}.
        hint: what to do, {"vi": …, "en": …}, with the same placeholders.
        column: the one that the finding is filed under; the first where not given.
        source: where the rule comes from.
        plugin: who registered it; filled in when it is.

    >>> check = Check(code="demo.part", columns=("part", "whole"), holds=pl.col("part") <= pl.col("whole"),
    ...               message={"vi": "phần lớn hơn tổng", "en": "the part is above the whole"})
    >>> check.filed, check.rule
    ('part', 'part <= whole')
    """

    code: str
    severity: Literal["error", "warning", "info"] = "error"
    columns: tuple[str, ...] = field(converter=_as_texts)
    holds: pl.Expr
    message: Names
    hint: Names | None = None
    column: str | None = None
    source: str = ""
    plugin: str = ""

    @property
    def filed(self) -> str:
        """The column that its findings are filed under."""
        return self.column or self.columns[0]

    @property
    def rule(self) -> str:
        """What must hold, as text."""
        return formula_text(self.holds)


def fault_of(check: Check) -> str | None:
    """What is wrong with a check, as far as it can be seen without data; None where nothing is."""
    if "." not in check.code or any(part == "" for part in check.code.split(".")):
        return f"the code {check.code!r} of a check must be namespaced, as hue.{check.code.strip('.')}"
    if check.severity not in SEVERITIES:
        return f"severity of {check.code} must be one of {', '.join(SEVERITIES)}, not {check.severity!r}"
    if not check.columns or not all(isinstance(name, str) for name in check.columns):
        return f"{check.code} names no columns"
    if check.filed not in check.columns:
        return f"{check.code} is filed under {check.filed!r}, which is none of its columns"
    return _text_fault(check) or _expression_fault(check)


def _text_fault(check: Check) -> str | None:
    known = {"area", "area_name", "period", *check.columns}
    for name, texts in (("message", check.message), ("hint", check.hint)):
        if texts is None and name == "hint":
            continue
        if not isinstance(texts, Mapping) or not all(isinstance(texts.get(lang), str) for lang in LANGUAGES):
            return f"the {name} of {check.code} must be {{'vi': …, 'en': …}}"
        for lang in LANGUAGES:
            wrong = [at for _, at, _, _ in string.Formatter().parse(texts[lang]) if at is not None and at not in known]
            if wrong:
                return f"the {name} of {check.code} shows {{{wrong[0]}}}, which is none of {', '.join(sorted(known))}"
    return None


def _expression_fault(check: Check) -> str | None:
    wrong = expression_fault(check.holds)
    if wrong is not None:
        return f"what {check.code} holds {wrong}"
    unnamed = sorted(set(check.holds.meta.root_names()) - set(check.columns))
    if unnamed:
        return f"{check.code} reads {', '.join(unnamed)}, which is not among its columns"
    # Two lengths: a rule that sums up the table, or makes rows of its own, does not judge row by row.
    for height in (2, 3):
        trial = pl.DataFrame({name: [1.0 + row for row in range(height)] for name in check.columns})
        judged = trial.select(check.holds.alias("holds"))["holds"]
        if judged.dtype != pl.Boolean:
            return f"{check.code} gives {judged.dtype}, not true or false"
        if len(judged) != height:
            return f"{check.code} gives {len(judged)} answers for {height} rows"
    return None


def figure(column: pl.Expr, lang: str | None = None) -> pl.Expr:
    """Numbers as text: 18 for 18.0, and the decimal comma where the language has one."""
    text = column.cast(pl.String).str.replace(r"\.0$", "")
    return text.str.replace(".", ",", literal=True) if lang == "vi" else text


def _filled(template: str, shown: Mapping[str, str]) -> str:
    parts = string.Formatter().parse(template)
    return "".join(literal + (shown.get(name, "") if name is not None else "") for literal, name, _, _ in parts)


@frozen(kw_only=True)
class Compared(Finding):
    """A finding on figures that were compared: its texts show the further columns of its cells.

    Attributes:
        texts: {vi, en} texts by part ("message", "hint") where they are not in the catalogue.
        compares: the columns of the table whose cells were compared; which of them is wrong is not known.
    """

    texts: Mapping[str, Names] = field(factory=dict)
    compares: tuple[str, ...] = ()

    def _words(self, lang: str) -> Messages:
        """The templates by part."""
        words = messages(lang)
        if self.texts:
            return Messages(lang=lang, texts={part: words.of(text) for part, text in self.texts.items()})
        parts = {part: f"finding.{self.code}.{part}" for part in ("expected", "message", "hint")}
        return Messages(lang=lang, texts={part: words.texts[key] for part, key in parts.items() if words.has(key)})

    def frame(self, lang: str) -> pl.DataFrame:
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

    def line(self, lang: str) -> str:
        """The finding in one line for people, its areas counted and named."""
        if not self.texts:
            return super().line(lang)
        words, own = messages(lang), self._words(lang)
        names = {name.removeprefix(FURTHER): name.removeprefix(FURTHER) for name in self._further()}
        names |= {place: words.text(f"label.{place.removesuffix('_name')}") for place in PLACE}
        text = _filled(own.texts["message"], names)
        hint = _filled(own.texts.get("hint", ""), names)
        return f"{text}{self.places(lang)}" + (f"\n    → {hint}" if hint else "")

    def places(self, lang: str) -> str:
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
