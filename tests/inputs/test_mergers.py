"""Figures of former areas on the areas that took them in: against a plain loop, and what must hold of any merger."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from merging import PARTS, SUCCESSOR, VN34, VN63, Cell, Rows, areas_document, codes, edition, figures, table
from piikit import Engine
from piikit.framework.documents import item_schemas
from piikit.inputs.mergers.rules import BASES, parsed
from piikit.types import Merged

# -- the plain loop ----------------------------------------------------------------------------------------------


def slowly(rows: Rows, parts: dict[str, list[str]], column: str, rule: Any, *, partial: bool) -> dict[Any, Cell]:
    """The merged column, one area and one part at a time."""
    found: dict[Any, Cell] = {}
    for period in sorted({period for _, period in rows}):
        for area, formed in parts.items():
            here = [rows.get((part, period)) for part in formed]
            if not any(row is not None for row in here):
                continue
            pairs = [
                (row[column], row[rule["mean"]] if isinstance(rule, dict) else 1.0) if row else (None, None)
                for row in here
            ]
            found[area, period] = pairs[0][0] if len(formed) == 1 else _one(pairs, rule, partial=partial)
    return found


def _one(pairs: list[tuple[Cell, Cell]], rule: Any, *, partial: bool) -> Cell:
    present = [(x, w) for x, w in pairs if x is not None]
    values = [x for x, _ in present]
    if not values or rule == "none":
        return None
    if rule == "any" and any(values):
        return 1.0
    if rule == "all" and not all(values):
        return 0.0
    if len(present) < len(pairs) and not partial:
        return None
    if isinstance(rule, dict):
        if any(w is None or w < 0 for _, w in present) or not sum(w for _, w in present if w):
            return None
        return sum(x * w for x, w in present if w is not None) / sum(w for _, w in present if w is not None)
    if rule == "same":
        return values[0] if len(set(values)) == 1 else None
    return {"sum": sum, "min": min, "max": max, "any": lambda v: 0.0, "all": lambda v: 1.0}[rule](values)


SOME = st.none() | st.integers(-50, 50).map(lambda n: n / 4)
RULES = st.sampled_from(["sum", "min", "max", "any", "all", "same", "none", {"mean": "w"}])


@st.composite
def mergers(draw: st.DrawFn) -> tuple[dict[str, list[str]], Rows]:
    former = [f"p{number}" for number in range(draw(st.integers(2, 7)))]
    targets = draw(st.lists(st.sampled_from("XYZ"), min_size=len(former), max_size=len(former)))
    parts = {name: [area for area, to in zip(former, targets, strict=True) if to == name] for name in "XYZ"}
    parts = {name: formed for name, formed in parts.items() if formed}
    rows: Rows = {}
    for area in draw(st.permutations(former)):
        for period in ("2022", "2023"):
            if draw(st.integers(0, 9)):
                yes = draw(st.sampled_from([0.0, 1.0, 1.0, None]))
                rows[area, period] = {"a": draw(SOME), "b": yes, "w": draw(SOME), "z": 1.0}
    return parts, rows or {(former[0], "2022"): {"a": 1.0, "b": 1.0, "w": 1.0, "z": 1.0}}


def own(parts: dict[str, list[str]]) -> list[dict[str, str]]:
    names = sorted(name for formed in parts.values() for name in formed)
    return [{"code": name, "name": name} for name in names]


@settings(max_examples=60)
@given(drawn=mergers(), a=RULES, b=RULES, partial=st.booleans())
def test_any_merger_is_that_of_the_plain_loop(
    engine: Engine, drawn: tuple[dict[str, list[str]], Rows], a: Any, b: Any, partial: bool
) -> None:
    parts, rows = drawn
    merged = engine.merge_areas(
        table(rows),
        edition(own(parts)),
        areas_document(parts),
        rules={"a": a, "b": b, "w": "none", "z": "max"},
        partial=partial,
    )
    for column, rule in (("a", a), ("b", b)):
        theirs = slowly(rows, parts, column, rule, partial=partial)
        mine = {(area.removeprefix("New "), period): x for (area, period), x in figures(merged, column).items()}
        assert mine.keys() == theirs.keys()
        for key, x in theirs.items():
            assert mine[key] == (None if x is None else pytest.approx(x, rel=1e-12, abs=1e-12)), (column, key)


@settings(max_examples=25)
@given(drawn=mergers(), rule=RULES, seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(
    engine: Engine, drawn: tuple[dict[str, list[str]], Rows], rule: Any, seed: int
) -> None:
    parts, rows = drawn
    frame = table(rows)
    rules = {"a": rule, "b": "max", "w": "sum"}
    one = engine.merge_areas(frame, edition(own(parts)), areas_document(parts), rules=rules)
    two = engine.merge_areas(
        frame.sample(fraction=1, shuffle=True, seed=seed), edition(own(parts)), areas_document(parts), rules=rules
    )
    assert one.data.equals(two.data)
    assert one.findings.equals(two.findings)


@settings(max_examples=25)
@given(values=st.lists(st.tuples(st.floats(0, 1e9), st.floats(1e-3, 1e9)), min_size=63, max_size=63))
def test_a_ratio_weighted_by_its_denominator_is_that_of_the_sums(
    engine: Engine, values: list[tuple[float, float]]
) -> None:
    rows: Rows = {
        (name, "2024"): {"a": over / under, "b": over, "w": under}
        for name, (over, under) in zip(VN63.names, values, strict=True)
    }
    merged = engine.merge_areas(table(rows), edition(), rules={"a": {"mean": "w"}, "b": "sum", "w": "sum"})
    for area, formed in PARTS.items():
        row = merged.data.filter(area=area).row(0, named=True)
        shares = [rows[part, "2024"]["a"] for part in formed]
        assert row["a"] == pytest.approx(row["b"] / row["w"], rel=1e-12)
        assert min(shares) <= row["a"] <= max(shares)  # type: ignore[type-var]


# -- the provinces -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    return pl.read_csv(piikit.sample(), schema_overrides={"period": pl.String})


@pytest.fixture(scope="module")
def merged(sample: pl.DataFrame) -> Merged:
    return piikit.merge_areas(sample, "pii-2024")


def test_every_one_of_the_63_is_part_of_exactly_one_of_the_34(merged: Merged) -> None:
    parts = merged.links.parts
    assert sorted(parts["area"]) == sorted(VN63.codes)
    assert set(parts["target"]) == set(VN34.codes)
    named = {VN34.get(to).name: names for to, names in parts.group_by("target").agg("name").iter_rows()}  # type: ignore[union-attr]
    assert {area: sorted(names) for area, names in named.items()} == {
        area: sorted(names) for area, names in PARTS.items()
    }


def test_additive_items_keep_the_total_of_the_country(sample: pl.DataFrame, merged: Merged) -> None:
    additive = [name for name, item in item_schemas().items() if item["additive"] and name in sample.columns]
    assert len(additive) > 40
    for name in additive:
        assert math.isclose(sample[name].sum(), merged.data[name].sum(), rel_tol=1e-12), name
        if sample.schema[name].is_integer():
            assert sample[name].sum() == merged.data[name].sum(), name


def test_areas_that_were_not_merged_keep_their_figures_bit_by_bit(sample: pl.DataFrame, merged: Merged) -> None:
    alone = {formed[0]: area for area, formed in PARTS.items() if len(formed) == 1}
    assert len(alone) == 11
    before = sample.filter(pl.col("area").is_in(list(alone))).with_columns(pl.col("area").replace(alone))
    after = merged.data.filter(pl.col("merged_from").is_null())
    columns = [name for name in sample.columns if name in after.columns]
    assert (
        before.sort("area")
        .select(columns)
        .cast(after.select(columns).schema)
        .equals(after.sort("area").select(columns))
    )


@pytest.mark.parametrize("code", ["15", "24", "44", "46", "52", "80", "82", "91"])
@pytest.mark.parametrize("by", ["code", "name"])
def test_a_code_that_means_another_area_now_is_not_carried_over(engine: Engine, code: str, by: str) -> None:
    former, now = VN63.get(code), VN34.get(code)
    assert former is not None and now is not None and former.name != now.name
    rows: Rows = {(getattr(area, by), "2024"): {"a": 10.0 ** (place % 7)} for place, area in enumerate(VN63.areas)}
    merged = engine.merge_areas(table(rows), edition(), rules={"a": "sum"})
    wanted = sum(
        row["a"] or 0
        for (text, _), row in rows.items()
        if SUCCESSOR[VN63.get(text).name] == now.name  # type: ignore[union-attr]
    )
    assert figures(merged, "a")[now.name, "2024"] == wanted
    assert former.name in PARTS[SUCCESSOR[former.name]]


def test_the_sample_is_evaluated_on_the_34(merged: Merged) -> None:
    result = piikit.evaluate(merged.data, merged.edition)
    assert (result.edition.id, result.edition.status) == ("pii-2024-on-vn-34", "reconstructed")
    assert sorted(result.table("rank")["PII"].to_list()) == list(range(1, 35))
    found = result.findings.filter(pl.col("code").is_in(["counterfactual_areas", "merged_areas"]))
    assert found.group_by("code").len().sort("code").rows() == [("counterfactual_areas", 1), ("merged_areas", 23)]
    assert "sample_data" in result.findings["code"]
    assert result.edition.doubts[-1]["en"].endswith("a calculation for comparison, not a published index.")


def test_merged_data_stand_beside_those_of_the_next_edition(merged: Merged) -> None:
    before = piikit.evaluate(merged.data, merged.edition)
    after = piikit.evaluate(merged.data.with_columns(period=pl.lit("2025")), "pii-2025")
    beside = before.compare(after).filter(area_name="Bắc Ninh", code="PII")
    assert beside.select("period", "other_period").rows() == [("2024", "2025")]


def test_merged_data_are_refused_where_the_parts_are_still_areas(merged: Merged) -> None:
    with pytest.raises(piikit.InputError) as caught:
        piikit.evaluate(merged.data, "pii-2024")
    assert [(item.code, item.count) for item in caught.value.found] == [("merged_elsewhere", 23)]
    kept = piikit.evaluate(merged.data, "pii-2024", on_findings="keep")
    assert "Bắc Ninh" not in kept.table("score")["area_name"]


def test_an_overlay_on_other_areas_says_that_it_is_a_calculation(engine: Engine) -> None:
    overlay = engine.edition({"id": "on-34", "extends": "pii-2024", "areas": "vn-34"})
    assert (len(overlay.areas or ()), overlay.status) == (34, "reconstructed")
    assert "counterfactual_areas" in [item.code for item in overlay.notices()]
    assert "counterfactual_areas" not in [item.code for item in engine.edition("pii-2024").notices()]


def test_an_edition_on_its_own_areas_stays_what_it_is(engine: Engine) -> None:
    assert engine.edition_on("pii-2025", "vn-34") is engine.edition("pii-2025")


def test_an_official_edition_on_other_areas_is_not_official(engine: Engine) -> None:
    groups = {"two": {"name": {"vi": "Hai", "en": "Two"}, "areas": ["24", "27"]}}
    moved = engine.edition_on(edition(status="official", groups=groups), "vn-34")
    assert moved.status == "local"
    assert "two" not in moved.groups
    assert "region" in moved.groups


# -- what an item's description says -----------------------------------------------------------------------------


def test_every_item_says_how_it_is_merged() -> None:
    wrong = []
    for name, item in item_schemas().items():
        if item["additive"]:
            if "merge" in item or item["unit"].startswith(("points", "percent", "index")):
                wrong.append(name)
            continue
        rule = parsed(item["merge"])
        assert not isinstance(rule, str), name
        stated = rule.kind == "none" or item["merge"].get("basis") in BASES
        weighed = rule.weight is None or item_schemas()[rule.weight]["additive"]
        if rule.reason is None or not stated or not weighed:
            wrong.append(name)
    assert wrong == []


def test_a_convention_is_a_warning_and_a_definition_a_remark(merged: Merged) -> None:
    said = {(item.column, item.severity) for item in merged.found if item.code == "merged_by_rule"}
    assert {("hdi", "warning"), ("income_per_head", "info")} <= said
    assert {item.column for item in merged.found if item.code == "no_merge_rule"} == {
        "sti_policy_score",
        "par_index",
        "labour_productivity_growth",
    }


def test_a_finding_names_item_rule_and_weight(merged: Merged) -> None:
    rows = merged.findings.filter(code="merged_by_rule", column="income_per_head", area_name="Bắc Ninh")
    assert rows["message"].to_list() == [
        "Bắc Ninh 2024: income_per_head by rule: mean weighted by population, from Bắc Giang, Bắc Ninh (follows from "
        "the definition: All income divided by all people.)"
    ]


def test_a_plugin_may_say_how_its_item_is_merged_and_silence_is_no_rule() -> None:
    def indicator(code: str, item: str, **description: Any) -> piikit.Indicator:
        return piikit.Indicator(
            code=f"demo.{code}",
            unit="count",
            direction="higher",
            name={"vi": code, "en": code},
            source="test",
            value=pl.col(item),
            items={item: {"type": "number", **description}},
        )

    class Plugin:
        @staticmethod
        @piikit.hookimpl
        def piikit_indicators() -> list[piikit.Indicator]:
            return [
                indicator("a", "stalls", additive=True),
                indicator("b", "silent"),
                indicator("c", "mark", additive=False, merge={"mean": "stalls"}),
            ]

    engine = Engine([Plugin()], strict=True)
    nodes = [
        {"code": "I", "level": "index"},
        *({"code": f"demo.{c}", "parent": "I", "level": "indicator"} for c in "abc"),
    ]
    data = pl.DataFrame({"area": ["Bắc Giang", "Bắc Ninh"], "stalls": [30, 10], "silent": [1, 2], "mark": [4.0, 8.0]})
    merged = engine.merge_areas(data, edition(nodes=nodes))
    assert merged.data.select("stalls", "silent", "mark").row(0) == (40.0, None, 5.0)
    assert codes(merged, "silent") == ["no_merge_rule"]


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ({"merge": "total"}, "unknown rule 'total'"),
        ({"merge": {"mean": 3}}, "the weight of a mean is the name of an item"),
        ({"merge": {"mean": "x", "basis": "habit"}}, "basis must be one of"),
        ({"merge": {"rule": "none", "reason": "no"}}, "reason must be a text"),
        ({"merge": "sum", "additive": True}, "additive, and its merge says otherwise"),
        ({"additive": "yes"}, "additive must be true or false"),
    ],
)
def test_a_plugin_whose_item_says_it_wrongly_is_refused(description: dict[str, Any], said: str) -> None:
    class Plugin:
        @staticmethod
        @piikit.hookimpl
        def piikit_indicators() -> list[piikit.Indicator]:
            return [
                piikit.Indicator(
                    code="demo.a",
                    unit="count",
                    direction="higher",
                    name={"vi": "a", "en": "a"},
                    source="test",
                    value=pl.col("stalls"),
                    items={"stalls": {"type": "number", **description}},
                )
            ]

    with pytest.raises(piikit.PluginError, match=said):
        Engine([Plugin()], strict=True)
