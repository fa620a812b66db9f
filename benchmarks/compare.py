"""Two results of 63 areas and 78 nodes: laying them side by side, effects of all five factors, who overtook whom."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

import piikit

sys.path.insert(0, str(Path(__file__).parent))
from timing import milliseconds

REPEATS = 15
LIMITS = {"compare": 10.0, "effects": 300.0, "effects by indicator": 400.0, "overtakes": 20.0}
"""Milliseconds that each may take; there is no bare version of these."""
OVERLAY = {
    "id": "other",
    "extends": "pii-2024",
    "title": {"vi": "Khác", "en": "Other"},
    "change": {"1": {"weight": 2}, "2": {"min_coverage": 0.5}},
}


def two_results() -> tuple[piikit.Result, piikit.Result]:
    """The sample, and the same with another figure, a gap, an area less, another weight and another method."""
    table = pl.read_csv(piikit.sample(), schema_overrides={"period": pl.String})
    other = table.filter(pl.col("area") != "Bình Dương").with_columns(
        pl.when(pl.col("area") == "Bắc Giang").then(0.7).otherwise("hdi").alias("hdi"),
        pl.when(pl.col("area") != "Bắc Ninh").then("par_index").alias("par_index"),
    )
    return piikit.evaluate(table, "pii-2024"), piikit.evaluate(other, OVERLAY)


def main() -> None:
    after, before = two_results()
    jobs: dict[str, Callable[[], object]] = {
        "compare": lambda: after.compare(before),
        "effects": lambda: after.effects(before),
        "effects by indicator": lambda: after.effects(before, by="indicator"),
        "overtakes": lambda: after.overtakes(before),
    }
    for name, job in jobs.items():
        print(f"{name:<24}{milliseconds(job, repeats=REPEATS)[0]:>8.1f} ms (limit {LIMITS[name]:.0f})")


if __name__ == "__main__":
    main()
