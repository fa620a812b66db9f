from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import piikit


def plan_document(*targets: dict[str, Any], **more: Any) -> dict[str, Any]:
    floor = {"id": "floor", "node": "1", "conditions": [{"metric": "score", "is": "above", "value": 67.23}]}
    return {
        "id": "plan",
        "title": {"vi": "Kế hoạch", "en": "Plan"},
        "area": "24",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["made up"],
        "targets": list(targets or (floor,)),
        **more,
    }


def judged(engine: piikit.Engine, plan: dict[str, Any], *, lang: Any = "en", **figures: float) -> pl.DataFrame:
    scores = [{"area": "Bắc Giang", "code": code.removeprefix("n"), "score": score} for code, score in figures.items()]
    return engine.evaluate(None, "pii-2024", scores=scores, plan=plan, lang=lang).attainment


def test_a_row_a_condition_then_a_row_a_target(engine: piikit.Engine) -> None:
    conditions = [{"metric": "rank", "is": "at_most", "value": 10}, {"metric": "score", "is": "above", "value": 50}]
    first = {"id": "a", "node": "1", "conditions": conditions}
    second = {"id": "b", "node": "2", "conditions": conditions[1:]}
    rows = judged(engine, plan_document(first, second), n1=60, n2=40)
    assert rows.select("target", "code", "condition").rows() == [
        ("a", "1", "at_most"),
        ("a", "1", "above"),
        ("a", "1", "all"),
        ("b", "2", "above"),
        ("b", "2", "all"),
    ]
    assert rows.select("area", "area_name").unique().row(0) == ("24", "Bắc Giang")


def test_a_gap_is_what_is_missing_and_never_below_0(engine: piikit.Engine) -> None:
    for score, gap in ((60.0, 7.23), (67.23, 0.0), (80.0, 0.0)):
        assert judged(engine, plan_document(), n1=score)["gap"][0] == pytest.approx(gap)


def test_noise_in_the_last_bits_meets_no_target(engine: piikit.Engine) -> None:
    rows = judged(engine, plan_document(), n1=67.23 + 1e-12)
    assert rows.select("status", "reason_code").row(0) == ("not_met", "only_equal")


def test_targets_are_judged_for_each_period(engine: piikit.Engine) -> None:
    scores = [
        {"area": "24", "code": "1", "score": score, "period": period} for period, score in (("2024", 70), ("2025", 60))
    ]
    rows = engine.evaluate(None, "pii-2024", scores=scores, plan=plan_document()).attainment
    assert rows.filter(pl.col("condition") == "all").select("period", "status").rows() == [
        ("2024", "met"),
        ("2025", "not_met"),
    ]


def test_reasons_are_in_the_readers_language(engine: piikit.Engine) -> None:
    reasons = {lang: judged(engine, plan_document(), lang=lang, n1=60)["reason"][0] for lang in ("vi", "en")}
    assert "67.23" in reasons["en"]
    assert "67,23" in reasons["vi"]
    assert "{" not in "".join(reasons.values())


def test_improvement_by_rank_between_lists_of_areas_is_not_judged(engine: piikit.Engine) -> None:
    document = plan_document(
        {"id": "t", "node": "PII", "conditions": [{"metric": "rank", "is": "improves"}]},
        area="24",
        areas="vn-34",
        edition="pii-2025",
    )
    before = engine.evaluate(None, "pii-2024", scores=[{"area": "Bắc Ninh", "code": "PII", "rank": 9}])
    scores = [{"area": "Bắc Ninh", "code": "PII", "rank": 6}]
    rows = engine.evaluate(None, "pii-2025", scores=scores, plan=document, baseline=before).attainment
    assert rows["status"].unique().to_list() == ["cannot_judge"]


def test_the_baseline_is_that_of_the_same_area_not_of_the_same_code(engine: piikit.Engine) -> None:
    # 24 is Bắc Giang in 2024 and Bắc Ninh in 2025: its figure is no baseline of Bắc Ninh.
    document = plan_document(
        {"id": "t", "node": "PII", "conditions": [{"metric": "score", "is": "improves"}]},
        area="24",
        areas="vn-34",
        edition="pii-2025",
    )
    before = engine.evaluate(None, "pii-2024", scores=[{"area": "Bắc Giang", "code": "PII", "score": 46.51}])
    scores = [{"area": "Bắc Ninh", "code": "PII", "score": 48.76}]
    rows = engine.evaluate(None, "pii-2025", scores=scores, plan=document, baseline=before).attainment
    assert rows.select("status", "reason_code").unique().rows() == [("cannot_judge", "no_baseline")]


def test_without_a_plan_nothing_is_judged(engine: piikit.Engine) -> None:
    assert engine.evaluate(None, "pii-2024", scores=[{"area": "24", "code": "1", "score": 1}]).attainment.is_empty()


def test_an_agency_leads_what_its_patterns_cover(engine: piikit.Engine) -> None:
    def agency(name: str, *duties: dict[str, Any]) -> dict[str, Any]:
        return {"id": name, "name": {"vi": name, "en": name}, "duties": list(duties)}

    plan = engine.plan(
        plan_document(
            agencies=[
                agency("science", {"role": "lead", "nodes": ["6.2.*", "1.1.1"]}),
                agency("trade", {"role": "lead", "nodes": ["6.2.1"]}, {"role": "supply_data", "nodes": ["1.1.1"]}),
            ]
        )
    )
    led = {code: [agency.id for agency in plan.leads(code)] for code in ("6.2.1", "6.2.3", "6.2", "1.1.1", "7.1.1")}
    assert led == {"6.2.1": ["science", "trade"], "6.2.3": ["science"], "6.2": [], "1.1.1": ["science"], "7.1.1": []}


def test_a_plan_knows_the_successor_of_its_area(engine: piikit.Engine) -> None:
    assert engine.plan(plan_document()).successor == "Bắc Ninh"
    assert engine.plan(plan_document(area="01")).successor is None


def test_a_plan_of_an_edition_that_is_not_installed_is_read(engine: piikit.Engine) -> None:
    assert engine.plan(plan_document(edition="pii-2042")).edition == "pii-2042"


def test_a_target_taken_over_changes_the_record_with_the_older_plan(engine: piikit.Engine) -> None:
    def record(value: float) -> Any:
        condition = {"metric": "score", "is": "above", "value": value}
        older = plan_document({"id": "floor", "node": "1", "conditions": [condition]}, id="older")
        plan = plan_document(continues=[{"plan": older}])
        return engine.evaluate(None, "pii-2024", scores=[{"area": "24", "code": "1", "score": 60}], plan=plan).record

    assert record(50)["id"] == record(50)["id"] != record(51)["id"]


def test_faults_of_an_older_plan_are_named_where_they_stand(engine: piikit.Engine) -> None:
    older = plan_document({"id": "t", "set": "none", "conditions": [{"metric": "score", "is": "improves"}]}, id="older")
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan(plan_document(continues=[{"plan": older}]))
    assert [item.column for item in caught.value.found] == ["/continues/0/plan/targets/0/set"]


def test_a_published_mean_of_another_year_is_not_taken(engine: piikit.Engine) -> None:
    target = {"id": "t", "node": "1", "conditions": [{"metric": "score", "is": "above", "mean_of": "country"}]}
    figures = [{"edition": "pii-2024", "period": "2023", "mean_of": "country", "code": "1", "score": 10}]
    scores = [{"area": "24", "code": "1", "score": 60, "period": period} for period in ("2023", "2024")]
    rows = engine.evaluate(None, "pii-2024", scores=scores, plan=plan_document(target, figures=figures)).attainment
    whole = rows.filter(condition="all").select("period", "status").rows()
    assert whole == [("2023", "met"), ("2024", "cannot_judge")]
