# cause: the value of bad.trees calls Python; only polars expressions are allowed
"""Its value calls a Python function for each row."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators():
    yield Indicator(  # HERE
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value=pl.col("trees").map_elements(abs, return_dtype=pl.Float64),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
