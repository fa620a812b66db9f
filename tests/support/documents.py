"""Small editions that unit tests share."""

from __future__ import annotations

from typing import Any

import polars as pl

from strategies import edition_document

Json = dict[str, Any]


def indicator(code: str, parent: str = "I", **more: Any) -> Json:
    return {"code": code, "parent": parent, "level": "indicator", "direction": "higher", **more}


def edition(*nodes: Json, **more: Any) -> Json:
    """An edition whose index is `I`."""
    return edition_document([{"code": "I", "level": "index"}, *nodes], **more)


TREE = edition(
    {"code": "g", "parent": "I", "level": "pillar"},
    indicator("x", "g"),
    indicator("y", "g", direction="lower"),
    {"code": "h", "parent": "I", "level": "pillar", "weight": 3},
    indicator("z", "h"),
    areas=[
        {"code": "p", "name": "Phú An", "region": "N"},
        {"code": "q", "name": "Quý", "region": "S"},
        {"code": "r", "name": "Rạch", "region": "S"},
    ],
    groups={"coast": {"name": {"vi": "Ven biển", "en": "Coast"}, "areas": ["p", "r"]}},
)
"""Three areas in two regions, two pillars of unequal weight."""


def data(**columns: Any) -> pl.DataFrame:
    """Values of the three areas of TREE; a column given replaces one of its own."""
    own: Json = {"area": ["p", "q", "r"], "x": [0.0, 5.0, 10.0], "y": [1.0, 2.0, 3.0], "z": [2.0, 8.0, 4.0]}
    return pl.DataFrame({**own, **columns}, strict=False)
