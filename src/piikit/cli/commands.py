"""Which commands there are, in the order of work; each is loaded when it is asked for."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Mapping

import click

from piikit.cli.language import help_text

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "look": {
        "demo": "demo.demo",
        "areas": "areas.areas",
        "editions": "catalogue.editions",
        "check": "figures.check",
    },
    "compute": {
        "evaluate": "figures.evaluate",
        "explain": "figures.explain",
        "merge": "merge.merge",
    },
    "plan": {
        "plan": "exchange.plan",
        "seek": "seek.seek",
        "report": "report.report_command",
    },
    "year": {
        "template": "template.template",
        "collect": "collect.collect_command",
        "year": "year.year",
    },
    "index": {
        "edition": "exchange.edition",
        "audit": "audit.audit_command",
        "import-coinr": "coinr.import_coinr",
    },
    "plugin": {
        "plugins": "catalogue.plugins",
        "new-plugin": "new_plugin.new_plugin",
    },
}
"""By what somebody wants to do: each command, its module in this package and its name there."""
COMMANDS: Mapping[str, str] = {name: place for section in SECTIONS.values() for name, place in section.items()}


class Commands(click.Group):
    """The commands as a group that loads one of them at a time; its help is in the language of the environment."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, loaded; None where there is none of that name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(".")
        command: click.Command = copy.copy(getattr(importlib.import_module(f"piikit.cli.{module}"), name))
        _, _, more = (command.help or "").partition("\n\n")
        command.help = f"{help_text(f'command.{cmd_name}')}\n\n{more}"
        return command

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), help_text("usage"))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command is for."""
        for key in ("about", "exit_codes"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(help_text(key))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands in their sections, without loading any."""
        with formatter.section(help_text("options")):
            formatter.write_dl([("-V, --version", help_text("version")), ("-h, --help", help_text("help"))])
        for section, names in SECTIONS.items():
            with formatter.section(help_text(f"section.{section}")):
                formatter.write_dl([(name, help_text(f"command.{name}")) for name in names])
