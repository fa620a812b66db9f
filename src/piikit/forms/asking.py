"""What returned forms are compared with: who was asked for what, and what the items are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from piikit.catalogue import Catalogue
from piikit.framework import Edition
from piikit.inputs.long import own_unit
from piikit.inputs.read import read_table
from piikit.messages import LANGUAGES
from piikit.plan import Plan
from piikit.result import Result


def items_by_agency(
    edition: Edition, plan: Plan, agencies: Mapping[str, Iterable[str]] | Iterable[str] | None
) -> dict[str, tuple[str, ...]]:
    """The items that each agency is asked for, in the order of the plan.

    Args:
        edition: the edition whose indicators need the items.
        plan: the plan; an agency supplies the items of the indicators that it leads.
        agencies: those that were asked, or the items of each; every agency with an item where not given.
    """
    if isinstance(agencies, Mapping):
        return {agency: tuple(items) for agency, items in agencies.items()}
    chosen = None if agencies is None else set(agencies)
    found: dict[str, tuple[str, ...]] = {}
    for agency in plan.agencies:
        codes = [code for code in edition.indicators if agency.does("lead", code)]
        items = dict.fromkeys(item for code in codes for item in items_of_node(edition, code))
        if items and (chosen is None or agency.id in chosen):
            found[agency.id] = tuple(items)
    return found


def items_of_node(edition: Edition, code: str) -> tuple[str, ...]:
    """The items that the value of an indicator is made of; the indicator itself where no plugin computes it."""
    indicator = edition.nodes[code].indicator
    return indicator.item_names if indicator is not None else (code,)


def item_names(edition: Edition, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """The names and units of items and indicators in both languages, a line each, under `name` and `unit`."""
    found: dict[str, dict[str, str]] = {}
    for item in sorted(edition.items) + list(edition.indicators):
        schema: Mapping[str, Any] = catalogue.items.get(item, {})
        node = edition.nodes.get(item)
        given = schema.get("name") or (node.name if node is not None else {}) or {}
        unit = own_unit(item, edition, catalogue)
        units = (unit.id, *unit.name.values(), *unit.symbols) if unit is not None else ()
        found[item] = {
            "name": "\n".join(str(given[lang]) for lang in LANGUAGES if given.get(lang)),
            "unit": "\n".join(units),
        }
    return found


def last_values(last: Any, plan: Plan) -> dict[str, float]:
    """The last figures of the plan's area by item, from a result or from data; those of its latest period.

    Raises:
        UsageError: the data cannot be read.
        InputError: they hold errors of form.
    """
    if last is None:
        return {}
    frame = last.inputs if isinstance(last, Result) else read_table(last)
    if "area" not in frame.columns:
        return {}
    own = frame.filter(pl.col("area").cast(pl.String).is_in([plan.area, plan.area_name]))
    if "period" in own.columns:
        own = own.sort(pl.col("period").cast(pl.String), maintain_order=True)
    found: dict[str, float] = {}
    if {"item", "value"} <= set(own.columns):
        pairs = own.select(pl.col("item").cast(pl.String), pl.col("value").cast(pl.Float64, strict=False)).rows()
        found.update({item: value for item, value in pairs if item is not None and value is not None})
        return found
    for name, dtype in own.schema.items():
        if dtype.is_numeric():
            value = own[name].drop_nulls().to_list()
            if value:
                found[name] = float(value[-1])
    return found
