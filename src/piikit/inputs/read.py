"""Read a table from a frame, anything with the Arrow PyCapsule interface, a mapping of columns, or a file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from piikit.errors import MissingExtraError, UsageError

Source = Any
"""What `evaluate` takes as data: see `read_table`."""


def _csv(source: str | Path | io.BytesIO) -> pl.DataFrame:
    # Everything is text at first: a code such as 01 must not become the number 1.
    return pl.read_csv(source, infer_schema=False, truncate_ragged_lines=False)


def _json(source: str | Path | io.BytesIO) -> pl.DataFrame:
    text = source.getvalue() if isinstance(source, io.BytesIO) else Path(source).read_bytes()
    rows = json.loads(text)
    if isinstance(rows, Mapping):
        return pl.DataFrame(rows, strict=False)
    return pl.DataFrame(rows, strict=False, infer_schema_length=None)


def _excel(source: str | Path | io.BytesIO) -> pl.DataFrame:
    try:
        return pl.read_excel(source, engine="calamine", infer_schema_length=None)
    except ModuleNotFoundError as error:
        raise MissingExtraError("reading xlsx files needs the extra 'excel': pip install 'piikit[excel]'") from error


FORMATS: Mapping[str, Callable[[Any], pl.DataFrame]] = {
    ".csv": _csv,
    ".json": _json,
    ".ndjson": lambda source: pl.read_ndjson(source, infer_schema_length=None),
    ".parquet": pl.read_parquet,
    ".xlsx": _excel,
}


def read_file(path: str | Path) -> pl.DataFrame:
    """A table from a file, by its suffix: csv, json (rows or columns), ndjson, parquet, xlsx.

    Raises:
        UsageError: no such file, an unknown suffix, or a content that is no such table.
        MissingExtraError: xlsx without the extra `excel`.
    """
    path = Path(path)
    reader = FORMATS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path}: unknown kind of file {path.suffix!r}; known are {', '.join(FORMATS)}")
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    try:
        return reader(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    except (PolarsError, ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"{path}: not a readable {path.suffix[1:]} table: {error}") from error


def read_bytes(content: bytes) -> pl.DataFrame:
    """A table from bytes, as they come through standard input: json, ndjson or csv.

    Raises:
        UsageError: the content is none of them.
    """
    start = content.lstrip()[:1]
    try:
        if start == b"[":
            return _json(io.BytesIO(content))
        if start == b"{":
            try:
                return _json(io.BytesIO(content))
            except ValueError:
                return FORMATS[".ndjson"](io.BytesIO(content))
        return _csv(io.BytesIO(content))
    except (PolarsError, ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"standard input: not a readable table: {error}") from error


def read_table(data: Source) -> pl.DataFrame:
    """A polars frame from what a caller has.

    Args:
        data: a polars DataFrame or LazyFrame, anything with the Arrow PyCapsule interface (pandas, pyarrow, duckdb),
            a mapping of columns, a list of rows, or a path.

    Raises:
        UsageError: anything else, or a file that cannot be read.
    """
    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, pl.LazyFrame):
        return data.collect()
    if isinstance(data, str | Path):
        return read_file(data)
    if hasattr(data, "__arrow_c_stream__") or isinstance(data, Mapping | list):
        try:
            return pl.DataFrame(data, strict=False)
        except (PolarsError, ValueError, TypeError) as error:
            raise UsageError(f"data: not a table: {error}") from error
    raise UsageError(
        f"data must be a polars frame, an object with the Arrow PyCapsule interface, a mapping of columns or a path, "
        f"not {type(data).__name__}"
    )
