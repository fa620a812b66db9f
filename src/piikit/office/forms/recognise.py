"""Where the form is in a workbook that came back: by its hidden sheet and its headings, never by place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from attrs import field, frozen

from piikit.files.xlsx.grid import Cell, SheetGrid
from piikit.findings.messages import LANGUAGES
from piikit.office.forms.layout import FIELDS, FORMAT, HIDDEN, KEYS, Field, names

HEADINGS = 4
"""So many headings of a form in one row make it the header: other tables share two or three words at most."""
_ENDING = " *:（(.)"
_COPY = re.compile(
    r"(?:\s*\(\d+\)|\s*[-–_]\s*(?:copy|bản sao|sao chép)(?:\s*\(\d+\))?|^(?:copy of|bản sao của)\s+)", re.I
)
_REVISION = re.compile(r"[\s._-]+(?:r|v|rev|revision|lần|lan|bản|ban)[\s._-]*(\d{1,3})(?=$|[\s._(-])", re.I)


@frozen(kw_only=True)
class FormTable:
    """A sheet with the headings of a form.

    Attributes:
        header: the row of the headings, from 0.
        columns: where each heading stands that stands once.
        doubled: headings that stand in several columns.
    """

    grid: SheetGrid
    header: int
    columns: Mapping[Field, int]
    doubled: Mapping[Field, tuple[int, ...]] = field(factory=dict)

    def cell(self, row: int, name: Field) -> Cell | None:
        """The cell of a row under a heading; None where it is empty."""
        return self.grid.cells.get((row, self.columns[name])) if name in self.columns else None


def known_headings() -> dict[str, Field]:
    """The headings of both languages as they are compared."""
    return {plain(text): name for lang in LANGUAGES for name, text in zip(FIELDS, names(lang).headings, strict=True)}


def plain(text: str) -> str:
    """A heading or name as it is compared: any case, without what people put after it."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(_ENDING)


def said_of_itself(grids: Sequence[SheetGrid]) -> dict[str, str]:
    """What the hidden sheet says, by key; empty where it is gone.

    The sheet is known by its name, and where somebody renamed it by its first cells.
    """
    for grid in grids:
        pairs = {
            cell.tidy: grid.cells[row, 1].tidy if (row, 1) in grid.cells else ""
            for (row, column), cell in grid.cells.items()
            if column == 0
        }
        first = grid.cells.get((0, 0))
        named = grid.name == HIDDEN or (first is not None and first.text.startswith(FORMAT.split()[0]))
        if named or pairs.get("format", "").startswith(FORMAT.split()[0]):
            said = {key: pairs[key] for key in KEYS if pairs.get(key)}
            return {"format": first.tidy, **said} if first is not None and first.text.startswith("piikit-") else said
    return {}


def hidden_sheet(grid: SheetGrid) -> bool:
    """Whether a sheet is the hidden one of a form."""
    return bool(said_of_itself([grid]))


def tables(grids: Sequence[SheetGrid]) -> list[FormTable]:
    """The sheets with the headings of a form; of several rows of headings in a sheet the first counts."""
    headings = known_headings()
    found = []
    for grid in grids:
        rows: dict[int, list[tuple[Field, int]]] = {}
        for (row, column), cell in sorted(grid.cells.items()):
            name = headings.get(plain(cell.text)) if cell.kind == "text" else None
            if name is not None:
                rows.setdefault(row, []).append((name, column))
        header = next((row for row, hits in rows.items() if len({name for name, _ in hits}) >= HEADINGS), None)
        if header is None:
            continue
        places: dict[Field, list[int]] = {}
        for name, column in rows[header]:
            places.setdefault(name, []).append(column)
        found.append(
            FormTable(
                grid=grid,
                header=header,
                columns={name: at[0] for name, at in places.items() if len(at) == 1},
                doubled={name: tuple(at) for name, at in places.items() if len(at) > 1},
            )
        )
    return found


def revision_of(stem: str) -> int:
    """Which revision the name of a file says it is; 1 where it says none.

    A number in brackets is what browsers and mail programs add to copies, and no revision.

    >>> revision_of("bac-giang-2024_pii-2024_finance_r2"), revision_of("finance lần 3"), revision_of("finance (2)")
    (2, 3, 1)
    """
    found = _REVISION.search(unicodedata.normalize("NFC", stem))
    return int(found[1]) if found else 1


def bare_stem(stem: str) -> str:
    """The name of a file without the marks of copies and revisions.

    >>> bare_stem("bac-giang-2024_pii-2024_finance_r2 (1)"), bare_stem("Copy of finance")
    ('bac-giang-2024_pii-2024_finance', 'finance')
    """
    return _REVISION.sub("", _COPY.sub("", unicodedata.normalize("NFC", stem))).strip()
