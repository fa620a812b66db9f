# cause: the value of bad.trees calls Python; only polars expressions are allowed
"""Its value calls a function of numpy, which is Python to polars."""

from __future__ import annotations

import numpy as np
import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators():
    yield Indicator(  # HERE
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value=np.sqrt(pl.col("trees")),
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
