"""Methods of aggregation, from the scores of a node's children to its own.

Source of all: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6. w are the children's weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from piikit.framework.methods.base import Aggregate, Params

HANDBOOK = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"


def weighted_mean(scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """The mean of the scores present, null where there is none."""
    if len(set(weights)) == 1:
        return pl.mean_horizontal(*scores)
    total = pl.sum_horizontal(*(s * w for s, w in zip(scores, weights, strict=True)))
    present = pl.sum_horizontal(*(s.is_not_null() * w for s, w in zip(scores, weights, strict=True)))
    # Column by column, so that the division is exact whatever the number of rows; nothing present is null.
    return total / pl.when(present > 0).then(present)


def _whole_mean(scores: Sequence[pl.Expr], weights: Sequence[float], params: Params) -> pl.Expr:
    if len(set(weights)) == 1:
        return pl.mean_horizontal(*scores, ignore_nulls=False)
    return pl.when(pl.all_horizontal(*(s.is_not_null() for s in scores))).then(weighted_mean(scores, weights))


def _mean_shares(scores: Sequence[float | None], weights: Sequence[float]) -> list[float | None]:
    present = sum(w for s, w in zip(scores, weights, strict=True) if s is not None)
    return [None if s is None else s * w / present for s, w in zip(scores, weights, strict=True)]


mean = Aggregate(
    name="mean",
    source=HANDBOOK,
    score=lambda scores, weights, params: weighted_mean(scores, weights),
    whole_score=_whole_mean,
    shares=_mean_shares,
)
"""sum(w x) / sum(w) over the children present. Negative scores, ties and constant children are no exception."""


def geometric(scores: Sequence[pl.Expr], weights: Sequence[float], params: Params) -> pl.Expr:
    """The geometric mean of the scores present, null where one is negative."""
    mean_of_logs = weighted_mean([score.log() for score in scores], weights)
    return pl.when(negative(scores)).then(None).otherwise(mean_of_logs.exp())


def negative(scores: Sequence[pl.Expr]) -> pl.Expr:
    """Whether a score is below 0."""
    return pl.any_horizontal(*((score < 0).fill_null(False) for score in scores))


geometric_mean = Aggregate(
    name="geometric_mean",
    source=HANDBOOK,
    score=geometric,
    refuses=lambda scores, weights, params: {"negative_in_geometric_mean": negative(scores)},
)
"""exp(sum(w ln x) / sum(w)) over the children present; 0 where one is 0.

Where one is negative there is no score, and a finding says so.
"""


def _sum(scores: Sequence[pl.Expr], weights: Sequence[float], params: Params) -> pl.Expr:
    terms = [score if weight == 1 else score * weight for score, weight in zip(scores, weights, strict=True)]
    return pl.sum_horizontal(*terms, ignore_nulls=False)


total = Aggregate(
    name="sum",
    source=f"{HANDBOOK}; the weighted index of PCI Vietnam",
    score=_sum,
    shares=lambda scores, weights: [None if s is None else s * w for s, w in zip(scores, weights, strict=True)],
    complete=True,
)
"""sum(w x); a missing child makes the sum missing, whatever the edition says of missing children."""

METHODS = (mean, geometric_mean, total)
