"""What the benchmarks measure alike: times of jobs that take turns, and memory."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

WARM = 2
"""Runs before the first one that counts."""


def milliseconds(*jobs: Callable[[], Any], repeats: int) -> list[float]:
    """The median time of each job, taking turns, so that a busy moment strikes all."""
    times: list[list[float]] = [[] for _ in jobs]
    for number in range(repeats + WARM):
        for side, job in zip(times, jobs, strict=True):
            gc.collect()
            start = time.perf_counter()
            job()
            if number >= WARM:
                side.append((time.perf_counter() - start) * 1e3)
    return [statistics.median(side) for side in times]


def peak() -> float:
    """The most memory that this process has had so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
