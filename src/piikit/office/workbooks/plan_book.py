"""A plan as a workbook, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, overload

from piikit.engine import Engine, default_engine
from piikit.files.contents import Content, name_of, put
from piikit.files.xlsx.grid import read_grids
from piikit.findings.errors import told_in
from piikit.findings.finding import FIRST
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import Json
from piikit.office.workbooks.annex import with_annex
from piikit.office.workbooks.edition_book import raw
from piikit.office.workbooks.faults import checked
from piikit.office.workbooks.layout import LIMITS
from piikit.office.workbooks.plan_layout import plan_layout
from piikit.office.workbooks.reading import read_back
from piikit.office.workbooks.writing import render
from piikit.plans.agencies import CONTACT, masked
from piikit.plans.plan import Plan, PlanLike


@overload
def export_plan(
    plan: PlanLike, path: str | Path, *, contacts: bool = ..., lang: Lang = ..., engine: Engine | None = ...
) -> Path: ...
@overload
def export_plan(
    plan: PlanLike, path: IO[bytes], *, contacts: bool = ..., lang: Lang = ..., engine: Engine | None = ...
) -> None: ...
def export_plan(
    plan: PlanLike,
    path: str | Path | IO[bytes],
    *,
    contacts: bool = False,
    lang: Lang = "vi",
    engine: Engine | None = None,
) -> Path | None:
    """A plan as a workbook (xlsx) that a person can edit: targets, sets, agencies, duties, tasks, sources.

    `import_plan` gives the same document back. Contact persons are left out, and the workbook says so, unless they are
    asked for.

    Args:
        plan: the id of an installed plan, a path, a mapping, or a Plan (which knows no contacts).
        path: the file to write, whole or not at all; or a file that is open for bytes.
        contacts: write the contact persons of agencies too; the file is then not one to pass on.
        lang: the language of the guide, the names of sheets and the first row of headings; a second row has the other.
        engine: the engine to use.

    Returns:
        the path; None of an open file.

    Raises:
        DocumentError: a faulty plan, or a text in it that is longer than a cell holds (32,767 characters).
        UsageError: no such plan.
        MissingExtraError: the extra `excel` is not installed.

    >>> import tempfile
    >>> agency = {"id": "science", "name": {"vi": "Sở KH&CN", "en": "Science"}, "contact": {"phone": "0204 000 000"}}
    >>> plan = {"id": "trial", "title": {"vi": "Thử", "en": "Trial"}, "area": "24", "areas": "vn-63",
    ...         "edition": "pii-2024", "sources": ["invented"], "agencies": [agency],
    ...         "targets": [{"id": "top", "node": "PII", "conditions": [{"metric": "rank", "is": "improves"}]}]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     import_plan(export_plan(plan, folder + "/plan.xlsx"))["agencies"]
    [{'id': 'science', 'name': {'vi': 'Sở KH&CN', 'en': 'Science'}}]
    """
    engine = engine or default_engine()
    document = plan.document if isinstance(plan, Plan) else raw(plan, engine.catalogue.plans)
    built = engine.plan(plan if document is None else document, lang=lang)
    document = document or built.document
    words = messages(lang)
    notes = []
    if built.edition in engine.catalogue.editions:
        notices = engine.edition(built.edition, lang=lang).notices()
        notes += [item.line(lang) for item in notices if item.code in FIRST]
    if contacts:
        notes.append(words.text("book.contacts.kept"))
    else:
        kept = without_contacts(document)
        if kept != document:
            notes.append(words.text("book.contacts.left_out"))
        document = kept
    title = words.text("book.title.plan", title=built.title, id=built.id)
    with told_in(lang):
        return put(path, render(document, plan_layout(contacts=contacts), lang=lang, title=title, notes=notes))


def import_plan(path: str | Path | Content, *, lang: Lang = "en", engine: Engine | None = None) -> Json:
    """The document of a plan from a workbook, checked in full.

    As `import_edition`. A sheet "annex" may hold the plan's annex as it is on paper, a row an indicator: it becomes
    targets, figures, agencies and duties of the document.

    Args:
        path: the workbook (xlsx): its path, its bytes, or a file that is open for bytes.
        lang: "vi" or "en", of errors.
        engine: the engine that knows the editions and lists of areas.

    Returns:
        the document, as `evaluate` takes it for `plan`.

    Raises:
        DocumentError: with every fault, each with its sheet and cell.
        UsageError: no such file, or no workbook.

    >>> import_plan("nowhere.xlsx")
    Traceback (most recent call last):
    piikit.UnreadableError: nowhere.xlsx: No such file or directory
    """
    engine = engine or default_engine()
    with told_in(lang):
        reading = read_back(read_grids(path, LIMITS), plan_layout(contacts=True))
    with_annex(reading, engine)
    title = name_of(path)
    return checked(reading, lambda document: engine.plan(document, lang=lang), title=title, lang=lang, masked=masked)


def without_contacts(document: Any) -> Any:
    """A plan without contact persons, those of older plans that it holds among them."""
    if isinstance(document, Mapping):
        agencies = [
            {key: value for key, value in agency.items() if key != CONTACT} for agency in document.get("agencies", ())
        ]
        older = [{**entry, "plan": without_contacts(entry["plan"])} for entry in document.get("continues", ())]
        found = {**document, "agencies": agencies, "continues": older}
        return {key: found[key] for key in document}
    return document
