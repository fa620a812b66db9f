"""Projects of the R package COINr: what their two tables become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from commands import runner
from piikit.cli import piikit as command
from piikit.framework.documents import schema_faults
from piikit.inputs.coinr.names import CODE, TAKEN, codes_for

DATA = {"uCode": ["A", "B", "C"], "uName": ["Alpha", "Beta", "Gamma"], "x": [1.0, 2.0, 5.0], "y": [9.0, 1.0, None]}
META = [
    {"iCode": "x", "Type": "Indicator", "Level": 1, "Parent": "TOP", "Weight": 1, "Direction": 1},
    {"iCode": "y", "Type": "Indicator", "Level": 1, "Parent": "TOP", "Weight": 3, "Direction": -1},
    {"iCode": "TOP", "Type": "Aggregate", "Level": 2, "Parent": None, "Weight": 1, "Direction": 1},
]


def meta(*more: dict[str, Any], **changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of META with cells changed by code, and further rows; every row has all columns."""
    rows = [{**row, **changes.get(row["iCode"], {})} for row in META] + list(more)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name) for name in names} for row in rows]


def codes(error: piikit.FindingsError) -> list[str]:
    return error.findings["code"].to_list()


def test_the_tables_become_data_and_a_sound_edition() -> None:
    project = piikit.from_coinr(DATA, meta())
    assert project.data.columns == ["area", "area_name", "period", "x", "y"]
    assert not schema_faults(project.edition, "edition.schema.json")
    nodes = {node["code"]: node for node in project.edition["nodes"]}
    assert list(nodes) == ["TOP", "x", "y"]
    assert nodes["y"] == {"code": "y", "level": "indicator", "parent": "TOP", "weight": 3, "direction": "lower"}
    assert [area["name"] for area in project.edition["areas"]] == ["Alpha", "Beta", "Gamma"]
    # A: x 0, y 0; B: x 25, y 100; C: x 100 alone.
    assert piikit.evaluate(project.data, project.edition).table("score")["TOP"].to_list() == [0.0, 81.25, 100.0]


def test_a_panel_keeps_its_periods_as_text() -> None:
    data = {"uCode": ["A", "A"], "Time": [2023.0, 2024.0], "x": [1, 2], "y": [1, 2]}
    project = piikit.from_coinr(data, meta())
    assert project.data["period"].to_list() == ["2023", "2024"]
    assert project.edition["period"] == "2024"
    assert project.edition["areas"] == [{"code": "A", "name": "A"}]


def test_without_time_the_period_is_the_one_stated_and_else_said() -> None:
    assert set(piikit.from_coinr(DATA, meta(), period="2020").data["period"]) == {"2020"}
    project = piikit.from_coinr(DATA, meta())
    assert project.findings["code"].to_list() == ["coinr_no_period"]
    assert project.edition["period"] == "undated"


@pytest.mark.parametrize(
    ("data", "rows", "wanted"),
    [
        (DATA, meta(x={"Direction": 0}), "coinr_bad_cell"),
        (DATA, meta(x={"Weight": -1}), "coinr_bad_cell"),
        (DATA, meta(x={"Weight": "heavy"}), "coinr_bad_cell"),
        (DATA, meta(x={"Type": "Indikator"}), "coinr_bad_cell"),
        (DATA, meta(META[0]), "coinr_duplicate_code"),
        (DATA, meta(x={"Parent": "TIP"}), "coinr_unknown_parent"),
        (DATA, meta(x={"Parent": None}), "coinr_roots"),
        (DATA, meta(x={"iCode": "xx"}), "coinr_absent_column"),
        (DATA, meta(x={"Denominator": "people"}), "coinr_unknown_denominator"),
        ({"area": ["A"], "x": [1], "y": [1]}, meta(), "missing_key"),
        ({**DATA, "x": ["1", "many", "2"]}, meta(), "not_a_number"),
    ],
)
def test_an_error_is_named(data: Any, rows: Any, wanted: str) -> None:
    with pytest.raises(piikit.InputError) as caught:
        piikit.from_coinr(data, rows)
    assert wanted in codes(caught.value)


def test_errors_of_both_tables_are_named_together() -> None:
    with pytest.raises(piikit.InputError) as caught:
        piikit.from_coinr({"uCode": ["A"], "x": [1]}, meta(x={"Parent": "TIP"}))
    assert set(codes(caught.value)) == {"coinr_unknown_parent", "coinr_absent_column"}


@pytest.mark.parametrize(
    ("data", "rows", "wanted"),
    [
        (DATA, meta(x={"Weight": None}), "coinr_no_weight"),
        (DATA, meta(TOP={"Direction": -1}), "coinr_direction_unused"),
        (DATA, meta(x={"Remark": "new"}), "coinr_unknown_field"),
        ({**DATA, "z": [1, 2, 3]}, meta(), "coinr_unknown_column"),
        ({**DATA, "z": [1, 2, 3]}, meta({"iCode": "z", "Type": "Other"}), "coinr_other_column"),
        ({**DATA, "Den_z": [1, 2, 3]}, meta(), "coinr_other_column"),
        (DATA, meta(x={"Level": 0}), "coinr_uneven_levels"),
        (DATA, meta(x={"Target": 4}), "coinr_target_unused"),
    ],
)
def test_what_has_no_counterpart_is_said(data: Any, rows: Any, wanted: str) -> None:
    project = piikit.from_coinr(data, rows, period="2024")
    assert project.findings["code"].to_list() == [wanted]
    piikit.evaluate(project.data, project.edition)


def test_one_of_several_roots_is_taken_and_the_rest_named() -> None:
    more = {"iCode": "z", "Type": "Indicator", "Level": 1, "Parent": "OTHER", "Weight": 1, "Direction": 1}
    other = {"iCode": "OTHER", "Type": "Aggregate", "Level": 2, "Parent": None, "Weight": 1, "Direction": 1}
    project = piikit.from_coinr({**DATA, "z": [1, 2, 3]}, meta(more, other), index="TOP", period="2024")
    assert project.findings["code"].to_list() == ["coinr_left_out"]
    assert [node["code"] for node in project.edition["nodes"]] == ["TOP", "x", "y"]
    assert "z" not in project.data.columns
    with pytest.raises(piikit.UsageError, match="did you mean 'TOP'"):
        piikit.from_coinr(DATA, meta(), index="TOPP")


def test_a_circle_is_a_fault_of_the_edition() -> None:
    ring = [
        {"iCode": a, "Type": "Aggregate", "Level": 2, "Parent": b, "Weight": 1, "Direction": 1} for a, b in ("PQ", "QP")
    ]
    with pytest.raises(piikit.DocumentError) as caught:
        piikit.from_coinr(DATA, meta(*ring))
    assert "cycle" in codes(caught.value)


def test_groups_are_text_columns_and_groups_of_the_edition() -> None:
    data = {**DATA, "Zone Type": [1.0, 1.0, 2.0], "Group_Size": ["L", "L", "S"]}
    project = piikit.from_coinr(data, meta({"iCode": "Zone Type", "Type": "Group"}), period="2024")
    assert project.data["Zone_Type"].to_list() == ["1", "1", "2"]
    assert project.edition["groups"]["group_size"]["column"] == "Group_Size"
    result = piikit.evaluate(project.data, project.edition)
    assert result.ranks("group_size")["TOP"].to_list() == [2, 1, 1]


def test_codes_that_cannot_be_are_renamed_and_areas_keep_theirs_as_names() -> None:
    data = {"uCode": ["Hà Nội", "B"], "status": [1.0, 2.0], "y": [1.0, 2.0]}
    project = piikit.from_coinr(data, meta(x={"iCode": "status"}), period="2024")
    assert project.findings["code"].to_list() == ["coinr_renamed"]
    assert project.data.columns[-2:] == ["status_", "y"]
    result = piikit.evaluate(project.data, project.edition)
    assert result.explain("Hà Nội", "status_").value == 1.0


def test_a_target_becomes_the_parameter_of_its_method() -> None:
    project = piikit.from_coinr(
        DATA, meta(x={"Target": 4}, y={"Target": 0}), normalise="distance_to_target", period="2024"
    )
    assert project.findings.is_empty()
    nodes = {node["code"]: node for node in project.edition["nodes"]}
    assert nodes["x"]["normalise"] == {"target": 4, "method": "distance_to_target"}


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(piikit.DocumentError, match="min_max"):
        piikit.from_coinr(DATA, meta(), normalise="minmax")


CSV = "uCode,Area,x,y\nA,1.234,1.5,NA\nB,2.345,2,3\n"
TABLE = (
    "iCode,Type,Level,Parent,Weight,Direction\nx,Indicator,1,TOP,1,1\ny,Indicator,1,TOP,1,1\nTOP,Aggregate,2,NA,NA,1\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    paths = tmp_path / "iData.csv", tmp_path / "iMeta.csv"
    paths[0].write_text(CSV, encoding="utf-8")
    paths[1].write_text(TABLE + "Area,Indicator,1,TOP,1,1\n", encoding="utf-8")
    return str(paths[0]), str(paths[1])


def test_files_are_read_as_r_writes_them(files: tuple[str, str]) -> None:
    data = piikit.from_coinr(*files).data
    assert data["Area"].to_list() == [1.234, 2.345], "a decimal point, and land area is no key"
    assert data["y"].to_list() == [None, 3.0]


def test_decimal_commas_of_write_csv2(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("uCode;x;y\nA;1,5;2,125\nB;2,5;1\n", encoding="utf-8")
    (tmp_path / "m.csv").write_text(TABLE.replace(",", ";").replace("TOP;1;1", "TOP;0,5;1"), encoding="utf-8")
    project = piikit.from_coinr(tmp_path / "d.csv", tmp_path / "m.csv")
    assert project.data["y"].to_list() == [2.125, 1.0]
    assert project.edition["nodes"][1]["weight"] == 0.5


def test_both_tables_from_one_workbook(tmp_path: Path) -> None:
    writer = pytest.importorskip("xlsxwriter")
    path = tmp_path / "coin.xlsx"
    with writer.Workbook(path) as book:
        for name, frame in (("iMeta", pl.DataFrame(meta())), ("iData", pl.DataFrame(DATA))):
            frame.write_excel(book, name)
    project = piikit.from_coinr(path, path)
    assert project.data.equals(piikit.from_coinr(DATA, meta()).data)


def test_what_is_written_evaluates_to_the_same(tmp_path: Path) -> None:
    project = piikit.from_coinr({**DATA, "x": [1.234, 0.1 + 0.2, 1e-7]}, meta())
    folder = project.write(tmp_path / "moved")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data.csv", "edition.json", "moved"]
    again = piikit.evaluate(folder / "data.csv", str(folder / "edition.json"))
    assert again.table("score").equals(piikit.evaluate(project.data, project.edition).table("score"))


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(piikit.UsageError, match="holds something"):
        piikit.from_coinr(DATA, meta()).write(tmp_path)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


def test_the_command_writes_both_files_and_says_what_it_found(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    goal = '{"method": "min_max", "lower": 1, "upper": 10}'
    done = runner().invoke(command, ["import-coinr", *files, "-o", str(out), "--normalise", goal, "--id", "own"])
    assert done.exit_code == 0, done.output
    assert "no column Time" in done.stderr
    document = json.loads((out / "edition.json").read_text(encoding="utf-8"))
    assert (document["id"], document["defaults"]["normalise"]["upper"]) == ("own", 10)
    scored = runner().invoke(command, ["evaluate", str(out / "data.csv"), "-e", str(out / "edition.json"), "--json"])
    assert scored.exit_code == 0


def test_the_command_writes_nothing_where_there_are_errors(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = runner().invoke(command, ["import-coinr", files[1], files[0], "-o", str(out)])
    assert isinstance(done.exception, piikit.InputError)
    assert not out.exists()


def test_results_of_coinr_are_compared_as_they_are(tmp_path: Path) -> None:
    project = piikit.from_coinr({**DATA, "Group_Size": ["L", "L", "S"], "Time": 2024}, meta())
    result = piikit.evaluate(project.data, project.edition)
    scores = {code: result.table("score")[code] for code in ("TOP", "x", "y")}
    wide = pl.DataFrame({"uCode": ["C", "A", "B"], "Time": 2024, "uName": "n", "Group_Size": "L"})
    wide = wide.with_columns(values.gather([2, 0, 1]) for values in scores.values())
    assert result.compare(wide, tolerance=0)["agrees"].to_list() == [True] * 8, "8 of 9 cells have a score"
    wide.write_csv(tmp_path / "agg.csv", null_value="NA")
    assert result.compare(str(tmp_path / "agg.csv"), tolerance=0)["agrees"].all()
    other = result.compare(wide.with_columns(pl.col("TOP") + 1)).filter(code="TOP")
    assert other["difference"].to_list() == [-1.0] * 3


def test_a_misspelt_column_of_results_is_a_fault() -> None:
    rows = meta(TOP={"iCode": "OVERALL"}, x={"Parent": "OVERALL"}, y={"Parent": "OVERALL"})
    project = piikit.from_coinr(DATA, rows)
    result = piikit.evaluate(project.data, project.edition)
    with pytest.raises(piikit.InputError) as caught:
        result.compare({"uCode": ["A"], "x": [0.0], "OVERAL": [0.0]})
    assert codes(caught.value) == ["unknown_code"]


@settings(max_examples=60)
@given(st.lists(st.text(max_size=8) | st.sampled_from([*sorted(TAKEN), "R&D", "R_D", "a b", "a_b"]), unique=True))
def test_every_text_gets_a_code_of_its_own(texts: list[str]) -> None:
    found = codes_for(texts)
    assert set(found) == set(texts)
    assert len(set(found.values())) == len(texts)
    assert all(CODE.fullmatch(code) and code not in TAKEN for code in found.values())
    assert all(found[text] == text for text in texts if CODE.fullmatch(text) and text not in TAKEN)


def test_a_denominator_divides_and_may_be_an_indicator_too() -> None:
    people = {"iCode": "people", "Type": "Denominator"}
    rows = meta(people, x={"Denominator": "people", "Unit": "Number"}, y={"Denominator": "x"})
    project = piikit.from_coinr({**DATA, "people": [2.0, 4.0, 5.0]}, rows, period="2024")
    assert project.findings.is_empty()
    assert [unit["name"]["en"] for unit in project.edition["units"].values()] == ["Number / people"]
    values = piikit.evaluate(project.data, project.edition).table("value")
    assert values["x"].to_list() == [0.5, 0.5, 1.0]
    assert values["y"].to_list() == [9.0, 0.5, None]
