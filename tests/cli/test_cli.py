"""The command: exit codes, what goes to which stream, JSON for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

import piikit
from commands import Done, called, started
from piikit.framework.documents import schema

SAMPLE = str(piikit.sample())
BAD = "area,period,hdi,population\nHà Nội,2024,1.8,abc\nHà Nộ,2024,0.7,1000\n"
PILLARS = "area,code,score\n" + "".join(
    f"Bắc Ninh,{code},{score}\n"
    for code, score in zip("1234567", (59.17, 39.99, 62.30, 47.43, 56.40, 28.74, 60.20), strict=True)
)


def run(*args: str, stdin: str = "") -> Done:
    return called(*args, stdin=stdin.encode())


def valid(document: Any) -> Any:
    jsonschema.Draft202012Validator(schema("result.schema.json")).validate(document)
    return document


@pytest.mark.parametrize(
    ("args", "stdin", "env", "code", "joined"),
    [
        (("--version",), "", {}, 0, False),
        (("evaluate", SAMPLE, "--json"), "", {}, 0, False),
        (("evaluate", "-", "--edition", "pii-2024", "--top", "1"), Path(SAMPLE).read_text("utf-8"), {}, 0, False),
        (("evaluate", "-", "--on-findings", "keep"), BAD, {"PIIKIT_LANG": "vi"}, 1, False),
        (("evaluate", "-", "--on-findings", "keep"), BAD, {"PIIKIT_LANG": "vi"}, 1, True),
        (("plugins",), "", {"PIIKIT_BLOCK": "impact,market"}, 0, False),
        (("evaluate", SAMPLE), "", {"PIIKIT_BLOCK": "impact"}, 1, False),
        (("evaluate", "no-such-file.csv", "--lang", "vi"), "", {}, 2, False),
        (("evaluate", "--no-such-option"), "", {}, 2, True),
    ],
    ids=["version", "file", "stdin", "bad data", "one stream", "environment", "error", "wrong use", "wrong option"],
)
def test_a_command_called_by_tests_is_as_one_that_is_started(
    args: tuple[str, ...], stdin: str, env: dict[str, str], code: int, joined: bool
) -> None:
    here, there = (way(*args, stdin=stdin.encode(), env=env, joined=joined) for way in (called, started))
    assert here == there
    assert here.returncode == code
    assert here.stdout or here.stderr


def test_evaluate_prints_a_table_with_the_warnings_first() -> None:
    done = run("evaluate", SAMPLE, "--top", "3")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("pii-2024")
    assert lines[1].startswith("! Edition pii-2024 is a reconstruction")
    assert any(line.startswith("! These are sample data") for line in lines)
    assert "60 more areas" in done.stdout


def test_evaluate_json_follows_its_schema() -> None:
    done = run("evaluate", SAMPLE, "--json")
    assert done.returncode == 0, done.stderr
    answer = valid(json.loads(done.stdout))
    assert len(answer["scores"]) == 63 * 78
    assert answer["findings"][0]["code"] == "reconstructed_edition"


def test_standard_input_gives_the_same_figures_as_the_file() -> None:
    from_file = json.loads(run("evaluate", SAMPLE, "--json").stdout)
    from_pipe = json.loads(run("evaluate", "-", "--json", stdin=Path(SAMPLE).read_text(encoding="utf-8")).stdout)
    assert from_pipe["scores"] == from_file["scores"]
    assert from_pipe["record"]["id"] == from_file["record"]["id"]


@pytest.mark.parametrize("form", ["rows", "columns", "ndjson"])
def test_standard_input_may_be_json(form: str) -> None:
    rows = [{"area": "Hà Nội", "hdi": 0.8}, {"area": "Cao Bằng", "hdi": 0.6}]
    text = {
        "rows": json.dumps(rows),
        "columns": json.dumps({key: [row[key] for row in rows] for key in rows[0]}),
        "ndjson": "\n".join(json.dumps(row) for row in rows),
    }[form]
    done = run("evaluate", "-", "--json", stdin=text)
    assert done.returncode == 0, done.stderr
    scores = {(row["area"], row["code"]): row["score"] for row in json.loads(done.stdout)["scores"]}
    assert (scores["01", "7.2.4"], scores["04", "7.2.4"]) == (100.0, 0.0)


def test_bad_data_end_in_one_error_with_everything_on_standard_error(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    done = run("evaluate", "-", "-o", str(target), stdin=BAD)
    assert done.returncode == 1
    assert done.stdout == ""
    for part in ("Hà Nộ ", "hdi: above the maximum 1", "population: not a number", "abc"):
        assert part in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_bad_data_with_json_still_answer_by_the_schema() -> None:
    done = run("evaluate", "-", "--json", stdin=BAD)
    assert done.returncode == 1
    answer = valid(json.loads(done.stdout))
    assert answer["record"] is None
    assert answer["scores"] == []
    assert {"unknown_area", "above_maximum", "not_a_number"} <= {row["code"] for row in answer["findings"]}


def test_keep_evaluates_what_is_sound_and_still_exits_with_1() -> None:
    done = run("evaluate", "-", "--json", "--on-findings", "keep", stdin=BAD)
    assert done.returncode == 1
    answer = valid(json.loads(done.stdout))
    assert {row["area"] for row in answer["scores"]} == {"01"}


def test_check_names_everything_and_evaluates_nothing() -> None:
    done = run("check", "-", "--lang", "vi", stdin=BAD)
    assert done.returncode == 1
    assert "Lỗi" in done.stdout
    assert "hdi: trên mức tối đa 1" in done.stdout


def test_check_writes_its_findings_to_files_beside_printing_them(tmp_path: Path) -> None:
    targets = [tmp_path / name for name in ("lỗi.json", "lỗi.csv")]
    done = run("check", "-", "--lang", "vi", *(part for path in targets for part in ("-o", str(path))), stdin=BAD)
    assert done.returncode == 1
    assert "hdi: trên mức tối đa 1" in done.stdout
    rows = json.loads(targets[0].read_text(encoding="utf-8"))
    printed = run("check", "-", "--lang", "vi", "--json", stdin=BAD)
    assert rows == json.loads(printed.stdout)["findings"]
    assert pl.read_csv(targets[1], infer_schema=False).height == len(rows)
    assert [line for line in done.stderr.splitlines() if line] == [f"Đã ghi: {path}" for path in targets]


@pytest.mark.parametrize("stdin", [BAD, "\0"])
def test_check_writes_no_file_where_one_cannot_be_written_or_nothing_was_checked(stdin: str, tmp_path: Path) -> None:
    last = "b.docx" if stdin == BAD else "b.csv"
    done = run("check", "-", "-o", str(tmp_path / "a.json"), "-o", str(tmp_path / last), stdin=stdin)
    assert (done.returncode, done.stdout) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_said_in_the_language_asked_for() -> None:
    assert "có byte rỗng ở vị trí 0" in run("check", "-", "--lang", "vi", stdin="\0").stderr


def test_check_of_sound_data_exits_with_0() -> None:
    done = run("check", SAMPLE)
    assert done.returncode == 0
    assert "No errors." in done.stdout


def test_explain_says_the_same_as_the_library() -> None:
    done = run("explain", SAMPLE, "bac giang", "6.1.1", "--json")
    assert done.returncode == 0, done.stderr
    expected = piikit.evaluate(piikit.sample(), "pii-2024").explain("Bắc Giang", "6.1.1").to_dict()
    assert json.loads(done.stdout) == json.loads(json.dumps(expected))


def test_explain_for_people_speaks_vietnamese() -> None:
    done = run("explain", SAMPLE, "Bắc Giang", "6.1.1", "--lang", "vi")
    assert "công thức: patent_applications / population * 10000" in done.stdout


def test_published_scores_need_no_data(tmp_path: Path) -> None:
    file = tmp_path / "điểm công bố.csv"
    file.write_text(PILLARS, encoding="utf-8")
    done = run("evaluate", "--edition", "pii-2025", "--scores", str(file), "--json")
    assert done.returncode == 0, done.stderr
    scores = {row["code"]: row["score"] for row in json.loads(done.stdout)["scores"]}
    assert [round(scores[code], 2) for code in ("IN", "OUT", "PII")] == [53.06, 44.47, 48.76]


def test_output_files_are_named_and_hold_the_result(tmp_path: Path) -> None:
    target = tmp_path / "result.json"
    done = run("evaluate", SAMPLE, "-o", str(target))
    assert str(target) in done.stderr
    valid(json.loads(target.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("evaluate", "no-such-file.csv"), "no-such-file.csv"),
        (("evaluate", SAMPLE, "--edition", "pii-2042"), "pii-2042"),
        (("evaluate",), "scores"),
        (("evaluate", SAMPLE, "--level", "pilar"), "pillar"),
        (("evaluate", SAMPLE, "-o", "out.pptx"), ".pptx"),
        (("check", SAMPLE, "-o", "out.parquet"), ".parquet"),
        (("explain", SAMPLE, "Hà Nội", "9.9.9"), "9.9.9"),
        (("explain", SAMPLE, "Atlantis", "PII"), "Atlantis"),
        (("plugins", "--block", "knowlege"), "knowledge"),
        (("evaluate", SAMPLE, "--baseline", SAMPLE), "--baseline-edition"),
    ],
)
def test_wrong_use_exits_with_2_and_says_what(args: tuple[str, ...], named: str) -> None:
    done = run(*args)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_plugins_lists_each_pillar_and_what_it_provides() -> None:
    done = run("plugins", "--json")
    listed = {row["name"]: row for row in json.loads(done.stdout)}
    assert listed["impact"]["state"] == "loaded"
    assert "indicators:pii.hdi" in listed["impact"]["provides"]


def test_a_blocked_plugin_is_shown_and_an_edition_that_needs_it_fails_naming_the_indicator() -> None:
    done = run("evaluate", SAMPLE, "--block", "impact")
    assert done.returncode == 1
    assert "pii.hdi" in done.stderr


def test_editions_are_listed_with_their_status() -> None:
    done = run("editions", "--json")
    statuses = {row["id"]: row["status"] for row in json.loads(done.stdout)}
    assert {statuses[f"pii-{year}"] for year in (2023, 2024, 2025)} == {"reconstructed"}


def test_an_old_code_page_gets_vietnamese_out_all_the_same() -> None:
    done = started("editions", "--lang", "vi", env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    assert "Chỉ số đổi mới sáng tạo" in done.stdout


@pytest.mark.parametrize("library", ["click", "rich"])
def test_a_missing_extra_is_one_clear_line(library: str, tmp_path: Path) -> None:
    missing = f"raise ModuleNotFoundError('no {library}', name='{library}')"
    (tmp_path / f"{library}.py").write_text(missing, encoding="utf-8")
    done = started("plugins", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.strip() == "the command piikit needs the extra 'cli': pip install 'piikit[cli]'"


def test_text_from_the_data_is_never_read_as_markup(tmp_path: Path) -> None:
    document = {
        "id": "plain",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Thử", "en": "Test"},
        "sources": ["test"],
        "nodes": [{"code": "T", "level": "index"}, {"code": "x", "parent": "T", "level": "indicator"}],
    }
    edition = tmp_path / "plain.json"
    edition.write_text(json.dumps(document), encoding="utf-8")
    done = run("evaluate", "-", "--edition", str(edition), stdin="area,x\n[bold red]A[/],1\nB,2\n")
    assert "[bold red]A[/]" in done.stdout
