"""Measure every kind of file of a year with 63 provinces: `python benchmarks/files.py`.

A job's first time is what a process pays that does nothing else: imports are in it. Its second time is without them,
and stands beside the same table written bare, where there is such a thing. The limit holds for the sum of first times.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

import piikit
from piikit.office.reports.workbook import views
from piikit.result import frames_of

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
sys.path.insert(0, str(Path(__file__).parent))
from run import SEED, raw_items

from years import fill

EDITION, PLAN, AREA = "pii-2024", "bac-giang-2024", "Bắc Giang"
LIMIT = 30.0
"""Seconds of CPU, user and system, for every file of one year."""
Jobs = Mapping[str, tuple[Callable[[], Any], Callable[[], Any] | None]]


def results(engine: piikit.Engine) -> tuple[piikit.Result, pl.DataFrame]:
    """A result of 63 provinces with plan and baseline, and the figures of the plan's area."""
    edition = engine.edition(EDITION)
    data = raw_items(edition, 63, np.random.default_rng(SEED))
    published = [{"area": AREA, "code": "PII", "score": 46.51, "rank": 11}]
    before = engine.evaluate(edition="pii-2023", scores=published, plan=PLAN)
    result = engine.evaluate(data, EDITION, plan=PLAN, baseline=before)
    place = frames_of(result).wide["area_name"].to_list().index(AREA)
    return result, data.slice(place, 1)


def bare_workbook(tables: list[pl.DataFrame], path: Path) -> None:
    """The same tables written by xlsxwriter, without a look of their own."""
    with xlsxwriter.Workbook(path) as file:
        for place, frame in enumerate(tables):
            sheet = file.add_worksheet(str(place))
            sheet.write_row(0, 0, frame.columns)
            for row, cells in enumerate(frame.iter_rows(), 1):
                sheet.write_row(row, 0, cells)


def filled(folder: Path, forms: list[Path], own: pl.DataFrame) -> Path:
    """The forms as they come back, every item given that the data have."""
    values = own.select(pl.selectors.numeric()).row(0, named=True)
    for form in forms:
        fill(form, folder / form.name, {name: value for name, value in values.items() if value is not None})
    return folder


def jobs(folder: Path, engine: piikit.Engine) -> Jobs:
    """Each kind of file, with the bare way to write the same table."""
    result, own = results(engine)
    scores, tables = result.scores, [entry.frame for entry in views(result)]
    forms = piikit.office.write_forms(folder / "forms", EDITION, PLAN, engine=engine)
    back = filled(folder / "back", forms, own)
    edition, plan = engine.edition(EDITION), engine.plan(PLAN)
    agencies = [agency.id for agency in plan.agencies]
    held: dict[str, Any] = {}

    def write(suffix: str) -> Callable[[], Any]:
        return lambda: result.write(folder / f"result{suffix}")

    def report(kind: str) -> Callable[[], Any]:
        return lambda: piikit.office.report(result, folder / f"{kind}.docx", kind)  # type: ignore[arg-type]

    def of_agencies() -> None:
        for agency in agencies:
            piikit.office.report(result, folder / f"{agency}.docx", "agency", agency=agency, on="2024-12-31")

    def collected() -> None:
        held["back"] = piikit.office.collect(back, on="2026-12-31", engine=engine)
        held["back"].write(folder / "merged.xlsx", force=True)

    def read(kind: Callable[[Path], Any], name: str) -> Callable[[], Any]:
        return lambda: kind(folder / name)

    return {
        "result, csv": (write(".csv"), lambda: scores.write_csv(folder / "bare.csv")),
        "result, parquet": (write(".parquet"), lambda: scores.write_parquet(folder / "bare.parquet")),
        "result, json": (write(".json"), None),
        "result, workbook": (write(".xlsx"), lambda: bare_workbook(tables, folder / "bare.xlsx")),
        "report to the province": (report("province"), None),
        "report to the Ministry": (report("ministry"), None),
        f"reports of {len(agencies)} agencies": (of_agencies, None),
        f"{len(forms)} forms": (
            lambda: piikit.office.write_forms(folder / "forms", EDITION, PLAN, engine=engine, force=True),
            None,
        ),
        f"collect of {len(forms)} forms, merged table": (collected, None),
        "dossier": (lambda: held["back"].dossier(folder / "dossier", folder / "none", force=True), None),
        "audit workbook": (lambda: result.audit().write(folder / "audit.xlsx"), None),
        "edition out": (lambda: piikit.office.export_edition(edition, folder / "edition.xlsx"), None),
        "edition in": (read(piikit.office.import_edition, "edition.xlsx"), None),
        "plan out": (lambda: piikit.office.export_plan(plan, folder / "plan.xlsx"), None),
        "plan in": (read(piikit.office.import_plan, "plan.xlsx"), None),
    }


def cpu(job: Callable[[], Any], times: int = 1) -> float:
    """Milliseconds of CPU of one run, the least of some."""
    found = []
    for _ in range(times):
        start = time.process_time()
        job()
        found.append((time.process_time() - start) * 1e3)
    return min(found)


def main() -> None:
    """Print one line a kind of file, and the whole beside its limit."""
    with tempfile.TemporaryDirectory() as name:
        made = jobs(Path(name), piikit.Engine())
        Path(name, "none").mkdir()
        before = time.process_time()
        print(f"{'file':<44}{'first CPU ms':>14}{'again':>10}{'bare':>10}{'ratio':>8}")
        first = 0.0
        for kind, (job, bare) in made.items():
            once, again = cpu(job), cpu(job, 3)
            first += once
            hand = cpu(bare, 3) if bare is not None else None
            beside = f"{hand:>10.1f}{again / hand:>8.1f}" if hand is not None else ""
            print(f"{kind:<44}{once:>14.0f}{again:>10.0f}{beside}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"all files: {first / 1e3:.1f} s of CPU, {before + first / 1e3:.1f} s with imports, two evaluations and the"
        )
        print(f"forms filled; the limit is {LIMIT:.0f} s. Peak memory {peak:.0f} MB.")


if __name__ == "__main__":
    main()
