"""Where the tasks of a plan stand on a day: from the plan, and from a table of progress beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_args

import attrs
import polars as pl
from attrs import frozen

from piikit.files.read import read_table
from piikit.findings.dates import day_of, day_text
from piikit.findings.errors import InputError, UsageError
from piikit.findings.faults import pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang, Messages, messages
from piikit.findings.unknown import nearest
from piikit.plans.agencies import answering
from piikit.plans.plan import Plan
from piikit.plans.tasks import Task

TaskStatus = Literal["not_started", "on_time", "late", "done_without_evidence", "done"]
"""How a task stands on a day; column `status` of `Result.tasks`."""
STATUSES: tuple[str, ...] = get_args(TaskStatus)
SCHEMA = pl.Schema(
    {
        "task": pl.String(),
        "text": pl.String(),
        "lead": pl.String(),
        "lead_name": pl.String(),
        "coordinating": pl.List(pl.String()),
        "nodes": pl.List(pl.String()),
        "due": pl.Date(),
        "output": pl.String(),
        "evidence": pl.String(),
        "done": pl.Date(),
        "status": pl.String(),
        "days": pl.Int64(),
        "reason_code": pl.String(),
        "reason": pl.String(),
        "start": pl.Date(),
        "targets": pl.List(pl.String()),
        "lead_in_plan": pl.String(),
        "note": pl.String(),
    }
)


@frozen(kw_only=True)
class Progress:
    """What is known of one task: when it began and was done, what shows it, and a remark."""

    started: date | None = None
    done: date | None = None
    evidence: str | None = None
    note: str | None = None


@frozen(kw_only=True)
class Standing:
    """How a task stands on a day; `days` are those left until it is due, below 0 those it is or was late."""

    status: TaskStatus
    reason: str
    days: int | None


def standing(task: Task, known: Progress, on: date) -> Standing:
    """The status of a task on a day.

    Args:
        task: the task.
        known: its progress; what was done after the day counts as not yet done.
        on: the day.
    """
    due = task.due_day
    if known.done is not None and known.done <= on:
        days = (due - known.done).days if due is not None else None
        if known.evidence is None:
            return Standing(status="done_without_evidence", reason="no_evidence", days=days)
        return Standing(status="done", reason="after_due" if days is not None and days < 0 else "in_time", days=days)
    days = (due - on).days if due is not None else None
    if days is not None and days < 0:
        return Standing(status="late", reason="overdue", days=days)
    start = known.started or task.start_day
    if start is not None and start > on:
        return Standing(status="not_started", reason="begins_later", days=days)
    return Standing(status="on_time", reason="under_way" if days is not None else "no_due_date", days=days)


def day_asked(on: date | str) -> date:
    """The day that a caller means; a month or a year stands for its last day.

    Raises:
        UsageError: no date.
    """
    found = day_of(on)
    if found is None:
        raise UsageError("not_a_date", name="on", value=repr(on))
    return found


def task_frame(plan: Plan | None, on: date, *, progress: Any = None, lang: Lang = "en") -> pl.DataFrame:
    """The tasks of a plan on a day; see `Result.tasks`."""
    if plan is None:
        return pl.DataFrame(schema=SCHEMA)
    words = messages(lang)
    said = _read(progress, plan, lang)
    rows = [_row(task, _known(task, said.get(task.id)), plan, on, words) for task in plan.tasks]
    return pl.DataFrame(rows, schema=SCHEMA)


def _known(task: Task, said: Progress | None) -> Progress:
    """What the table says, else what the plan's document says."""
    own = Progress(done=day_of(task.done) if task.done else None, evidence=_text(task.evidence))
    if said is None:
        return own
    return attrs.evolve(said, done=said.done or own.done, evidence=said.evidence or own.evidence)


def _row(task: Task, known: Progress, plan: Plan, on: date, words: Messages) -> dict[str, Any]:
    lead = answering(plan.agencies, task.lead, on)
    beside = dict.fromkeys(answering(plan.agencies, id, on).id for id in task.coordinate)
    stands = standing(task, known, on)
    done = known.done if stands.status.startswith("done") else None
    dates = {"due": task.due_day, "start": known.started or task.start_day, "done": done}
    shown = {key: day_text(day, words.lang) for key, day in dates.items()}
    # Without a due date nothing can be in time.
    key = f"{stands.reason}_undated" if done is not None and task.due is None else stands.reason
    when = f" ({words.of(task.when)})" if task.when else ""
    reason = words.text(f"task_reason.{key}", days=abs(stands.days or 0), when=when, **shown)
    return {
        "task": task.id,
        "text": words.of(task.text),
        "lead": lead.id,
        "lead_name": words.of(lead.name_on(on)),
        "coordinating": [id for id in beside if id != lead.id],
        "nodes": list(task.nodes),
        "output": words.of(task.output) or None,
        "evidence": known.evidence,
        "status": stands.status,
        "days": stands.days,
        "reason_code": stands.reason,
        "reason": reason,
        "targets": list(task.targets),
        "lead_in_plan": task.lead,
        "note": known.note,
        **dates,
    }


# -- the table ---------------------------------------------------------------------------------------------------


def _read(progress: Any, plan: Plan, lang: Lang) -> dict[str, Progress]:
    if progress is None or (isinstance(progress, list | Mapping) and not progress):
        return {}
    frame = read_table(progress)
    if "task" not in frame.columns:
        params = {"table": "progress", "columns": frame.columns}
        raise InputError(
            Findings([Finding(code="missing_key", column="task", params=params)]), title="progress", lang=lang
        )
    ids = [task.id for task in plan.tasks]
    found: list[Finding] = []
    said: dict[str, Progress] = {}
    for row in frame.iter_rows(named=True):
        task = _text(row["task"])
        if task is None:
            continue
        if task not in ids:
            near = nearest(task, ids)
            found.append(Finding(code="unknown_task", column="task", params={"value": task, "near": near}))
            continue
        if task in said:
            found.append(Finding(code="duplicate_code", column="task", params={"value": task}))
        said[task] = _progress(task, row, found)
    if found:
        raise InputError(Findings(found), title="progress", lang=lang)
    return said


def _progress(task: str, row: Mapping[str, Any], found: list[Finding]) -> Progress:
    days: dict[str, date | None] = {}
    for key in ("started", "done"):
        cell = row.get(key)
        days[key] = None if cell is None or _text(cell) is None else day_of(cell)
        if days[key] is None and _text(cell) is not None:
            found.append(Finding(code="bad_date", column=pointer(task, key), params={"value": str(cell)}))
    return Progress(**days, evidence=_text(row.get("evidence")), note=_text(row.get("note")))


def _text(cell: Any) -> str | None:
    """A cell as text; None where it is empty."""
    return None if cell is None else str(cell).strip() or None
