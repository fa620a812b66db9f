# cause: piikit_indicators returned Indicator; it must yield its definitions
"""A hook returns one definition instead of yielding it."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl  # HERE
def piikit_indicators():
    return Indicator(
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value=pl.col("trees"),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
