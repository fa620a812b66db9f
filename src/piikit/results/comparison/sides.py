"""What is laid side by side: one result as its frames, and which cohort of it stands beside which of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
from attrs import evolve, field, frozen

from piikit.findings.errors import UsageError
from piikit.findings.unknown import unknown
from piikit.framework.edition import Edition
from piikit.inputs.keys import BASE
from piikit.inputs.table import Table

COHORTS = pl.Schema(dict.fromkeys(("period", "scenario", "other_period", "other_scenario"), pl.String()))


@frozen(kw_only=True)
class Side:
    """One of two results.

    Attributes:
        wide: the pipeline's frame.
        table: the inputs it was made from.
        long: gives the long scores; called only where they are needed.
        variants: edition and inputs of scenarios that were evaluated with others than the result's own.
    """

    edition: Edition
    wide: pl.DataFrame = field(repr=False)
    table: Table = field(repr=False)
    long: Callable[[], pl.DataFrame] = field(repr=False)
    variants: Mapping[str, tuple[Edition, Table]] = field(factory=dict, repr=False)

    def cohorts(self) -> pl.DataFrame:
        """Its periods and scenarios, in order."""
        return self.wide.select("period", "scenario").unique(maintain_order=True)

    def of(self, scenario: str) -> Side:
        """The same with the edition and inputs of one scenario."""
        if scenario not in self.variants:
            return self
        edition, table = self.variants[scenario]
        return evolve(self, edition=edition, table=table)


@frozen(kw_only=True)
class Pick:
    """Which period and scenario of each side are meant; None for all.

    Attributes:
        period, scenario: of this result.
        other_period, other_scenario: of the other one.
    """

    period: str | None = None
    other_period: str | None = None
    scenario: str | None = None
    other_scenario: str | None = None


def _chosen(cohorts: pl.DataFrame, column: str, wanted: str | None, whose: str = "") -> pl.DataFrame:
    if wanted is None:
        return cohorts
    known = cohorts[column].unique(maintain_order=True).to_list()
    if wanted not in known:
        raise unknown(f"{whose}{column}", wanted, known)
    return cohorts.filter(pl.col(column) == wanted)


def pair_cohorts(own: pl.DataFrame, other: pl.DataFrame, pick: Pick) -> pl.DataFrame:
    """Which cohort of this side stands beside which of the other: each of this side beside at most one.

    Scenarios pair by name, or all with the one chosen of the other side; periods by name, or side by side where each
    side has one.

    Args:
        own: period and scenario of each cohort of this side.
        other: the same of the other side.
        pick: what the caller chose.

    Returns:
        period, scenario, other_period, other_scenario.

    Raises:
        UsageError: an unknown period or scenario, or nothing to pair.
    """
    own = _chosen(own, "period", pick.period)
    own = _chosen(own, "scenario", pick.scenario)
    other = _chosen(other, "period", pick.other_period, "other_")
    beside = pick.other_scenario or pick.scenario
    try:
        other = _chosen(other, "scenario", beside, "other_")
    except UsageError as error:
        raise error if pick.other_scenario else UsageError("name_the_other", wrong=error, base=repr(BASE)) from None
    right = other.rename({"period": "other_period", "scenario": "other_scenario"})
    pairs = own.join(right, how="cross", maintain_order="left_right")
    if pick.other_scenario is None:
        pairs = pairs.filter(pl.col("scenario") == pl.col("other_scenario"))
        if pairs.is_empty():
            ours, theirs = _shown(own, "scenario"), _shown(other, "scenario")
            raise UsageError("no_scenario_in_common", own=ours, other=theirs)
    if pick.other_period is None and (own["period"].n_unique() > 1 or other["period"].n_unique() > 1):
        pairs = pairs.filter(pl.col("period") == pl.col("other_period"))
        if pairs.is_empty():
            raise UsageError("no_period_in_common", own=_shown(own, "period"), other=_shown(other, "period"))
    return pairs.select(COHORTS.names())


def _shown(cohorts: pl.DataFrame, column: str) -> str:
    return ", ".join(cohorts[column].unique(maintain_order=True))
