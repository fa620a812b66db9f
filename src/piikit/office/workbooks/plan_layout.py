"""The sheets of a plan."""

from __future__ import annotations

from typing import get_args

from piikit.office.workbooks.layout import Layout, LayoutColumn, LayoutTable, texts
from piikit.plans.agencies import ROLES
from piikit.plans.targets import COMPARISONS, Metric

PAIRS = (
    LayoutColumn(path=("$schema",)),
    LayoutColumn(path=("id",)),
    *texts("title"),
    LayoutColumn(path=("issued",), kind="day"),
    LayoutColumn(path=("number",)),
    LayoutColumn(path=("area",), kind="area"),
    LayoutColumn(path=("areas",)),
    LayoutColumn(path=("edition",)),
    LayoutColumn(path=("baseline",)),
)
TARGET = (
    LayoutColumn(path=("id",), width=22),
    *texts("name", width=40),
    LayoutColumn(path=("kind",), choices="target_kind", width=10),
    LayoutColumn(path=("node",), kind="code", width=10),
    LayoutColumn(path=("level",), width=12),
    LayoutColumn(path=("set",), width=14),
    LayoutColumn(path=("led_by",), width=20),
    LayoutColumn(path=("metric",), choices="metric", inner=True, width=10),
    LayoutColumn(path=("is",), choices="is", inner=True, width=13),
    LayoutColumn(path=("value",), kind="number", inner=True, width=10),
    LayoutColumn(path=("range",), kind="numbers", inner=True, width=12),
    LayoutColumn(path=("mean_of",), kind="names", inner=True, width=14),
    LayoutColumn(path=("among",), inner=True, width=12),
    LayoutColumn(path=("of",), kind="integer", inner=True, width=8),
    LayoutColumn(path=("each",), choices="each", inner=True, width=8),
    LayoutColumn(path=("unit",), choices="percent", inner=True, width=10),
    LayoutColumn(path=("need", "members"), kind="integer"),
    LayoutColumn(path=("need", "percent"), kind="number"),
    LayoutColumn(path=("need", "more_than_percent"), kind="number"),
    *texts("text"),
    LayoutColumn(path=("testable",), kind="boolean"),
    LayoutColumn(path=("edition",)),
    LayoutColumn(path=("from",), kind="day", width=10),
    LayoutColumn(path=("until",), kind="day", width=10),
    LayoutColumn(path=("due",), kind="day", width=12),
    LayoutColumn(path=("baseline",)),
    LayoutColumn(path=("source",)),
    *texts("note"),
)
AGENCY = (
    LayoutColumn(path=("id",), width=22),
    *texts("name", width=36),
    LayoutColumn(path=("from",), kind="day", width=12),
    LayoutColumn(path=("until",), kind="day", width=12),
    *texts("successor"),
    LayoutColumn(path=("successor_id",), width=20),
    *texts("note"),
    LayoutColumn(path=("plan", "number")),
    LayoutColumn(path=("plan", "date"), kind="day", width=12),
    *texts("plan", "title"),
)
CONTACT = tuple(LayoutColumn(path=("contact", key), width=20) for key in ("name", "phone", "email"))
DUTY = (
    LayoutColumn(path=("agency",), width=22),
    LayoutColumn(path=("role",), choices="role", width=14),
    LayoutColumn(path=("nodes",), kind="codes", width=36),
    LayoutColumn(path=("index", "id"), width=12),
    *texts("index", "name"),
    *texts("part"),
    LayoutColumn(path=("basis",), choices="basis", width=12),
    LayoutColumn(path=("source",)),
    *texts("note"),
)
TASK = (
    LayoutColumn(path=("id",), width=22),
    *texts("text", width=44),
    LayoutColumn(path=("lead",), width=20),
    LayoutColumn(path=("coordinate",), kind="list", width=26),
    LayoutColumn(path=("nodes",), kind="codes", width=20),
    LayoutColumn(path=("targets",), kind="list", width=20),
    LayoutColumn(path=("start",), kind="day", width=12),
    LayoutColumn(path=("due",), kind="day", width=12),
    *texts("when"),
    *texts("output"),
    LayoutColumn(path=("evidence",), width=24),
    LayoutColumn(path=("done",), kind="day", width=12),
    LayoutColumn(path=("source",)),
    LayoutColumn(path=("basis",), choices="basis"),
    *texts("note"),
)
ANNEX = (
    LayoutColumn(path=("code",), kind="code", width=10),
    LayoutColumn(path=("name",), width=44),
    LayoutColumn(path=("unit",), width=16),
    LayoutColumn(path=("annex_metric",), choices="metric", width=10),
    LayoutColumn(path=("annex_baseline",), kind="number", width=12),
    LayoutColumn(path=("annex_target",), kind="json", width=14),
    LayoutColumn(path=("annex_lead",), kind="list", width=32),
    LayoutColumn(path=("annex_coordinate",), kind="list", width=44),
)
"""A plan's annex as people lay it out: a row an indicator. It is read into targets, figures, agencies and duties."""
TABLES = (
    LayoutTable(name="sources", at=("sources",), shape="texts", columns=(LayoutColumn(path=("source",), width=110),)),
    LayoutTable(name="targets", at=("targets",), columns=TARGET, nested="conditions"),
    LayoutTable(
        name="sets",
        at=("sets",),
        shape="map",
        columns=(
            LayoutColumn(path=("id",), width=18),
            *texts("name"),
            LayoutColumn(path=("members",), kind="codes", width=40),
            LayoutColumn(path=("count",), kind="integer"),
            *texts("note"),
        ),
    ),
    LayoutTable(
        name="figures",
        at=("figures",),
        columns=(
            LayoutColumn(path=("edition",)),
            LayoutColumn(path=("period",)),
            LayoutColumn(path=("code",), kind="code"),
            LayoutColumn(path=("mean_of",)),
            LayoutColumn(path=("score",), kind="number"),
            LayoutColumn(path=("rank",), kind="integer"),
            LayoutColumn(path=("value",), kind="number"),
            LayoutColumn(path=("source",), width=40),
        ),
    ),
    LayoutTable(name="agencies", at=("agencies",), columns=AGENCY),
    LayoutTable(name="duties", at=("duties",), columns=DUTY, owner=("agencies",)),
    LayoutTable(name="tasks", at=("tasks",), columns=TASK),
    LayoutTable(name="notes", at=("notes",), columns=texts(width=80)),
    LayoutTable(
        name="continues",
        at=("continues",),
        always=False,
        columns=(
            LayoutColumn(path=("plan",), kind="word", width=40),
            LayoutColumn(path=("targets",), kind="list", width=40),
        ),
    ),
    LayoutTable(name="annex", at=("annex",), columns=ANNEX),
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
        LayoutTable(name="agencies", at=("agencies",), columns=(*AGENCY, *CONTACT))
        if contacts and table.name == "agencies"
        else table
        for table in TABLES
    )
    return Layout(name="plan", schema="plan.schema.json", pairs=PAIRS, tables=tables, choices=CHOICES)
