"""From the names in changes to places in the table: nodes, items, areas, periods; every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import define, field, frozen
from numpy.typing import NDArray

from piikit.findings.faults import fault
from piikit.findings.finding import Finding
from piikit.findings.unknown import nearest
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.table import Table
from piikit.scoring.scenarios.document import OF_EDITION, Change

Rows = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class Placed:
    """A change of cells with the rows of the base that it is about.

    Attributes:
        pointer: where it stands in the scenarios of the call.
        rows: of the base's frame.
        absent: areas and periods that have no row.
    """

    pointer: str
    change: Change
    rows: Rows
    absent: tuple[tuple[str, str], ...] = ()


@define
class Resolver:
    """Finds what changes speak of, and remembers it: the same areas come again and again."""

    table: Table
    edition: Edition
    catalogue: Catalogue
    found: list[Finding] = field(factory=list)
    _areas: dict[str, str | None] = field(factory=dict)
    _places: dict[Any, tuple[Rows, tuple[tuple[str, str], ...]]] = field(factory=dict)
    _rows: dict[tuple[str, str], int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        keys = self.table.frame.select("area", "period").rows()
        self._rows = {key: row for row, key in enumerate(keys)}

    def placed(self, pointer: str, change: Change) -> Placed | None:
        """A change of an item, value or score with its rows; None where something is wrong with it."""
        wrong = self._subject(pointer, change)
        areas = self._all_areas(pointer, change)
        periods = self._all_periods(pointer, change)
        if wrong or areas is None or periods is None:
            return None
        key = (change.areas, change.periods)
        if key not in self._places:
            self._places[key] = self._located(areas, periods, every=change.areas is None)
        rows, absent = self._places[key]
        return Placed(pointer=pointer, change=change, rows=rows, absent=absent)

    def _fault(self, at: str, code: str, **params: Any) -> None:
        item = fault(at, code, **params)
        if item not in self.found:
            self.found.append(item)

    # -- subjects ------------------------------------------------------------------------------------------------

    def _subject(self, pointer: str, change: Change) -> bool:
        name, subject = change.name, change.subject
        at = f"{pointer}/{subject}"
        if subject in OF_EDITION:
            return False
        known = {"item": self.edition.items, "value": frozenset(self.edition.indicators), "score": self.edition.nodes}
        if name in known[subject]:
            return False
        if subject == "item":
            if name in self.catalogue.items:
                self._fault(at, "change_item_unused", value=name, edition=self.edition.id)
            else:
                near = nearest(name, sorted(self.edition.items))
                self._fault(at, "change_unknown_item", value=name, edition=self.edition.id, near=near)
        elif name in self.edition.nodes:
            self._fault(at, "change_value_of_node", value=name, level=self.edition.nodes[name].level)
        else:
            self._fault(at, "unknown_node", value=name, near=self._nearest_node(name))
        return True

    def _nearest_node(self, name: str) -> str | None:
        """The code of the node that an indicator's own name means, else the code most like what is written."""
        for code in self.edition.indicators:
            plugin = self.edition.nodes[code].indicator
            if plugin is not None and plugin.code == name:
                return code
        return nearest(name, self.edition.nodes)

    # -- places --------------------------------------------------------------------------------------------------

    def _all_areas(self, pointer: str, change: Change) -> Sequence[str] | None:
        if change.areas is None:
            return ()
        codes: list[str] = []
        for place, text in enumerate(change.areas):
            if text not in self._areas:
                self._areas[text] = self._area(text, f"{pointer}/areas/{place}")
            elif self._areas[text] is None:
                self._area(text, f"{pointer}/areas/{place}")
            code = self._areas[text]
            if code is not None:
                if code in codes:
                    self._fault(f"{pointer}/areas/{place}", "duplicate_code", value=text)
                codes.append(code)
        return codes if len(set(codes)) == len(change.areas) else None

    def _area(self, text: str, at: str) -> str | None:
        areas = self.edition.areas
        if areas is None:
            known = self.table.frame["area"].unique(maintain_order=True).to_list()
            if text.strip() in known:
                return text.strip()
            near = nearest(text, known)
            self._fault(at, "change_unknown_area", value=text, near=near, edition=self.edition.id)
            return None
        meant = areas.match(text)
        if len(meant) == 1:
            return areas.areas[meant[0]].code
        successor = areas.successor_of(text)
        if len(meant) > 1:
            candidates = [f"{areas.areas[place].name} ({areas.areas[place].code})" for place in meant]
            self._fault(at, "change_ambiguous_area", value=text, candidates=candidates)
        elif successor is not None:
            self._fault(at, "change_ended_area", value=text, successor=successor)
        else:
            near = nearest(text, areas.names)
            self._fault(at, "change_unknown_area", value=text, near=near, edition=self.edition.id)
        return None

    def _all_periods(self, pointer: str, change: Change) -> Sequence[str] | None:
        known = self.table.periods
        if change.periods is None:
            return known
        wrong = False
        for place, text in enumerate(change.periods):
            if text not in known:
                near = nearest(text, known)
                self._fault(
                    f"{pointer}/periods/{place}", "change_unknown_period", value=text, near=near, known=list(known)
                )
                wrong = True
        return None if wrong else tuple(dict.fromkeys(change.periods))

    def _located(
        self, areas: Sequence[str], periods: Sequence[str], *, every: bool
    ) -> tuple[Rows, tuple[tuple[str, str], ...]]:
        if every:
            wanted = self.table.frame["period"].is_in(list(periods))
            return wanted.arg_true().to_numpy().astype(np.int64), ()
        keys = [(area, period) for period in periods for area in areas]
        rows = [self._rows[key] for key in keys if key in self._rows]
        absent = tuple(key for key in keys if key not in self._rows)
        return np.array(sorted(rows), dtype=np.int64), absent

    def names(self) -> pl.DataFrame:
        """The areas with their names: area, area_name; those of the edition, else those of the data."""
        areas = self.edition.areas
        if areas is None:
            return self.table.frame.select("area", "area_name").unique(maintain_order=True)
        return pl.DataFrame({"area": areas.codes, "area_name": areas.names})
