# cause: piikit_indicators is not marked with @piikit.hookimpl
"""The marker of a hook was forgotten, so it would never be called."""

from __future__ import annotations


def piikit_indicators():  # HERE
    yield from ()
