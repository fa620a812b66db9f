"""The command `piikit collect`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl

from piikit.cli import options
from piikit.cli.language import lang_option
from piikit.cli.output import heading, note, show_json, table
from piikit.cli.progress import bar
from piikit.findings.errors import UsageError
from piikit.findings.finding import FIRST
from piikit.findings.messages import Lang, messages
from piikit.office.forms.collect import collect
from piikit.office.forms.collected import WRITERS, Collected
from piikit.office.forms.decisions import write_open
from piikit.office.forms.returned_files import DECISIONS
from piikit.office.reports.findings import known_suffix, with_first, write_findings
from piikit.results.frames import FORMAT


@click.command("collect")
@click.argument("folder")
@click.option("--edition", "-e", metavar="ID|FILE", help="The edition; the one that most forms name where not given.")
@click.option("--plan", "-p", metavar="ID|FILE", help="The plan; the one that most forms name where not given.")
@click.option("--due", metavar="DATE", help="The day on which the forms were due.")
@click.option("--on", metavar="DATE", help="The day after which no figure can be dated.")
@click.option("--decisions", metavar="FILE", help="The table of decisions; decisions.csv in FOLDER where not given.")
@click.option("--write-decisions", is_flag=True, help="Add a row to it for each figure that waits for a decision.")
@click.option("--last", metavar="FILE", help="Last year's figures, to compare with.")
@click.option(
    "--output",
    "-o",
    multiple=True,
    metavar="FILE",
    help="Write the merged table to csv, xlsx, parquet or json; can be repeated.",
)
@click.option("--findings", "findings", metavar="FILE", help="Write what is wrong to csv, json or xlsx.")
@click.option("--force", is_flag=True, help="Write although there are errors; figures with an error are left out.")
@click.option("--dossier", metavar="DIR", help="Write values, evidence and what is missing into a new folder.")
@click.option("--evidence", metavar="DIR", help="The files of evidence; the folder evidence in FOLDER otherwise.")
@click.option("--contacts", metavar="FILE", help="Write the contact persons to a csv, for use inside the office.")
@options.block
@options.only
@lang_option("Language of messages.", default="vi")
@options.as_json
def collect_command(
    folder: str,
    edition: str | None,
    plan: str | None,
    due: str | None,
    on: str | None,
    decisions: str | None,
    write_decisions: bool,
    last: str | None,
    output: tuple[str, ...],
    findings: str | None,
    force: bool,
    dossier: str | None,
    evidence: str | None,
    contacts: str | None,
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Read the forms that came back into FOLDER, and say what is wrong with them."""
    _check_names(output, findings, contacts)
    path = Path(decisions) if decisions is not None else Path(folder) / DECISIONS
    # A table that is named must be there, but where it is to be made.
    named = None if decisions is None or (write_decisions and not path.is_file()) else path
    with bar(folder, quiet=as_json) as tell:
        back = collect(
            folder,
            edition,
            plan,
            decisions=named,
            evidence=evidence,
            due=due,
            on=on,
            last=last,
            lang=lang,
            engine=options.engine_of(block, only),
            tell=tell,
        )
    if as_json:
        show_json(_json(back))
    else:
        _show(back)
    told: list[str] = []
    made = path if write_decisions else None
    try:
        # The dossier copies files of evidence, which may be large.
        with bar(dossier or folder, quiet=as_json):
            for line in _write(back, made, output, findings, contacts, dossier, force=force):
                told.append(line)
    finally:
        for line in told:
            click.echo(line, err=True)
    if not back.sound:
        raise SystemExit(1)


def _check_names(output: tuple[str, ...], findings: str | None, contacts: str | None) -> None:
    """Wrong names are said before the work."""
    for path in output:
        if Path(path).suffix.lower() not in WRITERS:
            raise UsageError(f"{path}: the merged table is written as {', '.join(WRITERS)}")
    if findings is not None:
        known_suffix(findings)
    if contacts is not None and Path(contacts).suffix.lower() != ".csv":
        raise UsageError(f"{contacts}: contacts are written as .csv")


def _show(back: Collected) -> None:
    words = messages(back.lang)
    for notice in back.notices:
        if notice.code in FIRST:
            note(f"! {notice.line(back.lang)}", style="yellow")
    heading(words.text("collect.heading.received"))
    names = ("agency", "file", "status", "asked", "filled", "date")
    rows = [
        [
            row["name"] or row["agency"],
            row["file"],
            words.text(f"collect.status.{row['status']}"),
            row["asked"],
            row["filled"],
            None if row["date"] is None else str(row["date"]),
        ]
        for row in back.received.iter_rows(named=True)
    ]
    table([words.text(f"collect.label.{name}") for name in names], rows, lang=back.lang)
    if back.faults:
        heading(words.text("collect.heading.findings"))
        note("\n".join(back.lines()))
    note(words.text("collect.count", **counts(back)))
    severities = dict(back.findings.group_by("severity").len().iter_rows())
    note(words.text("label.findings", **{name: severities.get(name, 0) for name in ("error", "warning", "info")}))


def counts(back: Collected) -> dict[str, int]:
    """How many files, agencies and figures there are."""
    received = back.received.filter(pl.col("agency").is_not_null())
    by_status = {status: received.filter(status=status)["agency"].n_unique() for status in ("late", "missing")}
    came = received.filter(pl.col("status").is_in(["received", "late"]))["agency"].n_unique()
    return {
        "files": back.received["file"].drop_nulls().len(),
        "received": came,
        **by_status,
        "submitted": back.submitted["written"].drop_nulls().len(),
        "accepted": back.accepted.height,
    }


def _json(back: Collected) -> dict[str, object]:
    def rows(frame: pl.DataFrame) -> list[dict[str, object]]:
        return frame.with_columns(pl.selectors.date().dt.to_string("iso")).to_dicts()

    return {
        "format": FORMAT,
        "edition": back.edition.id,
        "edition_status": back.edition.status,
        "plan": back.plan.id,
        "warnings": [notice.line(back.lang) for notice in back.notices if notice.code in FIRST],
        "sound": back.sound,
        "counts": counts(back),
        "received": rows(back.received),
        "findings": rows(back.findings),
        "accepted": rows(back.accepted),
        "submitted": rows(back.submitted),
    }


def _write(
    back: Collected,
    decisions: Path | None,
    output: tuple[str, ...],
    findings: str | None,
    contacts: str | None,
    dossier: str | None,
    *,
    force: bool,
) -> Iterator[str]:
    """Write what was asked for, and say of each file that it is there, and of those held back why."""
    words = messages(back.lang)
    if findings is not None:
        yield words.text(
            "cli.written", path=write_findings(with_first(back.findings, back.notices, back.lang), findings)
        )
    if contacts is not None:
        yield words.text("collect.internal", path=back.write_contacts(contacts))
    if decisions is not None:
        yield words.text("collect.decisions_added", path=str(decisions), n=write_open(decisions, back.open))
    wanted = [*output, *([dossier] if dossier is not None else [])]
    if wanted and not (back.sound or force):
        errors = back.findings.filter(severity="error").height
        yield words.text("collect.withheld", n=errors, paths=wanted)
        return
    for path in output:
        yield words.text("cli.written", path=back.write(path, force=force))
    if dossier is not None:
        yield words.text("cli.written", path=back.dossier(dossier, force=force))
