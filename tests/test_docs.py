"""Nothing in the documentation is left unrun: every block of code, every heading that names a thing, every link.

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
import doctest
import importlib
import importlib.util
import inspect
import io
import json
import pkgutil
import re
import shlex
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import pytest

import piikit
from commands import called, started
from piikit.framework.documents import schema_faults, schema_root
from piikit.framework.methods import BUILT_IN
from piikit.registry.hooks import HOOKS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *ROOT.glob("README*.md"),
        *ROOT.glob("CHANGELOG.md"),
        *DOCS.glob("**/*.md"),
        *ROOT.glob("plugins/*/README*.md"),
    ]
)
LINKING = sorted({*PAGES, *ROOT.glob("*.md"), *ROOT.glob("schemas/*.md")})

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
OPTIMISED = (
    "reference/goalseek.md",
    "how-to/shortest-way.md",
    "how-to/shortest-way.vi.md",
    "reference/weights.md",
    "how-to/audit-an-index.md",
    "how-to/audit-an-index.vi.md",
)
"""Pages about goal seek and optimised weights."""


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


# -- every block of code -----------------------------------------------------------------------------------------


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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory of the page's own, from which it can import the modules that it writes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).is_relative_to(tmp_path):
            del sys.modules[name]


def test_there_are_pages():
    assert len(PAGES) >= 10


@pytest.mark.parametrize(
    "path", [path for path in PAGES if path not in ELSEWHERE], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_block_runs(path, folder):
    if not OPTIMISE and path.is_relative_to(DOCS) and path.relative_to(DOCS).as_posix() in OPTIMISED:
        pytest.skip("needs the extra optimise")
    page = Page(path, folder)
    for block in blocks(path):
        page.use(block)


def test_every_line_that_is_to_be_started_stands_in_a_page():
    lines = {line.strip().partition("  # ")[0] for path in PAGES for line in path.read_text("utf-8").splitlines()}
    assert set(STARTED) - lines == set()


# -- headings that name things -----------------------------------------------------------------------------------


def headings(page: str) -> list[str]:
    """The headings of a page of the docs, as written, without the signs before them."""
    found, fenced = [], False
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and line.startswith("#"):
            found.append(line.lstrip("#").strip())
    return found


def named(page: str) -> list[str]:
    """The headings of a page that are one name in backticks."""
    return [match[1] for title in headings(page) if (match := re.fullmatch(r"`([^`]+)`", title))]


def catalogue(lang: str) -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files("piikit").joinpath("data", "messages", f"{lang}.json").read_text(encoding="utf-8")
    return json.loads(text)


def test_every_finding_has_its_heading_and_every_heading_its_finding():
    codes = list(catalogue("en")["finding"])
    titles = named("reference/findings.md")
    assert sorted(titles) == sorted(set(titles)), "a heading stands twice"
    assert set(codes) - set(titles) == set(), "findings without a heading"
    assert set(titles) - set(codes) == set(), "headings of no finding"


def test_the_examples_of_findings_follow_the_catalogue():
    texts = catalogue("en")["finding"]
    page = (DOCS / "reference/findings.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `([^`]+)`$", page, flags=re.MULTILINE)
    wrong = []
    for code, body in zip(parts[1::2], parts[2::2], strict=True):
        said = re.search(r"^> (.+)$", body, flags=re.MULTILINE)
        pattern = re.sub(r"\\\{\w+\\\}", "(.*)", re.escape(texts[code]["message"]))
        if said is None or re.fullmatch(pattern, said[1]) is None:
            wrong.append(f"{code}: {said[1] if said else 'no example'} is not {texts[code]['message']}")
    assert wrong == []


def test_every_hook_has_its_heading_with_its_signature():
    specs = importlib.import_module("piikit.registry.hooks")
    wanted = [f"{name}{inspect.signature(getattr(specs, name))}".replace("'", "") for name in HOOKS]
    assert [title for title in named("reference/hooks.md") if title.startswith("piikit_")] == wanted


def test_every_method_has_its_heading():
    titles = named("reference/methods.md")
    assert sorted(titles) == sorted(f"{method.kind}: {method.name}" for method in BUILT_IN)


def test_every_method_has_its_page_and_the_reference_leads_there():
    wanted = {f"{method.kind}-{method.name}": f"{method.kind}: {method.name}" for method in BUILT_IN}
    folder = DOCS / "reference/methods"
    assert sorted(page.stem for page in folder.glob("*.md")) == sorted(wanted)
    text = (DOCS / "reference/methods.md").read_text(encoding="utf-8")
    assert [name for name in wanted if f"(methods/{name}.md)" not in text] == []
    assert [name for name, title in wanted.items() if headings(f"reference/methods/{name}.md")[0] != title] == []


def test_every_command_has_its_heading():
    figures = importlib.import_module("piikit.cli")
    titles = [title for title in named("reference/command.md") if title.startswith("piikit ")]
    assert sorted(titles) == sorted(f"piikit {name}" for name in figures.piikit.commands)


def test_every_option_is_in_the_reference_of_the_command():
    page = (DOCS / "reference/command.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `piikit ([^`]+)`$", page, flags=re.MULTILINE)
    said = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name, command in importlib.import_module("piikit.cli").piikit.commands.items():
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert f"`{parameter.opts[-1]}" in said[name] or f"`{parameter.opts[0]}" in said[name], (
                    f"piikit {name}: {parameter.opts}"
                )


# -- public names ------------------------------------------------------------------------------------------------

SILENT = {
    "__version__": "a text",
    "hookimpl": "pluggy's marker; the reference of hooks shows its use",
}
"""Public names without a docstring of ours, and why."""


def behaves(thing: object) -> bool:
    """A function, or a class with public methods or properties of its own; errors and plain records are neither."""
    if inspect.isfunction(thing):
        return True
    if not inspect.isclass(thing) or issubclass(thing, Exception):
        return False
    return any(
        not name.startswith("_") and (callable(part) or isinstance(part, property) or hasattr(part, "func"))
        for name, part in vars(thing).items()
    )


@pytest.mark.parametrize("name", sorted(set(piikit.__all__) - set(SILENT)))
def test_a_public_name_says_what_it_is(name):
    thing = getattr(piikit, name)
    assert (thing.__doc__ or "").strip(), f"{name} has no docstring"
    assert not (thing.__doc__ or "").startswith("Method generated by attrs"), f"{name} has no docstring"
    for part, member in vars(thing).items() if inspect.isclass(thing) else ():
        if not part.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            assert (member.__doc__ or "").strip(), f"{name}.{part} has no docstring"


@pytest.mark.parametrize("name", sorted(n for n in set(piikit.__all__) - set(SILENT) if behaves(getattr(piikit, n))))
def test_what_behaves_shows_an_example(name):
    thing = getattr(piikit, name)
    docs = [thing.__doc__ or ""]
    if inspect.isclass(thing):
        docs += [member.__doc__ or "" for part, member in vars(thing).items() if not part.startswith("_")]
    assert any(">>>" in text for text in docs), f"{name} has no example that runs"


MODULES = sorted(
    module.name for module in pkgutil.walk_packages(piikit.__path__, "piikit.") if module.name != "piikit.__main__"
)


@pytest.mark.parametrize("name", ["piikit", *MODULES])
def test_the_examples_in_docstrings_run(name, folder):
    if not OPTIMISE and name in {"piikit.analysis.seek.goal_seek", "piikit.analysis.seek.answer"}:
        pytest.skip("needs the extra optimise")
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


# -- links -------------------------------------------------------------------------------------------------------


def anchor(title: str) -> str:
    """The anchor that a heading gets on the sites that show Markdown."""
    text = re.sub(r"[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title))
    kept = (c for c in text.lower() if c in " -_" or unicodedata.category(c)[0] in "LN" or unicodedata.combining(c))
    return "".join(kept).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    fenced, found = False, set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and line.startswith("#"):
            found.add(anchor(line.lstrip("#").strip()))
    return found


@pytest.mark.parametrize("path", LINKING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, place = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (place and file.suffix == ".md" and place not in anchors(file)):
            dead.append(target)
    assert dead == []


def test_every_page_of_the_docs_is_on_the_map():
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = [page.relative_to(DOCS).as_posix() for page in DOCS.glob("**/*.md") if page.name != "index.md"]
    assert [page for page in pages if f"({page})" not in text] == []
