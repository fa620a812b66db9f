"""Lists of areas that an edition writes itself with an id, and plans for one of their areas."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

import piikit

NAMES = {"vi": "Sở", "en": "Departments"}
LIST: dict[str, Any] = {
    "id": "own-departments",
    "title": NAMES,
    "sources": ["made up"],
    "regions": [{"code": "N", "name": {"vi": "Bắc", "en": "North"}}],
    "groups": {"economic": {"name": {"vi": "kinh tế", "en": "economic"}, "areas": ["fin", "ind"]}},
    "areas": [
        {"code": "fin", "name": "Sở Tài chính", "region": "N", "aliases": ["STC"]},
        {"code": "ind", "name": "Sở Công Thương", "region": "N"},
        {"code": "sci", "name": "Sở Khoa học và Công nghệ"},
    ],
}
EDITION: dict[str, Any] = {
    "id": "own-2025",
    "status": "local",
    "period": "2025",
    "title": NAMES,
    "sources": ["made up"],
    "areas": LIST,
    "nodes": [
        {"code": "I", "level": "index"},
        {"code": "x", "parent": "I", "level": "indicator", "direction": "higher"},
    ],
}
LATER = {"id": "own-2026", "extends": "own-2025", "period": "2026"}
PLAN: dict[str, Any] = {
    "id": "own-plan",
    "title": NAMES,
    "area": "fin",
    "areas": "own-departments",
    "edition": "own-2026",
    "baseline": "own-2025",
    "sources": ["made up"],
    "targets": [
        {"id": "first", "node": "I", "conditions": [{"metric": "rank", "is": "at_most", "value": 1}]},
        {"id": "improve", "node": "I", "conditions": [{"metric": "score", "is": "improves"}]},
        {
            "id": "peers",
            "node": "I",
            "conditions": [{"metric": "rank", "is": "at_most", "value": 1, "among": "economic"}],
        },
    ],
}
DATA = {"area": ["STC", "ind", "sci"], "x": [8.0, 5.0, 9.0]}
BEFORE = {"area": ["fin", "ind", "sci"], "x": [6.0, 5.0, 9.0]}


@pytest.fixture(scope="module")
def engine() -> piikit.Engine:
    @piikit.hookimpl
    def piikit_editions():
        return [EDITION, LATER]

    @piikit.hookimpl
    def piikit_plans():
        return [PLAN]

    plugin = SimpleNamespace(__name__="own", piikit_editions=piikit_editions, piikit_plans=piikit_plans)
    return piikit.Engine(plugins=[plugin], only=["own"], strict=True)


def statuses(result: piikit.Result) -> dict[str, str]:
    return dict(result.attainment.filter(pl.col("condition") == "all").select("target", "status").rows())


def test_the_list_has_its_id_its_aliases_its_regions_and_its_groups(engine):
    edition = engine.edition("own-2026")
    assert (edition.areas.id, edition.areas.title, len(edition.areas)) == ("own-departments", NAMES, 3)
    assert set(edition.groups) == {"economic", "region"}
    assert engine.evaluate(DATA, "own-2026").ranks("economic")["I"].to_list() == [1, 2, None]


def test_a_plan_for_one_of_its_areas_is_judged_and_measured_from_the_year_before(engine):
    before = engine.evaluate(BEFORE, "own-2025")
    result = engine.evaluate(DATA, "own-2026", plan="own-plan", baseline=before)
    assert result.plan.area_name == "Sở Tài chính"
    assert statuses(result) == {"first": "not_met", "improve": "met", "peers": "met"}


def test_on_an_edition_with_another_list_nothing_is_judged(engine):
    other = {**EDITION, "id": "communes", "areas": {**LIST, "id": "own-communes"}}
    attainment = engine.evaluate(DATA, other, plan="own-plan").attainment
    assert set(attainment["reason_code"]) == {"other_areas"}


def test_an_unknown_list_or_area_is_a_fault_that_names_the_lists(engine):
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan({**PLAN, "areas": "own-department"})
    assert [item.code for item in caught.value.found] == ["unknown_area_list"]
    assert "own-departments" in str(caught.value)
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan({**PLAN, "area": "24"})
    assert [item.code for item in caught.value.found] == ["unknown_area_code"]


def test_areas_without_an_id_of_their_list_cannot_be_named_by_a_plan():
    nameless = {**EDITION, "areas": LIST["areas"]}
    with pytest.raises(piikit.DocumentError, match="own"):
        piikit.evaluate(DATA, nameless, plan={**PLAN, "areas": "own", "edition": "own-2025"})


def test_edition_and_plan_may_both_be_files(tmp_path):
    plan = {key: value for key, value in PLAN.items() if key != "baseline"}
    for name, document in (("edition", EDITION), ("plan", {**plan, "edition": "own-2025"})):
        Path(tmp_path, f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    result = piikit.evaluate(DATA, tmp_path / "edition.json", plan=tmp_path / "plan.json")
    assert statuses(result)["first"] == "not_met"


@pytest.mark.parametrize(
    ("change", "at", "code"),
    [
        ({"areas": [*LIST["areas"], LIST["areas"][0]]}, "/areas/areas/3/code", "duplicate_code"),
        ({"id": "vn-63"}, "/areas/id", "duplicate_code"),
        ({"areas": []}, "/areas/areas", "schema_minItems"),
        ({"area": []}, "/areas", "schema_additionalProperties"),
    ],
)
def test_faults_of_the_list_have_their_place(change, at, code):
    with pytest.raises(piikit.DocumentError) as caught:
        piikit.edition({**EDITION, "areas": {**LIST, **change}})
    assert [(item.column, item.code) for item in caught.value.found] == [(at, code)]


def test_a_shipped_list_may_be_written_out(engine):
    document = dict(engine.area_list("vn-34").document)
    edition = piikit.edition({**EDITION, "areas": document})
    assert (edition.areas.id, len(edition.areas)) == ("vn-34", 34)
