"""Audit figures: against scipy, COINr's own figures and slow obvious references; flags, workbook, command."""

from __future__ import annotations

import io
import itertools
import json
import math
import zipfile

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import piikit
from commands import runner
from piikit.analysis.audit import audit
from piikit.analysis.audit.correlations import kendall, pearson, ranks, shared, spearman
from piikit.analysis.audit.dimensions import alpha, components
from piikit.cli import piikit as command
from places import COINR

GOLDEN = COINR
CELL = st.none() | st.integers(-3, 3).map(float) | st.integers(-300, 300).map(lambda n: n / 10)
Cells = list[list[float | None]]


@st.composite
def tables(draw: st.DrawFn, rows: tuple[int, int] = (0, 9)) -> np.ndarray:
    n, k = draw(st.integers(*rows)), draw(st.integers(1, 4))
    cells = draw(st.lists(st.lists(CELL, min_size=k, max_size=k), min_size=n, max_size=n))
    return np.array(cells, dtype=float).reshape(n, k)


def pair(x: np.ndarray, i: int, j: int) -> list[tuple[float, float]]:
    return [
        (a, b) for a, b in zip(x[:, i].tolist(), x[:, j].tolist(), strict=True) if not (math.isnan(a) or math.isnan(b))
    ]


def slow_pearson(points: list[tuple[float, float]]) -> float:
    if len(points) < 3 or any(len({point[side] for point in points}) == 1 for side in (0, 1)):
        return math.nan
    n = len(points)
    middle = [math.fsum(point[side] for point in points) / n for side in (0, 1)]
    both = math.fsum((a - middle[0]) * (b - middle[1]) for a, b in points)
    own = [math.fsum((point[side] - middle[side]) ** 2 for point in points) for side in (0, 1)]
    return both / math.sqrt(own[0]) / math.sqrt(own[1])


def slow_rank(value: float, values: list[float]) -> float:
    return sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2


def slow_spearman(points: list[tuple[float, float]]) -> float:
    sides = [[point[side] for point in points] for side in (0, 1)]
    return slow_pearson([(slow_rank(a, sides[0]), slow_rank(b, sides[1])) for a, b in points])


def slow_kendall(points: list[tuple[float, float]]) -> float:
    if len(points) < 3:
        return math.nan
    signs = [((a > c) - (a < c), (b > d) - (b < d)) for (a, b), (c, d) in itertools.combinations(points, 2)]
    free = [sum(sign[side] != 0 for sign in signs) for side in (0, 1)]
    return sum(a * b for a, b in signs) / math.sqrt(free[0] * free[1]) if all(free) else math.nan


@pytest.mark.parametrize(
    ("fast", "slow"),
    [
        (pearson, slow_pearson),
        (spearman, slow_spearman),
        (kendall, slow_kendall),
    ],
)
@given(x=tables())
@settings(max_examples=50)
def test_correlations_are_those_of_the_slow_reference(fast, slow, x):
    found, counts = fast(x), shared(x)
    for i, j in itertools.product(range(x.shape[1]), repeat=2):
        points = pair(x, i, j)
        assert counts[i, j] == len(points)
        assert found[i, j] == pytest.approx(slow(points), abs=1e-12, nan_ok=True)


def test_correlations_are_those_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    x = np.random.default_rng(7).normal(size=(40, 2)).round(1)
    for ours, theirs in ((pearson, stats.pearsonr), (spearman, stats.spearmanr), (kendall, stats.kendalltau)):
        assert ours(x)[0, 1] == pytest.approx(theirs(x[:, 0], x[:, 1])[0], rel=1e-12)


@given(x=tables((3, 9)), power=st.integers(-900, 900), data=st.data())
@settings(max_examples=40)
def test_correlations_do_not_depend_on_scale_or_on_other_columns(x, power, data):
    # Powers of two are exact, down to where numbers lose bits.
    for kind in (pearson, spearman, kendall):
        np.testing.assert_array_equal(kind(np.ldexp(x, power)), kind(x))
    order = data.draw(st.permutations(range(len(x))))
    np.testing.assert_array_equal(kendall(x[order]), kendall(x))
    np.testing.assert_allclose(pearson(x[order]), pearson(x), atol=1e-12)


def test_huge_and_tiny_numbers_have_correlations():
    x = np.array([[1e300, 1e-300], [2e300, 2e-300], [-1.7e308, -1e-300]])
    assert (pearson(x) > 0.9).all() and (kendall(x) == 1).all()


def test_kendall_in_blocks_is_kendall_at_once(monkeypatch):
    x = np.random.default_rng(1).integers(0, 5, (30, 3)).astype(float)
    whole = kendall(x)
    monkeypatch.setattr("piikit.analysis.audit.correlations.BLOCK", 200)
    np.testing.assert_array_equal(kendall(x), whole)
    monkeypatch.setattr("piikit.analysis.audit.correlations.LARGEST", 29)
    assert np.isnan(kendall(x)).all()


def test_ranks_share_ties():
    assert ranks(np.array([[3.0], [1.0], [3.0], [2.0]]))[:, 0].tolist() == [3.5, 1.0, 3.5, 2.0]


# -- alpha and components ----------------------------------------------------------------------------------------


@given(x=tables((4, 9)))
@settings(max_examples=40)
def test_alpha_is_its_definition(x):
    x = np.where(np.isfinite(x), x, 1.5)
    kept = x[:, [len(set(column)) > 1 for column in x.T.tolist()]]
    found = alpha(x)
    k = kept.shape[1]
    assert (found.columns, found.rows) == (k, len(x) if k else 0)
    total = kept.sum(axis=1).var(ddof=1) if k else 0.0
    if k < 2 or total < 1e-9:
        assert k >= 2 or math.isnan(found.raw)
        return
    wanted = k / (k - 1) * (1 - kept.var(axis=0, ddof=1).sum() / total)
    assert found.raw == pytest.approx(wanted, rel=1e-6, abs=1e-9)


def test_alpha_of_equal_columns_is_one():
    column = np.arange(6.0)
    found = alpha(np.column_stack([column, column, column]))
    assert (found.raw, found.standardised, found.correlation) == (pytest.approx(1),) * 3


def test_components_explain_the_correlations():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(30, 1)) + rng.normal(size=(30, 4)) * [0.1, 0.5, 1, 2]
    x[4, 2] = np.nan
    found = components(x)
    assert found.rows == 29 and found.values.sum() == pytest.approx(4)
    whole = np.delete(x, 4, axis=0)
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.corrcoef(whole.T), atol=1e-12)
    assert (np.diff(found.values) <= 0).all() and (found.vectors.sum(axis=0) > 0).all()
    # A loading is the correlation of the column with the component.
    first = ((whole - whole.mean(0)) / whole.std(0)) @ found.vectors[:, 0]
    assert found.loadings[1, 0] == pytest.approx(np.corrcoef(first, whole[:, 1])[0, 1])


@given(x=tables((0, 8)), data=st.data())
@settings(max_examples=40)
def test_components_do_not_depend_on_the_order_of_areas(x, data):
    order = data.draw(st.permutations(range(len(x))))
    one, two = components(x), components(x[order])
    np.testing.assert_array_equal(one.values, two.values)
    np.testing.assert_array_equal(one.vectors, two.vectors)
    assert len(one.values) <= max(min(x.shape[1], one.rows - 1), 0)


# -- the frames --------------------------------------------------------------------------------------------------


def edition(codes, **methods):
    return {
        "id": "tried",
        "status": "local",
        "period": "2024",
        "title": {"vi": "Thử", "en": "Trial"},
        "sources": ["-"],
        "nodes": [
            {"code": "I", "level": "index"},
            *(
                {"code": code, "parent": "I", "level": "indicator", "direction": "higher", "unit": "none", **methods}
                for code in codes
            ),
        ],
    }


@pytest.fixture(scope="module")
def sample() -> piikit.Result:
    return piikit.evaluate(piikit.sample(), "pii-2024")


def test_skewness_and_kurtosis_are_those_of_coinr():
    values = pl.read_csv(GOLDEN / "cases_input.csv").rename({"uCode": "area"})
    codes = values.columns[1:]
    found = piikit.evaluate(values, edition(codes)).audit().statistics
    wanted = pl.read_csv(GOLDEN / "cases_skew_kurt.csv")
    assert found["code"].to_list() == wanted["iCode"].to_list()
    for ours, theirs in (("skewness", "skew"), ("kurtosis", "kurt")):
        for own, other in zip(found[ours], wanted[theirs], strict=True):
            assert math.isnan(other) if own is None else own == pytest.approx(other, rel=1e-12)
    constant = found.filter(code="const").row(0, named=True)
    assert (constant["sd"], constant["reason_code"]) == (0.0, "constant")


def test_statistics_of_a_small_column():
    table = {"area": list("abcdefgh"), "x": [0, 1, 2, 3, 4, 4, 4, 100], "y": [None] * 7 + [5.0]}
    found = piikit.evaluate(table, edition("xy")).audit()
    x, y = found.statistics.rows(named=True)
    assert {
        name: x[name]
        for name in (
            "n",
            "mean",
            "min",
            "q1",
            "median",
            "q3",
            "max",
            "n_low",
            "n_high",
            "n_distinct",
            "n_same",
            "share_same",
        )
    } == {
        "n": 8,
        "mean": 14.75,
        "min": 0,
        "q1": 1.75,
        "median": 3.5,
        "q3": 4.0,
        "max": 100,
        "n_low": 0,
        "n_high": 1,
        "n_distinct": 6,
        "n_same": 3,
        "share_same": 0.375,
    }
    assert x["sd"] == pytest.approx(np.std(table["x"], ddof=1), rel=1e-14) and x["reason_code"] == "outliers"
    assert (y["n"], y["mean"], y["sd"], y["skewness"], y["flag"]) == (1, 5.0, None, None, False)
    about = found.availability.select("code", "n", "share", "zeros", "reason_code").rows()
    assert about == [("x", 8, 1.0, 1, None), ("y", 1, 0.125, 0, "low_availability")]
    assert found.areas.select("n", "share", "reason_code").row(0) == (1, 0.5, "low_availability_area")
    assert found.areas["flag"].to_list() == [True] * 7 + [False]


def test_several_flags_are_all_said_in_both_languages():
    result = piikit.evaluate({"area": list("abcdef"), "x": [0, 0, 0, 0, 0, 50.0]}, edition("x"))
    english, vietnamese = (result.audit(lang=lang).statistics.row(0, named=True) for lang in ("en", "vi"))
    assert english["reason_code"] == vietnamese["reason_code"] == "outliers; few_distinct; many_same"
    assert english["reason"].count("; ") >= 2 and "ngoại lai" in vietnamese["reason"] and "0,5" in vietnamese["reason"]


def test_relations_and_their_flags():
    base = [1.0, 2, 3, 4, 5, 6, 7, 8]
    table = {"area": list("abcdefgh"), "x": base, "y": [v * 2 for v in base], "z": [-v for v in base]}
    found = piikit.evaluate(table, edition("xyz")).audit()
    rows = {(r["code"], r["other"]): r for r in found.correlations.rows(named=True)}
    assert {key: row["relation"] for key, row in rows.items()} == {
        ("x", "I"): "parent",
        ("y", "I"): "parent",
        ("z", "I"): "parent",
        ("x", "y"): "sibling",
        ("x", "z"): "sibling",
        ("y", "z"): "sibling",
    }
    assert rows["x", "y"]["reason_code"] == rows["x", "z"]["reason_code"] == "collinear"
    assert rows["z", "I"]["reason_code"] == "negative_with_parent" and rows["x", "I"]["flag"] is False
    assert found.against_parent["code"].to_list() == ["z"] and found.collinear.height == 3
    assert found.consistency.row(0, named=True)["children"] == 3
    # The same values as a lower-is-better indicator go along.
    turned = edition("xyz")
    turned["nodes"][3]["direction"] = "lower"
    again = piikit.evaluate(table, turned).audit(on="value")
    assert again.against_parent.is_empty() and again.correlations["pearson"].min() == pytest.approx(1)


def test_relations_up_an_uneven_tree(sample):
    rows = {(r["code"], r["other"]): r["relation"] for r in sample.audit().correlations.rows(named=True)}
    assert len(rows) == 78 * 77 // 2
    assert [rows["1.1.1", other] for other in ("1.1", "1", "IN", "2.1")] == ["parent", "ancestor", "ancestor", "other"]
    assert rows["1.1.1", "1.1.2"] == "sibling" and rows["1.1.1", "2.1.1"] == "same_level"


def test_periods_are_audited_each_by_itself():
    rows = [
        {"area": a, "period": p, "x": i * (-1 if p == "2025" else 1), "y": float(i * i)}
        for p in ("2024", "2025")
        for i, a in enumerate("abcde")
    ]
    both = piikit.evaluate(pl.DataFrame(rows), edition("xy")).audit()
    alone = piikit.evaluate(pl.DataFrame(rows[5:]), edition("xy")).audit()
    for name, frame in alone.frames.items():
        own = both.frames[name].filter(pl.col("period") == "2025")
        assert own.equals(frame), name
    assert audit(both.result, period="2025").statistics.equals(alone.statistics)


def test_the_order_of_areas_changes_no_bit_of_the_statistics():
    x = np.random.default_rng(5).lognormal(size=30)
    one, two = (
        piikit.evaluate({"area": [f"a{i}" for i in order], "x": x[order]}, edition("x")).audit().statistics
        for order in (np.arange(30), np.arange(30)[::-1])
    )
    assert one.equals(two)


def test_wrong_use_is_said(sample):
    for wrong in (
        {"thresholds": {"collinaer": 1}},
        {"thresholds": {"available": 2}},
        {"period": "1999"},
        {"on": "rank"},
        {"scenario": "x"},
        {"lang": "fr"},
    ):
        with pytest.raises(piikit.UsageError):
            sample.audit(**wrong)
    with pytest.raises(piikit.UsageError, match="did you mean 'collinear'"):
        sample.audit(thresholds={"collinaer": 1})


def sheets(content: bytes) -> tuple[list[str], str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
        return [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")], texts


def test_the_workbook_holds_every_frame_and_no_formula(tmp_path):
    pytest.importorskip("xlsxwriter")
    table = {"area": ["=1+1", "@b", "c"], "x": [1.0, 2, None], "y": [3.0, 1, 2]}
    found = piikit.evaluate(table, edition("xy")).audit()
    path = found.write(tmp_path / "audit.xlsx")
    names, texts = sheets(path.read_bytes())
    assert len(names) == len(found.frames) + 1 and "=1+1" in texts
    with zipfile.ZipFile(path) as book:
        every = [book.read(name).decode() for name in names]
    assert not any("<f>" in sheet for sheet in every)
    assert all("frozen" in sheet for sheet in every[1:])
    assert found.result.record["id"] in texts
    with pytest.raises(piikit.UsageError, match="xlsx"):
        found.write(tmp_path / "audit.csv")


def test_the_command_lists_what_the_library_flags(tmp_path, sample):
    pytest.importorskip("xlsxwriter")
    args = ["audit", str(piikit.sample()), "--threshold", "alpha=0.6"]
    done = runner().invoke(command, [*args, "--json", "-o", str(tmp_path / "a.xlsx")])
    assert done.exit_code == 0 and (tmp_path / "a.xlsx").is_file()
    answer = json.loads(done.stdout)
    assert answer["flags"] == sample.audit(thresholds={"alpha": 0.6}).flags.to_dicts()
    assert answer["record"] == sample.record["id"]
    shown = runner().invoke(command, [*args, "--lang", "vi"])
    assert shown.exit_code == 0 and "cảnh báo" in shown.output and "4.1.3 – 4.1.4" in shown.output
    assert runner().invoke(command, [*args, "--threshold", "alpha"]).exit_code == 2
