"""Scores, ranks and the judgement of the plan, as files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl

from piikit.files.safe_writing import write_whole
from piikit.files.wide_columns import rank_column
from piikit.files.xlsx.write import SheetColumn, WorkbookWriter, workbook
from piikit.findings.dates import day_text
from piikit.findings.errors import InputError
from piikit.framework.documents import Json
from piikit.office.year.form_workbooks import faults_book
from piikit.office.year.state import file_hash
from piikit.office.year.steps.collecting import inputs as collected
from piikit.office.year.steps.collecting import merged
from piikit.office.year.steps.step import StepOutcome, YearStep
from piikit.office.year.work import Work, rows
from piikit.plans.progress import task_frame
from piikit.result import frames_of

TASKS = ("task", "text", "lead_name", "due", "status", "days", "done", "evidence", "output", "reason", "note")
WIDTHS = {"text": 50, "lead_name": 28, "reason": 44, "output": 30, "evidence": 24, "note": 30, "task": 18}


def inputs(work: Work) -> Json:
    """All that a result and what is said of it depend on."""
    before = {name: path and file_hash(path) for name in ("data", "scores") if (path := work.baseline_file(name))}
    return {
        **collected(work),
        **work.hashes("others", "published", "bounds", "progress"),
        "before": before,
        "baseline": work.settings.baseline.edition,
    }


def nothing(work: Work) -> str | None:
    """What evaluation still waits for: figures of any kind."""
    if work.table("others") or work.table("published") or merged(work):
        return None
    return work.words.text(
        "year.waits.figures", folder=work.places.figures, published=work.places.published, others=work.places.others
    )


def _run(work: Work, out: Path) -> StepOutcome:
    folder = out / work.places.results
    folder.mkdir(parents=True)
    result = work.evaluated
    if isinstance(result, InputError):
        write_whole(folder / work.places.faults, faults_book(work, result.findings))
        n = sum(item.count for item in result.found.errors)
        path = f"{work.places.results}/{work.places.faults}"
        return StepOutcome(facts={"failed": True}, faults=(work.words.text("year.fault.figures", n=n, path=path),))
    assert result is not None  # `nothing` said that there are figures
    for place, suffix in enumerate((".xlsx", ".csv", ".json")):
        work.tell(f"{work.places.result}{suffix}", place, 3)
        result.write(folder / f"{work.places.result}{suffix}")
    tasks = task_frame(work.plan, work.on, progress=work.table("progress"), lang=work.lang)
    if tasks.height:
        write_whole(folder / work.places.tasks, _tasks(tasks, work))
    whole = result.attainment.filter((pl.col("condition") == "all") & (pl.col("scenario") == "base"))
    late = tasks.filter(pl.col("status") == "late")
    facts = {
        "record": result.record["id"],
        "areas": frames_of(result).wide["area"].n_unique(),
        "ranked": bool(frames_of(result).wide[rank_column(work.edition.root)].is_not_null().any()),
        "published": work.table("published") is not None,
        "targets": dict(sorted(Counter(whole["status"].to_list()).items())),
        "tasks": dict(sorted(Counter(tasks["status"].to_list()).items())),
        "late": rows(late, "task", "text", "lead_name", "reason"),
        "errors": sum(item.count for item in result.all_findings.errors),
    }
    return StepOutcome(facts=facts)


def _tasks(tasks: pl.DataFrame, work: Work) -> bytes:
    words = work.words
    shown = tasks.with_columns(
        pl.col("status").replace({s: words.text(f"task_status.{s}") for s in tasks["status"].unique()})
    )

    def build(book: WorkbookWriter) -> None:
        sheet = book.sheet(words.text("year.tasks.sheet"))
        top, title, known = 0, book.formats["title"], book.format(bold=True, font_color="#9C2A00")
        for line in [words.text("year.tasks.on", on=day_text(work.on, work.lang)), *work.warnings()]:
            book.cell(sheet, top, 0, line.replace("\n    → ", " "), title if top == 0 else known)
            top += 1
        kinds = {"due": "date", "done": "date", "days": "int"}
        columns = [
            SheetColumn(
                label=words.text(f"year.tasks.{name}"),
                kind=kinds.get(name, "wrap"),  # type: ignore[arg-type]
                width=WIDTHS.get(name, 14),
            )
            for name in TASKS
        ]
        book.table(sheet, columns, shown.select(TASKS).iter_rows(), top=top, fit=True)

    return workbook(build, title=words.text("year.tasks.sheet"))


EVALUATE = YearStep(name="evaluate", inputs=inputs, run=_run, waits=nothing)
