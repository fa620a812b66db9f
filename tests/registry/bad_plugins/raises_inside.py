# cause: JSONDecodeError: Expecting value
"""What it calls raises; its own line is the one to say."""

from __future__ import annotations

import json

from piikit import hookimpl


@hookimpl
def piikit_plans():
    yield json.loads("nothing")  # HERE
