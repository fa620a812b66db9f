"""Reports as documents of Word, laid out as Vietnamese administrative reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

from piikit.findings.dates import last_day
from piikit.findings.errors import MissingExtraError, UsageError
from piikit.findings.faults import nearest
from piikit.office.reports.letterhead import letterhead as letterhead_of
from piikit.plans.agencies import answering
from piikit.plans.progress import day_asked
from piikit.result import Result, frames_of
from piikit.results.writers import ReportKind, Writer

KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
__all__ = ["DOCX", "agency_ids", "document", "report"]


report = Result.report
"""`Result.report` as a function of a result."""


def document(
    result: Result,
    kind: str = "province",
    *,
    agency: str | None = None,
    on: date | str | None = None,
    progress: Any = None,
    letterhead: Mapping[str, Any] | str | Path | None = None,
) -> bytes:
    """The bytes of a report; see `Result.report`."""
    if kind not in KINDS:
        near = nearest(str(kind), KINDS, cutoff=0.6)
        hint = f"; did you mean {near!r}?" if near else ""
        raise UsageError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}{hint}")
    if kind == "agency" and agency is None:
        known = f" Known: {', '.join(one.id for one in result.plan.agencies)}" if result.plan is not None else ""
        raise UsageError(f"a report of the kind 'agency' needs agency=, the id of an agency of the plan.{known}")
    if kind != "agency" and agency is not None:
        raise UsageError(f"agency= goes with the kind 'agency', not with {kind!r}")
    try:
        from piikit.office.reports.documents.assemble import written  # noqa: PLC0415 (the extra `report` may be missing)
    except ModuleNotFoundError as error:
        if error.name != "docx":
            raise
        raise MissingExtraError("writing docx files needs the extra 'report': pip install 'piikit[report]'") from error
    given = letterhead_of(letterhead, lang=result.lang)
    return written(result, kind, given, agency=agency, on=on, progress=progress)


def agency_ids(result: Result, on: date | str | None = None) -> list[str]:
    """The ids of the agencies of the plan that answer for something on a day, in the plan's order."""
    if result.plan is None:
        raise UsageError("a report is about a plan: evaluate with plan=, an installed plan or a document")
    if on is not None:
        day: date | None = day_asked(on)
    else:
        day = last_day(str(frames_of(result).wide["period"][-1])) if not frames_of(result).wide.is_empty() else None
        day = day or last_day(result.edition.period)
    known = result.plan.agencies
    return [agency.id for agency in known if answering(known, agency.id, day) is agency]


DOCX = Writer(suffix=".docx", name={"vi": "báo cáo tỉnh", "en": "the report to the province"}, render=document)
"""The writer of `Result.write("….docx")`."""
