"""A file is written whole or not at all: the process is killed at random moments while it writes."""

from __future__ import annotations

import ast
import json
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
from piikit.office.year.deliver import PART, clean
from places import SUPPORT
from writing import LARGE, every, prepared
from years import PLAN, fill

SOURCE = Path(piikit.__file__).parent
KILLS, WHOLE_KILLS = 12, 2

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


Files = dict[str, bytes]


def files_in(folder: Path) -> Files:
    """What each file holds, hidden ones left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    inside = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: content for name, content in inside.items() if not any(p[0] == "." for p in name.split("/"))}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Files]:
    """What each of the two states writes when nobody disturbs."""
    found = []
    for number, made in enumerate(prepared(tmp_path_factory.mktemp("sent"))):
        folder = tmp_path_factory.mktemp("whole") / str(number)
        every(folder, made)
        found.append(files_in(folder))
    return found


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, str(SUPPORT / "writing.py"), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
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


def test_every_writer_writes_whole_files_or_none(tmp_path: Path, whole: list[Files]) -> None:
    chance = random.Random(8)
    for number in range(WHOLE_KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        process = start(folder)
        kill(process, "all", lambda: chance.uniform(0.2, 1.0))
        process.communicate()
        there = files_in(folder / "out")
        assert there
        assert [name for name, held in there.items() if held not in [files[name] for files in whole]] == []
        # The dossier is one thing of many files: all of the one or all of the other, or not there.
        dossier = {name: held for name, held in there.items() if name.startswith("dossier/")}
        assert dossier in ({}, *({n: h for n, h in files.items() if n.startswith("dossier/")} for files in whole))


def begun(folder: Path) -> Path:
    """The folder of a year with a plan of two agencies, and a form that came back from one of them."""
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps(PLAN, ensure_ascii=False), encoding="utf-8")
    (form, _) = piikit.office.write_forms(folder.parent / f"sent {folder.name}", "pii-2024", PLAN)
    back = fill(form, folder / "2-nop-ve" / form.name, {"trademark_applications": 12.0})
    os.utime(back, (1_700_000_000, 1_700_000_000))  # the day of a file is part of what is read
    return folder


def test_a_year_that_is_killed_goes_on_to_the_same_files(tmp_path: Path, engine: piikit.Engine) -> None:
    asked = {"on": "2025-03-01", "plan": "plan.json"}
    undisturbed, folder = begun(tmp_path / "Năm yên"), begun(tmp_path / "Năm ngắt")
    piikit.office.run_year(undisturbed, **asked, engine=engine)
    words = [f"--{name}={value}" for name, value in asked.items()]
    process = subprocess.Popen([sys.executable, "-m", "piikit", "year", str(folder), *words], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (folder / "4-ket-qua" / "ket-qua.json").exists() and time.monotonic() < deadline:
            time.sleep(0.005)
    finally:
        process.kill()  # SIGKILL
        process.wait()
    assert process.returncode == -signal.SIGKILL
    assert set(files_in(folder)) < set(files_in(undisturbed))
    run = piikit.office.run_year(folder, on=asked["on"], engine=engine)
    assert not run.failed
    assert dict(run.steps.select("step", "status").iter_rows())["forms"] == "skipped"
    assert files_in(folder) == files_in(undisturbed)
    assert [path for path in folder.iterdir() if PART.fullmatch(path.name)] == []


# -- no other way to a file --------------------------------------------------------------------------------------

WAYS = (
    "write_text",
    "write_bytes",
    "write_csv",
    "write_parquet",
    "write_json",
    "write_ndjson",
    "write_excel",
    "sink_csv",
    "sink_parquet",
    "copy",
    "copyfile",
    "copy2",
    "copytree",
    "save",
)
"""Calls that write a file when they are given one."""
OWN = {
    "files/safe_writing.py": "what all others go through",
    "inputs/coinr/project.py": "a folder made beside and moved whole",
    "registry/new_plugin.py": "a new package, in a folder made for it",
    "scoring/large_files": "large files, in a folder of its own until they are whole",
    "office/year/run.py": "in the hidden folder of a year, before files go to their place",
    "office/year/steps/folders.py": "likewise",
    "office/year/lock.py": "holds no data",
    "cli/commands.py": "copies a command and writes its help onto the screen",
    "office/forms/dossier.py": "a folder made beside and moved whole",
    "office/forms/evidence.py": "likewise",
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
        opens = name in ("open", "fdopen") and any(
            isinstance(arg, str) and set(arg) & set("wax+") for arg in args if isinstance(arg, str) and len(arg) <= 3
        )
        buffered = node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "buffer"
        if opens or (name in WAYS and node.args and not buffered):
            found.append(f"{name} in line {node.lineno}")
    return found


def test_no_file_is_written_in_another_way() -> None:
    modules = {path.relative_to(SOURCE).as_posix(): direct(path) for path in sorted(SOURCE.rglob("*.py"))}
    others = {name: calls for name, calls in modules.items() if calls and not name.startswith(tuple(OWN))}
    assert others == {}
