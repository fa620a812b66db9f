"""The plan of Bắc Giang province of July 2024 for its Provincial Innovation Index (PII), as a piikit plugin."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from piikit import hookimpl

__all__ = ["piikit_plans"]


@hookimpl
def piikit_plans() -> Iterable[Path]:
    """The one plan, id "bac-giang-2024"."""
    yield Path(__file__).with_name("bac-giang-2024.json")
