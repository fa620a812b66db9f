"""The cells of worksheets: by bytes, by a parser and by another library the same, whatever stands in them."""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from piikit.files.read import read
from piikit.files.xlsx.cells import shared_texts
from piikit.files.xlsx.parse import parsed
from piikit.files.xlsx.scan import scanned

xlsxwriter = pytest.importorskip("xlsxwriter")

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15).map(float)
TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters=["￾", "￿"], max_codepoint=0x10FFFF),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() != "")
CELLS = st.none() | NUMBERS | TEXTS | st.booleans()


def written(rows: list[list[Any]], *, inline: bool) -> bytes:
    """A workbook whose texts are shared by the sheets, or stand in their cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": inline}) as book:
        sheet = book.add_worksheet("S")
        styles = [None, book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})]
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                style = styles[(r + c) % 3]
                if isinstance(cell, bool):
                    sheet.write_boolean(r, c, cell, style)
                elif isinstance(cell, float):
                    sheet.write_number(r, c, cell, style)
                elif cell is not None:
                    sheet.write_string(r, c, cell, style)
                elif style is not None:
                    sheet.write_blank(r, c, None, style)
    return out.getvalue()


def part(content: bytes, path: str = "xl/worksheets/sheet1.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(path) if path in archive.namelist() else b""


TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6)
)


@settings(max_examples=120, deadline=None)
@given(TABLES, st.booleans())
def test_bytes_and_parser_see_the_same_cells(rows: list[list[Any]], inline: bool) -> None:
    xml = part(written([["area"], *rows], inline=inline))
    fast, slow = scanned(xml), parsed(xml, "S")
    assert fast is not None
    for term in ("row", "column", "kind", "formula"):
        assert getattr(fast, term).tolist() == getattr(slow, term).tolist(), term
    styled = slow.kind != 6
    assert fast.style[styled].tolist() == slow.style[styled].tolist()
    every = np.arange(len(fast.row))
    assert fast.texts(every) == slow.texts(every)


@settings(max_examples=100, deadline=None)
@given(TABLES, st.booleans())
def test_every_cell_comes_back_as_it_was_written(tmp_path_factory: Any, rows: list[list[Any]], inline: bool) -> None:
    path = Path(tmp_path_factory.mktemp("book")) / "a.xlsx"
    columns = [f"x{place}" for place in range(len(rows[0]))]
    path.write_bytes(written([["area", *columns], *(["a", *row] for row in rows)], inline=inline))
    frame = read(path).frame
    for place, name in enumerate(columns):
        cells = [row[place] for row in rows]
        if all(cell is None or (isinstance(cell, float) and not isinstance(cell, bool)) for cell in cells):
            if frame[name].dtype == pl.Float64:
                # xlsxwriter writes 16 digits, so the last bit may differ from the number; 0 has one form in a sheet.
                assert frame[name].to_list() == [None if cell is None else float(f"{cell:.16G}") for cell in cells]
            else:
                assert frame[name].null_count() == len(cells)
        else:
            shown = frame[name].to_list()
            assert [text for text, cell in zip(shown, cells, strict=True) if cell is None] == [None] * cells.count(None)
            flags = [text for text, cell in zip(shown, cells, strict=True) if isinstance(cell, bool)]
            assert flags == [str(cell).lower() for cell in cells if isinstance(cell, bool)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | NUMBERS, min_size=1, max_size=8))
def test_numbers_are_those_that_another_library_reads(tmp_path_factory: Any, cells: list[float | None]) -> None:
    fastexcel = pytest.importorskip("fastexcel")
    path = Path(tmp_path_factory.mktemp("book")) / "a.xlsx"
    path.write_bytes(written([["area", "x"], ["a", 1.0], *(["a", cell] for cell in cells)], inline=False))
    theirs = fastexcel.read_excel(path).load_sheet(0, dtypes={0: "string", 1: "float"}).to_polars()["x"].to_list()
    ours = read(path).frame["x"].to_list()
    assert [None if x is None else math.copysign(1, x) * abs(x) for x in ours] == theirs


def book_with(cells: str, *, shared: str = "", top: str = "", styles: str = "") -> bytes:
    """A workbook of one sheet with the header area, x and the cells of row 2 as given."""
    base = written([["area", "x"]], inline=True)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for path in old.namelist():
            text = old.read(path).decode()
            if path == "xl/worksheets/sheet1.xml":
                text = text.replace("</sheetData>", f'<row r="2">{cells}</row></sheetData>')
            if path == "xl/workbook.xml" and top:
                text = text.replace("<workbookPr", f"<workbookPr {top}")
            if path == "xl/styles.xml" and styles:
                start = text.index("<cellXfs")
                text = text[:start] + styles + text[text.index("</cellXfs>") + len("</cellXfs>") :]
            if path != "xl/sharedStrings.xml":
                new.writestr(path, text)
        if shared:
            new.writestr("xl/sharedStrings.xml", f"<sst>{shared}</sst>")
    return out.getvalue()


def first(content: bytes, tmp_path: Path) -> tuple[Any, ...]:
    (tmp_path / "a.xlsx").write_bytes(content)
    return read(tmp_path / "a.xlsx").frame.select("area", "x").row(0)


A = '<c r="A2" t="inlineStr"><is><t>a</t></is></c>'
DATES = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('<c r="B2" t="inlineStr"><is><r><t>H&amp;</t></r><r><t xml:space="preserve"> à</t></r></is></c>', "H& à"),
        ('<c r="B2" t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>ひがし</t></rPh></is></c>', "東"),
        ('<c r="B2" t="str"><f>A2&amp;"1"</f><v>a1</v></c>', "a1"),
        ('<c r="B2" t="str"><v>a_x000D_b</v></c>', "a\rb"),
        ('<c r="B2" t="str"><v>a&#10;b</v></c>', "a\nb"),
        ('<c r="B2" t="d"><v>2024-05-01T00:00:00</v></c>', "2024-05-01"),
        ('<c r="B2" t="b"><v>1</v></c>', "true"),
        ('<c r="B2" s="1"><v>45413</v></c>', "2024-05-01"),
        ('<c r="B2" s="1"><v>45413.5</v></c>', "2024-05-01 12:00:00"),
        ('<c r="B2" s="1"><v>0.25</v></c>', "06:00:00"),
        ('<c r="B2"><v>1.7976931348623157E+308</v></c>', 1.7976931348623157e308),
        ('<c r="B2"><v>0.1000000000000000055511151231257827021181583404541015625000000000000000</v></c>', 0.1),
        ('<c   s="0"  r="B2" ><v>2</v></c>', 2.0),
        ('<c r="B2" t="n"><f t="shared" ref="B2" si="0"/><v>7</v></c>', 7.0),
    ],
)
def test_each_way_of_writing_a_cell_is_read(cell: str, meant: object, tmp_path: Path) -> None:
    assert first(book_with(A + cell, styles=DATES), tmp_path) == ("a", meant)


def test_a_workbook_may_count_its_days_from_1904(tmp_path: Path) -> None:
    content = book_with(A + '<c r="B2" s="1"><v>43951</v></c>', styles=DATES, top='date1904="1"')
    assert first(content, tmp_path) == ("a", "2024-05-01")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (A + '<c r="B2"><v>1,5</v></c>', "a number in the sheet is damaged"),
        (A + '<c r="B2"><v>NaN</v></c>', "a number in the sheet is damaged"),
        (A + '<c r="B2" t="s"><v>3</v></c>', "text number 3 of the workbook is missing"),
        (A + '<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>', "a cell stands twice"),
    ],
)
def test_a_damaged_cell_is_an_error_and_not_a_guess(cells: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(piikit.UsageError, match=words):
        first(book_with(cells), tmp_path)


def test_shared_texts_keep_their_numbers() -> None:
    xml = "<sst><si><t>a</t></si><si/><si><r><t>b</t></r><r><t> c</t></r></si><si><t>d</t></si></sst>"
    assert shared_texts(xml.encode()) == ["a", "", "b c", "d"]


def test_plain_shared_texts_are_read_as_they_stand() -> None:
    xml = '<sst><si><t>H&amp;M</t></si><si><t xml:space="preserve"> à </t></si></sst>'
    assert shared_texts(xml.encode()) == ["H&M", " à "]
