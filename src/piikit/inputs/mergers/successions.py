"""Which areas of a list went into which of the list that replaced it, by what the two documents say."""

from __future__ import annotations

import polars as pl
from attrs import frozen

from piikit.findings.errors import DocumentError, UsageError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.framework.areas import AreaList

OWN = "own"
"""The id of a list that is written in an edition itself."""


@frozen(kw_only=True)
class Links:
    """The areas of one list with those of the next one that took them in.

    Attributes:
        former, current: the two lists.
        parts: target (code in the current list), area, name (of a part in the former one), n_parts; in the order of
            the current list and, within an area, of the former one. A code means nothing without its list.
    """

    former: AreaList
    current: AreaList
    parts: pl.DataFrame


def link(former: AreaList, current: AreaList, *, lang: Lang = "en") -> Links:
    """The parts of each area of a list, from `formed_from` of this list and `successor` of the one before.

    Raises:
        UsageError: the second list does not follow the first.
        DocumentError: an area without a successor, with several, or with two lists that say different things; a new
            area of which no part is known. All of them are named.
    """
    _check_follows(former, current)
    codes = {area.code: area.name for area in current.areas}
    successors: dict[str, list[str]] = {area.code: [] for area in former.areas}
    found: list[Finding] = []
    for place, area in enumerate(current.areas):
        for part in area.formed_from:
            if part in successors:
                successors[part].append(area.code)
            else:
                at = pointer("areas", place, "formed_from")
                found.append(fault(at, "unknown_area_code", value=[part]))
    for place, area in enumerate(former.areas):
        named, at = successors[area.code], pointer("areas", place)
        said = [area.successor] if area.successor else []
        every = [*dict.fromkeys([*named, *said])]
        params = {"name": area.name, "value": area.code, "list": current.id, "former": former.id}
        shown = [codes.get(code, code) for code in every]
        if not every:
            found.append(fault(at, "no_successor", **params))
        elif len(set(named)) > 1:
            found.append(fault(at, "several_successors", **params, successors=shown))
        elif len(every) > 1 or every[0] not in codes:
            found.append(fault(f"{at}/successor", "other_successor", **params, successors=shown))
        successors[area.code] = every[:1]
    taken = {codes_of[0] for codes_of in successors.values() if codes_of}
    for place, area in enumerate(current.areas):
        if area.code not in taken:
            params = {"name": area.name, "value": area.code, "list": current.id, "former": former.id}
            found.append(fault(pointer("areas", place), "no_former_area", **params))
    if found:
        raise DocumentError(Findings(found), title=f"{former.id} → {current.id}", lang=lang)
    return Links(former=former, current=current, parts=_parts(former, current, successors))


def _check_follows(former: AreaList, current: AreaList) -> None:
    if former.id == current.id and former.id != OWN:
        raise UsageError("merged_already", list=current.id)
    before, after = current.document.get("predecessor"), former.document.get("successor")
    told = any(area.formed_from for area in current.areas) or any(area.successor for area in former.areas)
    stranger = before is not None and former.id not in (before, OWN)
    if stranger or not told or (after is not None and after != current.id):
        code = "list_other_next" if after else "list_not_next"
        raise UsageError(code, current=current.id, former=former.id, next=after)


def _parts(former: AreaList, current: AreaList, successors: dict[str, list[str]]) -> pl.DataFrame:
    order = {code: place for place, code in enumerate(current.codes)}
    pairs = [(successors[area.code][0], area.code, area.name) for area in former.areas]
    pairs.sort(key=lambda pair: order[pair[0]])
    frame = pl.DataFrame(pairs, schema=dict.fromkeys(("target", "area", "name"), pl.String), orient="row")
    return frame.with_columns(pl.len().over("target").alias("n_parts"))
