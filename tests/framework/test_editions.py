from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

import piikit
from documents import edition, indicator
from piikit.framework.documents import item_schemas, schema_faults

SHIPPED = ("pii-2023", "pii-2024", "pii-2025")
LEVELS = {"index": 1, "sub_index": 2, "pillar": 7, "sub_pillar": 16, "indicator": 52}


@pytest.fixture(params=SHIPPED)
def shipped(request: pytest.FixtureRequest, engine: piikit.Engine) -> piikit.Edition:
    return engine.edition(request.param)


def test_the_form_is_sound(shipped: piikit.Edition, engine: piikit.Engine) -> None:
    # What stands in the catalogue is not looked at again when an edition is built from it.
    document = engine.catalogue.editions[shipped.id]
    assert (document["id"], schema_faults(document, "edition.schema.json").items) == (shipped.id, ())


def test_the_tree_has_78_nodes(shipped: piikit.Edition) -> None:
    assert Counter(node.level for node in shipped.nodes.values()) == LEVELS
    assert (len(shipped.nodes), len(shipped.indicators)) == (78, 52)


def test_nodes_are_in_tree_order(shipped: piikit.Edition) -> None:
    def below(code: str) -> list[str]:
        return [code, *(deeper for child in shipped.nodes[code].children for deeper in below(child))]

    assert list(shipped.nodes) == below(shipped.root)


def test_names_stand_in_both_languages(shipped: piikit.Edition) -> None:
    bare = [code for code, node in shipped.nodes.items() if not (node.name.get("vi") and node.name.get("en"))]
    assert bare == []
    assert [code for code, node in shipped.nodes.items() if node.name["vi"] == node.name["en"]] == []


def test_every_indicator_has_unit_source_evidence_and_direction(shipped: piikit.Edition) -> None:
    nodes = [shipped.nodes[code] for code in shipped.indicators]
    assert [n.code for n in nodes if n.unit is None or not n.source or n.evidence not in shipped.evidence_levels] == []
    assert [n.code for n in nodes if n.assumed_direction] == []


def test_unknown_definitions_and_data_years_stay_unknown(shipped: piikit.Edition) -> None:
    assert {shipped.nodes[code].definition for code in shipped.indicators} == {None}


def test_full_coverage_is_asked_for_above_the_sub_pillars(shipped: piikit.Edition) -> None:
    asked = {(node.level, node.min_coverage) for node in shipped.nodes.values() if node.children}
    assert asked == {("index", 1.0), ("sub_index", 1.0), ("pillar", 1.0), ("sub_pillar", 0.0)}


def test_the_first_finding_says_reconstructed_and_counts_evidence(shipped: piikit.Edition) -> None:
    first = shipped.notices().frame("en").row(0, named=True)
    assert (first["severity"], first["code"]) == ("warning", "reconstructed_edition")
    counts = Counter(shipped.nodes[code].evidence for code in shipped.indicators)
    assert sum(counts.values()) == 52
    assert "52 indicators" in first["message"]
    for count in counts.values():
        assert f"{count} " in first["message"]


def test_each_provisional_indicator_is_a_remark(shipped: piikit.Edition) -> None:
    told = [item.column for item in shipped.notices() if item.code == "provisional_indicator"]
    assert told == [code for code in shipped.indicators if shipped.nodes[code].evidence == "provisional"]


def test_a_code_changes_its_meaning_in_2025(engine: piikit.Engine) -> None:
    meaning = {name: engine.edition(name).nodes["2.1.2"].indicator for name in SHIPPED}
    assert {name: found.code for name, found in meaning.items() if found} == {
        "pii-2023": "pii.contest_pupils",
        "pii-2024": "pii.contest_pupils",
        "pii-2025": "pii.national_prizes",
    }


def test_areas_of_each_edition(engine: piikit.Engine) -> None:
    listed = engine.editions().select("id", "areas", "n_areas", "n_indicators", "n_nodes").rows()
    assert [row for row in listed if row[0] in SHIPPED] == [
        ("pii-2023", "vn-63", 63, 52, 78),
        ("pii-2024", "vn-63", 63, 52, 78),
        ("pii-2025", "vn-34", 34, 52, 78),
    ]


# -- the built-in indicators -------------------------------------------------------------------------------------


def test_the_example_of_every_built_in_indicator_comes_out(engine: piikit.Engine) -> None:
    built_in = {code: found for code, found in engine.catalogue.indicators.items() if code.startswith("pii.")}
    assert len(built_in) == 53
    wrong = {}
    for code, found in built_in.items():
        items = {name: [float(found.example[name])] for name in found.item_names}
        value = pl.DataFrame(items).select(found.value).item()
        if value != pytest.approx(found.example["value"], rel=1e-12):
            wrong[code] = value
    assert wrong == {}


def test_every_item_of_every_built_in_indicator_is_described(engine: piikit.Engine) -> None:
    used = {item for found in engine.catalogue.indicators.values() for item in found.item_names}
    described = item_schemas()
    assert sorted(used - set(engine.catalogue.items)) == []
    bare = [
        name
        for name in used & set(described)
        if not {"type", "unit", "additive", "name"} <= set(described[name])
        or set(described[name]["name"]) != {"vi", "en"}
    ]
    assert bare == []


def test_no_described_item_is_left_without_an_indicator(engine: piikit.Engine) -> None:
    used = {item for found in engine.catalogue.indicators.values() for item in found.item_names}
    assert sorted(set(item_schemas()) - used) == []


# -- what a document says ----------------------------------------------------------------------------------------


def test_what_a_node_says_beats_the_plugin(engine: piikit.Engine) -> None:
    node = indicator("k", indicator="pii.hdi", unit="percent", direction="lower", name={"vi": "K", "en": "Kay"})
    built = engine.edition(edition(node)).nodes["k"]
    assert (built.unit.id, built.direction, built.name["en"]) == ("percent", "lower", "Kay")  # type: ignore[union-attr]


def test_a_node_takes_from_the_plugin_what_it_does_not_say(engine: piikit.Engine) -> None:
    built = engine.edition(edition({"code": "k", "parent": "I", "level": "indicator", "indicator": "pii.hdi"})).nodes[
        "k"
    ]
    assert (built.unit.id, built.direction) == ("index_0_1", "higher")  # type: ignore[union-attr]
    assert built.name == engine.catalogue.indicators["pii.hdi"].name


def test_a_nodes_own_method_beats_the_default(engine: piikit.Engine) -> None:
    document = edition(indicator("x"), indicator("y", normalise="min_max"), defaults={"normalise": "none"})
    nodes = engine.edition(document).nodes
    assert [nodes[code].normalise.name for code in "xy"] == ["none", "min_max"]  # type: ignore[union-attr]


def test_a_direction_that_nobody_says_is_a_warning(engine: piikit.Engine) -> None:
    document = edition({"code": "k", "parent": "I", "level": "indicator"})
    found = engine.check({"area": ["a", "b"], "k": [1, 2]}, document)
    assert found.select("severity", "code", "column").rows() == [("warning", "assumed_direction", "k")]


def test_a_unit_registered_by_the_edition_is_known(engine: piikit.Engine) -> None:
    unit = {"name": {"vi": "cây", "en": "trees"}, "dimension": "trees"}
    built = engine.edition(edition(indicator("k", unit="hue.trees"), units={"hue.trees": unit}))
    assert built.nodes["k"].unit.name["en"] == "trees"  # type: ignore[union-attr]
    assert "hue.trees" not in engine.catalogue.units


def test_an_overlay_of_an_official_edition_is_local(engine: piikit.Engine) -> None:
    base = {**edition(indicator("x")), "id": "base", "status": "official"}

    class Plugin:
        @piikit.hookimpl
        def piikit_editions(self) -> list[dict[str, object]]:
            return [base]

    mine = piikit.Engine(plugins=[Plugin()]).edition({"id": "mine", "extends": "base"})
    assert (mine.status, mine.id) == ("local", "mine")
    assert engine.edition({"id": "mine", "extends": "pii-2025"}).status == "reconstructed"


def test_an_unknown_edition_names_the_near_one(engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match=r"unknown edition 'pii-2052'. Known: .*pii-2025"):
        engine.edition("pii-2052")


def test_two_editions_differ_in_digest_if_and_only_if_their_documents_do(engine: piikit.Engine) -> None:
    one, same = edition(indicator("x")), edition(indicator("x"))
    assert engine.edition(one).digest == engine.edition(dict(reversed(same.items()))).digest
    assert engine.edition(one).digest != engine.edition(edition(indicator("x", weight=2))).digest
