# cause: what bad.trees_of_area holds calls Python
"""A check calls Python."""

from __future__ import annotations

import polars as pl

from piikit import hookimpl
from piikit.plugin import Check


@hookimpl
def piikit_checks():
    yield Check(  # HERE
        code="bad.trees_of_area",
        columns=["trees"],
        holds=pl.col("trees").map_elements(bool, return_dtype=pl.Boolean),
        message={"vi": "sai", "en": "wrong"},
    )
