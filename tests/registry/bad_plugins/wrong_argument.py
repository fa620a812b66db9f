# cause: piikit_indicators takes 'config'; a hook takes no argument
"""A hook takes an argument that piikit never gives."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl  # HERE
def piikit_indicators(config):
    yield config
