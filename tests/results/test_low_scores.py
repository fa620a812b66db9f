"""The lowest indicators of an area by each rule, strengths and weaknesses, and nodes followed through the years."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from documents import edition, indicator
from piikit.result import frames_of
from piikit.results.follow import SCHEMA
from strategies import Drawn, drawn

PUBLISHED = edition(*(indicator(code) for code in "abcdef"), areas=[{"code": x, "name": x} for x in "pqrs"])
RULES = ("score", "rank", "median", "mean")


def scored(engine: piikit.Engine, lang: Any = "en", **scores: list[float | None]) -> piikit.Result:
    """Four areas whose indicators have just these scores."""
    rows = [
        {"area": area, "code": code, "score": score}
        for code, column in scores.items()
        for area, score in zip("pqrs", column, strict=True)
    ]
    return engine.evaluate(None, PUBLISHED, scores=rows, lang=lang)


# -- the lowest --------------------------------------------------------------------------------------------------


def test_each_rule_has_its_own_order(engine: piikit.Engine) -> None:
    # Of p: a is its lowest score; b its worst rank; c furthest below the median; d furthest below the mean.
    result = scored(
        engine,
        a=[10, 9, 8, 7],
        b=[20, 21, 22, 23],
        c=[30, 10, 60, 70],
        d=[40, 35, 41, 100],
    )
    first = {rule: result.lowest("p", 1, rule).select("code", "figure").row(0) for rule in RULES}  # type: ignore[arg-type]
    assert first == {"score": ("a", 10), "rank": ("b", 0), "median": ("c", -15), "mean": ("d", -14)}


def test_a_tie_at_the_cut(engine: piikit.Engine) -> None:
    result = scored(engine, a=[1, 2, 3, 4], b=[5, 6, 7, 8], c=[5, 9, 1, 2], d=[5, 1, 2, 3], e=[9, 1, 2, 3])
    codes = {ties: result.lowest("p", 2, ties=ties)["code"].to_list() for ties in ("all", "none", "order")}  # type: ignore[arg-type]
    assert codes == {"all": ["a", "b", "c", "d"], "none": ["a"], "order": ["a", "b"]}
    whole = result.lowest("p", 4)
    assert whole.select("place", "shared").rows() == [(1, False), (2, True), (2, True), (2, True)]
    assert whole["reason"].to_list()[:2] == [
        "place 1 of 5 from below: score 1.0",
        "place 2 of 5 from below: score 5.0; 3 indicators share this place",
    ]


def test_noise_in_the_last_bits_breaks_no_tie(engine: piikit.Engine) -> None:
    result = scored(engine, a=[5, 6, 7, 8], b=[5 + 1e-12, 9, 1, 2])
    assert result.lowest("p", 1)["place"].to_list() == [1, 1]


def test_two_valued_indicators_are_told_and_can_be_left_out(engine: piikit.Engine) -> None:
    result = scored(engine, a=[0, 100, 100, 0], b=[5, 6, 7, 8], c=[0, None, 100, None])
    kept = result.lowest("p", 3)
    assert kept.select("code", "two_valued").rows() == [("a", True), ("c", False), ("b", False)]
    assert kept["reason"][0].endswith("; the areas have only two different scores")
    # Two areas are too few to say that an indicator has only two values.
    assert result.lowest("p", 3, two_valued="exclude")["code"].to_list() == ["c", "b"]


def test_what_has_no_score_has_no_place(engine: piikit.Engine) -> None:
    result = scored(engine, a=[None, 1, 2, 3], b=[5, 6, 7, 8])
    assert result.lowest("p", 9)["code"].to_list() == ["b"]


@pytest.mark.parametrize(
    "wrong", [{"n": 0}, {"n": 1.5}, {"n": True}, {"rule": "value"}, {"ties": "some"}, {"two_valued": "yes"}]
)
def test_a_wrong_choice_is_refused(wrong: dict[str, Any], engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError):
        scored(engine, a=[1, 2, 3, 4]).lowest("p", **wrong)


def test_reasons_are_in_the_readers_language(engine: piikit.Engine) -> None:
    result = scored(engine, "vi", a=[1.5, 2, 3, 4])
    assert result.lowest("p", 1)["reason"].to_list() == ["thứ 1 từ dưới lên trong 1 chỉ số: điểm 1,5"]


@settings(max_examples=40)
@given(drawn(n_periods=1, max_indicators=10), st.integers(1, 6), st.sampled_from(RULES))
def test_the_lowest_are_a_lower_set(engine: piikit.Engine, it: Drawn, n: int, rule: Any) -> None:
    result = engine.evaluate(it.table(), it.document, on_findings="keep")
    if frames_of(result).wide.is_empty():
        return
    area = frames_of(result).wide["area"][0]
    every = result.lowest(area, 99, rule)
    kept = {ties: result.lowest(area, n, rule, ties=ties) for ties in ("none", "order", "all")}  # type: ignore[arg-type]
    assert kept["none"].height <= kept["order"].height == min(n, every.height) <= kept["all"].height
    assert every["figure"].is_sorted()
    for found in kept.values():
        assert found["code"].to_list() == every["code"].to_list()[: found.height]
    left = every.filter(~pl.col("code").is_in(kept["all"]["code"].implode()))
    assert left.is_empty() or left["figure"].min() > kept["all"]["figure"].max()  # type: ignore[operator]
    for row in every.iter_rows(named=True):
        assert row["place"] == 1 + every.filter(pl.col("figure") < row["figure"]).height
        assert row["shared"] == (every.filter(pl.col("figure") == row["figure"]).height > 1)


# -- strengths and weaknesses ------------------------------------------------------------------------------------


def test_a_tie_across_the_middle_is_neither(engine: piikit.Engine) -> None:
    # p is first on a, last on d, and second of four on b and c.
    result = scored(engine, a=[9, 1, 2, 3], b=[5, 9, 2, 1], c=[5, 9, 2, 1], d=[0, 1, 2, 3])
    assert result.strengths("p", 2)["code"].to_list() == ["a"]
    assert result.weaknesses("p", 2)["code"].to_list() == ["d"]


def test_all_of_a_tie_at_the_cut_are_strengths(engine: piikit.Engine) -> None:
    result = scored(engine, a=[9, 1, 2, 3], b=[8, 1, 2, 3], c=[5, 9, 2, 1], d=[0, 1, 2, 3], e=[0, 1, 2, 3])
    assert result.strengths("p", 1)["code"].to_list() == ["a", "b"]
    assert (
        result.strengths("p", 1)["reason"].to_list()
        == ["place 1 of 5 from above: rank 1 of 4; 2 indicators share this place"] * 2
    )


def test_a_yes_that_many_say_is_no_strength_unless_asked_for(engine: piikit.Engine) -> None:
    result = scored(engine, a=[100, 100, 100, 0], b=[9, 1, 2, 3], c=[1, 9, 2, 3], d=[1, 2, 3, 4])
    assert result.strengths("p", 2)["code"].to_list() == ["b"]
    assert result.strengths("p", 2, two_valued="include")["code"].to_list() == ["a", "b"]


@settings(max_examples=60)
@given(drawn(n_periods=1, max_indicators=10), st.integers(1, 6), st.sampled_from(["include", "exclude"]))
def test_no_indicator_is_both(engine: piikit.Engine, it: Drawn, n: int, two_valued: Any) -> None:
    result = engine.evaluate(it.table(), it.document, on_findings="keep")
    for area in frames_of(result).wide["area"].unique():
        high = result.strengths(area, n, two_valued=two_valued)
        low = result.weaknesses(area, n, two_valued=two_valued)
        assert set(high["code"]) & set(low["code"]) == set()
        if high.height and low.height:
            assert low["figure"].max() < high["figure"].min()  # type: ignore[operator]


# -- followed ----------------------------------------------------------------------------------------------------


def year(engine: piikit.Engine, year: str, area: str, **scores: float) -> piikit.Result:
    rows = [{"area": area, "code": code.removeprefix("n").replace("_", "."), "score": s} for code, s in scores.items()]
    return engine.evaluate(None, f"pii-{year}", scores=rows)


def test_changes_are_since_the_first_and_in_the_order_of_the_periods(engine: piikit.Engine) -> None:
    before, after = (year(engine, y, "Bắc Giang", PII=s, n1=s) for y, s in (("2023", 46.0), ("2024", 48.5)))
    frame = before.follow(["PII", "1"], "bac giang", [after])
    assert frame.schema == SCHEMA
    assert frame.select("period", "code", "score", "score_change", "note").rows() == [
        ("2023", "PII", 46.0, 0.0, None),
        ("2023", "1", 46.0, 0.0, None),
        ("2024", "PII", 48.5, 2.5, None),
        ("2024", "1", 48.5, 2.5, None),
    ]
    assert after.follow(["PII", "1"], "24", others=[before]).equals(frame)


def test_another_definition_has_no_change_and_the_note_says_why(engine: piikit.Engine) -> None:
    # 2.1.2 is another indicator in 2025.
    before, after = year(engine, "2024", "Hà Nội", n2_1_2=40), year(engine, "2025", "Hà Nội", n2_1_2=50)
    frame = after.follow("2.1.2", "Hà Nội", [before])
    assert frame["score_change"].to_list() == [0, None]
    assert frame["note"][1] == "not comparable with 2024: the definition differs from that of pii-2024"


def test_another_number_of_areas_and_other_land_are_noted(engine: piikit.Engine) -> None:
    results = [
        engine.evaluate(None, f"pii-{y}", scores=[{"area": "Bắc Ninh", "code": "7", "score": 48, "rank": rank}])
        for y, rank in (("2024", 9), ("2025", 6))
    ]
    row = results[-1].follow("7", "Bắc Ninh", results[:-1]).row(1, named=True)
    assert (row["places"], row["n_ranked"]) == (3, 34)
    assert row["note"] == "Bắc Ninh has taken in others since 2024; rank among 34 areas, among 63 in 2024"


def test_an_area_that_ended_has_no_figures_but_a_note(engine: piikit.Engine) -> None:
    results = [year(engine, "2024", "Bắc Giang", PII=48), year(engine, "2025", "Bắc Ninh", PII=50)]
    row = results[-1].follow("PII", "Bắc Giang", results[:-1]).row(1, named=True)
    assert (row["area"], row["score"], row["score_change"]) == (None, None, None)
    assert row["note"] == "Bắc Giang is no area of pii-2025: it became part of Bắc Ninh"


def test_periods_of_one_result_are_followed(engine: piikit.Engine) -> None:
    table = {"area": ["p", "q"] * 2, "period": ["2022"] * 2 + ["2021"] * 2, "a": [1, 2, 2, 1], "b": [1, 2, None, 1]}
    result = engine.evaluate(table, edition(indicator("a"), indicator("b")))
    frame = result.follow(["a", "b"], "p")
    assert frame.select("period", "code", "rank", "places").rows() == [
        ("2021", "a", 1, 0),
        ("2021", "b", None, None),
        ("2022", "a", 2, -1),
        ("2022", "b", 2, 0),
    ]


def test_a_wrong_call_is_refused(engine: piikit.Engine) -> None:
    result = year(engine, "2024", "Bắc Giang", PII=48)
    for area, codes, said in (("Bắc Gian", "PII", "unknown area"), ("Bắc Giang", ["PPI"], "did you mean 'PII'")):
        with pytest.raises(piikit.UsageError, match=said):
            result.follow(codes, area)
