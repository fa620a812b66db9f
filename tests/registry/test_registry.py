"""Plugins: what is wrong with one is recorded under its name and harms nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator
from piikit import Indicator, hookimpl
from piikit.framework.methods import Normalise
from piikit.registry import BUILT_IN


def trees(**more: Any) -> Indicator:
    fields: dict[str, Any] = {
        "code": "test.trees",
        "unit": "count",
        "direction": "higher",
        "name": {"vi": "Cây", "en": "Trees"},
        "value": pl.col("trees"),
        "source": "test",
        "items": {"trees": {"type": "number", "minimum": 0}},
    }
    return Indicator(**{**fields, **more})


def plugin(name: str, **hooks: Callable[[], Any]) -> ModuleType:
    """A plugin as a module: hooks by name, each a function that gives what is listed."""
    module = ModuleType(name)
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return module


def listing(engine: piikit.Engine, name: str) -> dict[str, Any]:
    return engine.plugins().filter(pl.col("name") == name).row(0, named=True)


def raising() -> Iterator[Indicator]:
    yield trees()
    raise RuntimeError("no network")


class FailsOnImport(ModuleType):
    """Stands for a module whose import fails: reading any hook of it raises."""

    def __dir__(self) -> list[str]:
        raise ImportError("libfoo is not installed")


FAULTY: dict[str, tuple[Any, str]] = {
    "import": (FailsOnImport("import"), "libfoo is not installed"),
    "raises": (plugin("raises", piikit_indicators=raising), "no network"),
    "misspelt": (plugin("misspelt", piikit_indicator=lambda: [trees()]), "piikit_indicator"),
    "duplicate": (plugin("duplicate", piikit_indicators=lambda: [trees(code="pii.hdi")]), "pii.hdi"),
    "twice": (plugin("twice", piikit_indicators=lambda: [trees(), trees()]), "test.trees"),
    "unit": (plugin("unit", piikit_indicators=lambda: [trees(unit="percents")]), "percent"),
    "direction": (plugin("direction", piikit_indicators=lambda: [trees(direction="up")]), "up"),
    "type": (plugin("type", piikit_indicators=lambda: [{"code": "test.trees"}]), "dict"),
    "item": (
        plugin(
            "item",
            piikit_indicators=lambda: [trees(value=pl.col("population"), items={"population": {"type": "number"}})],
        ),
        "population",
    ),
    "python": (
        plugin(
            "python",
            piikit_indicators=lambda: [trees(value=pl.col("trees").map_elements(lambda x: x, return_dtype=pl.Float64))],
        ),
        "test.trees",
    ),
    "schema-ref": (
        plugin("schema-ref", piikit_indicators=lambda: [trees(items={"trees": {"$ref": "file:///etc/passwd"}})]),
        "trees",
    ),
    "no-edition": (plugin("no-edition", piikit_editions=lambda: [Path("nowhere.json")]), "nowhere.json"),
    "edition-id": (plugin("edition-id", piikit_editions=lambda: [{"title": "x"}]), "id"),
    "taken-edition": (plugin("taken-edition", piikit_editions=lambda: [{"id": "pii-2024"}]), "pii-2024"),
    "writer": (
        plugin(
            "writer",
            piikit_writers=lambda: [
                piikit.plugin.Writer(suffix=".csv", name={"vi": "a", "en": "a"}, render=lambda result: b"")
            ],
        ),
        ".csv",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_plugin_is_listed_as_failed_with_its_cause(name: str) -> None:
    faulty, cause = FAULTY[name]
    engine = piikit.Engine(plugins=[faulty])
    listed = listing(engine, name)
    assert (listed["state"], listed["provides"]) == ("failed", [])
    assert cause in listed["cause"]
    assert "test.trees" not in engine.catalogue.indicators


def test_faulty_plugins_leave_the_scores_of_others_bit_identical(engine: piikit.Engine) -> None:
    beside = piikit.Engine(plugins=[faulty for faulty, _ in FAULTY.values()])
    assert beside.plugins().filter(pl.col("state") == "failed").height == len(FAULTY)
    for table, document in ((piikit.sample(), "pii-2024"), (data(), TREE)):
        assert beside.evaluate(table, document).scores.equals(engine.evaluate(table, document).scores)


def test_an_edition_that_needs_a_failed_plugin_names_it() -> None:
    engine = piikit.Engine(plugins=[FAULTY["raises"][0]])
    with pytest.raises(piikit.DocumentError) as caught:
        engine.edition(edition(indicator("x", indicator="test.trees")))
    assert [(item.code, item.column) for item in caught.value.found] == [("unknown_indicator", "/nodes/1/indicator")]


@pytest.mark.parametrize("name", ["raises", "misspelt"])
def test_strict_raises_for_a_faulty_plugin(name: str) -> None:
    with pytest.raises(piikit.PluginError, match=name):
        piikit.Engine(plugins=[FAULTY[name][0]], strict=True)


def test_strict_accepts_sound_plugins() -> None:
    piikit.Engine(only=BUILT_IN, strict=True)


# -- sound plugins -----------------------------------------------------------------------------------------------


def test_a_plugins_indicator_is_computed_and_its_items_are_checked() -> None:
    engine = piikit.Engine(plugins=[plugin("green", piikit_indicators=lambda: [trees(value=pl.col("trees") * 2)])])
    assert listing(engine, "green")["provides"] == ["indicators:test.trees"]
    document = edition(indicator("x", indicator="test.trees"))
    assert engine.evaluate({"area": ["a", "b"], "trees": [1, 3]}, document).table("value")["x"].to_list() == [2.0, 6.0]
    with pytest.raises(piikit.InputError) as caught:
        engine.evaluate({"area": ["a", "b"], "trees": [-1, 3]}, document)
    assert caught.value.findings.select("code", "column").rows() == [("below_minimum", "trees")]


def test_an_object_with_hooks_is_a_plugin() -> None:
    class Green:
        @hookimpl
        def piikit_indicators(self) -> Iterator[Indicator]:
            yield trees()

    assert "test.trees" in piikit.Engine(plugins=[Green()]).catalogue.indicators


def test_equal_descriptions_of_an_item_may_repeat() -> None:
    first = plugin("first", piikit_indicators=lambda: [trees()])
    second = plugin("second", piikit_indicators=lambda: [trees(code="test.more_trees")])
    engine = piikit.Engine(plugins=[first, second])
    assert [listing(engine, name)["state"] for name in ("first", "second")] == ["loaded", "loaded"]


def test_a_plugins_method_and_writer_serve_editions_and_results(tmp_path: Path) -> None:
    halve = Normalise(
        name="test.halve",
        source="test",
        ends=lambda x, params: {},
        figures=lambda ends, params, published: {},
        score=lambda x, figures, params: x * 0.5,
    )
    writer = piikit.plugin.Writer(
        suffix=".txt", name={"vi": "chữ", "en": "text"}, render=lambda result: result.edition.id.encode()
    )
    engine = piikit.Engine(plugins=[plugin("own", piikit_methods=lambda: [halve], piikit_writers=lambda: [writer])])
    result = engine.evaluate({"area": ["a"], "x": [8]}, edition(indicator("x", normalise="test.halve")))
    assert result.table("score")["x"].to_list() == [4.0]
    assert result.write(tmp_path / "out.txt").read_text() == "drawn"


def test_engines_share_nothing(engine: piikit.Engine) -> None:
    piikit.Engine(plugins=[plugin("green", piikit_indicators=lambda: [trees()])])
    assert "test.trees" not in engine.catalogue.indicators
    assert "test.trees" not in piikit.Engine().catalogue.indicators


# -- block and only ----------------------------------------------------------------------------------------------


def test_a_blocked_plugin_is_listed_and_gives_nothing() -> None:
    engine = piikit.Engine(block=["knowledge"])
    assert listing(engine, "knowledge")["state"] == "blocked"
    assert not any(code == "pii.patent_applications" for code in engine.catalogue.indicators)
    with pytest.raises(piikit.DocumentError):
        engine.edition("pii-2024")


def test_only_the_named_plugins_are_loaded() -> None:
    engine = piikit.Engine(only=["impact"])
    loaded = engine.plugins().filter(pl.col("state") == "loaded")["name"].to_list()
    assert loaded == ["impact"]
    assert piikit.Engine(only=[]).plugins().filter(pl.col("state") == "loaded").is_empty()


@pytest.mark.parametrize("option", ["block", "only"])
def test_an_unknown_name_is_an_error_that_names_the_near_one(option: str) -> None:
    with pytest.raises(piikit.UsageError, match=r"'knowlege'.*did you mean 'knowledge'"):
        piikit.Engine(**{option: ["knowlege"]})  # type: ignore[arg-type]


def test_built_in_plugins_are_loaded_in_the_order_of_the_pillars(engine: piikit.Engine) -> None:
    listed = engine.plugins().filter(pl.col("distribution") == "piikit")
    assert listed["name"].to_list() == list(BUILT_IN)
    assert listed["state"].unique().to_list() == ["loaded"]
