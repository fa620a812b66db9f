"""What any plugin must keep to, held by the kits of piikit."""

from __future__ import annotations

import piikit_ddci

from piikit.testing import CheckKit, EditionKit, IndicatorKit, PlanKit


class TestConformance(IndicatorKit, EditionKit, PlanKit, CheckKit):
    plugin = piikit_ddci
