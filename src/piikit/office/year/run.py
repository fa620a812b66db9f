"""Run the steps of a year: skip what has not changed, go on where the last run ended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from piikit.engine import Engine
from piikit.findings.errors import PiikitError, UsageError
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import digest
from piikit.office.forms.progress import Tell, silent
from piikit.office.year.deliver import clean, deliver
from piikit.office.year.file_names import HIDDEN
from piikit.office.year.lock import locked
from piikit.office.year.next_steps import next_steps, next_text
from piikit.office.year.outcome import StepReport, YearRun
from piikit.office.year.settings import Settings, read_settings, same_as_asked, write_settings
from piikit.office.year.state import State, StepState, read_state, write_state
from piikit.office.year.steps import STEPS, YearStep
from piikit.office.year.work import Parts, Work, document_of


def run(
    folder: Path, asked: Mapping[str, Any], *, on: date, parts: Parts, engine: Engine, tell: Tell | None = None
) -> YearRun:
    """A run; see `piikit.office.run_year`."""
    held = read_settings(folder, lang=asked.get("lang") or "vi")
    lang = held.lang if held is not None else asked.get("lang") or "vi"
    if held is not None:
        same_as_asked(held, asked)
    else:
        asked = _begun(asked, folder, engine, lang)
        _made(folder)
    with locked(folder, lang=lang):
        settings = held or write_settings(folder, asked, lang=lang)
        scratch = folder / HIDDEN / "making"
        clean(folder)
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            return _steps(_work(folder, settings, on, scratch, parts, engine, tell or silent))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _begun(asked: Mapping[str, Any], folder: Path, engine: Engine, lang: Lang) -> dict[str, Any]:
    """What a new folder is about: the only plan where none is named, and that plan's edition."""
    name = asked.get("plan")
    known = sorted(engine.catalogue.plans)
    if name is None:
        if len(known) != 1:
            raise UsageError(messages(lang).text("year.which_plan", known=known))
        name = known[0]
    plan = engine.plan(document_of(folder, name), lang=lang)
    edition = asked.get("edition") or plan.edition
    engine.edition(document_of(folder, edition), lang=lang)
    return {"edition": edition, "plan": name, **{key: asked.get(key) for key in ("period", "due")}, "lang": lang}


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from error


def _work(folder: Path, settings: Settings, on: date, scratch: Path, parts: Parts, engine: Engine, tell: Tell) -> Work:
    edition = engine.edition(document_of(folder, settings.edition), lang=settings.lang)
    plan = engine.plan(document_of(folder, settings.plan), beside=edition, lang=settings.lang)
    return Work(
        folder=folder,
        settings=settings,
        engine=engine,
        edition=edition,
        plan=plan,
        on=on,
        scratch=scratch,
        parts=parts,
        state=read_state(folder) or State(),
        tell=tell,
    )


def _steps(work: Work) -> YearRun:
    told = []
    for place, step in enumerate(STEPS):
        work.tell(work.words.text(f"year.step.{step.name}"), place, len(STEPS))
        told.append(_step(step, work))
    texts = next_steps(work, told)
    last = _next(work, texts)
    work.tell("", len(STEPS), len(STEPS))
    return YearRun(
        folder=work.folder, lang=work.lang, warnings=tuple(work.warnings()), told=(*told, last), next=tuple(texts)
    )


def _step(step: YearStep, work: Work) -> StepReport:
    """One step: waiting, skipped, failed or done. What it could not do stops no other step."""
    out = work.scratch / step.name
    try:
        waits = step.waits(work)
        if waits is not None:
            return StepReport(step=step.name, status="waiting", reason=waits)
        inputs = digest(step.inputs(work))
        before = work.state.steps.get(step.name)
        if before is not None and before.inputs == inputs and _there(before, work.folder):
            if before.faults:
                return StepReport(step=step.name, status="failed", reason="\n".join(before.faults))
            return StepReport(step=step.name, status="skipped")
        out.mkdir(parents=True, exist_ok=True)
        outcome = step.run(work, out)
        work.state, gone = deliver(work.folder, out, work.state, newer=work.places.newer)
    except PiikitError as error:
        # Files are made elsewhere first; where they belong is what a reader knows.
        return StepReport(step=step.name, status="failed", reason=str(error).replace(f"{out}{os.sep}", ""))
    if not gone.faults:
        done = StepState(inputs=inputs, outputs=gone.outputs, facts=outcome.facts, faults=outcome.faults)
        work.state = work.state.with_step(step.name, done)
        write_state(work.folder, work.state)
    faults = (*outcome.faults, *gone.faults)
    return StepReport(
        step=step.name,
        status="failed" if faults else "done",
        files=gone.written,
        beside=gone.beside,
        reason="\n".join(faults) or None,
    )


def _there(done: StepState, folder: Path) -> bool:
    """Whether its files are there. One that was put beside another may be gone: somebody has dealt with it."""
    return all((folder / place).exists() for name, place in done.outputs.items() if name == place)


def _next(work: Work, texts: list[str]) -> StepReport:
    """The list of what to do next, as a file; it is of this run and has no inputs."""
    out = work.scratch / "next"
    out.mkdir(parents=True, exist_ok=True)
    (out / work.places.next).write_text(next_text(work, texts), encoding="utf-8-sig", newline="\r\n")
    work.state, gone = deliver(work.folder, out, work.state, newer=work.places.newer)
    write_state(work.folder, work.state)
    return StepReport(
        step="next",
        status="failed" if gone.faults else "done",
        files=gone.written,
        beside=gone.beside,
        reason="\n".join(gone.faults) or None,
    )
