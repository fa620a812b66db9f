# cause: the schema of item 'trees' refers to 'http://localhost:9/trees.json'; files and addresses are never fetched
"""The schema of its item refers to an address."""

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
        value=pl.col("trees"),
        source="invented",
        items={"trees": {"allOf": [{"$ref": "http://localhost:9/trees.json"}]}},
    )
