"""What must be said of merged figures: by which rule, without which parts, and what could not be merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import polars as pl

from piikit.files.wide_columns import without_kind
from piikit.findings.finding import Finding
from piikit.findings.messages import LANGUAGES, messages
from piikit.inputs.merged_rows import MERGED_FROM, SEPARATOR
from piikit.inputs.mergers.combine import DIFFERS, KEYS, MISSING, UNWEIGHED
from piikit.inputs.mergers.rules import MergeRule
from piikit.inputs.mergers.successions import Links
from piikit.inputs.mergers.weights import WEIGHT

SILENT = ("sum", "same")
"""Rules that leave nothing to say where they worked: sums of additive items, and the figure that all parts share."""


def findings(
    merged: pl.DataFrame, frame: pl.DataFrame, links: Links, rules: Mapping[str, MergeRule], *, allowed: bool
) -> Iterator[Finding]:
    """The findings on merged columns, column by column.

    Args:
        merged: what `put_together` gave.
        frame: the figures and weights of the parts: area, period, and the columns.
        links: which areas went where.
        rules: the rule of each column.
        allowed: whether the parts that are there were put together where others are missing.
    """
    for column, rule in rules.items():
        name = without_kind("value", column)
        if rule.kind == "none":
            rows = merged.filter(pl.col(MISSING + column))
            yield from _one("no_merge_rule", rows, links, name, rule, partial(merged_from, rows))
            continue
        if rule.kind not in SILENT:
            rows = merged.filter((pl.col("n_parts") > 1) & pl.col(column).is_not_null())
            severity = "warning" if rule.basis == "convention" else "info"
            yield from _one("merged_by_rule", rows, links, name, rule, partial(merged_from, rows), severity)
        rows = merged.filter(pl.col(MISSING + column))
        code = "partial_merge" if allowed else "merge_missing_part"
        yield from _one(code, rows, links, name, rule, partial(missing_parts, rows, frame, links, column))
        if rule.kind == "mean":
            rows = merged.filter(pl.col(UNWEIGHED + column))
            weights = partial(_parts, rows, frame, links, f"{WEIGHT}{rule.weight}")
            yield from _one("unusable_weight", rows, links, name, rule, weights)
        if rule.kind == "same":
            rows = merged.filter(pl.col(DIFFERS + column))
            yield from _one("parts_differ", rows, links, name, rule, partial(_parts, rows, frame, links, column))


def _one(
    code: str,
    rows: pl.DataFrame,
    links: Links,
    column: str,
    rule: MergeRule,
    values: Callable[[], pl.DataFrame],
    severity: str = "warning",
) -> Iterator[Finding]:
    if rows.is_empty():
        return
    joined = rows.join(values(), on=list(KEYS), how="left", maintain_order="left")
    where = named(joined, links).select("area", "area_name", "period", "value")
    params = {"rule": rule.text, "weight": rule.weight, "why": _why(rule)}
    yield Finding(code=code, severity=severity, column=column, params=params, cells=where)


def _why(rule: MergeRule) -> Mapping[str, str]:
    if rule.kind == "none" and rule.reason:
        return rule.reason
    texts = {lang: messages(lang).text(f"merge.basis.{rule.basis}") for lang in LANGUAGES}
    return {lang: f"{text}: {rule.reason[lang]}" if rule.reason else text for lang, text in texts.items()}


def merged_from(rows: pl.DataFrame) -> pl.DataFrame:
    """target, period, value: the names of the parts."""
    return rows.select("target", "period", pl.col(MERGED_FROM).alias("value"))


def _long(rows: pl.DataFrame, frame: pl.DataFrame, links: Links, column: str) -> pl.DataFrame:
    """The parts of some merged rows, a row a part, with the part's figure in `x`; null also where it has no row."""
    parts = links.parts.select("target", "area", "name")
    figures = frame.select("area", "period", pl.col(column).alias("x"))
    every = rows.select("target", "period").join(parts, on="target", how="left", maintain_order="left_right")
    return every.join(figures, on=["area", "period"], how="left", maintain_order="left")


def _parts(rows: pl.DataFrame, frame: pl.DataFrame, links: Links, column: str) -> pl.DataFrame:
    """target, period, value: the parts with their figures as text."""
    long = _long(rows, frame, links, column)
    figure = pl.col("x").cast(pl.String).str.replace(r"\.0$", "").fill_null("–")
    text = pl.concat_str("name", pl.lit(" "), figure)
    return long.group_by("target", "period", maintain_order=True).agg(text.str.join(SEPARATOR).alias("value"))


def missing_parts(rows: pl.DataFrame, frame: pl.DataFrame, links: Links, column: str) -> pl.DataFrame:
    """target, period, value: the names of the parts without a figure."""
    long = _long(rows, frame, links, column).filter(pl.col("x").is_null())
    named = long.group_by("target", "period", maintain_order=True)
    return named.agg(pl.col("name").str.join(SEPARATOR).alias("value"))


def finite(whole: pl.DataFrame, links: Links, columns: Sequence[str]) -> tuple[pl.DataFrame, list[Finding]]:
    """The merged rows with figures that are beyond all numbers made null, and a finding a column that names them."""
    odd = whole.select((~pl.col(name).is_finite()).any().alias(name) for name in columns).row(0) if columns else ()
    wrong = [name for name, some in zip(columns, odd, strict=True) if some]
    found = []
    for name in wrong:
        rows = named(whole.filter(~pl.col(name).is_finite()), links)
        where = rows.select("area", "area_name", "period", pl.col(name).cast(pl.String).alias("value"))
        found.append(Finding(code="not_finite", column=without_kind("value", name), cells=where))
    clear = (pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in wrong)
    return whole.with_columns(clear), found


def named(frame: pl.DataFrame, links: Links) -> pl.DataFrame:
    """The frame with `area` and `area_name` of its `target`."""
    names = dict(zip(links.current.codes, links.current.names, strict=True))
    name = pl.col("target").replace_strict(names, return_dtype=pl.String)
    return frame.with_columns(pl.col("target").alias("area"), name.alias("area_name"))


def cells(whole: pl.DataFrame, frame: pl.DataFrame, links: Links, columns: Sequence[str]) -> pl.DataFrame:
    """The figures of the areas that were merged, a row a figure, with the names of the parts that have none."""
    rows = whole.filter(pl.col("n_parts") > 1)
    parts = []
    for column in columns:
        missing = missing_parts(rows, frame, links, column).rename({"value": "missing"})
        figures = rows.select(*KEYS, MERGED_FROM, pl.col(column).alias("value"))
        joined = figures.join(missing, on=list(KEYS), how="left", maintain_order="left")
        parts.append(joined.with_columns(pl.lit(without_kind("value", column)).alias("column")))
    texts = dict.fromkeys((*KEYS, MERGED_FROM, "missing", "column"), pl.String)
    return named(pl.concat(parts) if parts else pl.DataFrame(schema={**texts, "value": pl.Float64}), links)
