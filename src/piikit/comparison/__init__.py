"""Two results side by side: what differs, where the difference comes from, and who overtook whom."""

from __future__ import annotations

from piikit.comparison.differences import compare
from piikit.comparison.effects import effects
from piikit.comparison.grid import FACTORS
from piikit.comparison.matching import match_areas, match_codes
from piikit.comparison.overtakes import overtakes
from piikit.comparison.sides import Pick, Side

__all__ = ["FACTORS", "Pick", "Side", "compare", "effects", "match_areas", "match_codes", "overtakes"]
