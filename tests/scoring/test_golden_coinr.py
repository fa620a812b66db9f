"""Methods against COINr 1.1.14 on inputs of our own; see tests/golden/coinr/README.md."""

from __future__ import annotations

import math

import polars as pl
import pytest

import piikit
from places import COINR

GOLDEN = COINR
COLUMNS = ["norm", "skewed", "ties", "neg", "outl", "na_few", "na_many", "lowtail", "const"]


def golden(name: str) -> pl.DataFrame:
    return pl.read_csv(GOLDEN / name, infer_schema_length=None, null_values=["", "NA", "NaN"])


def edition(nodes: list[dict], **more) -> dict:
    return {
        "id": "golden",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Thử", "en": "Golden"},
        "sources": ["COINr 1.1.14"],
        "nodes": nodes,
        **more,
    }


def result(method="min_max", direction: str = "higher") -> piikit.Result:
    nodes = [{"code": "I", "level": "index"}]
    nodes += [{"code": c, "parent": "I", "level": "indicator", "direction": direction} for c in COLUMNS]
    data = golden("cases_input.csv").rename({"uCode": "area"})
    return piikit.evaluate(data, edition(nodes, defaults={"normalise": method}))


def coinr(method: str, sign: int) -> pl.DataFrame:
    found = golden("cases_normalise.csv").filter((pl.col("method") == method) & (pl.col("direction") == sign))
    return found.cast(dict.fromkeys(COLUMNS, pl.Float64))


def unlike(ours: pl.Series, theirs: pl.Series) -> list[tuple[float | None, float | None]]:
    """The pairs that differ by more than 1e-12 of their size, or where only one is missing."""
    pairs = list(zip(ours, theirs, strict=True))
    return [
        (a, b)
        for a, b in pairs
        if (a is None) != (b is None) or (a is not None and not math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-15))
    ]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("minmax_0_100", "min_max"),
        ("zscore_0_1", "z_score"),
        ("rank_min", "rank"),
        ("borda_min", "borda"),
        ("prank_min", "percentile_rank"),
        ("dist2max", "distance_to_max"),
    ],
)
def test_normalised_scores_are_those_of_coinr(theirs, ours, sign):
    expected = coinr(theirs, sign)
    scores = result(ours, "higher" if sign == 1 else "lower").table("score", "indicator")
    assert {c: wrong for c in COLUMNS if (wrong := unlike(scores[c], expected[c]))} == {}


def test_shares_of_the_best_are_those_of_coinr_where_higher_is_better():
    # All values of lowtail are below 0: COINr's shares of their maximum then rise as the values fall. We give none.
    expected, scored = coinr("fracmax", 1), result("fraction_of_max")
    scores = scored.table("score", "indicator")
    assert {c for c in COLUMNS if unlike(scores[c], expected[c])} == {"lowtail"}
    assert scores["lowtail"].null_count() == 30
    assert "lowtail" in scored.findings.filter(pl.col("code") == "best_not_positive")["column"]


def test_shares_of_the_best_differ_on_purpose_where_lower_is_better():
    # COINr divides the negated values by their maximum: the worst area then has the highest score. Ours is min / x.
    values = golden("cases_input.csv")["norm"]
    theirs = coinr("fracmax", -1)["norm"]
    ours = result("fraction_of_max", "lower").table("score", "indicator")["norm"]
    worst = int(values.arg_max() or 0)
    assert theirs[worst] == theirs.max() and ours[worst] == ours.min()
    assert unlike(ours, pl.Series(values.min() / value for value in values)) == []  # type: ignore[operator]


def test_ranks_are_those_of_coinr():
    expected = golden("cases_rank_df.csv").cast(dict.fromkeys(COLUMNS, pl.Float64))
    ranks = result("none").table("rank", "indicator")
    assert {c: True for c in COLUMNS if ranks[c].cast(pl.Float64).to_list() != expected[c].to_list()} == {}


@pytest.mark.parametrize(
    ("theirs", "method", "equal", "coverage"),
    [
        ("a_amean", "mean", False, 0),
        ("a_gmean", "geometric_mean", False, 0),
        ("a_gmean", {"method": "power_mean", "p": 0}, False, 0),
        ("a_hmean", "harmonic_mean", False, 0),
        ("a_hmean", {"method": "power_mean", "p": -1}, False, 0),
        ("a_amean", {"method": "power_mean", "p": 1}, False, 0),
        ("a_amean_equal", "mean", True, 0),
    ],
)
def test_aggregates_are_those_of_coinr(theirs, method, equal, coverage):
    weights = dict(golden("cases_agg_weights.csv").rows())
    nodes = [{"code": "I", "level": "index", "aggregate": method, "min_coverage": coverage}]
    nodes += [
        {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "weight": 1 if equal else weights[c]}
        for c in weights
    ]
    data = golden("cases_agg_input.csv").with_columns(pl.col("row").cast(pl.String).alias("area")).drop("row")
    scores = piikit.evaluate(data, edition(nodes, defaults={"normalise": "none"})).table("score", "index")["I"]
    assert unlike(scores, golden("cases_agg_output.csv")[theirs]) == []


def test_a_threshold_counts_weights_on_purpose_where_coinr_counts_children():
    weights = dict(golden("cases_agg_weights.csv").rows())
    nodes = [{"code": "I", "level": "index", "min_coverage": 0.5}]
    nodes += [
        {"code": c, "parent": "I", "level": "indicator", "direction": "higher", "weight": weights[c]} for c in weights
    ]
    inputs = golden("cases_agg_input.csv")
    data = inputs.with_columns(pl.col("row").cast(pl.String).alias("area")).drop("row")
    ours = piikit.evaluate(data, edition(nodes, defaults={"normalise": "none"})).table("score", "index")["I"]
    theirs = golden("cases_agg_output.csv")["a_amean_thr0.5"]
    present = inputs.select(pl.col(c).is_not_null() * w for c, w in weights.items())
    by_weight = present.sum_horizontal() >= 0.5 * sum(weights.values())
    by_count = inputs.select(list(weights)).select(pl.all().is_not_null()).sum_horizontal() >= 3
    same = by_weight == by_count
    assert unlike(ours.filter(same), theirs.filter(same)) == []
    assert ours.is_not_null().to_list() == by_weight.to_list() and theirs.is_not_null().to_list() == by_count.to_list()
