"""A plan: what a province set itself, and who answers for it."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from attrs import field, frozen

from piikit.agencies import (
    Agency,
    agency_faults,
    answering,
    build_agencies,
    duty_faults,
    masked,
    without_contacts,
)
from piikit.catalogue import Catalogue
from piikit.documents import Json, fault, pointer, schema_faults
from piikit.errors import DocumentError, nearest
from piikit.findings import Finding
from piikit.framework import Edition
from piikit.indicator import Names
from piikit.tasks import Task, build_tasks, task_faults, task_node_faults

Comparison = Literal["above", "at_least", "at_most", "improves"]


@frozen(kw_only=True)
class Condition:
    """One thing that must hold.

    Attributes:
        metric: "score" or "rank".
        comparison: "above" (strict, the plan's "trên"), "at_least", "at_most", or "improves": strictly better than
            in the baseline.
        value: the figure to compare with; None for "improves".
    """

    metric: Literal["score", "rank"]
    comparison: Comparison
    value: float | None = None


@frozen(kw_only=True)
class NodeSet:
    """Nodes that a target speaks of together; members are None where the plan does not say which."""

    name: Names
    members: tuple[str, ...] | None
    count: int | None = None


@frozen(kw_only=True)
class Target:
    """A target: conditions, joined by "and", on a node or on every member of a set."""

    id: str
    conditions: tuple[Condition, ...]
    node: str | None = None
    set: str | None = None
    name: Names = field(factory=dict)
    kind: str | None = None
    source: str | None = None


@frozen(kw_only=True)
class Plan:
    """A plan, checked.

    Attributes:
        area: code of the area, in the list `areas`.
        area_name: its name.
        successor: the name of the area of the next list that took it in, where it has ended under its own name.
        edition: id of the edition that targets are set for.
        baseline: id of the edition that they are measured from.
        document: the document without contacts, as it is hashed and shown.

    >>> import piikit
    >>> plan = piikit.Engine().plan({
    ...     "id": "trial", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63",
    ...     "edition": "pii-2024", "sources": ["invented"],
    ...     "targets": [{"id": "top", "node": "PII", "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}],
    ...     "agencies": [{"id": "science", "name": {"vi": "Sở KH&CN", "en": "Science"},
    ...                   "duties": [{"role": "lead", "nodes": ["6.1.*"]}]}]})
    >>> plan.area_name, [agency.id for agency in plan.leads("6.1.2")]
    ('Bắc Giang', ['science'])
    """

    id: str
    title: Names
    area: str
    area_name: str
    areas: str
    successor: str | None
    edition: str
    baseline: str | None
    targets: tuple[Target, ...]
    sets: Mapping[str, NodeSet]
    agencies: tuple[Agency, ...]
    tasks: tuple[Task, ...] = ()
    sources: tuple[str, ...]
    document: Json = field(repr=False, eq=False)

    def leads(self, code: str) -> tuple[Agency, ...]:
        """The agencies that lead a node."""
        return tuple(
            agency for agency in self.agencies if any(d.role == "lead" and d.covers(code) for d in agency.duties)
        )

    def answering(self, agency: str, on: date | None = None) -> Agency:
        """The agency that answers on a day for what an agency was given: itself, or its successor in this plan."""
        return answering(self.agencies, agency, on)


def build_plan(document: Json, catalogue: Catalogue, *, edition: Edition | None = None, lang: str = "en") -> Plan:
    """A plan from its document.

    Args:
        document: as in `schemas/plan.schema.json`.
        catalogue: what names may refer to.
        edition: the edition that the targets are set for; its nodes are then checked.
        lang: the language of errors.

    Raises:
        DocumentError: with every fault.
    """
    found = schema_faults(masked(document), "plan.schema.json")
    name = str(document.get("id", "plan"))
    if found:
        raise DocumentError(found, title=name, lang=lang)
    found += [*_area_faults(document, catalogue), *_id_faults(document)]
    found += [*agency_faults(document), *task_faults(document)]
    if edition is not None:
        found += _node_faults(document, edition)
    if found:
        raise DocumentError(found, title=name, lang=lang)
    places = {code: place for place, code in enumerate(catalogue.areas[document["areas"]].codes)}
    return Plan(
        id=document["id"],
        title=document["title"],
        area=document["area"],
        area_name=catalogue.areas[document["areas"]].areas[places[document["area"]]].name,
        successor=_successor(document, catalogue),
        areas=document["areas"],
        edition=document["edition"],
        baseline=document.get("baseline"),
        targets=tuple(_target(entry) for entry in document["targets"]),
        sets={
            key: NodeSet(
                name=entry["name"],
                count=entry.get("count"),
                members=tuple(entry["members"]) if entry["members"] is not None else None,
            )
            for key, entry in document.get("sets", {}).items()
        },
        agencies=build_agencies(document),
        tasks=build_tasks(document),
        sources=tuple(document["sources"]),
        document=without_contacts(document),
    )


def _successor(document: Json, catalogue: Catalogue) -> str | None:
    areas = catalogue.areas[document["areas"]]
    name = next(area.name for area in areas.areas if area.code == document["area"])
    later = [other.successor_of(name) for other in catalogue.areas.values()]
    return next((found for found in later if found is not None), None)


def _target(entry: Mapping[str, Any]) -> Target:
    conditions = tuple(
        Condition(metric=c["metric"], comparison=c["is"], value=c.get("value")) for c in entry["conditions"]
    )
    return Target(
        id=entry["id"],
        conditions=conditions,
        node=entry.get("node"),
        set=entry.get("set"),
        name=entry.get("name", {}),
        kind=entry.get("kind"),
        source=entry.get("source"),
    )


def _area_faults(document: Json, catalogue: Catalogue) -> list[Finding]:
    areas = catalogue.areas.get(document["areas"])
    if areas is None:
        return [fault("/areas", "unknown_area_list", value=document["areas"], known=sorted(catalogue.areas))]
    if document["area"] not in areas.codes:
        return [fault("/area", "unknown_area_code", value=document["area"])]
    return []


def _id_faults(document: Json) -> list[Finding]:
    found = []
    for key in ("targets", "agencies", "tasks"):
        ids = [entry["id"] for entry in document.get(key, ())]
        found += [
            fault(pointer(key, place, "id"), "duplicate_code", value=value)
            for place, value in enumerate(ids)
            if value in ids[:place]
        ]
    sets = document.get("sets", {})
    for place, target in enumerate(document["targets"]):
        if "set" in target and target["set"] not in sets:
            found.append(
                fault(
                    pointer("targets", place, "set"),
                    "unknown_set",
                    value=target["set"],
                    near=nearest(target["set"], list(sets)),
                )
            )
    for key, entry in sets.items():
        if entry["members"] is not None and entry.get("count", len(entry["members"])) != len(entry["members"]):
            at = pointer("sets", key, "members")
            found.append(fault(at, "set_count", value=len(entry["members"]), count=entry["count"]))
    return found


def _node_faults(document: Json, edition: Edition) -> list[Finding]:
    def check(code: str, *at: str | int) -> list[Finding]:
        known = any(fnmatch.fnmatchcase(node, code) for node in edition.nodes) if "*" in code else code in edition.nodes
        near = nearest(code, list(edition.nodes))
        return [] if known else [fault(pointer(*at), "unknown_node", value=code, near=near)]

    found: list[Finding] = []
    for place, target in enumerate(document["targets"]):
        if "node" in target:
            found += check(target["node"], "targets", place, "node")
    for key, entry in document.get("sets", {}).items():
        for place, code in enumerate(entry["members"] or ()):
            found += check(code, "sets", key, "members", place)
    return [*found, *duty_faults(document, check), *task_node_faults(document, check)]
