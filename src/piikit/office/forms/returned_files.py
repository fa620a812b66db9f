"""The folder of returned forms: every file in it is either read as a form or named."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from piikit.files.folder import read_headed
from piikit.files.xlsx.grid import SheetGrid, grids
from piikit.findings.dates import day_of
from piikit.findings.errors import UnreadableError, UsageError
from piikit.findings.finding import HIDDEN
from piikit.findings.messages import LANGUAGES, Lang
from piikit.office.forms.form_faults import Fault
from piikit.office.forms.layout import LIMITS

MAX_FILES = 2_000
"""Files of a folder with its subfolders: a plan has some dozens of agencies."""
WORKBOOKS = (".xlsx", ".xlsm")
LIKE_FORMS = (".xls", ".xlsb", ".ods")
"""Files of other spreadsheets: a form may have been saved as one."""
DECISIONS, RECEIVED, EVIDENCE = "decisions.csv", "received.csv", "evidence"
"""What stands in the folder beside the forms."""


@frozen(kw_only=True)
class Opened:
    """A file of the folder.

    Attributes:
        name: its path inside the folder, with / between the parts.
        path: where it is.
        date: the day on which it came.
        sheets: those of a workbook that could be read; None for any other file.
        digest: SHA-256 of its bytes.
    """

    name: str
    path: Path
    date: datetime.date
    sheets: tuple[SheetGrid, ...] | None = None
    stated: bool = False


def files_of(folder: Path, evidence: Path) -> list[tuple[str, Path]]:
    """The files of a folder and its subfolders by name; hidden ones, and the folder of evidence, are not looked at.

    Raises:
        UsageError: no such folder, or more files than forms can be.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; name the one with the forms that came back")
    found: list[tuple[str, Path]] = []
    beside = evidence.resolve()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here / name).resolve() != beside)
        for name in names:
            path = here / name
            inside = path.relative_to(folder).as_posix()
            if not name.startswith(".") and inside not in (DECISIONS, RECEIVED):
                found.append((inside, path))
        if len(found) > MAX_FILES:
            raise UsageError(f"{folder}: more than {MAX_FILES} files; name the folder with the forms alone")
    return sorted(found)


def read_files(
    files: Iterable[tuple[str, Path]], dates: Mapping[str, datetime.date], faults: list[Fault]
) -> Iterator[Opened]:
    """The files one after the other, so that one workbook is held at a time."""
    for name, path in files:
        came = dates.get(name) or datetime.date.fromtimestamp(path.lstat().st_mtime)
        opened = Opened(name=name, path=path, date=came, stated=name in dates)
        suffix = path.suffix.lower()
        if path.name.startswith("~$"):
            faults.append(Fault(code="form_open", severity="info", file=name))
            continue
        if path.is_symlink() or not path.is_file() or suffix not in (*WORKBOOKS, *LIKE_FORMS):
            faults.append(Fault(code="form_skipped", severity="warning", file=name, params={"known": list(WORKBOOKS)}))
            continue
        sheets, reason = _sheets(path, name)
        if reason is not None:
            faults.append(Fault(code="form_unreadable", file=name, params={"reason": reason}))
        yield Opened(name=name, path=path, date=opened.date, sheets=sheets, stated=opened.stated)


def _sheets(path: Path, name: str) -> tuple[tuple[SheetGrid, ...] | None, Mapping[str, str] | None]:
    """The sheets of a workbook, or why there are none, in both languages."""
    try:
        if path.suffix.lower() in LIKE_FORMS:
            raise UnreadableError("unknown_kind", file=name, suffix=path.suffix, known=list(WORKBOOKS))
        size = path.stat().st_size
        if size > LIMITS.file:
            raise UnreadableError("large_workbook", file=name, bytes=size, limit=LIMITS.file)
        if size == 0:
            raise UnreadableError("empty_file", file=name)
        return grids(path.read_bytes(), name, LIMITS), None
    except UnreadableError as error:
        return None, {lang: error.text(lang) for lang in LANGUAGES}
    except OSError as error:
        told = UnreadableError("not_opened", file=name, reason=str(error.strerror or error))
        return None, {lang: told.text(lang) for lang in LANGUAGES}


# -- when the files came -----------------------------------------------------------------------------------------


def table_rows(path: Path, columns: Iterable[str], lang: Lang) -> list[dict[str, str | int | None]]:
    """The rows of a small table that people keep, every cell as text, with the number of its row under "row".

    Raises:
        UsageError: the file cannot be read, or lacks a column; all those missing are named.
    """
    wanted = list(columns)

    def heads(texts: Iterable[object]) -> bool:
        return set(wanted[:2]) <= {str(text).strip().casefold() for text in texts if text is not None}

    frame = read_headed(path, heads).frame
    frame = frame.rename({name: name.strip().casefold() for name in frame.columns if not name.startswith("@")})
    gone = [name for name in wanted if name not in frame.columns]
    if gone:
        said = {"vi": "thiếu cột", "en": "no column"}[lang]
        raise UsageError(f"{path}: {said} {', '.join(gone)} ({', '.join(wanted)})")
    row = HIDDEN["row"]
    return [
        {**{name: _text(cells[name]) for name in wanted}, "row": cells.get(row)}
        for cells in frame.iter_rows(named=True)
    ]


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    return str(cell).strip() or None


def came_on(folder: Path, names: Iterable[str], faults: list[Fault], lang: Lang) -> dict[str, datetime.date]:
    """The days that `received.csv` gives for files; the time of a file itself is not trusted where it says one."""
    path = folder / RECEIVED
    if not path.is_file():
        return {}
    known = set(names)
    found: dict[str, datetime.date] = {}
    for cells in table_rows(path, ("file", "date"), lang):
        name, date = cells["file"], cells["date"]
        if name is None:
            continue
        row = cells["row"] if isinstance(cells["row"], int) else None
        day = day_of(date) if date is not None else None
        if str(name) not in known:
            faults.append(Fault(code="received_unknown", severity="warning", value=str(name), file=RECEIVED, row=row))
        elif day is None:
            faults.append(Fault(code="form_bad_date", value=str(date or "–"), file=RECEIVED, row=row, column="date"))
        else:
            found[str(name)] = day
    return found
