"""The cells of a worksheet by its bytes: for XML in which every tag is written as spreadsheets write it."""

from __future__ import annotations

import numpy as np

from piikit.files.xlsx.cells import EMPTY, KINDS, PADDING, STEP, TEXT, Array, Cells
from piikit.files.xlsx.package import attributes

WIDTHS = (24, 40, 56)
"""Bytes after a cell's reference in which its tag ends; a style and a type take about 20."""
PREFIX = 16
"""Bytes within which the name of a tag must end; the longest of a sheet's data is phoneticPr."""
LONGEST = 10
"""Letters and digits of the last cell of a sheet, XFD1048576."""
FORMS = 256
"""Ways in which the cells of a sheet are written: one a style and type."""


def scanned(xml: bytes) -> Cells | None:
    """Every cell of a sheet; None where something is written in another way, which a parser must read."""
    begin, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if begin < 0 or end < 0:
        return None
    a = np.frombuffer(xml, np.uint8, len(xml) - begin, begin)
    n = end - begin
    if len(a) < n + 2 * PADDING:
        xml += b" " * (2 * PADDING)
        a = np.frombuffer(xml, np.uint8, len(xml) - begin, begin)
    tags = np.flatnonzero(a[: n + 1] == ord("<"))
    names = a[tags + 1]
    owner = np.flatnonzero(names == ord("c"))
    start = tags[owner]
    if (names == ord("!")).any() or (names == ord("?")).any():
        return None
    if xml.find(b":", begin, end) >= 0 and _prefixed(a, tags, n):
        return None
    references = _windows(a, start + 2, 16)
    place = _places(references)
    if place is None:
        return None
    row, column, length = place
    after = start + 2 + length
    forms = _forms(a, after)
    if forms is None:
        return None
    kind, style, closed = forms
    content = _contents(a, tags, names, owner, kind, closed)
    if content is None:
        return None
    first, last, formula = content
    kind[first < 0] = EMPTY
    return Cells(
        row=row,
        column=column,
        kind=kind,
        style=style,
        begin=np.where(first < 0, -1, first + begin),
        end=np.where(first < 0, -1, last + begin),
        formula=formula,
        source=xml,
    )


def _windows(a: Array, at: Array, width: int) -> Array:
    """Bytes from some places on, a row a byte: every step over them then runs over neighbours."""
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(a, width)[at].T)


def _prefixed(a: Array, tags: Array, n: int) -> bool:
    """Whether some tag has a prefix: a colon with nothing but a name between it and the tag's beginning."""
    colons = np.flatnonzero(a[:n] == ord(":"))
    owners = np.searchsorted(tags, colons) - 1
    first = np.unique(owners, return_index=True)[1]
    begin, colons = tags[owners[first]], colons[first]
    ended = np.zeros(len(begin), bool)
    for step in range(1, PREFIX):
        sign = a[begin + step]
        ended |= ((sign == ord(" ")) | (sign == ord(">")) | (sign == ord("\n"))) & (begin + step < colons)
    return not bool(ended.all())


def _places(windows: Array) -> tuple[Array, Array, Array] | None:
    """Row and column of each cell, from 0, and how long ` r="B2"` is; None where one begins in another way."""
    count = windows.shape[1]
    if not all((windows[step] == sign).all() for step, sign in enumerate(b' r="')):
        return None
    row, column = np.zeros(count, np.int32), np.zeros(count, np.int32)
    length = np.zeros(count, np.int64)
    open_ = np.ones(count, bool)
    lettered = np.ones(count, bool)
    for step in range(LONGEST + 1):
        sign = windows[4 + step]
        letter, digit = sign - 65, sign - 48
        is_letter, is_digit = (letter < 26) & open_, (digit < 10) & open_
        ends = open_ & (sign == ord('"'))
        lettered &= is_letter
        if (is_letter & ~lettered).any() or (open_ & ~(is_letter | is_digit | ends)).any():
            return None
        if is_letter.any():
            np.copyto(column, column * 26 + letter + 1, where=is_letter)
        if is_digit.any():
            np.copyto(row, row * 10 + digit, where=is_digit)
        length[ends] = step + 5
        open_ &= ~ends
        if not open_.any():
            break
    if open_.any() or (row < 1).any() or (column < 1).any():
        return None
    return row - 1, column - 1, length


def _forms(a: Array, after: Array) -> tuple[Array, Array, Array] | None:
    """Kind and style of each cell, and whether its tag has no content, from what follows its reference."""
    kind, style = np.zeros(len(after), np.uint8), np.zeros(len(after), np.int32)
    closed = np.zeros(len(after), bool)
    more = np.flatnonzero(a[after] != ord(">"))
    known: dict[bytes, tuple[int, int, bool]] = {}
    for first in range(0, len(more), STEP):
        part = more[first : first + STEP]
        for width in WIDTHS:
            windows = np.lib.stride_tricks.sliding_window_view(a, width)[after[part]]
            ends = windows == ord(">")
            end = ends.argmax(axis=1)
            if ends[np.arange(len(part)), end].all():
                break
        else:
            return None
        windows[np.arange(width) >= end[:, None]] = 0
        words = windows.view(np.uint64)
        left = np.arange(len(part))
        while len(left):
            same = (words[left] == words[left[0]]).all(axis=1)
            form = windows[left[0]].tobytes().rstrip(b"\0")
            if form not in known:
                read = _form(form)
                if read is None or len(known) == FORMS:
                    return None
                known[form] = read
            here = part[left[same]]
            kind[here], style[here], closed[here] = known[form]
            left = left[~same]
    return kind, style, closed


def _form(form: bytes) -> tuple[int, int, bool] | None:
    """Kind, style and whether a tag has no content, from its text after the reference."""
    found = attributes(form)
    style, kind = found.get("s", "0"), found.get("t", "")
    if kind not in KINDS or not (style.isascii() and style.isdigit() and len(style) < 8):
        return None
    return KINDS[kind], int(style), form.endswith(b"/")


def _contents(
    a: Array, tags: Array, names: Array, owner: Array, kind: Array, closed: Array
) -> tuple[Array, Array, Array] | None:
    """Where the content of each cell begins and ends, -1 where it has none, and whether it has a formula."""
    last = len(tags) - 1
    at = np.minimum(owner + 1, last)
    bare = closed | (names[at] == ord("/"))
    formula = (names[at] == ord("f")) & ~closed
    if formula.any():
        # <f>…</f><v>…</v>, <f …/><v>…</v>, or no saved value: then the end of the cell follows.
        ended = names[np.minimum(at + 1, last)] == ord("/")
        own = ended & (a[tags[np.minimum(at + 1, last)] + 2] == ord("f"))
        at = np.where(formula, np.minimum(at + 1 + own, last), at)
        bare |= formula & (names[at] == ord("/"))
    value = ~bare & (names[at] == ord("v")) & (a[tags[at] + 2] == ord(">"))
    begin = np.where(value, tags[at] + 3, -1)
    inline = ~bare & (names[at] == ord("i")) & (kind == TEXT)
    if inline.any():
        text = np.minimum(at + 1, last)
        inline &= (a[tags[text] + 1] == ord("t")) & (a[tags[at] + 3] == ord(">"))
        simple, spaced = a[tags[text] + 2] == ord(">"), _starts(a, tags[text] + 2, b' xml:space="preserve">')
        begin = np.where(inline & simple, tags[text] + 3, begin)
        begin = np.where(inline & spaced, tags[text] + 2 + 22, begin)
        inline &= simple | spaced
        # A text in several runs goes on after the first: a parser puts it together.
        after = np.minimum(text + 2, last)
        inline &= (names[after] == ord("/")) & (a[tags[after] + 2] == ord("i"))
        at = np.where(inline, text, at)
    if not (bare | value | inline).all():
        return None
    end = tags[np.minimum(at + 1, last)]
    if (a[end[~bare] + 1] != ord("/")).any():
        return None
    return begin, np.where(bare, -1, end), formula


def _starts(a: Array, at: Array, text: bytes) -> Array:
    hit = np.ones(len(at), bool)
    for step, sign in enumerate(text):
        hit &= a[np.minimum(at + step, len(a) - 1)] == sign
    return hit
