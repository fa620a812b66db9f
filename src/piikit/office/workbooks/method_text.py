"""A method with its parameters as one line of text: `goalposts lower=0 upper=10`."""

from __future__ import annotations

import json
import re
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
RESERVED = {"true", "false", "null", "NaN", "Infinity"}
_ENDED = re.compile(r"\s+|\Z")
_DECODER = json.JSONDecoder()


def method_text(method: str | dict[str, Any]) -> str | None:
    """The text of a method as documents write it; None where it is neither a name nor an object with one.

    >>> method_text("min_max"), method_text({"method": "goalposts", "lower": 0, "upper": 10})
    ('min_max', 'goalposts lower=0 upper=10')
    """
    if isinstance(method, str):
        return method if NAME.fullmatch(method) else None
    name = method.get("method")
    params = {key: value for key, value in method.items() if key != "method"}
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        return None
    said = pairs_text(params)
    # An object without parameters is not the same document as the name alone.
    return f"{name} {said}" if said else json.dumps(method, ensure_ascii=True)


def pairs_text(pairs: dict[str, Any]) -> str | None:
    """Names with values as text; None where there are none, or a name is not one word."""
    if not pairs or not all(KEY.fullmatch(key) for key in pairs):
        return None
    return " ".join(f"{key}={_value_text(value)}" for key, value in pairs.items())


def _value_text(value: Any) -> str:
    if isinstance(value, str) and WORD.fullmatch(value) and value not in RESERVED:
        return value
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def parse_method(text: str) -> str | dict[str, Any]:
    """A method from its text.

    Raises:
        ValueError: the text is no method; the message says what was expected, and where.

    >>> parse_method("goalposts lower=0 upper=10 clip=false")
    {'method': 'goalposts', 'lower': 0, 'upper': 10, 'clip': False}
    """
    text = text.strip()
    if text.startswith("{"):
        whole = _json(text)
        if not isinstance(whole, dict):
            raise ValueError(text)
        return whole
    name, _, rest = text.partition(" ")
    return {"method": name, **parse_pairs(rest)} if rest.strip() else text


def parse_pairs(text: str) -> dict[str, Any]:
    """Names and values from their text: `key=value`, separated by spaces; a value is a number, a word or JSON.

    Raises:
        ValueError: with the part that could not be read.
    """
    found: dict[str, Any] = {}
    at, text = 0, text.strip()
    while at < len(text):
        key = KEY.match(text, at)
        if key is None or text[key.end() : key.end() + 1] != "=" or key[0] in found:
            raise ValueError(text[at:])
        word = WORD.match(text, key.end() + 1)
        if word is not None and word[0] not in RESERVED:
            value, end = word[0], word.end()
        else:
            try:
                value, end = _DECODER.raw_decode(text, key.end() + 1)
            except ValueError as error:
                raise ValueError(text[at:]) from error
        ended = _ENDED.match(text, end)
        if ended is None:
            raise ValueError(text[at:])
        found[key[0]] = value
        at = ended.end()
    return found


def _json(text: str) -> Any:
    return json.loads(text)
