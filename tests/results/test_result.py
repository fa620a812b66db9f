from __future__ import annotations

import time
from typing import Any

import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator

TEXT, REAL, WHOLE = pl.String, pl.Float64, pl.Int32
SCORES = {
    "area": TEXT,
    "area_name": TEXT,
    "period": TEXT,
    "scenario": TEXT,
    "code": TEXT,
    "level": TEXT,
    "value": REAL,
    "treated": REAL,
    "score": REAL,
    "rank": WHOLE,
    "n_ranked": WHOLE,
    "coverage": REAL,
}
BOUNDS = {"period": TEXT, "scenario": TEXT, "code": TEXT, "lower": REAL, "upper": REAL, "source": TEXT}
ATTAINMENT = {
    "target": TEXT,
    "area": TEXT,
    "area_name": TEXT,
    "period": TEXT,
    "scenario": TEXT,
    "code": TEXT,
    "metric": TEXT,
    "condition": TEXT,
    "required": REAL,
    "actual": REAL,
    "gap": REAL,
    "status": TEXT,
    "reason_code": TEXT,
    "reason": TEXT,
    "gap_points": REAL,
    "step": REAL,
    "on_track": pl.Boolean(),
}
FINDINGS = dict.fromkeys(
    ["severity", "code", "area", "area_name", "period", "column", "value", "expected", "message", "hint"], TEXT
) | {"file": TEXT, "sheet": TEXT, "row": pl.Int64(), "scenario": TEXT}
PLAN: dict[str, Any] = {
    "id": "plan",
    "title": {"vi": "Kế hoạch", "en": "Plan"},
    "area": "24",
    "areas": "vn-63",
    "edition": "pii-2024",
    "sources": ["s"],
    "targets": [{"id": "t", "node": "1", "conditions": [{"metric": "score", "is": "above", "value": 1}]}],
}


@pytest.fixture(scope="module")
def result(engine: piikit.Engine) -> piikit.Result:
    table = pl.concat([data().with_columns(period=pl.lit(year)) for year in ("2024", "2023")])
    return engine.evaluate(table.reverse(), TREE)


@pytest.fixture(scope="module")
def judged(engine: piikit.Engine) -> piikit.Result:
    return engine.evaluate(None, "pii-2024", scores=[{"area": "24", "code": "1", "score": 60}], plan=PLAN)


# -- frames ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "schema"), [("scores", SCORES), ("bounds", BOUNDS), ("attainment", ATTAINMENT), ("findings", FINDINGS)]
)
def test_columns_and_types_are_those_of_the_contract(
    name: str, schema: dict[str, Any], result: piikit.Result, judged: piikit.Result, engine: piikit.Engine
) -> None:
    empty = engine.evaluate(data().clear(), TREE, on_findings="keep")
    many = engine.evaluate(data(x=[None] * 3, y=[None] * 3, z=[None] * 3), TREE)
    for one in (result, judged, empty, many):
        assert dict(getattr(one, name).schema) == schema


def test_rows_are_sorted_by_period_area_and_tree_order(result: piikit.Result) -> None:
    nodes = ["I", "g", "x", "y", "h", "z"]
    expected = [(period, area, code) for period in ("2023", "2024") for area in "pqr" for code in nodes]
    assert result.scores.select("period", "area", "code").rows() == expected
    assert result.bounds.select("period", "code").rows() == [(p, c) for p in ("2023", "2024") for c in "xyz"]


def test_values_stand_at_indicators_alone(result: piikit.Result) -> None:
    at_nodes = result.scores.filter(pl.col("level") != "indicator")
    assert at_nodes.select(pl.col("value", "treated").is_null().all()).row(0) == (True, True)
    assert result.scores.filter(pl.col("level") == "indicator")["value"].null_count() == 0


def test_names_of_areas_stand_beside_codes(result: piikit.Result) -> None:
    named = result.scores.select("area", "area_name").unique().sort("area").rows()
    assert named == [("p", "Phú An"), ("q", "Quý"), ("r", "Rạch")]


def test_the_figures_of_a_small_tree(result: piikit.Result) -> None:
    # g = mean(x, y), I = (g + 3 h) / 4; y is lower-is-better
    own = result.scores.filter((pl.col("period") == "2024") & (pl.col("area") == "r")).select("code", "score", "rank")
    assert own.rows() == [
        ("I", pytest.approx((50 + 3 * 100 / 3) / 4), 2),
        ("g", 50.0, 1),
        ("x", 100.0, 1),
        ("y", 0.0, 3),
        ("h", pytest.approx(100 / 3), 2),
        ("z", pytest.approx(100 / 3), 2),
    ]


# -- tables ------------------------------------------------------------------------------------------------------

KEYS = ["area", "area_name", "period", "scenario"]


@pytest.mark.parametrize("metric", ["score", "rank", "value", "treated", "coverage"])
def test_a_table_holds_the_column_of_the_long_frame(metric: Any, result: piikit.Result) -> None:
    wide = result.table(metric)
    assert wide.columns == [*KEYS, "I", "g", "x", "y", "h", "z"]
    long = wide.unpivot(index=KEYS, variable_name="code", value_name=metric).sort("period", "area", "code")
    assert long.select("area", "code", metric).equals(
        result.scores.sort("period", "area", "code").select("area", "code", metric)
    )


def test_a_table_of_one_level(result: piikit.Result) -> None:
    assert result.table("rank", level="pillar").columns == [*KEYS, "g", "h"]


@pytest.mark.parametrize("wrong", [{"metric": "points"}, {"level": "pilar"}])
def test_an_unknown_metric_or_level_is_an_error(wrong: dict[str, Any], result: piikit.Result) -> None:
    with pytest.raises(piikit.UsageError):
        result.table(**wrong)


# -- strengths, weaknesses, groups -------------------------------------------------------------------------------


def test_strengths_are_the_best_ranks_then_scores_then_tree_order(engine: piikit.Engine) -> None:
    document = edition(*(indicator(code) for code in "abcd"))
    table = {"area": ["p", "q"], "a": [2, 1], "b": [1, 2], "c": [2, 1], "d": [None, 1]}
    result = engine.evaluate(table, document)
    assert result.strengths("p", n=2)["code"].to_list() == ["a", "c"]
    # Two share the best place, so both are strengths; at most half of the three may be weaknesses.
    assert result.strengths("p", n=9)["code"].to_list() == ["a", "c"]
    assert result.weaknesses("p", n=2)["code"].to_list() == ["b"]
    assert dict(list(result.strengths("p").schema.items())[: len(SCORES)]) == SCORES


def test_strengths_without_ranks_go_by_score(engine: piikit.Engine) -> None:
    result = engine.evaluate(
        data().head(2), TREE, bounds={"code": ["x", "y", "z"], "lower": [0] * 3, "upper": [10] * 3}
    )
    assert result.strengths("Quý", n=3).select("code", "score").rows() == [("y", 80.0), ("z", 80.0)]
    assert result.weaknesses("Quý", n=1)["code"].to_list() == ["x"]


def test_ranks_inside_regions(result: piikit.Result) -> None:
    ranks = result.ranks("region", level="pillar").filter(pl.col("period") == "2024")
    assert ranks.select("area", "region", "g", "h").rows() == [("p", "N", 1, 1), ("q", "S", 1, 1), ("r", "S", 1, 2)]


def test_ranks_inside_a_named_set_are_null_outside_it(result: piikit.Result) -> None:
    ranks = result.ranks("coast", level="index").filter(pl.col("period") == "2024")
    assert ranks.select("area", "coast", "I").rows() == [("p", "coast", 2), ("q", None, None), ("r", "coast", 1)]


def test_an_unknown_group_is_an_error(result: piikit.Result) -> None:
    with pytest.raises(piikit.UsageError, match="did you mean 'coast'"):
        result.ranks("cost")


def test_a_region_of_the_data_is_a_group(engine: piikit.Engine) -> None:
    document = {**TREE, "groups": {"zone": {"name": {"vi": "Vùng", "en": "Zone"}, "column": "zone"}}}
    result = engine.evaluate(data(zone=["one", "two", "one"]), document)
    assert result.ranks("zone", level="indicator").select("area", "zone", "x").rows() == [
        ("p", "one", 2),
        ("q", "two", 1),
        ("r", "one", 1),
    ]
    assert result.findings.is_empty()


# -- the record --------------------------------------------------------------------------------------------------


def test_the_record_does_not_depend_on_the_order_of_rows(engine: piikit.Engine) -> None:
    one = engine.evaluate(data(), TREE)
    other = engine.evaluate(data().reverse(), TREE)
    assert one.record["id"] == other.record["id"]


@pytest.mark.parametrize(
    "change",
    [
        {"data": data(x=[0.0, 5.0, 10.000001])},
        {"data": data(x=[None, 5.0, 10.0])},
        {"data": data(area=["q", "p", "r"])},
        {"data": data(period=["2020"] * 3)},
        {"edition": {**TREE, "title": {"vi": "Khác", "en": "Other"}}},
        {"scores": [{"area": "p", "code": "I", "score": 1}]},
        {"bounds": [{"code": "x", "lower": 0, "upper": 10}]},
        {"on_findings": "keep"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_record_changes_with_whatever_can_change_a_figure(change: dict[str, Any], engine: piikit.Engine) -> None:
    same: dict[str, Any] = {"data": data(), "edition": TREE}
    assert engine.evaluate(**same).record["id"] != engine.evaluate(**{**same, **change}).record["id"]


def test_the_record_knows_plan_and_baseline(engine: piikit.Engine, judged: piikit.Result) -> None:
    plain = engine.evaluate(None, "pii-2024", scores=[{"area": "24", "code": "1", "score": 60}])
    assert judged.record["plan"]["id"] == "plan"
    assert plain.record["id"] != judged.record["id"]
    with_baseline = engine.evaluate(
        None, "pii-2024", scores=[{"area": "24", "code": "1", "score": 60}], plan=PLAN, baseline=plain
    )
    assert with_baseline.record["baseline"] == plain.record["id"]


def test_the_record_holds_no_clock_time(engine: piikit.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = engine.evaluate(data(), TREE).record
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert engine.evaluate(data(), TREE).record == first
    assert {"edition", "areas", "inputs", "options", "plugins", "versions"} <= set(first)


# -- other views -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_reconstruction_is_said_first(lang: Any, engine: piikit.Engine) -> None:
    result = engine.evaluate(None, "pii-2025", scores=[{"area": "Huế", "code": "PII", "score": 40}], lang=lang)
    assert result.findings["code"][0] == "reconstructed_edition"
    message = result.findings["message"][0]
    assert message in str(result)
    assert str(result).index(message) < str(result).index("Huế")
    assert message.split()[0] in result._repr_html_()


def test_a_result_shown_in_a_notebook_is_escaped(engine: piikit.Engine) -> None:
    result = engine.evaluate({"area": ["<b>", "c"], "x": [1, 2]}, edition(indicator("x")))
    assert "<b>" not in result._repr_html_()
