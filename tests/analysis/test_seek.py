"""The shortest way there: against exhaustive search, put back into the data, and refused where there is none."""

from __future__ import annotations

import itertools
import math
import re
import subprocess
import sys
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import piikit
import reference
from piikit.result import frames_of
from strategies import Drawn, documents, edition_document, tables

pytest.importorskip("scipy")

AREAS = [f"A{place}" for place in range(6)]
NEAR = 1e-4
"""Points of effort that the stated margin of 1e-6 points may cost, where an indicator's weight is small."""
PERIOD = "2021"


@attrs.frozen(kw_only=True)
class Case:
    """A drawn edition with one cohort, its result, and an area with a target."""

    drawn: Drawn
    result: piikit.Result = attrs.field(repr=False)
    area: str
    node: str

    def changed(self, values: dict[str, float]) -> Drawn:
        new = {key: dict(row) for key, row in self.drawn.values.items()}
        new[self.area, PERIOD] |= values
        return attrs.evolve(self.drawn, values=new)

    def ends(self) -> dict[tuple[str, str], tuple[float, float]]:
        return {(row["code"], PERIOD): (row["lower"], row["upper"]) for row in self.result.bounds.to_dicts()}

    def figures(self, values: dict[str, float], bounds: str) -> tuple[Any, Any]:
        """Scores and ranks of the area by the slow reference, with other values."""
        drawn = self.changed(values)
        held = self.ends() if bounds == "fixed" else None
        scores, ranks = reference.evaluate(drawn.document, drawn.values, bounds=held)
        return scores[self.area, PERIOD], ranks[self.area, PERIOD]

    def score(self, values: dict[str, float], bounds: str) -> float:
        return self.figures(values, bounds)[0][self.node]

    def levers(self) -> pl.DataFrame:
        return self.result.levers(self.area, self.node)


@st.composite
def cases(draw: st.DrawFn, *, nulls: bool = True, indicators: int = 5) -> Case:
    document = draw(
        documents(
            aggregates=("mean", "sum"), cohorts=("period",), max_depth=3, max_indicators=indicators, shuffled=False
        )
    )
    codes = [node["code"] for node in document["nodes"] if node["level"] == "indicator"]
    areas = AREAS[: draw(st.integers(3, 6))]
    drawn = Drawn(
        document=document, values=draw(tables(codes, areas=areas, periods=(PERIOD,), nulls=nulls, holes=False))
    )
    result = piikit.evaluate(drawn.table(), document)
    nodes = [node["code"] for node in document["nodes"] if node["level"] != "indicator"]
    case = Case(drawn=drawn, result=result, area=draw(st.sampled_from(areas)), node=draw(st.sampled_from(nodes)))
    assume(case.figures({}, "moving")[0][case.node] is not None)
    return case


def sought(case: Case, share: float) -> float:
    """A score between now and the best that the ceilings give."""
    gain = sum(case.levers()["gain_room"].drop_nulls())
    assume(gain > 0.01)
    return case.score({}, "fixed") + share * gain


def exhaustive(case: Case, value: float, at_most: int | None) -> float | None:
    """The least effort with the ends held: some indicators at their ceilings and one anywhere, every such choice."""
    levers = [row for row in case.levers().to_dicts() if (row["gain_room"] or 0) > 0]
    ceilings = {row["code"]: row["ceiling"] for row in levers}
    now = {row["code"]: row["value"] for row in levers}
    scores = case.figures({}, "fixed")[0]
    tops = case.figures(ceilings, "fixed")[0]
    full = {code: tops[code] - scores[code] for code in ceilings}
    # One point of score costs 1 on the line; where it is flat at first, so do as many units as a point takes.
    effort = {
        row["code"]: abs(ceilings[row["code"]] - now[row["code"]]) * row["gain"] / row["weight"] for row in levers
    }
    found: list[float] = []
    for size in range(min(len(ceilings), at_most or len(ceilings)) + 1):
        for chosen in itertools.combinations(ceilings, size):
            whole = {code: ceilings[code] for code in chosen}
            if case.score(whole, "fixed") < value - 1e-9:
                continue
            cost = sum(effort[code] for code in chosen)
            found.append(cost)
            for part in chosen:
                rest = {code: ceilings[code] for code in chosen if code != part}
                lack = value - case.score(rest, "fixed")
                share = lack / (case.score(whole, "fixed") - case.score(rest, "fixed"))
                if share > 0:
                    found.append(cost - (1 - share) * full[part])
    return min(found) if found else None


@settings(max_examples=25)
@given(case=cases(), share=st.sampled_from([0.1, 0.35, 0.5, 0.8, 1.0]), at_most=st.sampled_from([None, 1, 2, 3]))
def test_the_effort_equals_exhaustive_search(case, share, at_most):
    value = sought(case, share)
    wanted = exhaustive(case, value, at_most)
    target = {"node": case.node, "metric": "score", "is": "at_least", "value": value}
    way = case.result.goalseek(case.area, target, at_most=at_most, ends="fixed")
    if wanted is None:
        assert way.status == "impossible"
    elif way.status != "reached":
        # Only the last digit of the ceilings' own reach may differ between two ways to add it up.
        assert (
            value
            >= case.score(
                {row["code"]: row["ceiling"] for row in case.levers().to_dicts() if row["gain_room"]}, "fixed"
            )
            - 1e-8
        )
    else:
        assert way.effort == pytest.approx(wanted, abs=NEAR * (1 + wanted))


@settings(max_examples=25)
@given(case=cases(indicators=3), share=st.sampled_from([0.2, 0.6, 0.9]), bounds=st.sampled_from(["fixed", "moving"]))
def test_no_point_of_a_grid_reaches_a_score_with_less_effort(case, share, bounds):
    value = sought(case, share)
    levers = [row for row in case.levers().to_dicts() if row["room"]]
    way = case.result.goalseek(
        case.area, {"node": case.node, "metric": "score", "is": "at_least", "value": value}, ends=bounds
    )
    steps = [[row["value"] + (row["ceiling"] - row["value"]) * step / 8 for step in range(9)] for row in levers[:3]]
    for point in itertools.product(*steps):
        values = {row["code"]: to for row, to in zip(levers, point, strict=False)}
        scores = case.figures(values, bounds)[0]
        # Where an indicator becomes the same everywhere it has no score and drops out: that is no way to a target.
        lost = any(scores[code] is None for code in values)
        if not lost and scores[case.node] >= value:
            cost = sum(
                abs(to - row["value"]) * row["gain"] / row["weight"]
                for row, to in zip(levers, values.values(), strict=False)
            )
            assert way.status == "reached"
            assert way.effort <= cost + NEAR * (1 + cost)


@settings(max_examples=45)
@given(
    case=cases(),
    place=st.integers(1, 5),
    bounds=st.sampled_from(["fixed", "moving"]),
    at_most=st.sampled_from([None, 1, 2]),
)
def test_an_answer_put_back_reaches_what_it_said(case, place, bounds, at_most):
    assume(case.figures({}, "moving")[1][case.node] is not None)
    target = {"node": case.node, "metric": "rank", "is": "at_most", "value": place}
    way = case.result.goalseek(case.area, target, ends=bounds, at_most=at_most)
    assert way.status in {"reached", "not_reached", "impossible"}
    changes = {change["value"]: change["set"] for change in way.scenario()["changes"]}
    assert changes == dict(way.moves.select("code", "to").rows())
    _, ranks = case.figures(changes, bounds)
    said = way.reached.row(0, named=True)
    assert said["after"] == ranks[case.node]
    assert said["reached"] == (way.status == "reached")
    assert said["reached"] == (ranks[case.node] <= place) or way.status == "impossible"


@settings(max_examples=25)
@given(case=cases(), place=st.integers(1, 5))
def test_a_rank_that_the_best_of_all_reaches_is_never_impossible(case, place):
    assume(case.figures({}, "moving")[1][case.node] is not None)
    target = {"node": case.node, "metric": "rank", "is": "at_most", "value": place}
    for bounds, gain in (("fixed", "gain_room"), ("moving", "gain_room_moving")):
        best = {row["code"]: row["ceiling"] for row in case.levers().to_dicts() if (row[gain] or 0) > 0}
        rank = case.figures(best, bounds)[1][case.node]
        way = case.result.goalseek(case.area, target, ends=bounds)
        assert (way.status == "reached") == (rank is not None and rank <= place)


@settings(max_examples=25)
@given(case=cases(nulls=False), share=st.sampled_from([0.3, 0.7]), data=st.data())
def test_the_effort_never_rises_where_a_constraint_is_loosened(case, share, data):
    value = sought(case, share)
    codes = case.levers().filter(pl.col("gain_room") > 0)["code"].to_list()
    fixed = data.draw(st.lists(st.sampled_from(codes), unique=True, max_size=2))
    at_most = data.draw(st.integers(1, 3))

    def effort(**options: Any) -> float:
        target = {"node": case.node, "metric": "score", "is": "above", "value": options.pop("value", value)}
        way = case.result.goalseek(case.area, target, ends="fixed", **options)
        assert not set(way.moves["code"]) & set(options.get("fixed", ()))
        assert way.moves.height <= (options.get("at_most") or 99)
        return float("inf") if way.effort is None else way.effort

    tight = effort(fixed=fixed, at_most=at_most)
    slack = NEAR * (1 + (tight if tight < float("inf") else 0))
    assert effort(fixed=fixed, at_most=at_most + 1) <= tight + slack
    assert effort(fixed=fixed[:-1], at_most=at_most) <= tight + slack
    assert effort(fixed=fixed, at_most=at_most, value=value - 0.5) <= tight + slack


@settings(max_examples=40)
@given(case=cases())
def test_levers_are_what_a_small_step_gives(case):
    now = case.score({}, "fixed")
    for row in case.levers().to_dicts():
        if not row["gain_room"]:
            continue
        ceiling = {row["code"]: row["ceiling"]}
        assert case.score(ceiling, "fixed") - now == pytest.approx(row["gain_room"], abs=1e-9)
        moved = case.score(ceiling, "moving")
        if row["gain_room_moving"] is not None and moved is not None:
            assert moved - now == pytest.approx(row["gain_room_moving"], abs=1e-9)
        normalise = case.result.edition.nodes[row["code"]].normalise.text()
        if "goalposts" not in normalise:
            sign = 1 if row["direction"] == "higher" else -1
            step = case.score({row["code"]: row["value"] + sign * row["room"] / 7}, "fixed")
            assert (step - now) / (row["room"] / 7) == pytest.approx(row["gain"], abs=1e-9)


# -- one thing each ----------------------------------------------------------------------------------------------


def flat(*indicators: dict[str, Any], **more: Any) -> dict[str, Any]:
    nodes = [{"code": "I", "level": "index"}]
    nodes += [{"level": "indicator", "parent": "I", "direction": "higher", **entry} for entry in indicators]
    return edition_document(nodes, **more)


TWO = flat({"code": "a"}, {"code": "b", "direction": "lower"})
DATA = {"area": list("PQRS"), "a": [0.0, 10, 20, 40], "b": [8.0, 5, 2, 0]}
"""Scores a: 0 25 50 100; b: 0 37.5 75 100; I: 0 31.25 62.5 100. Invented."""


def rank(value: float, node: str = "I") -> dict[str, Any]:
    return {"node": node, "metric": "rank", "is": "at_most", "value": value}


def score(value: float, comparison: str = "at_least", node: str = "I") -> dict[str, Any]:
    return {"node": node, "metric": "score", "is": comparison, "value": value}


@pytest.fixture
def result() -> piikit.Result:
    return piikit.evaluate(DATA, TWO)


def test_effort_in_own_units_and_a_lower_direction(result):
    # To 50 from 31.25 the index needs 37.5 points of indicators. By b that is 3 units at 12.5 points each.
    way = result.goalseek("Q", score(50), effort={"a": 1.3, "b": 1})
    (move,) = way.moves.to_dicts()
    assert (move["code"], move["from"]) == ("b", 5)
    assert move["to"] == pytest.approx(2, abs=1e-5)
    assert move["change"] == pytest.approx(-3, abs=1e-5)
    assert way.effort == pytest.approx(3, abs=1e-5)
    dear = result.goalseek("Q", score(50), effort={"a": 0.1, "b": 1})
    assert dear.moves.select("code", "effort").row(0) == ("a", pytest.approx(1.5, abs=1e-5))


def test_an_indicator_without_an_effort_stays(result):
    way = result.goalseek("Q", score(50), effort={"a": 3})
    assert way.moves["code"].to_list() == ["a"]
    assert dict(way.unmoved.select("code", "reason_code").rows()) == {"b": "no_effort"}


def test_ceilings_are_kept(result):
    way = result.goalseek("Q", score(75), effort={"a": 100, "b": 1}, ceilings={"b": 3})
    assert dict(way.moves.select("code", "to").rows())["b"] == 3
    gone = result.goalseek("Q", score(60), ceilings={"b": 3, "a": 12})
    assert gone.status == "impossible"
    assert gone.reached["best"][0] == pytest.approx((12 / 40 + 5 / 8) / 2 * 100)


def test_a_ceiling_beyond_the_best_counts_only_where_ends_are_fixed(result):
    beyond = {"a": 80}
    assert result.goalseek("S", score(120), ceilings=beyond, ends="fixed").status == "reached"
    assert result.goalseek("S", score(120), ceilings=beyond, ends="moving").status == "impossible"


def test_patterns_of_fixed_nodes(result):
    assert result.goalseek("Q", score(40), fixed="a").moves["code"].to_list() == ["b"]
    stuck = result.goalseek("Q", score(40), fixed=["I"])
    assert (stuck.status, stuck.moves.height, stuck.effort) == ("impossible", 0, None)


def test_above_is_strict_and_at_least_is_not(result):
    assert result.goalseek("Q", score(31.25)).effort == 0
    assert 0 < result.goalseek("Q", score(31.25, "above")).effort < 1e-5
    assert result.goalseek("Q", score(100)).status == "reached"
    assert result.goalseek("Q", score(100, "above")).status == "impossible"


@pytest.mark.parametrize(("ties", "status"), [("min", "reached"), ("dense", "reached"), ("max", "impossible")])
def test_level_with_the_best_is_first_unless_ties_take_the_worst(ties, status):
    tied = piikit.evaluate(DATA, {**TWO, "rank": {"ties": ties}})
    assert tied.goalseek("Q", rank(1), ends="fixed").status == status


def test_level_with_the_best_where_its_score_is_rounded_up():
    # The best has 66.666666666666… points, compared as 66.666666667: the ceilings reach the same and no more.
    document = flat({"code": "a", "weight": 2}, {"code": "b", "normalise": "none"})
    result = piikit.evaluate({"area": list("PQR"), "a": [0.0, 0, 1], "b": [0.0, 0, 0]}, document)
    assert result.goalseek("P", rank(1)).status == "reached"


def test_scores_are_rounded_as_the_edition_says():
    coarse = piikit.evaluate(DATA, {**TWO, "rank": {"decimals": 0}})
    way = coarse.goalseek("Q", score(50))
    assert 49.5 < way.result.wide["score:I"][1] + way.effort / 2 < 49.51
    assert way.status == "reached"


def test_dense_ranks_count_figures_not_areas():
    data = {"area": list("PQRST"), "a": [0.0, 10, 20, 20, 40]}
    dense = piikit.evaluate(data, flat({"code": "a"}, rank={"ties": "dense"}))
    way = dense.goalseek("P", rank(2))
    assert way.moves["to"][0] == pytest.approx(20, abs=1e-5)
    assert way.reached["after"][0] == 2


def test_the_worst_area_takes_its_end_along(result):
    # With the ends taken anew P gains nothing in b until it meets Q's 5; then 20 points a unit.
    levers = result.levers("P")
    assert levers["moves_end"].to_list() == [True, True]
    way = result.goalseek("P", score(10), fixed="a", ends="moving")
    assert way.moves["to"][0] == pytest.approx(4, abs=1e-5)
    assert way.effort == pytest.approx(4 * 12.5, abs=1e-4)
    held = result.goalseek("P", score(10), fixed="a", ends="fixed")
    assert held.moves["to"][0] == pytest.approx(8 - 20 / 12.5, abs=1e-5)


def test_several_targets_at_once(result):
    way = result.goalseek("Q", [rank(2), score(60, node="a")])
    assert way.reached["reached"].to_list() == [True, True]
    assert way.reached.select("node", "before").rows() == [("I", 3.0), ("a", 25.0)]
    one = result.goalseek("Q", [score(60, node="a"), score(60, node="b")], at_most=1)
    assert one.status == "impossible"
    assert [best >= 60 for best in one.reached["best"]] == [True, True]


def test_a_typed_target_is_the_condition_that_it_stands_for(result):
    typed = [piikit.Target("I", rank=2), piikit.Target("a", at_least=60)]
    assert result.goalseek("Q", typed).to_dict() == result.goalseek("Q", [rank(2), score(60, node="a")]).to_dict()
    both = result.goalseek("Q", piikit.Target("a", rank=2, above=50))
    assert both.reached.select("metric", "required").rows() == [("rank", 2.0), ("score", 50.0)]
    for wrong, said in ((piikit.Target("J", rank=2), "targets[0]: no node 'J'"), (5, "targets[0]: neither")):
        with pytest.raises(piikit.UsageError, match=re.escape(said)):
            result.goalseek("Q", wrong)


@pytest.mark.parametrize(
    "asked", [{}, {"rank": 0}, {"rank": 1.5}, {"rank": True}, {"above": math.nan}, {"at_least": "6"}]
)
def test_a_typed_target_that_asks_for_nothing_sound_is_refused(asked):
    with pytest.raises(piikit.UsageError):
        piikit.Target("PII", **asked)


def test_targets_already_met_need_nothing(result):
    way = result.goalseek("S", rank(1))
    assert (way.status, way.effort, way.moves.height) == ("reached", 0.0, 0)
    assert way.scenario()["changes"] == []


def test_missing_indicators_stay_and_are_named():
    data = {**DATA, "a": [0.0, None, 20, 40]}
    way = piikit.evaluate(data, TWO).goalseek("Q", score(80))
    assert way.moves["code"].to_list() == ["b"]
    assert way.unmoved.select("code", "reason_code").rows() == [("a", "missing")]
    assert "a" in str(way)


def test_goalposts_are_flat_at_both_ends():
    posts = {"normalise": {"method": "goalposts", "lower": 10, "upper": 20}}
    result = piikit.evaluate({"area": ["P", "Q"], "a": [4.0, 12]}, flat({"code": "a", **posts}))
    way = result.goalseek("P", score(50), ceilings={"a": 30})
    assert way.moves["to"][0] == pytest.approx(15, abs=1e-5)
    # 11 units, each as dear as the 10 points that one brings on the line.
    assert way.effort == pytest.approx(110, abs=1e-4)


def test_a_need_smaller_than_the_solver_sees_is_met_all_the_same():
    # All level at 0, and ties take the worst rank: the least rise makes it first, after a stretch that brings nothing.
    posts = {"normalise": {"method": "goalposts", "lower": 0, "upper": 1}}
    result = piikit.evaluate(
        {"area": list("PQR"), "a": [-1.0, -1, -1]}, flat({"code": "a", **posts}, rank={"ties": "max"})
    )
    way = result.goalseek("P", rank(1))
    assert (way.status, way.reached["after"][0]) == ("reached", 1)


def test_published_figures_do_not_move():
    published = [{"area": "Q", "code": "a", "score": 10, "period": PERIOD}]
    result = piikit.evaluate(DATA, TWO, scores=published)
    way = result.goalseek("Q", score(50))
    assert way.unmoved.select("code", "reason_code").rows() == [("a", "published")]
    ranked = piikit.evaluate(DATA, TWO, scores=[{"area": "Q", "code": "I", "rank": 3, "period": PERIOD}])
    with pytest.raises(piikit.UsageError, match="published rank"):
        ranked.goalseek("Q", rank(1))


def test_published_bounds_stay_where_they_are():
    result = piikit.evaluate(DATA, TWO, bounds=[{"code": "a", "lower": 0, "upper": 100, "period": PERIOD}])
    way = result.goalseek("Q", score(60, node="a"))
    assert way.moves["to"][0] == pytest.approx(60, abs=1e-5)


def test_a_panel_keeps_its_other_years():
    document = flat({"code": "a"}, defaults={"cohort": "panel"})
    data = {"area": list("PQPQ"), "period": ["2021", "2021", "2022", "2022"], "a": [0.0, 10, 20, 100]}
    way = piikit.evaluate(data, document).goalseek("P", score(50), period="2022")
    assert way.moves["to"][0] == pytest.approx(50, abs=1e-4)
    assert way.scenario()["changes"][0]["periods"] == ["2022"]


def test_a_tree_that_is_no_weighted_sum_is_refused_by_name():
    document = flat({"code": "a"}, {"code": "b"})
    document["nodes"][0]["aggregate"] = "geometric_mean"
    result = piikit.evaluate({"area": list("PQR"), "a": [1.0, 2, 3], "b": [3.0, 1, 2]}, document)
    for call in (lambda: result.goalseek("P", rank(1)), lambda: result.levers("P")):
        with pytest.raises(piikit.UsageError, match=r"I: method 'geometric_mean' is no weighted sum"):
            call()
    assert result.goalseek("P", rank(1, node="a")).status == "reached"


def test_every_fault_of_the_arguments_at_once(result):
    with pytest.raises(piikit.UsageError) as error:
        result.goalseek(
            "Q",
            rank(1),
            effort={"c": 1, "a": -1},
            ceilings={"b": float("nan")},
            fixed=["zz.*"],
            at_most=0,
            ends="loose",
        )
    for part in ("no indicator 'c'", "a must be 0 or more", "b must be a finite", "'zz.*'", "at_most", "'loose'"):
        assert part in str(error.value)


def test_every_fault_of_the_targets_at_once(result):
    wrong = [rank(0), {"node": "J", "metric": "score", "is": "at_most", "value": "x"}, {"nod": "I"}, 7, "plan"]
    with pytest.raises(piikit.UsageError) as error:
        result.goalseek("Q", wrong)
    for place, part in enumerate(("1 or more", "no node 'J'", "unknown key 'nod'", "int", "without a plan")):
        assert f"targets[{place}]" in str(error.value)
        assert part in str(error.value)


def test_the_data_of_the_result_are_untouched(result):
    before = frames_of(result).wide.clone()
    result.goalseek("P", rank(2))
    assert frames_of(result).wide.equals(before)


def test_without_the_extra_one_line_says_so(tmp_path):
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "import piikit\n"
        "r = piikit.evaluate(piikit.sample(), 'pii-2024')\n"
        "r.levers('Hà Nội')\n"
        "try: r.goalseek('Hà Nội', [])\n"
        "except piikit.MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "goal seek needs the extra 'optimise': pip install 'piikit[optimise]'"


# -- on the sample data ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> piikit.Result:
    return piikit.evaluate(piikit.sample(), "pii-2024", plan=PLAN)


PLAN = {
    "id": "trial",
    "title": {"vi": "Thử", "en": "Trial"},
    "area": "24",
    "areas": "vn-63",
    "edition": "pii-2024",
    "sources": ["invented"],
    "sets": {"weak": {"name": {"vi": "yếu", "en": "weak"}, "members": None, "count": 3}},
    "targets": [
        {
            "id": "pillar-6",
            "node": "6",
            "conditions": [
                {"metric": "rank", "is": "at_most", "value": 10},
                {"metric": "score", "is": "above", "value": 30},
            ],
        },
        {"id": "hold", "node": "1", "conditions": [{"metric": "score", "is": "above", "value": 1}]},
        {"id": "weak", "set": "weak", "conditions": [{"metric": "score", "is": "improves"}]},
    ],
}


def test_the_unmet_targets_of_a_plan(sample):
    way = sample.goalseek("Bắc Giang", "plan")
    assert way.status == "reached"
    assert way.reached["target"].unique().to_list() == ["pillar-6"]
    assert way.reached["condition"].to_list() == ["at_most", "above"]
    assert way.left_out.select("target", "reason_code").rows() == [("weak", "not_judged")]
    assert sample.goalseek("Bắc Giang", "hold").effort == 0
    with pytest.raises(piikit.UsageError, match="did you mean 'pillar-6'"):
        sample.goalseek("Bắc Giang", "pilar-6")
    with pytest.raises(piikit.UsageError, match="not a plan of Hà Nội"):
        sample.goalseek("Hà Nội", "plan")


@pytest.mark.parametrize("bounds", ["fixed", "moving"])
def test_every_province_put_back_into_the_data(sample, bounds):
    values = sample.table("value", "indicator").drop("area_name", "scenario")
    outcomes = set()
    for area in frames_of(sample).wide["area"].to_list()[::9]:
        way = sample.goalseek(area, rank(10, "6"), ends=bounds, at_most=4)
        outcomes.add(way.status)
        here = pl.col("area") == area
        changed = values.with_columns(
            pl.when(here).then(to).otherwise(pl.col(code)).alias(code)
            for code, to in way.moves.select("code", "to").rows()
        )
        ends = sample.bounds.select("code", "lower", "upper", "period") if bounds == "fixed" else None
        again = piikit.evaluate(changed, "pii-2024", bounds=ends)
        assert again.table("rank").filter(here)["6"][0] == way.reached["after"][0]
    assert "reached" in outcomes


@pytest.mark.parametrize("bounds", ["fixed", "moving"])
def test_the_scenario_reaches_what_it_said(sample, bounds):
    way = sample.goalseek("Bắc Giang", rank(10, "6"), ends=bounds)
    document = way.scenario()
    again = piikit.evaluate(piikit.sample(), "pii-2024", scenarios=[document])
    (place,) = frames_of(again).wide.filter(area="24", scenario=document["id"])["rank:6"]
    assert place == way.reached["after"][0] <= 10


def test_summaries_in_both_languages():
    for lang, said in (("vi", "Đạt mọi mục tiêu"), ("en", "Every target is reached")):
        result = piikit.evaluate(piikit.sample(), "pii-2024", lang=lang)
        way = result.goalseek("Bắc Giang", score(60, node="7"))
        assert said in str(way)
        assert str(way).splitlines()[1].startswith("! ")
        assert way._repr_html_().startswith("<pre>")
        assert set(way.to_dict()) >= {"status", "moves", "reached", "unmoved", "left_out", "effort", "scenario"}


@pytest.mark.parametrize("metric", ["rank", "score"])
@pytest.mark.parametrize("bounds", ["fixed", "moving"])
def test_a_way_without_margin_ends_at_the_figure_and_not_at_the_edge_of_rounding(metric: str, bounds: str) -> None:
    nodes = [
        {"code": code, "parent": "I", "level": "indicator", "weight": weight, "direction": "higher"}
        for code, weight in (("x", 0.25), ("y", 0.125))
    ]
    document = {
        "id": "tie",
        "status": "local",
        "period": "2021",
        "title": {"vi": "Hòa", "en": "Tie"},
        "sources": ["drawn"],
        "nodes": [{"code": "I", "level": "index"}, *nodes],
        "defaults": {"aggregate": "sum", "normalise": {"method": "goalposts", "lower": 0, "upper": 1}},
    }
    result = piikit.evaluate({"area": ["a", "b"], "x": [0.0, 0.0], "y": [0.0, 1.0]}, document)
    figure = {"is": "at_most", "value": 1} if metric == "rank" else {"is": "at_least", "value": 12.5}
    way = result.goalseek("a", {"node": "I", "metric": metric, **figure}, at_most=1, ends=bounds)
    assert way.status == "reached"
    # Half of the nine decimals that ranks compare would be 2e-9 lower here.
    assert way.moves["to"].item() >= 0.5 - 1e-11
