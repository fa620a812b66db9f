"""What is wrong with the targets of a plan document: every fault with its pointer and the nearest right name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding
from piikit.findings.unknown import misspelt, unknown_fault
from piikit.framework.areas import AreaList
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.plans.targets import COMPARISONS, SCOPES

At = tuple[str | int, ...]
ALIKE = 0.6
"""How alike a known name one must be that may belong to an edition which is not installed."""


@frozen(kw_only=True)
class KnownNames:
    """What the names in a plan document may refer to.

    Attributes:
        edition: the edition that the targets are set for; None where it is not installed, and nodes are not checked.
        editions: ids of the installed editions.
        areas: the area list of the plan, None where that is unknown.
    """

    edition: Edition | None
    editions: Sequence[str]
    areas: AreaList | None

    @property
    def groups(self) -> list[str]:
        """The peer sets: of the edition, else of the area list."""
        if self.edition is not None:
            return list(self.edition.groups)
        return ["region", *(self.areas.groups if self.areas else ())]


def target_faults(document: Json, known: KnownNames) -> list[Finding]:
    """Every fault of targets, sets, figures and editions; a document that satisfies its schema."""
    return [
        *_edition_faults(document, known),
        *_figure_faults(document, known),
        *(
            item
            for place, entry in enumerate(document["targets"])
            for item in _target_faults(entry, ("targets", place), document, known)
        ),
    ]


def unknown(at: At, value: str, names: Sequence[str]) -> Finding:
    """A finding for a name that is none of the known ones."""
    return unknown_fault(pointer(*at), "unknown_name", value, names, known=sorted(names))


def _edition_faults(document: Json, known: KnownNames) -> Iterator[Finding]:
    places: list[tuple[At, Any]] = [(("edition",), document["edition"]), (("baseline",), document.get("baseline"))]
    for kind in ("figures", "targets"):
        for place, entry in enumerate(document.get(kind, ())):
            places += [((kind, place, key), entry.get(key)) for key in ("edition", "baseline")]
    for at, value in places:
        # An edition need not be installed yet; one that has the digits of an installed one and nearly its name is
        # that one misspelt.
        alike = [name for name in known.editions if _digits(name) == _digits(value or "")]
        if value and value not in known.editions and misspelt(value, alike, least=ALIKE):
            yield unknown(at, value, alike)


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


def _figure_faults(document: Json, known: KnownNames) -> Iterator[Finding]:
    for place, entry in enumerate(document.get("figures", ())):
        at = ("figures", place)
        if known.edition is not None and entry["code"] not in known.edition.nodes:
            yield unknown_fault(pointer(*at, "code"), "unknown_node", entry["code"], known.edition.nodes)
        if "mean_of" in entry:
            yield from _group_faults((*at, "mean_of"), entry["mean_of"], ["country", *known.groups], known)
        if not {"score", "rank", "value"} & entry.keys():
            yield fault(pointer(*at), "schema_required", rule=["score"])


def _target_faults(entry: Json, at: At, document: Json, known: KnownNames) -> Iterator[Finding]:
    given = [key for key in SCOPES if key in entry]
    if len(given) > 1 or (not given and "conditions" in entry):
        yield fault(pointer(*at), "target_scope", value=given or "–", known=list(SCOPES))
    if not {"conditions", "text"} & entry.keys():
        yield fault(pointer(*at), "schema_required", rule=["conditions"])
    if "need" in entry and "node" in entry:
        yield fault(pointer(*at, "need"), "needless_field", value="need", beside="node")
    if "from" in entry and "until" not in entry:
        yield fault(pointer(*at), "schema_required", rule=["until"])
    if entry.get("from", "0") > entry.get("until", "9"):
        yield fault(pointer(*at, "until"), "bad_range", value=[entry["from"], entry["until"]])
    yield from _scope_faults(entry, at, document, known)
    codes = members_of(entry, document, known.edition) or ()
    need = entry.get("need", {}).get("members", 0)
    if codes and need > len(codes):
        yield fault(pointer(*at, "need", "members"), "empty_scope", value=need, count=len(codes))
    for place, part in enumerate(entry.get("conditions", ())):
        yield from _condition_faults(part, (*at, "conditions", place), known)
        if part["metric"] == "value" and known.edition is not None:
            wrong = [c for c in codes if c in known.edition.nodes and not known.edition.nodes[c].is_indicator]
            for code in wrong[:1]:
                level = known.edition.nodes[code].level
                yield fault(pointer(*at, "conditions", place, "metric"), "not_an_indicator", value=code, level=level)


def _scope_faults(entry: Json, at: At, document: Json, known: KnownNames) -> Iterator[Finding]:
    sets, agencies = document.get("sets", {}), [agency["id"] for agency in document.get("agencies", ())]
    if "set" in entry and entry["set"] not in sets:
        yield unknown_fault(pointer(*at, "set"), "unknown_set", entry["set"], sets)
    if "led_by" in entry and entry["led_by"] not in agencies:
        yield unknown((*at, "led_by"), entry["led_by"], agencies)
    if known.edition is None:
        return
    levels = list(known.edition.levels)
    if "level" in entry and entry["level"] not in levels:
        yield unknown((*at, "level"), entry["level"], levels)
    if "led_by" in entry and entry["led_by"] in agencies and not members_of(entry, document, known.edition):
        yield fault(pointer(*at, "led_by"), "empty_scope", value=1, count=0)
    if "node" in entry and entry["node"] not in known.edition.nodes:
        yield unknown_fault(pointer(*at, "node"), "unknown_node", entry["node"], known.edition.nodes)


def members_of(entry: Json, document: Json, edition: Edition | None) -> tuple[str, ...] | None:
    """The codes that a target's entry is about, as far as document and edition say."""
    if "node" in entry:
        return (entry["node"],)
    if "set" in entry:
        members = document.get("sets", {}).get(entry["set"], {}).get("members")
        return tuple(members) if members else None
    if edition is None:
        return None
    if "level" in entry:
        return edition.codes(entry["level"])
    return led_codes(entry.get("led_by"), document.get("agencies", ()), edition)


def led_codes(agency: str | None, agencies: Sequence[Json], edition: Edition) -> tuple[str, ...]:
    """The indicators that an agency of a document leads."""
    patterns = [
        pattern
        for entry in agencies
        if entry["id"] == agency
        for duty in entry.get("duties", ())
        if duty["role"] == "lead"
        for pattern in duty.get("nodes", ())
    ]
    return tuple(code for code in edition.indicators if any(fnmatch.fnmatchcase(code, p) for p in patterns))


def _group_faults(at: At, name: str, groups: Sequence[str], known: KnownNames) -> Iterator[Finding]:
    # An edition that is not installed may bring peer sets of its own.
    if name not in groups and (known.edition is not None or misspelt(name, groups, least=ALIKE)):
        yield unknown(at, name, groups)


def _condition_faults(part: Mapping[str, Any], at: At, known: KnownNames) -> Iterator[Finding]:
    one, more = COMPARISONS[part["is"]]
    given = [key for key in one if key in part]
    if one and not given:
        yield fault(pointer(*at), "schema_required", rule=[one[0]])
    if len(given) > 1:
        yield fault(pointer(*at, given[1]), "needless_field", value=given[1], beside=given[0])
    for key in ("value", "range", "mean_of", "each", "unit"):
        if key in part and key not in (*one, *more):
            yield fault(pointer(*at, key), "needless_field", value=key, beside=part["is"])
    fitting = {"among": ("rank",), "of": ("rank",), "mean_of": ("score", "value"), "unit": ("score", "value")}
    for key, metrics in fitting.items():
        if key in part and part["metric"] not in metrics:
            yield fault(pointer(*at, key), "needless_field", value=key, beside=part["metric"])
    if "range" in part and part["range"][0] > part["range"][1]:
        yield fault(pointer(*at, "range"), "bad_range", value=part["range"])
    if "among" in part:
        yield from _group_faults((*at, "among"), part["among"], known.groups, known)
    names = part.get("mean_of", ())
    for name in [names] if isinstance(names, str) else names:
        yield from _group_faults((*at, "mean_of"), name, ["country", *known.groups], known)
    if "of" in part and known.areas is not None and "among" not in part and part["of"] != len(known.areas):
        yield fault(pointer(*at, "of"), "rank_of_count", value=part["of"], count=len(known.areas))
