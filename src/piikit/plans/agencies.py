"""Agencies: who answers for what, under which name and since when."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from attrs import field, frozen

from piikit.findings.dates import last_day
from piikit.findings.errors import UsageError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding
from piikit.findings.messages import Names
from piikit.findings.unknown import unknown_fault
from piikit.framework.documents import Json

Role = Literal["lead", "coordinate", "supply_data", "evidence"]
ROLES: tuple[Role, ...] = ("lead", "coordinate", "supply_data", "evidence")
NOBODY = "nobody"
"""Stands where an agency would, for what nobody leads; no agency of a document may have this id."""
CONTACT = "contact"
MASK = "•••"
"""What the check of a document sees in place of a contact, so that no fault can tell it."""


@frozen(kw_only=True)
class Contact:
    """A contact person. It is shown to nobody but who asks for it: not in a repr, a file, a report or a record.

    >>> Contact(name="Nguyễn Văn A", phone="0204 000 000")
    Contact()
    """

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class OwnPlan:
    """The plan that an agency issued for its part: number, date (a day, month or year) and title."""

    number: str | None = None
    date: str | None = None
    title: Names | None = None


@frozen(kw_only=True)
class OutsideIndex:
    """An index that others publish and that feeds nodes here: PCI, DTI, PAR INDEX, PAPI, SIPAS."""

    id: str
    name: Names


@frozen(kw_only=True)
class Duty:
    """What an agency does for some nodes; `basis` "reading" says that the plan names a field only.

    With an outside `index` the duty is the whole of that index, and `nodes` are those that it feeds; empty where the
    plan does not say.
    """

    role: Role
    nodes: tuple[str, ...] = ()
    index: OutsideIndex | None = None
    part: Names | None = None
    basis: str | None = None
    source: str | None = None

    def covers(self, code: str) -> bool:
        """Whether a node is among them; `6.2.*` means all below 6.2."""
        return any(fnmatch.fnmatchcase(code, pattern) for pattern in self.nodes)


@frozen(kw_only=True)
class Agency:
    """A body that answers for something.

    Attributes:
        name: the name it bore when the plan was made.
        since: from when it bears it; None where nobody wrote that down.
        until: from when it no longer does; a month or a year alone stands for its last day.
        successor: the name of who took over; `successor_id` is its id where it is an agency of the same plan. An
            agency that only took another name has a successor without an id.
        plan: the plan of its own.
        contact: a contact person; nothing that piikit writes ever holds it.

    >>> trade = Agency(id="trade", name={"vi": "Sở Công Thương", "en": "Trade"}, until="2025-03-01",
    ...                successor={"vi": "Sở Kinh tế", "en": "Economy"})
    >>> [trade.name_on(day)["en"] for day in ("2025-02-28", "2025-03-01")]
    ['Trade', 'Economy']
    """

    id: str
    name: Names
    duties: tuple[Duty, ...] = ()
    since: str | None = None
    until: str | None = None
    successor: Names | None = None
    successor_id: str | None = None
    plan: OwnPlan | None = None
    contact: Contact | None = field(default=None, repr=False, eq=False)

    def ended_on(self, day: date | str) -> bool:
        """Whether it no longer bears its name on a day."""
        end = last_day(self.until) if self.until is not None else None
        return end is not None and _day(day) >= end

    def name_on(self, day: date | str) -> Names:
        """Its name on a day, or that of its successor; its own where no successor is known."""
        return self.successor if self.successor is not None and self.ended_on(day) else self.name

    def does(self, role: str, code: str) -> bool:
        """Whether it has a role for a node."""
        return any(duty.role == role and duty.covers(code) for duty in self.duties)


def _day(day: date | str) -> date:
    found = last_day(day) if isinstance(day, str) else day
    if found is None:
        raise UsageError("no_date", value=repr(day))
    return found


def answering(agencies: Sequence[Agency], id: str, day: date | None) -> Agency:
    """The agency that answers on a day: the one named, or its successor in the same plan, or that one's."""
    known = {agency.id: agency for agency in agencies}
    agency = known[id]
    # A plan whose successors go round in a circle is refused, so this ends.
    while day is not None and agency.successor_id is not None and agency.ended_on(day):
        agency = known[agency.successor_id]
    return agency


# -- from the document -------------------------------------------------------------------------------------------


def masked(document: Json) -> Json:
    """The document with every contact made unreadable but of the same form: what checks may quote in a fault."""
    agencies = document.get("agencies")
    return {**document, "agencies": _masked(agencies)} if agencies is not None else document


def _masked(value: Any, inside: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {key: _masked(part, inside or key == CONTACT) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked(part, inside) for part in value]
    if not inside or isinstance(value, bool) or value is None:
        return value
    return MASK if isinstance(value, str) else 0


def without_contacts(document: Json) -> Json:
    """The document as it is kept, hashed and shown: without contacts."""
    if "agencies" not in document:
        return document
    kept = [{key: value for key, value in entry.items() if key != CONTACT} for entry in document["agencies"]]
    return {**document, "agencies": kept}


def build_agencies(document: Json) -> tuple[Agency, ...]:
    """The agencies of a plan whose document is sound."""
    entries = document.get("agencies", ())
    names = {entry["id"]: entry["name"] for entry in entries}
    return tuple(_agency(entry, names) for entry in entries)


def _agency(entry: Mapping[str, Any], names: Mapping[str, Names]) -> Agency:
    following = entry.get("successor_id")
    contact, plan = entry.get(CONTACT), entry.get("plan")
    return Agency(
        id=entry["id"],
        name=entry["name"],
        duties=tuple(_duty(duty) for duty in entry.get("duties", ())),
        since=entry.get("from"),
        until=entry.get("until"),
        successor=entry.get("successor") or (names[following] if following else None),
        successor_id=following,
        plan=OwnPlan(**plan) if plan else None,
        contact=Contact(**contact) if contact else None,
    )


def _duty(entry: Mapping[str, Any]) -> Duty:
    return Duty(
        role=entry["role"],
        nodes=tuple(entry.get("nodes") or ()),
        index=OutsideIndex(**entry["index"]) if "index" in entry else None,
        part=entry.get("part"),
        basis=entry.get("basis"),
        source=entry.get("source"),
    )


# -- faults ------------------------------------------------------------------------------------------------------

Check = Callable[..., list[Finding]]


def agency_faults(document: Json) -> list[Finding]:
    """What the schema cannot say: dates that are none, successors that are not there or go round in a circle."""
    entries = document.get("agencies", ())
    ids = [entry["id"] for entry in entries]
    found: list[Finding] = []
    for place, entry in enumerate(entries):
        at = ("agencies", place)
        found += date_faults(entry, at, ("from", "until"))
        found += date_faults(entry.get("plan") or {}, (*at, "plan"), ("date",))
        following = entry.get("successor_id")
        if following is not None:
            found += known_faults(following, ids, "unknown_agency", *at, "successor_id")
    return found + _circles(entries)


def _circles(entries: Sequence[Mapping[str, Any]]) -> list[Finding]:
    following = {entry["id"]: entry.get("successor_id") for entry in entries}
    found: list[Finding] = []
    for place, entry in enumerate(entries):
        path = [entry["id"]]
        while (later := following.get(path[-1])) is not None and later not in path:
            path.append(later)
        if later == entry["id"]:
            at = pointer("agencies", place, "successor_id")
            found.append(fault(at, "successor_cycle", value=" → ".join([*path, later])))
    return found


def date_faults(entry: Mapping[str, Any], at: tuple[str | int, ...], keys: Sequence[str]) -> list[Finding]:
    """Dates that no calendar has, and a last date before the first; `keys` are in the order of time."""
    days = {key: last_day(entry[key]) for key in keys if entry.get(key) is not None}
    found = [fault(pointer(*at, key), "bad_date", value=entry[key]) for key, day in days.items() if day is None]
    sound = [(key, day) for key, day in days.items() if day is not None]
    for (first, start), (last, end) in itertools.pairwise(sound):
        if end < start:
            found.append(fault(pointer(*at, last), "crossed_dates", value=entry[last], first=first, start=entry[first]))
    return found


def known_faults(value: str, known: Sequence[str], code: str, *at: str | int) -> list[Finding]:
    """A name that the document does not hold, with the nearest one."""
    return [] if value in known else [unknown_fault(pointer(*at), code, value, known)]


def duty_faults(document: Json, check: Check) -> list[Finding]:
    """Nodes of duties that the edition does not have; `check` looks at one code."""
    return [
        finding
        for place, agency in enumerate(document.get("agencies", ()))
        for number, duty in enumerate(agency.get("duties", ()))
        for position, code in enumerate(duty.get("nodes") or ())
        for finding in check(code, "agencies", place, "duties", number, "nodes", position)
    ]
