"""Contents in place of paths: bytes, open files and rows in; buffers out; and what is no path."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import piikit
from piikit.findings.messages import messages

SAMPLE = piikit.sample()
CONTENT = SAMPLE.read_bytes()
EXPECTED = piikit.evaluate(SAMPLE, "pii-2024").scores


class Upload(io.BytesIO):
    """A file as a web framework hands it over."""

    def __init__(self, content: bytes, **names: Any) -> None:
        super().__init__(content)
        vars(self).update(names)


def texts() -> pl.DataFrame:
    return pl.read_csv(SAMPLE, infer_schema=False)


def xlsx() -> bytes:
    buffer = io.BytesIO()
    pytest.importorskip("xlsxwriter")
    texts().write_excel(buffer)
    return buffer.getvalue()


def parquet() -> bytes:
    buffer = io.BytesIO()
    texts().write_parquet(buffer)
    return buffer.getvalue()


def as_json() -> bytes:
    return json.dumps(texts().to_dicts()).encode()


def as_lines() -> bytes:
    return "\n".join(json.dumps(row) for row in texts().to_dicts()).encode()


KINDS = {".csv": lambda: CONTENT, ".xlsx": xlsx, ".parquet": parquet, ".json": as_json, ".ndjson": as_lines}


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_and_open_files_are_known_by_how_they_begin_or_by_their_name(kind):
    content = KINDS[kind]()
    for given in (content, bytearray(content), memoryview(content), io.BytesIO(content), Upload(content, name="table")):
        assert piikit.evaluate(given, "pii-2024").scores.equals(EXPECTED)
    for names in ({"name": f"bảng{kind}"}, {"name": "file", "filename": f"C/bảng{kind.upper()}"}, {"name": 7}):
        assert piikit.evaluate(Upload(content, **names), "pii-2024").scores.equals(EXPECTED)


def test_text_that_is_open_is_read_as_text():
    assert piikit.evaluate(io.StringIO(CONTENT.decode()), "pii-2024").scores.equals(EXPECTED)
    with SAMPLE.open(encoding="utf-8") as text, SAMPLE.open("rb") as binary:
        assert piikit.check(text, "pii-2024").equals(piikit.check(binary, "pii-2024"))


def test_a_finding_names_the_file_of_an_upload():
    content = "area,hdi\nHà Nội,1.8\n".encode()
    found = piikit.check(Upload(content, name="tháng 3.csv"), "pii-2024").filter(code="above_maximum")
    assert found.select("file", "row").row(0) == ("tháng 3.csv", 2)
    assert piikit.check(content, "pii-2024").filter(code="above_maximum")["file"].item() == "bytes"


def test_a_name_that_lies_is_an_error_that_names_it():
    with pytest.raises(piikit.UnreadableError, match=r"a\.xlsx"):
        piikit.check(Upload(CONTENT, name="a.xlsx"), "pii-2024")


def test_scores_and_bounds_may_be_contents_too():
    scores = b"area,code,score\nH\xc3\xa0 N\xe1\xbb\x99i,PII,60\n"
    result = piikit.evaluate(edition="pii-2024", scores=io.BytesIO(scores))
    assert result.table("score")["PII"].to_list() == [60.0]


def test_rows_come_in_any_iterable():
    rows = texts().to_dicts()
    for given in (rows, tuple(rows), (row for row in rows), iter(rows), dict(enumerate(rows)).values()):
        assert piikit.evaluate(given, "pii-2024").scores.equals(EXPECTED)


def test_a_column_or_a_decimal_that_comes_late_among_the_rows_is_not_lost():
    areas = piikit.edition("pii-2024").areas.names
    years = [{"area": name, "period": str(year), "hdi": 1} for year in (2020, 2021, 2022) for name in areas]
    rows = [*years, {"area": areas[0], "period": "2023", "hdi": 0.5, "grdp": 3.5}]
    scores = piikit.evaluate(rows, "pii-2024", on_findings="keep").scores.filter(area_name=areas[0], period="2023")
    assert scores.filter(code="7.2.4")["value"].item() == 0.5


@pytest.mark.parametrize("given", [5, 1.5, object(), [1, 2], {"area"}, iter([1]), range(3), True])
def test_what_is_no_table_is_refused_as_what_it_is(given):
    with pytest.raises(piikit.UsageError):
        piikit.check(given, "pii-2024")


def test_an_upload_that_cannot_be_read_at_once_says_so():
    class Later:
        filename = "a.csv"

        async def read(self) -> bytes:
            return CONTENT

    with pytest.raises(piikit.UsageError, match=r"a\.csv: .*not coroutine"):
        piikit.check(Later(), "pii-2024")
    closed = io.BytesIO(CONTENT)
    closed.close()
    with pytest.raises(piikit.UnreadableError, match="closed"):
        piikit.check(closed, "pii-2024")


# -- what is no path ---------------------------------------------------------------------------------------------

NO_PATHS = {
    "empty_path": ["", "  "],
    "address": ["http://pii.gov.vn/a.csv", "HTTPS://pii.gov.vn/a", "s3://bucket/a.parquet", "file:///tmp/a.csv"],
    "content_for_path": [
        "area,hdi\nHà Nội,0.8\n",
        "x" * 5000 + "\r\n1",
        '[{"area": "Hà Nội"}]',
        '{"area": ["Hà Nội"]}',
    ],
}
ASKED = {
    "check": lambda path, lang: piikit.check(path, "pii-2024", lang=lang),
    "evaluate": lambda path, lang: piikit.evaluate([path, path], "pii-2024", lang=lang),
    "scores": lambda path, lang: piikit.evaluate(edition="pii-2024", scores=path, lang=lang),
    "stream": lambda path, lang: piikit.stream(path, "pii-2024", to="out.parquet", lang=lang),
    "stream to": lambda path, lang: piikit.stream(SAMPLE, "pii-2024", to=path, lang=lang),
    "collect": lambda path, lang: piikit.office.collect(path, lang=lang),
    "write_forms": lambda path, lang: piikit.office.write_forms(path, "pii-2024", "bac-giang-2024", lang=lang),
    "run_year": lambda path, lang: piikit.office.run_year(path, on="2026-01-01", lang=lang),
    "import_edition": lambda path, lang: piikit.office.import_edition(path, lang=lang),
    "export_plan": lambda path, lang: piikit.office.export_plan("bac-giang-2024", path, lang=lang),
    "write": lambda path, lang: piikit.evaluate(SAMPLE, "pii-2024", lang=lang).write(path, format="csv"),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("code", NO_PATHS)
def test_what_is_no_path_is_refused_in_the_language_asked_for(code, asked, lang, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in NO_PATHS[code]:
        with pytest.raises(piikit.UsageError) as error:
            ASKED[asked](text, lang)
        assert (error.value.code, error.value.lang) == (code, lang)
        assert str(error.value) == messages(lang).text(f"usage.{code}", **error.value.params)
    assert list(tmp_path.iterdir()) == []


def test_a_file_whose_name_looks_like_a_content_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("{2024}.csv").write_bytes(CONTENT)
    assert piikit.evaluate("{2024}.csv", "pii-2024").scores.equals(EXPECTED)


# -- buffers out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", ".csv", "CSV", "json", "parquet", "xlsx", "docx"])
def test_a_buffer_gets_what_the_file_would_hold(format, tmp_path):
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("docx")
    result = piikit.evaluate(SAMPLE, "pii-2024", plan="bac-giang-2024")
    path = result.write(tmp_path / f"out.{format.lower().removeprefix('.')}")
    buffer = io.BytesIO()
    assert result.write(buffer, format=format) is None
    assert buffer.getvalue() == path.read_bytes()
    assert result.write(tmp_path / "without-ending", format=format).read_bytes() == path.read_bytes()


def test_an_open_file_is_written_in_the_format_of_its_name(tmp_path):
    result = piikit.evaluate(SAMPLE, "pii-2024")
    with (tmp_path / "a.csv").open("wb") as file:
        result.write(file, decimal=",")
    assert (tmp_path / "a.csv").read_bytes() == result.write(tmp_path / "b.csv", decimal=",").read_bytes()


def test_reports_workbooks_and_findings_go_into_buffers_and_come_back(tmp_path):
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("docx")
    result = piikit.evaluate(SAMPLE, "pii-2024", plan="bac-giang-2024")
    report, same, edition, plan, found = (io.BytesIO() for _ in range(5))
    assert result.report(report, "ministry", on="2024-12-31") is None
    piikit.office.report(result, same, "ministry", on="2024-12-31")
    path = piikit.office.report(result, tmp_path / "a.docx", "ministry", on="2024-12-31")
    assert report.getvalue() == same.getvalue() == path.read_bytes()
    piikit.office.export_edition("pii-2024", edition)
    piikit.office.export_plan("bac-giang-2024", plan, contacts=True)
    assert piikit.office.import_edition(edition.getvalue()) == piikit.edition("pii-2024").document
    assert piikit.office.import_plan(io.BytesIO(plan.getvalue()))["id"] == "bac-giang-2024"
    piikit.office.write_findings(result.findings, found, format="json")
    assert len(json.loads(found.getvalue())) == result.findings.height


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_cannot_be_written_to_a_buffer_is_said(lang):
    result = piikit.evaluate(SAMPLE, "pii-2024", lang=lang)
    closed = io.BytesIO()
    closed.close()
    wrong = {
        "buffer_format": (io.BytesIO(), {}),
        "not_binary": (io.StringIO(), {"format": "csv"}),
        "no_writer": (io.BytesIO(), {"format": "pdf"}),
        "not_written": (closed, {"format": "csv"}),
    }
    for code, (buffer, options) in wrong.items():
        with pytest.raises(piikit.UsageError) as error:
            result.write(buffer, **options)
        assert (error.value.code, error.value.lang) == (code, lang)
        assert str(error.value) == messages(lang).text(f"usage.{code}", **error.value.params)
