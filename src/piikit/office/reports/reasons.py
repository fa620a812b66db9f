"""The view of explanations: for one area a row a node, the largest gaps first, with what each score is made of."""

from __future__ import annotations

from typing import Any

import polars as pl

from piikit.files.wide_columns import score_column
from piikit.findings.messages import Messages, messages, number
from piikit.inputs.keys import BASE
from piikit.office.reports.tables import Subject, View, in_words, labelled, view
from piikit.result import Result, frames_of
from piikit.results.explain import Explanation
from piikit.results.index_gap import gaps

NAMES = (
    "area_name",
    "period",
    "level",
    "code",
    "node_name",
    "score",
    "rank",
    "n_ranked",
    "median",
    "to_median",
    "index_gap",
    "standing",
    "low_place",
    "weight_share",
    "contribution",
    "value",
    "unit",
    "lower",
    "upper",
    "why",
)
FLOATS = ("score", "median", "to_median", "index_gap", "weight_share", "contribution", "value", "lower", "upper")
SCHEMA = {
    name: pl.Float64() if name in FLOATS else pl.Int64() if name in {"rank", "n_ranked", "low_place"} else pl.String()
    for name in NAMES
}


def explanations(result: Result, subject: Subject) -> View:
    """Why the area has its scores: the nodes above the indicators in tree order, then the indicators by their gap."""
    words, edition = messages(result.lang), result.edition
    medians = medians_of(result, subject)
    divided = gaps(subject.row, edition)
    parts = divided.parts if divided.total is not None else {}
    standing, low = _standing(result, subject, words), _low(result, subject)
    rows: list[dict[str, Any]] = []
    for told in frames_of(result).explanations(dict(subject.row), list(edition.nodes)):
        code, middle = told.code, medians[told.code]
        rows.append(
            {
                "area_name": subject.name,
                "period": subject.period,
                "level": told.level,
                "code": code,
                "node_name": words.of(told.name),
                "score": told.score,
                "rank": told.rank,
                "n_ranked": told.n_ranked,
                "median": middle,
                "to_median": None if told.score is None or middle is None else told.score - middle,
                "index_gap": sum(parts[leaf] for leaf in edition.leaves[code]) if parts else None,
                "standing": standing.get(code),
                "low_place": low.get(code),
                "weight_share": told.weight_share,
                "contribution": told.contribution,
                "value": told.value,
                "unit": words.of(told.unit) or None,
                "lower": told.lower,
                "upper": told.upper,
                "why": _why(told, words),
            }
        )
    frame = pl.DataFrame(rows, schema=SCHEMA)
    leaf = pl.col("code").is_in(list(edition.indicators))
    gap = pl.when(leaf).then(pl.col("index_gap"))
    frame = frame.sort(
        leaf,
        gap,
        pl.when(leaf).then(-pl.col("score")),
        descending=[False, True, True],
        nulls_last=True,
        maintain_order=True,
    ).with_columns(in_words("level", "table.level", words, edition.levels))
    columns = [labelled(name, words) for name in NAMES]
    said = {"area": subject.name, "period": subject.period}
    return view("explanations", frame, words, columns, freeze=5, said=said)


def medians_of(result: Result, subject: Subject) -> dict[str, float | None]:
    """The median score of each node among all areas of the subject's period."""
    cohort = frames_of(result).wide.filter((pl.col("period") == subject.period) & (pl.col("scenario") == BASE))
    middle = cohort.select(pl.col(score_column(code)).median().alias(code) for code in result.edition.nodes)
    return middle.row(0, named=True)


def _standing(result: Result, subject: Subject, words: Messages) -> dict[str, str]:
    """The strengths and weaknesses of the area, in words."""
    high = result.strengths(subject.area, period=subject.period)["code"]
    low = result.weaknesses(subject.area, period=subject.period)["code"]
    return {
        **dict.fromkeys(high, words.text("table.standing.high")),
        **dict.fromkeys(low, words.text("table.standing.low")),
    }


def _low(result: Result, subject: Subject) -> dict[str, int]:
    """The place from below of each indicator of the area, by score."""
    every = max(len(result.edition.indicators), 1)
    return dict(result.lowest(subject.area, every, period=subject.period).select("code", "place").iter_rows())


def _why(told: Explanation, words: Messages) -> str | None:
    """What a score is made of, in one line."""
    lang, decimals = told.lang, told.decimals
    said = []
    for part in told.parts:
        sign = "+" if (part.contribution or 0.0) >= 0 else ""
        adds = f" → {sign}{number(part.contribution, lang, decimals)}" if part.contribution is not None else ""
        said.append(f"{part.code}: {number(part.score, lang, decimals)}{adds}")
    said += [told.formula] if told.formula is not None else []
    said += [f"{name} = {number(item, lang)}" for name, item in told.items.items()]
    if told.missing:
        said.append(words.text("explain.missing", names=list(told.missing)))
    return "; ".join(said) or None
