"""The figures of parts put together by the rule of each column, with marks for what could not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from piikit.inputs.merged_rows import MERGED_FROM, SEPARATOR
from piikit.inputs.mergers.rules import MergeRule
from piikit.inputs.mergers.successions import Links
from piikit.inputs.mergers.weights import WEIGHT

MISSING, UNWEIGHED, DIFFERS = "@missing:", "@unweighed:", "@differs:"
"""What the names of marks start with: parts without a figure, weights that cannot be used, figures that differ."""
KEYS = ("target", "period")
_PRODUCT, _USED = "@product:", "@used:"


def put_together(
    frame: pl.DataFrame, links: Links, rules: Mapping[str, MergeRule], groups: tuple[str, ...], *, partial: bool
) -> pl.DataFrame:
    """One row a current area and period: target, period, n_parts, merged_from, the columns, and the marks.

    An area with a single part keeps its figures, bit by bit. Sums run in the order of the former list, whatever the
    order of the rows was.

    Args:
        frame: area, period, the columns of `rules`, and the weights that they name; sorted by period and area.
        links: which areas went where.
        rules: the rule of each column.
        groups: columns of text, kept where all parts have the same.
        partial: put together the parts that are there where others are missing.
    """
    weighted = {name: rule.weight for name, rule in rules.items() if rule.kind == "mean"}
    products = [
        (pl.col(name) * pl.col(f"{WEIGHT}{weight}")).alias(_PRODUCT + name) for name, weight in weighted.items()
    ]
    # Only the weights of parts that have a figure count; of the others it is the figure that is missing.
    used = [
        pl.when(pl.col(name).is_not_null()).then(pl.col(f"{WEIGHT}{weight}")).alias(_USED + name)
        for name, weight in weighted.items()
    ]
    parts = links.parts.select("area", "target", "n_parts", pl.col("name").alias("@part"))
    joined = frame.join(parts, on="area", how="left", maintain_order="left").with_columns(*products, *used)
    lists = joined.group_by(KEYS, maintain_order=True).agg(
        pl.col("n_parts").first(),
        pl.col("@part").str.join(SEPARATOR).alias(MERGED_FROM),
        *(pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in groups),
        *(pl.col(name) for name in rules),
        *(pl.col(series.meta.output_name()) for series in (*products, *used)),
    )
    made = [expr for name, rule in rules.items() for expr in _column(name, rule, partial=partial)]
    order = pl.col("target").replace_strict(
        links.current.codes, pl.int_range(len(links.current), dtype=pl.Int32, eager=True), return_dtype=pl.Int32
    )
    merged = lists.select(*KEYS, "n_parts", MERGED_FROM, *groups, *made).sort("period", order)
    single = pl.col("n_parts") == 1
    return merged.with_columns(pl.when(~single).then(pl.col(MERGED_FROM)).alias(MERGED_FROM))


def _column(name: str, rule: MergeRule, *, partial: bool) -> Iterator[pl.Expr]:
    """The merged column of a rule from the lists of its parts, and its marks."""
    x, several = pl.col(name), pl.col("n_parts") > 1
    present = x.list.drop_nulls().list.len()
    complete, some = present == pl.col("n_parts"), present > 0
    value, sound = _value(name, rule)
    enough = some if partial else complete
    decided = pl.lit(False)
    if rule.kind in ("any", "all"):
        # One yes decides "any" and one no decides "all", whatever a missing part would have said.
        decided = value == (1.0 if rule.kind == "any" else 0.0)
    merged = pl.when((enough | decided) & some & sound).then(value)
    yield pl.when(several).then(merged).otherwise(x.list.first()).alias(name)
    if rule.kind == "none":
        yield (several & some).alias(MISSING + name)
        return
    yield (several & some & ~complete & ~decided).fill_null(False).alias(MISSING + name)
    if rule.kind == "mean":
        yield (several & some & ~sound).fill_null(False).alias(UNWEIGHED + name)
    if rule.kind == "same":
        yield (several & some & ~sound).fill_null(False).alias(DIFFERS + name)


def _value(name: str, rule: MergeRule) -> tuple[pl.Expr, pl.Expr]:
    """The figure of the parts that are there, and whether it can be used."""
    x, yes = pl.col(name), pl.lit(True)
    low, high = x.list.min(), x.list.max()
    match rule.kind:
        case "sum":
            return x.list.sum(), yes
        case "mean":
            used = pl.col(_USED + name)
            total = used.list.sum()
            known = used.list.drop_nulls().list.len() == x.list.drop_nulls().list.len()
            sound = known & (used.list.min() >= 0) & (total > 0) & total.is_finite()
            mean = pl.col(_PRODUCT + name).list.sum() / total
            # Rounding must not carry a mean beyond its parts; an overflow stays one, to be named as such.
            return pl.when(mean.is_finite()).then(mean.clip(low, high)).otherwise(mean), sound.fill_null(False)
        case "min":
            return low, yes
        case "max":
            return high, yes
        case "any":
            return ((low != 0) | (high != 0)).cast(pl.Float64), yes
        case "all":
            return (~x.list.contains(0.0)).cast(pl.Float64), yes
        case "same":
            return low, (low == high).fill_null(False)
        case _:
            return pl.lit(None, dtype=pl.Float64), yes
