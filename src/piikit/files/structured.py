"""Tables in json, ndjson and parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from piikit.files.delimited import decoded
from piikit.files.headers import Place, name_columns
from piikit.files.origins import Read
from piikit.findings.errors import UnreadableError

MAX_JSON = 100_000_000
"""Bytes of a json file: in memory its values take about ten times as much."""
MAX_DEPTH = 8
"""Nesting of a json file; a table of rows under "data" nests three levels."""
MAX_VALUES = 200_000_000
"""Values of a parquet file once unpacked: 1.6 GB of numbers. Its size on disk says little."""
CHUNK = 1 << 24
NUMBERS, TEXTS = {int, float}, {str}


def read_json(content: bytes, file: str) -> Read:
    """A table from json: rows, columns, or either of them under "data".

    Raises:
        UsageError: too large, too deep, no json, a key given twice in a row, or no table.
    """
    content = _checked(content, file)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        row = dict(items)
        if len(row) != len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            raise UnreadableError("key_twice", file=file, name=repr(twice))
        return row

    try:
        table = json.loads(content, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("not_json", file=file, reason=str(error)) from error
    if isinstance(table, dict) and isinstance(table.get("data"), list | dict):
        table = table["data"]
    if isinstance(table, list) and all(isinstance(row, dict) for row in table):
        names = list(dict.fromkeys(name for row in table for name in row))
        columns: dict[str, Sequence[Any]] = {name: [row.get(name) for row in table] for name in names}
        return _framed(columns, range(1, len(table) + 1), file)
    if isinstance(table, dict) and all(isinstance(column, list) for column in table.values()):
        lengths = {name: len(column) for name, column in table.items()}
        if len(set(lengths.values())) > 1:
            raise UnreadableError("uneven_columns", file=file, lengths=str(lengths))
        return _framed(table, range(1, max(lengths.values(), default=0) + 1), file)
    raise UnreadableError("no_json_table", file=file)


def read_ndjson(content: bytes, file: str, first: int = 1) -> Read:
    """A table from json objects, one a line; `first` is the number of the first line.

    Raises:
        UsageError: too large, too deep, or a line that is no object.
    """
    lines = [(place, line) for place, line in enumerate(_checked(content, file).split(b"\n"), first) if line.strip()]
    array = b"[" + b",".join(line for _, line in lines) + b"]"
    wrong = next((place for place, line in lines if not line.strip().startswith(b"{")), None)
    if wrong is not None:
        raise UnreadableError("no_object", file=file, line=wrong)
    read = read_json(array, file)
    if read.frame.height != len(lines):
        raise UnreadableError("objects_a_line", file=file, lines=len(lines), objects=read.frame.height)
    row = pl.Series("@row", [place for place, _ in lines], dtype=pl.Int64)
    return Read(frame=read.frame.with_columns(row), findings=read.findings)


def read_parquet(content: bytes, file: str) -> Read:
    """A table from parquet.

    Raises:
        UsageError: no parquet, too many values, or columns of lists and structures.
    """
    try:
        plan = pl.scan_parquet(io.BytesIO(content))
        names = plan.collect_schema().names()
        rows = plan.select(pl.len()).collect().item()
        if rows * len(names) > MAX_VALUES:
            raise UnreadableError("too_many_values", file=file, rows=rows, columns=len(names), limit=MAX_VALUES)
        frame = plan.collect()
    except (PolarsError, ValueError, OSError) as error:
        raise UnreadableError("not_parquet", file=file, reason=str(error)) from error
    return placed(frame, range(1, frame.height + 1), file)


def _checked(content: bytes, file: str) -> bytes:
    if len(content) > MAX_JSON:
        raise UnreadableError("large_json", file=file, bytes=len(content), limit=MAX_JSON)
    content = decoded(content, file)
    depth = nesting(content)
    if depth > MAX_DEPTH:
        raise UnreadableError("too_deep", file=file, depth=depth, limit=MAX_DEPTH)
    return content


def nesting(content: bytes) -> int:
    """How deep the brackets of a json text nest, those inside texts aside; counted without parsing it."""
    if b"\\" in content:
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    deepest = level = inside = 0
    for start in range(0, len(content), CHUNK):
        block = np.frombuffer(content, np.uint8, min(CHUNK, len(content) - start), start)
        quoted = np.bitwise_xor.accumulate((block == ord('"')).view(np.uint8)) ^ inside
        step = np.zeros(len(block), np.int8)
        step[(block == ord("[")) | (block == ord("{"))] = 1
        step[(block == ord("]")) | (block == ord("}"))] = -1
        step[quoted == 1] = 0
        levels = np.cumsum(step, dtype=np.int32)
        deepest = max(deepest, level + int(levels.max(initial=0)))
        level += int(levels[-1])
        inside = int(quoted[-1])
    return deepest


def _framed(columns: Mapping[str, Sequence[Any]], rows: range, file: str) -> Read:
    return placed(pl.DataFrame([_series(name, cells, file) for name, cells in columns.items()]), rows, file)


def _series(name: str, cells: Sequence[Any], file: str) -> pl.Series:
    """A column with the type of its cells; text where they differ, so that true does not become the number 1."""
    kinds = set(map(type, cells)) - {type(None)}
    if kinds & {list, dict}:
        raise UnreadableError("nested_column", file=file, name=repr(name))
    if not kinds:
        return pl.Series(name, cells, dtype=pl.Null)
    if kinds <= NUMBERS and any(isinstance(cell, int) and abs(cell) > 2**63 - 1 for cell in cells):
        cells, kinds = [None if cell is None else float(cell) for cell in cells], {float}
    if kinds <= NUMBERS:
        return pl.Series(name, cells, dtype=pl.Float64 if float in kinds else pl.Int64, strict=False)
    if kinds in ({bool}, TEXTS):
        return pl.Series(name, cells)
    return pl.Series(name, [None if cell is None else _text(cell) for cell in cells], dtype=pl.String)


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        text = repr(cell).removesuffix(".0")
        # 1.234 in a text may mean 1234; 1.2340 cannot.
        return text + "0" if len(text.partition(".")[2]) == 3 and "e" not in text else text
    return str(cell)


def placed(frame: pl.DataFrame, rows: range, file: str) -> Read:
    """A table of typed columns with the origin of its rows."""
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype == pl.Object]
    if nested:
        raise UnreadableError("nested_columns", file=file, names=nested)
    place = Place(file=file)
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    frame = frame.with_columns(pl.col(texts).str.normalize("NFC")) if texts else frame
    names, found = name_columns(frame.columns, [True] * frame.width, place, 0)
    held = frame.columns
    data = frame.select(pl.col(held[index]).alias(name) for index, name in names.items())
    origin = place.origin(pl.Series(rows, dtype=pl.Int64))
    return Read(frame=data.with_columns(origin) if names else data, findings=tuple(found))
