"""Last year's figures of the plan's area, for people to compare with what they enter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from piikit.files.wide_columns import value_column
from piikit.findings.errors import InputError, UsageError, told_in
from piikit.findings.finding import FIRST, Finding
from piikit.findings.messages import Lang, messages
from piikit.framework.areas import plain_name
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs import Table, assemble
from piikit.office.forms.asked_figures import Asked
from piikit.plans.plan import Plan
from piikit.result import Result, frames_of


@frozen(kw_only=True)
class Last:
    """Last year's figures.

    Attributes:
        values: by id.
        period: the one that they are of; None where the data name none before that of the form.
        notices: what must be said wherever they are shown, as that they are a sample.
    """

    values: Mapping[str, float] = field(factory=dict)
    period: str | None = None
    notices: tuple[Finding, ...] = ()


def last_values(
    last: Any,
    plan: Plan,
    edition: Edition,
    figures: Mapping[str, Asked],
    catalogue: Catalogue,
    *,
    period: str,
    lang: Lang,
) -> Last:
    """The figures of the plan's area in the last period before that of the form; in its last one where none is before.

    Args:
        last: a Result, or data as `evaluate` takes them; other areas in them are not looked at.
        plan: names the area.
        edition: what columns of data mean.
        figures: those of the form.
        catalogue: items and units.
        period: of the form.
        lang: the language of errors.

    Raises:
        InputError: faulty cells of the plan's area.
        UsageError: the area has no row, or the file cannot be read.
    """
    if isinstance(last, Result):
        table, before = frames_of(last).inputs, last.edition
    else:
        with told_in(lang):
            table, before = assemble(last, edition, catalogue), edition
        errors = table.findings.errors
        frame = errors.frame(lang)
        if not frame.filter(_mine(plan)).is_empty():
            raise InputError(errors, title=messages(lang).text("form.last_faulty", area=plan.area_name), lang=lang)
    row = _row(table, plan, before, period)
    if row is None:
        raise UsageError(messages(lang).text("form.last_absent", area=plan.area_name))
    found = {}
    for item in figures:
        column = item
        if item in edition.nodes:
            # A code may be another indicator in another edition.
            same = item in before.nodes and before.nodes[item].name == edition.nodes[item].name
            column = value_column(item) if same else ""
        if row.get(column) is not None:
            found[item] = float(row[column])
    notices = tuple(finding for finding in table.findings if finding.code in FIRST)
    return Last(values=found, period=row["period"] if row["period"] < period else None, notices=notices)


def _mine(plan: Plan) -> pl.Expr:
    return pl.col("area").is_in([plan.area, plan.area_name, plain_name(plan.area_name)])


def _row(table: Table, plan: Plan, edition: Edition, period: str) -> Mapping[str, Any] | None:
    """The row of the plan's area in the last period before that of the form, else in its last period."""
    listed = edition.areas is not None and edition.areas.id == plan.areas
    # Equal codes of two lists may be different areas; without the plan's own list the name decides.
    mine = pl.col("area") == plan.area if listed else pl.col("area_name") == plan.area_name
    rows = table.frame.filter(mine & (pl.col("scenario") == "base")).sort("period")
    earlier = rows.filter(pl.col("period") < period)
    chosen = earlier if earlier.height else rows
    return chosen.row(-1, named=True) if chosen.height else None
