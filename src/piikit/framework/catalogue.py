"""Everything that names in documents may refer to: what piikit ships and what plugins add."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping

from attrs import evolve, field, frozen

from piikit.framework.areas import AreaList, read_areas
from piikit.framework.checks import Check
from piikit.framework.documents import Json, item_schemas, packaged
from piikit.framework.indicator import Indicator, Unit
from piikit.framework.methods import BUILT_IN, Method


@functools.cache
def shipped_units() -> Mapping[str, Unit]:
    """The units of `data/units.json`, by id."""
    document = json.loads(packaged("units.json").read_text(encoding="utf-8"))
    return {entry["id"]: Unit(**entry) for entry in document["units"]}


class ShippedAreas(Mapping[str, AreaList]):
    """The area lists of `data/areas/`, by id; each is read when it is asked for, once a process."""

    def __getitem__(self, id: str) -> AreaList:
        if id not in _area_ids():
            raise KeyError(id)
        return _shipped_list(id)

    def __iter__(self) -> Iterator[str]:
        return iter(_area_ids())

    def __len__(self) -> int:
        return len(_area_ids())


@functools.cache
def _area_ids() -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".json") for file in packaged("areas").iterdir()))


@functools.cache
def _shipped_list(id: str) -> AreaList:
    """A list of areas; one that replaced another knows the names that ended."""
    document = json.loads(packaged("areas", f"{id}.json").read_text(encoding="utf-8"))
    before = document.get("predecessor")
    return read_areas(document, before=_shipped_list(before) if before in _area_ids() else None)


@frozen(kw_only=True)
class Catalogue:
    """What an engine knows, by name.

    Attributes:
        indicators: by code.
        methods: by (kind, name).
        items: the JSON Schema of each raw item, by name.
        units, areas: by id.
        editions, plans: documents by id, of a sound form, unread until asked for.
        checks: rules over several cells of a row, by code.
    """

    indicators: Mapping[str, Indicator] = field(factory=dict)
    methods: Mapping[tuple[str, str], Method] = field(factory=lambda: {(m.kind, m.name): m for m in BUILT_IN})
    items: Mapping[str, Json] = field(factory=item_schemas)
    units: Mapping[str, Unit] = field(factory=shipped_units)
    areas: Mapping[str, AreaList] = field(factory=ShippedAreas)
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
