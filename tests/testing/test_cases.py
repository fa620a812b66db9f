"""The decision cases of tests/cases, and that a wrong one says where and what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

import piikit
from piikit.testing import Case, assert_case, load_cases, run_case
from places import TESTS

CASES = load_cases(TESTS / "cases")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.file).stem}:{case.id}")
def test_case(case: Case, engine: piikit.Engine) -> None:
    assert_case(case, engine)


# -- the runner itself -------------------------------------------------------------------------------------------

EDITION: dict[str, Any] = {
    "id": "one",
    "status": "local",
    "period": "2024",
    "title": {"vi": "Một", "en": "One"},
    "sources": ["made up"],
    "nodes": [
        {"code": "I", "level": "index"},
        {"code": "x", "parent": "I", "level": "indicator", "direction": "higher"},
    ],
}
SOUND = Case(
    id="half",
    title="Half the way",
    edition=EDITION,
    data={"area": ["a", "b", "c"], "x": [0, 5, 10]},
    expected={"scores": [{"area": "b", "code": "I", "score": 50}], "no_findings": ["constant_indicator"]},
    file="cases/one.json",
)


def lines(expected: dict[str, Any], **more: Any) -> list[str]:
    return [str(mismatch) for mismatch in run_case(attrs.evolve(SOUND, expected=expected, **more))]


def test_a_sound_case_has_no_mismatch() -> None:
    assert run_case(SOUND) == []


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        (
            {"scores": [{"area": "b", "code": "I", "score": 50.1}]},
            "cases/one.json: half: area b, node I, score: expected 50.1, got 50.0",
        ),
        (
            {"scores": [{"area": "b", "code": "I", "rank": None}]},
            "cases/one.json: half: area b, node I, rank: expected none, got 2",
        ),
        (
            {"scores": [{"area": "z", "code": "I", "score": 1}]},
            "cases/one.json: half: area z, node I, scores: expected one row with area z, code I, got 0 rows",
        ),
        (
            {"bounds": [{"code": "x", "upper": 11}]},
            "cases/one.json: half: node x, upper: expected 11, got 10.0",
        ),
        (
            {"findings": [{"severity": "warning", "code": "constant_indicator", "column": "x"}]},
            "cases/one.json: half: node x, findings: expected at least 1 of warning constant_indicator, got 0",
        ),
        (
            {"error": {"type": "InputError"}},
            "cases/one.json: half: error: expected InputError, got no error",
        ),
    ],
)
def test_a_wrong_expectation_prints_file_case_area_node_expected_got(expected: dict[str, Any], line: str) -> None:
    assert lines(expected) == [line]


def test_words_that_a_reason_lacks_are_a_mismatch() -> None:
    plan = {
        "id": "p",
        "title": {"vi": "p", "en": "p"},
        "area": "24",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["made up"],
        "targets": [{"id": "t", "text": {"vi": "lời", "en": "words"}}],
    }
    case = Case(
        id="w",
        title="Words",
        edition="pii-2024",
        scores=[{"area": "24", "code": "1", "score": 1}],
        plan=plan,
        expected={"attainment": [{"target": "t", "status": "not_testable", "says": ["words only", "figures"]}]},
    )
    assert list(map(str, run_case(case))) == [
        "w: node t, reason: expected figures, got words only, nothing to test: words"
    ]


def test_an_unexpected_error_is_a_mismatch_with_its_text() -> None:
    (line,) = lines({"no_findings": ["cycle"]}, data={"area": ["a"], "x": ["many"]})
    assert line.startswith("cases/one.json: half: error: expected none, got InputError: ")
    assert "many" in line


def test_another_error_than_the_expected_one_is_a_mismatch() -> None:
    wrong = {"error": {"type": "InputError", "codes": ["not_finite"]}}
    assert lines(wrong, data={"area": ["a"], "x": ["many"]}) == [
        "cases/one.json: half: error codes: expected not_finite, got not_a_number"
    ]


def test_a_finding_that_must_not_be_there_is_a_mismatch() -> None:
    assert lines({"no_findings": ["constant_indicator"]}, data={"area": ["a", "b"], "x": [1, 1]}) == [
        "cases/one.json: half: findings: expected 0 of constant_indicator, got 1"
    ]


def test_the_tolerance_is_the_entrys_then_the_cases() -> None:
    near = {"area": "b", "code": "I", "score": 50.4}
    assert len(lines({"scores": [near]}, tolerance=0.1)) == 1
    assert lines({"scores": [near]}, tolerance=0.5) == []
    assert lines({"scores": [{**near, "tolerance": 0.5}]}, tolerance=0.1) == []


def test_assert_case_fails_with_a_line_a_mismatch() -> None:
    wrong = [{"area": "a", "code": "I", "score": 1}, {"area": "c", "code": "I", "score": 99}]
    with pytest.raises(AssertionError) as caught:
        assert_case(attrs.evolve(SOUND, expected={"scores": wrong}))
    assert str(caught.value).splitlines() == [
        "cases/one.json: half: area a, node I, score: expected 1, got 0.0",
        "cases/one.json: half: area c, node I, score: expected 99, got 100.0",
    ]


def write(folder: Path, document: Any) -> Path:
    file = folder / "case.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_shared_fields_are_those_of_every_case_that_does_not_say_otherwise(tmp_path: Path) -> None:
    expected = {"no_findings": ["cycle"]}
    shared = {"edition": "pii-2024", "title": "Shared", "expected": expected}
    write(tmp_path, {"shared": shared, "cases": [{"id": "a"}, {"id": "b", "edition": "pii-2025"}]})
    assert [(case.id, case.title, case.edition) for case in load_cases(tmp_path)] == [
        ("a", "Shared", "pii-2024"),
        ("b", "Shared", "pii-2025"),
    ]


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        ({"id": "a", "title": "t", "edition": "e"}, "schema_required", "/"),
        (
            {"id": "a", "title": "t", "edition": "e", "expected": {"score": []}},
            "schema_additionalProperties",
            "/expected",
        ),
        ({"cases": [{"id": "a", "title": "t", "edition": "e"}]}, "schema_required", "/cases/0"),
        (
            {"shared": {"title": "t", "edition": "e", "expected": {"no_findings": ["x"]}}, "cases": [{"id": "a"}] * 2},
            "duplicate_code",
            "/cases/1/id",
        ),
    ],
)
def test_a_faulty_file_names_the_place(tmp_path: Path, document: Any, code: str, pointer: str) -> None:
    with pytest.raises(piikit.DocumentError) as caught:
        load_cases(write(tmp_path, document))
    assert [(item.code, item.column) for item in caught.value.found] == [(code, pointer)]
