"""Time an evaluation with treatment beside the same work written bare: `python benchmarks/methods.py`."""

from __future__ import annotations

import functools
import gc
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

import piikit

sys.path.insert(0, str(Path(__file__).parent))
from bare import Tables, bare_plan
from bare_asem import bare_asem

SEED = 20240730
REPEATS = {3_321: 15, 100_000: 5}
LIMIT = 1.5
ASEM = Path(__file__).parents[2] / "shared" / "data" / "asem"
ASEM_REPEATS = 100
SKEW, KURTOSIS, POINTS = 2.0, 3.5, 5
TREATED = {"treat": "winsorise_then_log"}


def skewed(codes: list[str], areas: int) -> pl.DataFrame:
    """A third of the indicators without outliers, a third with a few, a third log-normal; invented."""
    rng = np.random.default_rng(SEED)
    columns = {}
    for place, code in enumerate(codes):
        x = np.exp(rng.normal(0, 1.2, areas)) if place % 3 == 2 else rng.beta(2, 5, areas)
        if place % 3 == 1:
            x[rng.integers(0, areas, 3)] = [20.0, 30.0, 40.0 + areas]
        columns[code] = x
    return pl.DataFrame({"area": [f"area-{n}" for n in range(areas)], "period": ["2024"] * areas, **columns})


def _moments(x: np.ndarray) -> tuple[float, float]:
    n = len(x)
    d = x - x.mean()
    power = d * d
    s2 = power.sum()
    d *= power
    s3 = d.sum()
    power *= power
    s4 = power.sum()
    skew = np.sqrt(n) * s3 / s2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    return skew, ((n + 1) * (n * s4 / s2**2 - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def bare_treated(x: np.ndarray) -> np.ndarray:
    """One column, winsorised or its logarithms."""
    skew, kurtosis = _moments(x)
    if abs(skew) < SKEW or kurtosis < KURTOSIS:
        return x
    y, high, low = x.copy(), 0, 0
    while high + low < POINTS:
        if skew >= 0:
            at = y == y.max()
            y[at] = y[~at].max()
            high = int(at.sum())
        else:
            at = y == y.min()
            y[at] = y[~at].min()
            low = int(at.sum())
        skew, kurtosis = _moments(y)
        if abs(skew) < SKEW or kurtosis < KURTOSIS:
            return y
    low_end, high_end = x.min(), x.max()
    logs: np.ndarray = np.log(x - low_end + 0.01 * (high_end - low_end))
    return logs


def job(areas: int) -> tuple[Callable[[], Tables], Callable[[], Tables]]:
    """The two ways to the tables of scores and ranks."""
    base = piikit.edition("pii-2024")
    document = {**base.document, "id": "bench", "defaults": {**base.document["defaults"], **TREATED}}
    document.pop("areas")
    # Invented figures fit no unit's range.
    document["nodes"] = [
        {**node, "unit": "none"} if node["level"] == "indicator" else node for node in document["nodes"]
    ]
    edition = piikit.Engine().edition(document)
    nodes = edition.nodes
    codes = list(edition.indicators)
    data = skewed(codes, areas)
    values = {code: -pl.col(code) if nodes[code].direction == "lower" else pl.col(code) for code in codes}
    plan = bare_plan(
        {code: node.children for code, node in nodes.items() if node.children},
        {code for code, node in nodes.items() if node.min_coverage >= 1},
        list(nodes),
        values,
    )

    def ours() -> Tables:
        result = piikit.evaluate(data, edition)
        return result.table("score"), result.table("rank")

    def bare() -> Tables:
        return plan(data.with_columns(pl.Series(code, bare_treated(data[code].to_numpy())) for code in codes))

    return ours, bare


def asem() -> tuple[Callable[[], Tables], Callable[[], Tables]]:
    """The two ways through the full run of COINr's ASEM data, the project made and the tree known beforehand."""
    group = "EurAsia_group"
    project = piikit.from_coinr(
        ASEM / "asem_iData.csv",
        ASEM / "asem_iMeta.csv",
        impute={"method": "group_mean", "group": group},
        treat="winsorise_then_log",
    )
    edition = piikit.Engine().edition(project.edition)
    plan = bare_asem(project.edition["nodes"], group)

    def ours() -> Tables:
        result = piikit.evaluate(project.data, edition)
        return result.table("score"), result.table("rank")

    return ours, lambda: plan(project.data)


def agree(one: Tables, other: Tables) -> None:
    """The two ways have the same scores, but for rounding, and the same ranks."""
    codes = one[0].columns[4:]
    if not (one[1].select(codes).to_numpy() == other[1].select(codes).to_numpy()).all():
        raise SystemExit("the two differ in ranks")
    gap = np.abs(one[0].select(codes).to_numpy() - other[0].select(codes).to_numpy()).max()
    if not gap <= 1e-9:
        raise SystemExit(f"the two differ by {gap}")


def timed(calls: tuple[Callable[[], Tables], ...], repeats: int) -> list[float]:
    """The shortest time of each in seconds, taken in turns, so that a busy moment strikes both."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for place, call in enumerate(calls):
            gc.collect()
            start = time.perf_counter()
            call()
            times[place].append(time.perf_counter() - start)
    return [min(own) for own in times]


def main() -> int:
    """Print the times, their ratio and the peak memory; 1 where the ratio is above the limit."""
    jobs = [
        (f"{areas:>7,} x 52, treated", functools.partial(job, areas), repeats) for areas, repeats in REPEATS.items()
    ]
    if ASEM.is_dir():
        jobs.insert(0, ("ASEM, 51 x 49, full run", asem, ASEM_REPEATS))
    else:
        print(f"ASEM, full run: skipped, {os.path.relpath(ASEM)} is not there")
    worst = 0.0
    for name, make, repeats in jobs:
        ours, bare = make()
        agree(ours(), bare())
        own, other = timed((ours, bare), repeats)
        worst = max(worst, own / other)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name}: piikit {own * 1e3:8.1f} ms, bare {other * 1e3:8.1f} ms, "
            f"ratio {own / other:.2f} (limit {LIMIT}); peak memory {memory:,.0f} MB"
        )
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
