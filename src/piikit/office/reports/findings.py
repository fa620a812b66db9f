"""Findings as a file that can be sent back to whoever delivered the figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, overload

import polars as pl

from piikit.files.contents import put, suffix_of
from piikit.files.safe_writing import formula_safe
from piikit.files.xlsx.write import SheetColumn, WorkbookWriter, workbook
from piikit.findings.errors import UsageError
from piikit.findings.finding import FIRST, Findings
from piikit.findings.messages import Lang
from piikit.findings.paths import path_of

WIDTHS = {"message": 60, "hint": 50, "expected": 24, "value": 20, "area_name": 18, "column": 22, "code": 20, "file": 28}
"""Widths of columns in characters, so that a reader need not drag them; the others are 10."""


def _csv(found: pl.DataFrame) -> bytes:
    return formula_safe(found).write_csv().encode("utf-8-sig")


def _json(found: pl.DataFrame) -> bytes:
    return (json.dumps(found.to_dicts(), ensure_ascii=False, indent=1) + "\n").encode()


def _xlsx(found: pl.DataFrame) -> bytes:
    columns = [
        SheetColumn(label=name, kind="int" if dtype.is_integer() else "wrap", width=WIDTHS.get(name, 10))
        for name, dtype in found.schema.items()
    ]
    return workbook(lambda book: _filled(book, columns, found))


def _filled(book: WorkbookWriter, columns: Sequence[SheetColumn], found: pl.DataFrame) -> None:
    book.table(book.sheet("findings"), columns, found.iter_rows(), fit=True)


FORMATS: Mapping[str, Callable[[pl.DataFrame], bytes]] = {".csv": _csv, ".json": _json, ".xlsx": _xlsx}


@overload
def write_findings(found: pl.DataFrame, path: str | Path, *, format: str | None = ...) -> Path: ...
@overload
def write_findings(found: pl.DataFrame, path: IO[bytes], *, format: str | None = ...) -> None: ...
def write_findings(found: pl.DataFrame, path: str | Path | IO[bytes], *, format: str | None = None) -> Path | None:
    """Write findings, as `check` or `Result.findings` give them, to a csv, json or xlsx file.

    Args:
        found: the frame of findings, or a part of it (those of one file, for example).
        path: where to, or a file that is open for bytes; the suffix says in which format.
        format: "csv", "json" or "xlsx" in place of the suffix.

    Returns:
        the path; None of an open file.

    Raises:
        UsageError: another suffix, or the place cannot be written to.
        MissingExtraError: xlsx without the extra `excel`.

    >>> import piikit, tempfile
    >>> found = piikit.check({"area": ["Hà Nội"], "hdi": [1.8]}, "pii-2024")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     piikit.office.write_findings(found, folder + "/findings.json").name
    'findings.json'
    """
    place = path_of(path) if isinstance(path, str | Path) else path
    return put(place, FORMATS[known_suffix(place, format)](found))


def with_first(found: pl.DataFrame, notices: Findings, lang: Lang) -> pl.DataFrame:
    """Findings with what must be known of the edition before them, where it is not among them yet.

    A frame that holds only what is wrong with some figures travels alone: what it is about must be said in it.
    """
    there = set(found["code"])
    first = Findings(item for item in notices if item.code in FIRST and item.code not in there).frame(lang)
    return pl.concat([first, found], how="diagonal_relaxed").select(found.columns)


def known_suffix(path: str | Path | IO[bytes], format: str | None = None) -> str:
    """The suffix of a file that findings can be written to.

    Raises:
        UsageError: another suffix.
    """
    suffix = suffix_of(path, format, list(FORMATS))
    if suffix not in FORMATS:
        raise UsageError(f"{path}: findings are written as {', '.join(FORMATS)}, not {suffix!r}")
    return suffix
