"""The command `piikit plugins`, and how every command that evaluates leaves plugins out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

import piikit
from commands import runner
from piikit.cli import piikit as command
from piikit.registry import BUILT_IN

SAMPLE = str(piikit.sample())


def run(*args: str, **environment: str) -> Result:
    return runner().invoke(command, args, env=environment)


def names(*args: str, **environment: str) -> list[str]:
    done = run("plugins", "--json", *args, **environment)
    assert done.exit_code == 0, done.output
    return [row["name"] for row in json.loads(done.stdout)]


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed plugin that prints at import and then fails."""
    about = tmp_path / "piikit_hue-0.3.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: piikit-hue\nVersion: 0.3\n")
    (about / "entry_points.txt").write_text("[piikit]\nhue = piikit_hue_broken\n")
    text = "import warnings\nprint('loading')\nwarnings.warn('old [bold]data')\nraise OSError('no disk')\n"
    (tmp_path / "piikit_hue_broken.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)


def test_the_list_is_filtered_by_hook_and_state() -> None:
    assert names() == [*BUILT_IN, "bac_giang", "ddci"]
    assert names("--hook", "plans") == ["bac_giang", "ddci"]
    assert names("--hook", "checks", "--hook", "indicators") == [*BUILT_IN, "ddci"]
    assert names("--hook", "writers") == []
    assert names("--state", "blocked", "--block", "impact", "--block", "market") == ["market", "impact"]
    assert names("--state", "loaded", "--hook", "indicators", "--only", "impact") == ["impact"]


def test_a_plugin_that_failed_is_listed_with_its_cause_and_the_exit_code_says_so(broken: None) -> None:
    done = run("plugins", "--state", "failed", "--json")
    assert done.exit_code == 1
    (row,) = json.loads(done.stdout)
    cause = row.pop("cause")
    assert cause.startswith("OSError: no disk (")
    assert cause.endswith("/piikit_hue_broken.py, line 4)")
    assert row == {
        "name": "hue",
        "version": "0.3",
        "distribution": "piikit-hue",
        "state": "failed",
        "provides": [],
        "warnings": ["UserWarning: old [bold]data"],
    }
    assert run("plugins", "--state", "loaded").exit_code == 0
    assert run("plugins", "--block", "hue").exit_code == 0


@pytest.mark.parametrize(("lang", "state", "cause"), [("en", "failed", "cause"), ("vi", "bị lỗi", "nguyên nhân")])
def test_one_plugin_is_shown_in_full(lang: str, state: str, cause: str, broken: None) -> None:
    done = run("plugins", "hue", "--lang", lang)
    assert done.exit_code == 1
    assert f"hue (piikit-hue 0.3): {state}" in done.stdout
    assert f"{cause}: OSError: no disk (" in done.stdout
    assert "! UserWarning: old [bold]data" in done.stdout
    assert "loading" not in done.stdout
    sound = run("plugins", "bac_giang", "--lang", lang)
    assert sound.exit_code == 0
    assert sound.stdout.splitlines()[-1] == "  plans: bac-giang-2024"


def test_a_name_that_no_plugin_has_is_wrong_use() -> None:
    done = run("plugins", "knowlege")
    assert isinstance(done.exception, piikit.UsageError)
    assert "no plugin named 'knowlege'; did you mean 'knowledge'?" in str(done.exception)
    assert run("plugins", "--hook", "indicator").exit_code == 2


EVALUATING = {
    "evaluate": (SAMPLE,),
    "check": (SAMPLE,),
    "explain": (SAMPLE, "Hà Nội", "PII"),
    "merge": (SAMPLE,),
    "demo": (),
}


@pytest.mark.parametrize("name", EVALUATING)
def test_every_command_that_evaluates_leaves_plugins_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PII needs the indicators of each pillar, so that leaving one out is seen at once."""
    monkeypatch.chdir(tmp_path)
    for options, environment in ((["--block", "knowledge"], {}), ([], {"PIIKIT_BLOCK": "knowledge"})):
        done = run(name, *EVALUATING[name], *options, **environment)
        assert isinstance(done.exception, piikit.DocumentError), done.output
        assert "Plugins that are left out, which may have it: knowledge (piikit 0.1.0)" in str(done.exception)
    for options, environment in ((["--only", "nowhere"], {}), ([], {"PIIKIT_ONLY": "nowhere"})):
        done = run(name, *EVALUATING[name], *options, **environment)
        assert isinstance(done.exception, piikit.UsageError)
        assert str(done.exception).startswith("PIIKIT_ONLY: " if environment else "unknown plugin 'nowhere'")


def test_the_command_line_beats_the_environment() -> None:
    assert names("--state", "blocked", "--block", "impact", PIIKIT_BLOCK="market") == ["impact"]
    assert names("--state", "blocked", PIIKIT_BLOCK="market") == ["market"]
