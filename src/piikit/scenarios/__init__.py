"""What if: scenarios as written, read, resolved against edition and data, and run together."""

from __future__ import annotations

from piikit.scenarios.document import Change, Scenario
from piikit.scenarios.reading import Laid, scenarios_of
from piikit.scenarios.run import Part, WhatIfRun, what_if

__all__ = ["Change", "Laid", "Part", "Scenario", "WhatIfRun", "scenarios_of", "what_if"]
