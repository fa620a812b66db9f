"""The command `piikit`: the same as the library, in a terminal. Needs the extra `cli`."""

from __future__ import annotations

import sys

import click

from piikit import __version__
from piikit.cli.areas import areas
from piikit.cli.audit import audit_command
from piikit.cli.catalogue import editions, plugins
from piikit.cli.coinr import import_coinr
from piikit.cli.collect import collect_command
from piikit.cli.demo import demo
from piikit.cli.exchange import edition, plan
from piikit.cli.figures import check, evaluate, explain
from piikit.cli.merge import merge
from piikit.cli.new_plugin import new_plugin
from piikit.cli.report import report_command
from piikit.cli.seek import seek
from piikit.cli.template import template
from piikit.cli.year import year
from piikit.findings.errors import FindingsError, PiikitError

FINDINGS, WRONG_USE = 1, 2
"""Exit codes; 0 is fine."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="piikit")
def piikit() -> None:
    """Compute Vietnam's Provincial Innovation Index and judge the plans made for it.

    Exit codes: 0 fine, 1 findings of severity error, 2 wrong use.
    """


for command in (
    evaluate,
    check,
    explain,
    audit_command,
    seek,
    report_command,
    template,
    collect_command,
    year,
    edition,
    plan,
    plugins,
    editions,
    areas,
    merge,
    import_coinr,
    new_plugin,
    demo,
):
    piikit.add_command(command)


def run() -> None:
    """Run the command and turn the errors of piikit into text and exit codes."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out whatever code page a console or pipe was opened with.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        piikit(prog_name="piikit")
    except FindingsError as error:
        click.echo(str(error), err=True)
        raise SystemExit(FINDINGS) from None
    except PiikitError as error:
        click.echo(f"piikit: {error}", err=True)
        raise SystemExit(WRONG_USE) from None
