"""The shortest way there: the least effort that brings an area to its targets, scored anew and said plainly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import frozen

from piikit.analysis.seek.answer import LEFT_OUT, MOVES, REACHED, UNMOVED, GoalSeek, SeekStatus
from piikit.analysis.seek.choices import Choices, choices
from piikit.analysis.seek.curves import Curve, ceilings_of, curves
from piikit.analysis.seek.goals import Goal, LeftOut, goals_of
from piikit.analysis.seek.levers import why_not
from piikit.analysis.seek.linear_program import LinearProgram, optimiser
from piikit.analysis.seek.rescore import Ends, Rescoring, ground_of
from piikit.files.wide_columns import score_column, value_column, wide_column
from piikit.findings.errors import UsageError
from piikit.findings.messages import Lang, messages
from piikit.plans.goal import TargetsLike
from piikit.results.frames import Frames
from piikit.scoring.pipeline import program_for, shape_of
from piikit.scoring.shares import effective_weights

MARGIN = 1e-6
"""Points asked for beyond each figure: more than the solver's tolerance (1e-7) and than the rounding before ranks."""
TRIES = 12
"""How often thresholds are taken anew where the ends move; each try is one program and one scoring."""
SAME = 1e-9
"""Efforts and thresholds as near as this are the same."""
NOISE = 1e-10
"""Points by which two ways of adding up a score may differ; well below the nine decimals that ranks compare."""


def goalseek(
    result: Frames,
    area: str,
    targets: TargetsLike,
    *,
    effort: Mapping[str, float] | None = None,
    ceilings: Mapping[str, float] | None = None,
    at_most: int | None = None,
    fixed: Iterable[str] = (),
    ends: Ends = "moving",
    period: str | None = None,
) -> GoalSeek:
    """The least effort that brings an area to its targets.

    Indicators move for the better only, from what they are now up to their ceilings. The answer is scored anew through
    the whole pipeline, and `reached` says what came out of that. With `ends` "fixed" the effort is the least there
    is; with "moving" too, unless the area alone holds the worst end of an indicator: then the others' scores change
    with its moves, and the best of several tries is given.

    Args:
        result: what `evaluate` gave, with all areas where a rank is sought.
        area: code, name, name without marks, or alias.
        targets: a `Target`, the id of a target of the result's plan, "plan" for all its targets that are not met, a
            condition as a plan's document states it ({"node": code, "metric": "score", "is": "above" or "at_least",
            "value": v} or {"node": code, "metric": "rank", "is": "at_most", "value": n}), or several of these.
        effort: by indicator, for one of its own unit, 0 or more; indicators without one do not move. Where it is not
            given, one point of score costs 1 for every indicator, the ends being those of the result.
        ceilings: the best value that can be reached, by indicator, in its own unit; the best end of its normalisation
            where not given (mostly the best value among the areas compared).
        at_most: how many indicators may move; any number where not given.
        fixed: codes or patterns of nodes whose indicators stay: "6.2.1", "6.*"; an inner node means all below it.
        ends: "moving" takes the ends of normalisation anew from the changed data, "fixed" leaves them.
        period: the last one where not given.

    Returns:
        `status`, `moves`, `reached`, `effort`, `unmoved`, `left_out`, `scenario()`, `summary()`. Missing indicators do
        not move: a first value would change the weights of their neighbours.

    Raises:
        UsageError: wrong arguments, all at once; a tree or a method that is no straight line; no target can be sought.
        MissingExtraError: the extra `optimise` (scipy) is not installed.

    Source of the method: a mixed-integer linear program, solved by HiGHS (Q. Huangfu and J. A. J. Hall, Parallelizing
    the dual revised simplex method, Mathematical Programming Computation 10, 2018).

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> way = result.goalseek("Bắc Giang", piikit.Target("PII", rank=10), at_most=7)
    >>> way.status, way.reached["after"].to_list(), way.moves.height
    ('reached', [10.0], 7)
    """
    optimiser()
    own = choices(result.edition, effort=effort, ceilings=ceilings, fixed=fixed, at_most=at_most, ends=ends)
    ground = ground_of(result, area, period)
    goals, left = goals_of(targets, result, ground.row)
    if not goals and left:
        words = messages(result.lang)
        raise UsageError(
            "; ".join(f"{item.target}: {words.text(f'seek.left_out.{item.reason_code}')}" for item in left)
        )
    search = _search(ground, goals, own, ends)
    return _answer(search, search.run(), left, result, own)


@frozen(kw_only=True)
class _Attempt:
    """Moves that were scored anew: oriented rises, the frame they give, and whether each goal is reached."""

    rise: np.ndarray
    wide: pl.DataFrame
    reached: tuple[bool, ...]
    effort: float


@frozen(kw_only=True, eq=False)
class _Search:
    ground: Rescoring
    goals: tuple[Goal, ...]
    ends: Ends
    codes: tuple[str, ...]
    curves: Mapping[str, Curve]
    effort: np.ndarray
    """Effort for one unit of each indicator that may move."""
    program: LinearProgram
    unmoved: Mapping[str, str]

    def run(self) -> tuple[SeekStatus, _Attempt | None]:
        """The status, and the best attempt that was scored."""
        status, best = self._sought()
        if not self.program.stepped:
            return status, best
        # Where entering an indicator costs something, the margin alone may cost one indicator more than the figure. The
        # figure is half a digit above the threshold, which lies at the very edge of rounding.
        start, half = self.ground.wide, 0.5 * 10.0**-self.ground.edition.rank.decimals
        rise = self.program.solve(self.needs(self.thresholds(start), start, margin=half))
        bare = self.attempt(rise) if rise is not None else None
        if bare is None or not all(bare.reached):
            return status, best
        # A score that only rounding lifts to the figure may be a place lower where it is added up in another way.
        sure = (self.scores(bare.wide) >= self.thresholds(bare.wide) + half - NOISE).all()
        cheaper = status != "reached" or best is None or bare.effort < best.effort - SAME
        return ("reached", bare) if sure and cheaper else (status, best)

    def _sought(self) -> tuple[SeekStatus, _Attempt | None]:
        """The same by programs that ask for a margin."""
        start = self.ground.wide
        asked = self.thresholds(start)
        best: _Attempt | None = None
        last: _Attempt | None = None
        extra = np.zeros(len(self.goals))
        for number in range(TRIES):
            rise = self.program.solve(self.needs(asked + extra, start))
            if rise is None:
                if number or self.ends == "fixed" or not self.goals:
                    break
                # The others fall where the area takes an end along: their scores at the ceilings are the least known.
                for place in range(len(self.goals)):
                    asked = np.minimum(asked, self.thresholds(self.attempt(self.program.best(place)).wide))
                continue
            last = self.attempt(rise)
            now = self.thresholds(last.wide)
            if all(last.reached):
                if best is not None and last.effort >= best.effort - SAME:
                    break
                best, extra = last, np.zeros_like(extra)
                if not (now < asked - SAME).any():
                    break
                asked = now
            else:
                short = np.maximum(now + MARGIN - self.scores(last.wide), 0.0)
                extra += np.where(last.reached, 0.0, short)
        if best is not None:
            return "reached", best
        return ("not_reached", last) if last is not None else ("impossible", None)

    def values(self, rise: np.ndarray) -> dict[str, float]:
        """The new values, in the indicators' own units, of those that move."""
        found: dict[str, float] = {}
        for code, points in zip(self.codes, rise.tolist(), strict=True):
            curve = self.curves[code]
            if points > 0:
                # At the ceiling its very figure: the last bit of a product would miss it.
                to = curve.top if points >= curve.room else curve.knee + points / curve.slope
                found[code] = curve.sign * to
        return found

    def attempt(self, rise: np.ndarray) -> _Attempt:
        """The moves, scored anew through the whole pipeline."""
        values = self.values(rise)
        # Nothing moved is the result as it stands.
        wide = self.ground.rescored(values, self.ends) if values else self.ground.wide
        row = wide.row(self.ground.place, named=True)
        return _Attempt(
            rise=rise,
            wide=wide,
            effort=float(sum(self.costs(values).values())),
            reached=tuple(_holds(goal, row, self.ground.edition.rank.decimals) for goal in self.goals),
        )

    def costs(self, values: Mapping[str, float]) -> dict[str, float]:
        """The effort of each move."""
        each = dict(zip(self.codes, self.effort.tolist(), strict=True))
        return {code: each[code] * abs(value - self.ground.row[value_column(code)]) for code, value in values.items()}

    def scores(self, wide: pl.DataFrame) -> np.ndarray:
        """The area's scores of the goals' nodes."""
        return np.array([wide[score_column(goal.node)][self.ground.place] for goal in self.goals], dtype=float)

    def thresholds(self, wide: pl.DataFrame) -> np.ndarray:
        """The least score that meets each goal, the others standing where they stand in `wide`."""
        return np.array([_threshold(goal, wide, self.ground) for goal in self.goals])

    def needs(self, asked: np.ndarray, start: pl.DataFrame, margin: float = MARGIN) -> np.ndarray:
        """What each goal's node must gain, with the margin; nothing where it is met."""
        gap = asked - self.scores(start)
        needs = np.where(gap > 0, gap + margin, 0.0)
        reach = np.array([self.program.gains[place] @ self.program.best(place) for place in range(len(self.goals))])
        # Where the ceilings reach the figure itself and not the margin, the figure itself is asked for.
        return np.where((needs > reach) & (gap <= reach + NOISE), np.minimum(needs, reach), needs)


def _search(ground: Rescoring, goals: tuple[Goal, ...], own: Choices, ends: Ends) -> _Search:
    edition = ground.edition
    if ends == "fixed":
        _can_hold(ground)
    limits = {**ceilings_of(ground), **own.ceilings}
    found = curves(ground, ends, limits)
    # One point of score is one point with the ends of the result: it differs only where an end would follow.
    alone = {code for code, curve in found.items() if curve.alone}
    held = {**found, **(curves(ground, "fixed", limits, only=alone) if alone else {})}
    weights = [effective_weights(edition, ground.row, goal.node) for goal in goals]
    below = dict.fromkeys(leaf for goal in goals for leaf in edition.leaves[goal.node])
    unmoved: dict[str, str] = {}
    for code in edition.indicators:
        if code in below:
            best = max((weight[code] for weight in weights if code in weight), default=None)
            reason = _stays(code, ground, best, found.get(code), own)
            if reason is not None:
                unmoved[code] = reason
    codes = tuple(code for code in edition.indicators if code in below and code not in unmoved)
    moving = [found[code] for code in codes]
    effort = np.array([held[code].slope if own.effort is None else own.effort[code] for code in codes], dtype=float)
    slopes = np.array([curve.slope for curve in moving])
    program = LinearProgram(
        span=np.array([curve.room for curve in moving]),
        cost=effort / slopes,
        entry=effort * np.array([curve.knee - curve.start for curve in moving]),
        gains=np.array([[weight.get(code, 0.0) for code in codes] for weight in weights]).reshape(
            len(goals), len(codes)
        ),
        at_most=own.at_most,
    )
    return _Search(
        ground=ground,
        goals=goals,
        ends=ends,
        codes=codes,
        curves=found,
        effort=effort,
        program=program,
        unmoved=unmoved,
    )


def _can_hold(ground: Rescoring) -> None:
    """Refuse to hold ends that are neither lower and upper ends nor the edition's own."""
    table = ground.moving
    for line in program_for(ground.edition, shape_of(table)).lines:
        if line.ends and not line.method.fixed and not {"lower", "upper"} <= set(line.ends):
            raise UsageError(
                f"{line.codes[0]}: the figures of method {line.method.name!r} cannot be held; ask for ends='moving'"
            )


def _stays(code: str, ground: Rescoring, weight: float | None, curve: Curve | None, own: Choices) -> str | None:
    """Why an indicator does not move; None where it may."""
    if code in own.fixed:
        return "fixed"
    reason = why_not(code, ground, weight, curve)
    if reason is not None:
        return reason
    if own.effort is not None and code not in own.effort:
        return "no_effort"
    assert curve is not None
    return "at_ceiling" if curve.room <= 0 else None


def _holds(goal: Goal, row: Mapping[str, Any], decimals: int) -> bool:
    """Whether a goal is met in a row, by the same rules as targets of plans."""
    actual = row[wide_column(goal.metric, goal.node)]
    if actual is None:
        return False
    if goal.metric == "rank":
        return bool(actual <= goal.required)
    score = round(float(actual), decimals)
    return score > goal.required if goal.comparison == "above" else score >= goal.required


def _threshold(goal: Goal, wide: pl.DataFrame, ground: Rescoring) -> float:
    """The least score that meets a goal: its figure, or the score of the area that holds the last place that counts."""
    rule = ground.edition.rank
    # Scores are compared after rounding: what rounds up to the figure meets it, what rounds up to the next passes it.
    half = 0.5 * 10.0**-rule.decimals
    if goal.metric == "score":
        return goal.required + (half if goal.comparison == "above" else -half)
    peers = (wide["period"] == ground.row["period"]) & (pl.int_range(wide.height, eager=True) != ground.place)
    others = wide.filter(peers)[score_column(goal.node)].drop_nulls().round(rule.decimals)
    if rule.ties == "dense":
        others = others.unique()
    places = int(goal.required)
    if len(others) < places:
        return -np.inf
    last = float(others.sort(descending=True)[places - 1])
    # Areas level with the last place share the best rank, unless ties take the worst.
    return last + (half if rule.ties == "max" else -half)


# -- the answer --------------------------------------------------------------------------------------------------


def _answer(
    search: _Search, outcome: tuple[SeekStatus, _Attempt | None], left: Sequence[LeftOut], result: Frames, own: Choices
) -> GoalSeek:
    status, attempt = outcome
    ground, words = search.ground, messages(result.lang)
    row = ground.row
    nodes = ground.edition.nodes
    unmoved = [
        {
            "code": code,
            "name": words.of(nodes[code].name),
            "reason_code": reason,
            "reason": words.text(f"seek.reason.{reason}"),
        }
        for code, reason in search.unmoved.items()
    ]
    dropped = [
        {
            "target": item.target,
            "node": item.node,
            "reason_code": item.reason_code,
            "reason": words.text(f"seek.left_out.{item.reason_code}"),
        }
        for item in left
    ]
    return GoalSeek(
        status=status,
        area=row["area"],
        area_name=row["area_name"],
        period=row["period"],
        ends=search.ends,
        at_most=own.at_most,
        effort=attempt.effort if attempt is not None else None,
        moves=_moves(search, attempt, result.lang),
        reached=_reached(search, attempt),
        unmoved=pl.DataFrame(unmoved, schema=UNMOVED),
        left_out=pl.DataFrame(dropped, schema=LEFT_OUT),
        result=result,
        lang=result.lang,
    )


def _moves(search: _Search, attempt: _Attempt | None, lang: Lang) -> pl.DataFrame:
    if attempt is None:
        return pl.DataFrame(schema=MOVES)
    words = messages(lang)
    values = search.values(attempt.rise)
    costs = search.costs(values)
    place, before = search.ground.place, search.ground.row
    rows = []
    for code, to in values.items():
        node = search.ground.edition.nodes[code]
        rows.append(
            {
                "code": code,
                "name": words.of(node.name),
                "unit": words.of(node.unit.name) if node.unit else None,
                "from": before[value_column(code)],
                "to": to,
                "change": to - before[value_column(code)],
                "score_from": before[score_column(code)],
                "score_to": attempt.wide[score_column(code)][place],
                "effort": costs[code],
            }
        )
    return pl.DataFrame(rows, schema=MOVES)


def _reached(search: _Search, attempt: _Attempt | None) -> pl.DataFrame:
    place = search.ground.place
    rows = []
    for number, goal in enumerate(search.goals):
        column = wide_column(goal.metric, goal.node)
        best = None
        if attempt is None or not all(attempt.reached):
            best = search.attempt(search.program.best(number)).wide[column][place]
        before = search.ground.row[column]
        after = attempt.wide[column][place] if attempt is not None else before
        met = attempt.reached[number] if attempt is not None else False
        rows.append(
            {
                "target": goal.target,
                "node": goal.node,
                "metric": goal.metric,
                "required": goal.required,
                "before": before,
                "after": after,
                "reached": met,
                "condition": goal.comparison,
                "best": best,
            }
        )
    return pl.DataFrame(rows, schema=REACHED)
