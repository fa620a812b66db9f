# cause: the schema of item 'trees' refers to 'file:///etc/hostname'; files and addresses are never fetched
"""The schema of its item refers to a file."""

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
        items={"trees": {"$ref": "file:///etc/hostname"}},
    )
