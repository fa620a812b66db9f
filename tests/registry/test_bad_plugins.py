"""Plugins with one fault each, in `bad_plugins/`: what is said of them, and that nothing else notices them."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from documents import TREE, data, edition, indicator

FOLDER = Path(__file__).with_name("bad_plugins")
FILES = sorted(FOLDER.glob("*.py"))
AT_IMPORT = {"import_error", "ends_program"}
"""Those that cannot even be imported, and so cannot be handed in as modules."""


def said(file: Path, word: str) -> str | None:
    """What the head of a file says after `# word:`."""
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(f"# {word}: "))
    return next((line.partition(": ")[2] for line in lines), None)


def place(file: Path) -> str | None:
    lines = file.read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("# HERE")]
    assert len(marked) <= 1
    return f"(bad_plugins/{file.name}, line {marked[0]})" if marked else None


def called(file: Path) -> str:
    return said(file, "name") or file.stem


def install(file: Path, folder: Path) -> None:
    """What an installer leaves behind of a package with an entry point."""
    about = folder / f"bad_{file.stem}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: bad-{file.stem.replace('_', '-')}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[piikit]\n{called(file)} = {file.stem}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages whose modules are the bad plugins."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for file in FILES:
        sys.modules.pop(file.stem, None)


@pytest.fixture(scope="module")
def untouched(engine: piikit.Engine) -> piikit.Result:
    return engine.evaluate(data(), TREE)


def listed(engine: piikit.Engine, file: Path, lang: str = "en") -> dict[str, Any]:
    """The last plugin of that name: one whose name is taken stands behind the one that has it."""
    return engine.plugins(lang=lang).filter(pl.col("name") == called(file)).row(-1, named=True)


def check(engine: piikit.Engine, file: Path, sound: piikit.Engine, untouched: piikit.Result) -> dict[str, Any]:
    row = listed(engine, file)
    assert (row["state"], row["provides"]) == ("failed", [])
    assert (said(file, "cause") or "?") in row["cause"]
    assert (place(file) or "") in row["cause"]
    assert "\n" not in row["cause"]
    # What the plugin's own code raised stays as it is; all else is said in Vietnamese too.
    own = re.match(r"\w+Error: ", row["cause"])
    vietnamese = listed(engine, file, "vi")["cause"].replace("dòng", "line")
    assert (vietnamese == row["cause"]) if own else not vietnamese.isascii()
    for part in ("indicators", "methods", "items", "editions", "plans", "checks"):
        assert getattr(engine.catalogue, part).keys() == getattr(sound.catalogue, part).keys()
    result = engine.evaluate(data(), TREE)
    assert result.scores.equals(untouched.scores)
    assert result.bounds.equals(untouched.bounds)
    assert result.findings.equals(untouched.findings)
    assert result.record["id"] == untouched.record["id"]
    return row


@pytest.mark.parametrize("file", [file for file in FILES if file.stem not in AT_IMPORT], ids=lambda file: file.stem)
def test_a_bad_plugin_that_is_handed_in_is_named_and_harms_nothing(
    file: Path, site: Path, engine: piikit.Engine, untouched: piikit.Result
) -> None:
    module = importlib.import_module(file.stem)
    module.__name__ = called(file)
    row = check(piikit.Engine(plugins=[module]), file, engine, untouched)
    assert (row["version"], row["distribution"]) == ("", "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_bad_plugin_that_is_installed_is_named_and_harms_nothing(
    file: Path, site: Path, engine: piikit.Engine, untouched: piikit.Result
) -> None:
    install(file, site)
    row = check(piikit.Engine(), file, engine, untouched)
    assert (row["version"], row["distribution"]) == ("1.0", f"bad-{file.stem.replace('_', '-')}")


def test_all_bad_plugins_at_once_leave_a_large_result_as_it_is(site: Path, engine: piikit.Engine) -> None:
    for file in FILES:
        install(file, site)
    crowded = piikit.Engine()
    assert crowded.plugins().filter(pl.col("state") == "failed").height == len(FILES)
    alone, beside = (one.evaluate(piikit.sample(), "pii-2024", plan="bac-giang-2024") for one in (engine, crowded))
    for frame in ("scores", "bounds", "attainment", "findings"):
        assert getattr(beside, frame).equals(getattr(alone, frame))
    assert beside.record == alone.record


@settings(max_examples=10)
@given(
    files=st.lists(st.sampled_from([f for f in FILES if f.stem not in AT_IMPORT]), min_size=2, max_size=6, unique=True)
)
def test_bad_plugins_in_any_company_and_order_harm_nothing(
    files: list[Path], engine: piikit.Engine, untouched: piikit.Result
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(FOLDER)
        modules = [importlib.import_module(file.stem) for file in files]
        for file, module in zip(files, modules, strict=True):
            module.__name__ = called(file)
        crowded = piikit.Engine(plugins=modules)
        for file in files:
            check(crowded, file, engine, untouched)


def test_strict_names_every_plugin_that_failed(site: Path) -> None:
    some = [file for file in FILES if file.stem in {"import_error", "unknown_unit", "faulty_plan"}]
    for file in some:
        install(file, site)
    with pytest.raises(piikit.PluginError) as caught:
        piikit.Engine(strict=True)
    for file in some:
        assert f"plugin {file.stem} (bad-{file.stem.replace('_', '-')} 1.0): " in str(caught.value)
        assert (said(file, "cause") or "?") in str(caught.value)


def test_a_bad_plugin_can_be_blocked(site: Path) -> None:
    install(FOLDER / "import_error.py", site)
    engine = piikit.Engine(block=["import_error"], strict=True)
    assert listed(engine, FOLDER / "import_error.py")["state"] == "blocked"


def test_the_command_lists_the_bad_plugins_and_ends_with_1(tmp_path: Path) -> None:
    for name in ("import_error", "raises_half_way", "ends_program"):
        install(FOLDER / f"{name}.py", tmp_path)
    paths = os.pathsep.join([str(tmp_path), str(FOLDER)])
    done = subprocess.run(
        [sys.executable, "-m", "piikit", "plugins", "--state", "failed", "--json"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 1, done.stderr
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert sorted(rows) == ["ends_program", "import_error", "raises_half_way"]
    assert rows["import_error"]["distribution"] == "bad-import-error"
    assert rows["raises_half_way"]["cause"] == f"RuntimeError: no network {place(FOLDER / 'raises_half_way.py')}"


# -- what a document says that needs one of them -----------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_edition_that_needs_a_bad_plugin_names_it_with_its_cause(lang: str, site: Path) -> None:
    for name in ("raises_half_way", "import_error"):
        install(FOLDER / f"{name}.py", site)
    with pytest.raises(piikit.DocumentError) as caught:
        piikit.Engine().edition(edition(indicator("x", indicator="bad.trees")), lang=lang)
    # It had listed that indicator before it failed, so no other plugin is named.
    assert "raises_half_way (bad-raises-half-way 1.0): RuntimeError: no network" in str(caught.value)
    assert "import_error" not in str(caught.value)


def test_where_no_plugin_had_listed_the_name_all_that_may_have_it_are_named(site: Path) -> None:
    install(FOLDER / "import_error.py", site)
    with pytest.raises(piikit.DocumentError) as caught:
        piikit.Engine(block=["knowledge"]).edition(edition(indicator("x", indicator="hue.trees")))
    assert "ImportError: libtrees is not installed" in str(caught.value)
    assert "knowledge" in str(caught.value)


def test_a_namespace_tells_which_of_several_bad_plugins_is_meant(site: Path) -> None:
    for name in ("import_error", "ends_program"):
        install(FOLDER / f"{name}.py", site)
    with pytest.raises(piikit.DocumentError) as caught:
        piikit.Engine().edition(edition(indicator("x", indicator="import_error.trees")))
    assert "libtrees" in str(caught.value)
    assert "licence" not in str(caught.value)


def test_an_overlay_and_a_method_of_a_bad_plugin_name_it(site: Path) -> None:
    for name in ("faulty_edition", "python_method"):
        install(FOLDER / f"{name}.py", site)
    engine = piikit.Engine()
    overlay = {"id": "own", "extends": "bad-2024", "title": {"vi": "Riêng", "en": "Own"}}
    with pytest.raises(piikit.DocumentError, match=r"faulty_edition .*edition 'bad-2024': "):
        engine.edition(overlay)
    with pytest.raises(piikit.DocumentError, match=r"python_method .*calls Python"):
        engine.edition(edition(indicator("x"), defaults={"aggregate": "bad.middle"}))


def test_an_edition_or_plan_of_a_bad_plugin_that_is_asked_for_by_id_names_it(site: Path) -> None:
    for name in ("faulty_edition", "faulty_plan"):
        install(FOLDER / f"{name}.py", site)
    engine = piikit.Engine()
    with pytest.raises(piikit.UsageError, match=r"faulty_edition .*edition 'bad-2024': "):
        engine.edition("bad-2024")
    with pytest.raises(piikit.UsageError, match=r"faulty_plan .*plan 'bad-plan': "):
        engine.plan("bad-plan")
