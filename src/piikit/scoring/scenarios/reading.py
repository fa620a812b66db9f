"""From what a caller hands in to scenarios: read, checked together, their stacks laid out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from piikit.findings.errors import DocumentError, UsageError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.findings.unknown import unknown_fault
from piikit.framework.documents import parse_any, read_bytes
from piikit.inputs.keys import BASE
from piikit.scoring.scenarios.document import Change, Scenario, as_given, scenario_of, shape_faults

MAX_CHANGES = 100_000
"""So many changes a scenario may have with its stack: a stack of stacks grows without bound from a short document."""


@frozen(kw_only=True)
class Laid:
    """A scenario with its stack laid out.

    Attributes:
        scenario: as given.
        changes: those of its stack in order, then its own; each with its JSON pointer.
    """

    scenario: Scenario
    changes: tuple[tuple[str, Change], ...]


def scenarios_of(given: Any, *, lang: Lang = "en") -> tuple[Laid, ...]:
    """The scenarios of a call.

    Args:
        given: scenarios, mappings and paths of json files (a scenario or a list of them) in any iterable, or one alone.
        lang: the language of errors.

    Raises:
        UsageError: an entry is nothing of these, or a file cannot be read.
        DocumentError: with every fault of all scenarios; pointers start with /scenarios.
    """
    entries: list[Any] = []
    for entry in as_given(given):
        entries += _entries(entry, lang)
    found: list[Finding] = []
    scenarios: list[Scenario | None] = []
    for place, entry in enumerate(entries):
        wrong = [] if isinstance(entry, Scenario) else shape_faults(entry)
        found += [_moved(item, place) for item in wrong]
        whole = entry if isinstance(entry, Scenario) else None
        scenarios.append(scenario_of(entry) if whole is None and not wrong else whole)
    ids = [_id_of(entry) for entry in entries]
    found += _id_faults(ids)
    sound = {scenario.id: (place, scenario) for place, scenario in enumerate(scenarios) if scenario is not None}
    found += _stack_faults(sound, ids)
    if found:
        raise DocumentError(Findings(found), title="scenarios", lang=lang)
    return _laid(sound, lang)


def _entries(entry: Any, lang: Lang) -> list[Any]:
    if isinstance(entry, Scenario):
        return [entry]
    if isinstance(entry, Mapping):
        return [dict(entry)]
    if isinstance(entry, str | Path) or hasattr(entry, "__fspath__"):
        content = parse_any(read_bytes(entry), name=str(entry), lang=lang)
        return list(content) if isinstance(content, list) else [content]
    raise UsageError("no_scenario", kind=type(entry).__name__)


def _moved(item: Finding, place: int) -> Finding:
    at = str(item.column or "/")
    return evolve(item, column=pointer("scenarios", place) + ("" if at == "/" else at))


def _id_of(entry: Any) -> str | None:
    name = entry.id if isinstance(entry, Scenario) else entry.get("id") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else None


def _id_faults(ids: list[str | None]) -> list[Finding]:
    found: list[Finding] = []
    seen: set[str] = set()
    for place, name in enumerate(ids):
        at = pointer("scenarios", place, "id")
        if name == BASE:
            found.append(fault(at, "reserved_scenario", value=name))
        elif name is not None and name in seen:
            found.append(fault(at, "duplicate_code", value=name))
        seen.add(name or "")
    return found


def _stack_faults(sound: Mapping[str, tuple[int, Scenario]], ids: list[str | None]) -> list[Finding]:
    known = [name for name in ids if name is not None and name != BASE]
    found: list[Finding] = []
    for name, (place, scenario) in sound.items():
        for position, part in enumerate(scenario.stack):
            if part not in known:
                at = pointer("scenarios", place, "stack", position)
                found.append(unknown_fault(at, "unknown_scenario", part, known))
        circle = _circle(name, sound)
        if circle:
            found.append(fault(pointer("scenarios", place, "stack"), "scenario_cycle", value=circle))
    return found


def _circle(name: str, sound: Mapping[str, tuple[int, Scenario]]) -> list[str]:
    """The way from a scenario back to itself through stacks, or nothing."""
    ways = [[name]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for part in sound[way[-1]][1].stack if way[-1] in sound else ():
            if part == name:
                return [*way, name]
            if part not in seen:
                seen.add(part)
                ways.append([*way, part])
    return []


def _laid(sound: Mapping[str, tuple[int, Scenario]], lang: Lang) -> tuple[Laid, ...]:
    order: dict[str, None] = {}
    for name in sound:
        # Parts before what is stacked on them; there are no circles.
        waiting = [name]
        while waiting:
            parts = [part for part in sound[waiting[-1]][1].stack if part not in order]
            if parts:
                waiting.append(parts[0])
            else:
                order.setdefault(waiting.pop())
    counts: dict[str, int] = {}
    for name in order:
        scenario = sound[name][1]
        counts[name] = sum(counts[part] for part in scenario.stack) + len(scenario.changes)
    wide = [
        fault(pointer("scenarios", sound[name][0]), "scenario_too_large", value=name, count=count, limit=MAX_CHANGES)
        for name, count in counts.items()
        if count > MAX_CHANGES
    ]
    if wide:
        raise DocumentError(Findings(wide), title="scenarios", lang=lang)
    changes: dict[str, tuple[tuple[str, Change], ...]] = {}
    for name in order:
        place, scenario = sound[name]
        stacked = tuple(entry for part in scenario.stack for entry in changes[part])
        at = pointer("scenarios", place, "changes")
        changes[name] = (*stacked, *((f"{at}/{number}", change) for number, change in enumerate(scenario.changes)))
    return tuple(Laid(scenario=scenario, changes=changes[name]) for name, (_, scenario) in sound.items())
