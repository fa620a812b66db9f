"""The sheets of an edition."""

from __future__ import annotations

from piikit.framework.catalogue import Catalogue
from piikit.office.workbooks.layout import Layout, LayoutColumn, LayoutTable, remark, texts

STEPS = ("normalise", "aggregate", "treat", "impute")
LEVELS = ("index", "sub_index", "pillar", "sub_pillar", "indicator")
EVIDENCE = ("official", "group_recomputed", "named", "provisional", "local")


def _one(name: str, *rest: str) -> LayoutColumn:
    return LayoutColumn(path=(name, *rest))


def _methods() -> tuple[LayoutColumn, ...]:
    return tuple(LayoutColumn(path=(step,), kind="method", choices=step, strict=False, width=22) for step in STEPS)


def _options(*before: str) -> tuple[LayoutColumn, ...]:
    return (
        LayoutColumn(path=(*before, "missing"), choices="missing"),
        LayoutColumn(path=(*before, "min_coverage"), kind="number"),
    )


NODE = (
    LayoutColumn(path=("code",), kind="code", width=10),
    LayoutColumn(path=("parent",), kind="code", width=10),
    LayoutColumn(path=("level",), choices="level", strict=False, width=12),
    *texts("name", width=42),
    LayoutColumn(path=("weight",), kind="number", width=10),
    LayoutColumn(path=("unit",), choices="unit", strict=False, width=16),
    LayoutColumn(path=("direction",), choices="direction", width=11),
    LayoutColumn(path=("indicator",), width=24),
    LayoutColumn(path=("formula",), width=30),
    LayoutColumn(path=("example",), kind="figures", width=24),
    *_methods(),
    LayoutColumn(path=("denominator",), width=16),
    LayoutColumn(path=("scale",), kind="number", width=10),
    *_options(),
    LayoutColumn(path=("source",), width=28),
    LayoutColumn(path=("evidence",), choices="evidence", width=16),
    *remark("definition"),
    LayoutColumn(path=("data_year",), width=11),
    LayoutColumn(path=("named_in",), width=28),
    *remark("note"),
)
"""The fields of a node."""
ITEM = (
    LayoutColumn(path=("node",), kind="code", width=10),
    LayoutColumn(path=("item",), width=24),
    LayoutColumn(path=("type",), choices="type", width=10),
    LayoutColumn(path=("minimum",), kind="number"),
    LayoutColumn(path=("maximum",), kind="number"),
    LayoutColumn(path=("exclusiveMinimum",), kind="number"),
    LayoutColumn(path=("exclusiveMaximum",), kind="number"),
    LayoutColumn(path=("enum",), kind="numbers"),
    LayoutColumn(path=("unit",), choices="unit", strict=False),
    *texts("name"),
    LayoutColumn(path=("description",), width=40),
    LayoutColumn(path=("partOf",), width=18),
    LayoutColumn(path=("additive",), kind="boolean"),
    LayoutColumn(path=("merge",), kind="word", width=18),
)
"""The node that an item belongs to, the name of the item, and its fields."""
AREA = (
    LayoutColumn(path=("code",), kind="area", width=10),
    LayoutColumn(path=("name",), width=24),
    LayoutColumn(path=("type",), choices="area_type", strict=False),
    LayoutColumn(path=("region",), width=18),
    LayoutColumn(path=("aliases",), kind="list", width=30),
    LayoutColumn(path=("successor",), kind="area"),
    LayoutColumn(path=("formed_from",), kind="codes", width=18),
    *texts("note"),
)
PAIRS = (
    _one("$schema"),
    _one("id"),
    _one("extends"),
    LayoutColumn(path=("status",), choices="status"),
    _one("period"),
    *texts("title"),
    LayoutColumn(path=("published",), kind="day"),
    _one("decision"),
    *(LayoutColumn(path=("defaults", c.path[0]), kind="method", choices=c.choices, strict=False) for c in _methods()),
    *_options("defaults"),
    LayoutColumn(path=("defaults", "cohort"), choices="cohort"),
    LayoutColumn(path=("screen", "min_available"), kind="number"),
    LayoutColumn(path=("screen", "min_nonzero"), kind="number"),
    LayoutColumn(path=("rank", "decimals"), kind="integer"),
    LayoutColumn(path=("rank", "ties"), choices="ties"),
    LayoutColumn(path=("display_decimals",), kind="integer"),
    _one("areas"),
    _one("areas", "$schema"),
    _one("areas", "id"),
    *texts("areas", "title"),
    LayoutColumn(path=("areas", "valid_from"), kind="day"),
    LayoutColumn(path=("areas", "valid_to"), kind="day"),
    _one("areas", "successor"),
    _one("areas", "predecessor"),
    LayoutColumn(path=("remove",), kind="codes"),
)
TABLES = (
    LayoutTable(name="sources", at=("sources",), shape="texts", columns=(LayoutColumn(path=("source",), width=110),)),
    LayoutTable(name="nodes", at=("nodes",), columns=NODE),
    LayoutTable(name="add", at=("add",), columns=NODE, always=False),
    LayoutTable(name="change", at=("change",), shape="map", columns=NODE, always=False),
    LayoutTable(name="items", at=("items",), shape="map", columns=ITEM, owner=("nodes", "add", "change")),
    LayoutTable(name="areas", at=("areas",), columns=AREA),
    LayoutTable(
        name="groups",
        at=("groups",),
        shape="map",
        columns=(
            LayoutColumn(path=("id",)),
            *texts("name"),
            LayoutColumn(path=("areas",), kind="codes", width=50),
            LayoutColumn(path=("column",)),
        ),
    ),
    LayoutTable(
        name="units",
        at=("units",),
        shape="map",
        columns=(LayoutColumn(path=("id",), width=24), *texts("name"), LayoutColumn(path=("dimension",), width=40)),
    ),
    LayoutTable(name="doubts", at=("doubts",), columns=texts(width=80)),
    LayoutTable(
        name="evidence_levels",
        at=("evidence_levels",),
        shape="map",
        columns=(LayoutColumn(path=("evidence",), choices="evidence", width=18), *texts(width=70)),
    ),
    LayoutTable(
        name="area_sources",
        at=("areas", "sources"),
        shape="texts",
        always=False,
        columns=(LayoutColumn(path=("source",), width=110),),
    ),
    LayoutTable(name="area_notes", at=("areas", "notes"), columns=texts(width=80), always=False),
    LayoutTable(
        name="regions",
        at=("areas", "regions"),
        always=False,
        columns=(LayoutColumn(path=("code",), kind="code"), *texts("name")),
    ),
    LayoutTable(
        name="area_groups",
        at=("areas", "groups"),
        shape="map",
        always=False,
        columns=(LayoutColumn(path=("id",)), *texts("name"), LayoutColumn(path=("areas",), kind="codes", width=50)),
    ),
)


def edition_layout(catalogue: Catalogue) -> Layout:
    """The sheets of an edition, with what cells offer: the units and methods that there are."""
    choices = {
        "level": LEVELS,
        "direction": ("higher", "lower"),
        "evidence": EVIDENCE,
        "missing": ("drop", "null"),
        "status": ("official", "reconstructed", "local"),
        "cohort": ("period", "panel"),
        "ties": ("min", "max", "dense"),
        "type": ("number", "integer"),
        "area_type": ("city", "province"),
        "unit": tuple(sorted(catalogue.units)),
        **{step: tuple(catalogue.method_names(step)) for step in STEPS},
    }
    return Layout(name="edition", schema="edition.schema.json", pairs=PAIRS, tables=TABLES, choices=choices)
