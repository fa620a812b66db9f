"""The kit for methods: what must hold of any way to normalise values or to aggregate scores."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from piikit.framework.documents import Json
from piikit.framework.methods import BUILT_IN, Aggregate, Method, Normalise
from piikit.result import Result
from piikit.testing.kit import Kit
from piikit.testing.strategies import edition_document

NEAR = 1e-6
"""By how much a score may fall and still count as unchanged: rounding in powers and logarithms."""
Column = list[float | None]

COLUMNS: st.SearchStrategy[Column] = st.lists(
    st.none() | st.integers(0, 20).map(float) | st.integers(0, 1000).map(lambda n: n / 10), min_size=1, max_size=6
)
"""A figure an area: with gaps and ties, one area alone, all alike."""


class MethodKit(Kit):
    """Tests that every method of a plugin must pass.

    Attributes:
        params: by name, the parameters of a method that has some without a default.
        outside: names of methods of aggregation whose score may lie outside its children's, as a sum does.
        falling: names of methods that may score an area lower though one of its figures is better.

    >>> from types import SimpleNamespace
    >>> import piikit
    >>> @piikit.hookimpl
    ... def piikit_methods():
    ...     yield Aggregate(name="hue.worst", source="the weakest child decides",
    ...                     score=lambda scores, weights, params: pl.min_horizontal(*scores))
    >>> class TestHue(MethodKit):
    ...     plugin = SimpleNamespace(__name__="hue", piikit_methods=piikit_methods)
    >>> list(TestHue.subjects()["aggregate"])
    ['hue.worst']
    """

    params: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    outside: ClassVar[tuple[str, ...]] = ()
    falling: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def methods(cls) -> list[Method]:
        """The methods to test."""
        names = cls.provided("methods")
        every = cls.loaded().engine.catalogue.methods.values()
        return [method for method in every if method.name in names and method not in BUILT_IN]

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """Methods of normalisation and of aggregation, by name."""
        found = cls.methods()
        return {
            **super().subjects(),
            "method": {method.name: method for method in found},
            "normalise": {m.name: m for m in found if isinstance(m, Normalise)},
            "aggregate": {m.name: m for m in found if isinstance(m, Aggregate)},
        }

    def test_it_provides_what_is_tested(self) -> None:
        """There is a method; it need not be of both kinds."""
        assert self.subjects()["method"], f"plugin {self.loaded().name!r} provides no method; leave this kit out"

    def use(self, method: Method) -> Json | str:
        """The method as a document names it."""
        given_params = self.params.get(method.name)
        return {"method": method.name, **given_params} if given_params else method.name

    def test_it_says_where_it_comes_from_and_its_parameters_are_sound(self, method: Method) -> None:
        """The source of the formula is named; the parameters that a test gives, and the defaults, are accepted."""
        assert method.source.strip(), f"method {method.name} does not say where its formula comes from"
        found = method.faults(self.params.get(method.name, {}), "")
        assert not found, f"method {method.name} cannot be used; give `params` in the test: {found.grouped('en')}"
        faults = method.faults(method.filled(self.params.get(method.name, {})), "")
        assert not faults, f"a default of {method.name} breaks its own description: {faults.grouped('en')}"

    # -- from values to scores ---------------------------------------------------------------------------------

    def test_a_missing_value_gives_a_missing_score(self, normalise: Normalise) -> None:
        """Where there is no value there is no score; where there is one, the score is finite or missing."""

        @self.drawn()
        @given(values=COLUMNS)
        def check(values: Column) -> None:
            for value, score in zip(values, self._normalised(normalise, values), strict=True):
                assert value is not None or score is None, f"{normalise.name}: no value, and the score {score}"
                assert score is None or math.isfinite(score), f"{normalise.name}: {value} scores {score}"

        check()

    def test_better_values_never_score_lower(self, normalise: Normalise) -> None:
        """Of two areas the one with the better value has the same score or a higher one; equal values score alike."""

        @self.drawn()
        @given(values=COLUMNS, direction=st.sampled_from(["higher", "lower"]))
        def check(values: Column, direction: str) -> None:
            scores = self._normalised(normalise, values, direction)
            pairs = sorted(
                (v if direction == "higher" else -v, s)
                for v, s in zip(values, scores, strict=True)
                if v is not None and s is not None
            )
            for (worse, low), (better, high) in itertools.pairwise(pairs):
                alike = worse == better and math.isclose(low, high, rel_tol=NEAR, abs_tol=NEAR)
                rises = worse < better and (high >= low - NEAR or normalise.name in self.falling)
                assert alike or rises, f"{normalise.name}: {worse} scores {low}, {better} scores {high} ({direction})"

        check()

    def test_scores_rest_on_the_cohort_alone(self, normalise: Normalise) -> None:
        """Neither the order of rows nor another period changes a score."""

        @self.drawn()
        @given(values=COLUMNS, others=COLUMNS)
        def check(values: Column, others: Column) -> None:
            scores = self._normalised(normalise, values)
            _alike(scores, self._normalised(normalise, values[::-1])[::-1], f"{normalise.name} and the order of rows")
            both = self._evaluated(normalise, {"2021": values, "2022": others})
            first = both.table("score").filter(pl.col("period") == "2021")["x"].to_list()
            _alike(scores, first, f"{normalise.name} and another period")

        check()

    def _normalised(self, method: Normalise, values: Column, direction: str = "higher") -> Column:
        found: Column = self._evaluated(method, {"2021": values}, direction).table("score")["x"].to_list()
        return found

    def _evaluated(self, method: Normalise, periods: Mapping[str, Column], direction: str = "higher") -> Result:
        node = {"code": "x", "parent": "I", "level": "indicator", "direction": direction, "normalise": self.use(method)}
        document = edition_document([{"code": "I", "level": "index"}, node])
        rows = [
            (f"A{place}", period, value) for period, values in periods.items() for place, value in enumerate(values)
        ]
        table = pl.DataFrame(rows, schema={"area": pl.String, "period": pl.String, "x": pl.Float64}, orient="row")
        return self.loaded().engine.evaluate(table, document)

    # -- from scores to a node's -------------------------------------------------------------------------------

    def test_what_is_missing_is_left_out_or_makes_the_node_missing(self, aggregate: Aggregate) -> None:
        """No child, no score; a missing child never counts as 0; with `missing: null` it makes the node null."""

        @self.drawn()
        @given(scores=COLUMNS)
        def check(scores: Column) -> None:
            left_out, whole = (self._aggregated(aggregate, scores, missing=how) for how in ("drop", "null"))
            present = [score for score in scores if score is not None]
            name = aggregate.name
            assert present or left_out is None, f"{name}: no child has a score, and the node has {left_out}"
            if len(present) < len(scores):
                assert whole is None, f"{name}: a child is missing, `missing` is null, and the node has {whole}"
                if aggregate.complete:
                    assert left_out is None, f"{name} says that it is complete: a child is missing, it has {left_out}"
            else:
                _alike([left_out], [whole], f"{name}: score and whole_score of the same children")

        check()

    def test_a_score_lies_among_its_children(self, aggregate: Aggregate) -> None:
        """From the lowest to the highest score of the children, and the order of children changes nothing."""

        @self.drawn()
        @given(scores=COLUMNS, weights=st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=6, max_size=6))
        def check(scores: Column, weights: list[float]) -> None:
            weights = weights[: len(scores)]
            got = self._aggregated(aggregate, scores, weights)
            turned = self._aggregated(aggregate, scores[::-1], weights[::-1])
            _alike([got], [turned], f"{aggregate.name} and the order of children")
            present = [score for score in scores if score is not None]
            if got is not None and aggregate.name not in self.outside:
                low, high = min(present), max(present)
                assert low - NEAR <= got <= high + NEAR, f"{aggregate.name}: {got} from children {low} to {high}"

        check()

    def test_a_better_child_never_lowers_the_score(self, aggregate: Aggregate) -> None:
        """One child's score rises: the node's stays or rises."""

        @self.drawn()
        @given(scores=COLUMNS, step=st.integers(1, 50), data=st.data())
        def check(scores: Column, step: int, data: st.DataObject) -> None:
            places = [place for place, score in enumerate(scores) if score is not None]
            if not places or aggregate.name in self.falling:
                return
            place = data.draw(st.sampled_from(places))
            better = [s + step if n == place and s is not None else s for n, s in enumerate(scores)]
            before, after = self._aggregated(aggregate, scores), self._aggregated(aggregate, better)
            falls = before is not None and (after is None or after < before - NEAR)
            assert not falls, f"{aggregate.name}: {scores} gives {before}, and {better} gives {after}"

        check()

    def test_shares_add_up_to_the_score(self, aggregate: Aggregate) -> None:
        """Where a method says what each child adds, the sum is the score."""

        @self.drawn()
        @given(scores=COLUMNS)
        def check(scores: Column) -> None:
            weights = [1.0 + place for place in range(len(scores))]
            got = self._aggregated(aggregate, scores, weights)
            if aggregate.shares is not None and got is not None:
                shares = aggregate.shares(scores, weights)
                _alike([got], [sum(s for s in shares if s is not None)], f"{aggregate.name}: score and sum of shares")

        check()

    def _aggregated(
        self, method: Aggregate, scores: Column, weights: list[float] | None = None, missing: str = "drop"
    ) -> float | None:
        codes = [f"x{place}" for place in range(len(scores))]
        root = {"code": "I", "level": "index", "aggregate": self.use(method), "missing": missing}
        leaf = {"parent": "I", "level": "indicator", "direction": "higher", "normalise": "none"}
        nodes = [{**leaf, "code": code, "weight": (weights or [1.0] * len(codes))[n]} for n, code in enumerate(codes)]
        table = pl.DataFrame(
            [("A", *scores)], schema={"area": pl.String, **dict.fromkeys(codes, pl.Float64)}, orient="row"
        )
        found: float | None = self.loaded().engine.evaluate(table, edition_document([root, *nodes])).table()["I"][0]
        return found


def _alike(one: Column, other: Column, what: str) -> None:
    for left, right in zip(one, other, strict=True):
        if left is None or right is None:
            assert left is right, f"{what}: {left} and {right}"
        else:
            assert math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9), f"{what}: {left} and {right}"
