"""Rows that were put together from former areas say so in a column, and every result of them says it too."""

from __future__ import annotations

import polars as pl

from piikit.findings.finding import Finding
from piikit.framework.areas import plain_name
from piikit.framework.edition import Edition

MERGED_FROM = "merged_from"
"""The column with the names of the parts of a merged row, separated by `SEPARATOR`; empty where nothing was merged."""
SEPARATOR = ", "


def merged_finding(rows: pl.DataFrame, n: int) -> Finding:
    """The warning on rows (area, area_name, period, merged_from) whose figures were put together; n areas in all."""
    cells = rows.select("area", "area_name", "period", pl.col(MERGED_FROM).alias("value"))
    return Finding(code="merged_areas", severity="warning", column="area", params={"n": n}, cells=cells)


def merged_rows(keyed: pl.DataFrame, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    """What a table says of its merged rows: which they are, and an error where they are on another list of areas.

    Rows on another list lose their place, so that none of them is used.

    A row of Bắc Ninh that was merged from Bắc Giang and Bắc Ninh is no row of the former Bắc Ninh: names and codes
    outlive the areas that they stood for.
    """
    if MERGED_FROM not in keyed.columns or keyed.schema[MERGED_FROM] != pl.String:
        return keyed, []
    text = pl.col(MERGED_FROM).str.strip_chars()
    keys = ["area", "area_name", "period", MERGED_FROM]
    rows = keyed.filter((text != "") & pl.col("area").is_not_null()).select(keys).unique(maintain_order=True)
    if rows.is_empty():
        return keyed, []
    if edition.areas is None:
        return keyed, [merged_finding(rows, rows.height)]
    parts = rows.with_columns(pl.col(MERGED_FROM).str.split(SEPARATOR).alias("part")).explode("part")
    # A part is an area of the edition by its own name: an alias may live on in the successor.
    own = {area.name: area.code for area in edition.areas.areas}
    plain = {plain_name(name): code for name, code in own.items()}
    texts = parts["part"].unique().to_list()
    meant = {text: own.get(text) or plain.get(plain_name(text)) for text in texts if text}
    code = pl.col("part").replace_strict(meant, default=None, return_dtype=pl.String)
    wrong = parts.filter(code.is_not_null() & (code != pl.col("area"))).unique(keys, maintain_order=True)
    if wrong.is_empty():
        return keyed, [merged_finding(rows, len(edition.areas))]
    cells = wrong.select("area", "area_name", "period", pl.col(MERGED_FROM).alias("value"))
    params = {"edition": edition.id, "areas": edition.areas.id}
    out = keyed.join(wrong.select(keys).with_columns(out=pl.lit(True)), on=keys, how="left", maintain_order="left")[
        "out"
    ]
    keyed = keyed.with_columns(pl.when(out.is_null()).then(pl.col("place")).alias("place"))
    sound = rows.join(wrong, on=keys, how="anti", maintain_order="left")
    found = [merged_finding(sound, len(edition.areas))] if not sound.is_empty() else []
    return keyed, [*found, Finding(code="merged_elsewhere", column="area", params=params, cells=cells)]
