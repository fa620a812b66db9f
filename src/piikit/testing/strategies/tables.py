"""Tables for an edition: values or raw items, with gaps, ties, constant and empty columns, several periods.

Values that are drawn freely are small numbers with few decimals, so that scores which are equal in arithmetic are
equal after rounding to nine decimals and ranks can be compared exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
from attrs import frozen
from hypothesis import strategies as st

from piikit.engine import Engine, default_engine
from piikit.framework.documents import Json
from piikit.framework.edition import Edition, Node
from piikit.testing.strategies.editions import editions
from piikit.testing.strategies.figures import figures

Key = tuple[str, str]
"""Area and period."""
NUMBERS = st.integers(-20, 20).map(float) | st.integers(-2000, 2000).map(lambda n: n / 10)
"""Values of indicators whose unit sets no range."""
PERIODS = ("2021", "2022", "2023")
"""The periods that tables are drawn for."""


@frozen(kw_only=True)
class Drawn:
    """An edition document and the values of its indicators, by (area, period).

    >>> nodes = [{"code": "I", "level": "index"}, {"code": "x", "parent": "I", "level": "indicator"}]
    >>> Drawn(document={"nodes": nodes}, values={("A", "2021"): {"x": 1.0}}).table().rows()
    [('A', '2021', 1.0)]
    """

    document: Json
    values: dict[Key, dict[str, float | None]]

    @property
    def indicators(self) -> list[str]:
        """Codes of the indicators, in document order."""
        return [node["code"] for node in self.document["nodes"] if node["level"] == "indicator"]

    def table(self, keys: Sequence[Key] | None = None) -> pl.DataFrame:
        """The values as a wide table, in the order of `keys`."""
        return _wide(self.values, self.indicators, list(self.values) if keys is None else list(keys))


def _wide(
    values: Mapping[Key, Mapping[str, float | None]], columns: Sequence[str], keys: Sequence[Key]
) -> pl.DataFrame:
    cells: dict[str, list[Any]] = {"area": [key[0] for key in keys], "period": [key[1] for key in keys]}
    cells |= {name: [values[key].get(name) for key in keys] for name in columns}
    kinds: dict[str, Any] = {"area": pl.String, "period": pl.String, **dict.fromkeys(columns, pl.Float64)}
    return pl.DataFrame(cells, schema=kinds)


@st.composite
def cells(
    draw: st.DrawFn,
    codes: Sequence[str],
    *,
    areas: Sequence[str],
    periods: Sequence[str] = PERIODS,
    nulls: bool = True,
    holes: bool = True,
    numbers: st.SearchStrategy[float] | Mapping[str, st.SearchStrategy[float]] = NUMBERS,
) -> dict[Key, dict[str, float | None]]:
    """Values of every area and period; where `nulls`, cells and columns may be empty; where `holes`, rows absent.

    Args:
        draw: given by hypothesis.
        codes: the columns.
        areas: one row each in every period.
        periods: of the rows.
        nulls: whether cells and columns may be empty.
        holes: whether rows may be absent.
        numbers: the figures of all columns, or those of each.
    """
    keys = [(area, period) for period in periods for area in areas]
    if holes:
        gone = draw(st.lists(st.sampled_from(keys), max_size=2, unique=True))
        keys = [key for key in keys if key not in gone] or keys
    values: dict[Key, dict[str, float | None]] = {key: {} for key in keys}
    for code in codes:
        kind = draw(
            st.sampled_from(["free", "free", "ties", "gaps", "constant", "empty"] if nulls else ["free", "ties"])
        )
        own = numbers[code] if isinstance(numbers, Mapping) else numbers
        one = draw(own)
        other = draw(own) if isinstance(numbers, Mapping) else one + 1
        cell: dict[str, st.SearchStrategy[float | None]] = {
            "free": own,
            "ties": st.sampled_from([one, other]),
            "gaps": st.none() | own,
            "constant": st.just(one),
            "empty": st.none(),
        }
        column = draw(st.lists(cell[kind], min_size=len(keys), max_size=len(keys)))
        for key, value in zip(keys, column, strict=True):
            values[key][code] = value
    return values


@st.composite
def tables(
    draw: st.DrawFn,
    edition: Edition | Json | str,
    *,
    of: Literal["items", "values"] = "items",
    engine: Engine | None = None,
    max_areas: int = 5,
    nulls: bool = True,
    holes: bool = False,
    n_periods: int | None = None,
) -> pl.DataFrame:
    """A wide table that an edition can be evaluated on without an error: area, period and columns of numbers.

    Args:
        draw: given by hypothesis.
        edition: an Edition, a document, or the id of an installed one.
        of: "items" for raw items as their schemas allow them (a denominator may be 0), with the values of indicators
            that no plugin computes; "values" for the values of all indicators, in the ranges of their units.
        engine: what the edition and the descriptions of items are taken from.
        max_areas: how many areas at most; the first of the edition's list, where it has one.
        nulls: whether cells and whole columns may be empty.
        holes: whether rows may be absent.
        n_periods: how many periods; one to three where None.

    >>> from hypothesis import find
    >>> from piikit.testing.strategies import edition_document
    >>> document = edition_document([{"code": "I", "level": "index"}, {"code": "x", "parent": "I", "level": "indicator",
    ...                                                                "indicator": "pii.exports"}])
    >>> find(tables(document, max_areas=1, n_periods=1), lambda table: table.height == 1).columns
    ['area', 'period', 'exports', 'grdp']
    """
    engine = engine or default_engine()
    framework = engine.edition(edition)
    count = draw(st.integers(1, max_areas))
    codes = framework.areas.codes if framework.areas is not None else [f"A{place}" for place in range(count)]
    numbers: dict[str, st.SearchStrategy[float]] = {}
    for code in framework.indicators:
        node = framework.nodes[code]
        if of == "items" and node.indicator is not None:
            for item in node.indicator.item_names:
                numbers[item] = figures(item, _description(item, node, engine))
        else:
            numbers[code] = _in_range(node)
    periods = PERIODS[: n_periods or draw(st.integers(1, len(PERIODS)))]
    values = draw(cells(list(numbers), areas=codes[:count], periods=periods, nulls=nulls, holes=holes, numbers=numbers))
    return _wide(values, list(numbers), list(values))


def _description(item: str, node: Node, engine: Engine) -> Json:
    own = node.indicator.items if node.indicator is not None else {}
    return dict(engine.catalogue.items.get(item) or own.get(item) or {"type": "number"})


def _in_range(node: Node) -> st.SearchStrategy[float]:
    lower, upper = (node.unit.lower, node.unit.upper) if node.unit is not None else (None, None)
    if lower is None or upper is None:
        return NUMBERS
    # Hundredths of the range, so that figures repeat and can be told apart by eye.
    low, width = lower, upper - lower
    return st.integers(0, 100).map(lambda n: low + width * n / 100)


@st.composite
def drawn(
    draw: st.DrawFn, /, *, nulls: bool = True, holes: bool = True, n_periods: int | None = None, **options: Any
) -> Drawn:
    """An edition with data. Half of the editions list their areas, the others take them as they come.

    Args:
        draw: given by hypothesis.
        nulls: whether cells and columns may be empty.
        holes: whether rows may be absent.
        n_periods: how many periods; one to three where None.
        options: as `editions` takes them.
    """
    document = draw(editions(**options))
    areas = [f"A{place}" for place in range(draw(st.integers(1, 6)))]
    if draw(st.booleans()):
        document["areas"] = [{"code": area, "name": area} for area in areas]
    periods = PERIODS[: n_periods or draw(st.integers(1, 3))]
    codes = [node["code"] for node in document["nodes"] if node["level"] == "indicator"]
    return Drawn(
        document=document,
        values=draw(cells(codes, areas=areas, periods=periods, nulls=nulls, holes=holes)),
    )
