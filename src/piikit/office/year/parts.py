"""The functions that a year is put together from."""

from __future__ import annotations

from piikit.office.forms.collect import collect
from piikit.office.forms.write import write_forms
from piikit.office.reports.documents import report
from piikit.office.year.work import Parts


def built_in() -> Parts:
    """Those of piikit."""
    return Parts(write_forms=write_forms, collect=collect, report=report)
