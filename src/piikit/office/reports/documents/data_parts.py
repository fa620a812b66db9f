"""Parts of a report on the data: the warnings before everything, findings, what made the figures."""

from __future__ import annotations

import string

import polars as pl

from piikit.findings.dates import day_text
from piikit.findings.finding import FIRST, Finding, Findings
from piikit.office.reports.documents.facts import Facts
from piikit.office.reports.documents.paper import Paper


def warnings(facts: Facts) -> list[str]:
    """What must be known before all else: the status of the edition, invented data, provisional indicators."""
    about = {item.code for item in facts.result.edition.notices()}
    kept = Findings(item for item in facts.result.all_findings if item.code in FIRST or item.code in about)
    return [_stopped(item.line(facts.words.lang).replace("\n    → ", " ")) for item in kept.merged(facts.words.lang)]


def opening(paper: Paper, facts: Facts) -> None:
    """What the report is about and what its figures rest on, in a paragraph."""
    params = {"plan": facts.words.of(facts.plan.title), "area": facts.plan.area_name, "period": facts.period}
    paper.say(facts.t("opening.about", **params), _day(facts), facts.t("opening.annex"))


def _day(facts: Facts) -> str:
    return facts.t("opening.day", day=day_text(facts.on, facts.words.lang)) if facts.on is not None else ""


def general(paper: Paper, facts: Facts) -> None:
    """The plan in figures: targets, agencies, tasks."""
    plan = facts.plan
    paper.say(
        facts.t(
            "general.plan",
            plan=facts.words.of(plan.title),
            targets=len(plan.targets),
            agencies=len(plan.agencies),
            tasks=len(plan.tasks),
        )
    )
    leads = facts.leads.filter(pl.col("level") == "indicator") if not facts.leads.is_empty() else facts.leads
    if not leads.is_empty():
        led = leads.filter(pl.col("agency") != "nobody")["code"].n_unique()
        paper.say(facts.t("general.led", n=led, total=len(facts.result.edition.indicators)))


def own_plans(paper: Paper, facts: Facts) -> None:
    """Which agencies issued a plan of their own."""
    issued = [agency for agency in facts.plan.agencies if agency.plan is not None]
    if not issued:
        paper.say(facts.t("general.no_own_plans"))
        return
    paper.say(facts.t("general.own_plans", n=len(issued)))
    for agency in issued:
        own = agency.plan
        assert own is not None
        parts = [facts.words.of(own.title), own.number, own.date]
        paper.point(f"{facts.agency_name(agency.id)}: {', '.join(part for part in parts if part)}.")


def findings(paper: Paper, facts: Facts) -> None:
    """What was found in the data of the area."""
    _said(paper, facts, facts.findings())


def own_findings(paper: Paper, facts: Facts) -> None:
    """What was found in the figures of one agency's indicators."""
    nodes = facts.result.edition.nodes
    codes = [code for code in facts.duties["code"] if code in nodes] if not facts.duties.is_empty() else []
    made_of = {
        item for code in codes if (indicator := nodes[code].indicator) is not None for item in indicator.item_names
    }
    mine = {*codes, *made_of}
    _said(paper, facts, Findings(item for item in facts.findings() if item.column in mine))


def _said(paper: Paper, facts: Facts, found: Findings) -> None:
    merged = found.merged(facts.words.lang)
    paper.say(facts.t("findings.some", n=len(merged)) if merged else facts.t("findings.none"))
    for item in merged:
        paper.point(_sentence(item, facts))


def _sentence(item: Finding, facts: Facts) -> str:
    said = item.line(facts.words.lang)
    text, arrow, hint = said.partition("\n    → ")
    text = _of_one_cell(item, facts) or text
    said = f"{_stopped(text)} {hint}" if arrow else text
    severity = facts.words.text(f"severity.{item.severity}", n=1)
    return f"{severity}: {_stopped(said)}"


def _of_one_cell(item: Finding, facts: Facts) -> str | None:
    """What is said of a single figure, with the figure; a count of one place would be a riddle in a report."""
    key = f"finding.{item.code}.message"
    if item.cells is None or item.cells.height != 1 or not facts.words.has(key):
        return None
    cell = {name: value for name, value in item.cells.row(0, named=True).items() if value is not None}
    known = {"column": item.column, "period": facts.period, "value": "", **cell, **item.params}
    asked = {name for _, name, _, _ in string.Formatter().parse(facts.words.texts[key]) if name}
    return facts.words.text(key, **known) if asked <= set(known) else None


def _stopped(text: str) -> str:
    """A sentence with its full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def proposals(paper: Paper, facts: Facts) -> None:
    """Room for what no figure says."""
    paper.say(facts.t("proposals.by_hand"))
    paper.blank()


def grounds(paper: Paper, facts: Facts) -> None:
    """What made the figures: record, edition, plan, data, sources."""
    result = facts.result
    record, edition = result.record, result.edition
    status = facts.t(f"status.{edition.status}")
    lines = [
        facts.t("grounds.record", id=record["id"]),
        facts.t("grounds.edition", id=edition.id, title=facts.words.of(edition.title), status=status),
        facts.t("grounds.plan", id=facts.plan.id, title=facts.words.of(facts.plan.title)),
    ]
    if result.baseline is not None:
        lines.append(facts.t("grounds.baseline", id=result.baseline.edition.id, record=result.baseline.record["id"]))
    for name, about in record["inputs"].items():
        lines.append(
            facts.t("grounds.input", name=facts.t(f"input.{name}"), rows=about["rows"], hash=about["sha256"][:16])
        )
    lines.append(facts.t("grounds.versions", versions=[f"{key} {value}" for key, value in record["versions"].items()]))
    for line in lines:
        paper.point(line)
    sources = [*edition.document.get("sources", ()), *facts.plan.sources]
    paper.point(facts.t("grounds.sources"))
    for place, source in enumerate(dict.fromkeys(facts.words.show(source) for source in sources), 1):
        paper.line(f"[{place}] {source}", size=11, indent=10)
