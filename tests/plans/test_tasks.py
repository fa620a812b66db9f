"""Tasks of a plan: how they stand on a day, who answers for them, and faults of plans and tables of progress."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from piikit.findings.dates import last_day
from piikit.plans.progress import SCHEMA, STATUSES, Progress, standing
from piikit.plans.tasks import Task
from places import TESTS
from plans import SCORES, agency, document

CASES = json.loads((TESTS / "cases" / "tasks" / "standing.json").read_text(encoding="utf-8"))["cases"]


def result(engine: piikit.Engine, plan: dict[str, Any], lang: Any = "en") -> piikit.Result:
    return engine.evaluate(None, "pii-2024", scores=SCORES, plan=plan, lang=lang)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_standing(case: dict[str, Any], engine: piikit.Engine) -> None:
    progress = [{"task": "t", **case["progress"]}] if "progress" in case else None
    frame = result(engine, document({"id": "t", **case["task"]})).tasks(case["on"], progress)
    row = {
        key: value.isoformat() if isinstance(value, date) else value for key, value in frame.row(0, named=True).items()
    }
    assert {key: row[key] for key in case["expected"]} == case["expected"]


def test_every_status_has_its_case_and_its_name() -> None:
    assert {case["expected"]["status"] for case in CASES} == set(STATUSES)
    for lang in ("vi", "en"):
        folder = Path(piikit.__file__).parent / "data" / "messages" / f"{lang}.json"
        assert set(json.loads(folder.read_text(encoding="utf-8"))["task_status"]) == set(STATUSES)


DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@settings(max_examples=100)
@given(due=st.none() | DAYS, start=st.none() | DAYS, done=st.none() | DAYS, proof=st.none() | st.just("x"), on=DAYS)
def test_a_task_has_one_status_and_a_day_later_it_does_not_go_back(
    due: date | None, start: date | None, done: date | None, proof: str | None, on: date
) -> None:
    task = Task(
        id="t", text={}, lead="a", due=due.isoformat() if due else None, start=start.isoformat() if start else None
    )
    known = Progress(done=done, evidence=proof)
    now, then = (standing(task, known, day) for day in (on, on + timedelta(days=1)))
    order = {"not_started": 0, "on_time": 1, "late": 2, "done_without_evidence": 3, "done": 3}
    assert order[now.status] <= order[then.status]
    assert (now.status == "late") == (due is not None and due < on and not (done is not None and done <= on))
    assert (now.days is None) == (due is None)


def test_columns_are_the_same_with_and_without_tasks(engine: piikit.Engine) -> None:
    plain = engine.evaluate(None, "pii-2024", scores=SCORES)
    for one in (plain, result(engine, document()), result(engine, document({"id": "t"}))):
        assert one.tasks("2024").schema == SCHEMA


def test_the_successor_answers_for_a_task_from_the_day_it_took_over(engine: piikit.Engine) -> None:
    agencies = [
        agency("planning", until="2025-03-01", successor_id="finance"),
        agency("finance"),
        agency("farming", until="2025-03-01", successor={"vi": "Sở NN&MT", "en": "Agriculture and Environment"}),
    ]
    tasks = [{"id": "a", "lead": "planning", "coordinate": ["finance", "farming"]}, {"id": "b", "lead": "farming"}]
    judged = result(engine, document(*tasks, agencies=agencies))
    columns = ("lead", "lead_name", "coordinating", "lead_in_plan")
    assert judged.tasks("2025-02-28").select(columns).rows() == [
        ("planning", "Planning", ["finance", "farming"], "planning"),
        ("farming", "Farming", [], "farming"),
    ]
    assert judged.tasks("2025-03-01").select(columns).rows() == [
        ("finance", "Finance", ["farming"], "planning"),
        ("farming", "Agriculture and Environment", [], "farming"),
    ]


def test_reasons_and_dates_are_in_the_readers_language(engine: piikit.Engine) -> None:
    plan = document({"id": "t", "due": "2024-12-31"})
    reasons = {lang: result(engine, plan, lang).tasks("2025-01-15")["reason"][0] for lang in ("vi", "en")}
    assert reasons == {"vi": "hạn 31/12/2024, quá hạn 15 ngày", "en": "due on 2024-12-31, 15 days late"}


def test_progress_is_read_from_frames_and_files(engine: piikit.Engine, tmp_path: Path) -> None:
    judged = result(engine, document({"id": "t", "due": "2024-12-31"}, {"id": "u"}))
    frame = pl.DataFrame({"task": ["t"], "done": [date(2024, 12, 1)], "evidence": ["12/BC"], "note": ["signed"]})
    frame.write_csv(tmp_path / "progress.csv")
    frame.write_excel(tmp_path / "progress.xlsx")
    for progress in (frame, frame.to_dicts(), tmp_path / "progress.csv", tmp_path / "progress.xlsx"):
        rows = judged.tasks("2024-12-31", progress)
        assert rows.select("status", "done", "note").rows() == [
            ("done", date(2024, 12, 1), "signed"),
            ("on_time", None, None),
        ]
    assert judged.tasks("2024-12-31", []).equals(judged.tasks("2024-12-31"))


def test_everything_wrong_with_progress_is_said_at_once(engine: piikit.Engine) -> None:
    judged = result(engine, document({"id": "report"}, {"id": "survey"}))
    rows = [
        {"task": "reprot", "done": None},
        {"task": "report", "done": "2024-13"},
        {"task": "report", "done": None},
        {"task": "survey", "done": "soon"},
        {"task": None, "done": "2024"},
    ]
    with pytest.raises(piikit.InputError) as caught:
        judged.tasks("2024", rows)
    found = [(item.code, item.column, item.params.get("near")) for item in caught.value.found]
    assert found == [
        ("unknown_task", "task", "report"),
        ("bad_date", "/report/done", None),
        ("duplicate_code", "task", None),
        ("bad_date", "/survey/done", None),
    ]
    with pytest.raises(piikit.InputError, match="task"):
        judged.tasks("2024", [{"id": "report"}])


@pytest.mark.parametrize("on", ["soon", "2024-02-30", ""])
def test_a_day_that_is_none_is_refused(on: str, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match="on must be a date"):
        result(engine, document()).tasks(on)


def test_faults_of_tasks_come_at_once_with_pointers_and_the_nearest_name(engine: piikit.Engine) -> None:
    plan = document(
        {
            "id": "t",
            "lead": "sciense",
            "coordinate": ["finance", "finanse"],
            "nodes": ["1.1.1", "1.1.9"],
            "targets": ["flor"],
            "due": "2024-02-30",
        },
        {"id": "t", "start": "2024-06-01", "due": "2024-05", "done": "2024-31"},
    )
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan(plan)
    found = {(item.code, item.column, item.params.get("near")) for item in caught.value.found}
    assert found == {
        ("duplicate_code", "/tasks/1/id", None),
        ("unknown_agency", "/tasks/0/lead", "science"),
        ("unknown_agency", "/tasks/0/coordinate/1", "finance"),
        ("unknown_target", "/tasks/0/targets/0", "floor"),
        ("bad_date", "/tasks/0/due", None),
        ("crossed_dates", "/tasks/1/due", None),
        ("bad_date", "/tasks/1/done", None),
        ("unknown_node", "/tasks/0/nodes/1", None),  # 1.1.1, 1.1.2 and 1.1.3 are as near
    }


@pytest.mark.parametrize("text", ["2024\n", "24-06", "2024-6-1\n", "", "2024-00", "2024-12-00", "٢٠٢٤"])
def test_odd_texts_are_no_dates_of_documents(text: str, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.DocumentError):
        engine.plan(document({"id": "t", "due": text}))


@given(st.dates(date(1000, 1, 1)))
def test_a_day_stands_for_itself_and_lies_in_its_month_and_year(day: date) -> None:
    month, year = last_day(f"{day:%Y-%m}"), last_day(f"{day:%Y}")
    assert last_day(day.isoformat()) == day
    assert month is not None and year is not None and day <= month <= year
    assert (month + timedelta(days=1)).day == 1 if month < date.max else True
