"""The commands `piikit edition` and `piikit plan`: to a workbook and back."""

from __future__ import annotations

import json

import click

from piikit.cli import options
from piikit.cli.output import note
from piikit.files.safe_writing import write_whole
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import Json
from piikit.office.workbooks import export_edition, export_plan, import_edition, import_plan

book = click.option("--output", "-o", required=True, metavar="FILE.xlsx", help="The workbook to write.")
document = click.option("--output", "-o", required=True, metavar="FILE.json", help="The document to write.")


@click.group()
def edition() -> None:
    """Write an edition as a workbook, or read one back."""


@click.group()
def plan() -> None:
    """Write a plan as a workbook, or read one back."""


@edition.command("export")
@click.argument("source", metavar="ID|FILE")
@book
@options.block
@options.only
@options.lang
def edition_export(source: str, output: str, block: tuple[str, ...], only: tuple[str, ...], lang: Lang) -> None:
    """Write the edition ID|FILE as a workbook that a person can edit."""
    _wrote(export_edition(source, output, lang=lang, engine=options.engine_of(block, only)), lang)


@edition.command("import")
@click.argument("workbook", metavar="FILE.xlsx")
@document
@options.block
@options.only
@options.lang
def edition_import(workbook: str, output: str, block: tuple[str, ...], only: tuple[str, ...], lang: Lang) -> None:
    """Read an edition from a workbook, check it in full, and write its document."""
    _write(import_edition(workbook, lang=lang, engine=options.engine_of(block, only)), output, lang)


@plan.command("export")
@click.argument("source", metavar="ID|FILE")
@book
@click.option("--with-contacts", is_flag=True, help="Write contact persons too; left out otherwise.")
@options.block
@options.only
@options.lang
def plan_export(
    source: str, output: str, with_contacts: bool, block: tuple[str, ...], only: tuple[str, ...], lang: Lang
) -> None:
    """Write the plan ID|FILE as a workbook that a person can edit; contact persons are left out."""
    engine = options.engine_of(block, only)
    _wrote(export_plan(source, output, contacts=with_contacts, lang=lang, engine=engine), lang)
    if not with_contacts:
        note(messages(lang).text("book.contacts.not_asked"), err=True)


@plan.command("import")
@click.argument("workbook", metavar="FILE.xlsx")
@document
@options.block
@options.only
@options.lang
def plan_import(workbook: str, output: str, block: tuple[str, ...], only: tuple[str, ...], lang: Lang) -> None:
    """Read a plan from a workbook, check it in full, and write its document."""
    _write(import_plan(workbook, lang=lang, engine=options.engine_of(block, only)), output, lang)


def _write(found: Json, output: str, lang: Lang) -> None:
    text = json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    _wrote(write_whole(output, text.encode()), lang)


def _wrote(path: object, lang: Lang) -> None:
    note(messages(lang).text("book.written", path=str(path)), err=True)
