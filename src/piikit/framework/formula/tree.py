"""What a formula says, as a tree, and the tree as text."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from attrs import frozen

Kind = Literal["number", "condition"]
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
STRENGTH = {
    "or": 1,
    "and": 2,
    "not": 3,
    **dict.fromkeys(COMPARISONS, 4),
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
"""How strongly a sign binds what stands beside it."""
MINUS = 7
"""A minus before one number binds strongest."""


@frozen
class Number:
    """A number as written."""

    value: float


@frozen
class Item:
    """A raw item."""

    name: str


@frozen
class Prefixed:
    """A sign before what it is about: `-` or `not`."""

    sign: str
    part: Tree


@frozen
class Between:
    """A sign between two parts."""

    sign: str
    left: Tree
    right: Tree


@frozen
class Call:
    """A function of its arguments: `if`, `min`, `max`, `abs`."""

    name: str
    parts: tuple[Tree, ...]


Tree = Number | Item | Prefixed | Between | Call


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """What a tree is directly made of, in the order of the text."""
    if isinstance(tree, Prefixed):
        return (tree.part,)
    if isinstance(tree, Between):
        return (tree.left, tree.right)
    return tree.parts if isinstance(tree, Call) else ()


def walk(tree: Tree) -> Iterator[Tree]:
    """The tree and all that is in it, in the order of the text."""
    stack = [tree]
    while stack:
        part = stack.pop()
        yield part
        stack += parts_of(part)[::-1]


def items_of(tree: Tree) -> tuple[str, ...]:
    """The items that a tree names, each once, in the order of the text."""
    return tuple(dict.fromkeys(part.name for part in walk(tree) if isinstance(part, Item)))


def kind_of(tree: Tree) -> Kind:
    """Whether a tree gives a number, or is a condition."""
    if isinstance(tree, Prefixed):
        return "condition" if tree.sign == "not" else "number"
    if isinstance(tree, Between):
        return "condition" if tree.sign in COMPARISONS or tree.sign in {"and", "or"} else "number"
    return "number"


def written(tree: Tree, strength: int = 0) -> str:
    """The tree as text, with the parentheses that it needs and no others; parsed, it is the same tree.

    >>> written(Between("*", Between("-", Item("a"), Number(1.0)), Number(100.0)))
    '(a - 1) * 100'
    """
    if isinstance(tree, Number):
        text = format(Decimal(repr(tree.value)), "f")
        return text.removesuffix(".0")
    if isinstance(tree, Item):
        return tree.name
    if isinstance(tree, Call):
        return f"{tree.name}({', '.join(written(part) for part in tree.parts)})"
    if isinstance(tree, Prefixed):
        own = MINUS if tree.sign == "-" else STRENGTH["not"]
        text = ("-" if tree.sign == "-" else "not ") + written(tree.part, own)
    else:
        own = STRENGTH[tree.sign]
        # Signs of the same strength are read from the left, so the right part needs parentheses.
        text = f"{written(tree.left, own)} {tree.sign} {written(tree.right, own + 1)}"
    return f"({text})" if own < strength else text
