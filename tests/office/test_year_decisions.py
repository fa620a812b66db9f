"""What people read of forms that came back, and the table in which they decide."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import piikit
from books import rows_of, typed
from piikit.office.year.work import Parts
from years import PARTS, PLAN, fill, year

REAL = Parts(write_forms=piikit.office.write_forms, collect=piikit.office.collect, report=PARTS.report)
ITEM = "trademark_applications"
Disputed = tuple[Path, piikit.office.YearRun, piikit.Engine]


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Disputed:
    """A folder in which two agencies sent two figures for the same item."""
    folder, engine = tmp_path_factory.mktemp("disputed"), piikit.Engine()
    duties = [{"role": "lead", "nodes": ["6.2.1"]}]
    plan = {**PLAN, "agencies": [{**agency, "duties": duties} for agency in PLAN["agencies"]]}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    year(folder, engine, parts=REAL, plan="plan.json", lang="en", due="2024-11-30")
    for form, value in zip(sorted((folder / "1-forms").glob("*.xlsx")), (100.0, 200.0), strict=True):
        fill(form, folder / "2-returned" / form.name, {ITEM: value, "enterprises": 5000.0})
    return folder, year(folder, engine, on="2024-11-20", parts=REAL), engine


def test_no_form_is_late_on_a_day_before_its_last_copy(disputed: Disputed) -> None:
    assert not any("late:" in text for text in disputed[1].next)


def test_the_workbook_for_people_begins_with_the_warning_and_the_errors(disputed: Disputed) -> None:
    sheets = rows_of(disputed[0] / "3-figures/findings-forms.xlsx")
    first, heads, *rows = next(iter(sheets.values()))
    assert "reconstruction" in first[0]
    assert heads[:4] == ["Severity", "File", "Sheet", "Cell"]
    severities = [row[0] for row in rows]
    assert severities[:2] == ["Error", "Error"]
    assert "Error" not in severities[severities.index("Remark") :]


def test_errors_in_other_figures_stand_in_a_workbook_in_words_too(tmp_path: Path) -> None:
    (tmp_path / "3-so-lieu").mkdir()
    (tmp_path / "3-so-lieu/cong-bo.csv").write_text("area,code,score\nBắc Giang,PIII,40\n", encoding="utf-8")
    run = year(tmp_path, piikit.Engine(), lang="vi")
    assert "lần chạy trước" in run.next[0]
    first, heads, row = rows_of(tmp_path / "4-ket-qua/loi-so-lieu.xlsx")["Vấn đề theo từng tệp"][:3]
    assert "dựng lại" in first[0]
    assert (heads[0], heads[9]) == ("Mức độ", "Cần làm gì")
    assert (row[0], row[9]) == ("Lỗi", "Mã gần nhất: PII.")


def test_a_decision_typed_into_the_table_of_open_figures_counts(disputed: Disputed) -> None:
    folder, run, engine = disputed
    assert any("to-decide.xlsx" in text for text in run.next)
    heads, *rows = rows_of(folder / "3-figures/to-decide.xlsx")["To decide"]
    assert [row[1:3] for row in rows] == [[ITEM, 200], [ITEM, 100]]
    rows[0][3:6] = [150, "agreed by telephone", "2024-11-20"]
    typed(folder / "3-figures/decisions.xlsx", {"decisions": [heads, *rows]})
    year(folder, engine, on="2024-11-20", parts=REAL)
    merged = pl.read_csv(folder / "3-figures/merged.csv").filter(item=ITEM)
    assert merged.select("value", "status").rows() == [(150.0, "accepted")]
