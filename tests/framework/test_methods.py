"""What must hold for every method of normalisation and aggregation, and where each differs from the others."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import piikit
import reference
from agreement import disagreements
from piikit.framework.methods import BUILT_IN
from strategies import ALL_AGGREGATES, ALL_NORMALISES, Drawn, Json, drawn, edition_document

NORMALISE: dict[str, Any] = {
    "min_max": "min_max",
    "goalposts": {"method": "goalposts", "lower": -5, "upper": 8},
    "none": "none",
    "z_score": "z_score",
    "rank": "rank",
    "borda": "borda",
    "percentile_rank": "percentile_rank",
    "fraction_of_max": "fraction_of_max",
    "distance_to_max": "distance_to_max",
    "distance_to_reference": {"method": "distance_to_reference", "reference": "A0"},
    "distance_to_target": {"method": "distance_to_target", "target": 9},
    "two_sides": {"method": "distance_to_target", "target": [-1, 3]},
}
AGGREGATE: dict[str, Any] = {
    **{name: name for name in ALL_AGGREGATES if name != "power_mean"},
    "power_mean": {"method": "power_mean", "p": 3},
    "power_mean_down": {"method": "power_mean", "p": -2},
}
MEANS = ["mean", "geometric_mean", "harmonic_mean", "power_mean", "power_mean_down", "median", "min", "max"]
WHOLE = settings(max_examples=25)


def one(method: Any, direction: str = "higher", **more: Any) -> Json:
    node = {"code": "x", "parent": "I", "level": "indicator", "direction": direction, "normalise": method}
    return edition_document([{"code": "I", "level": "index"}, node], **more)


def leaf(code: str, method: Any) -> Json:
    return {"code": code, "parent": "I", "level": "indicator", "direction": "higher", "normalise": method}


def scores(engine: piikit.Engine, values: list[float | None], method: Any, direction: str = "higher") -> list[Any]:
    data = pl.DataFrame(
        {"area": [f"A{n}" for n in range(len(values))], "x": values}, schema_overrides={"x": pl.Float64}
    )
    return engine.evaluate(data, one(method, direction)).table("score", "indicator")["x"].to_list()


def node_scores(engine: piikit.Engine, rows: list[list[float | None]], method: Any, weights: Any = None) -> list[Any]:
    codes = [f"c{n}" for n in range(len(rows[0]))]
    nodes: list[Json] = [{"code": "I", "level": "index", "aggregate": method}]
    nodes += [
        {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "normalise": "none", "weight": w}
        for c, w in zip(codes, weights or [1] * len(codes), strict=True)
    ]
    data = pl.DataFrame(rows, schema=dict.fromkeys(codes, pl.Float64), orient="row")
    data = data.with_columns(pl.Series("area", [f"A{n}" for n in range(len(rows))]))
    return engine.evaluate(data, edition_document(nodes)).table("score", "index")["I"].to_list()


def test_every_method_of_the_contract_is_there():
    names = {(method.kind, method.name) for method in BUILT_IN}
    assert {("normalise", name) for name in ALL_NORMALISES} | {("aggregate", name) for name in ALL_AGGREGATES} <= names


# -- against the slow reference, and the same to the last bit ----------------------------------------------------


@st.composite
def any_drawn(draw: st.DrawFn, **options: Any) -> Drawn:
    """An edition with any methods; some of its nodes have another for a group of areas."""
    case = draw(drawn(aggregates=ALL_AGGREGATES, normalises=ALL_NORMALISES, **options))
    document = json.loads(json.dumps(case.document))
    document["groups"] = {
        "some": {"name": {"vi": "một số", "en": "some"}, "areas": ["A0", "A2"]},
        "others": {"name": {"vi": "khác", "en": "others"}, "areas": ["A1", "A2"]},
    }
    document.pop("areas", None)
    for node in document["nodes"]:
        step = "normalise" if node["level"] == "indicator" else "aggregate"
        named = node.get(step)
        if named is not None and named != "copeland" and draw(st.integers(0, 3)) == 0:
            named = {"method": named} if isinstance(named, str) else named
            other = ["rank", "min_max"] if step == "normalise" else ["min", "median"]
            node[step] = {**named, "groups": dict(zip(["some", "others"], other, strict=True))}
    return attrs.evolve(case, document=document)


@WHOLE
@given(case=any_drawn())
def test_drawn_editions_agree_with_the_reference(case: Drawn, engine: piikit.Engine) -> None:
    result = engine.evaluate(case.table(), case.document)
    assert disagreements(result, reference.evaluate(case.document, case.values)) == []


def figures(result: piikit.Result) -> pl.DataFrame:
    return result.scores.select("period", "area", "code", "score", "rank").sort("period", "area", "code")


@WHOLE
@given(case=any_drawn(cohorts=["period"]), data=st.data())
def test_a_year_alone_and_rows_in_another_order_are_the_same_to_the_last_bit(
    case: Drawn, data: st.DataObject, engine: piikit.Engine
) -> None:
    period = data.draw(st.sampled_from(sorted({period for _, period in case.values})))
    together = figures(engine.evaluate(case.table(), case.document)).filter(pl.col("period") == period)
    own = data.draw(st.permutations([key for key in case.values if key[1] == period]))
    assert_frame_equal(together, figures(engine.evaluate(case.table(own), case.document)), check_exact=True)


NUMBERS = st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), min_size=2, max_size=12)


@pytest.mark.parametrize("method", NORMALISE)
@settings(max_examples=8)
@given(values=NUMBERS, direction=st.sampled_from(["higher", "lower"]))
def test_any_values_score_the_same_alone_and_among_others(
    method: str, values: list[float], direction: str, engine: piikit.Engine
) -> None:
    data = pl.DataFrame({"area": [f"A{n}" for n in range(len(values))], "period": "2021", "x": values})
    more = pl.DataFrame({"area": ["A0", "A1", "B"], "period": "2022", "x": [0.1, 7.0, 1e6]})
    document = one(NORMALISE[method], direction)
    alone = engine.evaluate(data[::-1], document)
    among = engine.evaluate(pl.concat([more, data]), document)
    assert_frame_equal(figures(alone), figures(among).filter(pl.col("period") == "2021"), check_exact=True)


# -- normalise ---------------------------------------------------------------------------------------------------

BOUNDED = {"min_max": (0, 100), "goalposts": (0, 100), "percentile_rank": (0, 1), "distance_to_max": (0, 1)}


@pytest.mark.parametrize("method", [name for name in NORMALISE if name != "two_sides"])
@settings(max_examples=10)
@given(values=NUMBERS, direction=st.sampled_from(["higher", "lower"]))
def test_scores_never_fall_as_values_get_better_and_stay_inside(
    method: str, values: list[float], direction: str, engine: piikit.Engine
) -> None:
    # The share of the best needs values above 0.
    values = [abs(x) + 1 for x in values] if method == "fraction_of_max" else values
    got = scores(engine, values, NORMALISE[method], direction)
    sign = -1 if direction == "lower" else 1
    ordered = [s for _, s in sorted(zip([sign * x for x in values], got, strict=True), key=lambda p: p[0])]
    if None in ordered:
        assert set(ordered) == {None}
        return
    assert all(a <= b for a, b in itertools.pairwise(ordered))
    low, high = BOUNDED.get(method, (-math.inf, math.inf))
    assert all(low <= s <= high for s in got)


@pytest.mark.parametrize(
    "method", ["min_max", "z_score", "rank", "borda", "percentile_rank", "distance_to_max", "distance_to_reference"]
)
@settings(max_examples=10)
@given(
    values=st.lists(st.integers(-1000, 1000), min_size=2, max_size=10),
    scale=st.sampled_from([0.25, 8, 1000]),
    shift=st.integers(-500, 500),
)
def test_unit_and_zero_of_values_do_not_matter(
    method: str, values: list[int], scale: float, shift: int, engine: piikit.Engine
) -> None:
    before = scores(engine, [float(x) for x in values], NORMALISE[method])
    after = scores(engine, [x * scale + shift for x in values], NORMALISE[method])
    for a, b in zip(before, after, strict=True):
        assert a is b is None or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("method", "single", "constant"),
    [
        ("min_max", None, None),
        ("goalposts", 76.923, 76.923),
        ("none", 5.0, 5.0),
        ("z_score", None, None),
        ("rank", 1.0, 1.0),
        ("borda", 0.0, 0.0),
        ("percentile_rank", None, 0.0),
        ("fraction_of_max", 1.0, 1.0),
        ("distance_to_max", None, None),
        ("distance_to_reference", None, None),
        ("distance_to_target", 0.0, 0.0),
        ("two_sides", 0.0, 0.0),
    ],
)
def test_one_area_a_constant_column_and_nothing_at_all(method, single, constant, engine):
    near = lambda s: None if s is None else round(s, 3)  # noqa: E731
    assert [near(s) for s in scores(engine, [5.0], NORMALISE[method])] == [single]
    assert [near(s) for s in scores(engine, [5.0, 5.0, None], NORMALISE[method])] == [constant, constant, None]
    assert scores(engine, [None, None], NORMALISE[method]) == [None, None]


def test_a_constant_that_is_no_binary_number_has_no_z_score(engine):
    assert scores(engine, [0.1] * 10, "z_score") == [None] * 10


@pytest.mark.parametrize("method", NORMALISE)
@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e150, 1e300])
def test_huge_and_tiny_numbers_give_finite_scores_or_none(method, size, engine):
    got = scores(engine, [1 * size, 3 * size, 2 * size, 2 * size], NORMALISE[method])
    assert all(s is None or math.isfinite(s) for s in got)
    if method in ("rank", "borda", "percentile_rank", "min_max", "fraction_of_max", "distance_to_max"):
        assert got[0] < got[2] == got[3] < got[1]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [("min", [1, 2, 2, 4]), ("max", [1, 3, 3, 4]), ("average", [1, 2.5, 2.5, 4]), ("dense", [1, 2, 2, 3])],
)
def test_ties_of_ranks(ties, expected, engine):
    assert scores(engine, [1.0, 2.0, 2.0, 3.0], {"method": "rank", "ties": ties}) == expected
    assert scores(engine, [-1.0, -2.0, -2.0, -3.0], {"method": "rank", "ties": ties}, "lower") == expected


def test_the_best_area_has_exactly_one_share_of_the_best(engine):
    values = [float(n) for n in range(1, 200)]
    for top in (49.0, 103.0, 107.0, 161.0):
        assert max(scores(engine, [v for v in values if v <= top], "fraction_of_max")) == 1.0


def test_a_target_with_two_sides_scores_by_the_distance_from_it(engine):
    got = scores(engine, [0.0, 2.0, 4.0, 6.0, 10.0], {"method": "distance_to_target", "target": [4, 6]})
    assert got == [0.0, 0.5, 1.0, 1.0, 0.0]
    assert got == scores(
        engine, [0.0, 2.0, 4.0, 6.0, 10.0], {"method": "distance_to_target", "target": [4, 6]}, "lower"
    )
    assert scores(engine, [4.0, 6.0], {"method": "distance_to_target", "target": [4, 6]}) == [None, None]


def test_a_cap_cuts_what_is_beyond(engine):
    far = {"method": "distance_to_target", "target": 2}
    assert scores(engine, [1.0, 2.0, 4.0], far) == [0.0, 1.0, 3.0]
    assert scores(engine, [1.0, 2.0, 4.0], {**far, "cap": True}) == [0.0, 1.0, 1.0]
    near = {"method": "distance_to_reference", "reference": "A1"}
    assert scores(engine, [1.0, 2.0, 4.0], near) == [0.0, 1.0, 3.0]
    assert scores(engine, [4.0, 2.0, 1.0], near, "lower") == [0.0, 1.0, 1.5]


# -- aggregate ---------------------------------------------------------------------------------------------------

ROWS = st.lists(
    st.lists(st.floats(0.01, 100).map(lambda x: round(x, 2)), min_size=3, max_size=3), min_size=1, max_size=5
)
WEIGHTS = st.sampled_from([[1, 1, 1], [1, 2, 0.5], [0.1, 0.2, 0.3], [3, 1, 0]])


@pytest.mark.parametrize("method", MEANS)
@settings(max_examples=10)
@given(rows=ROWS, weights=WEIGHTS)
def test_means_lie_between_their_children(method, rows, weights, engine):
    for row, got in zip(rows, node_scores(engine, rows, AGGREGATE[method], weights), strict=True):
        counted = [x for x, w in zip(row, weights, strict=True) if w]
        assert min(counted) * (1 - 1e-12) <= got <= max(counted) * (1 + 1e-12)


@pytest.mark.parametrize("method", [*MEANS, "sum"])
@settings(max_examples=10)
@given(rows=ROWS, weights=WEIGHTS, child=st.integers(0, 2), rise=st.floats(0, 50))
def test_a_better_child_never_makes_a_node_worse(method, rows, weights, child, rise, engine):
    better = [[x + rise if place == child else x for place, x in enumerate(row)] for row in rows]
    before = node_scores(engine, rows, AGGREGATE[method], weights)
    after = node_scores(engine, better, AGGREGATE[method], weights)
    assert all(b >= a * (1 - 1e-12) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("method", [name for name in AGGREGATE if name != "copeland"])
@settings(max_examples=10)
@given(rows=ROWS, weights=WEIGHTS, scale=st.sampled_from([0.001, 0.5, 1e6]))
def test_the_scale_of_the_children_is_the_scale_of_the_node(method, rows, weights, scale, engine):
    before = node_scores(engine, rows, AGGREGATE[method], weights)
    after = node_scores(engine, [[x * scale for x in row] for row in rows], AGGREGATE[method], weights)
    size = max(max(row) for row in rows) * scale
    assert all(
        math.isclose(a * scale, b, rel_tol=1e-9, abs_tol=1e-9 * size) for a, b in zip(before, after, strict=True)
    )


@given(row=st.lists(st.floats(0.01, 100), min_size=2, max_size=5))
@settings(max_examples=15)
def test_power_means_rise_with_their_power(row, engine):
    powers = [-20, -3, -1, 0, 0.5, 1, 2, 20]
    got = [node_scores(engine, [row], {"method": "power_mean", "p": p})[0] for p in powers]
    assert all(a <= b * (1 + 1e-12) for a, b in itertools.pairwise(got))


@pytest.mark.parametrize("method", [name for name in AGGREGATE if name not in ("sum", "copeland")])
def test_one_child_equal_children_and_none(method, engine):
    got = node_scores(engine, [[7.0, None, None], [7.0, 7.0, 7.0], [None, None, None]], AGGREGATE[method])
    assert got == [pytest.approx(7.0, rel=1e-14), pytest.approx(7.0, rel=1e-14), None]


@pytest.mark.parametrize("method", [name for name in AGGREGATE if name not in ("sum", "copeland")])
@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_huge_and_tiny_children(method, size, engine):
    # sums of three scores of 1e300 are finite; squares are not
    (got,) = node_scores(engine, [[1 * size, 2 * size, 4 * size]], AGGREGATE[method])
    (plain,) = node_scores(engine, [[1.0, 2.0, 4.0]], AGGREGATE[method])
    assert got == pytest.approx(plain * size, rel=1e-9)


@pytest.mark.parametrize(
    ("method", "kind", "row"),
    [
        ("harmonic_mean", "zero_in_harmonic_mean", [0.0, 1.0]),
        ("harmonic_mean", "negative_in_harmonic_mean", [-1.0, 1.0]),
        ({"method": "power_mean", "p": 2}, "negative_in_power_mean", [-1.0, 1.0]),
        ({"method": "power_mean", "p": -2}, "zero_in_power_mean", [0.0, 1.0]),
        ("geometric_mean", "negative_in_geometric_mean", [-1.0, 1.0]),
        ("mazziotta_pareto", "mean_not_positive", [-1.0, 1.0]),
    ],
)
def test_what_a_mean_refuses_has_no_score_and_a_finding_that_names_the_area(method, kind, row, engine):
    nodes: list[Json] = [{"code": "I", "level": "index", "aggregate": method}]
    nodes += [
        {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "normalise": "none"} for c in "ab"
    ]
    data = pl.DataFrame({"area": ["Huế", "Hà Nội"], "a": [row[0], 2.0], "b": [row[1], 2.0]})
    result = engine.evaluate(data, edition_document(nodes))
    assert result.table("score", "index")["I"].to_list() == [None, 2.0]
    (finding,) = result.findings.filter(pl.col("code") == kind).to_dicts()
    assert (finding["column"], finding["area"]) == ("I", "Huế") and finding["hint"]


def test_the_weighted_median(engine):
    rows: list[list[float | None]] = [[1.0, 2.0, 3.0], [3.0, 1.0, 2.0], [1.0, 2.0, None]]
    assert node_scores(engine, rows, "median") == [2.0, 2.0, 1.5]
    assert node_scores(engine, rows, "median", [1, 1, 5]) == [3.0, 2.0, 1.5]
    assert node_scores(engine, rows, "median", [0.1, 0.2, 0.3]) == [2.5, 2.0, 2.0]


def test_copeland_counts_pairs_won_less_pairs_lost(engine):
    rows: list[list[float | None]] = [[3.0, 3.0, 1.0], [2.0, 2.0, 2.0], [1.0, 1.0, 3.0], [None, None, None]]
    assert node_scores(engine, rows, "copeland") == [2.0, 0.0, -2.0, None]
    # On half of the weight each: nobody wins.
    assert node_scores(engine, rows, "copeland", [1, 1, 2]) == [0.0, 0.0, 0.0, None]
    # A pair is judged on what both have.
    assert node_scores(engine, [[1.0, None, 5.0], [2.0, 9.0, None], [3.0, 1.0, 1.0]], "copeland") == [-1.0, 1.0, 0.0]


def test_a_penalty_for_imbalance(engine):
    rows: list[list[float | None]] = [[100.0, 100.0], [120.0, 80.0]]
    assert node_scores(engine, rows, "mazziotta_pareto") == [100.0, 96.0]
    assert node_scores(engine, rows, {"method": "mazziotta_pareto", "penalty": "up"}) == [100.0, 104.0]


# -- findings and faults -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "direction", "values", "kind"),
    [
        ("z_score", "higher", [5.0, 5.0], "constant_indicator"),
        ("z_score", "higher", [1e-300, 2e-300], "scores_out_of_reach"),
        ("percentile_rank", "higher", [5.0, None], "constant_indicator"),
        ("fraction_of_max", "higher", [-1.0, -2.0], "best_not_positive"),
        ("fraction_of_max", "lower", [0.0, 2.0], "best_not_positive"),
        (NORMALISE["distance_to_reference"], "higher", [None, 2.0], "reference_without_value"),
        (NORMALISE["distance_to_reference"], "lower", [3.0, 2.0], "reference_is_worst"),
        ({"method": "distance_to_target", "target": 1}, "higher", [1.0, 2.0], "target_within_all"),
        ({"method": "distance_to_target", "target": 2}, "lower", [1.0, 2.0], "target_within_all"),
        ({"method": "distance_to_target", "target": [1, 2]}, "higher", [1.0, 2.0], "target_within_all"),
    ],
)
def test_a_cohort_without_scores_has_a_finding_with_a_cure(method, direction, values, kind, engine):
    data = pl.DataFrame({"area": ["A0", "A1"], "x": values}, schema_overrides={"x": pl.Float64})
    result = engine.evaluate(data, one(method, direction))
    assert result.table("score", "indicator")["x"].null_count() == 2
    (finding,) = result.findings.filter(pl.col("code") == kind).to_dicts()
    assert finding["column"] == "x" and finding["hint"] and "{" not in finding["message"]


@pytest.mark.parametrize(
    ("method", "kind", "value"),
    [
        ({"method": "distance_to_target", "target": [5, 2]}, "bad_parameter", "lower side"),
        ({"method": "distance_to_target"}, "missing_parameter", "target"),
        ({"method": "distance_to_reference", "reference": "Hà Nộ"}, "unknown_method_area", "Hà Nội"),
        ({"method": "rank", "ties": "first"}, "bad_parameter", "first"),
        ({"method": "rank", "groups": {"sum": "rank"}}, "unknown_method_group", "some"),
        ({"method": "rank", "groups": {"some": "ranks"}}, "unknown_method", "rank"),
        (
            {"method": "rank", "groups": {"some": {"method": "rank", "groups": {"some": "borda"}}}},
            "bad_method_groups",
            "no mapping",
        ),
    ],
)
def test_faults_of_methods_name_the_place_and_the_cure(method, kind, value, engine):
    document = one(
        method,
        areas=[{"code": "01", "name": "Hà Nội"}, {"code": "46", "name": "Huế"}],
        groups={"some": {"name": {"vi": "a", "en": "a"}, "areas": ["01"]}},
    )
    with pytest.raises(piikit.DocumentError) as caught:
        engine.edition(document)
    assert caught.value.findings["code"].to_list() == [kind]
    assert value in str(caught.value) and "/nodes/1/normalise" in str(caught.value)


def test_an_area_of_reference_is_known_by_its_name(engine):
    areas = [{"code": "01", "name": "Hà Nội"}, {"code": "46", "name": "Huế"}]
    document = one({"method": "distance_to_reference", "reference": "ha noi"}, areas=areas)
    data = pl.DataFrame({"area": ["Huế", "Hà Nội"], "x": [1.0, 3.0]})
    assert engine.evaluate(data, document).table("score", "indicator")["x"].to_list() == [1.0, 0.0]


# -- groups of areas ---------------------------------------------------------------------------------------------

GROUPS = {"cities": {"name": {"vi": "thành phố", "en": "cities"}, "areas": ["A0", "A1"]}}


def test_a_group_of_areas_has_its_own_method_and_its_own_cohort(engine):
    data = pl.DataFrame({"area": ["A0", "A1", "A2", "A3"], "x": [10.0, 20.0, 1.0, 3.0]})
    both = one({"method": "min_max", "groups": {"cities": "min_max"}}, groups=GROUPS)
    result = engine.evaluate(data, both)
    assert result.table("score", "indicator")["x"].to_list() == [0.0, 100.0, 0.0, 100.0]
    assert result.bounds.filter(pl.col("code") == "x").is_empty()
    posts = {"method": "goalposts", "lower": 0, "upper": 40}
    result = engine.evaluate(data, one({"method": "rank", "groups": {"cities": posts}}, groups=GROUPS))
    assert result.table("score", "indicator")["x"].to_list() == [25.0, 50.0, 1.0, 2.0]
    methods = [result.explain(area, "x").method for area in ("A0", "A2")]
    assert methods[0].startswith("goalposts (") and methods[1].startswith("rank (ties min); cities: goalposts (")


def test_each_region_can_be_a_cohort(engine):
    areas = [{"code": c, "name": c, "region": r} for c, r in zip("abcde", ["N", "N", "S", "S", "S"], strict=True)]
    data = pl.DataFrame({"area": list("abcde"), "x": [1.0, 2.0, 1.0, 2.0, 3.0]})
    document = one({"method": "rank", "groups": {"region": "rank"}}, areas=areas)
    assert engine.evaluate(data, document).table("score", "indicator")["x"].to_list() == [1.0, 2.0, 1.0, 2.0, 3.0]


def test_a_node_may_aggregate_a_group_otherwise(engine):
    nodes: list[Json] = [{"code": "I", "level": "index", "aggregate": {"method": "mean", "groups": {"cities": "min"}}}]
    nodes += [
        {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "normalise": "none"} for c in "ab"
    ]
    data = pl.DataFrame({"area": ["A0", "A2"], "a": [1.0, 1.0], "b": [3.0, 3.0]})
    result = engine.evaluate(data, edition_document(nodes, groups=GROUPS))
    assert result.table("score", "index")["I"].to_list() == [1.0, 2.0]
    assert [result.explain(area, "a").contribution for area in ("A0", "A2")] == [None, 0.5]


# -- what reads methods ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["rank", NORMALISE["distance_to_reference"]])
def test_a_file_in_pieces_is_refused_by_the_name_of_the_method(method, engine, tmp_path):
    path = tmp_path / "data.csv"
    pl.DataFrame({"area": ["A0", "A1"], "x": [1.0, 2.0]}).write_csv(path)
    name = method if isinstance(method, str) else method["method"]
    with pytest.raises(piikit.UsageError, match=f"normalise '{name}' of x"):
        piikit.stream(path, one(method), to=tmp_path / "out.parquet")


def test_fixed_bounds_hold_what_a_method_has_and_say_where_it_has_nothing(engine):
    nodes: list[Json] = [{"code": "I", "level": "index"}, leaf("x", "z_score"), leaf("y", "rank")]
    data = pl.DataFrame({"area": ["A0", "A1", "A2"], "x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 3.0]})
    changes = [{"value": code, "set": 9, "areas": ["A0"]} for code in "xy"]
    fixed = {"id": "more", "ends": "fixed", "changes": changes}
    result = engine.evaluate(data, edition_document(nodes), scenarios=[fixed])
    table = result.table("score", "indicator").filter(pl.col("scenario") == "more")
    assert table["x"].to_list() == [7.0, 0.0, 1.0] and table["y"].to_list() == [3.0, 1.0, 2.0]
    (finding,) = result.findings.filter(pl.col("code") == "bounds_not_held").to_dicts()
    assert (finding["column"], finding["scenario"]) == ("y", "more") and "rank" in finding["message"]


def test_scenarios_of_every_method_rank_and_score(engine):
    values = {"area": ["A0", "A1", "A2"], "x": [3.0, 1.0, 2.0], "y": [1.0, 5.0, 2.0]}
    for name, method in NORMALISE.items():
        nodes: list[Json] = [{"code": "I", "level": "index", "aggregate": "copeland"}]
        nodes += [
            {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "normalise": method} for c in "xy"
        ]
        raised = {"id": "more", "changes": [{"value": "x", "set": 9, "areas": ["A2"]}]}
        result = engine.evaluate(pl.DataFrame(values), edition_document(nodes), scenarios=[raised])
        changed = {**values, "x": [3.0, 1.0, 9.0]}
        alone = engine.evaluate(pl.DataFrame(changed), edition_document(nodes))
        own = result.scores.filter(pl.col("scenario") == "more").select("area", "code", "score", "rank")
        assert_frame_equal(own, alone.scores.select("area", "code", "score", "rank"), check_exact=True), name


def test_a_file_in_pieces_has_the_scores_and_findings_of_one_in_memory(engine, tmp_path):
    nodes: list[Json] = [{"code": "I", "level": "index", "aggregate": "median"}]
    nodes += [leaf("x", "z_score"), leaf("y", "z_score"), leaf("z", NORMALISE["two_sides"])]
    document = edition_document(nodes)
    data = pl.DataFrame({"area": ["A0", "A1", "A2"], "x": [0.1, 0.2, 0.4], "y": [0.1, 0.1, 0.1], "z": [9.0, 1.0, -3.0]})
    data.write_csv(tmp_path / "data.csv")
    done = piikit.stream(tmp_path / "data.csv", document, to=tmp_path / "out.parquet")
    whole = engine.evaluate(data, document)
    streamed = pl.read_parquet(tmp_path / "out.parquet")
    for code, level in [("I", "index"), ("x", "indicator"), ("z", "indicator")]:
        assert streamed[f"score:{code}"].to_list() == whole.table("score", level)[code].to_list()
    constant = [
        frame.filter(pl.col("code") == "constant_indicator")["column"].to_list()
        for frame in (done.all_findings.frame("en"), whole.findings)
    ]
    assert constant == [["y"], ["y"]]
