"""Whatever cannot be carried out is said in the language of the call, of the result, or of the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import piikit
from piikit.findings.errors import PiikitError, together

DATA = {"area": ["Hà Nội", "Huế"], "hdi": [0.8, 0.7]}


@pytest.fixture(scope="module")
def vietnamese() -> piikit.Result:
    return piikit.evaluate(piikit.sample(), "pii-2024", lang="vi")


CALLS: dict[str, tuple[Callable[[piikit.Engine, Path], Any], str]] = {
    "an unknown edition": (lambda engine, _: engine.evaluate(DATA, "pii-2042"), "không có bộ chỉ số 'pii-2042'"),
    "an unknown plan": (lambda engine, _: engine.plan("nowhere"), "không có kế hoạch 'nowhere'"),
    "an unknown list": (lambda engine, _: engine.area_list("vn-99"), "không có danh sách địa phương 'vn-99'"),
    "no data": (lambda engine, _: engine.evaluate(None, "pii-2024"), "cần có số liệu"),
    "no table": (lambda engine, _: engine.findings(5, "pii-2024"), "data phải là bảng polars"),
    "no scenario": (lambda engine, _: engine.evaluate(DATA, "pii-2024", scenarios=5), "kịch bản phải là"),
    "no document": (lambda engine, _: engine.edition(5), "bộ chỉ số phải là"),
    "no file": (lambda engine, folder: engine.edition(folder / "none.json"), "không mở được"),
    "a rule": (lambda engine, _: engine.merge_areas(DATA, "pii-2024", rules={"hdi": "sun"}), "có phải 'sum'?"),
    "a project": (lambda engine, _: engine.from_coinr({"uCode": []}, {"iCode": []}), "thiếu cột"),
    "a large file": (
        lambda engine, folder: engine.stream(folder / "a.csv", "pii-2024", to=folder / "a.csv"),
        "được ghi thành .parquet",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_an_engine_says_its_errors_in_its_own_language(name: str, tmp_path: Path) -> None:
    call, said = CALLS[name]
    with pytest.raises(PiikitError) as caught:
        call(piikit.Engine(lang="vi"), tmp_path)
    assert said in str(caught.value)
    with pytest.raises(PiikitError) as caught:
        call(piikit.Engine(), tmp_path)
    assert said not in str(caught.value)


def test_the_language_of_a_call_goes_before_that_of_the_engine(engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match="không có bộ chỉ số 'x'"):
        engine.evaluate(DATA, "x", lang="vi")
    with pytest.raises(piikit.UsageError, match="unknown edition 'x'"):
        piikit.Engine(lang="vi").evaluate(DATA, "x", lang="en")
    with pytest.raises(piikit.UsageError, match="lang must be one of 'vi', 'en', not 'fr'"):
        engine.evaluate(DATA, "pii-2024", lang="fr")  # type: ignore[arg-type]


def test_an_engine_says_what_is_wrong_with_its_policy_and_plugins_in_its_language() -> None:
    with pytest.raises(piikit.UsageError, match="có phải 'absent_area'"):
        piikit.Engine(policy={"absent_are": "error"}, lang="vi")
    with pytest.raises(piikit.UsageError, match="không có plugin 'nowhere'"):
        piikit.Engine(only=["nowhere"], lang="vi")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda result: result.table("scor"), "metric phải là một trong"),
        (lambda result: result.explain("Nowhere", "PII"), "không có địa phương 'Nowhere'"),
        (lambda result: result.lowest("Hà Nội", n=0), "n phải là số nguyên"),
        (lambda result: result.compare(result, tolerance=-1), "tolerance phải là số điểm"),
        (lambda result: result.effects(result, code="x"), "không có chỉ số chung 'x'"),
        (lambda result: result.follow("x", "Hà Nội"), "không có mã 'x'"),
        (lambda result: result.write("a.csv/b.csv"), "không ghi được"),
        (lambda result: result.replay("nowhere"), "không có bộ chỉ số 'nowhere'"),
    ],
)
def test_a_result_says_its_errors_in_its_language(
    ask: Callable[[piikit.Result], Any], said: str, vietnamese: piikit.Result
) -> None:
    with pytest.raises(piikit.UsageError) as caught:
        ask(vietnamese)
    assert said in str(caught.value)


def test_several_errors_are_one_that_names_them_all() -> None:
    one, other = piikit.UsageError("no_data"), piikit.UsageError("no_files")
    assert together([one]) is one
    both = together([one, other])
    assert both.text("vi").splitlines() == ["có 2 điểm cần sửa:", f"  - {one.text('vi')}", f"  - {other.text('vi')}"]


def test_what_is_no_code_is_shown_as_it_stands() -> None:
    assert piikit.UsageError("said by a plugin").text("vi") == "said by a plugin"
