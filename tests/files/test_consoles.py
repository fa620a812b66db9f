"""A console that knows no Vietnamese, paths with marks and spaces, a full disk: every command, in one process."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import piikit
from places import SUPPORT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as only Unix does")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[bytes], dict[str, int]]:
    folder = tmp_path_factory.mktemp("console") / "Thư mục số liệu"
    folder.mkdir()
    shutil.copy(piikit.sample(), folder / "Bắc Giang 2024.csv")
    process = subprocess.run(
        [sys.executable, str(SUPPORT / "consoles.py"), str(folder)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )
    assert process.returncode == 0, process.stderr.decode("utf-8", "replace")
    return folder, process, json.loads((folder / "codes.json").read_text(encoding="utf-8"))


def test_every_command_ends_well_on_a_narrow_console_and_with_paths_of_many_marks(done) -> None:
    codes = {name: code for name, code in done[2].items() if name not in {"full", "no folder", "left"}}
    assert set(codes.values()) == {0}, codes


def test_vietnamese_comes_out_as_utf_8(done) -> None:
    text = done[1].stdout.decode("utf-8")
    assert "Bộ chỉ số pii-2024 được dựng lại" in text
    assert "Traceback" not in done[1].stderr.decode("utf-8")


def test_files_have_the_names_that_were_asked_for(done) -> None:
    names = {path.name for path in done[0].iterdir()}
    assert {
        "Kết quả.csv",
        "Kết quả.xlsx",
        "Lỗi.xlsx",
        "Kiểm định.xlsx",
        "Biểu mẫu",
        "Năm 2024",
        "Bộ chỉ số.json",
        "Kế hoạch.json",
        "Hồ sơ",
        "Báo cáo.docx",
    } <= names


def test_a_csv_for_people_has_marks_commas_and_whole_lines(done) -> None:
    content = (done[0] / "Cho người đọc.csv").read_bytes()
    assert content.startswith(codecs.BOM_UTF8)
    lines = content.decode("utf-8-sig").split("\n")
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=";"))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert re.search(r";[0-9]+,[0-9]+;", lines[1])
    # One kind of line end, and none left open: a carriage return alone would be a second row in some programs.
    assert content.count(b"\r") in (0, content.count(b"\r\n"))
    assert lines[-1] == ""


def test_what_a_person_reads_in_a_plain_editor_of_windows_has_its_line_ends(done) -> None:
    for path in (done[0] / "Hồ sơ/README.txt", done[0] / "Năm 2024/1-bieu-mau/DOC-TRUOC.txt"):
        content = path.read_bytes()
        assert content.startswith(codecs.BOM_UTF8)
        assert content.count(b"\n") == content.count(b"\r\n") > 0


def test_a_full_disk_is_one_line_and_leaves_nothing(done) -> None:
    lines = [line for line in done[1].stderr.decode("utf-8").splitlines() if "Đầy đĩa" in line]
    assert (done[2]["full"], done[2]["left"]) == (2, 0)
    assert [line.endswith("File too large") for line in lines] == [True]


def test_a_place_that_is_no_folder_is_one_line(done) -> None:
    assert done[2]["no folder"] == 2
    assert sum("/x.json" in line for line in done[1].stderr.decode("utf-8").splitlines()) == 1
