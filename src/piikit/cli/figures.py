"""The commands that work on data: evaluate, check, explain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import polars as pl

from piikit.cli import options
from piikit.cli.output import attainment_table, heading, note, show_findings, show_first, show_json, table
from piikit.cli.progress import bar
from piikit.cli.what_if import scenario_table
from piikit.engine import Engine
from piikit.files.pieces import too_large
from piikit.findings.errors import InputError, UsageError
from piikit.findings.finding import Findings
from piikit.findings.messages import Lang, messages
from piikit.findings.severities import apply_policy
from piikit.inputs.keys import BASE
from piikit.office.reports.findings import known_suffix, write_findings
from piikit.result import Result, frames_of
from piikit.results.frames import FORMAT
from piikit.results.writers import Decimal, Writer


@click.command()
@options.data
@options.edition
@options.scores
@options.bounds
@click.option("--plan", "-p", metavar="ID|FILE", help="An installed plan, or a plan document, to judge.")
@click.option("--baseline-edition", metavar="ID|FILE", help="Edition of the baseline; the plan's own where not given.")
@click.option("--baseline", metavar="FILE", help="Data of the baseline that targets are measured from.")
@click.option("--baseline-scores", metavar="FILE", help="Published scores or ranks of the baseline.")
@options.keep
@options.severity
@click.option(
    "--scenario",
    "-s",
    "scenarios",
    multiple=True,
    metavar="FILE",
    help="What if: a scenario document, or a list of them; can be repeated.",
)
@click.option("--level", metavar="NAME", help="Show the nodes of one level: index, sub_index, pillar, …")
@click.option("--top", default=20, show_default=True, help="How many areas to show; 0 shows all.")
@click.option(
    "--output", "-o", multiple=True, metavar="FILE", help="Write json, csv, parquet or xlsx; can be repeated."
)
@click.option("--decimal-comma", is_flag=True, help="Write csv for people: semicolons and decimal commas.")
@options.block
@options.only
@options.lang
@options.as_json
def evaluate(
    data: str | None,
    edition: str,
    scores: str | None,
    bounds: str | None,
    plan: str | None,
    baseline_edition: str | None,
    baseline: str | None,
    baseline_scores: str | None,
    on_findings: str,
    severity: tuple[str, ...],
    scenarios: tuple[str, ...],
    level: str | None,
    top: int,
    output: tuple[str, ...],
    decimal_comma: bool,
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Compute scores and ranks of DATA, and judge a plan.

    DATA is a file, or - for standard input.
    """
    engine = options.engine_of(block, only, severity)
    if data is not None and too_large(data):
        beside = [scores, plan, baseline, baseline_scores, *scenarios]
        _in_pieces(engine, str(data), edition, bounds, output, beside, on_findings, lang, as_json=as_json)
        return
    base = options.baseline_of(engine, plan, baseline_edition, baseline, baseline_scores, lang)
    rows = options.table_of(data, lang)
    try:
        with bar(data or edition, quiet=as_json):
            result = engine.evaluate(
                rows,
                edition,
                scores=scores,
                bounds=bounds,
                plan=plan,
                baseline=base,
                scenarios=scenarios,
                on_findings=on_findings,  # type: ignore[arg-type]
                lang=lang,
            )
    except InputError as error:
        if as_json:
            show_json(_refused(engine, edition, error.found, lang))
        raise
    signs: list[Decimal] = [_decimal(engine.writers, path) if decimal_comma else "." for path in output]
    if decimal_comma and "," not in signs:
        raise click.UsageError("--decimal-comma needs --output FILE.csv: other formats hold numbers, not their digits")
    written = []
    with bar(quiet=as_json) as tell:
        for place, (name, sign) in enumerate(zip(output, signs, strict=True)):
            tell(name, place, len(output))
            written.append(result.write(name, decimal=sign))
    if as_json:
        show_json(result.to_dict())
    else:
        _show(result, level, top, lang)
    for file in written:
        click.echo(messages(lang).text("cli.written", path=file), err=True)
    if result.all_findings.errors:
        raise SystemExit(1)


def _decimal(writers: Mapping[str, Writer], path: str) -> Decimal:
    """A comma where the format has one; the other files of the same call hold numbers."""
    writer = writers.get(Path(path).suffix.lower())
    return "," if writer is not None and writer.with_commas is not None else "."


def _in_pieces(
    engine: Engine,
    data: str,
    edition: str,
    bounds: str | None,
    output: tuple[str, ...],
    beside: list[str | None],
    on_findings: str,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """A file that does not fit into memory: its figures go to a parquet file, what is to be said to the screen."""
    words = messages(lang)
    if len(output) != 1 or Path(output[0]).suffix.lower() != ".parquet" or any(beside) or as_json:
        raise UsageError(words.text("cli.large_file", path=data))
    with bar(data):
        done = engine.stream(data, edition, to=output[0], bounds=bounds, on_findings=on_findings, lang=lang)  # type: ignore[arg-type]
    show_findings(done.all_findings, lang)
    note(words.text("label.findings", **done.all_findings.counts()))
    note(words.text("cli.record", id=done.record["id"]))
    click.echo(words.text("cli.written", path=done.path), err=True)
    if done.all_findings.errors:
        raise SystemExit(1)


def _refused(engine: Engine, edition: str, found: Findings, lang: Lang) -> dict[str, Any]:
    """The answer where nothing could be computed: the findings, and no figures."""
    framework = engine.edition(edition, lang=lang)
    rows = apply_policy(framework.notices() + found, engine.policy).sorted().frame(lang).to_dicts()
    about = {"id": framework.id, "status": framework.status, "title": dict(framework.title)}
    return {
        "format": FORMAT,
        "edition": about,
        "record": None,
        "findings": rows,
        "scores": [],
        "bounds": [],
        "attainment": [],
    }


def _show(result: Result, level: str | None, top: int, lang: Lang) -> None:
    words = messages(lang)
    edition = result.edition
    note(f"{edition.id} · {words.of(edition.title)}")
    show_first(result.all_findings, lang)
    root = edition.root
    scores, ranks = (result.table(metric).filter(pl.col("scenario") == BASE) for metric in ("score", "rank"))
    codes = edition.codes(level) if level else (root, *edition.codes("sub_index"), *edition.codes("pillar"))
    if not codes:
        raise UsageError(words.text("usage.unknown_level", value=level, known=list(edition.levels)))
    # The best of the whole first, whatever nodes are shown.
    order = ranks.with_row_index("row").sort(root, "row", nulls_last=True)["row"].to_list()
    shown = order[:top] if top else order
    rows = [
        [scores["area_name"][row], scores["period"][row], ranks[root][row], *(scores[code][row] for code in codes)]
        for row in shown
    ]
    heading(words.text("cli.evaluate"))
    rank = words.text("cli.rank_of", code=root) if level else words.text("label.rank")
    names = [words.text("label.area"), words.text("label.period"), rank]
    table([*names, *codes], rows, lang=lang, decimals=edition.display_decimals)
    if len(order) > len(shown):
        note(words.text("cli.more_rows", n=len(order) - len(shown)))
    if frames_of(result).what_if is not None:
        heading(words.text("cli.scenarios"))
        scenario_table(result, codes, [ranks["area"][row] for row in shown], lang=lang)
    if result.plan is not None:
        for (scenario,), part in result.attainment.group_by(["scenario"], maintain_order=True):
            heading(f"{words.text('cli.attainment')}: {words.of(result.plan.title)}" + _named(str(scenario)))
            attainment_table(part, lang=lang)
    show_findings(result.all_findings, lang)
    note(words.text("label.findings", **result.all_findings.counts()))
    note(words.text("cli.record", id=result.record["id"]))


def _named(scenario: str) -> str:
    return "" if scenario == BASE else f" · {scenario}"


@click.command()
@options.data
@options.edition
@options.scores
@options.bounds
@options.severity
@click.option(
    "--output",
    "-o",
    multiple=True,
    metavar="FILE",
    help="Write the findings to csv, json or xlsx, to send back; can be repeated.",
)
@options.block
@options.only
@options.lang
@options.as_json
def check(
    data: str | None,
    edition: str,
    scores: str | None,
    bounds: str | None,
    severity: tuple[str, ...],
    output: tuple[str, ...],
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Say everything that is wrong with DATA, without evaluating it.

    DATA is a file, or - for standard input.
    """
    for path in output:
        known_suffix(path)  # a wrong name is said before the work, and before one of several files is written
    engine = options.engine_of(block, only, severity)
    found = engine.findings(options.table_of(data, lang), edition, scores=scores, bounds=bounds, lang=lang)
    frame = found.frame(lang) if output or as_json else None
    written = [write_findings(frame, path) for path in output] if frame is not None else []
    if as_json and frame is not None:
        show_json({"format": FORMAT, "edition": edition, "findings": frame.to_dicts()})
    else:
        click.echo(found.grouped(lang))
        if not found.errors:
            click.echo(messages(lang).text("cli.nothing_found"))
    for target in written:
        click.echo(messages(lang).text("cli.written", path=target), err=True)
    if found.errors:
        raise SystemExit(1)


@click.command()
@click.argument("data")
@click.argument("area")
@click.argument("code")
@options.edition
@options.scores
@options.bounds
@click.option("--period", help="The period; the last one where not given.")
@options.keep
@options.block
@options.only
@options.lang
@options.as_json
def explain(
    data: str,
    area: str,
    code: str,
    edition: str,
    scores: str | None,
    bounds: str | None,
    period: str | None,
    on_findings: str,
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Say why AREA has its score of node CODE in DATA.

    DATA is a file, or - for standard input.
    """
    engine = options.engine_of(block, only)
    result = engine.evaluate(
        options.table_of(data, lang),
        edition,
        scores=scores,
        bounds=bounds,
        on_findings=on_findings,  # type: ignore[arg-type]
        lang=lang,
    )
    explanation = result.explain(area, code, period)
    if as_json:
        show_json(explanation.to_dict())
    else:
        show_first(result.all_findings, lang)
        click.echo(str(explanation))
