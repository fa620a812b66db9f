"""What each agency answers for, and the parts of the index's gap, which add up to the whole."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import piikit
from documents import TREE, data, edition, indicator
from piikit.results.by_agency import SCHEMA, SUMMARY
from plans import agency, document
from strategies import Drawn, drawn

AREA, OWN = "Quý", "own"


def leads(id: str, *nodes: str, **more: Any) -> dict[str, Any]:
    return agency(id, duties=[{"role": "lead", "nodes": list(nodes)}], **more)


def evaluated(engine: piikit.Engine, *agencies: dict[str, Any], lang: Any = "en", **columns: Any) -> piikit.Result:
    plan = document(agencies=list(agencies), edition=OWN)
    return engine.evaluate(data(**columns), TREE, plan=plan, lang=lang)


def shares(frame: pl.DataFrame) -> dict[tuple[str, str], float]:
    return {(row["agency"], row["code"]): row["index_gap"] for row in frame.iter_rows(named=True)}


# -- the parts add up --------------------------------------------------------------------------------------------


def index_of(document: dict[str, Any], scores: dict[str, float], code: str) -> float:
    """The slow obvious way: a weighted mean or sum of the children, from the document alone."""
    children = [node for node in document["nodes"] if node.get("parent") == code]
    if not children:
        return scores[code]
    own = next(node for node in document["nodes"] if node["code"] == code)
    parts = [(node.get("weight", 1), index_of(document, scores, node["code"])) for node in children]
    total = sum(weight * score for weight, score in parts if weight)
    return (
        total if own.get("aggregate", document["defaults"]["aggregate"]) == "sum" else total / sum(w for w, _ in parts)
    )


def top(document: dict[str, Any], code: str) -> float:
    node = next(node for node in document["nodes"] if node["code"] == code)
    method = node.get("normalise", document["defaults"]["normalise"])
    return float(method.get("upper", 100)) if isinstance(method, dict) else 100.0


TREES = drawn(nulls=False, holes=False, n_periods=1, aggregates=("mean", "sum"), normalises=("min_max",))


@settings(max_examples=50)
@given(TREES, st.data())
def test_the_parts_of_all_agencies_and_of_nobody_add_up(engine: piikit.Engine, it: Drawn, more: st.DataObject) -> None:
    picked = st.lists(st.sampled_from([*it.indicators, "n1*", "n2"]), min_size=1, max_size=4)
    agencies = [leads(name, *more.draw(picked)) for name in ("a", "b", "c")]
    result = engine.evaluate(it.table(), it.document, plan=document(agencies=agencies, edition=OWN))
    area = it.table()["area"][0]
    table = result.table("score").filter(area=area).row(0, named=True)
    counted = {code: table[code] for code in it.indicators}
    assume(all(score is not None for score in counted.values()))
    root = next(node["code"] for node in it.document["nodes"] if "parent" not in node)
    best = {code: top(it.document, code) for code in it.indicators}
    gap = index_of(it.document, best, root) - index_of(it.document, counted, root)

    frame = result.by_agency(area).filter(pl.col("level") == "indicator")
    assert set(frame["code"]) == set(it.indicators)
    assert frame["index_gap"].sum() == pytest.approx(gap, abs=1e-9)
    if gap > 1e-6:
        assert frame["index_gap_share"].sum() == pytest.approx(1, abs=1e-9)
    for code in it.indicators:
        part = index_of(it.document, counted | {code: best[code]}, root) - index_of(it.document, counted, root)
        mine = frame.filter(pl.col("code") == code)
        assert mine["index_gap"].sum() == pytest.approx(part, abs=1e-9)
        assert mine["index_gap"].n_unique() == 1, "several agencies share equally"
    short = result.by_agency(area, summarise=True)
    assert short["index_gap"].sum() == pytest.approx(gap, abs=1e-9)
    assert short["indicators"].sum() == frame.height


def test_the_parts_of_the_sample_add_up(engine: piikit.Engine) -> None:
    result = engine.evaluate(piikit.sample(), "pii-2024", plan="bac-giang-2024")
    gap = 100 - result.table("score").filter(area_name="Bắc Giang")["PII"][0]
    assert result.by_agency()["index_gap"].sum() == pytest.approx(gap, abs=1e-9)
    assert result.by_agency(summarise=True)["index_gap_share"].sum() == pytest.approx(1, abs=1e-9)


# -- who leads what ----------------------------------------------------------------------------------------------


def test_several_share_equally_and_it_is_said(engine: piikit.Engine) -> None:
    frame = evaluated(engine, leads("a", "x"), leads("b", "x", "y")).by_agency(AREA)
    assert frame.select("agency", "code", "n_leading").rows() == [
        ("a", "x", 2),
        ("b", "x", 2),
        ("b", "y", 1),
        ("nobody", "z", 0),
    ]
    found = shares(frame)
    assert found["a", "x"] == found["b", "x"]
    assert frame["reason"].to_list() == ["shared equally by 2 agencies: A, B"] * 2 + [None, None]


def test_what_nobody_leads_by_itself_belongs_to_who_leads_the_nearest_node_above(engine: piikit.Engine) -> None:
    frame = evaluated(engine, leads("a", "I"), leads("b", "g"), leads("c", "y")).by_agency(AREA)
    led = frame.filter(pl.col("level") == "indicator").select("agency", "code").rows()
    assert sorted(led) == [("a", "z"), ("b", "x"), ("c", "y")]
    above = frame.filter(pl.col("level") != "indicator")
    assert set(above["code"]) == {"I", "g"} and above["index_gap"].null_count() == above.height


def test_from_its_day_the_successor_leads_once(engine: piikit.Engine) -> None:
    result = evaluated(engine, leads("a", "x", until="2025-03-01", successor_id="b"), leads("b", "x", "y"))
    before, after = (result.by_agency(AREA, on=day) for day in ("2025-02-28", "2025-03-01"))
    assert before.select("agency", "code").rows()[:3] == [("a", "x"), ("b", "x"), ("b", "y")]
    assert after.select("agency", "code", "n_leading").rows()[:2] == [("b", "x", 1), ("b", "y", 1)]
    assert before["index_gap"].sum() == pytest.approx(after["index_gap"].sum(), abs=1e-12)
    # The period is 2021, so its last day is the day that counts.
    assert result.by_agency(AREA).equals(before)


def test_other_roles_have_rows_without_a_gap(engine: piikit.Engine) -> None:
    helper = agency("b", duties=[{"role": "evidence", "nodes": ["x"]}])
    result = evaluated(engine, leads("a", "x"), helper)
    frame = result.by_agency(AREA, roles=("lead", "evidence"))
    assert frame.filter(agency="b").select("role", "code", "index_gap").rows() == [("evidence", "x", None)]
    assert result.by_agency(AREA, roles=("evidence",))["agency"].to_list() == ["b"]
    with pytest.raises(piikit.UsageError, match="did you mean 'lead'"):
        result.by_agency(AREA, roles=("leads",))  # type: ignore[arg-type]


def test_an_outside_index_is_named_where_it_feeds_and_stands_alone_where_nobody_knows(engine: piikit.Engine) -> None:
    duties = [
        {"role": "lead", "nodes": ["x"], "index": {"id": "PCI", "name": {"en": "Competitiveness"}}},
        {"role": "lead", "index": {"id": "SIPAS", "name": {"en": "Satisfaction"}}},
    ]
    frame = evaluated(engine, agency("a", duties=duties)).by_agency(AREA).filter(agency="a")
    assert frame.select("code", "level", "through").rows() == [
        ("x", "indicator", ["Competitiveness"]),
        ("SIPAS", "outside_index", []),
    ]
    assert frame["reason"][1] == "the plan does not say which nodes this index feeds"


# -- no parts, with the reason -----------------------------------------------------------------------------------


def test_a_tree_that_is_no_weighted_sum_has_no_parts(engine: piikit.Engine) -> None:
    tree = edition(indicator("a"), indicator("b"), defaults={"aggregate": "geometric_mean"})
    result = engine.evaluate({"area": ["p", "q", "r"], "a": [1, 2, 3], "b": [3, 1, 2]}, tree, plan=document())
    frame = result.by_agency("p")
    assert frame["index_gap"].null_count() == frame["index_gap_share"].null_count() == frame.height > 0
    assert frame["reason"].unique().to_list() == [
        "the gap cannot be divided: the index is not a weighted sum of its indicators"
    ]
    assert result.by_agency("p", summarise=True)["index_gap"].null_count() == 3


@pytest.mark.parametrize(
    ("columns", "scores", "reason"),
    [
        ({"z": [None, 1, 2]}, None, "indicators without a score"),
        ({}, [{"area": "Quý", "code": "g", "score": 55}], "published, not computed"),
        ({"x": [None] * 3, "y": [None] * 3, "z": [None] * 3}, None, "the index has no score"),
    ],
)
def test_a_partial_or_published_tree_has_no_parts(
    columns: dict[str, Any], scores: Any, reason: str, engine: piikit.Engine
) -> None:
    table = data(**columns)
    result = engine.evaluate(table, TREE, scores=scores, plan=document(agencies=[leads("science", "x")], edition=OWN))
    area = table["area"][0] if "z" in columns else AREA
    frame = result.by_agency(area)
    assert frame["index_gap"].null_count() == frame.height
    assert all(reason in text for text in frame["reason"])


def test_an_indicator_without_a_highest_score_has_no_part(engine: piikit.Engine) -> None:
    tree = edition(indicator("a", normalise="none"))
    result = engine.evaluate({"area": ["p", "q"], "a": [1, 2]}, tree, plan=document())
    assert "no highest score" in result.by_agency("p")["reason"][0]
    unit = edition(indicator("a", normalise="none", unit="points_0_10"))
    result = engine.evaluate({"area": ["p", "q"], "a": [1, 2]}, unit, plan=document())
    assert result.by_agency("p")["index_gap"].to_list() == [9]


def test_an_area_without_a_gap_has_parts_of_0_and_no_shares(engine: piikit.Engine) -> None:
    result = engine.evaluate({"area": ["p", "q"], "a": [1, 2]}, edition(indicator("a")), plan=document())
    assert result.by_agency("q").select("index_gap", "index_gap_share").row(0) == (0, None)


# -- changes and targets -----------------------------------------------------------------------------------------


def published(engine: piikit.Engine, year: str, score: float, rank: int, **more: Any) -> piikit.Result:
    scores = [{"area": "Bắc Giang", "code": "1", "score": score, "rank": rank}]
    return engine.evaluate(None, f"pii-{year}", scores=scores, **more)


def test_change_and_gap_to_target(engine: piikit.Engine) -> None:
    targets = [
        {
            "id": "t",
            "node": "1",
            "conditions": [
                {"metric": "score", "is": "above", "value": 67.23},
                {"metric": "rank", "is": "at_most", "value": 5},
            ],
        }
    ]
    plan = document(agencies=[leads("a", "1")]) | {"targets": targets}
    result = published(engine, "2024", 66, 7, plan=plan, baseline=published(engine, "2023", 67.23, 4))
    row = result.by_agency().filter(agency="a", code="1").row(0, named=True)
    assert (row["score_change"], row["places"]) == (pytest.approx(-1.23), -3)
    assert (row["targets"], row["gap_to_target"], row["rank_gap_to_target"]) == (["t"], pytest.approx(1.23), 2)
    assert (row["score"], row["rank"], row["n_ranked"]) == (66, 7, 63)


def test_an_area_of_another_list_must_be_named(engine: piikit.Engine) -> None:
    plan = document(agencies=[leads("a", "1")])
    scores = [{"area": "Bắc Ninh", "code": "1", "score": 50}]
    result = engine.evaluate(None, "pii-2025", scores=scores, plan=plan, baseline=published(engine, "2024", 66, 7))
    with pytest.raises(piikit.UsageError, match="Bắc Ninh"):
        result.by_agency()
    row = result.by_agency("Bắc Ninh").filter(code="1").row(0, named=True)
    # 24 is Bắc Giang in one list and Bắc Ninh in the other: there is no change to speak of.
    assert (row["score"], row["score_change"]) == (50, None)


def test_columns_are_the_same_with_and_without_a_plan(engine: piikit.Engine) -> None:
    bare = engine.evaluate(data(), TREE)
    full = evaluated(engine, leads("a", "x"))
    for one, area in ((bare, None), (full, AREA)):
        assert one.by_agency(area).schema == SCHEMA
        assert one.by_agency(area, summarise=True).schema == SUMMARY


def test_the_summary_counts_tasks_on_the_day(engine: piikit.Engine) -> None:
    plan = document(
        {"id": "t", "due": "2024-06", "lead": "a"},
        {"id": "u", "lead": "a", "due": "2025"},
        agencies=[
            leads("a", "x", until="2025-01-01", successor_id="b"),
            leads("b", "y"),
        ],
        edition=OWN,
    )
    result = engine.evaluate(data(), TREE, plan=plan)
    columns = ("agency", "indicators", "scored", "tasks", "on_time", "late", "done")
    assert result.by_agency(AREA, summarise=True, on="2024-07-01").select(columns).rows() == [
        ("a", 1, 1, 2, 1, 1, 0),
        ("b", 1, 1, 0, 0, 0, 0),
        ("nobody", 1, 1, 0, 0, 0, 0),
    ]
    progress = [{"task": "t", "done": "2024-06-30", "evidence": "1/BC"}]
    after = result.by_agency(AREA, summarise=True, on="2025-01-01", progress=progress)
    assert after.select(columns).rows() == [("b", 2, 2, 2, 1, 0, 1), ("nobody", 1, 1, 0, 0, 0, 0)]
