"""How a document is laid out on sheets: which field stands in which column, and how a cell of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from piikit.files.xlsx.grid import GridLimits
from piikit.findings.messages import LANGUAGES, Lang, messages

LIMITS = GridLimits(file=50_000_000, xml=200_000_000, cells=400_000, signs=50_000_000, code="large_book")
"""Of a workbook that holds a document: that of the largest shipped one has about 40 kB; a tree of 5,000 nodes fills
half of the cells."""
GUIDE, LISTS = "guide", "lists"
"""The sheet that explains, and the one with the choices that cells offer; neither is read."""
MORE = "more"
"""The column, or the row of the first sheet, that holds as JSON what has no column of its own."""
REMARK = "#"
"""A sheet or heading that begins with this sign is the reader's own and is not read."""

Kind = Literal[
    "text",
    "code",
    "area",
    "number",
    "integer",
    "boolean",
    "day",
    "list",
    "codes",
    "numbers",
    "names",
    "method",
    "figures",
    "word",
    "remark",
    "json",
]
Path = tuple[str, ...]


@frozen(kw_only=True)
class LayoutColumn:
    """A field of a document, and how a cell holds it.

    Attributes:
        path: the keys that lead to it, from the entry of its table.
        kind: how a cell of it is written: see `cells`.
        choices: what it offers: a name of `Layout.choices`.
        width: in characters.
        strict: whether a spreadsheet refuses what is not offered.
        inner: whether it is a field of the entries that stand inside the table's own, a row each.
    """

    path: Path
    kind: Kind = "text"
    choices: str | None = None
    width: float = 14
    strict: bool = True
    inner: bool = False

    @property
    def key(self) -> str:
        """Its name: the keys of its path, joined by an underscore."""
        return "_".join(self.path)


@frozen(kw_only=True)
class LayoutTable:
    """A sheet with a row an entry.

    Attributes:
        name: the sheet, as `messages` names it: `book.sheet.<name>`.
        at: the keys that lead to the entries; of a table with an owner, those from its entry.
        shape: a list of objects, a mapping of objects by the first column, or a list of texts.
        columns: its fields; where `shape` is "map" the first is the key, with an owner the code of its entry is first.
        owner: the tables in whose entries its own stand.
        nested: a list inside each entry that takes a row each; its fields are the columns that are `inner`.
        always: whether the sheet is written where there is nothing for it.
    """

    name: str
    at: Path
    shape: Literal["list", "map", "texts"] = "list"
    columns: tuple[LayoutColumn, ...] = ()
    owner: tuple[str, ...] = ()
    nested: str | None = None
    always: bool = True

    @property
    def key(self) -> str | None:
        """The field by which an entry is called."""
        first = self.columns[1 if self.owner and self.shape == "map" else 0]
        return first.key if self.shape == "map" or first.key in {"code", "id"} else None


@frozen(kw_only=True)
class Layout:
    """All sheets of a document.

    Attributes:
        name: the sheet of pairs of a field and its value, and the kind of document.
        schema: the schema of the document.
        pairs: the fields on that sheet.
        tables: the other sheets, an owner before what it owns.
        choices: what cells offer, by name.
    """

    name: Literal["edition", "plan"]
    schema: str
    pairs: tuple[LayoutColumn, ...]
    tables: tuple[LayoutTable, ...]
    choices: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def table(self, name: str) -> LayoutTable:
        """One of the tables."""
        return next(table for table in self.tables if table.name == name)


def texts(*path: str, width: float = 30, inner: bool = False) -> tuple[LayoutColumn, LayoutColumn]:
    """The two columns of a text in Vietnamese and English."""
    return LayoutColumn(path=(*path, "vi"), width=width, inner=inner), LayoutColumn(
        path=(*path, "en"), width=width, inner=inner
    )


def remark(*path: str) -> tuple[LayoutColumn, LayoutColumn]:
    """The two columns of a remark: in both languages, or a text without a language in the first."""
    return LayoutColumn(path=(*path, "vi"), kind="remark", width=30), LayoutColumn(
        path=(*path, "en"), kind="remark", width=30
    )


def sheet_names(name: str) -> tuple[str, ...]:
    """How a sheet may be named: in Vietnamese, in English, or by its own name."""
    return (*(messages(lang).text(f"book.sheet.{name}") for lang in LANGUAGES), name)


def labels(key: str) -> tuple[str, ...]:
    """How a column may be headed: in Vietnamese, in English, by its own name, or as annexes often have it."""
    words = messages(LANGUAGES[0])
    also = words.text(f"book.also.{key}").split("|") if words.has(f"book.also.{key}") else []
    return (*(label(key, lang) for lang in LANGUAGES), key, *also)


def label(key: str, lang: Lang) -> str:
    """The heading of a column; that of a text in one of two languages is made of both."""
    words = messages(lang)
    if words.has(f"book.heading.{key}"):
        return words.text(f"book.heading.{key}")
    base, _, spoken = key.rpartition("_")
    if spoken in LANGUAGES:
        named = label(base, lang) if base else words.text("book.heading.text")
        return words.text(f"book.in.{spoken}", name=named)
    return words.text(f"book.heading.{key}")
