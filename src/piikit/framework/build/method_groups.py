"""What a document says of a method beyond its own parameters: groups of areas with another one, areas by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from piikit.findings.faults import fault
from piikit.findings.finding import Finding
from piikit.findings.messages import Phrase
from piikit.findings.unknown import unknown_fault
from piikit.framework.areas import AreaList
from piikit.framework.documents import Json
from piikit.framework.edition import MethodUse
from piikit.framework.methods import Aggregate, Method, Params


@frozen(kw_only=True)
class Groups:
    """The groups of areas that have a method of their own, and what is wrong with them."""

    uses: Mapping[str, MethodUse]
    found: list[Finding] = field(factory=list)


def method_groups(
    given: Any,
    step: str,
    at: str,
    document: Json,
    areas: AreaList | None,
    read: Callable[[str, Any, str], MethodUse | None],
) -> Groups:
    """The methods of groups of areas, as a method's `groups` names them.

    Args:
        given: what stands in the document: a method a group.
        step: "normalise" or "aggregate".
        at: the JSON pointer of the method.
        document: the edition, for its groups.
        areas: its areas, for theirs.
        read: reads one method.
    """
    at = f"{at}/groups"
    if not isinstance(given, dict) or not all(
        isinstance(own, str) or (isinstance(own, dict) and isinstance(own.get("method"), str)) for own in given.values()
    ):
        return Groups(uses={}, found=[fault(at, "bad_method_groups", value=given)])
    regions = areas is not None and any(area.region for area in areas.areas)
    named = {name for name, group in document.get("groups", {}).items() if "areas" in group}
    known = sorted({*named, *(areas.groups if areas else ()), *(("region",) if regions else ())})
    uses: dict[str, MethodUse] = {}
    found: list[Finding] = []
    for name, own in given.items():
        place = f"{at}/{name}"
        if isinstance(own, dict) and "groups" in own:
            found.append(fault(place, "bad_method_groups", value=own["groups"]))
            continue
        if name not in known:
            found.append(unknown_fault(place, "unknown_method_group", name, known, known=known))
            continue
        use = read(step, own, place)
        if use is None:
            continue
        if isinstance(use.method, Aggregate) and use.method.score is None:
            # It compares areas with each other; its figures beside another method's would mean nothing.
            reason = Phrase("method_fault.pairs_for_a_group")
            found.append(fault(place, "bad_parameter", value=name, method=use.name, reason=reason))
            continue
        uses[name] = use
    return Groups(uses=uses, found=found)


def with_areas(method: Method, given: Params, at: str, areas: AreaList | None) -> tuple[dict[str, Any], list[Finding]]:
    """The parameters with areas by their code, where the edition lists its areas; else as they were written."""
    params, found = dict(given), []
    for name in method.areas:
        if areas is None or name not in params:
            continue
        text = params[name]
        places = areas.match(text)
        if len(places) == 1:
            params[name] = areas.areas[places[0]].code
        else:
            names = [area.name for area in areas.areas]
            found.append(unknown_fault(f"{at}/{name}", "unknown_method_area", text, names, method=method.name))
    return params, found
