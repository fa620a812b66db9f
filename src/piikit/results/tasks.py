"""Where the tasks of the plan of a result stand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from piikit.plans.progress import day_asked, task_frame
from piikit.results.frames import Frames


def tasks(frames: Frames, on: date | str, progress: Any = None) -> pl.DataFrame:
    """Where the tasks of the plan stand on a day. Empty without a plan.

    Args:
        frames: what the result rests on.
        on: the day; a month or a year stands for its last day.
        progress: what came since the plan was signed, as a table (a frame, rows, or a file as for `evaluate`) with
            a row a task: `task` (its id) and any of `started`, `done` (dates), `evidence`, `note`. What it says
            goes before what the plan's document says.

    Returns:
        task, text, lead (id of the agency that answers on the day), lead_name (its name on the day), coordinating
        (ids), nodes, due, output, evidence, done, status, days, reason_code, reason, start, targets, lead_in_plan,
        note. `status` is the first that holds:

        - done: done on or before the day, with evidence; `done_without_evidence` without
        - late: the due day has passed and it is not done; the due day itself is in time
        - not_started: it begins after the day (`started`, else the plan's `start`)
        - on_time: all else; also where the plan names no due day

        `days` are those from the day until it is due, below 0 where late; of a done task those it was done before
        the due day, below 0 where after.

    Raises:
        UsageError: `on` is no date, or the table cannot be read.
        InputError: the table names unknown tasks, a task twice, or dates that are none.

    >>> import piikit
    >>> report = {"id": "report", "text": {"en": "Report"}, "lead": "science", "due": "2024-11"}
    >>> plan = {"id": "p", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63", "sources": ["-"],
    ...         "edition": "pii-2024", "tasks": [report], "agencies": [{"id": "science", "name": {"vi": "Sở KH&CN",
    ...         "en": "Science"}}], "targets": [{"id": "t", "node": "PII",
    ...         "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}]}
    >>> result = piikit.evaluate(edition="pii-2024", plan=plan, scores=[{"area": "24", "code": "PII", "rank": 10}])
    >>> result.tasks("2024-12-10")["reason"].to_list()
    ['due on 2024-11-30, 10 days late']
    >>> result.tasks("2024-12-10", [{"task": "report", "done": "2024-12-01"}])["status"].to_list()
    ['done_without_evidence']
    """
    return task_frame(frames.plan, day_asked(on), progress=progress, lang=frames.lang)
