"""The cells of a table: numbers, finite, and inside the schema of their item or the range of their unit."""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl
from attrs import field, frozen

from piikit.files.origins import as_text
from piikit.findings.compared import figure
from piikit.findings.finding import HIDDEN, PLACE, Finding, cells_of
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.checks.numbers import Marks, marks_of, parse_columns
from piikit.inputs.checks.rules import Fault, ValueRule, compile_item

PERCENT = "percent"
"""The unit whose figures may be written with a %."""
LARGE = 20_000
"""From so many rows on a look at the cells costs less than looks at sum, lowest and highest before it."""
ROW = frozenset({*PLACE, *HIDDEN.values()})
"""What a finding says of the row of a cell."""
VALUE = "@value"
"""The column of the figures themselves among those of `ROW`."""
INFO = ("placeholder",)
"""Findings of cells that hold no figure and do not pretend to."""


@frozen(kw_only=True)
class Rules:
    """The rules of a table's numbers, and the pass that tells which columns need a closer look.

    Attributes:
        whole: for each column of whole or listed numbers, whether some cell is none.
        percent: the columns whose unit is percent.
    """

    rules: Mapping[str, ValueRule]
    whole: Sequence[pl.Expr] = field(repr=False)
    percent: frozenset[str] = frozenset()

    def suspects(self, frame: pl.DataFrame) -> list[str]:
        """The columns in which some cell may break a rule."""
        if frame.height >= LARGE:
            return list(self.rules)
        broken = frame.select(self.whole).row(0, named=True) if self.whole else {}
        # Whole columns at once, each a call of a microsecond: cheaper than a plan of expressions.
        return [name for name, rule in self.rules.items() if rule.suspicious(frame[name]) or broken.get(name)]


def rules_for(columns: Sequence[str], edition: Edition, catalogue: Catalogue) -> Rules:
    """The rules of item columns from their schemas, and of indicator columns from their units.

    Raises:
        ValueError: the schema of an item cannot be used.
    """
    rules, percent = {}, set()
    for name in columns:
        if name in edition.nodes:
            unit = edition.nodes[name].unit
            rules[name] = ValueRule(
                column=name, minimum=unit.lower if unit else None, maximum=unit.upper if unit else None
            )
            used = unit.id if unit else None
        else:
            rules[name] = compile_item(name, catalogue.items.get(name, {}))
            used = catalogue.items.get(name, {}).get("unit")
        if used == PERCENT:
            percent.add(name)
    whole = [rule.odd() for rule in rules.values() if rule.needs_cells]
    return Rules(rules=rules, whole=whole, percent=frozenset(percent))


def to_numbers(
    frame: pl.DataFrame, columns: Sequence[str], percent: Collection[str] = (), marks: Marks | None = None
) -> tuple[pl.DataFrame, list[Finding]]:
    """Every column as 64-bit numbers; a cell that is no number becomes null, with a finding.

    Args:
        frame: the table, with area, area_name and period.
        columns: those to turn into numbers.
        percent: those whose unit is percent; only there `%` may follow a figure.
        marks: where the frame is part of a table, what the whole shows of its decimal marks.
    """
    schema = frame.schema
    texts = [
        name for name in columns if schema[name] == pl.String or isinstance(schema[name], pl.Categorical | pl.Enum)
    ]
    parsed = parse_columns(frame.select(pl.col(texts).cast(pl.String)), percent=percent, marks=marks) if texts else {}
    found: list[Finding] = []
    made: list[pl.Series | pl.Expr] = []
    for name in columns:
        dtype = schema[name]
        if dtype == pl.Float64:
            continue
        if name in parsed:
            made.append(parsed[name].numbers)
            found += [_finding(code, frame.filter(mask), name) for code, mask in parsed[name].faults.items()]
        elif dtype.is_numeric():
            made.append(pl.col(name).cast(pl.Float64))
        else:
            made.append(pl.lit(None, dtype=pl.Float64).alias(name))
            found += _no_numbers(frame, name, dtype)
    return (frame.with_columns(made) if made else frame), found


def column_marks(frame: pl.DataFrame, columns: Sequence[str], percent: Collection[str]) -> dict[str, frozenset[str]]:
    """What the cells of part of a table show of their decimal marks; numbers count as they would in a text column."""
    texts = [
        as_text(name) if frame.schema[name].is_numeric() else pl.col(name).cast(pl.String, strict=False)
        for name in columns
        if not frame.schema[name].is_nested()
    ]
    return marks_of(frame.select(texts), percent=percent)


def _no_numbers(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> list[Finding]:
    """The finding on the cells of a column whose type is no number: truth values, dates, times, lists."""
    bad = frame.filter(pl.col(name).is_not_null())
    if bad.is_empty():
        return []
    if dtype.is_nested():
        bad = bad.with_columns(pl.struct(name).struct.json_encode().alias(name))
    elif dtype == pl.Duration:
        bad = bad.with_columns(pl.col(name).dt.to_string("polars").alias(name))
    elif dtype == pl.Object:
        bad = bad.with_columns(pl.lit("object").alias(name))
    return [_finding("date_in_cell" if dtype in (pl.Date, pl.Datetime) else "not_a_number", bad, name)]


def _finding(code: str, rows: pl.DataFrame, name: str) -> Finding:
    severity = "info" if code in INFO else "error"
    return Finding(code=code, severity=severity, column=name, cells=cells_of(rows, pl.col(name)))


def check_cells(frame: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, list[Finding]]:
    """The table with every cell that breaks a rule made null, and a finding a column and fault."""
    suspects = rules.suspects(frame)
    if not suspects:
        return frame, []
    masks = frame.select(rules.rules[name].wrong(frame[name]) for name in suspects)
    wrong = {series.name: series for series in masks if series.any()}
    if not wrong:
        return frame, []
    clear = [pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in wrong.items()]
    return frame.with_columns(clear), _named(frame, wrong, rules)


def _named(frame: pl.DataFrame, wrong: Mapping[str, pl.Series], rules: Rules) -> list[Finding]:
    """The findings on the cells of some columns that break their rule, by column and fault."""
    # The rows with some fault, once for all columns: they are few, and all that follows is about them alone.
    places = functools.reduce(operator.or_, wrong.values()).arg_true()
    rows = frame[[name for name in frame.columns if name in ROW or name in wrong]][places]
    kinds: list[tuple[str, Fault, int]] = []
    picked, values = [], []
    for name, mask in wrong.items():
        bad = np.flatnonzero(mask.gather(places).fill_null(False).to_numpy())
        x = rows[name].to_numpy()[bad]
        for fault, which in rules.rules[name].judge(x):
            kinds.append((name, fault, len(which)))
            picked.append(bad[which])
            values.append(x[which])
    # The cells of all findings in one frame, of which each finding has its slice.
    kept = rows[[name for name in rows.columns if name in ROW]][np.concatenate(picked)]
    cells = cells_of(kept.insert_column(kept.width, pl.Series(VALUE, np.concatenate(values))), figure(pl.col(VALUE)))
    found, start = [], 0
    for name, (code, params), count in kinds:
        found.append(Finding(code=code, column=name, params=dict(params), cells=cells.slice(start, count)))
        start += count
    return found
