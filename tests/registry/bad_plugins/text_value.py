# cause: the value of bad.trees is str, not a polars expression
"""Its value is a text that looks like a formula."""

from __future__ import annotations

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators():
    yield Indicator(  # HERE
        code="bad.trees",
        unit="count",
        direction="higher",
        name={"vi": "Cây", "en": "Trees"},
        value="trees / area_km2",
        source="invented",
        items={"trees": {"type": "number", "minimum": 0}},
    )
