# cause: unknown hook 'piikit_indicator'; did you mean 'piikit_indicators'?
"""A hook that does not exist: a letter is missing."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl  # HERE
def piikit_indicator():
    yield from ()
