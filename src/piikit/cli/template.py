"""The command `piikit template`: a form for each agency of a plan."""

from __future__ import annotations

import click

from piikit.cli import options
from piikit.cli.language import lang_option
from piikit.cli.output import note, show_json
from piikit.cli.progress import bar
from piikit.findings.messages import Lang, messages
from piikit.office.forms.guide import warnings
from piikit.office.forms.write import forms_of, written


@click.command()
@options.edition
@click.option("--plan", "-p", required=True, metavar="ID|FILE", help="The plan: which agency supplies what.")
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    metavar="ID|NAME",
    help="An agency of the plan, can be repeated; all where not given.",
)
@click.option("--period", metavar="P", help="Period of the figures; that of the edition where not given.")
@click.option("--last", metavar="FILE", help="Last year's figures, to show beside the cells to fill.")
@click.option("--due", metavar="DATE", help="The day on which the forms are due, such as 2025-03-31.")
@click.option("--output", "-o", default=".", show_default=True, metavar="FOLDER", help="Where the forms go.")
@click.option("--force", is_flag=True, help="Write over forms that are there already.")
@options.block
@options.only
@lang_option("Language of the forms and messages.", default="vi")
@options.as_json
def template(
    edition: str,
    plan: str,
    agencies: tuple[str, ...],
    period: str | None,
    last: str | None,
    due: str | None,
    output: str,
    force: bool,
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Write a form for each agency of a plan.

    A form is a workbook (xlsx) with the figures that the agency supplies.
    """
    with bar(quiet=as_json) as tell:
        forms = forms_of(
            edition,
            plan,
            agencies=agencies or None,
            period=period,
            last=last,
            due=due,
            lang=lang,
            engine=options.engine_of(block, only),
        )
        paths = written(output, forms, force=force, tell=tell)
    words = messages(lang)
    nobody = [asked.item for asked in forms[0].shares.nobody] if forms else []
    if as_json:
        made = [
            {"path": str(path), "agency": form.agency.id, "name": form.name, "items": [a.item for a in form.asked]}
            for path, form in zip(paths, forms, strict=True)
        ]
        show_json({"forms": made, "asked_from_nobody": nobody})
        return
    for form in forms[:1]:
        for line in warnings(form):
            note(f"! {line}", style="yellow")
    for path, form in zip(paths, forms, strict=True):
        # A line a file, never folded: paths are for copying.
        click.echo(words.text("cli.form_items", path=str(path), n=len(form.asked)))
    if nobody:
        click.echo(words.text("cli.form_nobody", n=len(nobody), names=nobody), err=True)
