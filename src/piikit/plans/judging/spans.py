"""Targets for a span of years: what is still needed a year, and whether the figures are on the straight way there."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from piikit.plans.judging.interval import Floats
from piikit.plans.targets import PlannedTarget


@frozen(kw_only=True, eq=False)
class Path:
    """The way to the end of a span, an entry a row.

    Attributes:
        step: the improvement still needed in each year that is left, 0 or more; NaN without a span or after its end.
        on_track: 1 where the figure is at least as good as the straight line from the baseline to the end asks for,
            0 where it is not, NaN where that is not known.
    """

    step: Floats
    on_track: Floats


def path_of(
    target: PlannedTarget,
    start: int | None,
    years: Floats,
    *,
    actual: Floats,
    before: Floats,
    end: Floats,
    met: Floats,
    more: bool,
) -> Path:
    """The path of a condition of a target with a span.

    Args:
        target: its `until` ends the span.
        start: the baseline's year, from which the line goes.
        years: the year of each row.
        actual: the figure of each row.
        before: the baseline's figure; NaN where it is not known.
        end: the figure asked for at the end.
        met: 1 where the condition is met, 0 where not, NaN where unknown; it decides from the end of the span on.
        more: whether larger is better.
    """
    nothing = np.full(len(years), np.nan)
    if target.until is None:
        return Path(step=nothing, on_track=nothing)
    sign = np.where(np.full(len(years), more), 1.0, -1.0)
    left = target.until - years
    with np.errstate(invalid="ignore", divide="ignore"):
        step = np.where(left > 0, np.maximum(sign * (end - actual), 0.0) / left, np.nan)
        share = nothing
        if start is not None and start < target.until:
            share = np.clip((years - start) / np.full(len(years), float(target.until - start)), 0.0, 1.0)
        # Where the baseline is beyond the end already, the line lies flat at the end.
        first = np.where(sign * (before - end) > 0, end, before)
        expected = first + (end - first) * share
        ahead = np.round(sign * (actual - expected), 9)
    early = years < (target.start or -np.inf)
    on_track = np.where(np.isnan(ahead) | early, np.nan, (ahead >= 0).astype(float))
    on_track = np.where(left > 0, on_track, met)
    return Path(step=np.round(step, 9) + 0.0, on_track=on_track)
