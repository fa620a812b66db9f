# cause: it is written for API 0 of the hooks, and this piikit serves API 1 and later
"""It is written for hooks that are gone."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl

PIIKIT_API = 0


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
