"""Tables in text files: one record a line, cells between separators, in the encodings that spreadsheets write."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Sequence

import numpy as np
import polars as pl
from attrs import frozen
from polars.exceptions import PolarsError

from piikit.files.headers import Heads, Place, is_header, name_columns
from piikit.files.origins import Read
from piikit.findings.errors import UnreadableError
from piikit.findings.finding import Finding

SEPARATORS = (",", ";", "\t")
HEAD = 65_536
"""Bytes in which the header and the separator are looked for: a header of 60 columns has about one thousand."""
CHUNK = 1 << 24
"""Bytes counted at once: beyond 16 MB nothing is gained, and the memory for the count stays small."""
MAX_COLUMNS = 16_384
"""As many columns as a spreadsheet can have; a record with more is no record of a table."""
QUOTE, NEWLINE = ord('"'), ord("\n")
ASCII = bytes(range(128))
COMPOSED = ((0x80, 0x2FF), (0x1E00, 0x1EFF), (0x2010, 0x203F))
"""Signs that stand for themselves alone and combine with none before them: the letters of Vietnamese, dashes, quotes.

A text of these is in NFC; `_composed` knows them by their first bytes in UTF-8.
"""
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@frozen(kw_only=True)
class Dialect:
    """How a text file separates cells, and its header.

    Attributes:
        separator: one of `SEPARATORS`, or what a first line `sep=` names.
        header: the record that names the columns, counted from 0.
        names: its cells.
    """

    separator: str
    header: int
    names: tuple[str, ...]


def read_delimited(content: bytes, file: str, heads: Heads = is_header) -> Read:
    """A table from the bytes of a csv, tsv or txt file; every cell stays text.

    Raises:
        UsageError: an encoding that is none of those known, null bytes, a quotation mark that is never closed.
    """
    content = decoded(content, file)
    dialect = dialect_of(content, file, heads)
    ends, counts = records(content, dialect.separator, file)
    body = content[ends[dialect.header] :] if dialect.header < len(ends) else b""
    return read_records(body, counts[dialect.header + 1 :], dialect, dialect.header + 2, file)


def read_records(body: bytes, counts: np.ndarray, dialect: Dialect, first: int, file: str) -> Read:
    """A table from whole records below a header.

    Args:
        body: the records, as `decoded` gives them.
        counts: how many separators each has.
        dialect: how they are written.
        first: the row of the first of them, counted from 1.
        file: the name of the file.

    Raises:
        UsageError: a record with too many cells, a misplaced quotation mark.
    """
    place = Place(file=file)
    width = max(len(dialect.names), int(counts.max(initial=0)) + 1)
    if width > MAX_COLUMNS:
        row = first + (int(counts.argmax()) if len(counts) else -1)
        raise UnreadableError("too_wide", file=file, row=row, width=width, limit=MAX_COLUMNS)
    columns = [f"@{index}" for index in range(width)]
    frame = _parsed(body, dialect.separator, columns, file)
    if frame.height != len(counts):
        raise UnreadableError("rows_lost", file=file, counted=len(counts), read=frame.height)
    rows = pl.Series(np.arange(first, first + frame.height))
    return _checked(frame.with_columns(rows.alias("@row")), counts, dialect, place)


def _checked(frame: pl.DataFrame, counts: np.ndarray, dialect: Dialect, place: Place) -> Read:
    n = len(dialect.names)
    named = max((index + 1 for index, name in enumerate(dialect.names) if name.strip()), default=0)
    # Only a column without a name is asked whether it holds anything.
    bare = [index for index, name in enumerate(dialect.names) if not name.strip()]
    holds = [False] * n
    if bare:
        for index, held in zip(bare, frame.select(_filled(index).any() for index in bare).row(0), strict=True):
            holds[index] = held
    names, wrong = name_columns(dialect.names, holds, place, dialect.header + 1)
    frame, found = _whole_rows(frame, counts, n, named, place)
    data = frame[[f"@{index}" for index in names]]
    data.columns = list(names.values())
    data = data.hstack(place.origin(frame["@row"]))
    return Read(frame=data, findings=(*wrong, *found))


def _filled(index: int) -> pl.Expr:
    """Whether the cells of a column hold anything but spaces."""
    return pl.col(f"@{index}").str.strip_chars().fill_null("") != ""


def _whole_rows(
    frame: pl.DataFrame, counts: np.ndarray, n: int, named: int, place: Place
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows that hold anything, all under the header, and what is wrong with the others."""
    width = frame.width - 1
    # The first column, most often that of the areas, tells at once that no row is empty.
    if width == n and not len(counts[counts + 1 < named]) and frame.select(_filled(0).all()).item():
        return frame, []
    filled = [_filled(index) for index in range(width)]
    beyond = pl.any_horizontal(filled[n:]) if filled[n:] else pl.lit(False)
    marks = frame.select(pl.any_horizontal(filled).alias("some"), beyond.alias("beyond"), "@row")
    marks = marks.with_columns(pl.Series("cells", counts + 1, dtype=pl.Int64))
    found: list[Finding] = []
    for code, severity, which in (
        ("ragged_row", "error", pl.col("beyond")),
        ("short_row", "warning", pl.col("some") & ~pl.col("beyond") & (pl.col("cells") < named)),
    ):
        odd = marks.filter(which)
        if not odd.is_empty():
            cells = place.cells(odd["@row"].to_list(), odd["cells"].to_list())
            params = {"where": place.where, "n": named}
            found.append(finding(code, severity, params, cells))
    return frame.filter(marks["some"] & ~marks["beyond"]), found


def finding(code: str, severity: str, params: dict[str, object], cells: pl.DataFrame | None = None) -> Finding:
    """A finding about the rows of a file, not about one column."""
    return Finding(code=code, severity=severity, params=params, cells=cells)


def decoded(content: bytes, file: str) -> bytes:
    """The content as UTF-8 without mark, its Vietnamese composed (NFC) and its lines ended by a line feed."""
    mark = next((bom for bom in BOMS if content.startswith(bom)), b"")
    encoding = BOMS.get(mark, "utf-8")
    body = content[len(mark) :] if mark else content
    if encoding == "utf-8" and (body.isascii() or _composed(body)):
        content = body
    else:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start + len(mark)
            line = content.count(b"\n", 0, at) + 1
            raise UnreadableError(
                "bad_encoding", file=file, encoding=encoding.upper(), byte=f"{content[at]:#04x}", at=at, line=line
            ) from error
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        content = text.encode()
    null = content.find(b"\0")
    if null >= 0:
        raise UnreadableError("null_byte", file=file, at=null)
    return content if b"\n" in content else content.replace(b"\r", b"\n")


def _composed(content: bytes) -> bool:
    """Whether the content is UTF-8 that holds no sign but those of `COMPOSED`, told without decoding it."""
    try:
        # As fast as memory can be read, where Python's own decoding makes a text of four bytes a sign.
        pl.Series([content], dtype=pl.Binary).cast(pl.String)
    except PolarsError:
        return False
    signs = np.frombuffer(content.translate(None, ASCII) + b"\0\0", np.uint8)
    at = np.flatnonzero(signs >= 0xC0)
    first, second, third = signs[at], signs[at + 1], signs[at + 2]
    known = (first <= 0xCB) | ((first == 0xE1) & (second >= 0xB8) & (second <= 0xBB))
    return bool((known | ((first == 0xE2) & (second == 0x80) & (third >= 0x90))).all())


def dialect_of(content: bytes, file: str, heads: Heads = is_header) -> Dialect:
    """The separator and the header, from the beginning of a file.

    The header is the first record that `heads` takes for one (it names an area column), else the first that is not
    empty. Of the separators that make such a record, the one counts that most of the rows below agree with.
    """
    head = content[:HEAD]
    whole = len(head) == len(content)
    text = head.decode("utf-8", errors="ignore")
    first = text.split("\n", 1)[0].strip().strip('"')
    told = first[4:] if first.lower().startswith("sep=") and len(first) == 5 else None
    best: tuple[tuple[bool, bool, float, int], Dialect] | None = None
    for separator in (told,) if told else SEPARATORS:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            continue
        rows = rows if whole or len(rows) < 3 else rows[:-1]
        start = 1 if told else 0
        full = [place for place, row in enumerate(rows) if place >= start and any(cell.strip() for cell in row)]
        if not full:
            continue
        header = next((place for place in full if heads(rows[place])), full[0])
        width = len(rows[header])
        below = [len(rows[place]) for place in full if place > header]
        agree = sum(length == width for length in below) / len(below) if below else 1.0
        score = (heads(rows[header]), width > 1, agree, width)
        if best is None or score > best[0]:
            best = score, Dialect(separator=separator, header=header, names=tuple(rows[header]))
    if best is None:
        raise UnreadableError("empty_file", file=file)
    return best[1]


def records(content: bytes, separator: str, file: str) -> tuple[np.ndarray, np.ndarray]:
    """Where each record ends, and how many separators it has; those between quotation marks do not count."""
    ends: list[np.ndarray] = []
    seps: list[np.ndarray] = []
    inside, before, opened = 0, 0, 0
    quotes = b'"' in content
    for start in range(0, len(content), CHUNK):
        block = np.frombuffer(content, np.uint8, min(CHUNK, len(content) - start), start)
        at, cells = block == NEWLINE, block == ord(separator)
        if quotes:
            quoted = np.bitwise_xor.accumulate((block == QUOTE).view(np.uint8)) ^ inside
            at, cells, inside = at & (quoted == 0), cells & (quoted == 0), int(quoted[-1])
        at, cells = np.flatnonzero(at), np.flatnonzero(cells)
        ends.append(at + start + 1)
        seps.append(np.searchsorted(cells, at) + before)
        before += len(cells)
        opened += len(at)
    if inside:
        raise UnreadableError("open_quote", file=file, row=opened + 1)
    end, total = np.concatenate(ends or [np.empty(0, np.int64)]), np.concatenate(seps or [np.empty(0, np.int64)])
    if len(content) and (not len(end) or end[-1] != len(content)):
        end, total = np.append(end, len(content)), np.append(total, before)
    return end, np.diff(total, prepend=0)


def _parsed(body: bytes, separator: str, columns: Sequence[str], file: str) -> pl.DataFrame:
    schema = dict.fromkeys(columns, pl.String())
    if not body:
        return pl.DataFrame(schema=schema)
    try:
        return pl.read_csv(body, has_header=False, schema=schema, separator=separator, missing_columns="insert")
    except PolarsError as error:
        raise UnreadableError("not_csv", file=file, reason=str(error).splitlines()[0]) from error
