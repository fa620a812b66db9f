"""Further means of a node's children, their median and extremes, and the mean less a penalty for imbalance.

w are the children's weights; sums are over the children present.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from piikit.framework.methods.aggregate import HANDBOOK, geometric, negative, weighted_mean
from piikit.framework.methods.base import Aggregate, Params

Scores = Sequence[pl.Expr]
Weights = Sequence[float]


def _zero(scores: Scores) -> pl.Expr:
    return pl.any_horizontal(*((score == 0).fill_null(False) for score in scores))


def _power(scores: Scores, weights: Weights, p: float) -> pl.Expr:
    """The power mean, worked out on the ratios to the highest child (lowest for p < 0), so that nothing overflows."""
    pivot = pl.max_horizontal(*scores) if p > 0 else pl.min_horizontal(*scores)
    ratios = [score / pl.when(pivot > 0).then(pivot) for score in scores]
    mean = weighted_mean([ratio.pow(p) for ratio in ratios], weights)
    value = pivot * (1.0 / pl.when(mean > 0).then(mean) if p == -1 else mean.pow(1.0 / p))
    # Children that are all 0 have no ratios; their power mean is 0 for p > 0.
    value = pl.when(pivot == 0).then(0.0).otherwise(value) if p > 0 else value
    refused = negative(scores) if p > 0 else negative(scores) | _zero(scores)
    return pl.when(~refused).then(value)


harmonic_mean = Aggregate(
    name="harmonic_mean",
    source=HANDBOOK,
    score=lambda scores, weights, params: _power(scores, weights, -1.0),
    refuses=lambda scores, weights, params: {
        "negative_in_harmonic_mean": negative(scores),
        "zero_in_harmonic_mean": _zero(scores) & ~negative(scores),
    },
)
"""sum(w) / sum(w / x) over the children present; it lies nearer to the lowest child than the geometric mean does.

Where a child is negative or 0 there is no score, and a finding says so: with min-max from 0 the worst area of every
indicator has 0, so normalise from 1. Ties and constant children are no exception; one child is its own mean.
"""


def _power_refuses(scores: Scores, weights: Weights, params: Params) -> Mapping[str, pl.Expr]:
    found = {"negative_in_power_mean": negative(scores)}
    return {**found, "zero_in_power_mean": _zero(scores) & ~negative(scores)} if params["p"] < 0 else found


def _power_mean(scores: Scores, weights: Weights, params: Params) -> pl.Expr:
    p = float(params["p"])
    return geometric(scores, weights, params) if p == 0 else _power(scores, weights, p)


power_mean = Aggregate(
    name="power_mean",
    source="the weighted power mean; Hardy, Littlewood, Pólya, Inequalities (1934), chapter 2",
    params={"p": {"type": "number", "minimum": -100, "maximum": 100}},
    score=_power_mean,
    refuses=_power_refuses,
)
"""(sum(w x^p) / sum(w))^(1/p) over the children present: p = 1 the mean, 0 the geometric (its limit), -1 the harmonic.

The higher p, the more the best child counts; the lower, the more the worst. Where a child is negative there is no
score, and where one is 0 none for p below 0 (for p = 0 the score is 0); a finding says so. One child is its own mean.
"""


def _median(scores: Scores, weights: Weights, params: Params) -> pl.Expr:
    if len(set(weights)) == 1:
        return pl.concat_list(*scores).list.median()
    present = pl.sum_horizontal(*(s.is_not_null() * w for s, w in zip(scores, weights, strict=True)))
    half = present * 0.5 * (1 + 1e-12)  # halves that differ by rounding alone are halves
    middle = []
    for score in scores:
        pairs = list(zip(scores, weights, strict=True))
        below = pl.sum_horizontal(*((other < score).fill_null(False) * w for other, w in pairs))
        above = pl.sum_horizontal(*((other > score).fill_null(False) * w for other, w in pairs))
        middle.append(pl.when((below <= half) & (above <= half)).then(score))
    low, high = pl.min_horizontal(*middle), pl.max_horizontal(*middle)
    return pl.when(low == high).then(low).otherwise(low * 0.5 + high * 0.5)


median = Aggregate(
    name="median",
    source="the weighted median; with equal weights the ordinary one",
    score=_median,
)
"""The child with at most half of the weight below it and at most half above; the mean of two where two are so.

A missing child and its weight are left out. Negative scores, ties and constant children are no exception. The cost
grows with the square of the number of children where weights differ.
"""

lowest = Aggregate(
    name="min",
    source="the limit of the power mean for p to minus infinity",
    score=lambda scores, weights, params: pl.min_horizontal(*scores),
)
"""The lowest child present; of the weights only 0 (not counted) matters. Negative scores and ties are no exception."""

highest = Aggregate(
    name="max",
    source="the limit of the power mean for p to infinity",
    score=lambda scores, weights, params: pl.max_horizontal(*scores),
)
"""The highest child present; of the weights only 0 (not counted) matters. Negative scores and ties are no exception."""


def _mazziotta_pareto(scores: Scores, weights: Weights, params: Params) -> pl.Expr:
    mean = weighted_mean(scores, weights)
    # As ratios to the mean, so that squares of large scores do not overflow.
    base = pl.when(mean > 0).then(mean)
    deviations = [(score - mean) / base for score in scores]
    penalty = weighted_mean([deviation * deviation for deviation in deviations], weights)
    sign = -1.0 if params["penalty"] == "down" else 1.0
    return base + base * penalty * sign


mazziotta_pareto = Aggregate(
    name="mazziotta_pareto",
    source="Mazziotta, Pareto, On a generalized non-compensatory composite index for measuring socio-economic "
    "phenomena, Social Indicators Research 127 (2016)",
    params={"penalty": {"enum": ["down", "up"], "default": "down"}},
    score=_mazziotta_pareto,
    refuses=lambda scores, weights, params: {"mean_not_positive": weighted_mean(scores, weights) <= 0},
)
"""M - S²/M, with M the weighted mean of the children present and S² = sum(w (x - M)²) / sum(w); penalty "up" adds it.

S²/M is the deviation times the coefficient of variation: of two areas with the same mean the more even one has more.
"down" is for an index of which more is better, "up" for one of which less is. The authors normalise to 70..130 first
(`min_max` with lower 70, upper 130). It is not monotone: a child far above the others may cost more than it brings.
Where M is not above 0 there is no score, and a finding says so. One child is its own score.
"""

METHODS = (harmonic_mean, power_mean, median, lowest, highest, mazziotta_pareto)
