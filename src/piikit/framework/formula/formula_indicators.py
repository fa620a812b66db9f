"""Indicators that an edition document defines by formulas, with the raw items that it describes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from attrs import define, field, frozen

from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding
from piikit.findings.unknown import unknown_fault
from piikit.framework.catalogue import Catalogue
from piikit.framework.documents import Json
from piikit.framework.formula.expression import computed, divisors, expression
from piikit.framework.formula.parser import RESERVED, parse
from piikit.framework.formula.tree import Tree, items_of, written
from piikit.framework.indicator import Indicator

COLUMNS = frozenset(
    {
        "area",
        "area_name",
        "period",
        "scenario",
        "region",
        "status",
        "source",
        "evidence",
        "unit",
        "data_year",
        "date",
        "agency",
        "contact",
        "revision",
        "merged_from",
        "item",
        "indicator",
        "value",
        "code",
        "place",
        "complete",
        "ref_area",
        "time_period",
        "province",
        "year",
        "edition",
        "edition_status",
        "warning",
    }
)
"""What columns of tables are called that hold no item."""
NEEDED = ("name", "unit", "direction")
"""What a node with a formula must say, since no plugin says it."""


@frozen(kw_only=True)
class Formulated(Indicator):
    """An indicator whose value is a formula of an edition document.

    Two editions with the same formula have the same indicator, whatever its code in their trees: its name is the
    formula itself.

    Attributes:
        text: the formula as written.
        tree: what it says.

    >>> import piikit
    >>> edition = piikit.edition({"id": "hue-2024", "extends": "pii-2024", "add": [
    ...     {"code": "7.1.5", "parent": "7.1", "level": "indicator", "unit": "per_100k_people", "direction": "higher",
    ...      "name": {"vi": "Đơn sáng chế xanh", "en": "Green patents"}, "formula": "green_patents/population*100000",
    ...      "items": {"green_patents": {"type": "integer", "minimum": 0}}}]})
    >>> green = edition.nodes["7.1.5"].indicator
    >>> green.code, green.formula, green.item_names
    ('formula:green_patents / population * 100000', 'green_patents/population*100000', ('green_patents', 'population'))
    """

    text: str
    tree: Tree = field(repr=False)

    @property
    def item_names(self) -> tuple[str, ...]:
        """The items that the formula names, in order of first appearance."""
        return items_of(self.tree)

    @property
    def formula(self) -> str:
        """The formula as written."""
        return self.text

    @property
    def divisors(self) -> Mapping[str, pl.Expr]:
        """What the formula divides by, as text and as an expression."""
        first = self.item_names[0]
        return {written(part): computed(part, first) for part in divisors(self.tree)}


@frozen(kw_only=True)
class Own:
    """What the nodes of one document define.

    Attributes:
        indicators: by the place of the node in `nodes`.
        items: the JSON Schema of each item that the document describes.
        found: every fault.
    """

    indicators: Mapping[int, Indicator]
    items: Mapping[str, Json]
    found: tuple[Finding, ...]


def own_indicators(document: Json, catalogue: Catalogue) -> Own:
    """The indicators and items that a document defines.

    Args:
        document: an edition document, overlays carried out, sound by its schema.
        catalogue: what names may refer to, with the units of the document.
    """
    reader = _Reader(document=document, catalogue=catalogue)
    entries = list(enumerate(document["nodes"]))
    for place, entry in entries:
        reader.found += reader.described(place, entry)
    indicators = {place: made for place, entry in entries if (made := reader.indicator(place, entry)) is not None}
    return Own(indicators=indicators, items=reader.items, found=tuple(reader.found))


@define
class _Reader:
    document: Json
    catalogue: Catalogue
    items: dict[str, Json] = field(factory=dict)
    found: list[Finding] = field(factory=list)

    # -- items ---------------------------------------------------------------------------------------------------

    def described(self, place: int, entry: Json) -> Iterator[Finding]:
        """Take up the items that a node describes."""
        taken = self._taken()
        for name, schema in entry.get("items", {}).items():
            at = pointer("nodes", place, "items", name)
            if name.lower() in RESERVED or name in taken:
                yield fault(at, "item_reserved", value=name)
                continue
            if self.catalogue.items.get(name, schema) != schema or self.items.setdefault(name, schema) != schema:
                yield fault(at, "item_differs", value=name)
            unit = schema.get("unit")
            if unit is not None and unit not in self.catalogue.units:
                yield unknown_fault(f"{at}/unit", "unknown_unit", unit, self.catalogue.units)

    def _taken(self) -> frozenset[str]:
        """Names of columns that are no items: keys, remarks, peer groups, and the codes of nodes."""
        groups = (group.get("column") for group in self.document.get("groups", {}).values())
        return COLUMNS | {name for name in groups if name} | {entry["code"] for entry in self.document["nodes"]}

    # -- formulas ------------------------------------------------------------------------------------------------

    def indicator(self, place: int, entry: Json) -> Indicator | None:
        """The indicator of a node with a formula; None where it has none, or a faulty one."""
        if "formula" not in entry:
            for part in ("items", "example"):
                if part in entry:
                    self.found.append(fault(pointer("nodes", place, part), "formula_missing", value=entry["code"]))
            return None
        self.found += self._beside(place, entry)
        at, text = pointer("nodes", place, "formula"), entry["formula"]
        known = {*self.catalogue.items, *self.items} - self._taken()
        parsed = parse(text, known)
        self.found += [problem.finding(at, text) for problem in parsed.problems]
        if parsed.tree is None:
            return None
        self.found += _unused(place, entry, parsed.tree)
        made = Formulated(
            code=f"formula:{written(parsed.tree)}",
            unit=entry.get("unit", "none"),
            direction=entry.get("direction", "higher"),
            name=entry.get("name", {}),
            value=expression(parsed.tree),
            source=entry.get("source", ""),
            items=entry.get("items", {}),
            example=entry.get("example", {}),
            text=text.strip(),
            tree=parsed.tree,
        )
        self.found += _example(made, pointer("nodes", place, "example"))
        return made

    def _beside(self, place: int, entry: Json) -> Iterator[Finding]:
        """What a formula needs in its node, and what cannot stand there."""
        at, code = pointer("nodes", place, "formula"), entry["code"]
        if entry["level"] != "indicator":
            yield fault(at, "formula_elsewhere", value=code, level=entry["level"])
            return
        if "indicator" in entry:
            yield fault(at, "formula_beside_indicator", value=code, indicator=entry["indicator"])
        missing = [name for name in NEEDED if name not in entry]
        if missing:
            yield fault(pointer("nodes", place), "schema_required", value="", rule=missing, reason="")


def _unused(place: int, entry: Json, tree: Tree) -> Iterator[Finding]:
    """Items that are described and not used: most often a name that is spelt in two ways."""
    used = items_of(tree)
    for name in entry.get("items", {}):
        if name not in used:
            yield unknown_fault(pointer("nodes", place, "items", name), "formula_item_unused", name, used)


def _example(made: Formulated, at: str) -> Iterable[Finding]:
    """The example must give every item and the value that comes out of them."""
    if not made.example:
        return []
    given = {name: figure for name, figure in made.example.items() if name != "value"}
    wanted = [*made.item_names, "value"]
    if set(given) != set(made.item_names) or "value" not in made.example:
        return [fault(at, "formula_example_items", value=list(made.example), wanted=wanted)]
    row = pl.DataFrame(given, schema=dict.fromkeys(given, pl.Float64))
    value: Any = row.select(made.value.alias("value"))["value"].item()
    said = made.example["value"]
    # As near as a figure written by hand can be expected to come.
    if value == said or (value is not None and said is not None and math.isclose(value, said, rel_tol=1e-9)):
        return []
    shown = None if value is None or not math.isfinite(value) else value
    return [fault(f"{at}/value", "formula_example", value=said, got=shown, formula=made.text)]
