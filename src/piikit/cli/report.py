"""The command `piikit report`: a result and its plan as a document of Word."""

from __future__ import annotations

from pathlib import Path

import click

from piikit.cli import options
from piikit.cli.progress import bar
from piikit.files.safe_writing import portable
from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages
from piikit.office.reports.documents import KINDS, agency_ids, report
from piikit.results.writers import ReportKind


@click.command("report")
@options.data
@options.edition
@options.scores
@options.bounds
@click.option("--plan", "-p", required=True, metavar="ID|FILE", help="The plan that is reported on.")
@click.option("--baseline-edition", metavar="ID|FILE", help="Edition of the baseline; the plan's own where not given.")
@click.option("--baseline", metavar="FILE", help="Data of the baseline that targets are measured from.")
@click.option("--baseline-scores", metavar="FILE", help="Published scores or ranks of the baseline.")
@click.option(
    "--kind",
    "-k",
    type=click.Choice(KINDS),
    default="province",
    show_default=True,
    help="Who it is for or of: the province, the Ministry, an agency on its part.",
)
@click.option("--agency", "-a", metavar="ID", help="The agency; with kind agency all, a file each, where not given.")
@click.option("--on", metavar="DATE", help="The day on which tasks stand; the end of the period where not given.")
@click.option("--progress", metavar="FILE", help="Progress of tasks: task, started, done, evidence, note.")
@click.option("--letterhead", metavar="FILE", help="Who writes, number, date, signer, recipients; JSON.")
@click.option(
    "--output",
    "-o",
    required=True,
    metavar="FILE|FOLDER",
    help="The document to write; a folder for the reports of all agencies.",
)
@options.keep
@options.severity
@options.block
@options.only
@options.lang
def report_command(
    data: str | None,
    edition: str,
    scores: str | None,
    bounds: str | None,
    plan: str,
    baseline_edition: str | None,
    baseline: str | None,
    baseline_scores: str | None,
    kind: ReportKind,
    agency: str | None,
    on: str | None,
    progress: str | None,
    letterhead: str | None,
    output: str,
    on_findings: str,
    severity: tuple[str, ...],
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
) -> None:
    """Write a report on DATA and a plan as a Word document.

    DATA is a file, or - for standard input.
    """
    engine = options.engine_of(block, only, severity)
    several = kind == "agency" and agency is None
    if several and Path(output).suffix.lower() == ".docx":
        raise UsageError(f"{output}: the reports of all agencies go into a folder; for one of them give --agency")
    rows = options.table_of(data, lang)
    with bar(output) as tell:
        before = options.baseline_of(engine, plan, baseline_edition, baseline, baseline_scores, lang)
        result = engine.evaluate(
            rows,
            edition,
            scores=scores,
            bounds=bounds,
            plan=plan,
            baseline=before,
            on_findings=on_findings,  # type: ignore[arg-type]
            lang=lang,
        )
        if several:
            Path(output).mkdir(parents=True, exist_ok=True)
        wanted: list[str | None] = [*agency_ids(result, on)] if several else [agency]
        written = []
        for place, id in enumerate(wanted):
            path = Path(output) / portable(f"{id}.docx") if several else Path(output)
            tell(path.name, place, len(wanted))
            written.append(
                report(
                    result,
                    path,
                    kind,
                    agency=id,
                    on=on,
                    progress=progress,
                    letterhead=letterhead,
                )
            )
    for file in written:
        click.echo(messages(lang).text("cli.written", path=file), err=True)
