"""The command `piikit merge`: data of former areas on the areas that took them in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import polars as pl

from piikit.cli import options
from piikit.cli.output import note, show_json
from piikit.cli.progress import bar
from piikit.files.safe_writing import formula_safe, warned, write_whole
from piikit.findings.errors import UsageError
from piikit.findings.finding import FIRST, Findings
from piikit.findings.messages import Lang, messages
from piikit.inputs.merged_rows import MERGED_FROM
from piikit.inputs.mergers import Merged, RuleLike
from piikit.results.frames import FORMAT


def _csv(merged: Merged, frame: pl.DataFrame) -> bytes:
    return formula_safe(merged.as_csv(frame)).write_csv().encode()


def _parquet(merged: Merged, frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _json(merged: Merged, frame: pl.DataFrame) -> bytes:
    return (json.dumps(frame.to_dicts(), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


WRITERS: Mapping[str, Callable[[Merged, pl.DataFrame], bytes]] = {".csv": _csv, ".parquet": _parquet, ".json": _json}


@click.command()
@options.data
@options.edition
@click.option("--to", default="vn-34", show_default=True, metavar="LIST", help="The list of areas to merge to.")
@click.option("--former", metavar="LIST", help="The list the data are on; that of the edition where not given.")
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="ITEM=RULE",
    help="How to merge an item or indicator: sum, mean:WEIGHT, min, max, any, all, same, none; can be repeated.",
)
@click.option("--weights", metavar="FILE", help="A table of weights: area, period, a column a weight.")
@click.option("--before", metavar="PERIOD", help="The first period whose rows are on the new areas already.")
@click.option("--partial", is_flag=True, help="Put together the parts that have a figure where others have none.")
@click.option("--long", "long", is_flag=True, help="A long table, with the source of each figure.")
@click.option("--output", "-o", metavar="FILE", help="Write csv, json or parquet; without it csv is printed.")
@click.option("--edition-output", metavar="FILE", help="Write the edition on the new areas, for piikit evaluate.")
@options.keep
@options.severity
@options.block
@options.only
@options.lang
@options.as_json
def merge(
    data: str | None,
    edition: str,
    to: str,
    former: str | None,
    rules: tuple[str, ...],
    weights: str | None,
    before: str | None,
    partial: bool,
    long: bool,
    output: str | None,
    edition_output: str | None,
    on_findings: str,
    severity: tuple[str, ...],
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Put the figures of former areas in DATA together for those of another list.

    DATA is a file, or - for standard input.
    """
    if output is not None and Path(output).suffix.lower() not in WRITERS:
        raise UsageError(f"{output}: merged data can be written as {', '.join(WRITERS)}")
    engine = options.engine_of(block, only, severity)
    rows, chosen = options.table_of(data, lang), dict(map(_rule, rules))
    with bar(data or edition, quiet=as_json):
        merged = engine.merge_areas(
            rows,
            edition,
            to,
            former=former,
            rules=chosen,
            weights=weights,
            before=before,
            partial=partial,
            on_findings=on_findings,  # type: ignore[arg-type]
            lang=lang,
        )
    frame = merged.long if long else merged.data
    if edition_output is not None:
        write_whole(edition_output, (json.dumps(merged.document, ensure_ascii=False, indent=1) + "\n").encode())
    if output is not None:
        write_whole(output, WRITERS[Path(output).suffix.lower()](merged, warned(frame, _first(merged, lang))))
    if as_json:
        show_json(
            {
                "format": FORMAT,
                "edition": merged.edition.id,
                "warnings": _first(merged, lang),
                "findings": merged.findings.to_dicts(),
                "data": frame.to_dicts(),
            }
        )
    elif output is None:
        click.echo(_csv(merged, frame).decode(), nl=False)
    if not as_json:
        _show(merged, output, lang)
    if merged.found.errors:
        raise SystemExit(1)


def _show(merged: Merged, output: str | None, lang: Lang) -> None:
    """What was found, remarks too: a rule by which figures came about is no detail."""
    for line in _first(merged, lang):
        note(f"! {line}", style="yellow", err=True)
    note(Findings(item for item in merged.found if item.code not in FIRST).grouped(lang), err=True)
    if output is not None:
        count = merged.data[MERGED_FROM].drop_nulls().len()
        note(messages(lang).text("merge.written", path=output, n=merged.data.height, merged=count), err=True)


def _first(merged: Merged, lang: Lang) -> list[str]:
    """What must be known of the data and the edition before anything else."""
    about = Findings((*merged.edition.notices(), *merged.found)).sorted()
    return [item.line(lang) for item in about if item.code in FIRST]


def _rule(text: str) -> tuple[str, RuleLike]:
    name, equals, rule = text.partition("=")
    if not equals:
        raise click.UsageError(f"--rule takes ITEM=RULE, as par_index=mean:population, not {text!r}")
    kind, colon, weight = rule.strip().partition(":")
    spec: Any = {"mean": weight.strip()} if kind == "mean" and colon else rule.strip()
    return name.strip(), spec
