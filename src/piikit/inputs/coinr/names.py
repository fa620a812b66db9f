"""Codes of R as codes of an edition and as columns of data: most are both already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from piikit.inputs.columns import ATTRIBUTES, KEYS

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
TAKEN = frozenset((*KEYS, *ATTRIBUTES, "value", "item", "indicator", "region", "place"))
"""Names of columns that mean something else in a table of data."""


def plain(text: str) -> str:
    """The nearest text that is a code of an edition.

    >>> plain("Đơn sáng chế (%)"), plain("R&D")
    ('Don_sang_che', 'R_D')
    """
    letters = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[^A-Za-z0-9._-]+", "_", letters).strip("._-")[:60] or "x"


def codes_for(texts: Iterable[str], *, columns: bool = True) -> dict[str, str]:
    """A code for each text: itself where it can be, else the nearest that is free.

    Args:
        texts: what COINr calls them, each once.
        columns: whether the codes are columns of data too, so that some names are taken.
    """
    wanted = list(dict.fromkeys(texts))
    reserved = TAKEN if columns else frozenset()
    found = {text: text for text in wanted if CODE.fullmatch(text) and text not in reserved}
    used = set(found.values()) | reserved
    for text in wanted:
        if text not in found:
            base, n = plain(text), 2
            code = f"{base}_" if base in reserved else base
            while code in used:
                code, n = f"{base}_{n}", n + 1
            used.add(code)
            found[text] = code
    return found
