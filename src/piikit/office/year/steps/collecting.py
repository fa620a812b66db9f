"""What came back: read, merged, and put together for the Ministry's form."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from piikit.files.safe_writing import write_whole
from piikit.framework.documents import Json
from piikit.office.year.form_workbooks import found_book, open_book
from piikit.office.year.state import file_hash
from piikit.office.year.steps.step import StepOutcome, YearStep
from piikit.office.year.work import Work, rows


def inputs(work: Work) -> Json:
    """All that the merged table and what is said of it depend on."""
    inside = work.evidence
    files = sorted(path for path in inside.rglob("*") if path.is_file()) if inside.is_dir() else []
    evidence = {path.relative_to(inside).as_posix(): file_hash(path) for path in files}
    return {
        **work.about(),
        "evidence": evidence,
        "returned": work.returned,
        "on": work.on.isoformat(),
        "on_findings": work.settings.on_findings,
        **work.hashes("decisions", "last"),
    }


def _nothing(work: Work) -> str | None:
    return None if work.returned else work.words.text("year.waits.forms", folder=work.places.returned)


def _run(work: Work, out: Path) -> StepOutcome:
    found = work.collected.findings
    folder = out / work.places.figures
    folder.mkdir(parents=True)
    if found.height:
        write_whole(folder / work.places.found, found_book(work))
    if work.collected.open:
        write_whole(folder / work.places.open, open_book(work))
    if work.own is not None:
        work.write_collected(folder / work.places.accepted)
    errors = found.filter(pl.col("severity") == "error")
    by_file = errors.group_by("file", maintain_order=True).len()
    facts = {
        "received": rows(work.collected.received, "agency", "name", "file", "status", "asked", "filled"),
        "errors": [[file or "–", count] for file, count in by_file.iter_rows()],
        "warnings": found.filter(pl.col("severity") == "warning").height,
        "open": len(work.collected.open),
        "merged": work.own is not None,
        "submitted": work.collected.submitted.height,
        "accepted": work.collected.accepted.height,
    }
    return StepOutcome(facts=facts)


COLLECT = YearStep(name="collect", inputs=inputs, run=_run, waits=_nothing)


def merged(work: Work) -> bool:
    """Whether what came back made a table; asked of the step, so that a run that changes nothing reads no form."""
    return bool(work.returned and work.fact("collect", inputs(work), "merged"))


def _unsound(work: Work) -> str | None:
    return _nothing(work) or (None if merged(work) else work.words.text("year.waits.merged"))


def _dossier(work: Work, out: Path) -> StepOutcome:
    folder = out / work.places.reports / work.places.dossier
    folder.parent.mkdir(parents=True)
    work.collected.dossier(folder, work.evidence, force=work.settings.on_findings == "keep")
    return StepOutcome(facts={"dossier": work.places.dossier})


DOSSIER = YearStep(name="dossier", inputs=inputs, run=_dossier, waits=_unsound)
