"""Methods of normalisation, from values to scores.

Source of all: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from piikit.framework.methods.base import Arrays, Figure, Normalise, Params

HANDBOOK = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"


def line(ends: Arrays, floor: float, top: float, free: np.ndarray) -> dict[str, np.ndarray]:
    """The line from (lower, floor) to (upper, top): where it starts, its slope, and the cap that pins its top.

    A multiplication by the slope is the same to the last bit for one cohort and for many; polars' own division by a
    scalar is not (it multiplies by the reciprocal). Where the ends coincide, or are so near or far that the slope is
    no number above 0, there is no score. Where `free` is true there is no cap.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        width = ends["upper"] - ends["lower"]
        slope = np.where(width > 0, (top - floor) / width, np.nan)
        # The cohort's best area gets `top` exactly. Rounding may leave it a last bit off: then a neighbour of the
        # slope that meets it is taken, or else one that passes it, and the cap cuts what is above. So no area below
        # the best can pass it either.
        for step in (-np.inf, np.inf, np.inf):
            neighbour = np.nextafter(slope, step)
            off, other = width * slope + floor - top, width * neighbour + floor - top
            slope = np.where(~free & ((other == 0) & (off != 0) | (off < 0) & (other > 0)), neighbour, slope)
        slope = np.where(np.isfinite(slope) & np.isfinite(width), slope, np.nan)
        met = free | (width * slope + floor == top)
    return {"lower": ends["lower"], "slope": slope, "cap": np.where(met, np.inf, top)}


def on_line(x: pl.Expr, figures: Mapping[str, Figure], floor: float) -> pl.Expr:
    """The scores on such a line."""
    score = (x - figures["lower"]) * figures["slope"]
    score = score + floor if floor else score
    cap = figures["cap"]
    return score if isinstance(cap, float) and math.isinf(cap) else score.clip(upper_bound=cap)


def _min_max_figures(ends: Arrays, params: Params, published: np.ndarray) -> dict[str, np.ndarray]:
    return line(ends, float(params["lower"]), float(params["upper"]), published)


min_max = Normalise(
    name="min_max",
    source=HANDBOOK,
    params={
        "lower": {"type": "number", "default": 0},
        "upper": {"type": "number", "default": 100},
    },
    rising=("lower", "upper"),
    ends=lambda x, params: {"lower": x.min(), "upper": x.max()},
    figures=_min_max_figures,
    score=lambda x, figures, params: on_line(x, figures, float(params["lower"])),
    top=lambda params: float(params["upper"]),
)
"""score = lower + (x - min) (upper - lower) / (max - min) over the areas of a cohort.

Ties score alike; a missing value gives a missing score; with one area or a constant column max = min and there is no
score; negative values are no exception. With published ends a value outside them scores outside lower..upper.
"""


def _posts_figures(ends: Arrays, params: Params, published: np.ndarray) -> dict[str, np.ndarray]:
    free = np.full(published.shape, not params["clip"])
    top = float(params["factor"])
    # A value may lie beyond the posts, so the cap stays wherever there is one.
    return {**line(ends, 0.0, top, free), "cap": np.where(free, np.inf, top)}


def _posts_score(x: pl.Expr, figures: Mapping[str, Figure], params: Params) -> pl.Expr:
    score = on_line(x, figures, 0.0)
    return score.clip(lower_bound=0.0) if params["clip"] else score


goalposts = Normalise(
    name="goalposts",
    source=f"{HANDBOOK}; the goalposts of UNDP's Human Development Index",
    params={
        "lower": {"type": "number"},
        "upper": {"type": "number"},
        "factor": {"type": "number", "exclusiveMinimum": 0, "default": 100},
        "clip": {"type": "boolean", "default": True},
    },
    rising=("lower", "upper"),
    ends=lambda x, params: {"lower": pl.lit(float(params["lower"])), "upper": pl.lit(float(params["upper"]))},
    figures=_posts_figures,
    score=_posts_score,
    fixed=True,
    # The edition's posts are in the indicator's unit: mirrored like the values.
    mirrored=lambda params: {**params, "lower": -params["upper"], "upper": -params["lower"]},
    top=lambda params: float(params["factor"]),
)
"""score = (x - lower) / (upper - lower) factor, cut to 0..factor unless `clip` is false.

The ends are the edition's, so areas do not depend on each other: one area, ties, a constant column and negative values
are no exception. A missing value gives a missing score.
"""

none = Normalise(
    name="none",
    source="the value is a score already (PCI sub-indices, for example)",
    ends=lambda x, params: {},
    figures=lambda ends, params, published: {},
    score=lambda x, figures, params: x,
)
"""score = x; where lower is better, -x."""

METHODS = (min_max, goalposts, none)
