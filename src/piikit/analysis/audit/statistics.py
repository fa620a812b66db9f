"""Figures of indicators by themselves: what there is of them, how they are spread, what treatment did."""

from __future__ import annotations

import numpy as np
import polars as pl

from piikit.analysis.audit.correlations import Matrix
from piikit.analysis.audit.thresholds import Thresholds, flagged
from piikit.findings.messages import Messages
from piikit.framework.edition import Edition
from piikit.framework.methods.moments import moments

PLACE = ("period", "scenario")
KEYS = ("area", "area_name", *PLACE)


def matrix_of(frame: pl.DataFrame, codes: tuple[str, ...]) -> Matrix:
    """Columns of a frame as areas x codes, NaN where there is no figure."""
    return (
        frame.select(pl.col(code).cast(pl.Float64).fill_null(float("nan")) for code in codes)
        .to_numpy()
        .reshape(frame.height, len(codes))
    )


def labelled(place: tuple[str, str], columns: dict[str, object]) -> pl.DataFrame:
    """A frame of columns with the cohort before them; NaN becomes null."""
    frame = pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))
    return frame.select(*(pl.lit(text).alias(name) for name, text in zip(PLACE, place, strict=True)), pl.all())


def by_indicator(values: pl.DataFrame, edition: Edition, limits: Thresholds, words: Messages) -> pl.DataFrame:
    """How many areas have a value of each indicator, and how many of those are 0; of one cohort."""
    x = matrix_of(values, edition.indicators)
    known = np.isfinite(x)
    present = known.sum(axis=0)
    zeros = (x == 0).sum(axis=0)
    frame = labelled(
        values.select(PLACE).row(0),
        {
            "code": edition.indicators,
            "n_areas": np.full(len(edition.indicators), len(x)),
            "n": present,
            "share": present / np.full(len(present), max(len(x), 1)),
            "zeros": zeros,
            "share_zero": _ratio(zeros, present),
        },
    )
    rules = [
        ("no_values", pl.col("n") == 0, {}),
        ("low_availability", (pl.col("n") > 0) & (pl.col("share") < limits.available), {"limit": limits.available}),
        ("many_zeros", pl.col("share_zero") > limits.zeros, {"limit": limits.zeros}),
    ]
    return flagged(frame, rules, words)


def by_area(values: pl.DataFrame, edition: Edition, limits: Thresholds, words: Messages) -> pl.DataFrame:
    """How many indicators each area has a value of, and how many of those are 0; of one cohort."""
    x = matrix_of(values, edition.indicators)
    present = np.isfinite(x).sum(axis=1)
    zeros = (x == 0).sum(axis=1)
    frame = values.select(KEYS).with_columns(
        pl.Series("n_indicators", np.full(len(x), len(edition.indicators))),
        pl.Series("n", present),
        pl.Series("share", present / np.full(len(x), len(edition.indicators))),
        pl.Series("zeros", zeros),
        pl.Series("share_zero", _ratio(zeros, present), nan_to_null=True),
    )
    rules = [
        ("no_values", pl.col("n") == 0, {}),
        (
            "low_availability_area",
            (pl.col("n") > 0) & (pl.col("share") < limits.available),
            {"limit": limits.available},
        ),
    ]
    return flagged(frame, rules, words)


def statistics(values: pl.DataFrame, edition: Edition, limits: Thresholds, words: Messages) -> pl.DataFrame:
    """Location, spread and shape of each indicator; of one cohort."""
    # Sorted columns, so that the order of areas decides nothing, not even last bits.
    x = np.sort(matrix_of(values, edition.indicators), axis=0)
    figures: dict[str, list[float]] = {
        name: []
        for name in (
            "mean",
            "sd",
            "min",
            "q1",
            "median",
            "q3",
            "max",
            "n_low",
            "n_high",
            "n_distinct",
            "n_same",
        )
    }
    for column in x.T:
        for name, figure in _spread(column[np.isfinite(column)], limits.fence).items():
            figures[name].append(figure)
    skewness, kurtosis = moments(np.ascontiguousarray(x.T))
    n = np.isfinite(x).sum(axis=0)
    counts = {name: np.array(figures.pop(name), dtype=np.int64) for name in ("n_low", "n_high", "n_distinct", "n_same")}
    frame = labelled(
        values.select(PLACE).row(0),
        {
            "code": edition.indicators,
            "n": n,
            **{k: np.array(v) for k, v in figures.items()},
            "skewness": skewness,
            "kurtosis": kurtosis,
            **counts,
            "share_distinct": _ratio(counts["n_distinct"], n),
            "share_same": _ratio(counts["n_same"], n),
        },
    )
    several = pl.col("n_distinct") > 1
    rules = [
        ("constant", (pl.col("n") > 1) & (pl.col("n_distinct") == 1), {}),
        (
            "outliers",
            (pl.col("skewness").abs() > limits.skewness) & (pl.col("kurtosis") > limits.kurtosis),
            {"skewness": limits.skewness, "kurtosis": limits.kurtosis},
        ),
        ("few_distinct", several & (pl.col("share_distinct") < limits.distinct), {"limit": limits.distinct}),
        ("many_same", several & (pl.col("share_same") > limits.same), {"limit": limits.same}),
    ]
    return flagged(frame, rules, words)


def _spread(x: np.ndarray, fence: float) -> dict[str, float]:
    """Figures of sorted values without gaps."""
    if not len(x):
        nothing = dict.fromkeys(("mean", "sd", "min", "q1", "median", "q3", "max"), float("nan"))
        return {**nothing, **dict.fromkeys(("n_low", "n_high", "n_distinct", "n_same"), 0.0)}
    # Powers of two scale without rounding, so that the squares of huge and tiny numbers stay numbers.
    power = int(np.frexp(np.abs(x).max())[1])
    y = np.ldexp(x, -power)
    _, counts = np.unique(x, return_counts=True)
    flat = len(counts) == 1
    q1, median, q3 = (float(q) for q in np.quantile(y, [0.25, 0.5, 0.75]))
    reach = fence * (q3 - q1)
    mean = float(y[0]) if flat else float(y.mean())
    sd = (0.0 if flat else float(y.std(ddof=1))) if len(x) > 1 else float("nan")
    own = {"mean": mean, "sd": sd, "min": y[0], "q1": q1, "median": median, "q3": q3, "max": y[-1]}
    return {
        **{name: float(np.ldexp(figure, power)) for name, figure in own.items()},
        "n_low": float((y < q1 - reach).sum()),
        "n_high": float((y > q3 + reach).sum()),
        "n_distinct": float(len(counts)),
        "n_same": float(counts.max()),
    }


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return found


def treated_cells(scores: pl.DataFrame, words: Messages) -> pl.DataFrame:
    """Every value that is not what it was when it is normalised: treated, imputed or set aside."""
    value, after = pl.col("value"), pl.col("treated")
    step = (
        pl.when(value.is_null() & after.is_not_null())
        .then(pl.lit("imputed"))
        .when(value.is_not_null() & after.is_null())
        .then(pl.lit("set_aside"))
        .when(value != after)
        .then(pl.lit("treated"))
    )
    found = scores.with_columns(step=step).filter(pl.col("step").is_not_null())
    frame = found.select(
        "area",
        "area_name",
        *PLACE,
        "code",
        "step",
        value.alias("before"),
        after.alias("after"),
        (after - value).alias("change"),
    )
    return flagged(frame, [(step, pl.col("step") == step, {}) for step in ("treated", "imputed", "set_aside")], words)
