"""An index of a province's own, as a piikit plugin: the competitiveness of its departments and localities (DDCI).

Departments and localities are two cohorts: each is scored and ranked among its own kind alone. So there is an edition
for each; that of the localities is an overlay of the other, with access to land added. Weights, questions and all
figures are made up; see the README.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from piikit import Indicator, hookimpl
from piikit.plugin import Check
from piikit_ddci.checks import checks
from piikit_ddci.indicators import indicators

__all__ = ["piikit_checks", "piikit_editions", "piikit_indicators", "piikit_plans", "sample"]

_HERE = Path(__file__).parent


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """The 21 indicators, in the order of the tree."""
    return indicators()


@hookimpl
def piikit_editions() -> Iterator[Path]:
    """The departments in 2025 and 2026, and the localities in 2025."""
    yield from sorted((_HERE / "editions").glob("*.json"))


@hookimpl
def piikit_plans() -> Iterator[Path]:
    """The plan of one department for 2026, "ddci-finance-2026"."""
    yield from sorted((_HERE / "plans").glob("*.json"))


@hookimpl
def piikit_checks() -> Iterator[Check]:
    """The rules on survey figures."""
    return checks()


def sample(name: str) -> Path:
    """The path of a table of made-up figures: "departments-2025", "departments-2026" or "localities-2025".

    >>> import polars as pl
    >>> pl.read_csv(sample("localities-2025")).height
    30
    """
    return _HERE / "sample" / f"{name}.csv"
