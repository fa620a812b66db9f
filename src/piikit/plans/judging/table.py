"""From judgements to the frame of attainment: rows of conditions, a row a target, and their reasons as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from attrs import frozen

from piikit.findings.messages import Messages
from piikit.framework.edition import Edition
from piikit.plans.judging.interval import CANNOT_JUDGE, MET, NOT_MET
from piikit.plans.judging.judge import ConditionOutcome
from piikit.plans.judging.reasons import finished_reason, reasons, whole_reasons
from piikit.plans.judging.target_outcome import Members
from piikit.plans.targets import PlannedTarget, year_of

SCHEMA = pl.Schema(
    {
        "target": pl.String(),
        "area": pl.String(),
        "area_name": pl.String(),
        "period": pl.String(),
        "scenario": pl.String(),
        "code": pl.String(),
        "metric": pl.String(),
        "condition": pl.String(),
        "required": pl.Float64(),
        "actual": pl.Float64(),
        "gap": pl.Float64(),
        "status": pl.String(),
        "reason_code": pl.String(),
        "reason": pl.String(),
        "gap_points": pl.Float64(),
        "step": pl.Float64(),
        "on_track": pl.Boolean(),
    }
)
TargetStatus = Literal["met", "not_met", "cannot_judge", "not_due", "not_testable"]
"""How a target or a condition is judged; column `status` of `Result.attainment`."""
STATUSES: tuple[str, ...] = get_args(TargetStatus)
NAMES = {NOT_MET: "not_met", CANNOT_JUDGE: "cannot_judge", MET: "met"}
FLOATS = ("required", "actual", "gap", "gap_points", "step", "on_track")


@frozen(kw_only=True, eq=False)
class AttainmentRows:
    """One target with the outcomes of its conditions; `members` where it asks for so many of a set."""

    target: PlannedTarget
    outcomes: Sequence[ConditionOutcome]
    members: Members | None = None


def laid_out(sheets: Sequence[AttainmentRows], rows: pl.DataFrame, edition: Edition, words: Messages) -> pl.DataFrame:
    """The frame of attainment.

    Args:
        sheets: the targets, in the plan's order.
        rows: the plan area's rows.
        edition: what they were judged on.
        words: the language of reasons.
    """
    number, order, parts = rows.height, 0, []
    late = {sheet.target.id: _when(sheet.target, rows, edition) for sheet in sheets}
    places = []
    for sheet in sheets:
        for outcome in sheet.outcomes:
            parts.append(_condition_rows(outcome, late[sheet.target.id], order))
            order += 1
        places.append(order)
        order += 1
    conditions = _frame(parts, number)
    if not conditions.is_empty():
        conditions = reasons(conditions, words, edition.display_decimals)
    wholes = _frame(
        [
            _whole_rows(sheet, late[sheet.target.id], place, number, words)
            for sheet, place in zip(sheets, places, strict=True)
        ],
        number,
    )
    wholes = whole_reasons(wholes, conditions, words)
    both = [_finished(part, words) for part in (conditions, wholes) if not part.is_empty()]
    keys = rows.select("area", "area_name", "period", "scenario").with_row_index("row")
    frame = pl.concat(both).join(keys, on="row", how="left", maintain_order="left")
    return frame.sort("row", "order").select([pl.col(name).cast(kind) for name, kind in SCHEMA.items()])


def _when(target: PlannedTarget, rows: pl.DataFrame, edition: Edition) -> np.ndarray:
    """-1 where a row is before the target falls due, 1 where it is after that, else 0."""
    if target.due is None:
        return np.zeros(rows.height, dtype=int)
    own = year_of(edition.period)
    periods = rows["period"].to_list()
    years = {period: year_of(period) or own or target.due for period in set(periods)}
    return np.array([np.sign(years[period] - target.due) for period in periods], dtype=int)


def _condition_rows(outcome: ConditionOutcome, when: np.ndarray, order: int) -> dict[str, Any]:
    """Columns of one condition; what is the same in every row is given once."""
    known = outcome.actual.exact & outcome.required.exact
    fixed = np.full(len(known), None, dtype=object)
    for code, text in outcome.texts.items():
        fixed[outcome.reason_code == code] = text
    return {
        "order": order,
        "target": outcome.target.id,
        "code": outcome.code,
        "metric": outcome.condition.metric,
        "condition": outcome.condition.comparison,
        "due": outcome.target.due,
        "until": outcome.target.until,
        "wanted": outcome.wanted,
        "note": outcome.note,
        **{f"p_{key}": text for key, text in outcome.params.items()},
        "decides": outcome.status,
        "when": when,
        "reason_code": outcome.reason_code,
        "fixed": fixed,
        "required": _one(outcome.required),
        "actual": outcome.actual.figures,
        "gap": outcome.gap,
        "gap_points": outcome.gap_points,
        "step": outcome.path.step,
        "on_track": outcome.path.on_track,
        "known": known,
        **{
            f"{side}_{end}": getattr(getattr(outcome, side), end)
            for side in ("required", "actual", "before")
            for end in ("lower", "upper")
        },
    }


def _one(figures: Any) -> np.ndarray:
    found: np.ndarray = figures.figures
    return np.where(np.isfinite(found), found, np.nan)


def _whole_rows(sheet: AttainmentRows, when: np.ndarray, order: int, number: int, words: Messages) -> dict[str, Any]:
    target, nothing = sheet.target, np.full(number, np.nan)
    found: dict[str, Any] = {
        "order": order,
        "target": target.id,
        "code": target.node,
        "metric": None,
        "condition": "all",
        "due": target.due,
        "until": target.until,
        "when": when,
        **dict.fromkeys(("required", "actual", "gap", "gap_points", "step"), nothing),
        "on_track": nothing,
        "fixed": np.full(number, None, dtype=object),
    }
    if not sheet.outcomes:
        return {
            **found,
            "decides": np.full(number, -1),
            "reason_code": np.full(number, "words_only", dtype=object),
            "text": words.of(target.text or target.name),
        }
    statuses = np.array([outcome.status for outcome in sheet.outcomes])
    codes = np.array([outcome.reason_code for outcome in sheet.outcomes])
    first = statuses.argmin(axis=0)
    found |= {"decides": statuses.min(axis=0), "reason_code": codes[first, np.arange(number)]}
    tracks = np.array([outcome.path.on_track for outcome in sheet.outcomes])
    found["on_track"] = np.where((tracks == 0).any(axis=0), 0.0, np.where(np.isnan(tracks).any(axis=0), np.nan, 1.0))
    if sheet.members is not None:
        members = sheet.members
        kinds = {MET: "count_reached", NOT_MET: "count_short", CANNOT_JUDGE: "count_open"}
        known = members.status != CANNOT_JUDGE
        found |= {
            "decides": members.status,
            "reason_code": np.array([kinds[s] for s in members.status], dtype=object),
            "required": np.full(number, float(members.needed)),
            "actual": np.where(known, members.met, np.nan),
            "gap": np.where(known, np.maximum(members.needed - members.met, 0.0), np.nan),
            "met": members.met,
            "total": members.total,
            "undecided": list(members.undecided),
            "on_track": nothing,
        }
    return found


TYPES: Mapping[str, Any] = {
    "order": pl.Int32,
    "due": pl.Int32,
    "until": pl.Int32,
    "total": pl.Int32,
    "decides": pl.Int32,
    "when": pl.Int32,
    "known": pl.Boolean,
    "fixed": pl.String,
    **dict.fromkeys(
        (
            "target",
            "code",
            "metric",
            "condition",
            "wanted",
            "note",
            "reason_code",
            "undecided",
            "text",
            "p_metric",
            "p_comparison",
            "p_whose",
            "p_of",
            "p_low",
            "p_high",
            "p_size",
        ),
        pl.String,
    ),
}


def _frame(parts: Sequence[Mapping[str, Any]], number: int) -> pl.DataFrame:
    """Parts of `number` rows each, one below the other; a column that a part does not have is null there."""
    if not parts:
        return pl.DataFrame()
    columns: dict[str, pl.Series] = {}
    for name in dict.fromkeys(key for part in parts for key in part):
        kind = TYPES.get(name, pl.Float64)
        cells: list[Any] = []
        for part in parts:
            cell = part.get(name)
            cells += (
                cell.tolist() if isinstance(cell, np.ndarray) else cell if isinstance(cell, list) else [cell] * number
            )
        columns[name] = pl.Series(name, cells, dtype=kind, strict=False)
    frame = pl.DataFrame(columns)
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(
        pl.col(floats).fill_nan(None), pl.Series("row", list(range(number)) * len(parts), dtype=pl.UInt32)
    )


def _finished(part: pl.DataFrame, words: Messages) -> pl.DataFrame:
    """The part with status and whole reason: what is not due is said to be that, whatever its figures."""
    ended = pl.col("reason_code").is_in(["area_ended", "other_areas"])
    names = pl.col("decides").replace_strict({-1: "not_testable", **NAMES}, return_dtype=pl.String)
    early = (pl.col("when") < 0) & (pl.col("decides") >= 0) & ~ended
    return part.with_columns(
        reason=finished_reason(early, words),
        status=pl.when(early).then(pl.lit("not_due")).otherwise(names),
        reason_code=pl.when(early).then(pl.lit("not_due")).otherwise(pl.col("reason_code")),
        on_track=pl.col("on_track") == 1,
    ).select("row", "order", *(name for name in SCHEMA if name not in {"area", "area_name", "period", "scenario"}))
