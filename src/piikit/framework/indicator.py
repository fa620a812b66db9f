"""An indicator: how a value comes from raw items, in which unit, and which direction is better."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Mapping
from typing import Any, Literal

import polars as pl
from attrs import field, frozen

from piikit.findings.messages import Names
from piikit.framework.documents import Json

Direction = Literal["higher", "lower"]


def _expression_key(expr: pl.Expr) -> str:
    # pl.Expr has no plain equality; two expressions are the same if they say the same.
    return str(expr)


@frozen(kw_only=True)
class Unit:
    """A unit of measure.

    Attributes:
        dimension: units of one dimension can be converted into each other or compared.
        lower: the lower end of the range that the unit itself implies, where it does.
        upper: the upper end.
        factor: one of this unit in the base unit of its dimension; None where it cannot be converted.
        symbols: other ways people write it.
    """

    id: str
    name: Names
    dimension: str
    lower: float | None = None
    upper: float | None = None
    factor: float | None = None
    symbols: tuple[str, ...] = ()

    def written_as(self, text: str) -> bool:
        """Whether a text means this unit: its id, its name in either language, or a symbol."""
        return text.strip().casefold() in {t.casefold() for t in (self.id, *self.name.values(), *self.symbols)}


@frozen(kw_only=True)
class Indicator:
    """An indicator as a plugin registers it.

    Attributes:
        code: its namespaced name, `pii.hdi`, `hue.green_patents`; a node of an edition refers to it.
        unit: the id of a unit.
        direction: "higher" or "lower": which values are better.
        name: {"vi": …, "en": …}.
        value: a polars expression over item columns, row by row; its columns are the indicator's items.
        source: who publishes the figures.
        items: the JSON Schema of each raw item it brings, by item name; shared items that piikit ships need none.
        example: one row of items with the `value` that must come out.
        note: a doubt or remark that users must see, {"vi": …, "en": …}.

    >>> rate = Indicator(code="demo.rate", unit="percent", direction="higher", name={"vi": "Tỷ lệ", "en": "Rate"},
    ...                  value=pl.col("part") / pl.col("whole") * 100, source="example")
    >>> rate.item_names, rate.formula
    (('part', 'whole'), 'part / whole * 100')
    """

    __module__ = "piikit"

    code: str
    unit: str
    direction: Direction
    name: Names
    value: pl.Expr = field(eq=_expression_key)
    source: str
    items: Mapping[str, Json] = field(factory=dict)
    example: Mapping[str, Any] = field(factory=dict)
    note: Names | None = None

    @property
    def item_names(self) -> tuple[str, ...]:
        """The items that the value is made of, in order of first appearance."""
        return tuple(dict.fromkeys(self.value.meta.root_names()))

    @property
    def divisors(self) -> Mapping[str, pl.Expr]:
        """What may have been zero where no value can be computed, by its text."""
        return {name: pl.col(name) for name in self.item_names}

    @property
    def formula(self) -> str:
        """The value's expression as text."""
        return self._formula

    @functools.cached_property
    def _formula(self) -> str:
        return formula_text(self.value)


def formula_text(expr: pl.Expr) -> str:
    """A polars expression over columns as a plain formula; polars' own text where it is more than arithmetic.

    >>> formula_text((pl.col("a") - pl.col("b")) / pl.col("c") * 100_000)
    '(a - b) / c * 100000'
    >>> formula_text(pl.when(pl.col("c") > 0).then(pl.col("a") / pl.col("c")))
    'if(c > 0, a / c, null)'
    """
    text = re.sub(r'col\("([A-Za-z_]\w*)"\)', r"\1", str(expr)).replace(".when(", "when(")
    text = re.sub(r"dyn (?:int|float): ([-+.\deE]+)", r"\1", text).replace("[", "(").replace("]", ")")
    try:
        # Parsed to drop needless parentheses; nothing is evaluated.
        return ast.unparse(_Conditions().visit(ast.parse(text, mode="eval")))
    except (SyntaxError, RecursionError, ValueError):
        return str(expr)


class _Conditions(ast.NodeTransformer):
    """Writes when(a).then(b).otherwise(c) as if(a, b, c)."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """One call, after those inside it."""
        self.generic_visit(node)
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Call(func=ast.Name(id="when"), args=[when]), attr="then"),
                        args=[then],
                    ),
                    attr="otherwise",
                ),
                args=[otherwise],
            ):
                return ast.Call(func=ast.Name(id="if"), args=[when, then, otherwise], keywords=[])
        return node
