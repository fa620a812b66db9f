"""Pillar 2, Human capital, research and development: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/human_capital.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 2, in the order of the framework."""
    yield from _education()
    yield from _research_and_development()


def _education() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 2.1, Education."""
    yield Indicator(
        code="pii.graduation_exam_score",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Điểm trung bình thi tốt nghiệp THPT", "en": "Average upper-secondary graduation exam score"},
        value=pl.col("graduation_exam_score"),
        source="ministry report",
        example={"graduation_exam_score": 5.89, "value": 5.89},
    )
    yield Indicator(
        code="pii.contest_pupils",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỉ lệ học sinh THCS, THPT tham gia các cuộc thi nghiên cứu khoa học, kỹ thuật",
            "en": "Share of secondary pupils entering science and engineering contests",
        },
        value=pl.col("contest_pupils") / pl.col("secondary_pupils") * 100,
        source="department report",
        note={
            "vi": "Dùng cho các phiên bản 2023 và 2024; ở phiên bản 2025, mã này là học sinh đạt giải quốc gia.",
            "en": "In the editions 2023 and 2024; in 2025 this code is the national-prize indicator.",
        },
        example={"contest_pupils": 1500, "secondary_pupils": 120_000, "value": 1.25},
    )
    yield Indicator(
        code="pii.national_prizes",
        unit="per_100k_pupils",
        direction="higher",
        name={"vi": "Học sinh đạt giải kỳ thi học sinh giỏi quốc gia THPT", "en": "Pupils winning national prizes"},
        value=pl.col("national_prizes") / pl.col("upper_secondary_pupils") * 100_000,
        source="ministry report",
        note={
            "vi": "Dùng cho phiên bản 2025. Không nguồn nào ghi đơn vị: tính trên 100.000 học sinh là một giả định.",
            "en": "In the edition 2025. No source prints the unit: per 100,000 pupils is an assumption.",
        },
        example={"national_prizes": 12, "upper_secondary_pupils": 48_000, "value": 25.0},
    )
    yield Indicator(
        code="pii.education_spending",
        unit="million_vnd_per_person",
        direction="higher",
        name={"vi": "Chi cho GD&ĐT bình quân 1 người đi học", "en": "Education and training spending per learner"},
        value=pl.col("education_spending") / pl.col("learners"),
        source="budget report",
        note={"vi": "Khoản chi tính bằng triệu đồng.", "en": "The spending is in million VND."},
        example={"education_spending": 7_000_000, "learners": 350_000, "value": 20.0},
    )


def _research_and_development() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 2.2, Research and development."""
    yield Indicator(
        code="pii.rd_personnel",
        unit="per_10k_people",
        direction="higher",
        name={
            "vi": "Nhân lực NC&PT toàn thời gian/10.000 dân",
            "en": "R&D personnel (full-time equivalent) per 10,000 inhabitants",
        },
        value=pl.col("rd_personnel_fte") / pl.col("population") * 10_000,
        source="R&D survey",
        example={"rd_personnel_fte": 1562.5, "population": 1_250_000, "value": 12.5},
    )
    yield Indicator(
        code="pii.rd_expenditure",
        unit="percent",
        direction="higher",
        name={"vi": "Chi NC&PT/GRDP", "en": "Expenditure on R&D to GRDP"},
        value=pl.col("rd_expenditure") / pl.col("grdp") * 100,
        source="R&D survey",
        example={"rd_expenditure": 500, "grdp": 100_000, "value": 0.5},
    )
    yield Indicator(
        code="pii.st_budget_spending",
        unit="percent",
        direction="higher",
        name={"vi": "Chi ngân sách địa phương cho KH&CN", "en": "Local budget spending on science and technology"},
        value=pl.col("st_budget_spending") / pl.col("local_budget_spending") * 100,
        source="budget report",
        note={"vi": "Mẫu số là một giả định.", "en": "The denominator is an assumption."},
        example={"st_budget_spending": 125, "local_budget_spending": 20_000, "value": 0.625},
    )
    yield Indicator(
        code="pii.st_organisations",
        unit="per_10k_people",
        direction="higher",
        name={"vi": "Số tổ chức KH&CN/10.000 dân", "en": "Science and technology organisations per 10,000 inhabitants"},
        value=pl.col("st_organisations") / pl.col("population") * 10_000,
        source="ministry register",
        example={"st_organisations": 25, "population": 1_000_000, "value": 0.25},
    )
