# cause: PIIKIT_API must be a whole number, as 1, not '1.0'
"""Its number of the hooks is no number."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl

PIIKIT_API = "1.0"


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
