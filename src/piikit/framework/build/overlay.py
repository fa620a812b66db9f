"""Overlays: an edition document that says only what it adds to, removes from or changes in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve

from piikit.findings.errors import DocumentError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.findings.unknown import unknown_fault
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json, schema_faults

_OWN = {"$schema", "extends", "add", "remove", "change"}
_MERGED = ("defaults", "rank", "groups", "units", "evidence_levels")


def resolve(document: Json, catalogue: Catalogue, *, lang: Lang = "en", seen: tuple[str, ...] = ()) -> Json:
    """A document with its `extends` carried out; one without is returned as it is.

    Raises:
        DocumentError: a document of the chain breaks the schema, the base is unknown or extends itself, or a change
            names a node that is not there.
    """
    name = str(document.get("id", "edition"))
    # The form of what stands in the catalogue was looked at when it came there.
    found = Findings() if document is catalogue.editions.get(name) else schema_faults(document, "edition.schema.json")
    base_id = document.get("extends")
    if found or base_id is None:
        if found:
            raise DocumentError(found, title=name, lang=lang)
        return document
    if base_id in (*seen, name):
        found += [fault("/extends", "extends_itself", value=base_id)]
    elif base_id not in catalogue.editions:
        found += [
            unknown_fault("/extends", "unknown_edition", base_id, catalogue.editions, known=sorted(catalogue.editions))
        ]
    if found:
        raise DocumentError(found, title=name, lang=lang)
    base = resolve(catalogue.editions[base_id], catalogue, lang=lang, seen=(*seen, name))
    merged, faults = _merge(base, document)
    if faults:
        raise DocumentError(Findings(faults), title=name, lang=lang)
    return merged


def _merge(base: Json, overlay: Json) -> tuple[Json, list[Finding]]:
    found: list[Finding] = []
    nodes: dict[str, dict[str, Any]] = {node["code"]: dict(node) for node in base["nodes"]}
    for place, code in enumerate(overlay.get("remove", [])):
        if code not in nodes:
            found.append(_no_node(pointer("remove", place), code, nodes))
            continue
        for gone in _with_descendants(code, nodes):
            del nodes[gone]
    for code, change in overlay.get("change", {}).items():
        if code not in nodes:
            found.append(_no_node(pointer("change", code), code, nodes))
            continue
        nodes[code].update(change)
    for place, node in enumerate(overlay.get("add", [])):
        if node["code"] in nodes:
            found.append(fault(pointer("add", place, "code"), "duplicate_code", value=node["code"]))
        nodes[node["code"]] = dict(node)
    merged = {**base, **{key: value for key, value in overlay.items() if key not in _OWN}}
    for key in _MERGED:
        if key in base and key in overlay:
            merged[key] = {**base[key], **overlay[key]}
    if "sources" in overlay:
        merged["sources"] = [*base["sources"], *(s for s in overlay["sources"] if s not in base["sources"])]
    # An overlay of an official edition is not official; one of a reconstructed edition stays reconstructed.
    if "status" not in overlay:
        merged["status"] = "local" if base["status"] == "official" else base["status"]
    merged["nodes"] = list(nodes.values())
    merged["base"] = base["id"]
    if merged.get("areas") != base.get("areas") and isinstance(base.get("areas"), str):
        # The same framework on other areas than its own: every result must say so.
        merged.setdefault("base_areas", base["areas"])
    return merged, found


def as_written(found: Iterable[Finding], document: Json, resolved: Json) -> Findings:
    """Faults of a document whose overlays are carried out, where they stand in the document as it was handed in.

    Args:
        found: with pointers into `resolved`.
        document: as handed in.
        resolved: what `resolve` made of it.
    """
    if "extends" not in document:
        return Findings(found)
    added = {node["code"]: place for place, node in enumerate(document.get("add", []))}
    changes = document.get("change", {})

    def place(at: str) -> str:
        match = re.fullmatch(r"/nodes/(\d+)((?:/([^/]*))?.*)", at)
        code = resolved["nodes"][int(match[1])]["code"] if match else ""
        if match and code in added:
            return pointer("add", added[code]) + match[2]
        if match and match[3] in changes.get(code, ()):
            return pointer("change", code) + match[2]
        return at

    return Findings(evolve(item, column=place(item.column or "")) for item in found)


def _with_descendants(code: str, nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    gone = [code]
    for candidate in gone:
        gone += [key for key, node in nodes.items() if node.get("parent") == candidate]
    return gone


def _no_node(at: str, code: str, nodes: Mapping[str, Any]) -> Finding:
    return unknown_fault(at, "unknown_node", code, nodes)
