"""One figure with all its reasons, read from what a result kept."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import polars as pl
from attrs import field, frozen

from piikit.files.wide_columns import (
    changed_column,
    given_column,
    imputed_column,
    rank_column,
    score_column,
    typed_column,
    value_column,
)
from piikit.findings.messages import Lang, Messages, Names, messages, number
from piikit.framework.edition import Edition, Node
from piikit.inputs.table import Table
from piikit.scoring.shares import points_added, weight_shares

Row = Mapping[str, Any]
SAID = ("status", "source", "evidence", "unit", "data_year", "date", "agency", "revision", "file", "sheet", "row")
"""What a trail may say of a figure, in the order in which it is shown."""


@frozen(kw_only=True)
class Part:
    """A child of the explained node: what it has and what it adds to the node's score, in points."""

    code: str
    name: Names
    score: float | None
    rank: int | None
    weight: float
    contribution: float | None


@frozen(kw_only=True)
class Explanation:
    """Why a node of an area has its score.

    Attributes:
        value: of an indicator, in `unit`; `value_source` says whether it was "given", comes from "items", or is the
            "scenario"'s, or was "imputed".
        items: the raw items, by name; None where one is missing.
        lower, upper: the ends of normalisation in the indicator's unit; `bounds_source` is "cohort" (the areas
            compared), "edition", "given" (published) or "base" (kept by a scenario).
        score_source: "computed", "given" (published), "scenario" (changed by one) or "none".
        weight_share: its share, 0 to 1, of its siblings' weights; `weight_here` of those that are present.
        contribution: what the node adds to its parent's score, in points; where it is None,
            `contribution_reason` says why.
        parts: the children of a node, in tree order; their contributions add up to the score.
        missing: codes of children, or names of items, that are not there.
        doubts: what is unsure, one text each.
        trail: what long data said of the value and its items, a figure each: code, written, value, status, source,
            evidence, unit, data_year, date, agency, revision, file, sheet, row, and whether it was used.
        prepared: what was done to the value before it was normalised, in order: step ("set_aside", "imputed", or what
            the treatment did), method, before, after.
        changes: what the scenario changes in this figure, in order: subject, code, operation, figure.

    >>> import piikit
    >>> why = piikit.evaluate(piikit.sample(), "pii-2024").explain("Hà Nội", "PII")
    >>> abs(sum(part.contribution for part in why.parts) - why.score) < 1e-9
    True
    """

    __module__ = "piikit.types"

    area: str
    area_name: str
    period: str
    scenario: str
    edition: str
    status: str
    code: str
    level: str
    name: Names
    path: tuple[str, ...]
    unit: Names | None = None
    direction: str | None = None
    value: float | None = None
    value_source: str | None = None
    formula: str | None = None
    items: Mapping[str, float | None] = field(factory=dict)
    lower: float | None = None
    upper: float | None = None
    bounds_source: str | None = None
    method: str | None = None
    score: float | None
    score_source: str
    rank: int | None
    n_ranked: int | None
    weight: float
    weight_share: float | None
    weight_here: float | None
    parent: str | None
    contribution: float | None
    contribution_reason: str | None
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    source: str | None = None
    evidence: str | None = None
    evidence_meaning: Names | None = None
    definition: Any = None
    data_year: str | None = None
    note: Any = None
    doubts: tuple[Names, ...] = ()
    trail: tuple[Mapping[str, Any], ...] = ()
    changes: tuple[Mapping[str, Any], ...] = ()
    prepared: tuple[Mapping[str, Any], ...] = ()
    lang: Lang = "en"
    decimals: int = 2

    def to_dict(self) -> dict[str, Any]:
        """The explanation for machines, as in `schemas/explanation.schema.json`; figures are not rounded."""
        return attrs.asdict(
            self, filter=lambda attribute, _: attribute.name not in {"lang", "decimals"}, value_serializer=_plain
        )

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def _plain(_: Any, __: Any, value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def explain(
    bounds: pl.DataFrame,
    scores: pl.DataFrame,
    table: Table,
    edition: Edition,
    *,
    row: Row,
    codes: Sequence[str],
    lang: Lang,
) -> tuple[Explanation, ...]:
    """The explanations of nodes in one row of the wide frame.

    Args:
        bounds: the ends of normalisation.
        scores: the long scores.
        table: the inputs.
        edition: the framework.
        row: the row of the pipeline's frame that is meant.
        codes: the nodes.
        lang: the language of `str()`.
    """
    # The frames hold every area: what is said of this one is looked up once for all nodes.
    here = [pl.col(name) == row[name] for name in ("area", "period", "scenario")]
    ranked = dict(scores.filter(here).select("code", "n_ranked").iter_rows())
    ends = {end["code"]: end for end in bounds.filter(here[1:]).reverse().iter_rows(named=True)}
    trail = table.trail.filter(here[:2]).drop("area", "period").to_dicts()
    found = (_of_node(code, ranked.get(code), row, edition, lang) for code in codes)
    return tuple(
        _of_indicator(told, row, ends.get(told.code, {}), table, trail, edition) if told.level == "indicator" else told
        for told in found
    )


def _of_node(code: str, n_ranked: int | None, row: Row, edition: Edition, lang: Lang) -> Explanation:
    """What can be said of any node, an indicator or one above."""
    node = edition.nodes[code]
    parts = _parts(node, row, edition)
    contribution, reason = _contribution(node, row, edition)
    weight_share, weight_here = weight_shares(node, row, edition)
    return Explanation(
        **{name: row[name] for name in ("area", "area_name", "period", "scenario")},
        edition=edition.id,
        status=edition.status,
        code=code,
        level=node.level,
        name=node.name,
        path=edition.path(code),
        score=row[score_column(code)],
        score_source=_score_source(code, row),
        rank=row[rank_column(code)],
        n_ranked=n_ranked,
        weight=node.weight,
        weight_share=weight_share,
        weight_here=weight_here,
        parent=node.parent,
        contribution=contribution,
        contribution_reason=reason,
        parts=parts,
        missing=tuple(part.code for part in parts if part.score is None and part.weight > 0),
        method=edition.use_in(use, row).text() if (use := node.normalise or node.aggregate) else None,
        source=node.source,
        evidence=node.evidence,
        evidence_meaning=edition.evidence_levels.get(node.evidence or ""),
        definition=node.definition,
        data_year=node.data_year,
        note=node.note,
        doubts=edition.doubts if code == edition.root else (),
        lang=lang,
        decimals=edition.display_decimals,
    )


def _of_indicator(
    base: Explanation, row: Row, end: Row, table: Table, trail: Sequence[Row], edition: Edition
) -> Explanation:
    node = edition.nodes[base.code]
    items = {name: row.get(name, row.get(typed_column(name), row.get(value_column(name)))) for name in node.needs}
    value = row[value_column(node.code)]
    given = node.code in table.codes and row.get(typed_column(node.code), value) is not None
    if node.denominator is not None and given:
        items = {node.code: row.get(typed_column(node.code)), node.denominator: items[node.denominator]}
    source = None if value is None else ("given" if given or not node.indicator else "items")
    if value is not None and row.get(changed_column(value_column(node.code))):
        source = "scenario"
    filled = row.get(imputed_column(node.code))
    if value is None and filled is not None:
        value, source = filled, "imputed"
    return attrs.evolve(
        base,
        unit=node.unit.name if node.unit else None,
        direction=node.direction,
        value=value,
        value_source=source,
        formula=node.formula,
        items=items if source != "given" else {name: held for name, held in items.items() if held is not None},
        lower=end.get("lower"),
        upper=end.get("upper"),
        bounds_source=end.get("source"),
        missing=tuple(name for name, held in items.items() if held is None)
        if value is None or source == "imputed"
        else (),
        trail=_trail(node, trail),
    )


def _trail(node: Node, trail: Sequence[Row]) -> tuple[Row, ...]:
    """What was said of the node's value and items in this area and period."""
    wanted = {node.code, *(node.indicator.item_names if node.indicator else ())}
    return tuple(entry for entry in trail if entry["code"] in wanted)


def _score_source(code: str, row: Row) -> str:
    if row.get(changed_column(score_column(code))) and row[score_column(code)] is not None:
        return "scenario"
    if row.get(given_column(code)) is not None:
        return "given"
    return "none" if row[score_column(code)] is None else "computed"


def contributions(node: Node, row: Row, edition: Edition) -> tuple[dict[str, float | None], str | None]:
    """What each child adds to a node's score, in points, and, where that cannot be said, why.

    The contributions of the children present add up to the score.
    """
    nothing: dict[str, float | None] = dict.fromkeys(node.children)
    source = _score_source(node.code, row)
    if source == "given":
        return nothing, "published"
    if source == "scenario":
        return nothing, "scenario"
    if source == "none":
        return nothing, "no_score"
    added = points_added(node, row, edition)
    return (nothing, "method") if added is None else (added, None)


def _parts(node: Node, row: Row, edition: Edition) -> tuple[Part, ...]:
    if not node.children:
        return ()
    shares, _ = contributions(node, row, edition)
    return tuple(
        Part(
            code=child,
            name=edition.nodes[child].name,
            score=row[score_column(child)],
            rank=row[rank_column(child)],
            weight=edition.nodes[child].weight,
            contribution=shares[child],
        )
        for child in node.children
    )


def _contribution(node: Node, row: Row, edition: Edition) -> tuple[float | None, str | None]:
    if node.parent is None:
        return None, "root"
    shares, reason = contributions(edition.nodes[node.parent], row, edition)
    if reason is None and shares[node.code] is None:
        reason = "no_score_here"
    return shares[node.code], reason


# -- text --------------------------------------------------------------------------------------------------------


def _lines(it: Explanation) -> list[str]:
    words = messages(it.lang)
    lines = [f"{it.area_name} · {it.period} · {it.code} {words.of(it.name)}" + _scenario(it)]
    if it.status == "reconstructed":
        lines.append("! " + words.text("explain.reconstructed", edition=it.edition))
    lines.append(_score_line(it, words))
    if it.level == "indicator":
        lines += _value_lines(it, words)
        lines += _trail_lines(it, words)
    lines += [_change_line(entry, it, words) for entry in it.changes]
    lines += _tree_lines(it, words)
    if it.missing:
        lines.append(words.text("explain.missing", names=list(it.missing)))
    lines += _source_lines(it, words)
    return lines


def _scenario(it: Explanation) -> str:
    return f" · {it.scenario}" if it.scenario != "base" else ""


def _score_line(it: Explanation, words: Messages) -> str:
    text = f"{words.text('label.score')}: {number(it.score, it.lang, it.decimals)}"
    if it.score_source == "given":
        text += f" ({words.text('explain.published')})"
    elif it.score_source == "scenario":
        text += f" ({words.text('explain.changed')})"
    if it.rank is not None:
        text += ", " + words.text("explain.rank", rank=it.rank, n=it.n_ranked)
    return text


def _value_lines(it: Explanation, words: Messages) -> list[str]:
    unit = f" {words.of(it.unit)}" if it.unit else ""
    lines = [f"{words.text('label.value')}: {number(it.value, it.lang)}{unit}"]
    if it.value_source == "given":
        lines[-1] += f" ({words.text('explain.given_value')})"
    elif it.value_source == "scenario":
        lines[-1] += f" ({words.text('explain.changed')})"
    elif it.value_source == "imputed":
        lines[-1] += f" ({words.text('explain.imputed')})"
    if it.formula:
        lines.append(f"{words.text('explain.formula')}: {it.formula}")
    lines += [f"    {name} = {number(held, it.lang)}" for name, held in it.items.items()]
    for entry in it.prepared:
        before, after = (number(entry[name], it.lang) for name in ("before", "after"))
        step = entry["step"]
        key = f"explain.step.{step}" if words.has(f"explain.step.{step}") else "explain.step.other"
        lines.append(words.text(key, step=step, method=entry["method"], before=before, after=after))
    if it.upper is not None:
        lines.append(
            words.text(
                "explain.bounds",
                lower=it.lower,
                upper=it.upper,
                source=words.text(f"bounds_source.{it.bounds_source}"),
                direction=words.text(f"direction.{it.direction}"),
            )
        )
    return lines


def _trail_lines(it: Explanation, words: Messages) -> list[str]:
    lines = []
    for entry in it.trail:
        said = [f"{words.text(f'trail.{key}')} {entry[key]}" for key in SAID if entry[key] is not None]
        old = "" if entry["used"] else f" ({words.text('trail.superseded')})"
        lines.append(f"    {entry['code']} = {entry['written']}{old}: {'; '.join(said)}")
    return lines


def _change_line(entry: Mapping[str, Any], it: Explanation, words: Messages) -> str:
    figure = entry["figure"]
    if isinstance(figure, Mapping):
        shown = " " + ", ".join(f"{step} {used}" for step, used in figure.items())
    else:
        shown = "" if figure is None else f" {number(figure, it.lang)}"
    done = words.text(f"operation.{entry['operation']}")
    return words.text(
        "explain.change", subject=words.text(f"subject.{entry['subject']}"), code=entry["code"], done=f"{done}{shown}"
    )


def _tree_lines(it: Explanation, words: Messages) -> list[str]:
    lines = [f"{words.text('explain.method')}: {it.method}"] if it.method else []
    if it.parent is not None:
        share = number(None if it.weight_share is None else it.weight_share * 100, it.lang, 1)
        key = "explain.weight"
        if it.weight_here is not None and it.weight_here != it.weight_share:
            key = "explain.weight_here"
        here = number(None if it.weight_here is None else it.weight_here * 100, it.lang, 1)
        lines.append(words.text(key, weight=it.weight, share=share, here=here, parent=it.parent))
        points = words.text("explain.points", points=number(it.contribution, it.lang, it.decimals), parent=it.parent)
        if it.contribution is None and it.contribution_reason:
            points = words.text(f"contribution_reason.{it.contribution_reason}", parent=it.parent)
        lines.append(points)
    for part in it.parts:
        lines.append(
            f"    {part.code} {words.of(part.name)}: {number(part.score, it.lang, it.decimals)}"
            + (f" → +{number(part.contribution, it.lang, it.decimals)}" if part.contribution is not None else "")
        )
    return lines


def _source_lines(it: Explanation, words: Messages) -> list[str]:
    unknown = words.text("label.unknown")
    lines = []
    if it.level == "indicator":
        lines.append(f"{words.text('label.source')}: {it.source or unknown}")
        lines.append(
            f"{words.text('label.definition')}: {words.of(it.definition) or unknown}; "
            f"{words.text('label.data_year')}: {it.data_year or unknown}"
        )
    if it.evidence:
        lines.append(
            f"{words.text('label.evidence')}: {words.text(f'evidence.{it.evidence}')}. "
            f"{words.of(it.evidence_meaning)}".rstrip()
        )
    if it.note:
        lines.append(f"{words.text('label.note')}: {words.of(it.note)}")
    lines += [f"{words.text('label.doubt')}: {words.of(doubt)}" for doubt in it.doubts]
    return lines
