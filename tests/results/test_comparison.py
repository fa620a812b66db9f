"""Two results side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator
from piikit.cli import demo_parts as demo
from piikit.result import frames_of
from piikit.results.comparison import match_codes


@pytest.fixture(scope="module")
def base() -> piikit.Result:
    return piikit.evaluate(piikit.sample(), "pii-2024")


def test_a_result_beside_itself_differs_nowhere(base: piikit.Result) -> None:
    frame = base.compare(base)
    assert frame.height == 63 * 78
    assert set(frame["difference"]) == {0.0}
    assert set(frame["places"]) == {0}


def test_the_difference_is_this_one_minus_the_other(base: piikit.Result) -> None:
    data = pl.read_csv(piikit.sample(), schema_overrides={"period": pl.String})
    better = data.with_columns(pl.when(pl.col("area") == "Bắc Giang").then(0.9).otherwise(pl.col("hdi")).alias("hdi"))
    mine = piikit.evaluate(better, "pii-2024").compare(base).filter(pl.col("area") == "24")
    before, after = (result.explain("24", "7.2.4") for result in (base, piikit.evaluate(better, "pii-2024")))
    row = mine.row(by_predicate=pl.col("code") == "7.2.4", named=True)
    assert before.score is not None
    assert after.score is not None
    assert row["difference"] == after.score - before.score > 0
    assert row["places"] == (before.rank or 0) - (after.rank or 0) > 0
    untouched = mine.filter(pl.col("code").str.starts_with("1"))
    assert set(untouched["difference"]) == {0.0}


def test_years_are_laid_side_by_side() -> None:
    this, last = (
        piikit.evaluate(edition=f"pii-{year}", scores={"area": ["Bắc Giang"], "code": ["1"], "score": [score]})
        for year, score in ((2024, 70.0), (2023, 67.23))
    )
    row = this.compare(last).row(by_predicate=pl.col("code") == "1", named=True)
    assert (row["period"], row["other_period"]) == ("2024", "2023")
    assert row["difference"] == pytest.approx(2.77)


def test_other_areas_are_refused(base: piikit.Result) -> None:
    other = piikit.evaluate(edition="pii-2025", scores={"area": ["Bắc Ninh"], "code": ["1"], "score": [59.17]})
    with pytest.raises(piikit.UsageError, match="vn-34"):
        base.compare(other)


# -- scenarios and periods ---------------------------------------------------------------------------------------


def with_scenario(base: piikit.Result, other: piikit.Result, name: str) -> piikit.Result:
    """A result with the rows of another one as its scenario."""
    wide = pl.concat([frames_of(base).wide, frames_of(other).wide.with_columns(scenario=pl.lit(name))])
    return piikit.Result(frames=attrs.evolve(frames_of(base), wide=wide))


@pytest.fixture(scope="module")
def scenarios(engine: piikit.Engine) -> piikit.Result:
    base, more = engine.evaluate(data(), TREE), engine.evaluate(data(x=[0.0, 9.0, 10.0]), TREE)
    return with_scenario(base, more, "more")


def test_every_scenario_stands_beside_the_base(scenarios: piikit.Result) -> None:
    frame = scenarios.compare(scenarios, other_scenario="base")
    assert frame.select("scenario", "other_scenario").unique(maintain_order=True).rows() == [
        ("base", "base"),
        ("more", "base"),
    ]
    changed = frame.filter(pl.col("difference").abs() > 0).select("scenario", "area", "code", "difference").rows()
    assert changed == [
        ("more", "q", "I", pytest.approx(5)),
        ("more", "q", "g", pytest.approx(20)),
        ("more", "q", "x", pytest.approx(40)),
    ]


def test_scenarios_of_the_same_name_stand_side_by_side(scenarios: piikit.Result) -> None:
    frame = scenarios.compare(scenarios)
    assert frame.height == 2 * 3 * 6
    assert set(frame["difference"]) == {0.0}
    one = scenarios.compare(scenarios, scenario="more", other_scenario="base")
    assert set(one["scenario"]) == {"more"}


def test_effects_and_overtakes_of_a_scenario(scenarios: piikit.Result) -> None:
    frame = scenarios.effects(scenarios, scenario="more", other_scenario="base", code="I")
    assert frame.select("area", "difference", "data").rows() == [("p", 0, 0), ("q", 5, 5), ("r", 0, 0)]
    assert scenarios.overtakes(scenarios, "g", scenario="more", other_scenario="base")["kind"].to_list() == [
        "pulled_ahead",
        "pulled_ahead",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scenario": "mor"}, "did you mean 'more'"),
        ({"other_scenario": "less"}, "Known: base, more"),
        ({"other_period": "1999"}, "unknown other_period '1999'"),
        ({"tolerance": -1.0}, "tolerance must be"),
    ],
    ids=str,
)
def test_what_is_unknown_is_an_error(wrong: Any, said: str, scenarios: piikit.Result) -> None:
    with pytest.raises(piikit.UsageError, match=said):
        scenarios.compare(scenarios, **wrong)


def test_a_scenario_that_the_other_result_lacks_needs_one_to_stand_beside(
    scenarios: piikit.Result, engine: piikit.Engine
) -> None:
    plain = engine.evaluate(data(), TREE)
    assert set(scenarios.compare(plain)["scenario"]) == {"base"}
    with pytest.raises(piikit.UsageError, match="other_scenario='base'"):
        scenarios.compare(plain, scenario="more")


def test_periods_are_chosen_or_pair_by_name(engine: piikit.Engine) -> None:
    years = pl.concat([data().with_columns(period=pl.lit(year)) for year in ("2022", "2023")])
    two = engine.evaluate(years, TREE)
    one = engine.evaluate(data().with_columns(period=pl.lit("2021")), TREE)
    assert two.compare(two).select("period", "other_period").unique().sort("period").rows() == [
        ("2022", "2022"),
        ("2023", "2023"),
    ]
    frame = two.compare(two, period="2023", other_period="2022")
    assert frame.select("period", "other_period").unique().rows() == [("2023", "2022")]
    assert two.compare(one, other_period="2021")["period"].unique().len() == 2
    with pytest.raises(piikit.UsageError, match="none in common"):
        two.compare(one)


# -- published and foreign figures -------------------------------------------------------------------------------


def test_published_figures_of_bac_ninh_agree_with_what_comes_of_its_pillars() -> None:
    result, _ = demo.bac_ninh(piikit.Engine(), "en")
    table = demo.figures("pii-2025", "Bắc Ninh").filter(pl.col("code").is_in(["IN", "OUT", "PII"]))
    frame = result.compare(table.select("area", "code", "score"), tolerance=0.01)
    assert frame.select("code", "other_score", "agrees").rows() == [
        ("PII", 48.76, True),
        ("IN", 53.06, True),
        ("OUT", 44.47, True),
    ]
    assert frame["difference"].abs().max() < 0.01
    assert frame.select("period", "other_period").unique().rows() == [("2025", "2025")]


def test_published_figures_of_khanh_hoa_agree_in_one_of_three_groups() -> None:
    # 1.2 and 2.1 are recomputed from values of two decimals: 58.52 for 58.62, 31.41 for 31.36.
    result, beside = demo.khanh_hoa(piikit.Engine(), "en")
    table = beside.select(pl.lit("Khánh Hòa").alias("area"), "code", pl.col("published").alias("score"))
    frame = result.compare(table, tolerance=0.005)
    assert frame.select("code", "agrees").rows() == [("1.1", True), ("1.2", False), ("2.1", False)]
    assert set(result.compare(table, tolerance=0.11)["agrees"]) == {True}
    assert set(result.compare(table)["agrees"]) == {None}


def test_a_tolerance_is_meant_in_decimals(engine: piikit.Engine) -> None:
    # 50 - 49.995 is 0.00500000000000256 in binary.
    result = engine.evaluate(data(), TREE)
    figures = {"area": ["q"], "code": ["x"], "score": [49.995]}
    assert result.compare(figures, tolerance=0.005)["agrees"].to_list() == [True]


@pytest.mark.parametrize(
    ("figures", "agrees"),
    [
        ({"rank": [2]}, True),
        ({"rank": [3]}, False),
        ({"score": [50], "rank": [2]}, True),
        ({"score": [50], "rank": [3]}, False),
        ({"score": [51], "rank": [2]}, False),
        ({"score": [None], "rank": [2]}, True),
        ({"score": [50], "rank": [None]}, True),
        ({"score": [None], "rank": [None]}, None),
    ],
    ids=str,
)
def test_figures_agree_in_score_and_rank(figures: Any, agrees: bool | None, engine: piikit.Engine) -> None:
    table = pl.DataFrame({"area": ["Quý"], "code": ["x"], **figures}, strict=False)
    assert engine.evaluate(data(), TREE).compare(table, tolerance=0)["agrees"].to_list() == [agrees]


@pytest.mark.parametrize("document", [TREE, {key: TREE[key] for key in TREE if key not in {"areas", "groups"}}])
def test_all_faults_of_a_table_of_figures_are_said_at_once(document: Any, engine: piikit.Engine) -> None:
    names = ["Phú An", "Phú Anh", "Quý", "Quý"] if "areas" in document else ["p", "pp", "q", "q"]
    table = {"area": names, "code": ["II", "x", "y", "y"], "score": ["1", "2", "many", "4"]}
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate(data(), document).compare(table)
    assert set(caught.value.findings["code"]) == {"unknown_area", "unknown_code", "not_a_number", "duplicate_key"}


def test_figures_of_provinces_that_ended_are_an_error() -> None:
    result, _ = demo.bac_ninh(piikit.Engine(), "vi")
    with pytest.raises(piikit.InputError, match="Bắc Ninh") as caught:
        result.compare([{"area": "Bắc Giang", "code": "PII", "score": 46.51}])
    assert caught.value.findings["code"].to_list() == ["ended_area"]


def test_figures_from_a_file_and_of_other_periods(tmp_path: Path, engine: piikit.Engine) -> None:
    file = tmp_path / "figures.csv"
    file.write_text("area,period,code,score\nq,2022,x,49\nq,2021,x,50\n", encoding="utf-8")
    years = pl.concat([data().with_columns(period=pl.lit(year)) for year in ("2021", "2022")])
    result = engine.evaluate(years, TREE)
    assert result.compare(file).select("period", "difference").rows() == [("2021", 0), ("2022", 1)]
    assert result.compare(str(file), other_period="2021", period="2022")["difference"].to_list() == [0]


def test_figures_of_nothing_in_the_result_are_an_error() -> None:
    result = piikit.evaluate(edition="pii-2025", scores=[{"area": "Huế", "code": "1", "score": 1}])
    with pytest.raises(piikit.UsageError, match="in common"):
        result.compare([{"area": "Hà Nội", "code": "1", "score": 1}])


# -- other editions, other lists of areas ------------------------------------------------------------------------


def test_a_code_that_means_another_indicator_is_not_compared() -> None:
    scores = [{"area": "Hà Nội", "code": code, "score": 50} for code in ("2.1.1", "2.1.2")]
    this, last = (piikit.evaluate(edition=f"pii-{year}", scores=scores, lang="vi") for year in (2025, 2024))
    frame = this.compare(last).filter(pl.col("code").str.starts_with("2.1."), pl.col("score").is_not_null())
    assert frame.select("code", "score", "other_score", "difference", "reason_code").rows() == [
        ("2.1.1", 50, 50, 0, None),
        ("2.1.2", 50, 50, None, "other_indicator"),
    ]
    assert "hai chỉ số khác nhau: Học sinh đạt giải" in frame["reason"][1]


def test_an_indicator_that_moved_is_found_again() -> None:
    overlay = {
        "id": "moved",
        "extends": "pii-2025",
        "title": {"vi": "v", "en": "e"},
        "change": {"2.1.2": {"indicator": "pii.contest_pupils", "unit": "percent"}},
    }
    back = piikit.edition(overlay)
    assert match_codes(back, piikit.edition("pii-2024")).clashes == ()
    nodes = [
        {"code": code, "parent": "I", "level": "indicator", "indicator": name}
        for code, name in (("a", "pii.hdi"), ("b", "pii.contest_pupils"))
    ]
    swapped = [{**node, "code": code} for node, code in zip(nodes, ("b", "c"), strict=True)]
    one, two = (piikit.edition(edition(*some)) for some in (nodes, swapped))
    assert match_codes(one, two).pairs == {"I": "I", "a": "b", "b": "c"}


def test_provinces_that_were_not_merged_are_compared_and_their_ranks_are_not() -> None:
    scores = pl.DataFrame({"area": ["Hà Nội", "Bắc Ninh", "Thừa Thiên Huế"], "code": "PII", "score": [60.0, 50, 40]})
    this = piikit.evaluate(edition="pii-2025", scores=scores.with_columns(rank=pl.Series([1, 6, 9])))
    last = piikit.evaluate(edition="pii-2024", scores=scores.with_columns(rank=pl.Series([1, 5, 20]), score=30.0))
    frame = this.compare(last).filter(pl.col("code") == "PII")
    columns = ["area_name", "other_area", "difference", "rank", "other_rank", "places", "n_ranked", "other_n_ranked"]
    assert frame.select(columns).rows() == [
        ("Hà Nội", "01", 30.0, 1, 1, None, 34, 63),
        ("Huế", "46", 10.0, 9, 20, None, 34, 63),
    ]
    assert set(frame["reason_code"]) == {"other_areas"}
    assert "a rank among 34 areas (vn-34) cannot be compared with one among 63 (vn-63)" in frame["reason"][0]
    # The order of two provinces does not depend on the others: nobody overtook anybody.
    assert this.overtakes(last).is_empty()


def every(year: int) -> piikit.Result:
    areas = piikit.edition(f"pii-{year}").areas
    assert areas is not None
    return piikit.evaluate(edition=f"pii-{year}", scores={"area": areas.codes, "code": "PII", "score": 1.0})


def test_all_provinces_of_2024_and_2025_are_matched_or_listed() -> None:
    new, old = every(2025), every(2024)
    frame = new.matched_areas(old)
    same, merged = (frame.filter(pl.col("status") == status) for status in ("same", "merged"))
    assert (same.height, merged.height, frame.height) == (11, 52, 63)
    assert merged["area"].n_unique() == 23
    assert same.filter(pl.col("area_name") != pl.col("other_name")).select("area_name", "other_name").rows() == [
        ("Huế", "Thừa Thiên Huế"),
    ]
    back = old.matched_areas(new)
    assert set(back.select("area", "other_area", "status").rows()) == set(
        frame.select("other_area", "area", "status").rows()
    )


def own(*areas: tuple[str, str]) -> dict[str, Any]:
    return edition(indicator("x"), areas=[{"code": code, "name": name} for code, name in areas])


@pytest.mark.parametrize(
    ("document", "other", "expected"),
    [
        (
            own(("a", "An"), ("b", "Bình")),
            own(("a", "An"), ("b", "Biên"), ("c", "Cao")),
            {("a", "a", "same"), ("b", None, "only_here"), (None, "b", "only_there"), (None, "c", "only_there")},
        ),
        (own(("a", "An"), ("b", "Bình")), edition(indicator("x")), {("a", "An", "same"), ("b", "Bình", "same")}),
        (edition(indicator("x")), own(("a", "An")), {("An", "a", "same"), ("Bình", None, "only_here")}),
    ],
    ids=["own lists", "as they come there", "as they come here"],
)
def test_areas_of_lists_of_their_own(document: Any, other: Any, expected: Any, engine: piikit.Engine) -> None:
    def result(framework: Any) -> piikit.Result:
        names = [area["name"] for area in framework.get("areas", [{"name": "An"}, {"name": "Bình"}])]
        return engine.evaluate({"area": names, "x": range(len(names))}, framework)

    found = result(document).matched_areas(result(other))
    assert set(found.select("area", "other_area", "status").rows()) == expected
