"""Nodes of one area followed from result to result, with what makes two of them hard to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from piikit.findings.errors import UsageError, together
from piikit.findings.messages import Lang, Messages, messages
from piikit.findings.unknown import unknown
from piikit.framework.edition import Edition
from piikit.results.frames import Frames

SCHEMA = pl.Schema(
    {
        "edition": pl.String(),
        "period": pl.String(),
        "area": pl.String(),
        "area_name": pl.String(),
        "scenario": pl.String(),
        "code": pl.String(),
        "name": pl.String(),
        "level": pl.String(),
        "value": pl.Float64(),
        "score": pl.Float64(),
        "rank": pl.Int32(),
        "n_ranked": pl.Int32(),
        "score_change": pl.Float64(),
        "places": pl.Int32(),
        "note": pl.String(),
    }
)
Row = dict[str, Any]


def definition(edition: Edition, code: str) -> tuple[Any, ...]:
    """What a node's figures are made of: of an indicator its name, unit, direction and formula, else its indicators.

    Two editions whose definitions differ measure different things under the same code.
    """
    node = edition.nodes[code]
    if not node.is_indicator:
        return tuple((leaf, definition(edition, leaf)) for leaf in edition.leaves[code])
    unit = node.unit.id if node.unit else None
    if node.indicator is None:
        return ("column", dict(node.name).get("vi"), unit, node.direction)
    return (node.indicator.code, node.indicator.formula, unit, node.direction)


def differing(first: Edition, later: Edition, code: str) -> bool:
    """Whether a code means something else in a later edition."""
    known = code in first.nodes and code in later.nodes
    return not known or (first is not later and definition(first, code) != definition(later, code))


def follow(
    results: Iterable[Frames],
    area: str,
    codes: str | Iterable[str],
    *,
    scenario: str = "base",
    lang: Lang | None = None,
) -> pl.DataFrame:
    """Nodes of one area through several results: a row a period and node.

    Results are put in the order of their periods; a result of several periods brings each of them. The area is found
    by its name in each edition, since codes change their meaning between lists.

    Args:
        results: results of one or more editions.
        area: code, name, name without marks, or alias; a code as in the list of the first result.
        codes: nodes.
        scenario: "base" for the data as they are.
        lang: the language of names and notes; that of the first result where not given.

    Returns:
        edition, period, area, area_name, scenario, code, name, level, value, score, rank, n_ranked, score_change
        (points since the first period with a score), places (how many places further up since the first period with
        a rank), note. Where the definition of the node changed since the first period, score_change and places are
        null and the note says so; where the number of areas compared changed, only the note says so. Figures are null
        where an edition does not have the node, or the area no longer exists.

    Raises:
        UsageError: no result, an unknown area, or a node that none of the editions has.

    >>> import piikit
    >>> found = [piikit.evaluate(edition=f"pii-{year}", scores=[{"area": "Bắc Giang", "code": "PII", "rank": rank}])
    ...          for year, rank in (("2023", 11), ("2024", 10))]
    >>> found[1].follow("PII", "Bắc Giang", found[:1]).select("period", "rank", "n_ranked", "places").rows()
    [('2023', 11, 63, 0), ('2024', 10, 63, 1)]
    """
    every = list(results)
    if not every:
        raise UsageError("no_results")
    wanted = [codes] if isinstance(codes, str) else list(codes)
    _check_codes(wanted, every)
    words = messages(lang or every[0].lang)
    steps = [(result, period) for result in every for period in result.wide["period"].unique(maintain_order=True)]
    steps.sort(key=lambda step: step[1])
    name = _area_name(every, area)
    rows = [_row(result, period, name, code, scenario, words) for result, period in steps for code in wanted]
    editions = {result.edition.id: result.edition for result in every}
    for code in wanted:
        _since_first([row for row in rows if row["code"] == code], editions, words)
    return pl.DataFrame(rows, schema=SCHEMA)


def _check_codes(codes: Sequence[str], results: Sequence[Frames]) -> None:
    known = list(dict.fromkeys(code for result in results for code in result.edition.nodes))
    wrong = [code for code in codes if code not in known]
    if wrong:
        raise together([unknown("code", code, known) for code in wrong])


def _area_name(results: Sequence[Frames], area: str) -> str:
    """The name that a text means in the first list that knows it."""
    for result in results:
        areas = result.edition.areas
        meant = areas.get(area) if areas is not None else None
        if meant is not None:
            return meant.name
        if areas is None and area in result.wide["area"]:
            return area
    raise unknown("area", area, (name for result in results for name in result.wide["area_name"].unique()))


def _row(result: Frames, period: str, name: str, code: str, scenario: str, words: Messages) -> Row:
    edition = result.edition
    meant = edition.areas.get(name) if edition.areas is not None else None
    area = meant.code if meant is not None else (name if edition.areas is None else None)
    node = edition.nodes.get(code)
    row: Row = {
        "edition": edition.id,
        "period": period,
        "area": area,
        "area_name": meant.name if meant is not None else name,
        "scenario": scenario,
        "code": code,
        "name": words.of(node.name) if node else None,
        "level": node.level if node else None,
        "note": [],
    }
    if area is None and edition.areas is not None:
        successor = edition.areas.successor_of(name)
        key = "area_ended" if successor else "area_absent"
        row["note"].append(words.text(f"follow.{key}", area=name, edition=edition.id, successor=successor))
    elif node is None:
        row["note"].append(words.text("follow.no_such_node", edition=edition.id, code=code))
    else:
        held = result.scores.filter(
            (pl.col("area") == area)
            & (pl.col("period") == period)
            & (pl.col("scenario") == scenario)
            & (pl.col("code") == code)
        )
        figures = held.row(0, named=True) if not held.is_empty() else {}
        row |= {key: figures.get(key) for key in ("value", "score", "rank", "n_ranked")}
    return row


def _since_first(rows: list[Row], editions: dict[str, Edition], words: Messages) -> None:
    """Fill in the changes since the first figures, and what is to be known of them."""
    first = {key: next((row for row in rows if row.get(key) is not None), None) for key in ("score", "rank")}
    for row in rows:
        start = first["score"] or first["rank"]
        if start is not None and row["name"] is not None and (row.get("score") is not None or row.get("rank")):
            changes, notes = since(row, start, first["rank"] or start, editions, words)
            row.update(changes)
            row["note"] += notes
        row["note"] = "; ".join(row["note"]) or None


def since(row: Row, start: Row, ranked: Row, editions: dict[str, Edition], words: Messages) -> tuple[Row, list[str]]:
    """The change of score and the places gained since an earlier row, and notes on what they are worth.

    Args:
        row: the later figures: edition, code, score, rank, n_ranked.
        start: the earlier ones; `ranked` where the earlier rank stands.
        ranked: see `start`.
        editions: the editions by id.
        words: the texts.
    """
    notes: list[str] = []
    changed = differing(editions[start["edition"]], editions[row["edition"]], row["code"])
    if changed:
        notes.append(words.text("follow.other_definition", edition=start["edition"], period=start["period"]))
    if _other_land(start, row, editions):
        notes.append(words.text("follow.other_land", area=row["area_name"], period=start["period"]))
    if row.get("n_ranked") and ranked.get("n_ranked") and row["n_ranked"] != ranked["n_ranked"]:
        notes.append(
            words.text("follow.other_areas", n=row["n_ranked"], before=ranked["n_ranked"], period=ranked["period"])
        )
    return {
        "score_change": None if changed else _less(row.get("score"), start.get("score")),
        "places": None if changed else _less(ranked.get("rank"), row.get("rank")),
    }, notes


def _other_land(start: Row, row: Row, editions: dict[str, Edition]) -> bool:
    """Whether an area of the same name took in others between the lists of two editions."""
    lists = [editions[each["edition"]].areas for each in (start, row)]
    if lists[0] is None or lists[1] is None or lists[0].id == lists[1].id:
        return False
    here = lists[1].get(row["area"] or "")
    return here is not None and len(here.formed_from) > 1


def _less(one: Any, other: Any) -> Any:
    return None if one is None or other is None else one - other
