"""The indicators and the checks: what they say of one row, whatever its figures."""

import json
from pathlib import Path

import piikit_ddci
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit

INDICATORS = list(piikit_ddci.piikit_indicators())
ITEMS = json.loads(Path(piikit_ddci.__file__).with_name("items.schema.json").read_text(encoding="utf-8"))["properties"]
COHORTS = {"ddci-departments-2025": 20, "ddci-localities-2025": 30}


@pytest.fixture(scope="module")
def engine():
    return piikit.Engine(plugins=[piikit_ddci], only=["piikit_ddci"], strict=True)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_an_indicator_gives_its_example_and_nothing_without_its_items(indicator):
    assert indicator.code.startswith("ddci.") and set(indicator.items) == set(indicator.item_names)
    row = {name: indicator.example[name] for name in indicator.item_names}
    assert pl.DataFrame([row]).select(indicator.value.alias("value")).item() == pytest.approx(
        indicator.example["value"]
    )
    for gap in row:
        frame = pl.DataFrame([{**row, gap: None}], schema=dict.fromkeys(row, pl.Float64))
        assert frame.select(indicator.value.alias("value")).item() is None


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_an_indicator_looks_at_its_own_row_alone(indicator):
    row = {name: float(indicator.example[name]) for name in indicator.item_names}
    other = {name: figure * 0.5 for name, figure in row.items()}
    alone = pl.DataFrame([row]).select(indicator.value.alias("value"))["value"].to_list()
    among = pl.DataFrame([other, row, other]).select(indicator.value.alias("value"))["value"].to_list()
    assert among[1:2] == alone


def test_every_item_is_described_once_and_used():
    assert {name for indicator in INDICATORS for name in indicator.item_names} == set(ITEMS)
    for name, item in ITEMS.items():
        assert name.startswith("ddci_") and set(item["name"]) == {"vi", "en"} and item["description"], name
        assert item["additive"] or item["merge"]["mean"] == "ddci_respondents", name


@st.composite
def tables(draw, edition):
    """A table of two to all areas, each cell missing or what its schema allows."""
    codes = edition.areas.codes[: draw(st.integers(2, 6))]
    columns = {}
    for name in sorted(edition.items):
        schema = ITEMS[name]
        low, high = schema.get("minimum", 0), schema.get("maximum", 1000)
        whole = schema["type"] == "integer"
        figures = st.integers(low, high) if whole else st.floats(low, high, allow_subnormal=False)
        columns[name] = draw(st.lists(st.none() | figures, min_size=len(codes), max_size=len(codes)))
    return pl.DataFrame({"area": codes, **columns}, strict=False)


@pytest.mark.parametrize("name", COHORTS)
def test_whatever_the_schemas_allow_has_scores_on_the_scale_or_none(name, engine):
    edition = engine.edition(name)
    highest = {code: 100 if code == "DDCI" else 10 for code in edition.nodes}

    @settings(max_examples=20, deadline=None)
    @given(tables(edition))
    def on_the_scale(table):
        scores = engine.evaluate(table, edition, on_findings="keep").table("score")
        for code, top in highest.items():
            known = scores[code].drop_nulls()
            assert known.is_between(top / 10 - 1e-9, top + 1e-9).all(), code

    on_the_scale()


def test_few_respondents_are_a_warning_and_shares_of_one_an_error(engine):
    table = pl.read_csv(piikit_ddci.sample("departments-2025"))
    found = engine.check(table, "ddci-departments-2025").filter(pl.col("code").str.starts_with("ddci."))
    row = found.row(0, named=True)
    assert (found.height, row["severity"], row["area_name"]) == (1, "warning", "Ngân hàng Nhà nước chi nhánh khu vực")
    shares = [name for name in table.columns if name.endswith("_share")]
    fractions = table.with_columns((pl.col(name) * 0.01).alias(name) for name in shares)
    found = engine.check(fractions, "ddci-departments-2025", lang="vi").filter(code="ddci.shares_of_one")
    assert (found.height, set(found["severity"])) == (20, {"error"})
    assert found["message"][0] == "Sở Tài chính: không tỷ lệ nào của khảo sát vượt quá 1 %"
