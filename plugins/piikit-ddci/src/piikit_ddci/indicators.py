"""The 21 indicators of the index. Their raw items are described in items.schema.json beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from piikit import Indicator

SURVEY = "survey of firms, cooperatives and household businesses"
PORTAL = "the province's public service portal"
OFFICE = "office of the provincial People's Committee"

Direction = Literal["higher", "lower"]


def indicators() -> Iterator[Indicator]:
    """All indicators, in the order of the tree; those of land are for localities alone."""
    text = Path(__file__).with_name("items.schema.json").read_text(encoding="utf-8")
    items = _Items(described=json.loads(text)["properties"])
    yield from _on_information_and_time(items)
    yield from _on_fairness(items)
    yield from _on_support_and_law(items)
    yield from _on_land(items)
    yield items.taken("respondents", "ddci_respondents", "count", 120, SURVEY)


def _on_information_and_time(items: _Items) -> Iterator[Indicator]:
    """Components 1 to 3: transparency, proactivity, time costs."""
    yield items.share("info_access", "higher")
    yield items.share("info_ties", "lower")
    name = {"vi": "Tỷ lệ thủ tục công khai đầy đủ", "en": "Procedures published in full"}
    yield items.part("procedures_published", "ddci_procedures_published", "ddci_procedures", name, PORTAL, (114, 120))
    yield items.rating("proactivity")
    yield items.share("new_problems", "higher")
    name = {"vi": "Tỷ lệ hồ sơ giải quyết đúng hạn", "en": "Files decided in time"}
    yield items.part("files_on_time", "ddci_files_on_time", "ddci_files", name, PORTAL, (4850, 5000))
    yield items.taken("visits", "ddci_visits", "count", 1.8, SURVEY, "lower")
    yield items.share("repeat_inspections", "lower")


def _on_fairness(items: _Items) -> Iterator[Indicator]:
    """Components 4 and 5: informal charges, fair competition."""
    yield items.share("informal_payments", "lower")
    yield items.share("harassment", "lower")
    yield items.share("favours", "lower")
    yield items.rating("equal_treatment")


def _on_support_and_law(items: _Items) -> Iterator[Indicator]:
    """Components 6 to 8: business support, legal institutions, the role of the head."""
    name = {"vi": "Tỷ lệ kiến nghị được giải quyết dứt điểm", "en": "Petitions settled"}
    yield items.part("petitions_settled", "ddci_petitions_settled", "ddci_petitions", name, OFFICE, (18, 24))
    yield items.rating("support")
    yield items.share("trust_in_rules", "higher")
    yield items.rating("guidance")
    yield items.rating("head")
    yield items.taken("head_dialogues", "ddci_head_dialogues", "count", 4, "reports of the units")


def _on_land(items: _Items) -> Iterator[Indicator]:
    """Component 9, access to land."""
    yield items.share("land_information", "higher")
    name = {"vi": "Tỷ lệ hồ sơ đất đai giải quyết đúng hạn", "en": "Land files decided in time"}
    yield items.part("land_files_on_time", "ddci_land_files_on_time", "ddci_land_files", name, PORTAL, (270, 300))


@dataclass(frozen=True, kw_only=True)
class _Items:
    """The descriptions of the raw items, and the four ways in which an indicator comes from them."""

    described: dict[str, Any]

    def taken(
        self, code: str, item: str, unit: str, value: float, source: str, direction: Direction = "higher"
    ) -> Indicator:
        """The item itself, under the name of the item."""
        return Indicator(
            code=f"ddci.{code}",
            unit=unit,
            direction=direction,
            name=self.described[item]["name"],
            value=pl.col(item),
            source=source,
            items={item: self.described[item]},
            example={item: value, "value": value},
        )

    def share(self, code: str, direction: Direction) -> Indicator:
        """A share of respondents, in percent as the survey gives it."""
        return self.taken(code, f"ddci_{code}_share", "percent", 62.5, SURVEY, direction)

    def rating(self, code: str) -> Indicator:
        """A mean answer from 1 to 5, brought to the scale from 0 to 10."""
        item = f"ddci_{code}_rating"
        return Indicator(
            code=f"ddci.{code}",
            unit="points_0_10",
            direction="higher",
            name=self.described[item]["name"],
            value=(pl.col(item) - 1) * 2.5,
            source=SURVEY,
            items={item: self.described[item]},
            example={item: 4, "value": 7.5},
        )

    def part(
        self, code: str, part: str, whole: str, name: dict[str, str], source: str, example: tuple[int, int]
    ) -> Indicator:
        """A part in percent of its whole. Where there was nothing to count there is no figure, and that is no fault."""
        return Indicator(
            code=f"ddci.{code}",
            unit="percent",
            direction="higher",
            name=name,
            value=pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole) * 100),
            source=source,
            items={item: self.described[item] for item in (whole, part)},
            example={part: example[0], whole: example[1], "value": example[0] / example[1] * 100},
        )
