"""Findings as files to send back."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import piikit

FOUND = piikit.check({"area": ["Hà Nội", "=HYPERLINK(1)"], "hdi": [1.8, 0.5]}, "pii-2024", lang="vi")


def test_json_holds_the_frame(tmp_path: Path) -> None:
    path = piikit.office.write_findings(FOUND, tmp_path / "lỗi.json")
    assert json.loads(path.read_text(encoding="utf-8")) == FOUND.to_dicts()


def test_csv_opens_in_a_spreadsheet_without_running_anything(tmp_path: Path) -> None:
    path = piikit.office.write_findings(FOUND, tmp_path / "lỗi.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pl.read_csv(path, infer_schema=False)
    assert "'=HYPERLINK(1)" in back["value"].to_list()
    assert back.columns == FOUND.columns


def test_xlsx_holds_every_cell_as_text(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="the extra excel is not installed")
    path = piikit.office.write_findings(FOUND, tmp_path / "lỗi.xlsx")
    back = pl.read_excel(path, infer_schema_length=None)
    assert back["message"].to_list() == FOUND["message"].to_list()
    assert "=HYPERLINK(1)" in back["value"].to_list()


def test_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(piikit.UsageError, match=r"\.docx"):
        piikit.office.write_findings(FOUND, tmp_path / "lỗi.docx")
    assert list(tmp_path.iterdir()) == []
