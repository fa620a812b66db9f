"""`collect`: the forms of a folder, read in one pass."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from piikit.engine import Engine, default_engine
from piikit.files.xlsx.grid import SheetGrid
from piikit.findings.dates import day_text, last_day
from piikit.findings.errors import UsageError, told_in
from piikit.findings.faults import nearest
from piikit.findings.messages import LANGUAGES, Lang, messages
from piikit.findings.paths import path_of
from piikit.framework.edition import Edition, EditionLike
from piikit.office.forms.asked_figures import Asked, shares
from piikit.office.forms.blank_form import Blank, blank, names_of, strange
from piikit.office.forms.collected import Collected
from piikit.office.forms.decisions import DecidedFigures, Decision, read_decisions
from piikit.office.forms.form import Form
from piikit.office.forms.form_faults import Fault, in_order
from piikit.office.forms.last_year import Last, last_values
from piikit.office.forms.layout import FORMAT, file_name
from piikit.office.forms.merging import pooled
from piikit.office.forms.progress import Tell, silent, told_of
from piikit.office.forms.read_form import Expected, Returned, read_form
from piikit.office.forms.recognise import bare_stem, revision_of, said_of_itself, tables
from piikit.office.forms.returned_files import DECISIONS, EVIDENCE, Opened, came_on, files_of, read_files
from piikit.office.forms.write import forms_of
from piikit.plans.agencies import Agency
from piikit.plans.plan import Plan, PlanLike
from piikit.plans.progress import day_asked

SETTLED = ("form_conflict",)
"""Errors on an item that a decision on it settles, beside those on its own cells."""


def collect(
    folder: str | Path,
    edition: EditionLike | None = None,
    plan: PlanLike | None = None,
    *,
    decisions: str | Path | None = None,
    evidence: str | Path | None = None,
    due: datetime.date | str | None = None,
    on: datetime.date | str | None = None,
    last: Any = None,
    lang: Lang = "vi",
    engine: Engine | None = None,
    tell: Tell | None = None,
) -> Collected:
    """Read the forms that came back, every cell of them.

    Forms are known by their hidden sheet or their headings, in either language, and their figures by item and heading,
    wherever they stand. Every cell with content that is no field and no text of the form is named, so nothing typed is
    lost. A file that cannot be read stops no other. What is checked, and how several files of one agency or several
    agencies go together, stands in `docs/reference/forms.md`.

    Args:
        folder: the folder with the forms, which may lie in subfolders. `received.csv` (file, date) in it says when a
            file came; without it the time of the file counts, and a finding says so.
        edition: the edition of the forms; the one that most forms name where not given.
        plan: the plan of the forms; the one that most forms name where not given.
        decisions: the table of decisions; `decisions.csv` in the folder where not given.
        evidence: the folder with the files that the forms name, for the dossier; `evidence` in the folder where not
            given. No form is looked for in it.
        due: the day on which the forms were due; a later one is late. It is also the day that forms were made for.
        on: the day of the reading: no file came after it, and no figure beyond the period is dated after it.
        last: the last figures, as for `write_forms`: a Result or data. Where not given, those on the form count.
        lang: "vi" or "en", of messages.
        engine: the engine to use; the default one where not given.
        tell: called with the file that is read, how much is done, and how much there is: every file is read twice.

    Returns:
        `submitted`, `accepted`, `findings`, `received`, `contacts` as frames, `sound`, `write()`, `dossier()`.

    Raises:
        UsageError: no such folder, no form in it that names an edition and plan where none is given, a table beside the
            forms that cannot be read, or a day that is none.

    >>> import piikit, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = piikit.office.write_forms(folder, "pii-2024", "bac-giang-2024")
    ...     back = piikit.office.collect(folder, lang="en")
    >>> back.sound, back.submitted.height, set(back.received["status"]), back.received["filled"].sum()
    (True, 0, {'received'}, 0)
    """
    _check_lang(lang)
    folder = path_of(folder, lang)
    work = _Work(engine=engine or default_engine(), lang=lang, folder=folder)
    work.due = day_asked(due) if due is not None else None
    proofs = path_of(evidence, lang) if evidence is not None else folder / EVIDENCE
    files = files_of(folder, proofs)
    with told_in(lang):
        dates = came_on(folder, [name for name, _ in files], work.faults, lang)
    # Twice through the files, so that one workbook is held at a time, whoever filled the folder.
    first, again = (told_of(files, tell or silent, done=n * len(files), total=2 * len(files)) for n in (0, 1))
    work.settle((said_of_itself(file.sheets) for file in read_files(first, dates, []) if file.sheets), edition, plan)
    work.compare(last, day_asked(on) if on is not None else None)
    for file in read_files(again, dates, work.faults):
        work.read(file)
    together = pooled(work.ordered())
    work.faults += together.faults
    path = path_of(decisions, lang) if decisions is not None else folder / DECISIONS
    made = work.decided(path, together.entries, wanted=decisions is not None)
    work.faults = in_order(_settled(work.faults, made, together.unused))
    return Collected(
        edition=work.edition,
        plan=work.plan,
        lang=lang,
        folder=folder,
        evidence=proofs,
        entries=(*together.entries, *together.superseded),
        counted=together.entries,
        decisions=made,
        faults=tuple(work.faults),
        arrivals=tuple(work.arrivals(together.unused)),
        asked=work.asked_items,
        figures=work.figures,
        period=work.period,
        engine=work.engine,
    )


def _check_lang(lang: Lang) -> None:
    if lang not in LANGUAGES:
        raise UsageError(f"lang must be 'vi' or 'en', not {lang!r}")


def _settled(faults: Sequence[Fault], made: Mapping[tuple[str, str], Decision], unused: frozenset[str]) -> list[Fault]:
    """The faults, those that hinder nothing as remarks: on figures that somebody decided on, and in files not used."""
    decided, items = set(made), {item for _, item in made}

    def settled(fault: Fault) -> bool:
        if fault.code == "form_superseded_figure" or fault.code.startswith("decision_"):
            return False
        own = fault.severity == "error" and (fault.agency, fault.column) in decided
        return own or fault.file in unused or (fault.code in SETTLED and fault.column in items)

    return [evolve(fault, severity="info") if settled(fault) else fault for fault in faults]


@define
class _Work:
    """One call while it runs."""

    engine: Engine
    lang: Lang
    folder: Path
    due: datetime.date | None = None
    faults: list[Fault] = field(factory=list)
    forms: list[tuple[Returned, int, str | None]] = field(factory=list)
    came: list[tuple[Opened, str | None, Returned | None]] = field(factory=list)
    edition: Edition = field(init=False)
    plan: Plan = field(init=False)
    period: str = ""
    asked: Mapping[str, tuple[Asked, ...]] = field(factory=dict)
    figures: Mapping[str, Asked] = field(factory=dict)
    last: Last = field(factory=Last)
    on: datetime.date | None = None
    blanks: dict[tuple[str | None, str], Blank] = field(factory=dict)
    sent: dict[tuple[str, datetime.date | None], dict[str, Form]] = field(factory=dict)

    @property
    def asked_items(self) -> dict[str, tuple[str, ...]]:
        return {agency: tuple(one.item for one in asked) for agency, asked in self.asked.items()}

    # -- what the forms are of -----------------------------------------------------------------------------------

    def settle(self, each: Iterable[Mapping[str, str]], edition: EditionLike | None, plan: PlanLike | None) -> None:
        """Which edition, plan and period the forms are of: what the caller says, else what most forms say."""
        said = list(each)
        if edition is None or plan is None:
            most = {key: _most(entry.get(key) for entry in said) for key in ("edition", "plan")}
            gone = [key for key, given in (("edition", edition), ("plan", plan)) if given is None and not most[key]]
            if gone:
                text = messages(self.lang).text("collect.not_known", folder=str(self.folder), names=gone)
                raise UsageError(text)
            edition = most["edition"] if edition is None else edition
            plan = most["plan"] if plan is None else plan
        assert edition is not None and plan is not None
        self.edition = self.engine.edition(edition, lang=self.lang)
        self.plan = self.engine.plan(plan, beside=self.edition, lang=self.lang)
        mine = [entry.get("period") for entry in said if entry.get("edition") == self.edition.id]
        self.period = _most(mine) or self.edition.period

    def compare(self, last: Any, on: datetime.date | None) -> None:
        """What the forms are compared with."""
        self.on = on
        day = self.due or last_day(self.period) or last_day(self.edition.period)
        who = shares(self.plan, self.edition, self.engine.catalogue, day)
        self.asked, self.figures = who.by_agency, who.figures
        if last is not None:
            self.last = last_values(
                last, self.plan, self.edition, who.figures, self.engine.catalogue, period=self.period, lang=self.lang
            )

    def blank(self, agency: str | None, lang: Lang) -> Blank:
        """The form of an agency as it was sent out."""
        key = (agency, lang)
        if key not in self.blanks:
            form = self._form(agency, lang) if agency is not None else None
            self.blanks[key] = strange(self.edition, self.plan) if form is None else blank(evolve(form, last=self.last))
        return self.blanks[key]

    def _form(self, agency: str, lang: Lang) -> Form | None:
        """The form of an agency; of one that has ended by the day on which forms are due, the form before that."""
        for due in dict.fromkeys((self.due, None)):
            if (lang, due) not in self.sent:
                forms = forms_of(self.edition, self.plan, period=self.period, due=due, lang=lang, engine=self.engine)
                self.sent[lang, due] = {form.agency.id: form for form in forms}
            if agency in self.sent[lang, due]:
                return self.sent[lang, due][agency]
        return None

    # -- one file ------------------------------------------------------------------------------------------------

    def read(self, file: Opened) -> None:
        """One file: a form of this collection, another form, or something else; it is named in every case."""
        if self.on is not None and not file.stated and file.date > self.on:
            file = evolve(file, date=self.on)  # a file's own day is that of its last copy
        if file.sheets is None:
            self._came(file, self._by_name(file), None)
            return
        said = said_of_itself(file.sheets)
        if not said and not tables(file.sheets):
            filled = sum(len(grid.cells) for grid in file.sheets)
            self.faults.append(
                Fault(code="form_not_one", severity="warning", file=file.name, params={"filled": filled})
            )
            return
        agency = self._agency(file, said, file.sheets)
        if not self._ours(file, said, agency):
            return
        if not said:
            self.faults.append(Fault(code="form_no_hidden_sheet", severity="warning", file=file.name, agency=agency))
        lang = next((known for known in LANGUAGES if known == said.get("lang")), self.lang)
        expected = Expected(
            edition=self.edition,
            catalogue=self.engine.catalogue,
            blank=self.blank(agency, lang),
            names=names_of(self.figures),
            asked=self.asked_items.get(agency or "", ()),
            last=self.last.values,
            on=self.on,
        )
        form = read_form(file.name, file.sheets, said, agency, said.get("period") or self.period, expected)
        self.faults += form.faults
        if agency is None:
            self.faults.append(Fault(code="form_no_agency", file=file.name, params={"known": self._known()}))
            form = evolve(form, entries=tuple(evolve(entry, sound=False) for entry in form.entries))
        revision = revision_of(file.path.stem)
        self.forms.append((form, revision, agency))
        self._came(file, agency, form)
        if self.due is not None and not file.stated:
            params = {"date": {to: day_text(file.date, to) for to in LANGUAGES}}
            self.faults.append(
                Fault(code="form_file_date", severity="info", file=file.name, params=params, agency=agency)
            )

    def _came(self, file: Opened, agency: str | None, form: Returned | None) -> None:
        self.came.append((evolve(file, sheets=None), agency, form))

    def _known(self) -> list[str]:
        return [agency.id for agency in self.plan.agencies]

    def _ours(self, file: Opened, said: Mapping[str, str], agency: str | None) -> bool:
        """Whether the form is of this edition, plan, area and period; what differs is told, and its figures listed."""
        wanted = {"edition": self.edition.id, "plan": self.plan.id, "area": self.plan.area, "period": self.period}
        wrong = {key: said[key] for key, own in wanted.items() if said.get(key) and said[key] != own}
        if said.get("agency") and said["agency"] not in self._known():
            wrong["agency"] = said["agency"]
            wanted["agency"] = nearest(said["agency"], self._known()) or ", ".join(self._known())
        if said.get("format") and said["format"] != FORMAT:
            wrong["format"], wanted["format"] = said["format"], FORMAT
        for key, value in wrong.items():
            params = {
                "what": {lang: messages(lang).text(f"form.what.{key}") for lang in LANGUAGES},
                "value": value,
                "own": wanted[key],
            }
            self.faults.append(Fault(code="form_other", file=file.name, value=value, agency=agency, params=params))
        if wrong:
            self.faults += _listed(file)
            self._came(file, agency, None)
        return not wrong

    def _agency(self, file: Opened, said: Mapping[str, str], sheets: Sequence[SheetGrid]) -> str | None:
        """Whose form it is: by its hidden sheet, its file's name, a name in its first rows, or what it asks for."""
        if said.get("agency"):
            return said["agency"] if said["agency"] in self._known() else None
        named = self._by_name(file)
        if named is not None:
            return named
        texts = {cell.tidy for grid in sheets for (row, _), cell in grid.cells.items() if row < _TOP}
        named_in = [agency.id for agency in self.plan.agencies if texts & _names(agency)]
        if len(named_in) == 1:
            return named_in[0]
        items = {
            cell.tidy
            for table in tables(sheets)
            for (row, column), cell in table.grid.cells.items()
            if row > table.header and column == table.columns.get("item")
        }
        alike = [agency for agency, asked in self.asked_items.items() if items and set(asked) == items]
        return alike[0] if len(alike) == 1 else None

    def _by_name(self, file: Opened) -> str | None:
        stem = bare_stem(file.path.stem)
        whole = {Path(file_name(self.plan.id, self.edition.id, id)).stem: id for id in self._known()}
        return whole.get(stem) or next((id for id in self._known() if stem == id), None)

    # -- all files -----------------------------------------------------------------------------------------------

    def ordered(self) -> list[tuple[Returned, int, str | None]]:
        """The forms in the plan's order of agencies, then by name."""
        order = {agency: place for place, agency in enumerate(self._known())}
        return sorted(self.forms, key=lambda form: (order.get(form[2] or "", len(order)), form[1], form[0].file))

    def decided(self, path: Path, entries: Iterable[Any], *, wanted: bool) -> dict[tuple[str, str], Decision]:
        """The decisions that hold; a table that the caller names must be there."""
        if not path.is_file() and not wanted:
            return {}
        by_cell = {(entry.agency, entry.item): entry for entry in reversed(list(entries))}
        known = DecidedFigures(
            edition=self.edition,
            catalogue=self.engine.catalogue,
            agencies=self._known(),
            items=list(dict.fromkeys((*self.figures, *(item for _, item in by_cell)))),
            entries=by_cell,
        )
        with told_in(self.lang):
            made = read_decisions(path, known, self.faults, self.lang)
        for item in dict.fromkeys(item for _, item in made):
            several = [d for (_, of), d in made.items() if of == item]
            if len({d.accepted for d in several}) > 1:
                for one in several:
                    params = {"others": [f"{d.agency}: {d.accepted}" for d in several if d is not one]}
                    self.faults.append(
                        Fault(
                            code="decision_conflict",
                            column=item,
                            value=str(one.accepted),
                            file=path.name,
                            row=one.row,
                            agency=one.agency,
                            params=params,
                        )
                    )
        return made

    def arrivals(self, unused: frozenset[str]) -> list[dict[str, object]]:
        """A row an agency and file, in the plan's order; agencies that sent nothing have one too."""
        names = {
            agency.id: messages(self.lang).of(agency.name_on(self.due) if self.due else agency.name)
            for agency in self.plan.agencies
        }
        sent: dict[str | None, list[tuple[Opened, Returned | None]]] = {}
        for file, agency, form in self.came:
            sent.setdefault(agency, []).append((file, form))
        order = [*(id for id in self._known() if id in sent or id in self.asked), *([None] if None in sent else [])]
        rows: list[dict[str, object]] = []
        for id in order:
            asked = len(self.asked.get(id or "", ()))
            if id not in sent:
                rows.append(
                    {
                        "agency": id,
                        "name": names.get(id or ""),
                        "file": None,
                        "status": "missing",
                        "asked": asked,
                        "filled": 0,
                        "date": None,
                        "revision": None,
                        "used": False,
                    }
                )
            for file, form in sent.get(id, ()):
                late = self.due is not None and file.date > self.due
                filled = {e.item for e in form.entries if e.written is not None} if form is not None else set()
                rows.append(
                    {
                        "agency": id,
                        "name": names.get(id or ""),
                        "file": file.name,
                        "status": "unreadable" if form is None else "late" if late else "received",
                        "asked": len(form.asked) if form is not None else asked,
                        "filled": len(filled),
                        "date": file.date,
                        "revision": revision_of(file.path.stem),
                        "used": form is not None and file.name not in unused,
                    }
                )
        return rows


_TOP = 12
"""Rows in which the name of an agency stands in the guide of a form."""


def _names(agency: Agency) -> set[str]:
    return {*agency.name.values(), *(agency.successor or {}).values()}


def _most(values: Iterable[str | None]) -> str | None:
    """The most frequent of some texts; of several the first in the alphabet."""
    counted = Counter(value for value in values if value)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def _listed(file: Opened) -> list[Fault]:
    """What was filled in on a form that is not of this collection: it is not read, and not lost."""
    found = []
    for table in tables(file.sheets or ()):
        places = [
            table.columns[name] for name in ("value", "source", "date", "evidence", "note") if name in table.columns
        ]
        for (row, column), cell in sorted(table.grid.cells.items()):
            if row > table.header and column in places:
                item = table.cell(row, "item")
                found.append(
                    Fault(
                        code="form_unread",
                        severity="warning",
                        column=item.tidy if item is not None else None,
                        value=cell.text,
                        file=file.name,
                        sheet=table.grid.name,
                        row=row + 1,
                        cell=cell.address,
                    )
                )
    return found
