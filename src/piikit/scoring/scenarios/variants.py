"""Editions with the weights and methods that scenarios ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, evolve, field

from piikit.findings.faults import fault
from piikit.findings.finding import Finding
from piikit.findings.unknown import unknown_fault
from piikit.framework.build.edition_builder import rebuild
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.scoring.scenarios.document import DEFAULTS, OF_EDITION, Change

OF_INDICATORS = frozenset({"normalise", "treat", "impute"})
"""Steps of indicators; the others are of nodes with children."""
_PLACE = re.compile(r"/(?:nodes/(\d+)|(defaults))(?:/(\w+))?(.*)")

Laid = Iterable[tuple[str, Change]]


@define
class Variants:
    """The editions of a call's scenarios; scenarios that ask for the same share one.

    Attributes:
        found: what is wrong with the changes of weights and methods.
    """

    base: Edition
    catalogue: Catalogue
    found: list[Finding] = field(factory=list)
    known: dict[str, Edition] = field(factory=dict)

    def of(self, changes: Laid) -> Edition:
        """The edition with these changes of weights and methods; the base's own where they change nothing."""
        weights: dict[str, float] = {}
        methods: dict[str, Json] = {}
        at: dict[tuple[str, str], str] = {}
        for pointer, change in changes:
            if change.subject not in OF_EDITION or not self._known(pointer, change):
                continue
            if change.subject == "weight":
                self._weigh(pointer, change, weights)
                at[change.name, "weight"] = pointer
            else:
                self._steps(pointer, change)
                for step, wanted in change.figure.items():
                    methods.setdefault(change.name, {})[step] = wanted
                    at[change.name, step] = f"{pointer}/set/{step}"
        weights = {code: weight for code, weight in weights.items() if weight != self.base.nodes[code].weight}
        if not weights and not methods:
            return self.base
        key = json.dumps([weights, methods], sort_keys=True, default=str)
        if key not in self.known:
            self.known[key] = self._built(weights, methods, at)
        return self.known[key]

    def _known(self, pointer: str, change: Change) -> bool:
        nodes = self.base.nodes
        at = f"{pointer}/{change.subject}"
        if change.name in nodes or (change.subject == "method" and change.name == DEFAULTS):
            if change.subject == "weight" and change.name == self.base.root:
                self._fault(fault(at, "change_root_weight", value=change.name))
                return False
            return True
        names = [*nodes, DEFAULTS] if change.subject == "method" else list(nodes)
        self._fault(unknown_fault(at, "unknown_node", change.name, names))
        return False

    def _fault(self, item: Finding) -> None:
        if item not in self.found:
            self.found.append(item)

    def _weigh(self, pointer: str, change: Change, weights: dict[str, float]) -> None:
        before = weights.get(change.name, self.base.nodes[change.name].weight)
        operation, figure = change.operation, change.figure
        after = {"set": figure, "drop": 0.0}.get(operation)
        if after is None:
            after = before + figure if operation == "add" else before * figure
        if not 0 <= after < float("inf"):
            self._fault(fault(f"{pointer}/{operation}", "change_negative_weight", value=after, node=change.name))
            return
        weights[change.name] = after

    def _steps(self, pointer: str, change: Change) -> None:
        if change.name == DEFAULTS:
            return
        node = self.base.nodes[change.name]
        for step in change.figure:
            fits = node.is_indicator if step in OF_INDICATORS else bool(node.children)
            if not fits:
                params = {"value": step, "node": change.name, "level": node.level}
                self._fault(fault(f"{pointer}/set/{step}", "change_step", **params))

    def _built(
        self, weights: Mapping[str, float], methods: Mapping[str, Json], at: Mapping[tuple[str, str], str]
    ) -> Edition:
        document = self.base.document
        nodes: list[Json] = []
        for entry in document["nodes"]:
            own = dict(methods.get(entry["code"], {}))
            if entry["code"] in weights:
                own["weight"] = weights[entry["code"]]
            nodes.append({**entry, **own})
        changed: Json = {**document, "nodes": nodes}
        if DEFAULTS in methods:
            changed["defaults"] = {**document.get("defaults", {}), **methods[DEFAULTS]}
        edition, found = rebuild(changed, self.catalogue)
        for item in found:
            self._fault(evolve(item, column=self._pointer(str(item.column), nodes, at)))
        # An official index with other weights is no longer the official one.
        status = "local" if edition.status == "official" else edition.status
        return evolve(edition, status=status, areas=self.base.areas, groups=self.base.groups)

    def _pointer(self, column: str, nodes: list[Json], at: Mapping[tuple[str, str], str]) -> str:
        """The place in the scenario of a fault in the changed edition."""
        match = _PLACE.fullmatch(column)
        if match is None:
            return column
        place, _, step, rest = match.groups()
        code = nodes[int(place)]["code"] if place else DEFAULTS
        if step is not None:
            return at.get((code, step), column) + (rest or "")
        # What concerns the node itself: none of its children weighs anything.
        children = self.base.nodes[code].children if code in self.base.nodes else ()
        return next((at[child, "weight"] for child in reversed(children) if (child, "weight") in at), column)


def touched(change: Change, edition: Edition) -> tuple[str, ...]:
    """The nodes whose score a change of a weight or method touches first."""
    if change.subject == "weight":
        parent = edition.nodes[change.name].parent
        return (parent,) if parent is not None else ()
    if change.name != DEFAULTS:
        return (change.name,)
    return (
        edition.indicators
        if OF_INDICATORS & set(change.figure)
        else tuple(code for code, node in edition.nodes.items() if node.children)
    )


def steps_of(change: Change) -> Mapping[str, Any]:
    """The steps of a method change, and nothing of any other."""
    return change.figure if change.subject == "method" else {}
