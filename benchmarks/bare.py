"""The plan of PII written bare, as well as we can: no checks, no matching, no findings, nothing kept.

Expressions are made once, beforehand. The eager in-memory engine without optimiser was the fastest of those tried
(streaming and lazy with optimiser took 2 to 5 times as long at 63 areas; `.over` a key helped only there).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

UNOPTIMISED = pl.QueryOptFlags.none()
Tables = tuple[pl.DataFrame, pl.DataFrame]


def bare_plan(
    children: dict[str, Sequence[str]], whole: set[str], order: Sequence[str], values: dict[str, pl.Expr]
) -> Callable[[pl.DataFrame], Tables]:
    """A function from a wide frame to the two tables of scores and ranks of every node.

    Args:
        children: of each node, leaves excepted.
        whole: nodes that need all their children.
        order: all nodes in tree order.
        values: the value of each leaf from the frame's columns.
    """
    low_high = {code: (value.min(), value.max()) for code, value in values.items()}
    scores = [
        ((value - low_high[code][0]) * (100.0 / (low_high[code][1] - low_high[code][0]))).alias(f"s{code}")
        for code, value in values.items()
    ]
    height: dict[str, int] = {}
    for code in reversed(order):
        height[code] = 1 + max(height[child] for child in children[code]) if code in children else 0
    levels = [
        [
            pl.mean_horizontal(*(f"s{child}" for child in children[code]), ignore_nulls=code not in whole).alias(
                f"s{code}"
            )
            for code in order
            if height[code] == level
        ]
        for level in range(1, max(height.values()) + 1)
    ]
    ranks = [pl.col(f"s{code}").round(9).rank("min", descending=True).alias(f"r{code}") for code in order]
    keys = ["area", "period"]

    def picked(wide: pl.DataFrame, prefix: str) -> pl.DataFrame:
        table = wide[[*keys, *(f"{prefix}{code}" for code in order)]]
        table.columns = [*keys, *order]
        return table

    def run(frame: pl.DataFrame) -> Tables:
        plan = frame.lazy().with_columns(scores)
        for level in levels:
            plan = plan.with_columns(level)
        wide = plan.with_columns(ranks).collect(engine="in-memory", optimizations=UNOPTIMISED)
        return picked(wide, "s"), picked(wide, "r")

    return run
