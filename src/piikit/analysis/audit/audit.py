"""An audit of a result: its figures as frames, each with a flag where it passes a threshold, and the reason."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl
from attrs import field, fields, frozen

from piikit.analysis.audit.nodes import component_frames, consistency, correlations
from piikit.analysis.audit.statistics import by_area, by_indicator, statistics, treated_cells
from piikit.analysis.audit.thresholds import Thresholds
from piikit.analysis.audit.workbook import workbook
from piikit.files.safe_writing import write_whole
from piikit.findings.errors import UsageError
from piikit.findings.faults import nearest
from piikit.findings.messages import LANGUAGES, Lang, Messages, messages
from piikit.framework.edition import Edition
from piikit.results.frames import Frames
from piikit.scoring import views

On = Literal["score", "value", "treated"]
Made = Callable[[pl.DataFrame, Edition, Thresholds, Messages], pl.DataFrame]
SUBJECTS = {
    "availability": ("code", "share"),
    "areas": ("area_name", "share"),
    "statistics": ("code", "skewness"),
    "correlations": ("code", "pearson"),
    "consistency": ("code", "alpha"),
    "components": ("group", "eigenvalue"),
}
"""The frames whose flags are gathered, with the columns of their subject and of the figure shown."""


@frozen(kw_only=True, repr=False)
class Audit:
    """The figures by which a composite index is audited; what `Result.audit` gives.

    Every frame begins with `period` and `scenario` (after the keys of the area, where it has those). Frames with a
    threshold end with `flag` (whether one is passed), `reason_code` and `reason`; several are parted by "; ".
    Periods and scenarios are audited each by itself.

    Attributes:
        result: what is audited.
        thresholds: from which figures on something is said.
        on: what stands for an indicator in correlations, alpha and components: its "score", "value" or "treated"
            value. Values are turned where lower is better. Nodes with children have scores alone.
        lang: the language of reasons.

    >>> import piikit
    >>> found = piikit.evaluate(piikit.sample(), "pii-2024").audit()
    >>> found
    <Audit pii-2024: 1 cohort, 78 nodes>
    >>> found.collinear.select("code", "other", pl.col("pearson").round(2)).row(0)
    ('4.1.3', '4.1.4', 0.97)
    """

    __module__ = "piikit.types"

    result: Frames = field(repr=False)
    thresholds: Thresholds = field(factory=Thresholds)
    on: On = "score"
    lang: Lang = "en"
    period: str | None = None
    scenario: str | None = "base"

    @property
    def edition(self) -> Edition:
        """The framework of the result."""
        return self.result.edition

    @functools.cached_property
    def availability(self) -> pl.DataFrame:
        """By indicator: code, n_areas, n (with a value), share, zeros, share_zero (of those with a value).

        Flags: `no_values`, `low_availability`, `many_zeros`.
        """
        return self._each(self._values, by_indicator)

    @functools.cached_property
    def areas(self) -> pl.DataFrame:
        """By area: area, area_name, n_indicators, n, share, zeros, share_zero.

        Flags: `no_values`, `low_availability_area`.
        """
        return self._each(self._values, by_area)

    @functools.cached_property
    def statistics(self) -> pl.DataFrame:
        """By indicator: code, n, mean, sd, min, q1, median, q3, max, skewness, kurtosis, and counts.

        Of the values before any treatment. The counts: n_low, n_high (values more than 1.5 interquartile ranges beyond
        the quartiles), n_distinct, n_same (how often the commonest value stands), share_distinct, share_same. The
        deviation is that of a sample (n - 1); quantiles are of type 7; skewness and excess kurtosis of type 2, null
        below 3 and 4 values and where all are equal. Flags: `constant`, `outliers`, `few_distinct`, `many_same`.
        """
        return self._each(self._values, statistics)

    @functools.cached_property
    def correlations(self) -> pl.DataFrame:
        """Every pair of nodes: code, level, other, other_level, relation, n, pearson, spearman, kendall.

        `code` stands lower in the tree or, on one level, earlier. `relation` is what the other is to it: "parent",
        "ancestor" (further up), "sibling" (same parent), "same_level", "other". Each pair is taken on the `n` areas
        that have both; null below 3 and where one is constant there; `kendall` (tau-b) is null above 10,000 areas.
        Flags: `collinear` (same level), `negative_with_parent`, `weak_with_parent`.
        """
        return self._each(self._figures, correlations)

    @property
    def collinear(self) -> pl.DataFrame:
        """The pairs of `correlations` that are flagged as collinear, the strongest first."""
        return self._flagged("collinear").sort(pl.col("pearson").abs(), descending=True, maintain_order=True)

    @property
    def against_parent(self) -> pl.DataFrame:
        """The pairs of `correlations` in which a node goes against its parent, the strongest first."""
        return self._flagged("negative_with_parent").sort("pearson", maintain_order=True)

    def _flagged(self, code: str) -> pl.DataFrame:
        return self.correlations.filter(pl.col("reason_code") == code)

    @functools.cached_property
    def consistency(self) -> pl.DataFrame:
        """By node with two children or more: code, level, children, n, alpha, alpha_standardised, mean_correlation.

        `alpha` is Cronbach's alpha of the children's figures from their covariances, `alpha_standardised` from their
        correlations; both pairwise complete, without constant children (`children` counts the others; `n` the areas
        that have all). Null where a pair has no correlation. Flag: `low_alpha`.
        """
        return self._each(self._figures, consistency)

    @functools.cached_property
    def _components(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        limits, words = self.thresholds, messages(self.lang)
        made = [component_frames(part, self.edition, limits, words) for part in self._figures]
        return pl.concat([one for one, _ in made]), pl.concat([two for _, two in made])

    @property
    def components(self) -> pl.DataFrame:
        """Principal components: kind, group, component, n, columns, eigenvalue, share, cumulative.

        `kind` is "node" (the children of the node `group`) or "level" (all nodes of the level `group`). `columns` are
        those that vary on the `n` areas that have all; the others are left out. `share` is that of the variance.
        Flag: `several_dimensions`, where children of one node have a second eigenvalue above 1.
        """
        return self._components[0]

    @property
    def loadings(self) -> pl.DataFrame:
        """By component and node: kind, group, component, code, loading, entry.

        `loading` is the correlation of the node with the component, `entry` its part of the eigenvector of length 1.
        """
        return self._components[1]

    @functools.cached_property
    def treatment(self) -> pl.DataFrame:
        """What was done to which cell: area, area_name, code, step, before, after, change.

        `step` is "treated", "imputed" or "set_aside"; cells that were left as they are have no row.
        """
        return treated_cells(self._chosen(self.result.scores), messages(self.lang))

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """All frames by name, in the order of the workbook."""
        names = (
            "flags",
            "availability",
            "areas",
            "statistics",
            "correlations",
            "collinear",
            "against_parent",
            "consistency",
            "components",
            "loadings",
            "treatment",
        )
        return {name: getattr(self, name) for name in names}

    @functools.cached_property
    def flags(self) -> pl.DataFrame:
        """Every flag in one frame: frame, period, scenario, subject, other, figure, reason_code, reason.

        `subject` is a node or the name of an area, `other` the second node of a pair; `figure` is the share, skewness,
        Pearson's r, alpha or eigenvalue.
        """
        parts = []
        for name, (subject, figure) in SUBJECTS.items():
            frame: pl.DataFrame = getattr(self, name)
            other = pl.col("other") if name == "correlations" else pl.lit(None, dtype=pl.String).alias("other")
            parts.append(
                frame.filter("flag").select(
                    pl.lit(name).alias("frame"),
                    "period",
                    "scenario",
                    pl.col(subject).alias("subject"),
                    other,
                    pl.col(figure).alias("figure"),
                    "reason_code",
                    "reason",
                )
            )
        return pl.concat(parts)

    def write(self, path: str | Path) -> Path:
        """Write all frames as one workbook, whole or not at all; its first sheet says what made it.

        Raises:
            UsageError: the name does not end in .xlsx, or the place cannot be written to.
            MissingExtraError: the extra `excel` is not installed.
        """
        if Path(path).suffix.lower() != ".xlsx":
            raise UsageError(f"{path}: an audit is written as .xlsx, not {Path(path).suffix!r}")
        return write_whole(path, workbook(self))

    def about(self) -> list[tuple[str, str]]:
        """What made the audit, as names and texts in its language: edition, warnings, record, thresholds."""
        words, record = messages(self.lang), self.result.record
        rows = [
            ("edition", f"{self.edition.id} · {words.of(self.edition.title)}"),
            *(("warning", item.line(self.lang).replace("\n", " ")) for item in self.result.all_findings.of("warning")),
            ("record", record["id"]),
            *((name, text) for name, text in record["versions"].items()),
            *((f"sha256 {name}", part["sha256"]) for name, part in record["inputs"].items()),
            ("on", words.text(f"audit.on.{self.on}")),
            *((f"threshold {a.name}", words.show(getattr(self.thresholds, a.name))) for a in fields(Thresholds)),
            ("source", words.text("audit.source")),
        ]
        return [
            (words.text(f"audit.about.{name}") if words.has(f"audit.about.{name}") else name, text)
            for name, text in rows
        ]

    def _table(self, metric: str) -> pl.DataFrame:
        return views.table(self.result.wide, self.edition, metric, tuple(self.edition.nodes))

    def _cohorts(self, frame: pl.DataFrame) -> list[pl.DataFrame]:
        return self._chosen(frame).partition_by("period", "scenario", maintain_order=True)

    def _chosen(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.scenario is not None:
            frame = frame.filter(pl.col("scenario") == self.scenario)
        return frame if self.period is None else frame.filter(pl.col("period") == self.period)

    @functools.cached_property
    def _values(self) -> list[pl.DataFrame]:
        return self._cohorts(self._table("value"))

    @functools.cached_property
    def _figures(self) -> list[pl.DataFrame]:
        scores = self._table("score")
        if self.on != "score":
            own = self._table(self.on)
            nodes = self.edition.nodes
            scores = scores.with_columns(
                (-own[code] if nodes[code].direction == "lower" else own[code]).alias(code)
                for code in self.edition.indicators
            )
        return self._cohorts(scores)

    def _each(self, parts: list[pl.DataFrame], made: Made) -> pl.DataFrame:
        return pl.concat([made(part, self.edition, self.thresholds, messages(self.lang)) for part in parts])

    def __repr__(self) -> str:
        n = len(self._values)
        return f"<Audit {self.edition.id}: {n} cohort{'' if n == 1 else 's'}, {len(self.edition.nodes)} nodes>"


def audit(
    result: Frames,
    *,
    period: str | None = None,
    scenario: str | None = "base",
    on: On = "score",
    thresholds: Thresholds | Mapping[str, float] | None = None,
    lang: Lang | None = None,
) -> Audit:
    """The figures by which a composite index is audited: gaps, spread, correlations, alpha, components, treatment.

    Args:
        result: what `evaluate` gave.
        period: one period only; all where not given, each by itself.
        scenario: "base" for the data as they are; None for all scenarios, each by itself.
        on: what stands for an indicator beside other nodes: its "score", its "value" or its "treated" value, the last
            two turned where lower is better.
        thresholds: what differs from the defaults of `Thresholds`, by name.
        lang: "vi" or "en", of reasons; that of the result where not given.

    Returns:
        the frames `availability`, `areas`, `statistics`, `correlations`, `collinear`, `against_parent`,
        `consistency`, `components`, `loadings`, `treatment` and `flags`; `write(path)` puts them into one workbook.

    Raises:
        UsageError: not a result, or an unknown period, scenario or threshold, or one out of range.

    Source of the method: OECD/JRC, Handbook on Constructing Composite Indicators (2008), steps 3 and 4; defaults as in
    the R package COINr where it has them.

    >>> import piikit
    >>> result = piikit.evaluate(piikit.sample(), "pii-2024")
    >>> found = result.audit(thresholds={"alpha": 0.5})
    >>> found.consistency.filter(pl.col("code") == "6").select("children", "n", "flag").row(0)
    (3, 63, False)
    """
    wide = result.wide
    if on not in get_args(On):
        raise UsageError(f"on must be one of {', '.join(get_args(On))}, not {on!r}")
    if lang is not None and lang not in LANGUAGES:
        raise UsageError(f"lang must be 'vi' or 'en', not {lang!r}")
    for name, wanted in (("period", period), ("scenario", scenario)):
        known = wide[name].unique(maintain_order=True).to_list()
        if wanted is not None and wanted not in known:
            raise UsageError(f"no {name} {wanted!r} in the result; there are: {', '.join(known)}")
    return Audit(
        result=result,
        thresholds=_thresholds(thresholds),
        on=on,
        lang=lang or result.lang,
        period=period,
        scenario=scenario,
    )


def _thresholds(given: Thresholds | Mapping[str, Any] | None) -> Thresholds:
    if isinstance(given, Thresholds):
        return given
    known = [a.name for a in fields(Thresholds)]
    for name in given or {}:
        if name not in known:
            near = nearest(name, known, cutoff=0.6)
            also = f"; did you mean {near!r}?" if near else "."
            raise UsageError(f"no threshold named {name!r}{also} Known: {', '.join(known)}")
    try:
        return Thresholds(**(given or {}))
    except (TypeError, ValueError) as error:
        raise UsageError(f"thresholds: {error.args[0]}") from error
