# cause: piikit_indicators yielded dict, not Indicator
"""A hook yields a mapping where an indicator belongs."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl
def piikit_indicators():
    yield {"code": "bad.trees"}  # HERE
