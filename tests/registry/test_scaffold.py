"""`piikit new-plugin`: what it writes, what it refuses, and the tutorial as a new user would follow it."""

from __future__ import annotations

import json
import os
import shlex
import site
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import piikit
from commands import runner
from pages import DOCS, Block, Page, blocks
from piikit.cli import piikit as command
from piikit.findings.errors import UsageError
from piikit.framework.documents import schema_faults
from piikit.registry.new_plugin import ITEM, NAME, new_plugin, template_root

TUTORIAL = DOCS / "tutorial-plugin.md"
VIETNAMESE = DOCS / "tutorial-plugin.vi.md"
SETUP = 3
"""Commands of the first step, which both ways need."""


def files(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()}


# -- what it writes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", [False, True])
def test_nothing_is_left_to_fill_in_and_every_document_is_sound(tmp_path, formula):
    new = new_plugin("green-growth", folder=tmp_path, owner='Sở "KH&CN" \\ {{item}}', formula=formula)
    written = files(new.folder)
    assert sorted(written) == list(new.files)
    assert [entry.name for entry in tmp_path.iterdir()] == ["piikit-green-growth"]
    for name, text in written.items():
        assert "{{" not in text.replace('Sở "KH&CN" \\ {{item}}', "").replace('Sở \\"KH&CN\\" \\\\ {{item}}', ""), name
        if name.endswith(".py"):
            compile(text, name, "exec")
        elif name.endswith(".json"):
            document = json.loads(text)
            assert not schema_faults(document, document["$schema"])
    project = tomllib.loads(written["pyproject.toml"])["project"]
    assert project["authors"] == [{"name": 'Sở "KH&CN" \\ {{item}}'}]
    assert project["entry-points"]["piikit"] == {"green_growth": "piikit_green_growth"}


def test_without_code_no_python_but_the_hooks_is_in_the_package(tmp_path):
    new = new_plugin("blue", folder=tmp_path, formula=True)
    assert [name for name in new.files if name.endswith(".py")] == [
        "src/piikit_blue/__init__.py",
        "tests/test_plugin.py",
    ]
    text = (new.folder / "src/piikit_blue/__init__.py").read_text(encoding="utf-8")
    assert "polars" not in text and "Indicator" not in text


def test_every_area_of_the_edition_has_a_figure(tmp_path):
    new = new_plugin("blue", folder=tmp_path)
    rows = (new.folder / "data/blue_count.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "area,blue_count"
    assert [row.partition(",")[0] for row in rows[1:]] == list(piikit.edition("pii-2024").areas.names)


def test_a_package_is_as_readable_as_any_other_folder(tmp_path):
    (tmp_path / "beside").mkdir()
    assert new_plugin("blue", folder=tmp_path).folder.stat().st_mode == (tmp_path / "beside").stat().st_mode


def test_the_scaffold_is_found_in_the_wheel_or_in_the_repository():
    root = template_root()
    assert sorted(entry.name for entry in root.iterdir() if entry.is_dir()) == ["both", "code", "formula"]
    inside = Path(piikit.__file__).parent / "template"
    assert Path(str(root)) == (inside if inside.is_dir() else DOCS.parent / "plugins" / "template")


# -- what it refuses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../up", "cannot be the name"),
        ("/tmp", "cannot be the name"),
        ("a/b", "cannot be the name"),
        ("a\\b", "cannot be the name"),
        ("", "cannot be the name"),
        ("-a", "cannot be the name"),
        ("a-", "cannot be the name"),
        ("a--b", "cannot be the name"),
        ("a\n", "cannot be the name"),
        ("a" * 41, "cannot be the name"),
        ("ａ", "cannot be the name"),
        ("Tăng trưởng", "Did you mean tang-truong?"),
        ("class", "reserved"),
        ("con", "reserved"),
        ("knowledge", "reserved"),
        ("piikit-green", "Use green."),
        ("bac-giang", "package piikit-bac-giang"),
    ],
)
def test_a_name_that_cannot_be_one(tmp_path, name, says):
    with pytest.raises(UsageError, match=says):
        new_plugin(name, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("item", ["population", "area", "if", "class", "Green", "a-b", "../a", "", "a__b", "6.1.4"])
def test_a_raw_item_that_cannot_be_one(tmp_path, item):
    with pytest.raises(UsageError, match=r"raw item|reserved"):
        new_plugin("green", folder=tmp_path, indicator=item)
    assert list(tmp_path.iterdir()) == []


@given(name=st.text(max_size=12))
@example("..")
@example("a\x00b")
def test_no_name_reaches_outside_its_folder(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("here") / "inner"
    folder.mkdir()
    if NAME.fullmatch(name):
        return
    with pytest.raises(UsageError):
        new_plugin(name, folder=folder)
    with pytest.raises(UsageError):
        new_plugin("green", folder=folder, indicator=name if ITEM.fullmatch(name) is None else f"{name}.")
    assert [entry.name for entry in folder.parent.rglob("*")] == ["inner"]


def test_all_that_is_wrong_is_said_at_once_in_both_languages(tmp_path):
    for lang, first in (("en", "No plugin was written:"), ("vi", "Chưa ghi gói plugin nào:")):
        with pytest.raises(UsageError) as caught:
            new_plugin("A", folder=tmp_path / "no", owner="two\nlines", indicator="hdi", lang=lang)
        lines = str(caught.value).splitlines()
        assert lines[0] == first and len(lines) == 5
        assert all(word in str(caught.value) for word in ("'A'", "hdi", "two\\nlines", str(tmp_path / "no")))


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_there_is_left_as_it_is(tmp_path, kind):
    there = tmp_path / "piikit-green"
    {"folder": there.mkdir, "file": there.touch, "link": lambda: there.symlink_to(tmp_path / "nowhere")}[kind]()
    with pytest.raises(UsageError, match="not overwritten"):
        new_plugin("green", folder=tmp_path)
    assert list(tmp_path.iterdir()) == [there]
    assert kind != "folder" or list(there.iterdir()) == []


def test_where_writing_fails_nothing_is_left(tmp_path, monkeypatch):
    def full(self, data):
        if self.name == "test_plugin.py":
            raise OSError(28, "No space left on device")
        return original(self, data)

    original = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left"):
        new_plugin("green", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_and_says_what_comes_next(tmp_path):
    done = runner().invoke(command, ["new-plugin", "green", "--dir", str(tmp_path), "--lang", "vi"])
    assert done.exit_code == 0
    assert "Đã ghi" in done.stdout and "--edition green-2024" in done.stdout
    assert (tmp_path / "piikit-green" / "pyproject.toml").is_file()


# -- the tutorial, as a new user would follow it -------------------------------------------------------------------


class Followed(Page):
    """The tutorial, followed in a fresh environment.

    One line is not run as told: the one that installs piikit. The environment sees the packages of the one that the
    tests run in instead, so that nothing is downloaded and piikit is the one under test.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__(path, folder)
        self.commands: list[str] = []
        self.code: dict[str, int] = {}

    @property
    def python(self) -> Path:
        return self.folder / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"

    def shell(self, block: Block) -> None:
        self.printed = ""
        for line in block.text.splitlines():
            self.commands.append(line)
            words = shlex.split(line)
            if words[:3] == ["python3", "-m", "venv"]:
                self.start(sys.executable, *words[1:])
            elif words[0] == ".":
                assert self.python.with_name("activate").is_file()
            elif words[:4] == ["python", "-m", "pip", "install"] and words[-1].endswith("piikit[cli,testing]"):
                self.see_packages()
            elif words[0] == "python":
                self.printed += self.start(self.python, *words[1:])
            else:
                assert words[0] == "piikit"
                self.printed += self.start(self.python, "-m", *words)

    def document(self, block: Block) -> None:
        assert (self.folder / block.info).is_file(), "the tutorial changes a file that the scaffold does not have"
        self.code[block.info] = sum(1 for line in block.text.splitlines() if line.strip())
        super().document(block)

    def see_packages(self) -> None:
        places = dict.fromkeys([*site.getsitepackages(), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
        asked = [str(self.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        own = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        lines = [f"import site; site.addsitedir({place!r})\n" for place in places]
        Path(own, "packages_of_the_tests.pth").write_text("".join(lines), encoding="utf-8")

    def start(self, *words: str | Path) -> str:
        unwanted = {"PYTHONPATH", "PYTHONHOME", "PIIKIT_LANG", "COLUMNS", "PYTEST_ADDOPTS"}
        environment = {key: value for key, value in os.environ.items() if key not in unwanted}
        # pip: "no build isolation" is switched on by 0, see pip's own documentation of its environment variables.
        environment |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONUTF8": "1"}
        done = subprocess.run(
            list(map(str, words)),
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{shlex.join(map(str, words))}\n{done.stdout}{done.stderr}"
        return done.stdout


def test_the_tutorial_leads_from_an_empty_folder_to_a_ranked_result(tmp_path):
    page = Followed(TUTORIAL, tmp_path)
    for block in blocks(TUTORIAL):
        page.use(block)
    second = next(n for n, line in enumerate(page.commands) if "--formula" in line)
    assert second < 10
    assert len(page.commands) - second + SETUP < 10
    assert list(page.code) == ["piikit-green/src/piikit_green/indicators.py"]
    assert sum(page.code.values()) < 15
    # The ranking has every province in it, and the new indicator counts in it.
    scores = pl.read_csv(tmp_path / "ranked.csv", schema_overrides={"area": pl.String})
    ranks = {code: scores.filter(code=code)["rank"] for code in ("PII", "6.1.4")}
    assert [len(rank) for rank in ranks.values()] == [63, 63]
    assert all(rank.null_count() == 0 and rank.min() == 1 for rank in ranks.values())
    assert not scores.filter(code="PII")["score"].equals(
        piikit.evaluate(piikit.sample(), "pii-2024").table("score")["PII"]
    )


def test_the_tutorial_in_vietnamese_tells_the_same():
    def told(path: Path) -> list[tuple[str, str]]:
        found = [block for block in blocks(path) if block.language in {"sh", "python"}]
        return [(block.info, block.text) for block in found]

    assert told(VIETNAMESE) == told(TUTORIAL)
