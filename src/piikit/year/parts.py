"""The functions that a year is put together from."""

from __future__ import annotations

from piikit.forms.collect import collect
from piikit.forms.write import write_forms
from piikit.reporting.documents import report
from piikit.year.work import Parts


def built_in() -> Parts:
    """Those of piikit."""
    return Parts(write_forms=write_forms, collect=collect, report=report)
