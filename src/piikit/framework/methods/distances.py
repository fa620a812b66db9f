"""Methods of normalisation by the distance from a best area, an area of reference or a target.

Source of all: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from piikit.framework.methods.base import Arrays, Figure, Normalise, Params
from piikit.framework.methods.normalise import HANDBOOK, line, on_line

CAP = {"type": "boolean", "default": False}


# -- the share of the best ---------------------------------------------------------------------------------------


def _of_best(x: pl.Expr, figures: Mapping[str, Figure], params: Params) -> pl.Expr:
    # As a column: polars divides by a scalar through its reciprocal, and the best would miss 1 by a last bit. A scalar
    # after `when` stays one where all rows are true, so it is added to zeros.
    best = x * 0.0 + figures["best"]
    return best / x if params.get("turned") else x / best


def _best_figures(ends: Arrays, params: Params, published: np.ndarray) -> Arrays:
    sound = ends["best"] < 0 if params.get("turned") else ends["best"] > 0
    return {"best": np.where(sound, ends["best"], np.nan)}


def _not_positive(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    return {"best_not_positive": x.max() >= 0 if params.get("turned") else x.max() <= 0}


fraction_of_max = Normalise(
    name="fraction_of_max",
    source=HANDBOOK,
    ends=lambda x, params: {"best": x.max()},
    figures=_best_figures,
    score=_of_best,
    mirrored=lambda params: {**params, "turned": True},
    refuses=_not_positive,
    top=lambda params: 1.0,
)
"""score = x / max; where lower is better min / x. The best area has 1.

Ties score alike; a missing value has no score. One area and a constant column have 1. A negative value scores below 0.
Where the best value is not above 0 the share of it has no meaning: no area has a score, and a finding says so.
"""


# -- lines from the worst area -----------------------------------------------------------------------------------


def _unit_line(ends: Arrays, params: Params, published: np.ndarray) -> Arrays:
    return line(ends, 0.0, 1.0, published)


def _uncapped(ends: Arrays, params: Params, published: np.ndarray) -> Arrays:
    found = line(ends, 0.0, 1.0, np.zeros_like(published))
    return {**found, "cap": np.full(published.shape, np.inf)}


def _cut(x: pl.Expr, figures: Mapping[str, Figure], params: Params) -> pl.Expr:
    score = on_line(x, figures, 0.0)
    return score.clip(upper_bound=1.0) if params["cap"] else score


def _top(params: Params) -> float | None:
    return 1.0 if params["cap"] or isinstance(params.get("target"), Sequence) else None


distance_to_max = Normalise(
    name="distance_to_max",
    source=HANDBOOK,
    ends=lambda x, params: {"lower": x.min(), "upper": x.max()},
    figures=_unit_line,
    score=lambda x, figures, params: on_line(x, figures, 0.0),
    top=lambda params: 1.0,
)
"""score = 1 - (max - x) / (max - min): 0 for the worst area, 1 for the best.

It is `min_max` from 0 to 1, and all that holds there holds here: ties score alike, a missing value has no score, one
area or a constant column has no score (with a finding), negative values are no exception.
"""


def _at_reference(x: pl.Expr, params: Params) -> pl.Expr:
    # One value a cohort; over a panel the area has one a period, and its best stands for it.
    return x.filter(pl.col("area") == params["reference"]).max()


def _reference_refuses(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    reference = _at_reference(x, params)
    return {
        "reference_without_value": reference.is_null() & (x.count() > 0),
        "reference_is_worst": (reference <= x.min()).fill_null(False),
    }


distance_to_reference = Normalise(
    name="distance_to_reference",
    source=HANDBOOK,
    params={"reference": {"type": "string", "minLength": 1}, "cap": CAP},
    areas=("reference",),
    ends=lambda x, params: {"lower": x.min(), "upper": _at_reference(x, params)},
    figures=_uncapped,
    score=_cut,
    refuses=_reference_refuses,
    top=_top,
)
"""score = 1 - (r - x) / (r - min), r the value of the area of reference: 0 for the worst area, 1 for the reference.

An area beyond the reference has more than 1, or 1 where `cap` is true. Ties score alike; a missing value has no score.
Where the reference has no value, or no area is worse than it (one area, a constant column), no area has a score, and a
finding says so. Negative values are no exception. Over a panel r is the best value of the reference.
"""


# -- targets -----------------------------------------------------------------------------------------------------


def _target_ends(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    target = params["target"]
    upper = x.max() if isinstance(target, Sequence) else pl.lit(float(target))
    return {"lower": x.min(), "upper": upper}


def _target_figures(ends: Arrays, params: Params, published: np.ndarray) -> Arrays:
    target = params["target"]
    if not isinstance(target, Sequence):
        return _uncapped(ends, params, published)
    # The area farthest from the interval on either side has 0; what lies in it is at distance 0 and has 1.
    low, high = (float(side) for side in target)
    farthest = np.maximum(np.maximum(low - ends["lower"], ends["upper"] - high), 0.0)
    return _uncapped({"lower": -farthest, "upper": np.zeros_like(farthest)}, params, published)


def _target_score(x: pl.Expr, figures: Mapping[str, Figure], params: Params) -> pl.Expr:
    target = params["target"]
    if not isinstance(target, Sequence):
        return _cut(x, figures, params)
    low, high = (float(side) for side in target)
    away = pl.max_horizontal(low - x, x - high, pl.when(x.is_not_null()).then(0.0))
    return on_line(-away, figures, 0.0).clip(upper_bound=1.0)


def _target_refuses(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    target = params["target"]
    if not isinstance(target, Sequence):
        return {"target_within_all": x.min() >= float(target)}
    low, high = (float(side) for side in target)
    return {"target_within_all": (x.min() >= low) & (x.max() <= high)}


def _turned_target(params: Params) -> dict[str, Any]:
    target = params["target"]
    turned = [-side for side in reversed(target)] if isinstance(target, Sequence) else -target
    return {**params, "target": turned}


def _target_amiss(params: Params) -> str | None:
    target = params["target"]
    if not isinstance(target, Sequence):
        return None
    if target[0] > target[1]:
        return "method_fault.target_sides"
    return None


distance_to_target = Normalise(
    name="distance_to_target",
    source=f"{HANDBOOK}; targets with two sides are piikit's own",
    params={
        "target": {
            "type": ["number", "array"],
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
        },
        "cap": CAP,
    },
    amiss=_target_amiss,
    ends=_target_ends,
    figures=_target_figures,
    score=_target_score,
    mirrored=_turned_target,
    refuses=_target_refuses,
    top=_top,
)
"""score = (x - min) / (target - min): 0 for the worst area, 1 for one that is at the target.

An area beyond the target has more than 1, or 1 where `cap` is true. A target with two sides, `[low, high]`, asks to be
inside: score = 1 - d / max(d), with d the distance from the interval, 0 inside it. So inside has 1, the farthest area
of the cohort 0, whichever side it is on; `[t, t]` asks for exactly t. Direction then has no part in it.

Ties score alike; a missing value has no score; negative values are no exception. Where all areas have reached the
target already (one area or a constant column at it, too) there is nothing to measure by: no area has a score, and a
finding says so. A constant column short of the target has 0.
"""

METHODS = (fraction_of_max, distance_to_max, distance_to_reference, distance_to_target)
