"""What is read off a result: one metric as a table, ranks within groups, one figure with its reasons."""

from __future__ import annotations

from typing import Literal

import polars as pl

from piikit.findings.unknown import one_of, unknown
from piikit.inputs.keys import BASE
from piikit.results.explain import Explanation
from piikit.results.frames import Frames
from piikit.scoring import views
from piikit.scoring.pipeline import group_ranks
from piikit.scoring.scenarios.effects import effects as scenario_differences


def table(
    frames: Frames, metric: Literal["score", "rank", "value", "treated", "coverage"] = "score", level: str | None = None
) -> pl.DataFrame:
    """One metric as a wide frame: area, area_name, period, scenario, and a column a node.

    Args:
        frames: what the result rests on.
        metric: what the columns hold.
        level: the nodes of one level only.

    Raises:
        UsageError: an unknown metric or level.
    """
    one_of("metric", metric, views.METRICS)
    return views.table(frames.wide, frames.edition, metric, _codes(frames, level))


def ranks(frames: Frames, group: str, level: str | None = None) -> pl.DataFrame:
    """Ranks inside peer sets: "region", or a group of the edition.

    Args:
        frames: what the result rests on.
        group: a group of the edition; null outside it.
        level: the nodes of one level only.

    Raises:
        UsageError: an unknown group or level.
    """
    if group not in frames.edition.groups:
        raise unknown("group", group, frames.edition.groups)
    return group_ranks(frames.wide, frames.edition, _codes(frames, level), group)


def explain(frames: Frames, area: str, code: str, period: str | None = None, scenario: str = "base") -> Explanation:
    """One figure with all its reasons.

    Args:
        frames: what the result rests on.
        area: code, name, name without marks, or alias.
        code: a node.
        period: the last one where not given.
        scenario: "base" for the data as they are.

    Raises:
        UsageError: an unknown area, node or period.
    """
    if code not in frames.edition.nodes:
        raise unknown("code", code, frames.edition.nodes)
    return frames.explanations(frames.row_of(area, period, scenario), [code])[0]


def scenario_effects(frames: Frames, area: str | None = None, code: str | None = None) -> pl.DataFrame:
    """What each scenario changes against the base, by area and node; empty without scenarios.

    Args:
        frames: what the result rests on.
        area: one area only: code, name, name without marks, or alias.
        code: one node only.

    Returns:
        area, area_name, period, scenario, code, level, score, base_score, difference (scenario minus base, in
        points of score), rank, base_rank, places (how many places the scenario is further up).

    Raises:
        UsageError: an unknown area or node.
    """
    if code is not None and code not in frames.edition.nodes:
        raise unknown("code", code, frames.edition.nodes)
    wide = frames.wide
    if area is not None:
        wide = wide.filter(pl.col("area") == frames.row_of(area, None, BASE)["area"])
    return scenario_differences(wide, frames.edition, [code] if code is not None else list(frames.edition.nodes))


def _codes(frames: Frames, level: str | None) -> tuple[str, ...]:
    codes = frames.edition.codes(level)
    if not codes:
        raise unknown("level", level, frames.edition.levels)
    return codes
