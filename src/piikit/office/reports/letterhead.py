"""The head and foot of a report: who writes it, its number and date, who signs it and who gets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import frozen

from piikit.findings.dates import last_day
from piikit.findings.errors import DocumentError, UsageError
from piikit.findings.faults import fault
from piikit.findings.finding import Findings
from piikit.findings.messages import Lang
from piikit.framework.documents import read, schema_faults


@frozen(kw_only=True)
class Signer:
    """Who signs: by what authority, in which position, and the name; None is left to be filled by hand."""

    authority: str | None = None
    position: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class Letterhead:
    """What stands at the head and foot of a report; whatever is None is left as dots.

    Attributes:
        superior: the body above the one that writes; "" where there is none.
        issuer: the body that writes; `abbreviation` are its letters in the number of the document.
        addressee: to whom it goes; empty where it goes to nobody by name.
        recipients: who else gets it.
    """

    superior: str | None = None
    issuer: str | None = None
    abbreviation: str | None = None
    number: str | None = None
    place: str | None = None
    date: date | None = None
    addressee: tuple[str, ...] | None = None
    signer: Signer = Signer()
    recipients: tuple[str, ...] | None = None


def letterhead(source: Mapping[str, Any] | str | Path | None, *, lang: Lang = "en") -> Letterhead:
    """A letterhead from its document, as in `schemas/letterhead.schema.json`.

    Args:
        source: the document, the path of its file, or None for dots everywhere.
        lang: the language of errors.

    Raises:
        DocumentError: with every fault.
        UsageError: the file cannot be read, or `source` is none of these.

    >>> letterhead({"issuer": "Sở Khoa học và Công nghệ", "date": "2025-03-01"}).date
    datetime.date(2025, 3, 1)
    """
    if source is None:
        return Letterhead()
    if not isinstance(source, Mapping | str | Path):
        raise UsageError(f"letterhead must be a mapping or the path of a JSON file, not {type(source).__name__}")
    title = "letterhead" if isinstance(source, Mapping) else str(source)
    document = dict(source) if isinstance(source, Mapping) else read(source, lang=lang)
    found = schema_faults(document, "letterhead.schema.json")
    day = document.get("date")
    if not found and day is not None and last_day(day) is None:
        found = Findings([fault("/date", "bad_date", value=day)])
    if found:
        raise DocumentError(found, title=title, lang=lang)
    to = document.get("addressee")
    number = document.get("number")
    return Letterhead(
        **{key: document.get(key) for key in ("issuer", "abbreviation", "place")},
        superior=(document["superior"] or "") if "superior" in document else None,
        number=None if number is None else str(number),
        date=last_day(day) if day is not None else None,
        addressee=(to,) if isinstance(to, str) else None if to is None else tuple(to),
        signer=Signer(**document.get("signer", {})),
        recipients=tuple(document["recipients"]) if "recipients" in document else None,
    )
