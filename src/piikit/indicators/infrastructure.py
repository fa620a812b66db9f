"""Pillar 3, Infrastructure: the indicators built in.

The formulas are piikit's reconstruction of the published framework, whose annexes could not be read. How far each
indicator is established (its evidence) stands in the edition documents. The raw items are described in
schemas/items/infrastructure.schema.json and schemas/items/common.schema.json.
"""

from collections.abc import Iterator

import polars as pl

from piikit import Indicator, hookimpl


@hookimpl
def piikit_indicators() -> Iterator[Indicator]:
    """Yield the indicators of pillar 3, in the order of the framework."""
    yield from _ict_infrastructure()
    yield from _general_infrastructure_and_ecological_environment()


def _ict_infrastructure() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 3.1, ICT infrastructure."""
    yield Indicator(
        code="pii.digital_infrastructure",
        unit="points",
        direction="higher",
        name={"vi": "Hạ tầng số", "en": "Digital infrastructure"},
        value=pl.col("dti_digital_infrastructure"),
        source="DTI sub-index",
        example={"dti_digital_infrastructure": 0.58, "value": 0.58},
    )
    yield Indicator(
        code="pii.e_governance",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Quản trị điện tử", "en": "Electronic governance"},
        value=pl.col("papi_e_governance"),
        source="PAPI dimension",
        example={"papi_e_governance": 3.25, "value": 3.25},
    )


def _general_infrastructure_and_ecological_environment() -> Iterator[Indicator]:
    """Yield the indicators of sub-pillar 3.2, General infrastructure and ecological environment."""
    yield Indicator(
        code="pii.basic_infrastructure",
        unit="points",
        direction="higher",
        name={"vi": "Cơ sở hạ tầng cơ bản", "en": "Basic infrastructure"},
        value=pl.col("basic_infrastructure_score"),
        source="PCI infrastructure survey",
        example={"basic_infrastructure_score": 62.5, "value": 62.5},
    )
    yield Indicator(
        code="pii.environmental_governance",
        unit="points_0_10",
        direction="higher",
        name={"vi": "Quản trị môi trường", "en": "Environmental governance"},
        value=pl.col("papi_environmental_governance"),
        source="PAPI dimension",
        example={"papi_environmental_governance": 3.45, "value": 3.45},
    )
