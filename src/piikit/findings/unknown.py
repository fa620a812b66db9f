"""Names that are not known: which known name is meant, and how that is put."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from piikit.findings.errors import UsageError
from piikit.findings.faults import fault
from piikit.findings.finding import Finding
from piikit.findings.messages import LANGUAGES, Phrase

ValueT = TypeVar("ValueT")
LangT = TypeVar("LangT", bound=str)

NEAR = 0.6
"""The least likeness of a name that is hinted at: three letters of which one is wrong (PPI, PII) are 0.67 alike."""
MISSPELT = 0.8
"""The least likeness of a name that is taken for another one misspelt."""
SHOWN = 12
"""How many known names an error lists before it breaks off."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a hint may offer for an unknown one; None where none is near, or two are equally near.

    Capitals count for nothing. Of names made of digits, such as codes of nodes, several are as near as the one that was
    meant: for one wrong sign in a code of pii-2024 the first of the nearest is the wrong one in 39 of 100 cases, and in
    3 of 100 where a hint is given only if no other name is as near.

    >>> nearest("populaton", ["population", "grdp"]), nearest("HDI", ["hdi"])
    ('population', 'hdi')
    >>> nearest("1.9", ["1.1", "1.2"])
    """
    found = _alike(name, known, NEAR)
    return found[0][1] if found and (len(found) == 1 or found[0][0] > found[1][0]) else None


def misspelt(name: str, known: Iterable[str], *, least: float = MISSPELT) -> str | None:
    """The known name that an unknown one is taken for, where more than a hint depends on it: an error, not a warning.

    Of names that are equally near it is the first one. `least` is how alike they must be, from 0 to 1.

    >>> misspelt("populaton", ["population", "grdp"]), misspelt("PPI", ["PII"])
    ('population', None)
    """
    found = _alike(name, known, least)
    return found[0][1] if found else None


def _alike(name: str, known: Iterable[str], least: float) -> list[tuple[float, str]]:
    """The known names that are alike, the most alike first."""
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(name.casefold())
    found = []
    for text in dict.fromkeys(known):
        matcher.set_seq1(text.casefold())
        # The quick ratios are upper bounds.
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least and matcher.ratio() >= least:
            found.append((matcher.ratio(), text))
    return sorted(found, key=lambda pair: -pair[0])


def unknown(kind: str, value: Any, known: Iterable[str], *, absent: Mapping[str, str] | None = None) -> UsageError:
    """The error for a name that is not known: what it is, which one is near, what is known.

    Args:
        kind: what was named: a key of `kind` in the catalogue, such as "code", "area", "level", "edition".
        value: the name as it was given.
        known: the names that there are, in the order to show them.
        absent: why it may be missing, {vi, en}: the plugin that failed or was left out.

    >>> error = unknown("area", "Bac Gian", ["Bắc Giang", "Hà Nội"])
    >>> str(error)
    "unknown area 'Bac Gian'; did you mean 'Bắc Giang'? Known: Bắc Giang, Hà Nội"
    >>> error.text("vi")
    "không có địa phương 'Bac Gian'; có phải 'Bắc Giang'? Hiện có: Bắc Giang, Hà Nội"
    """
    names = list(known)
    near = nearest(value, names) if isinstance(value, str) else None
    shown = ", ".join(names[:SHOWN]) + ("…" if len(names) > SHOWN else "")
    return UsageError(
        "unknown",
        kind=Phrase(f"kind.{kind}"),
        value=value if isinstance(value, str) else repr(value),
        near=Phrase("unknown.near", near=near) if near else ".",
        known=Phrase("unknown.known", known=shown) if names else "",
        absent=Phrase("unknown.absent", why=absent) if absent else "",
    )


def not_one_of(name: str, value: Any, known: Iterable[str]) -> UsageError:
    """The error for an argument that takes one of a few values.

    >>> str(not_one_of("by", "area", ["node", "indicator"]))
    "by must be one of 'node', 'indicator', not 'area'"
    """
    return UsageError("one_of", name=name, value=repr(value), known=[repr(text) for text in known])


def unknown_fault(pointer: str, code: str, value: str, known: Iterable[str], /, **params: Any) -> Finding:
    """The fault of a document that names something unknown; its texts may show `value` and `near`.

    >>> unknown_fault("/nodes/0/parent", "orphan", "PPI", ["PII"], node="1").params
    {'value': 'PPI', 'near': 'PII', 'node': '1'}
    """
    return fault(pointer, code, value=value, near=nearest(value, known), **params)


def one_of(name: str, value: ValueT, known: Iterable[str]) -> ValueT:
    """The value of an argument that takes one of a few.

    Raises:
        UsageError: another one.
    """
    names = list(known)
    if not isinstance(value, str) or value not in names:
        raise not_one_of(name, value, names)
    return value


def language(lang: LangT) -> LangT:
    """The language that a caller asks for.

    Raises:
        UsageError: neither "vi" nor "en".
    """
    return one_of("lang", lang, LANGUAGES)
