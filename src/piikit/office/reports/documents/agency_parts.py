"""Parts of the report of one agency: its tasks, its indicators, its targets, what it must do next."""

from __future__ import annotations

import polars as pl

from piikit.office.reports.documents.facts import Facts
from piikit.office.reports.documents.paper import Paper
from piikit.office.reports.documents.plan_parts import annex_rows, task_table
from piikit.results.by_agency import OUTSIDE

MOST = 5
"""How many indicators with the largest gaps are named as what to do next."""


def own_tasks(paper: Paper, facts: Facts) -> None:
    """The tasks that the agency leads or takes part in, with their state on the day."""
    assert facts.agency is not None
    task_table(paper, facts, lead=facts.agency.id)


def own_indicators(paper: Paper, facts: Facts) -> None:
    """Each indicator that the agency leads or supplies: value, score, rank, change, gap, targets."""
    if facts.duties.is_empty():
        paper.say(facts.t("own.none"))
        return
    columns = [
        (facts.t(f"column.{key}"), width)
        for key, width in (
            ("indicator", 45),
            ("role", 16),
            ("value", 18),
            ("score", 16),
            ("rank", 15),
            ("score_change", 17),
            ("index_gap", 16),
            ("gap_to_target", 22),
        )
    ]
    rows = [
        [
            f"{row['code']} {row['node_name']}",
            facts.t(f"role.{row['role']}"),
            facts.figure(row["value"]),
            facts.score(row["score"]),
            facts.rank(row),
            facts.signed(row["score_change"]),
            facts.score(row["index_gap"]),
            facts.score(row["gap_to_target"]),
        ]
        for row in facts.duties.iter_rows(named=True)
    ]
    paper.table(facts.t("table.own"), columns, rows, right=range(2, 8))
    scored = facts.duties.filter(pl.col("level") == "indicator", pl.col("score").is_null())
    if not scored.is_empty():
        paper.say(facts.t("own.unscored", codes=scored["code"].unique(maintain_order=True).to_list()))
    notes = facts.duties.filter(pl.col("reason").is_not_null())
    for reason in notes["reason"].unique(maintain_order=True):
        codes = notes.filter(pl.col("reason") == reason)["code"].unique(maintain_order=True).to_list()
        paper.point(f"{', '.join(codes)}: {reason}.")


def own_part(paper: Paper, facts: Facts) -> None:
    """The agency's part of what the index is short of its maximum."""
    assert facts.agency is not None
    mine = facts.summary.filter(pl.col("agency") == facts.agency.id) if not facts.summary.is_empty() else facts.summary
    if mine.is_empty():
        return
    row = mine.row(0, named=True)
    if row["index_gap"] is None:
        paper.say(facts.t("agencies.no_gap", reasons=[row["reason"] or "–"]))
        return
    share = row["index_gap_share"]
    paper.say(
        facts.t(
            "own.part",
            n=row["indicators"],
            gap=facts.score(row["index_gap"]),
            share=facts.score(None if share is None else share * 100),
        )
    )


def own_targets(paper: Paper, facts: Facts) -> None:
    """The conditions of targets that the agency's indicators count for."""
    rows = annex_rows(facts)
    if not rows:
        paper.say(facts.t("own.no_targets"))
        return
    paper.say(facts.t("own.targets"))
    seen = dict.fromkeys(row["target"] for row in rows)
    whole = {row["target"]: row for row in facts.whole().iter_rows(named=True)}
    columns = facts.columns(("target", 75), ("status", 25), ("reason", 65))
    cells = [
        [facts.target_name(id), facts.words.text(f"status.{whole[id]['status']}"), whole[id]["reason"] or ""]
        for id in seen
    ]
    paper.table(facts.t("table.targets"), columns, cells)


def next_steps(paper: Paper, facts: Facts) -> None:
    """What the agency must do next, as the figures say."""
    assert facts.agency is not None
    id = facts.agency.id
    tasks = facts.tasks.filter(pl.col("lead") == id)
    said = False
    for status in ("late", "done_without_evidence", "not_started"):
        for row in tasks.filter(pl.col("status") == status).iter_rows(named=True):
            paper.point(f"{facts.t(f'todo.{status}')}: {row['text'].rstrip('.')} ({row['reason']}).")
            said = True
    missing = facts.duties
    if not missing.is_empty():
        missing = missing.filter(pl.col("level") == "indicator", pl.col("value").is_null(), pl.col("score").is_null())
    if not missing.is_empty():
        paper.point(facts.t("todo.missing", codes=missing["code"].unique(maintain_order=True).to_list()))
        said = True
    for row in _largest(facts).iter_rows(named=True):
        paper.point(
            facts.t(
                "todo.gap",
                node=f"{row['code']} {row['node_name']}",
                score=facts.score(row["score"]),
                rank=facts.rank(row),
                gap=facts.score(row["index_gap"]),
            )
        )
        said = True
    if not said:
        paper.say(facts.t("todo.nothing"))


def _largest(facts: Facts) -> pl.DataFrame:
    if facts.duties.is_empty():
        return facts.duties
    own = facts.duties.filter(pl.col("role") == "lead", pl.col("index_gap") > 0, pl.col("level") != OUTSIDE)
    return own.sort("index_gap", descending=True, maintain_order=True).head(MOST)


def own_task_counts(paper: Paper, facts: Facts) -> None:
    """Which of the agency's tasks are done, and which not."""
    assert facts.agency is not None
    mine = facts.tasks.filter(pl.col("lead") == facts.agency.id)
    if mine.is_empty():
        paper.say(facts.t("own.no_tasks"))
        return
    counts = [
        f"{number} {facts.words.text(f'task_status.{status}')}"
        for status, number in mine["status"].value_counts(sort=True).sort("status").iter_rows()
    ]
    paper.say(facts.t("own.tasks", n=mine.height, counts=counts))
