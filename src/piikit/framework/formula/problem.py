"""What is wrong with a formula, and where in its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from piikit.findings.faults import fault
from piikit.findings.finding import Finding

MAX_LENGTH = 2000
"""A formula with more characters is refused unread; those of the 52 indicators have fewer than 70."""
MAX_DEPTH = 50
"""Parentheses, functions and signs nested deeper are refused."""
MAX_OPERANDS = 200
"""So many names and numbers a formula may hold: polars works through an expression from its root by recursion."""
AROUND = 36
"""How many characters of a formula are shown before and behind the place of a fault."""


@frozen(kw_only=True)
class Problem:
    """One fault of a formula.

    Attributes:
        code: of the finding that it becomes.
        place: where it starts, from 0; None where the whole formula is meant.
        params: what the texts of the code need.
    """

    code: str
    place: int | None = None
    params: Mapping[str, Any] = field(factory=dict)

    def finding(self, at: str, text: str) -> Finding:
        """The fault as a finding: the JSON pointer of the formula, and a line of it with a sign under the place."""
        if self.place is None:
            return fault(at, self.code, **self.params)
        shown, caret = pointed(text, self.place)
        return fault(at, self.code, place=self.place + 1, shown=shown, caret=caret, **self.params)


def pointed(text: str, place: int) -> tuple[str, str]:
    """The part of a formula around a place, and a line that points at the place.

    >>> pointed("pupils / populaton", 9)
    ('pupils / populaton', '         ^')
    """
    start, end = max(0, place - AROUND), place + AROUND
    before = "…" if start > 0 else ""
    after = "…" if end < len(text) else ""
    shown = before + "".join(map(_visible, text[start:end])) + after
    return shown, " " * (len(before) + place - start) + "^"


def _visible(sign: str) -> str:
    """A sign that takes one place in a line; marks, controls and signs of double width would shift the caret."""
    if sign.isspace():
        return " "
    odd = unicodedata.category(sign)[0] in "MC" or unicodedata.east_asian_width(sign) in "WF"
    return "□" if odd else sign


def named(sign: str) -> str:
    """A sign so that nobody takes it for another: itself if it can be seen, its number, and its name.

    >>> named("а")
    'а (U+0430 CYRILLIC SMALL LETTER A)'
    """
    if sign.isascii() and sign.isprintable():
        return sign
    number = f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip()
    seen = _visible(sign) == sign and unicodedata.bidirectional(sign) not in {"R", "AL"}
    return f"{sign} ({number})" if seen else number
