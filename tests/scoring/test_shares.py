"""What a child weighs is said in one place: all who ask agree, for a plugin's linear method as for the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit
from documents import edition, indicator
from piikit.analysis.weights.derive import weights
from piikit.plugin import Aggregate
from piikit.result import frames_of
from piikit.results.index_gap import gaps
from piikit.scoring.shares import effective, effective_weights, linear_shares, points_added


def _squares(weights: Sequence[float]) -> list[float]:
    return [weight * weight for weight in weights]


def _score(scores: Sequence[pl.Expr], weights: Sequence[float], params: Any) -> pl.Expr:
    own = _squares(weights)
    total = sum((score.fill_null(0.0) * weight for score, weight in zip(scores, own, strict=True)), pl.lit(0.0))
    there = sum((score.is_not_null() * weight for score, weight in zip(scores, own, strict=True)), pl.lit(0.0))
    return total / pl.when(there > 0).then(there)


def _shares(scores: Sequence[float | None], weights: Sequence[float]) -> list[float | None]:
    own = _squares(weights)
    there = sum(weight for score, weight in zip(scores, own, strict=True) if score is not None)
    return [None if score is None else score * weight / there for score, weight in zip(scores, own, strict=True)]


class Own:
    """A plugin with a mean whose weights are squared: as linear as the plain mean."""

    __name__ = "own"

    @piikit.hookimpl
    def piikit_methods(self) -> list[Aggregate]:
        return [Aggregate(name="own.squared_mean", source="invented", score=_score, shares=_shares)]


ENGINE = piikit.Engine(plugins=[Own()])
LINEAR = ("own.squared_mean", "mean")
CODES = ("a", "b", "c", "d")
figure = st.none() | st.floats(0, 100, allow_subnormal=False).map(lambda number: round(number, 3))


def tree(method: str, weights: Sequence[float]) -> dict[str, Any]:
    return edition(
        {"code": "g", "parent": "I", "level": "pillar", "aggregate": method, "weight": 2},
        {"code": "h", "parent": "I", "level": "pillar", "aggregate": method},
        *(indicator(code, "gghh"[place], weight=weights[place]) for place, code in enumerate(CODES)),
        defaults={"normalise": {"method": "goalposts", "lower": 0, "upper": 100}, "aggregate": method},
    )


def evaluated(method: str, own: Sequence[float], rows: Sequence[Sequence[float | None]]) -> piikit.Result:
    table = pl.DataFrame(
        {"area": [f"A{place}" for place in range(len(rows))]}
        | {code: pl.Series([row[place] for row in rows], dtype=pl.Float64) for place, code in enumerate(CODES)}
    )
    return ENGINE.evaluate(table, tree(method, own))


@pytest.mark.parametrize("method", LINEAR)
@given(
    own=st.lists(st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=4, max_size=4),
    rows=st.lists(st.lists(figure, min_size=4, max_size=4), min_size=3, max_size=4),
)
def test_all_who_ask_agree(method: str, own: list[float], rows: list[list[float | None]]) -> None:
    result = evaluated(method, own, [*rows, [1.0, 2.0, 3.0, 4.0], [9.0, 7.0, 5.0, 4.5]])
    made, wide = result.edition, frames_of(result).wide
    for row in wide.iter_rows(named=True):
        root = row["score:I"]
        if root is None:
            continue
        by_weight = effective_weights(made, row, "I")
        assert sum(weight * row[f"score:{code}"] for code, weight in by_weight.items()) == pytest.approx(root)
        why = result.explain(row["area"], "I")
        assert sum(part.contribution for part in why.parts if part.contribution is not None) == pytest.approx(root)
        levers = result.levers(row["area"]).filter(pl.col("weight").is_not_null())
        assert dict(levers.select("code", "weight").iter_rows()) == pytest.approx(by_weight)
        gap = gaps(row, made)
        if len(by_weight) == len(CODES):
            nominal = {code: effective(made)[code].weight for code in CODES}
            assert nominal == pytest.approx(by_weight)
            assert gap.parts == pytest.approx({c: w * (100 - row[f"score:{c}"]) for c, w in by_weight.items()})
            assert gap.total == pytest.approx(100 - root)
        else:
            assert gap.reason == "partial"


@pytest.mark.parametrize("method", LINEAR)
@given(rows=st.lists(st.lists(figure, min_size=4, max_size=4), min_size=6, max_size=6))
def test_effects_by_indicator_add_up(method: str, rows: list[list[float | None]]) -> None:
    own = (1.0, 2.0, 0.5, 3.0)
    before, after = evaluated(method, own, rows[:3]), evaluated(method, own, rows[3:])
    found = after.effects(before, by="indicator", code="I")
    assert "not_additive" not in set(found["reason_code"])
    parts = found.filter(pl.col("reason_code").is_null()).group_by("area").agg(pl.col("difference").sum())
    wanted = after.compare(before).filter(pl.col("code") == "I").select("area", whole="difference")
    for _, part, whole in parts.join(wanted, on="area").iter_rows():
        assert part == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("method", ["geometric_mean", "median", "max"])
def test_a_method_that_is_no_weighted_sum_is_refused_by_all(method: str) -> None:
    result = evaluated(method, (1, 1, 1, 1), [[1.0, 2.0, 3.0, 4.0], [9.0, 7.0, 5.0, 4.5], [3.0, 8.0, 2.0, 1.0]])
    made, row = result.edition, frames_of(result).wide.row(0, named=True)
    assert linear_shares(made.nodes["g"], made) is None
    assert points_added(made.nodes["g"], row, made) is None
    with pytest.raises(piikit.UsageError, match=f"method '{method}' is no weighted sum"):
        result.levers("A0")
    assert gaps(row, made).reason == "method"
    assert result.explain("A0", "I").parts[0].contribution is None
    assert set(result.effects(result, by="indicator", code="I")["reason_code"]) == {"not_additive"}
    assert method in weights(made).table.filter(code="a")["note"][0]


def test_weights_of_others_are_taken_where_they_are_handed_in() -> None:
    made = ENGINE.edition(tree("own.squared_mean", (1, 3, 1, 1)))
    assert linear_shares(made.nodes["g"], made) == pytest.approx({"a": 0.1, "b": 0.9})
    assert linear_shares(made.nodes["g"], made, {"b"}) == {"b": 1.0}
    assert linear_shares(made.nodes["g"], made, weights={"a": 2.0, "b": 0.0}) == {"a": 1.0}
    assert np.isclose(effective(made)["b"].weight, 0.9 * 4 / 5)
