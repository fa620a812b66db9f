from __future__ import annotations

import json
from typing import Any

import pytest

import piikit
from documents import TREE, data, edition, indicator
from piikit.framework.documents import schema_faults

ITEMS = {
    "area": ["Hà Nội", "Huế", "Cà Mau"],
    "patent_applications": [50, 20, None],
    "population": [1_000_000, 500_000, 400_000],
    "hdi": [0.8, 0.7, 0.75],
}


@pytest.fixture(scope="module")
def small(engine: piikit.Engine) -> piikit.Result:
    return engine.evaluate(data(y=[1.0, None, 3.0]), TREE)


@pytest.fixture(scope="module")
def real(engine: piikit.Engine) -> piikit.Result:
    return engine.evaluate(ITEMS, "pii-2025")


def test_an_indicator_tells_value_items_formula_and_bounds(real: piikit.Result) -> None:
    told = real.explain("hue", "6.1.1")
    assert (told.area, told.area_name, told.period, told.edition) == ("46", "Huế", "2025", "pii-2025")
    assert (told.value, told.value_source) == (0.4, "items")
    assert told.items == {"patent_applications": 20.0, "population": 500_000.0}
    assert told.formula == "patent_applications / population * 10000"
    assert (told.lower, told.upper, told.bounds_source) == (0.4, 0.5, "cohort")
    assert (told.score, told.score_source, told.rank) == (0.0, "computed", None)
    assert told.path == ("PII", "OUT", "6", "6.1", "6.1.1")


def test_an_indicator_tells_source_evidence_and_unknowns(real: piikit.Result) -> None:
    told = real.explain("Huế", "6.1.1")
    assert told.source
    assert told.evidence == "named"
    assert set(told.evidence_meaning or {}) == {"vi", "en"}
    assert (told.definition, told.data_year) == (None, None)


def test_a_missing_value_names_its_missing_items(real: piikit.Result) -> None:
    told = real.explain("Cà Mau", "6.1.1")
    assert (told.value, told.score, told.score_source) == (None, None, "none")
    assert told.missing == ("patent_applications",)
    assert told.items == {"patent_applications": None, "population": 400_000.0}


def test_a_value_beside_its_items_is_told_as_given(engine: piikit.Engine) -> None:
    told = engine.evaluate({**ITEMS, "6.1.1": [None, 3.0, None]}, "pii-2025").explain("Huế", "6.1.1")
    assert (told.value, told.value_source) == (3.0, "given")
    fallen_back = engine.evaluate({**ITEMS, "6.1.1": [None, 3.0, None]}, "pii-2025").explain("Hà Nội", "6.1.1")
    assert (fallen_back.value, fallen_back.value_source) == (0.5, "items")


def test_bounds_of_a_lower_is_better_indicator_are_in_its_unit(small: piikit.Result) -> None:
    told = small.explain("p", "y")
    assert (told.direction, told.lower, told.upper, told.score) == ("lower", 1.0, 3.0, 100.0)


def test_the_parts_of_a_node_say_what_each_adds(small: piikit.Result) -> None:
    told = small.explain("r", "I")
    assert [(part.code, part.weight) for part in told.parts] == [("g", 1.0), ("h", 3.0)]
    assert [part.contribution for part in told.parts] == pytest.approx([50 / 4, 100 / 3 * 3 / 4])
    assert sum(part.contribution or 0 for part in told.parts) == pytest.approx(told.score, abs=1e-9)


def test_a_child_tells_the_same_contribution_as_its_parent(small: piikit.Result) -> None:
    parts = {part.code: part.contribution for part in small.explain("r", "I").parts}
    assert {code: small.explain("r", code).contribution for code in parts} == parts


def test_a_missing_child_adds_nothing_and_is_named(small: piikit.Result) -> None:
    told = small.explain("q", "g")
    assert told.missing == ("y",)
    assert {part.code: part.contribution for part in told.parts} == {"x": 50.0, "y": None}
    assert small.explain("q", "y").contribution_reason == "no_score_here"


def test_weight_shares_are_of_the_siblings(small: piikit.Result) -> None:
    assert small.explain("p", "h").weight_share == 0.75
    assert small.explain("p", "I").weight_share is None


@pytest.mark.parametrize(
    ("aggregate", "code", "reason"),
    [("geometric_mean", "a", "method"), ("mean", "I", "root"), ("sum", "a", "no_score")],
)
def test_where_there_is_no_contribution_the_reason_is_told(
    aggregate: str, code: str, reason: str, engine: piikit.Engine
) -> None:
    document = edition(indicator("a"), indicator("b"), defaults={"aggregate": aggregate})
    result = engine.evaluate({"area": ["p", "q", "r"], "a": [1, 2, 3], "b": [1, 2, None]}, document)
    told = result.explain("r", code)
    assert (told.contribution, told.contribution_reason) == (None, reason)


def test_a_child_of_weight_0_adds_nothing(engine: piikit.Engine) -> None:
    document = edition(indicator("a"), indicator("b", weight=0))
    told = engine.evaluate({"area": ["p", "q"], "a": [1, 2], "b": [1, 2]}, document).explain("q", "I")
    assert [part.contribution for part in told.parts] == [100.0, 0.0]


# -- as text and data --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "words"), [("en", ["score", "rank 2 of 3"]), ("vi", ["điểm", "33,33"])])
def test_the_text_is_in_the_language_of_the_result(lang: Any, words: list[str], engine: piikit.Engine) -> None:
    text = str(engine.evaluate(data(), TREE, lang=lang).explain("r", "z"))
    assert text.startswith("Rạch · 2021 · z")
    for word in words:
        assert word in text


def test_the_text_of_a_reconstruction_says_so_first(real: piikit.Result) -> None:
    lines = str(real.explain("Huế", "6.1.1")).splitlines()
    assert "reconstruction" in lines[1]
    assert any("patent_applications / population" in line for line in lines)


@pytest.mark.parametrize("code", ["PII", "6.1", "6.1.1", "7.2.4"])
def test_the_data_are_plain_and_follow_the_schema(code: str, real: piikit.Result) -> None:
    told = real.explain("Huế", code).to_dict()
    assert json.loads(json.dumps(told, ensure_ascii=False)).keys() == told.keys()
    assert list(schema_faults(json.loads(json.dumps(told)), "explanation.schema.json")) == []


def test_html_is_escaped(engine: piikit.Engine) -> None:
    result = engine.evaluate({"area": ["<b>", "c"], "x": [1, 2]}, edition(indicator("x")))
    assert "<b>" not in result.explain("<b>", "x")._repr_html_()


# -- what cannot be explained ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"area": "Phú", "code": "I"}, "did you mean 'Phú An'"),
        ({"area": "p", "code": "II"}, "unknown code"),
        ({"area": "p", "code": "I", "period": "1999"}, "1999"),
        ({"area": "p", "code": "I", "scenario": "rosy"}, "rosy"),
    ],
)
def test_what_is_not_there_is_one_clear_error(asked: dict[str, str], says: str, small: piikit.Result) -> None:
    with pytest.raises(piikit.UsageError, match=says):
        small.explain(**asked)


def test_the_last_period_is_explained_where_none_is_asked_for(engine: piikit.Engine) -> None:
    table = {"area": ["p", "q"] * 2, "period": ["2023", "2023", "2024", "2024"], "x": [1, 2, 4, 3]}
    result = engine.evaluate(table, edition(indicator("x")))
    assert (result.explain("p", "x").period, result.explain("p", "x").value) == ("2024", 4.0)
    assert result.explain("p", "x", period="2023").value == 1.0
