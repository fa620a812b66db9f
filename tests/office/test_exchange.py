"""Editions as workbooks and back: the same document, and every fault of a workbook by its sheet and cell."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import piikit
from books import DAY, Formula, cell_of, changed, rows_of, typed
from exchange_strategies import CHANGE, EVERY, ODD, texts
from office import convert, needs_office
from piikit.engine import Engine
from piikit.files.xlsx.grid import read_grids
from piikit.findings.errors import DocumentError, UnreadableError, UsageError
from piikit.findings.messages import LANGUAGES
from piikit.framework.documents import Json, schema, schema_faults
from piikit.office.workbooks.edition_layout import edition_layout
from piikit.office.workbooks.layout import LIMITS, labels
from piikit.office.workbooks.method_text import method_text, parse_method
from piikit.office.workbooks.plan_layout import plan_layout
from piikit.office.workbooks.reading import MOST, read_back
from piikit.office.workbooks.writing import render
from piikit.testing.strategies import ALL_AGGREGATES, ALL_NORMALISES, editions

ENGINE = Engine()
LAYOUT = edition_layout(ENGINE.catalogue)


def same(document: Json, folder: Path, lang: str = "vi") -> Json:
    """A document through its workbook, without the check of what it means."""
    path = folder / "book.xlsx"
    path.write_bytes(render(document, LAYOUT, lang=lang, title="t"))
    reading = read_back(read_grids(path, LIMITS), LAYOUT)
    assert reading.found == []
    return reading.document


def as_text(document: Json) -> str:
    """A document as JSON in which 1 and 1.0 differ, and the order of keys does not count."""
    return json.dumps(document, sort_keys=True, ensure_ascii=True)


@pytest.fixture(scope="module")
def pii(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return piikit.office.export_edition("pii-2024", tmp_path_factory.mktemp("đủ dấu") / "PII 2024.xlsx", lang="en")


def faults(path: Path, lang: str = "en") -> list[tuple[str, str]]:
    """What is wrong with an edition's workbook, and where."""
    with pytest.raises(DocumentError) as caught:
        piikit.office.import_edition(path, lang=lang)
    frame = caught.value.findings
    assert frame["file"].null_count() == 0
    return [(row["code"], row["column"]) for row in frame.iter_rows(named=True)]


# -- there and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_installed_editions_come_back_as_they_were(lang, tmp_path):
    for name, document in ENGINE.catalogue.editions.items():
        path = piikit.office.export_edition(name, tmp_path / f"{name}.xlsx", lang=lang, engine=ENGINE)
        assert as_text(piikit.office.import_edition(path, engine=ENGINE)) == as_text(document), name


def test_every_field_of_the_schema_comes_back(tmp_path):
    assert schema_faults(EVERY, "edition.schema.json").items == ()
    back = same(EVERY, tmp_path)
    assert as_text(back) == as_text(EVERY)
    # What is compared in the order of the document must keep it.
    groups = EVERY["nodes"][1]["items"]
    assert list(back["nodes"][1]["items"]) == list(groups)
    assert list(back["groups"]) == list(EVERY["groups"])


def test_every_field_stands_in_the_document_that_has_every_field():
    document = schema("edition.schema.json")
    fields = set(document["properties"]) - {"extends", "add", "remove", "change"}
    assert fields == set(EVERY)
    nodes = {key for node in EVERY["nodes"] for key in node}
    assert nodes == set(document["$defs"]["node"]["properties"])
    items = {key for item in EVERY["nodes"][1]["items"].values() for key in item}
    assert items == set(document["$defs"]["item"]["properties"])


def test_an_overlay_stays_an_overlay(tmp_path):
    path = piikit.office.export_edition(CHANGE, tmp_path / "overlay.xlsx", engine=ENGINE)
    assert as_text(piikit.office.import_edition(path, engine=ENGINE)) == as_text(CHANGE)


def test_an_edition_whose_overlay_is_carried_out_is_refused(tmp_path):
    with pytest.raises(UsageError, match="overlay was made from pii-2024"):
        piikit.office.export_edition(ENGINE.edition(CHANGE), tmp_path / "x.xlsx", lang="en")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=editions(aggregates=ALL_AGGREGATES, normalises=ALL_NORMALISES))
def test_drawn_editions_come_back(document, tmp_path):
    assert as_text(same(document, tmp_path)) == as_text(document)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_text_comes_back_from_any_field(data, tmp_path):
    document = copy.deepcopy(EVERY)
    document["title"]["vi"] = data.draw(texts)
    document["sources"] = data.draw(st.lists(texts, min_size=1, max_size=3))
    document["areas"]["areas"][0]["aliases"] = data.draw(st.lists(texts, max_size=3))
    node = document["nodes"][1]
    node["source"], node["definition"], node["formula"] = (data.draw(texts) for _ in range(3))
    node["normalise"]["reference"] = data.draw(texts)
    node["note"] = {"vi": data.draw(texts), "en": data.draw(texts)}
    assert as_text(same(document, tmp_path)) == as_text(document)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(figures=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), min_size=2, max_size=4))
def test_any_figure_comes_back(figures, tmp_path):
    document = copy.deepcopy(EVERY)
    document["nodes"][1]["weight"] = figures[0]
    document["nodes"][1]["items"]["b"]["enum"] = figures
    assert as_text(same(document, tmp_path)) == as_text(document)


def test_odd_texts_are_no_formulas(tmp_path):
    document = {**EVERY, "sources": [*ODD]}
    assert same(document, tmp_path)["sources"] == list(ODD)
    assert not any(cell.formula for grid in read_grids(tmp_path / "book.xlsx", LIMITS) for cell in grid.cells.values())


def test_a_text_longer_than_a_cell_is_refused_and_named(tmp_path):
    document = copy.deepcopy(piikit.edition("pii-2024").document)
    document["nodes"][5]["source"] = "x" * 40_000
    with pytest.raises(DocumentError) as caught:
        piikit.office.export_edition(document, tmp_path / "long.xlsx", lang="en")
    assert caught.value.findings["column"].to_list() == ["/nodes/5/source"]
    assert not (tmp_path / "long.xlsx").exists()


def test_the_same_edition_gives_the_same_bytes_and_its_warning(pii, tmp_path):
    again = piikit.office.export_edition("pii-2024", tmp_path / "again.xlsx", lang="en")
    assert again.read_bytes() == pii.read_bytes()
    said = [str(row[0]) for row in rows_of(pii)["Guide"][:3]]
    assert any("pii-2024" in text and "not an official document" in text for text in said), said


@given(
    value=st.dictionaries(
        st.from_regex(r"[a-z_]{1,4}", fullmatch=True), st.none() | st.booleans() | st.integers() | texts, min_size=1
    )
)
@settings(max_examples=30)
def test_methods_with_any_parameters_come_back(value):
    method = {**value, "method": "goalposts"}
    assert parse_method(method_text(method) or "") == method


def test_no_two_columns_of_a_sheet_have_one_heading():
    for layout in (LAYOUT, plan_layout(contacts=True)):
        for columns in (layout.pairs, *(table.columns for table in layout.tables)):
            seen = [text for column in columns for text in {text.casefold() for text in labels(column.key)}]
            assert sorted(seen) == sorted(set(seen))
            assert not [text for text in seen if text.startswith("book.")]


# -- what a person types -----------------------------------------------------------------------------------------


SMALL = {
    "Bộ chỉ số": [
        ["Tên trường", "Giá trị"],
        ["Mã định danh", "nho-2024"],
        ["Tình trạng", "local"],
        ["Kỳ", 2024],
        ["Tên gọi (tiếng Việt)", "Thử"],
        ["Tên gọi (tiếng Anh)", "Trial"],
    ],
    "Nguồn": [["Nguồn"], ["tự đặt ra"]],
    "Cây chỉ số": [
        ["Cây chỉ số thử, không có thật"],
        ["Mã", "Mã cấp trên", "Cấp", "Trọng số", "Đơn vị", "Chiều", "Chuẩn hóa"],
        ["I", None, "index"],
        ["x", "I", "indicator", "0,5", "percent", "higher", "goalposts lower=0 upper=10"],
        ["y", "I", "indicator", 1, "percent", "lower", "min_max"],
    ],
}


def test_a_workbook_typed_with_vietnamese_headings_is_read(tmp_path):
    document = piikit.office.import_edition(typed(tmp_path / "gõ tay.xlsx", SMALL))
    assert document["period"] == "2024"
    assert document["nodes"][1] == {
        "code": "x",
        "parent": "I",
        "level": "indicator",
        "weight": 0.5,
        "unit": "percent",
        "direction": "higher",
        "normalise": {"method": "goalposts", "lower": 0, "upper": 10},
    }
    result = piikit.evaluate({"area": ["A", "B"], "x": [5, 10], "y": [1, 2]}, document)
    assert result.table("score")["I"].to_list() == [pytest.approx((0.5 * 50 + 100) / 1.5), pytest.approx(50 / 1.5)]


# -- faults ------------------------------------------------------------------------------------------------------


def test_every_kind_of_harm_is_named_by_its_cell(pii, tmp_path):
    def at(code: str, heading: str) -> tuple[str, str]:
        return "Nodes", cell_of(pii, "Nodes", code, heading)

    harm = {
        at("1.1.2", "Code"): DAY,
        at("1.2.1", "Code"): 1.1,
        at("1.2.2", "Weight"): "1.234",
        at("1.2.3", "Weight"): "much",
        at("1.2.4", "Weight"): Formula("=1/3"),
        at("2.1.1", "Normalise"): "goalposts lower=0,5",
        at("2.1.2", "Direction"): "upward",
        at("2.1.3", "Scale"): True,
        at("2.2.1", "Unit"): DAY,
        ("Nodes", "AD1"): "Remarks",
        ("Nodes", "AD5"): "lost otherwise",
        ("Extra", "A1"): "lost too",
        ("# mine", "A1"): "not read",
        ("Edition", "A40"): "perod",
        ("Edition", "D40"): "2024",
    }
    path = changed(pii, tmp_path / "harm.xlsx", harm, merged={"Sources": "A4:A5"})
    found = set(faults(path))
    expected = {
        ("book_code_is_date", at("1.1.2", "Code")),
        ("book_code_is_number", at("1.2.1", "Code")),
        ("book_two_numbers", at("1.2.2", "Weight")),
        ("book_not_a_number", at("1.2.3", "Weight")),
        ("book_formula", at("1.2.4", "Weight")),
        ("book_method", at("2.1.1", "Normalise")),
        ("schema_enum", at("2.1.2", "Direction")),
        ("book_not_a_number", at("2.1.3", "Scale")),
        ("book_not_text", at("2.2.1", "Unit")),
    }
    wanted = {(code, f"{sheet}!{cell}") for code, (sheet, cell) in expected}
    wanted |= {
        ("book_unknown_column", "Nodes!AD1"),
        ("book_unknown_sheet", "Extra"),
        ("book_unknown_field", "Edition!A40"),
        ("book_merged", "Sources!4"),
    }
    assert found == wanted


def test_faults_of_the_tree_and_the_names_are_told_with_their_cells(pii, tmp_path):
    cells = {
        heading: cell_of(pii, "Nodes", "1.1.2", heading) for heading in ("Parent", "Unit", "Indicator", "Normalise")
    }
    wrong = {"Parent": "1.9", "Unit": "percnt", "Indicator": "pii.hd", "Normalise": "goalposts lower=0"}
    harm = {("Nodes", cells[heading]): text for heading, text in wrong.items()}
    found = faults(changed(pii, tmp_path / "tree.xlsx", harm))
    assert sorted(found) == sorted(
        [
            ("orphan", f"Nodes!{cells['Parent']}"),
            ("unknown_unit", f"Nodes!{cells['Unit']}"),
            ("unknown_indicator", f"Nodes!{cells['Indicator']}"),
            ("missing_parameter", f"Nodes!{cells['Normalise']}"),
        ]
    )


def test_a_missing_cell_is_named_where_it_would_stand(pii, tmp_path):
    name = cell_of(pii, "Nodes", "1.1", "Name (English)")
    level = cell_of(pii, "Nodes", "1.1.2", "Level")
    path = changed(pii, tmp_path / "gap.xlsx", {("Nodes", name): None, ("Nodes", level): None})
    assert sorted(faults(path)) == sorted([("schema_required", f"Nodes!{name}"), ("schema_required", f"Nodes!{level}")])


def test_a_code_twice_is_named(pii, tmp_path):
    code = cell_of(pii, "Nodes", "1.1.3", "Code")
    assert ("duplicate_code", f"Nodes!{code}") in faults(
        changed(pii, tmp_path / "twice.xlsx", {("Nodes", code): "1.1.2"})
    )


def test_messages_are_in_the_language_asked_for(pii, tmp_path):
    code = cell_of(pii, "Nodes", "1.1.2", "Code")
    with pytest.raises(DocumentError, match=r"bảng tính đã đổi mã thành ngày tháng .* có lẽ là 1\.1\.2"):
        piikit.office.import_edition(changed(pii, tmp_path / "vi.xlsx", {("Nodes", code): DAY}), lang="vi")


def test_items_of_a_node_that_is_not_there_are_named(tmp_path):
    sheets = {**SMALL, "Số liệu gốc": [["Mã nút", "Số liệu gốc", "Loại"], ["xx", "trees", "number"]]}
    assert faults(typed(tmp_path / "items.xlsx", sheets)) == [("book_unknown_owner", "Số liệu gốc!A2")]


def test_two_lists_of_areas_are_a_fault(tmp_path):
    sheets = {**SMALL, "Địa phương": [["Mã", "Tên"], ["a", "A"]]}
    sheets["Bộ chỉ số"] = [*SMALL["Bộ chỉ số"], ["areas", "vn-63"]]
    assert ("book_two_area_lists", "Địa phương!2") in faults(typed(tmp_path / "areas.xlsx", sheets))


def test_an_area_code_that_lost_its_zero_is_not_guessed(tmp_path):
    sheets = {**SMALL, "Địa phương": [["Mã", "Tên"], [1, "A"], [24, "B"]]}
    assert faults(typed(tmp_path / "areas.xlsx", sheets))[0] == ("book_code_is_number", "Địa phương!A2")


def test_a_workbook_without_the_main_sheet_says_so(tmp_path):
    path = typed(tmp_path / "none.xlsx", {"Nodes": SMALL["Cây chỉ số"]})
    with pytest.raises(DocumentError, match="there is no sheet edition"):
        piikit.office.import_edition(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 a password"])
def test_what_is_no_workbook_is_refused(content, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=r"x\.xlsx"):
        piikit.office.import_edition(path)


# -- other spreadsheets ------------------------------------------------------------------------------------------


@pytest.mark.office
@needs_office
def test_what_libreoffice_saves_is_read_the_same(pii, tmp_path):
    every = tmp_path / "every.xlsx"
    odd = {**EVERY, "sources": [text for text in ODD if len(text) < 10_000]}
    every.write_bytes(render(odd, LAYOUT, lang="vi", title="t"))
    plan = piikit.office.export_plan("bac-giang-2024", tmp_path / "plan.xlsx")
    saved = tmp_path / "saved"
    convert([pii, every, plan], "xlsx", saved)
    assert as_text(piikit.office.import_edition(saved / pii.name)) == as_text(ENGINE.catalogue.editions["pii-2024"])
    assert as_text(read_back(read_grids(saved / "every.xlsx", LIMITS), LAYOUT).document) == as_text(odd)
    assert as_text(piikit.office.import_plan(saved / "plan.xlsx")) == as_text(ENGINE.catalogue.plans["bac-giang-2024"])


def test_of_many_faults_of_one_kind_the_first_are_listed_and_the_others_counted(tmp_path):
    rows = [["field", "value"], *([f"field {n}", "x"] for n in range(3000))]
    with pytest.raises(DocumentError) as caught:
        piikit.office.import_edition(typed(tmp_path / "many.xlsx", {"Edition": rows}), engine=ENGINE)
    found = caught.value.findings
    unknown = found.filter(code="book_unknown_field")
    assert unknown["column"].to_list() == [f"Edition!A{row}" for row in range(2, 2 + MOST)]
    assert found.filter(code="book_many_alike")["message"].to_list() == [
        f"Edition: {3000 - MOST} more of book_unknown_field that are not listed"
    ]


@pytest.mark.parametrize("more", [{"nodes": [1]}, {"nodes": {"a": 1}}, {"areas": 3}, {"items": [1]}])
def test_json_of_another_shape_in_a_cell_is_a_fault(more, tmp_path):
    sheets = {
        "Edition": [["id", "odd"], ["more", json.dumps(more)]],
        "Nodes": [["code", "parent"], ["A", "B"]],
        "Items": [["node", "item"], ["A", "x"]],
    }
    with pytest.raises(DocumentError):
        piikit.office.import_edition(typed(tmp_path / "odd.xlsx", sheets), engine=ENGINE)
