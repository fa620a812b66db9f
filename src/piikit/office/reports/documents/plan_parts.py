"""Parts of a report on the plan: targets, agencies, tasks, the annex."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from piikit.findings.dates import day_text
from piikit.office.reports import pictures as charts
from piikit.office.reports.documents.facts import Facts, Row
from piikit.office.reports.documents.paper import Paper
from piikit.office.reports.documents.standing_parts import leading
from piikit.plans.agencies import NOBODY
from piikit.plans.judging.table import STATUSES
from piikit.plans.progress import STATUSES as TASK_STATUSES
from piikit.results.follow import differing

LEADS_SHOWN = 3
"""Agencies that the annex names for the indicators of a pillar: more make its rows too high."""
FEW = 4
"""Conditions of one target that a cell of the table holds; those of a target with more stand in the annex."""


# -- targets -----------------------------------------------------------------------------------------------------


def attainment(paper: Paper, facts: Facts) -> None:
    """How many targets are in which state, and a table of them."""
    whole = facts.whole()
    if whole.is_empty():
        paper.say(facts.t("targets.none"))
        return
    counts = [
        facts.t("targets.count", n=number, status=facts.words.text(f"status.{status}"))
        for status in STATUSES
        if (number := whole.filter(pl.col("status") == status).height)
    ]
    paper.say(facts.t("targets.all", n=whole.height, counts=counts))
    columns = facts.columns(
        ("target", 33), ("required", 35), ("actual", 19), ("gap", 19), ("status", 23), ("reason", 36)
    )
    rows = [_target(row, facts) for row in whole.iter_rows(named=True)]
    paper.table(facts.t("table.targets"), columns, rows, right=(2, 3))


def _target(row: Row, facts: Facts) -> list[str]:
    of = facts.attainment.filter(pl.col("target") == row["target"], pl.col("condition") != "all")
    status = facts.words.text(f"status.{row['status']}")
    if of.height > FEW:
        figures = [facts.asked(row[key]) for key in ("required", "actual", "gap")]
        return [facts.target_name(row["target"]), *figures, status, row["reason"] or ""]
    conditions = list(of.iter_rows(named=True))
    asked = "\n".join(required(entry, facts, metric=True) for entry in conditions)
    reached = "\n".join(facts.measured(entry["metric"], entry["actual"]) for entry in conditions)
    short_of = "\n".join(facts.measured(entry["metric"], entry["gap"]) for entry in conditions)
    return [facts.target_name(row["target"]), asked, reached, short_of, status, row["reason"] or ""]


def required(entry: Row, facts: Facts, *, metric: bool = False) -> str:
    """What a condition asks for."""
    comparison, figure = entry["condition"], entry["required"]
    said = facts.words.text(f"comparison.{comparison}")
    plain = comparison in {"above", "below", "at_least", "at_most", "exactly"}
    if figure is not None:
        said += f" {facts.asked(figure)}" if plain else f" ({facts.asked(figure)})"
    return f"{facts.words.text('label.' + entry['metric'])} {said}" if metric else said


def reached(paper: Paper, facts: Facts) -> None:
    """The targets that are met."""
    _listed(paper, facts, "met")


def missed(paper: Paper, facts: Facts) -> None:
    """The targets that are not met, and why."""
    _listed(paper, facts, "not_met")


def open_targets(paper: Paper, facts: Facts) -> None:
    """The targets of which it is not known, and what is missing to know."""
    _listed(paper, facts, "cannot_judge")
    for status in ("not_due", "not_testable"):
        if not facts.whole().filter(pl.col("status") == status).is_empty():
            _listed(paper, facts, status)


def _listed(paper: Paper, facts: Facts, status: str) -> None:
    rows = facts.whole().filter(pl.col("status") == status)
    paper.say(facts.t(f"targets.{status}" if rows.height else f"targets.no_{status}", n=rows.height))
    for row in rows.iter_rows(named=True):
        paper.point(f"{facts.target_name(row['target'])}: {row['reason']}.")


def nearest_targets(paper: Paper, facts: Facts) -> None:
    """The conditions that are not met, those with the fewest points missing first."""
    short_of = facts.attainment.filter(pl.col("condition") != "all", pl.col("status") == "not_met")
    points = pl.when(pl.col("metric") == "score").then("gap").otherwise("gap_points").alias("points")
    rows = short_of.with_columns(points).sort("points", nulls_last=True, maintain_order=True)
    if rows.is_empty():
        paper.say(facts.t("next.no_gap"))
        return
    paper.say(facts.t("next.gap_rule"))
    columns = facts.columns(("node", 70), ("required", 40), ("actual", 25), ("points", 30))
    cells = [
        [
            facts.node(row["code"] or "–"),
            required(row, facts, metric=True),
            facts.measured(row["metric"], row["actual"]),
            facts.score(row["points"]),
        ]
        for row in rows.head(10).iter_rows(named=True)
    ]
    paper.table(facts.t("table.nearest"), columns, cells, right=(2, 3))
    if rows["points"].null_count():
        paper.say(facts.t("next.no_points"))


# -- agencies and tasks ------------------------------------------------------------------------------------------


def by_agency(paper: Paper, facts: Facts) -> None:
    """A row an agency: what it leads, its part of the gap, its tasks."""
    if facts.summary.is_empty():
        paper.say(facts.t("agencies.none"))
        return
    paper.say(facts.t("agencies.rule"))
    columns = facts.columns(
        ("agency", 59), ("indicators", 24), ("scored", 20), ("index_gap", 20), ("tasks", 21), ("late", 21)
    )
    rows = [
        [
            row["name"][:1].upper() + row["name"][1:],
            str(row["indicators"]),
            str(row["scored"]),
            facts.score(row["index_gap"]),
            facts.figure(row["tasks"]),
            facts.figure(row["late"]),
        ]
        for row in facts.summary.iter_rows(named=True)
        if row["agency"] != NOBODY or row["indicators"]
    ]
    paper.table(facts.t("table.agencies"), columns, rows, right=range(1, 6))
    reasons = [text for text in facts.summary["reason"].unique(maintain_order=True) if text]
    if reasons:
        paper.say(facts.t("agencies.no_gap", reasons=reasons))


def task_counts(paper: Paper, facts: Facts) -> None:
    """How many tasks are in which state on the day, in a sentence and a chart."""
    if facts.tasks.is_empty():
        paper.say(facts.t("tasks.none"))
        return
    numbers = {status: facts.tasks.filter(pl.col("status") == status).height for status in TASK_STATUSES}
    labels = {status: facts.words.text(f"task_status.{status}") for status in TASK_STATUSES}
    counts = [f"{number} {labels[status]}" for status, number in numbers.items() if number]
    paper.say(facts.t("tasks.all", n=facts.tasks.height, day=day_text(facts.on, facts.words.lang), counts=counts))
    undated = facts.tasks["due"].null_count()
    if undated:
        paper.say(facts.t("tasks.undated", n=undated))
    rows = [{"name": labels[key], "figure": number, "label": str(number)} for key, number in numbers.items()]
    caption = facts.t("chart.tasks", day=day_text(facts.on, facts.words.lang))
    drawn = charts.bars(rows, axis=facts.t("chart.task_axis"), whole=True)
    paper.picture(drawn, caption, f"{caption}. " + "; ".join(f"{row['name']}: {row['label']}" for row in rows))


def task_table(paper: Paper, facts: Facts, *, status: str | None = None, lead: str | None = None) -> None:
    """The tasks in one state, or all; of one agency, or all."""
    rows = facts.tasks
    if status is not None:
        rows = rows.filter(pl.col("status") == status)
    if lead is not None:
        rows = rows.filter((pl.col("lead") == lead) | pl.col("coordinating").list.contains(lead))
    if rows.is_empty():
        paper.say(facts.t(f"tasks.no_{status}" if status else "tasks.none_here"))
        return
    columns = facts.columns(("task", 60), ("lead", 33), ("due", 21), ("task_status", 21), ("reason", 30))
    lang = facts.words.lang
    cells = [
        [
            row["text"],
            row["lead_name"],
            day_text(row["due"], lang),
            facts.words.text(f"task_status.{row['status']}"),
            row["reason"],
        ]
        for row in rows.iter_rows(named=True)
    ]
    paper.table(facts.t("table.tasks"), columns, cells)


def late_tasks(paper: Paper, facts: Facts) -> None:
    """The tasks that are late."""
    task_table(paper, facts, status="late")


def all_tasks(paper: Paper, facts: Facts) -> None:
    """Every task with its state."""
    if not facts.tasks.is_empty():
        task_table(paper, facts)


# -- the annex ---------------------------------------------------------------------------------------------------


def annex_rows(facts: Facts) -> list[dict[str, Any]]:
    """A row a condition of a target, as the table of a plan's annex has it; numbers as they are in the frames."""
    found = []
    for row in _concerned(facts).filter(pl.col("condition") != "all").iter_rows(named=True):
        code, metric = row["code"], row["metric"]
        before = facts.before.get(code) if code is not None else None
        found.append({**row, "before": before.get(metric) if before is not None else _quoted(code, metric, facts)})
    words_only = _concerned(facts).filter(pl.col("status") == "not_testable", pl.col("condition") == "all")
    named = {row["target"] for row in found}
    return found + [{**row, "before": None} for row in words_only.iter_rows(named=True) if row["target"] not in named]


def _concerned(facts: Facts) -> pl.DataFrame:
    """The rows of targets; in an agency's report those of its nodes, of nodes above, and of unknown ones."""
    if facts.agency is None or facts.duties.is_empty():
        return facts.attainment
    edition = facts.result.edition
    own = {code for code in facts.duties["code"] if code in edition.nodes}
    near = own | {above for code in own for above in edition.path(code)}
    targets = facts.attainment.filter(pl.col("code").is_in(list(near)))["target"].unique().to_list()
    unknown = facts.attainment.filter(pl.col("code").is_null(), pl.col("condition") != "all")["target"].to_list()
    return facts.attainment.filter(pl.col("target").is_in([*targets, *unknown]))


def _quoted(code: str | None, metric: str | None, facts: Facts) -> float | None:
    """The baseline's figure that the plan itself quotes."""
    for figure in facts.plan.figures:
        if figure.code == code and figure.mean_of is None and figure.edition == facts.plan.baseline:
            value = getattr(figure, metric) if metric in {"score", "rank", "value"} else None
            return None if value is None else float(value)
    return None


def annex(paper: Paper, facts: Facts, *, attached: str) -> None:
    """The annex on landscape pages: indicator, unit, baseline, target, reached, lead, coordinating, judgement."""
    paper.landscape()
    paper.line(facts.t("annex.mark"), size=14, bold=True, align="center", before=0, after=0)
    paper.line(facts.t("annex.title").upper(), size=14, bold=True, align="center", before=0, after=0)
    paper.line(attached, italic=True, align="center", before=0, after=6)
    rows = annex_rows(facts)
    if not rows:
        paper.say(facts.t("targets.none"))
        return
    heads = (
        ("number", 11),
        ("indicator", 46),
        ("unit", 21),
        ("baseline", 17),
        ("required", 28),
        ("actual", 19),
        ("lead", 60),
        ("coordinating", 30),
        ("status", 20),
    )
    columns = [(facts.t(f"column.{key}"), width) for key, width in heads]
    paper.table(None, columns, [_annex_row(place, row, facts) for place, row in enumerate(rows, 1)], right=(3, 5))
    changed = _changed(rows, facts)
    if changed:
        assert facts.result.baseline is not None
        paper.say(
            facts.t(
                "annex.changed", codes=changed, before=facts.result.baseline.edition.id, now=facts.result.edition.id
            )
        )
    paper.say(facts.t("annex.dash"))


def _annex_row(place: int, row: Mapping[str, Any], facts: Facts) -> list[str]:
    code, metric = row["code"], row["metric"]
    name = facts.node(code) if code is not None else facts.target_name(row["target"])
    node = facts.result.edition.nodes.get(code) if code is not None else None
    unit = facts.t(f"unit.{metric}") if metric is not None else "–"
    if metric == "value" and node is not None and node.unit is not None:
        unit = facts.words.of(node.unit.name)
    asked = required(row, facts) if metric is not None else "–"
    beside = facts.coordinating(code) if code is not None else []
    lead = leading(facts, code) if code is not None else "–"
    if lead == "–" and node is not None and node.indicator is None:
        lead = _leads_below(facts, node.code)
    return [
        str(place),
        name,
        unit,
        facts.measured(metric, row["before"]),
        asked,
        facts.measured(metric, row["actual"]),
        lead,
        "; ".join(beside) or "–",
        facts.words.text(f"status.{row['status']}"),
    ]


def _leads_below(facts: Facts, code: str) -> str:
    """Who leads the indicators below a node that nobody leads as a whole; those that lead most of them are named."""
    counts = Counter(id for leaf in facts.result.edition.leaves[code] for id in facts.led.get(leaf, ()))
    if not counts:
        return "–"
    names = "; ".join(facts.agency_name(id) for id, _ in counts.most_common(LEADS_SHOWN))
    more = len(counts) - LEADS_SHOWN
    return facts.t("annex.leads_more" if more > 0 else "annex.leads", names=names, n=more)


def _changed(rows: list[dict[str, Any]], facts: Facts) -> list[str]:
    """The nodes that mean something else in the baseline's edition."""
    before = facts.result.baseline
    if before is None:
        return []
    codes = dict.fromkeys(row["code"] for row in rows if row["code"] in facts.before and row["before"] is not None)
    return [code for code in codes if differing(before.edition, facts.result.edition, code)]
