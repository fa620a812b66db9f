"""What if: scenarios agree with the reference, with each other and with the base."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import piikit
import scenario_strategies
from agreement import disagreements
from documents import TREE, data, edition, indicator
from piikit.framework.documents import schema_faults
from piikit.result import frames_of
from piikit.scoring.scenarios.document import shape_faults
from strategies import Drawn, Json, drawn

SOME = settings(max_examples=40)
FEW = settings(max_examples=20)
SCORES = ["area", "period", "code", "value", "score", "rank", "n_ranked", "coverage"]


def of(result: piikit.Result, scenario: str) -> pl.DataFrame:
    return result.scores.filter(pl.col("scenario") == scenario).select(SCORES)


def same(left: pl.DataFrame, right: pl.DataFrame) -> None:
    assert_frame_equal(left, right, check_exact=True)


def evaluate(engine: piikit.Engine, case: Drawn, scenarios: Any) -> piikit.Result:
    return engine.evaluate(case.table(), case.document, scenarios=scenarios)


# -- against the reference, the base and each other --------------------------------------------------------------


@SOME
@given(case=drawn(), draw=st.data())
def test_each_scenario_agrees_with_the_reference_on_the_changed_data(
    case: Drawn, draw: st.DataObject, engine: piikit.Engine
) -> None:
    written = draw.draw(scenario_strategies.scenarios(case))
    result = evaluate(engine, case, written)
    for scenario in written:
        shown: Any = SimpleNamespace(scores=result.scores.filter(pl.col("scenario") == scenario["id"]))
        assert disagreements(shown, scenario_strategies.expected(case, scenario)) == [], scenario


@FEW
@given(case=drawn(), draw=st.data())
def test_the_base_is_to_the_last_bit_what_it_is_without_scenarios(
    case: Drawn, draw: st.DataObject, engine: piikit.Engine
) -> None:
    alone = engine.evaluate(case.table(), case.document)
    beside = evaluate(engine, case, draw.draw(scenario_strategies.scenarios(case)))
    for frame in ("scores", "bounds"):
        same(getattr(alone, frame), getattr(beside, frame).filter(pl.col("scenario") == "base"))
    same(
        alone.findings,
        beside.findings.filter(pl.col("scenario").is_null() & ~pl.col("code").str.starts_with("change_")),
    )


@FEW
@given(case=drawn(), draw=st.data())
def test_a_scenario_is_the_same_alone_among_others_and_in_any_order(
    case: Drawn, draw: st.DataObject, engine: piikit.Engine
) -> None:
    written = draw.draw(scenario_strategies.scenarios(case))
    together = evaluate(engine, case, draw.draw(st.permutations(written)))
    for scenario in written:
        same(of(together, scenario["id"]), of(evaluate(engine, case, [scenario]), scenario["id"]))


@FEW
@given(case=drawn(), draw=st.data(), bounds=st.sampled_from(["fixed", "moving"]))
def test_a_stack_is_its_parts_in_order(case: Drawn, draw: st.DataObject, bounds: str, engine: piikit.Engine) -> None:
    parts = draw.draw(scenario_strategies.scenarios(case, most=2))
    own = draw.draw(st.lists(scenario_strategies.changes(case), max_size=2))
    order = draw.draw(st.lists(st.sampled_from(scenario_strategies.ids(parts)), min_size=1, max_size=3))
    by_id = {part["id"]: part["changes"] for part in parts}
    stack = {"id": "stack", "ends": bounds, "stack": order, "changes": own}
    written_out = {"id": "out", "ends": bounds, "changes": [c for name in order for c in by_id[name]] + own}
    result = evaluate(engine, case, [stack, *parts, written_out])
    same(of(result, "stack"), of(result, "out"))


@FEW
@given(case=drawn(normalises=["min_max"]), draw=st.data())
def test_fixed_bounds_leave_every_other_area_its_indicator_scores_to_the_last_bit(
    case: Drawn, draw: st.DataObject, engine: piikit.Engine
) -> None:
    area = draw.draw(st.sampled_from(sorted({key[0] for key in case.values})))
    changes = [
        {"value": code, "set": draw.draw(scenario_strategies.FIGURES), "areas": [area]} for code in case.indicators
    ]
    result = evaluate(engine, case, [{"id": "s", "ends": "fixed", "changes": changes}])
    others = (pl.col("area") != area) & pl.col("code").is_in(case.indicators)
    kept = ["area", "period", "code", "value", "score"]
    same(of(result, "s").filter(others).select(kept), of(result, "base").filter(others).select(kept))


@pytest.mark.parametrize("ties", ["min", "max", "dense"])
def test_ranks_of_scenarios_treat_ties_as_the_base_does(ties: str, engine: piikit.Engine) -> None:
    document = edition(indicator("x"), rank={"decimals": 9, "ties": ties})
    frame = pl.DataFrame({"area": list("abcdef"), "x": [1.0, 3.0, 3.0, None, 0.0, 1.0]})
    nothing = {"id": "nothing", "changes": [{"value": "x", "scale": 1}]}
    result = engine.evaluate(frame, document, scenarios=[nothing])
    same(of(result, "nothing"), of(result, "base"))


# -- what changes do ---------------------------------------------------------------------------------------------


def effect(result: piikit.Result, area: str, code: str, metric: str = "score") -> dict[str, Any]:
    rows = result.scores.filter((pl.col("area") == area) & (pl.col("code") == code))
    return dict(zip(rows["scenario"], rows[metric], strict=True))


def test_items_change_before_values_and_values_before_scores(engine: piikit.Engine) -> None:
    given_items = pl.read_csv(piikit.sample()).filter(pl.col("area") == "Bắc Giang")
    rate = given_items["contest_pupils"][0] / given_items["secondary_pupils"][0] * 100
    written = [
        {"id": "item", "changes": [{"item": "contest_pupils", "scale": 2, "areas": ["bac giang"]}]},
        {"id": "both", "stack": ["item"], "changes": [{"value": "2.1.2", "add": 1, "areas": ["24"]}]},
        {"id": "set", "changes": [{"value": "2.1.2", "set": 3, "areas": ["Tỉnh Bắc Giang"]}]},
        {"id": "drop", "changes": [{"item": "contest_pupils", "drop": True, "areas": ["24"]}]},
    ]
    result = engine.evaluate(piikit.sample(), "pii-2024", scenarios=written)
    values = effect(result, "24", "2.1.2", "value")
    assert values["drop"] is None
    assert [round(values[name], 9) for name in ("base", "item", "both", "set")] == [
        round(figure, 9) for figure in (rate, 2 * rate, 2 * rate + 1, 3)
    ]
    assert result.edition.nodes["2.1.2"].parent == "2.1"
    assert effect(result, "24", "PII")["item"] > effect(result, "24", "PII")["base"]


def test_an_item_without_a_column_can_be_set_and_changes_nothing_in_the_base(engine: piikit.Engine) -> None:
    frame = pl.read_csv(piikit.sample()).drop("contest_pupils")
    written = {"id": "s", "changes": [{"item": "contest_pupils", "set": 900}]}
    result = engine.evaluate(frame, "pii-2024", scenarios=written)
    assert effect(result, "24", "2.1.2")["base"] is None
    assert effect(result, "24", "2.1.2")["s"] is not None
    same(of(engine.evaluate(frame, "pii-2024"), "base"), of(result, "base"))


def test_fixed_bounds_do_not_clip_and_moving_ones_follow(engine: piikit.Engine) -> None:
    change = [{"value": "x", "set": 20, "areas": ["r"]}]
    written = [{"id": "fixed", "ends": "fixed", "changes": change}, {"id": "moving", "changes": change}]
    result = engine.evaluate(data(), TREE, scenarios=written)
    assert effect(result, "r", "x") == {"base": 100.0, "fixed": 200.0, "moving": 100.0}
    assert effect(result, "q", "x") == {"base": 50.0, "fixed": 50.0, "moving": 25.0}
    ends = result.bounds.filter(code="x").select("scenario", "lower", "upper", "source").rows()
    assert ends == [("base", 0, 10, "cohort"), ("fixed", 0, 10, "base"), ("moving", 0, 20, "cohort")]


def test_published_bounds_hold_whatever_the_rule(engine: piikit.Engine) -> None:
    change = [{"value": "x", "set": 20, "areas": ["r"]}]
    written = [{"id": "fixed", "ends": "fixed", "changes": change}, {"id": "moving", "changes": change}]
    ends = [{"code": "x", "lower": 0, "upper": 40}]
    result = engine.evaluate(data(), TREE, bounds=ends, scenarios=written)
    assert effect(result, "r", "x") == {"base": 25.0, "fixed": 50.0, "moving": 50.0}
    assert set(result.bounds.filter(code="x")["source"]) == {"given"}


def test_a_dropped_weight_is_shown_and_not_counted(engine: piikit.Engine) -> None:
    result = engine.evaluate(data(), TREE, scenarios=[{"id": "s", "changes": [{"weight": "h", "drop": True}]}])
    index, pillar = effect(result, "q", "I"), effect(result, "q", "g")
    assert index["s"] == pillar["s"] == pillar["base"]
    assert index["base"] != index["s"]


def test_explanations_have_the_weights_and_methods_of_their_scenario(engine: piikit.Engine) -> None:
    written = {
        "id": "s",
        "changes": [
            {"weight": "h", "set": 1},
            {"score": "g", "set": 60, "areas": ["q"]},
            {"method": "h", "set": {"aggregate": "geometric_mean"}},
        ],
    }
    result = engine.evaluate(data(), TREE, scenarios=written)
    base, told = result.explain("q", "I"), result.explain("q", "I", scenario="s")
    assert [part.weight for part in base.parts] == [1, 3]
    assert [part.weight for part in told.parts] == [1, 1]
    assert told.score == pytest.approx(sum(part.contribution for part in told.parts))
    pillar = result.explain("q", "g", scenario="s")
    assert (pillar.score, pillar.score_source) == (60, "scenario")
    assert {part.contribution for part in pillar.parts} == {None}
    assert result.explain("q", "x", scenario="s").contribution_reason == "scenario"
    assert result.explain("q", "h", scenario="s").method == "geometric_mean"
    assert [entry["subject"] for entry in told.changes] == ["weight", "score", "method"][:1]
    assert schema_faults(json.loads(json.dumps(pillar.to_dict())), "explanation.schema.json").items == ()


def test_a_published_rank_holds_where_nothing_below_it_changes(engine: piikit.Engine) -> None:
    published = pl.DataFrame({"area": ["p"], "code": ["g"], "rank": [1]})
    written = [
        {"id": "below", "changes": [{"value": "x", "add": 1, "areas": ["q"]}]},
        {"id": "beside", "changes": [{"value": "z", "add": 1, "areas": ["q"]}]},
    ]
    result = engine.evaluate(data(x=[9.0, 5.0, 10.0]), TREE, scores=published, scenarios=written)
    ranks = effect(result, "p", "g", "rank")
    computed = effect(engine.evaluate(data(x=[9.0, 5.0, 10.0]), TREE, scenarios=written), "p", "g", "rank")
    assert (ranks["base"], ranks["beside"], ranks["below"]) == (1, 1, computed["below"])


def test_a_published_score_stops_a_change_and_says_so(engine: piikit.Engine) -> None:
    published = pl.DataFrame({"area": ["q"], "code": ["g"], "score": [40.0]})
    written = [
        {"id": "below", "changes": [{"value": "x", "set": 9, "areas": ["q"]}]},
        {"id": "itself", "changes": [{"score": "g", "add": 5, "areas": ["q"]}]},
    ]
    result = engine.evaluate(data(), TREE, scores=published, scenarios=written)
    assert effect(result, "q", "g") == {"base": 40.0, "below": 40.0, "itself": 45.0}
    said = result.findings.filter(code="change_behind_score").select("area", "scenario", "column").rows()
    assert said == [("q", "below", "g")]


def test_effects_are_the_scenario_minus_the_base(engine: piikit.Engine) -> None:
    result = engine.evaluate(
        data(), TREE, scenarios={"id": "s", "changes": [{"value": "x", "set": 20, "areas": ["q"]}]}
    )
    row = result.scenario_effects("Quý", "I").row(0, named=True)
    index = effect(result, "q", "I")
    assert row["difference"] == index["s"] - index["base"]
    assert row["places"] == row["base_rank"] - row["rank"]
    assert result.scenario_effects().height == 3 * len(TREE["nodes"])
    assert engine.evaluate(data(), TREE).scenario_effects().is_empty()


def test_the_record_names_scenarios_and_is_as_before_without(engine: piikit.Engine) -> None:
    change = {"value": "x", "set": 5}
    plain = engine.evaluate(data(), TREE)
    assert "scenarios" not in plain.record
    assert plain.record == engine.evaluate(data(), TREE, scenarios=()).record
    whole, other = (
        engine.evaluate(data(), TREE, scenarios=[piikit.Scenario(id="s", changes=[{**change, "set": figure}])])
        for figure in (5, 6)
    )
    assert len({plain.record["id"], whole.record["id"], other.record["id"]}) == 3
    again = engine.evaluate(
        data(), TREE, scenarios=[{"id": "s", "changes": [piikit.Change(value="x", set=np.int64(5)).document]}]
    )
    assert again.record["id"] == whole.record["id"]


def test_a_whole_result_with_scenarios_keeps_to_its_schema(engine: piikit.Engine, tmp_path: Path) -> None:
    written = [
        {"id": "a", "ends": "fixed", "changes": [{"value": "x", "set": 20}]},
        {"id": "b", "changes": [{"weight": "g", "set": 2}]},
    ]
    result = engine.evaluate(data(), TREE, scenarios=written)
    assert schema_faults(json.loads(json.dumps(result.to_dict())), "result.schema.json").items == ()
    assert frames_of(result).wide["scenario"].unique(maintain_order=True).to_list() == ["base", "a", "b"]
    assert result.write(tmp_path / "r.csv").exists()
    assert set(result.strengths("q", scenario="b")["scenario"]) == {"b"}
    assert result.summary().count("Quý") == 1


def test_several_periods_and_editions_stay_sorted_by_period_then_scenario(engine: piikit.Engine) -> None:
    years = pl.concat([data().with_columns(period=pl.lit(year)) for year in ("2021", "2022")])
    written = [
        {"id": "w", "changes": [{"weight": "g", "set": 2}]},
        {"id": "a", "changes": [{"value": "x", "scale": 2}]},
    ]
    result = engine.evaluate(years, TREE, scenarios=written)
    order = frames_of(result).wide.select("period", "scenario").unique(maintain_order=True).rows()
    assert order == [(year, name) for year in ("2021", "2022") for name in ("base", "w", "a")]
    assert result.bounds.select("period", "scenario").unique(maintain_order=True).rows() == order


# -- findings ----------------------------------------------------------------------------------------------------


def codes(result: piikit.Result) -> dict[str, list[str]]:
    found = result.findings.filter(pl.col("scenario").is_not_null())
    return {code: found.filter(code=code)["scenario"].to_list() for code in found["code"].unique(maintain_order=True)}


def test_what_does_less_than_it_seems_is_said(engine: piikit.Engine) -> None:
    some = data(x=[None, 5.0, 10.0]).filter(pl.col("area") != "r")
    written = [
        {"id": "absent", "changes": [{"value": "x", "set": 1, "areas": ["r"]}]},
        {
            "id": "missing",
            "changes": [{"value": "x", "add": 1, "areas": ["p"]}, {"score": "x", "scale": 2, "areas": ["p"]}],
        },
        {"id": "given", "changes": [{"value": "x", "set": 1, "areas": ["p"]}]},
        {"id": "flat", "ends": "fixed", "changes": [{"value": "x", "set": 7, "areas": ["p"]}]},
    ]
    result = engine.evaluate(some, TREE, scenarios=written)
    found = codes(result)
    assert found["change_no_row"] == ["absent"]
    assert found["change_on_missing"] == ["missing"]
    assert found["change_without_score"] == ["flat"]
    assert effect(result, "p", "x") == {"base": None, "absent": None, "missing": None, "given": 0.0, "flat": None}


def test_values_out_of_range_are_errors_as_in_data_and_taken_out_where_kept(engine: piikit.Engine) -> None:
    written = [
        {"id": "s", "changes": [{"item": "hdi", "set": 1.4, "areas": ["24"]}]},
        {"id": "t", "changes": [{"value": "7.2.4", "set": -5, "areas": ["24"]}]},
    ]
    with pytest.raises(piikit.InputError, match=r"1\.4.*\[s\]"):
        engine.evaluate(piikit.sample(), "pii-2024", scenarios=written)
    kept = engine.evaluate(piikit.sample(), "pii-2024", scenarios=written, on_findings="keep")
    errors = kept.findings.filter(severity="error").select("code", "scenario").rows()
    assert errors == [("above_maximum", "s"), ("below_minimum", "t")]
    assert effect(kept, "24", "7.2.4", "value")["s"] is None
    assert effect(kept, "24", "7.2.4", "value")["t"] is None
    same(of(engine.evaluate(piikit.sample(), "pii-2024"), "base"), of(kept, "base"))


def test_a_denominator_of_zero_in_a_scenario_is_an_error_of_the_scenario(engine: piikit.Engine) -> None:
    written = {"id": "s", "changes": [{"item": "secondary_pupils", "set": 0, "areas": ["24"]}]}
    kept = engine.evaluate(piikit.sample(), "pii-2024", scenarios=written, on_findings="keep")
    said = kept.findings.filter(pl.col("severity") == "error").select("code", "area", "scenario").rows()
    assert ("zero_denominator", "24", "s") in said or any(row[2] == "s" for row in said)
    assert effect(kept, "24", "2.1.2")["s"] is None


def test_what_the_base_says_already_is_not_said_again_for_a_thousand_scenarios(engine: piikit.Engine) -> None:
    flat = data(x=[5.0, 5.0, 5.0])
    written = [{"id": f"s{n}", "changes": [{"value": "z", "add": n}]} for n in range(50)]
    written.append({"id": "constant", "changes": [{"value": "z", "set": 1}]})
    result = engine.evaluate(flat, TREE, scenarios=written)
    found = result.findings.filter(code="constant_indicator")
    assert found.select("column", "scenario").rows() == [("x", None), ("z", "constant")]


# -- faults ------------------------------------------------------------------------------------------------------

BAD = json.loads((Path(__file__).parent / "scenario_faults" / "bad.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["case"])
def test_faults_come_with_pointer_code_and_nearest_name(case: Json, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.DocumentError) as caught:
        engine.evaluate(
            piikit.sample(), case.get("edition", "pii-2024"), scenarios=case["scenarios"], on_findings="keep"
        )
    found = [[item.column, item.code, item.params.get("near")] for item in caught.value.found]
    assert found == [[*entry, None][:3] for entry in case["faults"]]
    for lang in ("vi", "en"):
        assert "{" not in caught.value.found.grouped(lang).replace('{"', "").replace("{'", "")


def test_a_figure_that_is_not_finite_is_a_fault_in_python_too() -> None:
    for figure in (float("nan"), float("inf")):
        with pytest.raises(piikit.DocumentError, match="finite"):
            piikit.Change(value="1", set=figure)
        with pytest.raises(piikit.DocumentError, match="finite"):
            piikit.Scenario(id="s", changes=[{"value": "1", "add": figure}])


def test_a_stack_of_stacks_cannot_grow_without_bound(engine: piikit.Engine) -> None:
    written: list[Json] = [{"id": "s0", "changes": [{"value": "x", "add": 1}] * 2}]
    written += [{"id": f"s{n}", "stack": [f"s{n - 1}"] * 10} for n in range(1, 12)]
    with pytest.raises(piikit.DocumentError) as caught:
        engine.evaluate(data(), TREE, scenarios=written)
    assert {item.code for item in caught.value.found} == {"scenario_too_large"}


@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers(-2, 2) | st.floats(width=16) | st.sampled_from(["x", "", "fixed", "s"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "bounds", "changes", "stack", "item", "value", "method", "set", "drop", "areas"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    change=st.dictionaries(
        st.sampled_from(["item", "value", "weight", "set", "add", "drop", "areas"]),
        st.sampled_from([1, 0.5, True, "x", "", ["a"], [], [""], None, float("nan")]),
        max_size=3,
    ),
)
def test_what_passes_without_the_schema_keeps_to_the_schema(document: Any, change: Json) -> None:
    for written in (document, {"id": "s", "changes": [change]}, {"id": "s", "changes": document}):
        if not shape_faults(written):
            assert schema_faults(written, "scenario.schema.json").items == ()


def test_scenarios_come_from_files_lists_and_iterators(engine: piikit.Engine, tmp_path: Path) -> None:
    one = {"$schema": "scenario.schema.json", "id": "one", "changes": [{"value": "x", "set": 1}]}
    (tmp_path / "one.json").write_text(json.dumps(one), encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps([{**one, "id": "two"}, {**one, "id": "three"}]), encoding="utf-8")
    mixed = iter([tmp_path / "one.json", str(tmp_path / "two.json"), piikit.Scenario(id="four"), {**one, "id": "five"}])
    result = engine.evaluate(data(), TREE, scenarios=mixed)
    assert frames_of(result).wide["scenario"].unique(maintain_order=True).to_list() == [
        "base",
        "one",
        "two",
        "three",
        "four",
        "five",
    ]
    with pytest.raises(piikit.UsageError, match="path of a json file"):
        engine.evaluate(data(), TREE, scenarios=[3])
    with pytest.raises(piikit.UsageError):
        engine.evaluate(data(), TREE, scenarios=[tmp_path / "none.json"])


@pytest.mark.parametrize(
    ("scenario", "factor"),
    [
        ({"id": "s", "changes": [{"weight": "2", "set": 2}]}, "weights"),
        ({"id": "s", "changes": [{"method": "1", "set": {"aggregate": "geometric_mean"}}]}, "methods"),
        ({"id": "s", "changes": [{"value": "1.1.1", "add": 5, "areas": ["Bắc Giang"]}]}, "data"),
        ({"id": "s", "ends": "fixed", "changes": [{"value": "1.1.1", "add": 50, "areas": ["Bắc Giang"]}]}, "data"),
    ],
)
def test_what_a_scenario_changes_is_told_apart_from_the_base(scenario: dict[str, Any], factor: str) -> None:
    result = piikit.evaluate(piikit.sample(), "pii-2024", scenarios=[scenario])
    told = result.effects(result, scenario="s", other_scenario="base", code="PII", area="Bắc Giang").row(0, named=True)
    assert abs(told["difference"]) > 1e-6
    assert told[factor] == pytest.approx(told["difference"], abs=1e-9)
