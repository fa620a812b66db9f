# cause: unknown hook 'piikit_plan'; did you mean 'piikit_plans'?
"""A misspelt hook that pluggy is told to forgive."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl(optionalhook=True)  # HERE
def piikit_plan():
    yield from ()
