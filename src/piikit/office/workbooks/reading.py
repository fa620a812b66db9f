"""A workbook read back into a document, and where each part of the document stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from piikit.files.headers import letter, span, tidy
from piikit.files.xlsx.grid import Cell, SheetGrid
from piikit.files.xlsx.write import SHEET_NAME
from piikit.findings.faults import nearest, pointer
from piikit.findings.finding import Finding
from piikit.framework.documents import Json
from piikit.office.workbooks.cells import OddCell, decode, parse_json, shown
from piikit.office.workbooks.layout import (
    GUIDE,
    LISTS,
    MORE,
    REMARK,
    Layout,
    LayoutColumn,
    LayoutTable,
    Path,
    labels,
    sheet_names,
)
from piikit.plans.agencies import CONTACT, MASK

MANY = 50
"""Findings after which no more near names are looked for."""
MOST = 200
"""Findings of one kind on one sheet that are listed; of the others it is told how many there are."""
HEADER_ROWS = 20
"""Rows with something in them among which the headings are looked for."""


@frozen(kw_only=True)
class Spot:
    """A place in the workbook: a cell, or a row where `column` is None, or a sheet where `row` is None too."""

    grid: SheetGrid
    row: int | None = None
    column: int | None = None

    @property
    def name(self) -> str:
        """As a person finds it: `nodes!C5`."""
        sheet = self.grid.name
        if self.row is None:
            return sheet
        return f"{sheet}!{letter(self.column) if self.column is not None else ''}{self.row + 1}"


@define
class Reading:
    """What was read.

    Attributes:
        document: what the cells say; parts that could not be read are left out.
        places: by JSON pointer, where a part of the document stands.
        columns: by sheet and key of a column, where it stands, to name a cell that is empty.
        failed: pointers of parts that could not be read, and of what those stand in.
        found: what is wrong with the cells, with the place of each; `MOST` of one kind on one sheet.
        counts: by code and sheet, how many findings there are, listed or not.
    """

    layout: Layout
    document: Json = field(factory=dict)
    places: dict[str, Spot] = field(factory=dict)
    columns: dict[tuple[str, str], int] = field(factory=dict)
    failed: set[str] = field(factory=set)
    found: list[Finding] = field(factory=list)
    counts: dict[tuple[str, str], int] = field(factory=dict)

    def fault(self, spot: Spot, code: str, **params: Any) -> None:
        """One more finding, at a place of the workbook."""
        self.add(Finding(code=code, params=params), spot)

    def add(self, item: Finding, spot: Spot | None) -> None:
        """One more finding, at a place of the workbook where one is known; counted only where there are many alike."""
        key = item.code, (spot.grid.name if spot is not None else "")
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] <= MOST:
            self.found.append(item if spot is None else placed(item, spot))

    def every(self) -> list[Finding]:
        """What was found, and after it how many more there are of each kind that is not listed whole."""
        more = {key: count - MOST for key, count in self.counts.items() if count > MOST}
        return [
            *self.found,
            *(
                Finding(code="book_many_alike", column=sheet or "/", params={"kind": code, "n": n}, total=n)
                for (code, sheet), n in more.items()
            ),
        ]

    def fail(self, at: str) -> None:
        """Note a part that could not be read."""
        while at and at not in self.failed:
            self.failed.add(at)
            at = at.rpartition("/")[0]

    def near(self, name: str, known: Sequence[str], cutoff: float) -> str | None:
        """The known name nearest to a misspelt one; not looked for where a sheet is full of names that nobody knows."""
        return nearest(name, known, cutoff=cutoff) if name and len(self.found) < MANY else None


def placed(item: Finding, spot: Spot) -> Finding:
    """A finding with the sheet and cell it is about in place of a pointer."""
    row = None if spot.row is None else spot.row + 1
    cells = spot.grid.place.cells([row], [None]).drop("value")
    return Finding(code=item.code, severity=item.severity, column=spot.name, params=item.params, cells=cells)


def read_back(grids: Sequence[SheetGrid], layout: Layout) -> Reading:
    """The document that the sheets of a workbook say."""
    reading = Reading(layout)
    known = {
        name: sheet
        for sheet in (GUIDE, LISTS, layout.name, *(t.name for t in layout.tables))
        for name in map(_plain, sheet_names(sheet))
    }
    sheets: dict[str, SheetGrid] = {}
    for grid in grids:
        name = grid.name
        sheet = known.get(_plain(name))
        if sheet in sheets:
            reading.fault(Spot(grid=grid), "book_sheet_twice", value=name)
        elif sheet is not None:
            sheets[sheet] = grid
        elif grid.cells and not name.strip().startswith(REMARK):
            every = [one for table in (layout.name, *(t.name for t in layout.tables)) for one in sheet_names(table)]
            reading.fault(Spot(grid=grid), "book_unknown_sheet", value=name, near=reading.near(name, every, 0.6))
    _pairs(sheets.get(layout.name), reading)
    for table in layout.tables:
        if table.name in sheets:
            _table(sheets[table.name], table, reading)
    return reading


def _plain(text: str) -> str:
    return tidy(text).casefold()[:SHEET_NAME]


# -- headings ----------------------------------------------------------------------------------------------------


def _known(columns: Iterable[LayoutColumn]) -> dict[str, LayoutColumn]:
    """The columns by every heading that they may have."""
    return {tidy(text).casefold(): column for column in columns for text in labels(column.key)}


def _heading(cell: Cell) -> str:
    return tidy(shown(cell)).casefold()


def _header(grid: SheetGrid, known: Mapping[str, Any]) -> tuple[int, int] | None:
    """The row of the headings and the first row below them; None where there are none."""
    # Of a sheet of texts one heading is enough; elsewhere one word alone may stand in a title above the table.
    wanted = 1 if len({id(column) for column in known.values()}) <= 3 else 2
    for row in list(grid.rows)[:HEADER_ROWS]:
        if len({id(known[text]) for text in map(_heading, grid.row(row).values()) if text in known}) >= wanted:
            below = grid.row(row + 1)
            second = below and all(_heading(cell) in known for cell in below.values())
            return row, row + (2 if second else 1)
    return None


def _columns(
    grid: SheetGrid, known: Mapping[str, LayoutColumn], row: int, first: int, reading: Reading
) -> dict[int, LayoutColumn]:
    """The column of the layout that each column of the sheet is; what is filled and has none is a fault."""
    heads = grid.row(row)
    used = {column for (at, column) in grid.cells if at >= first}
    found: dict[int, LayoutColumn] = {}
    for place in sorted({*heads, *used}):
        spot = Spot(grid=grid, row=row, column=place)
        text = shown(heads[place]) if place in heads else ""
        column = known.get(tidy(text).casefold())
        if column is not None and column in found.values():
            reading.fault(spot, "book_column_twice", value=text)
        elif column is not None:
            found[place] = column
        elif place in used and not text.strip().startswith(REMARK):
            reading.fault(
                spot, "book_unknown_column", value=text or letter(place), near=reading.near(text, list(known), 0.75)
            )
    return found


# -- the sheet of pairs ------------------------------------------------------------------------------------------


def _pairs(grid: SheetGrid | None, reading: Reading) -> None:
    layout = reading.layout
    if grid is None:
        reading.found.append(Finding(code="book_no_sheet", column="/", params={"value": layout.name}))
        return
    known = _known([*layout.pairs, LayoutColumn(path=(MORE,))])
    _merged(grid, 0, reading)
    seen: set[str] = set()
    for row, found in grid.rows.items():
        cells = list(found.items())
        named = [known[_heading(cell)] for _, cell in cells if _heading(cell) in known]
        if not named:
            if row > 0 and not shown(cells[0][1]).strip().startswith(REMARK):
                text = shown(cells[0][1])
                reading.fault(
                    Spot(grid=grid, row=row, column=cells[0][0]),
                    "book_unknown_field",
                    value=text,
                    near=reading.near(text, list(known), 0.75),
                )
            continue
        column = named[0]
        # The value is what stands behind the names of the field.
        last = _last_name(cells, known, column)
        values = [(place, cell) for place, cell in cells if place > last]
        if column.key in seen:
            reading.fault(Spot(grid=grid, row=row), "book_field_twice", value=column.key)
        elif values:
            place, cell = values[0]
            _value(column, cell, Spot(grid=grid, row=row, column=place), reading.document, "", reading)
            for place, cell in values[1:]:
                if not shown(cell).strip().startswith(REMARK):
                    reading.fault(Spot(grid=grid, row=row, column=place), "book_second_value", value=shown(cell))
        seen.add(column.key)


def _last_name(cells: Sequence[tuple[int, Cell]], known: Mapping[str, LayoutColumn], column: LayoutColumn) -> int:
    """The last of the cells at the beginning of a row that name the field."""
    last = cells[0][0]
    for place, cell in cells[:3]:
        if known.get(_heading(cell)) is not column:
            break
        last = place
    return last


# -- tables ------------------------------------------------------------------------------------------------------


def _table(grid: SheetGrid, table: LayoutTable, reading: Reading) -> None:
    if not grid.cells:
        return
    known = _known([*table.columns, LayoutColumn(path=(MORE,))])
    header = _header(grid, known)
    if header is None:
        reading.fault(Spot(grid=grid), "book_no_headings", value=[labels(c.key)[0] for c in table.columns[:4]])
        return
    row, first = header
    columns = _columns(grid, known, row, first, reading)
    reading.columns.update({(grid.name, column.key): place for place, column in columns.items()})
    _merged(grid, first, reading)
    put = _Put(reading, table, grid)
    for at, cells in grid.rows.items():
        named = {column: (place, cells[place]) for place, column in columns.items() if place in cells}
        if at >= first and named:
            put.row(at, named)


def _merged(grid: SheetGrid, first: int, reading: Reading) -> None:
    for left, row, right, last in grid.merged:
        if row >= first:
            reading.fault(Spot(grid=grid, row=row), "book_merged", value=span(left, row, right, last))


Filled = dict[LayoutColumn, tuple[int, Cell]]


@define
class _Put:
    """Puts the rows of a sheet into the document, one after the other."""

    reading: Reading
    table: LayoutTable
    grid: SheetGrid
    last: tuple[str, Json, Filled] | None = None
    owners: dict[str, tuple[str, Json]] | None = None

    def row(self, row: int, cells: Filled) -> None:
        """One row: an entry, or one more part of the entry above."""
        inner = {column: cell for column, cell in cells.items() if column.inner}
        outer = {column: cell for column, cell in cells.items() if not column.inner}
        if self.table.nested is not None and self._goes_on(outer, inner, row):
            return
        where = self._entry(outer, row)
        if where is None:
            return
        at, entry = where
        for column, (place, cell) in outer.items():
            if not self._is_key(column):
                self._cell(column, place, cell, row, entry, at)
        _settle_remarks(entry, self.table.columns)
        if inner:
            self._part(entry, at, inner, row)
        self.last = at, entry, outer

    def _is_key(self, column: LayoutColumn) -> bool:
        """Whether a column says where an entry belongs, not what is in it."""
        heads = (1 if self.table.owner else 0) + (1 if self.table.shape == "map" else 0)
        return column in self.table.columns[:heads]

    def _goes_on(self, outer: Filled, inner: Filled, row: int) -> bool:
        """Whether a row is one more part of the entry above: it repeats what stands there, or says nothing of it."""
        if self.last is None or not inner:
            return False
        at, entry, before = self.last
        key = self.table.columns[0]
        mine, theirs = outer.get(key), before.get(key)
        if mine is not None and (theirs is None or shown(mine[1]) != shown(theirs[1])):
            return False
        for column, (place, cell) in outer.items():
            if column not in before or shown(before[column][1]) != shown(cell):
                spot = Spot(grid=self.grid, row=row, column=place)
                self.reading.fault(spot, "book_differs_above", value=shown(cell))
        self._part(entry, at, inner, row)
        return True

    def _part(self, entry: Json, at: str, inner: Filled, row: int) -> None:
        nested = self.table.nested or ""
        parts = entry.setdefault(nested, [])
        part: Json = {}
        parts.append(part)
        where = at + pointer(nested, len(parts) - 1)
        self.reading.places[where] = Spot(grid=self.grid, row=row)
        for column, (place, cell) in inner.items():
            self._cell(column, place, cell, row, part, where)

    def _cell(self, column: LayoutColumn, place: int, cell: Cell, row: int, entry: Json, at: str) -> None:
        _value(column, cell, Spot(grid=self.grid, row=row, column=place), entry, at, self.reading)

    # -- where an entry goes -------------------------------------------------------------------------------------

    def _entry(self, cells: Filled, row: int) -> tuple[str, Json] | None:
        """The entry of a row, new in its list or mapping, and its pointer."""
        table, reading = self.table, self.reading
        spot = Spot(grid=self.grid, row=row)
        names = [self._key(column, cells, row) for column in table.columns[: 2 if table.owner else 1]]
        holder, at = (reading.document, "")
        if table.owner:
            found = self._owner(names[0], cells, row)
            if found is None:
                return None
            at, holder = found
        path = _at(table, reading.document)
        if table.shape == "texts":
            self._text(holder, path, cells, row)
            return None
        entries = _reach(holder, path, {} if table.shape == "map" else [])
        where = at + pointer(*path)
        if entries is None:
            reading.fault(spot, "book_two_area_lists", value=table.name)
            return None
        reading.places.setdefault(where, spot if table.owner else Spot(grid=self.grid))
        entry: Json = {}
        if isinstance(entries, list):
            entries.append(entry)
            where += pointer(len(entries) - 1)
        else:
            name = names[-1]
            if name is None:
                return None
            where += pointer(name)
            if name in entries:
                column, _ = cells[table.columns[len(names) - 1]]
                reading.fault(Spot(grid=self.grid, row=row, column=column), "duplicate_code", value=name)
                return None
            entries[name] = entry
        reading.places[where] = spot
        return where, entry

    def _key(self, column: LayoutColumn, cells: Filled, row: int) -> str | None:
        """What the first cells of a row call it; None, with a finding, where that is needed and is not there."""
        if not self._is_key(column):
            return None
        if column not in cells:
            place = self.reading.columns.get((self.grid.name, column.key))
            spot = Spot(grid=self.grid, row=row, column=place)
            self.reading.fault(spot, "book_no_key", value=labels(column.key)[0])
            return None
        place, cell = cells[column]
        try:
            return str(decode(column.kind, cell))
        except OddCell as odd:
            self.reading.fault(Spot(grid=self.grid, row=row, column=place), odd.code, **odd.params)
            return None

    def _owner(self, name: str | None, cells: Filled, row: int) -> tuple[str, Json] | None:
        if name is None:
            return None
        if self.owners is None:
            self.owners = self._owners()
        if name in self.owners:
            return self.owners[name]
        spot = Spot(grid=self.grid, row=row, column=cells[self.table.columns[0]][0])
        near = self.reading.near(name, list(self.owners), 0.6)
        self.reading.fault(spot, "book_unknown_owner", value=name, near=near)
        return None

    def _owners(self) -> dict[str, tuple[str, Json]]:
        """The entries that those of this table may stand in, by what they are called, and their pointers."""
        found: dict[str, tuple[str, Json]] = {}
        for owner in self.table.owner:
            table = self.reading.layout.table(owner)
            for key, entry in _items(self.reading.document.get(table.at[0])):
                called = key if isinstance(key, str) else entry.get(table.columns[0].key)
                found.setdefault(str(called), (pointer(*table.at, key), entry))
        return found

    def _text(self, holder: Json, path: Path, cells: Filled, row: int) -> None:
        entries = _reach(holder, path, [])
        column = self.table.columns[0]
        if entries is None or column not in cells:
            return
        place, cell = cells[column]
        spot = Spot(grid=self.grid, row=row, column=place)
        try:
            entries.append(decode(column.kind, cell))
        except OddCell as odd:
            self.reading.fault(spot, odd.code, **odd.params)
            self.reading.fail(pointer(*path))
            return
        self.reading.places.setdefault(pointer(*path), Spot(grid=self.grid))
        self.reading.places[pointer(*path, len(entries) - 1)] = spot


def _items(entries: Any) -> list[tuple[str | int, Json]]:
    """The objects of a list or mapping with their places; JSON in a cell may have put something else there too."""
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(entries, Mapping):
        pairs = list(entries.items())
    elif isinstance(entries, list):
        pairs = list(enumerate(entries))
    return [(place, entry) for place, entry in pairs if isinstance(entry, dict)]


def _at(table: LayoutTable, document: Mapping[str, Any]) -> Path:
    if table.at == ("areas",) and isinstance(document.get("areas"), Mapping):
        return ("areas", "areas")
    return table.at


def _reach(holder: Json, path: Path, empty: Any) -> Any:
    """What stands at the end of a path, made where nothing does; None where something else stands in the way."""
    for key in path[:-1]:
        holder = holder.setdefault(key, {})
        if not isinstance(holder, dict):
            return None
    found = holder.setdefault(path[-1], empty)
    return found if isinstance(found, type(empty)) else None


# -- a cell ------------------------------------------------------------------------------------------------------


def _value(column: LayoutColumn, cell: Cell, spot: Spot, entry: Json, at: str, reading: Reading) -> None:
    """Put what a cell holds into its entry."""
    where = at + pointer(*column.path)
    reading.places[where] = spot
    try:
        if column.path == (MORE,):
            del reading.places[where]
            _more(cell, spot, entry, at, reading)
            return
        value = decode("text" if column.kind == "remark" else column.kind, cell)
    except OddCell as odd:
        # No fault can tell a contact.
        hidden = {"value": MASK} if column.path[0] == CONTACT else {}
        reading.fault(spot, odd.code, **{**odd.params, **hidden})
        reading.fail(where)
        return
    holder = entry
    for step, key in enumerate(column.path[:-1], 1):
        reading.places.setdefault(at + pointer(*column.path[:step]), spot)
        inner = holder.setdefault(key, {})
        if not isinstance(inner, dict):
            reading.fault(spot, "book_two_area_lists", value=key)
            return
        holder = inner
    holder[column.path[-1]] = value


def _settle_remarks(entry: Json, columns: Iterable[LayoutColumn]) -> None:
    """A remark in one of its two columns alone is a text without a language, or null."""
    for column in columns:
        if column.kind == "remark" and column.path[-1] == "vi":
            key = column.path[0]
            given = entry.get(key)
            if isinstance(given, dict) and len(given) == 1:
                entry[key] = next(iter(given.values()))


def _more(cell: Cell, spot: Spot, entry: Json, at: str, reading: Reading) -> None:
    """What has no column of its own: an object of JSON, put beside what the other cells say."""
    given = parse_json(str(cell.value)) if cell.kind == "text" and not cell.formula else None
    if not isinstance(given, dict):
        raise OddCell("book_json", value=shown(cell)[:60], reason="{…}")
    for key in given:
        reading.places[at + pointer(key)] = spot
    clash = _join(entry, given)
    if clash is not None:
        reading.fault(spot, "book_said_twice", value=clash)


def _join(entry: Json, given: Mapping[str, Any]) -> str | None:
    """Put an object into another; the key that both say differently, or None."""
    for key, value in given.items():
        if isinstance(value, Mapping) and isinstance(entry.get(key), dict):
            clash = _join(entry[key], value)
            if clash is not None:
                return f"{key}.{clash}"
        elif key in entry:
            return key
        else:
            entry[key] = value
    return None
