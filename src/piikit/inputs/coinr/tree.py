"""The tree of a COINr project, from the rows of iMeta to the nodes of an edition document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from piikit.findings.finding import Finding
from piikit.findings.unknown import nearest, unknown
from piikit.framework.documents import Json
from piikit.framework.edition import INDICATOR
from piikit.inputs.coinr.meta import Meta
from piikit.inputs.coinr.names import plain

BETWEEN = {1: ("pillar",), 2: ("sub_index", "pillar"), 3: ("sub_index", "pillar", "sub_pillar")}
"""Names of the levels between the index and the indicators, from the top, by how many there are."""
TARGETED = "distance_to_target"


def in_tree(metas: Sequence[Meta], index: str | None) -> tuple[list[Meta], list[Finding]]:
    """The nodes under one index, and what is wrong with the tree.

    Raises:
        UsageError: no node named `index`.
    """
    nodes = [meta for meta in metas if meta.is_node]
    codes = [meta.code for meta in nodes]
    found = [
        Finding(
            code="coinr_unknown_parent",
            column=meta.code,
            params={"value": meta.parent, "near": nearest(meta.parent, codes)},
        )
        for meta in nodes
        if meta.parent is not None and meta.parent not in codes
    ]
    roots = [meta.code for meta in nodes if meta.parent is None]
    if index is not None:
        if index not in codes:
            raise unknown("code", index, codes)
        roots = [index]
    if len(roots) != 1:
        return nodes, [*found, Finding(code="coinr_roots", column="Parent", params={"n": len(roots), "value": roots})]
    if found:
        return nodes, found
    reached, size = {roots[0]}, 0
    while size < len(reached):
        size = len(reached)
        reached |= {meta.code for meta in nodes if meta.parent in reached}
    # What goes round in a circle hangs below no root; the edition says which, so it stays.
    outside = _under(nodes, [meta.code for meta in nodes if meta.parent is None or meta.code == index], reached)
    kept = [meta for meta in nodes if meta.code not in outside]
    if outside:
        left = [meta.code for meta in nodes if meta.code in outside]
        found.append(Finding(code="coinr_left_out", severity="warning", column=roots[0], params={"value": left}))
    return kept, [*found, *_uneven(kept, roots[0]), *_unused_directions(kept), *_unweighted(kept, roots[0])]


def _under(nodes: Sequence[Meta], roots: Sequence[str], reached: set[str]) -> set[str]:
    """What hangs below the roots and not below the one that was chosen."""
    hanging, size = set(roots) - reached, -1
    while size < len(hanging):
        size = len(hanging)
        hanging |= {meta.code for meta in nodes if meta.parent in hanging and meta.code not in reached}
    return hanging


def _uneven(nodes: Sequence[Meta], root: str) -> list[Finding]:
    levels = {meta.code: meta.level for meta in nodes}
    own = [meta for meta in nodes if meta.code != root and meta.parent is not None and meta.level is not None]
    skipping = [
        meta.code
        for meta in own
        if (above := levels.get(str(meta.parent))) is not None and above != (meta.level or 0) + 1
    ]
    if not skipping:
        return []
    return [Finding(code="coinr_uneven_levels", severity="info", column="Level", params={"value": skipping})]


def _unused_directions(nodes: Sequence[Meta]) -> list[Finding]:
    turned = [meta.code for meta in nodes if meta.kind == "Aggregate" and meta.direction == -1]
    params = {"value": turned}
    return [Finding(code="coinr_direction_unused", severity="warning", column="Direction", params=params)][
        : len(turned)
    ]


def _unweighted(nodes: Sequence[Meta], root: str) -> list[Finding]:
    bare = [meta.code for meta in nodes if meta.weight is None and meta.code != root]
    return [Finding(code="coinr_no_weight", severity="warning", column="Weight", params={"value": bare})][: len(bare)]


def level_names(nodes: Sequence[Meta], root: str) -> dict[float | None, str]:
    """What the levels of aggregates below the index are called."""
    levels = sorted(
        {meta.level for meta in nodes if meta.kind == "Aggregate" and meta.code != root and meta.level is not None},
        reverse=True,
    )
    names = BETWEEN.get(len(levels)) or tuple(f"level_{len(levels) + 1 - place}" for place in range(len(levels)))
    return {**dict(zip(levels, names, strict=True)), None: "aggregate"}


def node_entries(
    nodes: Sequence[Meta], codes: Mapping[str, str], units: Mapping[str, str], normalise: Any, index: str | None
) -> list[Json]:
    """The nodes of the edition document, the index first and the indicators last.

    Args:
        nodes: those under one index.
        codes: the code of the edition for each of iMeta.
        units: the unit of the edition for each text of `unit_text`.
        normalise: the method of the edition; targets of iMeta become its parameter where it takes one.
        index: the root that was chosen, which may have a parent outside.
    """
    root = index or next(meta.code for meta in nodes if meta.parent is None)
    names = level_names(nodes, root)
    entries: list[tuple[tuple[bool, bool, float], Json]] = []
    for meta in nodes:
        is_root = meta.code == root
        level = INDICATOR if meta.kind == "Indicator" else "index" if is_root else names[meta.level]
        entry: Json = {"code": codes[meta.code], "level": level}
        if not is_root and meta.parent is not None:
            entry["parent"] = codes[meta.parent]
            entry["weight"] = _whole(1.0 if meta.weight is None else meta.weight)
        if meta.name:
            entry["name"] = {"vi": meta.name, "en": meta.name}
        if meta.kind == "Indicator":
            entry["direction"] = "lower" if meta.direction == -1 else "higher"
            if (text := unit_text(meta)) is not None:
                entry["unit"] = units[text]
            if meta.denominator is not None:
                entry["denominator"] = codes[meta.denominator]
            if method_name(normalise) == TARGETED and meta.target is not None:
                given = normalise if isinstance(normalise, Mapping) else {"method": normalise}
                entry["normalise"] = {"target": _whole(meta.target), **given}
        entries.append(((not is_root, meta.kind == "Indicator", -(meta.level or 0)), entry))
    return [entry for _, entry in sorted(entries, key=lambda pair: pair[0])]


def method_name(use: Any) -> str | None:
    """The name of a method as documents write it."""
    return use.get("method") if isinstance(use, Mapping) else use


def _whole(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def unit_text(meta: Meta) -> str | None:
    """The unit of an indicator's values: that of the quotient where there is a denominator."""
    if meta.unit is None:
        return None
    return f"{meta.unit} / {meta.denominator}" if meta.denominator else meta.unit


def unit_ids(nodes: Sequence[Meta]) -> dict[str, str]:
    """A unit of the edition for each text."""
    found: dict[str, str] = {}
    for text in dict.fromkeys(unit_text(meta) for meta in nodes if meta.kind == "Indicator"):
        if text is None:
            continue
        base = "coinr." + (re.sub(r"[^a-z0-9_]+", "_", plain(text).lower()).strip("_") or "unit")
        name, n = base, 2
        while name in found.values():
            name, n = f"{base}_{n}", n + 1
        found[text] = name
    return found
