"""Forms in LibreOffice: they open there, keep their rules, and come back as they were filled."""

from __future__ import annotations

import datetime
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from fastexcel import read_excel

from form_faults import sample
from office import convert, filled, needs_office
from piikit import Engine
from piikit.office import collect, write_forms
from piikit.office.forms.layout import FIELDS, HIDDEN, file_name, names

pytestmark = [pytest.mark.office, needs_office]
VALUE, SOURCE, DATE, NOTE = (FIELDS.index(field) for field in ("value", "source", "date", "note"))


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Path:
    folder = tmp_path_factory.mktemp("phiếu thu thập")
    (path,) = write_forms(
        folder, "pii-2024", "bac-giang-2024", agencies=["home-affairs"], due="2025-03-31", engine=engine
    )
    return path


@pytest.fixture(scope="module")
def back(form: Path) -> Path:
    """The form as LibreOffice saves it after somebody filled it."""
    typed = {
        (1, VALUE): 88.24,
        (1, SOURCE): "=Báo cáo 12",
        (1, DATE): datetime.date(2024, 12, 31),
        (2, VALUE): 3.125,
        (2, NOTE): "đã rà soát",
    }
    return filled({form: typed}, form.parent / "đã điền")[0]


def test_a_form_that_was_filled_comes_back_with_what_was_typed(form: Path, back: Path):
    assert back.name == form.name
    assert read_excel(back).sheet_names == read_excel(form).sheet_names
    before = read_excel(form).load_sheet(1).to_polars()
    after = read_excel(back).load_sheet(1).to_polars()
    assert after.columns == list(names("vi").headings)
    assert after[:, :4].equals(before[:, :4])
    assert after[:, VALUE].to_list() == [88.24, 3.125, None]
    assert after[:, SOURCE].to_list() == ["=Báo cáo 12", None, None]
    assert str(after[0, DATE]).startswith("2024-12-31")
    assert after[:, NOTE].to_list() == [None, "đã rà soát", None]
    hidden = [read_excel(path).load_sheet(HIDDEN, header_row=None).to_polars().rows() for path in (form, back)]
    assert hidden[0] == hidden[1]


def test_libreoffice_knows_the_rules_and_what_is_locked(form: Path, back: Path):
    parts = zipfile.ZipFile(back)
    for number in (1, 2, 3):
        assert "<sheetProtection " in parts.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert re.search(rf'name="{HIDDEN}"[^>]*state="(very)?[hH]idden"', parts.read("xl/workbook.xml").decode())
    flat = (back.parent / "between" / f"{form.stem}.fods").read_text(encoding="utf-8")
    rules = re.findall(r'<table:content-validation [^>]*table:condition="([^"]*)"', flat)
    assert "of:cell-content-is-decimal-number() and cell-content-is-between(0,100)" in rules
    assert any(rule.startswith("of:cell-content-is-date()") for rule in rules)
    assert "Cần một số từ 0 đến 100" in flat


def test_every_form_becomes_pages(tmp_path: Path, engine: Engine):
    forms = write_forms(tmp_path, "pii-2024", "bac-giang-2024", engine=engine)
    for page in convert(forms, "pdf", tmp_path / "trang"):
        assert page.read_bytes()[:5] == b"%PDF-"


def test_what_was_filled_in_libreoffice_is_collected_as_it_was_typed(tmp_path: Path, engine: Engine):
    (sent,) = write_forms(tmp_path, "pii-2024", "bac-giang-2024", agencies=["finance"], due="2025-03-31", engine=engine)
    sheet = read_excel(sent).load_sheet(1).to_polars()
    items = sheet[:, 0].to_list()
    day = datetime.date(2024, 12, 31)
    typed = {
        (row, FIELDS.index(field)): said
        for row, item in enumerate(items, 1)
        for field, said in {
            "value": sample()[item],
            "source": f"Báo cáo {row}",
            "date": day,
            "evidence": "QĐ 12",
            "contact": "Nguyễn Kín",
            "note": '=1+1 "đã rà soát"',
        }.items()
    }
    (back,) = filled({sent: typed}, tmp_path / "nộp về")
    assert back.name == file_name("bac-giang-2024", "pii-2024", "finance")
    shutil.rmtree(back.parent / "between")
    found = collect(back.parent, due="2025-03-31", engine=engine)
    assert found.findings.filter(severity="error").rows() == []
    assert dict(found.accepted.select("item", "value").rows()) == {item: sample()[item] for item in items}
    assert found.accepted.select("source", "date", "evidence").rows() == [
        (f"Báo cáo {row}", day, "QĐ 12") for row in range(1, len(items) + 1)
    ]
    assert set(found.submitted["note"]) == {'=1+1 "đã rà soát"'}
