"""The package as its users meet it: found when installed, two cohorts apart, a plan judged, samples made again."""

import importlib.util
import json
from importlib.metadata import entry_points
from pathlib import Path

import piikit_ddci
import polars as pl
import pytest

import piikit
from piikit.testing import assert_case, load_cases

HERE = Path(__file__).parent
EDITIONS = ("ddci-departments-2025", "ddci-departments-2026", "ddci-localities-2025")
CASES = load_cases(HERE / "cases")


@pytest.fixture(scope="module")
def engine():
    return piikit.Engine(plugins=[piikit_ddci], only=["piikit_ddci"], strict=True)


@pytest.fixture(scope="module")
def results(engine):
    return {name: engine.evaluate(piikit_ddci.sample(name.removeprefix("ddci-")), name) for name in EDITIONS}


def test_installed_it_is_found_by_its_entry_point():
    names = [point.name for point in entry_points(group="piikit") if point.module == "piikit_ddci"]
    assert names == ["ddci"]
    listed = piikit.Engine(strict=True).plugins().filter(name="ddci").row(0, named=True)
    assert (listed["version"], listed["distribution"], listed["state"]) == ("0.1.0", "piikit-ddci", "loaded")
    kinds = [name.partition(":")[0] for name in listed["provides"]]
    assert {kind: kinds.count(kind) for kind in kinds} == {"indicators": 21, "editions": 3, "plans": 1, "checks": 2}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{Path(case.file).stem}:{case.id}")
def test_case(case, engine):
    assert_case(case, engine)


# -- two cohorts -------------------------------------------------------------------------------------------------


def test_the_localities_have_the_tree_of_the_departments_and_land(engine):
    departments, _, localities = (engine.edition(name) for name in EDITIONS)
    assert set(localities.nodes) - set(departments.nodes) == {"9", "9.1", "9.2"}
    assert set(departments.nodes) <= set(localities.nodes)
    for code in departments.indicators:
        assert localities.nodes[code].indicator == departments.nodes[code].indicator, code
    for edition in (departments, localities):
        assert sum(edition.nodes[code].weight for code in edition.codes("component")) == 10
        assert edition.status == "local"


def test_each_cohort_is_scored_and_ranked_by_itself(results):
    for name, count in (("ddci-departments-2025", 20), ("ddci-localities-2025", 30)):
        index = results[name].scores.filter(code="DDCI")
        assert sorted(index["rank"].to_list()) == list(range(1, count + 1))
        assert set(index["n_ranked"]) == {count}
        visits = pl.read_csv(piikit_ddci.sample(name.removeprefix("ddci-")))["ddci_visits"]
        bounds = results[name].bounds.filter(code="3.2").row(0, named=True)
        assert (bounds["lower"], bounds["upper"]) == (visits.min(), visits.max())


def test_a_unit_of_the_other_cohort_is_an_unknown_area(engine):
    tables = [pl.read_csv(piikit_ddci.sample(f"{name}-2025")).head(2) for name in ("departments", "localities")]
    both = pl.concat(tables, how="diagonal")
    found = engine.check(both, "ddci-departments-2025").filter(code="unknown_area")
    assert found["value"].to_list() == ["x01", "x02"]


def test_the_list_of_departments_is_the_same_in_both_years(engine):
    first, second, localities = (engine.edition(name).areas for name in EDITIONS)
    assert first == second and first.id == "ddci-departments" and localities.id == "ddci-localities"


# -- the plan ----------------------------------------------------------------------------------------------------


def test_the_plan_is_judged_on_2026_and_measured_from_2025(engine, results):
    table = piikit_ddci.sample("departments-2026")
    result = engine.evaluate(
        table, "ddci-departments-2026", plan="ddci-finance-2026", baseline=results["ddci-departments-2025"]
    )
    whole = result.attainment.filter(condition="all")
    assert dict(whole.select("target", "status").rows()) == {
        "first-5": "not_met",
        "improve": "met",
        "six-of-eight": "met",
        "strengths": "not_met",
        "in-time": "not_met",
    }
    assert set(whole["area_name"]) == {"Sở Tài chính"}


def test_one_division_leads_each_indicator_that_counts(engine):
    plan, edition = engine.plan("ddci-finance-2026"), engine.edition("ddci-departments-2026")
    for code in edition.indicators:
        assert len(plan.leads(code)) == (0 if code == "answers" else 1), code


def test_on_the_localities_the_plan_cannot_be_judged(engine):
    table = piikit_ddci.sample("localities-2025")
    attainment = engine.evaluate(table, "ddci-localities-2025", plan="ddci-finance-2026").attainment
    assert set(attainment["reason_code"]) == {"other_areas"}


# -- what is said of it ------------------------------------------------------------------------------------------


def test_every_result_on_the_samples_says_first_that_they_are_made_up(results):
    for result in results.values():
        assert result.findings["code"][0] == "sample_data"
        assert result.findings.filter(severity="error").is_empty()


def test_the_samples_come_out_of_their_script_again(tmp_path):
    spec = importlib.util.spec_from_file_location("make_sample", HERE.parent / "tools" / "make_sample.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    kept = {file.name: file.read_bytes().replace(b"\r\n", b"\n") for file in piikit_ddci.sample("x").parent.iterdir()}
    assert made == kept


def test_documents_say_that_they_are_made_up():
    package = Path(piikit_ddci.__file__).parent
    base = json.loads((package / "editions/ddci-departments-2025.json").read_text(encoding="utf-8"))
    plan = json.loads((package / "plans/ddci-finance-2026.json").read_text(encoding="utf-8"))
    assert "not the index of any one province" in base["sources"][0]
    assert "made up" in plan["sources"][0]


def test_the_cases_exercise_every_indicator(engine):
    edition = engine.edition("ddci-localities-2025")
    seen = {row["code"] for case in CASES for row in case.expected.get("scores", ())}
    assert set(edition.nodes) - seen == set()
