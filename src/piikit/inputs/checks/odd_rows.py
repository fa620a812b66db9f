"""Rows that are no area's: totals and notes at the foot of a table, and rows whose code and name disagree."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from attrs import evolve

from piikit.findings.finding import HIDDEN, Finding, cells_of
from piikit.findings.unknown import misspelt
from piikit.framework.areas import plain_name
from piikit.framework.edition import Edition
from piikit.inputs.keys import area_texts

TOTALS = frozenset(
    {
        "canuoc",
        "toanquoc",
        "vietnam",
        "chung",
        "tong",
        "tongcong",
        "tongso",
        "cong",
        "trungbinh",
        "trungbinhcanuoc",
        "trungbinhchung",
        "binhquan",
        "binhquanchung",
        "binhquancanuoc",
        "total",
        "sum",
        "average",
        "mean",
        "wholecountry",
        "country",
        "national",
    }
)
"""What stands where a row adds up the others, or gives their mean, without case and marks."""
ALIKE = 0.7
"""How alike the name of an area a text must be to be no note."""
BESIDE = frozenset({"area", "area_name", "period", "scenario", *HIDDEN.values()})
"""Columns in which a row of a note may hold something all the same."""


def foot_rows(found: Sequence[Finding], raw: pl.DataFrame, texts: pl.Series, names: Sequence[str]) -> list[Finding]:
    """The findings, with unknown areas that are totals or notes called so; `names` are those of the areas.

    A note is a row in which nothing but the cell of its area is filled, and that text is near no area: nothing is lost
    with it, so it is a warning.
    """
    return [_foot_row(item, raw, texts, names) if item.code == "unknown_area" else item for item in found]


def _foot_row(item: Finding, raw: pl.DataFrame, texts: pl.Series, names: Sequence[str]) -> Finding:
    text = str(item.params["text"])
    if plain_name(text) in TOTALS:
        return evolve(item, code="total_row", params={"text": text})
    if misspelt(text, names, least=ALIKE) is not None:
        return item
    rows = raw.filter((texts.str.strip_chars() == text).fill_null(False))
    figures = [name for name in rows.columns if name not in BESIDE]
    # Texts of blanks alone are empty cells; what is no text is empty where it is null.
    blank = [
        (pl.col(name).str.strip_chars().fill_null("") == "") if dtype == pl.String else pl.col(name).is_null()
        for name, dtype in rows.schema.items()
        if name in figures
    ]
    if blank and rows.select(pl.all_horizontal(blank).all()).item():
        return evolve(item, code="note_row", severity="warning", params={"text": text})
    return item


def other_names(raw: pl.DataFrame, located: pl.DataFrame, edition: Edition) -> tuple[pl.DataFrame, list[Finding]]:
    """The places of the rows, without those whose column `area_name` names another area than their column `area`.

    Codes change their meaning where areas merge: 24 was Bắc Giang and is Bắc Ninh. Which of the two is meant is not
    guessed.
    """
    if edition.areas is None or "area_name" not in raw.columns or raw.schema["area_name"] != pl.String:
        return located, []
    written = raw["area_name"].str.strip_chars()
    pairs = pl.DataFrame({"place": located["place"], "name": written}).drop_nulls().unique(maintain_order=True)
    own = _own_names(edition)
    wrong = [pair for pair in pairs.iter_rows() if pair not in own and _is_other(pair[1], pair[0], edition)]
    if not wrong:
        return located, []
    marks = pl.Series([False]).new_from_index(0, raw.height)
    found = []
    for place, name in wrong:
        here = ((located["place"] == place) & (written == name)).fill_null(False)
        marks = marks | here
        area = edition.areas.areas[place]
        cells = _cells(raw.filter(here), located.filter(here), area_texts(raw).filter(here))
        params = {"name": name, "own": area.name, "areas": edition.areas.id}
        found.append(Finding(code="area_name_differs", column="area", params=params, cells=cells))
    return located.with_columns(pl.when(~marks).then(pl.col("place")).alias("place")), found


def _own_names(edition: Edition) -> frozenset[tuple[int, str]]:
    """Each area's place and name, but for names that may mean another area; remembered on the edition."""
    known: frozenset[tuple[int, str]] | None = edition.memo.get("own_names")
    if known is None:
        names = enumerate(area.name for area in edition.areas.areas) if edition.areas is not None else ()
        known = frozenset((place, name) for place, name in names if not _is_other(name, place, edition))
        edition.memo["own_names"] = known
    return known


def _is_other(name: str, place: int, edition: Edition) -> bool:
    assert edition.areas is not None
    match = edition.areas.match(name)
    return match != (place,) if match else edition.areas.successor_of(name) is not None


def _cells(raw: pl.DataFrame, located: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    rows = located.select("area", "area_name").with_columns(texts.alias("@value"))
    rows = rows.with_columns(raw[name] for name in HIDDEN.values() if name in raw.columns)
    period = raw["period"].cast(pl.String) if "period" in raw.columns else pl.lit(None, dtype=pl.String)
    return cells_of(rows.with_columns(period.alias("period")), pl.col("@value"))
