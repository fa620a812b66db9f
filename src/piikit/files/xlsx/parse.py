"""The cells of a worksheet by a parser of XML: for files that write their tags in another way than spreadsheets do."""

from __future__ import annotations

import re
from xml.parsers import expat

import numpy as np

from piikit.files.xlsx.cells import EMPTY, KINDS, PADDING, TEXT, Cells
from piikit.findings.errors import UnreadableError


class _Reader:
    """What the parser calls; it is told of one tag after the other and remembers where it is."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.cells: list[tuple[int, int, int, int, bool]] = []
        self.contents: list[bytes | None] = []
        self.row, self.column = -1, -1
        self.inside: list[str] = []
        self.text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        self.inside.append(tag)
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
        elif tag == "c":
            reference = attributes.get("r")
            self.row, self.column = _position(reference, self.where) if reference else (self.row, self.column + 1)
            kind = KINDS.get(attributes.get("t", ""), TEXT)
            self.cells.append((self.row, self.column, kind, int(attributes.get("s", "0")), False))
            self.contents.append(None)
        elif self.contents and "c" in self.inside:
            if tag == "f":
                self.cells[-1] = (*self.cells[-1][:4], True)
            # The text of a cell stands in v, or in the t of is; that in rPh says only how it is read aloud.
            elif tag == "v" or (tag == "t" and "rPh" not in self.inside):
                self.text = []

    def end(self, name: str) -> None:
        self.inside.pop()
        if self.text is not None and name.rpartition(":")[2] in {"v", "t"}:
            self.contents[-1] = (self.contents[-1] or b"") + "".join(self.text).encode()
            self.text = None

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def refused(self, *_: object) -> None:
        raise UnreadableError("sheet_document_type", file=self.where)


def parsed(xml: bytes, where: str) -> Cells:
    """Every cell of a sheet.

    Raises:
        UnreadableError: the sheet is no XML, or a reference is none.
    """
    reader = _Reader(where)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.data, reader.refused
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableError("sheet_damaged", file=where, reason=str(error)) from error
    table = np.array(reader.cells, np.int64).reshape(-1, 5)
    row, column, kind, style, formula = (table[:, place] for place in range(5))
    has = np.array([content is not None for content in reader.contents], bool)
    end = np.cumsum([len(content or b"") for content in reader.contents], dtype=np.int64)
    begin = np.concatenate([np.zeros(min(len(end), 1), np.int64), end[:-1]])
    return Cells(
        row=row,
        column=column,
        kind=np.where(has, kind, EMPTY).astype(np.uint8),
        style=style,
        begin=np.where(has, begin, -1),
        end=np.where(has, end, -1),
        formula=formula.astype(bool),
        source=b"".join(content or b"" for content in reader.contents) + b" " * PADDING,
        escaped=False,
    )


def _position(reference: str, where: str) -> tuple[int, int]:
    match = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", reference)
    if match is None:
        raise UnreadableError("no_cell", file=where, reference=repr(reference))
    column = 0
    for sign in match[1]:
        column = column * 26 + ord(sign) - 64
    return int(match[2]) - 1, column - 1
