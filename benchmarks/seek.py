"""Time goal seek beside the bare linear program: `python benchmarks/seek.py`."""

from __future__ import annotations

import gc
import statistics
import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import linprog

import piikit
from piikit.result import frames_of

sys.path.insert(0, str(Path(__file__).parent))
from run import SEED, indicator_values, taking_turns

LIMIT = 50.0
"""Milliseconds for one target on 63 x 52, on a machine with two cores."""
REPEATS = 60


def main() -> None:
    """Print one line a job: goal seek, the bare program where one stands beside it, and their ratio."""
    engine = piikit.Engine()
    edition = engine.edition("pii-2024")
    frame = indicator_values(edition, 63, np.random.default_rng(SEED))
    result = engine.evaluate(frame, edition)
    area = frames_of(result).wide.sort("rank:PII")["area"][24]
    top = piikit.Target("PII", rank=20)
    half = {
        "node": "PII",
        "metric": "score",
        "is": "at_least",
        "value": frames_of(result).wide.filter(pl.col("area") == area)["score:PII"][0] + 5,
    }

    levers = result.levers(area).filter(pl.col("gain_room") > 0)
    weights = levers["weight"].to_numpy()
    room = (levers["gain_room"] / levers["weight"]).to_numpy()
    ends = np.column_stack([np.zeros_like(room), room])

    def bare() -> float:
        return float(linprog(np.ones_like(room), A_ub=-weights[None], b_ub=[-5.0], bounds=ends, method="highs").fun)

    ours = result.goalseek(area, half, ends="fixed").effort
    if ours is None or abs(ours - bare()) > 1e-3:
        raise SystemExit(f"the two sides differ: {ours} and {bare()}")
    gc.disable()
    print(f"{'job':<44}{'piikit ms':>12}{'bare ms':>12}{'ratio':>8}{'limit ms':>10}")
    jobs = {
        "a score, ends held": lambda: result.goalseek(area, half, ends="fixed"),
        "a rank, ends taken anew": lambda: result.goalseek(area, top),
        "a rank, at most 5 indicators": lambda: result.goalseek(area, top, at_most=5),
        "levers": lambda: result.levers(area),
    }
    for name, job in jobs.items():
        mine, hand = (statistics.median(side) for side in taking_turns(job, bare, REPEATS))
        print(f"{name + ', 63 x 52':<44}{mine:>12.2f}{hand:>12.2f}{mine / hand:>8.1f}{LIMIT:>10.0f}")


if __name__ == "__main__":
    main()
