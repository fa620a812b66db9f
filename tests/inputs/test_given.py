"""Published scores, ranks and bounds beside the data."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator


def scores_of(result: piikit.Result, code: str) -> list[float | None]:
    return result.table("score")[code].to_list()


def test_a_given_node_feeds_the_nodes_above_it_alone(engine: piikit.Engine) -> None:
    plain = engine.evaluate(data(), TREE)
    given = engine.evaluate(data(), TREE, scores=[{"area": "Quý", "code": "g", "score": 80}])
    assert scores_of(given, "g") == [50.0, 80.0, 50.0]
    assert scores_of(given, "I")[1] == pytest.approx((80 + 3 * 100) / 4)
    for code in "xyzh":
        assert scores_of(given, code) == scores_of(plain, code)


def test_a_given_node_counts_as_fully_covered_and_as_published(engine: piikit.Engine) -> None:
    result = engine.evaluate(
        data(x=[0, None, 1], y=[1, None, 2]), TREE, scores=[{"area": "q", "code": "g", "score": 80}]
    )
    assert result.table("coverage")["g"].to_list() == [1.0, 1.0, 1.0]
    told = result.explain("q", "g")
    assert (told.score_source, told.missing) == ("given", ("x", "y"))
    assert {part.contribution for part in told.parts} == {None}
    assert result.explain("q", "x").contribution_reason == "published"


def test_a_given_score_of_an_indicator_leaves_its_value_and_bounds(engine: piikit.Engine) -> None:
    result = engine.evaluate(data(), TREE, scores=[{"area": "p", "code": "x", "score": 33}])
    row = result.scores.filter((pl.col("area") == "p") & (pl.col("code") == "x")).row(0, named=True)
    assert (row["value"], row["score"]) == (0.0, 33.0)
    assert result.bounds.filter(pl.col("code") == "x").select("lower", "upper").row(0) == (0.0, 10.0)


def test_published_figures_of_few_areas_stay_with_those_areas(engine: piikit.Engine) -> None:
    # As many rows of scores as areas of the data, in an edition that takes areas as they come.
    document = edition(indicator("x"))
    table = {"area": ["a", "b", "c", "d"], "x": [1, 2, 3, 4]}
    scores = [{"area": area, "code": code, "rank": 7} for area in "ab" for code in ("I", "x")]
    result = engine.evaluate(table, document, scores=scores)
    published = result.scores.filter(pl.col("rank") == 7)
    assert published.select("area", "code").rows() == [("a", "I"), ("a", "x"), ("b", "I"), ("b", "x")]


def test_a_given_rank_leaves_the_computed_score(engine: piikit.Engine) -> None:
    plain = engine.evaluate(data(), TREE)
    given = engine.evaluate(data(), TREE, scores=[{"area": "r", "code": "I", "rank": 3}])
    assert given.table("rank")["I"].to_list() == [*plain.table("rank")["I"].to_list()[:2], 3]
    assert given.table("score").equals(plain.table("score"))


def test_scores_and_ranks_written_as_text_are_numbers(engine: piikit.Engine) -> None:
    result = engine.evaluate(None, TREE, scores=[{"area": "p", "code": "I", "score": "40.5", "rank": "2"}])
    assert result.scores.filter(pl.col("code") == "I").select("score", "rank").rows() == [(40.5, 2)]


@pytest.mark.parametrize(
    ("scores", "codes"),
    [
        ([{"area": "Nowhere", "code": "I", "score": 1}], ["unknown_area"]),
        ([{"area": "p", "code": "J", "score": 1}], ["unknown_code"]),
        ([{"area": "p", "code": "I", "score": "many"}], ["not_a_number"]),
        ([{"area": "p", "code": "I", "score": "inf"}], ["not_finite"]),
        ([{"area": "p", "code": "I", "rank": -1}], ["bad_rank"]),
        ([{"area": "p", "code": "I", "rank": 4}], ["bad_rank"]),
        ([{"code": "I", "score": 1}], ["missing_key"]),
        ([{"area": "p", "code": "I", "score": 1}] * 2, ["duplicate_key"]),
        ([{"area": None, "code": "I", "score": 1}], ["no_area"]),
    ],
)
def test_faulty_scores_are_errors(scores: Any, codes: list[str], engine: piikit.Engine) -> None:
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(data(), TREE, scores=scores)
    assert caught.value.findings["code"].to_list() == codes


def test_bounds_hold_for_their_period(engine: piikit.Engine) -> None:
    table = pl.concat([data().with_columns(period=pl.lit(year)) for year in ("2023", "2024")])
    bounds = [{"code": "x", "lower": 0, "upper": 20, "period": "2023"}]
    result = engine.evaluate(table, TREE, bounds=bounds)
    assert scores_of(result, "x") == [0.0, 25.0, 50.0, 0.0, 50.0, 100.0]
    shown = result.bounds.filter(pl.col("code") == "x").select("period", "upper", "source").rows()
    assert shown == [("2023", 20.0, "given"), ("2024", 10.0, "cohort")]


def test_one_given_end_leaves_the_other_to_the_areas(engine: piikit.Engine) -> None:
    result = engine.evaluate(data(), TREE, bounds=[{"code": "x", "lower": -10, "upper": None}])
    assert scores_of(result, "x") == [50.0, 75.0, 100.0]


@pytest.mark.parametrize("lower", [10, 12])
def test_a_given_end_beyond_the_areas_own_other_end_gives_no_score(lower: float, engine: piikit.Engine) -> None:
    result = engine.evaluate(data(), TREE, bounds=[{"code": "x", "lower": lower, "upper": None}])
    assert scores_of(result, "x") == [None, None, None]
    assert result.findings.filter(pl.col("column") == "x")["code"].to_list() == ["crossed_bounds"]


@pytest.mark.parametrize(
    ("bounds", "codes"),
    [
        ([{"code": "x", "lower": 2, "upper": 2}], ["crossed_bounds"]),
        ([{"code": "j", "lower": 1, "upper": 2}], ["unknown_code"]),
        ([{"code": "x", "lower": "low", "upper": 2}], ["not_a_number"]),
        ([{"code": "x", "upper": 2}], ["missing_key"]),
        ([{"code": "x", "lower": 1, "upper": 2}] * 2, ["duplicate_key"]),
    ],
)
def test_faulty_bounds_are_errors(bounds: Any, codes: list[str], engine: piikit.Engine) -> None:
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(data(), TREE, bounds=bounds)
    assert caught.value.findings["code"].to_list() == codes
