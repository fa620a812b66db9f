"""Weights: equal, given, effective, of the first principal component, for a stated influence; and their overlays."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from piikit.analysis.audit.correlations import kendall, pearson, spearman
from piikit.analysis.weights.derive import weights
from piikit.result import frames_of
from piikit.scoring.shares import effective


def document(weights: dict[str, float], aggregate: str = "mean", **more: object) -> dict[str, object]:
    """Two pillars: A of a1 and a2, B of b1 and b2."""
    nodes = [{"code": "I", "level": "index", "aggregate": aggregate}]
    for pillar in "AB":
        nodes.append({"code": pillar, "parent": "I", "level": "pillar", "aggregate": aggregate})
        nodes += [
            {
                "code": f"{pillar.lower()}{n}",
                "parent": pillar,
                "level": "indicator",
                "direction": "higher",
                "unit": "none",
                "normalise": "none",
            }
            for n in (1, 2)
        ]
    for node in nodes[1:]:
        node["weight"] = weights.get(str(node["code"]), 1)  # type: ignore[assignment]
    return {
        "id": "tried",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Thử", "en": "Trial"},
        "sources": ["-"],
        "nodes": nodes,
        **more,
    }


def scores(n: int = 30, seed: int = 2) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=n)
    columns = {
        code: 50 + 10 * (common + spread * rng.normal(size=n))
        for code, spread in (("a1", 0.5), ("a2", 1.5), ("b1", 1.0), ("b2", 3.0))
    }
    return pl.DataFrame({"area": [f"area {i}" for i in range(n)], **columns})


@pytest.fixture(scope="module")
def result() -> piikit.Result:
    return piikit.evaluate(scores(), document({"A": 3, "a1": 2}))


@pytest.fixture(scope="module")
def sample() -> piikit.Result:
    return piikit.evaluate(piikit.sample(), "pii-2024")


def column(weights: piikit.types.Weights, name: str) -> dict[str, float]:
    return dict(weights.table.select("code", name).iter_rows())


def test_given_equal_and_stated(result):
    own = result.weights()
    assert column(own, "weight") == {"A": 3, "a1": 2, "a2": 1, "B": 1, "b1": 1, "b2": 1}
    assert column(own, "effective") == pytest.approx(
        {"A": 0.75, "a1": 0.5, "a2": 0.25, "B": 0.25, "b1": 0.125, "b2": 0.125}
    )
    assert own.overlay("same") == {"$schema": "edition.schema.json", "id": "same", "extends": "tried"}
    equal = weights(result.edition, "equal")
    assert equal.changes() == {"A": 1.0, "a1": 1.0} and set(column(equal, "share").values()) == {0.5}
    assert result.weights("equal", nodes="pillar").changes() == {"A": 1.0}
    assert result.weights({"b2": 4}).changes() == {"b2": 4.0}


@given(st.lists(st.sampled_from([0.25, 1, 2, 3]), min_size=6, max_size=6), st.sampled_from(["mean", "sum"]))
@settings(max_examples=15)
def test_effective_weights_are_points_of_the_index(drawn, aggregate):
    codes = ["A", "B", "a1", "a2", "b1", "b2"]
    made = document(dict(zip(codes, drawn, strict=True)), aggregate)
    base = {"area": "x", "a1": 10.0, "a2": 10.0, "b1": 10.0, "b2": 10.0}
    rows = [base, *({**base, "area": code, code: 11.0} for code in codes[2:])]
    result = piikit.evaluate(pl.DataFrame(rows), made)
    index = result.table("score")["I"].to_list()
    weighs = effective(result.edition)
    for place, code in enumerate(codes[2:], 1):
        assert weighs[code].weight == pytest.approx(index[place] - index[0])
        assert weighs[code].nominal == ()
    if aggregate == "mean":
        for level in ("pillar", "indicator"):
            assert sum(weighs[code].weight for code in result.edition.codes(level)) == pytest.approx(1)


def test_where_a_method_is_no_weighted_sum_the_weight_is_nominal():
    own = weights(piikit.edition(document({"A": 3}, "geometric_mean"))).table.row(0, named=True)
    assert own["effective"] == 0.75 and "geometric_mean" in own["note"]


def test_weight_nought_stays_and_counts_nothing():
    own = weights(piikit.edition(document({"a2": 0})), "equal")
    assert column(own, "weight")["a2"] == 0 and column(own, "effective")["a2"] == 0
    assert column(weights(piikit.edition(document({"a2": 0})), "equal", nodes=["a2"]), "weight")["a2"] == 1


def test_principal_components_are_those_of_numpy(result):
    values = scores().select("b1", "b2").to_numpy()
    vector = np.abs(np.linalg.eigh(np.corrcoef(values.T))[1][:, -1])
    squared = column(result.weights("pca", nodes=["b1", "b2"]), "weight")
    assert [squared["b1"], squared["b2"]] == pytest.approx((vector**2).tolist())
    entries = column(result.weights("pca_loadings", nodes=["b1", "b2"]), "weight")
    assert [entries["b1"], entries["b2"]] == pytest.approx(vector.tolist())
    assert squared["a1"] == 2


def test_a_constant_or_missing_child_is_said(result):
    table = scores().with_columns(b2=pl.lit(7.0), a2=pl.lit(None, dtype=pl.Float64))
    own = piikit.evaluate(table, document({"a1": 2})).weights("pca")
    notes = column(own, "note")
    # One varying child is no component; a sibling that nobody has leaves no whole row.
    assert notes["b1"].startswith("no component") and notes["a1"].startswith("no component")
    assert column(own, "weight")["a1"] == 2


def test_negative_loadings_are_named_and_never_reach_an_edition():
    table = pl.DataFrame(
        {"area": list("abcdef"), "x": [1.0, 2, 3, 4, 5, 6], "y": [1.0, 2, 3, 4, 6, 5], "z": [6.0, 5, 4, 3, 1, 2]}
    )
    nodes = [
        {"code": "I", "level": "index"},
        *({"code": c, "parent": "I", "level": "indicator", "direction": "higher", "unit": "none"} for c in "xyz"),
    ]
    made = document({}) | {"nodes": nodes}
    own = piikit.evaluate(table, made).weights("pca_loadings")
    assert column(own, "weight")["z"] < 0 and "negative" in column(own, "note")["z"]
    with pytest.raises(piikit.UsageError, match=r"no negative weight.*z"):
        own.overlay("never")


KINDS = {"pearson": pearson, "spearman": spearman, "kendall": kendall}


@pytest.mark.parametrize("kind", KINDS)
def test_optimised_weights_give_the_influence_asked_for(sample, kind):
    pytest.importorskip("scipy")
    pillars = ["1", "2", "3", "4", "5"]
    own = sample.weights("optimised", nodes=pillars, target="IN", correlation=kind)
    assert own.reached and sum(column(own, "weight")[code] for code in pillars) == pytest.approx(5)
    # Scored anew by the engine with the overlay, the correlations are equal.
    again = piikit.evaluate(piikit.sample(), own.overlay("balanced")).table("score").select(*pillars, "IN").to_numpy()
    r = KINDS[kind](again)[-1, :-1]
    np.testing.assert_allclose(r / r.sum(), np.full(5, 0.2), atol=1e-6 if kind == "pearson" else 0.01)
    np.testing.assert_allclose(r / r.sum(), [column(own, "influence")[code] for code in pillars], atol=1e-9)


def test_optimised_weights_for_a_stated_influence_through_a_level(result):
    pytest.importorskip("scipy")
    own = result.weights("optimised", nodes=["A", "B"], influence={"A": 5, "B": 4})
    figures = piikit.evaluate(scores(), own.document("again")).table("score").select("A", "B", "I").to_numpy()
    r = pearson(figures)[-1, :-1]
    assert own.reached and r[0] / r[1] == pytest.approx(1.25, rel=1e-5)
    # What cannot be reached is the nearest, and says so.
    beyond = result.weights("optimised", nodes=["A", "B"], influence={"A": 50, "B": 1})
    assert not beyond.reached and "not reached" in column(beyond, "note")["A"]


def test_overlay_and_document_say_the_same(sample):
    own = sample.weights("pca", nodes="pillar")
    one, two = (piikit.evaluate(piikit.sample(), made("pca")) for made in (own.overlay, own.document))
    assert frames_of(one).wide.equals(frames_of(two).wide)
    assert own.overlay("pca", title={"vi": "T", "en": "T"}, sources=["here"])["sources"] == ["here"]


def test_wrong_use_is_said(sample, result):
    for args, match in [
        (("equall",), "did you mean 'equal'"),
        (("equal", "pillars"), "did you mean 'pillar'"),
        (({"a9": 1},), "no node"),
        (({"a1": -1},), "from 0 up"),
        (({"I": 1},), "no node"),
        (({"a1": math.nan},), "from 0 up"),
    ]:
        nodes = {"nodes": args[1]} if len(args) > 1 else {}
        with pytest.raises(piikit.UsageError, match=match):
            result.weights(args[0], **nodes)
    with pytest.raises(piikit.UsageError, match="pass a Result"):
        weights(piikit.edition("pii-2024"), "pca")
    for more, match in [
        ({"nodes": ["1", "1.1"]}, "below another"),
        ({"nodes": ["1", "6"], "target": "IN"}, "not below"),
        ({"nodes": ["1"]}, "two nodes"),
        ({"influence": {"1": 1}}, "each node once"),
        ({"target": "X"}, "no node"),
        ({"correlation": "r"}, "no correlation"),
        ({"period": "1999"}, "no period"),
        ({"scenario": "s"}, "no scenario"),
    ]:
        with pytest.raises(piikit.UsageError, match=match):
            sample.weights("optimised", **more)
    published = piikit.evaluate(edition="pii-2024", scores=[{"area": "Hà Nội", "code": "PII", "score": 60.0}])
    with pytest.raises(piikit.UsageError, match="published"):
        published.weights("optimised")
