"""Files as departments send them: each trap one file and one reason to fail."""

from __future__ import annotations

import codecs
import json
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import piikit
from files import codes, one, put, rows
from piikit.files.origins import as_text
from piikit.files.read import read, read_standard_input, read_table
from piikit.findings.finding import HIDDEN

__all__ = ["put"]  # a fixture

FILE, SHEET, ROW = HIDDEN.values()
CSV = "area,period,x\nHà Nội,2024,1\nHuế,2024,2\n"
ROWS = [("Hà Nội", "2024", "1"), ("Huế", "2024", "2")]

# -- text files --------------------------------------------------------------------------------------------------

ENCODED = {
    "utf-8": CSV.encode(),
    "utf-8-mark": codecs.BOM_UTF8 + CSV.encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + CSV.encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + CSV.encode("utf-16-be"),
    "decomposed": unicodedata.normalize("NFD", CSV).encode(),
    "semicolons": CSV.replace(",", ";").encode(),
    "tabs": CSV.replace(",", "\t").encode(),
    "told": b"sep=;\n" + CSV.replace(",", ";").encode(),
    "windows-lines": CSV.replace("\n", "\r\n").encode(),
    "old-mac-lines": CSV.replace("\n", "\r").encode(),
    "no-last-line-feed": CSV.strip().encode(),
    "quoted": b'"area","period","x"\n"H\xc3\xa0 N\xe1\xbb\x99i","2024","1"\n"Hu\xe1\xba\xbf","2024","2"\n',
    "header-in-spaces": CSV.replace("area,period", " area ,\u200bperiod\u00a0").encode(),
    "header-in-vietnamese": CSV.replace("area,period", "Tỉnh/Thành phố,Năm").encode(),
    "header-in-capitals": CSV.replace("area,period", "ĐỊA PHƯƠNG,NĂM").encode(),
    "empty-rows": CSV.replace("Huế", "\n,,\n  \nHuế").encode(),
    "empty-columns": CSV.replace("\n", ",,\n").encode(),
    "title-above": b"B\xe1\xba\xa3ng 1,,\n\n" + CSV.encode(),
}


@pytest.mark.parametrize("form", ENCODED)
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
def test_every_habit_of_text_files_gives_the_same_table(form: str, suffix: str, put: Any) -> None:
    found = read(put("a" + suffix, ENCODED[form]))
    assert rows(found) == ROWS
    assert found.frame.columns[:3] == ["area", "period", "x"]
    assert codes(found) == []


def test_rows_are_numbered_as_a_spreadsheet_shows_them(put: Any) -> None:
    found = read(put("a.csv", 'Title\n\narea,x\n\n"a\nb",1\n,\nc,2\n'))
    assert found.frame.rows() == [("a\nb", "1", "a.csv", None, 5), ("c", "2", "a.csv", None, 7)]


@pytest.mark.parametrize(("separator", "decimals"), [(";", "1,5"), (",", '"1,5"'), ("\t", "1,5")])
def test_a_decimal_comma_does_not_make_the_separator(separator: str, decimals: str, put: Any) -> None:
    content = f"area{separator}x{separator}y\n" + f"a{separator}{decimals}{separator}{decimals}\n" * 3
    assert rows(read(put("a.csv", content))) == [("a", "1,5", "1,5")] * 3


def test_a_separator_in_quotes_is_text(put: Any) -> None:
    assert rows(read(put("a.csv", 'area;x\n"a;b";"say ""1"""\n'))) == [("a;b", 'say "1"')]


def test_a_file_larger_than_what_is_counted_at_once(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("piikit.files.delimited.CHUNK", 7)
    found = read(put("a.csv", 'area,x\n"a,\n""b",1\n\nc,2\nd,3,4\ne\n'))
    assert rows(found) == [('a,\n"b', "1"), ("c", "2"), ("e", None)]
    assert found.frame[ROW].to_list() == [2, 4, 6]


def test_a_row_with_too_many_cells_is_an_error_and_not_used(put: Any) -> None:
    found = read(put("a.csv", "area,x\na,1,5\nb,2\n"))
    finding = one(found, "ragged_row")
    assert finding.severity == "error"
    assert finding.cells is not None and finding.cells.rows() == [("3", "a.csv", None, 2)]
    assert rows(found) == [("b", "2")]


def test_a_row_with_too_few_cells_is_a_warning(put: Any) -> None:
    found = read(put("a.csv", "area,x,y\na,1\nb,2,3\n"))
    assert one(found, "short_row").severity == "warning"
    assert rows(found) == [("a", "1", None), ("b", "2", "3")]


def test_a_name_that_stands_twice_names_both_columns(put: Any) -> None:
    found = read(put("a.csv", "area,x, x\na,1,2\n"))
    finding = one(found, "duplicate_header")
    assert (finding.severity, finding.params["letters"]) == ("error", ["B", "C"])
    assert rows(found) == [("a",)]


def test_a_column_without_a_name_is_a_warning(put: Any) -> None:
    found = read(put("a.csv", "area,,x\na,1,2\n"))
    assert (one(found, "empty_header").severity, rows(found)) == ("warning", [("a", "2")])


@pytest.mark.parametrize(
    ("date", "meant"),
    [
        ("2002-01-01", "1.1.2"),
        ("01/01/2002", "1.1.2"),
        ("2/1/03", "2.1.3 / 1.2.3"),
        ("2003-02-01 00:00:00", "1.2.3 / 2.1.3"),
    ],
)
def test_a_code_that_became_a_date_is_an_error(date: str, meant: str, put: Any) -> None:
    found = read(put("a.csv", f"area,{date}\na,1\n"))
    finding = one(found, "header_is_date")
    assert (finding.severity, finding.params["meant"], rows(found)) == ("error", meant, [("a",)])


def test_a_column_named_as_hidden_ones_are_is_an_error(put: Any) -> None:
    assert one(read(put("a.csv", "area,@row\na,1\n")), "reserved_header").severity == "error"


def test_sdmx_columns_without_figures_are_left_out(put: Any) -> None:
    header = "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,INDICATOR,OBS_VALUE,OBS_STATUS\n"
    found = read(put("a.csv", header + "dataflow,X,I,01,2024,x,1,A\n"))
    assert found.frame.columns[:-3] == ["area", "period", "item", "value", "status"]
    assert codes(found) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("area,x\nHà Nội,1\n".encode("cp1258", errors="replace").replace(b"?", b"\xd2"), "position 8"),
        ("area,x\nHà Nội,1\n".encode("utf-16-le"), "null byte|position"),
        (b"area,x\na\0,1\n", "null byte at position 8"),
        (codecs.BOM_UTF16_LE + b"a\0r", "UTF-16-LE"),
        (b'area,x\na,"1\nb,2\n', "never closed"),
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"area,x\na" + b"," * 20_000, "16384"),
    ],
)
def test_a_text_that_cannot_be_read_names_its_trouble(content: bytes, words: str, put: Any) -> None:
    with pytest.raises(piikit.UsageError, match=words) as caught:
        read(put("spoilt.csv", content))
    assert "spoilt.csv" in str(caught.value)


def test_a_file_above_the_limit_is_refused_unread(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("piikit.files.folder.MAX_BYTES", 10)
    with pytest.raises(piikit.UsageError, match=r"a\.csv: \d+ bytes, more than the 10 "):
        read(put("a.csv", CSV))


def test_the_table_alone_does_not_hide_an_error(put: Any) -> None:
    with pytest.raises(piikit.InputError, match=r"a\.csv"):
        read_table(put("a.csv", "area,x\na,1,2\n"))
    assert read_table(put("b.csv", CSV)).columns == ["area", "period", "x"]


# -- json, ndjson, parquet ---------------------------------------------------------------------------------------

PLAIN = [{"area": "Hà Nội", "x": 1.5}, {"area": "Huế", "x": None}]
JSON = {
    "rows.json": json.dumps(PLAIN),
    "columns.json": json.dumps({"area": ["Hà Nội", "Huế"], "x": [1.5, None]}),
    "under-data.json": json.dumps({"title": "t", "data": PLAIN}),
    "decomposed.json": unicodedata.normalize("NFD", json.dumps(PLAIN, ensure_ascii=False)),
    "lines.ndjson": "\n".join(json.dumps(row) for row in PLAIN),
    "lines.jsonl": "\n\n".join(json.dumps(row) for row in PLAIN) + "\n",
}


@pytest.mark.parametrize("name", JSON)
def test_every_json_gives_the_same_table(name: str, put: Any) -> None:
    assert rows(read(put(name, JSON[name]))) == [("Hà Nội", 1.5), ("Huế", None)]


def test_lines_of_ndjson_are_numbered_as_they_stand(put: Any) -> None:
    assert read(put("a.ndjson", '{"area":"a"}\n\n{"area":"b"}\n')).frame[ROW].to_list() == [1, 3]


def test_json_keeps_what_is_no_number(put: Any) -> None:
    found = read(put("a.json", json.dumps([{"x": cell} for cell in (1.234, True, "n/a", 2, 1.5)])))
    assert found.frame["x"].to_list() == ["1.2340", "true", "n/a", "2", "1.5"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", "[" * 100_000 + "]" * 100_000, "100000 levels"),
        ("a.json", '{"data":' * 50_000, "50000 levels"),
        ("a.ndjson", '{"a":' * 100_000 + "1" + "}" * 100_000, "100000 levels"),
        ("a.json", '[{"area":"a","x":1,"x":2}]', "'x' stands twice"),
        ("a.json", '[{"area":"a","x":[1,2]}]', "lists or objects"),
        ("a.json", '{"area":["a"],"x":[1,2]}', "differ in length"),
        ("a.json", '[{"area":"a"}', "not a readable json"),
        ("a.json", "3", "not a readable json"),
        ("a.ndjson", '{"area":"a"}\n[1]\n', "line 2"),
        ("a.parquet", "area,x", "not a readable parquet"),
    ],
)
def test_structured_text_that_is_no_table_is_one_error(name: str, content: str, words: str, put: Any) -> None:
    with pytest.raises(piikit.UsageError, match=words) as caught:
        read(put(name, content))
    assert name in str(caught.value)


def test_brackets_in_texts_do_not_nest(put: Any) -> None:
    text = '[[[[[[[[[["\\'
    assert rows(read(put("a.json", json.dumps([{"area": text}])))) == [(text,)]


def test_a_json_above_the_limit_is_refused(put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("piikit.files.structured.MAX_JSON", 10)
    with pytest.raises(piikit.UsageError, match="more than the 10 "):
        read(put("a.json", json.dumps(PLAIN)))


def test_parquet_keeps_its_types_and_has_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pl.DataFrame({"Tỉnh": ["a", "b"], "x": [1.5, None]}).write_parquet(tmp_path / "a.parquet")
    assert rows(read(tmp_path / "a.parquet")) == [("a", 1.5), ("b", None)]
    pl.DataFrame({"area": ["a"], "x": [[1]]}).write_parquet(tmp_path / "nested.parquet")
    with pytest.raises(piikit.UsageError, match=r"nested\.parquet.*x"):
        read(tmp_path / "nested.parquet")
    monkeypatch.setattr("piikit.files.structured.MAX_VALUES", 3)
    with pytest.raises(piikit.UsageError, match="2 rows x 2 columns"):
        read(tmp_path / "a.parquet")


# -- frames and bytes --------------------------------------------------------------------------------------------


def test_the_index_of_pandas_counts_only_where_it_holds_the_areas() -> None:
    frame = pd.DataFrame({"area": ["a", "b"], "x": [1, 2]}, index=[7, 8])
    assert read(frame).frame.columns == ["area", "x"]
    assert read(frame.set_index("area")).frame.rows() == [("a", 1), ("b", 2)]


def test_frames_carry_no_hidden_columns() -> None:
    assert read({"area": ["a"], "x": [1]}).frame.columns == ["area", "x"]


@pytest.mark.parametrize("content", [CSV, json.dumps(PLAIN), JSON["lines.ndjson"]])
def test_standard_input_is_told_by_its_beginning(content: str) -> None:
    assert read_standard_input(content.encode()).frame.height == 2


# -- several files -----------------------------------------------------------------------------------------------


def test_a_folder_is_read_whole_and_in_order(put: Any, tmp_path: Path) -> None:
    put("b.csv", "area,period,x\nb,2024,2\n")
    put("a.csv", "area,period,x\na,2024,1\n")
    put("~$a.xlsx", "lock")
    put(".hidden.csv", "area\nz\n")
    found = read(tmp_path)
    assert rows(found) == [("a", "2024", "1"), ("b", "2024", "2")]
    assert found.frame.select(FILE, ROW).rows() == [("a.csv", 2), ("b.csv", 2)]
    assert (found.parts, codes(found)) == (2, [])


def test_what_a_folder_holds_besides_is_named(put: Any, tmp_path: Path) -> None:
    put("a.csv", CSV)
    put("old.xls", "x")
    put("more/b.csv", CSV)
    found = read(tmp_path)
    assert [finding.params["where"] for finding in found.findings] == ["more", "old.xls"]
    assert set(codes(found)) == {("warning", "skipped_file")}


def test_files_that_cannot_be_read_are_named_together(put: Any, tmp_path: Path) -> None:
    put("a.csv", CSV)
    put("b.json", "{")
    put("c.csv", b"\0")
    with pytest.raises(piikit.UsageError, match=r"(?s)2 of 3 files.*b\.json.*c\.csv"):
        read(tmp_path)


@pytest.mark.parametrize("data", [[], "empty"])
def test_nothing_to_read_is_an_error_or_an_empty_table(data: Any, tmp_path: Path) -> None:
    if data == "empty":
        with pytest.raises(piikit.UsageError, match="no file to read"):
            read(tmp_path)
    else:
        assert read(data).frame.is_empty()


def test_files_of_one_name_are_told_apart_by_their_folders(put: Any) -> None:
    paths = [put("x/a.csv", "area,x\na,1\n"), put("y/a.csv", "area,x\nb,2\n"), put("y/b.csv", "area,x\nc,2\n")]
    assert read(paths).frame[FILE].to_list() == ["x/a.csv", "y/a.csv", "b.csv"]


def test_rows_doubled_within_one_file_stay_doubled(put: Any) -> None:
    found = read([put("a.csv", "area,x\na,1\na,1\n"), put("b.csv", "area,y\na,2\n")])
    assert found.frame.height == 3


def test_long_files_stand_below_each_other(put: Any) -> None:
    content = "area,item,value\na,x,1\n"
    assert read([put("a.csv", content), put("b.csv", content)]).frame.height == 2


def test_numbers_beside_texts_stay_the_same_numbers(put: Any) -> None:
    found = read(
        [put("a.json", '[{"area":"a","x":1.234},{"area":"c","x":1234567.5}]'), put("b.csv", "area,x\nb,n/a\n")]
    )
    assert found.frame["x"].to_list() == ["1.2340", "1234567.5", "n/a"]


@pytest.mark.parametrize(("number", "text"), [(1.0, "1"), (-12.125, "-12.1250"), (1234.125, "1234.125"), (0.1, "0.1")])
def test_a_number_as_text_has_one_reading(number: float, text: str) -> None:
    assert pl.DataFrame({"x": [number]}).select(as_text("x")).item() == text
