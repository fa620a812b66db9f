"""Which agency is asked for which figure.

The rule, with its reasons:

1. An agency with a duty `supply_data` that names nodes (`6.1.*`, not a bare `*`) supplies their figures: the plan says
   so. As with leads, what is named for a node holds for all below it that nobody is named for.
2. Otherwise those who lead the indicator, by itself or through an outside index, supply it. Where some lead the whole
   and others a part only, those who lead the whole do. Where several lead alike, or several lead a part each, all of
   them are asked for the whole figure: what they say is compared when the forms come back.
3. An indicator that nobody supplies by these is supplied by the first agency with `supply_data` for `*`.
4. A figure that feeds several indicators (population, GRDP) is asked from whoever supplies all of these. Where nobody
   does, it is asked from the first agency with `supply_data` for `*`: one figure needs one source, and a statistics
   office has it for the whole province. In a plan without such an agency all of them are asked.

Further agencies with a bare `*` stand for many ("every agency and district"): they get no form unless one is asked for
by name, and then it holds every figure. An agency that has ended gives its place to its successor.
"""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import frozen

from piikit.findings.messages import Lang, Names
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json, item_schemas, schema, schema_root
from piikit.framework.edition import Edition
from piikit.framework.indicator import Unit
from piikit.plans.agencies import Agency, Duty, Role, answering
from piikit.plans.plan import Plan

ALL = "*"
"""The pattern of a duty that covers everything and so names nothing."""


@frozen(kw_only=True)
class Asked:
    """A figure that forms ask for.

    Attributes:
        item: the name of a raw item, or the code of a node whose value is given as it is.
        codes: the indicators that it feeds, in tree order.
        schema: what the figure must be, as JSON Schema.
        shipped: whether the item is one that piikit ships, described as it ships it.
    """

    item: str
    name: Names
    unit: Unit | None = None
    codes: tuple[str, ...]
    schema: Json
    shipped: bool = False


@frozen(kw_only=True)
class Shares:
    """Who is asked for what.

    Attributes:
        figures: every figure that the edition is computed from, in tree order, by its id.
        by_agency: the figures of each agency that is asked for some, in the plan's order of agencies.
        collectives: agencies that answer for everything beside the one that is asked.
        nobody: what is asked from nobody; only a plan without an agency that supplies `*` leaves something here.
    """

    figures: Mapping[str, Asked]
    by_agency: Mapping[str, tuple[Asked, ...]]
    collectives: tuple[str, ...] = ()
    nobody: tuple[Asked, ...] = ()

    def of(self, agency: str) -> tuple[Asked, ...]:
        """The figures that an agency is asked for in a form of its own; every one of a collective."""
        return self.by_agency.get(agency) or (tuple(self.figures.values()) if agency in self.collectives else ())

    def asked_of(self, item: str) -> tuple[str, ...]:
        """The agencies that are asked for a figure."""
        return tuple(agency for agency, figures in self.by_agency.items() if any(f.item == item for f in figures))


def figures_of(edition: Edition, catalogue: Catalogue) -> dict[str, Asked]:
    """Every figure that an edition is computed from, in tree order of first use, by its id."""
    known = edition.within(catalogue)
    feeds: dict[str, list[str]] = {}
    for code in edition.indicators:
        node = edition.nodes[code]
        own = [] if node.indicator else [code]
        for item in (*own, *(item for item in node.needs if item not in edition.nodes)):
            feeds.setdefault(item, []).append(code)
    return {item: _figure(item, tuple(codes), edition, known) for item, codes in feeds.items()}


def _figure(item: str, codes: tuple[str, ...], edition: Edition, catalogue: Catalogue) -> Asked:
    if item in edition.nodes:
        node = edition.nodes[item]
        ends = {"minimum": node.unit.lower, "maximum": node.unit.upper} if node.unit else {}
        schema = {"type": "number", **{key: end for key, end in ends.items() if end is not None}}
        return Asked(item=item, name=node.name, unit=node.unit, codes=codes, schema=schema)
    given: Json = dict(catalogue.items.get(item, {"type": "number"}))
    name: Any = given.get("name") or {"en": item}
    return Asked(
        item=item,
        name=name,
        unit=catalogue.units.get(str(given.get("unit"))),
        codes=codes,
        schema=given,
        shipped=item_schemas().get(item) == given,
    )


def shares(plan: Plan, edition: Edition, catalogue: Catalogue, on: date | None) -> Shares:
    """Who is asked for what on a day; the rule stands at the head of the module.

    Args:
        plan: its agencies and their duties.
        edition: whose figures are asked for.
        catalogue: items and units.
        on: the day on which the forms are due; agencies that have ended by then are replaced. None replaces nobody.

    >>> import piikit
    >>> engine = piikit.Engine()
    >>> who = shares(engine.plan("bac-giang-2024"), engine.edition("pii-2024"), engine.catalogue, None)
    >>> who.asked_of("contest_pupils"), who.asked_of("population"), len(who.figures)
    (('education-training',), ('statistics',), 63)
    """
    figures = figures_of(edition, catalogue)
    by_code = {code: suppliers(plan, edition, code, on) for code in edition.indicators}
    everything = _everything(plan, on)
    given: dict[str, list[Asked]] = {answering(plan.agencies, agency.id, on).id: [] for agency in plan.agencies}
    nobody = []
    for figure in figures.values():
        chosen = _chosen([by_code[code] for code in figure.codes], everything[:1])
        for agency in chosen:
            given[agency].append(figure)
        if not chosen:
            nobody.append(figure)
    return Shares(
        figures=figures,
        by_agency={agency: tuple(asked) for agency, asked in given.items() if asked},
        collectives=everything[1:],
        nobody=tuple(nobody),
    )


def _chosen(suppliers: list[tuple[str, ...]], general: tuple[str, ...]) -> tuple[str, ...]:
    """Those of whom a figure is asked, from those who supply each indicator that it feeds."""
    each = [agencies or general for agencies in suppliers if agencies or general]
    common = tuple(agency for agency in each[0] if all(agency in other for other in each)) if each else ()
    return common or general or tuple(dict.fromkeys(agency for agencies in each for agency in agencies))


def suppliers(plan: Plan, edition: Edition, code: str, on: date | None) -> tuple[str, ...]:
    """The ids of the agencies that supply an indicator: those named for its data, else those that lead it."""
    roles: tuple[Role, ...] = ("supply_data", "lead")
    found = (_with_duty(plan, above, role, on) for role in roles for above in reversed(edition.path(code)))
    return next((agencies for agencies in found if agencies), ())


def _with_duty(plan: Plan, code: str, role: Role, on: date | None) -> tuple[str, ...]:
    """The agencies with a duty for a node, those for the whole of it before those for a part."""
    whole: dict[str, bool] = {}
    for agency in plan.agencies:
        for duty in agency.duties:
            # A lead of everything is a lead; data of everything are what the general rule is for.
            patterns = [pattern for pattern in duty.nodes if role == "lead" or pattern != ALL]
            if duty.role == role and any(fnmatch.fnmatchcase(code, pattern) for pattern in patterns):
                id = answering(plan.agencies, agency.id, on).id
                whole[id] = whole.get(id, False) or duty.part is None
    return tuple(id for id in whole if whole[id]) or tuple(whole)


def _everything(plan: Plan, on: date | None) -> tuple[str, ...]:
    """The agencies that supply the data of everything, in the plan's order."""
    found = (
        answering(plan.agencies, agency.id, on).id
        for agency in plan.agencies
        if any(duty.role == "supply_data" and ALL in duty.nodes for duty in agency.duties)
    )
    return tuple(dict.fromkeys(found))


def duties_of(plan: Plan, agency: Agency, on: date | None) -> list[Duty]:
    """The duties of an agency, and of those that it took over."""
    return [
        duty
        for other in plan.agencies
        if answering(plan.agencies, other.id, on).id == agency.id
        for duty in other.duties
    ]


@functools.cache
def shipped_definitions(lang: Lang) -> Mapping[str, str]:
    """The definitions of the shipped items by name; in English those are the descriptions of their schemas.

    >>> shipped_definitions("vi")["industrial_production_index"]
    'Năm trước bằng 100.'
    """
    found: dict[str, str] = {}
    for file in sorted(schema_root().joinpath("items").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".schema.json"):
            document = schema(f"items/{file.name}")
            described = {name: item["description"] for name, item in document["properties"].items()}
            found |= document["vietnamese"] if lang == "vi" else described
    return found
