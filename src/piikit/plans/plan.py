"""A plan: what a province set itself, and who answers for it."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from piikit.findings.errors import DocumentError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding
from piikit.findings.messages import Lang, Names
from piikit.findings.unknown import unknown_fault
from piikit.framework.areas import AreaList, own_list
from piikit.framework.build.overlay import resolve
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json, schema_faults
from piikit.framework.edition import Edition
from piikit.plans.agencies import (
    Agency,
    agency_faults,
    answering,
    build_agencies,
    duty_faults,
    masked,
    without_contacts,
)
from piikit.plans.target_faults import KnownNames, target_faults, unknown
from piikit.plans.targets import Figure, NodeSet, Origin, PlannedTarget, figures, node_sets, target
from piikit.plans.tasks import Task, build_tasks, task_faults, task_node_faults


@frozen(kw_only=True)
class Plan:
    """A plan, checked.

    Attributes:
        area: code of the area, in the list `areas`.
        area_name: its name.
        successor: the name of the area of the next list that took it in, where it has ended under its own name.
        targets: its own, then those taken over from older plans (`continues`), with the older plan's id before theirs.
        figures: published figures that it quotes.
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

    __module__ = "piikit"

    id: str
    title: Names
    area: str
    area_name: str
    areas: str
    successor: str | None
    edition: str
    baseline: str | None
    targets: tuple[PlannedTarget, ...]
    sets: Mapping[str, NodeSet]
    agencies: tuple[Agency, ...]
    tasks: tuple[Task, ...] = ()
    sources: tuple[str, ...]
    document: Json = field(repr=False, eq=False)
    figures: tuple[Figure, ...] = ()

    def leads(self, code: str) -> tuple[Agency, ...]:
        """The agencies that lead a node."""
        return tuple(
            agency for agency in self.agencies if any(d.role == "lead" and d.covers(code) for d in agency.duties)
        )

    def answering(self, agency: str, on: date | None = None) -> Agency:
        """The agency that answers on a day for what an agency was given: itself, or its successor in this plan."""
        return answering(self.agencies, agency, on)


def build_plan(
    document: Json,
    catalogue: Catalogue,
    *,
    edition: Edition | None = None,
    lang: Lang = "en",
    before: tuple[str, ...] = (),
) -> Plan:
    """A plan from its document.

    Args:
        document: as in `schemas/plan.schema.json`.
        catalogue: what names may refer to.
        edition: the edition that the targets are set for; its nodes are then checked.
        lang: the language of errors.
        before: ids of the plans that go on with this one, newest first.

    Raises:
        DocumentError: with every fault.
    """
    found = schema_faults(masked(document), "plan.schema.json")
    name = str(document.get("id", "plan"))
    if found:
        raise DocumentError(found, title=name, lang=lang)
    catalogue = _with_own_list(document, catalogue)
    found += [*_area_faults(document, catalogue), *_id_faults(document)]
    found += [*agency_faults(document), *task_faults(document)]
    areas = edition.areas if edition is not None else catalogue.areas.get(document["areas"])
    found += target_faults(document, KnownNames(edition=edition, editions=sorted(catalogue.editions), areas=areas))
    if edition is not None:
        found += _node_faults(document, edition)
    taken, wrong = _continued(document, catalogue, before=(*before, name), lang=lang)
    found += wrong
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
        targets=(*(target(entry, _periods(catalogue)) for entry in document["targets"]), *taken),
        sets=node_sets(document),
        figures=figures(document),
        agencies=build_agencies(document),
        tasks=build_tasks(document),
        sources=tuple(document["sources"]),
        document=_whole(document, catalogue),
    )


def _with_own_list(document: Json, catalogue: Catalogue) -> Catalogue:
    """The catalogue with the list of areas that the plan's edition writes itself, under the id of that list."""
    if document["edition"] not in catalogue.editions:
        return catalogue
    try:
        given = resolve(catalogue.editions[document["edition"]], catalogue).get("areas")
    except DocumentError:
        return catalogue  # the edition says itself what is wrong with it
    return _with_list(own_list(given, ())[0], catalogue) if isinstance(given, dict) else catalogue


def _with_list(areas: AreaList, catalogue: Catalogue) -> Catalogue:
    return evolve(catalogue, areas={areas.id: areas, **catalogue.areas})


def with_edition(edition: Edition | None, catalogue: Catalogue) -> Catalogue:
    """The catalogue with one more edition and its list of areas, for plans to name; what is there stays as it is."""
    if edition is None or edition.id in catalogue.editions:
        return catalogue
    if edition.areas is not None and edition.areas.document:  # without a document the list has no id to go by
        catalogue = _with_list(edition.areas, catalogue)
    return evolve(catalogue, editions={**catalogue.editions, edition.id: edition.document})


def _successor(document: Json, catalogue: Catalogue) -> str | None:
    areas = catalogue.areas[document["areas"]]
    name = next(area.name for area in areas.areas if area.code == document["area"])
    later = [other.successor_of(name) for other in catalogue.areas.values()]
    return next((found for found in later if found is not None), None)


def _periods(catalogue: Catalogue) -> dict[str, str]:
    return {name: str(entry.get("period", name)) for name, entry in catalogue.editions.items()}


def _continued(
    document: Json, catalogue: Catalogue, *, before: tuple[str, ...], lang: Lang
) -> tuple[list[PlannedTarget], list[Finding]]:
    """The targets taken over from older plans, and what is wrong with that."""
    taken: list[PlannedTarget] = []
    found: list[Finding] = []
    for place, entry in enumerate(document.get("continues", ())):
        at = ("continues", place)
        wanted = entry["plan"]
        older = wanted if isinstance(wanted, Mapping) else catalogue.plans.get(wanted)
        if older is None:
            found.append(unknown((*at, "plan"), wanted, list(catalogue.plans)))
            continue
        if older.get("id") in before:
            found.append(fault(pointer(*at, "plan"), "plan_cycle", value=[*before, older["id"]]))
            continue
        try:
            plan = build_plan(dict(older), catalogue, lang=lang, before=before)
        except DocumentError as error:
            # The older plan's own faults, with the way to them.
            found += [evolve(item, column=pointer(*at, "plan") + str(item.column).rstrip("/")) for item in error.found]
            continue
        ids = [one.id for one in plan.targets]
        names = entry.get("targets", ids)
        found += [unknown((*at, "targets", n), name, ids) for n, name in enumerate(names) if name not in ids]
        taken += [_taken(one, plan, catalogue) for one in plan.targets if one.id in names]
    return taken, found


def _whole(document: Json, catalogue: Catalogue) -> Json:
    """The document without contacts, its older plans written out: the record of a result holds what was judged."""
    document = without_contacts(document)
    if "continues" not in document:
        return document
    plans = [entry["plan"] for entry in document["continues"]]
    older = [_whole(catalogue.plans[plan] if isinstance(plan, str) else plan, catalogue) for plan in plans]
    entries = zip(document["continues"], older, strict=True)
    return {**document, "continues": [{**entry, "plan": plan} for entry, plan in entries]}


def _taken(target: PlannedTarget, plan: Plan, catalogue: Catalogue) -> PlannedTarget:
    origin = target.origin or Origin(
        plan=plan.id,
        area=plan.area,
        area_name=plan.area_name,
        areas=plan.areas,
        count=len(catalogue.areas[plan.areas]),
        baseline=plan.baseline,
        sets=plan.sets,
        agencies=plan.agencies,
        figures=plan.figures,
    )
    return evolve(target, id=f"{plan.id}:{target.id}", origin=origin)


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
    for key, entry in sets.items():
        if entry["members"] is not None and entry.get("count", len(entry["members"])) != len(entry["members"]):
            at = pointer("sets", key, "members")
            found.append(fault(at, "set_count", value=len(entry["members"]), count=entry["count"]))
    return found


def _node_faults(document: Json, edition: Edition) -> list[Finding]:
    def check(code: str, *at: str | int) -> list[Finding]:
        known = any(fnmatch.fnmatchcase(node, code) for node in edition.nodes) if "*" in code else code in edition.nodes
        return [] if known else [unknown_fault(pointer(*at), "unknown_node", code, edition.nodes)]

    found: list[Finding] = []
    for key, entry in document.get("sets", {}).items():
        for place, code in enumerate(entry["members"] or ()):
            found += check(code, "sets", key, "members", place)
    return [*found, *duty_faults(document, check), *task_node_faults(document, check)]


PlanLike = str | Path | Mapping[str, Any] | Plan
"""A plan: the id of an installed one, the path of a document, the document itself, or a Plan."""
