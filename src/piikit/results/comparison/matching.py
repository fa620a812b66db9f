"""Which area and which node of one result are those of the other: codes alone do not say it.

A code of an area means a unit only together with its list, and the code of an indicator changes its meaning between
editions (2.1.2 of PII is pupils in contests in 2024 and national prizes in 2025).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import polars as pl
from attrs import frozen

from piikit.findings.errors import UsageError
from piikit.findings.messages import Phrase
from piikit.framework.areas import AreaList, plain_name
from piikit.framework.edition import Edition, Node
from piikit.results.comparison.sides import Side

Status = Literal["same", "merged", "only_here", "only_there"]
AREAS = pl.Schema(dict.fromkeys(("area", "area_name", "other_area", "other_name", "status"), pl.String()))


def same_areas(edition: Edition, other: Edition) -> bool:
    """Whether both have the same list of areas, or both take areas as they come: ranks then compare."""
    ours, theirs = edition.areas, other.areas
    if ours is None or theirs is None:
        return ours is theirs
    return ours is theirs or (ours.id == theirs.id and ours.areas == theirs.areas)


def match_areas(side: Side, other: Side) -> pl.DataFrame:
    """Which areas of two results are the same unit.

    Of two lists of which one follows the other, an area is the same where the later list forms it from that one alone,
    and it went into no other; the others are merged. Of lists that do not know of each other, areas are the same where
    code and name agree, and no list says that the area was merged.

    Returns:
        area, area_name, other_area, other_name, status: "same"; "merged", a row for each part; "only_here" and
        "only_there" for areas without a counterpart. Only areas that the results have rows of.
    """
    ours, theirs = (dict(one.wide.select("area", "area_name").iter_rows()) for one in (side, other))
    if same_areas(side.edition, other.edition):
        links: Iterable[tuple[str, str, Status]] = [(code, code, "same") for code in ours]
    else:
        links = _links(side.edition.areas, other.edition.areas, ours, theirs)
    rows = [
        (code, ours[code], there, theirs[there], status)
        for code, there, status in links
        if code in ours and there in theirs
    ]
    linked, linked_there = {row[0] for row in rows}, {row[2] for row in rows}
    alone = [(code, name, None, None, "only_here") for code, name in ours.items() if code not in linked]
    there_alone = [(None, None, code, name, "only_there") for code, name in theirs.items() if code not in linked_there]
    order = {code: place for place, code in enumerate(ours)}
    found = sorted([*rows, *alone], key=lambda row: order[row[0]])
    return pl.DataFrame([*found, *there_alone], schema=AREAS, orient="row")


def _links(
    ours: AreaList | None, theirs: AreaList | None, here: dict[str, str], there: dict[str, str]
) -> Iterable[tuple[str, str, Status]]:
    if ours is not None and theirs is not None:
        if _follows(theirs, ours):
            return _succession(ours, theirs)
        if _follows(ours, theirs):
            return [(code, former, status) for former, code, status in _succession(theirs, ours)]
        return _alike(ours, theirs)
    if ours is not None:
        return _named(ours, there)
    assert theirs is not None
    return [(code, place, status) for place, code, status in _named(theirs, here)]


def _follows(later: AreaList, earlier: AreaList) -> bool:
    return later.document.get("predecessor") == earlier.id or earlier.document.get("successor") == later.id


def _succession(earlier: AreaList, later: AreaList) -> list[tuple[str, str, Status]]:
    """Each area of the earlier list with those of the later one that it went into."""
    known = set(earlier.codes)
    parts = {area.code: {code for code in area.formed_from if code in known} for area in later.areas}
    for former in earlier.areas:
        if former.successor in parts:
            parts[former.successor].add(former.code)
    taken = [code for formers in parts.values() for code in formers]
    return [
        (former, code, "same" if len(formers) == 1 and taken.count(former) == 1 else "merged")
        for code, formers in parts.items()
        for former in sorted(formers)
    ]


def _alike(ours: AreaList, theirs: AreaList) -> list[tuple[str, str, Status]]:
    beside = {area.code: area for area in theirs.areas}
    found: list[tuple[str, str, Status]] = []
    for area in ours.areas:
        twin = beside.get(area.code)
        if twin is None:
            continue
        names = {plain_name(text) for text in (area.name, *area.aliases)}
        if names.isdisjoint(plain_name(text) for text in (twin.name, *twin.aliases)):
            continue
        whole = len(area.formed_from) <= 1 and len(twin.formed_from) <= 1
        found.append((area.code, twin.code, "same" if whole else "merged"))
    return found


def _named(areas: AreaList, texts: dict[str, str]) -> list[tuple[str, str, Status]]:
    """Areas of a list beside areas taken as they come: what the list reads their names as."""
    meant = {text: areas.get(name) for text, name in texts.items()}
    codes = [area.code for area in meant.values() if area is not None]
    return [
        (area.code, text, "same") for text, area in meant.items() if area is not None and codes.count(area.code) == 1
    ]


def compared_areas(side: Side, other: Side) -> pl.DataFrame:
    """The areas that are the same unit in both: area, other_area.

    Raises:
        UsageError: there is none.
    """
    same = match_areas(side, other).filter(pl.col("status") == "same").select("area", "other_area")
    if same.is_empty():
        lists = [one.edition.areas.id if one.edition.areas else Phrase("usage.no_areas") for one in (side, other)]
        names = {"edition": side.edition.id, "other": other.edition.id}
        raise UsageError("no_unit_in_common", **names, areas=lists[0], other_areas=lists[1])
    return same


@frozen(kw_only=True)
class Codes:
    """Which node of one edition is which of the other.

    Attributes:
        pairs: code to the other edition's code.
        clashes: codes that both have for different things.
    """

    pairs: dict[str, str]
    clashes: tuple[str, ...]


def match_codes(edition: Edition, other: Edition) -> Codes:
    """The nodes that are the same in two editions.

    A node above the indicators is the same where its code is. An indicator is the same where code and indicator (the
    plugin's name) are, or, where its code changed, where its indicator is and stands once in each edition; not where
    the units differ.
    """
    if edition is other or edition.nodes is other.nodes:
        return Codes(pairs={code: code for code in edition.nodes}, clashes=())
    pairs = {
        code: code for code, node in edition.nodes.items() if code in other.nodes and _same(node, other.nodes[code])
    }
    taken = set(pairs.values())
    left, free = (_by_indicator(one, leave_out) for one, leave_out in ((edition, set(pairs)), (other, taken)))
    for name, codes in left.items():
        there = free.get(name, [])
        if len(codes) == 1 and len(there) == 1 and _same_unit(edition.nodes[codes[0]], other.nodes[there[0]]):
            pairs[codes[0]] = there[0]
    clashes = tuple(code for code in edition.nodes if code in other.nodes and code not in pairs)
    return Codes(pairs={code: pairs[code] for code in edition.nodes if code in pairs}, clashes=clashes)


def _same(node: Node, other: Node) -> bool:
    if not node.is_indicator or not other.is_indicator:
        return node.is_indicator == other.is_indicator
    return _identity(node) == _identity(other) and _same_unit(node, other)


def _identity(node: Node) -> str:
    return node.indicator.code if node.indicator else node.code


def _same_unit(node: Node, other: Node) -> bool:
    return node.unit is None or other.unit is None or node.unit.id == other.unit.id


def _by_indicator(edition: Edition, leave_out: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in edition.indicators:
        indicator = edition.nodes[code].indicator
        if indicator is not None and code not in leave_out:
            found.setdefault(indicator.code, []).append(code)
    return found
