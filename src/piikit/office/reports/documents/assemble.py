"""A report from its first line to its last."""

from __future__ import annotations

from datetime import date
from typing import Any

from piikit.office.reports.documents.data_parts import opening, warnings
from piikit.office.reports.documents.facts import Facts, facts_of
from piikit.office.reports.documents.head import attached_line, foot, head
from piikit.office.reports.documents.kinds import body
from piikit.office.reports.documents.paper import Paper
from piikit.office.reports.documents.plan_parts import annex
from piikit.office.reports.letterhead import Letterhead
from piikit.result import Result


def written(
    result: Result, kind: str, given: Letterhead, *, agency: str | None, on: date | str | None, progress: Any
) -> bytes:
    """The bytes of a report; see `piikit.office.report`."""
    facts = facts_of(result, agency=agency, on=on, progress=progress)
    paper = Paper(lang=result.lang)
    title = _title(facts, kind)
    issuer = facts.agency_name(facts.agency.id) if facts.agency is not None else None
    head(paper, given, facts.words, title=title, issuer=issuer)
    lines = warnings(facts)
    if lines:
        paper.framed(lines)
        paper.line("", size=4, before=0, after=0)
    opening(paper, facts)
    body(paper, facts, kind)
    foot(paper, given, facts.words)
    annex(paper, facts, attached=attached_line(given, facts.words, issuer=issuer))
    return paper.content(title)


def _title(facts: Facts, kind: str) -> str:
    agency = facts.agency_name(facts.agency.id) if facts.agency is not None else ""
    return facts.t(
        f"title.{kind}", index=facts.index_name, period=facts.period, area=facts.plan.area_name, agency=agency
    )
