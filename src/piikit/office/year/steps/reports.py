"""The documents: to the province, to the Ministry, and one an agency."""

from __future__ import annotations

from pathlib import Path

from piikit.findings.dates import day_text
from piikit.framework.documents import Json
from piikit.office.year.state import file_hash
from piikit.office.year.steps.evaluating import inputs as evaluated
from piikit.office.year.steps.evaluating import nothing
from piikit.office.year.steps.step import StepOutcome, YearStep
from piikit.office.year.work import Work
from piikit.plans.agencies import answering


def _inputs(work: Work) -> Json:
    letterhead = work.settings.letterhead
    named = file_hash(work.folder / letterhead) if isinstance(letterhead, str) else letterhead
    return {**evaluated(work), "letterhead": named}


def _waits(work: Work) -> str | None:
    wanted = nothing(work)
    if wanted is not None:
        return wanted
    failed = work.fact("evaluate", evaluated(work), "record") is None
    return work.words.text("year.waits.sound") if failed else None


def _agencies(work: Work) -> list[str]:
    """Agencies that answer on the day for a duty or a task: an ended one has no report, its successor does."""
    given = {task.lead for task in work.plan.tasks} | {agency.id for agency in work.plan.agencies if agency.duties}
    busy = {answering(work.plan.agencies, id, work.on).id for id in given}
    return [agency.id for agency in work.plan.agencies if agency.id in busy]


def _run(work: Work, out: Path) -> StepOutcome:
    folder = out / work.places.reports
    folder.mkdir(parents=True)
    agencies = _agencies(work)
    wanted: list[tuple[str, str, str | None]] = [
        (work.places.province, "province", None),
        (work.places.ministry, "ministry", None),
    ]
    wanted += [(work.places.agency.format(agency=agency), "agency", agency) for agency in agencies]
    letterhead = work.settings.letterhead
    for place, (name, kind, agency) in enumerate(wanted):
        work.tell(name, place, len(wanted))
        work.parts.report(
            work.evaluated,
            folder / name,
            kind=kind,
            agency=agency,
            on=work.on,
            progress=work.table("progress"),
            letterhead=work.folder / letterhead if isinstance(letterhead, str) else letterhead,
        )
    names = [name for name, _, _ in wanted]
    return StepOutcome(facts={"reports": names, "on": day_text(work.on, work.lang)})


REPORTS = YearStep(name="reports", inputs=_inputs, run=_run, waits=_waits)
