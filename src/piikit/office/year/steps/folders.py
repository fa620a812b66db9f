"""The subfolders, each with a paragraph that says what it is for."""

from __future__ import annotations

from pathlib import Path

from piikit.framework.documents import Json
from piikit.office.year.steps.step import StepOutcome, YearStep
from piikit.office.year.work import Work

NAMES = ("forms", "figures", "results", "reports")
"""The folder of what was returned holds forms alone, where nothing else can be taken for one; that of forms tells."""

NAMED = ("others", "published", "bounds", "last", "baseline", "progress", "decisions", "returned", "newer", "accepted")


def _inputs(work: Work) -> Json:
    return {"lang": work.lang, "texts": [_text(work, name) for name in NAMES]}


def _text(work: Work, name: str) -> str:
    places = work.places
    names = {key: getattr(places, key) for key in NAMED}
    evidence = f"{places.figures}/{places.evidence}"
    return work.words.text(f"year.readme.{name}", evidence=evidence, **names)


def _run(work: Work, out: Path) -> StepOutcome:
    for name in NAMES:
        path = out / getattr(work.places, name) / work.places.readme
        path.parent.mkdir(parents=True)
        # Windows shows a file without the mark in another encoding, and lines without the carriage return as one.
        path.write_text("\n\n".join([*work.warnings(), _text(work, name)]) + "\n", encoding="utf-8-sig", newline="\r\n")
    (work.folder / work.places.returned).mkdir(exist_ok=True)
    (work.folder / work.places.figures / work.places.evidence).mkdir(parents=True, exist_ok=True)
    return StepOutcome()


FOLDERS = YearStep(name="folders", inputs=_inputs, run=_run)
