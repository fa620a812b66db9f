"""The figures by which a composite index is audited, and the workbook that holds them."""

from __future__ import annotations

from piikit.analysis.audit.audit import Audit, audit
from piikit.analysis.audit.thresholds import Thresholds

__all__ = ["Audit", "Thresholds", "audit"]
