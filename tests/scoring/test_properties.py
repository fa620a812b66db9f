"""What must hold for every edition and every table."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import piikit
from strategies import Drawn, Json, Key, drawn, edition_document, tables

FIGURES = ["area", "period", "code", "score", "rank"]


def figures(result: piikit.Result) -> pl.DataFrame:
    return result.scores.select(FIGURES)


def identical(left: pl.DataFrame, right: pl.DataFrame) -> None:
    """Equal to the last bit, whatever the order of rows."""
    keys = ["period", "area", "code"]
    assert_frame_equal(left.sort(keys), right.sort(keys), check_exact=True)


def score_of(result: piikit.Result, key: Key) -> dict[str, float | None]:
    rows = result.scores.filter((pl.col("area") == key[0]) & (pl.col("period") == key[1]))
    return dict(zip(rows["code"], rows["score"], strict=True))


# -- the same to the last bit ------------------------------------------------------------------------------------


@given(case=drawn(cohorts=["period"]), data=st.data())
def test_a_year_alone_scores_as_among_other_years(case: Drawn, data: st.DataObject, engine: piikit.Engine) -> None:
    period = data.draw(st.sampled_from(sorted({period for _, period in case.values})))
    together = figures(engine.evaluate(case.table(), case.document)).filter(pl.col("period") == period)
    alone = engine.evaluate(case.table([key for key in case.values if key[1] == period]), case.document)
    identical(together, figures(alone))


@given(case=drawn(), data=st.data())
def test_the_order_of_rows_changes_nothing(case: Drawn, data: st.DataObject, engine: piikit.Engine) -> None:
    shuffled = data.draw(st.permutations(list(case.values)))
    identical(
        figures(engine.evaluate(case.table(), case.document)),
        figures(engine.evaluate(case.table(shuffled), case.document)),
    )


@given(values=st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=30), data=st.data())
def test_any_finite_values_score_the_same_alone_and_among_others(
    values: list[float], data: st.DataObject, engine: piikit.Engine
) -> None:
    document = one_indicator()
    other = data.draw(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=5))
    mine = pl.DataFrame({"area": [f"A{n}" for n in range(len(values))], "period": "2021", "x": values})
    theirs = pl.DataFrame({"area": [f"A{n}" for n in range(len(other))], "period": "2020", "x": other})
    order = data.draw(st.permutations(range(len(values))))
    alone = figures(engine.evaluate(mine, document))
    among = figures(engine.evaluate(pl.concat([mine[order], theirs]), document))
    identical(alone, among.filter(pl.col("period") == "2021"))


@given(case=drawn(), data=st.data())
def test_permuting_areas_permutes_results(case: Drawn, data: st.DataObject, engine: piikit.Engine) -> None:
    areas = sorted({area for area, _ in case.values})
    other = dict(zip(areas, data.draw(st.permutations(areas)), strict=True))
    permuted = Drawn(
        document=case.document, values={(other[area], period): row for (area, period), row in case.values.items()}
    )
    renamed = figures(engine.evaluate(case.table(), case.document)).with_columns(pl.col("area").replace_strict(other))
    identical(renamed, figures(engine.evaluate(permuted.table(), case.document)))


# -- better is never worse ---------------------------------------------------------------------------------------


@given(case=drawn(), data=st.data())
def test_improving_an_indicator_lowers_neither_its_score_nor_any_above(
    case: Drawn, data: st.DataObject, engine: piikit.Engine
) -> None:
    nodes = {node["code"]: node for node in case.document["nodes"]}
    places = [(key, code) for key, row in case.values.items() for code in row if row[code] is not None]
    assume(places)
    key, code = data.draw(st.sampled_from(places))
    step = data.draw(st.integers(1, 400)) / 10
    better = {other: dict(row) for other, row in case.values.items()}
    better[key][code] += -step if nodes[code]["direction"] == "lower" else step
    improved = Drawn(document=case.document, values=better)
    before = score_of(engine.evaluate(case.table(), case.document), key)
    after = score_of(engine.evaluate(improved.table(), case.document), key)
    # A column that becomes constant has no scores at all; then nothing can be said.
    assume(before[code] is None or after[code] is not None)
    at: str | None = code
    while at is not None:
        # What had no score before (a negative child of a geometric mean) may get any.
        if before[at] is not None and before[code] is not None:
            assert after[at] is not None, at
            assert after[at] >= before[at] - 1e-9, at
        at = nodes[at].get("parent")


# -- the ends ----------------------------------------------------------------------------------------------------


def one_indicator(direction: str = "higher", **node: Any) -> Json:
    return edition_document(
        [
            {"code": "I", "level": "index"},
            {"code": "x", "parent": "I", "level": "indicator", "direction": direction, **node},
        ]
    )


@given(
    values=st.lists(st.none() | st.floats(-1e300, 1e300), min_size=2, max_size=40),
    direction=st.sampled_from(["higher", "lower"]),
    ends=st.sampled_from([(0, 100), (1, 10), (0, 1)]),
)
def test_the_best_scores_exactly_the_top_the_worst_exactly_the_bottom(
    values: list[float | None], direction: str, ends: tuple[float, float], engine: piikit.Engine
) -> None:
    present = [value for value in values if value is not None]
    assume(len(set(present)) > 1)
    # Values so close that no line fits between them have no score, as constant ones have none.
    assume(max(present) - min(present) > 1e-290)
    document = one_indicator(direction, normalise={"method": "min_max", "lower": ends[0], "upper": ends[1]})
    table = pl.DataFrame(
        {"area": [f"A{n}" for n in range(len(values))], "x": values}, schema_overrides={"x": pl.Float64}
    )
    scores = engine.evaluate(table, document).table("score")["x"].to_list()
    best, worst = (max(present), min(present)) if direction == "higher" else (min(present), max(present))
    assert [score for score, value in zip(scores, values, strict=True) if value == best] == [ends[1]] * values.count(
        best
    )
    assert [score for score, value in zip(scores, values, strict=True) if value == worst] == [ends[0]] * values.count(
        worst
    )
    assert all(ends[0] <= score <= ends[1] for score in scores if score is not None)
    assert [score is None for score in scores] == [value is None for value in values]


@pytest.mark.parametrize(
    "values", [[0.0, 5e-324, 1e-323], [0.0, 1e-308, 2e-308], [-1e308, 0.0, 1e308], [-1.7e308, 1.7e308]]
)
def test_values_at_the_edge_of_floating_point_give_a_sound_score_or_none(
    values: list[float], engine: piikit.Engine
) -> None:
    table = pl.DataFrame({"area": [f"A{n}" for n in range(len(values))], "x": values})
    scores = engine.evaluate(table, one_indicator()).table("score")["x"].to_list()
    assert all(score is None or 0 <= score <= 100 for score in scores)


# -- explanations ------------------------------------------------------------------------------------------------


@given(case=drawn(aggregates=["mean", "sum", "mean", "geometric_mean"], n_periods=1))
def test_contributions_add_up_to_the_score(case: Drawn, engine: piikit.Engine) -> None:
    result = engine.evaluate(case.table(), case.document)
    area, period = next(iter(case.values))
    for code, node in result.edition.nodes.items():
        told = result.explain(area, code, period)
        if not node.children or told.score is None:
            continue
        added = [part.contribution for part in told.parts if part.contribution is not None]
        if told.method == "geometric_mean":
            assert added == []
        else:
            assert sum(added) == pytest.approx(told.score, rel=1e-12, abs=1e-9)


# -- ranks -------------------------------------------------------------------------------------------------------


@given(
    case=drawn(normalises=["min_max"]), scale=st.sampled_from([0.1, 0.5, 3.0, 8.0, 1000.0]), shift=st.integers(-50, 50)
)
def test_min_max_ranks_keep_under_scale_and_shift(case: Drawn, scale: float, shift: int, engine: piikit.Engine) -> None:
    moved = {
        key: {code: None if value is None else value * scale + shift for code, value in row.items()}
        for key, row in case.values.items()
    }
    identical(
        figures(engine.evaluate(case.table(), case.document)).drop("score"),
        figures(engine.evaluate(Drawn(document=case.document, values=moved).table(), case.document)).drop("score"),
    )


@given(case=drawn())
def test_a_rank_stands_beside_a_score_and_nowhere_else(case: Drawn, engine: piikit.Engine) -> None:
    result = engine.evaluate(case.table(), case.document)
    listed = len(case.document.get("areas", []))
    for (period,), rows in result.scores.group_by("period"):
        complete = not listed or rows["area"].n_unique() == listed
        ranked = rows["rank"].is_not_null()
        assert (ranked == (rows["score"].is_not_null() if complete else False)).all(), period
        assert (rows.filter(ranked)["rank"] <= rows.filter(ranked)["n_ranked"]).all()


# -- findings ----------------------------------------------------------------------------------------------------

BAD_CELLS = ("many", "NaN", "inf", "-inf", "12..5")


@given(data=st.data())
def test_keep_equals_the_same_data_without_what_is_wrong(data: st.DataObject, engine: piikit.Engine) -> None:
    areas = [f"A{n}" for n in range(5)]
    codes = ["x", "y", "z"]
    document = edition_document(
        [
            {"code": "I", "level": "index"},
            *(
                {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "unit": u}
                for c, u in zip(codes, ["none", "points_0_10", "points_0_100"], strict=True)
            ),
        ],
        areas=[{"code": area, "name": area} for area in areas],
    )
    tenths = st.integers(0, 10).map(lambda n: n / 10)
    values = data.draw(tables(codes, areas=areas, periods=["2021"], nulls=False, holes=False, numbers=tenths))
    wrong = data.draw(st.lists(st.tuples(st.sampled_from(areas), st.sampled_from(codes)), max_size=4, unique=True))
    twice = data.draw(st.sampled_from([None, *areas]))
    stranger = data.draw(st.booleans())
    sound: dict[Key, dict[str, float | None]] = {
        (area, period): {code: None if (area, code) in wrong else value for code, value in row.items()}
        for (area, period), row in values.items()
        if area != twice
    }
    rows = [
        {"area": area, "period": period, **{c: str(v) for c, v in row.items()}}
        for (area, period), row in values.items()
    ]
    for area, code in wrong:
        out_of_range = ["-0.5", "101"] if code != "x" else []
        rows[areas.index(area)][code] = data.draw(st.sampled_from([*BAD_CELLS, *out_of_range]))
    rows += [dict(rows[areas.index(twice)])] if twice else []
    rows += [{**rows[0], "area": "Nowhere"}] if stranger else []
    dirty = pl.DataFrame(data.draw(st.permutations(rows)))
    clean = Drawn(document=document, values=sound).table()
    kept = engine.evaluate(dirty, document, on_findings="keep")
    identical(figures(kept), figures(engine.evaluate(clean, document)))
    if wrong or twice or stranger:
        with pytest.raises(piikit.InputError):
            engine.evaluate(dirty, document)
