"""What a merger leaves empty and names: missing parts, weights, the break between periods, lists, wrong rules."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import piikit
from merging import Cell, Rows, areas_document, codes, edition, figures, table
from piikit import Engine
from piikit.framework.areas import area_list

# -- parts, weights, periods -------------------------------------------------------------------------------------

TWO: Rows = {
    ("Bắc Giang", "2024"): {"a": 2.0, "w": 3.0},
    ("Bắc Ninh", "2024"): {"a": 6.0, "w": 1.0},
}


def changed(area: str, **cells: Cell) -> Rows:
    return {key: {**row, **(cells if key[0] == area else {})} for key, row in TWO.items()}


@pytest.mark.parametrize(
    ("rows", "rule", "partial", "value", "code"),
    [
        (TWO, "sum", False, 8.0, None),
        (TWO, {"mean": "w"}, False, 3.0, "merged_by_rule"),
        (changed("Bắc Ninh", a=None), "sum", False, None, "merge_missing_part"),
        (changed("Bắc Ninh", a=None), "sum", True, 2.0, "partial_merge"),
        (changed("Bắc Ninh", w=None), {"mean": "w"}, False, None, "unusable_weight"),
        (changed("Bắc Ninh", w=-1.0), {"mean": "w"}, False, None, "unusable_weight"),
        (changed("Bắc Ninh", a=9.0, w=0.0), {"mean": "w"}, False, 2.0, "merged_by_rule"),
        ({key: {**row, "w": 0.0} for key, row in TWO.items()}, {"mean": "w"}, False, None, "unusable_weight"),
        (TWO, "same", False, None, "parts_differ"),
        (changed("Bắc Ninh", a=2.0), "same", False, 2.0, None),
        (TWO, "none", False, None, "no_merge_rule"),
        ({key: {**row, "a": None} for key, row in TWO.items()}, "sum", False, None, None),
        ({("Bắc Ninh", "2024"): TWO["Bắc Ninh", "2024"]}, "sum", False, None, "merge_missing_part"),
        ({("Bắc Ninh", "2024"): TWO["Bắc Ninh", "2024"]}, "sum", True, 6.0, "partial_merge"),
    ],
)
def test_what_cannot_be_put_together_is_empty_and_named(
    engine: Engine, rows: Rows, rule: Any, partial: bool, value: Cell, code: str | None
) -> None:
    merged = engine.merge_areas(table(rows), edition(), rules={"a": rule}, partial=partial)
    assert figures(merged, "a") == {("Bắc Ninh", "2024"): value}
    assert codes(merged, "a") == ([code] if code else [])


def test_what_is_beyond_all_numbers_is_empty_and_an_error(engine: Engine) -> None:
    rows: Rows = {("Bắc Giang", "2024"): {"a": 1.5e308, "w": 1e300}, ("Bắc Ninh", "2024"): {"a": 1.5e308, "w": 1e300}}
    merged = engine.merge_areas(table(rows), edition(), rules={"a": "sum", "w": {"mean": "a"}}, on_findings="keep")
    assert merged.data.select("a", "w").row(0) == (None, None)
    assert (codes(merged, "a"), codes(merged, "w")) == (["not_finite"], ["unusable_weight"])
    with pytest.raises(piikit.InputError) as caught:
        engine.merge_areas(table(rows), edition(), rules={"a": {"mean": "w"}, "w": "sum"})
    assert [(item.code, item.column) for item in caught.value.found] == [("not_finite", "a")]


def test_the_missing_parts_are_named(engine: Engine) -> None:
    rows: Rows = {("Hòa Bình", "2024"): {"a": 1.0}, ("Vĩnh Phúc", "2024"): {"a": None}}
    merged = engine.merge_areas(table(rows), edition(), rules={"a": "sum"}, partial=True)
    assert merged.findings.filter(code="partial_merge")["message"].to_list() == [
        "Phú Thọ 2024: a is put together without Phú Thọ, Vĩnh Phúc"
    ]
    assert merged.data["merged_from"].to_list() == ["Hòa Bình, Vĩnh Phúc"]
    assert merged.long["source"].to_list() == ["merged (sum) from Hòa Bình, Vĩnh Phúc; without Phú Thọ, Vĩnh Phúc"]


def test_an_indicators_own_value_is_never_summed_by_itself(engine: Engine) -> None:
    merged = engine.merge_areas(table(TWO), edition())
    assert figures(merged, "a") == {("Bắc Ninh", "2024"): None}
    assert codes(merged, "a") == ["no_merge_rule"]


def test_weights_may_come_as_a_table_and_beat_the_items(engine: Engine) -> None:
    brought = pl.DataFrame({"area": ["Bắc Ninh", "Bac Giang"], "w": ["3", "1"], "candidates": [1.0, 1.0]})
    by = {"a": {"mean": "w"}, "w": {"mean": "candidates"}}
    merged = engine.merge_areas(table(TWO), edition(), rules=by, weights=brought)
    assert merged.data.select("a", "w").row(0) == (5.0, 2.0)


def test_weights_of_a_period_weigh_that_period(engine: Engine) -> None:
    rows: Rows = {(area, period): dict(row) for period in ("2023", "2024") for (area, _), row in TWO.items()}
    brought = pl.DataFrame(
        {"area": ["Bắc Ninh", "Bắc Giang"] * 2, "period": ["2023", "2023", "2024", "2024"], "n": [1, 0, 0, 1]}
    )
    merged = engine.merge_areas(table(rows), edition(), rules={"a": {"mean": "n"}}, weights=brought)
    assert figures(merged, "a") == {("Bắc Ninh", "2023"): 6.0, ("Bắc Ninh", "2024"): 2.0}


def test_weights_that_are_no_numbers_or_no_areas_are_errors(engine: Engine) -> None:
    brought = pl.DataFrame({"area": ["Bắc Ninh", "Atlantis"], "n": ["many", "1"]})
    with pytest.raises(piikit.InputError) as caught:
        engine.merge_areas(table(TWO), edition(), rules={"a": {"mean": "n"}}, weights=brought)
    assert [item.code for item in caught.value.found] == ["unknown_area", "not_a_number"]


def test_only_rows_before_the_break_are_merged(engine: Engine) -> None:
    rows: Rows = {("24", "2024"): {"a": 2.0}, ("27", "2024"): {"a": 6.0}, ("24", "2025"): {"a": 5.0}}
    merged = engine.merge_areas(table(rows), edition(), rules={"a": "sum"})
    assert figures(merged, "a") == {("Bắc Ninh", "2024"): 8.0, ("Bắc Ninh", "2025"): 5.0}
    assert merged.data["merged_from"].to_list() == ["Bắc Giang, Bắc Ninh", None]


def test_the_caller_may_say_where_the_break_is(engine: Engine) -> None:
    rows: Rows = {("24", "2025"): {"a": 2.0}, ("27", "2025"): {"a": 6.0}, ("24", "2026"): {"a": 5.0}}
    merged = engine.merge_areas(table(rows), edition(), rules={"a": "sum"}, before="2026")
    assert figures(merged, "a") == {("Bắc Ninh", "2025"): 8.0, ("Bắc Ninh", "2026"): 5.0}


def test_a_table_without_a_row_before_the_break_says_so(engine: Engine) -> None:
    merged = engine.merge_areas(table({("24", "2025"): {"a": 2.0}}), edition(), rules={"a": "sum"})
    assert "nothing_merged" in codes(merged, "period")
    assert figures(merged, "a") == {("Bắc Ninh", "2025"): 2.0}


def test_a_period_that_says_no_year_cannot_be_told_from_the_break(engine: Engine) -> None:
    with pytest.raises(piikit.UsageError, match="'Q1/2024' does not start with a year"):
        engine.merge_areas(table({("24", "Q1/2024"): {"a": 2.0}}), edition())


def test_a_panel_of_one_edition_is_read_on_the_former_areas(engine: Engine) -> None:
    data = pl.DataFrame(
        {
            "area": ["Bắc Giang", "Bắc Ninh", "Bắc Ninh"],
            "period": ["2024", "2024", "2025"],
            "upper_secondary_pupils": [10, 20, 31],
        }
    )
    merged = engine.merge_areas(data, "pii-2025", former="vn-63")
    assert merged.data["upper_secondary_pupils"].to_list() == [30, 31]
    assert merged.edition is engine.edition("pii-2025")


def test_errors_of_the_data_are_raised_or_kept(engine: Engine) -> None:
    rows: Rows = {**TWO, ("Atlantis", "2024"): {"a": 1.0}}
    with pytest.raises(piikit.InputError, match="Atlantis"):
        engine.merge_areas(table(rows), edition(), rules={"a": "sum"})
    kept = engine.merge_areas(table(rows), edition(), rules={"a": "sum"}, on_findings="keep")
    assert figures(kept, "a") == {("Bắc Ninh", "2024"): 8.0}
    assert "unknown_area" in kept.findings["code"]


def test_long_data_keep_what_was_said_of_their_figures(engine: Engine) -> None:
    data = pl.DataFrame(
        {
            "area": ["Bắc Giang", "Bắc Ninh", "Cao Bằng"],
            "item": ["a"] * 3,
            "value": [2, 6, 1],
            "source": ["office 1", "office 2", "office 3"],
            "data_year": ["2023", "2023", "2023"],
        }
    )
    merged = engine.merge_areas(data, edition(), rules={"a": "sum"})
    assert merged.long.select("area", "value", "source", "merged_from", "data_year").rows() == [
        ("Cao Bằng", 1.0, "office 3", None, "2023"),
        ("Bắc Ninh", 8.0, "merged (sum) from Bắc Giang, Bắc Ninh · office 1; office 2", "Bắc Giang, Bắc Ninh", "2023"),
    ]
    result = engine.evaluate(merged.long, merged.edition)
    assert "merged (sum) from Bắc Giang, Bắc Ninh" in str(result.explain("Bắc Ninh", "a"))
    assert "merged_areas" in result.findings["code"]


def test_the_trail_says_how_each_figure_came_about(engine: Engine) -> None:
    merged = engine.merge_areas(table(changed("Bắc Ninh", w=None)), edition(), rules={"a": {"mean": "w"}, "w": "sum"})
    assert merged.trail.rows() == [
        ("24", "Bắc Ninh", "2024", "a", None, "mean", "w", "caller", "Bắc Giang, Bắc Ninh", None),
        ("24", "Bắc Ninh", "2024", "w", None, "sum", None, "caller", "Bắc Giang, Bắc Ninh", "Bắc Ninh"),
    ]


# -- lists that cannot be merged ---------------------------------------------------------------------------------


def test_faults_of_the_lists_are_named_all_at_once(engine: Engine) -> None:
    former = [{"code": code, "name": code.upper()} for code in ("a1", "b1", "c1")]
    current = areas_document({"X": ["a1", "b1"], "Y": ["b1", "zz"]})
    current["areas"].append({"code": "Z", "name": "New Z"})
    with pytest.raises(piikit.DocumentError) as caught:
        engine.merge_areas(table({("a1", "2024"): {"a": 1.0}}), edition(former), current)
    assert [(item.code, item.column) for item in caught.value.found] == [
        ("unknown_area_code", "/areas/1/formed_from"),
        ("several_successors", "/areas/1"),
        ("no_successor", "/areas/2"),
        ("no_former_area", "/areas/1"),
        ("no_former_area", "/areas/2"),
    ]


def test_two_lists_that_disagree_are_refused() -> None:
    former = area_list(
        {
            "id": "old",
            "title": {"vi": "Cũ", "en": "Old"},
            "sources": ["s"],
            "successor": "new",
            "areas": [{"code": "a1", "name": "A", "successor": "Y"}, {"code": "b1", "name": "B", "successor": "Y"}],
        }
    )
    with pytest.raises(piikit.DocumentError) as caught:
        Engine().merge_areas(
            table({("a1", "2024"): {"a": 1.0}}),
            edition(None) | {"areas": "vn-63"},
            areas_document({"X": ["a1"], "Y": ["b1"]}),
            former=former,
        )
    assert [(item.code, item.column) for item in caught.value.found] == [("other_successor", "/areas/0/successor")]


@pytest.mark.parametrize(
    ("of", "to", "said"),
    [
        ("pii-2024", "vn-63", "nothing to merge"),
        ("pii-2025", "vn-63", "'vn-63' does not follow list 'vn-34'"),
        ("pii-2025", "vn-34", "nothing to merge"),
        ("pii-2024", "vn-334", "did you mean 'vn-34'"),
    ],
)
def test_a_list_that_does_not_follow_is_refused(engine: Engine, of: str, to: str, said: str) -> None:
    with pytest.raises(piikit.UsageError, match=said):
        engine.merge_areas({"area": ["Hà Nội"], "hdi": [0.8]}, of, to)


def test_wrong_rules_are_named_all_at_once(engine: Engine) -> None:
    with pytest.raises(piikit.UsageError) as caught:
        engine.merge_areas(table(TWO), edition(), rules={"a": "sun", "bb": "sum", "w": {"mean": 1}, "z": {}})
    for said in (
        "did you mean 'sum'",
        "unknown item or indicator of the edition 'bb'",
        "w: the weight of a mean",
        "z: unknown rule '{}'",
    ):
        assert said in str(caught.value)
    with pytest.raises(piikit.UsageError, match="no column of weights named 'heads'"):
        engine.merge_areas(table(TWO), edition(), rules={"a": {"mean": "heads"}})
