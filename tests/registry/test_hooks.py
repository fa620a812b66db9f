"""The hooks: a test of each, and that hooks and fields stay as they are under one API number.

`hooks_api.json` holds what was promised: the signature of each hook, and the type of each field of what it yields, with
"optional" for one that may be left out. A number that is there never changes, but for optional fields that are added.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import polars as pl
import pytest

import piikit
from documents import TREE, data, edition, indicator
from piikit import Indicator, hookimpl
from piikit.framework.documents import schema
from piikit.framework.methods import Aggregate, Impute, Normalise, Treat
from piikit.plugin import Check, Writer
from piikit.registry import hooks
from piikit.registry.hooks import HOOKS
from places import ROOT

PROMISED = json.loads(Path(__file__).with_name("hooks_api.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/reference/hooks.md").read_text(encoding="utf-8")
CLASSES: dict[str, tuple[str, type]] = {
    "Indicator": ("piikit_indicators", Indicator),
    "Normalise": ("piikit_methods", Normalise),
    "Aggregate": ("piikit_methods", Aggregate),
    "Treat": ("piikit_methods", Treat),
    "Impute": ("piikit_methods", Impute),
    "Check": ("piikit_checks", Check),
    "Writer": ("piikit_writers", Writer),
}
DOCUMENTS = {"edition": "piikit_editions", "plan": "piikit_plans"}


def engine_with(**functions: Callable[[], Any]) -> piikit.Engine:
    module = ModuleType("own")
    for name, function in functions.items():
        setattr(module, name, hookimpl(function))
    return piikit.Engine(plugins=[module], strict=True)


def provided(engine: piikit.Engine) -> list[str]:
    found: list[str] = engine.plugins().filter(name="own")["provides"].item().to_list()
    return found


# -- a test of each hook -----------------------------------------------------------------------------------------


def test_piikit_indicators() -> None:
    trees = Indicator(
        code="own.trees",
        unit="percent",
        direction="lower",
        name={"vi": "Cây", "en": "Trees"},
        source="invented",
        value=pl.col("trees") / pl.col("area_km2") * 100,
        items={"trees": {"type": "integer", "minimum": 0}},
        note={"vi": "giả định", "en": "made up"},
    )
    engine = engine_with(piikit_indicators=lambda: iter([trees]))
    assert provided(engine) == ["indicators:own.trees"]
    document = edition({"code": "x", "parent": "I", "level": "indicator", "indicator": "own.trees"})
    result = engine.evaluate({"area": ["a", "b"], "trees": [1, 3], "area_km2": [4, 4]}, document)
    assert result.table("value")["x"].to_list() == [25.0, 75.0]
    assert result.table("score")["x"].to_list() == [100.0, 0.0]
    assert result.edition.nodes["x"].note == {"vi": "giả định", "en": "made up"}


def test_piikit_editions(tmp_path: Path) -> None:
    path = tmp_path / "second.json"
    path.write_text(json.dumps({**TREE, "id": "second"}), encoding="utf-8")
    overlay = {"id": "third", "extends": "second", "title": {"vi": "Ba", "en": "Three"}, "remove": ["h"]}
    engine = engine_with(piikit_editions=lambda: [{**TREE, "id": "first"}, path, overlay])
    assert provided(engine) == ["editions:first", "editions:second", "editions:third"]
    assert engine.evaluate(data(), "first").scores.equals(engine.evaluate(data(), "second").scores)
    assert engine.edition("third").indicators == ("x", "y")


def test_piikit_plans() -> None:
    condition = {"metric": "rank", "is": "at_most", "value": 10}
    plan = {
        "id": "own-plan",
        "title": {"vi": "Kế hoạch", "en": "Plan"},
        "area": "24",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["invented"],
        "targets": [{"id": "top", "node": "PII", "conditions": [condition]}],
    }
    engine = engine_with(piikit_plans=lambda: [plan])
    assert provided(engine) == ["plans:own-plan"]
    scores = [{"area": "Bắc Giang", "code": "PII", "rank": 10, "score": 47.0}]
    result = engine.evaluate(edition="pii-2024", scores=scores, plan="own-plan")
    assert result.attainment["status"].unique().to_list() == ["met"]


def test_piikit_methods() -> None:
    weakest = Aggregate(
        name="own.weakest", source="invented", score=lambda scores, weights, params: pl.min_horizontal(*scores)
    )
    times = Normalise(
        name="own.times",
        source="invented",
        params={"factor": {"type": "number"}},
        ends=lambda x, params: {"mean": x.mean()},
        figures=lambda ends, params, published: {"factor": params["factor"] / ends["mean"]},
        score=lambda x, figures, params: x * figures["factor"],
    )
    engine = engine_with(piikit_methods=lambda: (weakest, times))
    assert provided(engine) == ["methods:own.weakest", "methods:own.times"]
    document = edition(
        indicator("x"),
        indicator("y"),
        defaults={"aggregate": "own.weakest", "normalise": {"method": "own.times", "factor": 10}},
    )
    result = engine.evaluate({"area": ["a", "b"], "x": [1.0, 3.0], "y": [4.0, 4.0]}, document)
    assert result.table("score").select("x", "y", "I").rows() == [(5.0, 10.0, 5.0), (15.0, 10.0, 10.0)]


def test_piikit_checks() -> None:
    text = {"vi": "{area_name}: x lớn hơn y", "en": "{area_name}: x is above y"}
    above = Check(
        code="own.above", severity="warning", columns=["x", "y"], holds=pl.col("x") <= pl.col("y"), message=text
    )
    engine = engine_with(piikit_checks=lambda: [above])
    assert provided(engine) == ["checks:own.above"]
    assert engine.catalogue.checks["own.above"].plugin == "own"
    found = engine.check(data(x=[0.0, 1.0, 9.0]), TREE).filter(code="own.above")
    assert found.select("severity", "column", "message").rows() == [("warning", "x", "Rạch: x is above y")]


def test_piikit_writers(tmp_path: Path) -> None:
    writer = Writer(suffix=".own", name={"vi": "chữ", "en": "text"}, render=lambda result: result.edition.id.encode())
    engine = engine_with(piikit_writers=lambda: [writer])
    assert provided(engine) == ["writers:.own"]
    assert engine.evaluate(data(), TREE).write(tmp_path / "a.own").read_bytes() == b"drawn"


def test_every_hook_has_a_test_of_its_own() -> None:
    assert [name for name in HOOKS if f"test_{name}" not in globals()] == []


# -- what is promised under one number ---------------------------------------------------------------------------


def written(annotation: object) -> str:
    return str(annotation).replace("'", "")


def fields(kind: type) -> dict[str, str]:
    return {
        field.name: written(field.type) + ("" if field.default is attrs.NOTHING else ", optional")
        for field in attrs.fields(kind)
    }


def of_document(name: str) -> dict[str, str]:
    document = schema(f"{name}.schema.json")
    required = set(document.get("required", ()))
    return {key: "required" if key in required else "optional" for key in document["properties"]}


def promised() -> dict[str, Any]:
    """What the code promises now, in the form of the file."""
    signatures = {name: written(inspect.signature(getattr(hooks, name))) for name in HOOKS}
    kinds = {name: fields(kind) for name, (_, kind) in CLASSES.items()}
    return {"hooks": signatures, "fields": {**kinds, **{name: of_document(name) for name in DOCUMENTS}}}


def test_the_number_of_the_hooks_is_promised_and_every_older_one_that_is_served() -> None:
    assert list(PROMISED) == [str(number) for number in range(1, hooks.API + 1)]
    assert 1 <= hooks.OLDEST_API <= hooks.API


def test_hooks_are_the_same_under_one_number() -> None:
    assert promised()["hooks"] == PROMISED[str(hooks.API)]["hooks"], "a hook has changed: hooks.API must grow"


@pytest.mark.parametrize("name", [*CLASSES, *DOCUMENTS])
def test_fields_are_the_same_under_one_number(name: str) -> None:
    now, before = promised()["fields"][name], PROMISED[str(hooks.API)]["fields"][name]
    assert {key: now.get(key) for key in before} == before, "a field has changed or gone: hooks.API must grow"
    added = {key: kind for key, kind in now.items() if key not in before}
    assert all(kind.endswith("optional") for kind in added.values()), f"{added} must be given: hooks.API must grow"


# -- the page ----------------------------------------------------------------------------------------------------


def part_of(hook: str) -> str:
    """What the page says of a hook, its heading first."""
    return next(part for part in re.split(r"^### ", PAGE, flags=re.MULTILINE) if part.startswith(f"`{hook}("))


@pytest.mark.parametrize("hook", HOOKS)
def test_the_page_has_the_signature_of_every_hook_and_the_version_it_came_in(hook: str) -> None:
    part = part_of(hook)
    signature = written(inspect.signature(getattr(hooks, hook)))
    assert part.startswith(f"`{hook}{signature}`\n\nSince ")
    since = re.search(r"Since (\d+\.\d+)", part)
    assert since is not None
    assert f"Since {since[1]}." in (getattr(hooks, hook).__doc__ or "")


@pytest.mark.parametrize("name", [*CLASSES, *DOCUMENTS])
def test_the_page_names_every_public_field_of_what_a_hook_yields(name: str) -> None:
    hook = DOCUMENTS[name] if name in DOCUMENTS else CLASSES[name][0]
    part = part_of(hook)
    assert [key for key in promised()["fields"][name] if f"`{key}`" not in part] == []


@pytest.mark.parametrize("name", ["Indicator"])
def test_the_page_names_what_is_read_off_an_indicator(name: str) -> None:
    hook, kind = CLASSES[name]
    read = [key for key, value in vars(kind).items() if isinstance(value, property)]
    assert [key for key in read if f"`{key}`" not in part_of(hook)] == []


def test_the_page_says_the_number() -> None:
    assert f"have a number, so far {hooks.API}." in PAGE
