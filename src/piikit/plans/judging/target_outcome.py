"""From the conditions of a target to the target as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from piikit.plans.judging.interval import CANNOT_JUDGE, MET, NOT_MET, Floats
from piikit.plans.judging.judge import ConditionOutcome
from piikit.plans.targets import PlannedTarget


@frozen(kw_only=True, eq=False)
class Members:
    """How many members of a scope meet all conditions, an entry a row.

    Attributes:
        status: MET where enough surely do, NOT_MET where enough cannot any more, else CANNOT_JUDGE.
        met: how many surely do.
        undecided: the codes, joined, of those that could go either way.
        needed, total: how many must, and how many there are.
    """

    status: np.ndarray
    met: Floats
    undecided: Sequence[str]
    needed: int
    total: int


def members_met(
    target: PlannedTarget, codes: Sequence[str | None], outcomes: Sequence[ConditionOutcome]
) -> Members | None:
    """The count of members that meet a target's conditions; None where the members are not known."""
    if target.need is None or None in codes:
        return None
    # A member meets the target's conditions as a target does: the worst one decides.
    statuses = np.array([outcome.status for outcome in outcomes]).reshape(len(codes), len(target.conditions), -1)
    each = statuses.min(axis=1)
    met, undecided = (each == MET).sum(axis=0), each == CANNOT_JUDGE
    needed = target.need.count(len(codes))
    status = np.where(met >= needed, MET, np.where(met + undecided.sum(axis=0) < needed, NOT_MET, CANNOT_JUDGE))
    texts = _joined(codes, undecided, np.flatnonzero(status == CANNOT_JUDGE))
    return Members(status=status, met=met.astype(float), undecided=texts, needed=needed, total=len(codes))


def _joined(codes: Sequence[str | None], undecided: np.ndarray, rows: np.ndarray) -> list[str]:
    """The codes that are undecided in each of some rows, joined; the same patterns are joined once."""
    texts = [""] * undecided.shape[1]
    if not len(rows):
        return texts
    patterns, which = np.unique(undecided[:, rows], axis=1, return_inverse=True)
    joined = [", ".join(str(codes[place]) for place in np.flatnonzero(column).tolist()) for column in patterns.T]
    for row, pattern in zip(rows.tolist(), np.ravel(which).tolist(), strict=True):
        texts[row] = joined[pattern]
    return texts
