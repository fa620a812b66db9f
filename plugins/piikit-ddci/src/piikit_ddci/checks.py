"""Rules on the figures of a survey that no single cell can show."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from piikit.plugin import Check

FEWEST = 30
"""Below so many answers one firm moves a share by more than three points; a rule of thumb for surveys of this kind."""
SHARES = (
    "ddci_info_access_share",
    "ddci_info_ties_share",
    "ddci_new_problems_share",
    "ddci_repeat_inspections_share",
    "ddci_informal_payments_share",
    "ddci_harassment_share",
    "ddci_favours_share",
    "ddci_trust_in_rules_share",
)
"""The shares that a survey asks about departments and localities alike."""


def checks() -> Iterator[Check]:
    """Too few answers, and shares handed in as parts of one."""
    yield Check(
        code="ddci.few_respondents",
        severity="warning",
        columns=["ddci_respondents"],
        holds=pl.col("ddci_respondents") >= FEWEST,
        message={
            "vi": f"{{area_name}}: dưới {FEWEST} phiếu trả lời",
            "en": f"{{area_name}}: fewer than {FEWEST} respondents",
        },
        hint={
            "vi": "Nêu số phiếu bên cạnh mọi điểm khảo sát của đơn vị này, hoặc khảo sát thêm.",
            "en": "State the number beside every survey figure of this unit, or ask more firms.",
        },
        source="rule of thumb of this package; a province sets its own minimum",
    )
    yield Check(
        code="ddci.shares_of_one",
        columns=SHARES,
        holds=pl.max_horizontal(*SHARES) > 1,
        message={
            "vi": "{area_name}: không tỷ lệ nào của khảo sát vượt quá 1 %",
            "en": "{area_name}: none of the shares of the survey is above 1 %",
        },
        hint={
            "vi": "Các tỷ lệ phải tính theo phần trăm (85, không phải 0,85).",
            "en": "Shares must be in percent (85, not 0.85).",
        },
        source="slip of unit: shares as parts of one instead of percent",
    )
