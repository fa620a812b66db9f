"""The cells of a table: numbers, finite, and inside the schema of their item or the range of their unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.catalogue import Catalogue
from piikit.findings import Finding
from piikit.framework import Edition

PLACE = ("area", "area_name", "period")


@frozen(kw_only=True)
class Rule:
    """What the numbers of one column must be; a limit that is None does not bind."""

    column: str
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    whole: bool = False

    def broken(self) -> list[tuple[str, pl.Expr, dict[str, Any]]]:
        """Finding code, condition that breaks it, and parameters, for each part of the rule."""
        x = pl.col(self.column)
        parts: list[tuple[str, pl.Expr, dict[str, Any]]] = [("not_finite", ~x.is_finite(), {})]
        if self.minimum is not None:
            parts.append(("below_minimum", x < self.minimum, {"limit": self.minimum}))
        if self.maximum is not None:
            parts.append(("above_maximum", x > self.maximum, {"limit": self.maximum}))
        if self.above is not None:
            parts.append(("not_above", x <= self.above, {"limit": self.above}))
        if self.below is not None:
            parts.append(("not_below", x >= self.below, {"limit": self.below}))
        if self.whole:
            parts.append(("not_whole", x != x.round(0), {}))
        return parts


@frozen(kw_only=True)
class Rules:
    """The rules of a table's numbers, and the one pass that tells which columns need a closer look."""

    rules: Mapping[str, Rule]
    summary: Sequence[pl.Expr] = field(repr=False)

    def suspects(self, frame: pl.DataFrame) -> list[str]:
        """The columns in which some cell breaks a rule, from their extremes and sums alone."""
        if not self.rules:
            return []
        row = frame.select(self.summary).row(0)
        found = []
        for place, (name, rule) in enumerate(self.rules.items()):
            low, high, total, parts = row[4 * place : 4 * place + 4]
            if low is None:
                continue
            # The sum is finite unless a cell is not (or the sum overflows: the closer look then finds nothing).
            if (
                not -float("inf") < total < float("inf")
                or (rule.minimum is not None and low < rule.minimum)
                or (rule.maximum is not None and high > rule.maximum)
                or (rule.above is not None and low <= rule.above)
                or (rule.below is not None and high >= rule.below)
                or parts
            ):
                found.append(name)
        return found


def rules_for(columns: Sequence[str], edition: Edition, catalogue: Catalogue) -> Rules:
    """The rules of item columns from their schemas, and of indicator columns from their units."""
    rules = {}
    for name in columns:
        if name in edition.nodes:
            unit = edition.nodes[name].unit
            rules[name] = Rule(column=name, minimum=unit.lower if unit else None, maximum=unit.upper if unit else None)
            continue
        schema = catalogue.items.get(name, {})
        rules[name] = Rule(
            column=name,
            minimum=schema.get("minimum"),
            maximum=schema.get("maximum"),
            above=schema.get("exclusiveMinimum"),
            below=schema.get("exclusiveMaximum"),
            whole=schema.get("type") == "integer",
        )
    summary: list[pl.Expr] = []
    for place, rule in enumerate(rules.values()):
        x = pl.col(rule.column)
        whole = (x != x.round(0)).any() if rule.whole else pl.lit(False)
        summary += [
            e.alias(f"{place}{part}") for part, e in zip("abcd", (x.min(), x.max(), x.sum(), whole), strict=True)
        ]
    return Rules(rules=rules, summary=summary)


def to_numbers(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, list[Finding]]:
    """Every column as 64-bit numbers; a cell that is no number becomes null, with a finding."""
    found: list[Finding] = []
    cast: list[pl.Expr] = []
    for name in columns:
        dtype = frame.schema[name]
        if dtype == pl.Float64:
            continue
        if dtype.is_numeric():
            cast.append(pl.col(name).cast(pl.Float64))
        elif dtype == pl.Null:
            cast.append(pl.lit(None, dtype=pl.Float64).alias(name))
        else:
            number, finding = _parsed(frame, name)
            cast.append(number)
            found += finding
    return (frame.with_columns(cast) if cast else frame), found


def _parsed(frame: pl.DataFrame, name: str) -> tuple[pl.Expr, list[Finding]]:
    if frame.schema[name] == pl.String:
        text = pl.col(name).str.strip_chars()
        number = text.replace("", None).cast(pl.Float64, strict=False)
        wrong = number.is_null() & (text != "")
    else:
        text = pl.col(name).cast(pl.String, strict=False)
        number = pl.lit(None, dtype=pl.Float64)
        wrong = pl.col(name).is_not_null()
    bad = frame.filter(wrong)
    if bad.is_empty():
        return number.alias(name), []
    cells = bad.select(*PLACE, pl.col(name).cast(pl.String, strict=False).alias("value"))
    return number.alias(name), [Finding(code="not_a_number", column=name, cells=cells)]


def check_cells(frame: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, list[Finding]]:
    """The table with every cell that breaks a rule made null, and a finding a column and rule."""
    found: list[Finding] = []
    clear: list[pl.Expr] = []
    for name in rules.suspects(frame):
        wrong = pl.lit(False)
        for code, condition, params in rules.rules[name].broken():
            broken = condition & ~wrong
            bad = frame.filter(broken)
            if not bad.is_empty():
                cells = bad.select(*PLACE, pl.col(name).cast(pl.String).alias("value"))
                found.append(Finding(code=code, column=name, params=params, cells=cells))
            wrong = wrong | condition
        clear.append(pl.when(~wrong).then(pl.col(name)).alias(name))
    return (frame.with_columns(clear) if clear else frame), found
