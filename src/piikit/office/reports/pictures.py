"""Charts of a report as pictures: drawn by altair, made PNG by vl-convert, without a network and without a browser."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from piikit.findings.errors import MissingExtraError

FONT = "Segoe UI, Noto Sans, DejaVu Sans"
"""Faces with all Vietnamese letters, the first that a machine has; that of vl-convert lacks most of them."""
TICKS = 7
"""About how many numbers an axis has room for."""
WIDTH = 370
"""Points across the plot; names of nodes stand beside it."""
INK, MARK, LIMIT = "#7FA3C7", "#333333", "#B4451F"
Rows = Sequence[Mapping[str, Any]]


def pillars(rows: Rows, *, area: str, median: str, tenth: str, axis: str, comma: bool = False) -> bytes:
    """Scores of nodes as bars, with the country's median and the tenth place as marks on each.

    Args:
        rows: name, score, median, tenth.
        area: what the bars are, in the legend.
        median: what the marks of the median are.
        tenth: what the marks of the tenth place are.
        axis: the title of the axis.
        comma: whether numbers have a decimal comma.
    """
    alt = _altair()
    order = [row["name"] for row in rows]
    marks = [
        {"name": row["name"], "what": label, "score": row[key]}
        for row in rows
        for key, label in (("median", median), ("tenth", tenth))
        if row[key] is not None
    ]
    bars = [{"name": row["name"], "what": area, "score": row["score"]} for row in rows if row["score"] is not None]
    place = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    colours = _colours(alt, [area, median, tenth], [INK, MARK, LIMIT])
    drawn = (
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(height=14, opacity=1)
        .encode(y=place, x=_across(alt, "score:Q", axis, comma=comma), color=colours)
    )
    ticks = (
        alt.Chart(alt.InlineData(values=marks))
        .mark_tick(thickness=3, size=22, opacity=1)
        .encode(y=place, x="score:Q", color=alt.Color("what:N"))
    )
    return _png(alt, alt.layer(drawn, ticks), height=len(rows) * 34)


def ranks(rows: Rows, *, own: str, limit: str, axis: str, last: int) -> bytes:
    """Ranks as points beside the last rank that a plan allows, the first place at the left.

    Args:
        rows: name, rank, limit.
        own: what the points are, in the legend.
        limit: what the marks are.
        axis: the title of the axis.
        last: the last rank that there is.
    """
    alt = _altair()
    order = [row["name"] for row in rows]
    place = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    scale = alt.Scale(domain=[1, last], nice=False)
    across = alt.X("rank:Q", title=axis, scale=scale, axis=alt.Axis(format="d", tickCount=TICKS))
    values = [{"name": row["name"], "what": own, "rank": row["rank"]} for row in rows if row["rank"] is not None]
    limits = [{"name": row["name"], "what": limit, "rank": row["limit"]} for row in rows]
    points = (
        alt.Chart(alt.InlineData(values=values))
        .mark_circle(size=130, opacity=1)
        .encode(y=place, x=across, color=_colours(alt, [own, limit], [INK, LIMIT]))
    )
    ticks = (
        alt.Chart(alt.InlineData(values=limits))
        .mark_tick(thickness=3, size=22, opacity=1)
        .encode(y=place, x=across, color=alt.Color("what:N"))
    )
    names = points.mark_text(dy=-11, fontSize=10).encode(text="rank:Q", color=alt.value(MARK))
    return _png(alt, alt.layer(ticks, points, names), height=len(rows) * 34)


def bars(rows: Rows, *, axis: str, comma: bool = False, whole: bool = False) -> bytes:
    """Figures as bars with their numbers beside them.

    Args:
        rows: name, figure, label (the figure as text).
        axis: the title of the axis.
        comma: whether numbers have a decimal comma.
        whole: whether figures are counts, so that the axis has whole numbers alone.
    """
    alt = _altair()
    place = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=alt.Axis(labelLimit=300))
    drawn = (
        alt.Chart(alt.InlineData(values=[dict(row) for row in rows]))
        .mark_bar(height=14, color=INK, opacity=1)
        .encode(y=place, x=_across(alt, "figure:Q", axis, comma=comma, whole=whole))
    )
    names = drawn.mark_text(align="left", dx=4, fontSize=10, color=MARK).encode(text="label:N")
    return _png(alt, alt.layer(drawn, names), height=len(rows) * 24)


def _across(alt: Any, field: str, title: str, *, comma: bool, whole: bool = False) -> Any:
    settings: dict[str, Any] = {"tickCount": TICKS}
    if comma:
        settings["labelExpr"] = "replace(datum.label, '.', ',')"
    if whole:
        settings |= {"format": "d", "tickMinStep": 1}
    return alt.X(field, title=title, axis=alt.Axis(**settings))


def _colours(alt: Any, names: Sequence[str], colours: Sequence[str]) -> Any:
    legend = alt.Legend(title=None, orient="top", symbolType="square", symbolOpacity=1, labelLimit=300)
    return alt.Color("what:N", scale=alt.Scale(domain=list(names), range=list(colours)), legend=legend)


def _altair() -> Any:
    try:
        import altair  # noqa: PLC0415 (the extra `report` may be missing)
        import vl_convert  # noqa: F401, PLC0415 (altair needs it for pictures and would say so less clearly)
    except ModuleNotFoundError as error:
        raise MissingExtraError("charts need the extra 'report': pip install 'piikit[report]'") from error
    return altair


def _png(alt: Any, chart: Any, *, height: int) -> bytes:
    """The picture of a chart; the look is ours alone, whatever theme is in use where this runs."""
    face = {"font": FONT, "labelFont": FONT, "titleFont": FONT}
    drawn = (
        chart.properties(width=WIDTH, height=height, background="white")
        .configure(font=FONT)
        .configure_axis(
            **{key: value for key, value in face.items() if key != "font"},
            titleFontWeight="normal",
            gridColor="#E4E4E4",
            labelFontSize=11,
            titleFontSize=11,
        )
        .configure_legend(labelFont=FONT, labelFontSize=11)
        .configure_view(stroke=None)
    )
    buffer = io.BytesIO()
    with alt.theme.enable("none"):
        drawn.save(buffer, format="png", scale_factor=2)
    return buffer.getvalue()
