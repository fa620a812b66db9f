"""Two results side by side: what differs, where the difference comes from, and who overtook whom."""

from __future__ import annotations

from piikit.results.comparison.common_grid import FACTORS
from piikit.results.comparison.differences import compare
from piikit.results.comparison.effects import effects
from piikit.results.comparison.matching import match_areas, match_codes
from piikit.results.comparison.overtakes import overtakes
from piikit.results.comparison.sides import Pick, Side

__all__ = ["FACTORS", "Pick", "Side", "compare", "effects", "match_areas", "match_codes", "overtakes"]
