"""Random editions and tables for hypothesis: uneven trees, unequal and zero weights, ties, gaps, constants.

Values are small numbers with few decimals, so that scores which are equal in arithmetic are equal after rounding to
nine decimals and ranks can be compared exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import polars as pl
from hypothesis import strategies as st

Json = dict[str, Any]
Key = tuple[str, str]

AGGREGATES = ("mean", "geometric_mean", "sum")
NORMALISES = ("min_max", "goalposts", "none")
ALL_AGGREGATES = (*AGGREGATES, "harmonic_mean", "power_mean", "median", "min", "max", "copeland", "mazziotta_pareto")
ALL_NORMALISES = (
    *NORMALISES, "z_score", "rank", "borda", "percentile_rank", "fraction_of_max", "distance_to_max",
    "distance_to_reference", "distance_to_target",
)  # fmt: skip
WEIGHTS = st.sampled_from([0, 0.25, 0.5, 1, 1, 1, 2, 3])
NUMBERS = st.integers(-20, 20).map(float) | st.integers(-2000, 2000).map(lambda n: n / 10)
PERIODS = ("2021", "2022", "2023")


TIES = ["min", "max", "dense", "average"]
PARAMS: dict[str, Any] = {
    "z_score": {"mean": [0, 50], "sd": [1, 10]}, "rank": {"ties": TIES}, "borda": {"ties": TIES},
    "percentile_rank": {"ties": TIES}, "power_mean": {"p": [-2, -1, 0, 0.5, 1, 3]},
    "distance_to_reference": {"reference": ["A0", "A1"], "cap": [True, False]},
    "distance_to_target": {"target": [0, 12.5, [-3, 4], [2, 2]], "cap": [True, False]},
    "mazziotta_pareto": {"penalty": ["down", "up"]},
}  # fmt: skip


@attrs.frozen(kw_only=True)
class Drawn:
    """An edition document and the values of its indicators, by (area, period)."""

    document: Json
    values: dict[Key, dict[str, float | None]]

    @property
    def indicators(self) -> list[str]:
        """Codes of the indicators, in document order."""
        return [node["code"] for node in self.document["nodes"] if node["level"] == "indicator"]

    def table(self, keys: Sequence[Key] | None = None) -> pl.DataFrame:
        """The values as a wide table, in the order of `keys`."""
        chosen = list(self.values) if keys is None else list(keys)
        columns: dict[str, list[Any]] = {"area": [key[0] for key in chosen], "period": [key[1] for key in chosen]}
        schema: dict[str, Any] = {"area": pl.String, "period": pl.String}
        for code in self.indicators:
            columns[code] = [self.values[key].get(code) for key in chosen]
            schema[code] = pl.Float64
        return pl.DataFrame(columns, schema=schema)


def edition_document(nodes: Sequence[Json], **more: Any) -> Json:
    """An edition document from its nodes."""
    return {
        "id": "drawn",
        "status": "local",
        "period": PERIODS[0],
        "title": {"vi": "Thử", "en": "Drawn"},
        "sources": ["drawn"],
        "nodes": list(nodes),
        **more,
    }


@st.composite
def methods(draw: st.DrawFn, step: str, allowed: Sequence[str]) -> Any:
    """A method of a step, by name or with parameters."""
    name = draw(st.sampled_from(list(allowed)))
    if name == "goalposts":
        lower = draw(st.integers(-20, 10))
        params: Json = {"lower": lower, "upper": lower + draw(st.integers(1, 30))}
        params |= draw(st.sampled_from([{}, {"factor": 1}, {"clip": False}, {"factor": 10, "clip": True}]))
        return {"method": name, **params}
    if name in PARAMS:
        params = {key: draw(st.sampled_from(values)) for key, values in PARAMS[name].items()}
        return {"method": name, **params}
    if name == "min_max" and step == "normalise":
        return draw(st.sampled_from([name, name, {"method": name, "lower": 1, "upper": 10}]))
    return name


@st.composite
def documents(
    draw: st.DrawFn,
    *,
    aggregates: Sequence[str] = AGGREGATES,
    normalises: Sequence[str] = NORMALISES,
    cohorts: Sequence[str] = ("period", "panel"),
    max_depth: int = 4,
    max_indicators: int = 8,
    shuffled: bool = True,
) -> Json:
    """An edition document: a tree of uneven depth, its methods set by node or by default."""
    nodes: list[Json] = []
    budget = [max_indicators]

    def options(step: str, allowed: Sequence[str]) -> Json:
        return {step: draw(methods(step, allowed))} if draw(st.booleans()) else {}

    def grow(parent: str | None, depth: int, counts: bool) -> None:
        code = f"n{len(nodes)}"
        node: Json = {"code": code, "level": "index" if parent is None else "group"}
        nodes.append(node)
        if parent is not None:
            node |= {"parent": parent, "weight": draw(st.sampled_from([0.5, 1, 2])) if counts else draw(WEIGHTS)}
        leaf = parent is not None and (depth == max_depth or budget[0] <= 1 or draw(st.booleans()))
        if leaf:
            budget[0] -= 1
            node |= {"level": "indicator", "direction": draw(st.sampled_from(["higher", "higher", "lower"]))}
            node |= options("normalise", normalises)
            return
        node |= options("aggregate", aggregates)
        node |= draw(st.sampled_from([{}, {}, {"missing": "null"}, {"missing": "drop"}]))
        node |= draw(st.sampled_from([{}, {}, {"min_coverage": 1}, {"min_coverage": 0.5}, {"min_coverage": 0.6}]))
        # The first child counts: a node whose children all weigh 0 is a fault of the document.
        for place in range(draw(st.integers(1, 4))):
            if place == 0 or budget[0] > 0:
                grow(code, depth + 1, counts=place == 0)

    grow(None, 0, counts=True)
    defaults = {
        "aggregate": draw(methods("aggregate", aggregates)),
        "normalise": draw(methods("normalise", normalises)),
        "cohort": draw(st.sampled_from(list(cohorts))),
    }
    more = {"defaults": defaults, "rank": {"decimals": 9, "ties": draw(st.sampled_from(["min", "max", "dense"]))}}
    return edition_document(draw(st.permutations(nodes)) if shuffled else nodes, **more)


@st.composite
def tables(
    draw: st.DrawFn,
    codes: Sequence[str],
    *,
    areas: Sequence[str],
    periods: Sequence[str] = PERIODS,
    nulls: bool = True,
    holes: bool = True,
    numbers: st.SearchStrategy[float] = NUMBERS,
) -> dict[Key, dict[str, float | None]]:
    """Values of every area and period; where `nulls`, cells and columns may be empty; where `holes`, rows absent."""
    keys = [(area, period) for period in periods for area in areas]
    if holes:
        gone = draw(st.lists(st.sampled_from(keys), max_size=2, unique=True))
        keys = [key for key in keys if key not in gone] or keys
    values: dict[Key, dict[str, float | None]] = {key: {} for key in keys}
    for code in codes:
        kind = draw(
            st.sampled_from(["free", "free", "ties", "gaps", "constant", "empty"] if nulls else ["free", "ties"])
        )
        one = draw(numbers)
        cell: dict[str, st.SearchStrategy[float | None]] = {
            "free": numbers,
            "ties": st.sampled_from([one, one + 1]),
            "gaps": st.none() | numbers,
            "constant": st.just(one),
            "empty": st.none(),
        }
        column = draw(st.lists(cell[kind], min_size=len(keys), max_size=len(keys)))
        for key, value in zip(keys, column, strict=True):
            values[key][code] = value
    return values


@st.composite
def drawn(
    draw: st.DrawFn, *, nulls: bool = True, holes: bool = True, n_periods: int | None = None, **options: Any
) -> Drawn:
    """An edition with data. Half of the editions list their areas, the others take them as they come."""
    document = draw(documents(**options))
    areas = [f"A{place}" for place in range(draw(st.integers(1, 6)))]
    if draw(st.booleans()):
        document["areas"] = [{"code": area, "name": area} for area in areas]
    periods = PERIODS[: n_periods or draw(st.integers(1, 3))]
    codes = [node["code"] for node in document["nodes"] if node["level"] == "indicator"]
    return Drawn(
        document=document,
        values=draw(tables(codes, areas=areas, periods=periods, nulls=nulls, holes=holes)),
    )
