"""What each column of a table is: a key, a raw item, an indicator's own value, a peer group, or unknown."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from piikit.findings.finding import HIDDEN, Finding
from piikit.findings.unknown import misspelt
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition

KEYS = ("area", "period", "scenario")
ATTRIBUTES = (
    "status",
    "source",
    "evidence",
    "unit",
    "data_year",
    "date",
    "agency",
    "contact",
    "revision",
    "area_name",
    "merged_from",
    "edition",
    "edition_status",
    "warning",
)
"""Columns that describe a figure, an area or the file (as piikit's own files do) and are not figures themselves."""


@frozen(kw_only=True)
class ColumnKinds:
    """The columns of a table by what they are."""

    items: tuple[str, ...]
    codes: tuple[str, ...]
    groups: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Those that hold numbers."""
        return (*self.items, *self.codes)


def classify(names: Sequence[str], edition: Edition, catalogue: Catalogue) -> ColumnKinds:
    """Sort the columns of a wide table; a name near a known one is an error, any other unknown name a warning."""
    codes = set(edition.indicators)
    groups = {peer.column for peer in edition.groups.values() if peer.column}
    wanted = [*sorted(edition.items), *edition.indicators]
    found: list[Finding] = []
    for name in names:
        if (
            name in KEYS
            or name in ATTRIBUTES
            or name in HIDDEN.values()
            or name in codes
            or name in edition.items
            or name in groups
        ):
            continue
        near = misspelt(name, wanted)
        if name in edition.nodes:
            found.append(Finding(code="node_column", severity="warning", column=name))
        elif name in catalogue.items:
            found.append(Finding(code="unused_item", severity="warning", column=name))
        elif near is not None:
            found.append(Finding(code="misspelt_item", column=name, params={"value": name, "near": near}))
        else:
            found.append(Finding(code="unknown_column", severity="warning", column=name, params={"value": name}))
    for code in edition.indicators:
        plugin = edition.nodes[code].indicator
        if plugin and code in names and code not in plugin.item_names and set(plugin.item_names) <= set(names):
            params = {"items": list(plugin.item_names)}
            found.append(Finding(code="value_beside_items", severity="warning", column=code, params=params))
    return ColumnKinds(
        items=tuple(name for name in names if name in edition.items and name not in codes),
        codes=tuple(name for name in names if name in codes),
        groups=tuple(name for name in names if name in groups),
        findings=tuple(found),
    )
