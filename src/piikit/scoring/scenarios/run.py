"""Run scenarios: those that share tree, weights and methods are one run of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import define, evolve, field, frozen
from numpy.typing import NDArray

from piikit.files.wide_columns import code_of, is_kind, value_column, without_kind
from piikit.findings.errors import DocumentError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.checks.consistency import consistent
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.inputs.what_if import DROP, Steps
from piikit.scoring.pipeline import program_for, run, shape_of, unsound_values
from piikit.scoring.pipeline.run import computed_values
from piikit.scoring.scenarios.document import OF_EDITION, Scenario
from piikit.scoring.scenarios.expand import Expanded, Member, expanded, widened
from piikit.scoring.scenarios.reading import Laid
from piikit.scoring.scenarios.remarks import (
    behind_published,
    cells_at,
    not_held,
    of_scenarios,
    on_missing,
    out_of_range,
    without_row,
    without_use,
)
from piikit.scoring.scenarios.resolve import Placed, Resolver
from piikit.scoring.scenarios.variants import Variants

Rows = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class VariantRun:
    """Scenarios that share tree, weights and methods.

    Attributes:
        scenarios: their ids; the base is in the first part.
        edition: the framework with their weights and methods.
        inputs: the table with a row an area, period and scenario.
    """

    scenarios: tuple[str, ...]
    edition: Edition
    inputs: Table = field(repr=False)


@frozen(kw_only=True, eq=False)
class WhatIfRun:
    """Scenarios after the run.

    Attributes:
        parts: by edition; together they hold the base and all scenarios.
        wide: the pipeline's frame of all, sorted by period, then base and scenarios as given, then area.
        found: what is to be said of the changes and their figures.
        scenarios: as given.
        changes: by scenario, its changes with those of its stack, each with its place in the call and, for changes of
            cells, with the rows of the base that it is about.
    """

    parts: tuple[VariantRun, ...]
    wide: pl.DataFrame = field(repr=False)
    found: Findings
    scenarios: tuple[Scenario, ...]
    changes: Mapping[str, tuple[Any, ...]] = field(repr=False)

    def part(self, scenario: str) -> VariantRun:
        """The part that a scenario is in."""
        return next((part for part in self.parts if scenario in part.scenarios), self.parts[0])


@define
class _Plan:
    """The scenarios of a call laid out by edition."""

    editions: list[Edition] = field(factory=list)
    members: list[list[Member]] = field(factory=list)
    own: list[list[list[Any]]] = field(factory=list)

    def add(self, edition: Edition, member: Member, own: list[Any]) -> None:
        place = next((p for p, known in enumerate(self.editions) if known is edition), None)
        if place is None:
            place = len(self.editions)
            self.editions.append(edition)
            self.members.append([])
            self.own.append([])
        self.members[place].append(member)
        self.own[place].append(own)


def what_if(
    laid: Sequence[Laid], table: Table, edition: Edition, catalogue: Catalogue, base: pl.DataFrame, *, lang: Lang = "en"
) -> WhatIfRun:
    """Run the base and its scenarios.

    Args:
        laid: the scenarios.
        table: the checked inputs.
        edition: the framework.
        catalogue: what names may refer to.
        base: what `pipeline.run` gave for the base.
        lang: the language of errors.

    Returns:
        the frames of all; an error among the findings means that the cells it names were not used.

    Raises:
        DocumentError: names, areas, periods, weights or methods that are not there or cannot be; all faults.
    """
    resolver = Resolver(table, edition, catalogue)
    plan = _planned(laid, edition, resolver, Variants(edition, catalogue), lang)
    every = [member for members in plan.members for member in members]
    wider = widened(table, edition, every)
    names = dict(resolver.names().select("area", "area_name").iter_rows())
    found: list[Finding] = [*without_row(every, names)]
    parts, frames = [], []
    for place, own in enumerate(plan.editions):
        members = plan.members[place]
        void, stopped = behind_published(members, plan.own[place], wider, own)
        found += stopped
        ready, broken = _sound(expanded(wider, members, base, void), own, catalogue)
        wide, said = _run(ready, own)
        found += [*broken, *said]
        parts.append(VariantRun(scenarios=ready.grid.ids, edition=own, inputs=ready.table))
        frames.append(wide)
    return WhatIfRun(
        parts=tuple(parts),
        wide=_together(frames, [BASE, *(entry.scenario.id for entry in laid)]),
        found=Findings(_grouped(found)),
        scenarios=tuple(entry.scenario for entry in laid),
        changes=_changes(laid, every),
    )


def _planned(laid: Sequence[Laid], edition: Edition, resolver: Resolver, variants: Variants, lang: Lang) -> _Plan:
    plan = _Plan()
    plan.add(edition, Member(scenario=None), [])
    for entry in laid:
        own = [change for _, change in entry.changes if change.subject in OF_EDITION]
        variant = variants.of(entry.changes) if own else edition
        placed = [resolver.placed(at, change) for at, change in entry.changes if change.subject not in OF_EDITION]
        member = Member(scenario=entry.scenario, placed=tuple(one for one in placed if one is not None))
        plan.add(variant, member, own)
    faults = [*resolver.found, *variants.found]
    if faults:
        raise DocumentError(Findings(faults), title="scenarios", lang=lang)
    return plan


def _sound(ready: Expanded, edition: Edition, catalogue: Catalogue) -> tuple[Expanded, list[Finding]]:
    """The table without the changed cells that cannot be used, and what is wrong with them."""
    table = ready.table
    assert table.what_if is not None
    cells = {}
    for name, steps in ready.items.items():
        rows = np.unique(steps.rows)
        cells[name] = rows, table.frame[name].gather(rows)
    values = table.what_if.values
    if any(not steps.absolute for steps in values.values()):
        valued = computed_values(table, program_for(edition, shape_of(table)))
    for name, steps in values.items():
        cells[without_kind("value", name)] = steps.on_changed(None if steps.absolute else valued[name])
    found = out_of_range(cells, table.frame, edition, catalogue)
    found += _compared(ready, edition, catalogue)
    gone = [item for item in found if item.severity == "error"]
    return (_without(ready, gone) if gone else ready), found


def _compared(ready: Expanded, edition: Edition, catalogue: Catalogue) -> list[Finding]:
    """What changed cells say together with others of their row: parts above their whole, checks of plugins."""
    table = ready.table
    assert table.what_if is not None
    given = [steps for name, steps in table.what_if.values.items() if without_kind("value", name) in table.codes]
    touched = [steps.rows for steps in (*ready.items.values(), *given)]
    if not touched:
        return []
    rows = table.frame[np.unique(np.concatenate(touched))]
    # Slips of unit and other periods are about the data, and the base has them.
    return [
        item for item in consistent(rows, edition, catalogue) if hasattr(item, "compares") and item.code != "unit_slip"
    ]


def _without(ready: Expanded, errors: Sequence[Finding]) -> Expanded:
    table = ready.table
    assert table.what_if is not None
    keys = ["area", "period", "scenario"]
    index = table.frame.select(keys).with_row_index("row")
    drops: dict[str, list[Rows]] = {}
    for item in errors:
        assert item.cells is not None
        rows = index.join(item.cells.select(keys).unique(), on=keys, how="semi")["row"].to_numpy().astype(np.int64)
        names = getattr(item, "compares", None) or (str(item.column),)
        for name in names:
            column = name if name in table.items or is_kind("value", name) else value_column(name)
            drops.setdefault(column, []).append(rows)
    values, columns = dict(table.what_if.values), []
    for name, parts in drops.items():
        rows = np.unique(np.concatenate(parts))
        drop = Steps(rows=rows, operations=np.full(len(rows), DROP, dtype=np.int8), figures=np.full(len(rows), np.nan))
        if name in table.frame.columns:
            columns.append(drop.applied(table.frame[name])[0])
        if name in values:
            values[name] = _after(values[name], drop)
        elif is_kind("value", name) and name not in table.frame.columns:
            values[name] = drop
    changed = evolve(table, frame=table.frame.with_columns(columns), what_if=evolve(table.what_if, values=values))
    return evolve(ready, table=changed)


def _after(first: Steps, then: Steps) -> Steps:
    pairs = {key: (getattr(first, key), getattr(then, key)) for key in ("rows", "operations", "figures")}
    return Steps(**{key: np.concatenate(pair) for key, pair in pairs.items()})


def _run(ready: Expanded, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    idle: dict[str, Rows] = {}
    wide = run(ready.table, edition, idle=idle)
    unsound = unsound_values(ready.table, edition, wide)
    if unsound:
        idle.clear()
        wide = run(ready.table, edition, guarded=True, idle=idle)
    found = [*of_scenarios(unsound), *on_missing(wide, {**ready.idle, **idle}), *without_use(ready, wide, edition)]
    found += not_held(ready.table, edition)
    return wide, found


def _together(frames: Sequence[pl.DataFrame], ids: Sequence[str]) -> pl.DataFrame:
    """The frames of all parts as one, sorted by period, then by scenario in the order given."""
    if len(frames) == 1:
        return frames[0]
    wide = pl.concat(_alike(frames), rechunk=True)
    order = {name: place for place, name in enumerate(ids)}
    keys = wide.select("period", pl.col("scenario").replace_strict(order, return_dtype=pl.Int32)).with_row_index("row")
    rows = keys.sort("period", "scenario", maintain_order=True)["row"]
    return wide if rows.is_sorted() else wide[rows]


def _alike(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """The frames with the same columns: what is not imputed or treated in one is its value there."""
    columns = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    more = [name for name in columns if name not in frames[0].columns]
    order = [*frames[0].columns, *(name for name in more if is_kind(("imputed", "treated"), name))]
    return [
        frame.with_columns(
            pl.col(value_column(code_of(name))).alias(name)
            for name in order
            if name not in frame.columns and is_kind(("imputed", "treated"), name)
        ).select(order)
        for frame in frames
    ]


def _grouped(found: Sequence[Finding]) -> list[Finding]:
    """Findings of one kind and column as one, whatever editions their scenarios have."""
    alike: dict[tuple[Any, ...], list[Finding]] = {}
    for item in found:
        alike.setdefault((item.code, item.column, str(item.params)), []).append(item)
    return [items[0] if len(items) == 1 else evolve(items[0], cells=_cells(items)) for items in alike.values()]


def _cells(items: Sequence[Finding]) -> pl.DataFrame:
    frames = [item.cells for item in items if item.cells is not None]
    return pl.concat(frames, how="diagonal").unique(maintain_order=True)


def _changes(laid: Sequence[Laid], members: Sequence[Member]) -> dict[str, tuple[Any, ...]]:
    by_id = {member.id: member for member in members}
    found: dict[str, tuple[Any, ...]] = {}
    for entry in laid:
        rest = iter(by_id[entry.scenario.id].placed)
        found[entry.scenario.id] = tuple(
            Placed(pointer=at, change=change, rows=np.empty(0, dtype=np.int64))
            if change.subject in OF_EDITION
            else next(rest)
            for at, change in entry.changes
        )
    return found


__all__ = ["VariantRun", "WhatIfRun", "cells_at", "what_if"]
