# cause: piikit_editions yielded a document without an id
"""Its edition has no id."""

from __future__ import annotations

from piikit import hookimpl


@hookimpl
def piikit_editions():
    yield {"extends": "pii-2024"}  # HERE
