"""The plan of an edition as polars expressions, worked out once for each shape of input."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from attrs import field, frozen

from piikit.framework import Edition, Node
from piikit.inputs.table import Table

COHORT = ("period", "scenario")


@frozen(kw_only=True)
class Shape:
    """What decides the expressions: which columns there are, and whether there are several cohorts.

    Attributes:
        items, codes: number columns of the data.
        scores, ranks, bounds: nodes with given figures.
        many: whether there are several cohorts.
        ranked: whether every cohort is complete; `some_ranked` says that some are.
    """

    items: frozenset[str]
    codes: frozenset[str]
    scores: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    bounds: frozenset[str] = frozenset()
    many: bool = False
    ranked: bool = True
    some_ranked: bool = True
    guarded: bool = False
    """Whether computed values that are not finite become null; needed only where some are."""


def shape_of(table: Table, *, guarded: bool = False) -> Shape:
    """The shape of a table."""
    absent = table.absent.values()
    return Shape(
        items=frozenset(table.items),
        codes=frozenset(table.codes),
        scores=frozenset(table.given.codes("score")),
        ranks=frozenset(table.given.codes("rank")),
        bounds=frozenset(table.given.bounds["code"]),
        many=table.n_cohorts > 1,
        ranked=not any(absent),
        some_ranked=not all(absent) if absent else False,
        guarded=guarded,
    )


@frozen(kw_only=True)
class Program:
    """Lists of expressions, a list a stage.

    Attributes:
        values: `value:<code>` of each indicator.
        ends: `<end>:<code>`, aggregating over a cohort.
        published: the ends with published ones put in their place.
        factors: figures worked out from the ends once a cohort.
        scores: `score:<code>` of each indicator.
        levels: `score:<code>` of the other nodes, children before parents.
        ranks: `rank:<code>` of every node.
        kept: the columns of the result, in order.
    """

    shape: Shape
    values: Sequence[pl.Expr] = field(repr=False)
    ends: Sequence[pl.Expr] = field(repr=False)
    published: Sequence[pl.Expr] = field(repr=False)
    factors: Sequence[pl.Expr] = field(repr=False)
    scores: Sequence[pl.Expr] = field(repr=False)
    levels: Sequence[Sequence[pl.Expr]] = field(repr=False)
    ranks: Sequence[pl.Expr] = field(repr=False)
    kept: Sequence[str] = field(repr=False)
    computed: tuple[str, ...]
    """Indicators whose values come from items, at least in part."""


def program_for(edition: Edition, shape: Shape) -> Program:
    """The plan of an edition for one shape of input, remembered on the edition."""
    known: Program | None = edition.memo.get(("program", shape))
    if known is None:
        known = _compile(edition, shape)
        edition.memo["program", shape] = known
    return known


def _compile(edition: Edition, shape: Shape) -> Program:
    nodes = edition.nodes
    valued = [code for code in edition.indicators if has_value(nodes[code], shape)]
    computed = tuple(code for code in valued if from_items(nodes[code], shape))
    ends, published, factors = _bounds(edition, valued, shape)
    return Program(
        shape=shape,
        values=[_value(nodes[code], shape).alias(f"value:{code}") for code in edition.indicators],
        ends=ends,
        published=published,
        factors=factors,
        scores=[
            _given(code, _score(nodes[code], shape) if code in valued else _nothing(), shape)
            for code in nodes
            if not nodes[code].children
        ],
        levels=_levels(edition, shape),
        ranks=[_rank(code, edition, shape) for code in nodes],
        kept=[f"value:{code}" for code in edition.indicators]
        + [f"{metric}:{code}" for metric in ("score", "rank") for code in nodes],
        computed=computed,
    )


# -- values ------------------------------------------------------------------------------------------------------


def from_items(node: Node, shape: Shape) -> bool:
    """Whether all the items of an indicator are there."""
    return node.indicator is not None and set(node.indicator.item_names) <= shape.items


def has_value(node: Node, shape: Shape) -> bool:
    """Whether the input can give the indicator a value."""
    return node.code in shape.codes or from_items(node, shape)


def _nothing() -> pl.Expr:
    return pl.lit(None, dtype=pl.Float64)


def _value(node: Node, shape: Shape) -> pl.Expr:
    given = pl.col(node.code) if node.code in shape.codes else None
    if not from_items(node, shape):
        return given if given is not None else _nothing()
    assert node.indicator is not None
    value = node.indicator.value
    if shape.guarded:
        value = pl.when(value.is_finite()).then(value)
    return value if given is None else pl.coalesce(given, value)


def oriented(node: Node) -> pl.Expr:
    """The values of an indicator turned so that more is better."""
    value = pl.col(f"value:{node.code}")
    return -value if node.direction == "lower" else value


# -- bounds and scores -------------------------------------------------------------------------------------------


def _bounds(
    edition: Edition, valued: Sequence[str], shape: Shape
) -> tuple[list[pl.Expr], list[pl.Expr], list[pl.Expr]]:
    ends: list[pl.Expr] = []
    published: list[pl.Expr] = []
    factors: list[pl.Expr] = []
    for code in valued:
        node = edition.nodes[code]
        assert node.normalise is not None
        method, params = node.normaliser, node.normalise.params
        if method.fixed and node.direction == "lower" and {"lower", "upper"} <= params.keys():
            # The edition's posts are in the indicator's unit: mirrored like the values.
            params = {**params, "lower": -params["upper"], "upper": -params["lower"]}
        own = method.ends(oriented(node), params)
        ends += [expr.alias(f"{name}:{code}") for name, expr in own.items()]
        if code in shape.bounds:
            published += _published(node)
        columns = {name: pl.col(f"{name}:{code}") for name in own}
        factors += [expr.alias(f"{name}:{code}") for name, expr in method.factors(columns, params).items()]
    return ends, published, factors


def _published(node: Node) -> list[pl.Expr]:
    """Published ends before the cohort's own; they are in the indicator's unit whatever its direction."""
    lower, upper = pl.col(f"given_lower:{node.code}"), pl.col(f"given_upper:{node.code}")
    if node.direction == "lower":
        lower, upper = -upper, -lower
    return [pl.coalesce(end, pl.col(f"{name}:{node.code}")).alias(f"{name}:{node.code}")
            for name, end in (("lower", lower), ("upper", upper))]


def _score(node: Node, shape: Shape) -> pl.Expr:
    assert node.normalise is not None
    method, params = node.normaliser, node.normalise.params
    x = oriented(node)
    names = [*method.ends(x, params), *method.factors(method.ends(x, params), params)]
    columns = {name: pl.col(f"{name}:{node.code}") for name in names}
    build = method.open_score if method.open_score and node.code in shape.bounds else method.score
    return build(x, columns, params)


def _given(code: str, score: pl.Expr, shape: Shape) -> pl.Expr:
    if code in shape.scores:
        score = pl.coalesce(pl.col(f"given:{code}"), score)
    return score.alias(f"score:{code}")


# -- the tree ----------------------------------------------------------------------------------------------------


def _levels(edition: Edition, shape: Shape) -> list[list[pl.Expr]]:
    height: dict[str, int] = {}
    for code in reversed(edition.nodes):
        children = edition.nodes[code].children
        height[code] = 1 + max(height[child] for child in children) if children else 0
    levels: list[list[pl.Expr]] = [[] for _ in range(max(height.values()))]
    for code, node in edition.nodes.items():
        if node.children:
            levels[height[code] - 1].append(_given(code, node_score(node, edition), shape))
    return levels


def counted(node: Node, edition: Edition) -> tuple[list[pl.Expr], list[float]]:
    """The scores and weights of the children that count: those of weight 0 are shown only."""
    weighted = [(child, edition.nodes[child].weight) for child in node.children if edition.nodes[child].weight > 0]
    return [pl.col(f"score:{child}") for child, _ in weighted], [weight for _, weight in weighted]


def node_score(node: Node, edition: Edition) -> pl.Expr:
    """The score of a node from those of its children, null where too few of them are present."""
    assert node.aggregate is not None
    scores, weights = counted(node, edition)
    score = node.aggregator.score(scores, weights, node.aggregate.params)
    enough = present_enough(node, scores, weights)
    return score if enough is None else pl.when(enough).then(score)


def present_enough(node: Node, scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr | None:
    """Whether enough children are present; None where any number is enough or the method sees to it."""
    if node.aggregator.complete:
        return None
    if node.missing == "null" or node.min_coverage >= 1:
        return pl.all_horizontal(*(score.is_not_null() for score in scores))
    if node.min_coverage <= 0:
        return None
    present = pl.sum_horizontal(*(s.is_not_null() * w for s, w in zip(scores, weights, strict=True)))
    # A share that is short by rounding alone is enough.
    return present >= node.min_coverage * sum(weights) * (1 - 1e-12)


# -- ranks -------------------------------------------------------------------------------------------------------


def rank_of(score: pl.Expr, edition: Edition) -> pl.Expr:
    """The rank of a score, the best first, 1-based, null where there is no score."""
    return score.round(edition.rank.decimals).rank(edition.rank.ties, descending=True).cast(pl.Int32)


def _rank(code: str, edition: Edition, shape: Shape) -> pl.Expr:
    rank = pl.lit(None, dtype=pl.Int32)
    if shape.some_ranked:
        rank = rank_of(pl.col(f"score:{code}"), edition)
        if shape.many:
            rank = rank.over(COHORT)
        if not shape.ranked:
            rank = pl.when(pl.col("complete")).then(rank)
    if code in shape.ranks:
        rank = pl.coalesce(pl.col(f"given_rank:{code}").cast(pl.Int32), rank)
    return rank.alias(f"rank:{code}")
