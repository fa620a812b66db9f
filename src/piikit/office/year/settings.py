"""The document `year.json`: what a folder of a year is about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from piikit.files.safe_writing import write_whole
from piikit.findings.dates import last_day
from piikit.findings.errors import DocumentError, UsageError
from piikit.findings.faults import fault
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import Json, read, schema_faults
from piikit.office.year.file_names import SETTINGS

SCHEMA = "year.schema.json"
TABLES = ("others", "published", "bounds", "last", "progress", "decisions")
"""Fields that name a file; where they are absent the file of that name among the figures is taken, if there is one."""


@frozen(kw_only=True)
class Baseline:
    """What targets are measured from: an edition with data, published scores, or both."""

    edition: str | None = None
    data: str | None = None
    scores: str | None = None


@frozen(kw_only=True)
class Settings:
    """The document of a year, checked.

    Attributes:
        edition, plan: ids, or paths of documents.
        period: the period that figures are asked for; None for the edition's own.
        due: the day on which forms are due, as written; None where there is none.
        lang: the language of everything in the folder.
        on_findings: "raise": nothing is computed while the figures hold errors; "keep": what is sound is used.
        letterhead: of the reports, as they take it.
        tables: files by what they are (`TABLES`), where the document names them.
    """

    edition: str
    plan: str
    lang: Lang
    period: str | None = None
    due: str | None = None
    on_findings: str = "raise"
    baseline: Baseline = field(factory=Baseline)
    letterhead: Json | str | None = None
    tables: Mapping[str, str] = field(factory=dict)
    document: Json = field(factory=dict, repr=False)


def read_settings(folder: Path, *, lang: Lang) -> Settings | None:
    """The settings of a folder; None where it has none yet.

    Raises:
        DocumentError: a faulty document, with every fault.
        UsageError: it cannot be read.
    """
    path = folder / SETTINGS
    return settings(read(path, lang=lang), lang=lang) if path.exists() else None


def settings(document: Json, *, lang: Lang) -> Settings:
    """Settings from their document.

    Raises:
        DocumentError: with every fault.
    """
    found = schema_faults(document, SCHEMA)
    due = document.get("due")
    if isinstance(due, str) and last_day(due) is None:
        found += [fault("/due", "bad_date", value=due)]
    if found:
        raise DocumentError(found, title=SETTINGS, lang=lang)
    return Settings(
        edition=document["edition"],
        plan=document["plan"],
        lang=document["lang"],
        period=document.get("period"),
        due=due,
        on_findings=document.get("on_findings", "raise"),
        baseline=Baseline(**document.get("baseline", {})),
        letterhead=document.get("letterhead"),
        tables={name: document[name] for name in TABLES if name in document},
        document=document,
    )


def write_settings(folder: Path, given: Mapping[str, Any], *, lang: Lang) -> Settings:
    """Write the document of a new folder, and give it back as settings."""
    document = {"$schema": SCHEMA, **{key: value for key, value in given.items() if value is not None}}
    made = settings(document, lang=lang)
    write_whole(folder / SETTINGS, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
    return made


def same_as_asked(held: Settings, asked: Mapping[str, Any]) -> None:
    """Refuse options that say something else than the folder's document, all at once.

    Raises:
        UsageError: naming each.
    """
    words = messages(held.lang)
    wrong = [
        words.text("year.differs", name=name, held=held.document.get(name), asked=value)
        for name, value in asked.items()
        if value is not None and value != held.document.get(name)
    ]
    if wrong:
        raise UsageError("\n".join([words.text("year.differs_title", file=SETTINGS), *wrong]))
