"""What the numbers of a column must be: an item's JSON Schema, compiled to limits where that is proved equal.

A schema of `type`, limits, `enum` and `const` alone becomes one comparison of a whole column. Any other keyword leaves
the whole schema to jsonschema, which is then asked about each distinct value of the column. In both cases jsonschema
is the authority on what is wrong with a cell.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, cast

import numpy as np
import polars as pl
from attrs import evolve, frozen
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from numpy.typing import NDArray
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from piikit.findings.errors import PluginError
from piikit.findings.messages import Phrase
from piikit.framework.documents import MAX_DEPTH, Json, schema_reason

ANNOTATIONS = frozenset(
    {"unit", "additive", "merge", "name", "description", "title", "partOf", "default", "examples", "$comment"}
)
"""Keywords that say something about an item and ask nothing of its numbers."""
LIMITS = {
    "minimum": "below_minimum",
    "maximum": "above_maximum",
    "exclusiveMinimum": "not_above",
    "exclusiveMaximum": "not_below",
}
"""The finding of each keyword that sets a limit."""
CODES = ("not_finite", *LIMITS.values(), "not_whole", "schema_cell")
"""The findings of a cell; of several that hold, the first is reported."""
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_LARGEST = 1.7976931348623157e308  # the largest 64-bit float: what is beyond is not finite
_PROBES = (0.0, 1.0, -1.5, 1e300)  # numbers that every keyword must be able to judge

Fault = tuple[str, tuple[tuple[str, Any], ...]]
"""The code of a finding and its parameters, as pairs."""


@frozen(kw_only=True)
class ValueRule:
    """What the numbers of one column must be; a limit that is None does not bind.

    Attributes:
        whole: only whole numbers; 1.0 is one.
        allowed: nothing but these.
        validator: of the JSON Schema that the rule comes from; None for the range of a unit.
        compiled: whether the rule says all that the schema does; otherwise the schema alone counts.
    """

    column: str
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    whole: bool = False
    allowed: tuple[float, ...] | None = None
    validator: Draft202012Validator | None = None
    compiled: bool = True

    @property
    def needs_cells(self) -> bool:
        """Whether the sum and the extremes of a column do not tell that all is well."""
        return self.whole or self.allowed is not None

    def suspicious(self, column: pl.Series) -> bool:
        """Whether some cell may break the limits, told from the sum and the extremes of the whole column."""
        # The sum is finite unless a cell is not (or it overflows: the closer look then finds nothing).
        wrong = not self.compiled or not -math.inf < column.sum() < math.inf
        if self.minimum is not None or self.above is not None:
            low = cast("float | None", column.min())
            wrong |= low is not None and (low < _or(self.minimum, -math.inf) or low <= _or(self.above, -math.inf))
        if self.maximum is not None or self.below is not None:
            high = cast("float | None", column.max())
            wrong |= high is not None and (high > _or(self.maximum, math.inf) or high >= _or(self.below, math.inf))
        return wrong

    def sound(self) -> pl.Expr:
        """Whether a cell is finite and keeps the compiled rule; null where the cell is."""
        x = pl.col(self.column)
        lower, upper = _or(self.minimum, -_LARGEST), _or(self.maximum, _LARGEST)
        open_below = self.above is not None and self.above >= lower
        open_above = self.below is not None and self.below <= upper
        closed: dict[tuple[bool, bool], Literal["both", "left", "right", "none"]] = {
            (False, False): "both",
            (False, True): "left",
            (True, False): "right",
            (True, True): "none",
        }
        # One look at the cell: NaN and infinities lie in no range of finite numbers.
        sound = x.is_between(
            float(_or(self.above, lower) if open_below else lower),
            float(_or(self.below, upper) if open_above else upper),
            closed=closed[open_below, open_above],
        )
        if self.whole:
            sound &= x.floor() == x
        if self.allowed is not None:
            sound &= x.is_in(list(self.allowed))
        return sound

    def odd(self) -> pl.Expr:
        """Whether some cell is not whole or not allowed; the sum and the extremes of a column do not tell."""
        x = pl.col(self.column)
        wrong = x.floor() != x if self.whole else pl.lit(False)
        return (wrong if self.allowed is None else wrong | ~x.is_in(list(self.allowed))).any().alias(self.column)

    def wrong(self, column: pl.Series) -> pl.Expr:
        """Whether a cell breaks the rule; null where the cell is. A schema not compiled asks jsonschema here."""
        if self.compiled:
            return (~self.sound()).alias(self.column)
        faulty = [value for value, _ in self._asked(column.drop_nulls().to_numpy())]
        x = pl.col(self.column)
        return (~x.is_finite() | x.is_in(faulty)).alias(self.column)

    def judge(self, x: NDArray[np.float64]) -> list[tuple[Fault, NDArray[np.intp]]]:
        """What is wrong with cells that break the rule: each fault, with the places of the cells that have it."""
        first = _first(self._broken(x), x) if self.compiled else None
        if first is None or not self._confirmed(first, x):
            verdicts = self._asked(x)
            by_fault: dict[Fault, list[float]] = {_fault("not_finite"): []}
            for value, fault in verdicts:
                by_fault.setdefault(fault, []).append(value)
            parts = [(fault, np.isin(x, same) if same else ~np.isfinite(x)) for fault, same in by_fault.items()]
            first = _first(parts, x)
        return first

    def _broken(self, x: NDArray[np.float64]) -> list[tuple[Fault, NDArray[np.bool_]]]:
        """Each part of the compiled rule, and which cells break it."""
        parts = [(_fault("not_finite"), ~np.isfinite(x))]
        for keyword, limit, compare in (
            ("minimum", self.minimum, np.less),
            ("maximum", self.maximum, np.greater),
            ("exclusiveMinimum", self.above, np.less_equal),
            ("exclusiveMaximum", self.below, np.greater_equal),
        ):
            if limit is not None:
                parts.append((_fault(LIMITS[keyword], limit=limit), compare(x, limit)))
        if self.whole:
            parts.append((_fault("not_whole"), np.floor(x) != x))
        if self.allowed is not None:
            said = cast("Json", self.validator.schema) if self.validator else {}
            keyword = "enum" if "enum" in said else "const"
            reason = Phrase(f"schema.{keyword}", rule=said.get(keyword))
            parts.append((_fault("schema_cell", reason=reason), ~np.isin(x, self.allowed)))
        return parts

    def _confirmed(self, found: list[tuple[Fault, NDArray[np.intp]]], x: NDArray[np.float64]) -> bool:
        """Whether jsonschema says the same of the lowest and the highest cell of each fault.

        The parts of a compiled rule are ranges, so these stand for all between them.
        """
        if self.validator is None:
            return True
        return sum(len(places) for _, places in found) == len(x) and all(
            self._verdict(float(value)) == fault
            for fault, places in found
            if fault[0] != "not_finite"
            for value in (x[places].min(), x[places].max())
        )

    def _asked(self, x: NDArray[np.float64]) -> list[tuple[float, Fault]]:
        """What jsonschema has against the distinct finite numbers of a column."""
        distinct = np.unique(x[np.isfinite(x)]).tolist()
        return [(value, fault) for value in distinct if (fault := self._verdict(value)) is not None]

    def _verdict(self, value: float) -> Fault | None:
        """The first fault of a number in the order of `CODES`; None where jsonschema has nothing against it."""
        faults = [] if self.validator is None else [_said(error) for error in self.validator.iter_errors(value)]
        return min(faults, key=lambda fault: CODES.index(fault[0]), default=None)


def _or(limit: float | None, default: float) -> float:
    return default if limit is None else limit


def _first(
    parts: list[tuple[Fault, NDArray[np.bool_]]], x: NDArray[np.float64]
) -> list[tuple[Fault, NDArray[np.intp]]]:
    """Each cell under the first part that it breaks."""
    free = np.ones(len(x), dtype=np.bool_)
    found = []
    for fault, broken in parts:
        places = np.flatnonzero(broken & free)
        free[places] = False
        if len(places):
            found.append((fault, places))
    return found


def _fault(code: str, **params: Any) -> Fault:
    return code, tuple(params.items())


def _said(error: ValidationError) -> Fault:
    keyword, rule = str(error.validator), cast("Any", error.validator_value)
    if keyword in LIMITS:
        return _fault(LIMITS[keyword], limit=rule)
    if keyword == "type" and _is_integer(rule):
        return _fault("not_whole")
    # The number stands beside the message; without it in the text, cells with the same fault are one finding.
    reason = schema_reason(error)
    if isinstance(reason, str):
        shown = rf"(?<![\w.+-]){re.escape(repr(error.instance))}(?![\w.])"
        reason = re.sub(shown, "it", reason, count=1)
    return _fault("schema_cell", reason=reason)


# -- from a schema to a rule -------------------------------------------------------------------------------------


def compile_item(name: str, schema: Mapping[str, Any]) -> ValueRule:
    """The rule of an item's numbers from its JSON Schema (draft 2020-12).

    Raises:
        PluginError: no valid schema; a `$ref` to a file, an address or nowhere (nothing is ever fetched); one that
            leads back to itself, is nested too deep or cannot judge a number.

    >>> compile_item("share", {"type": "number", "minimum": 0, "maximum": 100, "unit": "percent"}).maximum
    100
    """
    try:
        text = json.dumps(schema)
    except (TypeError, ValueError, RecursionError) as error:
        raise PluginError("item_not_json", name=name, reason=str(error)) from error
    return _compiled(name, text)


@functools.lru_cache(maxsize=4096)
def _compiled(name: str, text: str) -> ValueRule:
    schema = json.loads(text)
    if not isinstance(schema, dict):
        raise PluginError("item_no_object", name=name)
    # A registry of nothing: whatever a schema refers to outside itself is not there, and nothing is fetched.
    validator = Draft202012Validator(schema, registry=Registry())
    rule = ValueRule(column=name, validator=validator)
    for keyword, value in schema.items():
        part = None if keyword in ANNOTATIONS else _part(keyword, value)
        if keyword not in ANNOTATIONS and part is None:
            return _uncompiled(name, schema, validator)
        rule = evolve(rule, **(part or {}))
    if "enum" in schema and "const" in schema:
        return _uncompiled(name, schema, validator)
    return rule


def _part(keyword: str, value: Any) -> dict[str, Any] | None:
    """What a keyword becomes in a rule; None where that is not proved to be the same."""
    fields = {"minimum": "minimum", "maximum": "maximum", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    if keyword in fields and _exact(value):
        return {fields[keyword]: value if abs(value) < 2**53 else float(value)}
    if keyword == "const" and _exact(value):
        return {"allowed": (float(value),)}
    if keyword == "enum" and isinstance(value, list) and value and all(map(_exact, value)):
        return {"allowed": tuple(map(float, value))}
    if keyword == "type" and _is_integer(value):
        return {"whole": True}
    if keyword == "type" and _types(value) and "number" in _types(value) <= {"number", "integer", "null"}:
        return {}
    return None


def _types(value: Any) -> set[str]:
    """The types that a schema names; a null cell is a missing value and never judged."""
    listed = value if isinstance(value, list) else [value]
    return set(listed) if all(isinstance(part, str) for part in listed) and len(set(listed)) == len(listed) else set()


def _is_integer(value: Any) -> bool:
    return _types(value) in ({"integer"}, {"integer", "null"})


def _exact(value: Any) -> bool:
    """Whether a number of a schema is a finite 64-bit float: jsonschema compares larger integers exactly."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value) and float(value) == value
    except OverflowError:
        return False


def _uncompiled(name: str, schema: Json, validator: Draft202012Validator) -> ValueRule:
    """The rule of a schema left to jsonschema; one that it cannot work with is refused before a figure rests on it."""
    rule = ValueRule(column=name, validator=validator, compiled=False)
    for keyword, value in _keywords(name, schema):
        if keyword in REFERENCES and isinstance(value, str) and not value.startswith("#"):
            raise PluginError("item_refers", name=name, value=repr(value))
    try:
        Draft202012Validator.check_schema(schema)
        resource = Resource.from_contents(schema, default_specification=DRAFT202012)
        resolver = Registry().with_resource("", resource).resolver()
        for keyword, value in _keywords(name, schema):
            if keyword in REFERENCES and isinstance(value, str):
                resolver.lookup(value)
        for number in _PROBES:
            rule.judge(np.array([number]))
    except SchemaError as error:
        raise PluginError("item_bad_schema", name=name, reason=error.message) from error
    except (Unresolvable, RecursionError, ArithmeticError, ValueError, TypeError, re.error) as error:
        circle = Phrase("plugin.item_circle")
        reason = circle if isinstance(error, RecursionError) else str(error)
        raise PluginError("item_unusable", name=name, reason=reason) from error
    return rule


def _keywords(name: str, schema: Json) -> Iterator[tuple[str, Any]]:
    """Every key of a schema with its value, at whatever depth."""
    level: Iterable[Any] = [schema]
    for _ in range(MAX_DEPTH):
        level = [item for item in level if isinstance(item, dict | list)]
        for item in level:
            yield from item.items() if isinstance(item, dict) else ()
        level = [part for item in level for part in (item.values() if isinstance(item, dict) else item)]
        if not level:
            return
    raise PluginError("item_too_deep", name=name, limit=MAX_DEPTH)
