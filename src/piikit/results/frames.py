"""What an evaluation kept: its frames, from which every answer is read."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from attrs import evolve, field, frozen

from piikit.files.wide_columns import treated_column
from piikit.findings.errors import UsageError
from piikit.findings.finding import FIRST, Finding, Findings
from piikit.findings.messages import Lang
from piikit.findings.severities import apply_policy
from piikit.findings.unknown import unknown
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.plans.judging import SCHEMA as ATTAINMENT
from piikit.plans.judging import attainment
from piikit.plans.plan import Plan
from piikit.results.comparison import Side
from piikit.results.explain import Explanation, explain
from piikit.results.of_scenarios import (
    explain_scenario,
    scenario_bounds,
    scenario_notes,
    scenario_sides,
    scenario_treatment,
)
from piikit.scoring import views
from piikit.scoring.notes import notes
from piikit.scoring.pipeline import bounds_frame
from piikit.scoring.record import Record, make_record
from piikit.scoring.scenarios import WhatIfRun
from piikit.scoring.treatment_notes import treatment_frame

FORMAT = "1.0"
"""The version of `schemas/result.schema.json` that `to_dict` follows."""
KEYS = ("area", "period", "scenario")


@frozen(kw_only=True, repr=False)
class Frames:
    """What an evaluation kept; `Result` is what can be asked of it.

    Attributes:
        edition: the framework that was used.
        plan: the plan that was judged, or None.
        wide: the pipeline's own frame, a row an area in a cohort.
        inputs: the checked table that was evaluated.
        found: what was found while it was read.
        baseline: what targets are measured from.
        options: what the caller asked for.
        plugins: name and version of the plugins that the figures rest on.
        lang: the language of reasons and messages.
        what_if: the scenarios beside the base, where there are some.
    """

    edition: Edition
    wide: pl.DataFrame = field(repr=False)
    inputs: Table = field(repr=False)
    found: Findings = field(repr=False)
    plan: Plan | None = None
    baseline: Frames | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(factory=dict, repr=False)
    plugins: Mapping[str, str] = field(factory=dict, repr=False)
    lang: Lang = "en"
    what_if: WhatIfRun | None = field(default=None, repr=False)

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
    def treatment(self) -> pl.DataFrame:
        """What was done to which value before it was normalised; empty where the edition does nothing.

        Columns: area, area_name, period, scenario, code, step ("set_aside", "imputed", or what the treatment did:
        "winsorise", "log", "box_cox"), method (with its parameters), before, after (in the indicator's unit, after on
        the treated scale). A value that was imputed and then treated has two rows.
        """
        if self.what_if is not None:
            return scenario_treatment(self.what_if)
        return treatment_frame(self.wide, self.inputs, self.edition)

    @functools.cached_property
    def attainment(self) -> pl.DataFrame:
        """The judgement of the plan's targets; empty without a plan.

        Columns: target, area, area_name, period, scenario, code, metric, condition, required, actual, gap, status,
        reason_code, reason, gap_points, step, on_track.
        """
        if self.plan is None:
            return pl.DataFrame(schema=ATTAINMENT)
        before, result = [], self.baseline
        while result is not None:
            before.append((result.wide, result.edition))
            result = result.baseline
        return attainment(self.wide, self.plan, self.edition, baselines=before, lang=self.lang)

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
    def record(self) -> Record:
        """Which documents, data, options, plugins and versions made the result, and an `id` for all of it."""
        given = self.inputs.given
        inputs = {"data": self.inputs.frame, "scores": given.scores, "bounds": given.bounds, "trail": self.inputs.trail}
        return make_record(
            edition=self.edition,
            plan=(self.plan.id, self.plan.document) if self.plan is not None else None,
            inputs={name: frame for name, frame in inputs.items() if not frame.is_empty()},
            options=self.options,
            plugins=self.plugins,
            baseline=self.baseline.record["id"] if self.baseline is not None else None,
            scenarios={s.id: s.digest for s in self.what_if.scenarios} if self.what_if is not None else None,
        )

    def row_of(self, area: str, period: str | None, scenario: str) -> dict[str, Any]:
        """The row of one area in the wide frame; of the last period where none is named.

        Raises:
            UsageError: an unknown area, or no such row.
        """
        areas = self.edition.areas
        code = area
        if areas is not None:
            meant = areas.match(area)
            if len(meant) != 1:
                raise unknown("area", area, areas.names)
            code = areas.areas[meant[0]].code
        rows = self.wide.filter((pl.col("area") == code) & (pl.col("scenario") == scenario))
        if period is not None:
            rows = rows.filter(pl.col("period") == str(period))
        if rows.is_empty():
            code = "no_row_in" if period else "no_row"
            raise UsageError(code, area=repr(area), period=period, scenario=repr(scenario))
        return rows.row(-1, named=True)

    def explanations(self, row: dict[str, Any], codes: Sequence[str]) -> tuple[Explanation, ...]:
        """The explanations of nodes in one row of the wide frame."""
        if self.what_if is not None:
            told = explain_scenario(self.what_if, self.bounds, self.edition, row=row, codes=codes, lang=self.lang)
        else:
            told = explain(self.bounds, self.scores, self.inputs, self.edition, row=row, codes=codes, lang=self.lang)
        treated = {code for code in codes if treated_column(code) in self.wide.columns}
        if not treated:
            return told
        here = self.treatment.filter(pl.col(key) == row[key] for key in KEYS)
        done = here.select("code", "step", "method", "before", "after").to_dicts()
        return tuple(
            evolve(
                one,
                prepared=tuple(
                    {key: step[key] for key in step if key != "code"} for step in done if step["code"] == one.code
                ),
            )
            if one.code in treated
            else one
            for one in told
        )

    def side(self) -> Side:
        """One side of a comparison."""
        variants = scenario_sides(self.what_if) if self.what_if is not None else {}
        return Side(
            edition=self.edition, wide=self.wide, table=self.inputs, long=lambda: self.scores, variants=variants
        )

    def labelled_scores(self) -> pl.DataFrame:
        """`scores` as files carry it: with the edition, its status and the record's id on every row.

        The last column, `warning`, holds in the first row what must be known of the edition and the data before
        anything else; it is null elsewhere, and everywhere where there is nothing to know.
        """
        said = " ".join(item.line(self.lang) for item in self.all_findings if item.code in FIRST)
        first = pl.int_range(pl.len()) == 0
        return self.scores.with_columns(
            edition=pl.lit(self.edition.id),
            status=pl.lit(self.edition.status),
            record=pl.lit(self.record["id"]),
            warning=pl.when(first & pl.lit(bool(said))).then(pl.lit(" ".join(said.split()))),
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
