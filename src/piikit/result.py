"""A result: scores, ranks, bounds, attainment, findings and the record of what made them."""

from __future__ import annotations

import functools
import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import polars as pl
from attrs import field, frozen

from piikit import views
from piikit.attainment import SCHEMA as ATTAINMENT
from piikit.attainment import attainment
from piikit.comparison import compare
from piikit.errors import UsageError, nearest
from piikit.explain import Explanation, explain
from piikit.findings import FIRST, Finding, Findings
from piikit.framework import Edition
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.messages import messages, number
from piikit.notes import notes
from piikit.pipeline import bounds_frame, group_ranks
from piikit.plan import Plan
from piikit.policy import apply_policy
from piikit.record import make_record
from piikit.scenarios import WhatIfRun
from piikit.scenarios.effects import effects
from piikit.scenarios.reading_off import explain_scenario, scenario_bounds, scenario_notes
from piikit.writers import Writer, write_whole

FORMAT = "1.0"
"""The version of `schemas/result.schema.json` that `to_dict` follows."""


@frozen(kw_only=True, repr=False)
class Result:
    """What `evaluate` gives.

    Frames are built when first asked for; all are sorted by period, scenario, area (in the edition's order) and tree
    order.

    Attributes:
        edition: the framework that was used.
        plan: the plan that was judged, or None.
        wide: the pipeline's own frame; use `scores` and `table` instead.
        lang: the language of reasons and messages.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> result
    <Result pii-2024: 63 rows x 78 nodes>
    >>> result.table("rank", "index").sort("PII").head(2).select("area_name", "PII").rows()
    [('Bình Dương', 1), ('Quảng Ngãi', 2)]
    """

    edition: Edition
    wide: pl.DataFrame = field(repr=False)
    inputs: Table = field(repr=False)
    found: Findings = field(repr=False)
    plan: Plan | None = None
    baseline: Result | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(factory=dict, repr=False)
    plugins: Mapping[str, str] = field(factory=dict, repr=False)
    writers: Mapping[str, Writer] = field(factory=dict, repr=False)
    lang: str = "en"
    what_if: WhatIfRun | None = field(default=None, repr=False)
    """The scenarios beside the base, where there are some."""

    @functools.cached_property
    def scores(self) -> pl.DataFrame:
        """area, area_name, period, scenario, code, level, value, treated, score, rank, n_ranked, coverage."""
        return views.scores(self.wide, self.inputs, self.edition)

    @functools.cached_property
    def bounds(self) -> pl.DataFrame:
        """period, scenario, code, lower, upper (in the indicator's unit), source.

        The source is "cohort", "edition", "given", or "base" where a scenario keeps the bounds of the base.
        """
        if self.what_if is not None:
            return scenario_bounds(self.what_if)
        return bounds_frame(self.wide, self.inputs, self.edition)

    @functools.cached_property
    def attainment(self) -> pl.DataFrame:
        """The judgement of the plan's targets; empty without a plan.

        Columns: target, area, area_name, period, scenario, code, metric, condition, required, actual, gap, status,
        reason_code, reason.
        """
        if self.plan is None:
            return pl.DataFrame(schema=ATTAINMENT)
        before = (self.baseline.wide, self.baseline.edition) if self.baseline is not None else None
        return attainment(self.wide, self.plan, self.edition, baseline=before, lang=self.lang)

    @functools.cached_property
    def all_findings(self) -> Findings:
        """Every finding, the warning on the edition's status first."""
        about = [*self.edition.notices(), *self.found]
        if self.plan is not None and self.plan.edition != self.edition.id:
            code = "plan_baseline" if self.plan.baseline == self.edition.id else "plan_other_edition"
            about.append(
                Finding(
                    code=code,
                    severity="warning",
                    params={"plan": self.plan.id, "wanted": self.plan.edition, "edition": self.edition.id},
                )
            )
        base = self.wide.filter(pl.col("scenario") == BASE) if self.what_if is not None else self.wide
        own = self.bounds.filter(pl.col("scenario") == BASE) if self.what_if is not None else self.bounds
        said = [*notes(base, own, self.inputs, self.edition)]
        every = (*about, *said, *(scenario_notes(self.what_if, self.bounds, said) if self.what_if is not None else ()))
        return apply_policy(every, self.options.get("policy", {})).sorted()

    @functools.cached_property
    def findings(self) -> pl.DataFrame:
        """severity, code, area, area_name, period, column, value, expected, message, hint."""
        return self.all_findings.frame(self.lang)

    @functools.cached_property
    def record(self) -> dict[str, Any]:
        """Which documents, data, options, plugins and versions made the result, and an `id` for all of it."""
        given = self.inputs.given
        inputs = {"data": self.inputs.frame, "scores": given.scores, "bounds": given.bounds, "trail": self.inputs.trail}
        return make_record(
            edition=self.edition,
            plan=self.plan,
            inputs={name: frame for name, frame in inputs.items() if not frame.is_empty()},
            options=self.options,
            plugins=self.plugins,
            baseline=self.baseline.record["id"] if self.baseline is not None else None,
            scenarios={s.id: s.digest for s in self.what_if.scenarios} if self.what_if is not None else None,
        )

    def table(
        self, metric: Literal["score", "rank", "value", "treated", "coverage"] = "score", level: str | None = None
    ) -> pl.DataFrame:
        """One metric as a wide frame: area, area_name, period, scenario, and a column a node.

        Args:
            metric: what the columns hold.
            level: the nodes of one level only.

        Raises:
            UsageError: an unknown metric or level.
        """
        if metric not in views.METRICS:
            raise UsageError(f"metric must be one of {', '.join(views.METRICS)}, not {metric!r}")
        return views.table(self.wide, self.edition, metric, self._codes(level))

    def ranks(self, group: str, level: str | None = None) -> pl.DataFrame:
        """Ranks inside peer sets: "region", or a group of the edition.

        Args:
            group: a group of the edition; null outside it.
            level: the nodes of one level only.

        Raises:
            UsageError: an unknown group or level.
        """
        if group not in self.edition.groups:
            raise UsageError(_unknown("group", group, list(self.edition.groups)))
        return group_ranks(self.wide, self.edition, self._codes(level), group)

    def _codes(self, level: str | None) -> tuple[str, ...]:
        codes = self.edition.codes(level)
        if not codes:
            raise UsageError(_unknown("level", str(level), list(self.edition.levels)))
        return codes

    def _row(self, area: str, period: str | None, scenario: str) -> dict[str, Any]:
        areas = self.edition.areas
        code = area
        if areas is not None:
            meant = areas.match(area)
            if len(meant) != 1:
                raise UsageError(_unknown("area", area, areas.names))
            code = areas.areas[meant[0]].code
        rows = self.wide.filter((pl.col("area") == code) & (pl.col("scenario") == scenario))
        if period is not None:
            rows = rows.filter(pl.col("period") == str(period))
        if rows.is_empty():
            where = f" in {period}" if period else ""
            raise UsageError(f"the result has no row for area {area!r}{where}, scenario {scenario!r}")
        return rows.row(-1, named=True)

    def explain(self, area: str, code: str, period: str | None = None, scenario: str = "base") -> Explanation:
        """One figure with all its reasons.

        Args:
            area: code, name, name without marks, or alias.
            code: a node.
            period: the last one where not given.
            scenario: "base" for the data as they are.

        Raises:
            UsageError: an unknown area, node or period.
        """
        if code not in self.edition.nodes:
            raise UsageError(_unknown("code", code, list(self.edition.nodes)))
        row = self._row(area, period, scenario)
        if self.what_if is not None:
            return explain_scenario(self.what_if, self.bounds, self.edition, row=row, code=code, lang=self.lang)
        return explain(
            self.wide, self.bounds, self.scores, self.inputs, self.edition, row=row, code=code, lang=self.lang
        )

    def scenario_effects(self, area: str | None = None, code: str | None = None) -> pl.DataFrame:
        """What each scenario changes against the base, by area and node; empty without scenarios.

        Args:
            area: one area only: code, name, name without marks, or alias.
            code: one node only.

        Returns:
            area, area_name, period, scenario, code, level, score, base_score, difference (scenario minus base, in
            points of score), rank, base_rank, places (how many places the scenario is further up).

        Raises:
            UsageError: an unknown area or node.
        """
        if code is not None and code not in self.edition.nodes:
            raise UsageError(_unknown("code", code, list(self.edition.nodes)))
        wide = self.wide
        if area is not None:
            wide = wide.filter(pl.col("area") == self._row(area, None, BASE)["area"])
        return effects(wide, self.edition, [code] if code is not None else list(self.edition.nodes))

    def _extremes(self, area: str, n: int, period: str | None, scenario: str, *, best: bool) -> pl.DataFrame:
        row = self._row(area, period, scenario)
        mine = self.scores.filter(
            (pl.col("level") == "indicator") & pl.col("score").is_not_null()
            & pl.all_horizontal(*(pl.col(key) == row[key] for key in ("area", "period", "scenario")))
        )  # fmt: skip
        # By rank where there is one, then by score; the tree's order decides what is left.
        return mine.sort("rank", "score", descending=[not best, best], nulls_last=True, maintain_order=True).head(n)

    def strengths(self, area: str, n: int = 5, period: str | None = None, scenario: str = "base") -> pl.DataFrame:
        """The area's n best indicators: by rank, then by score, then in tree order. Columns as `scores`."""
        return self._extremes(area, n, period, scenario, best=True)

    def weaknesses(self, area: str, n: int = 5, period: str | None = None, scenario: str = "base") -> pl.DataFrame:
        """The area's n worst indicators: by rank, then by score, then in tree order. Columns as `scores`."""
        return self._extremes(area, n, period, scenario, best=False)

    def compare(self, other: Result) -> pl.DataFrame:
        """This result beside another one: differences by area and node, this one minus the other.

        Both must compare the same areas; where each has one period, different periods are laid side by side.

        Returns:
            area, area_name, period, other_period, scenario, code, level, score, other_score, difference, rank,
            other_rank, places (how many places this one is further up); rows and nodes that both have.

        Raises:
            UsageError: the results are of different lists of areas, or of several periods that do not match.
        """
        return compare(self.scores, other.scores, self.edition, other.edition)

    def labelled_scores(self) -> pl.DataFrame:
        """`scores` with the edition, its status and the record's id on every row, as files carry it."""
        return self.scores.with_columns(
            edition=pl.lit(self.edition.id), status=pl.lit(self.edition.status), record=pl.lit(self.record["id"])
        )

    def to_dict(self) -> dict[str, Any]:
        """The result for machines, as in `schemas/result.schema.json`."""
        return {
            "format": FORMAT,
            "edition": {"id": self.edition.id, "status": self.edition.status, "title": dict(self.edition.title)},
            "record": self.record,
            "findings": self.findings.to_dicts(),
            "scores": self.scores.to_dicts(),
            "bounds": self.bounds.to_dicts(),
            "attainment": self.attainment.to_dicts(),
        }

    def write(self, path: str | Path) -> Path:
        """Write the result to a file, in the format of its suffix: json holds all, csv and parquet the long scores.

        Raises:
            UsageError: no writer knows the suffix, or the place cannot be written to.
        """
        suffix = Path(path).suffix.lower()
        writer = self.writers.get(suffix)
        if writer is None:
            raise UsageError(f"{path}: no writer for {suffix!r}; known are {', '.join(sorted(self.writers))}")
        return write_whole(path, writer.render(self))

    def summary(self) -> str:
        """The result in a few lines: the edition and its warnings first, then the first areas by rank."""
        words = messages(self.lang)
        lines = [f"{self.edition.id} · {words.of(self.edition.title)}"]
        lines += [f"! {item.line(self.lang)}" for item in self.all_findings if item.code in FIRST]
        root = self.edition.root
        base = self.wide.filter(pl.col("scenario") == BASE) if self.what_if is not None else self.wide
        best = base.sort(f"rank:{root}", nulls_last=True, maintain_order=True).head(10)
        for rank, name, period, score in best.select(f"rank:{root}", "area_name", "period", f"score:{root}").rows():
            place = "–" if rank is None else rank
            lines.append(f"{place:>4}  {name} ({period})  {number(score, self.lang, self.edition.display_decimals)}")
        counts = self.all_findings.counts()
        lines.append(words.text("label.findings", **counts))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<Result {self.edition.id}: {self.wide.height} rows x {len(self.edition.nodes)} nodes>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.summary())}</pre>"


def _unknown(what: str, value: str, known: list[str]) -> str:
    near = nearest(value, known, cutoff=0.6)
    shown = ", ".join(known[:12]) + ("…" if len(known) > 12 else "")
    return f"unknown {what} {value!r}" + (f"; did you mean {near!r}?" if near else ".") + f" Known: {shown}"
