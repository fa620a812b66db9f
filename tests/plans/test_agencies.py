"""Agencies: names with dates, successors, outside indices, and contacts that nothing shows."""

from __future__ import annotations

import json
import pickle
from datetime import date
from typing import Any

import pytest

import piikit
from file_text import file_text
from piikit.framework.documents import digest
from piikit.plans.agencies import NOBODY
from plans import SCORES, agency, document

SECRET = {"name": "Nguyễn Bí Mật", "phone": "0987 654 321", "email": "bi.mat@example.vn"}


def test_a_name_holds_until_its_day(engine: piikit.Engine) -> None:
    plan = engine.plan(
        document(
            agencies=[
                agency("science"),
                agency("farming", until="2025", successor={"vi": "Sở NN&MT", "en": "New"}),
                agency("ended", until="2025-03-01"),
            ]
        )
    )
    _, farming, ended = plan.agencies
    # The year alone stands for its last day.
    assert [farming.name_on(day)["en"] for day in ("2025-12-30", "2025-12-31", "2026")] == ["Farming", "New", "New"]
    assert ended.ended_on("2025-03-01") and ended.name_on("2025-03-01")["en"] == "Ended"
    with pytest.raises(piikit.UsageError, match="no date"):
        farming.name_on("spring")


def test_a_chain_of_successors_answers(engine: piikit.Engine) -> None:
    plan = engine.plan(
        document(
            agencies=[
                agency("science"),
                agency("a", until="2025-03-01", successor_id="b"),
                agency("b", until="2026-01-01", successor_id="c"),
                agency("c"),
            ]
        )
    )
    days = [date.fromisoformat(text) for text in ("2025-02-28", "2025-03-01", "2026-01-01")]
    assert [plan.answering("a", day).id for day in days] == ["a", "b", "c"]
    assert plan.answering("a").id == "a"
    assert plan.agencies[1].successor == {"vi": "Sở b", "en": "B"}


def test_an_outside_index_is_one_duty(engine: piikit.Engine) -> None:
    index = {"id": "PCI", "name": {"en": "PCI"}}
    duties = [
        {"role": "lead", "index": index, "nodes": ["1.1.2", "1.2.*"]},
        {"role": "lead", "index": {"id": "SIPAS", "name": {"vi": "SIPAS"}}},
    ]
    plan = engine.plan(document(agencies=[agency("science", duties=duties)]))
    first, second = plan.agencies[0].duties
    assert first.index is not None and (first.index.id, first.covers("1.2.3")) == ("PCI", True)
    assert second.nodes == ()
    assert [found.id for found in plan.leads("1.1.2")] == ["science"]


def test_faults_of_agencies_come_at_once_with_pointers_and_the_nearest_name(engine: piikit.Engine) -> None:
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan(
            document(
                agencies=[
                    agency("science", **{"from": "2025-03", "until": "2024"}),
                    agency("a", successor_id="b"),
                    agency("b", successor_id="a"),
                    agency("c", successor_id="sciense", until="2025-02-29"),
                    agency("d", plan={"number": "1", "date": "2024-99"}, duties=[{"role": "lead", "nodes": ["6.2.9"]}]),
                ]
            )
        )
    found = {(item.code, item.column, item.params.get("near")) for item in caught.value.found}
    assert found == {
        ("crossed_dates", "/agencies/0/until", None),
        ("successor_cycle", "/agencies/1/successor_id", None),
        ("successor_cycle", "/agencies/2/successor_id", None),
        ("unknown_agency", "/agencies/3/successor_id", "science"),
        ("bad_date", "/agencies/3/until", None),
        ("bad_date", "/agencies/4/plan/date", None),
        ("unknown_node", "/agencies/4/duties/0/nodes/0", None),  # each of 6.2.* is as near
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": NOBODY},
        {"duties": [{"role": "lead"}]},
        {"duties": [{"role": "leads", "nodes": ["1"]}]},
        {"duties": [{"role": "lead", "index": {"id": "PCI"}}]},
        {"contact": {}},
        {"plan": {"numbr": "1"}},
    ],
)
def test_the_schema_refuses(wrong: dict[str, Any], engine: piikit.Engine) -> None:
    with pytest.raises(piikit.DocumentError):
        engine.plan(document(agencies=[agency("science") | wrong, agency("finance")]))


# -- contacts ----------------------------------------------------------------------------------------------------


def with_contact(contact: Any = SECRET) -> dict[str, Any]:
    duties = [{"role": "lead", "nodes": ["PII"]}]
    first = agency("science", contact=contact, plan={"number": "12/KH-SKHCN", "date": "2024-09"}, duties=duties)
    return document({"id": "t", "due": "2024"}, agencies=[first, agency("finance")])


def leaks(text: str) -> list[str]:
    return [
        part for part in SECRET.values() if part in text or part in text.encode().decode("unicode_escape", "ignore")
    ]


def test_a_contact_can_be_asked_for_and_is_in_nothing_that_piikit_shows(engine: piikit.Engine, tmp_path: Any) -> None:
    result = engine.evaluate(None, "pii-2024", scores=SCORES, plan=with_contact())
    assert result.plan is not None
    contact = result.plan.agencies[0].contact
    assert contact is not None and (contact.name, contact.phone, contact.email) == tuple(SECRET.values())
    assert result.plan.agencies[0].plan is not None and result.plan.agencies[0].plan.number == "12/KH-SKHCN"
    frames = [
        result.scores,
        result.bounds,
        result.attainment,
        result.findings,
        result.tasks("2025"),
        result.by_agency(),
        result.by_agency(summarise=True, roles=("lead",)),
        result.labelled_scores(),
    ]
    shown = [repr(part) for part in (result, result.plan, result.plan.agencies, contact)]
    shown += [str(result), result._repr_html_(), str(result.explain("Bắc Giang", "PII"))]
    shown += [json.dumps(part, ensure_ascii=False, default=str) for part in (result.to_dict(), result.record)]
    shown += [json.dumps(result.plan.document, ensure_ascii=False), *(frame.write_json() for frame in frames)]
    for suffix in sorted(piikit.Engine().writers):
        result.write(tmp_path / f"result{suffix}")
    # Escapes are resolved in the text of a file.
    files = [file_text(path) for path in tmp_path.iterdir()]
    assert not any(part in text for text in files for part in SECRET.values())
    assert [text[:60] for text in shown if leaks(text)] == []


def test_a_contact_changes_neither_hash_nor_record(engine: piikit.Engine) -> None:
    other = with_contact({"name": "Someone else"})
    records = [engine.evaluate(None, "pii-2024", scores=SCORES, plan=plan).record for plan in (with_contact(), other)]
    assert records[0] == records[1]
    bare = document(
        {"id": "t", "due": "2024"},
        agencies=[
            {key: value for key, value in entry.items() if key != "contact"} for entry in with_contact()["agencies"]
        ],
    )
    assert records[0]["plan"]["sha256"] == digest(bare)


@pytest.mark.parametrize(
    "contact",
    [
        f"{SECRET['name']}, {SECRET['phone']}",
        [SECRET],
        {**SECRET, "fax": SECRET["phone"]},
        {"name": SECRET},
        {"phone": [SECRET["phone"]]},
        {"name": 987654321},
    ],
)
def test_a_faulty_contact_is_not_told_by_its_fault(contact: Any, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan(with_contact(contact))
    told = str(caught.value) + caught.value.findings.write_json()
    assert leaks(told) == [] and "987654321" not in told


def test_a_faulty_list_of_agencies_tells_no_contact(engine: piikit.Engine) -> None:
    wrong = {**with_contact(), "agencies": {"science": with_contact()["agencies"][0]}}
    with pytest.raises(piikit.DocumentError) as caught:
        engine.plan(wrong)
    assert leaks(str(caught.value) + caught.value.findings.write_json()) == []


def test_the_document_handed_in_is_left_as_it_is(engine: piikit.Engine) -> None:
    given = with_contact()
    before = pickle.dumps(given)
    engine.plan(given)
    assert pickle.dumps(given) == before
