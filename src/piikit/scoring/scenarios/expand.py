"""The table of many scenarios: each row of the base once a scenario, its changes made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from piikit.files.wide_columns import given_column, given_rank_column, is_kind, value_column, wide_column
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.inputs.what_if import ADD, DROP, SCALE, SET, Steps, WhatIf
from piikit.scoring.pipeline.program import has_value, shape_of
from piikit.scoring.scenarios.document import Scenario
from piikit.scoring.scenarios.resolve import Placed

OPERATIONS = {"set": SET, "add": ADD, "scale": SCALE, "drop": DROP}

Rows = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class Member:
    """A scenario ready to be run.

    Attributes:
        scenario: as given; None for the base.
        placed: its changes of cells, in order.
    """

    scenario: Scenario | None
    placed: tuple[Placed, ...] = ()

    @property
    def id(self) -> str:
        """Its name in frames."""
        return BASE if self.scenario is None else self.scenario.id

    @property
    def fixed(self) -> bool:
        """Whether its ends of normalisation are the base's."""
        return self.scenario is not None and self.scenario.ends == "fixed"


@frozen(kw_only=True, eq=False)
class ScenarioGrid:
    """Where the rows of each scenario stand: sorted by period, then scenario, then as in the base.

    Attributes:
        source: the row of the base that each row comes from.
        first, step: the row of the first scenario for each row of the base, and how far the next scenario's is.
    """

    ids: tuple[str, ...]
    source: Rows
    member: Rows
    first: Rows
    step: Rows

    def rows(self, place: int, base: Rows) -> Rows:
        """The rows of one scenario that stand for some of the base."""
        return self.first[base] + place * self.step[base]


def grid_of(table: Table, ids: tuple[str, ...]) -> ScenarioGrid:
    """The rows of scenarios over a table, which is sorted by period."""
    count = len(ids)
    lengths = [int((table.frame["period"] == period).sum()) for period in table.periods]
    source, member, first, step = [], [], [], []
    start = 0
    for length in lengths:
        own = np.arange(start, start + length)
        source.append(np.tile(own, count))
        member.append(np.repeat(np.arange(count), length))
        first.append(start * count + own - start)
        step.append(np.full(length, length))
        start += length
    empty = np.empty(0, dtype=np.int64)
    whole = [np.concatenate(parts).astype(np.int64) if parts else empty for parts in (source, member, first, step)]
    return ScenarioGrid(ids=ids, source=whole[0], member=whole[1], first=whole[2], step=whole[3])


def widened(table: Table, edition: Edition, members: Sequence[Member]) -> Table:
    """The table with an empty column for each item or value that only scenarios bring."""
    items, values = (
        dict.fromkeys(p.change.name for m in members for p in m.placed if p.change.subject == subject)
        for subject in ("item", "value")
    )
    new_items = [name for name in items if name not in table.items]
    grown = evolve(table, items=(*table.items, *new_items))
    shape = shape_of(grown)
    new_codes = [code for code in values if not has_value(edition.nodes[code], shape)]
    columns = [*new_items, *(value_column(code) for code in new_codes)]
    if not columns:
        return table
    frame = table.frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in columns)
    return evolve(grown, frame=frame, codes=(*table.codes, *new_codes))


def steps_of(members: Sequence[Member], grid: ScenarioGrid) -> dict[str, Steps]:
    """The changes of cells of all scenarios, by column."""
    together: dict[str, list[tuple[int, Rows, int, float]]] = {}
    for place, member in enumerate(members):
        for placed in member.placed:
            change = placed.change
            figure = np.nan if change.drop else change.figure
            name = change.name if change.subject == "item" else wide_column(change.subject, change.name)
            together.setdefault(name, []).append((place, placed.rows, OPERATIONS[change.operation], figure))
    return {name: _steps(entries, grid) for name, entries in together.items() if any(len(e[1]) for e in entries)}


def _steps(entries: Sequence[tuple[int, Rows, int, float]], grid: ScenarioGrid) -> Steps:
    counts = [len(rows) for _, rows, _, _ in entries]
    base = np.concatenate([rows for _, rows, _, _ in entries])
    places = np.repeat(np.array([place for place, _, _, _ in entries], dtype=np.int64), counts)
    return Steps(
        rows=grid.first[base] + places * grid.step[base],
        operations=np.repeat(np.array([operation for _, _, operation, _ in entries], dtype=np.int8), counts),
        figures=np.repeat(np.array([figure for _, _, _, figure in entries], dtype=np.float64), counts),
    )


@frozen(kw_only=True, eq=False)
class Expanded:
    """The table of some scenarios before it is run.

    Attributes:
        table: with the items changed, and the changes of values and scores to come.
        items: the changes that were made in columns of items.
        idle: by column of items, the rows whose change found nothing to add to or to multiply.
    """

    members: tuple[Member, ...]
    grid: ScenarioGrid
    table: Table
    items: Mapping[str, Steps] = field(repr=False)
    idle: Mapping[str, Rows] = field(repr=False)


def expanded(
    table: Table, members: Sequence[Member], base: pl.DataFrame, void: Mapping[str, Sequence[tuple[int, str]]]
) -> Expanded:
    """The table of scenarios that share an edition.

    Args:
        table: of the base, with all columns that some scenario needs.
        members: the scenarios.
        base: the pipeline's frame of the base, which fixed bounds are taken from.
        void: by node, the cohorts (place of the scenario, period) in which its published ranks do not hold.
    """
    grid = grid_of(table, tuple(member.id for member in members))
    names = pl.Series(grid.ids, dtype=pl.String).gather(grid.member)
    frame = table.frame[grid.source].with_columns(names.alias("scenario"))
    steps = steps_of(members, grid)
    items = {name: own for name, own in steps.items() if not is_kind(("value", "score"), name)}
    columns, idle = [], {}
    for name, own in items.items():
        column, idle[name] = own.applied(frame[name])
        columns.append(column)
    for code, cohorts in void.items():
        columns.append(_voided(frame[given_rank_column(code)], cohorts, table, grid))
    what_if = WhatIf(
        scenarios=grid.ids,
        fixed=frozenset(member.id for member in members if member.fixed),
        base=base,
        values={name: own for name, own in steps.items() if is_kind("value", name)},
        scores={name: own for name, own in steps.items() if is_kind("score", name)},
    )
    whole = evolve(table, frame=frame.with_columns(columns), what_if=what_if)
    return Expanded(members=tuple(members), grid=grid, table=whole, items=items, idle=idle)


def _voided(ranks: pl.Series, cohorts: Sequence[tuple[int, str]], table: Table, grid: ScenarioGrid) -> pl.Series:
    periods = table.frame["period"]
    by_period = {period: np.flatnonzero((periods == period).to_numpy()) for _, period in cohorts}
    gone = np.zeros(len(ranks), dtype=bool)
    for place, period in cohorts:
        gone[grid.rows(place, by_period[period])] = True
    return ranks.zip_with(~pl.Series(gone), pl.Series([None], dtype=ranks.dtype))


def reached(
    member: Member, starts: Sequence[tuple[str, Rows, bool]], table: Table, edition: Edition
) -> Iterator[tuple[str, Rows, bool]]:
    """The nodes whose score some changes reach on their way up, with the rows; a published score stops them.

    Args:
        member: the scenario.
        starts: nodes where changes begin, the rows, and whether the published score there is itself changed.
        table: of the base.
        edition: the tree.

    Yields:
        a node, the rows that reach it or are stopped by it, and whether they are stopped there.
    """
    for code, rows, own in starts:
        left = rows
        for place, above in enumerate(reversed(edition.path(code))):
            column = given_column(above)
            if column in table.frame.columns and not (own and place == 0) and len(left):
                published = table.frame[column].is_not_null().to_numpy()[left]
                if published.any():
                    yield above, left[published], True
                left = left[~published]
            if not len(left):
                break
            yield above, left, False
