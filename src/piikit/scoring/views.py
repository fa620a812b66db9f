"""The frames of a result: long and wide views of what the pipeline kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import polars as pl

from piikit.files.wide_columns import (
    given_column,
    given_rank_column,
    imputed_column,
    rank_column,
    score_column,
    treated_column,
    value_column,
    wide_column,
)
from piikit.framework.edition import Edition
from piikit.inputs.table import Table
from piikit.scoring.pipeline import COHORT
from piikit.scoring.pipeline.run import collect

KEYS = ("area", "area_name", *COHORT)
METRICS = ("score", "rank", "value", "treated", "coverage")
_KEPT: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "value": lambda code: (imputed_column(code), value_column(code)),
    "treated": lambda code: (treated_column(code), value_column(code)),
}
"""The columns that a metric is in, the first that is there; a value that nothing was done to is its own treated one."""


def table(wide: pl.DataFrame, edition: Edition, metric: str, codes: Sequence[str]) -> pl.DataFrame:
    """One metric of the named nodes: area, area_name, period, scenario, and a column a node."""
    if metric == "coverage":
        shares = coverage(edition, wide.columns)
        return collect(wide.lazy().select(*KEYS, *(shares[code].alias(code) for code in codes)))
    if metric in {"score", "rank"}:
        # Columns that are there already only take another name, which costs nothing.
        picked = wide[[*KEYS, *(wide_column(metric, code) for code in codes)]]
        picked.columns = [*KEYS, *codes]
        return picked
    held = set(wide.columns)
    return wide.select([*KEYS, *(_metric(edition, metric, code, held).alias(code) for code in codes)])


def _metric(edition: Edition, metric: str, code: str, columns: Collection[str]) -> pl.Expr:
    if metric in {"value", "treated"}:
        if not edition.nodes[code].is_indicator:
            return pl.lit(None, dtype=pl.Float64)
        return pl.col(next(name for name in _KEPT[metric](code) if name in columns))
    return pl.col(wide_column(metric, code))


def coverage(edition: Edition, columns: Sequence[str]) -> dict[str, pl.Expr]:
    """The share, 0 to 1, of each node's indicators that have a value; a given node counts as fully covered.

    An imputed value is none that an area has, so it does not count.

    A node without children that is no indicator counts as one that is covered if it has a score.
    """
    held: dict[str, pl.Expr] = {}
    size: dict[str, int] = {}
    for code in reversed(edition.nodes):
        node = edition.nodes[code]
        if node.children:
            size[code] = sum(size[child] for child in node.children)
            count = pl.sum_horizontal(*(held[child] for child in node.children))
        else:
            size[code] = 1
            has = pl.col(score_column(code)).is_not_null()
            if node.is_indicator:
                observed = pl.col(value_column(code)).is_not_null()
                has = observed if imputed_column(code) in columns else has | observed
            count = has.cast(pl.Float64)
        if given_column(code) in columns:
            count = pl.when(pl.col(given_column(code)).is_not_null()).then(float(size[code])).otherwise(count)
        held[code] = count
    # The denominator as a column: polars divides by a scalar through its reciprocal.
    return {code: held[code] / (held[code] * 0 + float(size[code])) for code in edition.nodes}


def scores(wide: pl.DataFrame, table: Table, edition: Edition) -> pl.DataFrame:
    """The long frame `Result.scores`: a row an area, period, scenario and node, in tree order."""
    codes = list(edition.nodes)
    shares = coverage(edition, wide.columns)
    held = set(wide.columns)
    listed = len(edition.areas) if edition.areas else None
    columns = {
        "code": [pl.lit(code) for code in codes],
        "level": [pl.lit(node.level) for node in edition.nodes.values()],
        "value": [_metric(edition, "value", code, held) for code in codes],
        "treated": [_metric(edition, "treated", code, held) for code in codes],
        "score": [pl.col(score_column(code)) for code in codes],
        "rank": [pl.col(rank_column(code)) for code in codes],
        "n_ranked": [_n_ranked(code, table, listed) for code in codes],
        "coverage": [shares[code] for code in codes],
    }
    nested = wide.lazy().select(*KEYS, *(pl.concat_list(parts).alias(name) for name, parts in columns.items()))
    return collect(nested.explode(list(columns)))


def _n_ranked(code: str, table: Table, listed: int | None) -> pl.Expr:
    """Among how many areas the rank is: all of the edition's for a published rank, else those with a score."""
    scored = pl.col(score_column(code)).count().over(COHORT).cast(pl.Int32)
    if given_rank_column(code) in table.frame.columns and listed is not None:
        scored = pl.when(pl.col(given_rank_column(code)).is_not_null()).then(pl.lit(listed, pl.Int32)).otherwise(scored)
    return pl.when(pl.col(rank_column(code)).is_not_null()).then(scored)
