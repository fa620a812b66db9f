"""From the tree of a formula to a polars expression over the columns of its items.

Three things can come out of a row: a number; null, where an item that the formula names is missing; and a value that is
not finite, where something is divided by zero. The last becomes a finding and then null, as for any indicator. A
comparison, `min`, `max` or a second division would turn such a value into an ordinary number again, so formulas
with one of these say beside the value whether all that it rests on is sound.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from piikit.framework.formula.tree import (
    COMPARISONS,
    Between,
    Call,
    Item,
    Number,
    Prefixed,
    Tree,
    items_of,
    parts_of,
    walk,
)

_BETWEEN: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "and": operator.and_,
    "or": operator.or_,
}
_FAILED = float("nan")


def expression(tree: Tree) -> pl.Expr:
    """The value of a formula, row by row; null where any item that it names is.

    >>> from piikit.framework.formula import parse
    >>> tree = parse("if(learners = 0, 0, spending / learners)", ["spending", "learners"]).tree
    >>> rows = pl.DataFrame({"spending": [8.0, 8.0, None], "learners": [4.0, 0.0, 0.0]})
    >>> rows.select(expression(tree).alias("value"))["value"].to_list()
    [2.0, 0.0, None]
    """
    items = items_of(tree)
    value = computed(tree, items[0])
    if _carries_on(tree):
        return value
    sound = _sound(tree, items[0])
    if sound is not None:
        value = pl.when(sound).then(value).otherwise(_FAILED)
    return pl.when(pl.all_horizontal(pl.col(item).is_not_null() for item in items)).then(value)


def divisors(tree: Tree) -> tuple[Tree, ...]:
    """What a formula divides by, where that can be zero."""
    found = (part.right for part in walk(tree) if isinstance(part, Between) and part.sign == "/")
    return tuple(dict.fromkeys(part for part in found if not isinstance(part, Number)))


def computed(tree: Tree, item: str) -> pl.Expr:
    """The bare computation.

    Args:
        tree: the formula or a part of it.
        item: one of the formula's items; see `_divisor`.
    """
    if isinstance(tree, Number):
        return pl.lit(tree.value)
    if isinstance(tree, Item):
        return pl.col(tree.name)
    if isinstance(tree, Prefixed):
        part = computed(tree.part, item)
        return ~part if tree.sign == "not" else -part
    if isinstance(tree, Between):
        right = _divisor(tree.right, item) if tree.sign == "/" else computed(tree.right, item)
        result: pl.Expr = _BETWEEN[tree.sign](computed(tree.left, item), right)
        return result
    parts = [computed(part, item) for part in tree.parts]
    if tree.name == "if":
        return pl.when(parts[0]).then(parts[1]).otherwise(parts[2])
    if tree.name == "abs":
        return parts[0].abs()
    return pl.min_horizontal(parts) if tree.name == "min" else pl.max_horizontal(parts)


def _divisor(tree: Tree, item: str) -> pl.Expr:
    # polars divides a column by a scalar through its reciprocal, whose last bit differs. Added to zeros, a constant
    # is a column. An item is finite, and missing items make the whole value missing, so nothing else changes.
    divisor = computed(tree, item)
    return divisor if items_of(tree) else pl.col(item) * 0.0 + divisor


def _carries_on(tree: Tree) -> bool:
    """Whether what is missing or not finite anywhere in it always shows in the value: sums, products, plain rates."""
    for part in walk(tree):
        if isinstance(part, Call) and part.name != "abs":
            return False
        if isinstance(part, Between) and part.sign == "/" and not isinstance(part.right, Number | Item):
            return False
    return True


def _sound(tree: Tree, item: str) -> pl.Expr | None:
    """Whether all that the value of a row rests on is a finite number; None where it always is.

    Of an `if` only the branch that is taken counts. The items are there: that is asked before.
    """
    if isinstance(tree, Call) and tree.name == "if":
        condition, yes, no = tree.parts
        chosen = [_sound(branch, item) for branch in (yes, no)]
        branches = None
        if any(part is not None for part in chosen):
            then, otherwise = (pl.lit(True) if part is None else part for part in chosen)
            branches = pl.when(computed(condition, item)).then(then).otherwise(otherwise)
        return _all(_sound(condition, item), branches)
    needed = [_sound(part, item) for part in parts_of(tree)]
    if isinstance(tree, Between) and tree.sign == "/":
        if not isinstance(tree.right, Number):
            divisor = computed(tree.right, item)
            needed.append((divisor != 0) & divisor.is_finite())
    elif (isinstance(tree, Between) and tree.sign in COMPARISONS) or (isinstance(tree, Call) and tree.name != "abs"):
        needed += [computed(part, item).is_finite() for part in parts_of(tree) if not isinstance(part, Number | Item)]
    return _all(*needed)


def _all(*conditions: pl.Expr | None) -> pl.Expr | None:
    given = [condition for condition in conditions if condition is not None]
    return functools.reduce(operator.and_, given) if given else None
