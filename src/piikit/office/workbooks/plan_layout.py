"""The sheets of a plan."""

from __future__ import annotations

from typing import get_args

from piikit.office.workbooks.layout import Column, Layout, Table, texts
from piikit.plans.agencies import ROLES
from piikit.plans.targets import COMPARISONS, Metric

PAIRS = (
    Column(path=("$schema",)),
    Column(path=("id",)),
    *texts("title"),
    Column(path=("issued",), kind="day"),
    Column(path=("number",)),
    Column(path=("area",), kind="area"),
    Column(path=("areas",)),
    Column(path=("edition",)),
    Column(path=("baseline",)),
)
TARGET = (
    Column(path=("id",), width=22),
    *texts("name", width=40),
    Column(path=("kind",), choices="target_kind", width=10),
    Column(path=("node",), kind="code", width=10),
    Column(path=("level",), width=12),
    Column(path=("set",), width=14),
    Column(path=("led_by",), width=20),
    Column(path=("metric",), choices="metric", inner=True, width=10),
    Column(path=("is",), choices="is", inner=True, width=13),
    Column(path=("value",), kind="number", inner=True, width=10),
    Column(path=("range",), kind="numbers", inner=True, width=12),
    Column(path=("mean_of",), kind="names", inner=True, width=14),
    Column(path=("among",), inner=True, width=12),
    Column(path=("of",), kind="integer", inner=True, width=8),
    Column(path=("each",), choices="each", inner=True, width=8),
    Column(path=("unit",), choices="percent", inner=True, width=10),
    Column(path=("need", "members"), kind="integer"),
    Column(path=("need", "percent"), kind="number"),
    Column(path=("need", "more_than_percent"), kind="number"),
    *texts("text"),
    Column(path=("testable",), kind="boolean"),
    Column(path=("edition",)),
    Column(path=("from",), kind="day", width=10),
    Column(path=("until",), kind="day", width=10),
    Column(path=("due",), kind="day", width=12),
    Column(path=("baseline",)),
    Column(path=("source",)),
    *texts("note"),
)
AGENCY = (
    Column(path=("id",), width=22),
    *texts("name", width=36),
    Column(path=("from",), kind="day", width=12),
    Column(path=("until",), kind="day", width=12),
    *texts("successor"),
    Column(path=("successor_id",), width=20),
    *texts("note"),
    Column(path=("plan", "number")),
    Column(path=("plan", "date"), kind="day", width=12),
    *texts("plan", "title"),
)
CONTACT = tuple(Column(path=("contact", key), width=20) for key in ("name", "phone", "email"))
DUTY = (
    Column(path=("agency",), width=22),
    Column(path=("role",), choices="role", width=14),
    Column(path=("nodes",), kind="codes", width=36),
    Column(path=("index", "id"), width=12),
    *texts("index", "name"),
    *texts("part"),
    Column(path=("basis",), choices="basis", width=12),
    Column(path=("source",)),
    *texts("note"),
)
TASK = (
    Column(path=("id",), width=22),
    *texts("text", width=44),
    Column(path=("lead",), width=20),
    Column(path=("coordinate",), kind="list", width=26),
    Column(path=("nodes",), kind="codes", width=20),
    Column(path=("targets",), kind="list", width=20),
    Column(path=("start",), kind="day", width=12),
    Column(path=("due",), kind="day", width=12),
    *texts("when"),
    *texts("output"),
    Column(path=("evidence",), width=24),
    Column(path=("done",), kind="day", width=12),
    Column(path=("source",)),
    Column(path=("basis",), choices="basis"),
    *texts("note"),
)
ANNEX = (
    Column(path=("code",), kind="code", width=10),
    Column(path=("name",), width=44),
    Column(path=("unit",), width=16),
    Column(path=("annex_metric",), choices="metric", width=10),
    Column(path=("annex_baseline",), kind="number", width=12),
    Column(path=("annex_target",), kind="json", width=14),
    Column(path=("annex_lead",), kind="list", width=32),
    Column(path=("annex_coordinate",), kind="list", width=44),
)
"""A plan's annex as people lay it out: a row an indicator. It is read into targets, figures, agencies and duties."""
TABLES = (
    Table(name="sources", at=("sources",), shape="texts", columns=(Column(path=("source",), width=110),)),
    Table(name="targets", at=("targets",), columns=TARGET, nested="conditions"),
    Table(
        name="sets",
        at=("sets",),
        shape="map",
        columns=(
            Column(path=("id",), width=18),
            *texts("name"),
            Column(path=("members",), kind="codes", width=40),
            Column(path=("count",), kind="integer"),
            *texts("note"),
        ),
    ),
    Table(
        name="figures",
        at=("figures",),
        columns=(
            Column(path=("edition",)),
            Column(path=("period",)),
            Column(path=("code",), kind="code"),
            Column(path=("mean_of",)),
            Column(path=("score",), kind="number"),
            Column(path=("rank",), kind="integer"),
            Column(path=("value",), kind="number"),
            Column(path=("source",), width=40),
        ),
    ),
    Table(name="agencies", at=("agencies",), columns=AGENCY),
    Table(name="duties", at=("duties",), columns=DUTY, owner=("agencies",)),
    Table(name="tasks", at=("tasks",), columns=TASK),
    Table(name="notes", at=("notes",), columns=texts(width=80)),
    Table(
        name="continues",
        at=("continues",),
        always=False,
        columns=(Column(path=("plan",), kind="word", width=40), Column(path=("targets",), kind="list", width=40)),
    ),
    Table(name="annex", at=("annex",), columns=ANNEX),
)
CHOICES = {
    "target_kind": ("maintain", "enter", "improve", "reach"),
    "metric": get_args(Metric),
    "is": tuple(COMPARISONS),
    "each": ("year",),
    "percent": ("percent",),
    "role": ROLES,
    "basis": ("named", "reading"),
}


def plan_layout(*, contacts: bool = False) -> Layout:
    """The sheets of a plan; contact persons have columns only where they are asked for."""
    tables = tuple(
        Table(name="agencies", at=("agencies",), columns=(*AGENCY, *CONTACT))
        if contacts and table.name == "agencies"
        else table
        for table in TABLES
    )
    return Layout(name="plan", schema="plan.schema.json", pairs=PAIRS, tables=tables, choices=CHOICES)
