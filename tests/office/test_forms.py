"""Forms that agencies fill: who is asked for what, what the cells take, and that nothing else can be changed."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from fastexcel import read_excel
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from commands import runner
from piikit import Engine, InputError, UsageError
from piikit.cli import piikit as cli
from piikit.findings.messages import messages
from piikit.office import write_forms
from piikit.office.forms.asked_figures import shares, shipped_definitions
from piikit.office.forms.layout import FIELDS, FILLED, FORMAT, HIDDEN, KEYS, file_name, names
from piikit.office.forms.limits import limits_of
from piikit.office.forms.sheet import days, form_bytes
from piikit.office.forms.write import forms_of
from plans import agency, document

PLAN, EDITION = "bac-giang-2024", "pii-2024"
LATE = datetime.date(2026, 3, 31)
HOSTILE = [
    '=HYPERLINK("http://a.example","x")',
    "\u202egnp.exe",
    'a "b" <c> & d',
    "&L&G&[Picture]'",
    "x" * 10_000,
    "a\x00b",
]


def lead(*nodes: str, **more: Any) -> dict[str, Any]:
    return {"role": "lead", "nodes": list(nodes), **more}


def supply(*nodes: str) -> dict[str, Any]:
    return {"role": "supply_data", "nodes": list(nodes)}


def asked_by(engine: Engine, *agencies: dict[str, Any], on: datetime.date | None = None) -> dict[str, list[str]]:
    """The items each agency of a plan is asked for."""
    plan = engine.plan(document(agencies=list(agencies)))
    who = shares(plan, engine.edition(EDITION), engine.catalogue, on)
    return {id: [asked.item for asked in figures] for id, figures in who.by_agency.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Path:
    """Every form of the plan of Bắc Giang, with last year's figures from the sample, under a name with marks."""
    place = tmp_path_factory.mktemp("forms") / "phiếu năm 2024"
    write_forms(place, EDITION, PLAN, last=piikit.sample(), due="2025-03-31", engine=engine)
    return place


def sheet_cells(path: Path, sheet: int | str) -> list[list[str | None]]:
    frame = read_excel(path).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [list(row) for row in frame.iter_rows()]


def xml(content: bytes, sheet: int) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(f"xl/worksheets/sheet{sheet}.xml").decode()


def hidden(path: Path) -> dict[str, str | None]:
    return {str(row[0]): row[1] for row in sheet_cells(path, HIDDEN)}


# -- who is asked for what ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [None, LATE])
def test_every_figure_of_the_edition_is_asked_from_somebody(engine: Engine, on: datetime.date | None):
    edition = engine.edition(EDITION)
    who = shares(engine.plan(PLAN), edition, engine.catalogue, on)
    assert {asked.item for figures in who.by_agency.values() for asked in figures} == edition.items
    assert who.nobody == ()
    assert who.collectives == ("all-agencies",)


@pytest.mark.parametrize(
    ("item", "agencies"),
    [
        ("contest_pupils", ("education-training",)),
        ("population", ("statistics",)),  # feeds indicators of several agencies
        ("grdp", ("statistics",)),  # feeds indicators that nobody leads, too
        ("hdi", ("statistics",)),  # nobody leads its indicator
        ("private_credit", ("state-bank", "social-policy-bank")),  # both lead alike
        ("education_spending", ("planning-investment", "finance")),  # each leads a part
        ("basic_infrastructure_score", ("planning-investment",)),  # one leads the whole, another a part
        ("papi_e_governance", ("home-affairs",)),  # through an outside index
    ],
)
def test_who_is_asked_in_bac_giang(engine: Engine, item: str, agencies: tuple[str, ...]):
    assert shares(engine.plan(PLAN), engine.edition(EDITION), engine.catalogue, None).asked_of(item) == agencies


def test_an_agency_that_has_ended_gives_its_place_to_its_successor(engine: Engine):
    who = shares(engine.plan(PLAN), engine.edition(EDITION), engine.catalogue, LATE)
    assert who.asked_of("pci_entry_costs") == ("finance",)
    assert "planning-investment" not in who.by_agency


def test_a_named_supply_of_data_beats_a_lead(engine: Engine):
    found = asked_by(
        engine,
        agency("leads", duties=[lead("6.1.1")]),
        agency("supplies", duties=[supply("6.1.1")]),
        agency("all", duties=[supply("*")]),
    )
    assert "leads" not in found
    assert found["supplies"] == ["patent_applications"]


def test_a_duty_on_a_node_holds_for_all_below_it(engine: Engine):
    found = asked_by(engine, agency("pillar", duties=[lead("6")]), agency("all", duties=[supply("*")]))
    assert {"patent_applications", "trademark_applications"} <= set(found["pillar"])


def test_only_the_first_who_supplies_everything_is_asked(engine: Engine):
    found = asked_by(engine, agency("first", duties=[supply("*")]), agency("second", duties=[supply("*")]))
    assert set(found) == {"first"}
    assert len(found["first"]) == 63


def test_without_one_who_supplies_everything_all_are_asked_and_the_rest_from_nobody(engine: Engine):
    plan = engine.plan(document(agencies=[agency("a", duties=[lead("6.1.1")]), agency("b", duties=[lead("6.2.2")])]))
    who = shares(plan, engine.edition(EDITION), engine.catalogue, None)
    assert who.asked_of("population") == ("a", "b")
    assert "hdi" in [asked.item for asked in who.nobody]


def test_a_node_without_plugin_is_asked_for_by_its_code():
    engine = Engine()
    edition = engine.edition(
        {
            "id": "own",
            "status": "local",
            "period": "2024",
            "title": {"vi": "Riêng", "en": "Own"},
            "sources": ["invented"],
            "areas": "vn-63",
            "nodes": [
                {"code": "X", "level": "index"},
                {"code": "x1", "parent": "X", "level": "indicator", "unit": "points_0_10", "direction": "higher"},
                {
                    "code": "x2",
                    "parent": "X",
                    "level": "indicator",
                    "indicator": "pii.hdi",
                    "denominator": "population",
                },
            ],
        }
    )
    plan = engine.plan(document(agencies=[agency("all", duties=[supply("*")])], edition="own"), beside=edition)
    (asked,) = shares(plan, edition, engine.catalogue, None).by_agency.values()
    assert [figure.item for figure in asked] == ["x1", "hdi", "population"]
    assert (asked[0].schema["minimum"], asked[0].schema["maximum"]) == (0, 10)


codes = st.sampled_from(["1.1.1", "2.1.3", "6", "6.1.*", "6.1.1", "6.2.2", "IN", "*"])
duties = st.lists(
    st.builds(
        lambda role, code: {"role": role, "nodes": [code]},
        st.sampled_from(["lead", "supply_data", "coordinate"]),
        codes,
    ),
    max_size=4,
)


@given(st.lists(duties, min_size=1, max_size=4))
@settings(max_examples=25)
def test_whatever_the_duties_no_figure_is_lost(given_: list[list[dict[str, Any]]]):
    engine = piikit.engine.default_engine()
    plan = engine.plan(document(agencies=[agency(f"a{n}", duties=own) for n, own in enumerate(given_)]))
    who = shares(plan, engine.edition(EDITION), engine.catalogue, None)
    asked = [figure.item for figures in who.by_agency.values() for figure in figures]
    assert {*asked, *(figure.item for figure in who.nobody)} == set(who.figures)
    assert not {figure.item for figure in who.nobody} & set(asked)
    assert not (
        who.nobody and any("*" in duty["nodes"] and duty["role"] == "supply_data" for own in given_ for duty in own)
    )


# -- the workbook ------------------------------------------------------------------------------------------------


def test_each_agency_that_is_asked_has_a_form(folder: Path, engine: Engine):
    who = shares(engine.plan(PLAN), engine.edition(EDITION), engine.catalogue, datetime.date(2025, 3, 31))
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        file_name(PLAN, EDITION, id) for id in who.by_agency
    )
    for id, asked in who.by_agency.items():
        path = folder / file_name(PLAN, EDITION, id)
        assert read_excel(path).sheet_names == ["Hướng dẫn", "Số liệu", HIDDEN]
        rows = sheet_cells(path, 1)
        assert rows[0] == list(names("vi").headings)
        assert [row[0] for row in rows[1:]] == [figure.item for figure in asked]
        said = hidden(path)
        assert tuple(said) == KEYS
        assert said["format"] == FORMAT
        assert (said["agency"], said["area"], said["area_name"], said["period"]) == (id, "24", "Bắc Giang", "2024")
        assert str(said["items"]).split() == [figure.item for figure in asked]


def test_the_warnings_stand_near_the_top(folder: Path):
    guide = [row[0] for row in sheet_cells(folder / file_name(PLAN, EDITION, "finance"), 0)]
    assert str(guide[1]).startswith("Đây là dữ liệu mẫu")
    assert str(guide[2]).startswith("Bộ chỉ số pii-2024 được dựng lại")


def test_last_values_are_those_of_the_plans_area(folder: Path):
    frame = read_excel(folder / file_name(PLAN, EDITION, "statistics")).load_sheet(1).to_polars()
    mine = pl.read_csv(piikit.sample()).filter(area="Bắc Giang")
    for item, value in zip(frame["Mã"], frame["Giá trị kỳ trước"], strict=True):
        assert value == mine[item][0]


def test_definitions_are_vietnamese_and_name_what_is_fed(folder: Path):
    rows = {row[0]: row for row in sheet_cells(folder / file_name(PLAN, EDITION, "finance"), 1)}
    text = str(rows["education_spending"][3])
    assert text.startswith(shipped_definitions("vi")["education_spending"])
    assert "2.1.3" in text
    assert "[Số người đi học]" in text
    assert "Cùng được yêu cầu: Sở Kế hoạch và Đầu tư" in text
    assert "phần chi thường xuyên" in text


def test_only_the_cells_to_fill_are_open(folder: Path):
    content = (folder / file_name(PLAN, EDITION, "finance")).read_bytes()
    styles = zipfile.ZipFile(io.BytesIO(content)).read("xl/styles.xml").decode()
    looks = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.split("<cellXfs")[1])
    open_ = {place for place, look in enumerate(looks) if 'locked="0"' in look}
    for sheet in (1, 2, 3):
        assert "<sheetProtection " in xml(content, sheet)
    for row, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', xml(content, 2)):
        column, number = re.fullmatch(r"([A-Z])(\d+)", row).groups()  # type: ignore[union-attr]
        typed = FIELDS[ord(column) - ord("A")] in FILLED and number != "1"
        assert (int(style) in open_) == typed, row
    assert not open_ & {int(style) for _, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', xml(content, 1))}


def test_the_hidden_sheet_is_not_offered_to_be_shown(folder: Path):
    content = zipfile.ZipFile(folder / file_name(PLAN, EDITION, "finance")).read("xl/workbook.xml").decode()
    assert re.search(rf'name="{HIDDEN}"[^>]*state="veryHidden"', content)


def test_each_cell_to_fill_has_its_rule(folder: Path):
    sheet = xml((folder / file_name(PLAN, EDITION, "home-affairs")).read_bytes(), 2)
    rules = {cell: kind for kind, cell in re.findall(r'<dataValidation type="(\w+)"[^>]*sqref="(\w+)"', sheet)}
    assert {rules[f"{column}2"] for column in "HJKL"} == {"textLength"}
    assert (rules["G2"], rules["I2"]) == ("decimal", "date")
    value = re.search(r'<dataValidation [^>]*sqref="G2".*?</dataValidation>', sheet)
    assert value is not None
    assert "<formula1>0</formula1><formula2>100</formula2>" in value[0]
    assert 'errorTitle="Không nhận giá trị này"' in value[0]


def test_english_forms_are_english(tmp_path: Path, engine: Engine):
    (path,) = write_forms(tmp_path, EDITION, PLAN, agencies=["statistics"], lang="en", engine=engine)
    assert read_excel(path).sheet_names == [names("en").guide, names("en").figures, HIDDEN]
    frame = read_excel(path).load_sheet(1).to_polars()
    assert (
        frame["Name" if "Name" in frame.columns else frame.columns[1]][0]
        == "Mean mark of the upper-secondary graduation exam"
    )
    assert frame.columns == list(names("en").headings)


def test_the_same_form_has_the_same_bytes(folder: Path, tmp_path: Path, engine: Engine):
    again = write_forms(tmp_path, EDITION, PLAN, last=piikit.sample(), due=datetime.date(2025, 3, 31), engine=engine)
    assert [path.read_bytes() for path in again] == [(folder / path.name).read_bytes() for path in again]


@pytest.mark.parametrize("name", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_names_of_others_come_out_as_text(tmp_path: Path, name: str):
    own = piikit.Indicator(
        code="evil.x",
        unit="count",
        direction="higher",
        name={"vi": name, "en": name},
        value=pl.col("evil_item"),
        source=name,
        items={"evil_item": {"type": "number", "name": {"vi": name, "en": name}, "description": name}},
    )

    class Plugin:
        @piikit.hookimpl
        def piikit_indicators(self) -> list[piikit.Indicator]:
            return [own]

    engine = Engine([Plugin()])
    edition = {
        "id": "evil",
        "status": "local",
        "period": "2024",
        "title": {"vi": name, "en": name},
        "sources": ["x"],
        "areas": "vn-63",
        "nodes": [
            {"code": "I", "level": "index", "name": {"vi": name, "en": name}},
            {"code": "e", "parent": "I", "level": "indicator", "indicator": "evil.x"},
        ],
    }
    plan = document(agencies=[agency("a", duties=[supply("*")])], edition="evil")
    plan["agencies"][0]["name"] = {"vi": name, "en": name}
    plan["targets"][0]["node"] = "I"
    (path,) = write_forms(tmp_path, edition, plan, engine=engine)
    content = path.read_bytes()
    # Rules of cells are conditions, no formulas; no cell has one.
    assert not [n for n in (1, 2, 3) if "<f>" in xml(content, n) or "<hyperlink" in xml(content, n)]
    shown = name.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    assert sheet_cells(path, 1)[1][1] == shown


def test_contacts_stand_in_no_form(tmp_path: Path, engine: Engine):
    secret = "Nguyễn Văn Kín"
    plan = document(agencies=[agency("a", duties=[supply("*")], contact={"name": secret, "phone": "0204000111"})])
    (path,) = write_forms(tmp_path, EDITION, plan, engine=engine)
    whole = b"".join(zipfile.ZipFile(path).read(part) for part in zipfile.ZipFile(path).namelist()).decode()
    assert secret not in whole
    assert "0204000111" not in whole


# -- limits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "rule", "words"),
    [
        (
            {"type": "integer", "minimum": 0},
            {"validate": "integer", "criteria": ">=", "value": 0},
            "0 or more, a whole number",
        ),
        (
            {"type": "integer", "exclusiveMinimum": 0, "maximum": 9.5},
            {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 9},
            "more than 0, at most 9.5, a whole number",
        ),
        (
            {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 2},
            {"validate": "custom", "value": "=AND(ISNUMBER(G2),G2>0.5,G2<2)"},
            "more than 0.5, less than 2",
        ),
        ({"type": "number", "maximum": 1}, {"validate": "decimal", "criteria": "<=", "value": 1}, "at most 1"),
        ({"type": "integer", "minimum": 0, "maximum": 1}, {"validate": "list", "source": ["0", "1"]}, "only 0 or 1"),
        ({"enum": [0.5, 1]}, {"validate": "custom", "value": "=OR(G2=0.5,G2=1)"}, "only 0.5 or 1"),
        ({"type": "number"}, {"validate": "decimal", "criteria": ">=", "value": -9.99e307}, "any number"),
        (
            {"type": ["integer", "null"], "maximum": 4},
            {"validate": "integer", "criteria": "<=", "value": 4},
            "at most 4, a whole number",
        ),
    ],
)
def test_limits(schema: dict[str, Any], rule: dict[str, Any], words: str):
    limits = limits_of(schema)
    assert limits.rule("G2") == rule
    assert limits.words(messages("en")) == words


def test_limits_have_a_decimal_comma_in_vietnamese():
    assert limits_of({"minimum": 0.5}).words(messages("vi")) == "từ 0,5 trở lên"


ends = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([-0.5, 0.25, 1.5]))


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={key: ends for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")},
    )
)
@settings(max_examples=60)
def test_a_cell_takes_what_the_schema_takes(schema: dict[str, Any]):
    schema = {key: value for key, value in schema.items() if value is not None}
    rule = limits_of(schema).rule("G2")
    for figure in (-3, -2, -1, -0.5, 0, 0.25, 1, 1.5, 2, 3):
        wanted = jsonschema.Draft202012Validator(schema).is_valid(figure)
        assert takes(rule, figure) == wanted, (schema, rule, figure)


def takes(rule: dict[str, Any], figure: float) -> bool:
    """What a spreadsheet would say."""
    if rule["validate"] == "list":
        return str(figure) in rule["source"]
    if rule["validate"] == "custom":
        conditions = re.findall(r"G2(<=|>=|<|>|=)(-?[\d.]+)", rule["value"])
        signs = {"<=": float.__le__, ">=": float.__ge__, "<": float.__lt__, ">": float.__gt__}
        return all(signs[sign](float(figure), float(limit)) for sign, limit in conditions)
    if rule["validate"] == "integer" and figure != int(figure):
        return False
    if rule["criteria"] == "between":
        return bool(rule["minimum"] <= figure <= rule["maximum"])
    return bool(figure >= rule["value"] if rule["criteria"] == ">=" else figure <= rule["value"])


@given(st.text("0129Q-/ ", max_size=9), st.one_of(st.none(), st.dates()))
@settings(max_examples=40)
def test_days_are_in_order_whatever_the_period(period: str, due: datetime.date | None):
    first, last = days(period, due)
    assert first <= last
    assert due is None or first <= due <= last


# -- what is asked of write_forms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["industry-trade", "Sở Công Thương", "so cong thuong", "Department of Industry and Trade"]
)
def test_an_agency_goes_by_id_or_name(engine: Engine, name: str):
    (form,) = forms_of(EDITION, PLAN, agencies=[name], engine=engine)
    assert form.agency.id == "industry-trade"


def test_a_former_name_leads_to_the_successor(engine: Engine):
    (form,) = forms_of(EDITION, PLAN, agencies=["Sở Kế hoạch và Đầu tư"], due=LATE, engine=engine)
    assert (form.agency.id, form.name) == ("finance", "Sở Tài chính")


def test_one_that_only_changed_its_name_bears_the_new_one(engine: Engine):
    (form,) = forms_of(EDITION, PLAN, agencies=["agriculture"], due=LATE, engine=engine)
    assert form.name == "Sở Nông nghiệp và Môi trường"


def test_a_collective_asked_by_name_is_asked_for_everything(engine: Engine):
    (form,) = forms_of(EDITION, PLAN, agencies=["all-agencies"], engine=engine)
    assert len(form.asked) == 63


def test_wrong_agencies_are_named_all_at_once(engine: Engine):
    plan = document(agencies=[agency("science", duties=[lead("6.1.1")]), agency("idle")])
    with pytest.raises(UsageError) as error:
        forms_of(EDITION, plan, agencies=["scence", "idle", "science"], lang="en", engine=engine)
    assert "no agency scence. Did you mean science" in str(error.value)
    assert "idle supplies no figure" in str(error.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"due": "soon"}, "due must be a date"),
        ({"lang": "fr"}, "lang must be 'vi' or 'en'"),
        ({"edition": "pii-2025"}, "of the list vn-63, edition pii-2025 is on the list vn-34"),
        ({"last": pl.DataFrame({"area": ["Hà Nội"], "hdi": [0.8]})}, "have no row of Bắc Giang"),
        ({"plan": {**document(), "agencies": []}}, "names no agencies"),
    ],
)
def test_a_wrong_call_is_refused(engine: Engine, more: dict[str, Any], said: str):
    call = {"edition": EDITION, "plan": PLAN, "lang": "en", "engine": engine, **more}
    with pytest.raises(UsageError, match=re.escape(said)):
        forms_of(call.pop("edition"), call.pop("plan"), **call)


def test_faults_of_other_areas_in_last_years_figures_do_not_matter(engine: Engine):
    data = pl.DataFrame({"area": ["Bắc Giang", "Hà Nội", "Nowhere"], "hdi": [0.7, 1.8, 0.5]})
    (form,) = forms_of(EDITION, PLAN, agencies=["statistics"], last=data, engine=engine)
    assert form.last.values == {"hdi": 0.7}
    with pytest.raises(InputError, match="Bắc Giang"):
        forms_of(EDITION, PLAN, last=data.with_columns(hdi=1.8), engine=engine)


def test_last_years_figures_come_from_a_result_too(engine: Engine):
    data = pl.DataFrame({"area": ["24", "24"], "period": ["2022", "2023"], "hdi": [0.7, 0.71]})
    result = engine.evaluate(data, EDITION)
    (form,) = forms_of(EDITION, PLAN, agencies=["statistics"], last=result, engine=engine)
    assert (form.last.values, form.last.period) == ({"hdi": 0.71}, "2023")


def test_a_form_that_somebody_may_have_filled_is_not_written_over(tmp_path: Path, engine: Engine):
    (path,) = write_forms(tmp_path, EDITION, PLAN, agencies=["finance"], engine=engine)
    write_forms(tmp_path, EDITION, PLAN, agencies=["finance"], engine=engine)  # the same: nothing to lose
    path.write_bytes(b"filled")
    with pytest.raises(UsageError, match=path.name):
        write_forms(tmp_path, EDITION, PLAN, engine=engine)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"filled"
    write_forms(tmp_path, EDITION, PLAN, agencies=["finance"], engine=engine, force=True)
    assert path.read_bytes()[:2] == b"PK"


def test_the_command(tmp_path: Path):
    target = tmp_path / "phiếu của Sở"
    call = ["template", "--edition", EDITION, "--plan", PLAN, "--due", "31/03/2025"]
    some = ["--agency", "Sở Công Thương", "--agency", "statistics"]
    run = runner().invoke(cli, [*call, *some, "-o", str(target), "--json"])
    assert run.exit_code == 0, run.output
    made = json.loads(run.stdout)["forms"]
    assert [(entry["agency"], len(entry["items"])) for entry in made] == [("industry-trade", 1), ("statistics", 32)]
    assert all(Path(entry["path"]).is_file() for entry in made)
    run = runner().invoke(cli, [*call, *some, "-o", str(tmp_path / "en"), "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert run.stdout.startswith("! Edition pii-2024 is a reconstruction")
    assert f"{file_name(PLAN, EDITION, 'statistics')}: 32 figures" in run.stdout


def test_the_command_names_the_forms_that_it_does_not_write_over(tmp_path: Path):
    kept = tmp_path / file_name(PLAN, EDITION, "finance")
    kept.write_bytes(b"filled")
    run = runner().invoke(cli, ["template", "--plan", PLAN, "-o", str(tmp_path)])
    assert isinstance(run.exception, UsageError)
    assert kept.name in str(run.exception)
    assert "--force" in str(run.exception)


def test_every_shipped_item_is_defined_in_vietnamese(engine: Engine):
    assert set(shipped_definitions("vi")) == set(shipped_definitions("en"))


def test_a_plan_of_another_edition_is_remarked(engine: Engine):
    (form,) = forms_of("pii-2023", PLAN, agencies=["finance"], lang="en", engine=engine)
    content = form_bytes(form)
    frame = read_excel(content).load_sheet(0, header_row=None).to_polars()
    assert any("pii-2024, this form is for pii-2023" in str(cell) for cell in frame.to_series(0))
