"""Workbooks as they are written: what one reads back is what was meant, and text never runs."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest
from fastexcel import read_excel

from piikit.files.xlsx.write import LONGEST, SheetColumn, WorkbookWriter, text, workbook


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    frame = read_excel(content).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [list(row) for row in frame.iter_rows()]


@pytest.mark.parametrize(
    "value",
    [
        '=HYPERLINK("http://a.example","x")',
        "+1",
        "-1+2",
        "@SUM(A1)",
        "http://a.example",
        "\u202egnp.exe",
        'a "b" <c> & d',
        "{=1}",
        "x" * 10_000,
    ],
)
def test_text_stays_text(value: str):
    content = workbook(lambda book: book.cell(book.sheet("s"), 0, 0, value))
    assert cells(content) == [[value]]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_what_no_cell_holds_is_replaced_or_cut():
    assert text("a\x00b\ud800") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    assert len(text("x" * 40_000)) == LONGEST
    assert text("x" * 40_000).endswith("x…")


def test_a_table_has_a_head_that_stays_and_numbers_that_are_numbers():
    columns = [
        SheetColumn(label="Tỉnh"),
        SheetColumn(label="Điểm", kind="score"),
        SheetColumn(label="Ngày", kind="date"),
    ]
    rows = [("Hà Nội", 62.86, datetime.date(2024, 12, 31)), ("Huế", None, None)]

    def build(book: WorkbookWriter) -> None:
        assert book.table(book.sheet("s"), columns, rows) == 3

    content = workbook(build)
    frame = read_excel(content).load_sheet(0).to_polars()
    assert frame["Điểm"].to_list() == [62.86, None]
    assert frame["Ngày"].dt.date()[0] == datetime.date(2024, 12, 31)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:C3"/>' in sheet


def test_names_of_sheets_are_allowed_and_told_apart():
    names = ["a/b:c*[1]?", "'quoted'", "x" * 40, "x" * 40, "History", ""]

    def build(book: WorkbookWriter) -> None:
        for name in names:
            book.cell(book.sheet(name), 0, 0, 1)

    assert read_excel(workbook(build)).sheet_names == [
        "a-b-c--1--",
        "quoted",
        "x" * 31,
        "x" * 27 + " (2)",
        "History (2)",
        "-",
    ]


def test_the_same_content_gives_the_same_bytes():
    def build(book: WorkbookWriter) -> None:
        book.cell(book.sheet("s"), 0, 0, 1.5)

    assert workbook(build) == workbook(build)


def test_a_number_comes_back_with_all_its_digits():
    numbers = [0.1 + 0.2, 60.627121709093345, 1e-300, -1.5, 123_456_789, 0.0]
    columns = [SheetColumn(label=str(place)) for place in range(len(numbers))]
    content = workbook(lambda book: book.table(book.sheet("s"), columns, [numbers]) and None)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    cells = sheet.split('<row r="2"')[1].split("<v>")[1:]
    assert [float(cell.split("</v>")[0]) for cell in cells] == numbers
