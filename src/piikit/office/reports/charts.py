"""The sheet of charts of a workbook, each beside the small table that it is drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from piikit.files.wide_columns import rank_column, score_column
from piikit.files.xlsx.write import WorkbookWriter
from piikit.findings.messages import messages
from piikit.inputs.keys import BASE
from piikit.office.reports.reasons import medians_of
from piikit.office.reports.tables import Subject, pillar_codes
from piikit.plans.judging.table import STATUSES
from piikit.result import Result, frames_of

FIRST_AREAS = 20
"""How many areas the chart of the ranking shows."""
MARKED, OTHERS = "#C2410C", "#7A98B5"
STATUS_COLOURS: Mapping[str, tuple[str, str]] = {
    "met": ("#D9F2E0", "#14532D"),
    "not_met": ("#FBE0DC", "#7F1D1D"),
    "cannot_judge": ("#FFF3CD", "#6B4E00"),
    "not_due": ("#E5E7EB", "#374151"),
    "not_testable": ("#E5E7EB", "#374151"),
}
"""Background and ink of each status."""
APART = 3
"""Empty rows between two charts."""
HIGH = 20
"""Pixels of a row, as a spreadsheet shows it."""
Rows = Sequence[Sequence[Any]]


def charts(book: WorkbookWriter, result: Result, subject: Subject) -> None:
    """The sheet, where there is anything to draw: the first areas, the subject's pillars, the plan's targets."""
    drawn = [part for part in (_first(result, subject), _pillars(result, subject), _targets(result, subject)) if part]
    if not drawn:
        return
    words = messages(result.lang)
    sheet = book.sheet(words.text("table.sheet.charts"))
    sheet.set_column(0, 0, 34, book.formats["text"])
    sheet.set_column(1, 2, 16, book.formats["score"])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    tops = [0]
    for part in drawn:
        tops.append(_draw(book, sheet, tops[-1], part) + APART)
    sheet.set_h_pagebreaks(tops[1:-1])


def _draw(book: WorkbookWriter, sheet: Any, top: int, part: Mapping[str, Any]) -> int:
    """A table with its chart at its right; the row below both."""
    heads, rows = part["heads"], part["rows"]
    height: int = max(220, 90 + part["thick"] * len(rows))
    book.cell(sheet, top, 0, part["title"], book.formats["title"])
    sheet.set_row(top + 1, 32)  # two lines of a name
    for place, head in enumerate(heads):
        book.cell(sheet, top + 1, place, head, book.formats["head"])
    style = book.formats[part["kind"]]
    for row, cells in enumerate(rows, start=top + 2):
        for place, cell in enumerate(cells):
            book.cell(sheet, row, place, cell, style if place else book.formats["text"])
    chart = book.file.add_chart({"type": "bar"})
    name, last = sheet.get_name(), top + 1 + len(rows)
    for place, colour in enumerate(part["colours"], start=1):
        chart.add_series(
            {
                "name": [name, top + 1, place],
                "categories": [name, top + 2, 0, last, 0],
                "values": [name, top + 2, place, last, place],
                "gap": 45,
                "overlap": part.get("overlap", 0),
                **(
                    {"fill": {"color": colour}}
                    if isinstance(colour, str)
                    else {"points": [{"fill": {"color": one}} for one in colour]}
                ),
                "data_labels": {"value": True, "num_format": part["format"], "font": {"size": 9}},
            }
        )
    chart.set_title({"name": part["title"], "name_font": {"size": 12}, "overlay": False})
    # The first row of the table stands at the top, as in the table.
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_legend({"none": True} if len(part["colours"]) == 1 else {"position": "bottom"})
    chart.set_size({"width": 760, "height": height})
    sheet.insert_chart(top + 1, 4, chart, {"object_position": 2})
    return max(last + 1, top + 1 + math.ceil(height / HIGH))


def _number_format(result: Result) -> str:
    places = result.edition.display_decimals
    return "#,##0" + (f".{'0' * places}" if places else "")


def _first(result: Result, subject: Subject) -> dict[str, Any] | None:
    """The first areas by the index, the subject marked; where it is none of them it stands last."""
    words, root = messages(result.lang), result.edition.root
    base = frames_of(result).wide.filter((pl.col("scenario") == BASE) & (pl.col("period") == subject.period))
    ranked = base.filter(pl.col(score_column(root)).is_not_null()).sort(
        rank_column(root), pl.col(score_column(root)).neg(), nulls_last=True, maintain_order=True
    )
    first = ranked.head(FIRST_AREAS)
    if subject.area not in first["area"]:
        first = pl.concat([first, ranked.filter(pl.col("area") == subject.area)])
    shown = first.select("area", "area_name", rank_column(root), score_column(root)).rows()
    if len(shown) < 2:
        return None
    rows = []
    for area, name, rank, score in shown:
        label = f"{rank}. {name}" if rank is not None else name
        rows.append([label, *((None, score) if area == subject.area else (score, None))])
    title = words.text(
        "table.chart.first",
        n=min(FIRST_AREAS, len(shown)),
        code=root,
        name=words.of(result.edition.nodes[root].name),
        period=subject.period,
    )
    heads = [
        words.text("table.column.area_name.label"),
        words.text("table.chart.others"),
        words.text("table.chart.marked", area=subject.name),
    ]
    return {
        "title": title,
        "heads": heads,
        "rows": rows,
        "colours": [OTHERS, MARKED],
        "overlap": 100,
        "thick": 22,
        "kind": "score",
        "format": _number_format(result),
    }


def _pillars(result: Result, subject: Subject) -> dict[str, Any] | None:
    """The subject's pillars beside the medians of all areas."""
    words = messages(result.lang)
    medians = medians_of(result, subject)
    rows = [
        [f"{code} {words.of(result.edition.nodes[code].name)}".strip(), subject.row[score_column(code)], medians[code]]
        for code in pillar_codes(result)
    ]
    if all(row[1] is None for row in rows):
        return None
    title = words.text("table.chart.pillars", area=subject.name, period=subject.period)
    heads = [words.text("table.column.node_name.label"), subject.name, words.text("table.chart.median")]
    return {
        "title": title,
        "heads": heads,
        "rows": rows,
        "colours": [MARKED, OTHERS],
        "thick": 50,
        "kind": "score",
        "format": _number_format(result),
    }


def _targets(result: Result, subject: Subject) -> dict[str, Any] | None:
    """How many targets have which status."""
    words = messages(result.lang)
    whole = result.attainment.filter(
        (pl.col("condition") == "all") & (pl.col("scenario") == BASE) & (pl.col("period") == subject.period)
    )
    counts = dict(whole.group_by("status").len().iter_rows())
    there = [status for status in STATUSES if status in counts]
    if not there:
        return None
    title = words.text("table.chart.attainment", period=subject.period)
    heads = [words.text("table.chart.status"), words.text("table.chart.count")]
    rows = [[words.text(f"status.{status}"), counts[status]] for status in there]
    return {
        "title": title,
        "heads": heads,
        "rows": rows,
        "colours": [[STATUS_COLOURS[key][1] for key in there]],
        "thick": 34,
        "kind": "int",
        "format": "0",
    }
