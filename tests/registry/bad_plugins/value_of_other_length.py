# cause: the value of bad.trees gives 2 rows for 3
"""Its value leaves rows out."""

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
        value=pl.col("trees").filter(pl.col("trees") > 1),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
