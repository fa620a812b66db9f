"""Whether several columns measure one thing: Cronbach's alpha and principal components.

Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 4; L. J. Cronbach, Coefficient alpha and
the internal structure of tests, Psychometrika 16 (1951).
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from piikit.analysis.audit.correlations import SMALLEST, Matrix, pearson


@frozen(kw_only=True)
class Alpha:
    """Cronbach's alpha of some columns.

    Attributes:
        raw: from covariances: k / (k - 1) (1 - sum of variances / sum of all covariances); NaN where it has no meaning.
        standardised: from the mean correlation r: k r / (1 + (k - 1) r).
        correlation: the mean correlation of all pairs.
        columns: how many columns are not constant.
        rows: how many rows have all of them.
    """

    raw: float
    standardised: float
    correlation: float
    columns: int
    rows: int


def alpha(x: Matrix) -> Alpha:
    """Cronbach's alpha; covariances are taken pairwise complete, constant columns are left out.

    Args:
        x: areas x columns; NaN where a figure is missing.
    """
    x = x[:, _varying(x)]
    k = x.shape[1]
    rows = int(np.isfinite(x).all(axis=1).sum()) if k else 0
    r = pearson(x)
    pairs = r[np.triu_indices(k, 1)]
    if k < 2 or np.isnan(pairs).any():
        return Alpha(raw=np.nan, standardised=np.nan, correlation=np.nan, columns=k, rows=rows)
    mean = float(pairs.mean())
    raised = 1 + (k - 1) * mean
    covariance = _covariance(x)
    total = float(covariance.sum())
    return Alpha(
        raw=k / (k - 1) * (1 - float(np.trace(covariance)) / total) if total > 0 else np.nan,
        standardised=k * mean / raised if raised > 0 else np.nan,
        correlation=mean,
        columns=k,
        rows=rows,
    )


def _covariance(x: Matrix) -> Matrix:
    """Covariances with n - 1, each on the rows that the pair shares, up to a common factor."""
    known = np.isfinite(x)
    x = np.ldexp(x, -int(np.frexp(np.nanmax(np.abs(x)))[1]))
    filled = np.where(known, x - np.nanmean(x, axis=0), 0.0)
    weight = known.astype(np.float64)
    n = weight.T @ weight
    sums = filled.T @ weight
    found: Matrix = (filled.T @ filled - sums * sums.T / n) / (n - 1)
    return found


@frozen(kw_only=True, eq=False)
class Components:
    """Principal components of the correlations of some columns.

    Attributes:
        values: eigenvalues, the largest first; they add up to the number of columns.
        vectors: columns x components, of length 1; a component points to where its entries add up to more than 0.
        columns: the places of the columns used; constant ones are left out.
        rows: how many rows have all of them; the others are left out.
    """

    values: Matrix
    vectors: Matrix
    columns: tuple[int, ...]
    rows: int

    @property
    def loadings(self) -> Matrix:
        """The correlation of each column with each component."""
        found: Matrix = self.vectors * np.sqrt(self.values)
        return found


def components(x: Matrix) -> Components:
    """Principal components of standardised columns, on the rows that have all of them.

    There are at most as many components as columns, and as rows less one. There is none below three whole rows or two
    columns that vary on them.
    """
    whole = np.isfinite(x).all(axis=1)
    rows = int(whole.sum())
    kept = tuple(np.flatnonzero(_varying(x[whole])).tolist()) if rows else ()
    if rows < SMALLEST or len(kept) < 2:
        return Components(values=np.empty(0), vectors=np.empty((len(kept), 0)), columns=kept, rows=rows)
    # Sorted rows, so that their order decides nothing, not even last bits.
    part = x[whole][:, kept]
    part = part[np.lexsort(part.T[::-1])]
    values, vectors = np.linalg.eigh(pearson(part))
    most = min(len(kept), rows - 1)
    values, vectors = np.clip(values[::-1][:most], 0.0, None), vectors[:, ::-1][:, :most]
    sums = vectors.sum(axis=0)
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(most)]
    # Where the entries add up to nothing, the largest one decides.
    sign = np.where(np.abs(sums) > 1e-9, np.sign(sums), np.sign(largest))
    return Components(values=values, vectors=vectors * sign, columns=kept, rows=rows)


def _varying(x: Matrix) -> np.ndarray:
    known = np.isfinite(x)
    low = np.where(known, x, np.inf).min(axis=0, initial=np.inf)
    high = np.where(known, x, -np.inf).max(axis=0, initial=-np.inf)
    found: np.ndarray = low < high
    return found
