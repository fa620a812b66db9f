"""Pillar 7, Impact: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/impact.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 7, in the order of the framework."""
    yield from _impact_on_production_and_business()
    yield from _impact_on_economy_and_society()


def _impact_on_production_and_business() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 7.1, Impact on production and business."""
    yield Indicator(
        code="pii.industrial_production_index",
        unit="percent",
        direction="higher",
        name={"vi": "Chỉ số sản xuất công nghiệp", "en": "Index of industrial production"},
        value=pl.col("industrial_production_index"),
        source="statistics office",
        example={"industrial_production_index": 108.5, "value": 108.5},
    )
    yield Indicator(
        code="pii.ocop_products",
        unit="per_commune",
        direction="higher",
        name={
            "vi": "Số sản phẩm OCOP từ 4 sao trở lên trên số xã",
            "en": "OCOP products of four stars and more per commune",
        },
        value=pl.col("ocop_products_4_star") / pl.col("communes"),
        source="department report",
        example={"ocop_products_4_star": 100, "communes": 160, "value": 0.625},
    )
    yield Indicator(
        code="pii.exports",
        unit="percent",
        direction="higher",
        name={"vi": "Giá trị xuất khẩu/GRDP", "en": "Exports to GRDP"},
        value=pl.col("exports") / pl.col("grdp") * 100,
        source="statistics office",
        example={"exports": 50_000, "grdp": 80_000, "value": 62.5},
    )
    yield Indicator(
        code="pii.labour_productivity_growth",
        unit="percent",
        direction="higher",
        name={"vi": "Tốc độ tăng năng suất lao động", "en": "Labour productivity growth"},
        value=pl.col("labour_productivity_growth"),
        source="statistics office",
        example={"labour_productivity_growth": 6.5, "value": 6.5},
    )


def _impact_on_economy_and_society() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 7.2, Impact on economy and society."""
    yield Indicator(
        code="pii.poverty_reduction",
        unit="percentage_points",
        direction="higher",
        name={"vi": "Tốc độ giảm nghèo", "en": "Poverty reduction rate"},
        value=pl.col("poverty_rate_previous") - pl.col("poverty_rate"),
        source="statistics office",
        note={
            "vi": "Tên gọi là tốc độ: cũng có thể là mức giảm tương đối.",
            "en": "The name says speed: a relative rate is possible too.",
        },
        example={"poverty_rate_previous": 5.5, "poverty_rate": 4.25, "value": 1.25},
    )
    yield Indicator(
        code="pii.employed_workers",
        unit="percent",
        direction="higher",
        name={
            "vi": "Tỷ lệ lao động có việc làm trong nền kinh tế trên tổng dân số",
            "en": "Employed workers to population",
        },
        value=pl.col("employed_workers") / pl.col("population") * 100,
        source="statistics office",
        note={"vi": "Mẫu số là một giả định.", "en": "The denominator is an assumption."},
        example={"employed_workers": 800_000, "population": 1_280_000, "value": 62.5},
    )
    yield Indicator(
        code="pii.income_per_head",
        unit="million_vnd_per_person",
        direction="higher",
        name={"vi": "Thu nhập bình quân đầu người", "en": "Income per head"},
        value=pl.col("income_per_head"),
        source="statistics office",
        example={"income_per_head": 55.5, "value": 55.5},
    )
    yield Indicator(
        code="pii.hdi",
        unit="index_0_1",
        direction="higher",
        name={"vi": "Chỉ số phát triển con người (HDI)", "en": "Human development index"},
        value=pl.col("hdi"),
        source="statistics office",
        example={"hdi": 0.725, "value": 0.725},
    )
