"""The one wide table that the pipeline works on, assembled from all that was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from attrs import evolve, frozen

from piikit.files.origins import PART, merged, relocated
from piikit.files.read import read
from piikit.files.wide_columns import value_column, wide_column
from piikit.findings.finding import HIDDEN, Finding, Findings
from piikit.framework.catalogue import Catalogue
from piikit.framework.edition import Edition
from piikit.inputs.checks.cells import Rules, check_cells, column_marks, rules_for, to_numbers
from piikit.inputs.checks.consistency import consistent
from piikit.inputs.checks.groups import absent_groups
from piikit.inputs.checks.numbers import Marks
from piikit.inputs.checks.odd_rows import foot_rows, other_names
from piikit.inputs.columns import ColumnKinds, classify
from piikit.inputs.given import NOTHING, Given, given_bounds, given_scores, score_table, seen_columns
from piikit.inputs.keys import BASE_SCENARIO, AreaIndex, area_texts, duplicated, index_of, locate, with_period
from piikit.inputs.long import (
    ATTRIBUTES,
    figure_column,
    from_sdmx,
    marks_of_figures,
    no_trail,
    widen,
    with_items,
    with_rows,
)
from piikit.inputs.merged_rows import merged_rows
from piikit.inputs.what_if import WhatIf

SAMPLE = "sample"
"""The status of figures that are made up."""
KEYS = ("area", "area_name", "period", "scenario")


@frozen(kw_only=True)
class Table:
    """Checked inputs: one row an area and period, sorted by period and then by the edition's order of areas.

    Attributes:
        frame: area, area_name, period, scenario, group columns, items, `value:<code>` for each indicator whose value
            is given; and for each published figure `given:<code>` and `given_rank:<code>`. All numbers are 64-bit
            floats, finite or null.
        items, codes: the number columns that the data have.
        absent: by period, how many areas of the edition have no row.
    """

    frame: pl.DataFrame
    items: tuple[str, ...]
    codes: tuple[str, ...]
    given: Given
    periods: tuple[str, ...]
    absent: dict[str, int]
    findings: Findings
    has_data: bool
    trail: pl.DataFrame
    """What was said of each figure in long data: status, source, evidence, revision, origin; see `long.TRAIL`."""
    ready: bool = False
    """Whether values stand as a result kept them: already divided by their denominators."""
    what_if: WhatIf | None = None
    """Where the rows are those of scenarios: each row of the data once a scenario."""

    @property
    def n_cohorts(self) -> int:
        """How many sets of areas are compared among themselves."""
        return len(self.periods) * (len(self.what_if.scenarios) if self.what_if is not None else 1)


@frozen(kw_only=True)
class Checked:
    """The data alone, checked, before published figures are put beside them."""

    frame: pl.DataFrame
    columns: ColumnKinds
    trail: pl.DataFrame
    findings: tuple[Finding, ...]
    origins: pl.DataFrame | None = None
    """Rows of several tables that were joined, as they stood; see `parts.relocated`."""


def assemble(data: Any, edition: Edition, catalogue: Catalogue, *, scores: Any = None, bounds: Any = None) -> Table:
    """Read, match and check everything in one pass.

    Rows and cells with errors are left out of the frame and named in the findings.
    """
    catalogue = edition.within(catalogue)
    found: list[Finding] = []
    source = read(data) if data is not None else None
    raw = from_sdmx(source.frame) if source is not None else None
    found += source.findings if source is not None else ()
    if raw is not None and "area" not in raw.columns:
        found.append(Finding(code="missing_key", column="area", params={"table": "data", "columns": seen_columns(raw)}))
        raw = None
    published, missing = score_table(scores) if scores is not None else (None, [])
    found += missing
    texts = [area_texts(frame) for frame in (raw, published) if frame is not None]
    index = index_of(edition, *texts)
    checked: Checked | None = None
    if raw is None:
        frame = pl.DataFrame(schema={"place": pl.Int32, **dict.fromkeys(KEYS, pl.String)})
    else:
        checked = _data(raw, texts[0], index, edition, catalogue)
        frame = checked.frame
        found += checked.findings
    given, given_findings = _given(published, bounds, index, edition)
    found += given_findings
    frame = _with_scores(frame, given)
    frame, periods = _ordered(frame)
    together = consistent(frame, edition, catalogue, trail=checked.trail if checked else None)
    found += relocated(together, checked.origins if checked else None)
    found += unused_bounds(given, periods)
    found += absent_groups(frame, edition) if raw is not None else ()
    absent, absent_findings = _absent(frame, index, edition, periods)
    return Table(
        frame=frame.drop(HIDDEN.values(), strict=False) if HIDDEN["row"] in frame.columns else frame,
        items=checked.columns.items if checked else (),
        codes=checked.columns.codes if checked else (),
        trail=checked.trail if checked else no_trail(),
        given=given,
        periods=periods,
        absent=absent,
        findings=Findings((*found, *absent_findings)),
        has_data=raw is not None,
    )


def _data(raw: pl.DataFrame, texts: pl.Series, index: AreaIndex, edition: Edition, catalogue: Catalogue) -> Checked:
    keyed, found = keyed_rows(raw, texts, index, edition)
    checked = checked_rows(keyed, edition, catalogue)
    frame, twice = duplicated(checked.frame, ["place", "period"])
    if raw.is_empty():
        found.append(Finding(code="no_rows", column="area"))
    hidden = [name for name in HIDDEN.values() if name in frame.columns]
    columns = checked.columns
    codes = [value_column(code) for code in columns.codes]
    frame = frame[["place", *KEYS, *columns.groups, *hidden, *columns.items, *codes]]
    return evolve(checked, frame=frame, findings=(*found, *twice, *checked.findings))


def keyed_rows(
    raw: pl.DataFrame, texts: pl.Series, index: AreaIndex, edition: Edition
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows as they came, each with its area and period; what is wrong with their areas is in the findings."""
    located, located_findings = locate(texts, index, edition)
    located, differing = other_names(raw, located, edition)
    names = edition.areas.names if edition.areas is not None else ()
    found = [*_sample(raw), *foot_rows(with_rows(located_findings, raw, texts), raw, texts, names), *differing]
    brought = raw.columns
    # The region that the data themselves bring is kept; the area's own name and code take the place of what was typed.
    if "region" in brought and "region" in located.columns:
        located = located.drop("region")
    kept = [name for name in brought if name not in {"place", "area", "area_name", "scenario"}]
    keyed = with_period(raw[kept].hstack(located) if kept else located, edition)
    keyed, merged_findings = merged_rows(keyed, edition)
    return keyed, [*found, *merged_findings]


def checked_rows(keyed: pl.DataFrame, edition: Edition, catalogue: Catalogue, marks: Marks | None = None) -> Checked:
    """Rows with their areas as numbers, wide and checked cell by cell; rows without an area are left out.

    Rows of one area and period that stand several times in one table are not looked for.

    Args:
        keyed: what `keyed_rows` gives.
        edition: the framework.
        catalogue: items and units.
        marks: where the rows are part of a table, what the whole shows of its decimal marks.
    """
    figure = figure_column(keyed)
    if figure is not None:
        long_rows, beside = _apart(keyed, figure) if PART in keyed.columns else (keyed, None)
        long = widen(long_rows, figure, edition, catalogue, marks)
        regions = keyed.select("place", "region").unique() if "region" in keyed.columns else None
        frame = long.frame
        if regions is not None:
            frame = frame.join(regions, on="place", how="left", maintain_order="left")
        made = _checked_cells(frame, edition, catalogue, long=(long_rows, figure))
        made = evolve(made, trail=long.trail, findings=(*long.findings, *made.findings))
        return made if beside is None else _beside(made, _checked_cells(beside, edition, catalogue))
    made = _checked_cells(keyed, edition, catalogue, marks)
    return _joined(made) if PART in keyed.columns else made


def shown_marks(keyed: pl.DataFrame, edition: Edition, catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """What part of a table shows of its decimal marks, by column or figure; see `numbers.marks_of`."""
    figure = figure_column(keyed)
    if figure is not None:
        return marks_of_figures(keyed, figure, edition, catalogue)
    columns, rules = _classified(tuple(keyed.columns), edition, catalogue)
    return column_marks(keyed, columns.numbers, rules.percent)


def _checked_cells(
    keyed: pl.DataFrame,
    edition: Edition,
    catalogue: Catalogue,
    marks: Marks | None = None,
    long: tuple[pl.DataFrame, str] | None = None,
) -> Checked:
    """Figures as numbers, checked cell by cell; from long data with the rows they come from and their column."""
    columns, rules = _classified(tuple(name for name in keyed.columns if name != PART), edition, catalogue)
    named = columns.findings if long is None else with_items(columns.findings, *long)
    # Cells first: what is wrong with a row's figures is said even where the row itself cannot be used.
    frame, wrong = to_numbers(keyed, columns.numbers, percent=rules.percent, marks=marks)
    frame, broken = check_cells(frame, rules)
    if frame["place"].null_count():
        frame = frame.filter(pl.col("place").is_not_null())
    if columns.codes:
        codes = set(columns.codes)
        frame = frame.clone()  # the names of the clone are its own
        frame.columns = [value_column(name) if name in codes else name for name in frame.columns]
    return Checked(frame=frame, columns=columns, trail=no_trail(), findings=(*named, *wrong, *broken))


def _apart(keyed: pl.DataFrame, figure: str) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The rows of long tables, and those of wide tables that were handed in with them."""
    wide = keyed.filter(pl.col(PART).is_not_null())
    long = keyed.filter(pl.col(PART).is_null())
    if wide.is_empty():
        return long.drop(PART), None
    # Each with its own columns: what stands in the other kind of table is empty here.
    own = {figure, "value", *ATTRIBUTES, *KEYS, "place", "region", *HIDDEN.values()}
    bare = [name for name in wide.columns if name not in {figure, "value"}]
    return long.select(name for name in long.columns if name in own), wide.select(bare)


def _beside(long: Checked, wide: Checked) -> Checked:
    """Figures of long and of wide tables as one table."""
    part = pl.lit(-1, dtype=pl.Int32).alias(PART)  # no wide table has this number
    frame = pl.concat([long.frame.with_columns(part), wide.frame], how="diagonal_relaxed")
    columns = evolve(
        wide.columns,
        items=tuple(dict.fromkeys((*long.columns.items, *wide.columns.items))),
        codes=tuple(dict.fromkeys((*long.columns.codes, *wide.columns.codes))),
        groups=tuple(dict.fromkeys((*long.columns.groups, *wide.columns.groups))),
    )
    found = (*long.findings, *wide.findings)
    return _joined(Checked(frame=frame, columns=columns, trail=long.trail, findings=found))


def _joined(made: Checked) -> Checked:
    """Rows of several wide tables about one area and period as one row."""
    columns = made.columns
    values = [*columns.groups, *columns.items, *(value_column(code) for code in columns.codes)]
    one = merged(made.frame, values)
    return evolve(made, frame=one.frame, findings=(*made.findings, *one.findings), origins=one.origins)


def _sample(raw: pl.DataFrame) -> list[Finding]:
    """A table that calls itself sample data says so in every output."""
    if "status" in raw.columns and raw.schema["status"] == pl.String and (raw["status"] == SAMPLE).any():
        return [Finding(code="sample_data", severity="warning", column="status")]
    return []


def _classified(names: tuple[str, ...], edition: Edition, catalogue: Catalogue) -> tuple[ColumnKinds, Rules]:
    # The same columns come again and again (a service, scenarios): what they mean is worked out once an edition.
    known = edition.memo.get(("columns", names))
    if known is None:
        columns = classify([name for name in names if name != "place"], edition, catalogue)
        known = columns, rules_for(columns.numbers, edition, catalogue)
        edition.memo["columns", names] = known
    return known


def _given(
    published: pl.DataFrame | None, bounds: Any, index: AreaIndex, edition: Edition
) -> tuple[Given, list[Finding]]:
    if published is None and bounds is None:
        return NOTHING, []
    given = NOTHING
    found: list[Finding] = []
    if published is not None:
        scores, wrong = given_scores(published, index, edition)
        given, found = Given(scores=scores), [*found, *wrong]
    if bounds is not None:
        source = read(bounds)
        ends, wrong = given_bounds(source.frame, edition)
        found += source.findings
        given, found = Given(scores=given.scores, bounds=ends), [*found, *wrong]
    return given, found


def unused_bounds(given: Given, periods: Sequence[str]) -> list[Finding]:
    """Published ends of periods that the data do not have."""
    if given.bounds.is_empty():
        return []
    idle = given.bounds.filter(~pl.col("period").is_in(list(periods)))
    return [
        Finding(code="unused_bounds", severity="warning", column=row["code"], params={"value": row["period"]})
        for row in idle.iter_rows(named=True)
    ]


def _with_scores(frame: pl.DataFrame, given: Given) -> pl.DataFrame:
    if given.scores.is_empty():
        return frame
    keys = ["place", *KEYS]
    published = given.scores.with_columns(BASE_SCENARIO)
    rows = pl.concat([frame.select(keys), published.select(keys)]).unique(maintain_order=True)
    frame = rows.join(frame, on=keys, how="left", maintain_order="left")
    for metric, prefix in (("score", "given"), ("rank", "given_rank")):
        held = published.filter(pl.col(metric).is_not_null())
        if held.is_empty():
            continue
        wide = held.pivot(on="code", index=keys, values=metric, aggregate_function="first")
        wide = wide.rename({code: wide_column(prefix, code) for code in wide.columns if code not in keys})
        frame = frame.join(wide, on=keys, how="left", maintain_order="left")
    return frame


def _ordered(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    texts = frame["period"]
    periods = (texts[0],) if texts.n_unique() == 1 else tuple(sorted(texts.unique().to_list()))
    if len(periods) > 1:
        frame = frame.sort("period", "place", maintain_order=True)
    elif not frame["place"].is_sorted():
        frame = frame.sort("place", maintain_order=True)
    return frame[[*KEYS, *(name for name in frame.columns if name not in {"place", *KEYS})]], periods


def _absent(
    frame: pl.DataFrame, index: AreaIndex, edition: Edition, periods: Sequence[str]
) -> tuple[dict[str, int], list[Finding]]:
    """How many areas of the edition lack a row, by period, and a finding a period that names them."""
    if not index.listed or frame.height == len(index) * len(periods):
        return dict.fromkeys(periods, 0), []
    counts = dict.fromkeys(periods, 0)
    found: list[Finding] = []
    # A long panel has thousands of periods, most of them whole: only the others are looked at one by one.
    held = dict(frame.group_by("period").len().iter_rows())
    every = pl.DataFrame({"area": index.codes, "area_name": index.names})
    for period in periods:
        if held.get(period) == len(index):
            continue
        here = frame.filter(pl.col("period") == period)
        gone = every.filter(~pl.col("area").is_in(here["area"].to_list()))
        counts[period] = gone.height
        if gone.height:
            cells = gone.with_columns(pl.lit(period).alias("period"))
            params = {"present": here.height, "total": len(index), "edition": edition.id}
            found.append(Finding(code="absent_area", severity="warning", column="area", params=params, cells=cells))
    return counts, found
