# cause: plan 'bad-plan':
"""Its plan breaks the schema of plans."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl
def piikit_plans():
    yield {"id": "bad-plan", "area": "24", "areas": "vn-63"}  # HERE
