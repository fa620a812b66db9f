"""The sheets of an edition."""

from __future__ import annotations

from piikit.framework.catalogue import Catalogue
from piikit.office.workbooks.layout import Column, Layout, Table, remark, texts

STEPS = ("normalise", "aggregate", "treat", "impute")
LEVELS = ("index", "sub_index", "pillar", "sub_pillar", "indicator")
EVIDENCE = ("official", "group_recomputed", "named", "provisional", "local")


def _one(name: str, *rest: str) -> Column:
    return Column(path=(name, *rest))


def _methods() -> tuple[Column, ...]:
    return tuple(Column(path=(step,), kind="method", choices=step, strict=False, width=22) for step in STEPS)


def _options(*before: str) -> tuple[Column, ...]:
    return (
        Column(path=(*before, "missing"), choices="missing"),
        Column(path=(*before, "min_coverage"), kind="number"),
    )


NODE = (
    Column(path=("code",), kind="code", width=10),
    Column(path=("parent",), kind="code", width=10),
    Column(path=("level",), choices="level", strict=False, width=12),
    *texts("name", width=42),
    Column(path=("weight",), kind="number", width=10),
    Column(path=("unit",), choices="unit", strict=False, width=16),
    Column(path=("direction",), choices="direction", width=11),
    Column(path=("indicator",), width=24),
    Column(path=("formula",), width=30),
    Column(path=("example",), kind="figures", width=24),
    *_methods(),
    Column(path=("denominator",), width=16),
    Column(path=("scale",), kind="number", width=10),
    *_options(),
    Column(path=("source",), width=28),
    Column(path=("evidence",), choices="evidence", width=16),
    *remark("definition"),
    Column(path=("data_year",), width=11),
    Column(path=("named_in",), width=28),
    *remark("note"),
)
"""The fields of a node."""
ITEM = (
    Column(path=("node",), kind="code", width=10),
    Column(path=("item",), width=24),
    Column(path=("type",), choices="type", width=10),
    Column(path=("minimum",), kind="number"),
    Column(path=("maximum",), kind="number"),
    Column(path=("exclusiveMinimum",), kind="number"),
    Column(path=("exclusiveMaximum",), kind="number"),
    Column(path=("enum",), kind="numbers"),
    Column(path=("unit",), choices="unit", strict=False),
    *texts("name"),
    Column(path=("description",), width=40),
    Column(path=("partOf",), width=18),
    Column(path=("additive",), kind="boolean"),
    Column(path=("merge",), kind="word", width=18),
)
"""The node that an item belongs to, the name of the item, and its fields."""
AREA = (
    Column(path=("code",), kind="area", width=10),
    Column(path=("name",), width=24),
    Column(path=("type",), choices="area_type", strict=False),
    Column(path=("region",), width=18),
    Column(path=("aliases",), kind="list", width=30),
    Column(path=("successor",), kind="area"),
    Column(path=("formed_from",), kind="codes", width=18),
    *texts("note"),
)
PAIRS = (
    _one("$schema"),
    _one("id"),
    _one("extends"),
    Column(path=("status",), choices="status"),
    _one("period"),
    *texts("title"),
    Column(path=("published",), kind="day"),
    _one("decision"),
    *(Column(path=("defaults", c.path[0]), kind="method", choices=c.choices, strict=False) for c in _methods()),
    *_options("defaults"),
    Column(path=("defaults", "cohort"), choices="cohort"),
    Column(path=("screen", "min_available"), kind="number"),
    Column(path=("screen", "min_nonzero"), kind="number"),
    Column(path=("rank", "decimals"), kind="integer"),
    Column(path=("rank", "ties"), choices="ties"),
    Column(path=("display_decimals",), kind="integer"),
    _one("areas"),
    _one("areas", "$schema"),
    _one("areas", "id"),
    *texts("areas", "title"),
    Column(path=("areas", "valid_from"), kind="day"),
    Column(path=("areas", "valid_to"), kind="day"),
    _one("areas", "successor"),
    _one("areas", "predecessor"),
    Column(path=("remove",), kind="codes"),
)
TABLES = (
    Table(name="sources", at=("sources",), shape="texts", columns=(Column(path=("source",), width=110),)),
    Table(name="nodes", at=("nodes",), columns=NODE),
    Table(name="add", at=("add",), columns=NODE, always=False),
    Table(name="change", at=("change",), shape="map", columns=NODE, always=False),
    Table(name="items", at=("items",), shape="map", columns=ITEM, owner=("nodes", "add", "change")),
    Table(name="areas", at=("areas",), columns=AREA),
    Table(
        name="groups",
        at=("groups",),
        shape="map",
        columns=(
            Column(path=("id",)),
            *texts("name"),
            Column(path=("areas",), kind="codes", width=50),
            Column(path=("column",)),
        ),
    ),
    Table(
        name="units",
        at=("units",),
        shape="map",
        columns=(Column(path=("id",), width=24), *texts("name"), Column(path=("dimension",), width=40)),
    ),
    Table(name="doubts", at=("doubts",), columns=texts(width=80)),
    Table(
        name="evidence_levels",
        at=("evidence_levels",),
        shape="map",
        columns=(Column(path=("evidence",), choices="evidence", width=18), *texts(width=70)),
    ),
    Table(
        name="area_sources",
        at=("areas", "sources"),
        shape="texts",
        always=False,
        columns=(Column(path=("source",), width=110),),
    ),
    Table(name="area_notes", at=("areas", "notes"), columns=texts(width=80), always=False),
    Table(
        name="regions",
        at=("areas", "regions"),
        always=False,
        columns=(Column(path=("code",), kind="code"), *texts("name")),
    ),
    Table(
        name="area_groups",
        at=("areas", "groups"),
        shape="map",
        always=False,
        columns=(Column(path=("id",)), *texts("name"), Column(path=("areas",), kind="codes", width=50)),
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
