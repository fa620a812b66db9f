# cause: the value of bad.trees calls Python; only polars expressions are allowed
"""Its value calls Python in a way that polars does not show in the text of the expression."""

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
        value=pl.fold(pl.lit(0.0), lambda a, b: a + b, [pl.col("trees")]),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
