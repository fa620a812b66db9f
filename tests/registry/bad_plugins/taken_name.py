# cause: a plugin named 'impact' is there already, impact (piikit
# name: impact
"""Its own name is that of a plugin that is there."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl


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
