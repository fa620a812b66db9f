"""The functions that a year is put together from."""

from __future__ import annotations

from typing import Any

from piikit.forms.write import write_forms
from piikit.report.documents import report
from piikit.year.work import Parts


def _absent(*args: Any, **options: Any) -> Any:
    raise NotImplementedError


def built_in() -> Parts:
    """Those of piikit."""
    return Parts(write_forms=write_forms, collect=_absent, report=report)
