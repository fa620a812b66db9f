"""Plans as workbooks and back, and a plan's annex as it stands on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import piikit
from books import cell_of, changed, rows_of, typed
from commands import runner
from exchange_strategies import PLAN
from piikit.cli import piikit as command
from piikit.engine import Engine
from piikit.files.xlsx.grid import read_grids
from piikit.findings.errors import DocumentError
from piikit.framework.documents import Json, schema, schema_faults
from piikit.office.workbooks.layout import LIMITS
from piikit.office.workbooks.plan_book import without_contacts
from piikit.office.workbooks.plan_layout import plan_layout
from piikit.office.workbooks.reading import MOST, read_back
from piikit.office.workbooks.writing import render
from piikit.testing.strategies import plans

ENGINE = Engine()
PAIRS = [
    ["field", "value"],
    ["id", "annex-2026"],
    ["title_vi", "Kế hoạch thử"],
    ["title_en", "Trial plan"],
    ["area", "24"],
    ["areas", "vn-63"],
    ["edition", "pii-2024"],
    ["baseline", "pii-2023"],
]
HEADS = ["Mã", "Tên chỉ số", "Đơn vị tính", "Hiện trạng", "Chỉ tiêu", "Chủ trì", "Phối hợp"]


def as_text(document: Json) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=True)


def annex(path: Path, *rows: list[object], **sheets: list[list[object]]) -> Path:
    return typed(path, {"Plan": PAIRS, "Sources": [["Source"], ["made up"]], "Annex": [HEADS, *rows], **sheets})


def faults(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        piikit.office.import_plan(path, engine=ENGINE)
    return [(row["code"], row["column"]) for row in caught.value.findings.iter_rows(named=True)]


# -- there and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_installed_plans_come_back_as_they_were(lang, tmp_path):
    for name, document in ENGINE.catalogue.plans.items():
        path = piikit.office.export_plan(name, tmp_path / f"{name}.xlsx", lang=lang, engine=ENGINE)
        assert as_text(piikit.office.import_plan(path, engine=ENGINE)) == as_text(without_contacts(document)), name


def test_every_field_of_the_schema_comes_back(tmp_path):
    assert schema_faults(PLAN, "plan.schema.json").items == ()
    assert set(schema("plan.schema.json")["properties"]) == set(PLAN)
    path = tmp_path / "every.xlsx"
    layout = plan_layout(contacts=True)
    path.write_bytes(render(PLAN, layout, lang="vi", title="t"))
    reading = read_back(read_grids(path, LIMITS), layout)
    assert reading.found == []
    assert as_text(reading.document) == as_text(PLAN)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=plans("pii-2024", engine=ENGINE))
def test_drawn_plans_come_back(document, tmp_path):
    path = piikit.office.export_plan(document, tmp_path / "plan.xlsx", engine=ENGINE)
    assert as_text(piikit.office.import_plan(path, engine=ENGINE)) == as_text(document)


def test_contacts_are_left_out_unless_asked_for(tmp_path):
    document = {**ENGINE.catalogue.plans["bac-giang-2024"]}
    document["agencies"] = [
        {**document["agencies"][0], "contact": {"name": "Nguyễn Văn A", "phone": "0204 111 222"}},
        *document["agencies"][1:],
    ]
    without = piikit.office.export_plan(document, tmp_path / "without.xlsx", engine=ENGINE)
    with_them = piikit.office.export_plan(document, tmp_path / "with.xlsx", contacts=True, engine=ENGINE)
    assert "Nguyễn Văn A" not in str(rows_of(without))
    assert any("lược bỏ" in str(row[0]) for row in rows_of(without)["Hướng dẫn"][:4])
    assert as_text(piikit.office.import_plan(with_them, engine=ENGINE)) == as_text(document)


def test_no_fault_quotes_a_contact(tmp_path):
    document = {**ENGINE.catalogue.plans["bac-giang-2024"]}
    document["agencies"] = [
        {**document["agencies"][0], "contact": {"phone": "0204 111 222"}},
        *document["agencies"][1:],
    ]
    path = piikit.office.export_plan(document, tmp_path / "with.xlsx", contacts=True, engine=ENGINE)
    cell = cell_of(path, "Cơ quan", "science-technology", "Điện thoại")
    path = changed(path, tmp_path / "odd.xlsx", {("Cơ quan", cell): 204111.5})
    with pytest.raises(DocumentError) as caught:
        piikit.office.import_plan(path, engine=ENGINE)
    assert "204111" not in str(caught.value)
    assert cell in str(caught.value)


# -- faults ------------------------------------------------------------------------------------------------------


def test_faults_of_a_plan_are_told_with_their_cells(tmp_path):
    path = piikit.office.export_plan("bac-giang-2024", tmp_path / "plan.xlsx", lang="en", engine=ENGINE)
    node = cell_of(path, "Targets", "pii-top-10", "Node")
    role = cell_of(path, "Duties", "statistics", "Role")
    lead = cell_of(path, "Tasks", rows_of(path)["Tasks"][2][0], "Lead")
    assert faults(changed(path, tmp_path / "a.xlsx", {("Duties", role): "led"})) == [("schema_enum", f"Duties!{role}")]
    found = faults(changed(path, tmp_path / "b.xlsx", {("Targets", node): "PIII", ("Tasks", lead): "nobody-known"}))
    assert sorted(found) == sorted([("unknown_node", f"Targets!{node}"), ("unknown_agency", f"Tasks!{lead}")])


def test_a_condition_with_a_fault_is_named_in_its_own_row(tmp_path):
    path = piikit.office.export_plan("bac-giang-2024", tmp_path / "plan.xlsx", lang="en", engine=ENGINE)
    rows = rows_of(path)["Targets"]
    second = next(n for n, row in enumerate(rows) if row[0] == "pillar-1-maintain") + 2
    column = rows[0].index("Is") if "Is" in rows[0] else rows[1].index("Is")
    cell = f"{chr(65 + column)}{second}"
    assert faults(changed(path, tmp_path / "c.xlsx", {("Targets", cell): "over"})) == [
        ("schema_enum", f"Targets!{cell}")
    ]


def test_two_rows_of_one_target_that_disagree_are_named(tmp_path):
    path = piikit.office.export_plan("bac-giang-2024", tmp_path / "plan.xlsx", lang="en", engine=ENGINE)
    second = next(n for n, row in enumerate(rows_of(path)["Targets"]) if row[0] == "pillar-1-maintain") + 2
    node = cell_of(path, "Targets", "pillar-1-maintain", "Node")[0] + str(second)
    path = changed(path, tmp_path / "d.xlsx", {("Targets", node): "2"})
    assert faults(path) == [("book_differs_above", f"Targets!{node}")]


# -- the annex ---------------------------------------------------------------------------------------------------


def test_an_annex_becomes_targets_figures_agencies_and_duties(tmp_path):
    path = annex(
        tmp_path / "phụ lục.xlsx",
        ["6.1.1", "Đơn đăng ký sáng chế", None, 1.5, 2.5, "Sở Khoa học và Công nghệ", "Sở Tài chính; sở công thương"],
        ["7.2.1", "Tỷ lệ giảm hộ nghèo", None, None, "duy trì", "Sở Công Thương", None],
        ["1", "Thể chế", None, 67.23, "trên 67,23", "Sở Nội vụ", "Sở Khoa học và  Công nghệ"],
    )
    document = piikit.office.import_plan(path, engine=ENGINE)
    assert document["targets"] == [
        {"id": "t-6.1.1", "node": "6.1.1", "conditions": [{"metric": "value", "is": "at_least", "value": 2.5}]},
        {"id": "t-7.2.1", "node": "7.2.1", "conditions": [{"metric": "value", "is": "maintains"}]},
        {"id": "t-1-score", "node": "1", "conditions": [{"metric": "score", "is": "above", "value": 67.23}]},
    ]
    assert document["figures"] == [
        {"edition": "pii-2023", "code": "6.1.1", "value": 1.5},
        {"edition": "pii-2023", "code": "1", "score": 67.23},
    ]
    assert [(a["id"], a["duties"]) for a in document["agencies"]] == [
        ("so-khoa-hoc-va-cong-nghe", [{"role": "lead", "nodes": ["6.1.1"]}, {"role": "coordinate", "nodes": ["1"]}]),
        ("so-tai-chinh", [{"role": "coordinate", "nodes": ["6.1.1"]}]),
        ("so-cong-thuong", [{"role": "coordinate", "nodes": ["6.1.1"]}, {"role": "lead", "nodes": ["7.2.1"]}]),
        ("so-noi-vu", [{"role": "lead", "nodes": ["1"]}]),
    ]
    assert [agency.id for agency in ENGINE.plan(document).leads("7.2.1")] == ["so-cong-thuong"]


def test_names_of_the_annex_are_those_of_the_agencies_where_they_are_listed(tmp_path):
    agencies = [["id", "name_vi", "name_en"], ["science", "Sở Khoa học và Công nghệ", "Science"]]
    path = annex(
        tmp_path / "a.xlsx", ["6.1.1", None, None, None, 2, "SỞ KHOA HỌC VÀ CÔNG NGHỆ", None], Agencies=agencies
    )
    document = piikit.office.import_plan(path, engine=ENGINE)
    assert [agency["id"] for agency in document["agencies"]] == ["science"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["6.1.1", None, None, None, "nhiều hơn", None, None], ("book_no_target", "Annex!E2")),
        (["6.1.9", None, None, None, 2, None, None], ("unknown_node", "Annex!A2")),
        (["1.1.2", None, "percent", None, 2, None, None], ("book_other_unit", "Annex!C2")),
        (["1", None, None, None, "< 5o", None, None], ("book_no_target", "Annex!E2")),
        ([1.1, None, None, None, 5, None, None], ("book_code_is_number", "Annex!A2")),
        (["6.1.1", None, None, None, 5, "Sở Tài chính; Sở Tài chính.", None], ("book_near_agency", "Annex!F2")),
    ],
)
def test_what_is_wrong_in_an_annex_is_named(row, fault, tmp_path):
    assert fault in faults(annex(tmp_path / "a.xlsx", row))


# -- the command -------------------------------------------------------------------------------------------------


def test_the_commands_write_and_read(tmp_path):
    book, document = str(tmp_path / "kế hoạch.xlsx"), tmp_path / "plan.json"
    done = runner().invoke(command, ["plan", "export", "bac-giang-2024", "-o", book, "--lang", "vi"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "người liên hệ" in done.stderr
    assert runner().invoke(command, ["plan", "import", book, "-o", str(document)]).exit_code == 0
    assert json.loads(document.read_text(encoding="utf-8")) == ENGINE.catalogue.plans["bac-giang-2024"]
    book, document = str(tmp_path / "e.xlsx"), tmp_path / "e.json"
    assert runner().invoke(command, ["edition", "export", "pii-2025", "-o", book]).exit_code == 0
    assert runner().invoke(command, ["edition", "import", book, "-o", str(document)]).exit_code == 0
    assert json.loads(document.read_text(encoding="utf-8")) == ENGINE.catalogue.editions["pii-2025"]


@pytest.mark.parametrize(
    "more",
    [
        {"targets": [1]},
        {"targets": 3},
        {"figures": 3},
        {"agencies": [1]},
        {"agencies": 4},
        {"annex": 3},
        {"annex": [3]},
        {"agencies": [{"id": 3, "name": {"vi": 3}}]},
        {"agencies": [{"id": "a", "name": {"vi": "Sở A"}, "duties": [3]}]},
        {"agencies": [{"id": "a", "name": {"vi": "Sở A"}, "duties": [{"role": "lead", "nodes": "x"}]}]},
    ],
)
def test_json_of_another_shape_beside_an_annex_is_a_fault(more, tmp_path):
    path = annex(
        tmp_path / "odd.xlsx", ["1.1.1", None, "%", 3, "Tăng", "Sở A", None], Plan=[*PAIRS, ["more", json.dumps(more)]]
    )
    assert faults(path)


def test_thousands_of_agencies_are_no_annex(tmp_path):
    rows = [["1.1.1", None, None, None, None, "abcdefghij"[n % 10] * 9 + str(n * 7919), None] for n in range(1000)]
    found = [code for code, _ in faults(annex(tmp_path / "many.xlsx", *rows))]
    assert found.count("book_many_agencies") == MOST
    assert "book_many_alike" in found
