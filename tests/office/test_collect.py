"""`collect`: nothing that came back is lost, and everything wrong is named by file, sheet and cell."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import piikit
from commands import runner
from form_faults import CONTACT, Seeded, blanks, filled, name_of, sample, spoilt
from piikit.cli import piikit as command
from piikit.files.headers import letter
from piikit.office.forms.collected import Collected
from piikit.office.forms.decisions import write_open
from piikit.office.forms.evidence import evidence_in, new_name
from piikit.result import frames_of


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Collected, list[Seeded]]:
    folder = tmp_path_factory.mktemp("phiếu thu thập")
    seeded = spoilt(folder, 7)
    return piikit.office.collect(folder), seeded


def test_forty_faults_in_eleven_forms_are_named_by_file_and_cell(judged: tuple[Collected, list[Seeded]]) -> None:
    back, seeded = judged
    found = {(row["file"], row["code"], row["sheet"], row["cell"]) for row in back.findings.iter_rows(named=True)}
    lost = [one for one in seeded if (one.file, one.code, one.sheet, one.cell) not in found]
    assert lost == []
    assert len(seeded) == 40
    assert len({one.file for one in seeded}) <= 11 == back.received["file"].drop_nulls().len()


def test_nothing_is_named_that_was_not_spoilt(judged: tuple[Collected, list[Seeded]]) -> None:
    back, seeded = judged
    known = {(one.file, one.sheet, one.cell) for one in seeded}
    extra = {
        (row["file"].split("_")[-1], row["code"], row["cell"])
        for row in back.findings.iter_rows(named=True)
        if (row["file"], row["sheet"], row["cell"]) not in known
    }
    # What stands beside the seeded faults: the rest of an added row, column and sheet, and the other bank.
    assert extra == {
        ("education-training.xlsx", "form_unread", "G10"),
        ("home-affairs.xlsx", "form_no_value", "H3"),
        ("science-technology.xlsx", "form_unread", "A1"),
        ("social-policy-bank.xlsx", "form_unread", "M1"),
        ("state-bank.xlsx", "form_conflict", "G2"),
    }


def test_what_was_not_spoilt_is_read_to_the_last_bit(judged: tuple[Collected, list[Seeded]]) -> None:
    back, _ = judged
    wrong = {row["column"] for row in back.findings.filter(severity="error").iter_rows(named=True) if row["column"]}
    read = dict(back.accepted.select("item", "value").iter_rows())
    there = {item for agency in blanks() for item in filled(agency).rows}
    gone = {
        "projects_in_industrial_clusters",
        "dti_digital_infrastructure",
        "projects_in_industrial_parks",
        "ocop_products_4_star",
        "communes",
        "par_index",
        "papi_e_governance",
        "national_gdp",
        "labour_productivity_growth",
    }
    for item in there - wrong - gone - {"fdi", "rd_personnel_fte"}:
        if item in read and read[item] != 7:  # 7 is what the seeded formula was saved with
            assert read[item] == sample()[item], item
    assert len(set(read) - wrong) >= 40
    assert read["fdi"] == 1250.5


def test_contacts_are_in_nothing_but_the_frame_of_contacts(
    judged: tuple[Collected, list[Seeded]], tmp_path: Path
) -> None:
    back, _ = judged
    frames = (back.submitted, back.accepted, back.findings, back.received)
    assert not any(CONTACT in str(frame.to_dicts()) for frame in frames)
    assert back.contacts["contact"].unique().to_list() == [CONTACT]
    for suffix in (".csv", ".json", ".parquet"):
        path = back.write(tmp_path / f"merged{suffix}", force=True)
        assert CONTACT.encode() not in path.read_bytes()
    assert CONTACT in back.write_contacts(tmp_path / "contacts.csv").read_text(encoding="utf-8-sig")


def test_texts_come_in_both_languages_without_a_gap(judged: tuple[Collected, list[Seeded]]) -> None:
    back, _ = judged
    for lang in ("vi", "en"):
        frame = evolve(back, lang=lang).findings
        assert frame["message"].null_count() == 0
        assert frame.filter(pl.col("message").str.contains(r"[{}]|finding\.|None")).is_empty()


def test_errors_keep_the_merged_table_from_being_written(
    judged: tuple[Collected, list[Seeded]], tmp_path: Path
) -> None:
    back, _ = judged
    with pytest.raises(piikit.UsageError, match="lỗi"):
        back.write(tmp_path / "merged.csv")
    assert list(tmp_path.iterdir()) == []


def test_memory_stays_bounded_whatever_is_handed_in(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(80_000_000))
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", random.Random(number).randbytes(500_000))
    with xlsxwriter.Workbook(tmp_path / "wide.xlsx") as file:
        file.add_worksheet().write_row(0, 0, range(10_000))
        file.add_worksheet().write_row(0, 0, range(10_001))
    tracemalloc.start()
    back = piikit.office.collect(tmp_path, "pii-2024", "bac-giang-2024")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(back) == ["form_unreadable"] * 3
    assert peak < 100_000_000


# -- sound forms -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "phiếu"
    made.mkdir()
    return made


def back_from(folder: Path, **more: Any) -> Collected:
    return piikit.office.collect(folder, "pii-2024", "bac-giang-2024", lang="en", **more)


def codes(back: Collected, *severities: str) -> list[str]:
    found = back.findings
    return (found.filter(pl.col("severity").is_in(severities)) if severities else found)["code"].to_list()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_the_merged_table_is_what_evaluate_reads(folder: Path, tmp_path: Path, suffix: str) -> None:
    for agency in ("finance", "statistics"):
        filled(agency).save(folder / name_of(agency))
    back = back_from(folder)
    assert codes(back) == []
    result = piikit.evaluate(back.write(tmp_path / f"merged{suffix}"), "pii-2024")
    assert "unknown_column" not in result.findings["code"]
    row = frames_of(result).inputs.frame.row(0, named=True)
    wanted = {item: sample()[item] for agency in ("finance", "statistics") for item in filled(agency).rows}
    assert {item: row[item] for item in wanted} == wanted


def test_moved_columns_and_rows_and_renamed_sheets_change_nothing(folder: Path) -> None:
    book = filled("statistics")
    cells = book.sheets.pop("Số liệu")
    height = max(row for row, _ in cells)
    book.sheets = {
        "Sheet1": {(5 + (height - row if row else -1), 14 - column): value for (row, column), value in cells.items()},
        **book.sheets,
    }
    book.sheets["gì đó"] = book.sheets.pop("_piikit")
    book.save(folder / "trả lời.xlsx")
    back = back_from(folder)
    assert codes(back) == []
    assert dict(back.accepted.select("item", "value").iter_rows()) == {
        i: sample()[i] for i in filled("statistics").rows
    }


def test_a_form_in_english_is_read_as_well(folder: Path) -> None:
    book = filled("finance", lang="en")
    sheet = next(name for name in book.sheets if name not in ("_piikit", "Guide") and (0, 6) in book.sheets[name])
    book.sheets[sheet][1, 6], book.sheets[sheet][1, 7], book.sheets[sheet][1, 9] = 12.5, "Report", "report.pdf"
    book.save(folder / "finance.xlsx")
    back = back_from(folder)
    assert codes(back) == []
    assert back.accepted.select("item", "value", "agency").rows() == [("education_spending", 12.5, "finance")]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20).map("xx".__add__),
    row=st.integers(0, 60),
    column=st.integers(12, 40),
)
def test_whatever_stands_outside_the_form_is_listed(folder: Path, text: str, row: int, column: int) -> None:
    book = filled("industry-trade")
    book.sheets["Số liệu"][row, column] = text
    book.save(folder / name_of("industry-trade"))
    found = back_from(folder).findings
    assert found.select("code", "sheet", "row", "cell", "value").rows() == [
        ("form_unread", "Số liệu", row + 1, f"{letter(column)}{row + 1}", unicodedata.normalize("NFC", text))
    ]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "a" * 10_000, '"', "\u202eabc", "_x0041_"])
def test_hostile_texts_are_told_as_they_were_typed(folder: Path, tmp_path: Path, text: str) -> None:
    book = filled("industry-trade")
    book.put("projects_in_industrial_clusters", "source", text)
    book.sheets["Số liệu"][9, 9] = text
    book.save(folder / name_of("industry-trade"))
    back = back_from(folder)
    assert back.findings.filter(code="form_unread")["value"].to_list() == [text]
    assert back.submitted["source"].to_list() == [text]
    again = piikit.evaluate(back.write(tmp_path / "merged.xlsx"), "pii-2024")
    assert frames_of(again).inputs.trail["source"].to_list() == [text]


def test_what_is_no_form_is_named_and_stops_nothing(folder: Path) -> None:
    filled("finance").save(folder / name_of("finance"))
    (folder / "con").mkdir()
    for name in ("~$x.xlsx", "scan.pdf", "con/thư.doc", "form.xls", "empty.xlsx"):
        (folder / name).write_bytes(b"")
    piikit.office.write_findings(pl.DataFrame({"x": ["y"]}), folder / "other.xlsx")
    back = back_from(folder)
    assert back.findings.select("file", "code").rows() == [
        ("con/thư.doc", "form_skipped"),
        ("empty.xlsx", "form_unreadable"),
        ("form.xls", "form_unreadable"),
        ("other.xlsx", "form_not_one"),
        ("scan.pdf", "form_skipped"),
        ("~$x.xlsx", "form_open"),
    ]
    assert back.accepted.height == 4


def test_a_form_of_another_edition_is_not_used_and_its_figures_are_listed(folder: Path) -> None:
    book = filled("industry-trade")
    book.sheets["_piikit"][1, 1] = "pii-2023"
    book.save(folder / name_of("industry-trade"))
    back = back_from(folder)
    assert back.accepted.is_empty()
    assert codes(back) == ["form_other", *["form_unread"] * 4]
    assert back.received.filter(file=name_of("industry-trade"))["status"].to_list() == ["unreadable"]


# -- several files -----------------------------------------------------------------------------------------------


def test_a_later_revision_wins_and_a_copy_counts_once(folder: Path) -> None:
    old, new = filled("finance"), filled("finance")
    old.put("learners", "value", 1)
    new.put("education_spending", "value", None)
    old.save(folder / name_of("finance"))
    new.save(folder / f"{name_of('finance')[:-5]}_r2.xlsx")
    new.save(folder / f"{name_of('finance')[:-5]}_r2 (1).xlsx")
    back = back_from(folder)
    assert sorted(codes(back, "warning")) == ["form_no_value", "form_superseded_figure"]
    assert sorted(codes(back, "info")) == ["form_copy", "form_no_value", "form_superseded"]
    assert back.accepted.select("item", "value", "revision").rows()[0] == ("learners", sample()["learners"], 2)
    assert back.submitted.filter(item="learners").select("value", "used").rows() == [
        (sample()["learners"], True),
        (1.0, False),
    ]
    assert back.received.filter(agency="finance")["used"].sum() == 1


def test_two_files_of_one_revision_that_differ_are_a_conflict(folder: Path) -> None:
    for name, value in (("a.xlsx", 5), ("b.xlsx", 6)):
        book = filled("industry-trade")
        book.put("projects_in_industrial_clusters", "value", value)
        book.save(folder / name)
    back = back_from(folder)
    assert codes(back, "error") == ["form_conflict"] * 2
    assert back.accepted.is_empty()


def test_who_is_late_and_who_is_missing(folder: Path) -> None:
    for agency in ("finance", "statistics"):
        filled(agency).save(folder / name_of(agency))
    (folder / "received.csv").write_text(
        f"file,date\n{name_of('finance')},2025-04-02\n{name_of('statistics')},01/03/2025\nx.xlsx,2025-01-01\n",
        encoding="utf-8",
    )
    back = back_from(folder, due="2024-12-31")
    status = dict(back.received.select("agency", "status").iter_rows())
    assert status["finance"] == status["statistics"] == "late"
    assert status["industry-trade"] == "missing"
    assert codes(back) == ["received_unknown"]
    assert "form_file_date" in codes(back_from(_without(folder), due="2024-12-31"))


def _without(folder: Path) -> Path:
    (folder / "received.csv").unlink()
    return folder


# -- decisions ---------------------------------------------------------------------------------------------------

HEAD = "agency,item,submitted,accepted,reason,decided_on,decided_by\n"


@pytest.fixture
def disputed(folder: Path) -> Path:
    """Two banks that do not agree, and a figure that is no number."""
    for agency, value in (("state-bank", 100), ("social-policy-bank", 110)):
        book = filled(agency)
        book.put("private_credit", "value", value)
        book.save(folder / name_of(agency))
    book = filled("industry-trade")
    book.put("projects_in_industrial_clusters", "value", "khoảng 20")
    book.save(folder / name_of("industry-trade"))
    return folder


def test_a_decision_settles_what_was_submitted(disputed: Path) -> None:
    rows = (
        "state-bank,private_credit,100,105,Thống nhất tại cuộc họp,2025-03-20,Chủ tịch\n"
        "industry-trade,projects_in_industrial_clusters,khoảng 20,–,Không có số,20/03/2025,\n"
    )
    (disputed / "decisions.csv").write_text(HEAD + rows, encoding="utf-8")
    back = back_from(disputed)
    assert back.sound
    row = back.accepted.filter(item="private_credit").row(0, named=True)
    told = {name: row[name] for name in ("value", "status", "submitted", "reason", "decided_by", "agency")}
    assert told == {
        "value": 105.0,
        "status": "accepted",
        "submitted": "100",
        "reason": "Thống nhất tại cuộc họp",
        "decided_by": "Chủ tịch",
        "agency": "state-bank",
    }
    assert back.accepted.filter(item="projects_in_industrial_clusters").is_empty()
    assert back.accepted.filter(item="microfinance_loans")["status"].to_list() == ["submitted"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("state-bank,private_credit,99,105,r,2025-03-20,", "decision_stale"),
        ("state-bank,private_credit,100,105,,2025-03-20,", "decision_no_reason"),
        ("state-bank,private_credit,100,105,r,bald,", "decision_no_date"),
        ("state-bank,private_credit,100,-5,r,2025-03-20,", "decision_bad_number"),
        ("state-bank,private_credit,100,1.234,r,2025-03-20,", "decision_bad_number"),
        ("state-banc,private_credit,100,105,r,2025-03-20,", "decision_unknown"),
        ("state-bank,private_credi,100,105,r,2025-03-20,", "decision_unknown"),
        (
            "state-bank,private_credit,100,105,r,2025-03-20,\nstate-bank,private_credit,100,106,r,2025-03-20,",
            "decision_twice",
        ),
        (
            "state-bank,private_credit,100,105,r,2025-03-20,\nsocial-policy-bank,private_credit,110,106,r,2025-03-20,",
            "decision_conflict",
        ),
    ],
)
def test_a_decision_that_does_not_hold_is_named_and_not_used(disputed: Path, row: str, code: str) -> None:
    (disputed / "decisions.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    back = back_from(disputed)
    assert code in codes(back, "error")
    assert back.accepted.filter(item="private_credit").is_empty()
    found = back.findings.filter(code=code).row(0, named=True)
    assert found["file"] == "decisions.csv"
    assert found["row"] >= 2


def test_open_figures_are_added_to_the_decisions_and_nothing_there_is_changed(disputed: Path) -> None:
    path = disputed / "decisions.csv"
    mine = (
        "agency;item;submitted;accepted;reason;decided_on;decided_by;ghi chú\nstate-bank;private_credit;100;;;;;để sau"
    )
    path.write_text(mine, encoding="utf-8")
    assert write_open(path, back_from(disputed).open) == 2
    text = path.read_text(encoding="utf-8-sig")
    assert text.startswith(mine)
    assert text.splitlines()[2:] == [
        "industry-trade;projects_in_industrial_clusters;khoảng 20;;;;;",
        "social-policy-bank;private_credit;110;;;;;",
    ]
    assert write_open(path, back_from(disputed).open) == 0
    assert path.read_text(encoding="utf-8-sig") == text


# -- the dossier -------------------------------------------------------------------------------------------------


@pytest.fixture
def proof(folder: Path) -> Path:
    book = filled("finance")
    for item, text in (
        ("education_spending", "Báo cáo: số 1?.pdf"),
        ("learners", "../../etc/passwd.txt"),
        ("st_budget_spending", "link.pdf"),
        ("local_budget_spending", "QĐ 12/QĐ-UBND"),
    ):
        book.put(item, "evidence", text)
    book.save(folder / name_of("finance"))
    (folder / "evidence" / "finance").mkdir(parents=True)
    (folder / "evidence" / "finance" / "Báo cáo: số 1?.pdf").write_bytes(b"%PDF")
    (folder / "evidence" / "link.pdf").symlink_to("/etc/hostname")
    return folder


def test_the_dossier_holds_values_evidence_and_what_is_missing(proof: Path, tmp_path: Path) -> None:
    back = back_from(proof)
    made = back.dossier(tmp_path / "hồ sơ")
    assert sorted(path.name for path in made.iterdir()) == [
        "README.txt",
        "evidence",
        "findings.csv",
        "index.csv",
        "missing.csv",
        "values.csv",
        "values.xlsx",
    ]
    assert [path.name for path in (made / "evidence").iterdir()] == ["2.1.3_01_Báo cáo- số 1-.pdf"]
    index = pl.read_csv(made / "index.csv").row(0, named=True)
    assert index["sha256"] == hashlib.sha256(b"%PDF").hexdigest()
    assert (index["bytes"], index["original"], index["agency"]) == (4, "finance/Báo cáo: số 1?.pdf", "finance")
    values = pl.read_csv(made / "values.csv")
    whole = piikit.evaluate(piikit.sample(), "pii-2024").scores.filter(area="24", code="2.1.3")["value"][0]
    assert values.filter(item="education_spending")["value"][0] == whole
    assert values.filter(pl.col("item_value").is_not_null())["item"].n_unique() == 4
    codes = pl.read_csv(made / "findings.csv")["code"].to_list()
    assert codes == ["reconstructed_edition", "evidence_outside", "evidence_link"]
    lacking = pl.read_csv(made / "missing.csv")
    assert set(lacking.filter(pl.col("what") == "no file of evidence")["text"]) == {
        "../../etc/passwd.txt",
        "link.pdf",
        "QĐ 12/QĐ-UBND",
    }
    assert "reconstruction" in (made / "README.txt").read_text(encoding="utf-8-sig")
    assert CONTACT.encode() not in b"".join(path.read_bytes() for path in made.rglob("*.csv"))


def test_the_folder_of_evidence_may_be_any_and_no_form_is_looked_for_in_it(proof: Path, tmp_path: Path) -> None:
    (proof / "evidence").rename(proof / "minh chứng")
    shutil.copy(proof / name_of("finance"), proof / "minh chứng" / name_of("finance"))
    back = back_from(proof, evidence=proof / "minh chứng")
    assert [row["file"] for row in back.received.drop_nulls("file").iter_rows(named=True)] == [name_of("finance")]
    assert "form_skipped" not in codes(back)
    made = back.dossier(tmp_path / "hồ sơ")
    assert pl.read_csv(made / "index.csv")["original"].to_list() == ["finance/Báo cáo: số 1?.pdf"]


def test_evidence_in_another_place_than_was_said_is_named(proof: Path, tmp_path: Path) -> None:
    back = back_from(proof, evidence=tmp_path)
    named = back.findings.filter(code="form_skipped")["file"].to_list()
    assert "evidence/finance/Báo cáo: số 1?.pdf" in named


def test_tables_of_a_dossier_say_the_warning_even_where_they_have_no_row(folder: Path, tmp_path: Path) -> None:
    filled("finance", fill=False).save(folder / name_of("finance"))
    made = back_from(folder).dossier(tmp_path / "hồ sơ")
    index = pl.read_csv(made / "index.csv").rows(named=True)
    assert [(row["file"], "reconstruction" in row["warning"]) for row in index] == [(None, True)]


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("CON.pdf", "1.1.2_01_CON.pdf"),
        ("a. .", "1.1.2_01_a"),
        ("b" * 99 + ". and more", "1.1.2_01_" + "b" * 99),
        ("a\u202efdp.exe", "1.1.2_01_afdp.exe"),
        ("x:y|z*.pdf", "1.1.2_01_x-y-z-.pdf"),
    ],
)
def test_a_new_name_is_one_that_windows_takes(original: str, name: str) -> None:
    assert new_name("1.1.2", 1, original) == name
    assert new_name("con.1", 1, original) == name.replace("1.1.2", "_con.1")


def test_files_of_evidence_beyond_the_limit_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"%PDF")
    monkeypatch.setattr("piikit.office.forms.evidence.MAX_FILES", 3)
    assert not evidence_in(tmp_path).more
    monkeypatch.setattr("piikit.office.forms.evidence.MAX_FILES", 2)
    found = evidence_in(tmp_path)
    assert (found.more, [path.name for path in found.files.values()]) == (True, ["a.pdf", "b.pdf"])


def test_a_dossier_of_too_many_files_says_so(proof: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("piikit.office.forms.evidence.MAX_FILES", 0)
    made = back_from(proof).dossier(tmp_path / "dossier")
    assert "evidence_many" in pl.read_csv(made / "findings.csv")["code"].to_list()


def test_a_dossier_replaces_an_older_one_and_nothing_else(proof: Path, tmp_path: Path) -> None:
    back, target = back_from(proof), tmp_path / "hồ sơ"
    first = {path.name: path.read_bytes() for path in back.dossier(target).glob("*.csv")}
    assert {path.name: path.read_bytes() for path in back.dossier(target).glob("*.csv")} == first
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "work.txt").write_text("mine")
    with pytest.raises(piikit.UsageError, match="no dossier"):
        back.dossier(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hồ sơ", "other", "phiếu"]


# -- the command -------------------------------------------------------------------------------------------------


def run(*args: str) -> Any:
    return runner().invoke(command, ["collect", *args])


def test_the_command_shows_all_and_writes_only_what_is_sound(disputed: Path, tmp_path: Path) -> None:
    out, found = tmp_path / "merged.csv", tmp_path / "findings.xlsx"
    done = run(str(disputed), "-o", str(out), "--findings", str(found), "--write-decisions", "--due", "2030-01-01")
    assert done.exit_code == 1
    assert not out.exists()
    assert found.exists()
    assert "khoảng 20" in done.stdout
    assert "chưa nộp" in done.stdout
    assert (disputed / "decisions.csv").read_text(encoding="utf-8-sig").count("\n") == 4
    assert run(str(disputed), "-o", str(out), "--force", "--contacts", str(tmp_path / "c.csv")).exit_code == 1
    assert pl.read_csv(out)["item"].to_list() == ["microfinance_loans"]


def test_one_command_names_all_forty_faults_in_its_findings(tmp_path: Path) -> None:
    (tmp_path / "phiếu").mkdir()
    seeded = spoilt(tmp_path / "phiếu", 7)
    done = run(str(tmp_path / "phiếu"), "--findings", str(tmp_path / "findings.csv"))
    assert done.exit_code == 1
    found = pl.read_csv(tmp_path / "findings.csv", infer_schema=False)
    named = set(found.select("file", "code", "sheet", "cell").iter_rows())
    assert [one for one in seeded if (one.file, one.code, one.sheet, one.cell) not in named] == []


def test_the_command_in_json(disputed: Path) -> None:
    done = run(str(disputed), "--json", "--lang", "en")
    told = json.loads(done.stdout)
    assert told["sound"] is False
    assert told["edition_status"] == "reconstructed"
    assert "reconstruction" in told["warnings"][0]
    assert CONTACT not in done.stdout


@pytest.mark.parametrize(
    "args", [["-o", "x.doc"], ["--findings", "x.doc"], ["--contacts", "x.xlsx"], ["--decisions", "no.csv"]]
)
def test_wrong_use_is_said(folder: Path, args: list[str]) -> None:
    filled("finance").save(folder / name_of("finance"))
    done = run(str(folder), *args)
    assert isinstance(done.exception, piikit.UsageError)


def test_a_folder_without_a_form_says_what_to_name(folder: Path) -> None:
    with pytest.raises(piikit.UsageError, match="edition, plan"):
        piikit.office.collect(folder, lang="en")
