# cause: piikit_indicators is a wrapper
"""A hook that wants to wrap those of others."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl(wrapper=True)  # HERE
def piikit_indicators():
    return (yield)
