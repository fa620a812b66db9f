# cause: the name of bad.trees must be {'vi': …, 'en': …}
"""Its name is in one language only."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators():
    yield Indicator(  # HERE
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"en": "Trees"},
        value=pl.col("trees"),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
