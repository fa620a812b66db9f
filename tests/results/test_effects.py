"""Effects between two results: one test a factor, a case worked out by hand, and properties on drawn editions."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import attrs
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from documents import TREE, data, edition, indicator
from piikit.result import frames_of
from piikit.results.comparison import Pick, effects
from piikit.results.comparison.effects import shapley
from strategies import Drawn, documents, drawn, tables

FACTORS = ["data", "coverage", "areas", "weights", "methods"]
FREE = {key: value for key, value in TREE.items() if key not in {"areas", "groups"}}
"""The small tree, areas as they come."""


def changed(document: dict[str, Any], code: str, **more: Any) -> dict[str, Any]:
    nodes = [{**node, **more} if node["code"] == code else node for node in document["nodes"]]
    return {**document, "nodes": nodes}


def figures(frame: pl.DataFrame, code: str, area: str) -> dict[str, Any]:
    return frame.row(by_predicate=(pl.col("code") == code) & (pl.col("area") == area), named=True)


def moved(frame: pl.DataFrame) -> set[str]:
    """The factors with an effect on anything."""
    return {name for name in FACTORS if (frame[name].abs() > 1e-12).any()}


def added_up(frame: pl.DataFrame) -> None:
    sound = frame.filter(pl.col("reason_code").is_null())
    sums = sound.select(total=pl.sum_horizontal(FACTORS), difference="difference")
    off = (sums["total"] - sums["difference"]).abs() / sums["difference"].abs().clip(1.0)
    assert off.is_empty() or (off.max() or 0.0) <= 1e-9
    assert sound.select(pl.any_horizontal(pl.col(*FACTORS, "difference").is_null()).any()).item() in (False, None)
    assert frame.filter(pl.col("reason_code").is_not_null()).select(pl.col(FACTORS).is_null().all()).row(0) in (
        (True,) * 5,
        (None,) * 5,
    )


# -- one factor at a time ----------------------------------------------------------------------------------------


def test_a_result_beside_itself_has_no_effects(engine: piikit.Engine) -> None:
    result = engine.evaluate(data(), TREE)
    frame = result.effects(result)
    assert frame.height == 3 * 6
    assert frame.select(pl.all_horizontal(pl.col(*FACTORS, "difference") == 0).all()).item()


@pytest.mark.parametrize(
    ("factor", "table", "document"),
    [
        ("data", data(x=[0.0, 7.0, 10.0]), FREE),
        ("coverage", data(x=[0.0, 5.0, None]), FREE),
        ("areas", pl.concat([data(), data().head(1).with_columns(area=pl.lit("s"), x=pl.lit(20.0))]), FREE),
        ("weights", data(), changed(FREE, "x", weight=3)),
        ("methods", data(), changed(FREE, "g", aggregate="geometric_mean")),
        ("methods", data(), changed(FREE, "y", direction="higher")),
        ("methods", data(), {**FREE, "nodes": [*FREE["nodes"], indicator("w", "h")]}),
    ],
    ids=["data", "coverage", "areas", "weights", "aggregate", "direction", "tree"],
)
def test_a_change_of_one_factor_is_its_effect_alone(
    factor: str, table: pl.DataFrame, document: Any, engine: piikit.Engine
) -> None:
    table = table.with_columns(w=pl.lit(1.0) * pl.col("z") ** 2)
    frame = engine.evaluate(table, document, on_findings="keep").effects(
        engine.evaluate(data(), FREE, on_findings="keep")
    )
    assert moved(frame) == {factor}
    added_up(frame)


def test_published_scores_and_bounds_are_data(engine: piikit.Engine) -> None:
    plain = engine.evaluate(data(), TREE)
    scored = engine.evaluate(data(), TREE, scores=[{"area": "q", "code": "g", "score": 90}])
    bounded = engine.evaluate(data(), TREE, bounds=[{"code": "x", "lower": -10, "upper": 20}])
    for result in (scored, bounded):
        frame = result.effects(plain)
        assert moved(frame) == {"data"}
        added_up(frame)
        assert frame["reason_code"].null_count() == frame.height


def test_a_published_figure_where_the_other_knows_nothing_is_coverage(engine: piikit.Engine) -> None:
    half = data(x=[0.0, None, 10.0], y=[1.0, None, 3.0])
    scored = engine.evaluate(half, TREE, scores=[{"area": "q", "code": "g", "score": 90}])
    frame = scored.effects(engine.evaluate(half, TREE))
    assert moved(frame) == {"coverage"}
    assert figures(frame, "I", "q")["coverage"] == pytest.approx((90 + 300) / 4 - 100)


# -- worked out by hand ------------------------------------------------------------------------------------------


def test_two_factors_share_what_they_do_together(engine: piikit.Engine) -> None:
    # I is the mean of two indicators without normalisation. For area p:
    #   other: x 10, y 20, weights 1, 1: 15      data alone: x 40, y 20: 30
    #   this:  x 40, y 20, weights 3, 1: 35      weights alone: x 10, y 20, weights 3, 1: 12.5
    # data: ((30 - 15) + (35 - 12.5)) / 2 = 18.75; weights: ((12.5 - 15) + (35 - 30)) / 2 = 1.25; together 20.
    plain = edition(indicator("x"), indicator("y"), defaults={"normalise": "none"})
    before = engine.evaluate({"area": ["p"], "x": [10], "y": [20]}, plain)
    after = engine.evaluate({"area": ["p"], "x": [40], "y": [20]}, changed(plain, "x", weight=3))
    row = figures(after.effects(before), "I", "p")
    assert [row[name] for name in ("difference", *FACTORS)] == pytest.approx([20, 18.75, 0, 0, 1.25, 0])
    # By indicator: x adds 5 before and 30 after, y 10 and 5. Data alone moves x by (15 + 22.5) / 2, y by nothing.
    parts = after.effects(before, by="indicator")
    columns = ["indicator", "value", "other_value", "difference", "data", "weights"]
    assert parts.select(columns).rows() == [
        ("x", 40, 10, 25, pytest.approx(18.75), pytest.approx(6.25)),
        ("y", 20, 20, -5, 0, pytest.approx(-5)),
    ]


def test_an_area_that_leaves_moves_the_bounds(engine: piikit.Engine) -> None:
    # x of p, q, r is 0, 5, 10; without r q is the best and gains 50 points in x, 25 in g, 6.25 in I; in h (z 2, 8, 4)
    # nothing moves. In y, lower is better, q falls from 50 to 0: the same again, the other way.
    with_r, without = engine.evaluate(data(), FREE), engine.evaluate(data().head(2), FREE)
    frame = without.effects(with_r)
    assert moved(frame) == {"areas"}
    assert [figures(frame, code, "q")["areas"] for code in ("x", "y", "g", "h", "I")] == [50, -50, 0, 0, 0]
    assert set(frame["area"]) == {"p", "q"}


# -- where there is none -----------------------------------------------------------------------------------------


def test_no_score_in_one_result_gives_a_reason(engine: piikit.Engine) -> None:
    before = engine.evaluate(data(z=[2.0, None, 4.0]), TREE)
    row = figures(engine.evaluate(data(), TREE, lang="vi").effects(before), "h", "q")
    assert (row["reason_code"], row["difference"], row["coverage"]) == ("no_score", None, None)
    assert "không có điểm" in row["reason"]


def test_no_score_in_between_gives_a_reason_and_keeps_the_difference(engine: piikit.Engine) -> None:
    # Before, y is missing and the node does without it; after, x is: with neither there is nothing.
    plain = edition(indicator("x"), indicator("y"), defaults={"normalise": "none"})
    other = changed(plain, "I", missing="null")
    before = engine.evaluate({"area": ["p"], "x": [10.0], "y": [None]}, plain)
    after = engine.evaluate({"area": ["p"], "x": [10.0], "y": [30.0]}, other)
    row = figures(after.effects(before), "I", "p")
    assert (row["difference"], row["reason_code"], row["data"]) == (10, "no_score_between", None)


def test_an_indicator_that_means_something_else_has_no_effects() -> None:
    scores = [{"area": "Hà Nội", "code": "2.1.2", "score": 50}]
    before, after = (piikit.evaluate(edition=f"pii-{year}", scores=scores) for year in (2024, 2025))
    row = figures(after.effects(before), "2.1.2", "01")
    assert (row["reason_code"], row["difference"]) == ("other_indicator", None)
    assert "Pupils winning national prizes (pii-2025)" in row["reason"]
    # In the group above, what only one edition has is the framework's.
    row = figures(after.effects(before), "2.1", "01")
    assert row["reason_code"] == "no_score_between" or row["methods"] is not None


def test_a_node_that_does_not_add_up_cannot_be_split_by_indicator(engine: piikit.Engine) -> None:
    document = changed(TREE, "g", aggregate="geometric_mean")
    before, after = engine.evaluate(data(), document), engine.evaluate(data(x=[1.0, 5.0, 9.0]), document)
    assert set(after.effects(before, by="indicator")["reason_code"]) == {"not_additive"}
    assert after.effects(before, by="indicator", code="h")["reason_code"].null_count() == 3


def test_a_scenario_evaluated_otherwise_has_effects_only_with_its_own_edition(engine: piikit.Engine) -> None:
    base, heavier = engine.evaluate(data(), TREE), engine.evaluate(data(), changed(TREE, "x", weight=3))
    wide = pl.concat([frames_of(base).wide, frames_of(heavier).wide.with_columns(scenario=pl.lit("heavier"))])
    both = piikit.Result(frames=attrs.evolve(frames_of(base), wide=wide))
    frame = both.effects(both, scenario="heavier", other_scenario="base", code="g")
    assert frame["reason_code"].to_list() == ["not_reproduced", None, "not_reproduced"]
    assert frame["weights"].to_list() == [None, 0, None]
    side = attrs.evolve(frames_of(both).side(), variants={"heavier": (heavier.edition, frames_of(heavier).inputs)})
    own = effects(side, side, Pick(scenario="heavier", other_scenario="base"), code="g", lang="en")
    assert own.select("weights", "difference").rows() == [(-25, -25), (0, 0), (25, 25)]


def test_the_other_one_must_be_a_result(engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match="not list"):
        engine.evaluate(data(), TREE).effects([])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "pillar"}, "'node', 'indicator'"),
        ({"code": "gg"}, "unknown common node 'gg'"),
        ({"area": "Phu Anh"}, "area"),
        ({"period": "1999"}, "unknown period '1999'"),
        ({"scenario": "bas"}, "did you mean 'base'"),
        ({"other_scenario": "better"}, "unknown other_scenario 'better'"),
    ],
    ids=str,
)
def test_what_is_unknown_is_an_error(wrong: Any, said: str, engine: piikit.Engine) -> None:
    result = engine.evaluate(data(), TREE)
    with pytest.raises(piikit.UsageError, match=said):
        result.effects(result, **wrong)


# -- years, lists of areas ---------------------------------------------------------------------------------------


def two_years() -> pl.DataFrame:
    later = data(x=[0.0, 9.0, 10.0]).with_columns(period=pl.lit("2024"))
    return pl.concat([data().with_columns(period=pl.lit("2023")), later])


def test_two_years_of_one_result(engine: piikit.Engine) -> None:
    result = engine.evaluate(two_years(), TREE)
    frame = result.effects(result, period="2024", other_period="2023", area="q")
    assert moved(frame) == {"data"}
    assert figures(frame, "x", "q")["data"] == pytest.approx(40)
    assert frame.select("period", "other_period").unique().rows() == [("2024", "2023")]


def test_years_of_a_panel_share_their_bounds(engine: piikit.Engine) -> None:
    panel = {**TREE, "defaults": {"cohort": "panel"}}
    before = engine.evaluate(two_years(), panel)
    after = engine.evaluate(two_years().with_columns(x=pl.col("x").replace(9.0, 20.0)), panel)
    frame = after.effects(before)
    added_up(frame)
    assert frame.filter((pl.col("period") == "2023") & (pl.col("code") == "x"))["data"].to_list() == [0, -25, -50]
    with pytest.raises(piikit.UsageError, match="panel"):
        after.effects(after, period="2024", other_period="2023")


def test_effects_cross_the_merger_of_provinces() -> None:
    table = pl.read_csv(piikit.sample(), schema_overrides={"period": pl.String})
    old = piikit.evaluate(table, "pii-2024")
    kept = old.matched_areas(piikit.evaluate(edition="pii-2025", scores=[{"area": "Hà Nội", "code": "1", "score": 1}]))
    assert kept.filter(pl.col("status") == "same")["area_name"].to_list() == ["Hà Nội"]
    names = [area.name for area in piikit.edition("pii-2025").areas.areas]  # type: ignore[union-attr]
    names.append("Thừa Thiên Huế")
    new = piikit.evaluate(table.filter(pl.col("area").is_in(names)), "pii-2025", on_findings="keep")
    frame = new.effects(old)
    assert frame["area"].n_unique() == 11
    assert frame.filter(pl.col("reason_code") == "not_reproduced").is_empty()
    assert {"areas"} <= moved(frame)
    added_up(frame)


def test_five_factors_at_once(engine: piikit.Engine) -> None:
    table = pl.read_csv(piikit.sample(), schema_overrides={"period": pl.String})
    mine = (pl.col("area") == "Bắc Giang") | (pl.col("area") == "Hà Nội")
    other = table.filter(pl.col("area") != "Bình Dương").with_columns(
        hdi=pl.when(mine).then(0.7).otherwise("hdi"), par_index=pl.when(~mine).then("par_index")
    )
    overlay = {
        "id": "other",
        "extends": "pii-2024",
        "title": {"vi": "Khác", "en": "Other"},
        "change": {"1": {"weight": 2}, "2": {"aggregate": "sum"}},
    }
    after, before = engine.evaluate(table, "pii-2024"), engine.evaluate(other, overlay)
    frame = after.effects(before)
    assert moved(frame) == set(FACTORS)
    assert frame.filter(pl.col("reason_code").is_null()).height >= 62 * 78 - 2
    added_up(frame)
    back = before.effects(after)
    for name in ("difference", *FACTORS):
        assert back[name].fill_null(0).to_list() == pytest.approx((-frame[name].fill_null(0)).to_list(), abs=1e-9)
    parts = after.effects(before, by="indicator").group_by("area").agg(pl.col(FACTORS).sum()).sort("area")
    whole = frame.filter(pl.col("code") == "PII").sort("area")
    for name in FACTORS:
        assert parts[name].to_list() == pytest.approx(whole[name].to_list(), abs=1e-9)


def test_the_shapley_value_is_the_mean_over_all_orders() -> None:
    factors = ("a", "b", "c", "d")

    def outcome(taken: frozenset[str]) -> np.ndarray:
        return np.array([[hash_of(taken), len(taken) ** 2]])

    def hash_of(taken: frozenset[str]) -> float:
        return sum((place + 1) ** len(taken) for place, name in enumerate(factors) if name in taken) / 7

    slow = dict.fromkeys(factors, np.zeros((1, 2)))
    orders = list(permutations(factors))
    for order in orders:
        for place, name in enumerate(order):
            step = outcome(frozenset(order[: place + 1])) - outcome(frozenset(order[:place]))
            slow[name] = slow[name] + step / len(orders)
    quick = shapley(factors, outcome)
    for name in factors:
        assert quick[name] == pytest.approx(slow[name])


# -- properties --------------------------------------------------------------------------------------------------


@st.composite
def other_results(draw: st.DrawFn, one: Drawn) -> Drawn:
    """Another edition and table: the same with some changes, or drawn anew; codes and areas overlap."""
    document = draw(st.just(one.document) | documents() | st.just(one.document).map(_reweighted))
    codes = [node["code"] for node in document["nodes"] if node["level"] == "indicator"]
    areas = [f"A{place}" for place in range(draw(st.integers(1, 7)))]
    periods = sorted({period for _, period in one.values})
    return Drawn(document=document, values=draw(tables(codes, areas=areas, periods=periods)))


def _reweighted(document: dict[str, Any]) -> dict[str, Any]:
    nodes = [
        {**node, "weight": place % 3 + 0.5} if "parent" in node else node
        for place, node in enumerate(document["nodes"])
    ]
    return {**document, "nodes": nodes}


@st.composite
def published(draw: st.DrawFn, one: Drawn) -> Any:
    """Scores of some nodes in some rows, or none."""
    rows = draw(
        st.lists(st.tuples(st.sampled_from(list(one.values)), st.sampled_from(one.document["nodes"])), max_size=3)
    )
    unique = {(area, period, node["code"]): draw(st.integers(1, 99)) for (area, period), node in rows}
    return [{"area": a, "period": p, "code": c, "score": float(v)} for (a, p, c), v in unique.items()] or None


@settings(max_examples=30)
@given(st.data())
def test_effects_add_up_in_every_edition(engine: piikit.Engine, draws: st.DataObject) -> None:
    one = draws.draw(drawn(max_indicators=5))
    other = draws.draw(other_results(one))
    after, before = (
        engine.evaluate(each.table(), each.document, scores=draws.draw(published(each)), on_findings="keep")
        for each in (one, other)
    )
    try:
        frame = after.effects(before)
    except piikit.UsageError as error:
        assert "in common" in str(error) or "same unit" in str(error)
        return
    added_up(frame)
    assert "not_reproduced" not in set(frame["reason_code"])
    for code in frame["code"].unique(maintain_order=True)[:1]:
        parts = after.effects(before, by="indicator", code=code)
        sound = parts.filter(pl.col("reason_code").is_null())
        keys = ["area", "period", "code"]
        whole = sound.group_by(keys).agg(pl.col(FACTORS).sum()).join(frame, on=keys, suffix="_whole")
        for name in FACTORS:
            assert whole[name].to_list() == pytest.approx(whole[f"{name}_whole"].to_list(), rel=1e-9, abs=1e-9)
