"""The views of the figures: ranking, pillars, indicators, ends of normalisation, findings."""

from __future__ import annotations

import polars as pl

from piikit.files.wide_columns import rank_column, wide_column
from piikit.findings.errors import UsageError
from piikit.findings.finding import SEVERITIES
from piikit.findings.messages import messages
from piikit.framework.edition import INDICATOR
from piikit.office.reports.tables import (
    COHORT,
    View,
    in_words,
    labelled,
    named,
    names_of,
    pillar_codes,
    place_columns,
    upper_codes,
    view,
)
from piikit.result import Result, frames_of

KEYS = ("area", "period", "scenario")
CHANGES = ("score_change", "places", "change_reason")


def ranking(result: Result) -> View:
    """Score and rank of the index, the sub-indices and the pillars: a row an area, in order of the index's rank."""
    words = messages(result.lang)
    codes = upper_codes(result)
    root = codes[0]
    columns = place_columns(result, words)
    freeze = len(columns)
    for code in codes:
        title = f"{code} {words.of(result.edition.nodes[code].name)}".strip()
        # The name stands once; the rank beside it keeps a narrow column.
        for metric, before in (("score", title), ("rank", code)):
            label = f"{before}: {words.text(f'table.column.{metric}.label')}"
            columns.append(labelled(wide_column(metric, code), words, metric, label))
    cohort = pl.struct(COHORT).rle_id()
    # Areas without a rank come last, in the order of the frame.
    ordered = frames_of(result).wide.sort(cohort, rank_column(root), nulls_last=True, maintain_order=True)
    return view("ranking", ordered, words, columns, freeze=freeze)


def pillars(result: Result, rows: int | None = None) -> View | None:
    """A row an area and pillar, the first `rows` of them, with the change since the baseline where there is one."""
    codes = pillar_codes(result)
    if not codes:
        return None
    words = messages(result.lang)
    whole = result.scores.filter(pl.col("code").is_in(codes))
    frame = (whole if rows is None else whole.head(rows)).with_columns(names_of(result).alias("node_name"))
    names = ["code", "node_name", "score", "rank", "n_ranked", "coverage"]
    changes = _changes(result, codes)
    if changes is not None:
        frame = frame.join(changes, on=[*KEYS, "code"], how="left", maintain_order="left")
        names += CHANGES
    place = place_columns(result, words)
    columns = [*place, *(labelled(name, words) for name in names)]
    return view("pillars", frame, words, columns, freeze=len(place) + 1, total=whole.height)


def _changes(result: Result, codes: tuple[str, ...]) -> pl.DataFrame | None:
    """The differences from the baseline, where there is one that can be compared."""
    if result.baseline is None:
        return None
    try:
        compared = result.compare(result.baseline)
    except UsageError:
        # No area, node or period is in both: there is nothing to put beside the figures.
        return None
    return compared.filter(pl.col("code").is_in(codes)).select(
        *KEYS, "code", pl.col("difference").alias("score_change"), "places", pl.col("reason").alias("change_reason")
    )


def indicators(result: Result, rows: int | None = None) -> View:
    """A row an area and indicator, the first `rows` of them; the treated value only where treatment changed some."""
    edition, words = result.edition, messages(result.lang)
    nodes = {code: edition.nodes[code] for code in edition.indicators}
    units = {code: words.of(node.unit.name) for code, node in nodes.items() if node.unit is not None}
    directions = {code: words.text(f"direction.{node.direction}") for code, node in nodes.items()}
    whole = result.scores.filter(pl.col("level") == INDICATOR)
    frame = (whole if rows is None else whole.head(rows)).with_columns(
        names_of(result).alias("node_name"),
        named("code", units).alias("unit"),
        named("code", directions).alias("direction"),
    )
    changed = whole.select((pl.col("value").ne_missing(pl.col("treated"))).any()).item()
    names = [
        "code",
        "node_name",
        "unit",
        "direction",
        "value",
        *(["treated"] if changed else []),
        "score",
        "rank",
        "n_ranked",
        "coverage",
    ]
    place = place_columns(result, words)
    columns = [*place, *(labelled(name, words) for name in names)]
    return view("indicators", frame, words, columns, freeze=len(place) + 1, total=whole.height)


def bounds(result: Result) -> View:
    """The two ends of the normalisation of each indicator."""
    edition, words = result.edition, messages(result.lang)
    units = {code: words.of(unit.name) for code in edition.indicators if (unit := edition.nodes[code].unit)}
    frame = result.bounds.with_columns(
        names_of(result).alias("node_name"),
        named("code", units).alias("unit"),
        in_words("source", "bounds_source", words, ("cohort", "edition", "given", "base")).alias("bounds_source"),
    )
    names = [
        "period",
        *(["scenario"] if frames_of(result).what_if is not None else []),
        "code",
        "node_name",
        "unit",
        "lower",
        "upper",
        "bounds_source",
    ]
    return view("bounds", frame, words, [labelled(name, words) for name in names], freeze=names.index("node_name"))


def findings(result: Result) -> View:
    """All that is to be known of the data and the result."""
    words = messages(result.lang)
    frame = result.findings.with_columns(in_words("severity", "table.severity", words, SEVERITIES))
    keys = {"code": "finding", "value": "found"}
    names = [
        "severity",
        "code",
        "message",
        "hint",
        "area_name",
        "period",
        "column",
        "value",
        "expected",
        "file",
        "sheet",
        "row",
    ]
    names += ["scenario"] if frames_of(result).what_if is not None else []
    return view("findings", frame, words, [labelled(name, words, keys.get(name)) for name in names])
