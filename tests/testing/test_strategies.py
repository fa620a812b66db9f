"""What the strategies draw is sound: editions and plans load, tables are evaluated, figures keep their schemas."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import piikit
from piikit.framework.documents import schema_faults, schema_root
from piikit.testing import strategies

SCHEMAS = [
    {"type": "number"},
    {"type": "integer"},
    {"type": "integer", "minimum": 0, "maximum": 3},
    {"type": "integer", "exclusiveMinimum": 0.5, "exclusiveMaximum": 2},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": "number", "minimum": 1e16},
    {"type": "number", "maximum": -1e16},
    {"type": ["number", "null"], "minimum": -5, "maximum": -5},
    {"enum": [1, 2, 5]},
    {"const": 7},
    {"type": "number", "multipleOf": 0.5, "minimum": 0, "maximum": 10},
    {"not": {"minimum": 3}},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_figures_keep_their_schema(schema: Any) -> None:
    validator = Draft202012Validator(schema)

    @settings(max_examples=20)
    @given(strategies.figures("x", schema))
    def check(value: float) -> None:
        assert isinstance(value, float)
        assert validator.is_valid(value)

    check()


@settings(max_examples=15)
@given(data=st.data())
def test_tables_of_values_are_evaluated_without_an_error(data: st.DataObject, engine: piikit.Engine) -> None:
    document = data.draw(strategies.editions(max_indicators=4))
    table = data.draw(strategies.tables(document, of="values", engine=engine))
    found = engine.check(table, document)
    assert found.filter(pl.col("severity") == "error").is_empty()
    assert engine.evaluate(table, document).scores.height > 0


@settings(max_examples=4)
@given(data=st.data())
def test_tables_of_items_keep_every_schema(data: st.DataObject, engine: piikit.Engine) -> None:
    table = data.draw(strategies.tables("pii-2024", engine=engine, max_areas=3, n_periods=1))
    errors = engine.check(table, "pii-2024").filter(pl.col("severity") == "error")
    # Cells by themselves are sound; together they may not fit, or have a denominator of 0.
    assert set(errors["code"]) <= {"zero_denominator", "part_above_whole"}
    assert set(engine.edition("pii-2024").items) <= set(table.columns)


@settings(max_examples=25)
@given(data=st.data())
def test_plans_load_and_every_target_is_judged(data: st.DataObject, engine: piikit.Engine) -> None:
    plan = engine.plan(data.draw(strategies.plans("pii-2024", engine=engine)))
    scores = [{"area": plan.area, "code": "PII", "score": 50.0, "rank": 9}]
    judged = engine.evaluate(None, "pii-2024", scores=scores, plan=plan).attainment.filter(condition="all")
    assert judged["target"].to_list() == [target.id for target in plan.targets]


@settings(max_examples=25)
@given(data=st.data())
def test_scenarios_speak_of_what_the_edition_has(data: st.DataObject, engine: piikit.Engine) -> None:
    edition = engine.edition("pii-2024")
    drawn = data.draw(strategies.scenarios(edition, engine=engine, areas=["24", "27"]))
    names = {"item": edition.items, "value": set(edition.indicators)}
    for change in drawn["changes"]:
        (subject,) = {"item", "value", "score", "weight", "method"} & change.keys()
        assert len({"set", "add", "scale", "drop"} & change.keys()) == 1
        assert change[subject] in names.get(subject, set(edition.nodes))
    if schema_root().joinpath("scenario.schema.json").is_file():
        assert list(schema_faults(drawn, "scenario.schema.json")) == []
