# cause: writer '.csv' is there already, from piikit
"""Its writer is for a suffix that has one."""

from __future__ import annotations

from piikit import hookimpl
from piikit.plugin import Writer


@hookimpl
def piikit_writers():
    yield Writer(suffix=".csv", name={"vi": "bảng", "en": "table"}, render=lambda result: b"")  # HERE
