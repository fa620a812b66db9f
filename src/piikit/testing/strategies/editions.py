"""Edition documents: uneven trees, unequal and zero weights, methods set by node or by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from piikit.framework.documents import Json
from piikit.testing.strategies.figures import WEIGHTS

AGGREGATES = ("mean", "geometric_mean", "sum")
"""The methods of aggregation that are drawn where a test names none."""
NORMALISES = ("min_max", "goalposts", "none")
"""The methods of normalisation that are drawn where a test names none."""

ALL_AGGREGATES = (*AGGREGATES, "harmonic_mean", "power_mean", "median", "min", "max", "copeland", "mazziotta_pareto")
"""Every method of aggregation that piikit has."""
ALL_NORMALISES = (
    *NORMALISES,
    "z_score",
    "rank",
    "borda",
    "percentile_rank",
    "fraction_of_max",
    "distance_to_max",
    "distance_to_reference",
    "distance_to_target",
)
"""Every method of normalisation that piikit has."""
TIES = ["min", "max", "dense", "average"]
PARAMS: dict[str, Any] = {
    "z_score": {"mean": [0, 50], "sd": [1, 10]},
    "rank": {"ties": TIES},
    "borda": {"ties": TIES},
    "percentile_rank": {"ties": TIES},
    "power_mean": {"p": [-2, -1, 0, 0.5, 1, 3]},
    "distance_to_reference": {"reference": ["A0", "A1"], "cap": [True, False]},
    "distance_to_target": {"target": [0, 12.5, [-3, 4], [2, 2]], "cap": [True, False]},
    "mazziotta_pareto": {"penalty": ["down", "up"]},
}
"""Parameters that are drawn, by method."""


def edition_document(nodes: Sequence[Json], **more: Any) -> Json:
    """An edition document from its nodes.

    >>> edition_document([{"code": "I", "level": "index"}], id="mine")["id"]
    'mine'
    """
    return {
        "id": "drawn",
        "status": "local",
        "period": "2021",
        "title": {"vi": "Thử", "en": "Drawn"},
        "sources": ["drawn"],
        "nodes": list(nodes),
        **more,
    }


@st.composite
def methods(draw: st.DrawFn, step: str, allowed: Sequence[str]) -> Any:
    """A method of a step as documents write it, by name or with parameters."""
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
def editions(
    draw: st.DrawFn,
    *,
    aggregates: Sequence[str] = AGGREGATES,
    normalises: Sequence[str] = NORMALISES,
    cohorts: Sequence[str] = ("period", "panel"),
    max_depth: int = 4,
    max_indicators: int = 8,
    shuffled: bool = True,
) -> Json:
    """An edition document: a tree of uneven depth, its methods set by node or by default.

    Args:
        draw: given by hypothesis.
        aggregates: the methods of aggregation to draw from; may be those of a plugin.
        normalises: the methods of normalisation.
        cohorts: how bounds are taken.
        max_depth: levels below the index.
        max_indicators: how many indicators at most.
        shuffled: whether the nodes stand in any order.

    >>> from hypothesis import find
    >>> document = find(editions(max_indicators=1), lambda document: len(document["nodes"]) == 2)
    >>> sorted({node["level"] for node in document["nodes"]})
    ['index', 'indicator']
    """
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
