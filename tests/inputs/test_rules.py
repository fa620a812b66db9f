"""Compiled checks and jsonschema report the same cells; schemas that could reach outside are refused."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from piikit.findings.errors import PluginError
from piikit.findings.finding import HIDDEN, Finding
from piikit.findings.messages import Phrase
from piikit.framework.documents import item_schemas
from piikit.inputs.checks.cells import LARGE, Rules, check_cells, to_numbers
from piikit.inputs.checks.rules import ValueRule, compile_item

EDGES = [
    0.0,
    -0.0,
    0.5,
    1.0,
    2.0,
    -1.0,
    5e-324,
    -5e-324,
    1e-300,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    1e308,
    2.0**53,
    2.0**53 + 2,
    0.1,
    0.30000000000000004,
    99.99999999999999,
    100.0,
    math.nan,
    math.inf,
    -math.inf,
    None,
]
FLOATS = st.one_of(st.sampled_from(EDGES), st.floats(), st.integers(-3, 12).map(float))
LIMITS = st.one_of(
    st.integers(-3, 12),
    st.floats(),
    st.sampled_from([edge for edge in EDGES if edge is not None]),
    st.sampled_from([2**53 + 1, 10**400, -(10**400), 2**70]),
)
COMPILABLE: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["number", "integer", ["number", "null"], ["integer", "null"], ["integer", "number"]]),
    "minimum": LIMITS,
    "maximum": LIMITS,
    "exclusiveMinimum": LIMITS,
    "exclusiveMaximum": LIMITS,
    "enum": st.lists(LIMITS, min_size=1, max_size=5),
    "const": LIMITS,
    "unit": st.just("percent"),
    "default": st.just(0),
    "$comment": st.just("why"),
}
OTHER: dict[str, st.SearchStrategy[Any]] = {
    "multipleOf": st.sampled_from([1, 2, 0.5, 0.1, 3, 1e-300]),
    "type": st.sampled_from(["string", "boolean", ["number", "string"]]),
    "enum": st.sampled_from([[True, 1], [None, 0.5], ["1", 2]]),
    "const": st.sampled_from([True, False, "1", None]),
    "not": st.sampled_from([{"minimum": 1}, {"const": 0}]),
    "anyOf": st.sampled_from([[{"maximum": 0}, {"minimum": 2}], [{"type": "integer"}, {"multipleOf": 0.25}]]),
    "allOf": st.just([{"minimum": 0}, {"$ref": "#/$defs/small"}]),
    "if": st.just({"minimum": 1}),
    "then": st.just({"type": "integer"}),
    "pattern": st.just("^a$"),
    "$defs": st.just({"small": {"maximum": 10}}),
}


def oracle(schema: dict[str, Any], cells: list[Any]) -> list[bool]:
    """Row by row: whether jsonschema, or piikit's own rule that a number is finite, objects to a cell."""
    validator = Draft202012Validator(schema, registry=Registry())
    return [
        cell is not None and (isinstance(cell, bool) or not math.isfinite(cell) or not validator.is_valid(cell))
        for cell in cells
    ]


def table(values: pl.Series) -> pl.DataFrame:
    keys = {name: [str(n) for n in range(len(values))] for name in ("area", "area_name", "period")}
    return pl.DataFrame(keys).with_columns(values.alias("x"))


def rules_of(rule: ValueRule) -> Rules:
    return Rules(rules={"x": rule}, whole=[rule.odd()] if rule.needs_cells else [])


def cells_named(found: list[Finding]) -> list[int]:
    return sorted(int(area) for finding in found if finding.cells is not None for area in finding.cells["area"])


def agree(schema: dict[str, Any], cells: list[Any], dtype: Any = pl.Float64, copies: int = 1) -> list[Finding]:
    """Check a column and compare with the oracle; the findings."""
    values = pl.Series("x", cells * copies, dtype=dtype)
    numbers, wrong = to_numbers(table(values), ["x"])
    checked, found = check_cells(numbers, rules_of(compile_item("x", schema)))
    expected = oracle(schema, cells) * copies
    assert cells_named([*wrong, *found]) == [place for place, bad in enumerate(expected) if bad]
    kept = [None if bad or cell is None else cell for cell, bad in zip(cells * copies, expected, strict=True)]
    assert checked["x"].to_list() == kept
    return found


@st.composite
def schemas(draw: st.DrawFn, keywords: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(sorted(keywords)), unique=True, max_size=4))
    schema = {name: draw(keywords[name]) for name in chosen}
    return {**schema, "$defs": {"small": {"maximum": 10}}} if "allOf" in schema else schema


@given(schemas(COMPILABLE), st.lists(FLOATS, max_size=8))
def test_compiled_checks_and_jsonschema_name_the_same_cells(schema: dict[str, Any], cells: list[Any]) -> None:
    agree(schema, cells)


@given(schemas({**COMPILABLE, **OTHER}), st.lists(FLOATS, max_size=8))
def test_any_schema_and_jsonschema_name_the_same_cells(schema: dict[str, Any], cells: list[Any]) -> None:
    agree(schema, cells)


@given(schemas(COMPILABLE), st.lists(st.one_of(st.none(), st.integers(-(2**53), 2**53)), max_size=8))
def test_whole_numbers_are_judged_as_jsonschema_does(schema: dict[str, Any], cells: list[Any]) -> None:
    agree(schema, cells, pl.Int64)


@given(schemas(COMPILABLE), st.lists(st.one_of(st.none(), st.booleans()), min_size=1, max_size=8))
def test_truth_values_are_no_numbers(schema: dict[str, Any], cells: list[Any]) -> None:
    agree({**schema, "type": "number"}, cells, pl.Boolean)


@given(st.sampled_from(sorted(item_schemas())), st.lists(FLOATS, max_size=8))
def test_every_shipped_item_is_compiled_and_agrees(name: str, cells: list[Any]) -> None:
    assert compile_item(name, item_schemas()[name]).compiled
    agree(item_schemas()[name], cells)


def test_all_shipped_items_are_compiled() -> None:
    assert [name for name, schema in item_schemas().items() if not compile_item(name, schema).compiled] == []


@pytest.mark.parametrize("schema", [{"minimum": 0, "maximum": 100}, {"type": "integer"}, {"multipleOf": 0.5}])
def test_a_long_table_is_judged_as_a_short_one(schema: dict[str, Any]) -> None:
    agree(schema, EDGES, copies=LARGE // len(EDGES) + 1)


@given(schemas(COMPILABLE), st.lists(FLOATS, min_size=1, max_size=8))
def test_a_column_without_suspicion_has_no_fault(schema: dict[str, Any], cells: list[Any]) -> None:
    frame = table(pl.Series("x", cells, dtype=pl.Float64))
    if not rules_of(compile_item("x", schema)).suspects(frame):
        assert not any(oracle(schema, cells))


# -- what is said of a cell --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "cell", "code", "params"),
    [
        ({"minimum": 1}, 0.5, "below_minimum", {"limit": 1}),
        ({"maximum": 1}, 1.5, "above_maximum", {"limit": 1}),
        ({"exclusiveMinimum": 1}, 1.0, "not_above", {"limit": 1}),
        ({"exclusiveMaximum": 1}, 1.0, "not_below", {"limit": 1}),
        ({"type": "integer"}, 1.5, "not_whole", {}),
        ({"type": "integer", "minimum": 0}, -1.5, "below_minimum", {"limit": 0}),
        ({"minimum": 0, "exclusiveMinimum": 0}, 0.0, "not_above", {"limit": 0}),
        ({"minimum": 0}, math.nan, "not_finite", {}),
        ({"enum": [1, 2]}, 1.5, "schema_cell", {"reason": Phrase("schema.enum", rule=[1, 2])}),
        ({"const": 1}, 1.5, "schema_cell", {"reason": Phrase("schema.const", rule=1)}),
        ({"multipleOf": 2}, 3.0, "schema_cell", {"reason": Phrase("schema.multipleOf", rule=2)}),
        ({"multipleOf": 2, "minimum": 0}, -2.0, "below_minimum", {"limit": 0}),
        ({"not": {"const": 0}}, 0.0, "schema_cell", {"reason": "it should not be valid under {'const': 0}"}),
    ],
)
def test_the_finding_follows_from_the_keyword(schema: Any, cell: float, code: str, params: Any) -> None:
    found = agree(schema, [cell])
    assert [(finding.code, dict(finding.params)) for finding in found] == [(code, params)]


def test_cells_with_the_same_fault_are_one_finding() -> None:
    found = agree({"multipleOf": 2}, [1.0, 2.0, 3.0, 3.0, math.inf, None])
    assert [(finding.code, finding.count) for finding in found] == [("not_finite", 1), ("schema_cell", 3)]
    assert "x is 3: it is no multiple of 2" in found[1].frame("en")["message"][1]


def test_where_the_compiled_rule_and_jsonschema_differ_jsonschema_is_right() -> None:
    rule = compile_item("x", {"minimum": 5})
    _, found = check_cells(table(pl.Series("x", [4.0, 6.0, 9.0])), rules_of(evolve(rule, minimum=7)))
    assert [(finding.code, dict(finding.params), cells_named([finding])) for finding in found] == [
        ("below_minimum", {"limit": 5}, [0])
    ]


# -- schemas that are refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "other.schema.json"},
        {"$ref": "file:///etc/hostname"},
        {"$ref": "https://example.org/x.json"},
        {"anyOf": [{"minimum": 0}, {"properties": {"a": {"$ref": "https://example.org/x.json#/a"}}}]},
        {"$dynamicRef": "https://example.org/x.json#a"},
        {"$id": "https://example.org/", "$ref": "x.json"},
        {"$ref": "#/$defs/none"},
        {"if": {"type": "string"}, "then": {"$ref": "#/$defs/none"}},
        {"$ref": "#"},
        {"minimum": "0"},
        {"type": "numbre"},
        {"exclusiveMinimum": True},
        {"multipleOf": 0},
        {"multipleOf": 10**400},
        {"default": {1, 2}},
        [],
        True,
    ],
    ids=range(17),
)
def test_a_schema_that_cannot_be_used_is_refused_with_the_name_of_its_item(schema: Any) -> None:
    with pytest.raises(PluginError, match="'green_patents'"):
        compile_item("green_patents", schema)


def test_a_schema_nested_too_deep_is_refused() -> None:
    schema: dict[str, Any] = {"minimum": 0}
    for _ in range(200):
        schema = {"allOf": [schema]}
    with pytest.raises(PluginError, match="deep"):
        compile_item("x", schema)


def test_a_reference_inside_the_schema_is_followed() -> None:
    schema = {"$ref": "#/$defs/share", "$defs": {"share": {"minimum": 0, "maximum": 1}}}
    assert [finding.code for finding in agree(schema, [0.5, 2.0, -1.0])] == ["below_minimum", "above_maximum"]


def test_findings_keep_the_file_and_row_of_their_cells() -> None:
    frame = table(pl.Series("x", ["1", "2", "x", "-1"])).with_columns(
        pl.lit("a.csv").alias(HIDDEN["file"]), pl.Series(HIDDEN["row"], [5, 6, 7, 8])
    )
    numbers, wrong = to_numbers(frame, ["x"])
    _, found = check_cells(numbers, rules_of(compile_item("x", {"minimum": 0})))
    said = [finding.frame("en").select("code", "file", "row").row(0) for finding in (*wrong, *found)]
    assert said == [("not_a_number", "a.csv", 7), ("below_minimum", "a.csv", 8)]
