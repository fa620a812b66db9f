"""Who overtook whom, against a double loop over the long scores."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from documents import TREE, edition, indicator

INDEX = edition(indicator("x"))
KEYS = ["area", "overtaken", "kind"]


def result(engine: piikit.Engine, document: Any = INDEX, **columns: Any) -> piikit.Result:
    height = max(len(column) for column in columns.values())
    table = pl.DataFrame({"area": list("abcdefgh"[:height]), "code": ["I"] * height, **columns}, strict=False)
    return engine.evaluate(edition=document, scores=table)


def slowly(after: piikit.Result, before: piikit.Result) -> set[tuple[str, str, str]]:
    """Every pair looked at by itself."""
    now, then = (
        {row["area"]: row for row in one.scores.filter(pl.col("code") == "I").iter_rows(named=True)}
        for one in (after, before)
    )
    found = set()
    for one in now.keys() & then.keys():
        for other in now.keys() & then.keys():
            first, second = ahead(then[one], then[other]), ahead(now[one], now[other])
            kind = {(False, True): "passed", (False, None): "drew_level", (None, True): "pulled_ahead"}
            if "unknown" not in (first, second) and (first, second) in kind:
                found.add((one, other, kind[first, second]))  # type: ignore[index]
    return found


def ahead(one: Any, other: Any) -> bool | str | None:
    """True where one is ahead, False where it is behind, None where they are level."""
    if one["rank"] is not None and other["rank"] is not None:
        better, worse = -one["rank"], -other["rank"]
    elif one["score"] is not None and other["score"] is not None:
        better, worse = round(one["score"], 9), round(other["score"], 9)
    else:
        return "unknown"
    return None if better == worse else better > worse


FIGURES = st.lists(st.none() | st.integers(1, 6).map(float), min_size=1, max_size=8)


@settings(max_examples=50)
@given(st.data())
def test_the_same_pairs_as_a_double_loop(engine: piikit.Engine, draws: st.DataObject) -> None:
    made = []
    for _ in range(2):
        scores = draws.draw(FIGURES)
        size = len(scores)
        ranks = draws.draw(st.lists(st.none() | st.integers(1, size), min_size=size, max_size=size))
        made.append(result(engine, score=scores, **({"rank": ranks} if draws.draw(st.booleans()) else {})))
    found = made[0].overtakes(made[1])
    assert found.select(KEYS).n_unique() == found.height
    own = made[0].overtakes(made[1], area="a")
    assert own.rows() == found.filter((pl.col("area") == "a") | (pl.col("overtaken") == "a")).rows()
    assert set(found.select(KEYS).rows()) == slowly(*made)


def test_who_passed_drew_level_and_pulled_ahead(engine: piikit.Engine) -> None:
    # Before: a 1, b 2, c and d 3. After: b 1, a 2 (passed by b), c 2 (level with a), d 4 (left behind by c).
    before, after = result(engine, rank=[1, 2, 3, 3]), result(engine, rank=[2, 1, 2, 4])
    frame = after.overtakes(before)
    assert frame.select(KEYS).rows() == [("b", "a", "passed"), ("c", "a", "drew_level"), ("c", "d", "pulled_ahead")]
    assert frame.select("rank", "other_rank", "overtaken_rank", "overtaken_other_rank").row(0) == (1, 2, 2, 1)
    assert before.overtakes(after).select(KEYS).rows() == [
        ("a", "b", "passed"),
        ("a", "c", "pulled_ahead"),
        ("d", "c", "drew_level"),
    ]


def test_the_pairs_of_one_area(engine: piikit.Engine) -> None:
    before, after = result(engine, score=[4, 3, 2, 1]), result(engine, score=[1, 2, 3, 4])
    assert after.overtakes(before).height == 6
    own = after.overtakes(before, area="b")
    assert own.select(KEYS).rows() == [("d", "b", "passed"), ("c", "b", "passed"), ("b", "a", "passed")]


def test_order_goes_by_score_where_ranks_are_not_known(engine: piikit.Engine) -> None:
    listed = {**TREE, "areas": [{"code": code, "name": code} for code in "abc"], "groups": {}}
    before = result(engine, listed, score=[50, 40])
    after = result(engine, listed, score=[40 + 1e-12, 40])
    assert before.scores["rank"].null_count() == before.scores.height
    assert after.overtakes(before).select(KEYS).rows() == [("b", "a", "drew_level")]


def test_another_node_and_an_unknown_one() -> None:
    base = piikit.evaluate(piikit.sample(), "pii-2024")
    assert base.overtakes(base, "1").is_empty()
    with pytest.raises(piikit.UsageError, match="unknown common node '8'"):
        base.overtakes(base, "8")
    with pytest.raises(piikit.UsageError, match="area"):
        base.overtakes(base, area="Bắc Giangg")


def test_the_pairs_of_very_many_areas_are_not_listed(engine: piikit.Engine) -> None:
    table = {"area": [f"a{place}" for place in range(2001)], "code": ["I"] * 2001}
    before, after = (
        engine.evaluate(edition=INDEX, scores={**table, "score": scores})
        for scores in (range(2001), reversed(range(2001)))
    )
    with pytest.raises(piikit.UsageError, match="area="):
        after.overtakes(before)
    assert after.overtakes(before, area="a5").height == 2000
