"""Read a table from a frame, anything with the Arrow PyCapsule interface, a mapping of columns, rows, or files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol

import polars as pl
from polars.exceptions import PolarsError

from piikit.files.delimited import read_delimited
from piikit.files.folder import read_path, read_paths
from piikit.files.origins import PART, Read
from piikit.files.structured import read_json, read_ndjson
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
    | bytes
    | IO[bytes]
    | IO[str]
    | Mapping[str, Any]
    | Iterable[Mapping[str, Any]]
    | Sequence[str | Path]
)
"""A table: a frame, a mapping of columns, rows, a path or several, bytes, or an open file; see `read`."""
STDIN = "-"
"""The name of the file that comes through standard input."""

__all__ = ["Read", "TableLike", "read", "read_bytes", "read_content", "read_table"]


def read_content(content: bytes, file: str = STDIN) -> Read:
    """A table from bytes, as they come through standard input: json, ndjson or csv.

    Raises:
        UsageError: the content is none of them.
    """
    start = content.lstrip()[:1]
    try:
        if start == b"[":
            return read_json(content, file)
        if start == b"{":
            try:
                return read_json(content, file)
            except UsageError:
                # Several objects, one a line, are no json; whatever else is wrong is said of them too.
                return read_ndjson(content, file)
        return read_delimited(content, file)
    except UsageError as error:
        raise UnreadableError("standard_input", reason=error) from error


def read(data: TableLike | Read) -> Read:
    """A table from what a caller has, with what was wrong with the form of its files.

    Args:
        data: a polars DataFrame or LazyFrame, anything with the Arrow PyCapsule interface (pandas, pyarrow, duckdb),
            a mapping of columns, a list of rows, a path of a file or folder, a list of paths, or a `Read`.

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
    if isinstance(data, list | tuple) and data and all(isinstance(part, str | Path) for part in data):
        return read_paths(data)
    # The index of a pandas frame is no column of it; where it holds the areas it is meant to be one.
    if "area" in (getattr(getattr(data, "index", None), "names", None) or ()) and hasattr(data, "reset_index"):
        data = data.reset_index()
    if hasattr(data, "__arrow_c_stream__") or isinstance(data, Mapping | list):
        try:
            return Read(frame=pl.DataFrame(data, strict=False))
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


def read_bytes(content: bytes) -> pl.DataFrame:
    """The table alone from bytes; see `read_content`."""
    return _sound(read_content(content))


def _sound(found: Read) -> pl.DataFrame:
    # Nobody looks at the findings here, so an error must not pass.
    wrong = Findings(found.findings).errors
    if wrong:
        raise InputError(wrong, title=Phrase("usage.unsound_data"))
    return found.frame.drop([name for name in (*HIDDEN.values(), PART) if name in found.frame.columns])
