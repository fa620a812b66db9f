"""The commands that list what is installed: plugins, editions."""

from __future__ import annotations

from typing import Any

import click

from piikit.cli import options
from piikit.cli.output import heading, note, show_json, table
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import Lang, messages
from piikit.registry.hooks import HOOKS


@click.command()
@click.argument("name", required=False)
@click.option(
    "--hook",
    type=click.Choice([hook.removeprefix("piikit_") for hook in HOOKS]),
    multiple=True,
    help="Those that provide something by this hook; can be repeated.",
)
@click.option(
    "--state",
    type=click.Choice(["loaded", "failed", "blocked"]),
    multiple=True,
    help="Those in this state; can be repeated.",
)
@options.block
@options.only
@options.lang
@options.as_json
def plugins(
    name: str | None,
    hook: tuple[str, ...],
    state: tuple[str, ...],
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """List the plugins, what they provide, and why one failed.

    NAME shows one of them in full. The exit code is 1 where one that is listed failed.
    """
    rows = options.engine_of(block, only).plugins(lang=lang).to_dicts()
    if name is not None:
        _check_name(name, [row["name"] for row in rows])
        rows = [row for row in rows if row["name"] == name]
    rows = [row for row in rows if not state or row["state"] in state]
    rows = [row for row in rows if not hook or {what.partition(":")[0] for what in row["provides"]} & set(hook)]
    if as_json:
        show_json(rows)
    elif name is None:
        _list(rows, lang)
    else:
        _details(rows, lang)
    if any(row["state"] == "failed" for row in rows):
        raise SystemExit(1)


def _check_name(name: str, known: list[str]) -> None:
    if name not in known:
        near = nearest(name, known, cutoff=0.6)
        shown = f"; did you mean {near!r}?" if near else "."
        raise UsageError(f"no plugin named {name!r}{shown} Known: {', '.join(dict.fromkeys(known))}")


def _list(rows: list[dict[str, Any]], lang: Lang) -> None:
    words = messages(lang)
    names = [words.text(f"label.{key}") for key in ("plugin", "version", "state", "provides", "cause")]
    cells = [
        [
            row["name"],
            row["version"],
            words.text(f"plugin_state.{row['state']}"),
            _counted(row["provides"]),
            row["cause"] or "",
        ]
        for row in rows
    ]
    table(names, cells, lang=lang)


def _details(rows: list[dict[str, Any]], lang: Lang) -> None:
    """All that is known of plugins of one name, a line a thing."""
    words = messages(lang)
    for row in rows:
        source = " ".join(part for part in (row["distribution"], row["version"]) if part)
        heading(f"{row['name']}{f' ({source})' if source else ''}: {words.text('plugin_state.' + row['state'])}")
        if row["cause"]:
            note(f"{words.text('label.cause')}: {row['cause']}", style="red")
        for text in row["warnings"]:
            note(f"! {text}", style="yellow")
        for text in row["provides"]:
            kind, _, what = text.partition(":")
            note(f"  {kind}: {what}")


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
def editions(block: tuple[str, ...], only: tuple[str, ...], lang: Lang, as_json: bool) -> None:
    """List the editions of the index that are installed.

    An edition stands with its status, period, areas and number of indicators.
    """
    frame = options.engine_of(block, only).editions()
    if as_json:
        show_json(frame.to_dicts())
        return
    words = messages(lang)
    names = [words.text(f"label.{key}") for key in ("edition", "status", "period", "areas", "indicators", "title")]
    rows = [
        [
            row["id"],
            row["status"],
            row["period"],
            f"{row['areas'] or '–'} ({row['n_areas'] or '–'})",
            row["n_indicators"],
            row[f"title_{lang}"],
        ]
        for row in frame.iter_rows(named=True)
    ]
    table(names, rows, lang=lang)
