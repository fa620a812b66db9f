"""A form an agency."""

from __future__ import annotations

from pathlib import Path

from piikit.framework.documents import Json
from piikit.office.year.steps.step import StepOutcome, YearStep
from piikit.office.year.work import Work


def _inputs(work: Work) -> Json:
    return {**work.about(), **work.hashes("last")}


def _run(work: Work, out: Path) -> StepOutcome:
    folder = out / work.places.forms
    folder.mkdir(parents=True)
    written = work.parts.write_forms(
        folder,
        work.edition,
        work.plan,
        period=work.settings.period,
        last=work.table("last"),
        due=work.due,
        lang=work.lang,
        engine=work.engine,
    )
    return StepOutcome(facts={"forms": [Path(path).name for path in written]})


FORMS = YearStep(name="forms", inputs=_inputs, run=_run)
