"""The keys of a table: which area and which period a row is about."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from attrs import frozen

from piikit.findings.finding import HIDDEN, Finding, cells_of
from piikit.findings.unknown import nearest
from piikit.framework.areas import AreaList
from piikit.framework.edition import Edition


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


BASE = "base"
"""The name of the scenario that is the data as they are."""
BASE_SCENARIO = pl.lit(BASE).alias("scenario")
REMEMBERED = 4096
"""Up to so many rows, the places of a list of areas are remembered: the same list comes again and again."""


def locate(texts: pl.Series, index: AreaIndex, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    """Where each row's area stands in the index: place, area, area_name, scenario, region (if the edition has regions).

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
    texts = texts.str.strip_chars().replace("", None)
    if not index.listed and index.codes.equals(texts):
        # A table that holds each area once brought the index itself: nothing to look up.
        place = pl.int_range(len(texts), dtype=pl.Int32, eager=True)
        columns = [place.alias("place"), index.codes.alias("area"), index.names.alias("area_name")]
        return pl.DataFrame(columns).with_columns(BASE_SCENARIO), []
    place, found = _places(texts, index, edition)
    # An area that is not known is called what it was written as, so that findings on its row can name it.
    names = index.names.gather(place).zip_with(place.is_not_null(), texts)
    located = pl.DataFrame([place.alias("place"), index.codes.gather(place).alias("area"), names.alias("area_name")])
    if edition.areas is not None and "region" in edition.groups:
        regions = pl.Series([area.region for area in edition.areas.areas], dtype=pl.String)
        located = located.with_columns(regions.gather(place).alias("region"))
    return located.with_columns(BASE_SCENARIO), found


def _places(texts: pl.Series, index: AreaIndex, edition: Edition) -> tuple[pl.Series, list[Finding]]:
    if edition.areas is None:
        found = texts.replace_strict(index.codes, pl.int_range(len(index), dtype=pl.Int32, eager=True), default=None)
        return found, _without_area(texts)
    unique = texts.drop_nulls().unique(maintain_order=True).to_list()
    matches = {text: edition.areas.match(text) for text in unique}
    # A spreadsheet turns the code 01 into the number 1.
    short = {
        text: edition.areas.match(text.removesuffix(".0").zfill(2))
        for text, match in matches.items()
        if not match and text.removesuffix(".0").isdigit()
    }
    short = {text: match for text, match in short.items() if len(match) == 1}
    matches |= short
    known = {text: match[0] for text, match in matches.items() if len(match) == 1}
    found = texts.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Int32)
    findings = _without_area(texts)
    for text, match in short.items():
        area = edition.areas.areas[match[0]]
        if text.removesuffix(".0") == area.code:
            continue
        findings.append(
            Finding(
                code="code_without_zero",
                severity="warning",
                column="area",
                cells=_rows(texts, text),
                params={"text": text, "code": area.code, "name": area.name},
            )
        )
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
    near = nearest(text, areas.names)
    return Finding(
        code="unknown_area",
        column="area",
        cells=cells,
        params={"text": text, "near": near, "areas": areas.id, "n": len(areas)},
    )


def with_period(frame: pl.DataFrame, edition: Edition) -> pl.DataFrame:
    """The frame with its period as text; the edition's own where the column is missing or a cell is empty."""
    own = pl.lit(edition.period).alias("period")
    if "period" not in frame.columns:
        return frame.with_columns(own)
    column = frame["period"]
    if column.dtype == pl.String and column.n_unique() == 1 and column[0] and column[0] == column[0].strip():
        return frame
    period = pl.col("period")
    if column.dtype.is_float():
        # A spreadsheet turns the year into 2024.0.
        period = period.cast(pl.Int64, strict=False)
    text = period.cast(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(text != "").then(text).otherwise(own).alias("period"))


def _distinct(frame: pl.DataFrame, keys: Sequence[str]) -> bool:
    # One period is the common case, and then the place alone tells.
    if set(keys) == {"place", "period"} and frame["period"].n_unique() <= 1:
        return frame["place"].n_unique() == frame.height
    return frame.select(keys).n_unique() == frame.height


def duplicated(frame: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows whose keys stand once, and a finding for each key that stands several times; none of those is used."""
    if _distinct(frame, keys):
        return frame, []
    twice = frame.select(pl.struct(keys).is_duplicated()).to_series()
    rows = frame.filter(twice).with_columns(pl.len().over(keys).alias("times"))
    if HIDDEN["row"] not in rows.columns:
        # Without rows to name, a line a key says it all.
        rows = rows.unique(keys, keep="first", maintain_order=True)
    cells = cells_of(rows, pl.col("times"))
    third = [key for key in keys if key not in {"area", "period", "place"}]
    if not third:
        return frame.filter(~twice), [Finding(code="duplicate_key", column="area", cells=cells)]
    found = [
        Finding(code="duplicate_key", column=str(name), cells=cells.filter(rows[third[0]] == name))
        for name in rows[third[0]].unique(maintain_order=True)
    ]
    return frame.filter(~twice), found
