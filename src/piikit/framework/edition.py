"""An edition: one year's framework as a tree of nodes with weights and methods, built from its document."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, field, frozen

from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang, Names, messages
from piikit.framework.areas import AreaList, PeerSet
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json, digest
from piikit.framework.indicator import Direction, Indicator, Unit
from piikit.framework.methods import Aggregate, Method, Normalise, Params

INDICATOR = "indicator"
"""The level of nodes that have values; all others have scores alone."""


EditionStatus = Literal["official", "reconstructed", "local"]
"""Whether an edition was issued, put together from public sources, or made for a use of one's own."""


@frozen(kw_only=True)
class MethodUse:
    """A method with the parameters that an edition gives it."""

    method: Method
    params: Params = field(factory=dict)
    groups: Mapping[str, MethodUse] = field(factory=dict)
    """Groups of areas that have a method of their own; of several that an area is in the first counts."""

    @property
    def name(self) -> str:
        """What documents call it."""
        return self.method.name

    def text(self) -> str:
        """The method and its parameters in one line."""
        params = ", ".join(f"{name} {value}" for name, value in self.params.items())
        own = f"{self.name} ({params})" if params else self.name
        return "; ".join([own, *(f"{group}: {use.text()}" for group, use in self.groups.items())])


@frozen(kw_only=True)
class Screen:
    """Which areas are set aside for want of data; each share is from 0 to 1.

    Attributes:
        min_available: the least share of the edition's indicators that have a value.
        min_nonzero: the least share of the values there that are not 0.
    """

    min_available: float = 0.0
    min_nonzero: float = 0.0


@frozen(kw_only=True)
class Node:
    """One place in the tree.

    Attributes:
        weight: its weight among its siblings; 0 is shown and not counted.
        indicator: the plugin indicator that gives its value; None where the value comes from the input column of
            the node's own code, or where the node is no indicator.
        treat, impute: of an indicator; None where nothing is done.
        screen: the edition's rule on areas with few data, of an indicator.
        denominator: the item, or the indicator, that its figure is divided by; `scale` multiplies the quotient.
        normalise: of an indicator; None elsewhere.
        aggregate: of a node with children; None elsewhere.
        min_coverage: the share of its weighted children that must be present, 0 to 1.
        evidence: how far the node is established; its meaning stands in the edition.
        assumed_direction: whether neither document nor plugin says which direction is better.

    >>> import piikit
    >>> node = piikit.edition("pii-2024").nodes["6.1.1"]
    >>> node.is_indicator, node.indicator.formula, node.evidence
    (True, 'patent_applications / population * 10000', 'named')
    """

    __module__ = "piikit"

    code: str
    level: str
    parent: str | None
    name: Names
    weight: float = 1.0
    unit: Unit | None = None
    direction: Direction = "higher"
    indicator: Indicator | None = None
    treat: MethodUse | None = None
    impute: MethodUse | None = None
    screen: Screen | None = None
    denominator: str | None = None
    scale: float = 1.0
    normalise: MethodUse | None = None
    aggregate: MethodUse | None = None
    missing: Literal["drop", "null"] = "drop"
    min_coverage: float = 0.0
    source: str | None = None
    evidence: str | None = None
    definition: Names | str | None = None
    data_year: str | None = None
    named_in: str | None = None
    note: Names | str | None = None
    assumed_direction: bool = False
    children: tuple[str, ...] = ()

    @property
    def is_indicator(self) -> bool:
        """Whether it has a value of its own."""
        return self.level == INDICATOR

    @property
    def prepared(self) -> bool:
        """Whether something is done to its values before they are normalised."""
        return self.treat is not None or self.impute is not None or self.screen is not None

    @property
    def needs(self) -> tuple[str, ...]:
        """The items that a value is computed from, its denominator among them."""
        items = self.indicator.item_names if self.indicator else ()
        return (*items, *((self.denominator,) if self.denominator and self.denominator not in items else ()))

    @property
    def formula(self) -> str | None:
        """How the value comes from items, its denominator included; None where it is given as it is."""
        own = self.indicator.formula if self.indicator else None
        if self.denominator is None:
            return own
        times = f" * {self.scale:g}" if self.scale != 1 else ""
        return f"{f'({own})' if own else self.code} / {self.denominator}{times}"

    @property
    def normaliser(self) -> Normalise:
        """The method of normalisation of an indicator."""
        assert self.normalise is not None and isinstance(self.normalise.method, Normalise)
        return self.normalise.method

    @property
    def aggregator(self) -> Aggregate:
        """The method of aggregation of a node with children."""
        assert self.aggregate is not None and isinstance(self.aggregate.method, Aggregate)
        return self.aggregate.method


@frozen(kw_only=True)
class RankRule:
    """How scores become ranks: rounded to `decimals` first, so that noise in the last bits makes no order."""

    decimals: int = 9
    ties: Literal["min", "max", "dense"] = "min"


@frozen(kw_only=True, repr=False)
class Edition:
    """A framework, checked and ready to be evaluated.

    Attributes:
        status: "official", "reconstructed" or "local".
        period: the period that fills a missing column of the data.
        nodes: by code, in tree order: a parent, then each child with all below it.
        areas: the areas it covers; None where it takes areas as they come.
        groups: peer sets by id, of the edition and of its area list.
        cohort: "period", or "panel" where bounds are taken over all periods.
        described: the JSON Schema of each raw item that the document itself describes, for its formulas.
        screen: which areas are set aside for want of data; None where none are.
        document: the whole document, overlays carried out.

    >>> import piikit
    >>> pii = piikit.edition("pii-2024")
    >>> pii
    <Edition pii-2024 (reconstructed): 52 indicators, 78 nodes>
    >>> pii.codes("pillar"), pii.path("1.1.2")
    (('1', '2', '3', '4', '5', '6', '7'), ('PII', 'IN', '1', '1.1', '1.1.2'))
    """

    __module__ = "piikit"

    id: str
    status: EditionStatus
    period: str
    title: Names
    sources: tuple[str, ...]
    nodes: dict[str, Node]
    areas: AreaList | None = None
    groups: Mapping[str, PeerSet] = field(factory=dict)
    rank: RankRule = RankRule()
    cohort: Literal["period", "panel"] = "period"
    screen: Screen | None = None
    display_decimals: int = 2
    doubts: tuple[Names, ...] = ()
    evidence_levels: Mapping[str, Names] = field(factory=dict)
    described: Mapping[str, Json] = field(factory=dict, repr=False)
    document: Json = field(repr=False, eq=False)
    memo: dict[Any, Any] = field(factory=dict, repr=False, eq=False, init=False)
    """Plans already worked out for this edition; only ever added to, so threads may share it."""

    def __repr__(self) -> str:
        counts = f"{len(self.indicators)} indicators, {len(self.nodes)} nodes"
        return f"<Edition {self.id} ({self.status}): {counts}>"

    @property
    def root(self) -> str:
        """The code of the index itself."""
        return next(iter(self.nodes))

    @functools.cached_property
    def indicators(self) -> tuple[str, ...]:
        """The codes of the indicators, in tree order."""
        return tuple(code for code, node in self.nodes.items() if node.is_indicator)

    @functools.cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels, from the index down."""
        return tuple(dict.fromkeys(node.level for node in self.nodes.values()))

    @functools.cached_property
    def heights(self) -> Mapping[str, int]:
        """How many steps each node is above the farthest node below it; 0 for nodes without children."""
        found: dict[str, int] = {}
        for code in reversed(self.nodes):
            children = self.nodes[code].children
            found[code] = 1 + max(found[child] for child in children) if children else 0
        return found

    @functools.cached_property
    def leaves(self) -> Mapping[str, tuple[str, ...]]:
        """The indicators at or below each node."""
        found: dict[str, tuple[str, ...]] = {}
        for code in reversed(self.nodes):
            node = self.nodes[code]
            below = tuple(leaf for child in node.children for leaf in found[child])
            found[code] = (code,) if node.is_indicator else below
        return found

    @functools.cached_property
    def items(self) -> frozenset[str]:
        """The raw items that the indicators are computed from."""
        return frozenset(item for node in self.nodes.values() for item in node.needs) - set(self.indicators)

    def group(self, name: str) -> PeerSet | None:
        """A set of peers by its id, or by the text column that it goes by."""
        return self.groups.get(name) or next((peers for peers in self.groups.values() if peers.column == name), None)

    @functools.cached_property
    def digest(self) -> str:
        """A hash of all that decides its results: the document and its area list."""
        return digest([self.document, self.areas.document if self.areas else None])

    def within(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with the items that the edition describes; the same object for the same catalogue."""
        if not self.described:
            return catalogue
        known = self.memo.get("within")
        if known is None or known[0] is not catalogue:
            units = self.document.get("units", {})
            known = catalogue, evolve(catalogue.with_units(units), items={**catalogue.items, **self.described})
            self.memo["within"] = known
        extended: Catalogue = known[1]
        return extended

    def codes(self, level: str | None = None) -> tuple[str, ...]:
        """The codes of all nodes, or of one level, in tree order."""
        return tuple(code for code, node in self.nodes.items() if level in (None, node.level))

    def use_in(self, use: MethodUse, row: Mapping[str, Any]) -> MethodUse:
        """The method that holds for an area's row: that of the first group it is in, or else the node's."""
        for name, own in use.groups.items():
            peers = self.groups[name]
            inside = row["area"] in peers.areas if peers.areas is not None else row.get(peers.column or name)
            if inside:
                return own
        return use

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the index down to a node."""
        node = self.nodes[code]
        return (*(self.path(node.parent) if node.parent else ()), code)

    def notices(self) -> Findings:
        """What every reader of a result must know of the edition itself; the warning on its status comes first."""
        found: list[Finding] = []
        evidence = Counter(self.nodes[code].evidence or "unstated" for code in self.indicators)
        if self.status == "reconstructed":
            counts = {lang: _evidence_counts(evidence, lang) for lang in ("vi", "en")}
            found.append(
                Finding(
                    code="reconstructed_edition",
                    severity="warning",
                    column=self.root,
                    params={"edition": self.id, "total": len(self.indicators), "counts": counts},
                )
            )
        if "base_areas" in self.document and self.areas is not None:
            areas = self.areas.title or self.areas.id
            params = {"edition": self.id, "base": self.document["base"], "areas": areas}
            found.append(Finding(code="counterfactual_areas", severity="warning", column=self.root, params=params))
        for code in self.indicators:
            node = self.nodes[code]
            if node.evidence == "provisional":
                found.append(
                    Finding(code="provisional_indicator", severity="info", column=code, params={"name": node.name})
                )
            if node.assumed_direction:
                found.append(Finding(code="assumed_direction", severity="warning", column=code))
        return Findings(found)


def _evidence_counts(evidence: Counter[str], lang: Lang) -> str:

    words = messages(lang)
    return ", ".join(f"{count} {words.text(f'evidence.{level}')}" for level, count in evidence.most_common())


def describe(edition: Edition) -> dict[str, Any]:
    """What `piikit.editions()` lists of an edition."""
    return {
        "id": edition.id,
        "status": edition.status,
        "period": edition.period,
        "title": edition.title,
        "areas": edition.areas.id if edition.areas else None,
        "n_areas": len(edition.areas) if edition.areas else None,
        "n_indicators": len(edition.indicators),
        "n_nodes": len(edition.nodes),
    }


EditionLike = str | Path | Mapping[str, Any] | Edition
"""An edition: the id of an installed one, the path of a document, the document itself, or an Edition."""
