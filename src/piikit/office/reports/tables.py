"""The views of a result as people read them: labelled columns, words for codes, figures as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl
from attrs import frozen

from piikit.files.wide_columns import rank_column, score_column
from piikit.files.xlsx.write import Kind
from piikit.findings.dates import day_text, last_day
from piikit.findings.messages import Lang, Messages, messages
from piikit.inputs.keys import BASE
from piikit.result import Result, frames_of

COHORT = ("period", "scenario")
SHAPES: Mapping[str, tuple[Kind, float]] = {
    **dict.fromkeys(
        (
            "score",
            "score_change",
            "gap_points",
            "step",
            "index_gap",
            "median",
            "to_median",
            "contribution",
            "gap_to_target",
        ),
        ("score", 10),
    ),
    **dict.fromkeys(("value", "treated", "lower", "upper", "required", "actual", "gap"), ("value", 12)),
    **dict.fromkeys(
        (
            "rank",
            "n_ranked",
            "places",
            "rank_gap_to_target",
            "n_leading",
            "indicators",
            "scored",
            "tasks",
            "not_started",
            "on_time",
            "late",
            "done_without_evidence",
            "done",
            "days",
            "row",
            "low_place",
        ),
        ("int", 9),
    ),
    **dict.fromkeys(("coverage", "index_gap_share", "weight_share"), ("share", 9)),
    **dict.fromkeys(("start", "due", "done_on"), ("date", 11)),
    **dict.fromkeys(("node_name", "target_name"), ("wrap", 48)),
    **dict.fromkeys(("targets", "nodes"), ("wrap", 22)),
    **dict.fromkeys(("level", "role", "agency", "task", "finding"), ("text", 24)),
    **dict.fromkeys(
        (
            "agency_name",
            "lead_name",
            "through",
            "coordinating",
            "output",
            "evidence",
            "note",
            "expected",
            "d_column",
            "d_name",
        ),
        ("wrap", 28),
    ),
    **dict.fromkeys(("reason", "text", "message", "hint", "why", "change_reason", "d_meaning"), ("wrap", 55)),
    **dict.fromkeys(
        (
            "area_name",
            "target",
            "direction",
            "bounds_source",
            "unit",
            "status",
            "task_status",
            "condition",
            "d_sheet",
            "d_unit",
        ),
        ("text", 20),
    ),
}
"""What a column holds and how wide it is; the others are texts of 11 characters."""
UNITS: Mapping[str, str] = {
    **dict.fromkeys(
        ("score", "score_change", "gap_points", "index_gap", "median", "to_median", "contribution", "gap_to_target"),
        "points",
    ),
    **dict.fromkeys(("coverage", "index_gap_share", "weight_share"), "share"),
    **dict.fromkeys(("places", "rank_gap_to_target"), "places"),
    **dict.fromkeys(("value", "treated", "lower", "upper"), "own"),
    **dict.fromkeys(("required", "actual", "gap", "step"), "row"),
    "days": "days",
}
"""The unit of the figures of a column, where it has one."""


@frozen(kw_only=True)
class Labelled:
    """A column of a view: its name in the frame, and what a person must know of it.

    Attributes:
        key: the name under which its texts are kept, as `table.column.<key>`.
        kind: how its cells are shown.
        width: in characters.
        unit: of its figures; empty where they have none.
    """

    name: str
    key: str
    label: str
    meaning: str
    unit: str
    kind: Kind
    width: float


@frozen(kw_only=True, eq=False)
class View:
    """A frame with a label, a meaning and a unit for each of its columns.

    Attributes:
        id: "ranking", "pillars", "indicators", "bounds", "attainment", "agencies", "duties", "tasks", "findings",
            "explanations".
        title: its short name, as of a sheet.
        holds: what it holds, in a phrase.
        columns: one a column of the frame, in the same order.
        frame: figures as in the frames of the result, codes in words; lists as texts.
        freeze: how many columns say whose row it is.
        total: how many rows there are; the frame holds the first of them where fewer were asked for.
    """

    id: str
    title: str
    holds: str
    columns: tuple[Labelled, ...]
    frame: pl.DataFrame
    freeze: int = 0
    total: int


def labelled(name: str, words: Messages, key: str | None = None, label: str | None = None) -> Labelled:
    """A column with the texts of a key, which is its name where none is given.

    >>> labelled("score", messages("vi")).label, labelled("score", messages("en"), label="1 · score").unit
    ('điểm', 'points')
    """
    key = key or name
    kind, width = SHAPES.get(key, ("text", 11))
    unit = words.text(f"table.unit.{UNITS[key]}") if key in UNITS else ""
    return Labelled(
        name=name,
        key=key,
        label=label or words.text(f"table.column.{key}.label"),
        meaning=words.text(f"table.column.{key}.meaning"),
        unit=unit,
        kind=kind,
        width=width,
    )


def view(
    id: str,
    frame: pl.DataFrame,
    words: Messages,
    columns: Sequence[Labelled],
    *,
    freeze: int = 0,
    total: int | None = None,
    said: Mapping[str, str] | None = None,
) -> View:
    """The view of a frame: the named columns of it; `said` fills in what it holds, `total` is its height without it."""
    return View(
        id=id,
        title=words.text(f"table.sheet.{id}"),
        holds=words.text(f"table.holds.{id}", **(said or {})),
        columns=tuple(columns),
        frame=frame.select(column.name for column in columns),
        freeze=freeze,
        total=frame.height if total is None else total,
    )


def in_words(column: str, prefix: str, words: Messages, codes: Sequence[str]) -> pl.Expr:
    """The texts for the codes of a column; a code without a text stays as it is."""
    texts = {code: words.text(f"{prefix}.{code}") for code in codes if words.has(f"{prefix}.{code}")}
    return pl.col(column).replace(texts) if texts else pl.col(column)


def joined(column: str) -> pl.Expr:
    """A column of lists as one of texts; null where a list is empty."""
    texts = pl.col(column).list.join(", ")
    return pl.when(texts != "").then(texts).alias(column)


def names_of(result: Result) -> pl.Expr:
    """The name of the node of each row."""
    words = messages(result.lang)
    return named("code", {code: words.of(node.name) for code, node in result.edition.nodes.items()})


def named(column: str, texts: Mapping[str, str]) -> pl.Expr:
    """The text for each code of a column; null where there is none."""
    return pl.col(column).replace_strict(dict(texts), default=None, return_dtype=pl.String)


def place_columns(result: Result, words: Messages) -> list[Labelled]:
    """The columns that say whose row it is; the scenario only where there are some."""
    names = ["period", *(["scenario"] if frames_of(result).what_if is not None else []), "area", "area_name"]
    return [labelled(name, words) for name in names]


@frozen(kw_only=True)
class Subject:
    """Whom a report is about: the plan's area, or without one the first-ranked, in the last period as it is.

    Attributes:
        row: its row of the wide frame.
        planned: whether it is the plan's area.
        day: the last day of the period, or of the edition's; None where neither is a date.
    """

    row: Mapping[str, object]
    planned: bool
    day: date | None

    @property
    def area(self) -> str:
        """Its code."""
        return str(self.row["area"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.row["area_name"])

    @property
    def period(self) -> str:
        """The period."""
        return str(self.row["period"])

    def day_text(self, lang: Lang) -> str:
        """The day for people."""
        return day_text(self.day, lang) if self.day is not None else ""


def subject_of(result: Result, on: date | None = None) -> Subject:
    """Whom a report on the result is about; see `Subject`.

    Args:
        result: what `evaluate` gave.
        on: the day on which agencies and tasks are judged; the last of the period where not given.
    """
    edition, plan = result.edition, result.plan
    base = frames_of(result).wide.filter(pl.col("scenario") == BASE)
    last = base.filter(pl.col("period") == pl.col("period").last())
    listed = edition.areas.id if edition.areas else None
    mine = base.filter(pl.col("area") == plan.area) if plan is not None and plan.areas == listed else base.clear()
    planned = not mine.is_empty()
    root = edition.root
    order = last.sort(rank_column(root), pl.col(score_column(root)).neg(), nulls_last=True, maintain_order=True)
    row = mine.row(-1, named=True) if planned else order.row(0, named=True)
    return Subject(row=row, planned=planned, day=on or last_day(row["period"]) or last_day(edition.period))


def upper_codes(result: Result) -> tuple[str, ...]:
    """The index, the sub-indices and the pillars; where an edition has neither, the nodes below its index."""
    edition = result.edition
    below = (*edition.codes("sub_index"), *edition.codes("pillar")) or edition.nodes[edition.root].children
    return (edition.root, *below)


def pillar_codes(result: Result) -> tuple[str, ...]:
    """The pillars; where an edition has none, the nodes below its index that are no indicators."""
    edition = result.edition
    children = edition.nodes[edition.root].children
    return edition.codes("pillar") or tuple(code for code in children if not edition.nodes[code].is_indicator)


def filled(views: Sequence[View | None]) -> Iterator[View]:
    """The views that are there and hold something."""
    return (entry for entry in views if entry is not None and not entry.frame.is_empty())
