"""What the tests of mergers share: a small edition, tables by area and period, and what came out of them."""

from __future__ import annotations

from typing import Any

import polars as pl

from piikit.framework.catalogue import ShippedAreas
from piikit.types import Merged

VN63, VN34 = ShippedAreas()["vn-63"], ShippedAreas()["vn-34"]
SUCCESSOR = {area.name: next(now.name for now in VN34.areas if now.code == area.successor) for area in VN63.areas}
PARTS = {now.name: [name for name, then in SUCCESSOR.items() if then == now.name] for now in VN34.areas}
Cell = float | None
Rows = dict[tuple[str, str], dict[str, Cell]]

NODES = [
    {"code": "I", "level": "index"},
    *({"code": code, "parent": "I", "level": "indicator", "direction": "higher"} for code in "abwz"),
]


def edition(areas: Any = "vn-63", **more: Any) -> dict[str, Any]:
    return {
        "id": "small",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Nhỏ", "en": "Small"},
        "sources": ["test"],
        "areas": areas,
        "nodes": NODES,
        **more,
    }


def areas_document(parts: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    entries = [{"code": code, "name": f"New {code}", "formed_from": formed} for code, formed in parts.items()]
    return {"id": "new", "title": {"vi": "Mới", "en": "New"}, "sources": ["test"], "areas": entries, **more}


def table(rows: Rows) -> pl.DataFrame:
    names = sorted({name for row in rows.values() for name in row})
    schema = {"area": pl.String, "period": pl.String, **dict.fromkeys(names, pl.Float64)}
    flat = [{"area": area, "period": period, **cells} for (area, period), cells in rows.items()]
    return pl.DataFrame(flat, schema=schema)


def figures(merged: Merged, column: str) -> dict[tuple[str, str], Cell]:
    return {(area, period): x for area, period, x in merged.data.select("area", "period", column).rows()}


def codes(merged: Merged, column: str) -> list[str]:
    return sorted(item.code for item in merged.found if item.column == column)
