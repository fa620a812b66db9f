"""From whatever was handed in to one wide table of numbers by area and period, with findings for all that is wrong."""

from __future__ import annotations

from piikit.inputs.table import Table, assemble

__all__ = ["Table", "assemble"]
