"""Formulas in edition documents: the indicator that comes of them, the items they bring, and what is refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from documents import edition, indicator
from piikit.files.headers import SDMX, SPELLINGS
from piikit.framework.documents import schema_faults
from piikit.framework.formula import Formulated
from piikit.framework.formula.formula_indicators import COLUMNS
from piikit.inputs import columns as inputs
from piikit.inputs.checks.rules import compile_item
from piikit.inputs.mergers import rule_fault

Json = dict[str, Any]
COUNT: Json = {"type": "integer", "minimum": 0, "unit": "count", "name": {"vi": "Đơn xanh", "en": "Green patents"}}
GREEN: Json = {
    "unit": "per_100k_people",
    "name": {"vi": "Đơn sáng chế xanh", "en": "Green patents"},
    "formula": "green / population * 100000",
    "items": {"green": COUNT},
    "example": {"green": 12, "population": 1_200_000, "value": 1.0},
}
OVERLAY: Json = {
    "id": "hue-2024",
    "extends": "pii-2024",
    "add": [{"code": "8", "parent": "OUT", "level": "pillar"}, indicator("8.1", "8", **GREEN)],
}


def document(**more: Any) -> Json:
    """An edition with one formula."""
    return edition(indicator("g", **{**GREEN, **more}))


def faults(given: Json, engine: piikit.Engine | None = None) -> list[tuple[str, str]]:
    with pytest.raises(piikit.DocumentError) as caught:
        (engine or piikit.Engine()).edition(given)
    return [(item.code, str(item.column)) for item in caught.value.found]


FIGURES = pl.DataFrame({"area": ["Huế", "Hà Nội", "Cà Mau"], "green": [12, 60, None], "population": [1_200_000] * 3})


def test_an_overlay_with_a_formula_gives_values_scores_and_an_explanation() -> None:
    result = piikit.evaluate(FIGURES, OVERLAY)
    assert dict(result.table("value").select("area_name", "8.1").iter_rows()) == {
        "Thừa Thiên Huế": 1.0,
        "Hà Nội": 5.0,
        "Cà Mau": None,
    }
    assert result.table("score").filter(area_name="Hà Nội")["8"].item() == 100.0
    told = result.explain("Huế", "8.1")
    assert (told.formula, dict(told.items)) == (GREEN["formula"], {"green": 12.0, "population": 1_200_000.0})
    assert "formula: green / population * 100000" in str(told)
    assert GREEN["formula"] in json.dumps(result.edition.document)


def test_the_indicator_is_one_as_plugins_yield() -> None:
    node = piikit.edition(OVERLAY).nodes["8.1"]
    made = node.indicator
    assert isinstance(made, Formulated)
    assert (made.unit, made.direction, made.name, made.items) == (
        "per_100k_people",
        "higher",
        GREEN["name"],
        {"green": COUNT},
    )
    row = pl.DataFrame({name: [made.example[name]] for name in made.item_names})
    assert row.select(made.value).item() == made.example["value"]
    assert node.unit is not None and not node.assumed_direction


def test_a_formula_gives_the_bits_of_the_same_plugin() -> None:
    @piikit.hookimpl
    def piikit_indicators() -> Any:
        value = pl.col("green") / pl.col("population") * 100_000
        fields = {"unit": GREEN["unit"], "name": GREEN["name"], "value": value, "items": {"green": COUNT}}
        yield piikit.Indicator(code="hue.green", direction="higher", source="test", **fields)

    plugin = type("plugin", (), {"piikit_indicators": staticmethod(piikit_indicators)})()
    engine = piikit.Engine(plugins=[plugin])
    frame = pl.DataFrame({"area": ["p", "q", "r"], "green": [7, 11, None], "population": [1_234_567, 345_678, 9]})
    coded = engine.evaluate(frame, edition(indicator("g", indicator="hue.green")))
    assert coded.scores.equals(engine.evaluate(frame, document()).scores)


def test_two_engines_and_editions_do_not_see_each_others_items() -> None:
    engine = piikit.Engine()
    engine.edition(OVERLAY)
    assert "green" not in engine.catalogue.items
    assert faults(document(items={}), engine) == [("formula_item", "/nodes/1/formula")]


def test_described_items_reach_the_checks_of_the_data() -> None:
    frame = FIGURES.with_columns(green=pl.Series([-1, 2, 3]))
    found = piikit.check(frame, OVERLAY).filter(severity="error")
    assert found.select("code", "column", "value").rows() == [("below_minimum", "green", "-1")]
    found = piikit.check(FIGURES.rename({"green": "gren"}), OVERLAY).filter(severity="error")
    assert found.select("code", "column").rows() == [("misspelt_item", "gren")]
    part = document(items={"green": {**COUNT, "unit": "people", "partOf": "population"}})
    beyond = FIGURES.with_columns(population=pl.Series([5, 100, 100]))
    assert piikit.check(beyond, part).filter(severity="error")["code"].to_list() == ["part_above_whole"]


def test_described_items_reach_mergers() -> None:
    summed = copy.deepcopy(OVERLAY)
    summed["add"][1]["items"]["green"] = {**COUNT, "additive": True}
    frame = pl.DataFrame({"area": ["Bắc Giang", "Bắc Ninh"], "green": [3, 4], "population": [10, 20], "period": "2024"})
    merged = piikit.merge_areas(frame, summed, partial=True)
    assert merged.data.select("green", "population").rows() == [(7.0, 30.0)]


def test_a_unit_of_the_edition_may_be_that_of_an_item() -> None:
    units = {"hue.trees": {"name": {"vi": "cây", "en": "trees"}, "dimension": "trees"}}
    given = {**document(items={"green": {**COUNT, "unit": "hue.trees"}}), "units": units}
    long = pl.DataFrame({"area": ["p", "q"], "item": "green", "value": [1, 2], "unit": ["cây", "kg"]})
    assert piikit.check(long, given).filter(code="other_unit")["value"].to_list() == ["2"]


@pytest.mark.parametrize(
    ("formula", "zero"),
    [
        ("green / population", "population is 0"),
        ("green / (population - spare)", "population - spare is 0"),
        ("if(spare = 0, green / population, 1)", "population is 0"),
    ],
)
def test_a_zero_divisor_is_a_finding_and_no_value(formula: str, zero: str) -> None:
    items = {"green": COUNT} | ({"spare": {"type": "number"}} if "spare" in formula else {})
    given = document(formula=formula, items=items)
    del given["nodes"][1]["example"]
    frame = pl.DataFrame({"area": ["p", "q"], "green": [1, 2], "population": [0, 5], "spare": [0, 1]})
    with pytest.raises(piikit.InputError, match=zero):
        piikit.evaluate(frame, given)
    kept = piikit.evaluate(frame, given, on_findings="keep")
    assert kept.findings.filter(code="zero_denominator").height == 1
    assert kept.table("value")["g"][0] is None


def test_the_same_formula_is_the_same_indicator_in_another_edition() -> None:
    one, spaced = document(), document(formula=" green/population*100000 ", example={})
    other = document(formula="green / population * 1000", example={})
    for value in (spaced, other):
        value["id"] = "other"
        value["nodes"][1].pop("example")
    frame = pl.DataFrame({"area": ["p", "q"], "green": [1, 2], "population": [4, 5]})
    results = [piikit.evaluate(frame, value) for value in (one, spaced, other)]
    codes = [result.edition.nodes["g"].indicator.code for result in results]  # type: ignore[union-attr]
    assert codes[0] == codes[1] != codes[2]
    assert results[0].record["edition"]["sha256"] != results[1].record["edition"]["sha256"]


# -- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ({"formula": "gren / populaton"}, [("formula_item", "formula"), ("formula_item", "formula")]),
        ({"indicator": "pii.hdi"}, [("formula_beside_indicator", "formula")]),
        ({"unit": "trees"}, [("unknown_unit", "unit")]),
        ({"items": {"green": {**COUNT, "unit": "gren"}}}, [("unknown_unit", "items/green/unit")]),
        ({"items": {"green": COUNT, "gren": COUNT}}, [("formula_item_unused", "items/gren")]),
        ({"items": {"green": COUNT, "population": {"type": "number"}}}, [("item_differs", "items/population")]),
        ({"example": {"green": 12, "population": 1_200_000, "value": 2}}, [("formula_example", "example/value")]),
        ({"example": {"green": 12, "population": 0, "value": 1}}, [("formula_example", "example/value")]),
        ({"example": {"green": 12, "value": 2}}, [("formula_example_items", "example")]),
        (
            {"formula": "period + g", "items": {"period": COUNT, "g": COUNT}, "example": {"value": 1}},
            [
                ("item_reserved", "items/period"),
                ("item_reserved", "items/g"),
                ("formula_item", "formula"),
                ("formula_item", "formula"),
            ],
        ),
        ({"formula": "Min", "items": {"Min": COUNT}}, [("item_reserved", "items/Min"), ("formula_item", "formula")]),
    ],
)
def test_a_faulty_node_says_what_and_where(node: Json, found: list[tuple[str, str]]) -> None:
    assert faults(document(**node)) == [(code, f"/nodes/1/{at}") for code, at in found]


def test_what_a_formula_needs_and_where_it_may_stand() -> None:
    bare = document()
    for name in ("unit", "direction", "name"):
        del bare["nodes"][1][name]
    assert faults(bare) == [("schema_required", "/nodes/1")]
    high = document()
    high["nodes"][0]["formula"] = "population"
    assert faults(high) == [("formula_elsewhere", "/nodes/0/formula")]
    without = document()
    del without["nodes"][1]["formula"]
    assert faults(without) == [("formula_missing", "/nodes/1/items"), ("formula_missing", "/nodes/1/example")]


def test_two_nodes_may_share_an_item_and_not_differ_on_it() -> None:
    both = edition(
        indicator("g", **GREEN), indicator("h", **{**GREEN, "formula": "green", "example": {"green": 1, "value": 1}})
    )
    assert piikit.edition(both).items == {"green", "population"}
    both["nodes"][2]["items"] = {"green": {"type": "number"}}
    assert faults(both) == [("item_differs", "/nodes/2/items/green")]


def test_faults_of_an_overlay_point_into_the_overlay() -> None:
    given = copy.deepcopy(OVERLAY)
    given["add"][1]["formula"] = "green /"
    given["change"] = {"6.1.1": {"formula": "green", "unit": "percents"}}
    assert sorted(faults(given)) == [
        ("formula_beside_indicator", "/change/6.1.1/formula"),
        ("formula_syntax", "/add/1/formula"),
        ("unknown_unit", "/change/6.1.1/unit"),
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "$ref": "file:///etc/passwd"},
        {"$ref": "https://example.org/x.json"},
        {"type": "string"},
        {"type": "number", "pattern": "(a+)+$"},
        {"type": "boolean"},
        {},
        {"type": "number", "allOf": [{"$ref": "#"}]},
        {"type": "number", "enum": []},
        {"type": "number", "additive": True, "merge": "sum"},
        {"type": "number", "merge": "total"},
        {"type": "number", "merge": {"mean": "a", "rule": "sum"}},
    ],
)
def test_items_are_described_by_plain_keywords_alone(schema: Json) -> None:
    assert all(
        code.startswith("schema_") and at.startswith("/nodes/1/items/green")
        for code, at in faults(document(items={"green": schema}))
    )


@pytest.mark.parametrize("name", ["", "a b", "dân_số", "../x", "a.b", "a" * 65, "^a$", "1a"])
def test_names_of_items_are_plain(name: str) -> None:
    assert {code for code, _ in faults(document(items={"green": COUNT, name: COUNT}))} == {"schema_pattern"}


NUMBER = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
DESCRIPTIONS = st.fixed_dictionaries(
    {"type": st.sampled_from(["number", "integer"])},
    optional={
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), NUMBER),
        "enum": st.lists(NUMBER, min_size=1, max_size=3, unique=True),
        "additive": st.booleans(),
        "merge": st.sampled_from(["sum", "none", {"mean": "population"}, {"rule": "same", "basis": "definition"}]),
    },
)


@settings(max_examples=100, deadline=None)
@given(schema=DESCRIPTIONS)
def test_whatever_the_schema_lets_pass_can_be_used_as_a_description(schema: Json) -> None:
    given = document(items={"green": schema})
    if not schema_faults(given, "edition.schema.json"):
        compile_item("green", schema)
        assert rule_fault("green", schema) is None


def test_no_item_can_be_called_like_a_column_of_tables() -> None:
    keys = {name for spellings in SPELLINGS.values() for name in spellings if name.isidentifier() and name.isascii()}
    assert {*inputs.KEYS, *inputs.ATTRIBUTES, *SDMX.values(), *keys} <= COLUMNS


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=40))
def test_any_formula_in_a_document_is_an_edition_or_a_document_error(text: str) -> None:
    given = document(formula=text)
    del given["nodes"][1]["example"]
    try:
        piikit.edition(given)
    except piikit.DocumentError as error:
        assert error.findings.height
