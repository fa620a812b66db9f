"""Editions and plans as workbooks, and back."""

from __future__ import annotations

from piikit.office.workbooks.edition_book import export_edition, import_edition
from piikit.office.workbooks.plan_book import export_plan, import_plan

__all__ = ["export_edition", "export_plan", "import_edition", "import_plan"]
