"""Where a method has no score: cohorts that normalisation refuses, children that aggregation refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import polars as pl

from piikit.files.wide_columns import given_column, score_column, value_column
from piikit.findings.finding import Finding
from piikit.framework.edition import Edition, Node
from piikit.framework.methods import Aggregate
from piikit.inputs.table import Table
from piikit.scoring.pipeline.bounds import bound_keys
from piikit.scoring.pipeline.peers import MARK, members, plain
from piikit.scoring.pipeline.program import Line, counted, program_for, shape_of


def refusals_of(node: Node, edition: Edition) -> dict[str, pl.Expr]:
    """Conditions on a row under which a node has no score, by finding code."""
    assert node.aggregate is not None
    scores, weights = counted(node, edition)
    found: dict[str, pl.Expr] = {}
    outside = pl.lit(True)
    parts = []
    for name, use in node.aggregate.groups.items():
        inside = pl.any_horizontal(*(part for _, part in members(name, edition)))
        parts.append((use, outside & inside))
        outside = outside & ~inside
    for use, where in (*parts, (node.aggregate, outside)):
        method = use.method
        assert isinstance(method, Aggregate)
        for code, condition in (method.refuses(scores, weights, use.params) if method.refuses else {}).items():
            own = condition if not node.aggregate.groups else condition & where
            found[code] = found[code] | own if code in found else own
    return found


def refusing(edition: Edition) -> list[str]:
    """The indicators whose method says itself when a cohort has no scores."""
    nodes = edition.nodes
    return [
        code
        for code in edition.indicators
        if nodes[code].normaliser.refuses is not None or ((use := nodes[code].normalise) is not None and use.groups)
    ]


def without_scores(
    wide: pl.DataFrame, table: Table, edition: Edition, codes: Collection[str] | None = None
) -> Iterator[Finding]:
    """Cohorts of an indicator that have values and no score, because the method refuses them.

    Args:
        wide: what the pipeline gave.
        table: the inputs.
        edition: the framework.
        codes: these indicators alone.
    """
    wanted = refusing(edition) if codes is None else codes
    if not wanted:
        return
    program = program_for(edition, shape_of(table))
    keys = bound_keys(edition)
    for line in program.lines:
        for code in line.codes:
            if plain(code) not in wanted or (line.method.refuses is None and MARK not in code):
                continue
            rows = _refused(wide, code, line, program.turned[code], keys)
            for kind in rows["kind"].unique(maintain_order=True):
                cells = rows.filter(pl.col("kind") == kind).drop("kind")
                params = {"method": line.method.name, **_told(line, edition)}
                yield Finding(code=kind, severity="warning", column=plain(code), cells=cells, params=params)


def _refused(wide: pl.DataFrame, code: str, line: Line, x: pl.Expr, keys: list[str]) -> pl.DataFrame:
    """The cohorts without scores: period and scenario, one of the values, and the kind of finding."""
    given = pl.col(given_column(plain(code))).is_null() if given_column(plain(code)) in wide.columns else pl.lit(True)
    lost = (x.is_not_null() & pl.col(score_column(plain(code))).is_null() & given).any()
    # A method that says nothing of its own, in a group: like the whole, it has no score where all is the same.
    found: Mapping[str, pl.Expr] = {"constant_indicator": x.min() == x.max()}
    if line.method.refuses is not None:
        found = line.method.refuses(x, line.params)
    kind = pl.lit("scores_out_of_reach")
    for name, condition in reversed(list(found.items())):
        kind = pl.when(condition).then(pl.lit(name)).otherwise(kind)
    value = pl.col(value_column(plain(code))).filter(x.is_not_null()).first().cast(pl.String)
    cohorts = wide.group_by(keys, maintain_order=True).agg(
        pl.col("period").last().alias("until"), value.alias("value"), lost.alias("lost"), kind.alias("kind")
    )
    cohorts = cohorts.filter(pl.col("lost"))
    # A cohort of a whole panel is named by its last period.
    period = cohorts["until"] if "period" not in keys else cohorts["period"]
    return cohorts.select(period.alias("period"), "scenario", "value", "kind")


def _told(line: Line, edition: Edition) -> dict[str, Any]:
    """What a message says of the method's parameters, as the document has them."""
    params: Mapping[str, Any] = line.params
    if line.lower_is_better and line.method.mirrored is not None:
        params = line.method.mirrored(params)  # turned back
    told: dict[str, Any] = {"target": params.get("target"), "reference": params.get("reference")}
    if edition.areas is not None and told["reference"] is not None:
        area = edition.areas.get(told["reference"])
        told["reference"] = area.name if area is not None else told["reference"]
    return told
