"""Strategies of hypothesis: figures, tables, editions, plans and scenarios, for tests of any plugin.

They need the extra `testing`. Everything that they draw is sound: what is wrong with it is for a test to add.
"""

from __future__ import annotations

from piikit.testing.strategies.editions import (
    AGGREGATES,
    ALL_AGGREGATES,
    ALL_NORMALISES,
    NORMALISES,
    edition_document,
    editions,
    methods,
)
from piikit.testing.strategies.figures import WEIGHTS, figures
from piikit.testing.strategies.plans import conditions, plans
from piikit.testing.strategies.scenarios import scenarios
from piikit.testing.strategies.tables import NUMBERS, PERIODS, Drawn, Key, cells, drawn, tables

__all__ = [
    "AGGREGATES",
    "ALL_AGGREGATES",
    "ALL_NORMALISES",
    "NORMALISES",
    "NUMBERS",
    "PERIODS",
    "WEIGHTS",
    "Drawn",
    "Key",
    "cells",
    "conditions",
    "drawn",
    "edition_document",
    "editions",
    "figures",
    "methods",
    "plans",
    "scenarios",
    "tables",
]
