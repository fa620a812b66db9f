# cause: unit 'percents' of bad.trees is unknown; did you mean 'percent'?
"""A unit that does not exist."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators():
    yield Indicator(  # HERE
        code="bad.trees",
        unit="percents",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value=pl.col("trees"),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
