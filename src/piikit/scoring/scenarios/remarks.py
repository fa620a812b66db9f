"""What is found about the changes of scenarios: cells out of range, changes without effect. Grouped by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import evolve
from numpy.typing import NDArray

from piikit.files.wide_columns import code_of, given_column, score_column, typed_column, value_column, without_kind
from piikit.findings.finding import PLACE, Finding
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.framework.methods import Normalise
from piikit.inputs.checks.cells import rules_for
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.inputs.what_if import DROP
from piikit.scoring.scenarios.expand import Expanded, Member, reached
from piikit.scoring.scenarios.variants import touched

Rows = NDArray[np.int64]
Void = dict[str, list[tuple[int, str]]]


def cells_at(frame: pl.DataFrame, rows: Rows, value: pl.Series | None = None) -> pl.DataFrame:
    """The cells of a finding: some rows of the frame of scenarios, with a value as text."""
    cells = frame[rows].select(*PLACE, "scenario")
    text = pl.Series("value", [None] * len(rows), dtype=pl.String) if value is None else value.cast(pl.String)
    return cells.with_columns(text.alias("value"))


def out_of_range(
    cells: Mapping[str, tuple[Rows, pl.Series]], frame: pl.DataFrame, edition: Edition, catalogue: Catalogue
) -> list[Finding]:
    """Changed cells that break the schema of their item or lie outside the range of their unit.

    Args:
        cells: the rows that change and what their cells become, by the name of the item or the code of the indicator.
        frame: the rows of all scenarios.
        edition: for the units of indicators.
        catalogue: for the schemas of items.
    """
    rules = rules_for(list(cells), edition, catalogue).rules
    found = []
    for name, (changed, figures) in cells.items():
        rows = changed[figures.is_not_null().to_numpy()]
        values = figures.drop_nulls().alias(name)
        bad = np.flatnonzero(values.to_frame().select(rules[name].wrong(values)).to_series().to_numpy())
        x = values.to_numpy()[bad]
        for (code, params), which in rules[name].judge(x) if len(bad) else ():
            named = cells_at(frame, rows[bad[which]], pl.Series(x[which]))
            # Ten per cent more of a whole number need not be whole; what is asked for is used, and said.
            severity = "warning" if code == "not_whole" else "error"
            found.append(Finding(code=code, severity=severity, column=name, params=dict(params), cells=named))
    return found


def without_row(members: Sequence[Member], names: Mapping[str, str]) -> Iterator[Finding]:
    """Changes of areas that have no row in the data."""
    gone: dict[str, list[dict[str, Any]]] = {}
    for member in members:
        for placed in member.placed:
            for area, period in placed.absent:
                cell = {"area": area, "area_name": names.get(area, area), "period": period, "scenario": member.id}
                gone.setdefault(placed.change.name, []).append({**cell, "value": None})
    schema = dict.fromkeys((*PLACE, "scenario", "value"), pl.String)
    for name, rows in gone.items():
        cells = pl.DataFrame(rows, schema=schema).unique(maintain_order=True)
        yield Finding(code="change_no_row", severity="warning", column=name, cells=cells)


def on_missing(frame: pl.DataFrame, idle: Mapping[str, Rows]) -> Iterator[Finding]:
    """Changes that found nothing to add to or to multiply."""
    for name, rows in idle.items():
        if len(rows):
            column = code_of(name)
            yield Finding(
                code="change_on_missing", severity="warning", column=column, cells=cells_at(frame, np.unique(rows))
            )


def without_use(run: Expanded, wide: pl.DataFrame, edition: Edition) -> Iterator[Finding]:
    """Changes that do not reach a value, or a value that does not reach a score."""
    table = run.table
    fed: dict[str, list[str]] = {}
    for code in edition.indicators:
        plugin = edition.nodes[code].indicator
        for item in plugin.item_names if plugin is not None else ():
            fed.setdefault(item, []).append(code)
    scoreless: dict[str, list[Rows]] = {}
    for item, steps in run.items.items():
        rows = np.unique(steps.rows[steps.operations != DROP])
        rows = rows[wide[item].is_not_null().to_numpy()[rows]]
        given, none = np.ones(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
        for code in fed.get(item, ()):
            typed = typed_column(code) if typed_column(code) in wide.columns else value_column(code)
            held = wide[typed].is_not_null().to_numpy()[rows] if code in table.codes else np.zeros(len(rows), bool)
            given &= held
            none &= wide[value_column(code)].is_null().to_numpy()[rows]
            scoreless.setdefault(code, []).append(rows[~held])
        for kind, mask in (("change_behind_value", given & ~none), ("change_without_value", none)):
            if mask.any():
                params = {"codes": fed.get(item, [])}
                yield Finding(
                    code=kind,
                    severity="warning",
                    column=item,
                    params=params,
                    cells=cells_at(wide, rows[mask], wide[item][rows[mask]]),
                )
    what_if = table.what_if
    for name, steps in (what_if.values if what_if is not None else {}).items():
        scoreless.setdefault(without_kind("value", name), []).append(steps.rows[steps.operations != DROP])
    for code, parts in scoreless.items():
        rows = np.unique(np.concatenate(parts))
        value = wide[value_column(code)]
        mask = (value.is_not_null() & wide[score_column(code)].is_null()).to_numpy()[rows]
        if mask.any():
            cells = cells_at(wide, rows[mask], value[rows[mask]])
            yield Finding(code="change_without_score", severity="warning", column=code, cells=cells)


def not_held(table: Table, edition: Edition) -> Iterator[Finding]:
    """Indicators whose method has no ends that fixed bounds could keep: their scores are taken anew all the same."""
    names = sorted(table.what_if.fixed) if table.what_if is not None else []
    if not names:
        return
    for code in edition.indicators:
        use = edition.nodes[code].normalise
        uses = [use, *use.groups.values()] if use is not None else []
        if any(isinstance(own.method, Normalise) and own.method.across for own in uses):
            cells = pl.DataFrame({"scenario": names}).with_columns(pl.lit(None, dtype=pl.String).alias("value"))
            params = {"method": use.name if use is not None else ""}
            yield Finding(code="bounds_not_held", severity="warning", column=code, cells=cells, params=params)


def behind_published(
    members: Sequence[Member], own: Sequence[Sequence[Any]], table: Table, edition: Edition
) -> tuple[Void, list[Finding]]:
    """Where published figures meet changes: ranks that do not hold any more, and scores that stop a change.

    Args:
        members: the scenarios of one edition.
        own: for each, its changes of weights and methods.
        table: of the base.
        edition: the tree.
    """
    ranks, scores = table.given.codes("rank"), table.given.codes("score")
    void: Void = {}
    stopped: dict[str, list[tuple[str, Rows]]] = {}
    if not ranks and not scores:
        return void, []
    periods = table.frame["period"].to_numpy()
    every = np.arange(table.frame.height)
    for place, member in enumerate(members):
        starts = [start for placed in member.placed for start in _starts(placed, edition)]
        starts += [(code, every, False) for change in own[place] for code in touched(change, edition)]
        for code, rows, stop in reached(member, starts, table, edition):
            if stop:
                stopped.setdefault(code, []).append((member.id, rows))
            elif code in ranks:
                void.setdefault(code, []).extend((place, str(period)) for period in np.unique(periods[rows]))
    found = []
    for code, entries in stopped.items():
        cells = pl.concat(
            [
                table.frame[rows].select(
                    *PLACE, pl.lit(name).alias("scenario"), pl.col(given_column(code)).cast(pl.String).alias("value")
                )
                for name, rows in entries
            ]
        ).unique(maintain_order=True)
        found.append(Finding(code="change_behind_score", severity="warning", column=code, cells=cells))
    return {code: list(dict.fromkeys(cohorts)) for code, cohorts in void.items()}, found


def _starts(placed: Any, edition: Edition) -> list[tuple[str, Rows, bool]]:
    change = placed.change
    if change.subject != "item":
        return [(change.name, placed.rows, change.subject == "score")]
    return [
        (code, placed.rows, False)
        for code in edition.indicators
        if (plugin := edition.nodes[code].indicator) is not None and change.name in plugin.item_names
    ]


def of_scenarios(found: Sequence[Finding]) -> list[Finding]:
    """The findings on rows of scenarios, without those on the base's, which the base's own run has."""
    kept = []
    for item in found:
        if item.cells is None or "scenario" not in item.cells.columns:
            continue
        cells = item.cells.filter(pl.col("scenario") != BASE)
        if not cells.is_empty():
            kept.append(evolve(item, cells=cells))
    return kept


def beyond_base(found: Sequence[Finding], base: Sequence[Finding]) -> list[Finding]:
    """Of the findings on scenarios those that the base does not have at the same place."""
    known = {(item.code, item.column): item.cells for item in base if item.cells is not None}
    kept = []
    for item in of_scenarios(found):
        cells, same = item.cells, known.get((item.code, item.column))
        assert cells is not None
        if same is not None:
            keys = [name for name in PLACE if name in cells.columns and name in same.columns]
            cells = cells.join(same.select(keys).unique(), on=keys, how="anti", maintain_order="left", nulls_equal=True)
        if not cells.is_empty():
            kept.append(evolve(item, cells=cells))
    return kept
