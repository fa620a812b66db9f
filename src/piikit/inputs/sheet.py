"""The XML of a worksheet, looked through without building a tree: where its cells are and of what kind.

The library that reads the values turns `n/a` into nothing, TRUE into 1 and a failed formula into nothing where the
rest of a column is numbers. What kind each cell has is therefore read here, from the bytes.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import Any
from xml.parsers import expat

import numpy as np
from attrs import field, frozen

from piikit.errors import UsageError

Array = np.ndarray[Any, Any]
NUMBER, TEXT, BOOLEAN, ERROR, ISO_DATE, EMPTY = range(6)
KINDS = {"s": TEXT, "str": TEXT, "inlineStr": TEXT, "b": BOOLEAN, "e": ERROR, "d": ISO_DATE, "n": NUMBER, "": NUMBER}
WINDOW = 48
"""Bytes after a cell's reference in which its tag must end; a style and a type take about 20."""
PREFIX = 16
"""Bytes within which the name of a tag must end; the longest of a sheet's data is phoneticPr."""
LONGEST = 10
"""Letters and digits of the last cell of a sheet, XFD1048576."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CLOSE = re.compile(rb"</(?:\w+:)?c>")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_STRING = re.compile(rb"<(?:\w+:)?si(?:/>|>.*?</(?:\w+:)?si>)", re.DOTALL)


@frozen(kw_only=True, eq=False)
class Cells:
    """The cells of a sheet in the order of the file: row and column from 0, kind, style, and where the tag begins.

    `formula` holds where formulas begin.
    """

    row: Array
    column: Array
    kind: Array
    style: Array
    start: Array
    formula: Array
    xml: bytes = field(repr=False)

    def raw(self, place: int) -> bytes:
        """The text of one cell's element."""
        start = int(self.start[place])
        end = self.xml.index(b">", start)
        if self.xml[end - 1 : end] == b"/":
            return self.xml[start:end]
        close = _CLOSE.search(self.xml, end)
        return self.xml[start : close.start() if close else len(self.xml)]

    def value(self, place: int) -> str:
        """What one cell holds as it stands in the XML; a shared text by its number."""
        raw = self.raw(place)
        match = _VALUE.search(raw)
        parts = [match[1]] if match else _TEXT.findall(raw)
        return unescape(b"".join(parts).decode("utf-8", errors="replace"))

    def shared(self, place: int) -> bool:
        """Whether a text cell holds the number of a shared text."""
        return re.search(rb"\st\s*=\s*[\"']s[\"']", self.raw(place).split(b">", 1)[0] + b" ") is not None


def shared_texts(xml: bytes, wanted: set[int]) -> dict[int, str]:
    """Some of the texts that the sheets share, by their number."""
    if not wanted:
        return {}
    found = enumerate(islice(_STRING.finditer(xml), max(wanted) + 1))
    return {
        place: unescape(b"".join(_TEXT.findall(_PHONETIC.sub(b"", match[0]))).decode("utf-8", errors="replace"))
        for place, match in found
        if place in wanted
    }


def cells_of_sheet(xml: bytes, where: str) -> Cells:
    """Every cell of a sheet.

    Raises:
        UsageError: the sheet is no XML, or a reference is none.
    """
    cells = _by_bytes(xml)
    return cells if cells is not None else _by_parser(xml, where)


def _by_bytes(xml: bytes) -> Cells | None:
    """The cells where every tag is written as spreadsheets write it; None where one is not."""
    begin, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if begin < 0 or end < 0:
        return None
    a = np.frombuffer(xml, np.uint8, len(xml) - begin, begin)
    n = end - begin
    if len(a) < n + WINDOW + LONGEST + 16:
        a = np.concatenate([a, np.zeros(WINDOW + LONGEST + 16, np.uint8)])
    tags = np.flatnonzero(a[:n] == ord("<"))
    names = a[tags + 1]
    start = tags[names == ord("c")]
    if (names == ord("!")).any() or _prefixed(a, tags, n):
        return None
    if not all((a[start + 2 + place] == sign).all() for place, sign in enumerate(b' r="')):
        return None
    at = start + 6
    row, column = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    quote = np.zeros(len(at), np.int64)
    open_ = np.ones(len(at), bool)
    for step in range(LONGEST + 1):
        sign = a[at + step]
        is_letter, is_digit, is_quote = (sign - 65) < 26, (sign - 48) < 10, sign == ord('"')
        is_letter &= open_
        is_digit &= open_
        ends = is_quote & open_
        if (open_ & ~(is_letter | is_digit | ends)).any() or (is_letter & (row > 0)).any():
            return None
        column = np.where(is_letter, column * 26 + (sign.astype(np.int64) - 64), column)
        row = np.where(is_digit, row * 10 + (sign.astype(np.int64) - 48), row)
        quote[ends] = step
        open_ &= ~ends
        if not open_.any():
            break
    if open_.any() or (row < 1).any() or (column < 1).any():
        return None
    after = at + quote + 1
    kind, style = np.zeros(len(at), np.uint8), np.zeros(len(at), np.int32)
    special = np.flatnonzero(a[after] != ord(">"))
    if len(special) and not _attributes(a, after, special, kind, style):
        return None
    formula = tags[names == ord("f")] + begin
    return Cells(row=row - 1, column=column - 1, kind=kind, style=style, start=start + begin, formula=formula, xml=xml)


def _prefixed(a: Array, tags: Array, n: int) -> bool:
    """Whether some tag has a prefix: a colon with nothing but a name between it and the tag's beginning."""
    colons = np.flatnonzero(a[:n] == ord(":"))
    if not len(colons):
        return False
    owners = np.searchsorted(tags, colons) - 1
    first = np.unique(owners, return_index=True)[1]
    begin, colons = tags[owners[first]], colons[first]
    ended = np.zeros(len(begin), bool)
    for step in range(1, PREFIX):
        sign = a[begin + step]
        ended |= ((sign == ord(" ")) | (sign == ord(">")) | (sign == ord("\n"))) & (begin + step < colons)
    return not bool(ended.all())


def _attributes(a: Array, after: Array, special: Array, kind: Array, style: Array) -> bool:
    """Fill in kind and style of the cells whose tag goes on after the reference; False where that cannot be told."""
    step = 1 << 16
    for first in range(0, len(special), step):
        which = special[first : first + step]
        window = a[after[which][:, None] + np.arange(WINDOW)]
        closing = window == ord(">")
        end = closing.argmax(axis=1)
        lines = np.arange(len(which))
        if not closing[lines, end].all():
            return False
        for text, code in ((b' t="s"', TEXT), (b' t="str"', TEXT), (b' t="inlineStr"', TEXT), (b' t="b"', BOOLEAN),
                           (b' t="e"', ERROR), (b' t="d"', ISO_DATE)):  # fmt: skip
            kind[which[_holds(window, text, end)]] = code
        typed = _holds(window, b" t=", end)
        if (typed & (kind[which] == NUMBER) & ~_holds(window, b' t="n"', end)).any():
            return False
        styled = _holds(window, b" s=", end)
        where = _find(window, b' s="')
        if (styled & (where < 0)).any():
            return False
        number = np.zeros(len(which), np.int32)
        going = styled.copy()
        for place in range(4, 11):
            sign = window[lines, np.minimum(where + place, WINDOW - 1)]
            going &= sign != ord('"')
            if (going & ((sign - 48) >= 10)).any():
                return False
            number = np.where(going, number * 10 + (sign.astype(np.int32) - 48), number)
        style[which] = number
        kind[which[window[lines, np.maximum(end - 1, 0)] == ord("/")]] = EMPTY
    return True


def _find(window: Array, text: bytes) -> Array:
    width = window.shape[1] - len(text) + 1
    hit = np.ones((len(window), width), bool)
    for place, sign in enumerate(text):
        hit &= window[:, place : place + width] == sign
    at = hit.argmax(axis=1)
    return np.where(hit[np.arange(len(window)), at], at, -1)


def _holds(window: Array, text: bytes, end: Array) -> Array:
    at = _find(window, text)
    return (at >= 0) & (at < end)


def _by_parser(xml: bytes, where: str) -> Cells:
    """The cells by a parser of XML, for files that write their tags in another way."""
    found: list[tuple[int, int, int, int, int]] = []
    parser = expat.ParserCreate()
    last = [-1, -1]

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            last[0], last[1] = int(attributes.get("r", last[0] + 2)) - 1, -1
        elif tag == "c":
            reference = attributes.get("r")
            last[0], last[1] = _position(reference, where) if reference else (last[0], last[1] + 1)
            kind = KINDS.get(attributes.get("t", ""), TEXT)
            found.append((last[0], last[1], kind, int(attributes.get("s", "0")), parser.CurrentByteIndex))

    def refused(*_: object) -> None:
        raise UsageError(f"{where}: the sheet declares a document type; no spreadsheet writes that")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise UsageError(f"{where}: the sheet is damaged ({error}): save the workbook again as xlsx") from error
    table = np.array(found, np.int64).reshape(-1, 5)
    row, column, kind, style, begin = (table[:, place] for place in range(5))
    formula = np.array([match.start() for match in _FORMULA.finditer(xml)], np.int64)
    cells = Cells(
        row=row, column=column, kind=kind.astype(np.uint8), style=style, start=begin, formula=formula, xml=xml
    )
    for place in np.flatnonzero(kind == NUMBER):
        raw = xml[int(begin[place]) : int(begin[place]) + WINDOW]
        if raw.split(b">", 1)[0].endswith(b"/"):
            cells.kind[place] = EMPTY
    return cells


def _position(reference: str, where: str) -> tuple[int, int]:
    match = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", reference)
    if match is None:
        raise UsageError(f"{where}: {reference!r} is no cell: save the workbook again as xlsx")
    column = 0
    for sign in match[1]:
        column = column * 26 + ord(sign) - 64
    return int(match[2]) - 1, column - 1
