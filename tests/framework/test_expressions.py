"""Expressions of somebody else: a call of Python is seen in whatever form and however deep, and nothing else is."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from piikit.findings.messages import Phrase
from piikit.framework.expressions import calls_python, expression_fault, trial_faults

A, B = pl.col("a"), pl.col("b")


def same(x: object) -> object:
    return x


PYTHON: dict[str, Callable[[], pl.Expr]] = {
    "map_elements": lambda: A.map_elements(same, return_dtype=pl.Float64),
    "map_batches": lambda: A.map_batches(same),  # type: ignore[arg-type]
    "map_batches of several": lambda: pl.map_batches([A, B], lambda columns: columns[0], return_dtype=pl.Float64),
    "map_groups": lambda: pl.map_groups([A], lambda columns: columns[0], return_dtype=pl.Float64),
    "fold": lambda: pl.fold(pl.lit(0.0), lambda a, b: a + b, [A, B]),
    "reduce": lambda: pl.reduce(lambda a, b: a + b, [A, B]),
    "cum_fold": lambda: pl.cum_fold(pl.lit(0.0), lambda a, b: a + b, [A, B]),
    "rolling_map": lambda: A.rolling_map(lambda x: x.sum(), 2),
    "function of numpy": lambda: np.log(A),  # type: ignore[return-value]
    "names by a function": lambda: A.name.map(lambda name: f"{name}x"),
    "object": lambda: pl.lit(object(), dtype=pl.Object),
}
INSIDE: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "a sum": lambda e: B + (e * 2 - 1),
    "a condition": lambda e: pl.when(A > 0).then(e).otherwise(0),
    "what is asked": lambda e: pl.when(e > 0).then(1),
    "a struct": lambda e: pl.struct(e.alias("x"), B).struct.field("x"),
    "over": lambda e: e.over("b"),
    "a sort": A.sort_by,
    "a filter": lambda e: A.filter(e > 0).sum(),
    "a list": lambda e: pl.concat_list(e, B).list.first(),
    "a text": lambda e: pl.concat_str(e.cast(pl.String), B.cast(pl.String)),
    "a coalesce": lambda e: pl.coalesce(e, B).cast(pl.Float64),
}
PLAIN = {
    "arithmetic": A / B * 100_000,
    "condition": pl.when(B > 0).then(A / B),
    "powers": (A**2).sqrt().log(),
    "infinity": A * pl.lit(float("inf")),
    "column with a name of polars": pl.col("python_udf") + pl.col("AnonymousFunction"),
    "text that looks like a mark": pl.when(pl.lit('"AnonymousFunction":') == '"callback":[1,2,3,4,5,6,7,8,9]').then(A),
    "replaced": A.replace({1.0: 2.0}),
    "piped": A.pipe(lambda e: e + 1),
    "rolling": A.rolling_mean(2),
    "list of numbers": A.is_in([80, 76, 80, 89, 70, 78, 1, 2, 3]),
    "column of numbers": A * pl.lit(pl.Series(range(20))).sum(),
    "many replaced": A.replace_strict({float(n): float(n) for n in range(20)}, default=None),
    "bytes": pl.when(pl.lit(b"0123456789") == b"0").then(A),
    "longest": sum((pl.col(f"c{n}") for n in range(600)), A),
}


@pytest.mark.parametrize("written", ["not written", "written"])
@pytest.mark.parametrize("form", PYTHON)
def test_a_call_of_python_is_seen(form: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not the package is there with which polars writes Python functions down."""
    if written == "written":
        package = ModuleType("cloudpickle")
        package.dumps = lambda function: pickle.dumps(repr(function))  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "cloudpickle", package)
        if form not in ("object", "names by a function"):
            assert '"function"' in PYTHON[form]().meta.serialize(format="json")
    else:
        monkeypatch.setitem(sys.modules, "cloudpickle", None)
    assert calls_python(PYTHON[form]())


@pytest.mark.parametrize("place", INSIDE)
def test_a_call_of_python_is_seen_inside_another_expression(place: str) -> None:
    assert calls_python(INSIDE[place](PYTHON["fold"]()))
    assert not calls_python(INSIDE[place](A))


@pytest.mark.parametrize("name", PLAIN)
def test_polars_alone_is_not_taken_for_python(name: str) -> None:
    assert not calls_python(PLAIN[name])
    assert expression_fault(PLAIN[name]) is None


ARITHMETIC = st.recursive(
    st.sampled_from([A, B, pl.lit(2.0)]),
    lambda inner: st.tuples(inner, inner, st.sampled_from("+-*/")).map(
        lambda t: {"+": t[0] + t[1], "-": t[0] - t[1], "*": t[0] * t[1], "/": t[0] / t[1]}[t[2]]
    ),
    max_leaves=12,
)


@given(ARITHMETIC, st.lists(st.sampled_from(list(INSIDE.values())), max_size=3))
def test_python_is_seen_at_any_depth_and_only_where_it_is(plain: pl.Expr, around: list) -> None:
    hidden = plain + PYTHON["reduce"]()
    for wrap in around:
        plain, hidden = wrap(plain).cast(pl.Float64), wrap(hidden).cast(pl.Float64)
    assert not calls_python(plain)
    assert calls_python(hidden)


@pytest.mark.parametrize("several", [pl.all(), pl.col("a", "b"), pl.col("^a.*$")])
def test_an_expression_of_several_columns_is_refused(several: pl.Expr) -> None:
    assert str(expression_fault(several)) == "gives several columns, not one"


def test_each_expression_that_cannot_be_worked_out_is_named_and_the_others_are_not() -> None:
    found = trial_faults(
        {
            "sound": A / B,
            "constant": pl.lit(1),
            "statistic": A.max(),
            "truth": A > 1,
            "text": A.str.len_chars(),
            "rows": A.filter(A > 1),
            "one row": A.head(1),
        }
    )
    faults = {name: str(fault) for name, fault in found.items()}
    assert faults.pop("text").startswith("cannot be worked out: ")
    assert faults == {
        "truth": "gives Boolean, not numbers",
        "rows": "gives 2 rows for 3",
        "one row": "gives 1 row for 3",
    }


def test_all_expressions_that_leave_out_the_same_rows_are_named() -> None:
    """One by one: beside each other they fit together."""
    found = trial_faults({"x": A.head(2), "y": B.head(2)})
    assert [str(fault) for fault in found.values()] == ["gives 2 rows for 3", "gives 2 rows for 3"]
    assert found["x"] == found["y"] == Phrase("plugin.other_rows", n=2, of=3)
