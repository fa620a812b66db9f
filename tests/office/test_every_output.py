"""What holds for every file that piikit writes, whatever stands in plan, edition, data and forms.

Each kind of file is made once, from hostile documents; each test then looks into all of them and names those that fail.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from attrs import frozen

import piikit
from commands import called
from documents import data, edition, indicator
from file_text import file_text
from form_faults import Book
from office import convert, needs_office
from piikit.files.xlsx.grid import grids
from piikit.office.forms.layout import LIMITS
from piikit.result import frames_of

LINK = '=HYPERLINK("http://x.example","y")'
PLUS = "+cmd|' /C calc'!A1"
TURNED = "\u202etúp \u200f\"'<b>&amp;"
CONTROL = "\x07 chuông \x1b[31m"
LONG = "dài " * 2_500
FIELDS = 'INCLUDETEXT "C:\\\\x" \\* MERGEFORMAT'
IN_PLAN = {"name": "Nguyễn Kín", "phone": "0204 555 111", "email": "kin@example.vn"}
IN_FORM = "Trần Giấu 0912 000 111 giau@example.vn"
PEOPLE = (*IN_PLAN.values(), "Trần Giấu", "0912 000 111", "giau@example.vn")
EDITION = {
    "id": "hostile",
    "extends": "pii-2024",
    "title": {"vi": TURNED, "en": TURNED},
    "sources": [LINK, PLUS + CONTROL, LONG],
    "change": {"6.2.1": {"name": {"vi": LINK, "en": LINK}}, "6": {"name": {"vi": PLUS + LONG, "en": PLUS}}},
}
PLAN = {
    "id": "con.plan",
    "title": {"vi": TURNED + LONG, "en": TURNED},
    "area": "24",
    "areas": "vn-63",
    "edition": "hostile",
    "sources": [LINK, CONTROL],
    "agencies": [
        {
            "id": "con",
            "name": {"vi": LINK + LONG, "en": LINK},
            "contact": IN_PLAN,
            "duties": [{"role": "lead", "nodes": ["6.2.1"], "note": {"vi": PLUS, "en": PLUS}}],
        },
        {"id": "other.", "name": {"vi": TURNED + CONTROL, "en": TURNED}, "contact": IN_PLAN},
    ],
    "tasks": [
        {
            "id": "late",
            "text": {"vi": FIELDS, "en": FIELDS},
            "lead": "con",
            "coordinate": ["other."],
            "due": "2024-06",
            "output": {"vi": LINK, "en": LINK},
        }
    ],
    "targets": [
        {
            "id": "t",
            "name": {"vi": LINK, "en": LINK},
            "node": "6.2.1",
            "conditions": [{"metric": "rank", "is": "at_most", "value": 10}],
        },
        {
            "id": "u",
            "name": {"vi": LONG, "en": LONG},
            "node": "PII",
            "conditions": [{"metric": "rank", "is": "at_most", "value": 10}],
        },
    ],
}
SMALL = edition(
    indicator("x", name={"vi": LINK, "en": LINK}),
    indicator("y", name={"vi": PLUS, "en": LONG}),
    id="hostile",
    status="reconstructed",
    sources=[LINK],
    areas=[{"code": "p", "name": LINK}, {"code": "q", "name": TURNED + CONTROL}, {"code": "r", "name": "@" + LONG}],
)
WARNING = re.compile(r"Bộ chỉ số hostile(-on-vn-34)? được dựng lại từ nguồn công khai")

INTERNAL = ("liên hệ.csv", "kế hoạch có liên hệ.xlsx")
"""Files that name people: made only on request, for use inside the office."""
TOLD = ("lỗi biểu mẫu.csv", "lỗi biểu mẫu.json", "lỗi biểu mẫu.xlsx", "loi-bieu-mau.xlsx")
"""Findings on returned forms quote what was typed in wrong places: for the office and the agency concerned."""
OF_PEOPLE = ("plan.json", "edition.json", "year.json", "cac-tinh.csv", "bao-cao.pdf")
"""What people put into the folder of a year, or change there."""
DOCUMENTS = ("year-state.json", "bộ chỉ số.json", "bộ chỉ số 34.json", "kế hoạch.json")
"""Notes of piikit for itself; documents read back, which are the edition and the plan themselves."""


@frozen
class Made:
    """All files: their names below the folder, and their paths."""

    folder: Path
    files: dict[str, Path]

    def of(self, *suffixes: str, but: tuple[str, ...] = ()) -> dict[str, Path]:
        return {
            name: path
            for name, path in self.files.items()
            if (not suffixes or path.suffix.lower() in suffixes) and path.name not in but
        }


def sent_back(form: Path, back: Path, proof: str) -> None:
    """A form filled with figures of the sample, hostile texts, a contact, and a remark outside the table."""
    book = Book(
        {
            grid.name: {
                at: cell.number if cell.number is not None and cell.kind == "number" else cell.text
                for at, cell in grid.cells.items()
            }
            for grid in grids(form.read_bytes(), form.name, LIMITS)
        }
    )
    row = frames_of(piikit.evaluate(piikit.sample(), "pii-2024")).inputs.frame.filter(area="24").row(0, named=True)
    for item in book.rows:
        book.put(item, "value", row[item])
        book.put(item, "source", LINK)
        book.put(item, "date", datetime.date(2024, 12, 31))
        book.put(item, "evidence", proof)
        book.put(item, "contact", IN_FORM)
        book.put(item, "note", PLUS)
        proof = "@vắng.pdf"
    book.sheets["Số liệu"][0, 14] = f"{LINK} {IN_FORM}"
    back.parent.mkdir(parents=True, exist_ok=True)
    book.save(back)


def a_year(folder: Path, engine: piikit.Engine) -> None:
    """The folder of a year from the first run to the reports, and another one whose figures hold an error."""
    others = pl.read_csv(piikit.sample()).filter(pl.col("area") != "Bắc Giang").head(9)
    for place, figures in (("năm", others), ("năm lỗi", pl.DataFrame({"area": ["Hà Nội"], "hdi": [1.8]}))):
        year = folder / place
        (year / "3-so-lieu").mkdir(parents=True)
        (year / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
        (year / "edition.json").write_text(json.dumps(EDITION), encoding="utf-8")
        figures.write_csv(year / "3-so-lieu/cac-tinh.csv")
        asked = {"edition": "edition.json", "plan": "plan.json", "lang": "vi"}
        first = piikit.office.run_year(year, on="2025-02-01", engine=engine, **asked)  # type: ignore[arg-type]
        assert first.written
    year = folder / "năm"
    for form in (year / "1-bieu-mau").glob("*.xlsx"):
        sent_back(form, year / "2-nop-ve" / form.name, "con/bao-cao.pdf")
    (year / "3-so-lieu/minh-chung/con").mkdir(parents=True)
    (year / "3-so-lieu/minh-chung/con/bao-cao.pdf").write_bytes(b"%PDF-1.4")
    last = piikit.office.run_year(year, on="2025-02-01", engine=engine)
    assert not last.failed, last.steps["reason"].to_list()


def of_forms(folder: Path, engine: piikit.Engine) -> None:
    """What collect writes, apart from the year."""
    year = folder / "năm"
    back = engine_collect(year, engine)
    for suffix in ("csv", "json", "parquet", "xlsx"):
        back.write(folder / f"tổng hợp.{suffix}")
    back.write_contacts(folder / "liên hệ.csv")
    back.dossier(folder / "hồ sơ")
    words = ["collect", str(year / "2-nop-ve"), "-e", str(year / "edition.json"), "-p", str(year / "plan.json")]
    for suffix in ("csv", "json", "xlsx"):
        called(*words, "--lang", "vi", "--findings", str(folder / f"lỗi biểu mẫu.{suffix}"))


def engine_collect(year: Path, engine: piikit.Engine) -> piikit.office.Collected:
    return piikit.office.collect(
        year / "2-nop-ve",
        year / "edition.json",
        year / "plan.json",
        evidence=year / "3-so-lieu/minh-chung",
        engine=engine,
    )


def of_results(folder: Path, engine: piikit.Engine) -> None:
    """Results, findings, an audit, a large file, figures of merged areas; areas, too, bear hostile names."""
    result = engine.evaluate(data(), SMALL, lang="vi")
    for suffix in ("csv", "json", "parquet", "xlsx"):
        result.write(folder / f"kết quả.{suffix}")
        if suffix != "parquet":
            piikit.office.write_findings(result.findings, folder / f"lỗi.{suffix}")
    result.write(folder / "kết quả cho người.csv", decimal=",")
    result.audit().write(folder / "kiểm định.xlsx")
    (folder / "small.json").write_text(json.dumps(SMALL), encoding="utf-8")
    data().write_csv(folder / "small.csv")
    engine.stream(folder / "small.csv", folder / "small.json", to=folder / "lớn.parquet", lang="vi")
    (folder / "giải thích.json").write_text(
        json.dumps(result.explain("p", "I").to_dict(), ensure_ascii=False), encoding="utf-8"
    )
    for name in ("small.json", "small.csv"):
        (folder / name).unlink()


def of_documents(folder: Path, engine: piikit.Engine) -> None:
    """Editions and plans there and back, and the figures of merged areas, by the commands."""
    year = folder / "năm"
    paths = {"e": str(year / "edition.json"), "p": str(year / "plan.json"), "d": piikit.sample()}
    piikit.office.export_edition(SMALL, folder / "bộ chỉ số.xlsx", engine=engine)
    piikit.office.export_edition(EDITION, folder / "bộ chỉ số phủ.xlsx", engine=engine)
    plan = {**PLAN, "edition": "pii-2024"}
    (folder / "p.json").write_text(json.dumps(plan), encoding="utf-8")
    piikit.office.export_plan(folder / "p.json", folder / "kế hoạch.xlsx", engine=engine)
    piikit.office.export_plan(folder / "p.json", folder / "kế hoạch có liên hệ.xlsx", contacts=True, engine=engine)
    (folder / "p.json").unlink()
    called("edition", "import", str(folder / "bộ chỉ số.xlsx"), "-o", str(folder / "bộ chỉ số.json"))
    called("plan", "import", str(folder / "kế hoạch.xlsx"), "-o", str(folder / "kế hoạch.json"))
    for suffix in ("csv", "json", "parquet"):
        words = ["merge", str(paths["d"]), "-e", paths["e"], "--lang", "vi", "-o", str(folder / f"ghép.{suffix}")]
        called(*words, "--edition-output", str(folder / "bộ chỉ số 34.json"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, engine: piikit.Engine) -> Made:
    """Every kind of file, once."""
    folder = tmp_path_factory.mktemp("mọi tệp đầu ra")
    for part in (a_year, of_forms, of_results, of_documents):
        part(folder, engine)
    given = ("2-nop-ve", ".piikit", "minh-chung")
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(path.relative_to(folder).parts) & set(given) and path.name not in OF_PEOPLE
    }
    return Made(folder, files)


def failing(files: dict[str, Path], holds: Callable[[Path], bool]) -> list[str]:
    return [name for name, path in files.items() if not holds(path)]


def test_the_kinds_of_files_are_all_here(made: Made) -> None:
    names = " ".join(made.files)
    for wanted in (
        "năm/1-bieu-mau/_con.plan_hostile_con.xlsx",
        "năm/3-so-lieu/tong-hop.csv",
        "năm/3-so-lieu/loi-bieu-mau.xlsx",
        "năm/4-ket-qua/ket-qua.xlsx",
        "năm/4-ket-qua/nhiem-vu.xlsx",
        "năm/5-bao-cao/bao-cao-tinh.docx",
        "năm/5-bao-cao/bao-cao-bo.docx",
        "năm/5-bao-cao/bao-cao-co-quan_con.docx",
        "năm lỗi/4-ket-qua/loi-so-lieu.xlsx",
        "năm/5-bao-cao/ho-so-gui-bo/index.csv",
        "kết quả.csv-metadata.json",
        "tổng hợp.parquet",
        "hồ sơ/missing.csv",
        "lớn.parquet",
        "ghép.csv",
        "bộ chỉ số 34.json",
        "kiểm định.xlsx",
        "lỗi biểu mẫu.json",
    ):
        assert wanted in names


# -- the warning -------------------------------------------------------------------------------------------------


def test_every_file_says_that_the_edition_is_a_reconstruction(made: Made) -> None:
    alone = (*DOCUMENTS, "giải thích.json", "kế hoạch.xlsx", "kế hoạch có liên hệ.xlsx")
    files = {name: path for name, path in made.of(but=alone).items() if "/evidence/" not in name}
    assert failing(files, lambda path: WARNING.search(file_text(path)) is not None) == []


def test_documents_and_explanations_say_it_by_their_status(made: Made) -> None:
    for name in ("bộ chỉ số.json", "giải thích.json"):
        assert json.loads(made.files[name].read_text(encoding="utf-8"))["status"] == "reconstructed", name
    # The plan names an edition that is installed; its workbook says what is known of that one.
    assert "Bộ chỉ số pii-2024 được dựng lại" in file_text(made.files["kế hoạch.xlsx"])


# -- text is text ------------------------------------------------------------------------------------------------


def parts(path: Path) -> Iterator[tuple[str, str]]:
    """The parts of a package that are XML; all of them must be well formed."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                text = package.read(name).decode("utf-8")
                ElementTree.fromstring(text)
                yield name, text


def inert_workbook(path: Path) -> bool:
    found = list(parts(path))
    sheets = [text for name, text in found if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    names = [name for name, _ in found]
    return not (
        any(re.search(r"<f[ >]|<hyperlinks?[ >]|<oleObject|<externalReference", text) for text in sheets)
        or any("externalLink" in name or "vbaProject" in name for name in names)
        or any('TargetMode="External"' in text for name, text in found if name.endswith(".rels"))
    )


def test_no_workbook_holds_a_formula_or_a_link(made: Made) -> None:
    assert failing(made.of(".xlsx"), inert_workbook) == []


def inert_document(path: Path) -> bool:
    found = list(parts(path))
    fields = {code.strip() for _, text in found for code in re.findall(r"<w:instrText[^>]*>([^<]*)<", text)}
    fields |= {code.strip() for _, text in found for code in re.findall(r'w:instr="([^"]*)"', text)}
    links = any('TargetMode="External"' in text for name, text in found if name.endswith(".rels"))
    return fields <= {"PAGE", "NUMPAGES", "SECTIONPAGES"} and not links


def test_no_document_holds_a_field_but_the_number_of_the_page_or_a_link(made: Made) -> None:
    assert failing(made.of(".docx"), inert_document) == []


def inert_csv(path: Path) -> bool:
    text = path.read_bytes().decode("utf-8-sig")
    delimiter = ";" if text.split("\n", 1)[0].count(";") > 2 else ","
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
    number = re.compile(r"-?[0-9]+([.,][0-9]+)?(e-?[0-9]+)?", re.IGNORECASE)
    return not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and not number.fullmatch(cell)]


def test_no_cell_of_a_csv_runs_in_a_spreadsheet(made: Made) -> None:
    assert failing(made.of(".csv"), inert_csv) == []


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("năm/4-ket-qua/ket-qua.xlsx", [LINK, PLUS, LONG.strip()]),
        ("năm/4-ket-qua/nhiem-vu.xlsx", [LINK + LONG.strip(), FIELDS]),
        ("năm/1-bieu-mau/_con.plan_hostile_con.xlsx", [LINK + LONG.strip()]),
        ("năm/5-bao-cao/bao-cao-tinh.docx", [LINK + LONG.strip(), FIELDS, "\u202etúp", "chuông"]),
        ("năm/5-bao-cao/ho-so-gui-bo/values.csv", ["'" + LINK]),
        ("tổng hợp.csv", ["'" + LINK]),
        ("tổng hợp.json", [LINK]),
        ("tổng hợp.parquet", [LINK]),
        ("tổng hợp.xlsx", [LINK]),
        ("kết quả.csv", ["'" + LINK, "'@" + LONG.strip(), "\u202etúp"]),
        ("kết quả.json", ["@" + LONG.strip(), "\u202etúp"]),
        ("kết quả.xlsx", [LINK, "@" + LONG.strip()]),
        ("kết quả.parquet", [LINK, "@" + LONG.strip()]),
        ("kiểm định.xlsx", [LINK]),
        ("bộ chỉ số.xlsx", [LINK, "@" + LONG.strip()]),
        ("kế hoạch.xlsx", [LINK, LONG.strip()]),
    ],
)
def test_texts_stand_as_they_were_given(made: Made, name: str, texts: list[str]) -> None:
    shown = file_text(made.files[name])
    assert [text[:60] for text in texts if " ".join(text.split()) not in shown] == []


# -- people ------------------------------------------------------------------------------------------------------


def test_nobody_is_named_in_a_published_file(made: Made) -> None:
    files = made.of(but=(*INTERNAL, *TOLD))
    assert failing(files, lambda path: not any(secret in file_text(path) for secret in PEOPLE)) == []


def test_the_files_that_may_name_people_do(made: Made) -> None:
    """So that the search above is known to find a name where there is one."""
    for name, secret in (
        ("liên hệ.csv", IN_FORM),
        ("kế hoạch có liên hệ.xlsx", IN_PLAN["email"]),
        ("lỗi biểu mẫu.xlsx", IN_FORM),
        ("lỗi biểu mẫu.csv", IN_FORM),
    ):
        assert secret in file_text(made.files[name])


# -- evidence and names ------------------------------------------------------------------------------------------


def test_a_file_of_evidence_named_in_a_form_is_in_the_dossier_under_its_code(made: Made) -> None:
    for folder in ("năm/5-bao-cao/ho-so-gui-bo", "hồ sơ"):
        index = pl.read_csv(made.folder / folder / "index.csv")
        assert index["original"].to_list() == ["con/bao-cao.pdf"]
        assert index["file"][0] == f"evidence/{index['code'][0]}_01_bao-cao.pdf"
        assert "6.2.1" in index["codes"][0].split(", ")
        assert (made.folder / folder / index["file"][0]).read_bytes() == b"%PDF-1.4"


DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])$", re.IGNORECASE)


def test_windows_takes_every_name(made: Made) -> None:
    names = {part for path in made.files for part in path.split("/")}
    refused = [
        name
        for name in names
        if re.search(r'[<>:"\\|?*\x00-\x1f]|[ .]$', name) or DEVICES.match(name.split(".")[0].strip())
    ]
    assert refused == []


# -- LibreOffice -------------------------------------------------------------------------------------------------

KINDS = (
    "năm/1-bieu-mau/_con.plan_hostile_con.xlsx",
    "năm/3-so-lieu/loi-bieu-mau.xlsx",
    "năm/4-ket-qua/ket-qua.xlsx",
    "năm/4-ket-qua/nhiem-vu.xlsx",
    "năm/5-bao-cao/bao-cao-tinh.docx",
    "năm/5-bao-cao/bao-cao-bo.docx",
    "năm/5-bao-cao/bao-cao-co-quan_con.docx",
    "hồ sơ/values.xlsx",
    "tổng hợp.xlsx",
    "kết quả.xlsx",
    "kiểm định.xlsx",
    "bộ chỉ số.xlsx",
    "bộ chỉ số phủ.xlsx",
    "kế hoạch.xlsx",
)
"""Every kind of workbook and document, one file each, two where a plan or an overlay gives other sheets."""


@pytest.mark.office
@needs_office
def test_every_kind_of_workbook_and_document_becomes_pages(made: Made, tmp_path: Path) -> None:
    copies = []
    for place, name in enumerate(KINDS):
        copies.append(Path(shutil.copy(made.files[name], tmp_path / f"{place} {Path(name).name}")))
    pages = {path.name: pages_of(path) for path in convert(copies, "pdf", tmp_path / "trang in")}
    assert [name for name, count in pages.items() if count == 0] == []


def pages_of(path: Path) -> int:
    content = path.read_bytes()
    return len(re.findall(rb"/Type ?/Page[^s]", content)) if content.startswith(b"%PDF-") else 0
