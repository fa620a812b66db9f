"""Methods of normalisation, from values to scores.

Source of all: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5.
"""

from __future__ import annotations

import polars as pl

from piikit.methods.base import Ends, Normalise, Params

HANDBOOK = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"


def _extremes(x: pl.Expr, params: Params) -> dict[str, pl.Expr]:
    return {"lower": x.min(), "upper": x.max()}


def _posts(x: pl.Expr, params: Params) -> dict[str, pl.Expr]:
    return {"lower": pl.lit(float(params["lower"])), "upper": pl.lit(float(params["upper"]))}


def _slope(ends: Ends, span: float, top: float) -> dict[str, pl.Expr]:
    # A multiplication by this is the same to the last bit for one cohort and for many; polars' own division by
    # a scalar is not (it multiplies by the reciprocal). Both are null where the ends coincide: no score.
    width = ends["upper"] - ends["lower"]
    return {"slope": pl.when(width > 0).then(pl.lit(span) / width), "top": pl.when(width > 0).then(pl.lit(top))}


def _min_max_slope(ends: Ends, params: Params) -> dict[str, pl.Expr]:
    lower, upper = float(params["lower"]), float(params["upper"])
    return _slope(ends, upper - lower, upper)


def _line(x: pl.Expr, ends: Ends, floor: float) -> pl.Expr:
    line = (x - ends["lower"]) * ends["slope"]
    return line + floor if floor else line


def _min_max(x: pl.Expr, ends: Ends, params: Params) -> pl.Expr:
    # The cohort's own ends are pinned: rounding must not carry the best area past `upper`, nor let an area
    # just below it score more.
    line = _line(x, ends, float(params["lower"])).clip(upper_bound=float(params["upper"]))
    return pl.when(x >= ends["upper"]).then(ends["top"]).otherwise(line)


def _open_min_max(x: pl.Expr, ends: Ends, params: Params) -> pl.Expr:
    line = _line(x, ends, float(params["lower"]))
    beyond = pl.when(x == ends["upper"]).then(ends["top"]).otherwise(line)
    return pl.when(x < ends["upper"]).then(line.clip(upper_bound=float(params["upper"]))).otherwise(beyond)


min_max = Normalise(
    name="min_max",
    source=HANDBOOK,
    params={
        "lower": {"type": "number", "default": 0},
        "upper": {"type": "number", "default": 100},
    },
    ends=_extremes,
    factors=_min_max_slope,
    score=_min_max,
    open_score=_open_min_max,
)
"""score = lower + (x - min) (upper - lower) / (max - min) over the areas of a cohort.

Ties score alike; a missing value gives a missing score; with one area or a constant column max = min and there is no
score; negative values are no exception.
"""


def _goalposts_slope(ends: Ends, params: Params) -> dict[str, pl.Expr]:
    return _slope(ends, float(params["factor"]), float(params["factor"]))


def _goalposts(x: pl.Expr, ends: Ends, params: Params) -> pl.Expr:
    pinned = pl.when(x == ends["upper"]).then(ends["top"]).otherwise(_line(x, ends, 0.0))
    return pinned.clip(lower_bound=0.0, upper_bound=float(params["factor"])) if params["clip"] else pinned


goalposts = Normalise(
    name="goalposts",
    source=f"{HANDBOOK}; the goalposts of UNDP's Human Development Index",
    params={
        "lower": {"type": "number"},
        "upper": {"type": "number"},
        "factor": {"type": "number", "exclusiveMinimum": 0, "default": 100},
        "clip": {"type": "boolean", "default": True},
    },
    ends=_posts,
    factors=_goalposts_slope,
    score=_goalposts,
    fixed=True,
)
"""score = (x - lower) / (upper - lower) factor, cut to 0..factor unless `clip` is false.

The ends are the edition's, so areas do not depend on each other: one area, ties, a constant column and negative values
are no exception. A missing value gives a missing score.
"""

none = Normalise(
    name="none",
    source="the value is a score already (PCI sub-indices, for example)",
    ends=lambda x, params: {},
    score=lambda x, ends, params: x,
)
"""score = x; where lower is better, -x."""

METHODS = (min_max, goalposts, none)
