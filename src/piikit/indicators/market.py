"""Pillar 4, Market sophistication: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/market.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 4, in the order of the framework."""
    yield from _finance_and_investment()
    yield from _market_scale()


def _finance_and_investment() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 4.1, Finance and investment."""
    yield Indicator(
        code="pii.private_credit",
        unit="percent",
        direction="higher",
        name={"vi": "Tín dụng cho khu vực tư nhân/GRDP", "en": "Credit to the private sector to GRDP"},
        value=pl.col("private_credit") / pl.col("grdp") * 100,
        source="State Bank",
        note={"vi": "Mẫu số là một giả định.", "en": "The denominator is an assumption."},
        example={"private_credit": 75_000, "grdp": 100_000, "value": 75.0},
    )
    yield Indicator(
        code="pii.microfinance_loans",
        unit="percent",
        direction="higher",
        name={"vi": "Vay tài chính vi mô/GRDP", "en": "Microfinance loans to GRDP"},
        value=pl.col("microfinance_loans") / pl.col("grdp") * 100,
        source="State Bank and Bank for Social Policies",
        example={"microfinance_loans": 4500, "grdp": 90_000, "value": 5.0},
    )
    yield Indicator(
        code="pii.enterprise_capital",
        unit="billion_vnd_per_enterprise",
        direction="higher",
        name={
            "vi": "Vốn sản xuất kinh doanh bình quân hằng năm của doanh nghiệp",
            "en": "Average annual production and business capital per enterprise",
        },
        value=pl.col("enterprise_capital") / pl.col("enterprises"),
        source="enterprise survey",
        example={"enterprise_capital": 320_000, "enterprises": 10_000, "value": 32.0},
    )
    yield Indicator(
        code="pii.enterprise_fixed_assets",
        unit="billion_vnd_per_enterprise",
        direction="higher",
        name={
            "vi": "Giá trị tài sản cố định và đầu tư tài chính dài hạn của doanh nghiệp",
            "en": "Fixed assets and long-term financial investment per enterprise",
        },
        value=pl.col("enterprise_fixed_assets") / pl.col("enterprises"),
        source="enterprise survey",
        example={"enterprise_fixed_assets": 150_000, "enterprises": 10_000, "value": 15.0},
    )


def _market_scale() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 4.2, Market scale."""
    yield Indicator(
        code="pii.st_service_enterprises",
        unit="per_1k_enterprises",
        direction="higher",
        name={
            "vi": "Số doanh nghiệp ngành dịch vụ chuyên môn KH&CN/1.000 doanh nghiệp",
            "en": "Professional, scientific and technical service enterprises per 1,000 enterprises",
        },
        value=pl.col("st_service_enterprises") / pl.col("enterprises") * 1000,
        source="enterprise survey",
        example={"st_service_enterprises": 500, "enterprises": 8000, "value": 62.5},
    )
    yield Indicator(
        code="pii.enterprise_density",
        unit="per_1k_people",
        direction="higher",
        name={"vi": "Mật độ doanh nghiệp", "en": "Enterprise density"},
        value=pl.col("enterprises") / pl.col("population") * 1000,
        source="enterprise register",
        example={"enterprises": 10_000, "population": 1_250_000, "value": 8.0},
    )
    yield Indicator(
        code="pii.gdp_share",
        unit="percent",
        direction="higher",
        name={"vi": "Đóng góp trong GDP cả nước", "en": "Contribution to national GDP"},
        value=pl.col("grdp") / pl.col("national_gdp") * 100,
        source="statistics office",
        note={"vi": "GDP cả nước lặp lại ở mọi dòng.", "en": "The national GDP repeats on every row."},
        example={"grdp": 125_000, "national_gdp": 10_000_000, "value": 1.25},
    )
