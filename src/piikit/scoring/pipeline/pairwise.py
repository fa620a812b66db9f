"""Nodes whose method compares the areas of a cohort with each other, on their matrix of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from attrs import frozen

from piikit.files.wide_columns import given_column, score_column
from piikit.framework.methods import Aggregate, Params


@frozen(kw_only=True)
class Pairwise:
    """One such node.

    Attributes:
        scores, weights: of the children that count.
        present: whether enough of them have a score in a row; rows where it is false take no part.
        given: whether there are published scores of the node. A row that has one takes part, for its children are
            there all the same.
    """

    code: str
    method: Aggregate
    params: Params
    scores: Sequence[pl.Expr]
    weights: Sequence[float]
    present: pl.Expr
    given: bool

    def scored(self, frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
        """The score of the node in every row.

        Args:
            frame: with the scores of the children.
            keys: what tells cohorts apart.
        """
        assert self.method.matrix is not None
        matrix = frame.select(self.scores).to_numpy().astype(float, copy=False)
        part = frame.select(self.present.alias("part")).to_series().to_numpy()
        part = part & ~np.isnan(matrix).all(axis=1)
        cohorts = frame.select(pl.struct(keys).rank("dense")).to_series().to_numpy()
        score = np.full(frame.height, np.nan)
        for cohort in np.unique(cohorts):
            rows = np.flatnonzero((cohorts == cohort) & part)
            if len(rows):
                score[rows] = self.method.matrix(matrix[rows], self.weights, self.params)
        name = score_column(self.code)
        found = pl.Series(name, score, nan_to_null=True)
        if self.given:
            published = frame[given_column(self.code)]
            found = published.zip_with(published.is_not_null(), found).alias(name)
        return found
