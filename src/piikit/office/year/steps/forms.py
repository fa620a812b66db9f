"""A form an agency."""

from __future__ import annotations

from pathlib import Path

from piikit.framework.documents import Json
from piikit.office.year.steps.step import Outcome, Step
from piikit.office.year.work import Work


def _inputs(work: Work) -> Json:
    return {**work.about(), **work.hashes("last")}


def _run(work: Work, out: Path) -> Outcome:
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
    return Outcome(facts={"forms": [Path(path).name for path in written]})


FORMS = Step(name="forms", inputs=_inputs, run=_run)
