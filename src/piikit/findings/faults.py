"""Faults of documents: each with the place in its document and the nearest right name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from piikit.findings.finding import Finding


def fault(pointer: str, code: str, **params: Any) -> Finding:
    """A finding of severity error in a document; `pointer` is its JSON pointer (RFC 6901)."""
    return Finding(code=code, column=pointer or "/", params=params)


def pointer(*parts: str | int) -> str:
    """A JSON pointer from its parts.

    >>> pointer("nodes", 3, "a/b")
    '/nodes/3/a~1b'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def nearest(name: str, known: Sequence[str], *, cutoff: float = 0.8) -> str | None:
    """The known name closest to a misspelt one, or None where nothing is near.

    >>> nearest("populaton", ["population", "grdp"]), nearest("HDI", ["hdi"])
    ('population', 'hdi')
    """
    folded = {text.casefold(): text for text in reversed(known)}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=cutoff)
    return folded[found[0]] if found else None
