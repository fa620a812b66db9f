"""The cells of a worksheet, taken from its XML: where each is, of what kind it is, and what stands in it.

Libraries that read workbooks into columns turn `n/a` into nothing, TRUE into 1, the text "1.234" into a number and a
failed formula into nothing where the rest of a column is numbers. Here a cell keeps its kind, and nothing is guessed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import numpy as np
import polars as pl
from attrs import field, frozen
from polars.exceptions import PolarsError

from piikit.findings.errors import UnreadableError

Array = np.ndarray[Any, Any]
NUMBER, TEXT, SHARED, BOOLEAN, ERROR, ISO_DATE, EMPTY = range(7)
KINDS = {
    "s": SHARED,
    "str": TEXT,
    "inlineStr": TEXT,
    "b": BOOLEAN,
    "e": ERROR,
    "d": ISO_DATE,
    "n": NUMBER,
    "": NUMBER,
}
PADDING = 64
"""Bytes after the last cell's content, so that a window may be cut out anywhere."""
STEP = 1 << 16
"""Cells whose content is cut out at once: few enough to stay in the processor's cache."""
_STRING = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>.*?</(?:\w+:)?si>)", re.DOTALL)
_PLAIN = re.compile(rb"<si><t(?: [^>]*)?>([^<]*)</t></si>")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


@frozen(kw_only=True, eq=False)
class Cells:
    """The cells of a sheet in the order of the file.

    Attributes:
        row, column: from 0.
        kind: `NUMBER`, `TEXT` and so on; `SHARED` is a text that stands in the workbook's list of texts.
        style: the number of its format.
        begin, end: where its content stands in `source`; -1 where it has none.
        formula: whether it is worked out by a formula.
        source: UTF-8, followed by `PADDING` other bytes at least.
        escaped: whether signs stand in it as XML writes them.
    """

    row: Array
    column: Array
    kind: Array
    style: Array
    begin: Array
    end: Array
    formula: Array
    source: bytes = field(repr=False)
    escaped: bool = True

    def texts(self, places: Sequence[int] | Array) -> list[str]:
        """What some cells hold; a shared text by its number, nothing as an empty text."""
        parts = [self.source[begin:end] for begin, end in zip(self.begin[places], self.end[places], strict=True)]
        return [_plain(part, escaped=self.escaped) for part in parts]

    def numbers(self, places: Array, where: str) -> Array:
        """The numbers of some cells; NaN where a cell has no content.

        Raises:
            UnreadableError: the content of a cell is no number.
        """
        numbers = np.full(len(places), np.nan)
        filled = np.flatnonzero(self.begin[places] >= 0)
        for first in range(0, len(filled), STEP):
            part = filled[first : first + STEP]
            lines = self._lines(places[part])
            try:
                if lines is None:
                    numbers[part] = [float(text) for text in self.texts(places[part])]
                else:
                    column = pl.read_csv(io.BytesIO(lines), has_header=False, schema={"x": pl.Float64()})
                    numbers[part] = column.to_series().to_numpy()
                if np.isnan(numbers[part]).any():
                    raise ValueError("not a number")
            except (PolarsError, ValueError) as error:
                raise UnreadableError("number_damaged", file=where) from error
        return numbers

    def _lines(self, places: Array) -> bytes | None:
        """The contents of cells, a line each; None where one is longer than any number is written."""
        begin, length = self.begin[places], self.end[places] - self.begin[places]
        width = int(length.max()) + 1
        if width >= PADDING or (length == 0).any():
            return None
        source = np.frombuffer(self.source, np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(source, width)[begin]
        windows[np.arange(len(windows)), length] = ord("\n")
        return windows[np.arange(width) <= length[:, None]].tobytes()


def _plain(content: bytes, *, escaped: bool = True) -> str:
    text = content.decode("utf-8", errors="replace")
    if escaped and "&" in text:
        text = unescape(text)
    # Signs that XML cannot hold, as spreadsheets write them (ECMA-376, 22.9.2.19).
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def shared_texts(xml: bytes) -> list[str]:
    """The texts that the sheets of a workbook share, in the order of their numbers; reading aids are left out."""
    count = xml.count(b"<si>")
    plain = _PLAIN.findall(xml)
    if len(plain) == count and count == len(_STRING.findall(xml)):
        return [_plain(part) for part in plain]
    return [_plain(b"".join(_TEXT.findall(_PHONETIC.sub(b"", entry)))) for entry in _STRING.findall(xml)]
