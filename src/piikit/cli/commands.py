"""Which commands there are, in the order of work; each is loaded when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import NamedTuple

import click


class CommandEntry(NamedTuple):
    """A command before it is loaded.

    Attributes:
        place: the module of this package and the name in it.
        help: what it does, a whole sentence; the first one of the command's own text.
    """

    place: str
    help: str


SECTIONS: Mapping[str, Mapping[str, CommandEntry]] = {
    "Look": {
        "demo": CommandEntry("demo.demo", "Show the main job on published figures and on sample data."),
        "areas": CommandEntry("areas.areas", "List the lists of areas, or the areas of one with their names."),
        "editions": CommandEntry("catalogue.editions", "List the editions of the index that are installed."),
        "check": CommandEntry("figures.check", "Say everything that is wrong with a table of figures."),
    },
    "Compute": {
        "evaluate": CommandEntry("figures.evaluate", "Compute scores and ranks of a table of figures."),
        "explain": CommandEntry("figures.explain", "Say why an area has its score, step by step."),
        "merge": CommandEntry("merge.merge", "Put figures of former areas together for those that took them in."),
    },
    "Plan": {
        "plan": CommandEntry("exchange.plan", "Write a plan as a workbook, or read one back."),
        "seek": CommandEntry("seek.seek", "Find the least effort that brings an area to a rank, a score or its plan."),
        "report": CommandEntry(
            "report.report_command", "Write a report on a result and its plan as a document of Word."
        ),
    },
    "The year": {
        "template": CommandEntry("template.template", "Write a form for each agency of a plan."),
        "collect": CommandEntry(
            "collect.collect_command", "Read the forms that came back and say everything that is wrong."
        ),
        "year": CommandEntry("year.year", "Do in a folder what can be done of the year's work, and say what is next."),
    },
    "Index makers": {
        "edition": CommandEntry("exchange.edition", "Write an edition as a workbook, or read one back."),
        "audit": CommandEntry(
            "audit.audit_command", "Audit an index: gaps, outliers, correlations, inner consistency."
        ),
        "import-coinr": CommandEntry(
            "coinr.import_coinr", "Make data and an edition of a project of the R package COINr."
        ),
    },
    "Plugins": {
        "plugins": CommandEntry("catalogue.plugins", "List the plugins, what they provide, and why one failed."),
        "new-plugin": CommandEntry("new_plugin.new_plugin", "Write the package of a new plugin that works at once."),
    },
}
"""The commands by what somebody wants to do."""
COMMANDS: Mapping[str, CommandEntry] = {name: entry for section in SECTIONS.values() for name, entry in section.items()}

FIRST = """piikit computes Vietnam's Provincial Innovation Index and judges the plans made for it.

Try first:
  piikit demo                           published figures come back, then sample data
  piikit editions                       which editions of the index are installed
  piikit check FILE                     what is wrong with a table of figures
  piikit evaluate FILE -e pii-2024      scores and ranks

piikit --help lists all commands, piikit COMMAND --help says more of one."""
"""What a bare `piikit` says."""


class Commands(click.Group):
    """The commands as a group that loads one of them at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, loaded; None where there is none of that name."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.place.partition(".")
        command: click.Command = getattr(importlib.import_module(f"piikit.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in their sections, without loading any."""
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.help) for name, entry in section.items()], col_max=16)
