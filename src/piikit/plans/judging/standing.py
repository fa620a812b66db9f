"""Where an area stands among others of which only some are known.

All take matrices of scores and ranks: a row a cohort, a column an area, NaN where a figure is not known.
"""

from __future__ import annotations

import numpy as np

from piikit.plans.judging.interval import Floats, Interval


def standing(scores: Floats, ranks: Floats, mask: np.ndarray, me: int, *, ties: str) -> Interval:
    """The best and worst rank that the area of column `me` can have among the areas of `mask`.

    If k of the others are known to be above, the rank is k + 1 or more; each of whom nothing is known can push it down
    by one. Two areas are compared by their scores, or where one has none by their ranks.

    Args:
        scores: of all areas.
        ranks: of all areas, published ones or computed.
        mask: the areas to stand among, with the area itself.
        me: the area's column.
        ties: the edition's rule: "min", "max" or "dense".
    """
    others = mask.copy()
    others[me] = False
    theirs, own = scores[:, others], scores[:, [me]]
    by_score = ~np.isnan(theirs) & ~np.isnan(own)
    above, equal = by_score & (theirs > own), by_score & (theirs == own)
    known = by_score
    if ties != "dense":
        # A dense rank counts scores, not areas: a rank alone does not say whether two areas share one.
        their_ranks, own_rank = ranks[:, others], ranks[:, [me]]
        by_rank = ~by_score & ~np.isnan(their_ranks) & ~np.isnan(own_rank)
        above = above | (by_rank & (their_ranks < own_rank))
        equal = equal | (by_rank & (their_ranks == own_rank))
        known = by_score | by_rank
    if ties == "dense":
        sorted_above = np.sort(np.where(above, theirs, np.nan), axis=1)
        with np.errstate(invalid="ignore"):
            ahead = (np.diff(sorted_above, axis=1) > 0).sum(axis=1) + above.any(axis=1)
    else:
        ahead = above.sum(axis=1) + (equal.sum(axis=1) if ties == "max" else 0)
    unknown = (~known).sum(axis=1)
    return Interval(lower=1.0 + ahead, upper=1.0 + ahead + unknown)


def limited(found: Interval, scores: Floats, ranks: Floats, me: int) -> Interval:
    """The same bounds, tighter where areas with a published rank have a known score to compare with.

    An area that scores more than the one ranked r ranks better than r; one that scores less ranks worse.
    """
    own = scores[:, [me]]
    with np.errstate(invalid="ignore"):
        behind, ahead = ranks - 1, ranks + 1
        best = np.where(scores > own, ahead, np.where(scores == own, ranks, -np.inf))
        worst = np.where(scores < own, behind, np.where(scores == own, ranks, np.inf))
    best[:, me], worst[:, me] = -np.inf, np.inf
    lower = np.maximum(found.lower, np.nanmax(np.where(np.isnan(best), -np.inf, best), axis=1))
    upper = np.minimum(found.upper, np.nanmin(np.where(np.isnan(worst), np.inf, worst), axis=1))
    # Published ranks that contradict the scores say nothing.
    return Interval(lower=lower, upper=upper).where(lower <= upper, found)


def best_known(scores: Floats, ranks: Floats | None, mask: np.ndarray, place: Floats, *, ties: str) -> Floats:
    """The score at a place: of the area that has this rank, or where all scores are known the one in that order."""
    inside = scores[:, mask]
    rows, total = inside.shape
    wanted = np.where(np.isnan(place) | (place < 1) | (place > total), 0, place).astype(int)
    ordered = -np.sort(-inside, axis=1)
    if ties == "dense":
        steps = np.concatenate([np.ones((rows, 1)), (np.diff(ordered, axis=1) != 0)], axis=1).cumsum(axis=1)
        column = (steps < wanted[:, None]).sum(axis=1)
    else:
        column = wanted - 1
    complete = ~np.isnan(inside).any(axis=1) & (wanted > 0) & (column < total)
    found = np.where(complete, ordered[np.arange(rows), np.clip(column, 0, total - 1)], np.nan)
    if ranks is not None:
        holds = (ranks == place[:, None]) & ~np.isnan(scores)
        held = scores[np.arange(rows), holds.argmax(axis=1)]
        found = np.where(np.isnan(found) & holds.any(axis=1), held, found)
    return found
