"""Methods of normalisation by where an area stands among the others: z-scores and ranks.

Source of all: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from piikit.framework.methods.base import Arrays, Normalise, Params
from piikit.framework.methods.normalise import HANDBOOK

TIES = {"enum": ["min", "max", "dense", "average"], "default": "min"}


def _constant(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    return {"constant_indicator": x.min() == x.max()}


def _spread(x: pl.Expr, params: Params) -> Mapping[str, pl.Expr]:
    # A list in order of size has the same mean to the last bit whatever the order of rows, and whether a cohort stands
    # alone or among others; the mean of a group has not. Least and most tell a constant column, whose deviation may be
    # a rounding error instead of 0.
    values = x.drop_nulls().sort().implode()
    return {"mean": values.list.mean(), "sd": values.list.std(), "least": x.min(), "most": x.max()}


def _spread_figures(ends: Arrays, params: Params, published: np.ndarray) -> Arrays:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        sound = (ends["least"] < ends["most"]) & np.isfinite(ends["sd"])
        slope = np.where(sound, float(params["sd"]) / ends["sd"], np.nan)
    return {"centre": ends["mean"], "slope": np.where(np.isfinite(slope), slope, np.nan)}


z_score = Normalise(
    name="z_score",
    source=HANDBOOK,
    params={
        "mean": {"type": "number", "default": 0},
        "sd": {"type": "number", "exclusiveMinimum": 0, "default": 1},
    },
    ends=_spread,
    figures=_spread_figures,
    score=lambda x, figures, params: (x - figures["centre"]) * figures["slope"] + float(params["mean"]),
    refuses=_constant,
)
"""score = mean + (x - m) sd / s, with m the mean and s the sample deviation (n - 1) of the values present.

Ties score alike; a missing value has no score and is not in m and s. One area or a constant column has no score, with a
finding. Negative values are no exception. Values so large or so near each other that s overflows or vanishes (beyond
some 1e150) have no score.
"""


def _rank(x: pl.Expr, params: Params) -> pl.Expr:
    return x.rank(params["ties"]).cast(pl.Float64)


rank = Normalise(
    name="rank",
    source=HANDBOOK,
    params={"ties": TIES},
    across=True,
    score=lambda x, figures, params: _rank(x, params),
)
"""score = the rank of x from the worst, which has 1, to the best.

Ties share the lowest of their ranks (min), the highest (max), their mean (average), or have ranks without gaps (dense).
A missing value has no rank and the others are ranked without it. One area has 1; a constant column has one rank for
all. Negative values are no exception.
"""

borda = Normalise(
    name="borda",
    source=HANDBOOK,
    params={"ties": TIES},
    across=True,
    score=lambda x, figures, params: _rank(x, params) - 1.0,
)
"""score = rank - 1: with ties "min" the number of areas that are worse.

Ties, missing values and negative values as for `rank`; one area has 0, and so has a constant column with ties "min".
"""


def _share(x: pl.Expr, params: Params) -> pl.Expr:
    # A column, not a scalar, as divisor: polars divides by a scalar through its reciprocal.
    others = x * 0.0 + (x.count().cast(pl.Float64) - 1.0)
    return (_rank(x, params) - 1.0) / pl.when(others > 0).then(others)


percentile_rank = Normalise(
    name="percentile_rank",
    source=HANDBOOK,
    params={"ties": TIES},
    across=True,
    score=lambda x, figures, params: _share(x, params),
    refuses=lambda x, params: {"constant_indicator": x.count() == 1},
    top=lambda params: 1.0,
)
"""score = (rank - 1) / (n - 1), n the number of values present: 0 for the worst, 1 for the best.

Ties as for `rank`; with "dense" the best is below 1 where there are ties. A missing value has no score and does not
count in n. One area alone has no score, with a finding. A constant column has one score for all, 0 with ties "min".
Negative values are no exception.
"""

METHODS = (z_score, rank, borda, percentile_rank)
