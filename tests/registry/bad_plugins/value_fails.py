# cause: the value of bad.trees cannot be worked out:
"""Its value cannot be worked out on numbers."""

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
        value=pl.col("trees").str.len_chars(),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
