"""Ways to weights: given, equal, the first principal component, and weights for a stated influence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import polars as pl

from piikit.analysis.audit.dimensions import components
from piikit.analysis.audit.statistics import matrix_of
from piikit.analysis.weights.balance import KINDS, balance_of, balanced
from piikit.analysis.weights.table import Weighed, Weights
from piikit.files.wide_columns import given_column, score_column
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import LANGUAGES, Lang
from piikit.framework.edition import Edition
from piikit.results.frames import Frames

How = Literal["given", "equal", "pca", "pca_loadings", "optimised"]
WAYS = ("given", "equal", "pca", "pca_loadings", "optimised")


def weights(
    source: Frames | Edition,
    how: How | Mapping[str, float] = "given",
    *,
    nodes: str | Iterable[str] | None = None,
    influence: Literal["equal"] | Mapping[str, float] = "equal",
    target: str | None = None,
    correlation: Literal["pearson", "spearman", "kendall"] = "pearson",
    period: str | None = None,
    scenario: str = "base",
    lang: Lang | None = None,
) -> Weights:
    """Weights of the nodes of an edition, with the effective weight of every node at the index.

    Args:
        source: a result; for "given" and "equal" an edition will do.
        how: "given": as the edition says. "equal": 1 for all siblings. "pca": the squares of the loadings on the first
            principal component of the siblings' scores, which add up to 1 and are never negative. "pca_loadings": that
            component's entries themselves, as COINr takes them; they may be negative. "optimised": weights by which
            nodes have a stated influence on a node above them. A mapping of weights by code: those, the others given.
        nodes: which nodes get new weights: a level, or codes; the others keep theirs. All where not given, but for
            "optimised" the level "pillar". Nodes of weight 0 are left so unless named by code.
        influence: of "optimised": "equal", or how much influence each node is to have against the others, by code.
            Influence is the correlation with the target.
        target: of "optimised": the node to be influenced; the index where not given.
        correlation: of "optimised": "pearson", "spearman" or "kendall".
        period: of a result: the last one where not given.
        scenario: of a result: "base" for the data as they are.
        lang: "vi" or "en", of notes; that of the result where not given.

    Returns:
        `table` (code, name, level, parent, weight, share, effective, given, note, influence, wanted), `overlay(id)` and
        `document(id)` for an edition with these weights.

    Raises:
        UsageError: an unknown way, node, level, period or scenario; a negative weight; nodes of which one is below
            another, or a node on the way up with published scores.
        MissingExtraError: "optimised" without the extra `optimise`.

    Principal components are taken on the areas that have all siblings; a constant one gets weight 0. Of
    optimised weights those of siblings keep their sum. Weights between the nodes and the target stay, so that not every
    influence can be reached; then the nearest are given and `reached` is False.

    Sources: OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6; Becker et al., Ecological
    Indicators 80 (2017); the R package COINr.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> table = result.weights("pca", nodes=["1.1", "1.2"]).table
    >>> table.filter(pl.col("parent") == "1").select("code", pl.col("weight", "effective").round(9)).rows()
    [('1.1', 0.5, 0.05), ('1.2', 0.5, 0.05)]
    """
    edition, result = (source.edition, source) if isinstance(source, Frames) else (source, None)
    lang = lang or (result.lang if result is not None else "en")
    if lang not in LANGUAGES:
        raise UsageError(f"lang must be 'vi' or 'en', not {lang!r}")
    given = {
        code: Weighed(weight=node.weight, note="given")
        for code, node in edition.nodes.items()
        if node.parent is not None
    }
    if isinstance(how, Mapping):
        return Weights(edition=edition, how="given", nodes=given | _stated(how, edition), lang=lang)
    if how not in WAYS:
        raise _unknown("way to weights", how, WAYS)
    chosen = _chosen(nodes if nodes is not None or how != "optimised" else "pillar", edition)
    if how == "given":
        return Weights(edition=edition, how=how, nodes=given, lang=lang)
    if how == "equal":
        equal = {code: Weighed(weight=1.0, note="equal") for code in chosen}
        return Weights(edition=edition, how=how, nodes=given | equal, lang=lang)
    if result is None:
        raise UsageError(f"weights {how!r} are found from scores: pass a Result of evaluate, not an edition")
    wide = _cohort(result, period, scenario)
    if how != "optimised":
        found = _from_components(wide, edition, chosen, squared=how == "pca")
        return Weights(edition=edition, how=how, nodes=given | found, lang=lang)
    top = edition.root if target is None else target
    found, reached = _optimised(result, wide, edition, chosen, top, influence, correlation)
    return Weights(edition=edition, how=how, nodes=given | found, reached=reached, lang=lang)


def _unknown(what: str, value: object, known: Iterable[str]) -> UsageError:
    names = list(known)
    near = nearest(str(value), names, cutoff=0.6)
    shown = ", ".join(names[:12]) + ("…" if len(names) > 12 else "")
    return UsageError(f"no {what} {value!r}" + (f"; did you mean {near!r}?" if near else ".") + f" Known: {shown}")


def _stated(given: Mapping[str, float], edition: Edition) -> dict[str, Weighed]:
    for code, weight in given.items():
        if code not in edition.nodes or code == edition.root:
            raise _unknown("node with a weight", code, [code for code in edition.nodes if code != edition.root])
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < math.inf:
            raise UsageError(f"{code}: a weight must be a number from 0 up, not {weight!r}")
    return {code: Weighed(weight=float(weight), note="given") for code, weight in given.items()}


def _chosen(nodes: str | Iterable[str] | None, edition: Edition) -> tuple[str, ...]:
    below = [code for code, node in edition.nodes.items() if node.parent is not None]
    # What the edition shows and does not count gets a weight only where it is named.
    counted = [code for code in below if edition.nodes[code].weight > 0]
    if nodes is None:
        return tuple(counted)
    if isinstance(nodes, str) and nodes not in edition.nodes:
        if nodes not in edition.levels:
            raise _unknown("level or node", nodes, [*edition.levels, *below])
        return tuple(code for code in counted if edition.nodes[code].level == nodes)
    wanted = [nodes] if isinstance(nodes, str) else list(nodes)
    for code in wanted:
        if code not in below:
            raise _unknown("node with a weight", code, below)
    return tuple(code for code in below if code in wanted)


def _cohort(result: Frames, period: str | None, scenario: str) -> pl.DataFrame:
    wide = result.wide.filter(pl.col("scenario") == scenario)
    if wide.is_empty():
        raise _unknown("scenario", scenario, result.wide["scenario"].unique(maintain_order=True))
    when = wide["period"][-1] if period is None else str(period)
    found = wide.filter(pl.col("period") == when)
    if found.is_empty():
        raise _unknown("period", when, wide["period"].unique(maintain_order=True))
    return found


def _from_components(
    wide: pl.DataFrame, edition: Edition, chosen: tuple[str, ...], *, squared: bool
) -> dict[str, Weighed]:
    found: dict[str, Weighed] = {}
    for parent in dict.fromkeys(edition.nodes[code].parent for code in chosen):
        assert parent is not None
        siblings = tuple(c for c in edition.nodes[parent].children if edition.nodes[c].weight > 0 or c in chosen)
        made = components(matrix_of(wide, tuple(score_column(code) for code in siblings)))
        if not len(made.values):
            for code in siblings:
                own = edition.nodes[code].weight
                found[code] = Weighed(weight=own, note="no_component", params={"parent": parent})
            continue
        first = dict(zip((siblings[place] for place in made.columns), made.vectors[:, 0].tolist(), strict=True))
        share = f"{made.values[0] / len(made.columns):.0%}"
        params = {"parent": parent, "share": share, "n": made.rows}
        for code in siblings:
            entry = first.get(code)
            if entry is None:
                found[code] = Weighed(weight=0.0, note="constant")
            elif squared:
                found[code] = Weighed(weight=entry * entry, note="squared", params=params)
            else:
                found[code] = Weighed(weight=entry, note="loading" if entry >= 0 else "negative", params=params)
    return {code: one for code, one in found.items() if code in chosen}


def _optimised(
    result: Frames,
    wide: pl.DataFrame,
    edition: Edition,
    chosen: tuple[str, ...],
    target: str,
    influence: Any,
    kind: str,
) -> tuple[dict[str, Weighed], bool]:
    if target not in edition.nodes:
        raise _unknown("node", target, edition.nodes)
    if kind not in KINDS:
        raise _unknown("correlation", kind, KINDS)
    own = result.what_if.part(str(wide["scenario"][0])).edition if result.what_if is not None else edition
    _check_place(own, chosen, target, wide)
    wanted = _wanted(influence, chosen)
    problem = balance_of(wide, result.inputs, own, chosen, target, kind)
    r = problem.correlations([own.nodes[code].weight or 1.0 for code in chosen])
    alive = [place for place, figure in enumerate(r) if np.isfinite(figure)]
    found = {
        code: Weighed(weight=own.nodes[code].weight, note="no_influence", params={"target": target}) for code in chosen
    }
    if len(alive) < 2:
        return found, False
    codes = tuple(chosen[place] for place in alive)
    goal = wanted[alive] / wanted[alive].sum()
    weighs, got, reached = balanced(balance_of(wide, result.inputs, own, codes, target, kind), goal)
    note = "reached" if reached else "nearest"
    for code, weight, share, asked in zip(codes, weighs.tolist(), got.tolist(), goal.tolist(), strict=True):
        found[code] = Weighed(weight=weight, note=note, influence=share, wanted=asked)
    return found, reached and len(alive) == len(chosen)


def _check_place(edition: Edition, chosen: tuple[str, ...], target: str, wide: pl.DataFrame) -> None:
    paths = {code: edition.path(code)[:-1] for code in chosen}
    outside = [code for code, path in paths.items() if target not in path]
    if outside:
        raise UsageError(f"{', '.join(outside)}: not below {target!r}, so no weight of it has influence on that node")
    nested = [code for code, path in paths.items() if set(path) & set(chosen)]
    if nested:
        raise UsageError(f"{', '.join(nested)}: below another of the nodes; seek one level at a time")
    if len(chosen) < 2:
        raise UsageError("influence is divided among two nodes or more; name a level or several nodes")
    above = {up for path in paths.values() for up in path[path.index(target) :]}
    named = [
        code for code in above if given_column(code) in wide.columns and wide[given_column(code)].is_not_null().any()
    ]
    if named:
        raise UsageError(f"{', '.join(sorted(named))}: published scores, which no weight changes")


def _wanted(influence: Any, chosen: tuple[str, ...]) -> np.ndarray:
    if influence == "equal":
        return np.full(len(chosen), 1.0 / len(chosen))
    if not isinstance(influence, Mapping):
        raise UsageError(f"influence must be 'equal' or figures by code, not {influence!r}")
    missing, extra = [c for c in chosen if c not in influence], [c for c in influence if c not in chosen]
    if missing or extra:
        raise UsageError(f"influence must name each node once; missing: {missing}, unknown: {extra}")
    figures = [influence[code] for code in chosen]
    for code, figure in zip(chosen, figures, strict=True):
        if isinstance(figure, bool) or not isinstance(figure, int | float) or not 0 < figure < math.inf:
            raise UsageError(f"{code}: influence must be a number above 0, not {figure!r}")
    wanted: np.ndarray = np.array(figures, dtype=float) / np.full(len(figures), float(sum(figures)))
    return wanted
