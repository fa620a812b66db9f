"""The table iData of a COINr project: a row an area and time, a column an indicator, group or denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from attrs import frozen

from piikit.files.headers import known
from piikit.files.origins import PART, as_text
from piikit.findings.finding import HIDDEN, Finding
from piikit.findings.unknown import nearest
from piikit.framework.documents import Json
from piikit.inputs.checks.cells import column_marks, to_numbers
from piikit.inputs.coinr.meta import EMPTY, Meta, read_named
from piikit.inputs.coinr.names import codes_for

OWN = ("uCode", "uName", "Time")
PREFIXES = {"Group_": "Group", "Den_": "Denominator", "x_": "Other"}
"""How columns that have no row in iMeta were marked in older projects."""
UNDATED = "undated"
"""The period of a project without a column Time."""


@frozen(kw_only=True)
class Data:
    """What iData holds.

    Attributes:
        frame: area, area_name, period, then groups as text and figures as 64-bit numbers, under piikit's names.
        areas: code, name and aliases of each area, in order of first appearance.
        groups: the columns of groups.
    """

    frame: pl.DataFrame
    areas: tuple[Json, ...] = ()
    groups: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def with_marked(metas: Sequence[Meta], columns: Sequence[str]) -> list[Meta]:
    """The rows of iMeta, and one for each column that says by its name what it is."""
    rows = {meta.code for meta in metas}
    marked = [
        Meta(code=name, kind=kind)
        for name in columns
        for prefix, kind in PREFIXES.items()
        if name.startswith(prefix) and name not in rows
    ]
    return [*metas, *marked]


def read_columns(source: Any, metas: Sequence[Meta]) -> tuple[pl.DataFrame, list[Finding]]:
    """The table as it was written, with the origin of its rows, and what is wrong with its form.

    Raises:
        UsageError: no table at all.
    """
    found = read_named(source, "uCode")
    frame = found.frame.drop(PART, strict=False)
    # A reader takes "Area" for piikit's own key; here it is what iMeta calls so, land area for example.
    for key in ("area", "period"):
        meant = [meta.code for meta in metas if known(meta.code) == key and meta.code not in frame.columns]
        if key in frame.columns and key not in {meta.code for meta in metas} and meant:
            frame = frame.rename({key: meant[0]})
    return frame, list(found.findings)


def column_faults(frame: pl.DataFrame, metas: Sequence[Meta]) -> list[Finding]:
    """Columns that one of the two tables has and the other has not, and denominators that are none."""
    names = [name for name in frame.columns if name not in HIDDEN.values()]
    codes = [meta.code for meta in metas]
    held = {meta.code for meta in metas if meta.kind != "Aggregate"}
    found = (
        []
        if "uCode" in names
        else [Finding(code="missing_key", column="uCode", params={"table": "iData", "columns": names})]
    )
    found += [
        Finding(
            code="coinr_absent_column",
            column=meta.code,
            params={"value": meta.code, "kind": meta.kind, "near": nearest(meta.code, names)},
        )
        for meta in metas
        if meta.kind in ("Indicator", "Group", "Denominator") and meta.code not in names
    ]
    figures = [meta.code for meta in metas if meta.kind in ("Denominator", "Indicator")]
    found += [
        Finding(
            code="coinr_unknown_denominator",
            column=meta.code,
            params={"value": meta.denominator, "near": nearest(meta.denominator, figures)},
        )
        for meta in metas
        if meta.kind == "Indicator" and meta.denominator is not None and meta.denominator not in figures
    ]
    found += [
        Finding(
            code="coinr_unknown_column",
            severity="warning",
            column=name,
            params={"value": name, "near": nearest(name, codes)},
        )
        for name in names
        if name not in OWN and name not in held
    ]
    idle = [meta.code for meta in metas if meta.kind == "Other" and meta.code in names]
    used = {meta.denominator for meta in metas}
    idle += [meta.code for meta in metas if meta.kind == "Denominator" and meta.code not in used]
    if idle:
        found.append(Finding(code="coinr_other_column", severity="info", column="Type", params={"value": idle}))
    return found


def tidy(frame: pl.DataFrame, metas: Sequence[Meta], codes: Mapping[str, str], period: str | None) -> Data:
    """The data as piikit takes them.

    Args:
        frame: what `read_columns` gives, with a column for all that is used.
        metas: the rows of iMeta that are used.
        codes: piikit's name for each code of iMeta.
        period: the period of rows without a `Time`; the last `Time` where not given.
    """
    hidden = [name for name in HIDDEN.values() if name in frame.columns]
    used = {meta.denominator for meta in metas if meta.kind == "Indicator"}
    groups = [meta.code for meta in metas if meta.kind == "Group"]
    figures = [meta.code for meta in metas if meta.kind == "Indicator"]
    figures += [meta.code for meta in metas if meta.kind == "Denominator" and meta.code in used]
    own = frame.select(
        _text(frame, "uCode").alias("area"),
        (_text(frame, "uName") if "uName" in frame.columns else _text(frame, "uCode")).alias("area_name"),
        (_text(frame, "Time") if "Time" in frame.columns else pl.lit(None, dtype=pl.String)).alias("period"),
        *hidden,
        *(_text(frame, name).alias(codes[name]) for name in groups),
        *(_figure(frame, name).alias(codes[name]) for name in figures),
    )
    last = period or max(own["period"].drop_nulls().to_list(), default=UNDATED)
    own = own.with_columns(pl.col("period").fill_null(last), pl.col("area_name").fill_null(pl.col("area")))
    names = [codes[name] for name in figures]
    numbers, found = to_numbers(own, names, marks=_marks(own, names))
    found += [
        Finding(code="not_finite", column=name, cells=own.filter(odd).select("area", "area_name", "period"))
        for name in names
        if (odd := ~numbers[name].is_finite().fill_null(True)).any()
    ]
    areas, places = _areas(own)
    data = numbers.with_columns(pl.col("area").replace(places)).drop(hidden)
    return Data(
        frame=data,
        areas=areas,
        groups=tuple(codes[name] for name in groups),
        findings=tuple(item for item in found if item.code != "placeholder"),
    )


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text; a spreadsheet and R make 2018.0 of a year and 1.0 of a group."""
    text = (as_text(name) if frame.schema[name].is_float() else pl.col(name)).cast(pl.String).str.strip_chars()
    return pl.when(~text.is_in(EMPTY)).then(text)


def _figure(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of figures without what R writes for nothing: NA in text, NaN among numbers."""
    dtype = frame.schema[name]
    if dtype.is_float():
        return pl.col(name).fill_nan(None)
    if dtype == pl.String:
        return pl.when(~pl.col(name).str.strip_chars().is_in(EMPTY)).then(pl.col(name))
    return pl.col(name)


def _marks(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, frozenset[str]]:
    """R writes one decimal mark in a whole table, and none for thousands: all columns decide together, else a point."""
    texts = [name for name in names if frame.schema[name] == pl.String]
    shown = frozenset().union(*column_marks(frame, texts, ()).values()) if texts else frozenset()
    if not any(mark.startswith("commas") for mark in shown):
        shown |= {"dots point"}
    return dict.fromkeys(texts, shown)


def _areas(frame: pl.DataFrame) -> tuple[tuple[Json, ...], dict[str, str]]:
    """The areas with the last name of each, and the code of each `uCode`."""
    rows = frame.select("area", "area_name").drop_nulls("area").unique(maintain_order=True)
    named: dict[str, list[str]] = {}
    for code, name in rows.iter_rows():
        named.setdefault(code, []).append(name)
    codes = codes_for(named, columns=False)
    areas = []
    for text, names in named.items():
        aliases = [alias for alias in dict.fromkeys([*names[:-1], text]) if alias not in (names[-1], codes[text])]
        areas.append({"code": codes[text], "name": names[-1], **({"aliases": aliases} if aliases else {})})
    return tuple(areas), {text: code for text, code in codes.items() if text != code}
