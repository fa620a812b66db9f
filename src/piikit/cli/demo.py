"""The command `piikit demo`: the main job on real published figures, then on sample data."""

from __future__ import annotations

from pathlib import Path

import click
import polars as pl

from piikit.cli import demo_parts as parts
from piikit.cli import options
from piikit.cli.output import attainment_table, heading, note, show_first, table
from piikit.engine import Engine
from piikit.findings.messages import Lang, Messages, messages, number
from piikit.framework.edition import Edition
from piikit.result import Result


@click.command()
@click.option(
    "--output",
    "-o",
    default="piikit-demo",
    show_default=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write the results.",
)
@options.block
@options.only
@options.lang
def demo(output: Path, block: tuple[str, ...], only: tuple[str, ...], lang: Lang) -> None:
    """Show the main job on published figures and on sample data.

    The results are written into a folder.
    """
    engine = options.engine_of(block, only)
    words = messages(lang)
    note(words.text("demo.title"), style="bold")
    results: dict[str, Result] = {}
    if parts.PLAN in engine.catalogue.plans:
        results |= _plan(engine, words)
    else:
        note(words.text("demo.no_plan"))
    results |= _floors(engine, words)
    results |= _khanh_hoa(engine, words)
    results |= _bac_ninh(engine, words)
    results |= _sample(engine, words)
    heading(words.text("demo.files"))
    for path in parts.write_all(results, output):
        note(f"  {path}")


def _plan(engine: Engine, words: Messages) -> dict[str, Result]:
    lang = words.lang
    before = parts.plan_2023(engine, lang)
    after = parts.plan_2024(engine, before, lang)
    heading(words.text("demo.plan_2024"))
    show_first(after.all_findings, lang)
    attainment_table(after.attainment, lang=lang)
    note(words.text("demo.plan_2024_text"))
    heading(words.text("demo.plan_2023"))
    show_first(before.all_findings, lang)
    attainment_table(before.attainment, lang=lang)
    note(words.text("demo.plan_2023_text"))
    return {"bac-giang-2024": after, "bac-giang-2023-baseline": before}


def _name(edition: Edition, code: str, words: Messages) -> str:
    return words.of(edition.nodes[code].name)


def _floors(engine: Engine, words: Messages) -> dict[str, Result]:
    lang = words.lang
    floors = parts.floors(engine, lang)
    heading(words.text("demo.floors"))
    show_first(floors.result.all_findings, lang)
    rows = [
        [code, _name(floors.result.edition, code, words), score, words.text(f"demo.{kind}")]
        for code, score, kind in floors.scores.rows()
    ]
    table(
        [words.text("label.code"), words.text("label.name"), words.text("label.score"), ""], rows, lang=lang, decimals=2
    )
    above, below = (f"{name} {number(score, lang, 2)}" for name, score in (floors.above, floors.below))
    score = number(floors.score, lang, 2)
    note(words.text("demo.floors_text", score=score, place=floors.place, above=above, below=below))
    return {"bac-giang-floors": floors.result}


def _compared(result: Result, frame: pl.DataFrame, words: Messages) -> None:
    show_first(result.all_findings, words.lang)
    rows = [[code, _name(result.edition, code, words), computed, given] for code, computed, given in frame.rows()]
    names = [words.text(key) for key in ("label.code", "label.name", "demo.computed", "label.published")]
    table(names, rows, lang=words.lang, decimals=2)


def _khanh_hoa(engine: Engine, words: Messages) -> dict[str, Result]:
    result, frame = parts.khanh_hoa(engine, words.lang)
    heading(words.text("demo.khanh_hoa"))
    _compared(result, frame, words)
    note(words.text("demo.khanh_hoa_text"))
    return {"khanh-hoa-2025": result}


def _bac_ninh(engine: Engine, words: Messages) -> dict[str, Result]:
    result, frame = parts.bac_ninh(engine, words.lang)
    heading(words.text("demo.bac_ninh"))
    _compared(result, frame, words)
    return {"bac-ninh-2025": result}


def _sample(engine: Engine, words: Messages) -> dict[str, Result]:
    lang = words.lang
    result = engine.evaluate(parts.sample_path(), "pii-2024", lang=lang)
    heading(words.text("demo.sample"))
    show_first(result.all_findings, lang)
    scores, ranks = result.table("score"), result.table("rank")
    first = scores.with_columns(ranks["PII"].alias("rank")).sort("rank").head(10)
    shown = ("PII", "IN", "OUT", *result.edition.codes("pillar"))
    names = [words.text("label.rank"), words.text("label.area"), *shown]
    table(names, first.select("rank", "area_name", *shown).rows(), lang=lang, decimals=2)
    heading(words.text("demo.sample_explain", area=parts.AREA, code="6.1.1"))
    note(str(result.explain(parts.AREA, "6.1.1")))
    return {"sample-pii-2024": result}
