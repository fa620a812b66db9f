"""The full ASEM run written bare, as well as we can, in numpy: no checks, no findings, nothing kept.

One frame without absent rows goes in, the two tables of scores and ranks come out. All that hangs on the tree alone is
made beforehand. One matrix through all steps was faster at 51 areas than polars expressions: 110 columns of 51 cells
are mostly handling of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

Tables = tuple[pl.DataFrame, pl.DataFrame]
Nodes = Sequence[Mapping[str, Any]]
SKEW, KURTOSIS, POINTS = 2.0, 3.5, 5


def _moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Skewness and excess kurtosis of each row, type 2."""
    n = x.shape[1]
    d = x - x.mean(axis=1, keepdims=True)
    power = d * d
    s2 = power.sum(axis=1)
    s3 = (d * power).sum(axis=1)
    s4 = (power * power).sum(axis=1)
    skew = np.sqrt(n) * s3 / (s2 * np.sqrt(s2)) * np.sqrt(n * (n - 1)) / (n - 2)
    return skew, ((n + 1) * (n * s4 / (s2 * s2) - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def _failing(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    skew, kurtosis = _moments(x)
    return (np.abs(skew) >= SKEW) & (kurtosis >= KURTOSIS), skew


def treated(x: np.ndarray) -> None:
    """Rows winsorised, or their logarithms, in place."""
    failing, skew = _failing(x)
    at = failing.nonzero()[0]
    own, skew = x[at], skew[at]
    above, below = np.zeros(len(at), int), np.zeros(len(at), int)
    while len(at):
        sign = np.where(skew >= 0, 1.0, -1.0)
        side = own * sign[:, None]
        top = side == side.max(axis=1, keepdims=True)
        new = np.where(top, -np.inf, side).max(axis=1) * sign
        own = np.where(top, new[:, None], own)
        count = top.sum(axis=1)
        above, below = np.where(sign > 0, count, above), np.where(sign > 0, below, count)
        still, skew = _failing(own)
        out = still & (above + below >= POINTS)
        x[at[~still]] = own[~still]
        if out.any():
            raw = x[at[out]]
            low = raw.min(axis=1, keepdims=True)
            x[at[out]] = np.log(raw - low + 0.01 * (raw.max(axis=1, keepdims=True) - low))
        on = still & ~out
        at, own, skew, above, below = at[on], own[on], skew[on], above[on], below[on]


def _imputed(x: np.ndarray, group: np.ndarray) -> None:
    """Gaps filled with the mean of the row's values in the same group, in place."""
    gaps = np.isnan(x)
    at = gaps.any(axis=1).nonzero()[0]
    for inside in (group == name for name in set(group.tolist())):
        block, holes = x[np.ix_(at, inside)], gaps[np.ix_(at, inside)]
        mean = np.where(holes, 0.0, block).sum(axis=1) / (~holes).sum(axis=1)
        x[np.ix_(at, inside)] = np.where(holes, mean[:, None], block)


def bare_asem(nodes: Nodes, group: str) -> Callable[[pl.DataFrame], Tables]:
    """A function from the wide frame to the two tables of every node.

    Args:
        nodes: code, level, parent, weight, direction and denominator of each, in tree order.
        group: the column whose groups impute from one another.
    """
    codes = [node["code"] for node in nodes]
    leaves = [node for node in nodes if node["level"] == "indicator"]
    names = [node["code"] for node in leaves]
    divisors = sorted({node["denominator"] for node in leaves if node.get("denominator")})
    divided = np.array([place for place, node in enumerate(leaves) if node.get("denominator")])
    by = np.array([divisors.index(leaves[place]["denominator"]) for place in divided])
    lower = np.array([node.get("direction") == "lower" for node in leaves])
    # A score is a sum of those of the leaves, for none is missing: one product of matrices for the whole tree.
    shares = np.zeros((len(codes), len(leaves)))
    places = {code: place for place, code in enumerate(codes)}
    for place, code in enumerate(names):
        shares[places[code], place] = 1.0
    for node in reversed(nodes):
        children = [child for child in nodes if child.get("parent") == node["code"]]
        if children:
            weights = np.array([float(child.get("weight", 1)) for child in children])
            own = np.array([shares[places[child["code"]]] for child in children])
            shares[places[node["code"]]] = weights @ own / weights.sum()

    def run(frame: pl.DataFrame) -> Tables:
        x = np.ascontiguousarray(frame[names].to_numpy().T)
        x[divided] /= frame[divisors].to_numpy().T[by]
        _imputed(x, frame[group].to_numpy())
        treated(x)
        low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
        x = (x - low) * (100.0 / (high - low))
        np.copyto(x, 100.0 - x, where=lower[:, None])
        scores = shares @ x
        near = np.round(scores, 9)
        order = np.sort(near, axis=1)
        ranks = np.array(
            [len(row) + 1 - np.searchsorted(row, own, side="right") for row, own in zip(order, near, strict=True)]
        )
        keys = frame[["area", "period"]]
        return (
            keys.hstack(pl.from_numpy(scores, schema=codes, orient="col")),
            keys.hstack(pl.from_numpy(ranks, schema=codes, orient="col")),
        )

    return run
