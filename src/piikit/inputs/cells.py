"""The cells of a table: numbers, finite, and inside the schema of their item or the range of their unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

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

    def suspicious(self, column: pl.Series) -> bool:
        """Whether some cell may break the rule, told from the sum and the extremes of the whole column."""
        # The sum is finite unless a cell is not (or it overflows: the closer look then finds nothing).
        wrong = not -math.inf < column.sum() < math.inf
        if self.minimum is not None or self.above is not None:
            low = cast("float | None", column.min())
            wrong |= low is not None and (low < _or(self.minimum, -math.inf) or low <= _or(self.above, -math.inf))
        if self.maximum is not None or self.below is not None:
            high = cast("float | None", column.max())
            wrong |= high is not None and (high > _or(self.maximum, math.inf) or high >= _or(self.below, math.inf))
        return wrong


def _or(limit: float | None, default: float) -> float:
    return default if limit is None else limit


@frozen(kw_only=True)
class Rules:
    """The rules of a table's numbers, and the pass that tells which columns need a closer look."""

    rules: Mapping[str, Rule]
    whole: Sequence[pl.Expr] = field(repr=False)
    """For each column of whole numbers, whether some cell is none."""

    def suspects(self, frame: pl.DataFrame) -> list[str]:
        """The columns in which some cell may break a rule."""
        broken = frame.select(self.whole).row(0, named=True) if self.whole else {}
        # Whole columns at once, each a call of a microsecond: cheaper than a plan of expressions.
        return [name for name, rule in self.rules.items() if rule.suspicious(frame[name]) or broken.get(name)]


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
    whole = [(pl.col(name) != pl.col(name).round(0)).any() for name, rule in rules.items() if rule.whole]
    return Rules(rules=rules, whole=whole)


def to_numbers(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, list[Finding]]:
    """Every column as 64-bit numbers; a cell that is no number becomes null, with a finding."""
    found: list[Finding] = []
    cast: list[pl.Expr] = []
    schema = frame.schema
    for name in columns:
        dtype = schema[name]
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
