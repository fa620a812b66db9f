"""A file is written whole or not at all: the process is killed at random moments while it writes."""

from __future__ import annotations

import ast
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import piikit
from piikit.year.deliver import PART, clean
from writing import LARGE, every, prepared

SOURCE = Path(piikit.__file__).parent
KILLS, WHOLE_KILLS = 18, 2

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[bytes]]:
    """What each file holds when nobody disturbs."""
    engine, results = prepared()
    found: dict[str, set[bytes]] = {}
    for result in results:
        folder = tmp_path_factory.mktemp("whole")
        every(folder, engine, result)
        for path in folder.iterdir():
            found.setdefault(path.name, set()).add(path.read_bytes())
    return found


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "writing.py"), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str], what: str, wait: Callable[[], float]) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{what}\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    time.sleep(wait())
    os.kill(child, signal.SIGKILL)


def test_a_large_file_is_the_old_one_or_the_new_one_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    chance = random.Random(7)
    process = start(tmp_path)
    try:
        for _ in range(KILLS):
            kill(process, "fast", lambda: chance.uniform(0.005, 0.08))
            path = tmp_path / "large.bin"
            if path.exists():
                assert path.read_bytes() in LARGE
    finally:
        process.kill()
        process.communicate()
    left = [path.name for path in tmp_path.iterdir() if path.name != "large.bin"]
    assert left, "no kill fell while a file was written"
    assert all(PART.fullmatch(name) for name in left)
    clean(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] in (["large.bin"], [])


def test_every_writer_writes_whole_files_or_none(tmp_path: Path, contents: dict[str, set[bytes]]) -> None:
    chance = random.Random(8)
    for _ in range(WHOLE_KILLS):
        process = start(tmp_path)
        kill(process, "all", lambda: chance.uniform(0.3, 1.5))
        process.communicate()
        there = [path for path in tmp_path.iterdir() if not PART.fullmatch(path.name)]
        assert there
        assert [path.name for path in there if path.read_bytes() not in contents[path.name]] == []


# -- no other way to a file --------------------------------------------------------------------------------------

WAYS = ("write_text", "write_bytes", "write_csv", "write_parquet", "write_json", "write_ndjson", "write_excel",
        "sink_csv", "sink_parquet", "copy", "copyfile", "copy2", "copytree", "save")  # fmt: skip
"""Calls that write a file when they are given one."""
OWN = {
    "writers.py": "what all others go through",
    "coinr/project.py": "a folder made beside and moved whole",
    "scaffold.py": "a new package, in a folder made for it",
    "streaming": "large files, in a folder of its own until they are whole",
    "year/run.py": "in the hidden folder of a year, before files go to their place",
    "year/steps/folders.py": "likewise",
    "year/lock.py": "holds no data",
    "forms/dossier.py": "a folder made beside and moved whole",
    "forms/evidence.py": "likewise",
}
"""Where files are written in another way, and why that is sound."""


def direct(path: Path) -> list[str]:
    """The calls in a module that write to a file by themselves."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        args = [arg.value for arg in (*node.args, *(k.value for k in node.keywords)) if isinstance(arg, ast.Constant)]
        opens = name in ("open", "fdopen") and any(isinstance(arg, str) and set(arg) & set("wax+") for arg in args
                                                   if isinstance(arg, str) and len(arg) <= 3)  # fmt: skip
        buffered = node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "buffer"
        if opens or (name in WAYS and node.args and not buffered):
            found.append(f"{name} in line {node.lineno}")
    return found


def test_no_file_is_written_in_another_way() -> None:
    modules = {path.relative_to(SOURCE).as_posix(): direct(path) for path in sorted(SOURCE.rglob("*.py"))}
    others = {name: calls for name, calls in modules.items() if calls and not name.startswith(tuple(OWN))}
    assert others == {}
