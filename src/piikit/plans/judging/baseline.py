"""What a target is measured from: the same area's figures in a baseline, or those of the area it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import field, frozen

from piikit.framework.areas import AreaList
from piikit.framework.edition import Edition
from piikit.plans.judging.figures import JudgedFigures, own_figures
from piikit.plans.judging.interval import Interval
from piikit.plans.plan import Plan
from piikit.plans.targets import PlannedTarget, year_of

Results = Sequence[tuple[pl.DataFrame, Edition]]
"""Scores and ranks with their edition: the baseline, then the baseline's own baseline, and so on."""
UNKNOWN = Interval(lower=np.array([-np.inf]), upper=np.array([np.inf]))


@frozen(kw_only=True, eq=False)
class BaselineFigures:
    """A baseline: figures of one area, from a result or as the plan quotes them.

    Attributes:
        ground: the area's last row in a result; None where none was handed in.
        quoted: figures that the plan quotes, by metric and code.
        year: the baseline's year, None where it is not known.
        apart: text parameters where the baseline has another list of areas: its area, list and count; else None.
    """

    ground: JudgedFigures | None = None
    quoted: Mapping[tuple[str, str], float] = field(factory=dict)
    year: int | None = None
    apart: Mapping[str, Any] | None = None

    def figure(self, metric: str, code: str, among: str | None) -> Interval:
        """The baseline's figure: of the result where it has one, else as quoted, else what bounds it."""
        held = UNKNOWN
        if self.ground is not None and code in self.ground.edition.nodes:
            held = self.ground.actual(metric, code, among)
        if not held.exact[0] and among is None and (metric, code) in self.quoted:
            decimals = self.ground.edition.rank.decimals if self.ground is not None else 9
            return Interval.known(np.round(np.array([self.quoted[metric, code]]), decimals))
        return held


def before_of(target: PlannedTarget, plan: Plan, edition: Edition, results: Results) -> BaselineFigures:
    """The baseline of a target.

    Args:
        target: its own `baseline` beats that of its plan; one taken over is measured from its old area.
        plan: the plan that is judged.
        edition: the edition it is judged on.
        results: the results handed in as baselines, nearest first.
    """
    origin = target.origin
    wanted = target.baseline or (origin.baseline if origin else plan.baseline)
    area, areas = (origin.area, origin.areas) if origin else (plan.area, plan.areas)
    figures = origin.figures if origin else plan.figures
    quoted = own_figures(figures, wanted)
    for wide, framework in results:
        if target.baseline is not None and framework.id != target.baseline:
            continue
        code = _area_in(framework, area, areas, edition.areas)
        if code is None:
            continue
        mine = wide.filter((pl.col("area") == code) & (pl.col("scenario") == "base"))
        if mine.is_empty():
            continue
        period = mine["period"].max()
        ground = JudgedFigures(
            edition=framework,
            area=code,
            wide=wide.filter((pl.col("period") == period) & (pl.col("scenario") == "base")),
        )
        year = ground.years[0]
        assert framework.areas is not None
        names = {one.code: one.name for one in framework.areas.areas}
        return BaselineFigures(
            ground=ground,
            quoted=quoted if wanted in (None, framework.id) else {},
            year=None if np.isnan(year) else int(year),
            apart=_apart(names[code], framework.areas, edition),
        )
    year = next((year_of(f.period or f.edition) for f in figures if f.edition == wanted), year_of(wanted))
    quoted_apart = None
    if origin is not None and edition.areas is not None and origin.areas != edition.areas.id:
        quoted_apart = {"area": origin.area_name, "areas": origin.areas, "count": origin.count}
    return BaselineFigures(quoted=quoted, year=year, apart=quoted_apart)


def _apart(name: str, areas: AreaList, edition: Edition) -> Mapping[str, Any] | None:
    if edition.areas is None or areas.id == edition.areas.id:
        return None
    return {"area": name, "areas": areas.id, "count": len(areas)}


def _area_in(framework: Edition, area: str, areas: str, now: AreaList | None) -> str | None:
    """The code that an area has in a baseline's list; None where that list has no such area.

    Codes change their meaning between lists: only an area that was formed from one area alone is the same area.
    """
    if framework.areas is None:
        return None
    if framework.areas.id == areas:
        return area
    if now is None or now.document.get("predecessor") != framework.areas.id:
        return None
    formed = next((one.formed_from for one in now.areas if one.code == area and now.id == areas), ())
    return formed[0] if len(formed) == 1 else None
