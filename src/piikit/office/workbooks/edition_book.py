"""An edition as a workbook, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, overload

from piikit.engine import Engine, default_engine
from piikit.files.contents import Content, name_of, put
from piikit.files.xlsx.grid import read_grids
from piikit.findings.errors import UsageError, told_in
from piikit.findings.finding import FIRST
from piikit.findings.messages import Lang, messages
from piikit.framework.documents import Json, read
from piikit.framework.edition import Edition, EditionLike
from piikit.office.workbooks.edition_layout import edition_layout
from piikit.office.workbooks.faults import checked
from piikit.office.workbooks.layout import LIMITS
from piikit.office.workbooks.reading import read_back
from piikit.office.workbooks.writing import render


@overload
def export_edition(
    edition: EditionLike, path: str | Path, *, lang: Lang = ..., engine: Engine | None = ...
) -> Path: ...
@overload
def export_edition(edition: EditionLike, path: IO[bytes], *, lang: Lang = ..., engine: Engine | None = ...) -> None: ...
def export_edition(
    edition: EditionLike, path: str | Path | IO[bytes], *, lang: Lang = "vi", engine: Engine | None = None
) -> Path | None:
    """An edition as a workbook (xlsx) that a person can edit: a sheet for the tree, the items, the sources and so on.

    `import_edition` gives the same document back. An overlay is written as the overlay that it is: what it adds,
    changes and removes, with the edition it extends.

    Args:
        edition: the id of an installed edition, a path, a mapping, or an Edition that extends no other.
        path: the file to write, whole or not at all; or a file that is open for bytes.
        lang: the language of the guide, the names of sheets and the first row of headings; a second row has the other.
        engine: the engine to use.

    Returns:
        the path; None of an open file.

    Raises:
        DocumentError: a faulty edition, or a text in it that is longer than a cell holds (32,767 characters).
        UsageError: no such edition, or an Edition made from an overlay, whose own document is not known any more.
        MissingExtraError: the extra `excel` is not installed.

    >>> import tempfile
    >>> from piikit import edition
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export_edition("pii-2024", folder + "/pii.xlsx")
    ...     import_edition(path) == edition("pii-2024").document
    True
    """
    engine = engine or default_engine()
    document = _document(edition, engine, lang)
    built = engine.edition(document, lang=lang)
    notes = [item.line(lang) for item in built.notices() if item.code in FIRST]
    title = messages(lang).text("book.title.edition", title=built.title, id=built.id)
    content = render(document, edition_layout(engine.catalogue), lang=lang, title=title, notes=notes)
    with told_in(lang):
        return put(path, content)


def import_edition(path: str | Path | Content, *, lang: Lang = "en", engine: Engine | None = None) -> Json:
    """The document of an edition from a workbook, checked in full.

    Sheets and columns are known by their names in Vietnamese or English, whatever their order. Nothing is passed over:
    what is filled in and not understood is an error, but for sheets and headings that begin with `#`.

    Args:
        path: the workbook (xlsx): its path, its bytes, or a file that is open for bytes.
        lang: "vi" or "en", of errors.
        engine: the engine that knows the indicators, methods and units.

    Returns:
        the document, as `evaluate` and `piikit.edition` take it.

    Raises:
        DocumentError: with every fault, each with its sheet and cell: of the cells and the form of the document, or
            else of what it means.
        UsageError: no such file, or no workbook.

    >>> import_edition("nowhere.xlsx")
    Traceback (most recent call last):
    piikit.UnreadableError: nowhere.xlsx: No such file or directory
    """
    engine = engine or default_engine()
    with told_in(lang):
        reading = read_back(read_grids(path, LIMITS), edition_layout(engine.catalogue))
    return checked(reading, lambda document: engine.edition(document, lang=lang), title=name_of(path), lang=lang)


def _document(edition: EditionLike, engine: Engine, lang: Lang) -> Json:
    """The document of an edition as it was written, its overlay not carried out."""
    if isinstance(edition, Edition):
        if "base" in edition.document:
            raise UsageError(messages(lang).text("usage.overlay_as_book", id=edition.id, base=edition.document["base"]))
        return edition.document
    return raw(edition, engine.catalogue.editions) or dict(engine.edition(edition, lang=lang).document)


def raw(what: Any, known: Mapping[str, Json]) -> Json | None:
    """A document by its id, path or mapping; None where it is something else."""
    if isinstance(what, Mapping):
        return dict(what)
    if isinstance(what, str) and what in known:
        return dict(known[what])
    if isinstance(what, Path) or (isinstance(what, str) and (what.endswith(".json") or "/" in what)):
        return read(what)
    return None
