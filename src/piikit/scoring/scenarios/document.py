"""A scenario as written: changes to items, values, scores, weights and methods, in Python or as a JSON document."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from piikit.findings.errors import DocumentError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Names
from piikit.framework.documents import Json, digest, schema_faults

SUBJECTS = ("item", "value", "score", "weight", "method")
"""What a change can be about."""
OPERATIONS = ("set", "add", "scale", "drop")
"""What it can do."""
OF_EDITION = ("weight", "method")
"""Subjects that belong to the edition: they hold for all areas and periods."""
DEFAULTS = "defaults"
"""The subject of a method change that concerns every node which names no method of its own."""
SCHEMA = "scenario.schema.json"
_OF_CHANGE = re.compile(r"/changes/(\d+)")
_TEXTS = ("areas", "periods")
_PLAIN = frozenset({*SUBJECTS[:4], *OPERATIONS, *_TEXTS})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def _texts(given: Any) -> Any:
    return tuple(given) if isinstance(given, list | tuple) else given


def _figure(given: Any) -> Any:
    # One way to write a figure, so that 5, 5.0 and a number of numpy make the same scenario.
    if isinstance(given, bool) or not hasattr(given, "__float__") or isinstance(given, str):
        return given
    return float(given)


@frozen(kw_only=True)
class Change:
    """One change: exactly one subject, and exactly one operation.

    Attributes:
        item: a raw item, by its name.
        value: the value of an indicator, by its code.
        score: the score of a node, by its code.
        weight: the weight of a node, by its code.
        method: the methods of a node, by its code, or "defaults".
        set: the new figure, in the unit of the subject; of a method the steps that change, as an edition writes them.
        add: what is added to the figure.
        scale: what it is multiplied by.
        drop: the figure becomes missing; a weight becomes 0.
        areas: codes, names or aliases; None means all. Not for weights and methods, which hold for all.
        periods: periods of the data; None means all. Not for weights and methods.
        note: why.

    Raises:
        DocumentError: not one subject and one operation, or a figure that is no finite number; all faults.

    >>> Change(value="2.1.2", add=5, areas=["Bắc Giang"]).document
    {'value': '2.1.2', 'add': 5.0, 'areas': ['Bắc Giang']}
    """

    __module__ = "piikit"

    item: str | None = None
    value: str | None = None
    score: str | None = None
    weight: str | None = None
    method: str | None = None
    set: float | Mapping[str, Any] | None = field(default=None, converter=_figure)
    add: float | None = field(default=None, converter=_figure)
    scale: float | None = field(default=None, converter=_figure)
    drop: Literal[True] | None = None
    areas: tuple[str, ...] | None = field(default=None, converter=_texts)
    periods: tuple[str, ...] | None = field(default=None, converter=_texts)
    note: Names | str | None = None

    def __attrs_post_init__(self) -> None:
        if not _sound(self.document):
            found = change_faults([self.document])
            if found:
                raise DocumentError(Findings(found), title="Change")

    @functools.cached_property
    def document(self) -> Json:
        """The change as documents write it."""
        parts = {name: getattr(self, name) for name in (*SUBJECTS, *OPERATIONS, *_TEXTS, "note")}
        return {
            name: list(part) if isinstance(part, tuple) else part for name, part in parts.items() if part is not None
        }

    @functools.cached_property
    def subject(self) -> str:
        """What kind of thing changes: "item", "value", "score", "weight" or "method"."""
        return next(name for name in SUBJECTS if getattr(self, name) is not None)

    @functools.cached_property
    def name(self) -> str:
        """Which one changes: the name of an item, the code of a node, or "defaults"."""
        return str(getattr(self, self.subject))

    @functools.cached_property
    def operation(self) -> str:
        """What is done: "set", "add", "scale" or "drop"."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def figure(self) -> Any:
        """The figure of the operation; None for "drop"."""
        return None if self.drop else getattr(self, self.operation)


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _sound(change: Mapping[str, Any]) -> bool:
    """Whether a change is surely sound: the common ones, so that the schema is asked about the others alone."""
    subjects = [name for name in SUBJECTS if name in change]
    operations = [name for name in OPERATIONS if name in change]
    if len(subjects) != 1 or len(operations) != 1 or not change.keys() <= _PLAIN:
        return False
    name, figure = change[subjects[0]], change[operations[0]]
    if not isinstance(name, str) or not name or not (figure is True if operations[0] == "drop" else _finite(figure)):
        return False
    if subjects[0] == "weight" and ("areas" in change or "periods" in change):
        return False
    return all(
        isinstance(change.get(key, ["x"]), list)
        and len(change.get(key, ["x"])) > 0
        and all(isinstance(text, str) and text for text in change.get(key, ["x"]))
        for key in _TEXTS
    )


def change_faults(changes: Any) -> list[Finding]:
    """What is wrong with the form of changes; pointers start with /changes."""
    return shape_faults({"id": "scenario", "changes": changes})


def shape_faults(document: Any) -> list[Finding]:
    """What is wrong with the form of a scenario document."""
    if _sound_document(document):
        return []
    own = _own_faults(document)
    places = {str(item.column) for item in own}
    # What a change is about and does is said in words, not in those of the schema.
    schema = [
        item
        for item in schema_faults(document, SCHEMA)
        if not (
            item.code == "schema_other" and any(at == item.column or at.startswith(f"{item.column}/") for at in places)
        )
    ]
    return [*schema, *own]


def _sound_document(document: Any) -> bool:
    if not isinstance(document, Mapping) or not document.keys() <= {"id", "ends", "changes"}:
        return False
    changes = document.get("changes", [])
    return (
        isinstance(document.get("id"), str)
        and _ID.fullmatch(document["id"]) is not None
        and document.get("ends", "fixed") in ("fixed", "moving")
        and isinstance(changes, list)
        and all(isinstance(change, Mapping) and _sound(change) for change in changes)
    )


def _own_faults(document: Any) -> list[Finding]:
    changes = document.get("changes") if isinstance(document, Mapping) else None
    found: list[Finding] = []
    for place, change in enumerate(changes if isinstance(changes, list) else ()):
        if not isinstance(change, Mapping):
            continue
        at = ("changes", place)
        subjects = [name for name in SUBJECTS if name in change]
        operations = [name for name in OPERATIONS if name in change]
        if len(subjects) != 1:
            found.append(fault(pointer(*at), "change_subject", value=subjects or "–", known=list(SUBJECTS)))
        if len(operations) != 1:
            found.append(fault(pointer(*at), "change_operation", value=operations or "–", known=list(OPERATIONS)))
        if "method" in change:
            found += [
                fault(pointer(*at, name), "change_method_operation", value=name) for name in operations if name != "set"
            ]
        if subjects and subjects[0] in OF_EDITION:
            found += [fault(pointer(*at, key), "change_of_all", value=subjects[0]) for key in _TEXTS if key in change]
        for name in operations:
            if isinstance(change[name], float) and not math.isfinite(change[name]):
                found.append(fault(pointer(*at, name), "change_not_finite", value=str(change[name])))
    return found


def _changes(given: Any) -> tuple[Change, ...]:
    given = list(given)
    plain = [dict(change) if isinstance(change, Mapping) else change for change in given]
    written = [change.document if isinstance(change, Change) else change for change in plain]
    if not all(isinstance(change, Mapping) and _sound(change) for change in written):
        found = change_faults(written)
        if found:
            raise DocumentError(Findings(found), title="Scenario")
    return tuple(change if isinstance(change, Change) else Change(**change) for change in plain)


@frozen(kw_only=True)
class Scenario:
    """What if: changes to the base, made in order.

    Attributes:
        id: its name in every frame; "base" is the data as they are and cannot be taken.
        changes: Change objects, or mappings as documents write them.
        ends: "moving" takes the ends of normalisation anew from the changed data, "fixed" keeps those of the base.
            Published ends always hold.
        stack: ids of scenarios of the same call, whose changes are made first, in this order.
        name: {"vi": …, "en": …}.
        note: where the figures come from.

    Raises:
        DocumentError: a change that is not well formed; all faults.

    >>> import piikit
    >>> more = piikit.Scenario(id="more", changes=[{"value": "2.1.2", "scale": 1.1, "areas": ["Bắc Giang"]}])
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024", scenarios=[more])
    >>> result.scenario_effects("Bắc Giang", "2.1.2").select("scenario", "base_rank", "rank").rows()
    [('more', 47, 41)]
    """

    __module__ = "piikit"

    id: str
    changes: tuple[Change, ...] = field(default=(), converter=_changes)
    ends: Literal["fixed", "moving"] = "moving"
    stack: tuple[str, ...] = field(default=(), converter=_texts)
    name: Names | None = None
    note: Names | str | None = None

    def __attrs_post_init__(self) -> None:
        if not _sound_document({"id": self.id, "ends": self.ends}) or self.stack:
            head = {"id": self.id, "ends": self.ends, "stack": list(self.stack)}
            found = schema_faults(head, SCHEMA)
            if found:
                raise DocumentError(found, title="Scenario")

    @functools.cached_property
    def document(self) -> Json:
        """The scenario as documents write it."""
        parts: Json = {"id": self.id, "ends": self.ends}
        parts |= {key: value for key, value in (("name", self.name), ("note", self.note)) if value is not None}
        return {**parts, "stack": list(self.stack), "changes": [change.document for change in self.changes]}

    @property
    def digest(self) -> str:
        """A hash of all that it says."""
        return digest(self.document)


def scenario_of(document: Mapping[str, Any]) -> Scenario:
    """A scenario from a document whose form is sound."""
    return Scenario(**{key: value for key, value in document.items() if key != "$schema"})


def as_given(scenarios: Any) -> Iterable[Any]:
    """The entries of `scenarios` as the caller wrote them; one alone, or what is none, stands for a list of one."""
    several = isinstance(scenarios, Iterable) and not isinstance(scenarios, str | Mapping | Scenario)
    return scenarios if several and not hasattr(scenarios, "__fspath__") else (scenarios,)


ScenarioLike = Scenario | Mapping[str, Any] | str | Path
"""A scenario: itself, its document, or the path of a file that holds one or a list."""
ScenariosLike = ScenarioLike | Iterable[ScenarioLike]
"""Scenarios in any iterable, or one alone."""
