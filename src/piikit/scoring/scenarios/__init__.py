"""What if: scenarios as written, read, resolved against edition and data, and run together."""

from __future__ import annotations

from piikit.scoring.scenarios.document import Change, Scenario, ScenarioLike, ScenariosLike
from piikit.scoring.scenarios.reading import Laid, scenarios_of
from piikit.scoring.scenarios.run import VariantRun, WhatIfRun, what_if

__all__ = [
    "Change",
    "Laid",
    "Scenario",
    "ScenarioLike",
    "ScenariosLike",
    "VariantRun",
    "WhatIfRun",
    "scenarios_of",
    "what_if",
]
