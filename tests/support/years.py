"""Stand-ins for the parts of a year: fast, and with the same calls, so that tests of the steps test the steps."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from attrs import field, frozen

import piikit
from piikit.files.safe_writing import write_whole
from piikit.findings.errors import InputError
from piikit.findings.finding import Finding, Findings
from piikit.office.year.outcome import YearRun
from piikit.office.year.run import run
from piikit.office.year.work import Parts

PLAN = {
    "id": "p",
    "title": {"vi": "Kế hoạch thử", "en": "Trial plan"},
    "area": "24",
    "areas": "vn-63",
    "sources": ["-"],
    "edition": "pii-2024",
    "baseline": "pii-2023",
    "agencies": [
        {
            "id": "science",
            "name": {"vi": "Sở KH&CN", "en": "Science"},
            "contact": {"name": "Nguyễn Bí Mật"},
            "duties": [{"role": "lead", "nodes": ["6.2.1"]}],
        },
        {
            "id": "school",
            "name": {"vi": "Sở GD&ĐT", "en": "Education"},
            "duties": [{"role": "lead", "nodes": ["2.1.2"]}],
        },
    ],
    "tasks": [
        {"id": "own", "text": {"vi": "Ban hành kế hoạch", "en": "Issue a plan"}, "lead": "school", "due": "2024-08"}
    ],
    "targets": [{"id": "t", "node": "PII", "conditions": [{"metric": "rank", "is": "at_most", "value": 10}]}],
}


@frozen(kw_only=True)
class Collected:
    """What came back, where a form is a csv of item and value."""

    submitted: pl.DataFrame
    accepted: pl.DataFrame
    findings: pl.DataFrame
    received: pl.DataFrame
    found: Findings = field(factory=Findings)

    @property
    def open(self) -> tuple[Any, ...]:
        return ()

    def write(self, path: Path, force: bool = False) -> Path:
        if self.found.errors and not force:
            raise InputError(self.found, title="forms")
        return write_whole(path, self.accepted.write_csv().encode())

    def dossier(self, folder: Path, evidence: Path, force: bool = False) -> Path:
        folder.mkdir(parents=True)
        write_whole(folder / "values.csv", self.accepted.write_csv().encode())
        return folder


def write_forms(
    folder: Path, edition: Any, plan: Any, *, agencies=None, period=None, last=None, due=None, lang="vi", engine=None
) -> list[Path]:
    text = f"{lang} {due} {last and last.read_text(encoding='utf-8')}"
    return [
        write_whole(folder / f"{plan.id}_{edition.id}_{agency.id}.txt", f"{agency.id} {text}".encode())
        for agency in plan.agencies
    ]


def collect(
    folder: Path,
    edition=None,
    plan=None,
    *,
    decisions=None,
    evidence=None,
    due=None,
    on=None,
    last=None,
    lang="vi",
    engine=None,
):
    files = [path for path in sorted(folder.rglob("*.csv")) if not path.name.startswith(".")]
    frames = [pl.read_csv(path) for path in files]
    rows = [
        {"area": plan.area, "period": edition.period, "item": item, "value": value}
        for frame in frames
        for item, value in frame.iter_rows()
    ]
    bad = [row for row in rows if row["value"] is None]
    found = Findings(Finding(code="not_a_number", column=row["item"], params={"value": "x"}) for row in bad)
    schema = {"area": pl.String, "period": pl.String, "item": pl.String, "value": pl.Float64}
    back = {path.stem: path.name for path in files}
    received = [
        {
            "agency": agency.id,
            "name": agency.name[lang],
            "file": back.get(agency.id),
            "status": "received" if agency.id in back else "missing",
            "asked": 1,
            "filled": 1,
            "date": None,
        }
        for agency in plan.agencies
    ]
    frame = found.frame(lang).with_columns(
        file=pl.lit(files[0].name if files else None), cell=pl.lit(None, dtype=pl.String)
    )
    return Collected(
        submitted=pl.DataFrame(rows, schema=schema),
        accepted=pl.DataFrame([row for row in rows if row not in bad], schema=schema),
        findings=frame,
        received=pl.DataFrame(received),
        found=found,
    )


def report(result: Any, path: Path, kind: str = "province", *, agency=None, on=None, progress=None, letterhead=None):
    figures = result.table("score").filter(area=result.plan.area)["PII"].to_list()
    return write_whole(path, f"{kind} {agency} {on} {letterhead} {figures}".encode())


PARTS = Parts(write_forms=write_forms, collect=collect, report=report)


def year(folder: Path, engine: piikit.Engine, on: str = "2024-10-01", parts: Parts = PARTS, **asked: Any) -> YearRun:
    """A run with the stand-ins; the plan lies in the folder itself."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "plan.json").exists():
        (folder / "plan.json").write_text(json.dumps(PLAN, ensure_ascii=False), encoding="utf-8")
        asked = {"plan": "plan.json", **asked}
    return run(folder, asked, on=date.fromisoformat(on), parts=parts, engine=engine)


def fill(form: Path, back: Path, values: dict[str, float], evidence: str = "Công văn 1") -> Path:
    """A form as an agency sends it back: the cells of values filled, with source and date, and nothing else changed."""
    with zipfile.ZipFile(form) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    texts = re.findall("<t[^>]*>([^<]*)</t>", parts["xl/sharedStrings.xml"].decode())
    place = re.search('r="B9"[^>]*><v>([0-9]+)<', parts["xl/worksheets/sheet3.xml"].decode())  # the ids of the items
    items = texts[int(place[1])].split() if place else []
    sheet = parts["xl/worksheets/sheet2.xml"].decode()
    for row, item in enumerate(items, 2):
        said = {
            "G": f"<v>{values.get(item)!r}</v>",
            "H": "<is><t>Báo cáo thử</t></is>",
            "I": "<v>45657</v>",
            "J": f"<is><t>{evidence}</t></is>",
            "K": "<is><t>Nguyễn Bí Mật</t></is>",
        }
        for column, content in said.items() if item in values else ():
            kind = ' t="inlineStr"' if content.startswith("<is>") else ""
            cell = f'<c r="{column}{row}" s='
            sheet = re.sub(rf'{cell}"(\d+)"/>', rf'{cell}"\1"{kind}>{content}</c>', sheet)
    parts["xl/worksheets/sheet2.xml"] = sheet.encode()
    back.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(back, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return back
