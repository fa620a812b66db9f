# cause: piikit_editions lists more than 10000 definitions
"""A hook that never ends."""

from __future__ import annotations

import itertools

from piikit import hookimpl


@hookimpl  # HERE
def piikit_editions():
    for number in itertools.count():
        yield {"id": f"bad-{number}"}
