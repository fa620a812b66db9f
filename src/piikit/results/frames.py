"""What an evaluation gave: its frames, how one figure came about, and how it differs from another."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
from attrs import evolve, field, frozen

from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.finding import Finding, Findings
from piikit.findings.severities import apply_policy
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table
from piikit.plans.judging import SCHEMA as ATTAINMENT
from piikit.plans.judging import attainment
from piikit.plans.plan import Plan
from piikit.results.comparison import Pick, Side, compare, effects, match_areas, overtakes
from piikit.results.explain import Explanation, explain
from piikit.results.of_scenarios import (
    explain_scenario,
    scenario_bounds,
    scenario_notes,
    scenario_sides,
    scenario_treatment,
)
from piikit.results.writers import Writer
from piikit.scoring import views
from piikit.scoring.notes import notes
from piikit.scoring.pipeline import bounds_frame, group_ranks
from piikit.scoring.record import make_record
from piikit.scoring.scenarios import WhatIfRun
from piikit.scoring.scenarios.effects import effects as scenario_differences
from piikit.scoring.treatment_notes import treatment_frame

KEYS = ("area", "period", "scenario")


@frozen(kw_only=True, repr=False)
class Evaluated:
    """The frames of a result, how one figure came about, and how it differs from another; see `Result`.

    Attributes:
        edition: the framework that was used.
        plan: the plan that was judged, or None.
        wide: the pipeline's own frame; use `scores` and `table` instead.
        lang: the language of reasons and messages.
        what_if: the scenarios beside the base, where there are some.
    """

    edition: Edition
    wide: pl.DataFrame = field(repr=False)
    inputs: Table = field(repr=False)
    found: Findings = field(repr=False)
    plan: Plan | None = None
    baseline: Evaluated | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(factory=dict, repr=False)
    plugins: Mapping[str, str] = field(factory=dict, repr=False)
    writers: Mapping[str, Writer] = field(factory=dict, repr=False)
    lang: str = "en"
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
        return self._explained(self._row(area, period, scenario), [code])[0]

    def _explained(self, row: dict[str, Any], codes: Sequence[str]) -> tuple[Explanation, ...]:
        """The explanations of nodes in one row of the wide frame."""
        if self.what_if is not None:
            told = explain_scenario(self.what_if, self.bounds, self.edition, row=row, codes=codes, lang=self.lang)
        else:
            told = explain(self.bounds, self.scores, self.inputs, self.edition, row=row, codes=codes, lang=self.lang)
        treated = {code for code in codes if f"treated:{code}" in self.wide.columns}
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
        return scenario_differences(wide, self.edition, [code] if code is not None else list(self.edition.nodes))

    def _side(self) -> Side:
        variants = scenario_sides(self.what_if) if self.what_if is not None else {}
        return Side(
            edition=self.edition, wide=self.wide, table=self.inputs, long=lambda: self.scores, variants=variants
        )

    def compare(
        self,
        other: Evaluated | Any,
        *,
        tolerance: float | None = None,
        period: str | None = None,
        other_period: str | None = None,
        scenario: str | None = None,
        other_scenario: str | None = None,
    ) -> pl.DataFrame:
        """This result beside another one, or beside figures from elsewhere: differences, this one minus the other.

        Scenarios stand beside those of the same name, or all beside the one chosen of the other result:
        `result.compare(result, other_scenario="base")`. Periods stand beside the same period, or side by side where
        each has one. Of two lists of areas, those that are the same unit in both are compared.

        Args:
            other: a result; or a table of published or foreign figures as `scores=` of `evaluate` takes it: area,
                code, score or rank or both, optional period; or a wide one, such as COINr's own results: `uCode` or
                area, optional `Time` or period, and the scores in a column a node.
            tolerance: by how many points scores may differ and still agree: 0.005 for figures printed with two
                decimals.
            period: of this result; all where not given.
            other_period: of the other one.
            scenario: of this result; all where not given.
            other_scenario: of the other one.

        Returns:
            area, area_name, period, other_period, scenario, code, level, score, other_score, difference, rank,
            other_rank, places (how many places this one is further up), other_scenario, other_area, other_code,
            n_ranked, other_n_ranked, agrees (scores within the tolerance and ranks equal; null without a tolerance),
            reason_code, reason (why there is no difference or no places); rows and nodes that both have.

        Raises:
            UsageError: nothing can be compared, or an unknown period or scenario.
            InputError: the table of figures has faults; all are named.

        >>> import piikit
        >>> pillars = {"area": ["Bắc Ninh"] * 7, "code": list("1234567"),
        ...            "score": [59.17, 39.99, 62.30, 47.43, 56.40, 28.74, 60.20]}
        >>> published = [{"area": "Bắc Ninh", "code": "PII", "score": 48.76}]
        >>> beside = piikit.evaluate(edition="pii-2025", scores=pillars).compare(published, tolerance=0.01)
        >>> beside.select("other_score", "agrees").rows()
        [(48.76, True)]
        """
        pick = Pick(period=period, other_period=other_period, scenario=scenario, other_scenario=other_scenario)
        beside = other._side() if isinstance(other, Evaluated) else other
        return compare(self._side(), beside, pick, tolerance=tolerance, lang=self.lang)

    def matched_areas(self, other: Evaluated) -> pl.DataFrame:
        """Which areas of this result are those of another one, by the predecessors and successors of their lists.

        Returns:
            area, area_name, other_area, other_name, status: "same" (the same unit, compared), "merged" (one of the
            two took in the other with more; a row for each part; left out), "only_here", "only_there".

        >>> import piikit
        >>> old = piikit.evaluate(edition="pii-2024", scores=[{"area": "Bắc Giang", "code": "PII", "rank": 10}])
        >>> new = piikit.evaluate(edition="pii-2025", scores=[{"area": "Bắc Ninh", "code": "PII", "rank": 6}])
        >>> new.matched_areas(old).rows()
        [('24', 'Bắc Ninh', '24', 'Bắc Giang', 'merged')]
        """
        return match_areas(self._side(), _other(other))

    def effects(
        self,
        other: Evaluated,
        *,
        by: Literal["node", "indicator"] = "node",
        code: str | None = None,
        area: str | None = None,
        period: str | None = None,
        other_period: str | None = None,
        scenario: str | None = None,
        other_scenario: str | None = None,
    ) -> pl.DataFrame:
        """The difference from another result, split into effects that add up to it: where does it come from?

        Each effect is what a factor changes when it is taken from this result instead of the other one, averaged over
        all orders in which the factors can be exchanged (Shapley value). Factors: `data` (values and published
        figures that both have), `coverage` (figures that only one has), `areas` (areas that only one has: they move
        the ends of normalisation), `weights`, and `methods` (all else of the edition: methods, directions, the tree
        and the indicators that only one edition has). A factor that does not differ has the effect 0.

        Args:
            other: the result to start from.
            by: "node" for the effects on every node; "indicator" to split those on one node further, by indicator.
            code: the node; with "indicator" the index where not given, with "node" all.
            area: one area only.
            period: of this result; all where not given.
            other_period: of the other one.
            scenario: of this result; all where not given.
            other_scenario: of the other one.

        Returns:
            area, area_name, period, other_period, scenario, other_scenario, code, level, score, other_score,
            difference, data, coverage, areas, weights, methods, reason_code, reason: a row an area and node that both
            have. Effects are in points; where a reason stands they are null. By indicator there are `indicator`,
            `value`, `other_value` before `score` and `other_score` (of the indicator), and `difference` is that of
            its contributions to the node.

        Raises:
            UsageError: nothing can be compared; an unknown node, area, period or scenario.

        Source: L. S. Shapley, A value for n-person games (1953); A. F. Shorrocks, Decomposition procedures for
        distributional analysis (2013).

        >>> import piikit
        >>> pillars = {"area": ["Bắc Ninh"] * 7, "code": list("1234567"), "score": [59.17, 40, 62.3, 47, 56, 28, 60]}
        >>> before = piikit.evaluate(edition="pii-2025", scores=pillars)
        >>> after = piikit.evaluate(edition="pii-2025", scores={**pillars, "score": [59.17, 40, 62.3, 47, 56, 28, 70]})
        >>> after.effects(before, code="PII").select("difference", "data", "weights").row(0)
        (2.5, 2.5, 0.0)
        """
        pick = Pick(period=period, other_period=other_period, scenario=scenario, other_scenario=other_scenario)
        chosen = None if area is None else self._row(area, period, scenario or BASE)["area"]
        return effects(self._side(), _other(other), pick, by=by, code=code, area=chosen, lang=self.lang)

    def overtakes(
        self,
        other: Evaluated,
        code: str | None = None,
        area: str | None = None,
        *,
        period: str | None = None,
        other_period: str | None = None,
        scenario: str | None = None,
        other_scenario: str | None = None,
    ) -> pl.DataFrame:
        """Who overtook whom between another result and this one: pairs of areas whose order changed.

        Args:
            other: the result before.
            code: the node; the index where not given.
            area: only pairs in which this area stands, on either side.
            period: of this result; all where not given.
            other_period: of the other one.
            scenario: of this result; all where not given.
            other_scenario: of the other one.

        Returns:
            code, period, other_period, scenario, other_scenario, area, area_name, overtaken, overtaken_name, kind
            ("passed": from behind to ahead; "drew_level": from behind to the same place; "pulled_ahead": from the
            same place to ahead), then rank, other_rank, score, other_score of the area, and the same of the overtaken
            one with `overtaken_` before. By rank where both areas have one, else by score; pairs whose order is not
            known are left out.

        Raises:
            UsageError: nothing can be compared; an unknown node, area, period or scenario.

        >>> import piikit
        >>> before, after = (
        ...     piikit.evaluate(edition="pii-2024", scores={"area": ["Hà Nội", "Bắc Giang"], "code": ["PII"] * 2,
        ...                                                 "rank": ranks}) for ranks in ([1, 2], [2, 1]))
        >>> after.overtakes(before).select("area_name", "overtaken_name", "kind").rows()
        [('Bắc Giang', 'Hà Nội', 'passed')]
        """
        pick = Pick(period=period, other_period=other_period, scenario=scenario, other_scenario=other_scenario)
        chosen = None if area is None else self._row(area, period, scenario or BASE)["area"]
        return overtakes(self._side(), _other(other), pick, code=code, area=chosen)


def _unknown(what: str, value: str, known: list[str]) -> str:
    near = nearest(value, known, cutoff=0.6)
    shown = ", ".join(known[:12]) + ("…" if len(known) > 12 else "")
    return f"unknown {what} {value!r}" + (f"; did you mean {near!r}?" if near else ".") + f" Known: {shown}"


def _other(other: Any) -> Side:
    if not isinstance(other, Evaluated):
        raise UsageError(f"the other one must be a Result of evaluate, not {type(other).__name__}")
    return other._side()
