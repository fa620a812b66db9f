# cause: the value of bad.trees gives String, not numbers
"""Its value is a text, not a number."""

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
        value=pl.col("trees").cast(pl.String),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
