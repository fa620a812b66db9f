"""The command `piikit seek`: the shortest way of an area to a rank or a score."""

from __future__ import annotations

import click

import piikit
from piikit.cli import options
from piikit.cli.output import show_json
from piikit.findings.messages import Lang


@click.command()
@options.data
@options.edition
@click.option("--area", "-a", required=True, metavar="NAME", help="The area: code, name, or name without marks.")
@click.option("--node", "-n", metavar="CODE", help="The node that is to gain; the index where not given.")
@click.option("--rank", type=click.IntRange(min=1), help="To be among the first so many.")
@click.option("--score", type=float, help="To score so much at least.")
@click.option("--plan", "-p", metavar="ID|FILE", help="Seek the targets of a plan that are not met.")
@click.option("--at-most", type=click.IntRange(min=1), help="How many indicators may move.")
@click.option("--fix", multiple=True, metavar="PATTERN", help="Indicators that stay, as 6.*; can be repeated.")
@click.option(
    "--ends",
    type=click.Choice(["moving", "fixed"]),
    default="moving",
    show_default=True,
    help="Ends of normalisation: taken anew from the changed data, or held.",
)
@click.option("--period", help="The period; the last one where not given.")
@options.bounds
@options.block
@options.only
@options.lang
@options.as_json
def seek(
    data: str | None,
    edition: str,
    area: str,
    node: str | None,
    rank: int | None,
    score: float | None,
    plan: str | None,
    at_most: int | None,
    fix: tuple[str, ...],
    ends: str,
    period: str | None,
    bounds: str | None,
    block: tuple[str, ...],
    only: tuple[str, ...],
    lang: Lang,
    as_json: bool,
) -> None:
    """Find the least effort that brings an area to a rank, a score or its plan.

    DATA is a file with all areas, or - for standard input. One point of an indicator's score costs 1. The exit code is
    0 also where there is no way; the answer says so.
    """
    if rank is None and score is None and plan is None:
        raise click.UsageError("say what to seek: --rank, --score or --plan")
    engine = options.engine_of(block, only)
    result = engine.evaluate(options.table_of(data, lang), edition, bounds=bounds, plan=plan, lang=lang)
    where = node if node is not None else result.edition.root
    targets: list[piikit.Target | str] = ["plan"] if plan is not None else []
    if rank is not None or score is not None:
        targets.append(piikit.Target(where, rank=rank, at_least=score))
    way = result.goalseek(
        area,
        targets,
        at_most=at_most,
        fixed=fix,
        ends=ends,  # type: ignore[arg-type]
        period=period,
    )
    if as_json:
        show_json(way.to_dict())
    else:
        click.echo(way.summary())
