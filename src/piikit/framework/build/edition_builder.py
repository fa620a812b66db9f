"""From an edition document to an Edition: every fault at once, each with its JSON pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define, evolve, field

from piikit.findings.errors import DocumentError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding
from piikit.findings.messages import Lang
from piikit.findings.unknown import misspelt, unknown_fault
from piikit.framework.areas import AreaList, PeerSet, own_list
from piikit.framework.build.method_groups import method_groups, with_areas
from piikit.framework.build.overlay import as_written, resolve
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json
from piikit.framework.edition import Edition, MethodUse, Node, RankRule, Screen
from piikit.framework.formula import Own, own_indicators
from piikit.framework.methods import Impute, Treat

DEFAULTS: Mapping[str, Any] = {
    "aggregate": "mean",
    "normalise": "min_max",
    "treat": "none",
    "impute": "none",
    "missing": "drop",
    "min_coverage": 0,
    "cohort": "period",
}
"""What an edition means where it is silent; the contract of edition documents."""


def build_edition(document: Json, catalogue: Catalogue, *, lang: Lang = "en") -> Edition:
    """An edition from its document.

    Raises:
        DocumentError: with every fault: of the schema, or else of the tree, the methods, the units and the names.
    """
    given, document = document, resolve(document, catalogue, lang=lang)
    known = catalogue.with_units(document.get("units", {}))
    builder = _Builder(document=document, catalogue=known, own=own_indicators(document, known))
    edition = builder.edition()
    if builder.found:
        raise DocumentError(as_written(builder.found, given, document), title=document["id"], lang=lang)
    return edition


def rebuild(document: Json, catalogue: Catalogue) -> tuple[Edition, list[Finding]]:
    """An edition from a whole document whose form is sound, and what is wrong with it; for what scenarios change."""
    known = catalogue.with_units(document.get("units", {}))
    builder = _Builder(document=document, catalogue=known, own=own_indicators(document, known))
    return builder.edition(), builder.found


@define
class _Builder:
    document: Json
    catalogue: Catalogue
    own: Own
    found: list[Finding] = field(factory=list)
    areas: AreaList | None = None

    def edition(self) -> Edition:
        document = self.document
        self.found += self.own.found
        areas = self.areas = self._areas()
        order = self._tree_order()
        screen = Screen(**document["screen"]) if "screen" in document else None
        nodes = {code: self._node(place, order[code]) for code, place in self._places(order).items()}
        nodes = {code: evolve(node, screen=screen) if node.is_indicator else node for code, node in nodes.items()}
        for place, entry in enumerate(document["nodes"]):
            if entry["code"] not in nodes:
                self._node(place, ())  # outside the tree: read for its own faults alone
        return Edition(
            id=document["id"],
            status=document["status"],
            period=document["period"],
            title=document["title"],
            sources=tuple(document["sources"]),
            nodes=nodes,
            areas=areas,
            groups=self._with_columns(self._groups(areas)),
            rank=RankRule(**document.get("rank", {})),
            cohort=self._default("cohort"),
            screen=screen,
            display_decimals=document.get("display_decimals", 2),
            doubts=tuple(document.get("doubts", ())),
            evidence_levels=document.get("evidence_levels", {}),
            described=self.own.items,
            document=document,
        )

    def _default(self, key: str) -> Any:
        return self.document.get("defaults", {}).get(key, DEFAULTS[key])

    def _fault(self, at: str, code: str, **params: Any) -> None:
        self.found.append(fault(at, code, **params))

    # -- the tree ------------------------------------------------------------------------------------------------

    def _places(self, order: Iterable[str]) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, node in enumerate(self.document["nodes"]):
            places.setdefault(node["code"], place)
        return {code: places[code] for code in order}

    def _tree_order(self) -> dict[str, tuple[str, ...]]:
        """Codes in tree order with the children of each; faults for all that makes no tree."""
        entries = self.document["nodes"]
        codes = [entry["code"] for entry in entries]
        children: dict[str, list[str]] = {code: [] for code in codes}
        roots: list[str] = []
        for place, entry in enumerate(entries):
            code, parent = entry["code"], entry.get("parent")
            if code in codes[:place]:
                self._fault(pointer("nodes", place, "code"), "duplicate_code", value=code)
            elif parent is None:
                roots.append(code)
            elif parent not in children:
                self.found.append(unknown_fault(pointer("nodes", place, "parent"), "orphan", parent, codes, node=code))
            else:
                children[parent].append(code)
        if len(roots) != 1:
            self._fault("/nodes", "several_roots" if roots else "no_root", value=roots)
        reached: list[str] = []
        stack = roots[::-1]
        while stack:
            code = stack.pop()
            reached.append(code)
            stack += children[code][::-1]
        for code in dict.fromkeys(code for code in codes if code not in reached):
            self._cycle_fault(code, entries, codes)
        # What the index does not reach is named above; the tree itself is what it reaches.
        return {code: tuple(children[code]) for code in reached}

    def _cycle_fault(self, code: str, entries: list[Json], codes: list[str]) -> None:
        parents = {entry["code"]: entry.get("parent") for entry in entries}
        seen = [code]
        while (above := parents.get(seen[-1])) is not None and above not in seen:
            seen.append(above)
        if above == code:
            self._fault(pointer("nodes", codes.index(code), "parent"), "cycle", value=[*seen, code])

    # -- a node --------------------------------------------------------------------------------------------------

    def _node(self, place: int, children: tuple[str, ...]) -> Node:
        entry = self.document["nodes"][place]
        node = Node(
            code=entry["code"],
            level=entry["level"],
            parent=entry.get("parent"),
            name=entry.get("name", {}),
            weight=float(entry.get("weight", 1)),
            missing=entry.get("missing", self._default("missing")),
            min_coverage=float(entry.get("min_coverage", self._default("min_coverage"))),
            source=entry.get("source"),
            evidence=entry.get("evidence"),
            definition=entry.get("definition"),
            data_year=entry.get("data_year"),
            named_in=entry.get("named_in"),
            note=entry.get("note"),
            children=children,
        )
        if node.is_indicator:
            node = self._indicator(node, entry, place)
        elif "denominator" in entry or "scale" in entry:
            key = "denominator" if "denominator" in entry else "scale"
            self._fault(pointer("nodes", place, key), "not_an_indicator", value=node.code, level=node.level)
        elif "indicator" in entry:
            self._fault(pointer("nodes", place, "indicator"), "not_an_indicator", value=node.code, level=node.level)
        if children:
            node = self._parent(node, entry, place)
        if not node.name:
            node = evolve(node, name={"vi": node.code, "en": node.code})
        return node

    def _indicator(self, node: Node, entry: Json, place: int) -> Node:
        if node.children:
            self._fault(
                pointer("nodes", place), "indicator_with_children", value=node.code, children=list(node.children)
            )
        wanted = entry.get("indicator", node.code)
        plugin = self.own.indicators.get(place, self.catalogue.indicators.get(wanted))
        if plugin is None and "indicator" in entry:
            at = pointer("nodes", place, "indicator")
            self.found.append(unknown_fault(at, "unknown_indicator", wanted, self.catalogue.indicators))
        unit = entry.get("unit", plugin.unit if plugin else None)
        if unit is not None and unit not in self.catalogue.units:
            at = pointer("nodes", place, "unit")
            self.found.append(unknown_fault(at, "unknown_unit", unit, self.catalogue.units))
        direction = entry.get("direction", plugin.direction if plugin else None)
        treat, impute = (self._method(step, entry, place) for step in ("treat", "impute"))
        self._denominator(node, entry, place)
        return evolve(
            node,
            indicator=plugin,
            treat=treat if treat is not None and isinstance(treat.method, Treat) else None,
            impute=impute if impute is not None and isinstance(impute.method, Impute) else None,
            denominator=entry.get("denominator"),
            scale=float(entry.get("scale", 1)),
            name=node.name or (plugin.name if plugin else {}),
            unit=self.catalogue.units.get(unit) if unit else None,
            direction=direction or "higher",
            assumed_direction=direction is None,
            source=node.source or (plugin.source if plugin else None),
            note=node.note or (plugin.note if plugin else None),
            normalise=self._method("normalise", entry, place),
        )

    def _denominator(self, node: Node, entry: Json, place: int) -> None:
        if entry.get("denominator") == node.code:
            self._fault(pointer("nodes", place, "denominator"), "own_denominator", value=node.code)
        if "scale" in entry and "denominator" not in entry:
            self._fault(pointer("nodes", place, "scale"), "scale_alone", value=entry["scale"], node=node.code)

    def _parent(self, node: Node, entry: Json, place: int) -> Node:
        nodes = {other["code"]: other for other in self.document["nodes"]}
        if not any(nodes[child].get("weight", 1) > 0 for child in node.children):
            self._fault(pointer("nodes", place), "no_weight", value=node.code)
        return evolve(node, aggregate=self._method("aggregate", entry, place))

    def _method(self, step: str, entry: Json, place: int) -> MethodUse | None:
        own = step in entry
        given = entry[step] if own else self._default(step)
        at = pointer("nodes", place, step) if own else pointer("defaults", step)
        use = self._use(step, given, at)
        if use is not None and isinstance(given, dict) and step in ("normalise", "aggregate"):
            groups = method_groups(given.get("groups", {}), step, at, self.document, self.areas, self._use)
            self.found += [item for item in groups.found if item not in self.found]
            use = evolve(use, groups=groups.uses)
        return use

    def _use(self, step: str, given: Any, at: str) -> MethodUse | None:
        name = given if isinstance(given, str) else given["method"]
        params = {} if isinstance(given, str) else {key: value for key, value in given.items() if key != "method"}
        if step in ("normalise", "aggregate"):
            params.pop("groups", None)
        method = self.catalogue.methods.get((step, name))
        if method is None:
            known = self.catalogue.method_names(step)
            item = unknown_fault(at, "unknown_method", name, known, step=step, known=known)
            if item not in self.found:
                self.found.append(item)
            return None
        wrong = [item for item in method.faults(params, at) if item not in self.found]
        if not wrong:
            params, wrong = with_areas(method, params, at, self.areas)
            wrong = [item for item in wrong if item not in self.found]
        self.found += wrong
        return None if wrong else MethodUse(method=method, params=method.filled(params))

    # -- areas and groups ----------------------------------------------------------------------------------------

    def _areas(self) -> AreaList | None:
        given = self.document.get("areas")
        if given is None:
            return None
        if isinstance(given, str):
            if given not in self.catalogue.areas:
                self._fault("/areas", "unknown_area_list", value=given, known=sorted(self.catalogue.areas))
            return self.catalogue.areas.get(given)
        areas, found = own_list(given, ("areas",))
        self.found += found
        shipped = self.catalogue.areas.get(areas.id)
        if shipped is not None and shipped.document != areas.document:
            # Codes mean something by the id of their list: no other list may bear it.
            self._fault("/areas/id", "duplicate_code", value=areas.id)
        return areas

    def _groups(self, areas: AreaList | None) -> dict[str, PeerSet]:
        groups: dict[str, PeerSet] = dict(areas.groups) if areas else {}
        if areas and any(area.region for area in areas.areas):
            groups["region"] = PeerSet(name={"vi": "vùng", "en": "region"}, column="region")
        for key, group in self.document.get("groups", {}).items():
            members = group.get("areas")
            groups[key] = PeerSet(
                name=group["name"], areas=tuple(members) if members is not None else None, column=group.get("column")
            )
            unknown = sorted(set(members or ()) - set(areas.codes)) if areas else []
            if unknown:
                self._fault(pointer("groups", key, "areas"), "unknown_area_code", value=unknown)
        return groups

    def _with_columns(self, groups: dict[str, PeerSet]) -> dict[str, PeerSet]:
        """The groups, and a text column of the data for each that a method of imputation names and no group is."""
        found = dict(groups)
        columns = {peers.column for peers in groups.values()}
        for at, name in self._named_groups():
            near = misspelt(name, groups, least=0.6)
            if name in found or name in columns:
                continue
            if near is not None:
                self._fault(at, "unknown_group", value=name, near=near)
            else:
                found[name] = PeerSet(name={"vi": name, "en": name}, column=name)
        return found

    def _named_groups(self) -> list[tuple[str, str]]:
        places = [(pointer("defaults", "impute"), self.document.get("defaults", {}).get("impute"))]
        places += [(pointer("nodes", n, "impute"), e.get("impute")) for n, e in enumerate(self.document["nodes"])]
        return [
            (f"{at}/group", use["group"])
            for at, use in places
            if isinstance(use, dict) and isinstance(use.get("group"), str)
        ]
