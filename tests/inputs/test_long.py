"""Long tables: nothing that was said of a figure is lost; revisions win, units are converted or refused."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import piikit
from piikit.findings.finding import HIDDEN

AREAS = {"Hà Nội": 8_000_000, "Cao Bằng": 500_000}


def rows(*changes: dict[str, Any]) -> pl.DataFrame:
    """Population and patents of two provinces, with rows changed or added."""
    base = [
        {"area": area, "item": item, "value": str(value), "unit": None, "revision": None, "source": None}
        for area, population in AREAS.items()
        for item, value in (("population", population), ("patent_applications", population // 100_000))
    ]
    return pl.DataFrame(
        [*base, *changes],
        infer_schema_length=None,
        schema_overrides={"unit": pl.String, "revision": pl.String, "source": pl.String, "value": pl.String},
    )


def errors(data: pl.DataFrame) -> list[tuple[str, str | None]]:
    found = piikit.check(data, "pii-2024").filter(severity="error")
    return list(found.select("code", "column").iter_rows())


def value(data: pl.DataFrame, area: str = "Hà Nội", code: str = "6.1.1") -> float | None:
    return piikit.evaluate(data, "pii-2024").explain(area, code).value


def test_a_later_revision_wins_and_the_earlier_stays_visible() -> None:
    newer = {"area": "Hà Nội", "item": "patent_applications", "value": "160", "revision": "2", "source": "sở KH&CN"}
    why = piikit.evaluate(rows(newer), "pii-2024").explain("Hà Nội", "6.1.1")
    assert why.items["patent_applications"] == 160
    said = {(entry["written"], entry["used"]) for entry in why.trail if entry["code"] == "patent_applications"}
    assert said == {("80", False), ("160", True)}
    assert "160: source sở KH&CN; revision 2" in str(why)
    assert "80 (superseded)" in str(why)


@pytest.mark.parametrize(
    ("older", "newer"), [("2", "10"), ("2024-07-01", "2024-10-01"), ("", "1"), ("1", "2024-07-01")]
)
def test_revisions_are_compared_as_numbers_then_as_text(older: str, newer: str) -> None:
    first = {"area": "Hà Nội", "item": "patent_applications", "value": "1", "revision": older}
    second = {"area": "Hà Nội", "item": "patent_applications", "value": "2", "revision": newer}
    for order in ((first, second), (second, first)):
        data = rows(*order).filter(~((pl.col("area") == "Hà Nội") & (pl.col("value") == "80")))
        assert piikit.evaluate(data, "pii-2024").explain("Hà Nội", "6.1.1").items["patent_applications"] == 2


def test_the_same_revision_twice_is_a_duplicate() -> None:
    twice = {"area": "Hà Nội", "item": "patent_applications", "value": "81"}
    assert errors(rows(twice)) == [("duplicate_key", "patent_applications")]


@pytest.mark.parametrize(
    ("unit", "written", "expected"),
    [
        ("thousand people", "8000", 8e6),
        ("nghìn người", "8000", 8e6),
        ("people", "8000000", 8e6),
        (None, "8000000", 8e6),
    ],
)
def test_a_known_unit_is_converted(unit: str | None, written: str, expected: float) -> None:
    data = rows({"area": "Hà Nội", "item": "population", "value": written, "unit": unit, "revision": "2"})
    assert piikit.evaluate(data, "pii-2024").explain("Hà Nội", "6.1.1").items["population"] == expected


def test_a_conversion_downwards_is_exact() -> None:
    data = pl.DataFrame(
        {"area": ["Hà Nội"], "item": ["grdp"], "value": [1_400_003.0], "unit": ["triệu đồng"], "source": ["x"]}
    )
    assert piikit.evaluate(data, "pii-2024").explain("Hà Nội", "4.2.3").items["grdp"] == 1_400_003.0 / 1000


def test_a_conversion_is_said() -> None:
    data = rows({"area": "Hà Nội", "item": "population", "value": "8000", "unit": "nghìn người", "revision": "2"})
    said = piikit.check(data, "pii-2024").filter(code="unit_converted")
    assert said.select("severity", "area_name", "column", "value").rows() == [("info", "Hà Nội", "population", "8000")]


@pytest.mark.parametrize("unit", ["billion VND", "dozens"])
def test_a_unit_that_cannot_be_converted_is_refused(unit: str) -> None:
    data = rows({"area": "Hà Nội", "item": "population", "value": "8000", "unit": unit, "revision": "2"})
    assert errors(data) == [("other_unit", "population")]


def test_nothing_said_of_a_figure_is_lost() -> None:
    said = {
        "status": "A",
        "source": "Cục Thống kê",
        "evidence": "số 12/BC",
        "unit": "people",
        "data_year": "2023",
        "date": "2024-05-02",
        "agency": "Cục Thống kê",
        "revision": "1",
    }
    data = pl.DataFrame([{"area": "Hà Nội", "item": "population", "value": 8e6, **said}])
    entry = piikit.evaluate(data, "pii-2024").explain("Hà Nội", "6.1.1").trail[0]
    assert {key: entry[key] for key in said} == said


def test_a_contact_is_never_carried_on() -> None:
    data = pl.DataFrame(
        [{"area": "Hà Nội", "item": "population", "value": 8e6, "source": "x", "contact": "Nguyễn Văn A 0912"}]
    )
    result = piikit.evaluate(data, "pii-2024")
    carried = str(result.explain("Hà Nội", "6.1.1").to_dict()) + str(result.to_dict())
    assert "0912" not in carried


def test_what_is_said_changes_the_record() -> None:
    plain, other = (
        pl.DataFrame([{"area": "Hà Nội", "item": "population", "value": 8e6, "source": source}]) for source in "ab"
    )
    assert piikit.evaluate(plain, "pii-2024").record["id"] != piikit.evaluate(other, "pii-2024").record["id"]


def test_findings_name_the_row_of_a_long_table() -> None:
    data = rows({"area": "Hà Nộ", "item": "hdi", "value": "0.7"}, {"area": "Cao Bằng", "item": "hdi", "value": "1.7"})
    placed = data.with_row_index(HIDDEN["row"], offset=2).with_columns(pl.lit("a.csv").alias(HIDDEN["file"]))
    found = piikit.check(placed, "pii-2024").filter(severity="error").select("code", "file", "row")
    assert sorted(found.rows()) == [("above_maximum", "a.csv", 7), ("unknown_area", "a.csv", 6)]


def test_a_code_that_became_a_date_is_named() -> None:
    data = pl.DataFrame({"area": ["Hà Nội"], "indicator": [pl.date(2001, 1, 2)], "value": [1.0]}, strict=False)
    data = data.with_columns(pl.date(2001, 1, 2).alias("indicator"))
    assert errors(data) == [("code_is_date", "indicator")]


def test_a_code_that_lost_its_zero_is_taken_and_said() -> None:
    data = pl.DataFrame({"area": [1, 4], "hdi": [0.8, 0.7]})
    result = piikit.evaluate(data, "pii-2024")
    assert result.scores["area_name"].unique().sort().to_list() == ["Cao Bằng", "Hà Nội"]
    assert result.findings.filter(code="code_without_zero")["value"].to_list() == ["1", "4"]
