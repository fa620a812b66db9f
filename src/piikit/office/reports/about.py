"""What made a result, for people: warnings first, then edition, plan, record, inputs, documents and sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from piikit.findings.finding import FIRST
from piikit.findings.messages import Lang, Messages, messages
from piikit.office.reports.tables import Subject
from piikit.result import Result, frames_of
from piikit.scoring.record import Record


def warnings_of(result: Result, lang: Lang | None = None) -> tuple[str, ...]:
    """What must be known before any figure, a line each: that the edition is reconstructed, that the data are samples.

    Args:
        result: what `evaluate` gave.
        lang: "vi" or "en"; that of the result where not given.
    """
    found = (item.line(lang or result.lang) for item in result.all_findings if item.code in FIRST)
    return tuple(" ".join(line.replace("→", "").split()) for line in found)


def about(result: Result, subject: Subject) -> Iterator[tuple[str, str]]:
    """Names and texts that say what made the result, without its warnings."""
    words, edition, plan = messages(result.lang), result.edition, result.plan
    yield _label(words, "edition"), f"{edition.id} · {words.of(edition.title)}"
    yield _label(words, "status"), words.text(f"table.about.{edition.status}")
    yield _label(words, "period"), ", ".join(frames_of(result).wide["period"].unique(maintain_order=True))
    yield _label(words, "areas"), words.text("table.about.areas_n", n=frames_of(result).wide["area"].n_unique())
    if plan is not None:
        yield _label(words, "plan"), f"{plan.id} · {words.of(plan.title)}"
        yield _label(words, "plan_area"), plan.area_name
        if not subject.planned:
            yield _label(words, "left_out"), words.text("table.about.no_area", area=plan.area_name)
        if subject.day is None and plan.tasks:
            yield _label(words, "left_out"), words.text("table.about.no_day", period=subject.period)
    yield _label(words, "findings"), words.text("label.findings", **result.all_findings.counts())
    yield _label(words, "numbers"), words.text("table.about.numbers_of", n=edition.display_decimals)
    yield from _record(result.record, words)
    yield from ((_label(words, "edition_source"), source) for source in edition.sources)
    if plan is not None:
        yield from ((_label(words, "plan_source"), source) for source in plan.sources)
    yield from ((_label(words, "doubt"), words.of(doubt)) for doubt in edition.doubts)


def _label(words: Messages, key: str, **said: str) -> str:
    return words.text(f"table.about.{key}", **said)


def _record(record: Record, words: Messages) -> Iterator[tuple[str, str]]:
    """The record: documents and inputs with their hashes, options, plugins, versions."""
    yield _label(words, "record"), record["id"]
    for document in (record["edition"], record["plan"]):
        if document is not None:
            said = words.text("table.about.document_of", id=document["id"], sha256=document["sha256"])
            yield _label(words, "document", name=document["id"]), said
    for name, part in record["inputs"].items():
        yield _label(words, "input", name=name), words.text("table.about.input_of", **part)
    if record["baseline"] is not None:
        yield _label(words, "baseline"), record["baseline"]
    for scenario in record.get("scenarios", ()):
        yield _label(words, "scenarios"), words.text("table.about.document_of", **scenario)
    for key in ("options", "plugins", "versions"):
        said = ", ".join(f"{name} {_option(value)}" for name, value in record[key].items())
        if said:
            yield _label(words, key), said


def _option(value: Any) -> str:
    return ", ".join(f"{key}={part}" for key, part in value.items()) if isinstance(value, dict) else str(value)
