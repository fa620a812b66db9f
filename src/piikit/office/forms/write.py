"""Forms written: one workbook an agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from piikit.engine import Engine, default_engine
from piikit.files.safe_writing import write_whole
from piikit.findings.dates import day_of, last_day
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import Lang, Messages, messages
from piikit.findings.paths import path_of
from piikit.framework.areas import plain_name
from piikit.framework.edition import EditionLike
from piikit.office.forms.asked_figures import ALL, Shares, shares
from piikit.office.forms.form import Form
from piikit.office.forms.last_year import Last, last_values
from piikit.office.forms.layout import file_name
from piikit.office.forms.progress import Tell, silent
from piikit.office.forms.sheet import form_bytes
from piikit.plans.agencies import Agency
from piikit.plans.plan import Plan, PlanLike


def write_forms(
    folder: str | Path,
    edition: EditionLike,
    plan: PlanLike,
    *,
    agencies: Sequence[str] | None = None,
    period: str | None = None,
    last: Any = None,
    due: date | str | None = None,
    lang: Lang = "vi",
    engine: Engine | None = None,
    force: bool = False,
    tell: Tell | None = None,
) -> list[Path]:
    """Forms for the agencies of a plan, each with just the figures that the agency supplies.

    Which agency is asked for which figure stands in `docs/reference/forms.md`. A form has a sheet that explains it, a
    sheet of figures whose cells to fill take only what is allowed, and a hidden sheet that `collect` knows it by.

    Args:
        folder: where to; it is made where it is not there.
        edition: whose figures are asked for: an installed id, a path, a mapping, or an Edition.
        plan: an installed id, a path, a mapping, or a Plan.
        agencies: ids or names, in Vietnamese or English, of the agencies to write forms for; every agency that is
            asked for something where not given.
        period: the period of the figures; that of the edition where not given.
        last: last year's figures: a Result, or data as `evaluate` takes them. Only the plan's area is looked at.
        due: the day on which the forms are due, as a date or "2025-03-31"; it also decides which agencies have ended.
            Where not given, the end of the period decides that.
        lang: "vi" or "en".
        engine: the engine to use; the default one where not given.
        force: write over forms that are there. Where not set, a form that is there and differs is an error, for it may
            hold somebody's work; one that does not differ is left as it is.
        tell: called with the form that is made, how many are done, and how many there are.

    Returns:
        the paths of the forms, in the plan's order of agencies.

    Raises:
        UsageError: an unknown agency, one that is asked for nothing, a day that is none, an edition on another list of
            areas, or forms that are there already; all of them are named.
        InputError: faulty figures of the plan's area in `last`.
        MissingExtraError: the extra `excel` is not installed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_forms(folder, "pii-2024", "bac-giang-2024", agencies=["Sở Công Thương"])]
    ['bac-giang-2024_pii-2024_industry-trade.xlsx']
    """
    folder = path_of(folder, lang)
    forms = forms_of(edition, plan, agencies=agencies, period=period, last=last, due=due, lang=lang, engine=engine)
    return written(folder, forms, force=force, tell=tell)


def written(folder: str | Path, forms: Sequence[Form], *, force: bool = False, tell: Tell | None = None) -> list[Path]:
    """Write forms into a folder, all of them or none; see `write_forms`."""
    folder = Path(folder)
    made = {}
    for place, form in enumerate(forms):
        name = file_name(form.plan.id, form.edition.id, form.agency.id)
        (tell or silent)(name, place, len(forms))
        made[folder / name] = form_bytes(form)
    present = [path for path in made if path.exists()]
    same = {path for path in present if path.is_file() and path.read_bytes() == made[path]}
    kept = [path for path in present if path not in same]
    if kept and not force:
        names = ", ".join(path.name for path in kept)
        raise UsageError(
            messages(forms[0].lang).text("form.there_already", n=len(kept), folder=str(folder), names=names)
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from error
    for path, content in made.items():
        if path not in same:
            write_whole(path, content)
    return list(made)


def forms_of(
    edition: EditionLike,
    plan: PlanLike,
    *,
    agencies: Sequence[str] | None = None,
    period: str | None = None,
    last: Any = None,
    due: date | str | None = None,
    lang: Lang = "vi",
    engine: Engine | None = None,
) -> list[Form]:
    """What `write_forms` writes, before it is a workbook; arguments and errors are the same."""
    words = _words(lang)
    engine = engine or default_engine()
    framework = engine.edition(edition, lang=lang)
    wanted = engine.plan(plan, beside=framework, lang=lang)
    if framework.areas is not None and framework.areas.id != wanted.areas:
        raise UsageError(
            words.text(
                "form.other_areas",
                plan=wanted.id,
                area=wanted.area_name,
                areas=wanted.areas,
                edition=framework.id,
                listed=framework.areas.id,
            )
        )
    period = period if period is not None else framework.period
    day = day_of(due) if due is not None else None
    if due is not None and day is None:
        raise UsageError(words.text("form.bad_due", value=str(due)))
    if not wanted.agencies:
        raise UsageError(words.text("form.no_agencies", plan=wanted.id))
    on = day or last_day(period) or last_day(framework.period)
    who = shares(wanted, framework, engine.catalogue, on)
    ids = list(who.by_agency) if agencies is None else chosen(agencies, wanted, who, on, words)
    before = (
        last_values(last, wanted, framework, who.figures, engine.catalogue, period=period, lang=lang)
        if last is not None
        else Last()
    )
    known = {agency.id: agency for agency in wanted.agencies}
    named = {id: _name(agency, on, words) for id, agency in known.items()}
    return [
        Form(
            edition=framework,
            plan=wanted,
            agency=known[id],
            name=named[id],
            asked=who.of(id),
            shares=who,
            others=named,
            last=before,
            period=period,
            due=day,
            on=on,
            to=_returned_to(wanted, on, words),
            lang=lang,
        )
        for id in ids
    ]


def _words(lang: Lang) -> Messages:
    try:
        return messages(lang)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _name(agency: Agency, on: date | None, words: Messages) -> str:
    return words.of(agency.name_on(on) if on is not None else agency.name)


def _returned_to(plan: Plan, on: date | None, words: Messages) -> str:
    """The agency that coordinates the whole, by its name on the day; empty where the plan names none."""
    for role in ("coordinate", "evidence", "lead"):
        for agency in plan.agencies:
            if any(duty.role == role and ALL in duty.nodes for duty in agency.duties):
                return _name(plan.answering(agency.id, on), on, words)
    return ""


def chosen(asked: Sequence[str], plan: Plan, who: Shares, on: date | None, words: Messages) -> list[str]:
    """The ids of the agencies that are named by id or name, in the plan's order; an ended one stands for its successor.

    Raises:
        UsageError: names of no agency, and agencies that are asked for nothing; all of them are named.
    """
    if isinstance(asked, str):
        asked = [asked]
    ids: dict[str, str] = {}
    for agency in plan.agencies:
        called = [agency.id, *agency.name.values(), *(agency.successor or {}).values()]
        for name in called:
            ids.setdefault(plain_name(name), plan.answering(agency.id, on).id)
    # An agency's own name beats the name of a successor that another agency bears.
    ids |= {
        plain_name(name): plan.answering(agency.id, on).id
        for agency in plan.agencies
        for name in (agency.id, *agency.name.values())
    }
    shown = [f"{agency.id} ({words.of(agency.name)})" for agency in plan.agencies]
    faults, found = [], []
    for name in asked:
        id = ids.get(plain_name(name))
        if id is None:
            near = nearest(plain_name(name), list(ids), cutoff=0.6)
            hint = next((s for s, a in zip(shown, plan.agencies, strict=True) if near and a.id == ids[near]), None)
            near_text = words.text("form.agency_near", near=hint) if hint else ""
            faults.append(words.text("form.unknown_agency", name=name, plan=plan.id) + near_text)
        elif not who.of(id):
            faults.append(words.text("form.asked_nothing", name=name, plan=plan.id))
        else:
            found.append(id)
    if faults:
        raise UsageError("\n".join([*faults, words.text("form.known_agencies", names="; ".join(shown))]))
    order = {agency.id: place for place, agency in enumerate(plan.agencies)}
    return sorted(dict.fromkeys(found), key=lambda id: order[id])
