"""Judge the targets of a plan on a result: required, actual, gap, status and reason."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from piikit.findings.messages import Lang, messages
from piikit.framework.edition import Edition
from piikit.plans.judging.baseline import Results, before_of
from piikit.plans.judging.figures import JudgedFigures
from piikit.plans.judging.judge import Bench, judged
from piikit.plans.judging.scope import codes_of
from piikit.plans.judging.table import SCHEMA, STATUSES, AttainmentRows, laid_out
from piikit.plans.judging.target_outcome import members_met
from piikit.plans.plan import Plan

__all__ = ["SCHEMA", "STATUSES", "attainment"]


def attainment(
    wide: pl.DataFrame, plan: Plan, edition: Edition, *, baselines: Results = (), lang: Lang = "en"
) -> pl.DataFrame:
    """One row a condition and one row (`condition` "all") a target, for each period and scenario.

    Args:
        wide: scores and ranks, as the pipeline gives them.
        plan: the plan.
        edition: the framework of `wide`.
        baselines: scores and ranks with their framework that targets are measured from, nearest first. A target
            that names its own baseline edition uses the one of that edition, the others use the first. An area of
            another list counts only where it is the same area or the one whose plan is continued, since codes change
            their meaning between lists.
        lang: the language of reasons.

    Returns:
        target, area, area_name, period, scenario, code, metric, condition, required, actual, gap (what is missing,
        0 or more), status, reason_code, reason, gap_points (of a rank: the points missing to the score of the area
        that now holds the last rank that counts), step (of a span: the improvement still needed a year), on_track (of
        a span: whether the figure is on the straight way from the baseline). A target is not_met if any condition is,
        else cannot_judge if any is, else met; one that is not due or not testable is that as a whole.
    """
    words = messages(lang)
    held = edition.areas is not None and edition.areas.id == plan.areas
    ground = JudgedFigures(edition=edition, area=plan.area, wide=wide, published=plan.figures) if held else None
    absent = ""
    if ground is None or ground.rows.is_empty():
        absent = "area_absent" if held else ("area_ended" if plan.successor else "other_areas")
        ground = None
    rows = ground.rows if ground is not None else _no_row(plan, wide, edition)
    sheets: list[AttainmentRows] = []
    for target in plan.targets:
        bench = Bench(
            plan=plan,
            words=words,
            rows=rows.height,
            ground=ground,
            absent=absent,
            edition=edition.id,
            before=before_of(target, plan, edition, baselines),
        )
        codes: Sequence[str | None] = codes_of(target, plan, edition)
        outcomes = tuple(
            judged(condition, code, target, bench)
            for code in codes
            for condition in (target.conditions if target.testable else ())
        )
        need = members_met(target, codes, outcomes) if target.need and target.testable and ground else None
        sheets.append(AttainmentRows(target=target, outcomes=outcomes, members=need))
    return laid_out(sheets, rows, edition, words)


def _no_row(plan: Plan, wide: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """The row that stands for an area the result does not hold."""
    period = wide["period"][0] if not wide.is_empty() else edition.period
    return pl.DataFrame({"area": [plan.area], "area_name": [plan.area_name], "period": [period], "scenario": ["base"]})
