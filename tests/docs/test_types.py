"""Types that help: `mypy --strict` refuses a wrong call of a user's script, and nothing of a right one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")
SCRIPTS = Path(__file__).with_name("typed")


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, str]]:
    """What mypy says of the scripts, by file and line, from a folder that knows nothing of this repository."""
    here = tmp_path_factory.mktemp("typed")
    for script in SCRIPTS.glob("*.py"):
        (here / script.name).write_bytes(script.read_bytes())
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", "right.py", "wrong.py"]
    said = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert said.stderr == ""
    errors: dict[str, dict[int, str]] = {"right.py": {}, "wrong.py": {}}
    for line in said.stdout.splitlines():
        match = re.fullmatch(r"(.+?):(\d+): error: (.+)", line)
        if match:
            errors[match[1]][int(match[2])] = match[3]
    return errors


def test_a_right_script_passes(refused):
    assert refused["right.py"] == {}


def test_each_wrong_call_is_refused(refused):
    lines = (SCRIPTS / "wrong.py").read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if "  # " in line}
    assert len(wrong) > 30
    assert {lines[number - 1] for number in wrong ^ set(refused["wrong.py"])} == set()
