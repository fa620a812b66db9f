"""Figures of nodes beside each other: correlations, inner consistency, principal components."""

from __future__ import annotations

from itertools import chain

import numpy as np
import polars as pl

from piikit.analysis.audit.correlations import kendall, pearson, shared, spearman
from piikit.analysis.audit.dimensions import alpha, components
from piikit.analysis.audit.statistics import PLACE, labelled, matrix_of
from piikit.analysis.audit.thresholds import Thresholds, flagged
from piikit.findings.messages import Messages
from piikit.framework.edition import Edition


def correlations(figures: pl.DataFrame, edition: Edition, limits: Thresholds, words: Messages) -> pl.DataFrame:
    """Every pair of nodes, the lower one first; of one cohort. See `Audit.correlations`."""
    codes = tuple(edition.nodes)
    x = matrix_of(figures, codes)
    first, second = _pairs(edition, codes)
    kinds = {"pearson": pearson(x), "spearman": spearman(x), "kendall": kendall(x)}
    nodes = edition.nodes
    frame = labelled(
        figures.select(PLACE).row(0),
        {
            "code": [codes[i] for i in first],
            "level": [nodes[codes[i]].level for i in first],
            "other": [codes[j] for j in second],
            "other_level": [nodes[codes[j]].level for j in second],
            "relation": [_relation(edition, codes[i], codes[j]) for i, j in zip(first, second, strict=True)],
            "n": shared(x)[first, second],
            **{name: matrix[first, second] for name, matrix in kinds.items()},
        },
    )
    # Rounded, so that noise in the last bits flags nothing.
    r, relation = pl.col("pearson").round(12), pl.col("relation")
    # A node with one child is that child: to say that they agree says nothing.
    only = [code for code, node in nodes.items() if node.parent and len(nodes[node.parent].children) == 1]
    upward = (relation == "parent") & ~pl.col("code").is_in(only)
    level = relation.is_in(["sibling", "same_level"])
    rules = [
        ("collinear", level & (r.abs() >= limits.collinear), {"limit": limits.collinear}),
        ("negative_with_parent", upward & (r < limits.negative), {"limit": limits.negative}),
        ("weak_with_parent", upward & (r >= limits.negative) & (r < limits.weak), {"limit": limits.weak}),
    ]
    return flagged(frame, rules, words)


def _pairs(edition: Edition, codes: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The places of all pairs, the node that stands lower in the tree first; within a level in tree order."""
    depth = np.array([len(edition.path(code)) for code in codes])
    first, second = np.triu_indices(len(codes), 1)
    # Tree order puts a parent before what is below it.
    turned = depth[first] < depth[second]
    return np.where(turned, second, first), np.where(turned, first, second)


def _relation(edition: Edition, code: str, other: str) -> str:
    node = edition.nodes[code]
    if node.parent == other:
        return "parent"
    if other in edition.path(code):
        return "ancestor"
    if node.parent is not None and node.parent == edition.nodes[other].parent:
        return "sibling"
    return "same_level" if node.level == edition.nodes[other].level else "other"


def consistency(figures: pl.DataFrame, edition: Edition, limits: Thresholds, words: Messages) -> pl.DataFrame:
    """Cronbach's alpha of the children of each node; of one cohort. See `Audit.consistency`."""
    parents = [code for code, node in edition.nodes.items() if len(node.children) > 1]
    found = [alpha(matrix_of(figures, edition.nodes[code].children)) for code in parents]
    frame = labelled(
        figures.select(PLACE).row(0),
        {
            "code": parents,
            "level": [edition.nodes[code].level for code in parents],
            "children": [one.columns for one in found],
            "n": [one.rows for one in found],
            "alpha": [one.raw for one in found],
            "alpha_standardised": [one.standardised for one in found],
            "mean_correlation": [one.correlation for one in found],
        },
    ).cast({"alpha": pl.Float64, "alpha_standardised": pl.Float64, "mean_correlation": pl.Float64})
    return flagged(frame, [("low_alpha", pl.col("alpha") < limits.alpha, {"limit": limits.alpha})], words)


def component_frames(
    figures: pl.DataFrame, edition: Edition, limits: Thresholds, words: Messages
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Principal components of the children of each node and of each level, and their loadings; of one cohort."""
    below = [("node", code, node.children) for code, node in edition.nodes.items() if len(node.children) > 1]
    levels = [("level", name, edition.codes(name)) for name in edition.levels if len(edition.codes(name)) > 1]
    rows: list[tuple[object, ...]] = []
    loads: list[tuple[object, ...]] = []
    for kind, group, codes in chain(below, levels):
        made = components(matrix_of(figures, codes))
        total = float(len(made.columns))
        names = [codes[place] for place in made.columns]
        shares = made.values / np.full(len(made.values), total) if len(made.values) else made.values
        for place, (value, share, up) in enumerate(zip(made.values, shares, np.cumsum(shares), strict=True), 1):
            rows.append((kind, group, place, made.rows, len(names), float(value), float(share), float(up)))
            own = zip(names, made.loadings[:, place - 1], made.vectors[:, place - 1], strict=True)
            loads += [(kind, group, place, code, float(load), float(entry)) for code, load, entry in own]
    keys = {"kind": pl.String, "group": pl.String, "component": pl.Int64}
    figured = dict.fromkeys(("eigenvalue", "share", "cumulative"), pl.Float64)
    frame = pl.DataFrame(rows, {**keys, "n": pl.Int64, "columns": pl.Int64, **figured}, orient="row")
    load = pl.DataFrame(loads, {**keys, "code": pl.String, "loading": pl.Float64, "entry": pl.Float64}, orient="row")
    texts = figures.select(PLACE).row(0)
    cohort = [pl.lit(text).alias(name) for name, text in zip(PLACE, texts, strict=True)]
    # One dimension is what the children of a node should have; a whole level has several by design.
    further = (pl.col("kind") == "node") & (pl.col("component") > 1) & (pl.col("eigenvalue") >= limits.eigenvalue)
    # Eigenvalues of uncorrelated columns are 1 but for their last bits.
    further &= pl.col("eigenvalue") > 1 + 1e-9
    rules = [("several_dimensions", further, {"limit": limits.eigenvalue})]
    return flagged(frame.select(*cohort, pl.all()), rules, words), load.select(*cohort, pl.all())
