"""The plan of Bắc Giang: it loads, its codes exist, and it is judged as its text says."""

import fnmatch
from importlib.metadata import entry_points

import piikit_bac_giang
import polars as pl
import pytest

import piikit

PLAN = "bac-giang-2024"
MAINTAIN = {"1": (67.23, 4), "3": (69.32, 5), "5": (43.96, 7), "7": (66.21, 1)}
ENTER = {"2": 50, "4": 60, "6": 50}


@pytest.fixture(scope="module")
def engine():
    return piikit.Engine(plugins=[piikit_bac_giang], strict=True)


@pytest.fixture(scope="module")
def plan(engine):
    return engine.plan(PLAN)


def judged(engine, edition, lang="en", **scores):
    result = engine.evaluate(edition=edition, scores=pl.DataFrame(scores), plan=PLAN, lang=lang)
    return result.attainment


def together(attainment):
    rows = attainment.filter(pl.col("condition") == "all").to_dicts()
    return {row["target"]: (row["status"], row["reason_code"]) for row in rows}


def test_installed_it_is_found_by_its_entry_point():
    names = [point.name for point in entry_points(group="piikit") if point.module == "piikit_bac_giang"]
    assert names == ["bac_giang"]
    plugins = piikit.Engine(strict=True).plugins().filter(pl.col("name") == "bac_giang")
    assert plugins.select("version", "distribution", "state").row(0) == ("0.1.0", "piikit-bac-giang", "loaded")
    assert plugins["provides"].to_list() == [[f"plans:{PLAN}"]]
    assert piikit.Engine().plan(PLAN).area_name == "Bắc Giang"


def test_handed_in_as_a_module_it_gives_the_same_plan(plan):
    assert plan.document == piikit.Engine().plan(PLAN).document


def test_the_head_of_the_plan(plan):
    assert (plan.area, plan.area_name, plan.areas) == ("24", "Bắc Giang", "vn-63")
    assert (plan.edition, plan.baseline, plan.successor) == ("pii-2024", "pii-2023", "Bắc Ninh")
    assert (plan.document["issued"], plan.document["number"]) == ("2024-07", None)


def test_the_targets_are_those_of_the_text(plan):
    found = {target.id: target for target in plan.targets}
    assert len(found) == 9
    assert [(c.metric, c.comparison, c.value) for c in found["pii-top-10"].conditions] == [("rank", "at_most", 10)]
    floors = {(code, "maintain", "I.2.1"): score for code, (score, _) in MAINTAIN.items()}
    floors |= {(code, "enter", "I.2.2"): score for code, score in ENTER.items()}
    for (code, kind, place), score in floors.items():
        target = found[f"pillar-{code}-{kind}"]
        assert (target.node, target.kind, target.source) == (code, kind, place)
        conditions = [(c.metric, c.comparison, c.value) for c in target.conditions]
        assert conditions == [("rank", "at_most", 10), ("score", "above", score)]
    low = found["low-17-improve"]
    assert (low.set, low.source) == ("low-2023", "I.2.3")
    assert [(c.metric, c.comparison, c.value) for c in low.conditions] == [("score", "improves", None)]
    assert (plan.sets["low-2023"].members, plan.sets["low-2023"].count) == (None, 17)


def test_every_name_is_given_in_both_languages(plan):
    named = [plan.title, *(t.name for t in plan.targets), *(a.name for a in plan.agencies), plan.sets["low-2023"].name]
    assert all(name["vi"] and name["en"] for name in named)


def test_every_node_exists_in_the_edition(engine, plan):
    nodes = set(engine.edition("pii-2024").nodes)
    assert {target.node for target in plan.targets if target.node} <= nodes
    for agency in plan.agencies:
        for duty in agency.duties:
            assert duty.basis in {"named", "reading"}
            assert all(fnmatch.filter(nodes, code) for code in duty.nodes), agency.id
    assert {code for task in plan.tasks for code in task.nodes if "*" not in code} <= nodes


def test_a_fault_in_a_node_code_would_be_seen(engine, plan):
    wrong = {**plan.document, "targets": [{**plan.document["targets"][0], "node": "PPI"}]}
    with pytest.raises(piikit.DocumentError, match="PPI"):
        engine.plan(wrong)


def test_who_leads_what(plan):
    def leads(code):
        return {agency.id for agency in plan.leads(code)}

    assert leads("6.3.3") == {"science-technology", "planning-investment"}
    assert leads("6.2.1") == leads("6.2.2") == leads("6.2.3") == {"science-technology"}
    assert leads("2.1.3") == leads("2.2.3") == {"planning-investment", "finance"}
    assert leads("3.2.1") == {"planning-investment", "information-communications"}
    assert leads("4.1.1") == leads("4.1.2") == {"state-bank", "social-policy-bank"}
    assert leads("7.2.1") == set()
    assert len(plan.agencies) == 13


def test_successors_are_dated_by_the_year_alone(plan):
    followed = {a.id: (a.until, a.successor["vi"], a.successor_id) for a in plan.agencies if a.successor}
    assert followed == {
        "planning-investment": ("2025", "Sở Tài chính", "finance"),
        "agriculture": ("2025", "Sở Nông nghiệp và Môi trường", None),
        "information-communications": ("2025", "Sở Khoa học và Công nghệ", "science-technology"),
    }
    assert all(agency.until is None for agency in plan.agencies if agency.id not in followed)
    for id, (_, name, _) in followed.items():
        agency = next(agency for agency in plan.agencies if agency.id == id)
        assert agency.name_on("2024-07") == agency.name
        assert agency.name_on("2025-12-31")["vi"] == name


def test_outside_indices_are_one_line_each(plan):
    lines = [(a.id, d.index.id, d.nodes) for a in plan.agencies for d in a.duties if d.index]
    assert lines == [
        ("planning-investment", "PCI", ("1.1.2", "1.1.3", "1.2.1", "1.2.2", "1.2.4", "3.2.1")),
        ("information-communications", "DTI", ("3.1.1",)),
        ("information-communications", "DTI", ("3.2.1",)),
        ("home-affairs", "PAR INDEX", ("1.2.3",)),
        ("home-affairs", "PAPI", ("3.1.2", "3.2.2")),
        ("home-affairs", "SIPAS", ()),
    ]


def test_no_contact_is_in_the_package(plan):
    assert all(agency.contact is None and agency.plan is None for agency in plan.agencies)


def test_every_duty_and_task_has_its_place_in_the_text(plan):
    places = {f"II.2.{number}" for number in range(1, 12)} | {"II.1", "III.1", "III.2", "III.3"}
    assert {duty.source for agency in plan.agencies for duty in agency.duties} <= places
    assert {task.source for task in plan.tasks} == places
    assert {task.basis for task in plan.tasks} == {"named", "reading"}
    assert all(task.text["vi"] and task.text["en"] for task in plan.tasks)


def test_the_tasks_of_every_agency_and_district(plan):
    tasks = {task.id: task for task in plan.tasks if task.lead == "all-agencies" and task.source == "III.1"}
    assert set(tasks) == {"all-own-plan", "all-study", "all-contact", "all-report"}
    assert tasks["all-contact"].coordinate == tasks["all-report"].coordinate == ("science-technology",)
    assert "hằng năm" in tasks["all-report"].when["vi"]


def test_the_text_names_no_day_so_no_task_is_ever_late(engine, plan):
    assert all(task.due is None and task.start is None for task in plan.tasks)
    result = engine.evaluate(
        edition="pii-2024", scores={"area": ["Bắc Giang"], "code": ["PII"], "rank": [10]}, plan=PLAN
    )
    tasks = result.tasks("2030")
    assert tasks.height == 30 and set(tasks["status"]) == {"on_time"}
    # From the end of 2025 the successors answer, and nobody is named who is no more.
    assert not set(tasks["lead"]) & {"planning-investment", "information-communications"}
    assert "Sở Nông nghiệp và Phát triển nông thôn" not in set(tasks["lead_name"])


def test_from_the_end_of_2025_the_successor_leads(engine):
    result = engine.evaluate(
        edition="pii-2024", scores={"area": ["Bắc Giang"], "code": ["PII"], "rank": [10]}, plan=PLAN
    )
    led = {day: dict(result.by_agency(on=day).group_by("agency").agg("code").rows()) for day in ("2024", "2025")}
    assert led["2024"]["finance"] == ["2.1.3", "2.2.3"]
    assert "planning-investment" not in led["2025"]
    assert set(led["2025"]["finance"]) == {*led["2024"]["finance"], *led["2024"]["planning-investment"]}
    assert sum(map(len, led["2025"].values())) == sum(map(len, led["2024"].values())) - 2  # 2.1.3, 2.2.3: one lead now


def test_on_2024_the_published_rank_meets_the_index_and_nothing_else_can_be_judged(engine):
    found = together(judged(engine, "pii-2024", area=["Bắc Giang"], code=["PII"], rank=[10]))
    assert found.pop("pii-top-10") == ("met", "reached")
    assert found.pop("low-17-improve") == ("cannot_judge", "unknown_members")
    assert len(found) == 7
    assert {status for status, _ in found.values()} == {"cannot_judge"}


def test_on_2023_the_held_pillars_only_equal_their_figure(engine):
    scores = {"PII": (46.51, 11), **MAINTAIN}
    attainment = judged(
        engine,
        "pii-2023",
        area=["Bắc Giang"] * len(scores),
        code=list(scores),
        score=[score for score, _ in scores.values()],
        rank=[rank for _, rank in scores.values()],
    )
    found = together(attainment)
    for code in MAINTAIN:
        mine = attainment.filter(pl.col("target") == f"pillar-{code}-maintain")
        assert mine.filter(metric="rank").select("status", "gap").row(0) == ("met", 0)
        assert mine.filter(metric="score").select("status", "gap", "reason_code").row(0) == ("not_met", 0, "only_equal")
        assert found[f"pillar-{code}-maintain"] == ("not_met", "only_equal")
    index = attainment.filter(target="pii-top-10", metric="rank")
    assert index.select("status", "required", "actual", "gap").row(0) == ("not_met", 10, 11, 1)
    assert {found[f"pillar-{code}-enter"][0] for code in ENTER} == {"cannot_judge"}
    assert found["low-17-improve"] == ("cannot_judge", "unknown_members")


def test_one_hundredth_above_meets_a_held_pillar(engine):
    above = {code: score + 0.01 for code, (score, _) in MAINTAIN.items()}
    attainment = judged(
        engine,
        "pii-2024",
        area=["Bắc Giang"] * 4,
        code=list(above),
        score=list(above.values()),
        rank=[10] * 4,
    )
    assert {together(attainment)[f"pillar-{code}-maintain"] for code in MAINTAIN} == {("met", "reached")}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_on_2025_nothing_can_be_judged_since_the_province_became_part_of_bac_ninh(engine, lang):
    attainment = judged(engine, "pii-2025", lang, area=["Bắc Ninh"], code=["PII"], score=[48.76], rank=[6])
    assert set(together(attainment).values()) == {("cannot_judge", "area_ended")}
    assert all("Bắc Ninh" in reason for reason in attainment["reason"])
    assert attainment["actual"].null_count() == attainment.height
