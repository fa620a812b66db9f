"""Imputation, treatment, screening and denominators: against COINr, against a slow reference, and their properties."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import piikit
import reference
import reference_prepare
from agreement import disagreements
from piikit.framework.documents import schema_faults
from piikit.framework.methods import impute, moments, treat
from piikit.framework.methods.base import Impute, Treat, Treated
from piikit.result import frames_of
from places import COINR, SHARED
from prepare_strategies import Prepared, prepared_editions
from strategies import edition_document

GOLDEN = COINR
CLOSE = 1e-12


def document(*indicators: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An edition of one index over these indicators."""
    nodes = [{"parent": "ALL", "level": "indicator", "direction": "higher", **node} for node in indicators]
    return edition_document([{"code": "ALL", "level": "index"}, *nodes], **more)


def table(**columns: list[Any]) -> pl.DataFrame:
    return pl.DataFrame({"area": [f"A{n}" for n in range(len(next(iter(columns.values()))))], **columns})


def done(use: Treat, x: list[float], **params: Any) -> np.ndarray:
    return use.treated(np.array([x], dtype=float), use.filled(params)).values[0]


def column(result: piikit.Result, metric: Any, code: str) -> list[float | None]:
    return result.table(metric)[code].to_list()


# -- COINr -------------------------------------------------------------------------------------------------------


def test_skewness_and_kurtosis_are_those_of_coinr() -> None:
    wanted = pl.read_csv(GOLDEN / "cases_skew_kurt.csv", null_values="NaN")
    x = pl.read_csv(GOLDEN / "cases_input.csv").select(wanted["iCode"].to_list()).cast(pl.Float64).to_numpy().T
    for got, name in zip(moments.moments(np.ascontiguousarray(x)), ("skew", "kurt"), strict=True):
        # One figure is a small difference of large ones: COINr's own has an error of 2e-14 there.
        np.testing.assert_allclose(got, wanted[name].to_numpy(), rtol=CLOSE, equal_nan=True)


def test_treated_values_are_those_of_coinr(engine: piikit.Engine) -> None:
    given_values = pl.read_csv(GOLDEN / "cases_treat_input.csv").rename({"uCode": "area"})
    wanted = pl.read_csv(GOLDEN / "cases_treat_output.csv").filter(pl.col("spec") == "default")
    codes = given_values.columns[1:]
    framework = document(*({"code": code} for code in codes), defaults={"treat": "winsorise_then_log"})
    result = engine.evaluate(given_values, framework)
    for code in codes:
        got = result.table("treated")[code].to_numpy()
        np.testing.assert_allclose(got, wanted[code].to_numpy(), rtol=CLOSE, equal_nan=True, err_msg=code)
    steps = dict(result.treatment.group_by("code").agg(pl.col("step").unique().sort()).rows())
    assert steps["six_out"] == ["log"] and steps["tie_out"] == ["winsorise"] and "ok" not in steps
    # Its logarithms do not pass either, and COINr keeps them too.
    assert set(result.findings.filter(pl.col("code") == "outliers_left")["column"]) == {"heavy", "six_out"}


def test_a_series_of_two_values_is_left_where_coinr_stops_with_an_error() -> None:
    x = [0.0] * 30 + [1.0]
    assert done(treat.winsorise, x).tolist() == x
    told = treat.winsorise.treated(np.array([x]), treat.winsorise.filled({}))
    assert bool(told.failing[0]) and told.steps[0] == ""


@pytest.mark.parametrize(("form", "x"), [("gii", [0.1, 0.2, 0.9]), ("plain", [-1.0, 2.0, 3.0])])
def test_logarithms_that_coinr_spoils_are_refused(form: str, x: list[float]) -> None:
    told = treat.log.treated(np.array([x]), {"form": form})
    assert bool(told.refused[0]) and told.values[0].tolist() == x


# -- the reference -----------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(case=prepared_editions())
def test_drawn_editions_agree_with_the_reference(case: Prepared, engine: piikit.Engine) -> None:
    result = engine.evaluate(case.table(), case.document)
    assert disagreements(result, reference.evaluate(case.document, case.values, groups=case.groups)) == []
    wanted = reference_prepare.prepared(case.document, case.values, case.groups)
    treated = result.table("treated")
    for row in treated.iter_rows(named=True):
        for code in case.indicators:
            got, right = row[code], wanted[row["area"], row["period"]][code]
            assert (got is None) == (right is None)
            assert got is None or math.isclose(got, right or 0.0, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=40)
@given(case=prepared_editions(n_periods=3, over_time=False), data=st.data())
def test_a_year_alone_and_areas_in_any_order_have_the_same_bits(
    case: Prepared, data: st.DataObject, engine: piikit.Engine
) -> None:
    case.document["defaults"]["cohort"] = "period"
    if isinstance(case.document["defaults"]["impute"], dict) and "max_gap" in case.document["defaults"]["impute"]:
        case.document["defaults"]["impute"] = "mean"
    case.document.pop("areas", None)
    shuffled = data.draw(st.permutations(list(case.values)))
    together = frames_of(engine.evaluate(case.table(shuffled), case.document)).wide
    for period in sorted({key[1] for key in case.values}):
        alone = frames_of(
            engine.evaluate(case.table([key for key in case.values if key[1] == period]), case.document)
        ).wide
        beside = together.filter(pl.col("period") == period).sort("area")
        assert alone.sort("area").equals(beside.select(alone.columns), null_equal=True)


SERIES = arrays.arrays(np.float64, st.integers(1, 30), elements=st.integers(-1000, 1000).map(lambda n: n / 8))
TREATS = [(use, {}) for use in treat.METHODS if use.name != "box_cox"] + [(treat.box_cox, {"lambda": 0.5})]


@settings(max_examples=60)
@given(x=SERIES, at=st.sampled_from(range(len(TREATS))), outlier=st.sampled_from([0.0, 1e4, -1e6, 1e150, 1e-200]))
def test_treatment_keeps_order_and_gives_numbers(x: np.ndarray, at: int, outlier: float) -> None:
    use, params = TREATS[at]
    x = np.append(x, outlier)
    treated = done(use, x.tolist(), **params)
    assert np.isfinite(treated).all()
    order = np.argsort(x, kind="stable")
    # The treated values never fall where the values rise.
    assert (np.diff(treated[order]) >= 0).all()
    assert (treated[order][1:] == treated[order][:-1])[np.diff(x[order]) == 0].all()


@settings(max_examples=60)
@given(x=SERIES, power=st.integers(-300, 300))
def test_winsorising_follows_a_change_of_unit(x: np.ndarray, power: int) -> None:
    scaled = np.ldexp(x, power)
    assert (done(treat.winsorise, scaled.tolist()) == np.ldexp(done(treat.winsorise, x.tolist()), power)).all()
    assert (done(treat.winsorise, (-x).tolist()) == -done(treat.winsorise, x.tolist())).all()


@settings(max_examples=60)
@given(x=SERIES, outlier=st.sampled_from([1e4, -1e6]))
def test_series_do_not_depend_on_each_other(x: np.ndarray, outlier: float) -> None:
    x = np.append(x, outlier)
    many = np.stack([x, -x, x[::-1], np.full_like(x, np.nan), x])
    for use, params in TREATS:
        filled = use.filled(params)
        own = use.treated(many, filled).values
        for place in range(len(many)):
            assert np.array_equal(own[place], use.treated(many[place : place + 1], filled).values[0], equal_nan=True)


@pytest.mark.parametrize("use", [*impute.METHODS[:4]], ids=lambda use: use.name)
@given(x=SERIES)
@settings(max_examples=30)
def test_an_imputed_value_lies_among_those_it_comes_from(use: Any, x: np.ndarray) -> None:
    figure = use.figure(np.sort(x)[None, :], {})[0]
    assert x.min() <= figure <= x.max()


@pytest.mark.parametrize("x", [[1e308] * 3, [5e-324, 5e-324], [0.1] * 10, [7.0]])
def test_the_mean_of_equal_values_is_that_value(x: list[float]) -> None:
    assert impute.mean.figure(np.array([x]), {})[0] == x[0]  # type: ignore[misc]


# -- what a reader sees ------------------------------------------------------------------------------------------


def test_an_imputed_value_is_marked_and_not_covered(engine: piikit.Engine) -> None:
    framework = document({"code": "a", "impute": "mean"}, {"code": "b"})
    result = engine.evaluate(table(a=[1.0, None, 4.0], b=[1.0, 2.0, 3.0]), framework)
    assert column(result, "value", "a") == [1.0, 2.5, 4.0]
    assert column(result, "coverage", "a") == [1.0, 0.0, 1.0] and column(result, "coverage", "ALL")[1] == 0.5
    assert column(result, "score", "a") == [0.0, 50.0, 100.0]
    told = result.explain("A1", "a")
    assert told.value_source == "imputed" and told.prepared[0]["step"] == "imputed" and "imputed" in str(told)
    assert list(schema_faults(json.loads(json.dumps(told.to_dict())), "explanation.schema.json")) == []
    row = result.findings.filter(pl.col("code") == "imputed_value").row(0, named=True)
    assert (row["severity"], row["area"], row["column"], row["value"]) == ("info", "A1", "a", "2.5")


def test_what_cannot_be_imputed_stays_missing_and_is_named(engine: piikit.Engine) -> None:
    framework = document({"code": "a", "impute": {"method": "group_mean", "group": "zone"}})
    result = engine.evaluate(table(a=[1.0, None, 4.0], zone=["x", "y", "x"]), framework)
    assert column(result, "value", "a") == [1.0, None, 4.0]
    found = result.findings.filter(pl.col("code") == "not_imputed")
    assert found["area"].to_list() == ["A1"] and found["severity"].to_list() == ["warning"]


def test_a_group_that_is_not_there_is_an_error(engine: piikit.Engine) -> None:
    framework = document({"code": "a", "impute": {"method": "group_mean", "group": "zone"}})
    with pytest.raises(piikit.InputError, match="no column zone"):
        engine.evaluate(table(a=[1.0, None]), framework)
    near = document(
        {"code": "a", "impute": {"method": "group_mean", "group": "zones"}},
        groups={"zone": {"name": {"vi": "Vùng", "en": "Zone"}, "column": "zone"}},
    )
    with pytest.raises(piikit.DocumentError, match="zone"):
        engine.edition(near)


@pytest.mark.parametrize(
    ("use", "wanted"),
    [
        ({"method": "previous"}, [None, 2.0, 2.0, 2.0, 8.0, 8.0]),
        ({"method": "previous", "max_gap": 1}, [None, 2.0, 2.0, None, 8.0, 8.0]),
        ({"method": "linear"}, [None, 2.0, 4.0, 6.0, 8.0, None]),
        ({"method": "linear", "max_gap": 1}, [None, 2.0, None, None, 8.0, None]),
    ],
)
def test_imputation_over_time_with_a_limit(use: Any, wanted: list[Any], engine: piikit.Engine) -> None:
    years = [str(year) for year in range(2019, 2025)]
    data = pl.DataFrame(
        {
            "area": ["P"] * 6 + ["Q"] * 6,
            "period": years * 2,
            "a": [None, 2.0, None, None, 8.0, None] + [0.0] * 5 + [10.0],
        }
    )
    result = engine.evaluate(data, document({"code": "a", "impute": use}, defaults={"cohort": "panel"}))
    assert result.table("value").filter(pl.col("area") == "P")["a"].to_list() == wanted
    # One pair of ends serves all periods.
    assert set(result.bounds.select("lower", "upper").rows()) == {(0.0, 10.0)}


def test_a_panel_is_treated_as_one_cohort(engine: piikit.Engine) -> None:
    source = random.Random(1)
    x = [source.gauss(0, 1) for _ in range(40)]
    x[7] = 50.0
    data = pl.DataFrame({"area": [f"A{n}" for n in range(20)] * 2, "period": ["2021"] * 20 + ["2022"] * 20, "a": x})
    panel = engine.evaluate(data, document({"code": "a", "treat": "winsorise"}, defaults={"cohort": "panel"}))
    assert panel.treatment.rows()[0][-2:] == (50.0, sorted(x)[-2])
    assert panel.table("treated")["a"].to_list() == done(treat.winsorise, x).tolist()


def test_areas_with_few_data_are_set_aside(engine: piikit.Engine) -> None:
    framework = document({"code": "a"}, {"code": "b"}, {"code": "c"}, screen={"min_available": 0.6})
    data = table(a=[9.0, 1.0, 3.0, 2.0], b=[None, 1.0, 2.0, None], c=[None, 5.0, 6.0, 7.0])
    result = engine.evaluate(data, framework)
    assert column(result, "score", "a") == [None, 0.0, 100.0, 50.0]
    assert column(result, "value", "a")[0] == 9.0 and column(result, "treated", "a")[0] is None
    assert column(result, "rank", "ALL")[0] is None and frames_of(result).wide.height == 4
    row = result.findings.filter(pl.col("code") == "too_few_values").row(0, named=True)
    assert (row["area"], row["value"], row["severity"]) == ("A0", "33.3", "warning")
    assert result.explain("A0", "a").prepared[0]["step"] == "set_aside"


def test_areas_of_zeros_are_set_aside(engine: piikit.Engine) -> None:
    framework = document({"code": "a"}, {"code": "b"}, screen={"min_nonzero": 0.5})
    result = engine.evaluate(table(a=[0.0, 0.0, 3.0], b=[0.0, 2.0, None]), framework)
    assert column(result, "treated", "a") == [None, 0.0, 3.0]
    assert result.findings.filter(pl.col("code") == "too_many_zeros")["area"].to_list() == ["A0"]


# -- denominators ------------------------------------------------------------------------------------------------

PER = {"code": "a", "denominator": "population", "scale": 1000}


def test_a_value_is_divided_by_its_denominator(engine: piikit.Engine) -> None:
    result = engine.evaluate(table(a=[3.0, 5.0, None], population=[10.0, 7.0, 9.0]), document(PER))
    assert column(result, "value", "a") == [3.0 / 10 * 1000, 5.0 / 7 * 1000, None]
    told = result.explain("A0", "a")
    assert told.formula == "a / population * 1000" and told.items == {"a": 3.0, "population": 10.0}


def test_an_indicator_may_be_a_denominator(engine: piikit.Engine) -> None:
    framework = document({"code": "a", "denominator": "b"}, {"code": "b", "denominator": "area_km2"})
    result = engine.evaluate(table(a=[6.0, 8.0], b=[2.0, 4.0], area_km2=[4.0, 2.0]), framework)
    # By the figure that was given, not by the quotient.
    assert column(result, "value", "a") == [3.0, 2.0] and column(result, "value", "b") == [0.5, 2.0]


def test_a_denominator_of_zero_is_an_error_and_then_missing(engine: piikit.Engine) -> None:
    data = table(a=[3.0, 5.0, 1.0], population=[10.0, 0.0, 5.0])
    with pytest.raises(piikit.InputError, match="population"):
        engine.evaluate(data, document(PER))
    kept = engine.evaluate(data, document(PER), on_findings="keep")
    assert column(kept, "value", "a") == [300.0, None, 200.0]
    assert "zero_denominator" in kept.findings["code"].to_list()


def test_without_its_denominator_an_indicator_has_no_value(engine: piikit.Engine) -> None:
    result = engine.evaluate(table(a=[3.0, 5.0], b=[1.0, 2.0]), document(PER, {"code": "b"}))
    assert column(result, "value", "a") == [None, None]
    assert "population" in result.findings.filter(pl.col("code") == "no_data")["expected"][0]


@pytest.mark.parametrize(
    ("fields", "code"), [({"denominator": "a"}, "own_denominator"), ({"scale": 10}, "scale_alone")]
)
def test_denominators_that_make_no_sense_are_faults(fields: Any, code: str, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.DocumentError) as caught:
        engine.edition(document({"code": "a", **fields}))
    assert caught.value.findings["code"].to_list() == [code]


# -- beside the rest ---------------------------------------------------------------------------------------------


def skewed() -> pl.DataFrame:
    source = random.Random(4)
    x = [math.exp(source.gauss(0, 2)) for _ in range(40)]
    b = [None if n % 9 == 0 else source.random() for n in range(40)]
    return table(a=x, b=b, population=[float(n + 5) for n in range(40)])


FULL = document(
    {"code": "a", "treat": "winsorise_then_log", "denominator": "population"}, {"code": "b", "impute": "median"}
)


def test_effects_add_up_where_values_are_imputed_treated_and_divided(engine: piikit.Engine) -> None:
    data = skewed()
    other = data.with_columns(pl.when(pl.col("area") == "A3").then(2.0).otherwise(pl.col("a")).alias("a"))
    first, second = engine.evaluate(data, FULL), engine.evaluate(other, FULL)
    found = second.effects(first)
    assert found["reason_code"].null_count() == found.height
    parts = found.select("data", "coverage", "areas", "weights", "methods").sum_horizontal()
    assert ((parts - found["difference"]).abs() < 1e-9).all()
    untreated = document({"code": "a", "denominator": "population"}, {"code": "b", "impute": "median"})
    methods = engine.evaluate(data, untreated).effects(first, code="a")
    assert (methods["methods"] - methods["difference"]).abs().max() < 1e-9  # type: ignore[operator]


@pytest.mark.parametrize("bounds", ["moving", "fixed"])
def test_scenarios_change_treatment_and_values(bounds: str, engine: piikit.Engine) -> None:
    changes = [{"method": "a", "set": {"treat": "none"}}, {"item": "population", "scale": 2, "areas": ["A1"]}]
    scenario = piikit.Scenario(id="plain", changes=changes, ends=bounds)
    held = piikit.Scenario(id="held", changes=changes[1:], ends=bounds)
    result = engine.evaluate(skewed(), FULL, scenarios=[scenario, held])
    untreated = document({"code": "a", "denominator": "population"}, {"code": "b", "impute": "median"})
    doubled = skewed().with_columns(pl.col("population") * pl.when(pl.col("area") == "A1").then(2.0).otherwise(1.0))
    for name, framework in (("plain", untreated), ("held", FULL)):
        alone = engine.evaluate(doubled, framework)
        own = result.table("treated").filter(pl.col("scenario") == name)
        assert own.select("a", "b").equals(alone.table("treated").select("a", "b"))
        if bounds == "moving":
            scores = result.table("score").filter(pl.col("scenario") == name)
            assert scores.select("ALL", "a", "b").equals(alone.table("score").select("ALL", "a", "b"))
    assert set(result.treatment["scenario"]) == {"base", "plain", "held"}
    assert result.explain("A9", "b", scenario="plain").value_source == "imputed"


def test_goal_seek_moves_no_treated_indicator(engine: piikit.Engine) -> None:
    pytest.importorskip("scipy")
    result = engine.evaluate(skewed(), FULL)
    way = result.goalseek("A5", {"node": "ALL", "metric": "rank", "is": "at_most", "value": 5})
    assert set(way.moves["code"]) <= {"b"}
    assert dict(way.unmoved.select("code", "reason_code").rows())["a"] == "treated"


def test_streaming_refuses_by_name(engine: piikit.Engine, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    skewed().write_csv(path)
    screened = {**FULL, "screen": {"min_available": 0.5}}
    with pytest.raises(piikit.UsageError) as caught:
        engine.stream(path, screened, to=tmp_path / "out.parquet")
    for part in ("treat 'winsorise_then_log' of a", "impute 'median' of b", "the screening of areas"):
        assert part in str(caught.value)


def test_streaming_divides_by_denominators(engine: piikit.Engine, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    skewed().write_csv(path)
    framework = document({"code": "a", "denominator": "population"}, {"code": "b"})
    engine.stream(path, framework, to=tmp_path / "out.parquet")
    streamed = pl.read_parquet(tmp_path / "out.parquet")["score:a"].to_list()
    assert streamed == column(engine.evaluate(skewed(), framework), "score", "a")


def test_a_plugin_brings_methods_of_both_kinds() -> None:
    class Plugin:
        @piikit.hookimpl
        def piikit_methods(self) -> Any:
            def halved(x: np.ndarray, params: Any) -> Treated:
                no = np.zeros(len(x), dtype=bool)
                return Treated(values=x * 0.5, steps=np.full(len(x), "halved"), failing=no, refused=no)

            yield Treat(name="hue.half", source="ours", treated=halved)
            yield Impute(name="hue.least", source="ours", figure=lambda x, params: x[:, 0])

    own = piikit.Engine(plugins=[Plugin()])
    framework = document({"code": "a", "treat": "hue.half", "impute": "hue.least"})
    result = own.evaluate(table(a=[4.0, None, 2.0]), framework)
    assert column(result, "value", "a") == [4.0, 2.0, 2.0] and column(result, "treated", "a") == [2.0, 1.0, 1.0]
    assert result.treatment["step"].to_list() == ["halved", "imputed", "halved", "halved"]
    assert "halved" in str(result.explain("A0", "a"))


# -- ASEM --------------------------------------------------------------------------------------------------------

ASEM = SHARED / "asem"


@pytest.mark.skipif(not ASEM.is_dir(), reason="the ASEM data set is not beside this checkout")
def test_asem_comes_out_as_in_coinr(engine: piikit.Engine) -> None:
    meta = pl.read_csv(ASEM / "asem_iMeta.csv")
    own = meta.filter(pl.col("Type").is_in(["Indicator", "Aggregate"]))
    levels = {1: "indicator", 2: "pillar", 3: "sub_index", 4: "index"}
    nodes = []
    for row in own.iter_rows(named=True):
        node = {"code": row["iCode"], "level": levels[row["Level"]], "weight": row["Weight"], "parent": row["Parent"]}
        if row["Level"] == 1:
            node["direction"] = "lower" if row["Direction"] < 0 else "higher"
        if row["Denominator"] is not None:
            node["denominator"] = row["Denominator"]
        nodes.append(node)
    framework = edition_document(
        nodes,
        period="2018",
        defaults={"treat": "winsorise_then_log", "impute": {"method": "group_mean", "group": "EurAsia_group"}},
    )
    drop = ["uName", "Time", "GDP_group", "GDPpc_group", "Pop_group"]
    data = pl.read_csv(ASEM / "asem_iData.csv").drop(drop).rename({"uCode": "area"})
    result = engine.evaluate(data, framework)
    wanted = pl.read_csv(ASEM / "sens_ua_nominal.csv").rename({"uCode": "area"})
    beside = result.scores.filter(pl.col("code") == "Index").join(wanted, on="area", validate="1:1")
    assert beside.height == 51
    np.testing.assert_allclose(beside["score"].to_numpy(), beside["Score"].to_numpy(), rtol=CLOSE)
    assert beside["rank"].to_list() == beside["Rank"].to_list()
