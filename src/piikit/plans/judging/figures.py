"""The figures that conditions look at: an area's own, its ranks among all or among peers, and means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from attrs import field, frozen

from piikit.files.wide_columns import wide_column
from piikit.framework.edition import Edition
from piikit.plans.judging.interval import Floats, Interval
from piikit.plans.judging.score_ranges import score_range
from piikit.plans.judging.standing import best_known, limited, standing
from piikit.plans.targets import Figure, year_of
from piikit.scoring.pipeline import COHORT
from piikit.scoring.views import coverage


@frozen(kw_only=True, eq=False)
class JudgedFigures:
    """The plan area's rows of a result, one a cohort, and all that can be said of them.

    Attributes:
        wide: what the pipeline gave, all areas.
        area: the code of the area, one of the edition's.
        rows: its rows: area, area_name, period, scenario.
        published: means that a plan quotes.
    """

    edition: Edition
    wide: pl.DataFrame
    area: str
    published: Sequence[Figure] = ()
    memo: dict[Any, Any] = field(factory=dict, init=False)
    """Figures already worked out; only ever added to."""

    @property
    def rows(self) -> pl.DataFrame:
        """The area's rows, in the order of the result."""
        if "rows" not in self.memo:
            mine = self.wide.filter(pl.col("area") == self.area)
            self.memo["rows"] = mine
        found: pl.DataFrame = self.memo["rows"]
        return found

    @property
    def years(self) -> Floats:
        """The year of each row; that of the edition where its period names none, NaN where that names none either."""
        if "years" not in self.memo:
            own = year_of(self.edition.period)
            periods = self.rows["period"].to_list()
            named = {period: year_of(period) or own for period in set(periods)}
            self.memo["years"] = np.array([named[period] or np.nan for period in periods], dtype=float)
        found: Floats = self.memo["years"]
        return found

    @property
    def codes(self) -> list[str]:
        """The codes of all areas of the edition."""
        assert self.edition.areas is not None
        return self.edition.areas.codes

    def count(self, group: str | None = None) -> int:
        """How many areas there are, or are in a peer set."""
        return int(self.members(group).sum())

    def members(self, group: str | None) -> np.ndarray:
        """Which of the areas are in a peer set; all for None and "country"."""
        key = ("members", group)
        if key not in self.memo:
            self.memo[key] = self._members(group)
        found: np.ndarray = self.memo[key]
        return found

    def _members(self, group: str | None) -> np.ndarray:
        areas = self.edition.areas
        assert areas is not None
        if group in (None, "country"):
            return np.ones(len(areas), dtype=bool)
        peers = self.edition.groups.get(group or "")
        if peers is not None and peers.areas is not None:
            return np.array([code in peers.areas for code in areas.codes])
        if group == "region":
            regions = {area.code: area.region for area in areas.areas}
            return np.array([regions[self.area] is not None and regions[c] == regions[self.area] for c in areas.codes])
        # A peer set that a column of the data tells: the areas that share the plan area's text.
        if peers is None or peers.column not in self.wide.columns:
            return np.zeros(len(areas), dtype=bool)
        texts = dict(self.wide.select("area", peers.column).iter_rows())
        return np.array([texts.get(code) is not None and texts[code] == texts.get(self.area) for code in areas.codes])

    def __contains__(self, group: str | None) -> bool:
        return bool(self.members(group)[self.codes.index(self.area)])

    # -- figures -----------------------------------------------------------------------------------------------

    def actual(self, metric: str, code: str, among: str | None = None) -> Interval:
        """The area's score, rank, value or coverage of a node, compared as precisely as ranks are."""
        key = ("actual", metric, code, among)
        if key not in self.memo:
            self.memo[key] = self._rank(code, among) if metric == "rank" else Interval.known(self._own(metric, code))
        found: Interval = self.memo[key]
        return found

    def _own(self, metric: str, code: str) -> Floats:
        if metric == "coverage":
            figures = self.rows.select(coverage(self.edition, self.wide.columns)[code]).to_series()
        elif wide_column(metric, code) not in self.wide.columns:
            return np.full(self.rows.height, np.nan)
        else:
            figures = self.rows[wide_column(metric, code)]
        return self._rounded(figures.cast(pl.Float64).to_numpy())

    def _rounded(self, figures: Floats) -> Floats:
        # So that noise in the last bits neither meets nor misses a target.
        return np.round(figures, self.edition.rank.decimals)

    def _rank(self, code: str, among: str | None) -> Interval:
        own = self._own("rank", code)
        if among is None and not np.isnan(own).any():
            return Interval.known(own)
        mask, me = self.members(among), self.codes.index(self.area)
        scores, ranks = self.matrix("score", code), self.matrix("rank", code)
        found = standing(scores, ranks, mask, me, ties=self.edition.rank.ties)
        if among is None:
            found = limited(found, scores, ranks, me)
            return Interval.known(own).where(~np.isnan(own), found)
        return found

    def mean(self, metric: str, code: str, group: str) -> Interval:
        """The mean of a node's scores or values over the country or a peer set: published, computed, or bounded."""
        key = ("mean", metric, code, group)
        if key not in self.memo:
            self.memo[key] = self._mean(metric, code, group)
        found: Interval = self.memo[key]
        return found

    def _mean(self, metric: str, code: str, group: str) -> Interval:
        mask = self.members(group)
        figures = self.matrix(metric, code)[:, mask]
        total = int(mask.sum())
        known = (~np.isnan(figures)).sum(axis=1)
        sums = np.nansum(figures, axis=1)
        low, high = score_range(self.edition, code) if metric == "score" else (-np.inf, np.inf)
        # Nothing times infinity is no number.
        missing = np.where(known < total, total - known, np.nan)
        divisor = np.full(len(sums), float(max(total, 1)))
        whole = np.isnan(missing) & (total > 0)
        lower = np.where(whole, sums, sums + missing * low) / divisor
        upper = np.where(whole, sums, sums + missing * high) / divisor
        # With no score at all the bounds say nothing of this mean.
        nothing = known == 0
        computed = Interval(
            lower=np.where(nothing, -np.inf, self._rounded(lower)),
            upper=np.where(nothing, np.inf, self._rounded(upper)),
        )
        given = self._published(metric, code, group)
        return Interval.known(given).where(~np.isnan(given), computed)

    def _published(self, metric: str, code: str, group: str) -> Floats:
        found = np.full(self.rows.height, np.nan)
        for figure in self.published:
            stated = getattr(figure, metric)
            if (
                figure.edition == self.edition.id
                and (figure.code, figure.mean_of) == (code, group)
                and stated is not None
            ):
                found[(self.rows["period"] == (figure.period or self.edition.period)).to_numpy()] = stated
        return self._rounded(found)

    def last_score(self, code: str, place: Floats, among: str | None) -> Floats:
        """The score of the area that holds a place now, NaN where it is not known."""
        scores, ranks = self.matrix("score", code), self.matrix("rank", code)
        return best_known(
            scores, ranks if among is None else None, self.members(among), place, ties=self.edition.rank.ties
        )

    def matrix(self, metric: str, code: str) -> Floats:
        """A metric of a node: a row a cohort, a column an area of the edition's list, NaN where it is not known."""
        cells, places = self._layout
        found = np.full((self.rows.height, len(self.codes)), np.nan)
        name = wide_column(metric, code)
        if name in self.wide.columns:
            figures = self.wide[name].cast(pl.Float64).to_numpy()
            found[cells, places] = self._rounded(figures[self.memo["held"]])
        return found

    @property
    def _layout(self) -> tuple[np.ndarray, np.ndarray]:
        """Row and column in a matrix of each row of `wide` that shares a cohort with the plan's area."""
        if "layout" not in self.memo:
            cohorts = self.rows.select(*COHORT).with_row_index("@row")
            places = pl.DataFrame({"area": self.codes}).with_row_index("@place")
            laid = (
                self.wide.select("area", *COHORT)
                .with_row_index("@held")
                .join(cohorts, on=COHORT, how="inner", maintain_order="left")
                .join(places, on="area", how="inner", maintain_order="left")
            )
            self.memo["held"] = laid["@held"].to_numpy()
            self.memo["layout"] = (laid["@row"].to_numpy(), laid["@place"].to_numpy())
        found: tuple[np.ndarray, np.ndarray] = self.memo["layout"]
        return found


def own_figures(figures: Sequence[Figure], edition: str | None) -> Mapping[tuple[str, str], float]:
    """The figures of the plan's own area in one edition, by metric and code."""
    return {
        (metric, figure.code): float(stated)
        for figure in figures
        if figure.edition == edition and figure.mean_of is None
        for metric in ("score", "rank", "value")
        if (stated := getattr(figure, metric)) is not None
    }
