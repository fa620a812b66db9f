"""Returned forms for tests: filled, spoilt in known places, and saved as spreadsheets save them."""

from __future__ import annotations

import datetime
import functools
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from attrs import define, field, frozen

import piikit
from piikit.files.headers import letter
from piikit.files.xlsx.grid import grids
from piikit.office.forms.layout import FIELDS, HIDDEN, LIMITS
from piikit.office.forms.sheet import form_bytes
from piikit.office.forms.write import forms_of
from piikit.result import frames_of

FIGURES, GUIDE = "Số liệu", "Hướng dẫn"
EDITION, PLAN = "pii-2024", "bac-giang-2024"
COLUMN = {name: place for place, name in enumerate(FIELDS)}
CONTACT = "Nguyễn Văn Mẫu 0900 000 000"


@frozen
class Formula:
    """A formula with the value saved with it; None where none was saved."""

    text: str
    value: Any = None


@frozen
class Shown:
    """A number in a format of its own."""

    number: float
    form: str


@define
class Book:
    """A workbook as cells by sheet, to be changed and saved."""

    sheets: dict[str, dict[tuple[int, int], Any]]
    merged: list[tuple[str, str]] = field(factory=list)
    comments: list[tuple[str, str, str]] = field(factory=list)

    @property
    def rows(self) -> dict[str, int]:
        """The row of each item, from 0."""
        cells = self.sheets[FIGURES]
        return {str(cells[row, 0]): row for row, column in sorted(cells) if column == 0 and row}

    def put(self, item: str, name: str, value: Any) -> str:
        """Change a cell of an item's row, and say its address."""
        row, column = self.rows[item], COLUMN[name]
        if value is None:
            self.sheets[FIGURES].pop((row, column), None)
        else:
            self.sheets[FIGURES][row, column] = value
        return f"{letter(column)}{row + 1}"

    def save(self, path: Path) -> Path:
        """Write it; rows, columns and sheets in the order in which they stand here."""
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as file:
            day = file.add_format({"num_format": "dd/mm/yyyy"})
            for name, cells in self.sheets.items():
                sheet = file.add_worksheet(name)
                for (row, column), value in cells.items():
                    if isinstance(value, Formula):
                        sheet.write_formula(row, column, value.text, None, "" if value.value is None else value.value)
                    elif isinstance(value, Shown):
                        sheet.write_number(row, column, value.number, file.add_format({"num_format": value.form}))
                    elif isinstance(value, bool):
                        sheet.write_boolean(row, column, value)
                    elif isinstance(value, datetime.date):
                        sheet.write_datetime(row, column, datetime.datetime(value.year, value.month, value.day), day)
                    elif isinstance(value, int | float):
                        sheet.write_number(row, column, value)
                    else:
                        sheet.write_string(row, column, str(value))
                for on, area in self.merged:
                    if on == name:
                        sheet.merge_range(area, "")
                        first = area.partition(":")[0]
                        at = next((c for c in cells if f"{letter(c[1])}{c[0] + 1}" == first), None)
                        if at is not None and isinstance(cells[at], int | float):
                            sheet.write_number(*at, cells[at])
                for on, cell, text in self.comments:
                    if on == name:
                        sheet.write_comment(cell, text)
                if name == HIDDEN:
                    sheet.very_hidden()
        return path


@functools.cache
def blanks(lang: str = "vi", period: str | None = None) -> dict[str, bytes]:
    """The forms of the plan by agency, as they are sent out."""
    return {form.agency.id: form_bytes(form) for form in forms_of(EDITION, PLAN, lang=lang, period=period)}


@functools.cache
def sample() -> dict[str, float]:
    """The invented figures of Bắc Giang in the sample."""
    table = frames_of(piikit.evaluate(piikit.sample(), EDITION)).inputs.frame
    row = table.filter(area="24").row(0, named=True)
    return {name: value for name, value in row.items() if isinstance(value, float)}


def filled(agency: str, lang: str = "vi", *, fill: bool = True) -> Book:
    """The form of an agency, every figure filled in with its source, date, evidence and contact."""
    book = Book(
        {
            grid.name: {
                at: cell.number if cell.number is not None and cell.kind == "number" else cell.text
                for at, cell in grid.cells.items()
            }
            for grid in grids(blanks(lang)[agency], "blank.xlsx", LIMITS)
        }
    )
    if lang == "vi" and fill:
        for item in book.rows:
            book.put(item, "value", sample()[item])
            book.put(item, "source", f"Báo cáo {agency}")
            book.put(item, "date", datetime.date(2024, 12, 31))
            book.put(item, "evidence", f"{item}.pdf")
            book.put(item, "contact", CONTACT)
    return book


def name_of(agency: str) -> str:
    return f"{PLAN}_{EDITION}_{agency}.xlsx"


# -- the forty faults --------------------------------------------------------------------------------------------


@frozen
class Seeded:
    """A fault that was put in, and how it must be named."""

    file: str
    code: str
    cell: str | None = None
    sheet: str | None = FIGURES


def spoilt(folder: Path, seed: int) -> list[Seeded]:
    """Eleven forms in a folder with forty faults, those on cells at places that the seed decides."""
    chance = random.Random(seed)
    books = {agency: filled(agency) for agency in blanks() if agency != "agriculture"}
    made = [*_in_cells(books, chance), *_in_shape(books, chance)]
    for agency, book in books.items():
        book.save(folder / name_of(agency))
    made += _whole_files(folder)
    return made


def _in_cells(books: dict[str, Book], chance: random.Random) -> Iterator[Seeded]:
    """Faults of one cell each, on figures of the statistics office and others, each on another figure."""
    file = name_of("statistics")
    book = books["statistics"]
    free = [
        item
        for item in book.rows
        if item not in ("hdi", "poverty_rate", "enterprises", "exports", "fdi", "iso_enterprises")
    ]
    chance.shuffle(free)
    wrong: list[tuple[str, str, Any]] = [
        ("ambiguous_number", "value", "1.234"),
        ("not_a_number", "value", "khoảng 20"),
        ("placeholder", "value", "chưa có"),
        ("placeholder", "value", "n/a"),
        ("date_in_cell", "value", datetime.date(2024, 3, 12)),
        ("date_in_cell", "value", "12/3/2024"),
        ("formula", "value", Formula("=2*3.5", 7)),
        ("formula_without_value", "value", Formula("=2*4")),
        ("error_in_cell", "value", Formula("=1/0", "#DIV/0!")),
        ("not_a_number", "value", True),
        ("not_finite", "value", "inf"),
        ("form_no_source", "source", None),
        ("form_no_evidence", "evidence", None),
        ("form_bad_date", "date", "cuối năm"),
        ("form_date_outside", "date", datetime.date(2042, 12, 31)),
        ("form_changed", "unit", "đơn vị khác"),
        ("form_changed", "name", "Tên khác"),
        ("form_changed", "range", 125),
    ]
    for item, (code, name, value) in zip(free, wrong, strict=False):
        cell = book.put(item, name, value)
        yield Seeded(file, code, cell if name not in ("source", "evidence") else f"G{book.rows[item] + 1}")
    yield Seeded(file, "above_maximum", book.put("hdi", "value", 1.8))
    yield Seeded(file, "form_percent_cell", book.put("poverty_rate", "value", Shown(0.0215, "0.0%")))
    yield Seeded(file, "below_minimum", book.put("exports", "value", -5))
    yield Seeded(file, "form_number_in_text", book.put("fdi", "value", "1250,5"))
    yield Seeded(file, "not_whole", book.put("enterprises", "value", 100.5))
    books["statistics"].put("iso_enterprises", "last_value", sample()["iso_enterprises"] * 1000)
    yield Seeded(file, "unit_slip", f"G{book.rows['iso_enterprises'] + 1}")
    other = books["planning-investment"]
    for item, factor in (("basic_infrastructure_score", 10), ("pci_legal_institutions", 0.01)):
        other.put(item, "last_value", sample()[item] * factor)
        yield Seeded(name_of("planning-investment"), "unit_slip", f"G{other.rows[item] + 1}")


def _in_shape(books: dict[str, Book], chance: random.Random) -> Iterator[Seeded]:
    """Faults of sheets, rows and columns."""
    tech, file = books["science-technology"], name_of("science-technology")
    place = chance.randrange(13, 20)
    tech.sheets[FIGURES][2, place] = 4711
    yield Seeded(file, "form_unread", f"{letter(place)}3")
    tech.sheets[GUIDE][40, 3] = "gõ nhầm vào đây"
    yield Seeded(file, "form_unread", "D41", GUIDE)
    tech.sheets["Phụ lục"] = {(0, 0): "Số bằng sáng chế", (1, 1): 815}
    yield Seeded(file, "form_unread", "B2", "Phụ lục")
    tech.comments.append((FIGURES, "G4", "số tạm tính"))
    yield Seeded(file, "form_remark", "G4")
    school, file = books["education-training"], name_of("education-training")
    row = school.rows["contest_pupils"]
    school.sheets[FIGURES][row, 0] = "contest_pupil"
    yield Seeded(file, "form_item_damaged", f"A{row + 1}")
    school.sheets[FIGURES][9, 0], school.sheets[FIGURES][9, COLUMN["value"]] = "so_giao_vien", 321
    yield Seeded(file, "form_unknown_item", "A10")
    affairs, file = books["home-affairs"], name_of("home-affairs")
    affairs.merged.append((FIGURES, "G2:G3"))
    affairs.sheets[FIGURES].pop((2, COLUMN["value"]))
    yield Seeded(file, "merged_cells", "G2")
    del affairs.sheets[HIDDEN]
    yield Seeded(file, "form_no_hidden_sheet", None, None)
    money, file = books["finance"], name_of("finance")
    cells = money.sheets[FIGURES]
    money.sheets[FIGURES] = {(row + 3, column + 1): value for (row, column), value in cells.items()}
    money.sheets[FIGURES][0, 0] = "Kính gửi: Sở Khoa học và Công nghệ, đề nghị xem xét"
    yield Seeded(file, "form_unread", "A1")
    bank, file = books["social-policy-bank"], name_of("social-policy-bank")
    bank.put("private_credit", "value", sample()["private_credit"] + 17)
    yield Seeded(file, "form_conflict", f"G{bank.rows['private_credit'] + 1}")
    bank.sheets[FIGURES][0, 12], bank.sheets[FIGURES][1, 12] = "Năm 2023", 90210
    yield Seeded(file, "form_unread", "M2")


def _whole_files(folder: Path) -> Iterator[Seeded]:
    """Files that cannot be read at all."""
    path = folder / name_of("industry-trade")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))  # how an encrypted workbook begins
    yield Seeded(path.name, "form_unreadable", None, None)
    path = folder / name_of("information-communications")
    path.write_bytes(path.read_bytes()[:-700])
    yield Seeded(path.name, "form_unreadable", None, None)
    path = folder / name_of("industrial-parks")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/large.bin", bytes(60_000_000))
    yield Seeded(path.name, "form_unreadable", None, None)
