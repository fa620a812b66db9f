"""The kit for indicators: of the hook `piikit_indicators`, and of formulas in a plugin's editions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from jsonschema import Draft202012Validator

from piikit.files.wide_columns import value_column
from piikit.findings.errors import DocumentError, PiikitError
from piikit.framework.documents import Json
from piikit.framework.indicator import Indicator
from piikit.inputs.checks.rules import compile_item
from piikit.result import frames_of
from piikit.testing.kit import Kit, named_twice
from piikit.testing.strategies import edition_document, figures, tables

NEAR = 1e-9
"""How far two computations of a value may be apart, in relation to it: rounding, and nothing else."""


class IndicatorKit(Kit):
    """Tests that every indicator of a plugin must pass.

    Attributes:
        same_names: codes of indicators whose name is the same in both languages, as that of an acronym may be.
        better: by code, figures of items that make the area of the example better by what everyone knows of the
            matter, `{"hue.green_share": {"green_patents": 4}}`; its score must then be higher.

    >>> import polars as pl
    >>> from types import SimpleNamespace
    >>> import piikit
    >>> @piikit.hookimpl
    ... def piikit_indicators():
    ...     yield piikit.Indicator(code="hue.trees", unit="count", direction="higher",
    ...                            name={"vi": "Cây", "en": "Trees"}, value=pl.col("trees"), source="city",
    ...                            items={"trees": {"type": "number"}}, example={"trees": 3, "value": 4})
    >>> class TestHue(IndicatorKit):
    ...     plugin = SimpleNamespace(__name__="hue", piikit_indicators=piikit_indicators)
    >>> TestHue().test_the_example_comes_out(TestHue.subjects()["indicator"]["hue.trees"])
    Traceback (most recent call last):
    ...
    AssertionError: the example of hue.trees says 4, and trees gives 3.0...
    """

    same_names: ClassVar[tuple[str, ...]] = ()
    better: ClassVar[Mapping[str, Mapping[str, float]]] = {}

    @classmethod
    def subjects(cls) -> dict[str, Mapping[str, Any]]:
        """The indicators, by code."""
        known = cls.loaded().engine.catalogue.indicators
        listed = {code: known[code] for code in cls.provided("indicators")}
        return {**super().subjects(), "indicator": {**listed, **cls._of_formulas()}}

    @classmethod
    def _of_formulas(cls) -> dict[str, Indicator]:
        """The indicators that the plugin's editions make themselves, by a formula."""
        engine, found = cls.loaded().engine, {}
        for name in cls.provided("editions"):
            try:
                edition = engine.edition(name)
            except DocumentError:
                continue  # EditionKit says what is wrong with it
            for node in edition.nodes.values():
                made = node.indicator
                if made is not None and engine.catalogue.indicators.get(made.code) is not made:
                    found[f"{name}:{node.code}"] = made
        return found

    # -- what it says of itself --------------------------------------------------------------------------------

    def test_the_names_are_in_both_languages(self, indicator: Indicator) -> None:
        """Name and note are there in Vietnamese and English, and differ."""
        assert indicator.source.strip(), f"{indicator.code} does not say who publishes its figures"
        same = (f"the name of {indicator.code}",) if indicator.code in self.same_names else ()
        named_twice(indicator.name, f"the name of {indicator.code}", same=same)
        if indicator.note is not None:
            named_twice(indicator.note, f"the note of {indicator.code}")

    def test_the_unit_is_known_and_the_example_in_its_range(self, indicator: Indicator) -> None:
        """The unit is one of the engine's, and the value of the example lies in the range that it implies."""
        unit = self._units().get(indicator.unit)
        assert unit is not None, f"unit {indicator.unit!r} of {indicator.code} is unknown"
        value = indicator.example.get("value")
        if value is not None:
            for end, wrong in (
                (unit.lower, unit.lower is not None and value < unit.lower),
                (unit.upper, unit.upper is not None and value > unit.upper),
            ):
                assert not wrong, f"the example of {indicator.code}: {value} is beyond {end}, the end of {unit.id}"

    def _units(self) -> Mapping[str, Any]:
        engine = self.loaded().engine
        units = dict(engine.catalogue.units)
        for name in self.provided("editions"):
            units |= engine.catalogue.with_units(engine.catalogue.editions[name].get("units", {})).units
        return units

    def test_every_item_is_described(self, indicator: Indicator) -> None:
        """Each item has a JSON Schema of a number that refers to nothing outside; a name is in both languages."""
        assert indicator.item_names, f"the value of {indicator.code} reads no item"
        for item in indicator.item_names:
            description = self.description(item, indicator)
            assert description, f"item {item!r} of {indicator.code} is described nowhere; add it to items"
            types = description.get("type")
            said = types if isinstance(types, list) else [types]
            assert {"number", "integer"} & set(said), f"item {item!r} of {indicator.code} has the type {types!r}"
            compile_item(item, description)
            if "name" in description:
                named_twice(description["name"], f"the name of item {item}", same=(f"the name of item {item}",))

    def description(self, item: str, indicator: Indicator) -> Json:
        """The JSON Schema of an item: the indicator's own, or that of the engine's catalogue."""
        return dict(indicator.items.get(item) or self.loaded().engine.catalogue.items.get(item) or {})

    # -- its value ---------------------------------------------------------------------------------------------

    def test_it_calls_no_python(self, indicator: Indicator) -> None:
        """The value is a polars expression without a Python function in it."""
        text = str(indicator.value)
        wrong = "python_udf" in text or "python dsl" in text.lower()
        assert not wrong, f"the value of {indicator.code} calls Python: {text}"

    def test_the_example_comes_out(self, indicator: Indicator) -> None:
        """The example has a sound figure of every item, and its value comes out of the expression."""
        row = self.example(indicator)
        for item, figure in row.items():
            faults = [e.message for e in Draft202012Validator(self.description(item, indicator)).iter_errors(figure)]
            assert not faults, f"the example of {indicator.code} breaks the description of {item}: {faults[0]}"
        got = _values(indicator, [row])[0]
        said = indicator.example["value"]
        close = got is not None and math.isclose(got, said, rel_tol=NEAR, abs_tol=1e-12)
        assert close, f"the example of {indicator.code} says {said}, and {indicator.formula} gives {got}"

    def example(self, indicator: Indicator) -> dict[str, float]:
        """The items of the example."""
        needed = {*indicator.item_names, "value"}
        missing, more = needed - indicator.example.keys(), indicator.example.keys() - needed
        assert not missing, f"the example of {indicator.code} lacks {', '.join(sorted(missing))}"
        assert not more, f"the example of {indicator.code} has {', '.join(sorted(more))}, which it does not read"
        return {item: indicator.example[item] for item in indicator.item_names}

    def test_a_missing_item_gives_a_missing_value(self, indicator: Indicator) -> None:
        """Each item null in turn, and all of them: the value is null, never a number made of what is left."""
        row = self.example(indicator)
        for gone in [*([item] for item in row), list(row)]:
            got = _values(indicator, [{**row, **dict.fromkeys(gone)}])[0]
            assert got is None, f"{indicator.code} without {', '.join(gone)} is {got}; a missing item gives no value"

    def test_a_value_rests_on_its_own_row(self, indicator: Indicator) -> None:
        """Rows in another order, other rows beside them, or none: each value stays."""
        items = {item: st.none() | figures(item, self.description(item, indicator)) for item in indicator.item_names}

        @self.drawn()
        @given(rows=st.lists(st.fixed_dictionaries(items), min_size=1, max_size=6))
        def check(rows: list[dict[str, float | None]]) -> None:
            rows = [{**self.example(indicator)}, *rows]
            together = _values(indicator, rows)
            said = f"the value of {indicator.code} does not rest on its own row alone: "
            assert len(together) == len(rows), f"{said}{len(rows)} rows gave {len(together)} values"
            _same(together[::-1], _values(indicator, rows[::-1]), said + "another order of rows changes it")
            alone = [value for row in rows for value in _values(indicator, [row])]
            _same(together, alone, said + "other rows change it")
            _same(together, _values(indicator, rows), said + "the same table gave two values")

        try:
            check()
        except FlakyFailure as by_chance:
            # A value drawn by lot may be right when the failure is looked at again; it was wrong all the same.
            raise by_chance.exceptions[0] from by_chance

    # -- in an engine ------------------------------------------------------------------------------------------

    def test_a_better_value_scores_higher(self, indicator: Indicator) -> None:
        """The direction is one of two; of two areas the one with the better value has the higher score.

        That the direction is the true one nobody but the author knows: `better` says it.
        """
        assert indicator.direction in ("higher", "lower"), f"direction of {indicator.code}: {indicator.direction!r}"
        row = self.example(indicator)
        change = self.better.get(indicator.code)
        if change is not None:
            before, after = _values(indicator, [row, {**row, **change}])
            assert before is not None and after is not None, f"{indicator.code} has no value in `better`"
            rises = after > before if indicator.direction == "higher" else after < before
            assert after != before and rises, (
                f"{indicator.code}: {change} is said to be better, and the value goes from {before} to {after}, "
                f"where {indicator.direction} is better"
            )
        value = float(indicator.example["value"])
        node = {"code": "x", "parent": "I", "level": "indicator", "direction": indicator.direction}
        document = edition_document([{"code": "I", "level": "index"}, node])
        best = value + 1 if indicator.direction == "higher" else value - 1
        result = self.loaded().engine.evaluate({"area": ["a", "b"], "x": [value, best]}, document)
        worse, better = result.table("score")["x"]
        assert better > worse, f"{indicator.code}: the better value {best} scores {better}, {value} scores {worse}"

    def test_no_table_that_its_items_allow_is_an_error(self) -> None:
        """Whatever the items' schemas allow is evaluated: each value is a finite number, or missing with a finding."""
        engine = self.loaded().engine
        codes = self.provided("indicators")
        nodes = [
            {"code": f"x{n}", "parent": "I", "level": "indicator", "indicator": code} for n, code in enumerate(codes)
        ]
        if not codes:
            return  # formulas alone: EditionKit evaluates their edition
        edition = engine.edition(edition_document([{"code": "I", "level": "index"}, *nodes]))

        @self.drawn()
        @given(table=tables(edition, engine=engine, max_areas=3, n_periods=1))
        def check(table: pl.DataFrame) -> None:
            try:
                result = engine.evaluate(table, edition, on_findings="keep")
            except PiikitError as error:
                raise AssertionError(f"a table that the items' schemas allow is refused: {error}") from error
            unsound = set(result.findings.filter(pl.col("code") == "zero_denominator")["column"])
            for code in edition.indicators:
                made = edition.nodes[code].indicator
                assert made is not None
                # Cells that a finding refused are null here: what is left must give a value.
                values, items = (
                    frames_of(result).wide[value_column(code)],
                    frames_of(result).wide.select(made.item_names),
                )
                assert values.dtype.is_numeric(), f"{made.code} gives {values.dtype}, not a number"
                assert values.drop_nulls().is_finite().all(), f"{made.code} gives {values.to_list()}"
                whole = ~items.select(pl.any_horizontal(pl.all().is_null())).to_series()
                lost = (values.is_null() & whole).any() and code not in unsound
                assert not lost, f"{made.code} gives no value, and no finding says why:\n{items}"

        check()


def _values(indicator: Indicator, rows: list[Any]) -> list[float | None]:
    """The values of rows of items. Each stands there twice: polars treats a column of one row in another way."""
    table = pl.DataFrame(
        {item: [row[item] for row in rows for _ in range(2)] for item in indicator.item_names},
        schema=dict.fromkeys(indicator.item_names, pl.Float64),
        strict=False,
    )
    found = table.select(indicator.value.cast(pl.Float64).alias("value"))["value"].to_list()
    return found[::2]


def _same(one: list[float | None], other: list[float | None], said: str) -> None:
    for left, right in zip(one, other, strict=True):
        if left is None or right is None:
            assert left is right, f"{said}: {left} and {right}"
        else:
            both = math.isnan(left) and math.isnan(right)
            assert both or math.isclose(left, right, rel_tol=NEAR, abs_tol=1e-300), f"{said}: {left} and {right}"
