"""What to do next: from what the steps said, in the folder's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from piikit.findings.dates import day_text
from piikit.findings.messages import Messages
from piikit.office.year.outcome import StepReport
from piikit.office.year.work import Work

SHOWN = 10
"""How many agencies or tasks are named before it is said how many more there are."""


def next_steps(work: Work, told: Sequence[StepReport]) -> list[str]:
    """What to do next, the most urgent first."""
    facts = {name: done.facts for name, done in work.state.steps.items()}
    status = {entry.step: entry.status for entry in told}
    words = work.words
    texts = [
        words.text("year.next.failed", step=words.text(f"year.step.{entry.step}"), reason=entry.reason)
        for entry in told
        if entry.status == "failed"
    ]
    texts += _forms(work, facts)
    if status.get("collect") != "waiting":
        texts += _collected(work, facts.get("collect", {}))
    texts += _figures(work, facts.get("evaluate", {}), status.get("evaluate"))
    texts += _tasks(work, facts.get("evaluate", {}), status.get("evaluate"))
    if status.get("reports") in ("done", "skipped"):
        n = len(facts.get("reports", {}).get("reports", ()))
        texts.append(words.text("year.next.reports", n=n, folder=work.places.reports))
    beside = [name for entry in told for name in entry.beside]
    if beside:
        texts.append(words.text("year.next.beside", files=beside))
    return texts


def _forms(work: Work, facts: dict[str, Any]) -> list[str]:
    forms = facts.get("forms", {}).get("forms", [])
    if not forms or work.returned:
        return []
    due = work.words.text("year.next.due", due=day_text(work.due, work.lang)) if work.due else ""
    return [
        work.words.text("year.next.send", n=len(forms), folder=work.places.forms, back=work.places.returned, due=due)
    ]


def _collected(work: Work, facts: dict[str, Any]) -> list[str]:
    words, texts = work.words, []
    received = facts.get("received", [])
    for status in ("missing", "late", "unreadable"):
        names = [
            str(row.get("name") or row.get("agency") or row.get("file")) for row in received if row["status"] == status
        ]
        if names:
            texts.append(words.text(f"year.next.{status}", n=len(names), names=_named(names, words)))
    found = f"{work.places.figures}/{work.places.found}"
    for file, count in facts.get("errors", []):
        texts.append(words.text("year.next.errors", n=count, file=file, path=found))
    if facts.get("errors") and not facts.get("merged"):
        texts.append(words.text("year.next.not_merged", decisions=work.places.decisions))
    if facts.get("open"):
        path = f"{work.places.figures}/{work.places.open}"
        texts.append(words.text("year.next.open", n=facts["open"], decisions=work.places.decisions, path=path))
    if facts.get("warnings"):
        texts.append(words.text("year.next.warnings", n=facts["warnings"], path=found))
    return texts


def _figures(work: Work, facts: dict[str, Any], status: str | None) -> list[str]:
    words, places = work.words, work.places
    if status == "waiting":
        collect = work.state.steps.get("collect")
        if work.returned and collect is not None and collect.facts.get("errors"):
            return []  # said above: what came back holds errors
        return [
            words.text("year.next.no_figures", folder=places.figures, published=places.published, others=places.others)
        ]
    if status == "failed" or not facts:
        return []
    texts = []
    if not facts["ranked"] and not facts["published"]:
        texts.append(
            words.text("year.next.no_ranks", folder=places.figures, published=places.published, others=places.others)
        )
    if facts["errors"]:
        texts.append(words.text("year.next.kept", n=facts["errors"], path=f"{places.results}/{places.result}.xlsx"))
    if facts["targets"]:
        order = ("met", "not_met", "cannot_judge", "not_due", "not_testable")
        counts = ", ".join(f"{n} {words.text(f'status.{name}')}" for name in order if (n := facts["targets"].get(name)))
        texts.append(words.text("year.next.targets", counts=counts, path=f"{places.results}/{places.result}.xlsx"))
    return texts


def _tasks(work: Work, facts: dict[str, Any], status: str | None) -> list[str]:
    late = facts.get("late", []) if status in ("done", "skipped") else []
    if not late:
        return []
    names = [f"{row['text']} ({row['lead_name']}: {row['reason']})" for row in late]
    path = f"{work.places.results}/{work.places.tasks}"
    return [
        work.words.text(
            "year.next.late_tasks",
            n=len(late),
            names=_named(names, work.words),
            path=path,
            progress=work.places.progress,
        )
    ]


def _named(names: Sequence[str], words: Messages) -> str:
    shown, more = "; ".join(names[:SHOWN]), len(names) - SHOWN
    return words.text("label.many", shown=shown, n=more) if more > 1 else "; ".join(names)


def next_text(work: Work, texts: Sequence[str]) -> str:
    """The list as a text file: the warnings first, then what to do."""
    title = work.words.text("year.next.title", plan=work.words.of(work.plan.title), on=day_text(work.on, work.lang))
    lines = [f"{place}. {text}" for place, text in enumerate(texts, 1)] or [work.words.text("year.next.nothing")]
    return "\n\n".join([title, *work.warnings(), *lines]) + "\n"
