"""Pillar 6, Knowledge, creative and technology outputs: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/knowledge.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 6, in the order of the framework."""
    yield from _knowledge_creation()
    yield from _intangible_assets()
    yield from _knowledge_diffusion()


def _knowledge_creation() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 6.1, Knowledge creation."""
    yield Indicator(
        code="pii.patent_applications",
        unit="per_10k_people",
        direction="higher",
        name={"vi": "Đơn đăng ký sáng chế/10.000 dân", "en": "Patent applications per 10,000 inhabitants"},
        value=pl.col("patent_applications") / pl.col("population") * 10_000,
        source="IP office",
        note={
            "vi": "Một nguồn ghi sáng chế và giải pháp hữu ích chung một chỉ số.",
            "en": "One source prints patents and utility solutions as one indicator.",
        },
        example={"patent_applications": 20, "population": 1_600_000, "value": 0.125},
    )
    yield Indicator(
        code="pii.utility_solution_applications",
        unit="per_10k_people",
        direction="higher",
        name={
            "vi": "Đơn đăng ký giải pháp hữu ích/10.000 dân",
            "en": "Utility solution applications per 10,000 inhabitants",
        },
        value=pl.col("utility_solution_applications") / pl.col("population") * 10_000,
        source="IP office",
        example={"utility_solution_applications": 10, "population": 1_600_000, "value": 0.0625},
    )
    yield Indicator(
        code="pii.plant_variety_applications",
        unit="per_10k_people",
        direction="higher",
        name={
            "vi": "Đơn đăng ký bảo hộ giống cây trồng/10.000 dân",
            "en": "Plant variety applications per 10,000 inhabitants",
        },
        value=pl.col("plant_variety_applications") / pl.col("population") * 10_000,
        source="plant variety office",
        example={"plant_variety_applications": 4, "population": 1_280_000, "value": 0.03125},
    )


def _intangible_assets() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 6.2, Intangible assets."""
    yield Indicator(
        code="pii.trademark_applications",
        unit="per_1k_enterprises",
        direction="higher",
        name={"vi": "Đơn đăng ký nhãn hiệu/1.000 doanh nghiệp", "en": "Trademark applications per 1,000 enterprises"},
        value=pl.col("trademark_applications") / pl.col("enterprises") * 1000,
        source="IP office",
        note={
            "vi": "Theo một nguồn, phiên bản 2023 tính trên 10.000 dân.",
            "en": "One source reports the edition 2023 per 10,000 inhabitants.",
        },
        example={"trademark_applications": 500, "enterprises": 8000, "value": 62.5},
    )
    yield Indicator(
        code="pii.design_applications",
        unit="per_10k_people",
        direction="higher",
        name={
            "vi": "Đơn đăng ký kiểu dáng công nghiệp/10.000 dân",
            "en": "Industrial design applications per 10,000 inhabitants",
        },
        value=pl.col("design_applications") / pl.col("population") * 10_000,
        source="IP office",
        example={"design_applications": 40, "population": 1_600_000, "value": 0.25},
    )
    yield Indicator(
        code="pii.protected_local_marks",
        unit="count",
        direction="higher",
        name={
            "vi": "Chỉ dẫn địa lý, nhãn hiệu tập thể, nhãn hiệu chứng nhận",
            "en": "Geographical indications, collective and certification marks",
        },
        value=pl.col("protected_local_marks"),
        source="IP office",
        example={"protected_local_marks": 30, "value": 30},
    )


def _knowledge_diffusion() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 6.3, Knowledge diffusion."""
    yield Indicator(
        code="pii.new_enterprises",
        unit="per_1k_people",
        direction="higher",
        name={"vi": "Số doanh nghiệp mới thành lập/1.000 dân", "en": "Newly founded enterprises per 1,000 inhabitants"},
        value=pl.col("new_enterprises") / pl.col("population") * 1000,
        source="enterprise register",
        example={"new_enterprises": 1250, "population": 1_000_000, "value": 1.25},
    )
    yield Indicator(
        code="pii.st_enterprises",
        unit="per_1k_enterprises",
        direction="higher",
        name={
            "vi": "Số doanh nghiệp KH&CN/1.000 doanh nghiệp",
            "en": "Science and technology enterprises per 1,000 enterprises",
        },
        value=pl.col("st_enterprises") / pl.col("enterprises") * 1000,
        source="ministry register",
        note={"vi": "Mẫu số là một giả định.", "en": "The denominator is an assumption."},
        example={"st_enterprises": 10, "enterprises": 8000, "value": 1.25},
    )
    yield Indicator(
        code="pii.innovative_startups",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỉ lệ doanh nghiệp khởi nghiệp sáng tạo/tổng số doanh nghiệp mới thành lập",
            "en": "Innovative start-ups as a share of newly founded enterprises",
        },
        value=pl.col("innovative_startups") / pl.col("new_enterprises") * 100,
        source="department report",
        example={"innovative_startups": 50, "new_enterprises": 800, "value": 6.25},
    )
