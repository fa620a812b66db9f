"""A plan's annex as it stands on paper: a row an indicator, with baseline, target and who leads and takes part."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from piikit.engine import Engine
from piikit.findings.errors import PiikitError
from piikit.findings.faults import nearest, pointer
from piikit.framework.documents import Json
from piikit.framework.edition import Edition
from piikit.office.workbooks.cells import OddCell, number_of
from piikit.office.workbooks.reading import Reading, Spot

SIGNS = {
    ">=": "at_least",
    "≥": "at_least",
    "<=": "at_most",
    "≤": "at_most",
    ">": "above",
    "<": "below",
    "=": "exactly",
    "trên": "above",
    "dưới": "below",
    "ít nhất": "at_least",
    "tối thiểu": "at_least",
    "không quá": "at_most",
    "tối đa": "at_most",
    "above": "above",
    "below": "below",
    "at least": "at_least",
    "at most": "at_most",
}
"""Words and signs before the figure of a target. "Trên" and "dưới" are strict, as in the plans that use them."""
WORDS = {
    "tăng": "improves",
    "cải thiện": "improves",
    "improve": "improves",
    "duy trì": "maintains",
    "giữ": "maintains",
    "maintain": "maintains",
}
"""Targets without a figure."""
NEW_AGENCIES = 200
"""Names that are looked up among the agencies without being one: a plan names some dozens."""
_ID = re.compile(r"[^a-z0-9]+")


def with_annex(reading: Reading, engine: Engine) -> None:
    """Turn the rows of the annex into targets, figures, agencies and duties of the document that was read."""
    # What stands as JSON in a cell may have any shape; where it is not that of a plan, the check of the form says so.
    if not _objects(reading.document.get("annex", [])) or not _shaped(reading.document):
        return
    rows = reading.document.pop("annex", [])
    if rows:
        annex = _Annex(reading, _edition(reading.document, engine))
        for place, row in enumerate(rows):
            annex.row(row, pointer("annex", place))


def _shaped(document: Json) -> bool:
    """Whether rows of an annex can be put beside what the document holds already."""
    agencies = document.get("agencies", [])
    if not all(_objects(document.get(key, [])) for key in ("targets", "figures", "agencies")):
        return False
    duties = [agency.get("duties", []) for agency in agencies]
    return (
        all(isinstance(text, str) for agency in agencies for text in _names(agency))
        and all(isinstance(agency.get("id", ""), str) and _objects(agency.get("duties", [])) for agency in agencies)
        and all(isinstance(duty.get("nodes", []), list) for several in duties for duty in several)
    )


def _objects(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, dict) for one in given)


def _edition(document: Json, engine: Engine) -> Edition | None:
    wanted = document.get("edition")
    if not isinstance(wanted, str) or wanted not in engine.catalogue.editions:
        return None
    try:
        return engine.edition(wanted)
    except PiikitError:
        return None  # the check of the plan says what is wrong with it


@define
class _Ids:
    """Gives ids that are not taken."""

    taken: set[str] = field(factory=set)
    numbers: dict[str, int] = field(factory=dict)

    def free(self, base: str) -> str:
        """The id itself, or with the lowest number that makes it another."""
        # A number that was tried is not tried again: an annex may name one indicator in thousands of rows.
        numbers = itertools.count(self.numbers.get(base, 1))
        found, n = next((one, n) for n in numbers if (one := f"{base}-{n}" if n > 1 else base) not in self.taken)
        self.taken.add(found)
        self.numbers[base] = n + 1
        return found


@define
class _Annex:
    reading: Reading
    edition: Edition | None
    agencies: dict[str, Json] = field(factory=dict)
    near: dict[str, str | None] = field(factory=dict)
    targets: _Ids = field(factory=_Ids)
    ids: _Ids = field(factory=_Ids)

    def __attrs_post_init__(self) -> None:
        """Note the ids that the other sheets give, and the agencies by their folded names."""
        document = self.reading.document
        self.targets.taken.update(str(target.get("id")) for target in document.get("targets", ()))
        for agency in document.get("agencies", ()):
            self.ids.taken.add(str(agency.get("id")))
            self.agencies |= {_folded(text): agency for text in (agency.get("id"), *_names(agency)) if text}

    def _spot(self, *pointers: str) -> Spot:
        return next(self.reading.places[at] for at in pointers if at in self.reading.places)

    def row(self, row: Mapping[str, Any], at: str) -> None:
        code = row.get("code")
        if not isinstance(code, str):
            self.reading.fault(self._spot(at), "book_no_key", value="code")
            return
        self._unit(row, code, at)
        if row.get("annex_target") is not None:
            self._target(row, code, at)
        if row.get("annex_baseline") is not None:
            self._figure(row, code, at)
        for role, key in (("lead", "annex_lead"), ("coordinate", "annex_coordinate")):
            for name in row.get(key) or ():
                self._duty(name, role, code, f"{at}/{key}")

    def _metric(self, row: Mapping[str, Any], code: str) -> str:
        """What the figures of a row are: of an indicator its value, of any other node its score."""
        if row.get("annex_metric"):
            return str(row["annex_metric"])
        node = self.edition.nodes.get(code) if self.edition else None
        return "value" if node is None or node.is_indicator else "score"

    def _unit(self, row: Mapping[str, Any], code: str, at: str) -> None:
        """The unit is there to be read; where it is that of another, the figures of the row are not what they seem."""
        node = self.edition.nodes.get(code) if self.edition else None
        said = row.get("unit")
        if node is None or node.unit is None or not said or self._metric(row, code) != "value":
            return
        names = {node.unit.id, *node.unit.name.values(), *node.unit.symbols}
        if _folded(str(said)) not in {_folded(name) for name in names}:
            self.reading.fault(self._spot(f"{at}/unit", at), "book_other_unit", value=said, unit=node.unit.name)

    def _target(self, row: Mapping[str, Any], code: str, at: str) -> None:
        spot = self._spot(f"{at}/annex_target")
        metric = self._metric(row, code)
        condition = self._condition(row["annex_target"], metric, code)
        if condition is None:
            self.reading.fault(spot, "book_no_target", value=row["annex_target"])
            return
        targets = self.reading.document.setdefault("targets", [])
        base = f"t-{code.lower()}" if metric == "value" else f"t-{code.lower()}-{metric}"
        name = self.targets.free(base)
        where = pointer("targets", len(targets))
        targets.append({"id": name, "node": code, "conditions": [{"metric": metric, **condition}]})
        row_spot = self._spot(at)
        self.reading.places |= {
            where: row_spot,
            f"{where}/node": self._spot(f"{at}/code", at),
            f"{where}/conditions": spot,
        }
        if f"{at}/annex_metric" in self.reading.places:
            self.reading.places[f"{where}/conditions/0/metric"] = self._spot(f"{at}/annex_metric")

    def _condition(self, given: Any, metric: str, code: str) -> Json | None:
        """A target as people write it: a figure, a figure behind a sign or a word, or a word alone."""
        if isinstance(given, int | float) and not isinstance(given, bool):
            return {"is": self._better(metric, code), "value": int(given) if float(given).is_integer() else given}
        text = " ".join(unicodedata.normalize("NFC", str(given)).split()).casefold()
        if text in WORDS:
            return {"is": WORDS[text]}
        for sign in sorted(SIGNS, key=len, reverse=True):
            if text.startswith(sign):
                figure = _number(text[len(sign) :])
                return None if figure is None else {"is": SIGNS[sign], "value": figure}
        figure = _number(text)
        return None if figure is None else {"is": self._better(metric, code), "value": figure}

    def _better(self, metric: str, code: str) -> str:
        """A bare figure is the least that is enough; of ranks, and where lower is better, the most."""
        node = self.edition.nodes.get(code) if self.edition else None
        lower = metric == "rank" or (metric == "value" and node is not None and node.direction == "lower")
        return "at_most" if lower else "at_least"

    def _figure(self, row: Mapping[str, Any], code: str, at: str) -> None:
        document, spot = self.reading.document, self._spot(f"{at}/annex_baseline")
        if not document.get("baseline"):
            self.reading.fault(spot, "book_no_baseline", value=row["annex_baseline"])
            return
        figures = document.setdefault("figures", [])
        where = pointer("figures", len(figures))
        figures.append({"edition": document["baseline"], "code": code, self._metric(row, code): row["annex_baseline"]})
        self.reading.places |= {where: spot, f"{where}/code": self._spot(f"{at}/code", at)}

    def _duty(self, name: str, role: str, code: str, at: str) -> None:
        agencies = self.reading.document.setdefault("agencies", [])
        agency = self._agency(name, agencies, at)
        if agency is None:
            return
        duties = agency.setdefault("duties", [])
        mine = next((d for d in duties if d.get("role") == role and set(d) == {"role", "nodes"}), None)
        if mine is None:
            mine = {"role": role, "nodes": []}
            duties.append(mine)
        if code not in mine["nodes"]:
            mine["nodes"].append(code)
        place, number = agencies.index(agency), duties.index(mine)
        where = pointer("agencies", place, "duties", number)
        self.reading.places.setdefault(where, self._spot(at))
        self.reading.places.setdefault(f"{where}/nodes/{len(mine['nodes']) - 1}", self._spot(at))

    def _agency(self, name: str, agencies: list[Json], at: str) -> Json | None:
        """The agency of a name or an id, made where there is none; a name that is nearly another's is a fault."""
        folded = _folded(name)
        found = self.agencies.get(folded)
        if found is not None:
            return found
        if folded not in self.near and len(self.near) >= NEW_AGENCIES:
            self.reading.fault(self._spot(at), "book_many_agencies", value=name, limit=NEW_AGENCIES)
            return None
        if folded not in self.near:
            self.near[folded] = nearest(folded, list(self.agencies), cutoff=0.92)
        near = self.near[folded]
        if near is not None:
            agency = self.agencies[near]
            right = next(text for text in (*_names(agency), agency.get("id")) if text)
            self.reading.fault(self._spot(at), "book_near_agency", value=name, near=right)
            return None
        base = _ID.sub("-", _without_marks(name)).strip("-")[:50].rstrip("-") or "agency"
        id = self.ids.free(base)
        made = {"id": id, "name": {"vi": name, "en": name}}
        self.agencies |= {_folded(id): made, folded: made}
        self.reading.places[pointer("agencies", len(agencies))] = self._spot(at)
        agencies.append(made)
        return made


def _names(agency: Mapping[str, Any]) -> list[str]:
    given = agency.get("name")
    return list(given.values()) if isinstance(given, Mapping) else []


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _without_marks(text: str) -> str:
    signs = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def _number(text: str) -> int | float | None:
    try:
        return number_of(text)
    except OddCell:
        return None
