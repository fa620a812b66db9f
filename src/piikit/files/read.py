"""Read a table from a frame, anything with the Arrow PyCapsule interface, a mapping of columns, rows, or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from polars.exceptions import PolarsError

from piikit.files.contents import Content, content_of, is_content
from piikit.files.delimited import read_delimited
from piikit.files.folder import FORMATS, checked_size, read_path, read_paths
from piikit.files.origins import PART, Read
from piikit.files.structured import read_json, read_ndjson, read_parquet
from piikit.files.xlsx.workbook import read_workbook
from piikit.findings.errors import InputError, UnreadableError, UsageError
from piikit.findings.finding import HIDDEN, Findings
from piikit.findings.messages import Phrase


class ArrowStream(Protocol):
    """Anything with the Arrow PyCapsule interface: frames of pandas, pyarrow, duckdb and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The stream of the table."""
        ...


TableLike = (
    pl.DataFrame
    | pl.LazyFrame
    | ArrowStream
    | str
    | Path
    | Content
    | Mapping[str, Any]
    | Iterable[Mapping[str, Any]]
    | Sequence[str | Path]
)
"""A table: a frame, a mapping of columns, rows, a path or several, bytes, or an open file; see `read`."""
BINARY: Mapping[bytes, Callable[[bytes, str], Read]] = {b"PK\x03\x04": read_workbook, b"PAR1": read_parquet}
"""The files that are no text, by how they begin."""
STDIN = "-"
"""The name of the file that comes through standard input."""

__all__ = ["Read", "TableLike", "read", "read_content", "read_standard_input", "read_table"]


def read_content(content: bytes, file: str) -> Read:
    """A table from bytes, by the suffix of the file's name or else by how they begin.

    Raises:
        UsageError: the content is no such table.
    """
    checked_size(len(content), file)
    named = FORMATS.get(Path(file).suffix.lower())
    if named is not None:
        return named(content, file)
    for start, reader in BINARY.items():
        if content.startswith(start):
            return reader(content, file)
    start = content.lstrip()[:1]
    if start == b"[":
        return read_json(content, file)
    if start == b"{":
        try:
            return read_json(content, file)
        except UsageError:
            # Several objects, one a line, are no json; whatever else is wrong is said of them too.
            return read_ndjson(content, file)
    return read_delimited(content, file)


def read_standard_input(content: bytes) -> Read:
    """A table from the bytes that came through standard input; see `read_content`.

    Raises:
        UnreadableError: the content is no table.
    """
    try:
        return read_content(content, STDIN)
    except UsageError as error:
        raise UnreadableError("standard_input", reason=error) from error


def read(data: TableLike | Read) -> Read:
    """A table from what a caller has, with what was wrong with the form of its files.

    Args:
        data: a polars DataFrame or LazyFrame, anything with the Arrow PyCapsule interface (pandas, pyarrow, duckdb),
            a mapping of columns, rows (mappings, in any iterable), a path of a file or folder, several paths, bytes or
            an open file (their kind is known by the file's name or by how they begin), or a `Read`.

    Raises:
        UsageError: anything else, or a file that cannot be read.
    """
    if isinstance(data, Read):
        return data
    if isinstance(data, pl.DataFrame):
        return Read(frame=data)
    if isinstance(data, pl.LazyFrame):
        return Read(frame=data.collect())
    if isinstance(data, str | Path):
        return read_path(data)
    # The index of a pandas frame is no column of it; where it holds the areas it is meant to be one.
    if "area" in (getattr(getattr(data, "index", None), "names", None) or ()) and hasattr(data, "reset_index"):
        data = data.reset_index()
    columns = isinstance(data, Mapping) or hasattr(data, "__arrow_c_stream__")
    if not columns and is_content(data):
        return read_content(*content_of(data))
    table: Any = data
    if not columns and isinstance(data, Iterable):
        table = list(data)
        if table and all(isinstance(part, str | Path) for part in table):
            return read_paths(table)
        columns = all(isinstance(row, Mapping) for row in table)
    if columns:
        try:
            # Of rows all are looked at: what comes late may be a new column, or a decimal where whole numbers stood.
            return Read(frame=pl.DataFrame(table, strict=False, infer_schema_length=None))
        except (PolarsError, ValueError, TypeError) as error:
            raise UnreadableError("not_a_table", reason=str(error)) from error
    raise UsageError("no_table", kind=type(data).__name__)


def read_table(data: TableLike | Read) -> pl.DataFrame:
    """The table alone, without the origin of its rows.

    Raises:
        UsageError: see `read`.
        InputError: the form of a file is at fault.
    """
    return _sound(read(data))


def _sound(found: Read) -> pl.DataFrame:
    # Nobody looks at the findings here, so an error must not pass.
    wrong = Findings(found.findings).errors
    if wrong:
        raise InputError(wrong, title=Phrase("usage.unsound_data"))
    return found.frame.drop([name for name in (*HIDDEN.values(), PART) if name in found.frame.columns])
