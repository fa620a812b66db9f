"""A file in pieces of whole records, so that memory does not grow with the file."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import polars as pl
from attrs import evolve
from polars.exceptions import PolarsError

from piikit.files.delimited import BOMS, HEAD, NEWLINE, QUOTE, decoded, dialect_of, read_records, records
from piikit.files.folder import MAX_BYTES
from piikit.files.origins import Read
from piikit.files.structured import MAX_JSON, MAX_VALUES, placed, read_ndjson
from piikit.findings.errors import UnreadableError, UsageError
from piikit.findings.paths import path_of

PIECE = 1 << 25
"""Bytes of a piece: 32 MB of text make a table of about 200 MB, and what is done once a piece weighs little."""
MAX_RECORD = 1 << 26
"""Bytes of one record at most; a longer one is a quotation mark that is never closed."""
PEEK = 8 * HEAD
"""Bytes that hold `HEAD` bytes of UTF-8 in whatever encoding and form of Unicode they come."""
OF_HEADER = ("header_is_date", "reserved_header", "empty_header", "duplicate_header")
"""Findings on the names of columns, which every piece of a file has in common."""


def too_large(
    data: Any, *, text: int = MAX_BYTES, ndjson: int = MAX_JSON, values: int = MAX_VALUES
) -> TypeGuard[str | Path]:
    """Whether data are the path of a file that is read in pieces, because it is larger than what is read whole.

    Args:
        data: whatever a caller hands in.
        text: bytes of a csv, tsv or txt file that is read whole.
        ndjson: bytes of a ndjson file.
        values: values of a parquet file.
    """
    if not isinstance(data, str | Path):
        return False
    path = path_of(data)
    if path.suffix.lower() not in READERS or not path.is_file():
        return False
    suffix, size = path.suffix.lower(), path.stat().st_size
    if suffix == ".parquet" and size <= text:
        try:
            plan = pl.scan_parquet(data)
            return bool(plan.select(pl.len()).collect().item() * len(plan.collect_schema()) > values)
        except (PolarsError, OSError):
            return False  # read whole, it is named as what it is
    return size > (ndjson if suffix in {".ndjson", ".jsonl"} else text)


def pieces(path: str | Path, size: int = PIECE) -> Iterator[Read]:
    """The table of a file piece by piece, each with the origin of its rows; together they hold what `read` gives.

    Args:
        path: a csv, tsv, txt, ndjson or parquet file.
        size: bytes of a piece; of parquet, bytes of its numbers.

    Raises:
        UsageError: another kind of file, or what `read` refuses but for the size.
    """
    path = path_of(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableError("not_in_pieces", file=str(path), suffix=path.suffix or "–", known=list(READERS))
    if not path.is_file():
        raise UnreadableError("no_file", file=str(path))
    if size < 1:
        raise UsageError("piece_size", size=size)
    seen: set[str] = set()
    try:
        for piece in reader(path, size):
            kept = []
            for item in piece.findings:
                told = f"{item.code} {item.column} {item.params}" if item.code in OF_HEADER else ""
                if told not in seen:
                    kept.append(item)
                seen |= {told} - {""}
            yield evolve(piece, findings=tuple(kept))
    except OSError as error:
        raise UnreadableError("not_opened", file=str(path), reason=error.strerror or str(error)) from error


def _delimited(path: Path, size: int) -> Iterator[Read]:
    file = path.name
    head, encoding, returns = _head(path)
    dialect = dialect_of(head, file)
    done, some = 0, False
    for block in _blocks(path, size, encoding, quotes=True, returns=returns):
        ends, counts = records(block, dialect.separator, file)
        skip = max(0, dialect.header + 1 - done)
        if skip < len(ends) or (skip == len(ends) and not some):
            body = block[ends[skip - 1] :] if skip else block
            yield read_records(body, counts[skip:], dialect, done + skip + 1, file)
            some = True
        done += len(ends)


def _ndjson(path: Path, size: int) -> Iterator[Read]:
    _, encoding, returns = _head(path)
    done = 0
    for block in _blocks(path, size, encoding, quotes=False, returns=returns):
        if block.strip():
            yield read_ndjson(block, path.name, done + 1)
        done += block.count(b"\n")


def _parquet(path: Path, size: int) -> Iterator[Read]:
    try:
        plan = pl.scan_parquet(path)
        rows = plan.select(pl.len()).collect().item()
        step = max(1, size // (8 * max(1, len(plan.collect_schema()))))
        for start in range(0, max(rows, 1), step):
            frame = plan.slice(start, step).collect()
            yield placed(frame, range(start + 1, start + 1 + frame.height), path.name)
    except (PolarsError, ValueError) as error:
        raise UnreadableError("not_parquet", file=path.name, reason=str(error)) from error


READERS: Mapping[str, Callable[[Path, int], Iterator[Read]]] = {
    ".csv": _delimited,
    ".tsv": _delimited,
    ".txt": _delimited,
    ".ndjson": _ndjson,
    ".jsonl": _ndjson,
    ".parquet": _parquet,
}


def _head(path: Path) -> tuple[bytes, str, bool]:
    """The beginning of a text file as UTF-8, its encoding, and whether its lines end in a carriage return alone."""
    with path.open("rb") as source:
        raw = source.read(PEEK)
    mark = next((bom for bom in BOMS if raw.startswith(bom)), b"")
    encoding = BOMS.get(mark, "utf-8")
    # A sign that is cut in two at the end is left out here; what is wrong elsewhere is said when it is read.
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw[len(mark) :], final=False)
    return decoded(text.encode(), path.name), encoding, "\r" in text and "\n" not in text


def _blocks(path: Path, size: int, encoding: str, *, quotes: bool, returns: bool) -> Iterator[bytes]:
    """The content of a text file as `decoded` gives it, in blocks of whole records."""
    rest, rows = b"", 0
    for text in _decoded_blocks(path, size, encoding):
        if returns and b"\n" in text:
            raise UnreadableError("two_line_ends", file=path.name)
        rest += text.replace(b"\r", b"\n") if returns else text
        cut = _records_end(rest) if quotes else rest.rfind(b"\n") + 1
        if cut:
            yield _composed(rest[:cut], path.name)
            rows, rest = rows + rest.count(b"\n", 0, cut), rest[cut:]
        elif len(rest) > max(MAX_RECORD, 2 * size):
            raise UnreadableError("open_quote", file=path.name, row=rows + 1)
    if quotes and rest.count(b'"') % 2:
        raise UnreadableError("open_quote", file=path.name, row=rows + 1)
    if rest:
        yield _composed(rest, path.name)


def _records_end(block: bytes) -> int:
    """Where the last whole record of a block ends that begins with a record."""
    signs = np.frombuffer(block, np.uint8)
    free = np.bitwise_xor.accumulate((signs == QUOTE).view(np.uint8)) == 0
    ends = np.flatnonzero((signs == NEWLINE) & free)
    return int(ends[-1]) + 1 if len(ends) else 0


def _composed(block: bytes, file: str) -> bytes:
    # Nothing composes with the line feed before it, so whole lines can be composed by themselves.
    if not block.isascii() and not unicodedata.is_normalized("NFC", text := block.decode()):
        block = unicodedata.normalize("NFC", text).encode()
    if b"\0" in block:
        raise UnreadableError("null_byte_inside", file=file)
    return block


def _decoded_blocks(path: Path, size: int, encoding: str) -> Iterator[bytes]:
    """The content as UTF-8 without mark, cut anywhere between two signs."""
    decoder = codecs.getincrementaldecoder(encoding)()
    mark = next((bom for bom, name in BOMS.items() if name == encoding), b"")
    done = lines = 0
    with path.open("rb") as source:
        if source.read(len(mark)) == mark:
            done = len(mark)
        else:
            source.seek(0)
        while True:
            raw = source.read(size)
            try:
                text = decoder.decode(raw, final=not raw)
            except UnicodeDecodeError as error:
                before = len(error.object) - len(raw)
                at = done - before + error.start
                line = lines + error.object.count(b"\n", 0, error.start) + 1
                raise UnreadableError(
                    "bad_encoding",
                    file=path.name,
                    encoding=encoding.upper(),
                    byte=f"{error.object[error.start]:#04x}",
                    at=at,
                    line=line,
                ) from error
            done += len(raw)
            lines += raw.count(b"\n")
            if text:
                yield text.encode()
            if not raw:
                return
