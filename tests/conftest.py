from __future__ import annotations

import os
from collections import Counter

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how the spoilt tables of test_mutations came out, over all workers."""
    outcomes: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, counts in getattr(report, "user_properties", ()):
                if name == "mutations" and report.when == "call":
                    outcomes.update(counts)
    if outcomes:
        shown = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
        terminalreporter.write_line(f"spoilt tables: {sum(outcomes.values()):,}: {shown}")
