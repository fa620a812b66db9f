"""Findings of many pieces put together by what they say, with as many cells as memory should hold."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from attrs import evolve

from piikit.findings.finding import Finding

CELLS = 1000
"""Cells that are listed of one kind of finding in one column; more help nobody to mend a file."""
KINDS = 1000
"""Findings of one code that are told apart: a file of nothing but misspelt names would otherwise fill the memory."""


class Gathered:
    """Findings that grow piece by piece; equal ones become one, whose count is exact and whose cells are the first.

    The one thing here that changes: it lives for the length of one call.
    """

    def __init__(self, cells: int = CELLS, kinds: int = KINDS) -> None:
        self._cells, self._kinds = cells, kinds
        self._found: dict[tuple[object, ...], tuple[Finding, list[pl.DataFrame], int]] = {}
        self._by_code: dict[str, int] = {}
        self._beyond: dict[str, tuple[Finding, int]] = {}

    def add(self, found: Iterable[Finding]) -> None:
        """More findings, of another piece."""
        for item in found:
            key = (type(item), item.code, item.severity, item.column, repr(item.params))
            if key not in self._found:
                if self._by_code.get(item.code, 0) >= self._kinds:
                    first, count = self._beyond.get(item.code, (item, 0))
                    self._beyond[item.code] = first, count + item.count
                    continue
                self._by_code[item.code] = self._by_code.get(item.code, 0) + 1
                self._found[key] = evolve(item, cells=None), [], 0
            kept, cells, total = self._found[key]
            if item.cells is None:
                continue  # it stands for itself, and for every piece
            room = self._cells - sum(part.height for part in cells)
            if room > 0:
                cells.append(item.cells.head(room))
            self._found[key] = kept, cells, total + item.count

    def findings(self) -> list[Finding]:
        """All of them; where cells are not listed a finding says how many."""
        made: list[Finding] = []
        for item, cells, total in self._found.values():
            if not cells:
                made.append(item)
                continue
            rows = pl.concat(cells, how="diagonal_relaxed")
            more = total > rows.height
            made.append(evolve(item, cells=rows, total=total if more else None))
            if more:
                params = {"finding": item.code, "shown": rows.height, "n": total}
                made.append(Finding(code="more_cells", severity="info", column=item.column, params=params))
        for code, (_, count) in self._beyond.items():
            params = {"finding": code, "shown": self._kinds, "n": count}
            made.append(Finding(code="more_findings", severity="info", params=params))
        return made
