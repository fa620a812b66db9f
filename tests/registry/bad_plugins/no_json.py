# cause: piikit_plans yielded a mapping that is no JSON: Object of type set is not JSON serializable
"""Its plan holds what JSON cannot."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl
def piikit_plans():
    yield {"id": "bad-plan", "targets": {1, 2}}  # HERE
