"""What each agency answers for: its nodes, their scores, and the share of the index's gap that is theirs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from attrs import frozen

from piikit.findings.dates import last_day
from piikit.findings.errors import UsageError
from piikit.findings.messages import Messages, messages
from piikit.findings.unknown import unknown
from piikit.framework.edition import Edition
from piikit.plans.agencies import NOBODY, ROLES, Agency, Role, answering
from piikit.plans.plan import Plan
from piikit.plans.progress import STATUSES, day_asked, task_frame
from piikit.results.follow import since
from piikit.results.frames import Frames
from piikit.results.index_gap import Gaps, gaps

SCHEMA = pl.Schema(
    {
        "agency": pl.String(),
        "name": pl.String(),
        "role": pl.String(),
        "code": pl.String(),
        "node_name": pl.String(),
        "level": pl.String(),
        "area": pl.String(),
        "area_name": pl.String(),
        "period": pl.String(),
        "scenario": pl.String(),
        "value": pl.Float64(),
        "score": pl.Float64(),
        "rank": pl.Int32(),
        "n_ranked": pl.Int32(),
        "score_change": pl.Float64(),
        "places": pl.Int32(),
        "targets": pl.List(pl.String()),
        "gap_to_target": pl.Float64(),
        "rank_gap_to_target": pl.Float64(),
        "n_leading": pl.Int32(),
        "through": pl.List(pl.String()),
        "index_gap": pl.Float64(),
        "index_gap_share": pl.Float64(),
        "reason": pl.String(),
    }
)
SUMMARY = pl.Schema(
    {
        "agency": pl.String(),
        "name": pl.String(),
        "indicators": pl.Int32(),
        "scored": pl.Int32(),
        "index_gap": pl.Float64(),
        "index_gap_share": pl.Float64(),
        "tasks": pl.Int32(),
        **dict.fromkeys(STATUSES, pl.Int32()),
        "reason": pl.String(),
    }
)
NO_TARGET: Mapping[str, Any] = {"targets": [], "gap_to_target": None, "rank_gap_to_target": None}
OUTSIDE = "outside_index"
"""The level of a row that stands for an outside index of which the plan does not say what it feeds."""
Row = Mapping[str, Any]


# -- who leads what ----------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class AgencyFigures:
    """What the frames of agencies are made from: one plan, one area in one cohort, one day."""

    plan: Plan
    edition: Edition
    editions: Mapping[str, Edition]
    row: Row
    scores: Mapping[str, Row]
    before: Mapping[str, Row]
    """The same area's figures by code in the baseline; empty where there is none with the same list of areas."""
    targets: pl.DataFrame
    """The rows of the attainment that speak of this area, period and scenario."""
    on: date | None
    words: Messages

    @functools.cached_property
    def to_targets(self) -> dict[str, dict[str, Any]]:
        """By node the targets that speak of it, and the most that a condition is short of, in points and places."""
        conditions = self.targets.filter(pl.col("condition") != "all", pl.col("code").is_not_null())
        found = conditions.group_by("code", maintain_order=True).agg(
            pl.col("target").unique(maintain_order=True).alias("targets"),
            pl.col("gap").filter(pl.col("metric") == "score").max().alias("gap_to_target"),
            pl.col("gap").filter(pl.col("metric") == "rank").max().alias("rank_gap_to_target"),
        )
        return {row.pop("code"): row for row in found.to_dicts()}

    def answering(self, agency: Agency) -> Agency:
        """Who answers for it on the day."""
        return answering(self.plan.agencies, agency.id, self.on)

    def name(self, agency: Agency) -> str:
        """What it is called on the day."""
        return self.words.of(agency.name_on(self.on) if self.on is not None else agency.name)


def leaders(plan: Plan, edition: Edition, on: date | None) -> dict[str, tuple[str, ...]]:
    """The ids of the agencies that lead each node on a day, in the plan's order.

    For an indicator that nobody leads by itself they are those of the nearest node above it that somebody leads.
    """
    own = {
        code: tuple(dict.fromkeys(answering(plan.agencies, agency.id, on).id for agency in plan.leads(code)))
        for code in edition.nodes
    }
    for code in edition.indicators:
        if not own[code]:
            own[code] = next((own[above] for above in reversed(edition.path(code)) if own[above]), ())
    return own


def ground_of(
    result: Frames, plan: Plan, area: str | None, period: str | None, scenario: str, on: date | str | None
) -> AgencyFigures:
    """What a result holds of one area in one cohort, for the agencies of a plan.

    Raises:
        UsageError: an unknown area, period or day; the plan's area is none of the edition.
    """
    edition = result.edition
    listed = edition.areas.id if edition.areas else None
    if area is None and listed != plan.areas:
        code = "plan_of_other_areas_now" if plan.successor else "plan_of_other_areas"
        about = {"area": plan.area_name, "areas": plan.areas, "edition": edition.id}
        raise UsageError(code, **about, successor=plan.successor)
    row = result.row_of(area or plan.area, period, scenario)
    key = [pl.col(name) == row[name] for name in ("area", "period", "scenario")]
    before, editions = _before(result, row["area"])
    return AgencyFigures(
        plan=plan,
        edition=edition,
        editions={edition.id: edition, **editions},
        row=row,
        scores={entry["code"]: entry for entry in result.scores.filter(key).iter_rows(named=True)},
        before=before,
        targets=result.attainment.filter(key),
        on=day_asked(on) if on is not None else last_day(row["period"]) or last_day(edition.period),
        words=messages(result.lang),
    )


def _before(result: Frames, area: str) -> tuple[dict[str, Row], dict[str, Edition]]:
    """The area's figures in the baseline's last period; nothing where that has another list of areas."""
    then = result.baseline
    lists = [entry.edition.areas.id if entry.edition.areas else None for entry in (result, then) if entry is not None]
    if then is None or lists[0] != lists[1]:
        return {}, {}
    mine = then.scores.filter((pl.col("area") == area) & (pl.col("scenario") == "base"))
    last = mine.filter(pl.col("period") == pl.col("period").last())
    return {row["code"]: {**row, "edition": then.edition.id} for row in last.iter_rows(named=True)}, {
        then.edition.id: then.edition
    }


def by_agency(
    result: Frames,
    area: str | None = None,
    period: str | None = None,
    scenario: str = "base",
    *,
    roles: Sequence[Role] = ("lead",),
    on: date | str | None = None,
    progress: Any = None,
    summarise: bool = False,
) -> pl.DataFrame:
    """What each agency of the plan answers for. Empty without a plan.

    The gap of the index is its maximum minus its score. An indicator's part of it is its effective weight times
    (maximum minus score); where several agencies lead it, each has an equal share. The parts of all agencies and of
    `nobody` add up to the gap. They are null, with the reason, where the tree is not of weighted sums, or an
    indicator has no score. An indicator that nobody leads belongs to who leads the nearest node above it.

    Args:
        result: what the result rests on.
        area: the plan's area where not given.
        period: the last one where not given.
        scenario: "base" for the data as they are.
        roles: which duties to list: "lead", "coordinate", "supply_data", "evidence". Only leads have a gap.
        on: the day that decides names, successors and the state of tasks; the last day of the period where not
            given.
        progress: of tasks, as in `tasks`.
        summarise: one row an agency: agency, name, indicators (that it leads), scored (with a score), index_gap,
            index_gap_share, tasks (that it leads), a column a status of tasks, reason.

    Returns:
        agency (`nobody` for indicators that nobody leads), name, role, code, node_name, level, area, area_name,
        period, scenario, value, score, rank, n_ranked, score_change and places (against the baseline), targets
        (that speak of the node), gap_to_target (points), rank_gap_to_target (places), n_leading, through (names of
        outside indices), index_gap (points of the index), index_gap_share (0 to 1), reason.

    Raises:
        UsageError: an unknown area, period, role or day; the plan's area is none of the edition.

    >>> import piikit
    >>> plan = {"id": "p", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63", "sources": ["-"],
    ...         "edition": "pii-2024", "targets": [{"id": "t", "node": "PII", "conditions": [
    ...         {"metric": "rank", "is": "at_most", "value": 10}]}], "agencies": [{"id": "science", "name": {
    ...         "vi": "Sở KH&CN", "en": "Science"}, "duties": [{"role": "lead", "nodes": ["6.2.*"]}]}]}
    >>> found = piikit.evaluate(piikit.sample(), "pii-2024", plan=plan).by_agency(summarise=True)
    >>> found.select("agency", "indicators").rows(), round(found["index_gap_share"].sum(), 9)
    ([('science', 3), ('nobody', 49)], 1.0)
    """
    wrong = [role for role in roles if role not in ROLES]
    if wrong:
        raise unknown("role", wrong[0], ROLES)
    if result.plan is None:
        return pl.DataFrame(schema=SUMMARY if summarise else SCHEMA)
    ground = ground_of(result, result.plan, area, period, scenario, on)
    frame = nodes_by_agency(ground, ("lead",) if summarise else roles)
    if not summarise:
        return frame
    return summary(frame, task_frame(result.plan, ground.on or date.max, progress=progress, lang=result.lang), ground)


def nodes_by_agency(ground: AgencyFigures, roles: Sequence[str]) -> pl.DataFrame:
    """One row an agency, role and node."""
    divided = gaps(ground.row, ground.edition)
    led = leaders(ground.plan, ground.edition, ground.on)
    rows: list[dict[str, Any]] = []
    for agency in ground.plan.agencies:
        if ground.answering(agency) is not agency:
            continue
        for role in roles:
            rows += _of_agency(agency, role, led, divided, ground)
    if "lead" in roles:
        alone = [code for code in ground.edition.indicators if not led[code]]
        name = ground.words.text("agencies.nobody")
        rows += [_row(NOBODY, name, "lead", code, (), led, divided, ground) for code in alone]
    return pl.DataFrame(rows, schema=SCHEMA)


def _of_agency(
    agency: Agency, role: str, led: Mapping[str, tuple[str, ...]], divided: Gaps, ground: AgencyFigures
) -> Iterable[dict[str, Any]]:
    """The rows of one agency: its own duties, and those of the agencies that it took over."""
    duties = [
        duty
        for other in ground.plan.agencies
        if ground.answering(other) is agency
        for duty in other.duties
        if duty.role == role
    ]
    name = ground.name(agency)
    for code in ground.edition.nodes:
        covering = [duty for duty in duties if duty.covers(code)]
        if covering or (role == "lead" and agency.id in led[code]):
            # A direct duty is the whole of it; a line on an outside index names what it goes through.
            through = [ground.words.of(duty.index.name) for duty in covering if duty.index is not None]
            yield _row(agency.id, name, role, code, dict.fromkeys(through), led, divided, ground)
    for duty in duties:
        if duty.index is not None and not any(duty.covers(code) for code in ground.edition.nodes):
            yield {
                "agency": agency.id,
                "name": name,
                "role": role,
                "code": duty.index.id,
                "node_name": ground.words.of(duty.index.name),
                "level": OUTSIDE,
                **_place(ground),
                "targets": [],
                "through": [],
                "reason": ground.words.text("agencies.feeds_unknown"),
            }


def _place(ground: AgencyFigures) -> dict[str, Any]:
    return {key: ground.row[key] for key in ("area", "area_name", "period", "scenario")}


def _row(
    agency: str,
    name: str,
    role: str,
    code: str,
    through: Iterable[str],
    led: Mapping[str, tuple[str, ...]],
    divided: Gaps,
    ground: AgencyFigures,
) -> dict[str, Any]:
    node, words = ground.edition.nodes[code], ground.words
    figures = ground.scores[code]
    row: dict[str, Any] = {
        "agency": agency,
        "name": name,
        "role": role,
        "code": code,
        "node_name": words.of(node.name),
        "level": node.level,
        **_place(ground),
        "through": list(through),
        "n_leading": len(led[code]),
        **{key: figures[key] for key in ("value", "score", "rank", "n_ranked")},
    }
    reasons: list[str] = []
    before = ground.before.get(code)
    if before is not None:
        now = {**row, "edition": ground.edition.id}
        changes, reasons = since(now, dict(before), dict(before), dict(ground.editions), words)
        row |= changes
    row |= ground.to_targets.get(code, NO_TARGET)
    if role == "lead":
        share, reason = _share(code, led, divided, ground)
        row |= share
        reasons += [reason] if reason else []
    row["reason"] = "; ".join(reasons) or None
    return row


def _share(
    code: str, led: Mapping[str, tuple[str, ...]], divided: Gaps, ground: AgencyFigures
) -> tuple[dict[str, Any], str | None]:
    words = ground.words
    if not ground.edition.nodes[code].is_indicator:
        return {}, None
    if divided.total is None:
        return {}, words.text(f"gap_reason.{divided.reason}")
    several = max(len(led[code]), 1)
    points = divided.parts[code] / several
    share = {"index_gap": points, "index_gap_share": points / divided.total if divided.total > 0 else None}
    if several == 1:
        return share, None
    known = {agency.id: agency for agency in ground.plan.agencies}
    names = [ground.name(known[id]) for id in led[code]]
    return share, words.text("gap_reason.shared", n=several, names=names)


def summary(frame: pl.DataFrame, tasks: pl.DataFrame, ground: AgencyFigures) -> pl.DataFrame:
    """One row an agency that answers on the day, and one for what nobody leads; see `Result.by_agency`."""
    divided = gaps(ground.row, ground.edition)
    reason = ground.words.text(f"gap_reason.{divided.reason}") if divided.reason else None
    led = frame.filter(pl.col("level") == "indicator")
    named = {a.id: ground.name(a) for a in ground.plan.agencies if ground.answering(a) is a}
    rows: list[dict[str, Any]] = []
    for id, name in {**named, NOBODY: ground.words.text("agencies.nobody")}.items():
        mine = led.filter(pl.col("agency") == id)
        given = tasks.filter(pl.col("lead") == id)["status"].to_list()
        whole = divided.total is not None
        counts = {status: given.count(status) for status in STATUSES} if ground.on is not None else {}
        rows.append(
            {
                "agency": id,
                "name": name,
                "indicators": mine.height,
                "scored": mine["score"].count(),
                "index_gap": mine["index_gap"].sum() if whole else None,
                "index_gap_share": mine["index_gap_share"].sum() if divided.total else None,
                "tasks": len(given) if ground.on is not None else None,
                **counts,
                "reason": reason,
            }
        )
    return pl.DataFrame(rows, schema=SUMMARY)
