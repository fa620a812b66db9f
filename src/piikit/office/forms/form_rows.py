"""The rows of a form by their item: the code says it, and where the code was damaged the name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from attrs import field, frozen

from piikit.files.headers import span
from piikit.files.xlsx.grid import Cell, SheetGrid
from piikit.findings.faults import nearest
from piikit.office.forms.layout import FILLED
from piikit.office.forms.recognise import FormTable, known_headings, plain


class Says(Protocol):
    """Whoever collects the faults of a form."""

    def say(
        self,
        code: str,
        severity: str = "error",
        *,
        at: tuple[SheetGrid, Cell] | None = None,
        column: str | None = None,
        value: str | None = None,
        **params: Any,
    ) -> None:
        """Add a fault."""

    def look(self, grid: SheetGrid, cell: Cell | None) -> None:
        """Mark a cell as one that needs no further word."""


@frozen(kw_only=True)
class Row:
    """A row of a form that is about an item; `blocked` says that its figure cannot be told from another's."""

    table: FormTable = field(repr=False)
    row: int
    item: str
    blocked: bool = False


def named_rows(
    table: FormTable, asked: Sequence[str], names: Mapping[str, Mapping[str, str]], says: Says
) -> Iterator[Row]:
    """The rows below the headings, each with its item.

    Args:
        table: the sheet.
        asked: the items that the form asks for; empty where that is not known.
        names: the items that there are, each with its `name` in the languages, a line each.
        says: is told of codes that are none.
    """
    below = sorted({row for row, _ in table.grid.cells if row > table.header})
    codes = {row: table.cell(row, "item") for row in below}
    there = {cell.tidy for cell in codes.values() if cell is not None}
    known = {*asked, *names}
    by_name = {plain(text): item for item in (asked or names) for text in _lines(names, item)}
    upright = _merged_rows(table)
    for row in below:
        cell, name = codes[row], table.cell(row, "name")
        item = cell.tidy if cell is not None else ""
        meant = by_name.get(plain(name.text)) if name is not None else None
        if cell is not None and plain(cell.text) in known_headings():
            continue
        if item in known:
            if asked and item not in asked:
                says.say("form_item_not_asked", "warning", at=(table.grid, cell or _none(row)), column=item)
            yield Row(table=table, row=row, item=item, blocked=row in upright)
        elif meant is not None and meant not in there and not (item and _other(item, known, meant)):
            says.say(
                "form_item_damaged", "warning", at=(table.grid, cell or _none(row)), column=meant, value=item or "–"
            )
            says.look(table.grid, cell)
            yield Row(table=table, row=row, item=meant, blocked=row in upright)
        elif item and _filled(table, row):
            near = nearest(item, sorted(asked or known))
            says.say("form_unknown_item", at=(table.grid, cell or _none(row)), near=near)
            says.look(table.grid, cell)


def _lines(names: Mapping[str, Mapping[str, str]], item: str) -> list[str]:
    return [text for text in names.get(item, {}).get("name", "").split("\n") if text]


def _other(item: str, known: set[str], meant: str) -> bool:
    """Whether a damaged code is nearer to another item than to the one whose name stands beside it."""
    near = nearest(item, sorted(known))
    return near is not None and near != meant


def _filled(table: FormTable, row: int) -> bool:
    return any(table.cell(row, name) is not None for name in FILLED)


def _none(row: int) -> Cell:
    return Cell(row=row, column=0, kind="empty", text="")


def _merged_rows(table: FormTable) -> set[int]:
    """The rows whose figure was merged with that of another row, or with a cell before it."""
    value = table.columns.get("value", -1)
    rows: set[int] = set()
    for first, top, last, bottom in table.grid.merged:
        inside = first <= value <= last and bottom > table.header
        if inside and (top != bottom or first < value):
            rows.update(range(max(top, table.header + 1), min(bottom, top + 10_000) + 1))
    return rows


def merged_faults(table: FormTable, says: Says) -> None:
    """Merged cells below the headings: an error where a figure lies in them, else a warning."""
    fields = [table.columns[name] for name in FILLED if name in table.columns]
    value = table.columns.get("value", -1)
    end = max((row for row, _ in table.grid.cells), default=0)
    for first, top, last, bottom in table.grid.merged:
        if bottom <= table.header or top > end or not any(first <= column <= last for column in fields):
            continue
        text = span(first, top, last, bottom)
        blocked = first <= value <= last and (top != bottom or first < value)
        at = Cell(row=top, column=first, kind="text", text=text)
        says.say("merged_cells", "error" if blocked else "warning", at=(table.grid, at), cells=text)
