"""The pytest plugin as a project of an agency uses it: run in a process of its own, on files of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASE: dict[str, Any] = {
    "id": "half",
    "title": "Half the way",
    "data": {"area": ["a", "b", "c"], "hdi": [0, 0.5, 1]},
    "edition": {
        "id": "one",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Một", "en": "One"},
        "sources": ["made up"],
        "nodes": [
            {"code": "I", "level": "index"},
            {"code": "x", "parent": "I", "level": "indicator", "indicator": "pii.hdi"},
        ],
    },
    "expected": {"scores": [{"area": "b", "code": "x", "value": 0.5, "score": 50}]},
}


def run(folder: Path, *options: str, code: str = "") -> str:
    """What pytest prints for a folder, with the plugin found by its entry point."""
    start = f"import sys, pytest; {code} sys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", start, "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a sound case, a wrong one, a faulty file, cases named by a setting, and tests with `engine`."""
    folder = tmp_path_factory.mktemp("project")
    wrong = {**CASE, "id": "wrong", "expected": {"scores": [{"area": "b", "code": "x", "score": 51}]}}
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\npiikit_cases = ["cases/*.json"]\n')
    (folder / "sound.piikit.json").write_text(json.dumps({"cases": [CASE, wrong]}))
    (folder / "faulty.piikit.json").write_text(json.dumps({"id": "a"}))
    (folder / "other.json").write_text("{}")
    (folder / "cases").mkdir()
    (folder / "cases" / "named.json").write_text(json.dumps({**CASE, "id": "named"}))
    (folder / "test_engine.py").write_text(
        "def test_engine(engine):\n    assert engine.edition('pii-2024').root == 'PII'\n"
    )
    return folder


def test_cases_are_collected_run_and_counted(project: Path) -> None:
    out = run(project, "-v", "--continue-on-collection-errors", "--piikit-coverage=impact")
    assert "piikit 0.1.0, plugins: bac_giang 0.1.0" in out
    assert "sound.piikit.json::half PASSED" in out.replace("sound.piikit.json: half", "sound.piikit.json::half")
    assert "wrong: area b, node x, score: expected 51, got 50.0" in out
    assert "Traceback" not in out
    assert "named PASSED" in out
    assert "test_engine.py::test_engine PASSED" in out
    assert "faulty.piikit.json" in out and "title" in out
    assert "other.json" not in out
    assert "1 failed, 3 passed, 1 error" in out
    assert "indicator: 1 of 8" in out
    assert "no case shows: indicator pii.industrial_production_index" in out


def test_without_the_extra_cases_run_and_the_rest_says_what_is_missing(tmp_path: Path) -> None:
    code = """
import sys
sys.modules["hypothesis"] = None  # as if it were not installed
import piikit.testing as t
print(t.run_case(t.Case(id="c", title="c", edition="pii-2024", expected={})))
for name in ("IndicatorKit", "strategies"):
    try:
        getattr(t, name)
    except t.MissingExtraError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert done.stdout.splitlines() == [
        "[]",
        "IndicatorKit needs the extra 'testing': pip install 'piikit[testing]'",
        "strategies needs the extra 'testing': pip install 'piikit[testing]'",
    ]
