"""The command `piikit`: the same as the library, in a terminal. Needs the extra `cli`."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import click

from piikit.cli.commands import Commands
from piikit.cli.language import help_text

FINDINGS, WRONG_USE = 1, 2
"""Exit codes; 0 is fine."""


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(None, "-V", "--version", package_name="piikit", prog_name="piikit")
@click.pass_context
def piikit(context: click.Context) -> None:
    """All commands; alone it says what to try first."""
    if context.invoked_subcommand is None:
        click.echo(help_text("bare"))


def _errors() -> ModuleType:
    """The errors of piikit: loaded with whatever raised one; help and a bare `piikit` raise none."""
    return importlib.import_module("piikit.findings.errors")


def run() -> None:
    """Run the command and turn the errors of piikit into text and exit codes."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out whatever code page a console or pipe was opened with.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        piikit(prog_name="piikit")
    except SystemExit:
        raise  # before the errors below, which would be loaded to be compared with
    except _errors().FindingsError as error:
        click.echo(str(error), err=True)
        raise SystemExit(FINDINGS) from None
    except _errors().PiikitError as error:
        click.echo(f"piikit: {error}", err=True)
        raise SystemExit(WRONG_USE) from None
