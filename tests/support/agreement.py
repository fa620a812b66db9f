"""Whether a result agrees with the reference: scores within rounding, ranks exactly."""

from __future__ import annotations

import math

import reference
from piikit import Result


def disagreements(result: Result, expected: tuple[reference.Figures, reference.Figures]) -> list[str]:
    """One line a figure that differs; also rows that only one of the two has."""
    scores, ranks = expected
    found: list[str] = []
    seen = set()
    for row in result.scores.iter_rows(named=True):
        key, code = (row["area"], row["period"]), row["code"]
        seen.add((key, code))
        wanted = scores.get(key, {}).get(code)
        if not same(row["score"], wanted):
            found.append(f"{key} {code}: score {row['score']}, expected {wanted}")
        if row["rank"] != ranks.get(key, {}).get(code):
            found.append(f"{key} {code}: rank {row['rank']}, expected {ranks.get(key, {}).get(code)}")
    every = {(key, code) for key, row in scores.items() for code in row}
    found += [f"{key} {code}: only in one of the two" for key, code in sorted(every ^ seen)]
    return found


def same(got: float | None, wanted: float | None) -> bool:
    """Equal but for rounding: the order of additions is not part of the contract."""
    if got is None or wanted is None:
        return got is wanted
    return math.isclose(got, wanted, rel_tol=1e-12, abs_tol=1e-9)
