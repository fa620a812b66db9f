# cause: piikit_indicators is async
"""A hook that nobody awaits."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl  # HERE
async def piikit_indicators():
    return []
