"""The plan of an edition as polars expressions, worked out once for each shape of input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from attrs import field, frozen

from piikit.files.wide_columns import (
    given_column,
    given_rank_column,
    rank_column,
    score_column,
    treated_column,
    typed_column,
    value_column,
    wide_column,
)
from piikit.framework.edition import Edition, MethodUse, Node
from piikit.framework.methods import Aggregate, Normalise, Params
from piikit.inputs.table import Table
from piikit.scoring.pipeline.pairwise import Pairwise
from piikit.scoring.pipeline.peers import grouped, members, plain

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
    ready: bool = False
    """Whether values stand as a result kept them: nothing is divided by a denominator again."""


def shape_of(table: Table, *, guarded: bool = False) -> Shape:
    """The shape of a table."""
    absent = table.absent.values()
    return Shape(
        items=frozenset(table.items),
        codes=frozenset(table.codes),
        scores=frozenset(table.given.codes("score")),
        ranks=frozenset(table.given.codes("rank")),
        bounds=frozenset(table.given.bounds["code"]),
        many=table.n_cohorts > 1 or table.what_if is not None,
        ranked=not any(absent),
        some_ranked=not all(absent) if absent else False,
        guarded=guarded,
        ready=table.ready,
    )


@frozen(kw_only=True)
class Program:
    """Lists of expressions, a list a stage.

    Attributes:
        values: `value:<code>` of each indicator that has none yet; where a given value stands beside items, `typed:`
            keeps the given one.
        ends: `<end>:<code>`, aggregating over a cohort.
        lines: the indicators that have values, by method: their figures are worked out together.
        turned: the values of each indicator turned so that more is better, under the codes of the lines.
        others: `score:<code>` of the other nodes without children.
        levels: `score:<code>` of the other nodes, children before parents.
        matrices: by level, the nodes whose method needs the matrix of a cohort; worked out after the level's others.
        ranks: `rank:<code>` of every node.
        kept: the columns of the result, in order.
    """

    shape: Shape
    values: Sequence[pl.Expr] = field(repr=False)
    ends: Sequence[pl.Expr] = field(repr=False)
    lines: Sequence[Line] = field(repr=False)
    turned: Mapping[str, pl.Expr] = field(repr=False)
    others: Sequence[pl.Expr] = field(repr=False)
    matrices: Sequence[Sequence[Pairwise]] = field(repr=False)
    levels: Sequence[Sequence[pl.Expr]] = field(repr=False)
    ranks: Sequence[pl.Expr] = field(repr=False)
    kept: Sequence[str] = field(repr=False)
    computed: tuple[str, ...]
    """Indicators whose values come from items, at least in part."""
    leaves: frozenset[str]
    """`score:<code>` of the nodes without children."""
    prepared: tuple[str, ...] = ()
    """Indicators whose values are screened, imputed or treated: `treated:<code>` is what their scores are made of."""


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
    turned: dict[str, pl.Expr] = {}
    lines = _lines(edition, valued, turned)
    leaves = [code for code in nodes if not nodes[code].children and code not in valued]
    return Program(
        shape=shape,
        values=[expr for code in edition.indicators for expr in _values(nodes[code], edition, shape)],
        ends=[
            expr.alias(wide_column(name, code))
            for line in lines
            for code in line.codes
            for name, expr in line.method.ends(turned[code], line.params).items()
        ],
        lines=lines,
        turned=turned,
        others=[given(code, nothing(), shape) for code in leaves],
        matrices=_matrices(edition, shape),
        levels=_levels(edition, shape),
        ranks=[_rank(code, edition, shape) for code in nodes],
        kept=[value_column(code) for code in edition.indicators]
        + [wide_column(metric, code) for metric in ("score", "rank") for code in nodes],
        computed=tuple(code for code in valued if from_items(nodes[code], shape) or divided(nodes[code], shape)),
        leaves=frozenset(score_column(code) for code in nodes if not nodes[code].children),
        prepared=tuple(code for code in valued if nodes[code].prepared),
    )


# -- values ------------------------------------------------------------------------------------------------------


def from_items(node: Node, shape: Shape) -> bool:
    """Whether all the items of an indicator are there."""
    return node.indicator is not None and set(node.indicator.item_names) <= shape.items


def divided(node: Node, shape: Shape) -> bool:
    """Whether the figure of an indicator is still to be divided by its denominator."""
    return node.denominator is not None and not shape.ready


def has_value(node: Node, shape: Shape) -> bool:
    """Whether the input can give the indicator a value."""
    if divided(node, shape) and node.denominator not in shape.items | shape.codes:
        return False
    return node.code in shape.codes or from_items(node, shape)


def nothing() -> pl.Expr:
    """No figure at all."""
    return pl.lit(None, dtype=pl.Float64)


def _values(node: Node, edition: Edition, shape: Shape) -> list[pl.Expr]:
    if divided(node, shape):
        return _quotient(node, edition, shape)
    name = value_column(node.code)
    if not from_items(node, shape):
        return [] if node.code in shape.codes else [nothing().alias(name)]
    assert node.indicator is not None
    value = node.indicator.value
    if shape.guarded:
        value = pl.when(value.is_finite()).then(value)
    if node.code not in shape.codes:
        return [value.alias(name)]
    return [pl.col(name).alias(typed_column(node.code)), pl.coalesce(pl.col(name), value).alias(name)]


def _quotient(node: Node, edition: Edition, shape: Shape) -> list[pl.Expr]:
    """The figure divided by the denominator, times the scale; `typed:` keeps the figure that was given."""
    name = value_column(node.code)
    kept = [pl.col(name).alias(typed_column(node.code))] if node.code in shape.codes else []
    if not has_value(node, shape):
        return [*kept, nothing().alias(name)]
    figures = [pl.col(name)] if kept else []
    if from_items(node, shape):
        assert node.indicator is not None
        figures.append(node.indicator.value)
    # The denominator is a column: the division is exact whatever the number of rows.
    by = value_column(node.denominator) if node.denominator in edition.indicators else str(node.denominator)
    value = pl.coalesce(figures) / pl.col(by)
    value = value if node.scale == 1 else value * node.scale
    return [*kept, (pl.when(value.is_finite()).then(value) if shape.guarded else value).alias(name)]


def oriented(node: Node) -> pl.Expr:
    """What the scores of an indicator are made of, turned so that more is better."""
    value = pl.col(treated_column(node.code) if node.prepared else value_column(node.code))
    return -value if node.direction == "lower" else value


# -- bounds and scores -------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Line:
    """Indicators with the same method, parameters and direction.

    Attributes:
        ends: the names of the ends.
        codes: of the indicators; where groups of areas have methods of their own, see `peers.grouped`.
        lower_is_better: whether values and ends are turned round.
    """

    method: Normalise
    params: Params
    codes: tuple[str, ...]
    ends: tuple[str, ...]
    lower_is_better: bool


def _lines(edition: Edition, valued: Sequence[str], turned: dict[str, pl.Expr]) -> list[Line]:
    """The lines; `turned` is filled with the values of each of their codes."""
    together: dict[str, list[str]] = {}
    uses: dict[str, MethodUse] = {}
    for code in valued:
        node = edition.nodes[code]
        assert node.normalise is not None
        for own, use, values in grouped(code, oriented(node), node.normalise, edition):
            uses[own], turned[own] = use, values
            together.setdefault(f"{use.text()} {node.direction}", []).append(own)
    lines = []
    for codes in together.values():
        lower = edition.nodes[plain(codes[0])].direction == "lower"
        method, params = uses[codes[0]].method, uses[codes[0]].params
        assert isinstance(method, Normalise)
        if lower and method.mirrored is not None:
            params = method.mirrored(params)
        ends = tuple(method.ends(pl.lit(0.0), params))
        lines.append(Line(method=method, params=params, codes=tuple(codes), ends=ends, lower_is_better=lower))
    return lines


# -- the tree ----------------------------------------------------------------------------------------------------


def given(code: str, score: pl.Expr, shape: Shape) -> pl.Expr:
    """The score of a node: the published one where there is one."""
    if code in shape.scores:
        score = pl.coalesce(pl.col(given_column(code)), score)
    return score.alias(score_column(code))


def _levels(edition: Edition, shape: Shape) -> list[list[pl.Expr]]:
    height = edition.heights
    levels: list[list[pl.Expr]] = [[] for _ in range(max(height.values()))]
    for code, node in edition.nodes.items():
        if node.children and node.aggregator.score is not None:
            levels[height[code] - 1].append(given(code, node_score(node, edition), shape))
    return levels


def _matrices(edition: Edition, shape: Shape) -> list[list[Pairwise]]:
    height = edition.heights
    matrices: list[list[Pairwise]] = [[] for _ in range(max(height.values()))]
    for code, node in edition.nodes.items():
        if node.children and node.aggregator.score is None:
            scores, weights = counted(node, edition)
            matrices[height[code] - 1].append(
                Pairwise(
                    code=code,
                    method=node.aggregator,
                    params=node.aggregate.params if node.aggregate else {},
                    scores=scores,
                    weights=weights,
                    present=enough(node, scores, weights),
                    given=code in shape.scores,
                )
            )
    return matrices


def counted(node: Node, edition: Edition) -> tuple[list[pl.Expr], list[float]]:
    """The scores and weights of the children that count: those of weight 0 are shown only."""
    weighted = [(child, edition.nodes[child].weight) for child in node.children if edition.nodes[child].weight > 0]
    return [pl.col(score_column(child)) for child, _ in weighted], [weight for _, weight in weighted]


def node_score(node: Node, edition: Edition) -> pl.Expr:
    """The score of a node from those of its children, null where too few of them are present."""
    assert node.aggregate is not None
    score = _own_score(node, node.aggregate, edition)
    for name, use in reversed(list(node.aggregate.groups.items())):
        inside = pl.any_horizontal(*(part for _, part in members(name, edition)))
        score = pl.when(inside).then(_own_score(node, use, edition)).otherwise(score)
    return score


def _own_score(node: Node, use: MethodUse, edition: Edition) -> pl.Expr:
    scores, weights = counted(node, edition)
    method, params = use.method, use.params
    assert isinstance(method, Aggregate)
    whole = not method.complete and (node.missing == "null" or node.min_coverage >= 1)
    if whole and method.whole_score is not None:
        return method.whole_score(scores, weights, params)
    score = method.of(scores, weights, params)
    if method.complete or (not whole and node.min_coverage <= 0):
        return score
    return pl.when(enough(node, scores, weights)).then(score)


def enough(node: Node, scores: Sequence[pl.Expr], weights: Sequence[float]) -> pl.Expr:
    """Whether as many children are present as the node asks for."""
    present = pl.sum_horizontal(*(s.is_not_null() * w for s, w in zip(scores, weights, strict=True)))
    # A share that is short by rounding alone is enough.
    share = 1.0 if node.missing == "null" else node.min_coverage
    return present >= share * sum(weights) * (1 - 1e-12)


# -- ranks -------------------------------------------------------------------------------------------------------


def rank_of(score: pl.Expr, edition: Edition) -> pl.Expr:
    """The rank of a score, the best first, 1-based, null where there is no score."""
    return score.round(edition.rank.decimals).rank(edition.rank.ties, descending=True).cast(pl.Int32)


def _rank(code: str, edition: Edition, shape: Shape) -> pl.Expr:
    rank = pl.lit(None, dtype=pl.Int32)
    if shape.some_ranked:
        rank = rank_of(pl.col(score_column(code)), edition)
        if shape.many:
            rank = rank.over(COHORT)
        if not shape.ranked:
            rank = pl.when(pl.col("complete")).then(rank)
    if code in shape.ranks:
        rank = pl.coalesce(pl.col(given_rank_column(code)).cast(pl.Int32), rank)
    return rank.alias(rank_column(code))
