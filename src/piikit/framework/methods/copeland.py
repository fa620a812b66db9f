"""Aggregation by comparing areas in pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from piikit.framework.methods.base import Aggregate, Params

PAIRS = 2_000_000
"""How many pairs are compared at once: their intermediate matrices then take some 16 MB each."""


def _copeland(scores: np.ndarray, weights: Sequence[float], params: Params) -> np.ndarray:
    """Wins less losses of each area; a pair is judged on the children that both have."""
    rounded = np.round(scores, int(params["decimals"]))
    areas = len(rounded)
    found = np.empty(areas)
    total = sum(weights)
    step = max(1, PAIRS // max(areas, 1))
    for start in range(0, areas, step):
        part = rounded[start : start + step]
        lead = np.zeros((len(part), areas))
        for child, weight in enumerate(weights):
            mine, theirs = part[:, child, None], rounded[None, :, child]
            # A comparison with a missing score is false both ways.
            lead += weight * ((mine > theirs).astype(float) - (mine < theirs))
        # Shares of weight that differ by rounding alone are equal.
        lead[np.abs(lead) <= 1e-12 * total] = 0.0
        found[start : start + step] = np.sign(lead).sum(axis=1)
    found[np.isnan(scores).all(axis=1)] = np.nan
    return found


copeland = Aggregate(
    name="copeland",
    source="Copeland (1951); Munda, Nardo, Non-compensatory composite indicators (2005); OECD/JRC Handbook, step 6",
    params={"decimals": {"type": "integer", "minimum": 0, "maximum": 15, "default": 9}},
    matrix=_copeland,
)
"""The pairs that an area wins less those it loses: it wins where it is ahead on more than half of the weight.

For each pair of areas the share of weight on which one is ahead, a tie counting half to each; above one half wins +1,
below loses 1, one half is 0. Scores are compared after rounding to `decimals`, as ranks are, so that noise in the last
bits decides nothing.

A pair is judged on the children that both have, their weights rescaled; without any it is 0. An area without a score
(all children missing, or too few for `min_coverage` or `missing`) takes no part. One area has 0, and so have all where
children are constant. Negative scores are no exception. The time grows with the square of the number of areas.
"""

METHODS = (copeland,)
