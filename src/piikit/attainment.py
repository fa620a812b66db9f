"""Judge the targets of a plan on the scores and ranks of a result: required, actual, gap, status and reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.framework import Edition
from piikit.indicator import Names
from piikit.messages import Messages, messages
from piikit.plan import Condition, Plan, Target

SCHEMA = pl.Schema(
    {
        "target": pl.String(), "area": pl.String(), "area_name": pl.String(), "period": pl.String(),
        "scenario": pl.String(), "code": pl.String(), "metric": pl.String(), "condition": pl.String(),
        "required": pl.Float64(), "actual": pl.Float64(), "gap": pl.Float64(), "status": pl.String(),
        "reason_code": pl.String(), "reason": pl.String(),
    }
)  # fmt: skip
STATUSES = ("met", "not_met", "cannot_judge", "not_due", "not_testable")

Row = Mapping[str, Any]


@frozen(kw_only=True)
class Verdict:
    """The judgement of one condition on one node."""

    status: str
    reason_code: str
    required: float | None = None
    actual: float | None = None
    gap: float | None = None
    params: Mapping[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Ground:
    """What conditions are judged on: the plan area's row of one cohort, and the same area's row in the baseline."""

    edition: Edition
    row: Row
    baseline: Row | None
    """None where there is no baseline, or it does not hold the area."""

    def actual(self, metric: str, code: str) -> float | None:
        """The area's score or rank of a node."""
        return self._figure(self.row, metric, code)

    def before(self, metric: str, code: str) -> float | None:
        """The same figure in the baseline."""
        return self._figure(self.baseline, metric, code) if self.baseline is not None else None

    def _figure(self, row: Row, metric: str, code: str) -> float | None:
        figure = row.get(f"{metric}:{code}")
        if figure is None:
            return None
        # Compared as precisely as ranks are, so that noise in the last bits neither meets nor misses a target.
        return round(float(figure), self.edition.rank.decimals)


def attainment(
    wide: pl.DataFrame,
    plan: Plan,
    edition: Edition,
    *,
    baseline: tuple[pl.DataFrame, Edition] | None = None,
    lang: str = "en",
) -> pl.DataFrame:
    """One row a condition and one row (`condition` "all") a target, for each period and scenario.

    Args:
        wide: scores and ranks, as the pipeline gives them.
        plan: the plan.
        edition: the framework of `wide`.
        baseline: scores and ranks that "improves" is measured from, and their framework; without effect where that
            has another list of areas than the plan, since codes change their meaning between lists.
        lang: the language of reasons.

    Returns:
        target, area, area_name, period, scenario, code, metric, condition, required, actual, gap (what is missing,
        0 or more), status, reason_code, reason. A target is not_met if any condition is, else cannot_judge if any is,
        else met.
    """
    words = messages(lang)
    rows: list[dict[str, Any]] = []
    area = edition.areas.get(plan.area) if edition.areas and edition.areas.id == plan.areas else None
    mine = wide.filter(pl.col("area") == area.code) if area else wide.clear()
    cohorts = mine.iter_rows(named=True) if not mine.is_empty() else [_no_row(plan, wide, edition)]
    before = _baseline_row(baseline, plan)
    for row in cohorts:
        ground = Ground(edition=edition, row=row, baseline=before)
        for target in plan.targets:
            rows += _judge(target, plan, ground, words)
    return pl.DataFrame(rows, schema=SCHEMA)


def _no_row(plan: Plan, wide: pl.DataFrame, edition: Edition) -> Row:
    """The row that stands for an area the result does not hold."""
    absent = "area_absent"
    if edition.areas is None or edition.areas.id != plan.areas:
        absent = "area_ended" if plan.successor else "other_areas"
    period = wide["period"][0] if not wide.is_empty() else edition.period
    return {"area": plan.area, "area_name": plan.area_name, "period": period, "scenario": "base", "absent": absent}


def _baseline_row(baseline: tuple[pl.DataFrame, Edition] | None, plan: Plan) -> Row | None:
    if baseline is None:
        return None
    wide, edition = baseline
    if edition.areas is None or edition.areas.id != plan.areas:
        return None
    mine = wide.filter((pl.col("area") == plan.area) & (pl.col("scenario") == "base"))
    return mine.sort("period").row(-1, named=True) if not mine.is_empty() else None


def _judge(target: Target, plan: Plan, ground: Ground, words: Messages) -> Iterator[dict[str, Any]]:
    verdicts: list[Verdict] = []
    for code in _scope(target, plan):
        for condition in target.conditions:
            verdict = _verdict(condition, code, target, plan, ground)
            verdicts.append(verdict)
            yield _as_row(target, code, condition, verdict, ground, _reason(verdict, words))
    decisive = next(
        (v for status in ("not_met", "cannot_judge", "met") for v in verdicts if v.status == status), verdicts[0]
    )
    together = Verdict(status=decisive.status, reason_code=decisive.reason_code)
    reasons = [_reason(verdict, words) for verdict in verdicts if verdict.status == decisive.status]
    yield _as_row(target, target.node, None, together, ground, "; ".join(dict.fromkeys(reasons)))


def _scope(target: Target, plan: Plan) -> list[str | None]:
    if target.node is not None:
        return [target.node]
    members = plan.sets[target.set or ""].members
    return list(members) if members is not None else [None]


def _verdict(condition: Condition, code: str | None, target: Target, plan: Plan, ground: Ground) -> Verdict:
    node = ground.edition.nodes.get(code or "")
    name: Names = node.name if node else {}

    def unknown(reason: str, **params: Any) -> Verdict:
        return Verdict(
            status="cannot_judge",
            reason_code=reason,
            required=condition.value,
            params={"code": code, "name": name, "required": condition.value, **params},
        )

    if ground.row.get("absent"):
        return unknown(
            str(ground.row["absent"]),
            area=plan.area_name,
            areas=plan.areas,
            edition=ground.edition.id,
            successor=plan.successor,
        )
    if code is None:
        members = plan.sets[target.set or ""]
        return unknown("unknown_members", set=members.name, count=members.count)
    if code not in ground.edition.nodes:
        return unknown("no_such_node", edition=ground.edition.id)
    actual = ground.actual(condition.metric, code)
    if actual is None:
        return unknown(f"no_{condition.metric}")
    required = condition.value
    if condition.comparison == "improves":
        required = ground.before(condition.metric, code)
        if required is None:
            return unknown("no_baseline")
    assert required is not None
    return _compared(condition, actual, required, code)


def _compared(condition: Condition, actual: float, required: float, code: str) -> Verdict:
    fewer_is_better = condition.comparison == "at_most" or (
        condition.comparison == "improves" and condition.metric == "rank"
    )
    strict = condition.comparison in {"above", "improves"}
    gap = round(actual - required if fewer_is_better else required - actual, 9)
    met = gap < 0 if strict else gap <= 0
    reason = "reached" if met else ("only_equal" if gap == 0 else "short")
    return Verdict(
        status="met" if met else "not_met",
        reason_code=reason,
        required=required,
        actual=actual,
        gap=max(gap, 0.0),
        params={
            "code": code,
            "required": required,
            "actual": actual,
            "gap": max(gap, 0.0),
            "metric": condition.metric,
            "comparison": condition.comparison,
        },
    )


def _as_row(
    target: Target, code: str | None, condition: Condition | None, verdict: Verdict, ground: Ground, reason: str
) -> dict[str, Any]:
    return {
        "target": target.id,
        **{key: ground.row[key] for key in ("area", "area_name", "period", "scenario")},
        "code": code,
        "metric": condition.metric if condition else None,
        "condition": condition.comparison if condition else "all",
        "required": verdict.required,
        "actual": verdict.actual,
        "gap": verdict.gap,
        "status": verdict.status,
        "reason_code": verdict.reason_code,
        "reason": reason,
    }


def _reason(verdict: Verdict, words: Messages) -> str:
    params = dict(verdict.params)
    for key, group in (("metric", "label"), ("comparison", "comparison")):
        if key in params:
            params[key] = words.text(f"{group}.{params[key]}")
    return words.text(f"reason.{verdict.reason_code}", **params)
