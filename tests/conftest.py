from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from piikit import Engine

settings.register_profile(
    "ci", derandomize=True, max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", max_examples=300, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def engine() -> Engine:
    """One engine for the whole run: engines hold no state that a test could change."""
    return Engine()
