"""How an area's score of an indicator rises with its value, with the ends held or taken anew."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import polars as pl
from attrs import frozen

from piikit.analysis.seek.rescore import Ends, Rescoring
from piikit.files.wide_columns import score_column, value_column
from piikit.findings.errors import UsageError
from piikit.framework.edition import Edition
from piikit.inputs.table import Table
from piikit.scoring.pipeline import Program, program_for, shape_of
from piikit.scoring.pipeline.bounds import ScoreFigures, figures_of
from piikit.scoring.pipeline.peers import MARK, plain
from piikit.scoring.pipeline.prepare import prepare
from piikit.scoring.pipeline.program import Line
from piikit.scoring.pipeline.run import ends_of

BENT = 1e-9
"""How far, as a share of its rise, a score may lie off the straight line; more is a curve, not rounding."""


@frozen(kw_only=True)
class Curve:
    """The score of one indicator of one area from its value now to its ceiling: flat, then a line, then flat.

    Values are turned so that more is better: negated where lower is better.

    Attributes:
        start: the value now.
        knee: where the score begins to rise. Above `start` where the value lies below the edition's goalposts, or
            where the area alone holds the worst end and the end moves with it.
        top: where the score stops rising, or the ceiling.
        slope: points of score for one unit between `knee` and `top`.
        sign: -1 where lower is better, else 1.
        alone: whether the area alone holds the worst end.
    """

    code: str
    start: float
    knee: float
    top: float
    slope: float
    sign: float
    alone: bool

    @property
    def room(self) -> float:
        """How far the score can rise, in points."""
        return self.slope * (self.top - self.knee)


def ceilings_of(ground: Rescoring) -> dict[str, float]:
    """The best end of each indicator's normalisation, in its own unit; where it has none, the best value there is."""
    edition = ground.edition
    ends = ground.held.given.bounds.filter(pl.col("period") == ground.row["period"])
    found: dict[str, float] = {}
    for code in edition.indicators:
        values = ground.wide[value_column(code)]
        best = values.min() if edition.nodes[code].direction == "lower" else values.max()
        if best is not None:
            found[code] = float(best)  # type: ignore[arg-type]
    for entry in ends.iter_rows(named=True):
        found[entry["code"]] = entry["lower"] if edition.nodes[entry["code"]].direction == "lower" else entry["upper"]
    return found


def curves(
    ground: Rescoring, ends: Ends, ceilings: Mapping[str, float], *, only: Collection[str] | None = None
) -> dict[str, Curve]:
    """The curve of each indicator that has a score and a value in the area, up to its ceiling.

    Args:
        ground: the area.
        ends: whether the ends stay or are taken anew.
        ceilings: the best value that can be reached, in the indicator's unit.
        only: these indicators alone.

    Raises:
        UsageError: a method of normalisation whose score is no straight line of the value.
    """
    table = ground.table(ends)
    edition = ground.edition
    program = program_for(edition, shape_of(table))
    _refuse_bent(program.lines)
    frame = table.frame
    if ends == "moving":
        # Ends that are lowest and highest values follow the area only as far as the others let them: what counts for
        # its own score is where the others stand.
        frame = frame.filter(pl.int_range(pl.len()) != ground.place)
    whole = _figures(table.frame, table, edition, program)
    rest = _figures(frame, table, edition, program) if frame.height else whole
    points: dict[str, _Points] = {}
    for every, others in zip(whole, rest, strict=True):
        for place, code in enumerate(every.line.codes):
            value, ceiling = ground.row[value_column(code)], ceilings.get(code)
            if value is None or ceiling is None or ground.row[score_column(code)] is None:
                continue
            if only is not None and code not in only:
                continue
            if edition.nodes[code].treat is not None:
                continue  # the score of a treated value is no straight line of the value
            follows = ends == "moving" and _follows(every, place)
            part = others if follows else every
            points[code] = _points(part, place, code, float(value), ceiling, follows)
    return _measured(points)


def _refuse_bent(lines: Sequence[Line]) -> None:
    """Refuse methods whose scores are no lines of the value, whatever the figures."""
    for line in lines:
        if line.method.across or any(MARK in code for code in line.codes):
            shown = f"{line.method.name} for groups of areas" if not line.method.across else line.method.name
            raise UsageError(
                f"{plain(line.codes[0])}: the score of method {shown!r} is no straight line of the value; "
                "goal seek and levers know only methods where it is (min_max, goalposts, none)"
            )


def _figures(frame: pl.DataFrame, table: Table, edition: Edition, program: Program) -> list[ScoreFigures]:
    return figures_of(ends_of(prepare(frame, edition, program), edition, program), table, program)


def _follows(part: ScoreFigures, place: int) -> bool:
    """Whether the ends of an indicator are the cohort's own lowest and highest values."""
    own = not part.line.method.fixed and not part.published[0, place]
    return own and {"lower", "upper"} <= part.ends.keys()


@frozen(kw_only=True)
class _Points:
    part: ScoreFigures
    place: int
    start: float
    knee: float
    top: float
    ceiling: float
    follows: bool
    sign: float


def _points(part: ScoreFigures, place: int, code: str, value: float, ceiling: float, follows: bool) -> _Points:
    sign = -1.0 if part.line.lower_is_better else 1.0
    start = sign * value
    ceiling = max(start, sign * ceiling)
    lower, upper = start, ceiling
    if {"lower", "upper"} <= part.ends.keys():
        lower, upper = float(part.ends["lower"][0, place]), float(part.ends["upper"][0, place])
    knee = min(max(start, lower), ceiling)
    top = max(min(ceiling, upper), knee)
    return _Points(part=part, place=place, start=start, knee=knee, top=top, ceiling=ceiling, follows=follows, sign=sign)


def _measured(points: Mapping[str, _Points]) -> dict[str, Curve]:
    """Score all points of all indicators in one frame, and take the slopes from them."""
    if not points:
        return {}
    columns: dict[str, list[float]] = {}
    scores = []
    for code, at in points.items():
        corners = [at.start, at.knee, at.top, at.ceiling]
        halves = [(low + high) / 2 for low in corners[:2] for high in corners[2:]]
        columns[code] = [*corners, *halves]
        figures = {name: float(matrix[0, at.place]) for name, matrix in at.part.figures.items()}
        scores.append(at.part.line.method.score(pl.col(code), figures, at.part.line.params).alias(code))
    scored = pl.DataFrame(columns).select(scores)
    found: dict[str, Curve] = {}
    for code, at in points.items():
        curve = _curve(code, at, scored[code].to_list())
        if curve is not None:
            found[code] = curve
    return found


def _curve(code: str, at: _Points, scores: list[float | None]) -> Curve | None:
    if any(score is None or math.isnan(score) for score in scores):
        return None
    start, knee, top, ceiling, *halves = (float(score or 0.0) for score in scores)
    # Where the ends follow the values, the score is flat beyond the others' ends; else where its figures say so.
    flat_below, flat_above = at.follows or knee == start, at.follows or top == ceiling
    low = (at.knee, knee) if flat_below else (at.start, start)
    high = (at.top, top) if flat_above else (at.ceiling, ceiling)
    half = halves[(2 if flat_below else 0) + (0 if flat_above else 1)]
    rise = high[1] - low[1]
    if abs(half - (low[1] + high[1]) / 2) > BENT * max(abs(rise), 1.0):
        raise UsageError(
            f"{code}: the score of method {at.part.line.method.name!r} is no straight line of the value; "
            "goal seek and levers know only methods where it is (min_max, goalposts, none)"
        )
    width = high[0] - low[0]
    return Curve(
        code=code,
        start=at.start,
        knee=low[0],
        top=high[0],
        slope=rise / width if width > 0 else 0.0,
        sign=at.sign,
        alone=at.follows and at.knee > at.start,
    )
