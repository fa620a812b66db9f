"""The command `piikit year`: the folder of a year, run again and again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from piikit.cli import options
from piikit.cli.language import from_environment, lang_option
from piikit.cli.output import heading, note, show_json, table
from piikit.cli.progress import bar
from piikit.findings.messages import Lang, messages
from piikit.office.year import YearRun, run_year
from piikit.office.year.file_names import SETTINGS


@click.command()
@click.argument("folder")
@click.option("--edition", "-e", metavar="ID|FILE", help="The edition; that of the plan where not given.")
@click.option("--plan", "-p", metavar="ID|FILE", help="The plan; the only installed one where not given.")
@click.option("--period", help="The period of the figures; that of the edition where not given.")
@click.option("--due", metavar="DATE", help="The day on which forms are due, as 2024-11-30.")
@click.option("--on", metavar="DATE", help="The day of the run, that decides what is late; today where not given.")
@lang_option("Language of everything in a new folder; vi where not given.", default=None)
@options.block
@options.only
@options.as_json
def year(
    folder: str,
    edition: str | None,
    plan: str | None,
    period: str | None,
    due: str | None,
    on: str | None,
    lang: Lang | None,
    block: tuple[str, ...],
    only: tuple[str, ...],
    as_json: bool,
) -> None:
    """Do in FOLDER what can be done of the year's work, and say what to do next.

    Run it again whenever you like.
    """
    if from_environment():
        lang = None if _begun(folder) else lang  # a setting of the computer does not contradict the folder's own
    with bar(quiet=as_json) as tell:
        run = run_year(
            folder,
            on=on or date.today(),
            edition=edition,
            plan=plan,
            period=period,
            due=due,
            lang=lang,
            engine=options.engine_of(block, only),
            tell=tell,
        )
    if as_json:
        show_json(
            {
                "folder": str(run.folder),
                "warnings": list(run.warnings),
                "steps": run.steps.to_dicts(),
                "beside": [str(path) for path in run.beside],
                "next": list(run.next),
            }
        )
    else:
        _show(run)
    if run.failed:
        raise SystemExit(1)


def _begun(folder: str) -> bool:
    return (Path(folder) / SETTINGS).exists()


def _show(run: YearRun) -> None:
    words = messages(run.lang)
    for text in run.warnings:
        note(f"! {text}", style="yellow")
    heading(words.text("year.heading"))
    rows = []
    for told in run.told:
        files = ", ".join(told.files[:3]) + (f" … ({len(told.files)})" if len(told.files) > 3 else "")
        said = told.reason if told.status == "waiting" else files
        rows.append([words.text(f"year.step.{told.step}"), words.text(f"year.status.{told.status}"), said or ""])
    table(["", "", ""], rows, lang=run.lang)
    heading(words.text("year.step.next"))
    for place, text in enumerate(run.next, 1):
        note(f"{place}. {text}")
    if not run.next:
        note(words.text("year.next.nothing"))
