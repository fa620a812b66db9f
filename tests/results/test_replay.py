"""A run replayed: the same record with nothing changed, and with another edition what a fresh evaluation gives."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from piikit.result import frames_of
from strategies import drawn


@pytest.fixture(scope="module")
def sample() -> piikit.Result:
    return piikit.evaluate(piikit.sample(), "pii-2024")


def codes(result: piikit.Result) -> list[tuple[str, ...]]:
    return sorted(result.findings.select("severity", "code", "column").unique().rows(), key=str)


def test_nothing_changed_is_the_same_run(sample):
    again = sample.replay()
    assert again.record == sample.record and frames_of(again).wide.equals(frames_of(sample).wide)
    assert again.findings.equals(sample.findings)


@pytest.mark.parametrize(
    "other",
    [
        "pii-2023",
        {"id": "outputs-first", "extends": "pii-2024", "change": {"OUT": {"weight": 3}}},
        {"id": "geometric", "extends": "pii-2024", "defaults": {"aggregate": "geometric_mean"}},
        {"id": "fewer", "extends": "pii-2024", "remove": ["7.2", "1.1.1"]},
    ],
)
def test_another_edition_gives_what_a_fresh_evaluation_gives(sample, other):
    again, fresh = sample.replay(other), piikit.evaluate(piikit.sample(), other)
    now, then = frames_of(again).wide, frames_of(fresh).wide
    assert now.select(sorted(now.columns)).equals(then.select(sorted(then.columns)))
    assert codes(again) == codes(fresh)


@given(case=drawn(), cohort=st.sampled_from(["period", "panel"]))
@settings(max_examples=15)
def test_drawn_inputs_replayed_with_bounds_of_a_whole_panel(case, cohort):
    data = case.table()
    first = piikit.evaluate(data, case.document, on_findings="keep")
    other = {"id": "other", "extends": "drawn", "defaults": {"cohort": cohort}}
    wanted = case.document | {"id": "other", "defaults": case.document.get("defaults", {}) | {"cohort": cohort}}
    again, fresh = first.replay(other), piikit.evaluate(data, wanted, on_findings="keep")
    assert frames_of(again).wide.select(frames_of(fresh).wide.columns).equals(frames_of(fresh).wide)
    assert again.bounds.equals(fresh.bounds)


def test_a_panel_side_by_side():
    rows = [
        {"area": a, "period": p, "x": float(v)}
        for p, values in (("2023", (1, 2, 3)), ("2024", (2, 4, 9)))
        for a, v in zip("abc", values, strict=True)
    ]
    nodes = [
        {"code": "I", "level": "index"},
        {"code": "x", "parent": "I", "level": "indicator", "direction": "higher", "unit": "none"},
    ]
    own = {
        "id": "own",
        "status": "local",
        "period": "2024",
        "title": {"vi": "T", "en": "T"},
        "sources": ["-"],
        "nodes": nodes,
    }
    result = piikit.evaluate(pl.DataFrame(rows), own)
    # The edition of the result is a mapping and installed nowhere; the overlay extends it all the same.
    panel = result.replay({"id": "panel", "extends": "own", "defaults": {"cohort": "panel"}})
    beside = panel.compare(result).filter(pl.col("code") == "I")
    assert beside["score"].to_list() == [0.0, 12.5, 25.0, 12.5, 37.5, 100.0]
    assert beside["other_score"].to_list() == [0.0, 50.0, 100.0, 0.0, pytest.approx(200 / 7), 100.0]


def test_items_that_were_left_out_are_named():
    small = {
        "id": "small",
        "status": "local",
        "period": "2024",
        "title": {"vi": "T", "en": "T"},
        "sources": ["-"],
        "areas": "vn-63",
        "nodes": [
            {"code": "I", "level": "index"},
            {"code": "p", "parent": "I", "level": "indicator", "indicator": "pii.patent_applications"},
        ],
    }
    result = piikit.evaluate(piikit.sample(), small)
    with pytest.raises(piikit.InputError) as error:
        result.replay("pii-2024")
    found = error.value.findings.filter(pl.col("code") == "replay_without_item")
    assert found.height == 51 and "6.1.1" not in found["column"]
    kept = result.replay("pii-2024", on_findings="keep")
    assert kept.table("score")["6.1.1"].null_count() == 0 and kept.table("score")["PII"].null_count() == 63


def test_values_go_with_their_indicator_to_another_code():
    def own(name: str, code: str) -> dict[str, object]:
        return {
            "id": name,
            "status": "local",
            "period": "2024",
            "title": {"vi": "T", "en": "T"},
            "sources": ["-"],
            "nodes": [
                {"code": "I", "level": "index"},
                {"code": code, "parent": "I", "level": "indicator", "indicator": "pii.patent_applications"},
            ],
        }

    result = piikit.evaluate({"area": ["a", "b"], "6.1": [1.0, 3.0]}, own("one", "6.1"))
    again = result.replay(own("two", "9.9"))
    assert again.table("value")["9.9"].to_list() == [1.0, 3.0]
    # The same code for another indicator takes no value along.
    other = own("three", "6.1")
    other["nodes"][1]["indicator"] = "pii.contest_pupils"  # type: ignore[index]
    with pytest.raises(piikit.InputError, match="contest_pupils"):
        result.replay(other)


def test_published_scores_and_bounds_are_kept():
    data = {"area": ["Hà Nội", "Bắc Giang"], "hdi": [0.8, 0.7]}
    scores = [{"area": "Hà Nội", "code": "PII", "score": 60.0}, {"area": "Bắc Giang", "code": "7.2", "score": 1.0}]
    result = piikit.evaluate(data, "pii-2024", scores=scores)
    other = {"id": "fewer", "extends": "pii-2024", "remove": ["7.2"]}
    again = result.replay(other)
    assert again.table("score")["PII"].to_list() == [60.0, None]
    assert "replay_without_score" in again.findings["code"]
    assert "replay_without_score" not in result.replay("pii-2023").findings["code"]


def test_scenarios_and_plan_are_tried_again(sample):
    scenario = {"id": "more", "name": {"vi": "T", "en": "T"}, "changes": [{"weight": "OUT", "set": 2}]}
    result = piikit.evaluate(piikit.sample(), "pii-2024", scenarios=[scenario])
    again = result.replay("pii-2023")
    assert frames_of(again).wide["scenario"].unique().sort().to_list() == ["base", "more"]
    assert result.replay(scenarios=()).record == sample.record


def test_wrong_use_is_said(sample):
    with pytest.raises(piikit.UsageError, match="different lists of areas"):
        sample.replay("pii-2025")
    with pytest.raises(piikit.UsageError, match="must be a Result of evaluate"):
        piikit.Engine().replay("pii-2024")  # type: ignore[arg-type]
    with pytest.raises(piikit.UsageError, match="on_findings"):
        sample.replay(on_findings="never")  # type: ignore[arg-type]
