"""What the commands print: tables for people, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
import polars as pl

from piikit.findings.finding import FIRST, Findings
from piikit.findings.messages import Lang, messages, number

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 140
"""Columns where the output is no terminal and nobody says how wide it is."""


def console(*, err: bool = False) -> Console:
    """A console on standard output or standard error, made anew so that it sees the streams of this moment."""
    from rich.console import Console  # noqa: PLC0415 (rich costs what click does, and much is said without it)

    stream = sys.stderr if err else sys.stdout
    return Console(
        file=stream, highlight=False, markup=False, emoji=False, width=None if stream.isatty() else PIPE_WIDTH
    )


def show_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def heading(text: str) -> None:
    """A line that starts a part."""
    note("")
    note(text, style="bold")


def note(text: str, *, style: str = "", err: bool = False) -> None:
    """A text of its own lines, never read as markup, on standard output or standard error."""
    from rich.text import Text  # noqa: PLC0415 (as above)

    console(err=err).print(Text(text, style=style))


def show_first(found: Findings, lang: Lang) -> None:
    """The warnings that stand before everything else."""
    for item in found:
        if item.code in FIRST:
            note(f"! {item.line(lang)}", style="yellow")


def show_findings(found: Findings, lang: Lang) -> None:
    """Errors and warnings, grouped, on standard error; remarks are counted only."""
    shown = Findings(item for item in found.of("error", "warning") if item.code not in FIRST)
    if shown:
        note(shown.grouped(lang), err=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, lang: Lang, decimals: int | None = None) -> None:
    """A table; numbers to the right and in the reader's language, everything else as text."""
    from rich.table import Table  # noqa: PLC0415 (as above)
    from rich.text import Text  # noqa: PLC0415 (as above)

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    numeric = [any(isinstance(row[place], int | float) for row in rows) for place in range(len(columns))]
    for name, right in zip(columns, numeric, strict=True):
        grid.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(_cell(cell, lang, decimals)) for cell in row))
    console().print(grid)


def _cell(cell: Any, lang: Lang, decimals: int | None) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return number(cell, lang, decimals if isinstance(cell, float) else None)


def attainment_table(frame: pl.DataFrame, *, lang: Lang) -> None:
    """The judgement of a plan: what was asked, what is, what is missing, and why."""
    words = messages(lang)
    names = [
        words.text(f"label.{key}")
        for key in ("target", "code", "condition", "required", "actual", "gap", "status", "reason")
    ]
    rows = []
    # A target with one condition is one line; one with several is a line of its own above them.
    for (target, *_), part in frame.group_by(["target", "period", "scenario"], maintain_order=True):
        conditions, whole = part.head(-1), part.row(-1, named=True)
        if conditions.height != 1:
            # What its conditions do not say stands in its own line: a count of members, or its words.
            own = whole["reason_code"] == "words_only" or whole["required"] is not None
            figures = [whole[key] if whole[key] is not None else "" for key in ("required", "actual", "gap")]
            rows.append(
                [
                    target,
                    whole["code"] or "",
                    "",
                    *figures,
                    words.text(f"status.{whole['status']}"),
                    whole["reason"] if own else "",
                ]
            )
        indent = "  " if conditions.height > 1 else ""
        for row in conditions.iter_rows(named=True):
            comparison = f"{words.text('label.' + row['metric'])} {words.text('comparison.' + row['condition'])}"
            figures = [row[key] for key in ("required", "actual", "gap")]
            status = words.text(f"status.{row['status']}")
            rows.append(
                [
                    f"{indent}{target}" if not indent else "",
                    row["code"] or "",
                    f"{indent}{comparison}",
                    *figures,
                    status,
                    row["reason"],
                ]
            )
    table(names, rows, lang=lang)
