"""The dossier: what the Ministry's online form needs, in one folder that is made whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, field

from piikit.files.safe_writing import formula_safe, warned
from piikit.files.xlsx.write import SheetColumn, WorkbookWriter, workbook
from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages
from piikit.office.forms.evidence import MAX_ALL, MAX_FILES, Evidence, copied, evidence_in, new_name
from piikit.office.forms.form_faults import Fault, frame_of
from piikit.office.reports.findings import with_first

if TYPE_CHECKING:
    from piikit.office.forms.collected import Collected

VALUES, INDEX, MISSING, FINDINGS, FILES = "values", "index.csv", "missing.csv", "findings.csv", "evidence"
VALUE_COLUMNS: Mapping[str, Any] = {
    "code": pl.String(),
    "name": pl.String(),
    "unit": pl.String(),
    "value": pl.Float64(),
    "item": pl.String(),
    "item_name": pl.String(),
    "item_unit": pl.String(),
    "item_value": pl.Float64(),
    "status": pl.String(),
    "source": pl.String(),
    "date": pl.Date(),
    "agency": pl.String(),
    "evidence": pl.String(),
}
INDEX_COLUMNS: Mapping[str, Any] = {
    "file": pl.String(),
    "original": pl.String(),
    "code": pl.String(),
    "codes": pl.String(),
    "item": pl.String(),
    "agency": pl.String(),
    "sha256": pl.String(),
    "bytes": pl.Int64(),
}
MISSING_COLUMNS: Mapping[str, Any] = {
    "code": pl.String(),
    "name": pl.String(),
    "item": pl.String(),
    "agency": pl.String(),
    "what": pl.String(),
    "text": pl.String(),
}


def write_dossier(collected: Collected, folder: Path, evidence: Path) -> Path:
    """Write the dossier of forms that were collected; see `Collected.dossier`.

    Raises:
        UsageError: the folder holds something that is no dossier, or cannot be written to.
    """
    lang = collected.lang
    if folder.is_symlink() or (folder.exists() and not _older(folder)):
        raise UsageError(messages(lang).text("collect.not_a_dossier", path=str(folder)))
    draft = _Draft(collected=collected, evidence=evidence_in(evidence))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}."))
        try:
            draft.write(made)
            made.chmod(0o755)
            _moved(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from error
    return folder


def _older(folder: Path) -> bool:
    """Whether a folder is empty, or a dossier that was made before."""
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {""}
    return not names or {f"{VALUES}.csv", INDEX, MISSING} <= names


def _moved(made: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one, which stays until the new one is there."""
    if not folder.exists():
        os.replace(made, folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}."))
    os.replace(folder, old / "old")
    try:
        os.replace(made, folder)
    except OSError:
        os.replace(old / "old", folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


@define
class _Draft:
    """A dossier while it is written."""

    collected: Collected
    evidence: Evidence
    index: list[dict[str, Any]] = field(factory=list)
    missing: list[dict[str, Any]] = field(factory=list)
    faults: list[Fault] = field(factory=list)

    def write(self, folder: Path) -> None:
        """Fill the folder."""
        lang, said = self.collected.lang, self.collected.warnings
        if self.evidence.more:
            params = {"limit": MAX_FILES}
            self.faults.append(Fault(code="evidence_many", file=str(self.evidence.folder.name), params=params))
        values = self._values()
        self._copy(folder / FILES, values)
        (folder / f"{VALUES}.xlsx").write_bytes(self._workbook(values))
        index = pl.DataFrame(self.index, schema=INDEX_COLUMNS, orient="row")
        missing = pl.DataFrame(self.missing, schema=MISSING_COLUMNS, orient="row")
        # Each of them may be sent on alone, so each says what must be known of the edition.
        for name, frame in ((f"{VALUES}.csv", values), (INDEX, index), (MISSING, missing)):
            _csv(folder / name, warned(frame, said, always=True))
        area = (self.collected.plan.area, self.collected.plan.area_name)
        _csv(folder / FINDINGS, with_first(frame_of(self.faults, lang, area), self.collected.notices, lang))
        readme = "\n".join(_readme(lang, said)) + "\n"
        # Windows shows a file without the mark in another encoding, and lines without the carriage return as one.
        (folder / "README.txt").write_text(readme, encoding="utf-8-sig", newline="\r\n")

    def _values(self) -> pl.DataFrame:
        """A row an indicator and item, in tree order: the value of the indicator, and the item's figure."""
        collected, words = self.collected, messages(self.collected.lang)
        edition, figures = collected.edition, collected.figures
        accepted = {
            row["item"]: row for row in collected.accepted.filter(period=collected.period).iter_rows(named=True)
        }
        worth = _computed(collected)
        rows: list[dict[str, Any]] = []
        for code in edition.indicators:
            node = edition.nodes[code]
            about = {
                "code": code,
                "name": words.of(node.name),
                "unit": words.of(node.unit.name) if node.unit else None,
                "value": worth.get(code),
            }
            for item, asked in ((item, asked) for item, asked in figures.items() if code in asked.codes):
                row = accepted.get(item, {})
                said = {key: row.get(key) for key in ("status", "source", "date", "agency", "evidence")}
                unit = words.of(asked.unit.name) if asked.unit else None
                rows.append(
                    {
                        **about,
                        "item": item,
                        "item_name": words.of(asked.name),
                        "item_unit": unit,
                        "item_value": row.get("value"),
                        **said,
                    }
                )
                if not row:
                    who = ", ".join(id for id, items in collected.asked.items() if item in items) or None
                    self._lacks("figure", code, item, who, None)
        return pl.DataFrame(rows, schema=VALUE_COLUMNS, orient="row")

    def _lacks(self, what: str, code: str, item: str, agency: str | None, text: str | None) -> None:
        words = messages(self.collected.lang)
        name = words.of(self.collected.edition.nodes[code].name)
        self.missing.append(
            {
                "code": code,
                "name": name,
                "item": item,
                "agency": agency,
                "what": words.text(f"collect.lacks.{what}"),
                "text": text,
            }
        )

    def _copy(self, folder: Path, values: pl.DataFrame) -> None:
        """The files of evidence under new names: one copy each figure, under the first indicator that it feeds."""
        folder.mkdir()
        counts: dict[str, int] = {}
        taken: dict[Path, int] = {}
        for (item,), rows in values.group_by(["item"], maintain_order=True):
            first = rows.row(0, named=True)
            if first["status"] is None:
                continue
            codes = rows["code"].to_list()
            if not first["evidence"]:
                self._lacks("evidence", first["code"], str(item), first["agency"], None)
                continue
            for found in self.evidence.find(first["evidence"], first["agency"]):
                code = found.code
                if code is None and found.path is not None:
                    taken.setdefault(found.path, found.path.stat().st_size)
                    if sum(taken.values()) > MAX_ALL:
                        del taken[found.path]
                        code = "evidence_large"
                if code is not None:
                    self._refuse(code, str(item), found.text, first)
                    continue
                if found.path is None:
                    self._lacks("file", first["code"], str(item), first["agency"], found.text)
                    continue
                counts[first["code"]] = counts.get(first["code"], 0) + 1
                name = new_name(first["code"], counts[first["code"]], found.path.name)
                digest, size = copied(found.path, folder / name)
                original = found.path.relative_to(self.evidence.folder).as_posix()
                self.index.append(
                    {
                        "file": f"{FILES}/{name}",
                        "original": original,
                        "code": first["code"],
                        "codes": ", ".join(codes),
                        "item": item,
                        "agency": first["agency"],
                        "sha256": digest,
                        "bytes": size,
                    }
                )

    def _refuse(self, code: str, item: str, text: str, row: Mapping[str, Any]) -> None:
        severity = "error" if code == "evidence_outside" else "warning"
        self.faults.append(Fault(code=code, severity=severity, column=item, value=text, agency=row["agency"]))
        self._lacks("file", row["code"], item, row["agency"], text)

    def _workbook(self, values: pl.DataFrame) -> bytes:
        words, notices = messages(self.collected.lang), self.collected.warnings
        wide = {"name": 40, "item_name": 40, "source": 30, "evidence": 30}
        kinds = {"value": "value", "item_value": "value", "date": "date"}
        columns = [
            SheetColumn(
                label=words.text(f"collect.column.{name}"),
                kind=kinds.get(name, "wrap"),  # type: ignore[arg-type]
                width=wide.get(name, 14),
            )
            for name in values.columns
        ]

        def build(book: WorkbookWriter) -> None:
            sheet = book.sheet(words.text("collect.values"))
            for row, text in enumerate(notices):
                book.cell(sheet, row, 0, text, book.format(bold=True, font_color="#9C2A00"))
            book.table(sheet, columns, values.iter_rows(), top=len(notices), freeze=1)

        return workbook(build)


def _computed(collected: Collected) -> dict[str, float]:
    """The values of indicators that the accepted figures give, by the expressions of the edition."""
    data = collected.accepted.filter(period=collected.period).select("area", "period", "item", "value")
    if data.is_empty():
        return {}
    result = collected.engine.evaluate(data, collected.edition, on_findings="keep", lang=collected.lang)
    rows = result.scores.filter((pl.col("level") == "indicator") & pl.col("value").is_not_null())
    return dict(rows.select("code", "value").iter_rows())


def _csv(path: Path, frame: pl.DataFrame) -> None:
    path.write_bytes(formula_safe(frame).write_csv().encode("utf-8-sig"))


def _readme(lang: Lang, notices: Sequence[str]) -> list[str]:
    words = messages(lang)
    return [*notices, *(words.text(f"collect.readme.{number}") for number in range(1, 5))]
