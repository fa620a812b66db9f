"""Tasks of a plan: what is to be done, by whom, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from piikit.findings.dates import last_day
from piikit.findings.finding import Finding
from piikit.findings.messages import Names
from piikit.framework.documents import Json
from piikit.plans.agencies import Check, date_faults, known_faults


@frozen(kw_only=True)
class Task:
    """Something that a plan gives an agency to do.

    Attributes:
        text: what is to be done, {"vi": …, "en": …} or one of them.
        lead: id of the agency that leads it; `coordinate` are ids of those that take part.
        nodes: the nodes it serves, as in a duty; `targets` are ids of targets.
        start, due: days, months or years; a month or year stands for its last day. None where the plan names none.
        when: the plan's own words where it names no day.
        output: what must come out; `evidence` is what shows that it did, `done` since when.

    >>> Task(id="report", text={"vi": "Báo cáo"}, lead="science", due="2024-07").due_day
    datetime.date(2024, 7, 31)
    """

    id: str
    text: Names
    lead: str
    coordinate: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    start: str | None = None
    due: str | None = None
    when: Names | None = None
    output: Names | None = None
    evidence: str | None = None
    done: str | None = None
    source: str | None = None
    basis: str | None = None
    note: Names = field(factory=dict)

    @property
    def due_day(self) -> date | None:
        """The last day on which it is in time."""
        return last_day(self.due) if self.due is not None else None

    @property
    def start_day(self) -> date | None:
        """The day by which it begins."""
        return last_day(self.start) if self.start is not None else None


def build_tasks(document: Json) -> tuple[Task, ...]:
    """The tasks of a plan whose document is sound."""
    return tuple(_task(entry) for entry in document.get("tasks", ()))


def _task(entry: Mapping[str, Any]) -> Task:
    lists = ("coordinate", "nodes", "targets")
    fields: dict[str, Any] = {
        key: tuple(value) if key in lists else value for key, value in entry.items() if value is not None
    }
    return Task(**fields)


def task_faults(document: Json) -> list[Finding]:
    """Agencies and targets that the plan does not have, and dates that are none."""
    agencies = [agency["id"] for agency in document.get("agencies", ())]
    targets = [target["id"] for target in document.get("targets", ())]
    found: list[Finding] = []
    for place, task in enumerate(document.get("tasks", ())):
        at = ("tasks", place)
        found += known_faults(task["lead"], agencies, "unknown_agency", *at, "lead")
        for number, agency in enumerate(task.get("coordinate", ())):
            found += known_faults(agency, agencies, "unknown_agency", *at, "coordinate", number)
        for number, target in enumerate(task.get("targets", ())):
            found += known_faults(target, targets, "unknown_target", *at, "targets", number)
        found += date_faults(task, at, ("start", "due"))
        found += date_faults(task, at, ("done",))
    return found


def task_node_faults(document: Json, check: Check) -> list[Finding]:
    """Nodes of tasks that the edition does not have; `check` looks at one code."""
    return [
        finding
        for place, task in enumerate(document.get("tasks", ()))
        for number, code in enumerate(task.get("nodes", ()))
        for finding in check(code, "tasks", place, "nodes", number)
    ]
