"""The figures of two results on one grid of rows and nodes, and which factors tell them apart.

A row is an area in a period, a column a node. What is one and the same in both stands in one place of the grid; what
only one has stands there with nothing beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import polars as pl
from attrs import frozen

from piikit.files.wide_columns import wide_column
from piikit.framework.edition import Edition, MethodUse, Node
from piikit.framework.indicator import Indicator
from piikit.results.comparison.matching import Codes
from piikit.results.comparison.sides import Side

FACTORS = ("data", "coverage", "areas", "weights", "methods")
"""What can make two results differ, each a column of effects."""
AREA = ["area", "period"]
SHOWN_ONLY = frozenset(
    {
        "code",
        "level",
        "name",
        "weight",
        "unit",
        "source",
        "evidence",
        "definition",
        "data_year",
        "named_in",
        "note",
        "assumed_direction",
        "parent",
        "children",
    }
)
"""Fields of a node that decide no score, or that are looked at elsewhere: weight, and its place in the tree."""

Matrix = np.ndarray


@frozen(kw_only=True)
class Nodes:
    """The nodes of two editions in one order: those of this one in tree order, then those only the other one has.

    Attributes:
        codes: of each place, the code here and the code there; None where that edition has no such node.
        here, there: of each edition, the place of each of its codes.
    """

    codes: tuple[tuple[str | None, str | None], ...]
    here: dict[str, int]
    there: dict[str, int]

    def __len__(self) -> int:
        return len(self.codes)


def joint_nodes(edition: Edition, other: Edition, codes: Codes) -> Nodes:
    """The nodes of both editions, those that are the same in one place."""
    ours: list[tuple[str | None, str | None]] = [(code, codes.pairs.get(code)) for code in edition.nodes]
    matched = set(codes.pairs.values())
    both = [*ours, *((None, code) for code in other.nodes if code not in matched)]
    return Nodes(
        codes=tuple(both),
        here={here: place for place, (here, _) in enumerate(both) if here is not None},
        there={there: place for place, (_, there) in enumerate(both) if there is not None},
    )


@frozen(kw_only=True)
class GridFigures:
    """One side on the grid; each matrix is rows x nodes, NaN where there is nothing.

    Attributes:
        rows: the side's rows in the order of the grid, with its context columns; null where it has no such row.
        present: which rows it has.
        values: of indicators.
        given: published scores.
        scores: as the result keeps them.
        covered: where it knows something: for an indicator its value, or a published figure at or above it; for
            another node its score, or a published figure at or above it.
        bounds: published ends: period, code, lower, upper.
    """

    rows: pl.DataFrame
    present: Matrix
    values: Matrix
    given: Matrix
    scores: Matrix
    covered: Matrix
    bounds: pl.DataFrame


@frozen(kw_only=True)
class ComparisonGrid:
    """Two sides on one grid.

    Attributes:
        both: which rows both have.
        factors: those that differ, in the order of FACTORS.
    """

    nodes: Nodes
    editions: tuple[Edition, Edition]
    ours: GridFigures
    theirs: GridFigures
    both: Matrix
    factors: tuple[str, ...]


def grid_of(
    sides: tuple[Side, Side], frames: tuple[pl.DataFrame, pl.DataFrame], periods: pl.DataFrame, nodes: Nodes
) -> ComparisonGrid:
    """Two sides on one grid.

    Args:
        sides: this result and the other one.
        frames: their wide rows that are compared; areas and periods of the other one named as here.
        periods: period and other_period, as they stand beside each other.
        nodes: the nodes of both.
    """
    keys = pl.concat([frame.select(AREA) for frame in frames]).unique(maintain_order=True)
    ours = _figures(sides[0], frames[0], keys, nodes.here, len(nodes), sides[0].table.given.bounds)
    renamed = dict(periods.select("other_period", "period").iter_rows())
    bounds = sides[1].table.given.bounds.with_columns(pl.col("period").replace(renamed))
    theirs = _figures(sides[1], frames[1], keys, nodes.there, len(nodes), bounds)
    editions = (sides[0].edition, sides[1].edition)
    both = ours.present & theirs.present
    factors = _differing(nodes, editions, ours, theirs, both)
    return ComparisonGrid(nodes=nodes, editions=editions, ours=ours, theirs=theirs, both=both, factors=factors)


def _figures(
    side: Side, frame: pl.DataFrame, keys: pl.DataFrame, places: dict[str, int], width: int, bounds: pl.DataFrame
) -> GridFigures:
    found = keys.join(frame.select(AREA).with_row_index("row"), on=AREA, how="left", maintain_order="left")["row"]
    present = found.is_not_null().to_numpy()
    rows = found.fill_null(frame.height).to_numpy()

    def matrix(prefix: str) -> Matrix:
        codes = [code for code in places if wide_column(prefix, code) in frame.columns]
        full = np.full((frame.height + 1, width), np.nan)
        if codes:
            picked = frame.select(pl.col(wide_column(prefix, code)).cast(pl.Float64) for code in codes)
            full[:-1, [places[code] for code in codes]] = picked.to_numpy()
        gathered: Matrix = full[rows]
        return gathered

    values, given, scores = matrix("value"), matrix("given"), matrix("score")
    known = ~np.isnan(given)
    nodes = side.edition.nodes
    for code, node in nodes.items():  # from the top down: what is published above a node covers it
        if node.parent is not None:
            known[:, places[code]] |= known[:, places[node.parent]]
    indicators = [places[code] for code in side.edition.indicators]
    covered = ~np.isnan(scores)
    covered[:, indicators] = ~np.isnan(values[:, indicators])
    context = [name for name, kind in frame.schema.items() if kind == pl.String]
    return GridFigures(
        rows=keys.join(frame.select(context), on=AREA, how="left", maintain_order="left"),
        present=present,
        values=values,
        given=given,
        scores=scores,
        covered=covered | known,
        bounds=bounds.filter(pl.col("period").is_in(keys["period"].unique().to_list())),
    )


# -- which factors differ ----------------------------------------------------------------------------------------


def unlike(one: Matrix, other: Matrix) -> Matrix:
    """Where two matrices differ; nothing equals nothing."""
    unequal: Matrix = (one != other) & ~(np.isnan(one) & np.isnan(other))
    return unequal


def _differing(
    nodes: Nodes, editions: tuple[Edition, Edition], ours: GridFigures, theirs: GridFigures, both: Matrix
) -> tuple[str, ...]:
    matched = np.array([None not in pair for pair in nodes.codes])
    cells = both[:, None] & matched[None, :]
    changed = cells & (unlike(ours.values, theirs.values) | unlike(ours.given, theirs.given))
    shared = ours.covered & theirs.covered
    differs = {
        "data": bool((changed & shared).any()) or not _same_bounds(nodes, ours.bounds, theirs.bounds),
        "coverage": bool((changed & ~shared).any()),
        "areas": not bool((ours.present == theirs.present).all()),
        "weights": any(_weights(nodes, editions)),
        "methods": not _same_methods(nodes, editions),
    }
    return tuple(factor for factor in FACTORS if differs[factor])


def _same_bounds(nodes: Nodes, ours: pl.DataFrame, theirs: pl.DataFrame) -> bool:
    codes = {there: here for here, there in nodes.codes if here is not None and there is not None}
    mine = ours.filter(pl.col("code").is_in(list(codes.values())))
    beside = theirs.filter(pl.col("code").is_in(list(codes))).with_columns(pl.col("code").replace(codes))
    return mine.sort("period", "code").equals(beside.sort("period", "code"))


def _weights(nodes: Nodes, editions: tuple[Edition, Edition]) -> list[bool]:
    here, there = (edition.nodes for edition in editions)
    return [
        here[one].weight != there[other].weight
        for one, other in nodes.codes
        if one is not None and other is not None and same_parent(nodes, here[one], there[other])
    ]


def same_parent(nodes: Nodes, node: Node, other: Node) -> bool:
    """Whether two nodes hang below the same node: only then are their weights two figures of one thing."""
    if node.parent is None or other.parent is None:
        return node.parent is other.parent
    return nodes.here[node.parent] == nodes.there[other.parent]


def _same_methods(nodes: Nodes, editions: tuple[Edition, Edition]) -> bool:
    if editions[0].cohort != editions[1].cohort:
        return False
    here, there = (edition.nodes for edition in editions)
    return all(
        one is not None
        and other is not None
        and same_parent(nodes, here[one], there[other])
        and _deciding(here[one]) == _deciding(there[other])
        for one, other in nodes.codes
    )


def _deciding(node: Node) -> Sequence[Any]:
    """All of a node that decides its score, beside its weight and its place in the tree."""
    return [
        node.is_indicator,
        *(_comparable(getattr(node, field.name)) for field in attrs.fields(Node) if field.name not in SHOWN_ONLY),
    ]


def _comparable(part: Any) -> Any:
    if isinstance(part, Indicator):
        return part.code
    return part.text() if isinstance(part, MethodUse) else part
