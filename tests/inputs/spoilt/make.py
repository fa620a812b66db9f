"""Make the spoilt files of this folder: `python tests/inputs/spoilt/make.py`. Figures are invented.

One trap a file. What must come out of each stands in `expected.json`. The files are committed, so that what is tested
is what lies here; a test says when they differ from what this script makes.
"""

from __future__ import annotations

import codecs
import datetime
import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HEAD = "area,period,population,patent_applications,hdi"
ROWS = ["Bắc Giang,2024,1900000,30,0.79", "Thanh Hóa,2024,3700000,45,0.76", "Cần Thơ,2024,1250000,62,0.81"]


def table(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def first(row: str) -> str:
    """The sound table with another first row, which is row 2 of the file."""
    return table(row, *ROWS[1:])


SOUND = table(*ROWS)
LONG = "area,period,item,value"

TEXTS: dict[str, str | bytes] = {
    # numbers
    "text-in-number.csv": first("Bắc Giang,2024,khoảng 1900000,30,0.79"),
    "number-with-unit.csv": first("Bắc Giang,2024,1900000 người,30,0.79"),
    "thousands-ambiguous.csv": first("Bắc Giang,2024,1900000,1.234,0.79"),
    "thousands-points.csv": first("Bắc Giang,2024,1.900.000,30,0.79"),
    "thousands-spaces.csv": first("Bắc Giang,2024,1 900 000,30,0.79"),
    "thousands-no-break-spaces.csv": first("Bắc Giang,2024,1\u00a0900\u202f000,30,0.79"),
    "decimal-comma.csv": SOUND.replace(",", ";").replace("0.", "0,"),
    "decimal-comma-between-commas.csv": first("Bắc Giang,2024,1900000,30,0,79"),
    "percent-sign.csv": table('Bắc Giang,2024,"5,2%"', "Thanh Hóa,2024,6 %", head="area,period,poverty_rate"),
    "percent-sign-elsewhere.csv": first("Bắc Giang,2024,1900000,30,79%"),
    "signs-for-missing.csv": table(
        "Bắc Giang,2024,-,n/a,…", "Thanh Hóa,2024,3700000,45,0.76", "Cần Thơ,2024,1250000,chưa có số liệu,"
    ),
    "sign-nobody-explained.csv": first("Bắc Giang,2024,1900000,x,0.79"),
    "date-for-number.csv": first("Bắc Giang,2024,1900000,30/12/2024,0.79"),
    "not-finite.csv": first("Bắc Giang,2024,1900000,30,NaN"),
    "negative.csv": first("Bắc Giang,2024,1900000,-30,0.79"),
    "half-an-application.csv": first("Bắc Giang,2024,1900000,30.5,0.79"),
    "hdi-in-percent.csv": first("Bắc Giang,2024,1900000,30,79"),
    "nobody-lives-here.csv": first("Bắc Giang,2024,0,30,0.79"),
    "failed-formula.csv": first("Bắc Giang,2024,#DIV/0!,30,0.79"),
    # several cells
    "value-and-items.csv": table("Bắc Giang,2024,0.79,0.8", "Thanh Hóa,2024,0.76,0.76", head="area,period,hdi,7.2.4"),
    "part-above-whole.csv": table(
        "Bắc Giang,2024,52000,51000", "Thanh Hóa,2024,700,63000", head="area,period,contest_pupils,secondary_pupils"
    ),
    "slip-of-unit.csv": table(
        "Bắc Giang,2023,1880000",
        "Thanh Hóa,2023,3680000",
        "Bắc Giang,2024,1900",
        "Thanh Hóa,2024,3700000",
        head="area,period,population",
    ),
    "other-period.csv": first("Bắc Giang,2021,1900000,30,0.79"),
    # rows
    "row-twice.csv": table(*ROWS, "Bắc Giang,2024,1900000,31,0.79"),
    "cells-shifted-right.csv": first(",Bắc Giang,2024,1900000,30,0.79"),
    "cells-shifted-left.csv": first("2024,1900000,30,0.79"),
    "column-shifted-by-one-row.csv": table(
        "Bắc Giang,2024,1900000,0.76,0.79", "Thanh Hóa,2024,3700000,30,0.76", "Cần Thơ,2024,1250000,45,62"
    ),
    "row-too-long.csv": first("Bắc Giang,2024,1900000,30,0.79,sơ bộ"),
    "row-too-short.csv": first("Bắc Giang,2024,1900000,30"),
    "empty-rows.csv": table(ROWS[0], ",,,,", "", *ROWS[1:], ",,,,"),
    "title-above.csv": "Biểu 1. Số liệu năm 2024,,,,\n,,,,\n" + SOUND,
    "total-row.csv": table(*ROWS, "Cả nước,2024,100300000,9000,0.73", "Tổng cộng,2024,6850000,137,"),
    "footnotes.csv": table(*ROWS, ",,,,", "Ghi chú: số liệu sơ bộ,,,,", "Nguồn: Cục Thống kê,,,,"),
    "row-without-area.csv": first(",2024,1900000,30,0.79"),
    # columns
    "column-misspelt.csv": SOUND.replace("population", "populaton"),
    "column-in-vietnamese.csv": SOUND.replace("population", "Dân số"),
    "column-twice.csv": SOUND.replace("patent_applications", "population"),
    "column-without-name.csv": SOUND.replace("patent_applications", ""),
    "column-of-areas-missing.csv": SOUND.replace("area", "Tên đơn vị"),
    "header-missing.csv": "\n".join(ROWS) + "\n",
    "code-as-date.csv": table("Bắc Giang,0.79", head="area,07/02/2004"),
    # areas
    "code-without-zero.csv": first("1,2024,8500000,120,0.82"),
    "old-spelling.csv": SOUND.replace("Thanh Hóa", "Thanh Hoá"),
    "decomposed.csv": unicodedata.normalize("NFD", SOUND),
    "words-before-names.csv": SOUND.replace("Bắc", "Tỉnh Bắc").replace("Cần", "TP. Cần").replace("Thanh", "tỉnh Thanh"),
    "city-in-full.csv": SOUND.replace("Cần Thơ", "Thành phố Cần Thơ"),
    "known-aliases.csv": table(
        "TP HCM,2024,9500000",
        "BRVT,2024,1180000",
        "Thua Thien Hue,2024,1170000",
        "hà nội,2024,8500000",
        head="area,period,population",
    ),
    "area-misspelt.csv": SOUND.replace("Bắc Giang", "Bắc Giag"),
    "former-province.csv": SOUND.replace("2024", "2025"),
    "former-code.csv": table("24,Bắc Giang,1900000", "92,Cần Thơ,4200000", head="area,area_name,population"),
    "town-of-two-provinces.csv": table("Bình An,2024,12", "Đông Hải,2024,7", head="area,period,x"),
    # long tables
    "wrong-unit.csv": table(
        "Bắc Giang,2024,population,1900,ha", "Thanh Hóa,2024,population,3700000,người", head=f"{LONG},unit"
    ),
    "unit-converted.csv": table(
        "Bắc Giang,2024,poverty_rate,0.052,ratio", "Thanh Hóa,2024,poverty_rate,6.1,%", head=f"{LONG},unit"
    ),
    "revisions.csv": table(
        "Bắc Giang,2024,population,1890000,1",
        "Bắc Giang,2024,population,1900000,2",
        "Thanh Hóa,2024,population,3700000,",
        head=f"{LONG},revision",
    ),
    "one-revision-twice.csv": table(
        "Bắc Giang,2024,population,1890000,2", "Bắc Giang,2024,population,1900000,2", head=f"{LONG},revision"
    ),
    "item-as-date.csv": table("Bắc Giang,2024,07/02/2004,0.79", "Thanh Hóa,2024,7.2.4,0.76", head=LONG),
    "item-misspelt.csv": table("Bắc Giang,2024,populatoin,1900000", "Thanh Hóa,2024,population,3700000", head=LONG),
    "item-missing.csv": table("Bắc Giang,2024,,1900000", "Thanh Hóa,2024,population,3700000", head=LONG),
    # encodings and separators
    "mark-before.csv": codecs.BOM_UTF8 + SOUND.encode(),
    "separator-told.csv": "sep=;\n" + SOUND.replace(",", ";"),
    "tabs.tsv": SOUND.replace(",", "\t"),
    "utf-16.txt": codecs.BOM_UTF16_LE + SOUND.replace(",", "\t").encode("utf-16-le"),
    "utf-16-without-mark.txt": SOUND.replace("Bắc Giang", "Lai Chau").encode("utf-16-le"),
    "code-page-1258.csv": "area,population\nHà Giang,900000\n".encode("cp1258"),
    "quote-never-closed.csv": first('"Bắc Giang,2024,1900000,30,0.79'),
    "null-byte.csv": SOUND.replace("30", "3\0", 1),
    "empty.csv": "",
    "header-alone.csv": table(),
    # other kinds of text
    "formula-as-name.csv": first('"=HYPERLINK(""http://example.org"")",2024,1900000,30,0.79'),
    "same-key-twice.json": '[{"area": "Bắc Giang", "population": 1900000, "population": 1800000}]\n',
    "mixed-types.json": '[{"area": "Bắc Giang", "hdi": 0.79}, {"area": "Thanh Hóa", "hdi": true}, '
    '{"area": "Cần Thơ", "hdi": "0,81"}]\n',
    "nested.json": '[{"area": "Bắc Giang", "hdi": {"2023": 0.78, "2024": 0.79}}]\n',
    "deep.json": "[" * 5000 + "]" * 5000 + "\n",
    "cut-off.json": '[{"area": "Bắc Giang", "hdi": 0.79}, {"area": "Tha',
    "line-of-another-kind.ndjson": '{"area": "Bắc Giang", "hdi": 0.79}\n["Thanh Hóa", 0.76]\n',
    "lines.ndjson": '{"area": "Bắc Giang", "hdi": 0.79}\n\n{"area": "Thanh Hóa", "hdi": 1.76}\n',
}


# -- workbooks ---------------------------------------------------------------------------------------------------

GRID: list[list[Any]] = [
    ["area", "period", "population", "patent_applications", "hdi"],
    ["Bắc Giang", "2024", 1900000, 30, 0.79],
    ["Thanh Hóa", "2024", 3700000, 45, 0.76],
    ["Cần Thơ", "2024", 1250000, 62, 0.81],
]


def filled(book: Any, grid: list[list[Any]] = GRID, name: str = "Biểu 1", top: int = 0) -> Any:
    sheet = book.add_worksheet(name)
    for place, line in enumerate(grid):
        for column, cell in enumerate(line):
            if cell is not None:
                sheet.write(top + place, column, cell)
    return sheet


def merged_header(book: Any) -> None:
    sheet = filled(book, top=1)
    sheet.merge_range(0, 2, 0, 4, "Số liệu năm 2024")


def header_of_two_rows(book: Any) -> None:
    grid = [["area", "period", "population", None, "hdi"], [None, None, "nam", "nữ", None], *GRID[1:]]
    sheet = filled(book, grid)
    sheet.merge_range(0, 2, 0, 3, "population")
    sheet.merge_range(0, 0, 1, 0, "area")


def merged_figures(book: Any) -> None:
    filled(book).merge_range(1, 4, 2, 4, 0.79)


def title_above(book: Any) -> None:
    sheet = filled(book, top=4)
    sheet.write(0, 0, "Biểu 1. Dân số và sáng chế")
    sheet.write(1, 0, "Đơn vị tính: người, đơn")


def failed_formula(book: Any) -> None:
    filled(book).write_formula(1, 4, "=1/0", None, "#DIV/0!")


def formula(book: Any) -> None:
    filled(book).write_formula(1, 2, "=950000*2", None, 1900000)


def total_row(book: Any) -> None:
    filled(book, [*GRID, ["Cả nước", "2024", 100300000, 9000, 0.73], [None] * 5, ["Ghi chú: số liệu sơ bộ"]])


def empty_rows(book: Any) -> None:
    filled(book, [GRID[0], GRID[1], [" ", None, None], [], *GRID[2:]])


def text_among_numbers(book: Any) -> None:
    filled(book, [*GRID[:2], ["Thanh Hóa", "2024", "3.700.000 (ước)", 45, 0.76], GRID[3]])


def number_as_text(book: Any) -> None:
    sheet = filled(book)
    sheet.write_string(1, 3, "1.234")


def codes_as_numbers(book: Any) -> None:
    filled(book, [GRID[0], [1, 2024, 8500000, 120, 0.82], [24, 2024, 1900000, 30, 0.79]])


def code_as_date(book: Any) -> None:
    sheet = filled(book, [["area", None], ["Bắc Giang", 0.79]])
    sheet.write_datetime(0, 1, datetime.datetime(2004, 2, 7), book.add_format({"num_format": "dd/mm/yyyy"}))


def figure_as_date(book: Any) -> None:
    sheet = filled(book)
    sheet.write_datetime(1, 3, datetime.datetime(2024, 12, 30), book.add_format({"num_format": "dd/mm/yyyy"}))


def truth_as_figure(book: Any) -> None:
    filled(book, [*GRID[:3], ["Cần Thơ", "2024", 1250000, True, 0.81]])


def two_sheets(book: Any) -> None:
    filled(book)
    filled(book, [["area", "period", "population"], ["Bắc Giang", "2024", 1950000]], name="Biểu 2")
    filled(book, [["Người lập biểu"], ["Nguyễn Văn A"]], name="Ghi chú")


def far_cell(book: Any) -> None:
    sheet = filled(book)
    sheet.write(1_048_575, 30, "x")


BOOKS: dict[str, Callable[[Any], None]] = {
    "merged-header.xlsx": merged_header,
    "header-of-two-rows.xlsx": header_of_two_rows,
    "merged-figures.xlsx": merged_figures,
    "title-above.xlsx": title_above,
    "failed-formula.xlsx": failed_formula,
    "formula.xlsx": formula,
    "total-row.xlsx": total_row,
    "empty-rows.xlsx": empty_rows,
    "text-among-numbers.xlsx": text_among_numbers,
    "number-as-text.xlsx": number_as_text,
    "codes-as-numbers.xlsx": codes_as_numbers,
    "code-as-date.xlsx": code_as_date,
    "figure-as-date.xlsx": figure_as_date,
    "truth-as-figure.xlsx": truth_as_figure,
    "two-sheets.xlsx": two_sheets,
    "far-cell.xlsx": far_cell,
}


def written(fill: Callable[[Any], None]) -> dict[str, bytes]:
    """The parts of a workbook, by their paths."""
    import xlsxwriter  # noqa: PLC0415 (only those who make the files need it)

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.datetime(2024, 7, 30)})
        fill(book)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """The parts as a package; the same parts make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def without_cached_value(parts: dict[str, bytes]) -> dict[str, bytes]:
    """As programs write formulas that never open a spreadsheet."""
    sheet = parts["xl/worksheets/sheet1.xml"]
    return {**parts, "xl/worksheets/sheet1.xml": sheet.replace(b"<v>1900000</v></c>", b"</c>", 1)}


def linked(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A workbook that takes cells from another file."""
    link = b'<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return {**parts, "xl/externalLinks/externalLink1.xml": link}


def bomb(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A sheet of thirty million spaces, packed into thirty kilobytes."""
    sheet = parts["xl/worksheets/sheet1.xml"]
    return {**parts, "xl/worksheets/sheet1.xml": sheet.replace(b"<sheetData>", b"<sheetData>" + b" " * 30_000_000)}


def with_entities(parts: dict[str, bytes]) -> dict[str, bytes]:
    """A sheet that declares entities, which a reader would have to blow up."""
    sheet = parts["xl/worksheets/sheet1.xml"]
    kind = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    return {**parts, "xl/worksheets/sheet1.xml": sheet.replace(b"<worksheet", kind + b"<worksheet", 1)}


def made() -> dict[str, bytes]:
    """Every file of the folder by its name."""
    files = {name: text.encode() if isinstance(text, str) else text for name, text in TEXTS.items()}
    files |= {name: packed(written(fill)) for name, fill in BOOKS.items()}
    plain = written(filled)
    files["formula-without-value.xlsx"] = packed(without_cached_value(written(formula)))
    files["external-link.xlsx"] = packed(linked(written(formula)))
    files["zip-bomb.xlsx"] = packed(bomb(plain))
    files["entities.xlsx"] = packed(with_entities(plain))
    files["cut-off.xlsx"] = packed(plain)[:3000]
    files["with-password.xlsx"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    files["no-workbook.xlsx"] = SOUND.encode()
    return files


if __name__ == "__main__":
    for name, content in made().items():
        (HERE / name).write_bytes(content)
