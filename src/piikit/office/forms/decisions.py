"""What was decided on figures that agencies submitted: what is accepted, why, when and by whom."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from piikit.files.delimited import SEPARATORS, decoded
from piikit.files.safe_writing import write_whole
from piikit.findings.dates import day_of
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import Lang
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.office.forms.form_faults import Fault
from piikit.office.forms.read_form import FormEntry
from piikit.office.forms.returned_files import table_rows
from piikit.office.forms.values import outside, plain_number, texts_to_numbers

COLUMNS = ("agency", "item", "submitted", "accepted", "reason", "decided_on", "decided_by")
"""Those of `decisions.csv`; others that people add are kept."""


@frozen(kw_only=True)
class Decision:
    """One decision.

    Attributes:
        accepted: the figure that counts; None where the figure was turned down and none counts.
    """

    agency: str
    item: str
    accepted: float | None
    reason: str
    decided_on: datetime.date
    decided_by: str | None
    row: int | None


@frozen(kw_only=True)
class DecidedFigures:
    """What decisions may name."""

    edition: Edition
    catalogue: Catalogue
    agencies: Sequence[str]
    items: Sequence[str]
    entries: Mapping[tuple[str, str], FormEntry]


def read_decisions(
    path: Path, known: DecidedFigures, faults: list[Fault], lang: Lang
) -> dict[tuple[str, str], Decision]:
    """The decisions of a file that hold; what is wrong with the others is said.

    A row without an accepted figure and without a reason waits for somebody. A sign such as – or "không có" as the
    accepted figure says that none counts.

    Raises:
        UsageError: the file cannot be read or lacks a column.
    """
    found: dict[tuple[str, str], Decision] = {}
    for cells in table_rows(path, COLUMNS, lang):
        row = cells["row"] if isinstance(cells["row"], int) else None
        said = {name: None if cells[name] is None else str(cells[name]) for name in COLUMNS}
        if not (said["accepted"] or said["reason"]):
            continue
        made = _decision(said, row, path.name, known, faults)
        if made is None:
            continue
        key = (made.agency, made.item)
        if key in found:
            first = found.pop(key)
            faults.append(_fault("decision_twice", said, row, path.name, first=first.row))
            continue
        found[key] = made
    return found


def _decision(
    said: Mapping[str, str | None], row: int | None, file: str, known: DecidedFigures, faults: list[Fault]
) -> Decision | None:
    agency, item = said["agency"] or "", said["item"] or ""
    wrong: list[Fault] = []
    for value, names, column in ((agency, known.agencies, "agency"), (item, known.items, "item")):
        if value not in names:
            near = nearest(value, list(names))
            wrong.append(_fault("decision_unknown", said, row, file, value=value or "–", what=column, near=near))
    if not wrong and not _still(said["submitted"], known.entries.get((agency, item))):
        entry = known.entries.get((agency, item))
        wrong.append(
            _fault(
                "decision_stale",
                said,
                row,
                file,
                was=said["submitted"] or "–",
                now=entry.written if entry is not None and entry.written else "–",
            )
        )
    if not said["reason"]:
        wrong.append(_fault("decision_no_reason", said, row, file))
    day = day_of(said["decided_on"]) if said["decided_on"] else None
    if day is None:
        wrong.append(_fault("decision_no_date", said, row, file, value=said["decided_on"] or "–"))
    number, refused, code = _accepted(item, said["accepted"], known)
    if code is not None:
        wrong.append(_fault("decision_bad_number", said, row, file, value=said["accepted"] or "–"))
    faults += wrong
    if wrong or day is None or (number is None and not refused):
        return None
    return Decision(
        agency=agency,
        item=item,
        accepted=number,
        reason=str(said["reason"]),
        decided_on=day,
        decided_by=said["decided_by"],
        row=row,
    )


def _accepted(item: str, text: str | None, known: DecidedFigures) -> tuple[float | None, bool, str | None]:
    """The accepted number, whether none counts, and what is wrong with it."""
    if not text:
        return None, False, "empty"
    numbers, wrong = texts_to_numbers({item: text}, set())
    if wrong.get(item) == "placeholder":
        return None, True, None
    number = numbers.get(item)
    if number is None:
        return None, False, wrong.get(item, "not_a_number")
    broken = outside({item: number}, known.edition, known.catalogue).get(item, [])
    return number, False, broken[0].code if broken else None


def _still(submitted: str | None, entry: FormEntry | None) -> bool:
    """Whether a decision is about what is submitted now."""
    now = entry.written if entry is not None else None
    was = submitted.lstrip("'").strip() if submitted else None
    if (was or None) == (now.lstrip("'").strip() if now else None):
        return True
    if was is None or entry is None or entry.value is None:
        return False
    return texts_to_numbers({"x": was}, set())[0].get("x") == entry.value


def _fault(code: str, said: Mapping[str, str | None], row: int | None, file: str, **params: Any) -> Fault:
    return Fault(
        code=code,
        column=said["item"],
        value=params.pop("value", said["accepted"]),
        file=file,
        row=row,
        agency=said["agency"],
        params=params,
    )


# -- what waits for a decision -----------------------------------------------------------------------------------


def write_open(path: Path, entries: Sequence[FormEntry]) -> int:
    """Add a row for each figure that waits for a decision and has none yet; nothing that stands there is changed.

    Returns:
        how many rows were added.

    Raises:
        UsageError: the file is no csv, or lacks a column.
    """
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path}: decisions are written as .csv")
    text, header, separator = "", list(COLUMNS), ","
    there: set[tuple[str, str, str]] = set()
    if path.is_file():
        text = decoded(path.read_bytes(), path.name).decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        separator = max(SEPARATORS, key=first.count)
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
        header = [name.strip() for name in next(csv.reader([first.rstrip("\r")], delimiter=separator))]
        gone = [name for name in COLUMNS if name not in header]
        if gone:
            raise UsageError(f"{path}: no column {', '.join(gone)}")
        there = {(row["agency"] or "", row["item"] or "", _bare(row["submitted"])) for row in rows}
    added = [e for e in entries if (e.agency or "", e.item, _bare(_shown(e))) not in there]
    if not added:
        return 0
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=separator, restval="", lineterminator="\n")
    if not text:
        writer.writeheader()
    for entry in added:
        writer.writerow({"agency": entry.agency or "", "item": entry.item, "submitted": _shown(entry)})
    joint = "" if not text or text.endswith("\n") else "\n"
    write_whole(path, (text + joint + out.getvalue()).encode("utf-8-sig"))
    return len(added)


def _bare(text: str | None) -> str:
    return (text or "").strip().lstrip("'")


def _shown(entry: FormEntry) -> str:
    """What was submitted, so that a spreadsheet does not run it."""
    text = plain_number(entry.value) if entry.value is not None else entry.written or ""
    return f"'{text}" if text[:1] in "=+-@\t\r" and entry.value is None else text
