"""Rules over several cells: plugins' checks, parts above their whole, slips of unit, other periods; and severities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest
from attrs import evolve

import piikit
from documents import edition, indicator
from piikit import Engine, hookimpl
from piikit.findings.finding import Finding, Findings
from piikit.findings.severities import COMPARED, OF_DOCUMENTS, TAKEN_OUT, apply_policy
from piikit.framework.documents import item_schemas
from piikit.inputs.checks.consistency import cleared, consistent
from piikit.plugin import Check
from places import ROOT

TEXT = {"vi": "sai", "en": "wrong"}


def check(**more: Any) -> Check:
    fields: dict[str, Any] = {
        "code": "test.order",
        "columns": ["x", "y"],
        "holds": pl.col("x") <= pl.col("y"),
        "message": TEXT,
    }
    return Check(**{**fields, **more})


class Plugin:
    def __init__(self, *checks: Any, name: str = "own") -> None:
        self.checks = checks
        self.__name__ = name

    @hookimpl
    def piikit_checks(self) -> Any:
        return self.checks


def engine_with(*checks: Check) -> Engine:
    return Engine(plugins=[Plugin(*checks)], only=["own", *BUILT_IN], strict=True)


BUILT_IN = piikit.registry.BUILT_IN
PAIR = edition(indicator("x"), indicator("y"), period="2024")


def table(rows: Mapping[str, Any], **types: Any) -> pl.DataFrame:
    """A table as the inputs make it: names of areas, periods, numbers as 64-bit floats."""
    frame = pl.DataFrame(rows, strict=False)
    keys = {"period": "2024", "scenario": "base"}
    frame = frame.with_columns(pl.lit(text).alias(name) for name, text in keys.items() if name not in frame.columns)
    frame = frame.with_columns(pl.col("area").alias("area_name"))
    numbers = [name for name in frame.columns if name not in {"area", "area_name", "period", "scenario"}]
    return frame.with_columns(pl.col(numbers).cast(pl.Float64))


def found(engine: Engine, rows: Mapping[str, Any], document: Any = PAIR, **more: Any) -> Findings:
    return Findings(consistent(table(rows), engine.edition(document), engine.catalogue, **more))


XY = {"area": ["a", "b", "c"], "value:x": [1, 5, None], "value:y": [2, 3.5, 1]}


# -- checks of plugins -------------------------------------------------------------------------------------------


def test_a_check_names_each_row_that_breaks_it_with_its_figures() -> None:
    rows = found(engine_with(check()), XY).frame("en")
    assert rows.select("severity", "code", "area", "column", "value", "message").rows() == [
        ("error", "test.order", "b", "x", "x = 5, y = 3.5", "wrong")
    ]


def test_a_null_holds() -> None:
    assert not found(engine_with(check()), {**XY, "value:x": [None, None, None]})


@pytest.mark.parametrize(("lang", "message"), [("en", "b 2024: 5 over 3.5"), ("vi", "b 2024: 5 trên 3,5")])
def test_the_texts_of_a_check_show_area_period_and_figures_in_the_readers_language(lang: str, message: str) -> None:
    texts = {"en": "{area_name} {period}: {x} over {y}", "vi": "{area_name} {period}: {x} trên {y}"}
    hint = {"en": "see {y}", "vi": "xem {y}"}
    rows = found(engine_with(check(message=texts, hint=hint)), XY).frame(lang)
    assert rows.select("message", "hint").row(0) == (message, hint[lang].replace("{y}", message.rsplit(maxsplit=1)[-1]))


def test_a_grouped_line_speaks_of_the_columns_and_names_the_areas() -> None:
    texts = {"en": "{x} is over {y}", "vi": "{x} trên {y}"}
    line = found(engine_with(check(message=texts, hint=TEXT)), XY).grouped("en")
    assert "x is over y (1: b (x = 5, y = 3.5))\n    → wrong" in line


def test_a_check_runs_only_where_all_its_columns_are() -> None:
    rows = {name: column for name, column in XY.items() if name != "value:y"}
    assert not found(engine_with(check()), rows)


def test_a_check_is_filed_under_the_column_it_names() -> None:
    assert [item.column for item in found(engine_with(check(column="y")), XY)] == ["y"]


def test_a_check_may_mean_an_indicator_by_its_plugins_code() -> None:
    document = edition(indicator("k", indicator="pii.hdi"), indicator("y"), period="2024")
    rule = check(columns=["pii.hdi", "y"], holds=pl.col("pii.hdi") <= pl.col("y"))
    rows = found(engine_with(rule), {"area": ["a"], "value:k": [0.9], "value:y": [0.5]}, document).frame("en")
    assert rows.select("column", "value").rows() == [("k", "pii.hdi = 0.9, y = 0.5")]


def test_a_check_of_items_reads_the_items() -> None:
    document = edition(indicator("k", indicator="pii.patent_applications"), period="2024")
    columns = ["patent_applications", "population"]
    rule = check(columns=columns, holds=pl.col(columns[0]) < pl.col(columns[1]))
    rows = {"area": ["a"], "patent_applications": [7], "population": [6]}
    assert [item.code for item in found(engine_with(rule), rows, document)] == ["test.order"]


OVERFLOW = check(code="test.small", columns=["x"], holds=pl.col("x").cast(pl.Int8) > 0)


def test_a_check_that_fails_on_the_figures_names_plugin_and_cause_and_harms_no_other() -> None:
    engine = engine_with(OVERFLOW, check())
    rows = found(engine, {"area": ["a"], "value:x": [5000], "value:y": [1]}).frame("en")
    assert rows.select("severity", "code").rows() == [("error", "test.order"), ("info", "check_failed")]
    assert "test.small of plugin own" in rows["message"][1]


def test_two_engines_with_other_checks_may_share_an_edition() -> None:
    first, second = engine_with(check()), engine_with(check(code="test.other"))
    shared = first.edition(PAIR)
    codes = [[item.code for item in consistent(table(XY), shared, e.catalogue)] for e in (first, second)]
    assert codes == [["test.order"], ["test.other"]]


FAULTY: dict[str, tuple[Any, str]] = {
    "no check": ({"code": "test.order"}, "dict"),
    "not namespaced": (check(code="order"), "namespaced"),
    "severity": (check(severity="fatal"), "fatal"),
    "no columns": (check(columns=[]), "no columns"),
    "filed elsewhere": (check(column="z"), "'z'"),
    "unnamed column": (check(columns=["x"]), "reads y"),
    "not boolean": (check(holds=pl.col("x") + pl.col("y")), "Float64"),
    "whole table": (check(holds=(pl.col("x") <= pl.col("y")).all()), "1 answer for 2 rows"),
    "python": (check(holds=pl.struct("x", "y").map_elements(bool, return_dtype=pl.Boolean)), "calls Python"),
    "no expression": (check(holds=True), "bool"),
    "raises": (check(holds=pl.col("x").str.contains("a") & (pl.col("y") > 0)), "expected String"),
    "one language": (check(message={"en": "wrong"}), "message"),
    "placeholder": (check(hint={"vi": "{z}", "en": "{z}"}), "{z}"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_broken_check_makes_its_plugin_fail_when_it_is_loaded(name: str) -> None:
    faulty, cause = FAULTY[name]
    engine = Engine(plugins=[Plugin(faulty)], only=["own", *BUILT_IN])
    listed = engine.plugins().filter(pl.col("name") == "own").row(0, named=True)
    assert (listed["state"], dict(engine.catalogue.checks)) == ("failed", {})
    assert cause in listed["cause"]


def test_a_code_that_is_taken_is_refused() -> None:
    engine = Engine(plugins=[Plugin(check(), name="first"), Plugin(check(), name="second")])
    states = dict(engine.plugins().select("name", "state").rows())
    assert (states["first"], states["second"]) == ("loaded", "failed")


def test_checks_are_listed_with_their_plugin() -> None:
    engine = engine_with(check())
    listed = engine.plugins().filter(pl.col("name") == "own")["provides"].to_list()
    assert (listed, engine.catalogue.checks["test.order"].plugin) == ([["checks:test.order"]], "own")


# -- parts above their whole -------------------------------------------------------------------------------------


def test_every_whole_is_an_item_and_no_item_is_part_of_itself() -> None:
    items = item_schemas()
    wholes = {name: schema["partOf"] for name, schema in items.items() if "partOf" in schema}
    assert len(wholes) == 19
    assert [name for name, whole in wholes.items() if whole not in items] == []
    for name in wholes:
        above, at = [], name
        while at in wholes and at not in above:
            above.append(at)
            at = wholes[at]
        assert at not in above, name


def test_a_part_above_its_whole_is_an_error_with_both_figures(engine: Engine) -> None:
    rows = {"area": ["a", "b", "c"], "trained_workers": [9, 5, None], "workers": [8, 5, 1]}
    shown = found(engine, rows).frame("en")
    assert shown.select("severity", "code", "area", "column", "value", "expected").rows() == [
        ("error", "part_above_whole", "a", "trained_workers", "9", "at most 8 (workers)")
    ]
    assert "trained_workers = 9, workers = 8" in found(engine, rows).grouped("en")


@pytest.mark.parametrize(("spent", "codes"), [(2000.0, []), (2001.0, ["part_above_whole"])])
def test_a_part_in_another_unit_is_converted_first(engine: Engine, spent: float, codes: list[str]) -> None:
    rows = {"area": ["a"], "education_spending": [spent], "local_budget_spending": [2]}
    assert [item.code for item in found(engine, rows)] == codes


@pytest.mark.parametrize("missing", ["trained_workers", "workers"])
def test_a_missing_part_or_whole_is_no_finding(engine: Engine, missing: str) -> None:
    assert not found(engine, {"area": ["a"], "trained_workers": [9], "workers": [8], missing: [None]})


def test_neither_of_the_cells_of_an_error_is_used_further(engine: Engine) -> None:
    rows = table({"area": ["a", "b"], "trained_workers": [9, 5], "workers": [8, 6], "enterprises": [1, 2]})
    wrong = Findings(consistent(rows, engine.edition(PAIR), engine.catalogue))
    kept = cleared(rows, wrong).select("trained_workers", "workers", "enterprises").rows()
    assert kept == [(None, None, 1.0), (5.0, 6.0, 2.0)]
    assert cleared(rows, apply_policy(wrong, {"part_above_whole": "warning"})).equals(rows)


def test_the_sample_data_hold_no_finding(engine: Engine) -> None:
    sample = pl.read_csv(piikit.sample()).drop("status").with_columns(pl.col("period", "area").cast(pl.String))
    assert not Findings(
        consistent(table(sample.to_dict(as_series=False)), engine.edition("pii-2024"), engine.catalogue)
    )


# -- slips of unit -----------------------------------------------------------------------------------------------


def slips(engine: Engine, figures: list[float | None], **more: Any) -> list[tuple[Any, ...]]:
    periods = [str(2024 - len(figures) + 1 + place) for place in range(len(figures))]
    rows = {"area": ["a"] * len(figures), "period": periods, "grdp": figures}
    shown = Findings(item for item in found(engine, rows, **more) if item.code == "unit_slip").frame("en")
    return shown.select("period", "value", "expected").rows()


@pytest.mark.parametrize("ratio", [9.5, 10.5, 95, 105, 950, 1050, 1 / 9.5, 1 / 10.5, 1 / 1050])
def test_a_figure_near_a_power_of_ten_of_the_last_one_is_a_warning_with_both(engine: Engine, ratio: float) -> None:
    last = 997_500.0
    ((period, value, expected),) = slips(engine, [last, last * ratio])
    assert (period, float(value), expected) == ("2024", last * ratio, "a figure near 997500 (2023)")


@pytest.mark.parametrize("ratio", [1, 2, 9.4, 10.6, 94, 106, 940, 1060, 10_000, 1 / 9.4, 1 / 10.6, 0, -10])
def test_growth_is_no_slip(engine: Engine, ratio: float) -> None:
    assert slips(engine, [100.0, 100 * ratio]) == []


def test_the_last_figure_is_the_last_one_that_is_known(engine: Engine) -> None:
    assert slips(engine, [5.0, None, 5000.0]) == [("2024", "5000", "a figure near 5 (2022)")]


def test_areas_are_not_compared_with_each_other(engine: Engine) -> None:
    rows = {"area": ["a", "a", "b", "b"], "period": ["2023", "2024"] * 2, "grdp": [5, 6, 5000, 6000]}
    assert [item.code for item in found(engine, rows)] == ["other_period"]
    gaps = {"area": ["a", "a", "b", "b"], "period": ["2023", "2024"] * 2, "grdp": [5, None, None, 5000]}
    assert [item.code for item in found(engine, gaps)] == ["other_period"]


def test_rows_need_not_be_sorted_by_period(engine: Engine) -> None:
    rows = {"area": ["a"] * 3, "period": ["2024", "2022", "2023"], "grdp": [6000, 5, 6]}
    (slip,) = (item for item in found(engine, rows) if item.code == "unit_slip")
    assert slip.frame("en").select("period", "expected").rows() == [("2024", "a figure near 6 (2023)")]


def test_a_table_of_one_period_is_compared_with_the_previous_one(engine: Engine) -> None:
    before = table({"area": ["a", "b"], "period": "2023", "grdp": [700, 5]})
    rows = {"area": ["a", "b"], "grdp": [7, 6]}
    (slip,) = found(engine, rows, previous=before)
    assert slip.frame("en").select("area", "message").rows() == [
        ("a", "a 2024: grdp is 7, 1/100 times the 700 of 2023")
    ]


# -- other periods and years -------------------------------------------------------------------------------------


def test_periods_that_are_not_the_editions_are_named_once_each(engine: Engine) -> None:
    rows = {"area": ["a", "b"] * 3, "period": ["2022", "2022", "2023", "2023", "2024", "2024"], "value:x": [1] * 6}
    shown = found(engine, rows).frame("en")
    assert shown.select("severity", "code", "value", "expected").rows() == [
        ("warning", "other_period", period, "2024") for period in ("2022", "2023")
    ]


def test_an_edition_that_compares_over_a_panel_asks_for_other_periods(engine: Engine) -> None:
    rows = {"area": ["a", "a"], "period": ["2023", "2024"], "value:x": [1, 1]}
    assert not found(engine, rows, edition(indicator("x"), indicator("y"), defaults={"cohort": "panel"}))


def test_a_figure_of_another_year_than_the_editions_is_a_warning(engine: Engine) -> None:
    document = edition(indicator("x", data_year="2022"), indicator("y"), period="2024")
    trail = pl.DataFrame(
        {
            "area": ["a"] * 4,
            "period": ["2024"] * 4,
            "code": ["x", "x", "y", "x"],
            "data_year": ["2021", "2022", "2021", "2021"],
            "used": [True, True, True, False],
            "file": ["f"] * 4,
            "row": [2, 3, 4, 5],
        }
    )
    shown = found(engine, {"area": ["a"], "value:x": [1]}, document, trail=trail).frame("en")
    assert shown.select("code", "column", "area_name", "value", "expected", "row").rows() == [
        ("other_data_year", "x", "a", "2021", "2022", 2)
    ]


# -- severities --------------------------------------------------------------------------------------------------

BAD = {"area": ["Hà Nội", "Cao Bằng"], "hdi": [1.8, 0.7]}


def severities(engine: Engine, data: Any = BAD) -> dict[str, str]:
    return dict(engine.check(data, "pii-2024").select("code", "severity").rows())


@pytest.mark.parametrize("level", ["error", "warning", "info"])
def test_a_policy_sets_the_severity_of_a_code(level: str) -> None:
    assert severities(Engine(policy={"absent_area": level}))["absent_area"] == level


def test_what_a_policy_ignores_is_left_out() -> None:
    assert "absent_area" not in severities(Engine(policy={"absent_area": "ignore"}))


def test_a_warning_made_an_error_stops_the_evaluation() -> None:
    rows = {"area": ["Hà Nội", "Cao Bằng"], "hdi": [0.8, 0.7]}
    with pytest.raises(piikit.InputError) as caught:
        Engine(policy={"absent_area": "error"}).evaluate(rows, "pii-2024")
    assert {item.code for item in caught.value.found} == {"absent_area"}


def test_what_is_found_after_the_computation_stops_it_where_it_is_made_an_error() -> None:
    rows = {"area": ["Hà Nội", "Cao Bằng"], "hdi": [0.8, 0.7]}
    with pytest.raises(piikit.InputError, match="7"):
        Engine(policy={"partial_node": "error"}).evaluate(rows, "pii-2024")


def test_an_error_lowered_to_a_warning_lets_the_evaluation_go_on_without_the_cell() -> None:
    result = Engine(policy={"above_maximum": "warning"}).evaluate(BAD, "pii-2024")
    assert result.table("value")["7.2.4"].to_list() == [None, 0.7]


def test_a_zero_denominator_lowered_to_a_warning_leaves_the_value_out() -> None:
    document = edition(indicator("k", indicator="pii.patent_applications"))
    rows = {"area": ["a", "b"], "patent_applications": [1, 2], "population": [0, 10_000]}
    result = Engine(policy={"zero_denominator": "warning"}).evaluate(rows, document)
    assert result.table("value")["k"].to_list() == [None, 2.0]


@pytest.mark.parametrize("level", ["info", "ignore"])
@pytest.mark.parametrize("code", ["above_maximum", "duplicate_key", "reconstructed_edition", "sample_data"])
def test_what_may_not_be_hidden_cannot_be_lowered_further(code: str, level: str) -> None:
    with pytest.raises(piikit.UsageError, match=rf"{code} cannot be lower than warning"):
        Engine(policy={code: level})


def test_an_error_that_no_list_knows_is_not_hidden_either() -> None:
    judged = apply_policy([Finding(code="new_kind")], {"new_kind": "ignore"})
    assert [item.severity for item in judged] == ["warning"]


def test_comparisons_may_be_ignored() -> None:
    wrong = [Finding(code="part_above_whole"), Finding(code="test.order")]
    assert not apply_policy(wrong, {"part_above_whole": "ignore", "test.order": "ignore"})


def test_a_policy_may_name_a_plugins_check() -> None:
    engine = Engine(plugins=[Plugin(check())], policy={"test.order": "warning"})
    assert apply_policy(found(engine, XY), engine.policy).counts() == {"error": 0, "warning": 1, "info": 0}


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"absent_are": "error"}, "did you mean 'absent_area'"),
        ({"absent_area": "fatal"}, "'fatal'"),
        ({"cycle": "warning"}, "fault of a document"),
        ({"schema_enum": "warning"}, "fault of a document"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_wrong_use(policy: dict[str, str], said: str) -> None:
    with pytest.raises(piikit.UsageError, match=said):
        Engine(policy=policy)


def test_a_policy_stands_in_the_record_and_no_policy_leaves_it_as_it_is(engine: Engine) -> None:
    rows = {"area": ["Hà Nội"], "hdi": [0.8]}
    plain = engine.evaluate(rows, "pii-2024").record
    judged = Engine(policy={"absent_area": "info"}).evaluate(rows, "pii-2024").record
    assert plain["options"] == {"on_findings": "raise"}
    assert judged["options"]["policy"] == {"absent_area": "info"}
    assert plain["id"] != judged["id"]


def documented(start: str, end: str | None) -> dict[str, str]:
    """The severity of each code in a part of the reference of findings."""
    page = (ROOT / "docs/reference/findings.md").read_text(encoding="utf-8")
    part = page.partition(f"\n## {start}\n")[2].partition(f"\n## {end}\n" if end else "\0")[0]
    return dict(re.findall(r"^### `([^`]+)`\n\nSeverity: (\w+)", part, flags=re.MULTILINE))


def test_every_error_in_data_is_one_that_may_be_hidden_or_one_that_may_not() -> None:
    errors = {code for code, severity in documented("Data", "COINr projects").items() if severity == "error"}
    assert errors - set(TAKEN_OUT) - set(COMPARED) == set(), "say in piikit.policy how low these may go"


def test_every_fault_of_documents_is_known_as_one() -> None:
    of_projects = {
        code
        for code, severity in documented("COINr projects", "Editions and plans in use").items()
        if severity == "error"
    }
    assert {*documented("Documents", None), *of_projects} == set(OF_DOCUMENTS)


# -- through the engine ------------------------------------------------------------------------------------------


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's inputs with what several cells say together, once each."""
    assemble = piikit.engine.assemble

    def with_consistency(data: Any, framework: Any, catalogue: Any, **more: Any) -> Any:
        known = assemble(data, framework, catalogue, **more)
        codes = {item.code for item in known.findings}
        more_found = (item for item in consistent(known.frame, framework, catalogue) if item.code not in codes)
        return evolve(known, findings=Findings((*known.findings, *more_found)))

    monkeypatch.setattr(piikit.engine, "assemble", with_consistency)


ROWS = {"area": ["a", "b"], "x": [5, 1], "y": [3, 2]}


@pytest.mark.usefixtures("wired")
def test_an_error_of_a_check_stops_the_evaluation() -> None:
    with pytest.raises(piikit.InputError, match=r"wrong \(1: a \(x = 5, y = 3\)\)"):
        engine_with(check()).evaluate(ROWS, PAIR)


@pytest.mark.usefixtures("wired")
def test_with_keep_none_of_the_cells_that_an_error_compares_is_used() -> None:
    values = engine_with(check()).evaluate(ROWS, PAIR, on_findings="keep").table("value")
    assert values.select("x", "y").rows() == [(None, None), (1.0, 2.0)]


@pytest.mark.usefixtures("wired")
def test_a_check_that_found_something_is_in_the_record_and_any_other_is_not() -> None:
    engine = engine_with(check(severity="warning"))
    sound = {**ROWS, "x": [1, 1]}
    assert list(engine.evaluate(ROWS, PAIR).record["plugins"]) == ["own"]
    assert engine.evaluate(sound, PAIR).record["id"] == Engine().evaluate(sound, PAIR).record["id"]
