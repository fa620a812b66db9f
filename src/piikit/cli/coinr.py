"""The command `piikit import-coinr`: a project of the R package COINr as data and an edition document."""

from __future__ import annotations

import json
from typing import Any

import click

from piikit.cli import options
from piikit.cli.output import note, show_json
from piikit.findings.messages import Lang, messages
from piikit.results.frames import FORMAT


def _method(context: click.Context, parameter: click.Parameter, text: str) -> Any:
    """A method by name, or as the JSON object that an edition would hold."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"not JSON: {error}") from error


@click.command("import-coinr")
@click.argument("idata")
@click.argument("imeta")
@click.option("--output", "-o", required=True, metavar="DIR", help="A new or empty folder for data.csv, edition.json.")
@click.option("--id", "id", default="coinr-project", show_default=True, metavar="ID", help="The id of the edition.")
@click.option("--period", metavar="PERIOD", help="The period of the edition; the last Time where not given.")
@click.option("--title", metavar="TEXT", help="The title of the edition; the name of the index where not given.")
@click.option("--index", metavar="CODE", help="The node to take as the index, where iMeta has several.")
@click.option(
    "--impute",
    default="none",
    show_default=True,
    metavar="METHOD",
    callback=_method,
    help="How missing values are filled: a name, or JSON with parameters.",
)
@click.option(
    "--treat", default="none", show_default=True, metavar="METHOD", callback=_method, help="How outliers are treated."
)
@click.option(
    "--normalise",
    default="min_max",
    show_default=True,
    metavar="METHOD",
    callback=_method,
    help="How values become scores.",
)
@click.option(
    "--aggregate",
    default="mean",
    show_default=True,
    metavar="METHOD",
    callback=_method,
    help="How scores become that of the node above.",
)
@options.severity
@options.block
@options.only
@options.lang
@options.as_json
def import_coinr(
    idata: str,
    imeta: str,
    output: str,
    id: str,
    period: str | None,
    title: str | None,
    index: str | None,
    impute: Any,
    treat: Any,
    normalise: Any,
    aggregate: Any,
    severity: tuple[str, ...],
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Make data and an edition of a project of the R package COINr.

    IDATA and IMETA are the two tables of the project, csv or xlsx.
    """
    engine = options.engine_of(block, only, severity)
    project = engine.from_coinr(
        idata,
        imeta,
        id=id,
        period=period,
        title=title,
        index=index,
        impute=impute,
        treat=treat,
        normalise=normalise,
        aggregate=aggregate,
        lang=lang,
    )
    folder = project.write(output)
    if as_json:
        show_json(
            {
                "format": FORMAT,
                "folder": str(folder),
                "edition": project.edition,
                "findings": project.findings.to_dicts(),
            }
        )
    else:
        if project.found:
            note(project.found.grouped(lang), err=True)
        count = sum(node["level"] == "indicator" for node in project.edition["nodes"])
        said = messages(lang).text("coinr.written", folder=str(folder), n=project.data.height, indicators=count)
        note(said, err=True)
    if project.found.errors:
        raise SystemExit(1)
