"""The start is quick: what nobody asked for is not loaded."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from piikit.cli import piikit as command
from piikit.cli.commands import COMMANDS, SECTIONS
from piikit.cli.language import VARIABLE
from piikit.findings.texts import LANGUAGES, Lang, texts

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


def page(*words: str, lang: Lang = "en") -> Result:
    return CliRunner().invoke(command, [*words], env={VARIABLE: lang}, terminal_width=100)


def test_an_engine_loads_no_plugin_before_it_is_asked_for_something() -> None:
    watched = ("piikit.indicators.knowledge", "piikit.office.reports", "piikit_ddci", *FOR_FILES)
    assert loaded("import piikit\npiikit.Engine()", watched) == []


def test_a_check_draws_no_table_and_loads_nothing_that_does() -> None:
    code = """from piikit.__main__ import main\nimport piikit\nsys.argv = ['piikit', 'check', str(piikit.sample())]
try:
    main()
except SystemExit:
    pass"""
    assert loaded(code, ("rich", "altair", "docx", "xlsxwriter", "scipy")) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_what_help_says_of_a_command_is_the_first_line_of_the_command_itself(name: str) -> None:
    module, _, attribute = COMMANDS[name].partition(".")
    own = getattr(importlib.import_module(f"piikit.cli.{module}"), attribute)
    assert own.help.splitlines()[0] == texts("en")[f"help.command.{name}"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_by_a_sentence_that_both_pages_show(name: str, lang: Lang) -> None:
    sentence = texts(lang)[f"help.command.{name}"]
    assert sentence[0].isupper() and sentence.endswith(".")
    for shown in (page("--help", lang=lang), page(name, "--help", lang=lang)):
        assert shown.exit_code == 0
        assert sentence in " ".join(shown.output.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_lists_the_commands_in_the_order_of_work(lang: Lang) -> None:
    shown = page("--help", lang=lang).output
    order = []
    for section, names in SECTIONS.items():
        order += [f"\n{texts(lang)[f'help.section.{section}']}:", *(f"\n  {name} " for name in names)]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    assert [shown.count(part) for part in order] == [1] * len(order)


def test_every_text_of_help_is_there_in_both_languages() -> None:
    keys = [{key for key in texts(lang) if key.startswith("help.")} for lang in LANGUAGES]
    assert keys[0] == keys[1]
    assert {key for key in keys[0] if ".command." in key} == {f"help.command.{name}" for name in COMMANDS}


def test_help_is_english_where_the_environment_names_no_language_of_ours() -> None:
    assert page("--help", lang="fr").output == page("--help").output  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_bare_call_says_what_to_try_first(lang: Lang) -> None:
    done = page(lang=lang)
    assert (done.exit_code, done.output.strip()) == (0, texts(lang)["help.bare"])
    assert len(done.output.splitlines()) < 12
    tried = [line.split()[1] for line in done.output.splitlines() if line.startswith("  piikit ")]
    assert tried[0] == "demo" and set(tried) <= set(COMMANDS)
