"""Area lists: provinces with codes, names, aliases and mergers, and the matching of names as people write them."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from piikit.findings.errors import DocumentError
from piikit.findings.faults import fault, pointer
from piikit.findings.finding import Finding, Findings
from piikit.findings.messages import Lang
from piikit.framework.documents import Json, schema_faults

_PREFIX = re.compile(r"^(tinh|thanh pho|tp|t p) (?=.)")


def plain_name(text: str) -> str:
    """A name without case, marks, punctuation and the words Tỉnh, Thành phố, TP before it.

    >>> plain_name("TP. Hồ Chí Minh"), plain_name("BẮC GIANG"), plain_name("Tỉnh Đắk Lắk")
    ('hochiminh', 'bacgiang', 'daklak')
    """
    marks_off = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    words = " ".join(re.sub(r"[^0-9a-z]+", " ", marks_off.replace("đ", "d")).split())
    return _PREFIX.sub("", words).replace(" ", "")


Places = dict[str, tuple[int, ...]]


def _add(table: Places, key: str, place: int) -> None:
    if key and place not in table.get(key, ()):
        table[key] = (*table.get(key, ()), place)


def _as_texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


@frozen(kw_only=True)
class Area:
    """One area of a list.

    Attributes:
        successor: its code in the next list, where the list names one.
        formed_from: its codes in the list before.
    """

    code: str
    name: str
    region: str | None = None
    type: str | None = None
    aliases: tuple[str, ...] = field(default=(), converter=_as_texts)
    successor: str | None = None
    formed_from: tuple[str, ...] = field(default=(), converter=_as_texts)


@frozen(kw_only=True)
class PeerSet:
    """Areas that are compared with each other: given by name, or all that share a text column's value."""

    name: Mapping[str, str]
    areas: tuple[str, ...] | None = None
    column: str | None = None


@frozen(kw_only=True)
class AreaList:
    """The areas of an edition, in order.

    Attributes:
        id: the name of a shipped list, or that of a list written in the edition itself: "own" where it has none.
        regions: names of the regions by code.
        groups: peer sets by id.
        ended: names of areas of the list before that this one no longer has, with the name of their successor.

    >>> import piikit
    >>> areas = piikit.edition("pii-2025").areas
    >>> areas.get("TP HCM").name, len(areas), areas.successor_of("Bắc Giang")
    ('Hồ Chí Minh', 34, 'Bắc Ninh')
    """

    __module__ = "piikit"

    id: str
    areas: tuple[Area, ...]
    title: Mapping[str, str] = field(factory=dict)
    regions: Mapping[str, Mapping[str, str]] = field(factory=dict)
    groups: Mapping[str, PeerSet] = field(factory=dict)
    ended: Mapping[str, str] = field(factory=dict)
    document: Json = field(factory=dict, repr=False, eq=False)

    def __len__(self) -> int:
        return len(self.areas)

    @functools.cached_property
    def _index(self) -> tuple[Places, Places]:
        exact: Places = {}
        plain: Places = {}
        for place, area in enumerate(self.areas):
            for text in (area.name, *area.aliases):
                _add(exact, unicodedata.normalize("NFC", text), place)
                _add(plain, plain_name(text), place)
        exact.update({area.code: (place,) for place, area in enumerate(self.areas)})
        return exact, plain

    @property
    def codes(self) -> list[str]:
        """The codes, in order."""
        return [area.code for area in self.areas]

    @property
    def names(self) -> list[str]:
        """The names, in order."""
        return [area.name for area in self.areas]

    def match(self, text: str) -> tuple[int, ...]:
        """The places in the list that a text may mean: none, one, or several where it is ambiguous.

        A code wins over a name, an exact name over one without marks.
        """
        exact, plain = self._index
        return exact.get(unicodedata.normalize("NFC", text.strip())) or plain.get(plain_name(text), ())

    def get(self, text: str) -> Area | None:
        """The one area that a text means, or None."""
        found = self.match(text)
        return self.areas[found[0]] if len(found) == 1 else None

    def successor_of(self, text: str) -> str | None:
        """The name of the area of this list that took in a former area of this name."""
        return self.ended.get(plain_name(text))


def _area(entry: Mapping[str, Any]) -> Area:
    wanted = {"code", "name", "region", "type", "aliases", "successor", "formed_from"}
    return Area(**{key: value for key, value in entry.items() if key in wanted and value is not None})


def _faults(entries: Sequence[Mapping[str, Any]], at: tuple[str | int, ...]) -> list[Finding]:
    first: dict[Any, int] = {}
    return [
        fault(pointer(*at, place, "code"), "duplicate_code", value=entry.get("code"))
        for place, entry in enumerate(entries)
        if first.setdefault(entry.get("code"), place) != place
    ]


def area_list(document: Json, *, before: AreaList | None = None, lang: Lang = "en") -> AreaList:
    """An area list from its document (`schemas/areas.schema.json`).

    Args:
        document: the list.
        before: the list that this one replaced; its names that ended are then known with their successor.
        lang: the language of errors.

    Raises:
        DocumentError: with every fault.
    """
    found = schema_faults(document, "areas.schema.json")
    if not found:
        found = found + _faults(document["areas"], ("areas",))
    if found:
        raise DocumentError(found, title=str(document.get("id", "areas")), lang=lang)
    return read_areas(document, before=before)


def read_areas(document: Json, *, before: AreaList | None = None) -> AreaList:
    """An area list from a document that is sound, as those are that piikit ships."""
    areas = tuple(_area(entry) for entry in document["areas"])
    ended: dict[str, str] = {}
    if before is not None:
        names = {area.code: area.name for area in areas}
        own = {plain_name(area.name) for area in areas}
        for former in before.areas:
            if plain_name(former.name) not in own and former.successor in names:
                ended |= {plain_name(text): names[former.successor] for text in (former.name, *former.aliases)}
    return _listed(document, areas, ended)


def _listed(document: Json, areas: tuple[Area, ...], ended: Mapping[str, str]) -> AreaList:
    return AreaList(
        id=document["id"],
        title=document["title"],
        areas=areas,
        regions={region["code"]: region["name"] for region in document.get("regions", [])},
        groups={
            key: PeerSet(name=group["name"], areas=tuple(group["areas"]))
            for key, group in document.get("groups", {}).items()
        },
        ended=ended,
        document=document,
    )


def own_list(given: Sequence[Mapping[str, Any]] | Json, at: tuple[str | int, ...]) -> tuple[AreaList, Findings]:
    """The area list written in an edition itself, with its faults: the areas alone, or a whole list with its id."""
    if isinstance(given, Mapping):
        areas = tuple(_area(entry) for entry in given["areas"])
        return _listed(dict(given), areas, {}), Findings(_faults(given["areas"], (*at, "areas")))
    return AreaList(id="own", areas=tuple(_area(entry) for entry in given)), Findings(_faults(given, at))
