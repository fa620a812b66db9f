"""Evaluations between two results: some factors taken from the one, the others from the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from attrs import evolve, frozen

from piikit.files.wide_columns import score_column, wide_column
from piikit.framework.edition import Edition, Node
from piikit.inputs.given import GIVEN_BOUNDS, GIVEN_SCORES, Given
from piikit.inputs.keys import BASE
from piikit.inputs.table import KEYS, Table
from piikit.results.comparison.common_grid import ComparisonGrid, GridFigures, Matrix, Nodes, same_parent
from piikit.results.comparison.sides import Side
from piikit.scoring.pipeline import run

Editions = Mapping[tuple[bool, bool], Edition]
"""The editions between two, by whether (methods, weights) are those of this result."""


@frozen(kw_only=True)
class Hybrid:
    """One evaluation between two results, on the rows that both have; matrices are rows x nodes of the grid.

    Attributes:
        edition: the one it was evaluated with.
        places: where the nodes of the edition stand on the grid.
        scores: NaN where there is none, and at nodes that the edition has not.
        given: the published scores that were used.
    """

    edition: Edition
    places: dict[str, int]
    scores: Matrix
    given: Matrix


def editions_between(editions: tuple[Edition, Edition], nodes: Nodes) -> Editions:
    """The two editions, and each with the weights of the other."""
    ours, theirs = editions
    to_there = {here: there for here, there in nodes.codes if here is not None and there is not None}
    to_here = {there: here for here, there in to_there.items()}
    return {
        (True, True): ours,
        (False, False): theirs,
        (True, False): _with_weights(ours, theirs, to_there, lambda node, other: same_parent(nodes, node, other)),
        (False, True): _with_weights(theirs, ours, to_here, lambda node, other: same_parent(nodes, other, node)),
    }


def _with_weights(
    framework: Edition, weights: Edition, codes: Mapping[str, str], alike: Callable[[Node, Node], bool]
) -> Edition:
    """An edition with the weights that another one gives to the same nodes below the same parents."""
    found = dict(framework.nodes)
    for code, there in codes.items():
        node, other = framework.nodes[code], weights.nodes[there]
        if alike(node, other):
            found[code] = evolve(node, weight=other.weight)
    for node in framework.nodes.values():
        # The children that count there may be such as only the other edition has: then these keep their own weights.
        if node.children and not any(found[child].weight > 0 for child in node.children):
            found |= {child: evolve(found[child], weight=framework.nodes[child].weight) for child in node.children}
    return evolve(framework, nodes=found)


def evaluate_between(
    grid: ComparisonGrid, sides: tuple[Side, Side], editions: Editions, ours: frozenset[str]
) -> Hybrid:
    """The scores with some factors of this result and the others of the other one.

    Args:
        grid: both on one grid.
        sides: this result and the other one.
        editions: the editions between theirs.
        ours: the factors taken from this result.
    """
    here = "methods" in ours
    edition = editions[here, "weights" in ours]
    places = grid.nodes.here if here else grid.nodes.there
    figures = (grid.ours, grid.theirs)
    framework = figures[0 if here else 1]
    rows = figures[0 if "areas" in ours else 1].present
    values, given = (_mixed(grid, ours, framework, name) for name in ("values", "given"))
    held = np.any([~np.isnan(one.given).all(axis=0) for one in figures], axis=0)
    used = [code for code, place in places.items() if held[place]]
    bounds = _bounds(grid, ours, here)
    frame = _context(framework, figures[1 if here else 0]).hstack(
        [
            *_columns("value", values, edition.indicators, places),
            *_columns("given", given, used, places),
        ]
    )
    table = _table(sides[0 if here else 1].table, frame.filter(pl.Series(rows)), edition, used, bounds)
    wide = run(table, edition)
    scores = np.full((int(grid.both.sum()), len(grid.nodes)), np.nan)
    picked = wide[[score_column(code) for code in places]].to_numpy()
    scores[:, list(places.values())] = picked[grid.both[rows]]
    return Hybrid(edition=edition, places=places, scores=scores, given=given[grid.both])


def _mixed(grid: ComparisonGrid, ours: frozenset[str], framework: GridFigures, name: str) -> Matrix:
    """Values, or published scores: what both cover is data, what one covers is coverage.

    A row that only one has brings its figures along, and so does a node that only one edition has.
    """
    mine, beside = getattr(grid.ours, name), getattr(grid.theirs, name)
    data = mine if "data" in ours else beside
    coverage = mine if "coverage" in ours else beside
    mixed = np.where(grid.ours.covered & grid.theirs.covered, data, coverage)
    alone = np.where(grid.ours.present[:, None], mine, beside)
    mixed = np.where(grid.both[:, None], mixed, alone)
    matched = np.array([None not in pair for pair in grid.nodes.codes])
    whole: Matrix = np.where(matched[None, :], mixed, getattr(framework, name))
    return whole


def _bounds(grid: ComparisonGrid, ours: frozenset[str], here: bool) -> pl.DataFrame:
    """Published ends are data; those of indicators that only one edition has come with it."""
    own, other = (grid.ours, grid.theirs) if here else (grid.theirs, grid.ours)
    if own.bounds.is_empty() and other.bounds.is_empty():
        return own.bounds
    pairs = grid.nodes.codes if here else tuple((there, here) for here, there in grid.nodes.codes)
    matched = {theirs: mine for mine, theirs in pairs if mine is not None and theirs is not None}
    if ("data" in ours) == here:
        return own.bounds
    alone = own.bounds.filter(~pl.col("code").is_in(list(matched.values())))
    brought = other.bounds.filter(pl.col("code").is_in(list(matched))).with_columns(pl.col("code").replace(matched))
    return pl.concat([alone, brought.select(alone.columns)])


def _columns(
    prefix: str, matrix: Matrix, codes: tuple[str, ...] | list[str], places: dict[str, int]
) -> list[pl.Series]:
    return [pl.Series(wide_column(prefix, code), matrix[:, places[code]], nan_to_null=True) for code in codes]


def _context(framework: GridFigures, other: GridFigures) -> pl.DataFrame:
    """Keys and context of every row; of rows that the framework's side has not, what the other one says of them."""
    beside = [name for name in framework.rows.columns if name in other.rows.columns and name not in {"area", "period"}]
    rows = framework.rows.with_columns(pl.coalesce(pl.col(name), other.rows[name]).alias(name) for name in beside)
    return rows.with_columns(pl.lit(BASE).alias("scenario")).select(*KEYS, pl.exclude(KEYS))


def _table(own: Table, frame: pl.DataFrame, edition: Edition, used: list[str], bounds: pl.DataFrame) -> Table:
    given = Given(scores=_named(used), bounds=bounds[GIVEN_BOUNDS.names()])
    periods = tuple(frame["period"].unique(maintain_order=True))
    # Ranks are of no use here; where areas are absent none are taken.
    return evolve(
        own,
        frame=frame,
        items=(),
        codes=edition.indicators,
        given=given,
        periods=periods,
        absent=dict.fromkeys(periods, 1),
        what_if=None,
        ready=True,
    )


def _named(codes: list[str]) -> pl.DataFrame:
    """Published scores that only say of which nodes there are some; the figures stand in the table."""
    columns = {"code": codes, "score": [0.0] * len(codes)}
    return pl.DataFrame({name: columns.get(name, [None] * len(codes)) for name in GIVEN_SCORES}, schema=GIVEN_SCORES)
