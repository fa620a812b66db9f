"""Several forms as one table: copies, revisions, and figures on which agencies do not agree."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from piikit.office.forms.form_faults import Fault
from piikit.office.forms.read_form import FormEntry, Returned


@frozen(kw_only=True)
class Pooled:
    """What all forms say together.

    Attributes:
        entries: the figures that count; of an item on which they differ all, none of them sound.
        superseded: the figures of files that a later revision or a copy stands for.
        unused: the names of those files.
    """

    entries: tuple[FormEntry, ...]
    superseded: tuple[FormEntry, ...]
    unused: frozenset[str]
    faults: tuple[Fault, ...]


def pooled(forms: Sequence[tuple[Returned, int, str | None]]) -> Pooled:
    """The figures of forms, each with its revision and its agency, in the order of the plan's agencies.

    Of the files of one agency the highest revision counts. Files of one revision count together: where one has a figure
    and the other none, the figure counts; where they differ, none does until somebody decides. A date decides nothing:
    a file gets another one when it is copied.
    """
    faults: list[Fault] = []
    kept: list[FormEntry] = []
    old: list[FormEntry] = []
    unused: set[str] = set()
    for agency in dict.fromkeys(owner for *_, owner in forms):
        own = [(form, revision) for form, revision, owner in forms if owner == agency]
        newest = max(revision for _, revision in own)
        late = [form for form, revision in own if revision == newest]
        for form, revision in own:
            if revision < newest:
                unused.add(form.file)
                old += _superseded(form, revision, late, newest, faults)
        entries, copies = _one_agency(late, newest, faults)
        kept += entries
        unused |= copies
    return Pooled(
        entries=tuple(_agreed(kept, faults)), superseded=tuple(old), unused=frozenset(unused), faults=tuple(faults)
    )


def _superseded(
    form: Returned, revision: int, late: Sequence[Returned], newest: int, faults: list[Fault]
) -> list[FormEntry]:
    by = [other.file for other in late]
    faults.append(Fault(code="form_superseded", severity="info", file=form.file, params={"by": by, "revision": newest}))
    filled = {entry.item for other in late for entry in other.entries if entry.written is not None}
    for entry in form.entries:
        if entry.written is not None and entry.item not in filled:
            faults.append(_fault("form_superseded_figure", "warning", entry, by=by))
    return [evolve(entry, revision=revision, sound=False) for entry in form.entries]


def _one_agency(forms: Sequence[Returned], revision: int, faults: list[Fault]) -> tuple[list[FormEntry], set[str]]:
    """The entries of files of one agency and revision, and the names of those that only repeat another."""
    copies: set[str] = set()
    seen: list[tuple[frozenset[tuple[object, ...]], str]] = []
    entries: list[FormEntry] = []
    for form in forms:
        said = frozenset((e.item, e.written, e.source, e.date, e.evidence, e.note) for e in form.entries)
        first = next((name for other, name in seen if other == said), None)
        if first is not None:
            copies.add(form.file)
            faults.append(Fault(code="form_copy", severity="info", file=form.file, params={"of": first}))
            continue
        seen.append((said, form.file))
        entries += [evolve(entry, revision=revision) for entry in form.entries]
    return entries, copies


def _agreed(entries: Sequence[FormEntry], faults: list[Fault]) -> list[FormEntry]:
    """The entries with those that contradict each other made unsound; each of them is named with the others."""
    found: list[FormEntry] = []
    groups: dict[tuple[str, str], list[FormEntry]] = {}
    for entry in entries:
        groups.setdefault((entry.period, entry.item), []).append(entry)
    for same in groups.values():
        given = [entry for entry in same if entry.written is not None]
        if len({entry.written if entry.value is None else entry.value for entry in given}) < 2:
            found += same
            continue
        # Rows of one form that differ are named there already.
        if len({entry.file for entry in given}) > 1:
            for entry in given:
                others = [
                    f"{e.agency or '–'}: {e.written} ({e.file} [{e.sheet}!{e.cell}])" for e in given if e is not entry
                ]
                faults.append(_fault("form_conflict", "error", entry, others=others))
        found += [evolve(entry, sound=False) if entry.written is not None else entry for entry in same]
    return found


def _fault(code: str, severity: str, entry: FormEntry, **params: object) -> Fault:
    return Fault(
        code=code,
        severity=severity,
        column=entry.item,
        value=entry.written,
        file=entry.file,
        sheet=entry.sheet,
        row=entry.row,
        cell=entry.cell,
        agency=entry.agency,
        period=entry.period,
        params=params,
    )
