"""Whether an expression that somebody else wrote is one of polars alone, and can be worked out."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from piikit.findings.messages import Phrase

_CALL = '"AnonymousFunction":'
_BYTES = re.compile(r'"(\w+)":\[(?:\d+,){7,}\d')
_FIGURES = frozenset({"Series", "List", "Array", "Struct", "Binary", "BinaryOwned", "strings"})
"""How polars writes down a call of Python: as a step of its own, or as bytes in a step, which no step of figures has.

A name of a column or a text cannot look like either, for quotes inside a text are escaped in JSON.
"""
TRIAL = (1.0, 2.0, 3.0)
"""The figures of each column on trial; that there are three tells an expression that makes rows of its own."""


def calls_python(expr: pl.Expr) -> bool:
    """Whether an expression calls a Python function at whatever depth, or holds an object of Python.

    Polars' text of an expression does not always say so (`fold`, `reduce` and `rolling_map` do not); its serialised
    form does, or cannot be made.

    >>> calls_python(pl.col("a") / pl.col("b")), calls_python(pl.col("a").map_batches(abs) + 1)
    (False, True)
    """
    try:
        written = expr.meta.serialize(format="json")
    except pl.exceptions.PolarsError:
        # Functions of Python are written by a package that need not be there; without it polars refuses.
        return True
    return _CALL in written or any(key not in _FIGURES for key in _BYTES.findall(written))


def expression_fault(expr: object) -> Phrase | None:
    """What is wrong with an expression that is to give one column, as far as can be seen without data.

    >>> str(expression_fault(pl.col("a").map_batches(abs)))
    'calls Python; only polars expressions are allowed'
    >>> str(expression_fault("a + b"))
    'is str, not a polars expression'
    """
    if not isinstance(expr, pl.Expr):
        return Phrase("plugin.not_an_expression", kind=type(expr).__name__)
    if calls_python(expr):
        return Phrase("plugin.calls_python")
    if expr.meta.has_multiple_outputs():
        return Phrase("plugin.several_columns")
    return None


def trial_faults(expressions: Mapping[str, pl.Expr]) -> dict[str, Phrase]:
    """What is wrong with expressions that are to give a number a row, seen by working them out on three rows.

    Args:
        expressions: by name; each has passed `expression_fault`.

    Returns:
        the fault of each that has one, by name.

    >>> faults = trial_faults({"sound": pl.col("a") * 2, "text": pl.col("a").cast(pl.String)})
    >>> {name: str(fault) for name, fault in faults.items()}
    {'text': 'gives String, not numbers'}
    """
    try:
        tried = _tried([expr.alias(name) for name, expr in expressions.items()])
        if tried.height == len(TRIAL) and all(dtype.is_numeric() for dtype in tried.dtypes):
            return {}  # a statistic of the table is given to every row: the conformance kit looks for those
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        pass  # one of them cannot be worked out: each is asked by itself
    found = {name: _fault(expr) for name, expr in expressions.items()}
    return {name: fault for name, fault in found.items() if fault is not None}


def _fault(expr: pl.Expr) -> Phrase | None:
    try:
        column = _tried([expr.alias("tried")])["tried"]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Phrase("plugin.not_worked_out", reason=reason)
    if not column.dtype.is_numeric():
        return Phrase("plugin.not_numbers", kind=str(column.dtype))
    # A constant, or a statistic of the table, is one answer, which polars gives to every row.
    if len(column) not in (1, len(TRIAL)) or (len(column) == 1 and not expr.meta.is_scalar()):
        return Phrase("plugin.other_rows", n=len(column), of=len(TRIAL))
    return None


def _tried(expressions: list[pl.Expr]) -> pl.DataFrame:
    names = dict.fromkeys(name for expr in expressions for name in expr.meta.root_names())
    figures = pl.DataFrame([pl.Series(name, TRIAL, dtype=pl.Float64) for name in names])
    # As the pipeline does it: there is nothing to gain from a search for a better order.
    return figures.lazy().select(expressions).collect(engine="in-memory", optimizations=pl.QueryOptFlags.none())
