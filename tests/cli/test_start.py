"""The start is quick: what nobody asked for is not loaded."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from piikit.cli import piikit as command
from piikit.cli.commands import COMMANDS, FIRST, SECTIONS

HEAVY = ("polars", "numpy", "jsonschema", "rich", "altair", "docx", "xlsxwriter", "scipy")
FOR_FILES = ("rich", "altair", "vl_convert", "docx", "xlsxwriter", "scipy", "click")


def loaded(code: str, watched: tuple[str, ...]) -> list[str]:
    """Which of the watched modules a fresh process has loaded after some code."""
    told = f"import json, sys\n{code}\nprint('\\n' + json.dumps([m for m in {watched!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], ["--version"], []], ids=["help", "version", "bare"])
def test_the_command_alone_loads_no_library(words: list[str]) -> None:
    start = "from piikit.__main__ import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    code = f"sys.argv = ['piikit', *{words!r}]\n{start}"
    assert loaded(code, HEAVY) == []


def test_the_package_alone_loads_no_library() -> None:
    assert loaded("import piikit", HEAVY) == []


def test_an_engine_and_a_result_load_nothing_that_only_files_and_screens_need() -> None:
    code = "import piikit\npiikit.evaluate(piikit.sample(), 'pii-2024')"
    assert loaded(code, FOR_FILES) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_what_help_says_of_a_command_is_what_the_command_says_of_itself(name: str) -> None:
    own = CliRunner().invoke(command, [name, "--help"])
    assert own.exit_code == 0
    assert COMMANDS[name].help.split()[0] in own.output
    assert COMMANDS[name].help.endswith(".")


def test_help_lists_the_commands_in_the_order_of_work() -> None:
    shown = CliRunner().invoke(command, ["--help"]).output
    places = [shown.index(f"\n{title}:") for title in SECTIONS]
    assert places == sorted(places)
    assert [shown.count(f"\n  {name} ") for name in COMMANDS] == [1] * len(COMMANDS)


def test_a_bare_call_says_what_to_try_first() -> None:
    done = CliRunner().invoke(command, [])
    assert (done.exit_code, done.output.strip()) == (0, FIRST.strip())
    assert "piikit demo" in done.output
