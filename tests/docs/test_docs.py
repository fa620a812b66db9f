"""Nothing in the documentation is left unrun: every block of code, every heading that names a thing, every link."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import pkgutil
import re
import sys
import unicodedata
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

import piikit
from pages import DOCS, ELSEWHERE, OPTIMISE, STARTED, Page, blocks
from piikit.framework.methods import BUILT_IN
from piikit.registry.hooks import HOOKS
from places import ROOT

PAGES = sorted(
    [
        *ROOT.glob("README*.md"),
        *ROOT.glob("CHANGELOG.md"),
        *DOCS.glob("**/*.md"),
        *ROOT.glob("plugins/*/README*.md"),
    ]
)
LINKING = sorted({*PAGES, *ROOT.glob("*.md"), *ROOT.glob("schemas/*.md")})


OPTIMISED = (
    "reference/goalseek.md",
    "how-to/shortest-way.md",
    "how-to/shortest-way.vi.md",
    "reference/weights.md",
    "how-to/audit-an-index.md",
    "how-to/audit-an-index.vi.md",
)
"""Pages about goal seek and optimised weights."""


# -- every block of code -----------------------------------------------------------------------------------------


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
        # `{n:area|areas}` is the one word or the other.
        words = re.sub(r"\\\{\w+:([^|{}]*)\\\|([^{}]*)\\\}", r"(?:\1|\2)", re.escape(texts[code]["message"]))
        pattern = re.sub(r"\\\{\w+\\\}", "(.*)", words)
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


def commands():
    """The commands by name, each loaded."""
    group = importlib.import_module("piikit.cli").piikit
    context = group.make_context("piikit", [], resilient_parsing=True)
    return {name: group.get_command(context, name) for name in group.list_commands(context)}


def test_every_command_has_its_heading():
    titles = [title for title in named("reference/command.md") if title.startswith("piikit ")]
    assert sorted(titles) == sorted(f"piikit {name}" for name in commands())


def test_every_option_is_in_the_reference_of_the_command():
    page = (DOCS / "reference/command.md").read_text(encoding="utf-8")
    parts = re.split(r"^### `piikit ([^`]+)`$", page, flags=re.MULTILINE)
    said = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name, command in commands().items():
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert f"`{parameter.opts[-1]}" in said[name] or f"`{parameter.opts[0]}" in said[name], (
                    f"piikit {name}: {parameter.opts}"
                )


# -- docstrings --------------------------------------------------------------------------------------------------

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(piikit.__path__, "piikit.") if module.name != "piikit.__main__"
)


class Finder(doctest.DocTestFinder):
    """Finds the examples of a class in the module whose text defines it, whatever public name it goes by."""

    def _from_module(self, module, object):
        if not inspect.isclass(object):
            return super()._from_module(module, object)
        text = Path(module.__file__).read_text(encoding="utf-8")
        return re.search(rf"^ *class {object.__name__}\b", text, flags=re.MULTILINE) is not None


@pytest.mark.parametrize("name", ["piikit", *MODULES])
def test_the_examples_in_docstrings_run(name, folder):
    if not OPTIMISE and name in {"piikit.analysis.seek.goal_seek", "piikit.analysis.seek.answer"}:
        pytest.skip("needs the extra optimise")
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in Finder().find(importlib.import_module(name)):
        runner.run(test)
    assert runner.failures == 0


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
