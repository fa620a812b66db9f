"""The folder of a year: what is skipped, what is never overwritten, what happens when a run ends half way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

import piikit
from piikit.framework.documents import schema_faults
from piikit.office.year.deliver import clean
from piikit.office.year.lock import locked
from piikit.office.year.run import run
from piikit.plans.progress import day_asked
from piikit.result import frames_of
from piikit.results import writers
from piikit.results.writers import Writer
from years import PARTS, year

FORM = "2-returned/science.csv"
OTHERS = "3-figures/others.csv"


def others() -> bytes:
    frame = pl.read_csv(piikit.sample())
    return frame.filter(pl.col("area") != "Bắc Giang").write_csv().encode()


@pytest.fixture(scope="module")
def figures() -> bytes:
    return others()


@pytest.fixture(scope="module")
def rendered() -> dict[tuple[str, ...], list[tuple[str, bytes]]]:
    """The files of results by the record that made them."""
    return {}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, rendered: dict[tuple[str, ...], list[tuple[str, bytes]]]) -> None:
    """Do not wait for the disk, and write the workbook of one record once: here only the order of things is tested."""
    monkeypatch.setattr("piikit.files.safe_writing.os.fsync", lambda handle: None)

    def files_of(writer: Writer, result: piikit.Result, path: str | Path, decimal: str = ".") -> dict[Path, bytes]:
        path = Path(path)
        key = (writer.suffix, result.record["id"], result.lang, path.name, decimal)
        if key not in rendered:
            rendered[key] = [
                (made.name, held) for made, held in writers.files_of(writer, result, path, decimal).items()
            ]
        return {path.with_name(name): held for name, held in rendered[key]}

    monkeypatch.setattr("piikit.result.files_of", files_of)


def put(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (1_700_000_000, 1_700_000_000))  # the day of a file is part of what is read
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that a person sees in the folder, and its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".piikit" not in path.parts
    }


def status(run: piikit.office.YearRun) -> dict[str, str]:
    return dict(run.steps.select("step", "status").iter_rows())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, engine: piikit.Engine, figures: bytes) -> Path:
    """A folder in which everything was done. Tests copy it."""
    folder = tmp_path_factory.mktemp("filled") / "Năm 2024 của tỉnh"
    year(folder, engine, lang="en", due="2024-11-30")
    put(folder, FORM, "item,value\npatent_applications,12\n")
    put(folder, OTHERS, figures)
    run = year(folder, engine)
    assert not run.failed, run.steps
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "Năm 2024"))


# -- the first run -----------------------------------------------------------------------------------------------


def test_an_empty_folder_gets_its_document_subfolders_forms_and_a_list(tmp_path: Path, engine: piikit.Engine) -> None:
    run = year(tmp_path / "mới", engine, due="2024-11-30")
    names = set(contents(tmp_path / "mới"))
    assert {"year.json", "year-state.json", "VIEC-TIEP-THEO.txt", "1-bieu-mau/p_pii-2024_science.txt"} <= names
    assert {name.split("/")[0] for name in names if name.endswith("DOC-TRUOC.txt")} == {
        "1-bieu-mau",
        "3-so-lieu",
        "4-ket-qua",
        "5-bao-cao",
    }
    document = json.loads((tmp_path / "mới/year.json").read_text(encoding="utf-8"))
    assert list(schema_faults(document, "year.schema.json")) == []
    assert status(run) == {
        "folders": "done",
        "forms": "done",
        "collect": "waiting",
        "dossier": "waiting",
        "evaluate": "waiting",
        "reports": "waiting",
        "next": "done",
    }
    assert "30/11/2024" in run.next[0]


def test_every_text_says_first_that_the_edition_is_a_reconstruction(filled: Path) -> None:
    texts = {name: content.decode("utf-8-sig") for name, content in contents(filled).items() if name.endswith(".txt")}
    told = [name for name, text in texts.items() if "reconstruction" in text[:400]]
    assert set(texts) - set(told) == {name for name in texts if name.startswith("1-forms/p_")}


def test_a_contact_is_in_no_file_of_the_folder(filled: Path) -> None:
    found = [name for name, content in contents(filled).items() if "Nguyễn Bí Mật".encode() in content]
    assert found == ["plan.json"]


def test_without_a_plan_the_known_ones_are_named(tmp_path: Path, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match=r"--plan.*bac-giang-2024"):
        piikit.office.run_year(tmp_path / "new", on="2024-10-01", engine=engine)
    assert list(tmp_path.iterdir()) == []


# -- later runs --------------------------------------------------------------------------------------------------


def test_a_run_in_which_nothing_changed_skips_every_step_and_writes_nothing(
    folder: Path, engine: piikit.Engine
) -> None:
    def never(*args: Any, **options: Any) -> Any:
        raise AssertionError("nothing has changed")

    before = contents(folder)
    run = year(folder, engine, parts=attrs.evolve(PARTS, write_forms=never, collect=never, report=never))
    assert set(status(run).values()) == {"skipped", "done"}
    assert run.written == ()
    assert contents(folder) == before


def test_a_changed_form_is_read_again_and_the_forms_are_not_made_again(folder: Path, engine: piikit.Engine) -> None:
    put(folder, FORM, "item,value\npatent_applications,13\n")
    run = year(folder, engine)
    assert status(run) == {
        "folders": "skipped",
        "forms": "skipped",
        "collect": "done",
        "dossier": "done",
        "evaluate": "done",
        "reports": "done",
        "next": "done",
    }
    assert "13.0" in (folder / "3-figures/merged.csv").read_text(encoding="utf-8")


def test_a_file_that_somebody_deleted_is_made_again(folder: Path, engine: piikit.Engine) -> None:
    before = contents(folder)
    (folder / "5-reports/report-province.docx").unlink()
    assert status(year(folder, engine))["reports"] == "done"
    assert contents(folder) == before


def test_the_figures_of_the_result_are_those_of_evaluate(folder: Path, engine: piikit.Engine) -> None:
    result = engine.evaluate([folder / "3-figures/merged.csv", folder / OTHERS], "pii-2024", plan=folder / "plan.json")
    written = json.loads((folder / "4-results/result.json").read_text(encoding="utf-8"))
    assert written["scores"] == json.loads(json.dumps(result.to_dict()))["scores"]


def test_published_scores_alone_are_enough_for_results_and_reports(tmp_path: Path, engine: piikit.Engine) -> None:
    put(tmp_path, "3-figures/published.csv", "area,code,score,rank\nBắc Giang,PII,,10\n")
    run = year(tmp_path, engine, lang="en")
    assert status(run)["evaluate"] == status(run)["reports"] == "done"
    assert any("Targets: 1 met" in text for text in run.next)
    assert not any("cannot be judged" in text for text in run.next)


def test_own_figures_alone_give_results_and_say_what_they_cannot_tell(tmp_path: Path, engine: piikit.Engine) -> None:
    put(tmp_path, FORM, "item,value\npatent_applications,12\n")
    run = year(tmp_path, engine, lang="en")
    assert status(run)["evaluate"] == "done"
    assert any("no published scores and no figures of the other areas" in text for text in run.next)


def test_errors_in_forms_are_counted_by_file_and_nothing_is_merged(tmp_path: Path, engine: piikit.Engine) -> None:
    put(tmp_path, FORM, "item,value\npatent_applications,\n")
    run = year(tmp_path, engine, lang="en")
    assert "Clear up 1 error in science.csv; each cell is in 3-figures/findings-forms.xlsx." in run.next
    assert not (tmp_path / "3-figures/merged.csv").exists()
    assert status(run)["evaluate"] == "waiting"


def test_told_to_keep_it_merges_what_is_sound(tmp_path: Path, engine: piikit.Engine) -> None:
    put(tmp_path, FORM, "item,value\npatent_applications,\nhdi,0.8\n")
    year(tmp_path, engine, lang="en")
    document = json.loads((tmp_path / "year.json").read_text(encoding="utf-8"))
    put(tmp_path, "year.json", json.dumps({**document, "on_findings": "keep"}))
    assert status(year(tmp_path, engine))["evaluate"] == "done"
    assert "hdi" in (tmp_path / "3-figures/merged.csv").read_text(encoding="utf-8")


def test_errors_in_the_figures_as_a_whole_are_written_and_stay_said(folder: Path, engine: piikit.Engine) -> None:
    put(folder, OTHERS, "area,hdi\nHà Nội,1.8\n")
    for _ in range(2):
        run = year(folder, engine)
        assert status(run)["evaluate"] == "failed"
        assert status(run)["reports"] == "waiting"
        assert "the figures hold 1 error;" in run.next[0]
    assert (folder / "4-results/findings-figures.xlsx").exists()


def test_what_to_do_next_names_who_is_missing_and_what_is_late(folder: Path, engine: piikit.Engine) -> None:
    texts = "\n".join(year(folder, engine).next)
    assert "Urge 1 agency whose form is not back: Education." in texts
    assert "Urge 1 task that is late: Issue a plan (Education: due on 2024-08-31, 31 days late)" in texts
    assert texts == "\n".join(year(folder, engine).next)
    assert "late" not in "\n".join(year(folder, engine, on="2024-08-01").next)


def test_a_failing_part_stops_no_other_and_is_tried_again(folder: Path, engine: piikit.Engine) -> None:
    def fails(*args: Any, **options: Any) -> Any:
        raise piikit.MissingExtraError("reports need the extra 'report'")

    put(folder, FORM, "item,value\npatent_applications,14\n")
    run = year(folder, engine, parts=attrs.evolve(PARTS, report=fails))
    assert status(run)["evaluate"] == "done"
    assert (status(run)["reports"], run.failed) == ("failed", True)
    assert "the extra 'report'" in run.next[0]
    assert status(year(folder, engine))["reports"] == "done"


# -- what people change ------------------------------------------------------------------------------------------


def test_a_changed_file_stays_and_the_new_version_stands_beside_it(folder: Path, engine: piikit.Engine) -> None:
    mine = put(folder, "5-reports/report-province.docx", "my own words")
    put(folder, FORM, "item,value\npatent_applications,15\n")
    run = year(folder, engine)
    assert mine.read_bytes() == b"my own words"
    assert run.beside == (folder / "5-reports/report-province (new).docx",)
    assert "report-province (new).docx" in run.next[-1]
    put(folder, "5-reports/report-province (new).docx", "and these")
    put(folder, FORM, "item,value\npatent_applications,16\n")
    assert year(folder, engine).beside == (folder / "5-reports/report-province (new 2).docx",)
    assert (folder / "5-reports/report-province (new).docx").read_bytes() == b"and these"


def test_the_same_new_version_is_written_once_and_made_anew_in_its_place(folder: Path, engine: piikit.Engine) -> None:
    put(folder, "5-reports/report-province.docx", "my own words")
    for value in (15, 16, 17):
        put(folder, FORM, f"item,value\npatent_applications,{value}\n")
        year(folder, engine)
    assert [name for name in contents(folder) if "(new" in name] == ["5-reports/report-province (new).docx"]


def test_a_file_that_piikit_did_not_write_is_never_touched(tmp_path: Path, engine: piikit.Engine) -> None:
    mine = [
        put(tmp_path, name, "mine")
        for name in ("1-forms/p_pii-2024_school.txt", "1-forms/README.txt", "NEXT.txt", "4-results/notes.txt")
    ]
    year(tmp_path, engine, lang="en")
    year(tmp_path, engine, on="2024-10-02")
    assert [path.read_bytes() for path in mine] == [b"mine"] * 4


def test_without_its_state_nothing_is_lost(folder: Path, engine: piikit.Engine) -> None:
    mine = put(folder, "5-reports/report-ministry.docx", "my own words")
    before = contents(folder)
    put(folder, "year-state.json", "{ half")
    year(folder, engine)
    after = contents(folder)
    assert mine.read_bytes() == b"my own words"
    # The list of what to do next has changed too: it now names the report.
    assert set(after) - set(before) == {"5-reports/report-ministry (new).docx", "NEXT (new).txt"}
    assert {name: after[name] for name in before if name != "year-state.json"} == {
        name: content for name, content in before.items() if name != "year-state.json"
    }


@pytest.mark.parametrize(
    "state",
    ["[]", "{}", '{"format": 1, "steps": {"forms": {}}, "files": {}}', '{"format": 1, "steps": [], "files": 3}'],
)
def test_a_state_that_is_none_is_no_state(state: str, folder: Path, engine: piikit.Engine) -> None:
    put(folder, "year-state.json", state)
    assert not year(folder, engine).failed
    assert "(new" not in "".join(contents(folder))


def test_options_that_contradict_the_folder_are_all_named(folder: Path, engine: piikit.Engine) -> None:
    with pytest.raises(piikit.UsageError, match=r"(?s)due: the file says 2024-11-30.*lang: the file says en"):
        year(folder, engine, due="2025-01-01", lang="vi", edition="pii-2024")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due": "soon"}, "/due"),
        ({"lang": "fr"}, "/lang"),
        ({"other": 1}, "other"),
        ({"due": "2024-02-31"}, "/due"),
        ({"published": "nowhere.csv"}, "nowhere.csv"),
    ],
)
def test_a_faulty_document_is_said(change: dict[str, Any], said: str, folder: Path, engine: piikit.Engine) -> None:
    document = json.loads((folder / "year.json").read_text(encoding="utf-8"))
    put(folder, "year.json", json.dumps({**document, **change}))
    try:
        text = "\n".join(year(folder, engine).next)
    except piikit.PiikitError as error:
        text = str(error)
    assert said in text


def test_two_files_of_one_name_are_not_guessed_between(folder: Path, engine: piikit.Engine) -> None:
    put(folder, "3-figures/others.xlsx", b"x")
    run = year(folder, engine)
    assert status(run)["evaluate"] == "failed"
    assert "others.csv, others.xlsx" in run.next[0]


# -- interrupted -------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for the end of the process: nothing but `finally` catches it."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, engine: piikit.Engine) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    start(folder)
    year(folder, engine, lang="en")
    return contents(folder)


def start(folder: Path) -> None:
    put(folder, FORM, "item,value\nhdi,0.8\n")
    put(folder, "3-figures/published.csv", "area,code,score,rank\nBắc Giang,PII,,10\n")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(0, 40, 9))
def test_wherever_a_run_ends_the_next_one_goes_on(
    number: int,
    after: bool,
    undisturbed: dict[str, bytes],
    tmp_path: Path,
    engine: piikit.Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start(tmp_path)
    real, count = os.replace, iter(range(1000))

    def replace(source: Any, target: Any) -> None:
        last = next(count) == number
        if last and not after:
            raise Killed
        real(source, target)
        if last:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("piikit.files.safe_writing.os.replace", replace)
        with pytest.raises(Killed):
            year(tmp_path, engine, lang="en")
    year(
        tmp_path,
        engine,
        lang=None if (tmp_path / "year.json").exists() else "en",
        plan=None if (tmp_path / "year.json").exists() else "plan.json",
    )
    assert contents(tmp_path) == undisturbed


def test_what_a_killed_process_left_is_cleaned_and_no_other_hidden_file(folder: Path, engine: piikit.Engine) -> None:
    left = put(folder, "4-results/.result.csv.abcd1234.part", "half")
    kept = [
        put(folder, name, "mine") for name in ("4-results/.hidden.csv", "4-results/big.csv.part", "2-returned/x.part")
    ]
    put(folder, ".piikit/making/forms/x.xlsx", "half")
    year(folder, engine)
    assert not left.exists()
    assert [path.read_text() for path in kept] == ["mine"] * 3
    assert [path.name for path in (folder / ".piikit").iterdir()] == ["lock"]


def test_a_file_on_its_way_is_no_data(tmp_path: Path, figures: bytes, engine: piikit.Engine) -> None:
    put(tmp_path, "a.csv", figures)
    put(tmp_path, ".a.csv.abcd1234.part", "half")
    assert frames_of(engine.evaluate(tmp_path, "pii-2024")).wide.height == 62
    clean(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_that_cannot_be_written_is_named_and_the_others_are_written(
    folder: Path, engine: piikit.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def open_elsewhere(source: Any, target: Any) -> None:
        if Path(target) == folder / "5-reports/report-ministry.docx":
            raise PermissionError(13, "Permission denied")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("piikit.files.safe_writing.os.replace", open_elsewhere)
        run = year(folder, engine, on="2024-10-02")
    assert "report-ministry.docx: Permission denied" in run.next[0]
    assert folder / "5-reports/report-province.docx" in run.written
    assert folder / "5-reports/report-ministry.docx" not in run.written
    again = year(folder, engine, on="2024-10-02")
    assert folder / "5-reports/report-ministry.docx" in again.written


# -- two at once -------------------------------------------------------------------------------------------------


@pytest.fixture
def held(folder: Path) -> Iterator[None]:
    with locked(folder, lang="en"):
        yield


@pytest.mark.usefixtures("held")
def test_two_runs_at_once_are_refused_with_who_holds_the_folder(folder: Path, engine: piikit.Engine) -> None:
    before = contents(folder)
    with pytest.raises(piikit.UsageError, match=f'another piikit year is at work.*"process": {os.getpid()}'):
        year(folder, engine)
    assert contents(folder) == before


def test_a_lock_that_a_dead_process_left_is_no_lock(folder: Path, engine: piikit.Engine) -> None:
    put(folder, ".piikit/lock", '{"process": 1, "computer": "elsewhere"}')
    assert not year(folder, engine).failed


def test_it_tells_what_it_does(folder: Path, engine: piikit.Engine) -> None:
    told: list[tuple[str, int, int]] = []
    run(
        folder,
        {},
        on=day_asked("2024-10-01"),
        parts=PARTS,
        engine=engine,
        tell=lambda *said: told.append(said),
    )
    assert told[0] == ("Folders", 0, 6)
    assert told[-1] == ("", 6, 6)
