"""The folder of spoilt files: each trap is named, with its place; nothing else is; and what is sound is read.

`spoilt/expected.json` says of each file what must come out of it, word for word but for the messages. A file that
cannot be read is refused, with the reason.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from piikit import Engine, UsageError
from piikit.files.delimited import decoded, dialect_of
from piikit.files.read import Read, read
from piikit.findings.errors import UnreadableError
from piikit.findings.finding import HIDDEN
from piikit.inputs import assemble

FOLDER = Path(__file__).parent / "spoilt"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
STANDING = ("reconstructed_edition", "provisional_indicator", "absent_area")
"""Findings of the edition, and of areas that these small tables never had."""
KEYS = {
    "severity": "severity",
    "code": "code",
    "sheet": "sheet",
    "row": "row",
    "column": "column",
    "area": "area_name",
    "value": "value",
}
DELIMITED = (".csv", ".tsv", ".txt")
COLUMNS = ("area", "period", "population", "patent_applications", "hdi")
"""Of the workbooks, from A to E."""
NOTHING_LEFT = ("missing_key", "no_rows")
"""Codes that name no cell or row that could be taken out."""


def usable(name: str) -> None:
    if name.endswith(".xlsx"):
        pytest.importorskip("fastexcel", reason="the extra excel is not installed")


def found_in(data: Any, engine: Engine, edition: Any, lang: str = "en") -> list[dict[str, Any]]:
    rows = engine.check(data, edition, lang=lang).to_dicts()
    return [row for row in rows if row["code"] not in STANDING]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_spoilt_file_is_named_as_expected_and_nothing_else_is(name: str, engine: Engine) -> None:
    usable(name)
    told = EXPECTED[name]
    edition = told.get("edition", "pii-2024")
    if "refused" in told:
        with pytest.raises(UsageError, match=re.escape(told["refused"])) as caught:
            engine.check(FOLDER / name, edition)
        assert name in str(caught.value)
        return
    rows = found_in(FOLDER / name, engine, edition)
    shown = [{key: row[own] for key, own in KEYS.items() if row[own] is not None} for row in rows]
    assert shown == told["finds"]
    assert all(row["file"] == name for row in rows if row["row"] is not None)
    table = assemble(FOLDER / name, engine.edition(edition), engine.catalogue)
    figures = {row["area_name"]: row for row in table.frame.to_dicts()}
    for area, wanted in told.get("reads", {}).items():
        assert {column: figures[area].get(column) for column in wanted} == wanted


@pytest.mark.parametrize("name", [name for name in EXPECTED if EXPECTED[name].get("finds")])
def test_every_finding_is_said_in_vietnamese_with_what_to_do(name: str, engine: Engine) -> None:
    usable(name)
    said = [found_in(FOLDER / name, engine, EXPECTED[name].get("edition", "pii-2024"), lang) for lang in ("vi", "en")]
    for vi, en in zip(*said, strict=True):
        assert vi["message"] != en["message"]
        assert not re.search(r"[{}]|\bNone\b|@row", vi["message"] + (vi["hint"] or ""))
        assert vi["severity"] != "error" or vi["hint"]


@pytest.mark.parametrize(
    "name", [name for name in EXPECTED if name.endswith(DELIMITED) and "refused" in EXPECTED[name]]
)
def test_a_text_file_that_is_refused_is_refused_in_vietnamese_too(name: str, engine: Engine) -> None:
    with pytest.raises(UnreadableError) as caught:
        engine.check(FOLDER / name, "pii-2024", lang="vi")
    assert str(caught.value) == caught.value.text("vi") != caught.value.text("en")


# -- complete in one pass ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, told in EXPECTED.items()
        if {row["code"] for row in told.get("finds", ()) if row["severity"] != "info"} - set(NOTHING_LEFT)
    ],
)
def test_what_is_reported_is_all_there_is_of_its_kind(name: str, engine: Engine, tmp_path: Path) -> None:
    usable(name)
    edition = EXPECTED[name].get("edition", "pii-2024")
    rows = [row for row in found_in(FOLDER / name, engine, edition) if row["code"] not in NOTHING_LEFT]
    data: Any = tmp_path / name
    if name.endswith(DELIMITED):
        cleaned(FOLDER / name, rows, data)
    elif name.endswith(".xlsx"):
        data.write_bytes(make().packed(emptied(FOLDER / name, rows)))
    else:
        data = without(read(FOLDER / name), rows)
    left = {row["code"] for row in found_in(data, engine, edition)}
    assert left & {row["code"] for row in rows} == set()


def cleaned(source: Path, rows: list[dict[str, Any]], target: Path) -> None:
    """A text file without the cells, rows and columns that findings name."""
    content = decoded(source.read_bytes(), source.name)
    dialect = dialect_of(content, source.name)
    grid = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=dialect.separator))
    header = grid[dialect.header]
    dropped: set[int] = set()
    columns: set[str] = set()
    for row in rows:
        column, number = row["column"], row["row"]
        if number == dialect.header + 1:
            columns.add(row["value"] or header[ord(column) - ord("A")])
        elif number is not None and column in header and column != "area":
            grid[number - 1][header.index(column)] = ""
            dropped |= {number - 1} if column == "item" else set()
        elif number is not None:
            dropped.add(number - 1)
        elif row["code"] == "other_period":
            dropped |= {place for place, line in enumerate(grid) if row["value"] in line}
        elif column in header:
            columns.add(column)
        else:
            dropped |= {place for place, line in enumerate(grid) if row["area_name"] in line}
    keep = [place for place, name in enumerate(header) if name not in columns]
    lines = [[line[at] for at in keep if at < len(line)] for place, line in enumerate(grid) if place not in dropped]
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=dialect.separator, lineterminator="\n").writerows(lines)


def emptied(source: Path, rows: list[dict[str, Any]]) -> dict[str, bytes]:
    """The parts of a workbook without the cells, rows, columns, merges, sheets and links that findings name."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    book = parts["xl/workbook.xml"].decode()
    names = re.findall(r'<sheet name="([^"]*)"', book)
    for row in rows:
        at = f"xl/worksheets/sheet{names.index(row['sheet']) + 1 if row['sheet'] else 1}.xml"
        xml, value, number = parts[at].decode(), row["value"] or "", row["row"]
        column = "ABCDE"[COLUMNS.index(row["column"])] if row["column"] in COLUMNS else row["column"]
        if row["code"] == "external_links":
            del parts["xl/externalLinks/externalLink1.xml"]
        elif row["code"] == "unread_sheet":
            parts["xl/workbook.xml"] = re.sub(rf'<sheet name="{row["sheet"]}"[^>]*/>', "", book).encode()
        elif row["code"] == "header_is_date":
            xml = without_cells(xml, r"B\d+")
        elif row["code"] == "empty_header":
            xml = without_cells(xml, rf"{column}\d+")
        elif row["code"].startswith("merged"):
            xml = xml.replace(f'<mergeCell ref="{value}"/>', "")
        elif row["column"] == "area":
            xml = re.sub(rf'<row r="{number}".*?</row>', "", xml)
        else:
            xml = without_cells(xml, value if row["column"] is None else f"{column}{number}")
        parts[at] = xml.encode()
    return parts


def without_cells(xml: str, reference: str) -> str:
    return re.sub(rf'<c r="{reference}"(?:[^>]*/>|(?:[^>]*[^/])?>.*?</c>)', "", xml)


def without(table: Read, rows: list[dict[str, Any]]) -> Read:
    frame = table.frame
    for row in rows:
        here = pl.col(HIDDEN["row"]) == row["row"]
        frame = frame.with_columns(pl.when(~here).then(pl.col(row["column"])).alias(row["column"]))
    return Read(frame=frame)


# -- the folder itself -------------------------------------------------------------------------------------------


def make() -> Any:
    spec = importlib.util.spec_from_file_location("spoilt_make", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_file_has_its_expectation_and_each_expectation_its_file() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"expected.json", "make.py"}
    assert files == set(EXPECTED)
    assert all(("finds" in told) != ("refused" in told) for told in EXPECTED.values())


def test_the_files_are_those_that_the_script_makes() -> None:
    pytest.importorskip("xlsxwriter", reason="the extra excel is not installed")
    differing = []
    for name, content in make().made().items():
        held = (FOLDER / name).read_bytes()
        if not (sheets(held) == sheets(content) if zipfile.is_zipfile(io.BytesIO(content)) else held == content):
            differing.append(name)
    # What cannot be unpacked is as long as its packing made it, which the version of zlib decides.
    assert [name for name in differing if name != "cut-off.xlsx"] == []


def sheets(content: bytes) -> dict[str, bytes]:
    """The sheets of a workbook: the other parts differ with the version of what wrote them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "/worksheets/" in name}
