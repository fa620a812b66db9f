"""The command `piikit audit`: the figures by which an index is audited, as one workbook."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from piikit.analysis.audit import Audit
from piikit.cli import options
from piikit.cli.output import note, show_first, show_json, table
from piikit.cli.progress import bar
from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages


@click.command("audit")
@options.data
@options.edition
@options.scores
@options.bounds
@click.option("--period", help="One period only; all where not given, each by itself.")
@click.option(
    "--on",
    type=click.Choice(["score", "value", "treated"]),
    default="score",
    show_default=True,
    help="What stands for an indicator in correlations, alpha and components.",
)
@click.option(
    "--threshold",
    "limits",
    multiple=True,
    metavar="NAME=NUMBER",
    help="From which figure on to flag, as collinear=0.95; can be repeated.",
)
@click.option("--output", "-o", metavar="FILE", help="Write the workbook, xlsx.")
@options.keep
@options.severity
@options.block
@options.only
@options.lang
@options.as_json
def audit_command(
    data: str | None,
    edition: str,
    scores: str | None,
    bounds: str | None,
    period: str | None,
    on: str,
    limits: tuple[str, ...],
    output: str | None,
    on_findings: str,
    severity: tuple[str, ...],
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Audit an index on DATA: gaps, spread, correlations, alpha, components.

    DATA is a file, or - for standard input. What passes a threshold is listed; the exit code is 0 all the same.
    """
    if output is not None and Path(output).suffix.lower() != ".xlsx":
        raise UsageError(f"{output}: an audit is written as .xlsx, not {Path(output).suffix!r}")
    thresholds = dict(map(_limit, limits))
    engine = options.engine_of(block, only, severity)
    rows = options.table_of(data, lang)
    with bar(data or edition, quiet=as_json):
        result = engine.evaluate(
            rows,
            edition,
            scores=scores,
            bounds=bounds,
            on_findings=on_findings,  # type: ignore[arg-type]
            lang=lang,
        )
        found = result.audit(period=period, on=on, thresholds=thresholds, lang=lang)  # type: ignore[arg-type]
        written = found.write(output) if output is not None else None
    if as_json:
        flags = found.flags.with_columns(pl.col("figure").fill_nan(None)).to_dicts()
        show_json({"edition": found.edition.id, "record": result.record["id"], "flags": flags})
    else:
        _show(found, lang)
    if written is not None:
        click.echo(messages(lang).text("cli.written", path=written), err=True)


def _limit(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise click.UsageError(f"--threshold takes NAME=NUMBER, as collinear=0.95, not {text!r}") from None


def _show(found: Audit, lang: Lang) -> None:
    words = messages(lang)
    note(f"{found.edition.id} · {words.of(found.edition.title)}")
    show_first(found.result.all_findings, lang)
    flags = found.flags
    counts = dict(flags.group_by("frame").len().iter_rows())
    about = {
        "gaps": ("availability", "areas"),
        "spread": ("statistics",),
        "pairs": ("correlations",),
        "alpha": ("consistency",),
        "parts": ("components",),
    }
    figures = {name: sum(counts.get(frame, 0) for frame in frames) for name, frames in about.items()}
    rows = [
        [
            words.text(f"audit.sheet.{row['frame']}"),
            row["period"],
            row["subject"] + (f" – {row['other']}" if row["other"] else ""),
            row["figure"],
            row["reason"],
        ]
        for row in flags.iter_rows(named=True)
    ]
    if rows:
        names = [
            words.text("audit.sheet.flags"),
            *(words.text(f"label.{key}") for key in ("period", "code", "value", "reason")),
        ]
        table(names, rows, lang=lang, decimals=3)
    note(words.text("audit.summary", flags=flags.height, cells=found.treatment.height, **figures))
