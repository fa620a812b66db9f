"""Rows that are no area's, and rows whose code and name are of two areas."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from piikit import Engine


def found(data: Any, engine: Engine, edition: str = "pii-2025") -> list[tuple[str, str, str | None]]:
    codes = ["total_row", "note_row", "unknown_area", "area_name_differs", "no_area"]
    frame = engine.check(data, edition).filter(pl.col("code").is_in(codes))
    return frame.select("severity", "code", "value").rows()


@pytest.mark.parametrize("text", ["Cả nước", "CẢ NƯỚC", "Tổng số", "ca nuoc", "Trung bình cả nước:", "Total"])
def test_a_total_is_called_a_total(text: str, engine: Engine) -> None:
    assert found({"area": ["Hà Nội", text], "hdi": [0.8, 0.7]}, engine) == [("error", "total_row", text)]


def test_a_total_can_be_lowered_to_a_warning_and_is_still_not_used() -> None:
    engine = Engine(policy={"total_row": "warning"})
    result = engine.evaluate({"area": ["Hà Nội", "Cả nước"], "hdi": [0.8, 0.7]}, "pii-2025")
    assert result.table("value")["area_name"].to_list() == ["Hà Nội"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, "note_row"),
        ({"hdi": 0.5}, "unknown_area"),
        ({"region": "x"}, "unknown_area"),
        ({"region": " "}, "note_row"),
    ],
)
def test_a_row_is_a_note_only_where_nothing_is_lost_with_it(row: dict[str, Any], code: str, engine: Engine) -> None:
    data = pl.DataFrame([{"area": "Hà Nội", "hdi": 0.8, "region": "RRD"}, {"area": "Người lập biểu", **row}])
    assert [kind for _, kind, _ in found(data, engine)] == [code]


def test_an_area_that_is_only_misspelt_is_no_note(engine: Engine) -> None:
    assert found({"area": ["Hà Nộii"], "hdi": [None]}, engine) == [("error", "unknown_area", "Hà Nộii")]


@pytest.mark.parametrize(
    ("area", "name", "differs"),
    [
        ("24", "Bắc Ninh", False),
        ("24", "bac ninh", False),
        ("24", "Bắc Giang", True),
        ("24", "Hà Nội", True),
        ("24", "whatever", False),
        ("24", None, False),
        ("24", " ", False),
        ("46", "Thừa Thiên Huế", False),
        ("Hà Nội", "Hà Tĩnh", True),
        ("79", "BRVT", True),
    ],
)
def test_a_code_beside_the_name_of_another_area_is_an_error(
    area: str, name: str | None, differs: bool, engine: Engine
) -> None:
    data = pl.DataFrame({"area": [area, "92"], "area_name": [name, "Cần Thơ"], "hdi": [0.7, 0.8]})
    assert found(data, engine) == ([("error", "area_name_differs", area)] if differs else [])


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_no_figure_of_a_row_with_two_areas_is_used(shape: str, engine: Engine) -> None:
    data = {"area": ["24", "92"], "area_name": ["Bắc Giang", "Cần Thơ"]}
    data |= {"hdi": [0.7, 0.8]} if shape == "wide" else {"item": ["hdi"] * 2, "value": [0.7, 0.8]}
    result = engine.evaluate(data, "pii-2025", on_findings="keep")
    assert result.table("value").select("area_name", "7.2.4").rows() == [("Cần Thơ", 0.8)]
    # The same list of areas without names, asked for later, is not touched by what was found here.
    assert found({"area": ["24", "92"], "hdi": [0.7, 0.8]}, engine) == []


def test_what_is_written_of_a_result_can_be_read_again(engine: Engine) -> None:
    data = {"area": ["24", "92"], "hdi": [0.7, 0.8]}
    table = engine.evaluate(data, "pii-2025").table("value").select("area", "area_name", "7.2.4")
    assert found(table, engine) == []
