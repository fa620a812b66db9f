"""What came back, as a whole: submitted and accepted figures, who sent what, and everything that is wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
from attrs import field, frozen

from piikit.engine import Engine
from piikit.files.safe_writing import formula_safe, warned, write_whole
from piikit.files.xlsx.write import SheetColumn, WorkbookWriter, workbook
from piikit.findings.errors import UsageError
from piikit.findings.finding import FIRST, Findings
from piikit.findings.messages import Lang, messages
from piikit.findings.paths import path_of
from piikit.framework.edition import Edition
from piikit.office.forms.asked_figures import Asked
from piikit.office.forms.decisions import Decision
from piikit.office.forms.dossier import write_dossier
from piikit.office.forms.form_faults import Fault, frame_of
from piikit.office.forms.read_form import FormEntry
from piikit.plans.plan import Plan

_FIGURE = {"area": pl.String(), "period": pl.String(), "item": pl.String(), "value": pl.Float64()}
_SAID = {
    "status": pl.String(),
    "source": pl.String(),
    "evidence": pl.String(),
    "date": pl.Date(),
    "agency": pl.String(),
    "revision": pl.Int64(),
}
_PLACE = {"file": pl.String(), "sheet": pl.String(), "row": pl.Int64(), "cell": pl.String()}
ACCEPTED = pl.Schema(
    {
        **_FIGURE,
        **_SAID,
        "submitted": pl.String(),
        "reason": pl.String(),
        "decided_on": pl.Date(),
        "decided_by": pl.String(),
        **_PLACE,
    }
)
SUBMITTED = pl.Schema({**_FIGURE, "written": pl.String(), **_SAID, "note": pl.String(), **_PLACE, "used": pl.Boolean()})
RECEIVED = pl.Schema(
    {
        "agency": pl.String(),
        "name": pl.String(),
        "file": pl.String(),
        "status": pl.String(),
        "asked": pl.Int64(),
        "filled": pl.Int64(),
        "date": pl.Date(),
        "revision": pl.Int64(),
        "used": pl.Boolean(),
    }
)
CONTACTS = pl.Schema(
    {"agency": pl.String(), "name": pl.String(), "item": pl.String(), "contact": pl.String(), "file": pl.String()}
)
MERGED = ("area", "period", "item", "value", "status", "source", "evidence", "date", "agency", "revision")
"""The columns of the merged table: those of a long table that `evaluate` reads, and no others."""


@frozen(kw_only=True)
class Collected:
    """The forms of a folder, read; see `piikit.office.collect`.

    >>> import piikit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = piikit.office.write_forms(folder, "pii-2024", "bac-giang-2024", agencies=["finance"])
    ...     back = piikit.office.collect(folder)
    >>> back.received.group_by("status").len().sort("status").rows()
    [('missing', 11), ('received', 1)]

    Attributes:
        edition: the edition of the forms.
        plan: the plan of the forms.
        lang: the language of messages.
        folder: the folder of forms.
        evidence: the folder of evidence.
        entries: every figure as it was submitted, superseded ones too.
        counted: those of them that count.
        decisions: what was decided, by agency and item.
        faults: everything that is wrong, by file, sheet and cell.
        arrivals: a row an agency and file.
        asked: the items that each agency is asked for.
        figures: every figure that the edition is computed from.
        period: the period of the forms.
    """

    __module__ = "piikit.office"

    edition: Edition
    plan: Plan
    lang: Lang
    folder: Path
    evidence: Path
    entries: tuple[FormEntry, ...] = field(repr=False)
    counted: tuple[FormEntry, ...] = field(repr=False)
    decisions: Mapping[tuple[str, str], Decision] = field(repr=False)
    faults: tuple[Fault, ...] = field(repr=False)
    arrivals: tuple[Mapping[str, object], ...] = field(repr=False)
    asked: Mapping[str, tuple[str, ...]] = field(repr=False)
    figures: Mapping[str, Asked] = field(repr=False)
    period: str
    engine: Engine = field(repr=False, eq=False)

    @property
    def notices(self) -> Findings:
        """What every output says first: that the edition is a reconstruction."""
        return self.edition.notices()

    @property
    def warnings(self) -> list[str]:
        """The same, a line each."""
        return [notice.line(self.lang) for notice in self.notices if notice.code in FIRST]

    @property
    def sound(self) -> bool:
        """Whether there is no error."""
        return not any(fault.severity == "error" for fault in self.faults)

    @property
    def findings(self) -> pl.DataFrame:
        """Everything that is wrong: the columns of `Result.findings`, then `cell` (G7) and `agency`."""
        return frame_of(self.faults, self.lang, (self.plan.area, self.plan.area_name))

    @property
    def received(self) -> pl.DataFrame:
        """Who sent what: agency, name, file, status, asked, filled, date, revision, used.

        The status is received, late, missing or unreadable. `asked` and `filled` count items; `used` says
        that no other file stands for this one.
        """
        return pl.DataFrame(list(self.arrivals), schema=RECEIVED, orient="row")

    @property
    def contacts(self) -> pl.DataFrame:
        """Who answers for which figure: agency, name, item, contact, file. For use inside the office alone."""
        names = {agency.id: messages(self.lang).of(agency.name) for agency in self.plan.agencies}
        rows = [
            (entry.agency, names.get(entry.agency or ""), entry.item, entry.contact, entry.file)
            for entry in self.entries
            if entry.contact is not None
        ]
        return pl.DataFrame(rows, schema=CONTACTS, orient="row")

    @property
    def submitted(self) -> pl.DataFrame:
        """Every figure as it was submitted: `written` as it stands in the cell, `value` where that is a number."""
        rows = [
            (
                self.plan.area,
                entry.period,
                entry.item,
                entry.value,
                entry.written,
                "submitted",
                *_said(entry),
                entry.note,
                entry.file,
                entry.sheet,
                entry.row,
                entry.cell,
                entry in self.counted and entry.sound,
            )
            for entry in self.entries
        ]
        return pl.DataFrame(rows, schema=SUBMITTED, orient="row")

    @property
    def accepted(self) -> pl.DataFrame:
        """A row an item: what was decided (status "accepted"), else what was submitted and is sound ("submitted")."""
        rows: list[tuple[object, ...]] = []
        groups: dict[tuple[str, str], list[FormEntry]] = {}
        for entry in self.counted:
            groups.setdefault((entry.item, entry.period), []).append(entry)
        for (item, _), same in groups.items():
            decided = [d for (_, of), d in self.decisions.items() if of == item]
            if decided:
                rows += self._decided(decided[0], same) if len({d.accepted for d in decided}) == 1 else []
                continue
            sound = [entry for entry in same if entry.sound and entry.value is not None]
            rows += [self._row(sound[0], sound[0].value, "submitted", None)] if sound else []
        rows += [
            self._bare(decision)
            for (_, item), decision in self.decisions.items()
            if decision.accepted is not None and not any(of == item for of, _ in groups)
        ]
        return pl.DataFrame(rows, schema=ACCEPTED, orient="row")

    def _decided(self, decision: Decision, same: Sequence[FormEntry]) -> list[tuple[object, ...]]:
        if decision.accepted is None:
            return []
        entry = next((entry for entry in same if entry.agency == decision.agency), None)
        if entry is None:
            return [self._bare(decision)]
        return [self._row(entry, decision.accepted, "accepted", decision)]

    def _row(self, entry: FormEntry, value: float | None, status: str, decision: Decision | None) -> tuple[object, ...]:
        why = (decision.reason, decision.decided_on, decision.decided_by) if decision is not None else (None,) * 3
        return (
            self.plan.area,
            entry.period,
            entry.item,
            value,
            status,
            *_said(entry),
            entry.written,
            *why,
            entry.file,
            entry.sheet,
            entry.row,
            entry.cell,
        )

    def _bare(self, decision: Decision) -> tuple[object, ...]:
        """A decision on a figure that nobody submitted."""
        none = (None,) * 3
        why = (decision.reason, decision.decided_on, decision.decided_by)
        return (
            self.plan.area,
            self.period,
            decision.item,
            decision.accepted,
            "accepted",
            *none,
            decision.agency,
            None,
            None,
            *why,
            *none,
            None,
        )

    @property
    def open(self) -> tuple[FormEntry, ...]:
        """The figures that wait for a decision: those with an error or a warning on the cell itself."""
        marked = {
            (f.file, f.sheet, f.cell)
            for f in self.faults
            if f.severity != "info"
            and f.column is not None
            and f.code not in ("form_no_source", "form_no_evidence", "form_changed")
        }
        return tuple(
            entry
            for entry in self.counted
            if entry.written is not None
            and entry.agency is not None
            and (entry.file, entry.sheet, entry.cell) in marked
            and (entry.agency, entry.item) not in self.decisions
        )

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the merged table, ready for `evaluate`; contacts and findings are not in it.

        Args:
            path: csv, json, parquet or xlsx.
            force: write although there are errors; the figures with an error are then left out.

        Raises:
            UsageError: another suffix, errors without `force`, or the place cannot be written to.
        """
        path = path_of(path, self.lang)
        writer = WRITERS.get(path.suffix.lower())
        if writer is None:
            raise UsageError(f"{path}: {', '.join(WRITERS)}")
        if not self.sound and not force:
            count = sum(fault.severity == "error" for fault in self.faults)
            raise UsageError(messages(self.lang).text("collect.not_sound", path=path, n=count))
        return write_whole(path, writer(self))

    def write_contacts(self, path: str | Path) -> Path:
        """Write `contacts` to a csv file. It names people: it is for use inside the office and not for publication."""
        frame = warned(self.contacts, self.warnings, always=True)
        return write_whole(path, formula_safe(frame).write_csv().encode("utf-8-sig"))

    def merged(self) -> pl.DataFrame:
        """The merged table: the accepted figures as a long table.

        The last columns name the edition and its status, and hold in the first row what must be known of it.
        """
        about = {"edition": self.edition.id, "edition_status": self.edition.status}
        frame = self.accepted.select(*MERGED, *(pl.lit(text).alias(name) for name, text in about.items()))
        return warned(frame, self.warnings)

    def dossier(self, folder: str | Path, evidence: str | Path | None = None, *, force: bool = False) -> Path:
        """Write what the Ministry's online form needs into a new folder; see docs/reference/forms.md.

        Args:
            folder: where to; made whole or not at all. An older dossier there is replaced, anything else is not.
            evidence: the folder with the files that the forms name; that given to `collect` where not given.
            force: write although there are errors.

        Raises:
            UsageError: errors without `force`, or the folder holds something else.
        """
        if not self.sound and not force:
            count = sum(fault.severity == "error" for fault in self.faults)
            raise UsageError(messages(self.lang).text("collect.not_sound", path=folder, n=count))
        return write_dossier(
            self, path_of(folder, self.lang), path_of(evidence, self.lang) if evidence is not None else self.evidence
        )

    def lines(self) -> list[str]:
        """Everything that is wrong for people: a line a file, and a line a cell below it."""
        words, found = messages(self.lang), []
        last: str | None = ""
        for fault in self.faults:
            if fault.file != last:
                last = fault.file
                found.append(str(fault.file or "–"))
            inside = "!".join(part for part in (fault.sheet, fault.cell) if part)
            text = fault.text("message", words, self.plan.area_name) or fault.code
            # The file stands above: below it only the place inside is said.
            text = text.replace(fault.where, inside).removeprefix(f"{fault.file}: ") if inside or fault.file else text
            place = f"{inside}: " if inside and inside not in text else ""
            found.append(f"  - {words.text('severity.' + fault.severity, n=1).lower()} {place}{text}")
        return found


def _said(entry: FormEntry) -> tuple[object, ...]:
    return (entry.source, entry.evidence, entry.date, entry.agency, entry.revision)


# -- files -------------------------------------------------------------------------------------------------------


def _csv(collected: Collected) -> bytes:
    frame = collected.merged()
    texts = frame.select(pl.exclude("value")).pipe(formula_safe)
    return texts.insert_column(3, _exact(frame["value"])).write_csv().encode("utf-8-sig")


def _exact(values: pl.Series) -> pl.Series:
    """Numbers as text that no reader takes for grouped thousands."""
    text = values.cast(pl.String).str.strip_suffix(".0")
    return text.str.replace(r"(\.\d{3})$", "${1}0").alias("value")


def _parquet(collected: Collected) -> bytes:
    buffer = io.BytesIO()
    collected.merged().write_parquet(buffer)
    return buffer.getvalue()


def _json(collected: Collected) -> bytes:
    rows = collected.merged().with_columns(pl.col("date").dt.to_string("iso")).to_dicts()
    return (json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _xlsx(collected: Collected) -> bytes:
    frame, notices = collected.merged().drop("warning"), collected.warnings  # the warnings stand above the table
    wide = {"source": 30, "evidence": 30, "item": 28, "agency": 22}
    columns = [
        SheetColumn(
            label=name,
            kind={"value": "value", "date": "date", "revision": "int"}.get(name, "text"),  # type: ignore[arg-type]
            width=wide.get(name, 12),
        )
        for name in frame.columns
    ]

    def build(book: WorkbookWriter) -> None:
        sheet = book.sheet("data")
        for row, text in enumerate(notices):
            book.cell(sheet, row, 0, text, book.format(bold=True, font_color="#9C2A00"))
        book.table(sheet, columns, frame.iter_rows(), top=len(notices))

    return workbook(build)


WRITERS: Mapping[str, Callable[[Collected], bytes]] = {
    ".csv": _csv,
    ".json": _json,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
