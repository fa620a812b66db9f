"""Pillar 1, Institutions: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/institutions.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 1, in the order of the framework."""
    yield from _policy_environment()
    yield from _business_environment()


def _policy_environment() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 1.1, Policy environment."""
    yield Indicator(
        code="pii.sti_policy",
        unit="points",
        direction="higher",
        name={
            "vi": "Chính sách thúc đẩy KHCN&ĐMST phục vụ phát triển KT-XH",
            "en": "Policies promoting science, technology and innovation for socio-economic development",
        },
        value=pl.col("sti_policy_score"),
        source="local dossier with evidence",
        example={"sti_policy_score": 47.59, "value": 47.59},
    )
    yield Indicator(
        code="pii.legal_institutions",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Thiết chế pháp lý và an ninh trật tự", "en": "Legal institutions, security and order"},
        value=pl.col("pci_legal_institutions"),
        source="PCI sub-index",
        example={"pci_legal_institutions": 7.45, "value": 7.45},
    )
    yield Indicator(
        code="pii.business_support",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Chính sách hỗ trợ doanh nghiệp", "en": "Business support policies"},
        value=pl.col("pci_business_support"),
        source="PCI sub-index",
        example={"pci_business_support": 7.14, "value": 7.14},
    )


def _business_environment() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 1.2, Business environment."""
    yield Indicator(
        code="pii.entry_costs",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Chi phí gia nhập thị trường", "en": "Market entry costs"},
        value=pl.col("pci_entry_costs"),
        source="PCI sub-index",
        note={
            "vi": "Điểm PCI: điểm cao nghĩa là chi phí thấp, nên càng cao càng tốt.",
            "en": "PCI points: more points mean lower costs, so higher is better.",
        },
        example={"pci_entry_costs": 7.68, "value": 7.68},
    )
    yield Indicator(
        code="pii.proactivity",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Tính năng động của chính quyền địa phương", "en": "Proactivity of the local government"},
        value=pl.col("pci_proactivity"),
        source="PCI sub-index",
        example={"pci_proactivity": 6.73, "value": 6.73},
    )
    yield Indicator(
        code="pii.par_index",
        unit="points_0_100",
        direction="higher",
        name={"vi": "Cải cách hành chính", "en": "Public administration reform"},
        value=pl.col("par_index"),
        source="PAR INDEX",
        example={"par_index": 88.24, "value": 88.24},
    )
    yield Indicator(
        code="pii.fair_competition",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Cạnh tranh bình đẳng", "en": "Fair competition"},
        value=pl.col("pci_fair_competition"),
        source="PCI sub-index",
        example={"pci_fair_competition": 6.07, "value": 6.07},
    )
