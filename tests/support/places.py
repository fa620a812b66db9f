"""Where the files that tests read lie."""

from __future__ import annotations

from pathlib import Path

SUPPORT = Path(__file__).parent
TESTS = SUPPORT.parent
ROOT = TESTS.parent
CASES = TESTS / "cases"
COINR = TESTS / "golden" / "coinr"
SHARED = ROOT.parent / "shared" / "data"
"""Real data that may be looked at where they lie and are not part of the project."""
