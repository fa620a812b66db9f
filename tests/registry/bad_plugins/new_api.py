# cause: it is written for API 2 of the hooks, and this piikit has API 1; install a newer piikit
"""It is written for hooks that this piikit does not know yet."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl

PIIKIT_API = 2


@hookimpl
def piikit_indicators():
    yield Indicator(
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value=pl.col("trees"),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
