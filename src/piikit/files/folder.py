"""Files: one, several, or all of a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from piikit.files.delimited import read_delimited
from piikit.files.headers import Heads, Place
from piikit.files.origins import Read, together
from piikit.files.structured import read_json, read_ndjson, read_parquet
from piikit.files.xlsx.workbook import read_workbook
from piikit.findings.errors import UnreadableError, UsageError
from piikit.findings.finding import Finding
from piikit.findings.paths import path_of

MAX_BYTES = 500_000_000
"""Bytes of a file read whole: five million rows of six columns as csv. Larger ones are read in pieces."""
TEMPORARY = ("~$", ".", "._")
"""How the names of files begin that programs keep beside open documents, and hidden ones."""
BESIDE = "-metadata.json"
"""What is added to the name of a table's file for what is said of it (W3C, Metadata Vocabulary for Tabular Data)."""

FORMATS: Mapping[str, Callable[[bytes, str], Read]] = {
    ".csv": read_delimited,
    ".json": read_json,
    ".jsonl": read_ndjson,
    ".ndjson": read_ndjson,
    ".parquet": read_parquet,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsm": read_workbook,
    ".xlsx": read_workbook,
}


def read_path(path: str | Path) -> Read:
    """A table from a file, by its suffix, or from all files of a folder.

    Raises:
        UsageError: no such file, an unknown suffix, or a content that is no such table.
    """
    path = path_of(path)
    if path.is_dir():
        return _folder(path)
    return _file(path, path.name)


def read_headed(path: str | Path, heads: Heads) -> Read:
    """A table from a file whose header is another than that of data.

    Args:
        path: a file of any format of `read_path`.
        heads: whether a row of cells is the header; in a workbook the sheets that have such a row are read.

    Raises:
        UsageError: no such file, an unknown suffix, or a content that is no such table.
    """
    path = path_of(path)
    return _file(path, path.name, heads)


def read_paths(paths: Sequence[str | Path]) -> Read:
    """Several files or folders as one table.

    Raises:
        UsageError: none at all, or some cannot be read; all of those are named at once.
    """
    found: list[Finding] = []
    files: list[Path] = []
    for path in map(path_of, paths):
        if path.is_dir():
            inside, skipped = _inside(path)
            files += inside
            found += skipped
        else:
            files.append(path)
    return _several(files, found)


def _folder(folder: Path) -> Read:
    files, found = _inside(folder)
    if not files:
        raise UnreadableError("empty_folder", file=str(folder), known=list(FORMATS))
    return _several(files, found)


def _inside(folder: Path) -> tuple[list[Path], list[Finding]]:
    """The files of a folder that can be read, by name, and a finding for each other one."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise UnreadableError("not_opened", file=str(folder), reason=str(error.strerror or error)) from error
    # What says something of a table of the folder is no table itself.
    beside = {path.name + BESIDE for path in entries}
    seen = [path for path in entries if not path.name.startswith(TEMPORARY) and path.name not in beside]
    files = [path for path in seen if path.is_file() and path.suffix.lower() in FORMATS]
    found = []
    for path in seen:
        if path not in files:
            cells = Place(file=path.name).cells([None], [None])
            params = {"where": path.name, "known": list(FORMATS)}
            found.append(Finding(code="skipped_file", severity="warning", params=params, cells=cells))
    return files, found


def _several(paths: Sequence[Path], found: Sequence[Finding]) -> Read:
    if not paths:
        raise UsageError("no_files")
    names = _names(paths)
    parts: list[Read] = []
    wrong: list[UsageError] = []
    for path, name in zip(paths, names, strict=True):
        try:
            parts.append(_file(path, name))
        except UsageError as error:
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        raise UnreadableError("several", n=len(wrong), total=len(paths), each=wrong)
    read = together(parts)
    return Read(frame=read.frame, findings=(*found, *read.findings), parts=read.parts)


def _names(paths: Sequence[Path]) -> list[str]:
    """The names of files, with as much of their folders as tells them apart."""
    names = [path.name for path in paths]
    if len(set(names)) == len(names):
        return names
    whole = [os.path.abspath(path) for path in paths]
    common = os.path.commonpath([os.path.dirname(path) for path in whole])
    return [
        name if names.count(name) == 1 else Path(os.path.relpath(path, common)).as_posix()
        for name, path in zip(names, whole, strict=True)
    ]


def checked_size(size: int, file: str) -> None:
    """Refuse what is too large to be read whole.

    Raises:
        UnreadableError: more bytes than that.
    """
    if size > MAX_BYTES:
        raise UnreadableError("large_file", file=file, bytes=size, limit=MAX_BYTES)


def _file(path: Path, name: str, heads: Heads | None = None) -> Read:
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableError("unknown_kind", file=str(path), suffix=repr(path.suffix), known=list(FORMATS))
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableError("no_file", file=str(path))
        checked_size(size, str(path))
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableError("no_file", file=str(path)) from error
    except OSError as error:
        raise UnreadableError("not_opened", file=str(path), reason=str(error.strerror or error)) from error
    if heads is not None and reader in (read_delimited, read_workbook):
        return read_delimited(content, name, heads) if reader is read_delimited else read_workbook(content, name, heads)
    return reader(content, name)
