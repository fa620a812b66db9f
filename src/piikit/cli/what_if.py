"""Scenarios beside the base, for people."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from piikit.cli.output import table
from piikit.files.wide_columns import rank_column, score_column
from piikit.findings.messages import Lang, messages, number
from piikit.inputs.keys import BASE
from piikit.result import Result, frames_of


def scenario_table(result: Result, codes: Sequence[str], shown: Sequence[str], *, lang: Lang) -> None:
    """A line an area and node, a column a scenario: score and rank.

    Args:
        result: with scenarios.
        codes: the nodes.
        shown: the areas to fall back on where the scenarios name none.
        lang: the language of labels and numbers.
    """
    run = frames_of(result).what_if
    assert run is not None
    words = messages(lang)
    base = frames_of(result).wide.filter(pl.col("scenario") == BASE)
    named = {
        base["area"][int(row)]
        for changes in run.changes.values()
        for placed in changes
        if placed.change.areas is not None
        for row in placed.rows
    }
    wanted = [area for area in base["area"].unique(maintain_order=True) if area in named] or list(shown)
    ids = [BASE, *(scenario.id for scenario in run.scenarios)]
    figures = {
        (row["area"], row["period"], row["scenario"]): row
        for row in frames_of(result).wide.filter(pl.col("area").is_in(wanted)).iter_rows(named=True)
    }
    places = [key[:2] for key in figures if key[2] == BASE]
    rows = []
    for place in sorted(places, key=lambda place: (wanted.index(place[0]), place[1])):
        for code in codes:
            cells = [
                _cell(figures.get((*place, name), {}), code, lang, result.edition.display_decimals) for name in ids
            ]
            rows.append([figures[*place, BASE]["area_name"], place[1], code, *cells])
    table([words.text(f"label.{key}") for key in ("area", "period", "code")] + ids, rows, lang=lang)


def _cell(row: dict[str, object], code: str, lang: Lang, decimals: int) -> str:
    score, rank = row.get(score_column(code)), row.get(rank_column(code))
    shown = number(score if isinstance(score, float) else None, lang, decimals)
    return f"{shown} ({'–' if rank is None else rank})"
