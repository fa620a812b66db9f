"""Everything that names in documents may refer to: what piikit ships and what plugins add."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from attrs import evolve, field, frozen

from piikit.framework.areas import AreaList, area_list
from piikit.framework.checks import Check
from piikit.framework.documents import Json, item_schemas, packaged
from piikit.framework.indicator import Indicator, Unit
from piikit.framework.methods import BUILT_IN, Method


@functools.cache
def shipped_units() -> Mapping[str, Unit]:
    """The units of `data/units.json`, by id."""
    document = json.loads(packaged("units.json").read_text(encoding="utf-8"))
    return {entry["id"]: Unit(**entry) for entry in document["units"]}


@functools.cache
def shipped_areas() -> Mapping[str, AreaList]:
    """The area lists of `data/areas/`, by id; a list that replaced another knows the names that ended."""
    documents = {}
    for file in sorted(packaged("areas").iterdir(), key=lambda entry: entry.name):
        document = json.loads(file.read_text(encoding="utf-8"))
        documents[document["id"]] = document
    lists = {name: area_list(document) for name, document in documents.items()}
    return {
        name: area_list(documents[name], before=lists.get(documents[name].get("predecessor"))) for name in documents
    }


@frozen(kw_only=True)
class Catalogue:
    """What an engine knows, by name.

    Attributes:
        indicators: by code.
        methods: by (kind, name).
        items: the JSON Schema of each raw item, by name.
        units, areas: by id.
        editions, plans: documents by id, unread until asked for.
        checks: rules over several cells of a row, by code.
    """

    indicators: Mapping[str, Indicator] = field(factory=dict)
    methods: Mapping[tuple[str, str], Method] = field(factory=lambda: {(m.kind, m.name): m for m in BUILT_IN})
    items: Mapping[str, Json] = field(factory=item_schemas)
    units: Mapping[str, Unit] = field(factory=shipped_units)
    areas: Mapping[str, AreaList] = field(factory=shipped_areas)
    editions: Mapping[str, Json] = field(factory=dict)
    plans: Mapping[str, Json] = field(factory=dict)
    checks: Mapping[str, Check] = field(factory=dict)

    def method_names(self, kind: str) -> list[str]:
        """The names of the methods of one kind."""
        return sorted(name for of, name in self.methods if of == kind)

    def with_units(self, units: Mapping[str, Json]) -> Catalogue:
        """The catalogue with the units that an edition registers."""
        if not units:
            return self
        added = {key: Unit(id=key, name=value["name"], dimension=value["dimension"]) for key, value in units.items()}
        return evolve(self, units={**self.units, **added})
