"""What is to be reached: conditions on nodes, written out or taken from the plan that was judged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from attrs import frozen

from piikit.files.wide_columns import given_rank_column, score_column, wide_column
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.framework.edition import Edition
from piikit.plans.goal import Target, TargetsLike
from piikit.results.frames import Frames

COMPARISONS: Mapping[str, tuple[str, ...]] = {"score": ("above", "at_least"), "rank": ("at_most",)}
PLAN = "plan"
"""Stands for every target of the plan that is not met."""


@frozen(kw_only=True)
class Goal:
    """One condition to be reached.

    Attributes:
        target: the plan's target, or a text of its own: "PII rank at_most 10".
        metric: "score" or "rank".
        comparison: "above" (strict), "at_least" or "at_most".
    """

    target: str
    node: str
    metric: str
    comparison: str
    required: float


@frozen(kw_only=True)
class LeftOut:
    """A condition of the plan that cannot be sought, and why (`reason_code` of a text `seek.left_out.*`)."""

    target: str
    node: str | None
    reason_code: str


def goals_of(
    targets: TargetsLike, result: Frames, row: Mapping[str, Any]
) -> tuple[tuple[Goal, ...], tuple[LeftOut, ...]]:
    """The goals that the caller's targets mean.

    Args:
        targets: a `Target`, a condition ({"node", "metric", "is", "value"}), the id of a target of the result's plan,
            "plan" for every target of it that is not met, or several of these.
        result: the result.
        row: the area's row.

    Raises:
        UsageError: with every fault.
    """
    given: list[Any] = [targets]
    if isinstance(targets, Iterable) and not isinstance(targets, str | Mapping):
        given = list(targets)
    faults: list[str] = [] if given else ["targets is empty: give a condition, or the id of a target of the plan"]
    goals: list[Goal] = []
    left: list[LeftOut] = []
    for place, entry in enumerate(given):
        if isinstance(entry, Mapping | Target):
            conditions = entry.conditions() if isinstance(entry, Target) else [entry]
            wrong = [f"targets[{place}]: {text}" for text in _condition_faults(conditions[0], result.edition)]
            faults += wrong
            if not wrong:
                goals += [_goal(condition) for condition in conditions]
        elif isinstance(entry, str):
            try:
                found = _from_plan(entry, result, row)
            except UsageError as error:
                faults.append(f"targets[{place}]: {error}")
                continue
            goals += found[0]
            left += found[1]
        else:
            faults.append(f"targets[{place}]: neither a condition nor a text but {type(entry).__name__}")
    if faults:
        raise UsageError("; ".join(faults))
    goals, unknown = _with_figures(goals, row)
    return tuple(dict.fromkeys(goals)), (*left, *unknown)


def _condition_faults(entry: Mapping[str, Any], edition: Edition) -> Iterable[str]:
    keys = ("node", "metric", "is", "value")
    for key in entry:
        if key not in keys:
            yield f"unknown key {key!r}{_near(str(key), keys)} Known: {', '.join(keys)}"
    missing = [key for key in keys if key not in entry]
    if missing:
        yield f"{', '.join(missing)} missing"
    node, metric, comparison, value = (entry.get(key) for key in keys)
    if "node" in entry and node not in edition.nodes:
        yield f"no node {node!r} in {edition.id}{_near(str(node), list(edition.nodes))}"
    if "metric" in entry and metric not in COMPARISONS:
        yield f"metric must be score or rank, not {metric!r}"
    elif "is" in entry and metric in COMPARISONS and comparison not in COMPARISONS[str(metric)]:
        yield f"is must be {' or '.join(COMPARISONS[str(metric)])} for a {metric}, not {comparison!r}"
    if "value" in entry and (isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)):
        yield f"value must be a finite number, not {value!r}"
    elif metric == "rank" and isinstance(value, int | float) and value < 1:
        yield f"a rank is 1 or more, not {value!r}"


def _near(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known, cutoff=0.6)
    return f"; did you mean {near!r}?" if near else "."


def _goal(entry: Mapping[str, Any]) -> Goal:
    name = f"{entry['node']} {entry['metric']} {entry['is']} {entry['value']:g}"
    return Goal(
        target=name, node=entry["node"], metric=entry["metric"], comparison=entry["is"], required=float(entry["value"])
    )


def _from_plan(name: str, result: Frames, row: Mapping[str, Any]) -> tuple[list[Goal], list[LeftOut]]:
    if result.plan is None:
        raise UsageError(f"{name!r} names a target, but the result was made without a plan")
    known = [target.id for target in result.plan.targets]
    if name != PLAN and name not in known:
        raise UsageError(f"plan {result.plan.id} has no target {name!r}{_near(name, known)}")
    mine = result.attainment.filter(*(pl.col(key) == row[key] for key in ("area", "period", "scenario")))
    if mine.is_empty():
        raise UsageError(f"plan {result.plan.id} is not a plan of {row['area_name']}")
    unmet = mine.filter((pl.col("condition") == "all") & (pl.col("status") != "met"))["target"]
    wanted = mine.filter(
        (pl.col("condition") != "all") & (pl.col("target").is_in(unmet) if name == PLAN else pl.col("target") == name)
    )
    goals: list[Goal] = []
    left: list[LeftOut] = []
    for judged in wanted.iter_rows(named=True):
        goal = _judged_goal(judged)
        if goal is None:
            left.append(LeftOut(target=judged["target"], node=judged["code"], reason_code=_why(judged, result)))
        else:
            goals.append(goal)
    return goals, left


def _judged_goal(judged: Mapping[str, Any]) -> Goal | None:
    """A judged condition as a goal; None where it asks for something that cannot be sought."""
    metric, comparison, required = judged["metric"], judged["condition"], judged["required"]
    if judged["code"] is None or required is None or judged["status"] not in {"met", "not_met"}:
        return None
    if comparison == "improves":
        # Strictly better than the figure of the baseline.
        comparison, required = ("above", required) if metric == "score" else ("at_most", required - 1)
    if comparison not in COMPARISONS.get(metric, ()):
        return None
    return Goal(target=judged["target"], node=judged["code"], metric=metric, comparison=comparison, required=required)


def _why(judged: Mapping[str, Any], result: Frames) -> str:
    if judged["status"] not in {"met", "not_met"}:
        return "not_judged"
    return "no_node" if judged["code"] not in result.edition.nodes else "other_kind"


def _with_figures(goals: Iterable[Goal], row: Mapping[str, Any]) -> tuple[list[Goal], list[LeftOut]]:
    """The goals whose figure the area has; a rank that was published stays as it is."""
    kept: list[Goal] = []
    left: list[LeftOut] = []
    for goal in goals:
        reason = None
        if row[score_column(goal.node)] is None or row[wide_column(goal.metric, goal.node)] is None:
            reason = f"no_{goal.metric}"
        elif goal.metric == "rank" and row.get(given_rank_column(goal.node)) is not None:
            reason = "published_rank"
        if reason is None:
            kept.append(goal)
        else:
            left.append(LeftOut(target=goal.target, node=goal.node, reason_code=reason))
    return kept, left
