"""Coverage of rules: which indicators, methods, branches of missing data and kinds of targets decision cases show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from attrs import define, field

from piikit.engine import Engine, default_engine
from piikit.files.wide_columns import given_column, score_column, value_column
from piikit.findings.errors import PiikitError, UsageError
from piikit.findings.faults import nearest
from piikit.plans.judging import STATUSES
from piikit.plans.targets import COMPARISONS
from piikit.result import Result, frames_of
from piikit.testing.branches import BRANCHES, branch_of, rank_branch
from piikit.testing.cases import FIGURES, Case, _evaluated, _rows, _table_mismatches

Rule = tuple[str, str]
"""Kind and name."""
JUDGED = ("met", "not_met")
"""The statuses in which each comparison must be shown: one side and the other."""


def rule_coverage(cases: Iterable[Case], engine: Engine | None = None, *, plugin: str | None = None) -> pl.DataFrame:
    """Which rules a set of decision cases shows.

    A case shows a rule where the figure that it states under `expected` was decided by that rule, and comes out.

    Args:
        cases: as `load_cases` gives them.
        engine: what has the plugins; the default one has all installed.
        plugin: the name of a plugin: then only the indicators and methods that it provides count.

    Returns:
        one row a rule: kind, rule, what, covered, cases (how many show it), first (one that does). The kinds:

        - indicator: its value is computed from items and stated, or its score;
        - method: a score that it made is stated, of normalisation by the name of an indicator's, of aggregation by that
          of its node;
        - missing: the branches of missing data;
        - comparison: each comparison of plans, met and not met;
        - status: each status of a target or condition.

    Raises:
        UsageError: no such plugin.

    >>> from piikit.testing import Case
    >>> nodes = [{"code": "I", "level": "index"}, {"code": "x", "parent": "I", "level": "indicator",
    ...                                            "direction": "higher"}]
    >>> case = Case(id="half", title="Half the way", data={"area": ["a", "b", "c"], "x": [0, 5, 10]},
    ...             edition={"id": "one", "status": "local", "period": "2024", "title": {"vi": "Một", "en": "One"},
    ...                      "sources": ["made up"], "nodes": nodes},
    ...             expected={"scores": [{"area": "b", "code": "I", "score": 50}]})
    >>> found = rule_coverage([case])
    >>> found.filter(pl.col("covered"))["rule"].to_list()
    ['aggregate: mean']
    """
    engine = engine or default_engine()
    seen = _Seen(rules=_rules(engine, plugin))
    for case in cases:
        result = _as_stated(case, engine)
        if result is not None:
            for rule in {*_of_scores(case, result), *_of_targets(case, result)}:
                seen.add(rule, str(case))
    return seen.frame()


def _as_stated(case: Case, engine: Engine) -> Result | None:
    """The result of a case; None where there is none, or its figures are not those stated: that shows nothing."""
    try:
        result = _evaluated(case, engine)
    except PiikitError:
        return None
    wrong = result is None or any(_table_mismatches(case, table, result) for table in FIGURES)
    return None if wrong else result


@define
class _Seen:
    rules: Mapping[Rule, str]
    shown: dict[Rule, list[str]] = field(factory=dict)

    def add(self, rule: Rule, case: str) -> None:
        if rule in self.rules:
            self.shown.setdefault(rule, []).append(case)

    def frame(self) -> pl.DataFrame:
        rows = [
            (kind, rule, what, bool(by), len(by), by[0] if by else None)
            for (kind, rule), what in self.rules.items()
            for by in (self.shown.get((kind, rule), []),)
        ]
        schema = {
            "kind": pl.String,
            "rule": pl.String,
            "what": pl.String,
            "covered": pl.Boolean,
            "cases": pl.Int64,
            "first": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")


def _rules(engine: Engine, plugin: str | None) -> dict[Rule, str]:
    known = engine.catalogue
    methods = [m for m in known.methods.values() if m.kind in ("normalise", "aggregate")]
    if plugin is not None:
        rows = engine.plugins()
        if plugin not in rows["name"]:
            near = nearest(plugin, rows["name"].to_list(), cutoff=0.6)
            raise UsageError(f"no plugin named {plugin!r}" + (f"; did you mean {near!r}?" if near else ""))
        provides = rows.filter(pl.col("name") == plugin)["provides"].item(-1).to_list()
        own = {entry.partition(":")[2] for entry in provides}
        return {
            **{("indicator", code): known.indicators[code].name["en"] for code in known.indicators if code in own},
            **{("method", f"{m.kind}: {m.name}"): m.source for m in methods if m.name in own},
        }
    return {
        **{("indicator", code): indicator.name["en"] for code, indicator in known.indicators.items()},
        **{("method", f"{m.kind}: {m.name}"): m.source for m in methods},
        **{("missing", name): what for name, what in BRANCHES.items()},
        **{
            ("comparison", f"{name}: {status}"): f"a condition {name!r} that is {status}"
            for name in COMPARISONS
            for status in JUDGED
        },
        **{("status", status): f"a target or condition that is {status}" for status in STATUSES},
    }


def _of_scores(case: Case, result: Result) -> Iterator[Rule]:
    """What the scores that a case states show."""
    edition = result.edition
    for entry in case.expected.get("scores", ()):
        keys = {key: entry[key] for key in ("area", "period", "scenario") if key in entry}
        rows = _rows(frames_of(result).wide, keys, edition)
        if rows.height != 1:
            continue
        row, node = rows.row(0, named=True), edition.nodes[entry["code"]]
        if "rank" in entry and (branch := rank_branch(node.code, row)) is not None:
            yield "missing", branch
        if not {"score", "value"} & entry.keys():
            continue
        branch = branch_of(node.code, row, edition)
        if branch is not None:
            yield "missing", branch
        made = node.indicator
        if made is not None and row.get(value_column(node.code)) is not None and set(made.item_names) <= row.keys():
            yield "indicator", made.code
        if (
            "score" in entry
            and row.get(score_column(node.code)) is not None
            and row.get(given_column(node.code)) is None
        ):
            use = node.normalise if node.is_indicator else node.aggregate
            if use is not None:
                yield "method", f"{use.method.kind}: {use.name}"


def _of_targets(case: Case, result: Result) -> Iterator[Rule]:
    """What the judgements that a case states show."""
    targets = {target.id: target for target in result.plan.targets} if result.plan is not None else {}
    for entry in case.expected.get("attainment", ()):
        yield "status", entry["status"]
        target = targets.get(entry["target"])
        comparison: Any = entry.get("condition")
        if comparison is None and target is not None and len(target.conditions) == 1 and target.need is None:
            comparison = target.conditions[0].comparison
        if comparison is not None:
            yield "comparison", f"{comparison}: {entry['status']}"
