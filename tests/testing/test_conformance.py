"""What is built in passes the kits that authors of plugins inherit, and so does the plugin of this repository."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import piikit_bac_giang
import pytest

import piikit
from piikit import indicators
from piikit.framework import methods
from piikit.framework.methods import Method
from piikit.indicators import business, human_capital, impact, infrastructure, institutions, knowledge, market
from piikit.office.reports.built_in import BUILT_IN as WRITERS
from piikit.registry import BUILT_IN
from piikit.results.writers import Writer
from piikit.testing import EditionKit, IndicatorKit, MethodKit, PlanKit, WriterKit
from piikit.testing.watch import reached


class Pillar(IndicatorKit):
    examples = 5
    # All seven are watched together, below: each would need a process of its own.
    test_listing_reaches_for_nothing_outside: ClassVar[Any] = None


class TestInstitutions(Pillar):
    plugin = institutions
    better: ClassVar = {"pii.entry_costs": {"pci_entry_costs": 8}}  # points: more mean lower costs


class TestHumanCapital(Pillar):
    plugin = human_capital
    better: ClassVar = {"pii.contest_pupils": {"contest_pupils": 10_000}}


class TestInfrastructure(Pillar):
    plugin = infrastructure


class TestMarket(Pillar):
    plugin = market


class TestBusiness(Pillar):
    plugin = business


class TestKnowledge(Pillar):
    plugin = knowledge


class TestImpact(Pillar):
    plugin = impact
    better: ClassVar = {"pii.poverty_reduction": {"poverty_rate": 3}, "pii.hdi": {"hdi": 0.9}}


def test_no_pillar_reaches_for_anything_outside() -> None:
    assert reached([f"{indicators.__name__}.{name}" for name in BUILT_IN]) == []


def test_every_pillar_is_tested() -> None:
    tested = {kit.plugin.__name__.rpartition(".")[2] for kit in Pillar.__subclasses__()}
    assert tested == set(BUILT_IN)


class TestBuiltInMethods(MethodKit):
    plugin = SimpleNamespace(__name__="built-in methods")
    examples = 5
    params: ClassVar = {
        "goalposts": {"lower": 10, "upper": 60},
        "distance_to_target": {"target": 1_000},
        "distance_to_reference": {"reference": "a"},
        "power_mean": {"p": 2},
    }
    outside = ("sum", "copeland", "mazziotta_pareto")
    falling = ("mazziotta_pareto",)
    test_it_loads: ClassVar[Any] = None  # they are no plugin

    @classmethod
    def make_engine(cls) -> piikit.Engine:
        return piikit.Engine()

    @classmethod
    def methods(cls) -> list[Method]:
        return [method for method in methods.BUILT_IN if method.kind in ("normalise", "aggregate")]


class TestBuiltInWriters(WriterKit):
    plugin = SimpleNamespace(__name__="built-in writers")
    test_it_loads: ClassVar[Any] = None

    @classmethod
    def make_engine(cls) -> piikit.Engine:
        return piikit.Engine()

    @classmethod
    def writers(cls) -> list[Writer]:
        # A report as a document is about a plan, and the kit's result has none.
        return [writer for writer in WRITERS if writer.suffix != ".docx"]


class TestShippedEditions(EditionKit):
    plugin = SimpleNamespace(__name__="shipped editions")
    examples = 15
    test_it_loads: ClassVar[Any] = None

    @classmethod
    def make_engine(cls) -> piikit.Engine:
        return piikit.Engine()

    @classmethod
    def provided(cls, kind: str) -> tuple[str, ...]:
        return tuple(cls.loaded().engine.catalogue.editions) if kind == "editions" else ()


class TestBacGiang(PlanKit):
    plugin = piikit_bac_giang


@pytest.mark.parametrize("kit", [TestBuiltInMethods, TestBuiltInWriters, TestShippedEditions, TestBacGiang])
def test_a_kit_has_something_to_test(kit: Any) -> None:
    assert all(kit.subjects().values())
