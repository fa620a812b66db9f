"""Weights by which nodes have a stated influence on a node above them.

Source: W. Becker, M. Saisana, P. Paruolo, I. Vandecasteele, Weights and importance in composite indicators: closing the
gap, Ecological Indicators 80 (2017), in its linear form, which the R package COINr has too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import numpy as np
import polars as pl
from attrs import evolve, frozen

from piikit.analysis.audit.correlations import Matrix, kendall, pearson, spearman
from piikit.analysis.audit.statistics import matrix_of
from piikit.files.wide_columns import given_column, score_column
from piikit.findings.errors import MissingExtraError
from piikit.framework.edition import Edition, Node
from piikit.inputs.given import GIVEN_SCORES, Given
from piikit.inputs.table import Table
from piikit.scoring.pipeline import run

KINDS: Mapping[str, Callable[[Matrix], Matrix]] = {"pearson": pearson, "spearman": spearman, "kendall": kendall}
CLOSE = 1e-6
"""Shares of influence as near as this to those asked for are reached; correlations of ranks move in steps."""
CLOSE_RANKS = 0.01
SPREAD = 5.0
"""How far the logarithm of a weight may go from the edition's own: a factor of about 150 either way."""


def _optimiser() -> ModuleType:
    try:
        from scipy import optimize  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "optimised weights need the extra 'optimise': pip install 'piikit[optimise]'"
        ) from error
    module: ModuleType = optimize
    return module


@frozen(kw_only=True)
class Balance:
    """The nodes whose weights are sought, and the part of the tree above them.

    Attributes:
        codes: the nodes.
        target: the node above that they influence.
        edition: the tree from the target down to the nodes; what is not above them is a leaf with its score given.
        table: the scores of the leaves.
        kind: "pearson", "spearman" or "kendall".
    """

    codes: tuple[str, ...]
    target: str
    edition: Edition
    table: Table
    kind: str

    @property
    def scale_free(self) -> list[np.ndarray]:
        """The places of siblings of which only the ratios of weights count: one of them need not be moved."""
        groups = []
        for parent in dict.fromkeys(self.edition.nodes[code].parent for code in self.codes):
            node = self.edition.nodes[str(parent)]
            own = [place for place, code in enumerate(self.codes) if self.edition.nodes[code].parent == parent]
            counted = [child for child in node.children if self.edition.nodes[child].weight > 0]
            # Beside siblings that keep their weights the size counts, and so it does in a sum that goes further up.
            whole = {self.codes[place] for place in own} >= set(counted)
            if whole and (parent == self.target or node.aggregator.name != "sum"):
                groups.append(np.array(own))
        return groups

    def correlations(self, weights: Sequence[float] | np.ndarray) -> np.ndarray:
        """The correlation of each node with the target under these weights; NaN where it has none."""
        nodes = dict(self.edition.nodes)
        for code, weight in zip(self.codes, weights, strict=True):
            nodes[code] = evolve(nodes[code], weight=float(weight))
        wide = run(self.table, evolve(self.edition, nodes=nodes))
        columns = tuple(score_column(code) for code in (*self.codes, self.target))
        found: np.ndarray = KINDS[self.kind](matrix_of(wide, columns))[-1, :-1]
        return found


def balance_of(
    wide: pl.DataFrame, inputs: Table, edition: Edition, codes: tuple[str, ...], target: str, kind: str
) -> Balance:
    """The problem on one cohort.

    Args:
        wide: the cohort's rows of a result's wide frame.
        inputs: the inputs of the result.
        edition: the framework.
        codes: nodes below the target; none is below another.
        target: the node that they influence.
        kind: of the correlation.
    """
    above = {up for code in codes for up in edition.path(code)[:-1] if target in edition.path(up)}
    nodes: dict[str, Node] = {}
    for code, node in edition.nodes.items():
        if code in above:
            nodes[code] = evolve(node, parent=None if code == target else node.parent)
        elif node.parent in above:
            nodes[code] = evolve(node, children=())
    leaves = [code for code, node in nodes.items() if not node.children]
    keys = ["area", "area_name", "period", "scenario"]
    frame = wide.select(
        *keys,
        *edition_groups(wide, inputs, edition),
        *(pl.col(score_column(code)).alias(given_column(code)) for code in leaves),
    )
    # Which nodes are given is read off the published scores; one row a leaf says so.
    said = {"code": leaves, "score": [0.0] * len(leaves)}
    given = Given(
        scores=pl.DataFrame(said).select(
            (pl.col(name) if name in said else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in GIVEN_SCORES.items()
        )
    )
    periods = tuple(wide["period"].unique(maintain_order=True))
    table = evolve(
        inputs,
        frame=frame,
        items=(),
        codes=(),
        given=given,
        periods=periods,
        absent=dict.fromkeys(periods, 1),
        what_if=None,
    )
    return Balance(codes=codes, target=target, edition=evolve(edition, nodes=nodes), table=table, kind=kind)


def edition_groups(wide: pl.DataFrame, inputs: Table, edition: Edition) -> list[str]:
    """Text columns by which areas are peers: methods may differ between them."""
    columns = {peers.column or name for name, peers in edition.groups.items() if peers.areas is None}
    return [name for name in wide.columns if name in columns]


def balanced(problem: Balance, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Weights by which the correlations are to each other as the influence asked for.

    Minimises the sum of (r_i / sum(r) - wanted_i)^2 over weights above 0, setting out from the edition's own.

    Args:
        problem: the nodes and the tree above them.
        wanted: shares of influence, adding up to 1.

    Returns:
        the weights, the shares of influence they give, and whether those asked for are reached. Siblings that are all
        among the nodes keep the sum of their weights.

    Raises:
        MissingExtraError: the extra `optimise` is not installed.
    """
    optimize = _optimiser()
    start = np.array([problem.edition.nodes[code].weight for code in problem.codes])
    start = np.where(start > 0, start, start.max(initial=1.0))
    groups = problem.scale_free
    held = [int(group[-1]) for group in groups]
    free = np.setdiff1d(np.arange(len(start)), held)

    def weights(logs: np.ndarray) -> np.ndarray:
        made = start.copy()
        made[free] *= np.exp(logs)
        for group in groups:
            made[group] *= start[group].sum() / made[group].sum()
        return made

    def off(logs: np.ndarray, kind: str) -> np.ndarray:
        away: np.ndarray = influence_of(evolve(problem, kind=kind).correlations(weights(logs))) - wanted
        return away

    logs = optimize.least_squares(
        off,
        np.zeros(len(free)),
        bounds=(-SPREAD, SPREAD),
        xtol=1e-12,
        ftol=1e-15,
        gtol=1e-12,
        diff_step=1e-6,
        max_nfev=60,
        kwargs={"kind": "pearson"},
    ).x
    close = CLOSE
    if problem.kind != "pearson":
        # Correlations of ranks move in steps and have no slope; those of scores lead near to them.
        close = CLOSE_RANKS
        logs = optimize.minimize(
            lambda at: float((off(at, problem.kind) ** 2).sum()),
            logs,
            method="Nelder-Mead",
            options={"maxfev": 400, "xatol": 1e-3},
        ).x
    found = weights(logs)
    influence = influence_of(problem.correlations(found))
    return found, influence, bool(np.abs(influence - wanted).max() <= close)


def influence_of(r: np.ndarray) -> np.ndarray:
    """Shares of influence; where the correlations add up to nothing or less there are no shares: the worst stand."""
    r = np.nan_to_num(r)
    total = r.sum()
    found: np.ndarray = r / total if total > 1e-9 else r - 1.0
    return found
