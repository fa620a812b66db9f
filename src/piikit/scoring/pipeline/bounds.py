"""The ends of normalisation of every cohort, and the figures that scores are worked out with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from attrs import frozen

from piikit.files.wide_columns import wide_column
from piikit.framework.edition import Edition
from piikit.framework.methods.base import Figure
from piikit.inputs.table import Table
from piikit.scoring.pipeline.peers import MARK, plain
from piikit.scoring.pipeline.program import COHORT, Line, Program, given, nothing


@frozen(kw_only=True)
class ScoreFigures:
    """Ends and figures of one line of indicators; each array is cohorts x indicators, NaN where there is none.

    Attributes:
        ends: turned so that more is better; published ones in their place.
        published: where an end is a published one.
        figures: what the method's score needs.
        held: by cohort, whether the ends are the base's; None where none are.
        free: the value above which nothing caps a score, since the ends are the base's; None where none is capped.
    """

    line: Line
    ends: Mapping[str, np.ndarray]
    published: np.ndarray
    figures: Mapping[str, np.ndarray]
    held: np.ndarray | None = None
    free: np.ndarray | None = None


def bound_keys(edition: Edition) -> list[str]:
    """What tells cohorts of bounds apart: with a panel one pair of ends serves all periods."""
    return ["scenario"] if edition.cohort == "panel" else list(COHORT)


def figures_of(ends: pl.DataFrame, table: Table, program: Program) -> list[ScoreFigures]:
    """The figures of every line from the ends of every cohort, a row a cohort."""
    found = []
    for line in program.lines:
        own = {name: _matrix(ends, name, line) for name in line.ends}
        published = np.zeros((ends.height, len(line.codes)), dtype=bool)
        if program.shape.bounds & set(line.codes) and {"lower", "upper"} <= own.keys():
            own, published = _with_published(own, ends, line, table)
        figures = line.method.figures(own, line.params, published)
        found.append(ScoreFigures(line=line, ends=own, published=published, figures=figures))
    return found


def with_held(own: list[ScoreFigures], base: list[ScoreFigures], places: np.ndarray) -> list[ScoreFigures]:
    """The figures of cohorts with ends of their own, and below them those that have the ends of the base.

    Args:
        own: of the cohorts with ends of their own.
        base: of the base.
        places: for each of the other cohorts, its place among those of the base.
    """
    return [_held(one, other, places) for one, other in zip(own, base, strict=True)]


def _held(own: ScoreFigures, base: ScoreFigures, places: np.ndarray) -> ScoreFigures:
    held = np.r_[np.zeros(len(own.published), dtype=bool), np.ones(len(places), dtype=bool)]
    figures = {name: np.vstack([own.figures[name], base.figures[name][places]]) for name in own.figures}
    ends = {name: np.vstack([own.ends[name], base.ends[name][places]]) for name in own.ends}
    free = None
    if "upper" in ends and "cap" in figures and not own.line.method.fixed and _capped(figures["cap"][held]):
        # The cap pins the best area of the base, whose score rounding would pass the top by a last bit; what lies
        # beyond that area's value is not capped.
        free = np.where(held[:, None], ends["upper"], np.inf)
    return ScoreFigures(
        line=own.line,
        ends=ends,
        published=np.vstack([own.published, base.published[places]]),
        figures=figures,
        held=held,
        free=free,
    )


def _capped(caps: np.ndarray) -> bool:
    return bool(np.isfinite(caps).any())


def _matrix(ends: pl.DataFrame, name: str, line: Line) -> np.ndarray:
    columns = [wide_column(name, code) for code in line.codes]
    if ends.height == 1:
        row = ends.row(0, named=True)
        return np.array([[row[column] for column in columns]], dtype=float)
    return ends.select(columns).cast(pl.Float64).to_numpy()


def _with_published(
    own: Mapping[str, np.ndarray], ends: pl.DataFrame, line: Line, table: Table
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Published ends before the cohort's own; they are in the indicator's unit whatever its direction."""
    replaced = {name: matrix.copy() for name, matrix in own.items()}
    published = np.zeros_like(replaced["lower"], dtype=bool)
    periods = ends["period"].to_list() if "period" in ends.columns else [None] * ends.height
    turned = {"lower": "upper", "upper": "lower"} if line.lower_is_better else {"lower": "lower", "upper": "upper"}
    for entry in table.given.bounds.sort("period").iter_rows(named=True):
        if entry["code"] not in line.codes:
            continue
        column = line.codes.index(entry["code"])
        rows = [row for row, period in enumerate(periods) if period in (None, entry["period"])]
        for end, source in turned.items():
            if entry[source] is not None:
                replaced[end][rows, column] = -entry[source] if line.lower_is_better else entry[source]
                published[rows, column] = True
    return replaced, published


def literal_scores(figures: list[ScoreFigures], program: Program) -> list[pl.Expr]:
    """The scores of indicators in a single cohort, its figures written into the expressions."""
    scores: list[tuple[str, pl.Expr]] = []
    for part in figures:
        numbers = {name: matrix[0].tolist() for name, matrix in part.figures.items()}
        unknown = np.zeros(len(part.line.codes), dtype=bool)
        for matrix in part.figures.values():
            unknown |= np.isnan(matrix[0])
        for place, code in enumerate(part.line.codes):
            if unknown[place]:
                scores.append((code, nothing()))
            else:
                own = {name: column[place] for name, column in numbers.items()}
                scores.append((code, _score(code, part.line, own, program)))
    return _whole(scores, program)


def joined_scores(figures: list[ScoreFigures], program: Program, keys: list[str]) -> list[pl.Expr]:
    """The scores of indicators in several cohorts, told apart by `keys`, their figures in columns beside the values."""
    scores: list[tuple[str, pl.Expr]] = []
    for part in figures:
        for place, code in enumerate(part.line.codes):
            own: dict[str, Figure] = {
                name: np.inf if _boundless(matrix[:, place]) else pl.col(wide_column(name, code))
                for name, matrix in part.figures.items()
            }
            if part.free is not None and not isinstance(own["cap"], float):
                beyond = program.turned[code] > pl.col(wide_column("free", code))
                own["cap"] = pl.when(beyond).then(np.inf).otherwise(own["cap"])
            score = _score(code, part.line, own, program)
            scores.append((code, score.over(keys) if part.line.method.across else score))
    return _whole(scores, program)


def _whole(scores: list[tuple[str, pl.Expr]], program: Program) -> list[pl.Expr]:
    """The scores of whole indicators, from those of their parts where groups of areas have their own methods."""
    parts: dict[str, list[pl.Expr]] = {}
    for code, score in scores:
        # A method that gives a score to no value at all must not give it to areas outside its part.
        own = pl.when(program.turned[code].is_not_null()).then(score) if MARK in code else score
        parts.setdefault(plain(code), []).append(own)
    return [given(code, own[0] if len(own) == 1 else pl.coalesce(*own), program.shape) for code, own in parts.items()]


def _boundless(figures: np.ndarray) -> bool:
    """Whether a figure is infinite in every cohort, as most caps are; it then needs no column."""
    return bool(np.isposinf(figures).all())


def _score(code: str, line: Line, figures: Mapping[str, Figure], program: Program) -> pl.Expr:
    return line.method.score(program.turned[code], figures, line.params)


def figure_frame(ends: pl.DataFrame, figures: list[ScoreFigures], keys: list[str]) -> pl.DataFrame:
    """The figures as a frame to join: the keys of a cohort, and a column a figure and indicator."""
    columns = {
        wide_column(name, code): matrix[:, place]
        for part in figures
        for name, matrix in (*part.figures.items(), *((("free", part.free),) if part.free is not None else ()))
        for place, code in enumerate(part.line.codes)
        if not _boundless(matrix[:, place])
    }
    return ends.select(keys).hstack(pl.DataFrame(columns).with_columns(pl.all().fill_nan(None)))


def long_bounds(ends: pl.DataFrame, figures: list[ScoreFigures], edition: Edition) -> pl.DataFrame:
    """The two ends of each indicator: the keys of a cohort, code, lower, upper in the indicator's unit, source."""
    keys = bound_keys(edition)
    parts = []
    for part in figures:
        if not {"lower", "upper"} <= part.ends.keys():
            continue
        lower, upper = part.ends["lower"], part.ends["upper"]
        if part.line.lower_is_better:
            lower, upper = -upper, -lower
        own = "edition" if part.line.method.fixed else "cohort"
        source = np.where(part.held[:, None], "base", own) if part.held is not None and own == "cohort" else own
        sources = np.where(part.published, "given", source)
        for place, code in enumerate(part.line.codes):
            if MARK in code:
                continue  # no two ends hold for all areas
            parts.append(
                ends.select(keys).with_columns(
                    pl.lit(code).alias("code"),
                    pl.Series("lower", lower[:, place]).fill_nan(None),
                    pl.Series("upper", upper[:, place]).fill_nan(None),
                    pl.Series("source", sources[:, place].tolist(), dtype=pl.String),
                )
            )
    empty = pl.DataFrame(
        schema={
            **dict.fromkeys(keys, pl.String),
            "code": pl.String,
            "lower": pl.Float64,
            "upper": pl.Float64,
            "source": pl.String,
        }
    )
    return pl.concat([empty, *parts]).filter(pl.col("lower").is_not_null())
