"""Differences by area and node between two results, or between a result and figures from elsewhere."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
from attrs import evolve

from piikit.findings.errors import InputError, UsageError
from piikit.findings.finding import Findings
from piikit.findings.messages import Lang, Messages, Phrase, messages
from piikit.framework.areas import Area, AreaList
from piikit.framework.edition import Edition
from piikit.inputs.given import given_scores, score_table
from piikit.inputs.keys import BASE, area_texts, index_of
from piikit.results.comparison.foreign_tables import as_long
from piikit.results.comparison.matching import Codes, compared_areas, match_codes, same_areas
from piikit.results.comparison.sides import Pick, Side, pair_cohorts

COLUMNS = pl.Schema(
    {
        "area": pl.String(),
        "area_name": pl.String(),
        "period": pl.String(),
        "other_period": pl.String(),
        "scenario": pl.String(),
        "code": pl.String(),
        "level": pl.String(),
        "score": pl.Float64(),
        "other_score": pl.Float64(),
        "difference": pl.Float64(),
        "rank": pl.Int32(),
        "other_rank": pl.Int32(),
        "places": pl.Int32(),
        "other_scenario": pl.String(),
        "other_area": pl.String(),
        "other_code": pl.String(),
        "n_ranked": pl.Int32(),
        "other_n_ranked": pl.Int32(),
        "agrees": pl.Boolean(),
        "reason_code": pl.String(),
        "reason": pl.String(),
    }
)
SLACK = 1e-9
"""What is added to a tolerance: a difference that is equal to it in decimals may be a last bit more in binary."""


def compare(side: Side, other: Side | Any, pick: Pick, *, tolerance: float | None = None, lang: Lang) -> pl.DataFrame:
    """The scores of one result beside those of another, or beside a table of figures; see `Result.compare`."""
    if tolerance is not None and not (math.isfinite(tolerance) and tolerance >= 0):
        raise UsageError("tolerance", value=repr(tolerance))
    mine = side.long()
    if isinstance(other, Side):
        theirs, framework = other.long(), other.edition
        areas = None if same_areas(side.edition, framework) else compared_areas(side, other)
        cohorts = pair_cohorts(side.cohorts(), other.cohorts(), pick)
    else:
        theirs, framework, areas = figures(other, side, lang), side.edition, None
        if pick.other_scenario is not None:
            raise UsageError("scenario_of_table")
        beside = theirs.select("period", "scenario").unique(maintain_order=True)
        cohorts = pair_cohorts(side.cohorts(), beside, evolve(pick, other_scenario=BASE))
    codes = match_codes(side.edition, framework)
    rows = _joined(mine, theirs, cohorts, areas, codes)
    if rows.is_empty():
        raise UsageError("no_node_in_common")
    return _judged(rows, side.edition, framework, codes, tolerance, messages(lang))


def figures(table: Any, side: Side, lang: Lang) -> pl.DataFrame:
    """Scores and ranks from elsewhere as long scores: area, period, scenario, code, score, rank, n_ranked.

    Raises:
        InputError: with every fault of the table.
    """
    frame, found = score_table(as_long(table, side.edition))
    edition = side.edition if side.edition.areas is not None else _with_areas(side)
    read = pl.DataFrame()
    if frame is not None:
        read, wrong = given_scores(frame, index_of(edition, area_texts(frame)), edition)
        found += wrong
    errors = Findings(found).errors
    if errors:
        raise InputError(errors, title=Phrase("differs.bad_figures", edition=edition.id), lang=lang)
    return read.select(
        "area",
        "period",
        pl.lit(BASE).alias("scenario"),
        "code",
        "score",
        pl.col("rank").cast(pl.Int32),
        pl.lit(None, dtype=pl.Int32).alias("n_ranked"),
    )


def _with_areas(side: Side) -> Edition:
    """The edition with the areas of the result as its list, so that names that are none of them are faults."""
    rows = side.wide.select("area", "area_name").unique(maintain_order=True).iter_rows()
    areas = tuple(Area(code=code, name=name) for code, name in rows)
    return evolve(side.edition, areas=AreaList(id="own", areas=areas))


def _joined(
    mine: pl.DataFrame, theirs: pl.DataFrame, cohorts: pl.DataFrame, areas: pl.DataFrame | None, codes: Codes
) -> pl.DataFrame:
    rows = mine.join(cohorts, on=["period", "scenario"], how="inner", maintain_order="left")
    if areas is None:
        rows = rows.with_columns(pl.col("area").alias("other_area"))
    else:
        rows = rows.join(areas, on="area", how="inner", maintain_order="left")
    # A code that means something else there still makes a row, with both figures and the reason.
    moved = {code: there for code, there in codes.pairs.items() if code != there}
    there = pl.col("code").replace(moved) if moved else pl.col("code")
    beside = theirs.select(
        pl.col("period").alias("other_period"),
        pl.col("scenario").alias("other_scenario"),
        pl.col("area").alias("other_area"),
        pl.col("code").alias("other_code"),
        pl.col("score").alias("other_score"),
        pl.col("rank").alias("other_rank"),
        pl.col("n_ranked").alias("other_n_ranked"),
    )
    keys = ["other_period", "other_scenario", "other_area", "other_code"]
    return rows.with_columns(there.alias("other_code")).join(beside, on=keys, how="inner", maintain_order="left")


def _judged(
    rows: pl.DataFrame, edition: Edition, other: Edition, codes: Codes, tolerance: float | None, words: Messages
) -> pl.DataFrame:
    clash = pl.col("code").is_in(list(codes.clashes)) if codes.clashes else pl.lit(False)
    ranked_alike = pl.lit(same_areas(edition, other))
    both_ranked = pl.col("rank").is_not_null() & pl.col("other_rank").is_not_null()
    reason = (
        pl.when(clash).then(pl.lit("other_indicator")).when(~ranked_alike & both_ranked).then(pl.lit("other_areas"))
    )
    rows = rows.with_columns(
        pl.when(~clash).then(pl.col("score") - pl.col("other_score")).alias("difference"),
        pl.when(~clash & ranked_alike).then(pl.col("other_rank") - pl.col("rank")).alias("places"),
        reason.alias("reason_code"),
    )
    rows = rows.with_columns(_agrees(tolerance).alias("agrees"), _reason(edition, other, codes, words).alias("reason"))
    return rows.select(COLUMNS.names())


def _agrees(tolerance: float | None) -> pl.Expr:
    """Whether scores differ by no more than the tolerance and ranks not at all; null where neither can be said."""
    if tolerance is None:
        return pl.lit(None, dtype=pl.Boolean)
    near = pl.col("difference").abs() <= tolerance + SLACK
    return pl.coalesce(near, pl.lit(True)) & pl.coalesce(pl.col("places") == 0, near)


def _reason(edition: Edition, other: Edition, codes: Codes, words: Messages) -> pl.Expr:
    lists = [one.areas.id if one.areas else "–" for one in (edition, other)]
    columns = {name: pl.col(name).cast(pl.String).fill_null("–") for name in ("n_ranked", "other_n_ranked")}
    several = words.expr("differs.other_areas", {"areas": lists[0], "other_areas": lists[1]}, columns)
    text = pl.when(pl.col("reason_code") == "other_areas").then(several)
    for code in codes.clashes:
        said = pl.lit(clash_text(edition, other, code, words))
        text = text.when(pl.col("code") == code).then(said)  # type: ignore[assignment]  # a longer chain of whens
    return text


def clash_text(edition: Edition, other: Edition, code: str, words: Messages) -> str:
    """What is said of a code that means two indicators."""
    return words.text(
        "differs.other_indicator",
        code=code,
        name=edition.nodes[code].name,
        other_name=other.nodes[code].name,
        edition=edition.id,
        other_edition=other.id,
    )
