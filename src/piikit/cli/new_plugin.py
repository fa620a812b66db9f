"""The command `piikit new-plugin`: the package of a new plugin."""

from __future__ import annotations

from pathlib import Path

import click

from piikit.cli import options
from piikit.findings.messages import Lang, messages
from piikit.registry.new_plugin import new_plugin as write


@click.command("new-plugin")
@click.argument("name")
@click.option("--dir", "folder", default=".", metavar="FOLDER", help="Where to make the package's folder.")
@click.option("--owner", metavar="TEXT", help="Whose plugin it is, as 'Sở Khoa học và Công nghệ'.")
@click.option("--indicator", metavar="ITEM", help="The raw item of its indicator, as green_patents.")
@click.option("--formula", is_flag=True, help="Give the value by a formula in the edition instead of Python.")
@options.lang
def new_plugin(name: str, folder: str, owner: str | None, indicator: str | None, formula: bool, lang: Lang) -> None:
    """Write the package of a new plugin, ready to install.

    The package piikit-NAME has an indicator, an edition, a plan, data and tests.
    """
    new = write(name, folder=folder, owner=owner, indicator=indicator, formula=formula, lang=lang)
    words = messages(lang)
    place = _shown(new.folder)
    click.echo(words.text("new_plugin.written", path=place, n=len(new.files)))
    for file in new.files:
        click.echo(f"  {file}")
    click.echo(words.text("new_plugin.next"))
    for line in (
        f"python -m pip install -e {place}",
        f"python -m pytest {place}",
        f"piikit evaluate {_shown(new.folder / 'data')} --edition {new.edition}",
    ):
        click.echo(f"  {line}")


def _shown(path: Path) -> str:
    """A path as a word of a command."""
    text = str(path)
    return f'"{text}"' if " " in text else text
