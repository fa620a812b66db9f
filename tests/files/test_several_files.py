"""Several tables of one area and period, from files in which the areas are written in different ways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from files import put  # noqa: F401 (a fixture)
from piikit.files.origins import Read, together
from piikit.inputs import Table, assemble

ENGINE = piikit.Engine()
EDITION = ENGINE.edition("pii-2024")
KEPT = ("area_name", "period", "population", "patent_applications", "value:7.2.4")
PLACE = ("file", "sheet", "row")


def table(data: Any, edition: Any = EDITION) -> Table:
    return assemble(data, edition, ENGINE.catalogue)


def rows(data: Any) -> list[tuple[Any, ...]]:
    return table(data).frame.select(*KEPT).rows()


def found(data: Any, code: str) -> pl.DataFrame:
    """The rows of the findings of one code, their texts filled in in both languages."""
    every = table(data).findings
    for lang in ("vi", "en"):
        assert not every.frame(lang)["message"].str.contains(r"[{}]").any()
        assert "{" not in every.grouped(lang)
    return every.frame("en").filter(pl.col("code") == code)


@pytest.mark.parametrize("second", ["Hà Nội", "Ha Noi", "01", "1", "TP. Hà Nội", "hà  nội"])
def test_an_area_is_one_however_each_file_writes_it(second: str, put: Any) -> None:  # noqa: F811
    paths = [
        put("a.csv", "area,period,population\nHà Nội,2024,8500000\nBắc Giang,2024,1900000\n"),
        put("b.csv", f"Tỉnh;Năm;patent_applications\n{second};2024;420\n24;2024;30\n"),
        put("c.json", '[{"area":"Ha Noi","period":2024,"7.2.4":0.82}]'),
    ]
    assert rows(paths) == [("Hà Nội", "2024", 8500000, 420, 0.82), ("Bắc Giang", "2024", 1900000, 30, None)]
    assert found(paths, "duplicate_key").is_empty()


def test_a_file_without_period_is_about_the_editions_own(put: Any) -> None:  # noqa: F811
    paths = [
        put("a.csv", "area,population\n01,5\n"),
        put("b.csv", "area,period,patent_applications,7.2.4\nHà Nội,2024,7,0.8\n"),
    ]
    assert rows(paths) == [("Hà Nội", "2024", 5, 7, 0.8)]


def test_a_folder_is_merged_too(put: Any, tmp_path: Path) -> None:  # noqa: F811
    put("a.csv", "area,population,7.2.4\nHà Nội,5,\n")
    put("b.csv", "area,patent_applications\n01,7\n")
    assert rows(tmp_path) == [("Hà Nội", "2024", 5, 7, None)]


@pytest.mark.parametrize(("one", "other"), [("1.50", "1.5"), ("1500", "1.5e3"), (" 7 ", "7"), ("12 %", "12 %")])
def test_a_cell_given_twice_is_fine_where_it_is_the_same(one: str, other: str, put: Any) -> None:  # noqa: F811
    item = "2.1.2" if "%" in one else "population"
    paths = [put("a.csv", f"area,{item}\nHà Nội,{one}\n"), put("b.csv", f"area,{item}\n01,{other}\n")]
    assert found(paths, "conflicting_cells").is_empty()
    assert table(paths).frame.height == 1


def test_a_cell_given_differently_is_an_error_that_names_each(put: Any) -> None:  # noqa: F811
    paths = [
        put("a.csv", "area,population,7.2.4\nHà Nội,5,0.8\nBắc Giang,6,0.7\n"),
        put("b.csv", "area,7.2.4,population\nx,1,1\n\n01,0.8,9\nBac Giang,0.7,6\n"),
    ]
    wrong = found(paths, "conflicting_cells")
    assert wrong.select("severity", "area_name", "column", "value", *PLACE).rows() == [
        ("error", "Hà Nội", "population", "5", "a.csv", None, 2),
        ("error", "Hà Nội", "population", "9", "b.csv", None, 4),
    ]
    assert wrong["message"][0] == wrong["message"][1]
    assert "5 (a.csv:2) / 9 (b.csv:4)" in wrong["message"][0]
    frame = table(paths).frame.select("area_name", "population", "value:7.2.4")
    assert frame.rows() == [("Hà Nội", None, 0.8), ("Bắc Giang", 6, 0.7)]


def test_a_faulty_cell_beside_a_sound_one_is_named_and_the_sound_one_used(put: Any) -> None:  # noqa: F811
    paths = [put("a.csv", "area,population\nHà Nội,n/a?\n"), put("b.csv", "area,population\n01,9\n")]
    assert found(paths, "not_a_number").select("value", *PLACE).rows() == [("n/a?", "a.csv", None, 2)]
    assert table(paths).frame["population"].to_list() == [9]


def test_rows_doubled_within_one_file_stay_doubled(put: Any) -> None:  # noqa: F811
    paths = [
        put("a.csv", "area,population\nHà Nội,1\n01,1\n"),
        put("b.csv", "area,patent_applications\nHa Noi,2\n"),
    ]
    assert found(paths, "duplicate_key").select("value", *PLACE).rows() == [
        ("3", "a.csv", None, 2),
        ("3", "a.csv", None, 3),
        ("3", "b.csv", None, 2),
    ]
    assert table(paths).frame.is_empty()


def test_a_finding_names_the_file_that_its_own_cell_comes_from(put: Any) -> None:  # noqa: F811
    paths = [
        put("a.csv", "area,period,population\n\nHà Nội,2023,8000000\nHà Nội,2024,8100000\n"),
        put("b.csv", "area,period,hdi\n\n\n01,2023,0.081\n01,2024,0.81\n"),
    ]
    assert found(paths, "unit_slip").select("column", "value", *PLACE).rows() == [("hdi", "0.81", "b.csv", None, 5)]
    paths[1].write_text("area,period,hdi\n\n\n01,2024,1.81\n")
    assert found(paths, "above_maximum").select("value", *PLACE).rows() == [("1.81", "b.csv", None, 4)]


def test_long_and_wide_files_make_one_table(put: Any) -> None:  # noqa: F811
    paths = [
        put("a.csv", "area,item,value,source\n01,population,5,GSO\n01,patent_applications,7,IP\n24,population,6,GSO\n"),
        put("b.csv", "area,7.2.4,population\nHà Nội,0.8,5\nBắc Giang,0.7,\n"),
    ]
    assert rows(paths) == [("Hà Nội", "2024", 5, 7, 0.8), ("Bắc Giang", "2024", 6, None, 0.7)]
    assert not table(paths).findings.errors
    assert table(paths).trail["source"].to_list() == ["GSO", "GSO", "IP"]


def test_areas_of_an_edition_without_a_list_are_those_of_all_files(put: Any) -> None:  # noqa: F811
    document = {
        "id": "own",
        "status": "local",
        "period": "2024",
        "title": {"vi": "x", "en": "x"},
        "sources": ["x"],
        "nodes": [
            {"code": "R", "level": "index"},
            *({"code": code, "parent": "R", "level": "indicator"} for code in ("x", "y")),
        ],
    }
    paths = [put("a.csv", "area,x\nb,1\na,2\n"), put("b.csv", "area,y\na ,3\nc,4\n")]
    frame = table(paths, ENGINE.edition(document)).frame.select("area", "value:x", "value:y")
    assert frame.rows() == [("b", 1, None), ("a", 2, 3), ("c", None, 4)]


SPELLINGS = {"01": ("Hà Nội", "01", "Ha Noi"), "24": ("Bắc Giang", "24", "BAC GIANG"), "79": ("TP HCM", "79")}
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(sorted(SPELLINGS)), st.sampled_from(["population", "patent_applications", "6.1.1"])),
    st.integers(1, 3),
    min_size=1,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=3), st.data())
def test_files_say_what_their_cells_say(parts: list[dict[tuple[str, str], int]], draw: st.DataObject) -> None:
    reads = []
    told: dict[tuple[str, str], set[int]] = {}
    for number, cells in enumerate(parts):
        areas, items = sorted({area for area, _ in cells}), sorted({item for _, item in cells})
        columns: dict[str, Any] = {"area": [draw.draw(st.sampled_from(SPELLINGS[area])) for area in areas]}
        columns |= {item: [cells.get((area, item)) for area in areas] for item in items}
        hidden = {"@file": [f"{number}"] * len(areas), "@sheet": [None] * len(areas), "@row": list(range(len(areas)))}
        types = {**dict.fromkeys(items, pl.Int64), "@sheet": pl.String, "@row": pl.Int64}
        reads.append(Read(frame=pl.DataFrame({**columns, **hidden}, schema_overrides=types)))
        for cell, value in cells.items():
            told.setdefault(cell, set()).add(value)
    made = table(together(reads))
    for row in made.frame.iter_rows(named=True):
        for item in {item for _, item in told}:
            name = item if item in row else f"value:{item}"
            values = told.get((row["area"], item), set())
            assert row[name] == (next(iter(values)) if len(values) == 1 else None)
    wrong = [finding for finding in made.findings if finding.code == "conflicting_cells"]
    cells = {(area, finding.column) for finding in wrong for area in finding.cells["area"]}  # type: ignore[index]
    assert cells == {cell for cell, values in told.items() if len(values) > 1}
