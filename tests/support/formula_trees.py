"""Random formulas for hypothesis, and a slow obvious evaluator of them beside the one in polars."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from piikit.framework.formula.tree import COMPARISONS, Between, Call, Item, Number, Prefixed, Tree

NAMES = ("a", "b", "c", "d_1")
FIGURES = st.none() | st.integers(-3, 3).map(float) | st.floats(-1e6, 1e6, allow_subnormal=False)
"""Many zeros and equal figures, so that divisions fail and comparisons meet ties."""
NUMBERS = st.sampled_from([0.0, 1.0, 2.0, 0.5, 100.0, 3.7, 100000.0, 0.00000000000001, 999999999999999.0]).map(Number)
_SIGNS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Failed(Exception):
    """The row has no value: a zero divisor, or a figure beyond the floats."""


def numbers(depth: int) -> st.SearchStrategy[Tree]:
    """Trees that give a number."""
    items = st.sampled_from(NAMES).map(Item)
    if depth == 0:
        return items | items | NUMBERS
    part = st.deferred(lambda: numbers(depth - 1))
    # The number 0 as a divisor is a fault of the formula; what comes out as 0 is not.
    divisor = part.filter(lambda tree: not is_zero(tree))
    several = st.lists(part, min_size=2, max_size=3).map(tuple)
    return (
        items
        | st.builds(Between, st.sampled_from(["+", "-", "*"]), part, part)
        | st.builds(Between, st.just("/"), part, divisor)
        | st.builds(Prefixed, st.just("-"), part)
        | st.builds(Call, st.sampled_from(["min", "max"]), several)
        | st.builds(Call, st.just("abs"), part.map(lambda tree: (tree,)))
        | st.builds(Call, st.just("if"), st.tuples(conditions(depth - 1), part, part))
    )


def conditions(depth: int) -> st.SearchStrategy[Tree]:
    """Trees that are conditions."""
    part = numbers(max(depth - 1, 0))
    compared = st.builds(Between, st.sampled_from(COMPARISONS), part, part)
    if depth <= 0:
        return compared
    inner = st.deferred(lambda: conditions(depth - 1))
    joined = st.builds(Between, st.sampled_from(["and", "or"]), inner, inner)
    return compared | joined | st.builds(Prefixed, st.just("not"), inner)


def is_zero(tree: Tree) -> bool:
    return (isinstance(tree, Number) and tree.value == 0) or (
        isinstance(tree, Prefixed) and tree.sign == "-" and is_zero(tree.part)
    )


def named(tree: Tree) -> set[str]:
    """The items of a tree, found by its fields alone."""
    if isinstance(tree, Item):
        return {tree.name}
    fields = [getattr(tree, name, ()) for name in ("part", "left", "right", "parts")]
    parts = [part for held in fields for part in (held if isinstance(held, tuple) else (held,))]
    return set().union(*map(named, parts))


def value(tree: Tree, row: Mapping[str, float | None]) -> float | None:
    """The value of one row: None where an item is missing, infinite or not a number where there is none."""
    if any(row[name] is None for name in named(tree)):
        return None
    try:
        return _value(tree, row)
    except Failed:
        return math.nan


def _value(tree: Tree, row: Mapping[str, Any]) -> Any:
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Item):
        return row[tree.name]
    if isinstance(tree, Prefixed):
        held = _value(tree.part, row)
        return (not held) if tree.sign == "not" else -held
    if isinstance(tree, Call) and tree.name == "if":
        return _value(tree.parts[1] if _value(tree.parts[0], row) else tree.parts[2], row)
    if isinstance(tree, Call):
        held = [_value(part, row) for part in tree.parts]
        return {"min": min, "max": max, "abs": lambda parts: abs(parts[0])}[tree.name](held)
    left, right = _value(tree.left, row), _value(tree.right, row)  # both sides, also of `and` and `or`
    if tree.sign in {"and", "or"}:
        return (left and right) if tree.sign == "and" else (left or right)
    if tree.sign != "/":
        result = _SIGNS[tree.sign](left, right)
    elif right == 0:
        raise Failed
    else:
        result = left / right
    if not math.isfinite(result):
        raise Failed
    return result
