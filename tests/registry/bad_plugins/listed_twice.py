# cause: indicator 'bad.trees' is listed twice
"""It lists one indicator twice."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl

TREES = Indicator(
    code="bad.trees",
    unit="count",
    direction="higher",
    name={"vi": "Cây", "en": "Trees"},
    value=pl.col("trees"),
    source="invented",
    items={"trees": {"type": "number", "minimum": 0}},
)


@hookimpl
def piikit_indicators():
    yield TREES
    yield TREES  # HERE
