"""A document taken apart into the rows of its sheets; what has no column of its own stays, as JSON."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from piikit.files.xlsx.write import LONGEST
from piikit.findings.faults import pointer
from piikit.framework.documents import Json
from piikit.office.workbooks.cells import Scalar, as_json, encode
from piikit.office.workbooks.layout import MORE, Layout, LayoutColumn, LayoutTable, Path

Row = dict[str, Scalar]
"""The cells of a row by the key of their column."""


@define
class DocumentRows:
    """A document as rows.

    Attributes:
        pairs: the fields of the first sheet.
        tables: by the name of each sheet, its rows in the order of the document.
        unheld: pointers of what no cell can hold.
    """

    pairs: Row = field(factory=dict)
    tables: dict[str, list[Row]] = field(factory=dict)
    unheld: list[str] = field(factory=list)


def apart(document: Json, layout: Layout) -> DocumentRows:
    """The rows of a document."""
    rest = copy.deepcopy(document)
    rows = DocumentRows(tables={table.name: [] for table in layout.tables})
    owned: dict[str, list[LayoutTable]] = {}
    for table in layout.tables:
        for owner in table.owner:
            owned.setdefault(owner, []).append(table)
    for table in layout.tables:
        if not table.owner:
            _table(rest, table, owned.get(table.name, []), rows)
    rows.pairs = _row(rest, layout.pairs, "", rows)
    return rows


def at_of(table: LayoutTable, document: Mapping[str, Any]) -> Path:
    """Where the entries of a table stand: areas are a list, or the list inside a whole list of areas."""
    if table.at == ("areas",) and isinstance(document.get("areas"), Mapping):
        return ("areas", "areas")
    return table.at


def _table(rest: Json, table: LayoutTable, owned: list[LayoutTable], rows: DocumentRows) -> None:
    at = at_of(table, rest)
    entries = _dig(rest, at)
    if not isinstance(entries, dict if table.shape == "map" else list) or not entries:
        return
    keyed: list[tuple[Any, Any]] = list(entries.items()) if isinstance(entries, dict) else list(enumerate(entries))
    values = [value for _, value in keyed]
    if not all(isinstance(value, str if table.shape == "texts" else dict) for value in values):
        return
    _remove(rest, at)
    for key, value in keyed:
        where = pointer(*at, key)
        if table.shape == "texts":
            rows.tables[table.name].append(_row({table.columns[0].key: value}, table.columns, where, rows))
            continue
        entry = {table.columns[0].key: key, **value} if table.shape == "map" else dict(value)
        _owned_rows(entry, str(entry.get(table.columns[0].key, "")), owned, where, rows)
        rows.tables[table.name] += _nested(entry, table, where, rows)


def _owned_rows(entry: Json, name: str, owned: list[LayoutTable], where: str, rows: DocumentRows) -> None:
    for table in owned:
        inside = entry.get(table.at[0])
        parts = list(inside.values()) if isinstance(inside, dict) and table.shape == "map" else inside
        if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
            continue
        keys = list(inside) if isinstance(inside, dict) else [None] * len(parts)
        for place, (key, part) in enumerate(zip(keys, parts, strict=True)):
            named = {table.columns[1].key: key} if key is not None else {}
            whole = {table.columns[0].key: name, **named, **part}
            at = where + pointer(*table.at, place if key is None else key)
            rows.tables[table.name].append(_row(whole, table.columns, at, rows))
        del entry[table.at[0]]


def _nested(entry: Json, table: LayoutTable, where: str, rows: DocumentRows) -> Iterator[Row]:
    """The rows of an entry: one, or one for each of those inside it."""
    outer = tuple(column for column in table.columns if not column.inner)
    inside = entry.get(table.nested) if table.nested else None
    parts: list[Row] = []
    if isinstance(inside, list) and all(isinstance(part, dict) for part in inside):
        own = DocumentRows()
        inner = tuple(column for column in table.columns if column.inner)
        parts = [_row(part, inner, where, own) for part in inside]
        if any(not part or MORE in part for part in parts):
            parts = []
    if parts:
        del entry[table.nested or ""]
    first = _row(entry, outer, where, rows)
    yield {**first, **parts[0]} if parts else first
    key = table.columns[0].key
    for part in parts[1:]:
        yield {key: first[key], **part}


def _row(entry: Json, columns: tuple[LayoutColumn, ...], where: str, rows: DocumentRows) -> Row:
    row: Row = {}
    for column in columns:
        path = column.path
        value = _dig(entry, path)
        if column.kind == "remark" and path[-1] == "vi" and _dig(entry, path[:-1]) is not _NOTHING:
            whole = _dig(entry, path[:-1])
            # A remark that is one text, or null, stands by itself in the first of its two columns.
            if whole is None or isinstance(whole, str):
                path, value = path[:-1], whole
        cell = None if value is _NOTHING else encode(column.kind, value)
        if cell is not None:
            row[column.key] = cell
            _remove(entry, path)
    if entry:
        more = as_json(entry)
        if len(more) > LONGEST:
            rows.unheld += [where + pointer(key) for key in entry]
        row[MORE] = more
    return row


class _Nothing:
    """Stands for what is not there, since null is a value."""


_NOTHING = _Nothing()


def _dig(entry: Any, path: Path) -> Any:
    for key in path:
        if not isinstance(entry, Mapping) or key not in entry:
            return _NOTHING
        entry = entry[key]
    return entry


def _remove(entry: Json, path: Path) -> None:
    """Take a field out, and what is empty for the want of it."""
    if len(path) > 1:
        inner = entry[path[0]]
        _remove(inner, path[1:])
        if inner:
            return
    del entry[path[0]]
