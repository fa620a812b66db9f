"""The commands that list what is installed: plugins, editions."""

from __future__ import annotations

import click

from piikit.cli import options
from piikit.cli.output import show_json, table
from piikit.messages import messages


@click.command()
@options.block
@options.only
@options.lang
@options.as_json
def plugins(block: tuple[str, ...], only: tuple[str, ...], lang: str, as_json: bool) -> None:
    """List plugins: their state, what they provide, and why one failed."""
    frame = options.engine_of(block, only).plugins()
    if as_json:
        show_json(frame.to_dicts())
        return
    words = messages(lang)
    names = [words.text(f"label.{key}") for key in ("plugin", "version", "state", "provides", "cause")]
    rows = [
        [row["name"], row["version"], row["state"], _counted(row["provides"]), row["cause"] or ""]
        for row in frame.iter_rows(named=True)
    ]
    table(names, rows, lang=lang)


def _counted(provides: list[str]) -> str:
    kinds: dict[str, list[str]] = {}
    for name in provides:
        kind, _, what = name.partition(":")
        kinds.setdefault(kind, []).append(what)
    return "; ".join(f"{len(names)} {kind}: {', '.join(names)}" for kind, names in kinds.items())


@click.command()
@options.block
@options.only
@options.lang
@options.as_json
def editions(block: tuple[str, ...], only: tuple[str, ...], lang: str, as_json: bool) -> None:
    """List editions: status, period, areas and indicators."""
    frame = options.engine_of(block, only).editions()
    if as_json:
        show_json(frame.to_dicts())
        return
    words = messages(lang)
    names = [words.text(f"label.{key}") for key in ("edition", "status", "period", "areas", "indicators", "title")]
    rows = [
        [row["id"], row["status"], row["period"], f"{row['areas'] or '–'} ({row['n_areas'] or '–'})",
         row["n_indicators"], row[f"title_{lang}"]]
        for row in frame.iter_rows(named=True)
    ]  # fmt: skip
    table(names, rows, lang=lang)
