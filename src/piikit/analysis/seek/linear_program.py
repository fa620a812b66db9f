"""The linear program: the least effort that meets every need, with at most so many indicators."""

from __future__ import annotations

from types import ModuleType

import numpy as np
from attrs import frozen

from piikit.findings.errors import MissingExtraError

INFEASIBLE = 2
"""The status by which scipy says that no answer exists."""
SNAP = 1e-7
"""Points of score that the solver may be off; a rise as near as this to nothing or to the ceiling is taken as it."""

LEAK = 1e-3
"""Points above all that a hundred indicators can leak through the solver's tolerance for whole numbers, 1e-6."""
TIE = 1e-5
"""The share by which the last indicator is made dearer than the first, so that of equal ways one is always taken."""


def optimiser() -> ModuleType:
    """The library that solves linear programs.

    Raises:
        MissingExtraError: the extra `optimise` is not installed.
    """
    try:
        from scipy import optimize  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("goal seek needs the extra 'optimise': pip install 'piikit[optimise]'") from error
    module: ModuleType = optimize
    return module


@frozen(kw_only=True, eq=False)
class LinearProgram:
    """A goal seek with thresholds that stand still.

    Attributes:
        span: points by which each indicator's score can rise.
        cost: effort for one point.
        entry: effort before the first point; above 0 where a stretch of values brings none.
        gains: targets x indicators: what one point is worth in the target's node.
        at_most: how many indicators may move; None for any number.
    """

    span: np.ndarray
    cost: np.ndarray
    entry: np.ndarray
    gains: np.ndarray
    at_most: int | None = None

    @property
    def _order(self) -> np.ndarray:
        return 1.0 + TIE * np.arange(len(self.span)) / max(len(self.span), 1)

    @property
    def stepped(self) -> bool:
        """Whether to move an indicator at all costs something, or counts."""
        return bool((self.entry > 0).any()) or self.at_most is not None

    def best(self, target: int) -> np.ndarray:
        """The rises, in points, that bring one target's node as far as it can get."""
        reach = self.gains[target] * self.span
        order = np.argsort(-reach, kind="stable")
        chosen = order[reach[order] > 0][: self.at_most]
        rise = np.zeros_like(self.span)
        rise[chosen] = self.span[chosen]
        return rise

    def solve(self, needs: np.ndarray) -> np.ndarray | None:
        """The rises, in points, that give every target's node what it needs, with the least effort; None if none do.

        HiGHS stops at a proven optimum. Of ways that cost the same, the one by earlier indicators is taken; for that
        the effort may be a hundred-thousandth above the least.
        """
        if not (needs > 0).any():
            return np.zeros_like(self.span)
        if not (self.span > 0).any():
            return None
        gated = self.entry > 0
        if self.at_most is not None and self.at_most < np.count_nonzero(self.span > 0):
            gated = np.ones_like(gated)
        if not gated.any():
            return self._linear(needs, self.span)
        # With the choice made, the rises are found once more: a solver's "no" may be a millionth of a yes, and a choice
        # may rest on what leaks through it. Then a little more is asked for, so that leaking is not enough.
        for more in (0.0, LEAK):
            chosen = self._choose(np.where(needs > 0, needs + more, needs), gated)
            rise = None if chosen is None else self._linear(needs, np.where(gated & ~chosen, 0.0, self.span))
            if rise is not None:
                return rise
        return None

    def _linear(self, needs: np.ndarray, span: np.ndarray) -> np.ndarray | None:
        answer = optimiser().linprog(
            self.cost * self._order,
            A_ub=-self.gains,
            b_ub=-needs,
            bounds=np.column_stack([np.zeros_like(span), span]),
            method="highs",
        )
        if answer.status == INFEASIBLE or answer.x is None:
            return None
        rise: np.ndarray = np.clip(answer.x, 0.0, span)
        rise[rise < SNAP] = 0.0
        full = span - rise < SNAP
        rise[full] = span[full]
        return rise

    def _choose(self, needs: np.ndarray, gated: np.ndarray) -> np.ndarray | None:
        """Which of the indicators that cost something to enter, or are counted, move."""
        library = optimiser()
        places = np.flatnonzero(gated)
        n, m = len(self.span), len(places)
        open_only = np.zeros((m, n + m))
        open_only[np.arange(m), places] = 1.0
        open_only[np.arange(m), n + np.arange(m)] = -self.span[places]
        rules = [
            library.LinearConstraint(np.hstack([self.gains, np.zeros((len(needs), m))]), lb=needs),
            library.LinearConstraint(open_only, ub=np.zeros(m)),
        ]
        if self.at_most is not None:
            count = np.concatenate([np.zeros(n), np.ones(m)])
            rules.append(library.LinearConstraint(count, ub=float(self.at_most)))
        answer = library.milp(
            np.concatenate([self.cost * self._order, (self.entry * self._order)[places]]),
            integrality=np.concatenate([np.zeros(n), np.ones(m)]),
            bounds=library.Bounds(np.zeros(n + m), np.concatenate([self.span, np.ones(m)])),
            constraints=rules,
            options={"mip_rel_gap": 0.0},
        )
        if answer.x is None:
            return None
        chosen = np.zeros_like(gated)
        chosen[places] = answer.x[n:] > 0.5
        return chosen
