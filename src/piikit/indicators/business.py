"""Pillar 5, Business sophistication: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/business.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 5, in the order of the framework."""
    yield from _knowledge_workers()
    yield from _innovation_linkages()
    yield from _knowledge_absorption()


def _knowledge_workers() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 5.1, Knowledge workers."""
    yield Indicator(
        code="pii.training_spending",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỷ lệ chi đào tạo lao động trong tổng chi của doanh nghiệp",
            "en": "Share of labour training in enterprise expenditure",
        },
        value=pl.col("training_spending") / pl.col("enterprise_spending") * 100,
        source="enterprise survey",
        example={"training_spending": 40, "enterprise_spending": 20_000, "value": 0.2},
    )
    yield Indicator(
        code="pii.trained_workers",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỷ lệ lao động từ 15 tuổi trở lên đã qua đào tạo",
            "en": "Share of trained workers aged 15 and over",
        },
        value=pl.col("trained_workers") / pl.col("workers") * 100,
        source="labour force survey",
        example={"trained_workers": 180_000, "workers": 720_000, "value": 25.0},
    )
    yield Indicator(
        code="pii.rd_enterprises",
        unit="percent",
        direction="higher",
        name={"vi": "Tỷ lệ doanh nghiệp có hoạt động NC&PT", "en": "Share of enterprises with R&D activity"},
        value=pl.col("rd_enterprises") / pl.col("surveyed_enterprises") * 100,
        source="R&D survey",
        example={"rd_enterprises": 30, "surveyed_enterprises": 400, "value": 7.5},
    )
    yield Indicator(
        code="pii.business_rd_expenditure",
        unit="percent",
        direction="higher",
        name={"vi": "Tỷ lệ chi NC&PT của doanh nghiệp/GRDP", "en": "Business expenditure on R&D to GRDP"},
        value=pl.col("business_rd_expenditure") / pl.col("grdp") * 100,
        source="R&D survey",
        example={"business_rd_expenditure": 250, "grdp": 100_000, "value": 0.25},
    )


def _innovation_linkages() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 5.2, Innovation linkages."""
    yield Indicator(
        code="pii.collaborating_enterprises",
        unit="percent",
        direction="higher",
        name={
            "vi": "Hợp tác nghiên cứu giữa tổ chức KH&CN và doanh nghiệp",
            "en": "Research collaboration between science and technology organisations and enterprises",
        },
        value=pl.col("collaborating_enterprises") / pl.col("surveyed_enterprises") * 100,
        source="R&D survey",
        example={"collaborating_enterprises": 25, "surveyed_enterprises": 400, "value": 6.25},
    )
    yield Indicator(
        code="pii.projects_in_industrial_parks",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỷ lệ dự án đầu tư đang hoạt động trong các khu công nghiệp",
            "en": "Share of investment projects operating in industrial parks",
        },
        value=pl.col("projects_in_industrial_parks") / pl.col("investment_projects") * 100,
        source="industrial-park authority",
        note={"vi": "Mẫu số là một giả định.", "en": "The denominator is an assumption."},
        example={"projects_in_industrial_parks": 300, "investment_projects": 800, "value": 37.5},
    )
    yield Indicator(
        code="pii.projects_in_industrial_clusters",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỷ lệ dự án đầu tư đang hoạt động trong các cụm công nghiệp",
            "en": "Share of investment projects operating in industrial clusters",
        },
        value=pl.col("projects_in_industrial_clusters") / pl.col("investment_projects") * 100,
        source="department report",
        example={"projects_in_industrial_clusters": 100, "investment_projects": 800, "value": 12.5},
    )


def _knowledge_absorption() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 5.3, Knowledge absorption."""
    yield Indicator(
        code="pii.fdi",
        unit="percent",
        direction="higher",
        name={"vi": "Đầu tư trực tiếp nước ngoài/GRDP", "en": "Foreign direct investment to GRDP"},
        value=pl.col("fdi") / pl.col("grdp") * 100,
        source="statistics office",
        example={"fdi": 12_500, "grdp": 100_000, "value": 12.5},
    )
    yield Indicator(
        code="pii.innovating_enterprises",
        unit="percent",
        direction="higher",
        name={"vi": "Tỷ lệ doanh nghiệp có hoạt động ĐMST", "en": "Share of enterprises with innovation activity"},
        value=pl.col("innovating_enterprises") / pl.col("surveyed_enterprises") * 100,
        source="innovation survey",
        example={"innovating_enterprises": 150, "surveyed_enterprises": 400, "value": 37.5},
    )
    yield Indicator(
        code="pii.iso_enterprises",
        unit="per_1k_enterprises",
        direction="higher",
        name={
            "vi": "Số doanh nghiệp có chứng chỉ ISO/1.000 doanh nghiệp",
            "en": "Enterprises with ISO certificates per 1,000 enterprises",
        },
        value=pl.col("iso_enterprises") / pl.col("enterprises") * 1000,
        source="ministry register",
        example={"iso_enterprises": 50, "enterprises": 8000, "value": 6.25},
    )
