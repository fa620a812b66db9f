"""What a report is made of: the rows of a result that concern the plan's area, read once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.findings.dates import last_day
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang, Messages, messages, number
from piikit.inputs.keys import BASE
from piikit.plans.agencies import Agency, Role, answering
from piikit.plans.plan import Plan
from piikit.plans.progress import day_asked, task_frame
from piikit.result import Result, frames_of
from piikit.results.by_agency import AgencyFigures, ground_of, leaders
from piikit.results.follow import since

Row = Mapping[str, Any]
LEADING = 10
"""The place that charts and tables show beside an area: plans of provinces aim at the first ten."""
SUPPLYING: tuple[Role, ...] = ("lead", "supply_data")
"""The roles by which an indicator stands in an agency's own report."""


@frozen(kw_only=True)
class Peers:
    """One node over all areas: the median and the score of the tenth place, None where not all scores are known."""

    median: float | None = None
    tenth: float | None = None


@frozen(kw_only=True)
class Facts:
    """The rows of a result that a report speaks of; frames have the columns of the methods of `Result`.

    Attributes:
        on: the day on which tasks and the names of agencies stand; None where the period names no year.
        scores: the area's rows of `scores` by code; empty where the area has none.
        before: the same of the baseline.
        leads: the rows of `by_agency` for the role "lead"; `summary` is a row an agency, `duties` the rows of `agency`.
        held: as above, of one area in one cohort; None where the area is none of the edition.
    """

    result: Result
    plan: Plan
    period: str
    on: date | None
    words: Messages
    attainment: pl.DataFrame
    leads: pl.DataFrame
    summary: pl.DataFrame
    duties: pl.DataFrame
    tasks: pl.DataFrame
    peers: Mapping[str, Peers]
    led: Mapping[str, tuple[str, ...]]
    agency: Agency | None = None
    held: AgencyFigures | None = field(default=None, repr=False)

    @property
    def scores(self) -> Mapping[str, Row]:
        """The area's figures by code."""
        return self.held.scores if self.held is not None else {}

    @property
    def before(self) -> Mapping[str, Row]:
        """The area's figures in the baseline, by code."""
        return self.held.before if self.held is not None else {}

    def t(self, key: str, **params: Any) -> str:
        """A text of a report."""
        return self.words.text(f"document.{key}", **params)

    def columns(self, *widths: tuple[str, float]) -> list[tuple[str, float]]:
        """The headings of a table with the widths of its columns."""
        return [(self.t(f"column.{key}"), width) for key, width in widths]

    def node(self, code: str) -> str:
        """The name of a node with its code."""
        known = self.result.edition.nodes.get(code)
        return f"{code} {self.words.of(known.name)}".strip() if known is not None else code

    @property
    def index_name(self) -> str:
        """The name of the index with its code."""
        root = self.result.edition.root
        name = self.words.of(self.result.edition.nodes[root].name)
        return f"{name} ({root})" if name else root

    def score(self, value: float | None) -> str:
        """A score, or points, as reports show them."""
        return _shown(value, self.words.lang, self.result.edition.display_decimals)

    def figure(self, value: float | None) -> str:
        """A value in its own unit, with four figures of it at least."""
        if value is None or not math.isfinite(value):
            return "–"
        size = math.floor(math.log10(abs(value))) if value else 0
        return _shown(value, self.words.lang, min(max(3 - size, 0), 9) if value % 1 else 0)

    def measured(self, metric: str | None, value: float | None) -> str:
        """A figure of a condition: a whole rank, a score, a value in its unit."""
        if value is None:
            return "–"
        if metric == "score":
            return self.score(value)
        return self.figure(value)

    def asked(self, value: float | None) -> str:
        """A figure that a plan asks for, as it was written."""
        return _shown(None if value is None else round(value, 9), self.words.lang)

    def rank(self, row: Row | None) -> str:
        """A rank among how many."""
        if row is None or row.get("rank") is None:
            return "–"
        return f"{row['rank']}/{row['n_ranked']}" if row.get("n_ranked") else str(row["rank"])

    def signed(self, value: float | None, *, whole: bool = False) -> str:
        """A change with its sign."""
        if value is None:
            return "–"
        decimals = 0 if whole else self.result.edition.display_decimals
        kept = round(value, decimals) + 0.0  # no minus before a nought
        return ("+" if kept > 0 else "") + _shown(kept, self.words.lang, decimals)

    def changes(self, code: str) -> tuple[Row, list[str]]:
        """The change of score and the places gained since the baseline, and what they are worth."""
        now, then = self.scores.get(code), self.before.get(code)
        if now is None or then is None or self.held is None:
            return {}, []
        mine = {**now, "edition": self.result.edition.id}
        return since(mine, dict(then), dict(then), dict(self.held.editions), self.words)

    def agency_name(self, id: str) -> str:
        """The name of an agency on the day."""
        known = next(entry for entry in self.plan.agencies if entry.id == id)
        return self.words.of(known.name_on(self.on) if self.on is not None else known.name)

    def coordinating(self, code: str) -> list[str]:
        """The names of the agencies that coordinate a node, without those that lead it."""
        ids = dict.fromkeys(
            answering(self.plan.agencies, agency.id, self.on).id
            for agency in self.plan.agencies
            if agency.does("coordinate", code)
        )
        return [self.agency_name(id) for id in ids if id not in self.led.get(code, ())]

    def target_name(self, id: str) -> str:
        """What a target asks for, in words."""
        found = next((entry for entry in self.plan.targets if entry.id == id), None)
        return (self.words.of(found.name) or self.words.of(found.text) if found is not None else "") or id

    def whole(self) -> pl.DataFrame:
        """A row a target."""
        return self.attainment.filter(pl.col("condition") == "all")

    def findings(self) -> Findings:
        """Errors and warnings on the data of this area, without what is said of the edition itself."""
        edition = {item.code for item in self.result.edition.notices()}
        area = self.held.row["area"] if self.held is not None else self.plan.area
        kept = [item for item in self.result.all_findings.of("error", "warning") if item.code not in edition]
        return Findings(item for item in (_of_area(item, area) for item in kept) if item is not None)


def _shown(value: float | None, lang: Lang, decimals: int | None = None) -> str:
    """A number with a true minus sign: a line breaks behind a hyphen."""
    text = number(value, lang, decimals)
    return f"\N{MINUS SIGN}{text[1:]}" if text.startswith("-") else text


def _of_area(item: Finding, area: str) -> Finding | None:
    """A finding with the cells of one area; None where it is of others alone."""
    if item.cells is None or "area" not in item.cells.columns:
        return item
    mine = item.cells.filter(pl.col("area").is_null() | (pl.col("area") == area))
    if mine.is_empty():
        return None
    return Finding(code=item.code, severity=item.severity, column=item.column, params=item.params, cells=mine)


def facts_of(result: Result, *, agency: str | None, on: date | str | None, progress: Any) -> Facts:
    """What a report on a result needs.

    Raises:
        UsageError: the result has no plan or no row, or no such agency answers on the day.
    """
    plan = result.plan
    if plan is None:
        raise UsageError("a report is about a plan: evaluate with plan=, an installed plan or a document")
    if frames_of(result).wide.is_empty():
        raise UsageError("a report needs figures: the result has no row")
    base = frames_of(result).wide.filter(pl.col("scenario") == BASE)
    here = result.edition.areas is not None and result.edition.areas.id == plan.areas
    mine = base.filter(pl.col("area") == plan.area) if here else base.clear()
    period = str((base if mine.is_empty() else mine)["period"][-1])
    held = ground_of(frames_of(result), plan, None, period, BASE, on) if not mine.is_empty() else None
    day = day_asked(on) if on is not None else last_day(period) or last_day(result.edition.period)
    chosen = _agency(plan, agency, day) if agency is not None else None
    duties = result.by_agency(period=period, on=day, roles=SUPPLYING) if held is not None else pl.DataFrame()
    leads = duties if duties.is_empty() else duties.filter(pl.col("role") == "lead")
    summary = result.by_agency(period=period, on=day, progress=progress, summarise=True) if held else pl.DataFrame()
    return Facts(
        result=result,
        plan=plan,
        period=period,
        on=day,
        words=messages(result.lang),
        attainment=result.attainment.filter(pl.col("period") == period, pl.col("scenario") == BASE),
        leads=leads,
        summary=summary,
        duties=duties.filter(pl.col("agency") == chosen.id) if chosen and not duties.is_empty() else duties,
        tasks=task_frame(plan, day or date.max, progress=progress, lang=result.lang),
        peers=_peers(result, period),
        led=leaders(plan, result.edition, day),
        agency=chosen,
        held=held,
    )


def _agency(plan: Plan, id: str, day: date | None) -> Agency:
    ids = [agency.id for agency in plan.agencies]
    if id not in ids:
        near = nearest(id, ids, cutoff=0.6)
        hint = f"; did you mean {near!r}?" if near else "."
        raise UsageError(f"the plan {plan.id} has no agency {id!r}{hint} Known: {', '.join(ids)}")
    found = answering(plan.agencies, id, day)
    if found.id != id:
        raise UsageError(f"on {day} {found.id!r} answers for {id!r}: ask for its report")
    return found


def _peers(result: Result, period: str) -> dict[str, Peers]:
    """Median and tenth place of every node that all areas have a score of."""
    rows = result.scores.filter(pl.col("period") == period, pl.col("scenario") == BASE)
    every = len(result.edition.areas) if result.edition.areas is not None else LEADING
    found = rows.group_by("code").agg(
        n=pl.col("score").count(),
        median=pl.col("score").median(),
        tenth=pl.col("score").drop_nulls().sort(descending=True).get(LEADING - 1, null_on_oob=True),
    )
    return {
        row["code"]: Peers(median=row["median"], tenth=row["tenth"]) if row["n"] >= every else Peers()
        for row in found.iter_rows(named=True)
    }
