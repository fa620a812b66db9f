# cause: is described otherwise by the schemas of piikit: additive is 'not given' here, True there, minimum is 5 here
"""It describes an item otherwise than piikit does."""

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
        value=pl.col("population"),
        source="invented",
        items={"population": {"type": "number", "minimum": 5}},
    )
