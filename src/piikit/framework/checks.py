"""Checks that a plugin adds: rules over several cells of one row, with texts of their own."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Literal

import polars as pl
from attrs import field, frozen

from piikit.findings.finding import SEVERITIES
from piikit.findings.messages import LANGUAGES, Names, Phrase
from piikit.framework.expressions import expression_fault
from piikit.framework.indicator import formula_text


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

    __module__ = "piikit.plugin"

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


def fault_of(check: Check) -> Phrase | None:
    """What is wrong with a check, as far as it can be seen without data; None where nothing is."""
    if "." not in check.code or any(part == "" for part in check.code.split(".")):
        return Phrase("plugin.check_code", code=check.code, short=check.code.strip("."))
    if check.severity not in SEVERITIES:
        return Phrase("plugin.check_severity", code=check.code, known=SEVERITIES, value=repr(check.severity))
    if not check.columns or not all(isinstance(name, str) for name in check.columns):
        return Phrase("plugin.check_without_columns", code=check.code)
    if check.filed not in check.columns:
        return Phrase("plugin.check_filed", code=check.code, column=check.filed)
    return _text_fault(check) or _expression_fault(check)


def _text_fault(check: Check) -> Phrase | None:
    known = {"area", "area_name", "period", *check.columns}
    for name, texts in (("message", check.message), ("hint", check.hint)):
        if texts is None and name == "hint":
            continue
        if not isinstance(texts, Mapping) or not all(isinstance(texts.get(lang), str) for lang in LANGUAGES):
            return Phrase("plugin.check_texts", what=name, code=check.code)
        for lang in LANGUAGES:
            wrong = [at for _, at, _, _ in string.Formatter().parse(texts[lang]) if at is not None and at not in known]
            if wrong:
                return Phrase("plugin.check_shows", what=name, code=check.code, name=wrong[0], known=sorted(known))
    return None


def _expression_fault(check: Check) -> Phrase | None:
    wrong = expression_fault(check.holds)
    if wrong is not None:
        return Phrase("plugin.check_holds", code=check.code, fault=wrong)
    unnamed = sorted(set(check.holds.meta.root_names()) - set(check.columns))
    if unnamed:
        return Phrase("plugin.check_reads", code=check.code, columns=unnamed)
    # Two lengths: a rule that sums up the table, or makes rows of its own, does not judge row by row.
    for height in (2, 3):
        trial = pl.DataFrame({name: [1.0 + row for row in range(height)] for name in check.columns})
        judged = trial.select(check.holds.alias("holds"))["holds"]
        if judged.dtype != pl.Boolean:
            return Phrase("plugin.check_not_true_or_false", code=check.code, kind=str(judged.dtype))
        if len(judged) != height:
            return Phrase("plugin.check_answers", code=check.code, n=len(judged), of=height)
    return None
