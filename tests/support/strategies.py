"""Random editions and tables for hypothesis: those that piikit offers to authors of plugins, by the names used here."""

from __future__ import annotations

from typing import Any

from piikit.testing.strategies import (
    AGGREGATES,
    ALL_AGGREGATES,
    ALL_NORMALISES,
    NORMALISES,
    NUMBERS,
    PERIODS,
    WEIGHTS,
    Drawn,
    Key,
    drawn,
    edition_document,
    methods,
)
from piikit.testing.strategies import cells as tables
from piikit.testing.strategies import editions as documents

Json = dict[str, Any]

__all__ = [
    "AGGREGATES",
    "ALL_AGGREGATES",
    "ALL_NORMALISES",
    "NORMALISES",
    "NUMBERS",
    "PERIODS",
    "WEIGHTS",
    "Drawn",
    "Json",
    "Key",
    "documents",
    "drawn",
    "edition_document",
    "methods",
    "tables",
]
