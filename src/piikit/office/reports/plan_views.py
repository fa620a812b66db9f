"""The views of a plan: its targets judged, its agencies, its tasks."""

from __future__ import annotations

from typing import Any

import polars as pl

from piikit.findings.messages import messages
from piikit.office.reports.tables import Subject, View, in_words, joined, labelled, named, names_of, view
from piikit.plans.agencies import ROLES
from piikit.plans.judging.table import STATUSES
from piikit.plans.progress import STATUSES as TASK_STATUSES
from piikit.result import Result, frames_of

SUMMARY = ("agency", "name", "indicators", "scored", "index_gap", "index_gap_share", "tasks", *TASK_STATUSES, "reason")
DUTIES = (
    "agency",
    "name",
    "role",
    "code",
    "node_name",
    "level",
    "value",
    "score",
    "rank",
    "n_ranked",
    "score_change",
    "places",
    "targets",
    "gap_to_target",
    "rank_gap_to_target",
    "n_leading",
    "through",
    "index_gap",
    "index_gap_share",
    "reason",
)
TASKS = (
    "task",
    "text",
    "lead_name",
    "coordinating",
    "start",
    "due",
    "status",
    "days",
    "reason",
    "done",
    "output",
    "evidence",
    "nodes",
    "targets",
    "note",
)


def attainment(result: Result) -> View | None:
    """Every target and condition of the plan, judged, in words."""
    if result.plan is None:
        return None
    words = messages(result.lang)
    wanted = {target.id: words.of(target.text or target.name) for target in result.plan.targets}
    metrics = pl.col("metric").drop_nulls().unique()
    frame = result.attainment
    found = frame.select(metrics)["metric"].to_list()
    comparisons = frame["condition"].unique().to_list()
    frame = frame.with_columns(
        named("target", wanted).alias("target_name"),
        names_of(result).alias("node_name"),
        in_words("metric", "label", words, found),
        in_words("condition", "comparison", words, comparisons),
        in_words("status", "status", words, STATUSES),
    )
    names = [
        "period",
        *(["scenario"] if frames_of(result).what_if is not None else []),
        "area_name",
        "target",
        "target_name",
        "code",
        "node_name",
        "metric",
        "condition",
        "required",
        "actual",
        "gap",
        "status",
        "reason",
        "gap_points",
        "step",
        "on_track",
    ]
    columns = [labelled(name, words) for name in names]
    return view("attainment", frame, words, columns, freeze=names.index("target_name"))


def agencies(result: Result, subject: Subject, progress: Any = None) -> tuple[View, ...]:
    """What each agency answers for: in sum, and by node; none where the plan's area is not in the result."""
    if result.plan is None or not subject.planned:
        return ()
    words, lang = messages(result.lang), result.lang
    said = {"area": subject.name, "day": subject.day_text(lang) or subject.period}
    asked: dict[str, Any] = {"period": subject.period, "on": subject.day}
    short = result.by_agency(summarise=True, progress=progress, **asked)
    whole = result.by_agency(roles=ROLES, **asked).with_columns(
        in_words("role", "table.role", words, ROLES),
        in_words("level", "table.level", words, [*result.edition.levels, "outside_index"]),
        joined("targets"),
        joined("through"),
    )
    keys = {"name": "agency_name"}
    return (
        view(
            "agencies", short, words, [labelled(name, words, keys.get(name)) for name in SUMMARY], freeze=2, said=said
        ),
        view("duties", whole, words, [labelled(name, words, keys.get(name)) for name in DUTIES], freeze=2, said=said),
    )


def tasks(result: Result, subject: Subject, progress: Any = None) -> View | None:
    """Where the tasks of the plan stand on the day; none without a plan or a day."""
    if result.plan is None or subject.day is None:
        return None
    words = messages(result.lang)
    frame = result.tasks(subject.day, progress).with_columns(
        in_words("status", "task_status", words, TASK_STATUSES),
        *(joined(name) for name in ("coordinating", "nodes", "targets")),
    )
    keys = {"status": "task_status", "done": "done_on"}
    columns = [labelled(name, words, keys.get(name)) for name in TASKS]
    return view("tasks", frame, words, columns, freeze=1, said={"day": subject.day_text(result.lang)})
