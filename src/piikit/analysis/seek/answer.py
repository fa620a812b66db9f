"""What goal seek answers: the moves, what they reach, and the scenario that they make."""

from __future__ import annotations

import html
import re
from typing import Any, Literal

import polars as pl
from attrs import field, frozen

from piikit.analysis.seek.rescore import Ends
from piikit.findings.finding import FIRST
from piikit.findings.messages import Lang, Messages, messages, number
from piikit.results.frames import Frames

SeekStatus = Literal["reached", "not_reached", "impossible"]
"""What became of the targets of a goal seek."""
MOVES = pl.Schema(
    {
        "code": pl.String(),
        "name": pl.String(),
        "unit": pl.String(),
        "from": pl.Float64(),
        "to": pl.Float64(),
        "change": pl.Float64(),
        "score_from": pl.Float64(),
        "score_to": pl.Float64(),
        "effort": pl.Float64(),
    }
)
REACHED = pl.Schema(
    {
        "target": pl.String(),
        "node": pl.String(),
        "metric": pl.String(),
        "required": pl.Float64(),
        "before": pl.Float64(),
        "after": pl.Float64(),
        "reached": pl.Boolean(),
        "condition": pl.String(),
        "best": pl.Float64(),
    }
)
UNMOVED = pl.Schema({"code": pl.String(), "name": pl.String(), "reason_code": pl.String(), "reason": pl.String()})
LEFT_OUT = pl.Schema({"target": pl.String(), "node": pl.String(), "reason_code": pl.String(), "reason": pl.String()})


@frozen(kw_only=True, repr=False)
class GoalSeek:
    """The shortest way to some targets, or why there is none.

    Attributes:
        status: "reached": put back into the result's data, the moves reach every target. "not_reached": there is an
            answer as long as the ends of normalisation stay, but scored anew it falls short. "impossible": no values
            up to the ceilings reach the targets.
        area, area_name, period: whose figures.
        ends: "moving" or "fixed", as asked for.
        at_most: how many indicators might move; None for any number.
        effort: of all moves together; None where it is impossible.
        moves: code, name, unit, from, to, change (all three in the indicator's unit), score_from, score_to, effort.
        reached: target, node, metric, required, before, after, reached, condition, best (the best score or rank that
            the ceilings allow where only this target is sought).
        unmoved: indicators below the targets' nodes that could not move: code, name, reason_code, reason.
        left_out: conditions of the plan that were not sought: target, node, reason_code, reason.
        lang: the language of names and reasons.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> way = result.goalseek("Bắc Giang", {"node": "7", "metric": "score", "is": "above", "value": 99})
    >>> way, way.scenario()["changes"][0]["value"]
    (<GoalSeek Bắc Giang 2024: reached, 8 moves>, '7.1.1')
    """

    __module__ = "piikit.types"

    status: SeekStatus
    area_name: str
    period: str
    ends: Ends
    at_most: int | None = None
    effort: float | None
    moves: pl.DataFrame = field(repr=False)
    reached: pl.DataFrame = field(repr=False)
    unmoved: pl.DataFrame = field(repr=False)
    left_out: pl.DataFrame = field(repr=False)
    result: Frames = field(repr=False)
    area: str
    lang: Lang = "en"

    def scenario(self) -> dict[str, Any]:
        """The moves as a scenario document, as `evaluate(scenarios=[…])` takes it."""
        where: dict[str, Any] = {"areas": [self.area_name]}
        if self.result.wide["period"].n_unique() > 1:
            where["periods"] = [self.period]
        names = {lang: messages(lang).text("seek.scenario", area=self.area_name) for lang in ("vi", "en")}
        return {
            "$schema": "scenario.schema.json",
            "id": "goalseek-" + (re.sub(r"[^a-z0-9]+", "-", self.area.lower()).strip("-") or "area"),
            "name": names,
            "ends": self.ends,
            "changes": [{"value": code, "set": to, **where} for code, to in self.moves.select("code", "to").rows()],
        }

    def to_dict(self) -> dict[str, Any]:
        """The answer for machines; figures are not rounded."""
        plain = {key: getattr(self, key) for key in ("status", "area", "area_name", "period", "ends", "at_most")}
        frames = {key: getattr(self, key).to_dicts() for key in ("moves", "reached", "unmoved", "left_out")}
        return {**plain, "effort": self.effort, **frames, "scenario": self.scenario()}

    def summary(self) -> str:
        """The answer in a few lines, the warnings on its edition and data first."""
        words = messages(self.lang)
        edition = self.result.edition
        lines = [f"{self.area_name} · {self.period} · {edition.id}"]
        lines += [f"! {item.line(self.lang)}" for item in self.result.all_findings if item.code in FIRST]
        lines.append(words.text(f"seek.{self.status}", n=self.moves.height, limit=self.at_most or "–"))
        lines += [_target_line(row, self.status, words, edition.display_decimals) for row in self.reached.to_dicts()]
        lines += [_move_line(row, words, edition.display_decimals) for row in self.moves.to_dicts()]
        if self.effort is not None:
            lines.append(words.text("seek.effort", effort=number(self.effort, self.lang, 2)))
        lines.append(words.text(f"seek.ends_{self.ends}"))
        for reason, part in self.unmoved.group_by("reason", maintain_order=True):
            lines.append(words.text("seek.unmoved", reason=reason[0], codes=part["code"].to_list()))
        lines += [
            words.text("seek.left", target=row["target"], reason=row["reason"]) for row in self.left_out.to_dicts()
        ]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        return f"<GoalSeek {self.area_name} {self.period}: {self.status}, {self.moves.height} moves>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.summary())}</pre>"


def _figure(value: float | None, metric: str, words: Messages, decimals: int) -> str:
    return number(value, words.lang, 0 if metric == "rank" else decimals)


def _target_line(row: dict[str, Any], status: str, words: Messages, decimals: int) -> str:
    metric = row["metric"]
    shown = {key: _figure(row[key], metric, words, decimals) for key in ("before", "after", "best")}
    asked = (
        f"{row['node']} {words.text(f'label.{metric}')} {words.text('comparison.' + row['condition'])} "
        f"{number(row['required'], words.lang)}"
    )
    key = "seek.target_best" if status == "impossible" else f"seek.target_{'yes' if row['reached'] else 'no'}"
    return "  " + words.text(key, asked=asked, **shown)


def _move_line(row: dict[str, Any], words: Messages, decimals: int) -> str:
    scores = [number(row[key], words.lang, decimals) for key in ("score_from", "score_to")]
    values = [number(row[key], words.lang, 4).rstrip("0").rstrip(",.") for key in ("from", "to")]
    return "  " + words.text(
        "seek.move",
        code=row["code"],
        name=row["name"],
        start=values[0],
        to=values[1],
        unit=row["unit"] or "",
        score_from=scores[0],
        score_to=scores[1],
    )
