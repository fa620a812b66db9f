# cause: the value of bad.trees calls Python; only polars expressions are allowed
"""Its value calls Python deep inside an expression."""

from __future__ import annotations

import polars as pl

from piikit import Indicator, hookimpl

CALLED = pl.struct("trees", "area_km2").map_batches(lambda rows: rows.struct.field("trees"))
VALUE = pl.when(pl.col("trees") > 0).then(CALLED.over("trees") + 1).otherwise(0)


@hookimpl
def piikit_indicators():
    yield Indicator(  # HERE
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value=VALUE,
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
