"""Reports as documents of Word: their parts, that tables hold what the frames hold, and what never stands in them."""

from __future__ import annotations

import json
import zipfile

import docx
import polars as pl
import pytest
from click.testing import CliRunner

import piikit
from office import convert, needs_office
from piikit.cli import piikit as command
from piikit.findings.errors import DocumentError, UsageError
from piikit.findings.finding import FIRST
from piikit.findings.messages import messages, number
from piikit.framework.documents import parse
from piikit.office.reports import pictures
from piikit.office.reports.documents import agency_ids
from piikit.office.reports.documents.kinds import LAYOUTS
from piikit.office.reports.documents.paper import roman

PUBLISHED = [
    {"area": "Bắc Giang", "code": code, "score": score, "rank": rank}
    for code, score, rank in (("PII", 46.51, 11), ("1", 67.23, 4), ("3", 69.32, 5), ("5", 43.96, 7), ("7", 66.21, 1))
]
HOSTILE = '=HYPERLINK("x")\x07<b>&\u202eabc"' + "dài " * 2_500
CONTACT = {"name": "Nguyễn Kín", "phone": "0204 555 111", "email": "kin@example.vn"}
HEAD = {"superior": "UBND tỉnh", "issuer": "Sở KH&CN", "abbreviation": "SKHCN", "place": "Bắc Giang"}


@pytest.fixture(scope="module", params=["vi", "en"])
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def result(engine, lang):
    base = engine.evaluate(edition="pii-2023", scores=PUBLISHED, plan="bac-giang-2024", lang=lang)
    return engine.evaluate(piikit.sample(), "pii-2024", plan="bac-giang-2024", baseline=base, lang=lang)


@pytest.fixture(scope="module")
def files(result, tmp_path_factory):
    """The three kinds on a path with spaces and diacritics."""
    folder = tmp_path_factory.mktemp("báo cáo năm")
    made = {}
    for kind in LAYOUTS:
        agency = "science-technology" if kind == "agency" else None
        made[kind] = piikit.office.report(result, folder / f"{kind} ở đây.docx", kind, agency=agency, letterhead=HEAD)
    return made


def texts(path):
    """Every paragraph, in the body and in tables, in order."""
    body = docx.Document(str(path)).element.body
    return ["".join(part.text or "" for part in p.iter("{*}t")) for p in body.iter("{*}p")]


def parts(path):
    """All the XML of a document as one text."""
    with zipfile.ZipFile(path) as file:
        return "\n".join(
            file.read(name).decode("utf-8") for name in file.namelist() if name.endswith((".xml", ".rels"))
        )


def rows(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def heads(path):
    return [(p.style.name, p.text) for p in docx.Document(str(path)).paragraphs if p.style.name.startswith("Heading")]


@pytest.mark.parametrize("kind", LAYOUTS)
def test_headings_stand_in_the_order_of_the_kind(files, lang, kind):
    words = messages(lang)
    wanted = []
    for number_, (first, sections) in enumerate(LAYOUTS[kind], 1):
        wanted.append(("Heading 1", f"{roman(number_)}. {words.text(f'document.heading.{first}').upper()}"))
        named = [second for second, _ in sections if second is not None]
        wanted += [
            ("Heading 2", f"{place}. {words.text(f'document.heading.{second}')}")
            for place, second in enumerate(named, 1)
        ]
    assert heads(files[kind]) == wanted


@pytest.mark.parametrize("kind", LAYOUTS)
def test_the_warnings_stand_before_the_first_part(files, result, lang, kind):
    lines = texts(files[kind])
    first = next(place for place, line in enumerate(lines) if line.startswith("I. "))
    for item in result.all_findings:
        if item.code in FIRST:
            said = item.line(lang).split("\n")[0]
            assert any(line.startswith(said) for line in lines[:first]), item.code


def test_the_annex_holds_every_condition_as_the_frames_have_it(files, result, lang):
    table = docx.Document(str(files["province"])).tables[-1]
    header, *body = rows(table)
    words = messages(lang)
    keys = ("number", "indicator", "unit", "baseline", "required", "actual", "lead", "coordinating", "status")
    assert header == [words.text(f"document.column.{key}") for key in keys]
    before = {row["code"]: row for row in PUBLISHED}
    wanted = []
    frame = result.attainment.filter(pl.col("condition") != "all")
    for row in frame.iter_rows(named=True):
        decimals = 2 if row["metric"] == "score" else 0
        then = before.get(row["code"], {}).get(row["metric"])
        wanted.append(
            [number(then, lang, decimals), number(row["actual"], lang, decimals), words.text(f"status.{row['status']}")]
        )
    assert [[row[3], row[5], row[8]] for row in body] == wanted
    assert [row[0] for row in body] == [str(place) for place in range(1, frame.height + 1)]


def test_the_table_of_pillars_holds_the_rounded_figures_of_the_frames(files, result, lang):
    _, *body = rows(docx.Document(str(files["province"])).tables[1])
    mine = {row["code"]: row for row in result.scores.filter(area="24").iter_rows(named=True)}
    every = result.table("score")
    for row in body:
        code = row[0].split(" ")[0]
        scores = every[code].sort(descending=True)
        assert row[1:5] == [
            number(mine[code]["score"], lang, 2),
            f"{mine[code]['rank']}/63",
            number(scores.median(), lang, 2),
            number(scores[9], lang, 2),
        ]


def test_every_target_stands_with_its_status_and_reason(files, result, lang):
    table = next(
        t
        for t in docx.Document(str(files["ministry"])).tables
        if len(t.columns) == 6
        and len(t.rows) == 10
        and t.cell(0, 0).text == messages(lang).text("document.column.target")
    )
    whole = result.attainment.filter(condition="all")
    assert [row[4:] for row in rows(table)[1:]] == [
        [messages(lang).text(f"status.{status}"), reason] for status, reason in whole.select("status", "reason").rows()
    ]


def test_the_agencys_table_holds_its_indicators(files, result, lang):
    mine = result.by_agency(roles=("lead", "supply_data")).filter(agency="science-technology")
    table = next(t for t in docx.Document(str(files["agency"])).tables if len(t.columns) == 8)
    shown = [[row[0].split(" ")[0], row[3], row[6]] for row in rows(table)[1:]]
    assert shown == [
        [code, number(score, lang, 2), number(gap, lang, 2)]
        for code, score, gap in mine.select("code", "score", "index_gap").rows()
    ]


def test_what_the_letterhead_leaves_out_is_dotted(files, lang):
    lines = texts(files["province"])
    words = messages(lang)
    assert words.text("document.head.number", number="      ", letters="SKHCN") in lines
    assert any(line.startswith("Bắc Giang, ") and "…" in line for line in lines)
    assert any(line.startswith(words.text("document.head.to")) and "…" in line for line in lines)


def test_the_same_result_gives_the_same_bytes(files, result, tmp_path):
    again = piikit.office.report(result, tmp_path / "x.docx", "agency", agency="science-technology", letterhead=HEAD)
    assert again.read_bytes() == files["agency"].read_bytes()


def test_pages_are_a4_with_the_margins_of_the_decree_and_the_annex_lies_across(files):
    first, annex = docx.Document(str(files["province"])).sections
    assert [round(side.mm) for side in (first.page_width, first.page_height)] == [210, 297]
    margins = [round(getattr(first, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")]
    assert margins == [20, 20, 30, 15]
    assert round(annex.page_width.mm) == 297
    assert first.different_first_page_header_footer and annex.different_first_page_header_footer


def test_charts_have_a_text_for_those_who_cannot_see_them(files):
    said = [entry.get("descr") for entry in docx.Document(str(files["province"])).element.body.iter("{*}docPr")]
    assert len(said) == 4 and all(said)


@pytest.fixture(scope="module")
def hostile(engine):
    """A plan whose names are hostile and whose agency has a contact, on one published rank."""
    plan = {
        "id": "p",
        "title": {"vi": HOSTILE, "en": HOSTILE},
        "area": "24",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["invented"],
        "targets": [
            {
                "id": "t",
                "name": {"vi": HOSTILE, "en": HOSTILE},
                "node": "PII",
                "conditions": [{"metric": "rank", "is": "at_most", "value": 10}],
            }
        ],
        "agencies": [
            {
                "id": "science",
                "name": {"vi": HOSTILE, "en": HOSTILE},
                "contact": CONTACT,
                "duties": [{"role": "lead", "nodes": ["6.*"]}],
            }
        ],
        "tasks": [{"id": "late", "text": {"vi": HOSTILE}, "lead": "science", "due": "2024-06"}],
    }
    return engine.evaluate(edition="pii-2024", plan=plan, scores=[{"area": "24", "code": "PII", "rank": 10}], lang="vi")


@pytest.mark.parametrize("kind", LAYOUTS)
def test_hostile_text_is_text_and_contacts_are_nowhere(hostile, tmp_path, kind):
    path = piikit.office.report(hostile, tmp_path / "x.docx", kind, agency="science" if kind == "agency" else None)
    shown = "\n".join(texts(path))
    assert '=HYPERLINK("x")\N{REPLACEMENT CHARACTER}<b>&\u202eabc"dài' in shown
    assert "\u202e" in shown and shown.count("\u202e") <= shown.count("\u202c")
    whole = parts(path)
    assert not any(secret in whole for secret in CONTACT.values())
    about = docx.Document(str(path)).core_properties
    assert (about.author, about.last_modified_by, about.created.year) == ("", "", 2000)


def test_charts_without_figures_are_left_out_with_a_line_that_says_so(hostile, tmp_path):
    path = hostile.write(tmp_path / "x.docx")  # the same writer as the kind "province"
    lines = texts(path)
    words = messages("vi")
    assert words.text("document.chart.no_pillars") in lines
    assert len(list(docx.Document(str(path)).element.body.iter("{*}docPr"))) == 2  # ranks and tasks are known


def test_an_area_that_has_ended_is_reported_without_figures(engine, tmp_path):
    scores = [{"area": "Bắc Ninh", "code": "PII", "score": 48.76, "rank": 6}]
    later = engine.evaluate(edition="pii-2025", scores=scores, plan="bac-giang-2024", lang="vi")
    shown = "\n".join(texts(piikit.office.report(later, tmp_path / "x.docx", "ministry")))
    assert later.attainment["reason"][0] in shown
    assert "48,76" not in shown


def test_wrong_use_is_named(result, tmp_path):
    target = tmp_path / "x.docx"
    with pytest.raises(UsageError, match=r"did you mean 'science-technology'"):
        piikit.office.report(result, target, "agency", agency="science-tecnology")
    with pytest.raises(UsageError, match=r"needs agency=.*Known: science-technology"):
        piikit.office.report(result, target, "agency")
    with pytest.raises(UsageError, match=r"kind must be one of .*did you mean 'ministry'"):
        piikit.office.report(result, target, "minister")
    with pytest.raises(UsageError, match=r"\.docx, (not|không phải) '\.pdf'"):
        piikit.office.report(result, tmp_path / "x.pdf")
    with pytest.raises(DocumentError) as caught:
        piikit.office.report(result, target, letterhead={"isuer": "x", "date": "soon", "signer": {"rank": 1}})
    assert caught.value.findings["column"].to_list() == ["/", "/date", "/signer"]
    with pytest.raises(DocumentError, match="2025-02-30"):
        piikit.office.report(result, target, letterhead={"date": "2025-02-30"})
    assert not target.exists()


def test_a_report_needs_a_plan(engine, tmp_path):
    alone = engine.evaluate(edition="pii-2024", scores=[{"area": "24", "code": "PII", "rank": 10}])
    with pytest.raises(UsageError, match="about a plan"):
        alone.write(tmp_path / "x.docx")


def test_agencies_that_were_taken_over_write_no_report(result):
    assert "planning-investment" in agency_ids(result, "2025-12-30")
    assert "planning-investment" not in agency_ids(result, "2026-01-01")


def test_a_chart_is_the_same_picture_twice():
    rows = [{"name": "Thể chế", "figure": 1.5, "label": "1,5"}]
    first = pictures.bars(rows, axis="điểm", comma=True)
    assert first == pictures.bars(rows, axis="điểm", comma=True)
    assert first.startswith(b"\x89PNG")


def test_the_example_of_a_letterhead_is_parsed_whole(tmp_path):
    text = '{"issuer": "A", "issuer": "B"}'
    with pytest.raises(DocumentError):
        parse(text, name="letterhead")


def test_the_command_writes_a_report_of_each_agency_into_a_folder(tmp_path):
    names = {"vi": "Sở", "en": "Department"}
    plan = {
        "id": "p",
        "title": names,
        "area": "24",
        "areas": "vn-63",
        "edition": "pii-2024",
        "sources": ["invented"],
        "targets": [{"id": "t", "node": "PII", "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}],
        "agencies": [{"id": id, "name": names} for id in ("first", "second")],
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "scores.csv").write_text("area,code,rank\n24,PII,10\n", encoding="utf-8")
    given = ["report", "--plan", str(tmp_path / "plan.json"), "--scores", str(tmp_path / "scores.csv"), "-k", "agency"]
    done = CliRunner().invoke(command, [*given, "-o", str(tmp_path / "đơn vị")])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "đơn vị").iterdir()) == ["first.docx", "second.docx"]
    wrong = CliRunner().invoke(command, [*given, "-o", str(tmp_path / "all.docx")])
    assert isinstance(wrong.exception, UsageError) and "into a folder" in str(wrong.exception)


@pytest.mark.office
@needs_office
def test_every_kind_opens_in_libreoffice(files, tmp_path):
    made = convert(list(files.values()), "pdf", tmp_path)
    assert [path.stem for path in made] == [path.stem for path in files.values()]
