"""Faults of a document told as faults of the workbook it was read from: each with its sheet and cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from piikit.findings.errors import DocumentError
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.framework.documents import Json, schema_faults
from piikit.office.workbooks.reading import Reading, Spot


def checked(
    reading: Reading, check: Callable[[Json], Any], *, title: str, lang: Lang, masked: Callable[[Json], Json] = dict
) -> Json:
    """The document of a workbook, if it is sound.

    Args:
        reading: what was read.
        check: raises DocumentError where the document cannot be used.
        title: the name of the file, for the error.
        lang: the language of the error.
        masked: the document as faults may quote it.

    Raises:
        DocumentError: every fault of the cells and of the document's form, or else of what it means.
    """
    for item in schema_faults(masked(reading.document), reading.layout.schema):
        if not _follows(item, reading):
            reading.add(item, _spot(item, reading))
    if not reading.found:
        try:
            check(reading.document)
        except DocumentError as error:
            for item in error.found:
                reading.add(item, _spot(item, reading))
    if reading.found:
        raise DocumentError(Findings(reading.every()), title=title, lang=lang)
    return reading.document


def _spot(item: Finding, reading: Reading) -> Spot | None:
    """The place in the workbook that the pointer of a fault leads to; None where it leads nowhere."""
    at = "" if item.column in {None, "/"} else str(item.column)
    for key in _keys(item):
        spot = _cell_of(at, key, reading)
        if spot is not None:
            return spot
    while at and at not in reading.places:
        at = at.rpartition("/")[0]
    return reading.places.get(at)


def _keys(item: Finding) -> list[str]:
    """The fields that a fault of a whole object is about: those missing, or those that nobody knows."""
    rule = item.params.get("rule")
    named = item.code in {"schema_required", "schema_additionalProperties"} and isinstance(rule, list)
    return [str(key) for key in rule] if named and isinstance(rule, list) else []


def _cell_of(at: str, key: str, reading: Reading) -> Spot | None:
    """The cell of a field, filled or not."""
    exact = reading.places.get(f"{at}/{key}")
    if exact is not None:
        return exact
    row = reading.places.get(at)
    if row is None or row.row is None:
        return None
    inside = at.rpartition("/")[2]
    for name in (key, f"{key}_vi", f"{inside}_{key}"):
        column = reading.columns.get((row.grid.place.sheet or "", name))
        if column is not None:
            return Spot(grid=row.grid, row=row.row, column=column)
    return None


def _follows(item: Finding, reading: Reading) -> bool:
    """Whether a fault says only that something is missing whose cell could not be read, which is said already."""
    at = "" if item.column in {None, "/"} else str(item.column)
    missing = [f"{at}/{key}" for key in _keys(item)] if item.code == "schema_required" else []
    return bool(missing) and all(key in reading.failed for key in missing)
