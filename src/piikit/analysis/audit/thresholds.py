"""From which figure on an audit says something, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from attrs import field, frozen, validators

from piikit.findings.messages import Messages


def _from(default: float, low: float, high: float) -> Any:
    return field(default=default, validator=[validators.ge(low), validators.le(high)], converter=float)


@frozen(kw_only=True)
class Thresholds:
    """What an audit holds its figures against.

    The defaults are those of the R package COINr (availability, zeros, distinct values, skewness and kurtosis,
    collinear pairs), of the OECD/JRC handbook (alpha, eigenvalues) and of JRC audits (weak correlation with the
    parent).

    Attributes:
        available: the least share of figures that an indicator or an area has.
        zeros: the largest share of an indicator's values that are 0.
        distinct: the least share of an indicator's values that differ from all others counted before.
        same: the largest share of an indicator's values that are one and the same.
        skewness, kurtosis: outliers are likely where the size of skewness and the kurtosis are both above.
        fence: how many interquartile ranges beyond the quartiles a value is counted as an outlier.
        collinear: the size of Pearson's r from which two nodes of a level say the same.
        negative: Pearson's r with the parent below which a node works against it.
        weak: Pearson's r with the parent below which a node hardly counts in it.
        alpha: the least Cronbach's alpha of the children of a node.
        eigenvalue: from which size on a further component is a dimension of its own.

    >>> from piikit.analysis.audit import Thresholds
    >>> Thresholds(collinear=0.95).collinear, Thresholds().available
    (0.95, 0.65)
    """

    available: float = _from(0.65, 0, 1)
    zeros: float = _from(0.5, 0, 1)
    distinct: float = _from(0.5, 0, 1)
    same: float = _from(0.5, 0, 1)
    skewness: float = _from(2.0, 0, float("inf"))
    kurtosis: float = _from(3.5, -float("inf"), float("inf"))
    fence: float = _from(1.5, 0, float("inf"))
    collinear: float = _from(0.9, 0, 1)
    negative: float = _from(0.0, -1, 1)
    weak: float = _from(0.3, -1, 1)
    alpha: float = _from(0.7, -float("inf"), 1)
    eigenvalue: float = _from(1.0, 0, float("inf"))


Rule = tuple[str, pl.Expr, Mapping[str, Any]]
"""A code of the texts `audit.<code>`, where it holds, and what its text needs."""


def flagged(frame: pl.DataFrame, rules: Sequence[Rule], words: Messages) -> pl.DataFrame:
    """The frame with `flag`, `reason_code` and `reason`; where several rules hold, all are said, parted by "; "."""
    codes, texts = [], []
    for code, holds, params in rules:
        codes.append(pl.when(holds.fill_null(False)).then(pl.lit(code)))
        texts.append(pl.when(holds.fill_null(False)).then(pl.lit(words.text(f"audit.reason.{code}", **params))))
    said = pl.concat_str(codes, separator="; ", ignore_nulls=True)
    told = pl.concat_str(texts, separator="; ", ignore_nulls=True)
    return frame.with_columns(
        flag=said != "",
        reason_code=pl.when(said != "").then(said),
        reason=pl.when(told != "").then(told),
    )
