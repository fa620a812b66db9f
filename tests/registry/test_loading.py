"""What loading leaves alone: other plugins' names, the process, other engines, other threads; and who is loaded."""

from __future__ import annotations

import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator
from piikit import Indicator, hookimpl
from piikit.registry.causes import LONGEST, cause_of
from piikit.registry.isolation import isolated

TREES = Indicator(
    code="test.trees",
    unit="count",
    direction="higher",
    name={"vi": "Cây", "en": "Trees"},
    value=pl.col("trees") * 2,
    source="invented",
    items={"trees": {"type": "number", "minimum": 0}},
)
NEEDS_TREES = edition(indicator("x", indicator="test.trees"))


@hookimpl
def trees() -> list[Indicator]:
    return [TREES]


def plugin(name: str, **functions: Any) -> ModuleType:
    module = ModuleType(name)
    for hook, function in functions.items():
        setattr(module, hook, function)
    return module


def listing(engine: piikit.Engine, name: str) -> dict[str, Any]:
    return engine.plugins().filter(pl.col("name") == name).row(-1, named=True)


# -- the process -------------------------------------------------------------------------------------------------


@hookimpl
def noisy() -> list[Indicator]:
    print("hello from a plugin")
    warnings.warn("old data", DeprecationWarning, stacklevel=1)
    warnings.simplefilter("error")
    pl.Config.set_tbl_rows(3)
    np.seterr(all="raise")
    return [TREES]


def test_what_a_plugin_prints_warns_of_or_sets_stays_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    before = (pl.Config.save(), np.geterr(), list(warnings.filters), sys.stdout)
    engine = piikit.Engine(plugins=[plugin("noisy", piikit_indicators=noisy)])
    assert (pl.Config.save(), np.geterr(), list(warnings.filters), sys.stdout) == before
    row = listing(engine, "noisy")
    assert row["state"] == "loaded"
    assert row["warnings"] == [
        "DeprecationWarning: old data",
        "it changed settings of polars for the whole process; they were put back",
    ]
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "hello from a plugin\n")


def test_an_interruption_by_the_user_is_not_a_fault_of_the_plugin() -> None:
    @hookimpl
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        piikit.Engine(plugins=[plugin("slow", piikit_indicators=interrupted)])
    assert sys.stdout is not sys.stderr


def test_a_panic_of_polars_is_recorded() -> None:
    @hookimpl
    def panicking() -> None:
        raise pl.exceptions.PanicException("index out of bounds")

    row = listing(piikit.Engine(plugins=[plugin("panicking", piikit_plans=panicking)]), "panicking")
    assert row["cause"].startswith("PanicException: index out of bounds (registry/test_loading.py, line ")


def test_a_plugin_may_make_an_engine_of_its_own_while_it_is_loaded() -> None:
    @hookimpl
    def nested() -> list[dict[str, Any]]:
        known = piikit.Engine(only=["impact"]).catalogue.editions
        return [{"id": "nested", "extends": sorted(known)[0], "title": {"vi": "a", "en": "a"}}]

    assert listing(piikit.Engine(plugins=[plugin("nested", piikit_editions=nested)]), "nested")["state"] == "loaded"


def test_settings_are_put_back_where_loading_fails() -> None:
    before = pl.Config.save()
    with pytest.raises(RuntimeError), isolated():
        pl.Config.set_tbl_rows(3)
        raise RuntimeError
    assert pl.Config.save() == before


# -- causes ------------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_python_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(
        "[piikit]\nbroken = piikit_broken.green\ngone = piikit_nowhere\nodd = no module!\n"
    )
    (tmp_path / "piikit_broken").mkdir()
    (tmp_path / "piikit_broken/__init__.py").write_text("")
    (tmp_path / "piikit_broken/green.py").write_text("import polars\n\ndef piikit_indicators(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    engine = piikit.Engine()
    assert listing(engine, "broken")["cause"] == "SyntaxError: invalid syntax (piikit_broken/green.py, line 3)"
    assert listing(engine, "gone")["cause"] == "ModuleNotFoundError: No module named 'piikit_nowhere'"
    assert listing(engine, "odd")["cause"].startswith("its entry point 'no module!' names no module; it must be like ")
    sys.modules.pop("piikit_broken", None)


def test_an_object_that_fails_at_every_question_is_recorded() -> None:
    class Angry:
        def __getattr__(self, name: str) -> None:
            raise RuntimeError(f"do not ask for {name}")

    row = piikit.Engine(plugins=[Angry()]).plugins().row(-1, named=True)
    assert (row["name"], row["state"]) == ("Angry", "failed")
    assert "RuntimeError: do not ask for " in row["cause"]


def test_an_unknown_end_of_the_program_is_recorded() -> None:
    class Stop(BaseException):
        pass

    @hookimpl
    def stopping() -> None:
        raise Stop("enough")

    row = listing(piikit.Engine(plugins=[plugin("stopping", piikit_plans=stopping)]), "stopping")
    assert row["cause"].startswith("Stop: enough (registry/test_loading.py, line ")


def test_a_cause_is_one_line_of_bounded_length() -> None:
    text = cause_of(ValueError("a\n\n  b " + "c" * 2000))["en"]
    assert text.startswith("ValueError: a; b ccc")
    assert len(text) <= LONGEST


# -- names -------------------------------------------------------------------------------------------------------


def test_of_two_plugins_of_one_name_the_second_fails_and_the_first_serves() -> None:
    first = plugin("one.green", piikit_indicators=trees)
    second = plugin("two.green", piikit_indicators=trees)
    engine = piikit.Engine(plugins=[first, second])
    assert engine.plugins().filter(name="green")["state"].to_list() == ["loaded", "failed"]
    assert "a plugin named 'green' is there already" in listing(engine, "green")["cause"]
    assert engine.evaluate({"area": ["a"], "trees": [3]}, NEEDS_TREES).record["plugins"] == {"green": ""}


def test_a_class_is_no_plugin() -> None:
    class Green:
        @hookimpl
        def piikit_indicators(self) -> list[Indicator]:
            return [TREES]

    row = piikit.Engine(plugins=[Green]).plugins().row(-1, named=True)
    assert "piikit_indicators takes 'self'; a hook takes no argument; a class is no plugin" in row["cause"]
    assert piikit.Engine(plugins=[Green()]).plugins().row(-1, named=True)["state"] == "loaded"


def test_a_property_of_a_plugin_object_is_not_read() -> None:
    class Green:
        @property
        def data(self) -> None:
            raise RuntimeError("no network")

        @hookimpl
        def piikit_indicators(self) -> list[Indicator]:
            return [TREES]

    assert piikit.Engine(plugins=[Green()]).plugins().row(-1, named=True)["state"] == "loaded"


@pytest.mark.parametrize("number", [1])
def test_a_plugin_may_say_the_number_of_the_hooks(number: int) -> None:
    green = plugin("green", piikit_indicators=trees, PIIKIT_API=number)
    assert listing(piikit.Engine(plugins=[green]), "green")["state"] == "loaded"


def test_many_faults_are_said_at_once_and_counted() -> None:
    @hookimpl
    def faulty() -> list[Indicator]:
        return [
            Indicator(code=f"test.{n}", unit="x", direction="up", name=TREES.name, value=TREES.value, source="")
            for n in range(4)
        ]

    cause = listing(piikit.Engine(plugins=[plugin("faulty", piikit_indicators=faulty)]), "faulty")["cause"]
    assert cause.count("unit 'x' of ") == 3
    assert cause.endswith("; and 3 more faults")


# -- block and only ----------------------------------------------------------------------------------------------


def states(engine: piikit.Engine) -> dict[str, str]:
    return dict(engine.plugins().select("name", "state").rows())


@pytest.mark.parametrize(
    ("variables", "loaded"),
    [
        ({"PIIKIT_ONLY": "impact, knowledge"}, {"impact", "knowledge"}),
        ({"PIIKIT_ONLY": "impact,knowledge", "PIIKIT_BLOCK": "impact"}, {"knowledge"}),
        ({"PIIKIT_ONLY": "", "PIIKIT_BLOCK": " , "}, None),
    ],
)
def test_the_environment_names_plugins(
    variables: dict[str, str], loaded: set[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = states(piikit.Engine())
    assert {name for name, state in found.items() if state == "loaded"} == (set(found) if loaded is None else loaded)


@pytest.mark.parametrize("given", [{"block": ["impact"]}, {"only": ["knowledge"]}, {"block": []}])
def test_where_the_code_says_anything_the_environment_says_nothing(
    given: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = states(piikit.Engine(**given))  # type: ignore[arg-type]
    monkeypatch.setenv("PIIKIT_BLOCK", "knowledge,unknown")
    monkeypatch.setenv("PIIKIT_ONLY", "market")
    assert states(piikit.Engine(**given)) == without  # type: ignore[arg-type]


@pytest.mark.parametrize("variable", ["PIIKIT_BLOCK", "PIIKIT_ONLY"])
def test_an_unknown_name_in_the_environment_is_an_error_that_names_the_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "impact,knowlege,nowhere")
    with pytest.raises(piikit.UsageError) as caught:
        piikit.Engine()
    assert f"{variable}: unknown plugin 'knowlege'; did you mean 'knowledge'?" in str(caught.value)
    assert f"{variable}: unknown plugin 'nowhere'" in str(caught.value)


# -- engines and threads -----------------------------------------------------------------------------------------


def test_two_engines_do_not_touch_each_other() -> None:
    document: dict[str, Any] = {"id": "own", "extends": "pii-2024", "title": {"vi": "Một", "en": "One"}}
    own = SimpleNamespace(__name__="own", piikit_editions=hookimpl(lambda: [document]))
    first = piikit.Engine(plugins=[own])
    document["title"].update(vi="Hai", en="Two")  # in place: a copy of the outer mapping alone would change too
    second = piikit.Engine(plugins=[own])
    assert [engine.edition("own").title["en"] for engine in (first, second)] == ["One", "Two"]
    first.catalogue.editions["own"]["title"]["en"] = "Three"  # type: ignore[index]
    assert second.edition("own").title["en"] == "Two"
    assert first.edition("pii-2024") is not second.edition("pii-2024")


def test_threads_may_share_an_engine() -> None:
    """Nothing is remembered yet when all of them start, so that they fill every memory at once."""
    shared, turns, workers = piikit.Engine(), 2, 6
    start = threading.Barrier(workers)
    tables = [data(x=[float(n), 5.0, 10.0 + n]) for n in range(workers)]

    def work(number: int) -> list[Any]:
        start.wait()
        found = []
        large = shared.evaluate(piikit.sample(), "pii-2024", plan="bac-giang-2024", lang=("vi", "en")[number % 2])
        for turn in range(turns):
            small = shared.evaluate(tables[(number + turn) % workers], TREE)
            found.append((small.scores, small.record["id"], large.scores, large.attainment["gap"], large.record["id"]))
        return found

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(work, range(workers)))
    alone = piikit.Engine()
    large = alone.evaluate(piikit.sample(), "pii-2024", plan="bac-giang-2024")
    for number, found in enumerate(outcomes):
        for turn, (scores, record, large_scores, gaps, large_record) in enumerate(found):
            small = alone.evaluate(tables[(number + turn) % workers], TREE)
            assert scores.equals(small.scores)
            assert large_scores.equals(large.scores)
            assert gaps.equals(large.attainment["gap"])
            assert (record, large_record) == (small.record["id"], large.record["id"])


def test_engines_may_be_made_in_threads_at_once() -> None:
    filters = list(warnings.filters)
    start = threading.Barrier(6)

    def make(number: int) -> piikit.Engine:
        start.wait()
        return piikit.Engine(plugins=[plugin(f"noisy{number}", piikit_indicators=noisy)])

    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(make, range(6)))
    assert list(warnings.filters) == filters
    for number, engine in enumerate(engines):
        assert listing(engine, f"noisy{number}")["state"] == "loaded"
        assert [name for name in states(engine) if name.startswith("noisy")] == [f"noisy{number}"]
