"""The steps of a year, in the order of the work: what comes out of one goes into those below it."""

from __future__ import annotations

from piikit.office.year.steps.collecting import COLLECT, DOSSIER
from piikit.office.year.steps.evaluating import EVALUATE
from piikit.office.year.steps.folders import FOLDERS
from piikit.office.year.steps.forms import FORMS
from piikit.office.year.steps.reports import REPORTS
from piikit.office.year.steps.step import StepOutcome, YearStep

__all__ = ["STEPS", "StepOutcome", "YearStep"]

STEPS: tuple[YearStep, ...] = (FOLDERS, FORMS, COLLECT, DOSSIER, EVALUATE, REPORTS)
