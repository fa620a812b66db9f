"""Real panels, checked where they lie: they are not part of the repository and are never copied into it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import piikit
from piikit.result import frames_of
from places import SHARED

FOLDER = SHARED
PCI = FOLDER / "pci_2014_2015.csv"

pytestmark = pytest.mark.skipif(not PCI.is_file(), reason=f"the panel {PCI.name} is not beside this checkout")

WEIGHTS = {
    "pci_entry": 0.5,
    "pci_land": 0.5,
    "pci_transparency": 2,
    "pci_time": 0.5,
    "pci_informal": 1,
    "pci_bias": 0.5,
    "pci_proactive": 0.5,
    "pci_support": 2,
    "pci_labor": 2,
    "pci_legal": 0.5,
}
PRECISION = 1e-4
"""The published index has five decimals, computed in single precision."""


def pci_document() -> dict[str, Any]:
    return {
        "id": "pci",
        "status": "official",
        "period": "2014",
        "title": {"vi": "Chỉ số năng lực cạnh tranh cấp tỉnh", "en": "Provincial Competitiveness Index"},
        "sources": ["PCI 2014 and 2015, VCCI"],
        "defaults": {"aggregate": "sum", "normalise": "none"},
        "areas": "vn-63",
        "nodes": [
            {"code": "PCI", "level": "index"},
            *(
                {
                    "code": code,
                    "parent": "PCI",
                    "level": "indicator",
                    "weight": weight,
                    "direction": "higher",
                    "unit": "points_0_10",
                }
                for code, weight in WEIGHTS.items()
            ),
        ],
    }


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    return pl.read_csv(PCI, schema_overrides={"period": pl.String})


@pytest.fixture(scope="module")
def result(engine: piikit.Engine, panel: pl.DataFrame) -> piikit.Result:
    return engine.evaluate(panel.drop("pci_weighted"), pci_document())


@pytest.fixture(scope="module")
def beside(result: piikit.Result, panel: pl.DataFrame) -> pl.DataFrame:
    """Score and rank of piikit beside the published index."""
    areas = result.edition.areas
    assert areas is not None
    codes = {name: found.code for name in panel["area"] if (found := areas.get(name)) is not None}
    published = panel.select(pl.col("area").replace_strict(codes), "period", "pci_weighted")
    ours = result.scores.filter(pl.col("code") == "PCI").select("area", "period", "score", "rank")
    return ours.join(published, on=["area", "period"], how="full", coalesce=True, validate="1:1")


def test_all_names_match_without_help(result: piikit.Result, panel: pl.DataFrame) -> None:
    assert list(panel.columns[2:-1]) == list(WEIGHTS)
    # Two years under the edition of one of them: that is all there is to say.
    assert set(result.findings["code"]) == {"other_period"}
    assert frames_of(result).wide.group_by("period").len().sort("period").rows() == [("2014", 63), ("2015", 63)]


@pytest.mark.parametrize("period", ["2014", "2015"])
def test_the_published_index_comes_back(beside: pl.DataFrame, period: str) -> None:
    rows = beside.filter(pl.col("period") == period)
    far = rows.filter(((pl.col("score") - pl.col("pci_weighted")).abs() <= PRECISION).fill_null(False).not_())
    assert far.rows() == []
    assert rows.height == 63


@pytest.mark.parametrize("period", ["2014", "2015"])
def test_the_ranks_are_those_of_the_published_index(beside: pl.DataFrame, period: str) -> None:
    rows = beside.filter(pl.col("period") == period).sort("pci_weighted", descending=True)
    published = rows["pci_weighted"].rank("min", descending=True).to_list()
    # Two published figures nearer than their precision may change places; nothing else may.
    near = {place for place, (a, b) in enumerate(pairwise(rows["pci_weighted"])) if a - b < PRECISION}
    free = near | {place + 1 for place in near}
    ranks = rows["rank"].to_list()
    assert [(r, p) for n, (r, p) in enumerate(zip(ranks, published, strict=True)) if r != p and n not in free] == []
    assert len(free) < 10


@pytest.mark.parametrize("name", ["pci_2014_2015.csv", "pci_2016_inputs.csv", "papi_2016_inputs.csv"])
def test_every_name_of_a_published_panel_is_known(name: str, engine: piikit.Engine) -> None:
    """Whatever the columns are, the 63 names are matched without a finding."""
    found = engine.findings(FOLDER / name, pci_document())
    about_areas = [item.code for item in found if item.column == "area"]
    assert about_areas == []
