"""Where the difference between two results comes from: effects of data, coverage, areas, weights and methods.

The Shapley value (Shapley 1953; for decompositions Shorrocks 2013): what a factor changes when it is exchanged,
averaged over all orders of exchanging them. The effects add up to the difference by construction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Literal

import numpy as np
import polars as pl
from attrs import frozen

from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages
from piikit.findings.unknown import one_of, unknown
from piikit.results.comparison.common_grid import FACTORS, ComparisonGrid, Matrix, grid_of, joint_nodes, unlike
from piikit.results.comparison.contributions import contributions
from piikit.results.comparison.differences import clash_text
from piikit.results.comparison.hybrids import Hybrid, editions_between, evaluate_between
from piikit.results.comparison.matching import compared_areas, match_codes, same_areas
from piikit.results.comparison.sides import COHORTS, Pick, Side, pair_cohorts

PLACE = ("area", "area_name", "period", "other_period", "scenario", "other_scenario")
NEAR = 1e-9
"""By how much, in proportion, a score may come out differently when it is evaluated again."""

Mixes = Mapping[frozenset[str], Hybrid]
"""An evaluation for each set of factors taken from this result; the others come from the other one."""


def effects(
    side: Side,
    other: Side,
    pick: Pick,
    *,
    by: Literal["node", "indicator"] = "node",
    code: str | None = None,
    area: str | None = None,
    lang: Lang,
) -> pl.DataFrame:
    """The differences between two results, split by factor; see `Result.effects`."""
    one_of("by", by, ("node", "indicator"))
    codes = match_codes(side.edition, other.edition)
    wanted = code if code is not None or by == "node" else side.edition.root
    shown = {**codes.pairs, **{clash: clash for clash in codes.clashes}}
    if wanted is not None and wanted not in shown:
        raise unknown("common_node", wanted, shown)
    parts = []
    for keys, sides, frames in _grounds(side, other, pick):
        nodes = joint_nodes(sides[0].edition, sides[1].edition, codes)
        grid = grid_of(sides, frames, keys, nodes)
        if not grid.both.any():
            continue
        mixes = _mixes(grid, sides)
        if by == "node":
            split = _by_node(grid, mixes, {wanted: shown[wanted]} if wanted else shown)
        else:
            assert wanted is not None
            split = _by_indicator(grid, mixes, wanted, shown[wanted])
        parts.append(_with_keys(split, keys))
    if not parts:
        raise UsageError("nothing_in_common")
    found = pl.concat(parts)
    if area is not None:
        found = found.filter(pl.col("area") == area)
    return _with_reasons(found, side, other, lang)


def _mixes(grid: ComparisonGrid, sides: tuple[Side, Side]) -> Mixes:
    """An evaluation for each set of the factors that differ."""
    between = editions_between(grid.editions, grid.nodes)
    return {
        frozenset(ours): evaluate_between(grid, sides, between, _filled(frozenset(ours), grid.factors))
        for size in range(len(grid.factors) + 1)
        for ours in combinations(grid.factors, size)
    }


def _filled(ours: frozenset[str], factors: tuple[str, ...]) -> frozenset[str]:
    """Factors that do not differ are those of this result."""
    return ours | (set(FACTORS) - set(factors))


# -- what is put on one grid -------------------------------------------------------------------------------------


Ground = tuple[pl.DataFrame, tuple[Side, Side], tuple[pl.DataFrame, pl.DataFrame]]
"""Cohorts that stand beside each other, the sides as those were evaluated, and their wide rows."""


def _grounds(side: Side, other: Side, pick: Pick) -> Iterator[Ground]:
    """What is put on a grid each: a set of areas that are compared with each other, on both sides."""
    pairs = pair_cohorts(side.cohorts(), other.cohorts(), pick)
    panel = "panel" in (side.edition.cohort, other.edition.cohort)
    several = max(one.wide["period"].n_unique() for one in (side, other)) > 1
    if panel and several and (pick.period, pick.other_period) != (None, None):
        raise UsageError("panel_periods")
    same = compared_areas(side, other)
    areas = None if same_areas(side.edition, other.edition) else same
    keys = ["scenario", "other_scenario"] if panel else COHORTS.names()
    for pair in pairs.partition_by(keys, maintain_order=True):
        beside = _rows(other.wide, pair, "other_", panel=panel)
        periods = dict(pair.select("other_period", "period").iter_rows())
        beside = beside.with_columns(_renamed(areas), pl.col("period").replace(periods))
        sides = side.of(pair["scenario"][0]), other.of(pair["other_scenario"][0])
        yield pair, sides, (_rows(side.wide, pair, "", panel=panel), beside)


def _rows(wide: pl.DataFrame, pair: pl.DataFrame, prefix: str, *, panel: bool) -> pl.DataFrame:
    here = pl.col("scenario") == pair[f"{prefix}scenario"][0]
    return wide.filter(here if panel else here & (pl.col("period") == pair[f"{prefix}period"][0]))


def _renamed(areas: pl.DataFrame | None) -> pl.Expr:
    """The areas of the other result under this result's codes; those that are no area here under codes of none."""
    if areas is None:
        return pl.col("area")
    return pl.col("area").replace_strict(
        areas["other_area"], areas["area"], default=pl.lit("other:") + pl.col("area"), return_dtype=pl.String
    )


# -- effects -----------------------------------------------------------------------------------------------------


def shapley(factors: tuple[str, ...], outcome: Callable[[frozenset[str]], Matrix]) -> dict[str, Matrix]:
    """The effect of each factor on an outcome that depends on which factors are exchanged."""
    n = len(factors)
    found = {}
    for factor in factors:
        others = [name for name in factors if name != factor]
        total = np.zeros(())
        for size in range(n):
            share = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for names in combinations(others, size):
                before = frozenset(names)
                total = total + share * (outcome(before | {factor}) - outcome(before))
        found[factor] = total
    return found


@frozen(kw_only=True)
class Split:
    """Effects on some nodes or parts, each matrix rows x columns.

    Attributes:
        columns: what stands beside each column: code, and so on.
    """

    grid: ComparisonGrid
    columns: pl.DataFrame
    figures: Mapping[str, Matrix]
    effects: Mapping[str, Matrix]
    reasons: Matrix

    def frame(self) -> pl.DataFrame:
        """A row an area and column."""
        rows = self.grid.ours.rows.filter(pl.Series(self.grid.both)).select("area", "area_name", "period")
        shape = self.reasons.shape
        clear = self.reasons == ""
        numbers = {
            **self.figures,
            **{name: np.where(clear, np.broadcast_to(self.effects.get(name, 0.0), shape), np.nan) for name in FACTORS},
        }
        flat = [pl.Series(name, matrix.ravel(), nan_to_null=True) for name, matrix in numbers.items()]
        reasons = pl.Series("reason_code", self.reasons.ravel().astype(str).tolist(), dtype=pl.String)
        keys = rows.join(self.columns, how="cross", maintain_order="left_right")
        return keys.hstack([*flat, reasons.replace("", None)])


def _by_node(grid: ComparisonGrid, mixes: Mixes, shown: Mapping[str, str]) -> Split:
    here = [grid.nodes.here[code] for code in shown]
    there = [grid.nodes.there[code] for code in shown.values()]
    ours, theirs = grid.ours.scores[grid.both][:, here], grid.theirs.scores[grid.both][:, there]
    reasons = _reasons(grid, mixes, here, there)
    found = shapley(grid.factors, lambda taken: mixes[taken].scores[:, here])
    levels = [grid.editions[0].nodes[code].level for code in shown]
    clash = np.array([one != other for one, other in zip(here, there, strict=True)])
    return Split(
        grid=grid,
        columns=pl.DataFrame({"code": list(shown), "level": levels}, schema={"code": pl.String, "level": pl.String}),
        figures={"score": ours, "other_score": theirs, "difference": np.where(clash, np.nan, ours - theirs)},
        effects=found,
        reasons=reasons,
    )


def _reasons(grid: ComparisonGrid, mixes: Mixes, here: list[int], there: list[int]) -> Matrix:
    """Why there are no effects, a code a cell; empty where there are."""
    ours, theirs = grid.ours.scores[grid.both][:, here], grid.theirs.scores[grid.both][:, there]
    ends = ((frozenset(grid.factors), ours), (frozenset[str](), theirs))
    reproduced = np.ones(ours.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        for taken, kept in ends:
            again = mixes[taken].scores[:, here]
            near = np.abs(again - kept) <= NEAR * np.maximum(1.0, np.abs(kept))
            reproduced &= near | ~unlike(again, kept)
    unknown = np.isnan(sum(mix.scores[:, here] for mix in mixes.values()))
    reasons = np.where(unknown, "no_score_between", "").astype("<U16")
    reasons[~reproduced] = "not_reproduced"
    reasons[np.isnan(ours) | np.isnan(theirs)] = "no_score"
    reasons[:, [one != other for one, other in zip(here, there, strict=True)]] = "other_indicator"
    return reasons


def _by_indicator(grid: ComparisonGrid, mixes: Mixes, code: str, other_code: str) -> Split:
    """The effects on one node, split by the indicators and published figures that it rests on."""
    target = [grid.nodes.here[code]], [grid.nodes.there[other_code]]
    parts = {taken: contributions(mix, target[0][0], len(grid.nodes)) for taken, mix in mixes.items()}
    reasons = _reasons(grid, mixes, *target)
    uneven = np.any([part.uneven for part in parts.values()], axis=0)[:, None]
    reasons = np.where((reasons == "") & uneven, "not_additive", reasons)
    leaves = np.flatnonzero(np.any([part.used for part in parts.values()], axis=0))
    added = {taken: part.points[:, leaves] for taken, part in parts.items()}
    ends = added[frozenset(grid.factors)], added[frozenset()]
    ours, theirs = grid.ours, grid.theirs
    names = [next(name for name in grid.nodes.codes[place] if name is not None) for place in leaves]
    figures = {
        "value": ours.values[grid.both][:, leaves],
        "other_value": theirs.values[grid.both][:, leaves],
        "score": ours.scores[grid.both][:, leaves],
        "other_score": theirs.scores[grid.both][:, leaves],
        "difference": np.where(reasons == "", ends[0] - ends[1], np.nan),
    }
    columns = pl.DataFrame({"indicator": names}, schema={"indicator": pl.String})
    return Split(
        grid=grid,
        columns=columns.select(pl.lit(code).alias("code"), "indicator"),
        figures=figures,
        effects=shapley(grid.factors, lambda taken: added[taken]),
        reasons=np.broadcast_to(reasons, ends[0].shape),
    )


# -- frames ------------------------------------------------------------------------------------------------------


def _with_keys(split: Split, pair: pl.DataFrame) -> pl.DataFrame:
    found = split.frame()
    own = [name for name in found.columns if name not in {"area", "area_name", "period"}]
    return found.join(pair, on="period", how="inner", maintain_order="left").select(*PLACE, *own)


def _with_reasons(found: pl.DataFrame, side: Side, other: Side, lang: Lang) -> pl.DataFrame:
    words = messages(lang)
    kinds = found.filter(pl.col("reason_code").is_not_null()).select("reason_code", "code").unique(maintain_order=True)
    said = [
        clash_text(side.edition, other.edition, code, words)
        if reason == "other_indicator"
        else words.text(f"differs.{reason}", code=code)
        for reason, code in kinds.iter_rows()
    ]
    texts = kinds.with_columns(pl.Series("reason", said, dtype=pl.String))
    return found.join(texts, on=["reason_code", "code"], how="left", maintain_order="left")
