"""Data of former areas on the areas that took them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import polars as pl
from attrs import evolve

from piikit.files.read import read
from piikit.files.wide_columns import is_kind, value_column, without_kind
from piikit.findings.errors import InputError, UsageError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang, Phrase
from piikit.findings.severities import apply_policy
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs import Table, assemble
from piikit.inputs.checks.consistency import cleared
from piikit.inputs.keys import with_period
from piikit.inputs.long import from_sdmx
from piikit.inputs.merged_rows import MERGED_FROM, merged_finding
from piikit.inputs.mergers import remarks as said
from piikit.inputs.mergers.combine import put_together
from piikit.inputs.mergers.merged import JOINED, Merged
from piikit.inputs.mergers.rules import MergeRule, RuleLike, chosen
from piikit.inputs.mergers.successions import Links, link
from piikit.inputs.mergers.weights import NO_WEIGHTS, read_weights, with_weights
from piikit.inputs.table import SAMPLE

WHOLE = 2.0**53
"""Up to here every whole number is exact as a 64-bit float."""
_NOT_FIGURES = ("area", "area_name", "period", "scenario", "region")


def merge(
    data: Any,
    *,
    reading: Edition,
    target: Edition,
    catalogue: Catalogue,
    rules: Mapping[str, RuleLike],
    weights: Any = None,
    before: str | None = None,
    partial: bool = False,
    policy: Mapping[str, str],
    on_findings: Literal["raise", "keep"] = "raise",
    lang: Lang = "en",
) -> Merged:
    """See `piikit.merge_areas`; `reading` is the edition on the former areas, `target` the one on those merged to."""
    assert reading.areas is not None and target.areas is not None
    catalogue = reading.within(catalogue)
    links = link(reading.areas, target.areas, lang=lang)
    source = read(data)
    raw = from_sdmx(source.frame)
    early = _before(raw, reading, _break(before, target))
    table = assemble(evolve(source, frame=raw.filter(early)), reading, catalogue)
    late = None
    if not early.all():
        late = assemble(evolve(source, frame=raw.filter(~early), findings=()), target, catalogue)
    # That no row is left to merge is said as such; the table itself is not empty.
    own = [item for item in table.findings if item.code != "no_rows" or late is None]
    brought = read_weights(weights, reading) if weights is not None else NO_WEIGHTS
    found = apply_policy([*own, *(late.findings if late else ()), *brought.findings], policy)
    if on_findings == "raise":
        _raise_errors(found, reading, lang)
    columns = [*table.items, *(value_column(code) for code in table.codes)]
    names = [without_kind("value", name) for name in columns]
    known = [*sorted(reading.items), *reading.indicators]
    by_name = chosen(names, rules, catalogue.items, known)
    by_column = dict(zip(columns, (by_name[name] for name in names), strict=True))
    wanted = list(dict.fromkeys(rule.weight for rule in by_column.values() if rule.weight))
    _check_weights(wanted, by_name, [*known, *brought.names])
    frame = with_weights(cleared(table.frame, found) if found.errors else table.frame, brought, wanted)
    groups = tuple(name for name in frame.columns if frame.schema[name] == pl.String and name not in _NOT_FIGURES)
    whole = put_together(frame, links, by_column, groups, partial=partial)
    whole, overflows = said.finite(whole, links, list(by_column))
    about = [*overflows, *said.findings(whole, frame, links, by_column, allowed=partial), *_about_rows(whole, links)]
    if frame.is_empty():
        params = {"before": _break(before, target), "list": target.areas.id}
        about.append(Finding(code="nothing_merged", severity="warning", column="period", params=params))
    every = found + apply_policy(about, policy)
    if on_findings == "raise":
        _raise_errors(every, reading, lang)
    return Merged(
        data=_data(whole, links, table, late, catalogue),
        edition=target,
        rules=by_name,
        found=every.sorted(),
        whole=whole,
        frame=frame,
        links=links,
        remarks=_remarks(table, links, names),
        lang=lang,
    )


def _raise_errors(found: Findings, reading: Edition, lang: Lang) -> None:
    if found.errors:
        raise InputError(found.errors, title=Phrase("usage.bad_data", edition=reading.id), lang=lang)


# -- which rows --------------------------------------------------------------------------------------------------


def _break(before: str | None, target: Edition) -> str | None:
    """The first period that is on the new areas: the year in which their list began, unless the caller says another."""
    started = target.areas.document.get("valid_from") if target.areas else None
    return before if before is not None else str(started)[:4] if started else None


def _before(raw: pl.DataFrame, reading: Edition, first: str | None) -> pl.Series:
    """The rows to merge. Without a period column, or a date of the merger, these are all."""
    every = pl.Series("early", [True]).new_from_index(0, raw.height)
    if "period" not in raw.columns or first is None:
        return every
    texts = with_period(raw.select("period"), reading)["period"]
    odd = texts.filter(~texts.str.contains(r"^\d{4}")).unique(maintain_order=True).to_list()
    if odd:
        raise UsageError("period_without_year", value=[repr(text) for text in odd[:6]], first=first)
    return (texts < first).rename("early")


def _check_weights(wanted: list[str], rules: Mapping[str, MergeRule], known: list[str]) -> None:
    """A weight that the caller named must be something; one that an item's description names may be absent."""
    own = {rule.weight for rule in rules.values() if rule.basis == "caller"}
    wrong = [name for name in wanted if name in own and name not in known]
    if wrong:
        raise UsageError("no_merge_weight", names=[repr(name) for name in wrong])


# -- what comes out ----------------------------------------------------------------------------------------------


def _about_rows(whole: pl.DataFrame, links: Links) -> list[Finding]:
    rows = said.named(whole.filter(pl.col("n_parts") > 1), links)
    return [] if rows.is_empty() else [merged_finding(rows, len(links.current))]


def _data(whole: pl.DataFrame, links: Links, table: Table, late: Table | None, catalogue: Catalogue) -> pl.DataFrame:
    """The merged rows and those after the break, by period and in the order of the current list."""
    order = {code: place for place, code in enumerate(links.current.codes)}
    parts = [_marked(whole, table)]
    if late is not None:
        rest = late.frame.rename({"area": "target"}).drop("area_name", "scenario", "region", strict=False)
        parts.append(_marked(rest.with_columns(pl.lit(None, dtype=pl.String).alias(MERGED_FROM)), late))
    frame = pl.concat(
        [part.select(c for c in part.columns if not c.startswith("@")) for part in parts], how="diagonal_relaxed"
    )
    frame = said.named(frame, links).sort("period", pl.col("target").replace_strict(order, return_dtype=pl.Int32))
    frame = frame.rename({name: without_kind("value", name) for name in frame.columns if is_kind("value", name)})
    figures = [name for name, dtype in frame.schema.items() if dtype == pl.Float64]
    texts = [
        name
        for name in frame.columns
        if name not in {"area", "area_name", "target", "n_parts", "period", MERGED_FROM, "status", *figures}
    ]
    status = ["status"] if frame["status"].null_count() < frame.height else []
    whole_numbers = [
        name for name in figures if catalogue.items.get(name, {}).get("type") == "integer" and _is_whole(frame[name])
    ]
    return frame.select(
        pl.col("area_name").alias("area"), "period", *status, MERGED_FROM, *texts, *figures
    ).with_columns(pl.col(whole_numbers).cast(pl.Int64))


def _is_whole(column: pl.Series) -> bool:
    return bool(((column.floor() == column) & (column.abs() <= WHOLE)).all())


def _marked(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    made_up = any(item.code == "sample_data" for item in table.findings)
    return frame.with_columns(pl.lit(SAMPLE if made_up else None, dtype=pl.String).alias("status"))


def _remarks(table: Table, links: Links, names: list[str]) -> pl.DataFrame:
    """What long data said of the figures of the parts: each attribute's different texts, one after the other."""
    trail = table.trail.filter(pl.col("used") & pl.col("code").is_in(names))
    pairs = links.parts.select("area", "target")
    joined = said.named(trail.join(pairs, on="area", how="left", maintain_order="left"), links)
    grouped = joined.group_by("area_name", "period", "code", maintain_order=True).agg(
        pl.when((pl.col(name) == SAMPLE).any())
        .then(pl.lit(SAMPLE))
        .otherwise(pl.col(name).drop_nulls().unique(maintain_order=True).str.join("; "))
        .replace("", None)
        .alias(name)
        for name in JOINED
    )
    return grouped.rename({"area_name": "area", "code": "item"})
