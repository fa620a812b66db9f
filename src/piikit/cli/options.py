"""Options and arguments that several commands share."""

from __future__ import annotations

import sys
from typing import Any

import click

from piikit.cli.language import lang_option
from piikit.engine import Engine
from piikit.files.read import read_standard_input
from piikit.findings.errors import told_in
from piikit.findings.messages import Lang
from piikit.result import Result

edition = click.option(
    "--edition",
    "-e",
    default="pii-2024",
    show_default=True,
    metavar="ID|FILE",
    help="An installed edition, or an edition document.",
)
lang = lang_option("Language of messages, reasons and labels.")
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
scores = click.option("--scores", metavar="FILE", help="Published scores or ranks: area, code, score, rank, period.")
bounds = click.option("--bounds", metavar="FILE", help="Published ends of normalisation: code, lower, upper, period.")
keep = click.option(
    "--on-findings",
    type=click.Choice(["raise", "keep"]),
    default="raise",
    show_default=True,
    help="Stop where the data hold errors, or evaluate what is sound.",
)
block = click.option(
    "--block", multiple=True, metavar="NAME", help="Leave a plugin out; can be repeated. Default: PIIKIT_BLOCK."
)
only = click.option(
    "--only", multiple=True, metavar="NAME", help="Use this plugin only; can be repeated. Default: PIIKIT_ONLY."
)
severity = click.option(
    "--severity",
    multiple=True,
    metavar="CODE=LEVEL",
    help="Severity of a finding: error, warning, info or ignore; can be repeated.",
)
data = click.argument("data", required=False)


def engine_of(block: tuple[str, ...], only: tuple[str, ...], severity: tuple[str, ...] = ()) -> Engine:
    """The engine that the options ask for."""
    return Engine(block=block or None, only=only or None, policy=dict(map(_level, severity)))


def _level(text: str) -> tuple[str, Any]:
    code, equals, level = text.partition("=")
    if not equals:
        raise click.UsageError(f"--severity takes CODE=LEVEL, as absent_area=error, not {text!r}")
    return code.strip(), level.strip()


def table_of(source: str | None, lang: Lang) -> Any:
    """What `evaluate` takes as data: a path as it is, `-` as the table on standard input."""
    if source != "-":
        return source
    with told_in(lang):
        return read_standard_input(sys.stdin.buffer.read())


def baseline_of(
    engine: Engine, plan: str | None, edition: str | None, data: str | None, scores: str | None, lang: Lang
) -> Result | None:
    """The result that targets are measured from; None where neither data nor scores of it are given."""
    if data is None and scores is None:
        return None
    if edition is None and plan is not None:
        edition = engine.plan(plan, lang=lang).baseline
    if edition is None:
        raise click.UsageError("--baseline and --baseline-scores need --baseline-edition, or a plan that names one")
    return engine.evaluate(table_of(data, lang), edition, scores=scores, lang=lang)
