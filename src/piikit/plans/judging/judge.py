"""Judge one condition on one node, for every row of the plan's area at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field, frozen

from piikit.findings.messages import Messages
from piikit.plans.judging.baseline import BaselineFigures
from piikit.plans.judging.figures import JudgedFigures
from piikit.plans.judging.interval import (
    CANNOT_JUDGE,
    MET,
    NOT_MET,
    Floats,
    Interval,
    IntervalComparison,
    lies_within,
    reaches,
)
from piikit.plans.judging.spans import Path, path_of
from piikit.plans.plan import Plan
from piikit.plans.targets import Condition, PlannedTarget

UPWARD = frozenset({"above", "at_least"})
DOWNWARD = frozenset({"below", "at_most"})


@frozen(kw_only=True, eq=False)
class ConditionOutcome:
    """The judgement of one condition on one node, an entry a row.

    Attributes:
        code: the node; None where a set's members are not known.
        reason_code: why, a text a row.
        texts: the whole reason of codes that have no figures in theirs.
        wanted: which text says what was asked for, and its parameters that are the same in every row.
        amount: what was asked for, as figures that differ by row.
        note: what to know beside the reason.
    """

    target: PlannedTarget
    condition: Condition
    code: str | None
    status: np.ndarray
    reason_code: np.ndarray
    texts: Mapping[str, str] = field(factory=dict)
    actual: Interval
    required: Interval
    before: Interval
    gap: Floats
    gap_points: Floats
    path: Path
    wanted: str = ""
    params: Mapping[str, str] = field(factory=dict)
    note: str = ""


@frozen(kw_only=True, eq=False)
class Bench:
    """What one target is judged with.

    Attributes:
        rows: how many rows the plan's area has.
        ground: its figures; None where the result does not hold the area, and `absent` says why.
    """

    plan: Plan
    words: Messages
    rows: int
    ground: JudgedFigures | None
    before: BaselineFigures
    absent: str = ""
    edition: str = ""


def judged(condition: Condition, code: str | None, target: PlannedTarget, bench: Bench) -> ConditionOutcome:
    """The judgement of a condition on a node."""
    refused = _refusal(condition, code, target, bench)
    if refused is not None:
        return _unknown(condition, code, target, bench, *refused)
    assert code is not None and bench.ground is not None
    ground = bench.ground
    before = _before(condition, code, bench)
    required = _required(condition, code, bench, before, ground.years)
    more = improves_upward(condition, ground.edition.nodes[code].direction)
    actual = ground.actual(condition.metric, code, condition.among)
    if condition.comparison in ("exactly", "between"):
        low, high = condition.range or (condition.value or 0.0, condition.value or 0.0)
        compared = lies_within(actual, round(low, 9), round(high, 9), more=more)
    else:
        compared = reaches(actual, required, more=more, strict=condition.strict)
    reasons, texts = _reasons(condition, code, bench, actual, required, compared)
    worst = required.figures if required.exact.all() else np.full(bench.rows, np.nan)
    return ConditionOutcome(
        target=target,
        condition=condition,
        code=code,
        status=compared.status,
        reason_code=reasons,
        texts=texts,
        actual=actual,
        required=required,
        before=before,
        gap=compared.gap,
        gap_points=_gap_points(condition, code, ground, compared, worst),
        path=_path(condition, code, target, bench, actual, compared, more),
        wanted=_wanted(condition, more),
        params=_wanted_params(condition, bench),
        note=_note(condition, target, bench),
    )


def improves_upward(condition: Condition, direction: str) -> bool:
    """Whether a larger figure is better for this condition: as it is written, or as the metric has it."""
    if condition.comparison in UPWARD | DOWNWARD:
        return condition.comparison in UPWARD
    if condition.metric == "rank":
        return False
    return condition.metric != "value" or direction == "higher"


def _path(
    condition: Condition,
    code: str,
    target: PlannedTarget,
    bench: Bench,
    actual: Interval,
    compared: IntervalComparison,
    more: bool,
) -> Path:
    nothing = np.full(bench.rows, np.nan)
    if target.until is None or condition.mean_of:
        return Path(step=nothing, on_track=nothing)
    assert bench.ground is not None
    apart = condition.metric == "rank" and bench.before.apart is not None
    start = Interval.known(nothing)
    if not apart:
        start = bench.before.figure(condition.metric, code, condition.among).wide(bench.rows)
    end = _required(condition, code, bench, start, np.full(bench.rows, float(target.until)))
    return path_of(
        target,
        bench.before.year,
        bench.ground.years,
        actual=actual.figures,
        before=start.figures,
        end=end.figures,
        met=np.where(compared.status == CANNOT_JUDGE, np.nan, (compared.status == MET).astype(float)),
        more=more,
    )


# -- what stands in the way ------------------------------------------------------------------------------------


def _refusal(
    condition: Condition, code: str | None, target: PlannedTarget, bench: Bench
) -> tuple[str, dict[str, Any]] | None:
    """Why the condition cannot be judged in any row: a reason's code and its parameters."""
    plan, ground = bench.plan, bench.ground
    if ground is None:
        params = {"area": plan.area_name, "areas": plan.areas, "edition": bench.edition, "successor": plan.successor}
        return bench.absent, params
    if code is None:
        sets = target.origin.sets if target.origin else plan.sets
        members = sets[target.set or ""]
        return "unknown_members", {"set": members.name, "count": members.count}
    if code not in ground.edition.nodes:
        return "no_such_node", {"edition": ground.edition.id}
    if condition.of is not None and condition.of != ground.count(condition.among):
        return "other_count", {"of": condition.of, "count": ground.count(condition.among), "edition": ground.edition.id}
    for group in (condition.among, *condition.mean_of):
        if group not in (None, "country") and group not in ground:
            return "not_in_group", {"group": peers_name(group, bench), "area": plan.area_name}
    if condition.from_baseline and condition.metric == "rank" and bench.before.apart is not None:
        return "ranks_apart", {**bench.before.apart, "now": ground.count(), "edition": ground.edition.id}
    if condition.each is not None and bench.before.year is None:
        return "no_baseline", {}
    return None


def _unknown(
    condition: Condition, code: str | None, target: PlannedTarget, bench: Bench, reason: str, params: dict[str, Any]
) -> ConditionOutcome:
    node = bench.ground.edition.nodes.get(code or "") if bench.ground is not None else None
    nothing = np.full(bench.rows, np.nan)
    unknown = Interval.known(nothing)
    stated = np.full(bench.rows, np.nan if condition.value is None else condition.value)
    known = Interval.known(nothing if condition.from_baseline else stated)
    text = bench.words.text(f"reason.{reason}", code=code, name=node.name if node else {}, **params)
    return ConditionOutcome(
        target=target,
        condition=condition,
        code=code,
        status=np.full(bench.rows, CANNOT_JUDGE),
        reason_code=np.full(bench.rows, reason, dtype=object),
        texts={reason: text},
        actual=unknown,
        required=known,
        before=unknown,
        gap=nothing,
        gap_points=nothing,
        path=Path(step=nothing, on_track=nothing),
    )


# -- the two figures -------------------------------------------------------------------------------------------


def _before(condition: Condition, code: str, bench: Bench) -> Interval:
    if not condition.from_baseline:
        return Interval.known(np.full(bench.rows, np.nan))
    return bench.before.figure(condition.metric, code, condition.among).wide(bench.rows)


def _required(condition: Condition, code: str, bench: Bench, before: Interval, years: Floats) -> Interval:
    """The figure to compare with; of "exactly" and "between" the worst one that is enough."""
    assert bench.ground is not None
    ground = bench.ground
    more = improves_upward(condition, ground.edition.nodes[code].direction)
    if condition.mean_of:
        means = [ground.mean(condition.metric, code, group) for group in condition.mean_of]
        # To be above each mean is to be above the highest of them.
        pick = np.maximum if more else np.minimum
        return Interval(
            lower=pick.reduce([mean.lower for mean in means]), upper=pick.reduce([mean.upper for mean in means])
        )
    if condition.comparison in ("improves", "maintains"):
        return before
    if condition.comparison == "improves_by":
        by = np.full(bench.rows, condition.range[0] if condition.range else condition.value or 0.0)
        if condition.each is not None:
            by = by * np.maximum(years - float(bench.before.year or 0), 0.0)
        if condition.unit == "percent":
            base = np.where(before.exact, np.abs(before.lower), np.nan)
            by = np.where(np.isnan(base), 0.0, base * by / np.full(bench.rows, 100.0))
        moved = before.moved(by if more else -by)
        return Interval(lower=np.round(moved.lower, 9), upper=np.round(moved.upper, 9))
    figure = condition.value
    if condition.range is not None:
        figure = condition.range[0 if more else 1]
    return Interval.known(np.full(bench.rows, figure, dtype=float))


def _gap_points(
    condition: Condition, code: str, ground: JudgedFigures, compared: IntervalComparison, worst: Floats
) -> Floats:
    """How many points are missing to the score of the area that now holds the last rank that counts."""
    rows = len(compared.status)
    if condition.metric != "rank" or (compared.status != NOT_MET).all() or compared.beyond.all():
        return np.full(rows, np.nan)
    # Strictly better than a rank means the one before it.
    place = worst - 1 if condition.comparison == "improves" else worst
    own = ground.actual("score", code).figures
    last = ground.last_score(code, place, condition.among)
    short = (compared.status == NOT_MET) & ~compared.beyond
    return np.where(short, np.maximum(np.round(last - own, 9), 0.0) + 0.0, np.nan)


# -- why -------------------------------------------------------------------------------------------------------


def _reasons(
    condition: Condition, code: str, bench: Bench, actual: Interval, required: Interval, compared: IntervalComparison
) -> tuple[np.ndarray, dict[str, str]]:
    """The reason's code in each row, and the texts of those that have no figures."""
    assert bench.ground is not None
    ground = bench.ground
    trivial = actual.open
    if condition.metric == "rank":
        trivial = trivial | ((actual.lower <= 1) & (actual.upper >= ground.count(condition.among)) & ~actual.exact)
    missing = "no_mean" if condition.mean_of else "no_baseline"
    known = actual.exact & required.exact
    status = compared.status
    undecided = np.where(trivial, f"no_{condition.metric}", np.where(required.open, missing, "bounds_open"))
    reasons = np.select(
        [
            (status == CANNOT_JUDGE),
            known & (status == MET),
            known & compared.equal,
            known & compared.beyond,
            known,
            (status == MET),
        ],
        [undecided, "reached", "only_equal", "passed", "short", "bounds_met"],
        default="bounds_missed",
    ).astype(object)
    node = ground.edition.nodes[code]
    names = {"code": code, "name": node.name}
    if condition.mean_of:
        names["group"] = ", ".join(peers_name(group, bench) for group in condition.mean_of)
    fixed = {f"no_{condition.metric}", missing} & set(reasons.tolist())
    return reasons, {key: bench.words.text(f"reason.{key}", **names) for key in fixed}


def _wanted(condition: Condition, more: bool) -> str:
    """Which text says what was asked for."""
    if condition.mean_of:
        return "mean"
    if condition.comparison == "improves_by":
        return "improves_by_more" if more else "improves_by_fewer"
    return condition.comparison


def _wanted_params(condition: Condition, bench: Bench) -> dict[str, str]:
    words = bench.words
    label = words.text(f"label.{condition.metric}")
    if condition.among is not None:
        label = words.text("wanted.rank_among", group=peers_name(condition.among, bench))
    amount = ""
    if condition.comparison == "improves_by":
        low, high = condition.range or (condition.value, None)
        key = "percent" if condition.unit else {"rank": "places", "score": "points"}.get(condition.metric, "units")
        size = words.show(low) if high is None else words.text("wanted.interval", lower=low, upper=high)
        amount = words.text(f"wanted.{key}", size=size)
        if condition.each is not None:
            amount = words.text("wanted.each_year", size=amount)
    return {
        "metric": label,
        "comparison": words.text(f"comparison.{condition.comparison}"),
        "whose": ", ".join(peers_name(group, bench) for group in condition.mean_of),
        "of": words.text("wanted.of", of=condition.of) if condition.of is not None else "",
        "low": words.show(condition.range[0]) if condition.range else "",
        "high": words.show(condition.range[1]) if condition.range else "",
        "size": amount,
    }


def peers_name(group: str | None, bench: Bench) -> str:
    """What people call a peer set."""
    words, ground = bench.words, bench.ground
    if group in (None, "country") or ground is None:
        return words.text("wanted.country")
    areas = ground.edition.areas
    mine = next((area.region for area in areas.areas if area.code == ground.area), None) if areas else None
    if group == "region" and areas is not None and mine is not None and mine in areas.regions:
        return words.text("wanted.region", name=areas.regions[mine])
    peers = ground.edition.groups.get(group or "")
    return words.of(peers.name) if peers is not None else str(group)


def _note(condition: Condition, target: PlannedTarget, bench: Bench) -> str:
    """What a reader must know beside the reason: that two lists of areas are compared."""
    words, ground, apart = bench.words, bench.ground, bench.before.apart
    assert ground is not None
    if condition.from_baseline:
        return words.text("note.baseline_apart", **apart, now=ground.count()) if apart is not None else ""
    origin = target.origin
    if origin is None or ground.edition.areas is None or origin.areas == ground.edition.areas.id:
        return ""
    key = "note.rank_apart" if condition.metric == "rank" else "note.figure_apart"
    return words.text(key, area=origin.area_name, areas=origin.areas, count=origin.count, now=ground.count())
