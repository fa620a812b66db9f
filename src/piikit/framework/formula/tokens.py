"""The words of a formula: numbers, names, signs. What is none of them is named, and the rest is still read."""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

from piikit.framework.formula.problem import Problem, named

Kind = Literal["number", "name", "word", "sign", "end"]
WORDS = ("and", "or", "not")
"""Words that join conditions; in any case, as the names of functions."""
MAX_DIGITS = 15
"""So many digits of a number a 64-bit float holds exactly as written."""
MEANT = {
    "==": "=",
    "<>": "!=",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "||": "or",
    "&": "and",
    "|": "or",
    "!": "not",
    "×": "*",
    "·": "*",
    "÷": "/",
    ":": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    ";": ",",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
}
"""Signs that people write, and what they mean here."""

# Numbers and names are first read as whatever hangs together, so that 1.1.2, 2x and dân_số are one fault each.
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>[0-9.](?:[\w.])*)"
    r"|(?P<name>[^\W\d][\w.\u0300-\u036f]*)"
    r"|(?P<sign><=|>=|!=|[-+*/()<>=,])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_ODD = re.compile(r"==|<>|=>|=<|&&|\|\||\*\*|//")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen
class Token:
    """One word of a formula; `place` is where it starts, from 0."""

    kind: Kind
    text: str
    place: int

    @property
    def low(self) -> str:
        """The text of a word or function name in small letters."""
        return self.text.lower()


def tokens(text: str) -> tuple[list[Token], list[Problem]]:
    """The words of a formula, closed by one of kind "end", and a problem for each that cannot be read.

    >>> [token.text for token in tokens("a/(b+1.5)")[0]]
    ['a', '/', '(', 'b', '+', '1.5', ')', '']
    """
    found: list[Token] = []
    wrong: list[Problem] = []
    place = 0
    while place < len(text):
        odd = _ODD.match(text, place)
        match = odd or _TOKEN.match(text, place)
        assert match is not None  # the last branch takes any sign
        kind = "other" if odd else match.lastgroup
        token, problem = _read(str(kind), match[0], place)
        if token is not None:
            found.append(token)
        if problem is not None:
            wrong.append(problem)
        place = match.end()
    return [*found, Token("end", "", len(text))], wrong


def _read(kind: str, text: str, place: int) -> tuple[Token | None, Problem | None]:
    if kind == "space":
        return None, None
    if kind == "number":
        sound = _NUMBER.fullmatch(text) is not None and sum(sign.isdigit() for sign in text.lstrip("0")) <= MAX_DIGITS
        problem = None if sound else Problem(code="formula_number", place=place, params={"value": _shown(text)})
        return Token("number", text if sound else "1", place), problem
    if kind == "name":
        if _NAME.fullmatch(text):
            return Token("word" if text.lower() in WORDS else "name", text, place), None
        first = next(sign for sign in text if not _NAME.fullmatch(f"_{sign}"))
        value = f"{_shown(text)}: {named(first)}"
        return Token("name", "", place), Problem(code="formula_character", place=place, params={"value": value})
    if kind == "sign":
        return Token("sign", text, place), None
    params = {"value": text if len(text) > 1 else named(text), "near": MEANT.get(text)}
    return None, Problem(code="formula_character", place=place, params=params)


def _shown(text: str) -> str:
    """A word as a text shows it: no longer than a line, and nothing in it that cannot be seen."""
    seen = "".join(sign if sign.isprintable() else "□" for sign in text)
    return seen if len(seen) <= 40 else seen[:39] + "…"
