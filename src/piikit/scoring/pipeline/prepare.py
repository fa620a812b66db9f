"""Between values and scores: areas set aside for want of data, missing values imputed, outliers treated.

Each step works on the series of a cohort: what the areas that are compared have of one indicator. Series of cohorts
with equally many areas are rows of one matrix, and no row depends on another: a year alone and among others come out
the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from attrs import field, frozen

from piikit.files.wide_columns import value_column, wide_column
from piikit.framework.edition import Edition, MethodUse
from piikit.framework.methods import Impute, Treat, Treated
from piikit.scoring.pipeline.program import COHORT, Program

BLOCK = 1 << 16
"""Values worked on at a time, so that they stay in the processor's cache."""
PEERS = "@group"


@frozen(kw_only=True, eq=False)
class PreparedCells:
    """What treatment made of one indicator in one cohort.

    Attributes:
        rows: the rows of the cohort in the frame.
        step: what was done; "" where nothing was.
        failing: whether outliers are left.
        refused: whether the method cannot be used on these values.
    """

    code: str
    use: MethodUse
    rows: np.ndarray
    step: str
    failing: bool
    refused: bool


@frozen(kw_only=True, eq=False)
class Preparation:
    """The frame with `imputed:` and `treated:` columns, and what was done.

    Attributes:
        aside: the rows of areas that were set aside.
        available, nonzero: by row, the shares that screening goes by.
    """

    frame: pl.DataFrame
    done: tuple[PreparedCells, ...] = ()
    aside: np.ndarray = field(factory=lambda: np.empty(0, dtype=np.int64))
    available: np.ndarray = field(factory=lambda: np.empty(0))
    nonzero: np.ndarray = field(factory=lambda: np.empty(0))


def prepare(valued: pl.DataFrame, edition: Edition, program: Program) -> pl.DataFrame:
    """The frame with what scores are made of: `treated:<code>` of each indicator that is prepared.

    There is `imputed:<code>` too, the value before treatment, where missing values are filled.
    """
    return preparation(valued, edition, program).frame if program.prepared else valued


def preparation(valued: pl.DataFrame, edition: Edition, program: Program) -> Preparation:
    """As `prepare`, with what was done to which indicator in which cohort."""
    codes = program.prepared
    if not codes:
        return Preparation(frame=valued)
    x = _matrix(valued, codes)
    places = {code: place for place, code in enumerate(codes)}
    aside = np.zeros(valued.height, dtype=bool)
    available, nonzero = np.ones(valued.height), np.ones(valued.height)
    observed = x
    if edition.screen is not None:
        available, nonzero = _shares(x, len(edition.indicators))
        aside = (available < edition.screen.min_available) | (nonzero < edition.screen.min_nonzero)
        x = np.where(aside, np.nan, x)
    columns: list[pl.Series] = []
    # What is set aside is neither filled nor a source for others.
    inside = np.flatnonzero(~aside)
    for use, own in _alike(edition, codes, "impute"):
        at = [places[code] for code in own]
        x[at] = filled = _imputed(valued, x[at], use, edition, inside)
        shown = np.where(aside, observed[at], filled) if len(inside) < valued.height else filled
        columns += _series("imputed", own, shown)
    done: list[PreparedCells] = []
    for use, own in _alike(edition, codes, "treat"):
        at = [places[code] for code in own]
        x[at], said = _treated(valued, x[at], use, own, edition)
        done += said
    columns += _series("treated", codes, x)
    return Preparation(
        frame=_with(valued, columns),
        done=tuple(done),
        aside=np.flatnonzero(aside),
        available=available,
        nonzero=nonzero,
    )


def _with(frame: pl.DataFrame, columns: list[pl.Series]) -> pl.DataFrame:
    """The frame with the columns, in the place of those of the same name that a result's frame has already."""
    if columns[0].name in frame.columns:
        return frame.with_columns(columns)
    return frame.hstack(columns)


def _matrix(frame: pl.DataFrame, codes: Sequence[str]) -> np.ndarray:
    """The values, indicators x rows; NaN where one is missing."""
    values = frame.select(pl.col([value_column(code) for code in codes]).cast(pl.Float64))
    # Column by column, so that the rows of what is turned round lie in one piece.
    return values.to_numpy(order="fortran", writable=True).T


def _series(kind: str, codes: Sequence[str], x: np.ndarray) -> list[pl.Series]:
    """A column an indicator from the rows of a matrix."""
    gaps = bool(np.isnan(x).any())
    return [pl.Series(wide_column(kind, code), row, nan_to_null=gaps) for code, row in zip(codes, x, strict=True)]


def _shares(x: np.ndarray, total: int) -> tuple[np.ndarray, np.ndarray]:
    """Of each row the share of the edition's indicators that have a value, and of these the share that is not 0."""
    known = (~np.isnan(x)).sum(axis=0)
    zero = (x == 0).sum(axis=0)
    return known / total, np.where(known > 0, 1 - zero / np.maximum(known, 1), 1.0)


def _alike(edition: Edition, codes: tuple[str, ...], step: str) -> list[tuple[MethodUse, list[str]]]:
    """The indicators that share a method and its parameters, remembered on the edition."""
    known: list[tuple[MethodUse, list[str]]] | None = edition.memo.get(("alike", step, codes))
    if known is not None:
        return known
    together: dict[str, tuple[MethodUse, list[str]]] = {}
    for code in codes:
        use: MethodUse | None = getattr(edition.nodes[code], step)
        if use is not None:
            together.setdefault(use.text(), (use, []))[1].append(code)
    edition.memo["alike", step, codes] = own = list(together.values())
    return own


# -- cohorts -----------------------------------------------------------------------------------------------------


def cohort_keys(edition: Edition) -> list[str]:
    """What tells cohorts apart: a panel is one cohort over all periods."""
    return ["scenario"] if edition.cohort == "panel" else list(COHORT)


def _cohorts(frame: pl.DataFrame, keys: Sequence[str]) -> list[np.ndarray]:
    """The rows of each cohort."""
    if frame.height and all(
        not frame[key].null_count() and (frame[key] == frame[key][0]).all() for key in reversed(keys)
    ):
        return [np.arange(frame.height)]
    index = frame.select(*keys, pl.int_range(pl.len()).alias("@row")).drop_nulls(list(keys))
    grouped = index.group_by(keys, maintain_order=True).agg("@row")["@row"]
    return [rows.to_numpy() for rows in grouped]


def _of_one_size(cohorts: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """The cohorts as matrices cohorts x rows, those of one size together."""
    sizes: dict[int, list[np.ndarray]] = {}
    for rows in cohorts:
        sizes.setdefault(len(rows), []).append(rows)
    for some in sizes.values():
        yield np.stack(some)


# -- imputation --------------------------------------------------------------------------------------------------


def _imputed(frame: pl.DataFrame, x: np.ndarray, use: MethodUse, edition: Edition, inside: np.ndarray) -> np.ndarray:
    """The values with missing ones filled, indicators x rows."""
    method = use.method
    assert isinstance(method, Impute)
    if not np.isnan(x).any():
        return x
    if method.over_time is not None:
        return _over_time(frame, x, use, inside)
    assert method.figure is not None
    kept = frame[inside] if len(inside) < frame.height else frame
    keys = cohort_keys(edition)
    if "group" in method.params:
        kept = kept.select(*keys, _peers(edition, str(use.params["group"]), kept.columns).alias(PEERS))
        keys.append(PEERS)
    filled = x.copy()
    for rows in _of_one_size(_cohorts(kept, keys)):
        at = inside[rows]
        block = x[:, at]
        short = np.flatnonzero(np.isnan(block).any(axis=(1, 2)))
        step = max(1, BLOCK // max(1, rows.size))
        for start in range(0, len(short), step):
            places = short[start : start + step]
            own = block[places]
            figure = method.figure(np.sort(own.reshape(-1, rows.shape[1]), axis=1), use.params)
            filled[places[:, None, None], at] = np.where(np.isnan(own), figure.reshape(*own.shape[:2], 1), own)
    return filled


def _peers(edition: Edition, name: str, columns: Sequence[str]) -> pl.Expr:
    """The group of each row; null where it has none."""
    group = edition.group(name)
    if group is not None and group.areas is not None:
        return pl.when(pl.col("area").is_in(list(group.areas))).then(pl.lit(name))
    column = (group.column if group is not None else None) or name
    return pl.col(column) if column in columns else pl.lit(None, dtype=pl.String)


def _over_time(frame: pl.DataFrame, x: np.ndarray, use: MethodUse, inside: np.ndarray) -> np.ndarray:
    """Each area's missing values filled from its other periods, scenario by scenario."""
    method = use.method
    assert isinstance(method, Impute) and method.over_time is not None
    rows = frame[inside].select(
        pl.struct("scenario", "area").rank("dense").alias("line"), pl.col("period").rank("dense").alias("time")
    )
    lines, times = (rows[name].to_numpy().astype(np.int64) - 1 for name in ("line", "time"))
    spread = _times(frame["period"].gather(inside).unique().sort())
    filled = x.copy()
    for place in np.flatnonzero(np.isnan(x).any(axis=1)):
        grid = np.full((int(lines.max(initial=-1)) + 1, len(spread)), np.nan)
        grid[lines, times] = x[place, inside]
        filled[place, inside] = method.over_time(grid, spread, use.params)[lines, times]
    return filled


def _times(periods: pl.Series) -> np.ndarray:
    """When the periods are: years by their number, others by their place."""
    if periods.str.contains(r"^\d{1,9}$").all():
        return periods.cast(pl.Int64).to_numpy().astype(float)
    return np.arange(len(periods), dtype=float)


# -- treatment ---------------------------------------------------------------------------------------------------


def _treated(
    frame: pl.DataFrame, x: np.ndarray, use: MethodUse, codes: Sequence[str], edition: Edition
) -> tuple[np.ndarray, list[PreparedCells]]:
    """The treated values, indicators x rows, in the place of the others, and what was done."""
    method = use.method
    assert isinstance(method, Treat)
    done: list[PreparedCells] = []
    for rows in _of_one_size(_cohorts(frame, cohort_keys(edition))):
        # A cohort of all rows is worked on where it lies; others are gathered, a row a series.
        whole = rows.size == frame.height and len(rows) == 1
        series = x if whole else x[:, rows].reshape(-1, rows.shape[1])
        step = max(1, BLOCK // max(1, series.shape[1]))
        parts: list[Treated] = []
        for start in range(0, len(series), step):
            part = method.treated(series[start : start + step], use.params)
            series[start : start + step] = part.values
            parts.append(part)
        if not whole:
            x[:, rows] = series.reshape(len(codes), *rows.shape)
        marks = [
            (str(step), bool(failing), bool(refused))
            for part in parts
            for step, failing, refused in zip(part.steps, part.failing, part.refused, strict=True)
        ]
        for place, (step, failing, refused) in enumerate(marks):
            if step or failing or refused:
                code, own = codes[place // len(rows)], rows[place % len(rows)]
                done.append(PreparedCells(code=code, use=use, rows=own, step=step, failing=failing, refused=refused))
    return x, done
