"""What scenarios change in a table: cells by row, and whose ends of normalisation hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from attrs import field, frozen
from numpy.typing import NDArray

SET, ADD, SCALE, DROP = range(4)
"""What a change does to a cell."""


@frozen(kw_only=True, eq=False)
class Steps:
    """Changes of the cells of one column, in the order in which they are made.

    Attributes:
        rows: the row of each cell in the frame of all scenarios.
        operations: SET, ADD, SCALE or DROP.
        figures: what is set, added or multiplied by.
    """

    rows: NDArray[np.int64]
    operations: NDArray[np.int8]
    figures: NDArray[np.float64]

    def applied(self, column: pl.Series) -> tuple[pl.Series, NDArray[np.int64]]:
        """The column with its cells changed, and the rows where there was nothing to add to or to multiply."""
        missing = column.is_null().to_numpy().copy() if column.null_count() else np.zeros(len(column), dtype=bool)
        x = column.to_numpy().copy()
        idle = []
        for rows, operations, figures in self._layers():
            gone = missing[rows]
            idle.append(rows[gone & ((operations == ADD) | (operations == SCALE))])
            before = x[rows]
            with np.errstate(over="ignore", invalid="ignore"):
                after = np.where(operations == ADD, before + figures, before * figures)
            x[rows] = np.where(operations == SET, figures, after)
            missing[rows] = (operations == DROP) | (gone & (operations != SET))
        changed = pl.Series(column.name, x, dtype=pl.Float64)
        if missing.any():
            changed = changed.zip_with(~pl.Series(missing), pl.Series([None], dtype=pl.Float64))
        return changed, np.concatenate(idle) if idle else np.empty(0, dtype=np.int64)

    @property
    def absolute(self) -> bool:
        """Whether what a cell becomes does not depend on what it was."""
        return bool(((self.operations == SET) | (self.operations == DROP)).all())

    def on_changed(self, column: pl.Series | None) -> tuple[NDArray[np.int64], pl.Series]:
        """The rows that change, and what the cells become.

        Args:
            column: the whole column; not needed where the changes are absolute.
        """
        rows, places = np.unique(self.rows, return_inverse=True)
        before = pl.Series("x", np.full(len(rows), np.nan)) if column is None else column.gather(rows)
        own = Steps(rows=places.astype(np.int64), operations=self.operations, figures=self.figures)
        return rows, own.applied(before)[0]

    def _layers(self) -> Sequence[tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.float64]]]:
        """The changes in rounds that touch each cell once: what a cell undergoes twice is done in order."""
        if len(np.unique(self.rows)) == len(self.rows):
            return [(self.rows, self.operations, self.figures)]
        order = np.argsort(self.rows, kind="stable")
        ranked = self.rows[order]
        first = np.r_[True, ranked[1:] != ranked[:-1]]
        starts = np.maximum.accumulate(np.where(first, np.arange(len(ranked)), 0))
        rounds = np.empty(len(ranked), dtype=np.int64)
        rounds[order] = np.arange(len(ranked)) - starts
        picked = [np.flatnonzero(rounds == number) for number in range(int(rounds.max()) + 1)]
        return [(self.rows[part], self.operations[part], self.figures[part]) for part in picked]


@frozen(kw_only=True, eq=False)
class WhatIf:
    """What the rows of a table are, where they are those of scenarios.

    Attributes:
        scenarios: their ids, in the order of rows within a period; "base" first where it is among them.
        fixed: those whose ends of normalisation are the base's.
        base: rows of the base with their values, which those ends are taken from.
        values: changes of `value:<code>`, made after values are computed from items.
        scores: changes of `score:<code>`, made before the nodes above are computed.
    """

    scenarios: tuple[str, ...]
    fixed: frozenset[str] = frozenset()
    base: pl.DataFrame = field(repr=False)
    values: Mapping[str, Steps] = field(factory=dict, repr=False)
    scores: Mapping[str, Steps] = field(factory=dict, repr=False)
