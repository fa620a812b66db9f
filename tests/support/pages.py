"""Pages of the documentation: their blocks, and how each is run.


How a block is used, by what stands after the three backticks:

- `python`: run; the blocks of a file share their names and a working directory of their own.
- `python name.py`, `csv name.csv`, `json name.json`, `toml name.toml`: written there as a file for the blocks below.
- `text output`: what the block before it prints, width of columns aside; a line `...` stands for any lines.
- `sh`, `console`: lines that start with `piikit` or `python -m piikit` are run and must exit with 0, or with the code
  in a comment, `# exit 1`; `< file` and `> file` work. They are run in the process of the tests, by the function that
  the console script calls; those in STARTED as a process of their own. Other lines must be in NOT_RUN.
- `json`, `toml`: must be sound, and JSON with a "$schema" of ours must be valid.
- `text`, `math`: shown only.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from commands import called, started
from piikit.framework.documents import schema_faults, schema_root
from places import ROOT

DOCS = ROOT / "docs"
ELSEWHERE = (DOCS / "tutorial-plugin.md", DOCS / "tutorial-plugin.vi.md")
"""Pages that tests/test_scaffold.py runs: they begin with an environment of their own."""
NOT_RUN = (
    "make",
    "git clone",
    "cd",
    ". .venv/bin/activate",
    r".venv\Scripts\activate",
    "bash .ci/run",
    "pip install",
    "python -m pip install",
    "py -3.11 -m venv .venv",
    r".venv\Scripts\python -m pip install",
    r".venv\Scripts\python -m piikit demo",
    r".venv\Scripts\python -m pytest -n auto",
    "set PYTHONUTF8=1",
    "PYTHON=python3.12 make test",
)
"""What a line that is not run may start with: it sets up a machine, and running it here would change this one."""
STARTED = (
    "piikit demo",
    "piikit evaluate - --level pillar --top 1 < figures.csv",
    "piikit evaluate mistakes.csv --json > refused.json",
    "piikit evaluate nowhere.csv",
)
"""Lines that are started as a user starts them: one of each way in (a file, standard input), out and exit code."""
OPTIMISE = importlib.util.find_spec("scipy") is not None
"""Whether the extra `optimise` is there; the oldest supported versions are tested without it."""


class Block(NamedTuple):
    language: str
    info: str
    line: int
    text: str


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a page, and its indented ones with the language "indented"."""
    found: list[Block] = []
    fence: list[str] | None = None
    info, start, indented = "", 0, False
    previous = ""
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        bare = line.strip()
        if fence is not None:
            if bare == "```":
                language, _, rest = info.partition(" ")
                found.append(Block(language, rest.strip(), start, "\n".join(fence) + "\n"))
                fence = None
            else:
                fence.append(line)
        elif bare.startswith("```"):
            fence, info, start = [], bare[3:].strip(), number
        elif line.startswith("    ") and bare and (indented or not previous):
            found.append(Block("indented", "", number, bare + "\n"))
        indented = fence is None and line.startswith("    ") and bool(bare) and (indented or not previous)
        previous = bare
    assert fence is None, f"{path.name}: the block that starts in line {start} has no end"
    return found


def fails(path: Path, block: Block, what: str) -> None:
    pytest.fail(f"{path.relative_to(ROOT)}, line {block.line}, a block {block.language!r}: {what}", pytrace=False)


class Page:
    """One page while its blocks run: their names, the folder they work in, and what the last one printed."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self.names: dict[str, object] = {"__name__": f"docs_{path.stem.replace('.', '_').replace('-', '_')}"}
        self.printed: str | None = None

    def use(self, block: Block) -> None:
        if block.language == "text":
            if block.info == "output":
                self.compare(block)
            elif block.info:
                fails(self.path, block, f"unknown word {block.info!r} after 'text'")
            return
        self.printed = None
        if block.language in {"sh", "console", "indented"}:
            self.shell(block)
        elif block.language == "python" and not block.info:
            self.python(block)
        elif block.language in {"python", "csv", "json", "toml"}:
            self.document(block)
        elif block.language != "math":
            fails(self.path, block, "nothing is known of this language, so nobody would notice if it were wrong")

    def compare(self, block: Block) -> None:
        if self.printed is None:
            fails(self.path, block, "output without a block that prints before it")
        wanted, got = level(block.text), level(self.printed or "")
        parts = (r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in wanted.splitlines())
        if re.fullmatch("".join(parts), got) is None:
            fails(self.path, block, f"the page says\n{wanted}\nand this came out:\n{got}")
        self.printed = None

    def python(self, block: Block) -> None:
        code = compile("\n" * block.line + block.text, str(self.path), "exec", dont_inherit=True)
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out):
                exec(code, self.names)
        except Exception as error:
            error.add_note(f"in {self.path.relative_to(ROOT)}, the block of line {block.line}")
            raise
        self.printed = out.getvalue()

    def document(self, block: Block) -> None:
        if block.language == "python":
            compile(block.text, str(self.path), "exec", dont_inherit=True)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "json":
            self.json(block)
        elif not block.info:
            fails(self.path, block, "a csv block needs the name of its file")
        if block.info:
            name = Path(block.info)
            assert not name.is_absolute() and ".." not in name.parts
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(block.text, encoding="utf-8")

    def json(self, block: Block) -> None:
        try:
            value = json.loads(block.text)
        except ValueError as error:
            fails(self.path, block, f"not JSON: {error}")
        schema = value.get("$schema") if isinstance(value, dict) else None
        if schema is not None and schema_root().joinpath(schema).is_file():
            found = schema_faults(value, schema)
            if found:
                fails(self.path, block, found.grouped("en"))

    def shell(self, block: Block) -> None:
        printed: list[str] = []
        for line in block.text.replace("\\\n", " ").splitlines():
            command = line.strip().removeprefix("$ ")
            if not command or command.startswith("#"):
                continue
            words = command.split()
            if words[:2] == ["piikit", "seek"] and not OPTIMISE:
                continue
            if words[0] == "piikit" or words[:3] == ["python", "-m", "piikit"]:
                printed.append(self.run(block, command))
            elif not any(command == start or command.startswith(f"{start} ") for start in NOT_RUN):
                fails(self.path, block, f"this line is neither run nor in NOT_RUN: {command}")
        self.printed = "".join(printed) if printed else None

    def run(self, block: Block, command: str) -> str:
        command, _, comment = command.partition("  # ")
        said = re.search(r"\bexit (\d)", comment)
        code = int(said[1]) if said else 0
        words = shlex.split(command)
        words = words[1:] if words[0] == "piikit" else words[3:]
        source = self.redirect(words, "<")
        target = self.redirect(words, ">")
        given = (self.folder / source).read_bytes() if source else b""
        assert Path.cwd() == self.folder
        done = (started if command in STARTED else called)(*words, stdin=given, joined=not target)
        if done.returncode != code:
            said_wrong = f"{command} gave exit code {done.returncode}, not {code}:\n{done.stdout}{done.stderr}"
            fails(self.path, block, said_wrong)
        text = done.stdout
        if target:
            (self.folder / target).write_text(text, encoding="utf-8")
            return ""
        return text

    @staticmethod
    def redirect(words: list[str], sign: str) -> str | None:
        if sign not in words:
            return None
        place = words.index(sign)
        name = words[place + 1]
        del words[place : place + 2]
        return name


def tidy(text: str) -> str:
    """A text without white space at the ends of lines and without empty lines at its own ends."""
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def level(text: str) -> str:
    """A tidy text with one space where there are several: how wide a column is belongs to no page."""
    return re.sub(r"(?<=\S) {2,}", " ", tidy(text))
