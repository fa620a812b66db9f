# cause: the suffix of a writer must be a text such as '.md', not 'md'
"""Its writer has no suffix of a file."""

from __future__ import annotations

from piikit import hookimpl
from piikit.plugin import Writer


@hookimpl
def piikit_writers():
    yield Writer(suffix="md", name={"vi": "bảng", "en": "table"}, render=lambda result: b"")  # HERE
