"""Reports as documents of Word, laid out as Vietnamese administrative reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piikit.files.safe_writing import write_whole
from piikit.findings.dates import last_day
from piikit.findings.errors import MissingExtraError, UsageError
from piikit.findings.faults import nearest
from piikit.office.reports.letterhead import letterhead as letterhead_of
from piikit.plans.agencies import answering
from piikit.plans.progress import day_asked
from piikit.result import Result, frames_of
from piikit.results.writers import Writer

if TYPE_CHECKING:
    from piikit.office.reports.documents.kinds import Kind

KINDS = ("province", "ministry", "agency")
__all__ = ["DOCX", "agency_ids", "document", "report"]


def report(
    result: Result,
    path: str | Path,
    kind: Kind = "province",
    *,
    agency: str | None = None,
    on: date | str | None = None,
    progress: Any = None,
    letterhead: Mapping[str, Any] | str | Path | None = None,
) -> Path:
    """Write a report on a result and its plan as a document of Word, in the result's language.

    Every sentence and figure is read off the result's frames; what they do not hold is left as dots, to be filled by
    hand. The warnings of the edition stand in a frame before the first part, the record at the end.

    Args:
        result: what `evaluate` gave, with a plan. Of several periods the last one is reported, of scenarios the base.
        path: the file to write, .docx, whole or not at all.
        kind: "province", to the province after publication; "ministry", to the Ministry at regular times; "agency", of
            one agency on its part.
        agency: the id of the agency, for the kind "agency".
        on: the day on which tasks stand and agencies bear their names; the last day of the period where not given.
        progress: of tasks, as in `Result.tasks`.
        letterhead: who writes, number and date, who signs, who gets it: a mapping or a JSON file as in
            `schemas/letterhead.schema.json`. What is absent is left as dots.

    Returns:
        the path. The same result and arguments give the same bytes on the same machine.

    Raises:
        UsageError: no plan, an unknown kind, agency or day, another ending of the file's name, or a place that cannot
            be written to.
        DocumentError: a faulty letterhead.
        InputError: a faulty table of progress.
        MissingExtraError: the extra `report` is not installed.

    Source of the layout: Decree 30/2020/NĐ-CP, Appendix I.

    >>> import piikit
    >>> plan = {"id": "p", "title": {"vi": "Kế hoạch thử", "en": "Trial plan"}, "area": "24", "areas": "vn-63",
    ...         "edition": "pii-2024", "sources": ["invented"], "targets": [{"id": "t", "node": "PII", "conditions": [
    ...         {"metric": "rank", "is": "at_most", "value": 10}]}]}
    >>> result = piikit.evaluate(edition="pii-2024", plan=plan, scores=[{"area": "24", "code": "PII", "rank": 10}])
    >>> piikit.office.report(result, "report.docx").name
    'report.docx'
    """
    if Path(path).suffix.lower() != ".docx":
        raise UsageError(f"{path}: a report is written as .docx, not {Path(path).suffix!r}")
    content = document(result, kind, agency=agency, on=on, progress=progress, letterhead=letterhead)
    return write_whole(path, content)


def document(
    result: Result,
    kind: str = "province",
    *,
    agency: str | None = None,
    on: date | str | None = None,
    progress: Any = None,
    letterhead: Mapping[str, Any] | str | Path | None = None,
) -> bytes:
    """The bytes of a report; see `report`."""
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
