"""What is read off a run of scenarios: bounds, notes and explanations, each with the weights and methods that hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import polars as pl

from piikit.files.wide_columns import changed_column, wide_column
from piikit.findings.finding import Finding
from piikit.findings.messages import Lang
from piikit.framework.edition import Edition, Node
from piikit.inputs.given import GIVEN_BOUNDS
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.results.explain import Explanation, explain
from piikit.scoring import views
from piikit.scoring.notes import notes
from piikit.scoring.pipeline import bounds_frame
from piikit.scoring.scenarios.remarks import beyond_base
from piikit.scoring.scenarios.resolve import Placed
from piikit.scoring.scenarios.run import VariantRun, WhatIfRun
from piikit.scoring.treatment_notes import treatment_frame


def _rows(run: WhatIfRun, part: VariantRun) -> pl.DataFrame:
    if len(run.parts) == 1:
        return run.wide
    return run.wide.filter(pl.col("scenario").is_in(list(part.scenarios)))


def scenario_bounds(run: WhatIfRun) -> pl.DataFrame:
    """The bounds of the base and all scenarios, as `Result.bounds`."""
    frames = [bounds_frame(_rows(run, part), part.inputs, part.edition) for part in run.parts]
    return _in_order(pl.concat(frames), run)


def scenario_treatment(run: WhatIfRun) -> pl.DataFrame:
    """What was done to the values of the base and all scenarios, as `Result.treatment`."""
    frames = [treatment_frame(_rows(run, part), part.inputs, part.edition) for part in run.parts]
    return _in_order(pl.concat(frames), run)


def _in_order(frame: pl.DataFrame, run: WhatIfRun) -> pl.DataFrame:
    if len(run.parts) == 1:
        return frame
    order = {name: place for place, name in enumerate([BASE, *(scenario.id for scenario in run.scenarios)])}
    place = pl.col("scenario").replace_strict(order, return_dtype=pl.Int32)
    return frame.sort("period", place, maintain_order=True)


def scenario_sides(run: WhatIfRun) -> dict[str, tuple[Edition, Table]]:
    """Edition and inputs of each scenario; where it keeps the bounds of the base, these are given ones."""
    sides: dict[str, tuple[Edition, Table]] = {}
    for part in run.parts:
        fixed = part.inputs.what_if.fixed if part.inputs.what_if is not None else frozenset()
        sides |= {name: (part.edition, part.inputs) for name in part.scenarios}
        if fixed:
            held = bounds_frame(_rows(run, part), part.inputs, part.edition).filter(pl.col("source") == "base")
            for name in fixed:
                own = held.filter(pl.col("scenario") == name).select(GIVEN_BOUNDS.names())
                given = attrs.evolve(part.inputs.given, bounds=own)
                sides[name] = (part.edition, attrs.evolve(part.inputs, given=given))
    return sides


def scenario_notes(run: WhatIfRun, bounds: pl.DataFrame, base: Sequence[Finding]) -> list[Finding]:
    """The notes on scenarios that the base does not have, one a kind and column for all scenarios."""
    found: list[Finding] = []
    for part in run.parts:
        own = bounds.filter(pl.col("scenario").is_in([name for name in part.scenarios if name != BASE]))
        rows = _rows(run, part).filter(pl.col("scenario") != BASE)
        found += beyond_base(tuple(notes(rows, own, part.inputs, part.edition)), base)
    together: dict[tuple[str, str | None], list[Finding]] = {}
    for item in found:
        together.setdefault((item.code, item.column), []).append(item)
    return [
        attrs.evolve(items[0], cells=pl.concat([item.cells for item in items if item.cells is not None]))
        for items in together.values()
    ]


def explain_scenario(
    run: WhatIfRun, bounds: pl.DataFrame, edition: Edition, *, row: Mapping[str, Any], codes: Sequence[str], lang: Lang
) -> tuple[Explanation, ...]:
    """The explanations of nodes in one row, each with what the scenario changes in it."""
    scenario = row["scenario"]
    part = run.part(scenario)
    cohort = run.wide.filter((pl.col("scenario") == scenario) & (pl.col("period") == row["period"]))
    changes = _changes_of(run, part, row)
    marked = {**row, **{changed_column(wide_column(c.change.subject, c.change.name)): True for c in changes}}
    scores = views.scores(cohort, part.inputs, part.edition)
    found = explain(bounds, scores, part.inputs, part.edition, row=marked, codes=codes, lang=lang)
    return tuple(
        attrs.evolve(told, changes=_concerning(part.edition.nodes[told.code], changes), edition=edition.id)
        for told in found
    )


def _concerning(node: Node, changes: Sequence[Placed]) -> tuple[dict[str, Any], ...]:
    """The changes that concern a node: its own, those of its children's weights, and of the items it is made of."""
    code = node.code
    items = node.indicator.item_names if node.indicator is not None else ()
    concerns: Mapping[str, Callable[[str], bool]] = {
        "item": lambda name: name in items,
        "value": lambda name: name == code,
        "score": lambda name: name == code,
        "weight": lambda name: name == code or name in node.children,
        "method": lambda name: name in (code, "defaults"),
    }
    return tuple(_said(c) for c in changes if concerns[c.change.subject](c.change.name))


def _changes_of(run: WhatIfRun, part: VariantRun, row: Mapping[str, Any]) -> list[Placed]:
    """The changes of the row's scenario that concern its area and period."""
    own = run.changes.get(row["scenario"], ())
    if not own:
        return []
    base = run.wide.filter(pl.col("scenario") == BASE)
    here = base.select(((pl.col("area") == row["area"]) & (pl.col("period") == row["period"])).arg_true()).to_series()
    place = here[0] if len(here) else -1
    return [c for c in own if c.change.subject in ("weight", "method") or place in c.rows]


def _said(placed: Placed) -> dict[str, Any]:
    change = placed.change
    return {"subject": change.subject, "code": change.name, "operation": change.operation, "figure": change.figure}
