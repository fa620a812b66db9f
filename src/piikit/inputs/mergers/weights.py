"""The weights of parts: items of the data themselves, or columns of a table of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from attrs import frozen

from piikit.files.read import read
from piikit.files.wide_columns import value_column
from piikit.findings.errors import UsageError
from piikit.findings.finding import HIDDEN, Finding
from piikit.framework.edition import Edition
from piikit.inputs.checks.cells import to_numbers
from piikit.inputs.columns import ATTRIBUTES
from piikit.inputs.keys import area_texts, duplicated, index_of, locate, with_period
from piikit.inputs.long import from_sdmx, with_rows

WEIGHT = "@weight:"
"""What the name of a weight's column starts with, so that it is not taken for the item of that name."""


@frozen(kw_only=True)
class PartWeights:
    """A table of weights: area, period (where it has one), and a column of numbers a weight."""

    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> list[str]:
        """The weights that it holds."""
        return [name for name in self.frame.columns if name not in ("area", "period")]


NO_WEIGHTS = PartWeights(frame=pl.DataFrame(schema={"area": pl.String}))


def read_weights(data: Any, edition: Edition) -> PartWeights:
    """A wide table of weights: `area`, optional `period` (without it, the same for all), and a column a weight.

    Raises:
        UsageError: it has no column `area`.
    """
    source = read(data)
    raw = from_sdmx(source.frame)
    if "area" not in raw.columns:
        raise UsageError("weights_without_area", columns=raw.columns)
    texts = area_texts(raw)
    located, found = locate(texts, index_of(edition, texts), edition)
    names = [name for name in raw.columns if name not in ("area", "period", *ATTRIBUTES, *HIDDEN.values())]
    keys = ["area", "period"] if "period" in raw.columns else ["area"]
    columns = [name for name in (*names, "period", *HIDDEN.values()) if name in raw.columns]
    frame = with_period(raw.select(columns).hstack(located.select("place", "area", "area_name")), edition)
    frame, wrong = to_numbers(frame, names)
    frame = frame.filter(pl.col("place").is_not_null())
    frame, twice = duplicated(frame, ["place", *(key for key in keys if key != "area")])
    findings = (*source.findings, *with_rows(found, raw, texts), *wrong, *twice)
    return PartWeights(frame=frame.select(*keys, *names), findings=findings)


def with_weights(frame: pl.DataFrame, weights: PartWeights, wanted: Sequence[str]) -> pl.DataFrame:
    """The frame with a column `WEIGHT + name` a weight: from the table of weights, else from the data, else null."""
    held = [name for name in wanted if name in weights.names]
    if held:
        keys = [name for name in weights.frame.columns if name in ("area", "period")]
        brought = weights.frame.select(*keys, *(pl.col(name).alias(WEIGHT + name) for name in held))
        frame = frame.join(brought, on=keys, how="left", maintain_order="left")
    # An item has a column of its name, an indicator one of its code.
    there = {
        name: next((column for column in (name, value_column(name)) if column in frame.columns), None)
        for name in wanted
        if name not in held
    }
    return frame.with_columns(
        (pl.lit(None) if column is None else pl.col(column)).cast(pl.Float64).alias(WEIGHT + name)
        for name, column in there.items()
    )
