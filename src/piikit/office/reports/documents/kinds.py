"""The three kinds of report: which parts each has, in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from piikit.office.reports.documents import agency_parts as agency
from piikit.office.reports.documents import data_parts as told
from piikit.office.reports.documents import plan_parts as judged
from piikit.office.reports.documents import standing_parts as standing
from piikit.office.reports.documents.facts import Facts
from piikit.office.reports.documents.paper import Paper

Part = Callable[[Paper, Facts], None]
Layout = tuple[tuple[str, tuple[tuple[str | None, tuple[Part, ...]], ...]], ...]
"""Headings of the first level, below each the headings of the second (None for none) with their parts."""

PROVINCE: Layout = (
    ("standing", (("index", (standing.index,)), ("pillars", (standing.pillars,)))),
    (
        "targets",
        (
            ("attainment", (judged.attainment,)),
            ("reached", (judged.reached,)),
            ("missed", (judged.missed,)),
            ("open", (judged.open_targets,)),
        ),
    ),
    (
        "profile",
        (
            ("strengths", (standing.strengths,)),
            ("weaknesses", (standing.weaknesses,)),
            ("gaps", (standing.gaps,)),
        ),
    ),
    ("agencies", ((None, (judged.by_agency,)),)),
    ("tasks", (("task_state", (judged.task_counts,)), ("late_tasks", (judged.late_tasks,)))),
    (
        "next",
        (
            ("nearest", (judged.nearest_targets,)),
            ("data", (told.findings,)),
            ("proposals", (told.proposals,)),
        ),
    ),
    ("grounds", ((None, (told.grounds,)),)),
)
MINISTRY: Layout = (
    ("general", ((None, (told.general, standing.index)),)),
    (
        "implementation",
        (
            ("own_plans", (told.own_plans,)),
            ("task_state", (judged.task_counts, judged.all_tasks)),
        ),
    ),
    ("pillars", ((None, (standing.pillars,)),)),
    ("targets", (("attainment", (judged.attainment,)), ("by_agency", (judged.by_agency,)))),
    (
        "difficulties",
        (
            ("open", (judged.open_targets,)),
            ("data", (told.findings,)),
            ("gaps", (standing.gaps,)),
        ),
    ),
    ("proposals", ((None, (told.proposals,)),)),
    ("grounds", ((None, (told.grounds,)),)),
)
AGENCY: Layout = (
    ("own_tasks", ((None, (agency.own_task_counts, agency.own_tasks)),)),
    ("own_indicators", ((None, (agency.own_indicators, agency.own_part)),)),
    ("own_targets", ((None, (agency.own_targets,)),)),
    ("own_findings", ((None, (told.own_findings,)),)),
    ("own_next", (("todo", (agency.next_steps,)), ("proposals", (told.proposals,)))),
    ("grounds", ((None, (told.grounds,)),)),
)
LAYOUTS: Mapping[str, Layout] = {"province": PROVINCE, "ministry": MINISTRY, "agency": AGENCY}


def body(paper: Paper, facts: Facts, kind: str) -> None:
    """The parts of a kind of report, under their headings."""
    for first, sections in LAYOUTS[kind]:
        paper.heading(1, facts.t(f"heading.{first}"))
        for second, parts in sections:
            if second is not None:
                paper.heading(2, facts.t(f"heading.{second}"))
            for part in parts:
                part(paper, facts)
