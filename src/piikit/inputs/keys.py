"""The keys of a table: which area and which period a row is about."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from attrs import frozen

from piikit.areas import AreaList
from piikit.errors import nearest
from piikit.findings import Finding
from piikit.framework import Edition


@frozen(kw_only=True)
class AreaIndex:
    """The areas that rows can be about, by their place in order.

    Attributes:
        codes, names: by place.
        listed: whether they come from the edition; otherwise they are those of the data, in order of appearance.
    """

    codes: pl.Series
    names: pl.Series
    listed: bool

    def __len__(self) -> int:
        return len(self.codes)


def index_of(edition: Edition, *texts: pl.Series) -> AreaIndex:
    """The areas of the edition, or, where it has none, those of the texts in order of first appearance."""
    if edition.areas is not None:
        codes, names = edition.areas.codes, edition.areas.names
        return AreaIndex(codes=pl.Series(codes, dtype=pl.String), names=pl.Series(names, dtype=pl.String), listed=True)
    together = pl.concat(texts) if texts else pl.Series(dtype=pl.String)
    stripped = together.str.strip_chars()
    found = stripped.filter(stripped != "").unique(maintain_order=True)
    return AreaIndex(codes=found, names=found, listed=False)


def area_texts(frame: pl.DataFrame) -> pl.Series:
    """The area column as text."""
    column = frame["area"]
    return column if column.dtype == pl.String else column.cast(pl.String)


REMEMBERED = 4096
"""Up to so many rows, the places of a list of areas are remembered: the same list comes again and again."""


def locate(texts: pl.Series, index: AreaIndex, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    """Where each row's area stands in the index: place, area, area_name, region (where the edition knows regions).

    All are null where the area is unknown; the findings say which and why.
    """
    if edition.areas is None or len(texts) > REMEMBERED:
        return _locate(texts, index, edition)
    key = ("places", tuple(texts.to_list()))
    known: tuple[pl.DataFrame, list[Finding]] | None = edition.memo.get(key)
    if known is None:
        known = _locate(texts, index, edition)
        if len(edition.memo) < REMEMBERED:
            edition.memo[key] = known
    return known


def _locate(texts: pl.Series, index: AreaIndex, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    place, found = _places(texts.str.strip_chars().replace("", None), index, edition)
    if not index.listed and len(index) == len(texts):
        return pl.DataFrame([place.alias("place"), index.codes.alias("area"), index.names.alias("area_name")]), found
    located = pl.DataFrame([
        place.alias("place"), index.codes.gather(place).alias("area"), index.names.gather(place).alias("area_name"),
    ])  # fmt: skip
    if edition.areas is not None and "region" in edition.groups:
        regions = pl.Series([area.region for area in edition.areas.areas], dtype=pl.String)
        located = located.with_columns(regions.gather(place).alias("region"))
    return located, found


def _places(texts: pl.Series, index: AreaIndex, edition: Edition) -> tuple[pl.Series, list[Finding]]:
    if edition.areas is None:
        if len(index) == len(texts):
            return pl.int_range(len(texts), dtype=pl.Int32, eager=True), []
        found = texts.replace_strict(index.codes, pl.int_range(len(index), dtype=pl.Int32, eager=True), default=None)
        return found, _without_area(texts)
    unique = texts.drop_nulls().unique(maintain_order=True).to_list()
    matches = {text: edition.areas.match(text) for text in unique}
    known = {text: match[0] for text, match in matches.items() if len(match) == 1}
    found = texts.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Int32)
    findings = _without_area(texts)
    for text, match in matches.items():
        if len(match) == 0:
            findings.append(_unknown(text, edition.areas, _rows(texts, text)))
        elif len(match) > 1:
            meant = [f"{edition.areas.areas[place].name} ({edition.areas.areas[place].code})" for place in match]
            findings.append(
                Finding(
                    code="ambiguous_area",
                    column="area",
                    cells=_rows(texts, text),
                    params={"text": text, "candidates": meant},
                )
            )
    return found, findings


def _rows(texts: pl.Series, text: str) -> pl.DataFrame:
    count = int((texts == text).sum())
    return pl.DataFrame({"value": [text] * count}, schema={"value": pl.String})


def _without_area(texts: pl.Series) -> list[Finding]:
    rows = texts.is_null().arg_true()
    if rows.is_empty():
        return []
    cells = pl.DataFrame({"value": (rows + 1).cast(pl.String)})
    return [Finding(code="no_area", column="area", cells=cells)]


def _unknown(text: str, areas: AreaList, cells: pl.DataFrame) -> Finding:
    successor = areas.successor_of(text)
    if successor is not None:
        return Finding(code="ended_area", column="area", cells=cells, params={"text": text, "successor": successor})
    near = nearest(text, areas.names, cutoff=0.7)
    return Finding(
        code="unknown_area",
        column="area",
        cells=cells,
        params={"text": text, "near": near, "areas": areas.id, "n": len(areas)},
    )


def period_of(columns: Sequence[str], edition: Edition) -> pl.Expr:
    """The period as text; the edition's own where the column is missing or a cell is empty."""
    if "period" not in columns:
        return pl.lit(edition.period).alias("period")
    text = pl.col("period").cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text).otherwise(pl.lit(edition.period)).alias("period")


def _distinct(frame: pl.DataFrame, keys: Sequence[str]) -> bool:
    # One period is the common case, and then the place alone tells.
    if set(keys) == {"place", "period"} and frame["period"].n_unique() <= 1:
        return frame["place"].n_unique() == frame.height
    return frame.select(keys).n_unique() == frame.height


def duplicated(frame: pl.DataFrame, keys: list[str], column: str | None = None) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows whose keys stand once, and a finding for each key that stands several times; none of those is used."""
    if _distinct(frame, keys):
        return frame, []
    twice = frame.select(pl.struct(keys).is_duplicated()).to_series()
    cells = (
        frame.filter(twice)
        .group_by(keys, maintain_order=True)
        .agg(pl.col("area_name").first().alias("name"), pl.len().cast(pl.String).alias("count"))
    )
    shown = cells.select("area", pl.col("name").alias("area_name"), "period", pl.col("count").alias("value"))
    third = [key for key in keys if key not in {"area", "period", "place"}]
    if not third:
        return frame.filter(~twice), [Finding(code="duplicate_key", column=column, cells=shown)]
    found = [
        Finding(code="duplicate_key", column=str(name), cells=shown.filter(cells[third[0]] == name))
        for name in cells[third[0]].unique(maintain_order=True)
    ]
    return frame.filter(~twice), found
