# cause: aggregate bad.middle: score calls Python
"""A method builds an expression that calls Python."""

from __future__ import annotations

import polars as pl

from piikit import hookimpl
from piikit.framework.methods import Aggregate


@hookimpl
def piikit_methods():
    yield Aggregate(  # HERE
        name="bad.middle",
        source="invented",
        score=lambda scores, weights, params: pl.reduce(lambda a, b: (a + b) / 2, scores),
    )
