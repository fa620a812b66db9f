"""Workbooks as departments send them, and as nobody should: each trap one file and one reason to fail."""

from __future__ import annotations

import datetime
import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import piikit
from files import codes, one, put, rows
from piikit.files.origins import PART
from piikit.files.read import read

__all__ = ["put"]  # a fixture

# -- workbooks ---------------------------------------------------------------------------------------------------

xlsx = pytest.mark.usefixtures("with_excel")


@pytest.fixture
def with_excel() -> None:
    pytest.importorskip("xlsxwriter")


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def write(fill: Callable[[Any], None], name: str = "a.xlsx") -> Path:
        xlsxwriter = pytest.importorskip("xlsxwriter")
        with xlsxwriter.Workbook(tmp_path / name) as workbook:
            fill(workbook)
        return tmp_path / name

    return write


def sheet(*lines: list[Any], name: str = "S", at: tuple[int, int] = (0, 0)) -> Callable[[Any], None]:
    def fill(workbook: Any) -> None:
        target = workbook.add_worksheet(name)
        for place, line in enumerate(lines):
            target.write_row(at[0] + place, at[1], line)

    return fill


@xlsx
@pytest.mark.parametrize("at", [(0, 0), (3, 2)])
def test_numbers_of_a_sheet_stay_numbers_and_texts_texts(at: tuple[int, int], book: Any) -> None:
    found = read(book(sheet(["Tỉnh", "code", "x"], ["a", "01", 1.234], [], ["b", "02", 0.1], at=at)))
    row = at[0] + 2
    assert found.frame.rows() == [("a", "01", 1.234, "a.xlsx", "S", row), ("b", "02", 0.1, "a.xlsx", "S", row + 2)]
    assert codes(found) == []


@xlsx
def test_nothing_of_a_mixed_column_is_lost(book: Any) -> None:
    cells = ["n/a", 1.234, True, "1.234", 0.1, 1e20, 5, "NULL", " "]
    found = read(book(sheet(["area", "x"], *(["a", cell] for cell in cells))))
    assert found.frame["x"].to_list() == ["n/a", "1.2340", "true", "1.234", "0.1", "1e+20", "5", "NULL", " "]


@xlsx
def test_truth_beside_numbers_does_not_become_the_number_1(book: Any) -> None:
    assert read(book(sheet(["area", "x"], ["a", True], ["b", 2]))).frame["x"].to_list() == ["true", "2"]


@xlsx
def test_title_rows_are_skipped(book: Any) -> None:
    found = read(book(sheet(["Biểu 1: số liệu"], ["Đơn vị: người"], [], ["Địa phương", "x"], ["a", 1])))
    assert found.frame.rows() == [("a", 1.0, "a.xlsx", "S", 5)]


@xlsx
def test_every_sheet_with_areas_is_read_and_the_others_named(book: Any) -> None:
    def fill(workbook: Any) -> None:
        sheet(["area", "x"], ["a", 1], name="One")(workbook)
        sheet(["Ghi chú"], ["b"], name="Notes")(workbook)
        sheet(["province", "y"], ["a", 2], ["b", 3], name="Two")(workbook)
        workbook.add_worksheet("Empty")

    found = read(book(fill))
    assert one(found, "unread_sheet").params["where"] == "a.xlsx [Notes]"
    assert found.frame.drop(PART).rows() == [
        ("a", 1.0, None, "a.xlsx", "One", 2),
        ("a", None, 2.0, "a.xlsx", "Two", 2),
        ("b", None, 3.0, "a.xlsx", "Two", 3),
    ]
    assert found.parts == 2


@xlsx
def test_a_workbook_without_areas_is_read_from_its_first_sheet(book: Any) -> None:
    assert read(book(sheet(["code", "lower"], ["1.1.1", 2]))).frame.columns[:2] == ["code", "lower"]


@xlsx
@pytest.mark.parametrize(
    ("merge", "code", "severity"),
    [
        ((0, 0, 0, 2), "merged_header", "warning"),
        ((1, 1, 1, 2), "merged_header", "warning"),
        ((2, 1, 3, 1), "merged_cells", "error"),
        ((1, 0, 2, 0), "merged_cells", "error"),
    ],
)
def test_merged_cells_are_named(merge: tuple[int, ...], code: str, severity: str, book: Any) -> None:
    def fill(workbook: Any) -> None:
        target = workbook.add_worksheet("S")
        for place, line in enumerate([["Title"], ["area", "x", "y"], ["a", 1, 2], ["b", 3, 4]]):
            target.write_row(place, 0, line)
        target.merge_range(*merge, "area" if merge[0] == 1 and merge[1] == 0 else "m")

    found = read(book(fill))
    assert (severity, code) in codes(found)


@xlsx
def test_formulas_count_with_what_was_saved(book: Any) -> None:
    def fill(workbook: Any) -> None:
        sheet(["area", "x"], ["a", 1], ["b"])(workbook)
        workbook.get_worksheet_by_name("S").write_formula(2, 1, "=B2*2", value=2)

    found = read(book(fill))
    assert one(found, "formula").params["cells"] == ["B3"]
    assert found.frame["x"].to_list() == [1.0, 2.0]


@xlsx
def test_a_failed_formula_is_an_error(book: Any) -> None:
    def fill(workbook: Any) -> None:
        sheet(["area", "x"], ["a", 1], ["b"])(workbook)
        workbook.get_worksheet_by_name("S").write_formula(2, 1, "=1/0", value="#DIV/0!")

    found = read(book(fill))
    assert codes(found) == [("warning", "formula"), ("error", "error_in_cell")]
    assert found.findings[1].frame("en").select("column", "value", "row").rows() == [("x", "#DIV/0!", 3)]


@xlsx
def test_a_date_in_a_figure_is_not_its_serial_number(book: Any) -> None:
    def fill(workbook: Any) -> None:
        sheet(["area", "x", "date"], ["a", 1], ["b"])(workbook)
        form = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for column in (1, 2):
            workbook.get_worksheet_by_name("S").write(2, column, datetime.datetime(2024, 3, 1), form)

    found = read(book(fill))
    assert rows(found) == [("a", "1", None), ("b", "2024-03-01", "2024-03-01")]


@xlsx
@pytest.mark.parametrize("form", [{}, {"num_format": "d/m/yyyy"}])
def test_a_header_that_became_a_date_is_an_error(form: dict[str, str], book: Any) -> None:
    def fill(workbook: Any) -> None:
        sheet(["area"], ["a", 3])(workbook)
        workbook.get_worksheet_by_name("S").write(0, 1, 37257, workbook.add_format(form))

    found = read(book(fill))
    assert one(found, "header_is_date").params["meant"] == "1.1.2"
    assert rows(found) == [("a",)]


# -- hostile workbooks -------------------------------------------------------------------------------------------

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_book(xml: str, extra: dict[str, bytes] | None = None, sheet_start: str = f"<worksheet {MAIN}>") -> bytes:
    """A workbook with one sheet `S`, its XML as given."""
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Target="xl/workbook.xml" '
        f'Type="{RELATIONS}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        f"</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Target="worksheets/sheet1.xml" Type="{RELATIONS}/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{sheet_start}{xml}</{sheet_start[1:].split(maxsplit=1)[0]}>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
        for path, content in (extra or {}).items():
            archive.writestr(path, content)
    return out.getvalue()


def text_cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{text_cell("A1", "area")}{text_cell("B1", "x")}</row>'
SOUND = f'<sheetData>{HEAD}<row r="2">{text_cell("A2", "a")}<c r="B2"><v>1.5</v></c></row></sheetData>'


@xlsx
@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml,
        lambda xml: xml.replace('"', "'"),
        lambda xml: xml.replace("<c r=", "<c  r="),
        lambda xml: xml.replace('<c r="B2">', "<c>"),
        lambda xml: xml.replace("<row", '<row x:y="1"'),
        lambda xml: xml.replace("<v>", "<!-- <c --><v>"),
    ],
)
def test_every_way_to_write_tags_gives_the_same_table(change: Any, put: Any) -> None:
    found = read(put("a.xlsx", raw_book(change(SOUND), sheet_start=f'<worksheet {MAIN} xmlns:x="urn:x">')))
    assert rows(found) == [("a", 1.5)]


@xlsx
def test_tags_with_a_prefix_give_the_same_table(put: Any) -> None:
    xml = SOUND.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    start = "<x:worksheet " + MAIN.replace("xmlns=", "xmlns:x=") + ">"
    assert rows(read(put("a.xlsx", raw_book(xml, sheet_start=start)))) == [("a", 1.5)]


@xlsx
def test_a_formula_without_a_saved_value_is_an_error(put: Any) -> None:
    found = read(put("a.xlsx", raw_book(SOUND.replace("<v>1.5</v>", "<f>1+1</f>"))))
    assert codes(found) == [("warning", "formula"), ("error", "formula_without_value")]
    assert found.findings[1].params["cells"] == ["B2"]


@xlsx
def test_a_million_empty_rows_end_quickly(put: Any) -> None:
    empty = "".join(f'<row r="{place}"/>' for place in range(3, 1_000_003))
    path = put("a.xlsx", raw_book(SOUND.replace("</sheetData>", empty + "</sheetData>")))
    start = time.perf_counter()
    found = read(path)
    assert rows(found) == [("a", 1.5)]
    assert time.perf_counter() - start < 10


@xlsx
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_sheet_that_spans_too_many_cells_is_refused(quote: str, put: Any) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'.replace('"', quote)
    with pytest.raises(piikit.UsageError, match=r"a\.xlsx \[S\].*1048576 rows x 16384 columns"):
        read(put("a.xlsx", raw_book(SOUND.replace("</sheetData>", far))))


@xlsx
def test_a_zip_bomb_is_refused_unpacked(put: Any) -> None:
    content = raw_book(SOUND.replace("</sheetData>", " " * 20_000_000 + "</sheetData>"))
    assert len(content) < 100_000
    with pytest.raises(piikit.UsageError, match=r"a\.xlsx: xl/worksheets/sheet1\.xml unpacks from"):
        read(put("a.xlsx", content))


@xlsx
def test_a_zip_bomb_that_lies_about_its_size_is_refused(put: Any) -> None:
    content = bytearray(raw_book(SOUND.replace("</sheetData>", " " * 20_000_000 + "</sheetData>")))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    assert content.count(struct.pack("<I", size)) == 2
    content = content.replace(struct.pack("<I", size), struct.pack("<I", 500))
    with pytest.raises(piikit.UsageError, match=r"a\.xlsx: xl/worksheets/sheet1\.xml is damaged or not what"):
        read(put("a.xlsx", bytes(content)))


@xlsx
def test_links_to_other_files_are_named_and_not_followed(put: Any) -> None:
    extra = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    assert one(read(put("a.xlsx", raw_book(SOUND, extra))), "external_links").severity == "warning"


@xlsx
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted with a password"),
        (lambda: raw_book(SOUND)[:-200], "cut off"),
        (lambda: raw_book(SOUND)[300:], "cut off|damaged|not"),
        (lambda: b"area,x\na,1\n", "not a whole xlsx"),
        (lambda: b"", "not a whole xlsx"),
        (lambda: raw_book("<sheetData></sheetData>"), "no sheet holds a table"),
        (lambda: raw_book("<sheetData><row r='1'><c r='A1'></row></sheetData>"), "damaged"),
        (lambda: raw_book(SOUND, sheet_start=f"<!DOCTYPE x []><worksheet {MAIN}>"), "document type"),
        (lambda: raw_book(SOUND, {f"x/{place}": b"" for place in range(10_001)}), "10006 parts"),
        (lambda: raw_book('<sheetData><row r="1"><c r="A0"><v>1</v></c></row></sheetData>'), "'A0' is no cell"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_one_clear_error(content: Any, words: str, put: Any) -> None:
    with pytest.raises(piikit.UsageError, match=words) as caught:
        read(put("spoilt.xlsx", content()))
    assert "spoilt.xlsx" in str(caught.value)
